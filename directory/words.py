"""The agency's own words: added, removed, exported and loaded here, and read by everything that matches or searches.

`current()` is what search and matching use. A word changes what listings are about, so that whatever is derived from
listings with `current()` must be made anew when its fingerprint changes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Dialect, delete, func, insert, select

from directory import _word_files, audit
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Invalid, NotFound
from directory.models import Change, Word, table_of
from importers.ids import stable_uuid
from matching.language import Addition, BadWord, Words, words_of
from matching.language.words import checked, tidied

__all__ = [
    "Addition",
    "Loaded",
    "Stored",
    "add",
    "checked_now",
    "current",
    "everything",
    "export",
    "listed",
    "load",
    "remove",
]

_WORD, _CHANGE = table_of(Word), table_of(Change)
_KEPT = "kith_words"
_STATE = select(func.max(_WORD.c.id), func.count()).select_from(_WORD)
"""Changes whenever a word is added or taken away."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An addition with who added it and when."""

    addition: Addition
    added_by: str
    added_on: date


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did."""

    added: int
    unchanged: int
    """They were there already."""


def current() -> Words:
    """The shipped vocabulary with the agency's words, as of now. One small query; the rest is kept while it holds.

    Call it outside of a transaction that writes words: it might keep what is then taken back.
    """
    connection = db.session.connection()
    state = _state(connection)
    kept: tuple[Any, Words] | None = current_app.extensions.get(_KEPT)
    if kept is None or kept[0] != state:
        kept = current_app.extensions[_KEPT] = (state, words_of(_read(connection)))
    return kept[1]


def _state(connection: Connection) -> Any:
    """What `_STATE` says, asked of the driver itself: every match asks, and SQLAlchemy takes five times as long."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_as_text(connection.dialect))
        return cursor.fetchone()
    finally:
        cursor.close()


@lru_cache(maxsize=2)
def _as_text(dialect: Dialect) -> str:
    return str(_STATE.compile(dialect=dialect))


def everything() -> tuple[Addition, ...]:
    """All words that the agency added, sorted."""
    return tuple(one.addition for one in listed())


def listed() -> tuple[Stored, ...]:
    """The same with who added them and when."""
    rows = db.session.connection().execute(select(_WORD)).mappings()
    found = (
        Stored(
            Addition(row["kind"], row["key"], row["phrase"], row["part"]), row["added_by"], row["added_on"]
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: one.addition))


def checked_now(addition: Addition) -> Addition:
    """The addition as it would be kept. Raises Invalid naming what is wrong."""
    return _checked(addition, current())


def add(addition: Addition, *, actor: str) -> Addition:
    """Add one word; as it is kept. Raises Invalid naming what is wrong, Conflict where others write."""
    with writing() as connection:
        tidy = _checked(addition, words_of(_read(connection)))
        number = _insert(connection, tidy, actor)
    audit.record("word_added", word_id=number, kind=tidy.kind, part=tidy.part)
    return tidy


def remove(kind: str, key: str, phrase: str, *, actor: str) -> Addition:
    """Take a word of the agency's away; what was taken. Raises NotFound, also for words that ship with Kith."""
    wanted = tidied(Addition(kind, key, phrase))
    with writing() as connection:
        found = connection.execute(
            select(_WORD).where(
                _WORD.c.kind == wanted.kind, _WORD.c.key == wanted.key, _WORD.c.phrase == wanted.phrase
            )
        ).first()
        if found is None:
            raise NotFound(
                f"You have not added {wanted.phrase!r} to {wanted.kind} {wanted.key!r}: kith words list shows what "
                "you have. A word of Kith's own asset or goal is switched off by adding it with --part not_words."
            )
        gone = Addition(found.kind, found.key, found.phrase, found.part)
        connection.execute(delete(_WORD).where(_WORD.c.id == found.id))
        _note(connection, gone, actor, before=gone, after=None)
    audit.record("word_removed", word_id=found.id, kind=gone.kind, part=gone.part)
    return gone


def export(path: Path) -> int:
    """Write all of the agency's words to a .toml or .csv file; how many. Raises CannotStart."""
    all_of_them = everything()
    _word_files.write(path, all_of_them)
    return len(all_of_them)


def load(path: Path, *, actor: str) -> Loaded:
    """Add what a .toml or .csv file has: all of it, or nothing and Invalid with each wrong row by name.

    What is there already in just that way is no error. Raises CannotStart or UnreadableSource for the file itself.
    """
    rows = _word_files.read(path)
    with writing() as connection:
        there = _read(connection)
        fresh = _all_checked(rows, there)
        numbers = [(_insert(connection, one, actor), one) for one in fresh]
    for number, one in numbers:
        audit.record("word_added", word_id=number, kind=one.kind, part=one.part)
    return Loaded(len(fresh), len(rows) - len(fresh))


def _all_checked(rows: Sequence[_word_files.Numbered], there: Sequence[Addition]) -> list[Addition]:
    """What of the rows is new, each checked against the shipped words, the stored ones and the rows before it."""
    have, fresh, wrong = set(there), [], {}
    for where, one in rows:
        if tidied(one) in have:
            continue
        try:
            tidy = checked(one, words_of(have))
        except BadWord as error:
            wrong[where] = error.message
            continue
        have.add(tidy)
        fresh.append(tidy)
    if wrong:
        raise Invalid(wrong)
    return fresh


def _checked(addition: Addition, known: Words) -> Addition:
    try:
        return checked(addition, known)
    except BadWord as error:
        raise Invalid({error.field: error.message}) from error


def _read(connection: Connection) -> list[Addition]:
    rows = connection.execute(select(_WORD.c.kind, _WORD.c.key, _WORD.c.phrase, _WORD.c.part))
    return [Addition(*row) for row in rows]


def _insert(connection: Connection, tidy: Addition, actor: str) -> int:
    values = {**asdict(tidy), "added_by": actor, "added_on": current_settings().today()}
    done = connection.execute(insert(_WORD).values(values))
    _note(connection, tidy, actor, before=None, after=tidy)
    assert done.inserted_primary_key is not None
    return int(done.inserted_primary_key[0])


def _note(
    connection: Connection, one: Addition, actor: str, *, before: Addition | None, after: Addition | None
) -> None:
    """A row in the record of changes, which stays when the word goes."""
    word = str(stable_uuid("words", one.kind, f"{one.key}\x1f{one.phrase}"))
    told = {"before": before, "after": after}
    connection.execute(
        insert(_CHANGE).values(
            at=now(), actor=actor, actor_kind="hand", entity="word", entity_id=word,
            **{name: json.dumps(asdict(value), ensure_ascii=False) if value else None for name, value in told.items()},
        )
    )  # fmt: skip
