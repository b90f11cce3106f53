"""What people who may not edit say about a listing: corrections, reports, confirmations. A curator takes or declines.

A proposal is about one field: a field of ListingRecord, or "fact:KEY" for one fact (None: "we do not know after all").
Nothing shows until a curator takes it. Needs an app context; the caller lets the engines catch up.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, Select, case, func, select, update

from directory import audit, catalog, listings, replies
from directory._from_json import Unreadable, listing_value
from directory._rows import as_json
from directory._storable import storable, storable_value
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.formatting import THE_GROUP
from directory.listings import Listing
from directory.models import ListingCheck, Suggestion, table_of
from importers.ids import stable_id
from importers.records import CheckedHow, ListingRecord, Provenance
from matching.vocabulary import needs

__all__ = [
    "CATEGORIES", "By", "Proposal", "Suggested", "accept", "count", "decline", "link_used", "one", "suggest",
    "value_now", "waiting",
]  # fmt: skip

_SUGGESTION, _CHECK = table_of(Suggestion), table_of(ListingCheck)
FACT = "fact:"
Kind = Literal["correction", "report", "confirmation"]
FIELDS: Final = (
    "status", "name", "description", "what_to_expect", "sessions", "costs", "fees_description", "phones", "email",
    "url",
)  # fmt: skip
"""The fields that somebody without the edit form may propose to change."""
CATEGORIES: Final[dict[str, str]] = {
    "closed": "It has closed, or does not happen any more",
    "times": "The day or time is wrong",
    "place": "The place or the way in is wrong",
    "contact": "The phone number, email or website does not work",
    "cost": "The cost is wrong",
    "access": "Getting in, or what it is like there, is not as it says",
    "unsafe": "I did not feel safe or welcome there",
    "unlist": "I run this, and want it taken off",
    "other": "Something else",
}
LONGEST_WORDS = 4000
GROUP: Final = THE_GROUP
"""The role that stands with what a group told about itself."""


@dataclass(frozen=True, slots=True)
class By:
    """Who suggests. `role` is group, public or a colleague's role; `link` the single-use link it came by."""

    role: str
    user: str | None = None
    how: CheckedHow | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One field: what stands there now, what stood there when the suggestion was made, and what is proposed."""

    field: str
    now: Any
    seen: Any
    proposed: Any

    @property
    def changed_since(self) -> bool:
        """Somebody changed the field after the suggestion was made."""
        return bool(self.now != self.seen)

    @property
    def is_done(self) -> bool:
        """It says already what is proposed."""
        return bool(self.now == self.proposed)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion beside the listing it is about."""

    id: str
    listing: Listing
    kind: Kind
    category: str | None
    words: str
    proposals: tuple[Proposal, ...]
    by_role: str
    made_by: str | None
    how: CheckedHow | None
    made_at: datetime
    made_on: date
    state: str
    answer: str
    wants_answer: bool


# --- making one -----------------------------------------------------------------------------------------------------


def suggest(
    listing_id: str,
    changes: Mapping[str, Any],
    by: By,
    *,
    kind: Kind = "correction",
    words: str = "",
    category: str | None = None,
    address: str = "",
    once: str = "",
    seen: Mapping[str, Any] | None = None,
) -> str:
    """Keep a suggestion for a curator; its id. The same `once` for the same listing makes one suggestion only.

    `seen` are the values that its maker saw, where they may differ from what stands there. `address` is where to send
    the outcome. Raises NotFound, Invalid, and Conflict for a link that was used already.
    """
    words = storable_value(words.strip())
    moment = now()
    with writing() as connection:
        record = catalog.stored(connection, listing_id).record
        _check(record, changes, kind, words, category, address)
        key = stable_id(listing_id, "suggestion", once or as_json([moment.isoformat(), words, by.role]))
        if _known(connection, key, by.link):
            return key
        connection.execute(
            _SUGGESTION.insert().values(
                id=key,
                listing_id=listing_id,
                kind=kind,
                category=category,
                words=words or None,
                changes={name: _plain(storable_value(value)) for name, value in changes.items()},
                seen={name: _plain((seen or {}).get(name, value_now(record, name))) for name in changes},
                by_role=by.role,
                how=by.how,
                made_by=by.user,
                link=by.link,
                made_at=moment,
                made_on=current_settings().today(),
                state="waiting",
                taken=[],
            )
        )
        if address:
            replies.keep(connection, key, address)
        replies.forget_old(connection)
    audit.record("suggestion_made", suggestion_id=key, listing_id=listing_id, kind=kind, role=by.role)
    return key


