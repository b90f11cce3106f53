"""What even the record of changes must forget: the address of a place that is private now, and what a lead erases."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from sqlalchemy import Connection, Table, and_, delete, literal_column, or_, select, update

from directory._storable import PRIVATE_PARTS
from directory.models import (
    Address,
    Change,
    Draft,
    Idea,
    ImportConflict,
    Introduction,
    ListingCheck,
    Location,
    MergedListing,
    PhoneCall,
    Story,
    Suggestion,
    Tie,
    Tip,
    Visit,
    table_of,
)
from importers.records import PlaceRecord

_CHANGE, _SUGGESTION, _CHECK = table_of(Change), table_of(Suggestion), table_of(ListingCheck)
_CONFLICT, _CALL, _DRAFT = table_of(ImportConflict), table_of(PhoneCall), table_of(Draft)
_ADDRESS, _LOCATION, _MERGED = table_of(Address), table_of(Location), table_of(MergedListing)
_MEMORY: Final[dict[Table, tuple[str, ...]]] = {
    table_of(Tip): ("text",),
    table_of(Tie): ("whom", "began", "note"),
    table_of(Visit): ("note",),
    table_of(Introduction): ("words", "answer"),
    table_of(Story): ("words",),
    table_of(Idea): ("notes",),
}
"""What colleagues wrote about a listing: table -> its columns of running text."""

OF_PEOPLE: Final = ("contacts", "phones", "email", "tips")
"""Fields of a record that are about people as a whole."""
WITH_WORDS: Final = (
    "alternate_name", "description", "what_to_expect", "alert", "fees_description", "application_process", "wait_time",
    "eligibility_description", "interpretation_services", "places", "sessions", "costs", "required_documents",
    "organization", "extra",
)  # fmt: skip
"""Fields whose running text may mention somebody."""
TAKEN_OUT: Final = "[taken out]"
_KEPT_KEYS = frozenset(
    {"source_id", "place_source_id", "identifiers", "visibility", "location_type", "facts", "freq", "byday"}
    | {"bymonthday", "opens_at", "closes_at", "dtstart", "until", "valid_from", "valid_to"}
)
"""What is no running text: ids, dates, and values of a list."""
_SHORTEST_IN_TEXT = 3
_GONE = object()


def forget_private(connection: Connection, listing_id: str, places: Collection[PlaceRecord]) -> None:
    """Take address and point out of this listing's Change rows for every place that is not plainly public now, and out
    of what is kept of its merges.

    Nothing happens where none of the places is private.
    """
    if not any(place.private for place in places):
        return
    public = {place.source_id for place in places if not place.private}
    query = select(_CHANGE.c.id, _CHANGE.c.before, _CHANGE.c.after).where(
        _CHANGE.c.listing_id == listing_id, _CHANGE.c.entity == "service", _CHANGE.c.field == "places"
    )
    for key, before, after in connection.execute(query).all():
        connection.execute(
            update(_CHANGE)
            .where(_CHANGE.c.id == key)
            .values(before=_without_address(before, public), after=_without_address(after, public))
        )
    _forget_in_merges(connection, listing_id, public)


def _forget_in_merges(connection: Connection, listing_id: str, public: Collection[str]) -> None:
    """In what both listings were before, and in the rows of a listing that was merged into this one."""
    query = select(_MERGED).where((_MERGED.c.kept_id == listing_id) | (_MERGED.c.other_id == listing_id))
    for row in connection.execute(query).all():
        kept = row.kept_id == listing_id
        before = {
            side: _all_without_address(told, public if (side == "kept") == kept else ())
            for side, told in row.before.items()
        }
        after = _all_without_address(row.after, public if kept else ())
        connection.execute(update(_MERGED).where(_MERGED.c.id == row.id).values(before=before, after=after))
        if kept and row.undone_at is None:
            connection.execute(delete(_ADDRESS).where(_ADDRESS.c.listing_id == row.other_id))
            connection.execute(
                update(_LOCATION)
                .where(_LOCATION.c.listing_id == row.other_id)
                .values(latitude=None, longitude=None, transportation=None, private=True)
            )


def _all_without_address(record: dict[str, Any], public: Collection[str]) -> dict[str, Any]:
    """A whole record, with addresses only of the public places."""
    for place in record.get("places", ()):
        if place.get("source_id") not in public:
            place.update(dict.fromkeys(PRIVATE_PARTS))
    return record


def _without_address(told: str | None, public: Collection[str]) -> str | None:
    places: list[dict[str, Any]] | None = json.loads(told) if told else None
    if not places:
        return told
    for place in places:
        if place.get("source_id") not in public:
            for name in PRIVATE_PARTS:
                place.pop(name, None)
    return json.dumps(places, ensure_ascii=False)


@dataclass(frozen=True)
class Piece:
    """Something personal to be taken out wherever it stands."""

    kind: Literal["name", "email", "phone", "tip"]
    text: str

    def is_all_of(self, text: str) -> bool:
        """Whether the text says this and nothing else, however it is spaced."""
        if self.kind == "phone":
            return _digits(text) == _digits(self.text) and bool(_digits(text))
        return " ".join(text.casefold().split()) == " ".join(self.text.casefold().split())

    def out_of(self, text: str) -> str:
        """The text with every mention replaced; a name too short to be told from a word stays."""
        return self._mention.sub(TAKEN_OUT, text) if self._mention else text

    @cached_property
    def _mention(self) -> re.Pattern[str] | None:
        if self.kind == "phone":
            digits = _digits(self.text)
            inner = r"[\s().-]*".join(digits)
            return re.compile(rf"(?<!\d){inner}(?!\d)") if len(digits) >= _SHORTEST_IN_TEXT else None
        words = [re.escape(word) for word in self.text.split()]
        if len("".join(words)) < _SHORTEST_IN_TEXT:
            return None
        return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)


def without(field: str, value: Any, pieces: Collection[Piece]) -> Any:
    """A field's JSON value without these pieces: gone where they stand alone, `TAKEN_OUT` within running text.

    Names of places, organizations and listings are kept, and so is whatever tells records apart.
    """
    if field not in OF_PEOPLE and field not in WITH_WORDS:
        return value
    left = _walk(
        value, pieces, alone=field in OF_PEOPLE or field == "organization", keep_name=field not in OF_PEOPLE
    )
    return None if left is _GONE else left


def _walk(value: Any, pieces: Collection[Piece], *, alone: bool, keep_name: bool) -> Any:
    if isinstance(value, str):
        if alone and any(piece.is_all_of(value) for piece in pieces):
            return _GONE
        for piece in pieces:
            value = piece.out_of(value)
        return value
    if isinstance(value, list):
        parts = (_walk(part, pieces, alone=alone, keep_name=keep_name) for part in value)
        return [part for part in parts if part is not _GONE]
    if isinstance(value, dict):
        return _walk_parts(value, pieces, alone=alone, keep_name=keep_name)
    return value


def _walk_parts(value: dict[str, Any], pieces: Collection[Piece], *, alone: bool, keep_name: bool) -> Any:
    kept = _KEPT_KEYS | {"name"} if keep_name else _KEPT_KEYS
    left = {
        key: part if key in kept else _walk(part, pieces, alone=alone, keep_name=keep_name)
        for key, part in value.items()
    }
    lost_number = left.get("number") is _GONE
    left = {key: part for key, part in left.items() if part is not _GONE and not (part == [] and value[key])}
    nothing_left = "visibility" in value and left.keys() <= {"visibility"} < value.keys()
    return _GONE if lost_number or nothing_left else left


def forget_pieces(
    connection: Connection, listing_id: str, organization_id: str | None, pieces: Collection[Piece]
) -> None:
    """Take these pieces out of the Change rows of a listing and its organization, of suggestions about it, of what
    imports say of it, of the notes on its checks and calls, of forms yet to be saved, and of what is kept of its
    merges."""
    about = or_(
        _CHANGE.c.listing_id == listing_id,
        and_(_CHANGE.c.entity == literal_column("'organization'"), _CHANGE.c.entity_id == organization_id),
    )
    rows = select(_CHANGE.c.id, _CHANGE.c.field, _CHANGE.c.before, _CHANGE.c.after).where(
        about, _CHANGE.c.field.is_not(None)
    )
    for key, field, before, after in connection.execute(rows).all():
        told = {"before": _told_without(field, before, pieces), "after": _told_without(field, after, pieces)}
        if told != {"before": before, "after": after}:
            connection.execute(update(_CHANGE).where(_CHANGE.c.id == key).values(**told))
    _forget_in_suggestions(connection, listing_id, pieces)
    _forget_in_memory(connection, listing_id, pieces)
    _forget_in_conflicts(connection, listing_id, pieces)
    _forget_in_notes(connection, listing_id, pieces, _CHECK, "note")
    _forget_in_notes(connection, listing_id, pieces, _CALL, "notes")
    _forget_in_drafts(connection, listing_id, pieces)
    _forget_in_records_of_merges(connection, listing_id, pieces)


def _forget_in_notes(
    connection: Connection, listing_id: str, pieces: Collection[Piece], table: Table, column: str
) -> None:
    notes = select(table.c.id, table.c[column]).where(
        table.c.listing_id == listing_id, table.c[column].is_not(None)
    )
    for key, note in connection.execute(notes).all():
        if (left := _words_without(note, pieces)) != note:
            connection.execute(update(table).where(table.c.id == key).values({column: left}))


def _forget_in_conflicts(connection: Connection, listing_id: str, pieces: Collection[Piece]) -> None:
    """A field that has lost all it held goes back to empty: its JSON must stay a value of the field."""
    rows = select(_CONFLICT.c.id, _CONFLICT.c.field, _CONFLICT.c.theirs).where(
        _CONFLICT.c.listing_id == listing_id
    )
    for key, field, theirs in connection.execute(rows).all():
        if (left := _told_without(field, theirs, pieces)) != theirs:
            connection.execute(update(_CONFLICT).where(_CONFLICT.c.id == key).values(theirs=left))


def _forget_in_drafts(connection: Connection, listing_id: str, pieces: Collection[Piece]) -> None:
    """Saving one would bring back what is erased."""
    rows = select(_DRAFT.c.id, _DRAFT.c.fields).where(_DRAFT.c.listing_id == listing_id)
    for key, fields in connection.execute(rows).all():
        left = {name: [_line_without(one, pieces) for one in values] for name, values in fields.items()}
        if left != fields:
            connection.execute(update(_DRAFT).where(_DRAFT.c.id == key).values(fields=left))


def _line_without(line: str, pieces: Collection[Piece]) -> str:
    """One value of a form: nothing where it was no more than what is erased."""
    left = _words_without(line, pieces) or ""
    return "" if left == TAKEN_OUT else left


def _forget_in_suggestions(connection: Connection, listing_id: str, pieces: Collection[Piece]) -> None:
    rows = select(
        _SUGGESTION.c.id, _SUGGESTION.c.words, _SUGGESTION.c.answer, _SUGGESTION.c.changes, _SUGGESTION.c.seen
    ).where(_SUGGESTION.c.listing_id == listing_id)
    for key, words, answer, changes, seen in connection.execute(rows).all():
        connection.execute(
            update(_SUGGESTION)
            .where(_SUGGESTION.c.id == key)
            .values(
                words=_words_without(words, pieces),
                answer=_words_without(answer, pieces),
                changes={name: without(name, value, pieces) for name, value in changes.items()},
                seen={name: without(name, value, pieces) for name, value in seen.items()},
            )
        )


def _forget_in_memory(connection: Connection, listing_id: str, pieces: Collection[Piece]) -> None:
    """Also tips and ties that were only set aside; a tip that is nothing else goes."""
    for table, names in _MEMORY.items():
        columns = [table.c[name] for name in names]
        rows = connection.execute(select(table.c.id, *columns).where(table.c.listing_id == listing_id)).all()
        for key, *texts in rows:
            here = table.c.id == key
            if names == ("text",) and any(piece.is_all_of(texts[0]) for piece in pieces):
                connection.execute(delete(table).where(here))
                continue
            left = [_words_without(text, pieces) for text in texts]
            if left != texts:
                connection.execute(update(table).where(here).values(**dict(zip(names, left, strict=True))))


def _forget_in_records_of_merges(connection: Connection, listing_id: str, pieces: Collection[Piece]) -> None:
    merges = select(_MERGED.c.id, _MERGED.c.before, _MERGED.c.after).where(
        (_MERGED.c.kept_id == listing_id) | (_MERGED.c.other_id == listing_id)
    )
    for merge_id, before, after in connection.execute(merges).all():
        sides = {side: _record_without(record, pieces) for side, record in before.items()}
        left_after = _record_without(after, pieces)
        connection.execute(
            update(_MERGED).where(_MERGED.c.id == merge_id).values(before=sides, after=left_after)
        )


def _record_without(record: dict[str, Any], pieces: Collection[Piece]) -> dict[str, Any]:
    return {field: without(field, value, pieces) for field, value in record.items()}


def _told_without(field: str, told: str | None, pieces: Collection[Piece]) -> str | None:
    if not told:
        return told
    value = json.loads(told)
    left = without(field, value, pieces)
    return told if left == value else json.dumps(left, ensure_ascii=False)


def _words_without(words: str | None, pieces: Collection[Piece]) -> str | None:
    for piece in pieces:
        words = piece.out_of(words) if words else words
    return words


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