def link_used(link: str) -> bool:
    """Whether something was sent by this single-use link already."""
    return db.session.scalar(select(_SUGGESTION.c.id).where(_SUGGESTION.c.link == link)) is not None


def value_now(record: ListingRecord, field: str) -> Any:
    """What the record says of a field that can be proposed: of a fact its value, None where it is unknown."""
    if not field.startswith(FACT):
        return getattr(record, field)
    key = field.removeprefix(FACT)
    place = record.places[0].facts if record.places else ()
    known = place if needs.facts()[key].scope == "venue" else record.facts
    return next((fact.value for fact in known if fact.key == key), None)


def _known(connection: Connection, key: str, link: str | None) -> bool:
    """Whether this very suggestion is here already. Raises Conflict where its link brought another one."""
    if connection.scalar(select(_SUGGESTION.c.id).where(_SUGGESTION.c.id == key)) is not None:
        return True
    if link and connection.scalar(select(_SUGGESTION.c.id).where(_SUGGESTION.c.link == link)) is not None:
        raise Conflict("This link was used already: we have what was sent with it.")
    return False


def _check(
    record: ListingRecord,
    changes: Mapping[str, Any],
    kind: str,
    words: str,
    category: str | None,
    address: str,
) -> None:
    wrong = {name: why for name in changes if (why := _wrong(record, name, changes[name]))}
    if kind == "report" and category not in CATEGORIES:
        wrong["category"] = "say what is wrong"
    if len(words) > LONGEST_WORDS:
        wrong["words"] = f"write at most {LONGEST_WORDS:,} letters"
    if kind == "correction" and not changes and not words:
        wrong["words"] = "nothing is different: change something, or write what is not right"
    if address and not replies.is_address(address):
        wrong["address"] = "write an email address, like name@example.org"
    if wrong:
        raise Invalid(wrong)
    storable(replace(record, **{name: value for name, value in changes.items() if not name.startswith(FACT)}))


def _wrong(record: ListingRecord, name: str, value: Any) -> str:
    if not name.startswith(FACT):
        return "" if name in FIELDS else "cannot be suggested"
    entry = needs.facts().get(name.removeprefix(FACT))
    if entry is None or (value is not None and value not in entry.values):
        return "there is no such fact or answer"
    return (
        "this listing has no place that it could be about"
        if entry.scope == "venue" and not record.places
        else ""
    )


def _plain(value: Any) -> Any:
    return json.loads(as_json(value))


# --- reading --------------------------------------------------------------------------------------------------------


def waiting(limit: int = 20) -> list[Suggested]:
    """What waits for a curator: where somebody felt unsafe first, then the oldest first."""
    urgent = case((_SUGGESTION.c.category == "unsafe", 0), else_=1)
    query = select(_SUGGESTION).where(_SUGGESTION.c.state == "waiting")
    return _read(query.order_by(urgent, _SUGGESTION.c.made_at, _SUGGESTION.c.id).limit(limit))


def count(listing_id: str | None = None) -> int:
    """How many wait, of one listing or of all."""
    query = select(func.count()).select_from(_SUGGESTION).where(_SUGGESTION.c.state == "waiting")
    if listing_id:
        query = query.where(_SUGGESTION.c.listing_id == listing_id)
    return db.session.scalar(query) or 0


def one(suggestion_id: str) -> Suggested:
    """A suggestion, also a decided one. Raises NotFound."""
    found = _read(select(_SUGGESTION).where(_SUGGESTION.c.id == suggestion_id))
    if not found:
        raise NotFound("There is no such suggestion.")
    return found[0]


def _read(query: Select[Any]) -> list[Suggested]:
    rows = db.session.execute(query).all()
    about = listings.fetch(row.listing_id for row in rows)
    awaited = replies.awaited([row.id for row in rows])
    return [
        _suggested(row, about[row.listing_id], row.id in awaited) for row in rows if row.listing_id in about
    ]


def _suggested(row: Row[Any], listing: Listing, wants_answer: bool) -> Suggested:
    return Suggested(
        id=row.id,
        listing=listing,
        kind=row.kind,
        category=row.category,
        words=row.words or "",
        proposals=tuple(_proposals(row, listing.record)),
        by_role=row.by_role,
        made_by=row.made_by,
        how=row.how,
        made_at=row.made_at,
        made_on=row.made_on,
        state=row.state,
        answer=row.answer or "",
        wants_answer=wants_answer,
    )


def _proposals(row: Row[Any], record: ListingRecord) -> Iterable[Proposal]:
    for name in sorted(row.changes, key=_order):
        try:
            proposed, seen = _value(name, row.changes[name]), _value(name, row.seen.get(name))
        except Unreadable:
            continue  # a fact or field that the vocabulary has dropped since
        yield Proposal(name, value_now(record, name), seen, proposed)


def _order(name: str) -> tuple[int, str]:
    return (FIELDS.index(name) if name in FIELDS else len(FIELDS), name)


def _value(name: str, plain: Any) -> Any:
    if not name.startswith(FACT):
        return listing_value(name, json.dumps(plain))
    if name.removeprefix(FACT) not in needs.facts():
        raise Unreadable(f"there is no {name}")
    return plain


# --- deciding -------------------------------------------------------------------------------------------------------


def accept(suggestion_id: str, fields: Collection[str], actor: str, answer: str = "") -> ListingRecord:
    """Take these fields of a suggestion into its listing; the record as it now stands.

    What the group itself sent also counts as a check of the listing. Raises NotFound, Invalid (nothing was chosen of a
    suggestion that has something to choose), and Conflict where it was decided already.
    """
    with writing() as connection:
        row = _undecided(connection, suggestion_id)
        before = catalog.stored(connection, row.listing_id).record
        proposals = {one.field: one.proposed for one in _proposals(row, before)}
        taken = {name: value for name, value in proposals.items() if name in fields}
        if proposals and not taken:
            raise Invalid({"fields": "tick what to take, or decline it all"})
        changes = _changes(before, taken, row)
        record, done = catalog.amend_within(connection, row.listing_id, changes, actor)
        if row.by_role == "group":
            connection.execute(_CHECK.insert().values(_check_row(row, actor)))
        _decide(connection, row.id, "accepted", actor, answer or THANKS, sorted(taken))
    if done:
        audit.record("listing_amended", listing_id=row.listing_id, fields=",".join(done))
    audit.record("suggestion_decided", suggestion_id=suggestion_id, state="accepted", fields=len(taken))
    return record


def decline(suggestion_id: str, actor: str, why: str = "") -> None:
    """Leave the listing as it is, and say why. Raises NotFound, and Conflict where it was decided already."""
    with writing() as connection:
        row = _undecided(connection, suggestion_id)
        _decide(connection, row.id, "declined", actor, why or UNCHANGED, [])
    audit.record("suggestion_decided", suggestion_id=suggestion_id, state="declined", fields=0)


THANKS: Final = "You were right. We have changed what our list says."
UNCHANGED: Final = "We looked into it, and have left our list as it is for now."


def _undecided(connection: Connection, suggestion_id: str) -> Row[Any]:
    row = connection.execute(select(_SUGGESTION).where(_SUGGESTION.c.id == suggestion_id)).first()
    if row is None:
        raise NotFound("There is no such suggestion.")
    if row.state != "waiting":
        raise Conflict(f"This was {row.state} already.")
    return row


def _decide(
    connection: Connection, suggestion_id: str, state: str, actor: str, answer: str, taken: list[str]
) -> None:
    connection.execute(
        update(_SUGGESTION)
        .where(_SUGGESTION.c.id == suggestion_id)
        .values(state=state, decided_by=actor, decided_at=now(), answer=storable_value(answer), taken=taken)
    )


def _changes(record: ListingRecord, taken: Mapping[str, Any], row: Row[Any]) -> dict[str, Any]:
    """The fields of the record that taking this changes."""
    changes = {name: value for name, value in taken.items() if not name.startswith(FACT)}
    found = {name.removeprefix(FACT): value for name, value in taken.items() if name.startswith(FACT)}
    checked = _provenance(row)
    changes |= catalog.found_out(record, found, checked)
    if row.by_role == "group" and (record.checked.checked_on or date.min) <= row.made_on:
        changes["checked"] = checked
    return changes


def _provenance(row: Row[Any]) -> Provenance:
    """Who found out what the suggestion says: the group told us, or a colleague as they said; else nobody checked."""
    if row.by_role == "group":
        return Provenance(row.made_on, "told", GROUP)
    return Provenance(row.made_on, row.how, row.by_role) if row.how else Provenance()


def _check_row(row: Row[Any], actor: str) -> dict[str, Any]:
    return {
        "id": stable_id(row.id, "check", "told"),
        "listing_id": row.listing_id,
        "at": now(),
        "checked_on": row.made_on,
        "how": "told",
        "role": GROUP,
        "actor": actor,
        "note": row.words,
    }
