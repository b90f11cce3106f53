"""Activities and other terms that hang on listings: how often each is used, and another name for one everywhere.

A new name that another term of the same vocabulary has already makes the two one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, func, select

from directory import catalog, listings, saved_searches, staff_search
from directory.database import db
from directory.errors import Invalid, NotFound
from directory.listings import Listing
from directory.models import Attribute, TaxonomyTerm, table_of
from directory.saved_searches import Saved
from directory.search_index import Document, document_from
from directory.serving import engines
from directory.staff_search import Hit
from directory.word_effects import SearchEffect
from importers.records import TermRecord

LONGEST_NAME = 100
_TERM, _ATTRIBUTE = table_of(TaxonomyTerm), table_of(Attribute)


@dataclass(frozen=True, slots=True)
class Term:
    """A term with how many listings have it, whatever their status."""

    id: str
    record: TermRecord
    listings: int


@dataclass(frozen=True, slots=True)
class TermEffect:
    """What another name would do: what the term becomes, the one it then is (None: it stays its own), the names of the
    listings that change, and what saved searches would find."""

    term: Term
    becomes: TermRecord
    joins: Term | None
    names: tuple[str, ...]
    searches: tuple[SearchEffect, ...]


def listed(words: str = "") -> list[Term]:
    """The terms in use, most used first; with `words`, those that have them in their name."""
    wanted = words.casefold().split()
    found = [_term(row) for row in db.session.connection().execute(_with_counts())]
    some = (one for one in found if all(word in one.record.name.casefold() for word in wanted))
    return sorted(
        some, key=lambda one: (-one.listings, one.record.name.casefold(), one.record.taxonomy, one.id)
    )


def by_id(term_id: str) -> Term:
    """One term, in use or not. Raises NotFound."""
    row = db.session.connection().execute(_with_counts(outer=True).where(_TERM.c.id == term_id)).first()
    if row is None:
        raise NotFound("There is no activity with that id.")
    return _term(row)


def effect_of(term_id: str, name: str, user_id: str, *, editor: bool) -> TermEffect:
    """What the new name would do. Raises NotFound and Invalid."""
    term = by_id(term_id)
    becomes, joins = _becomes(term, name)
    users = listings.fetch(_users(term_id))
    searches = tuple(
        _on_search(saved, users, term.record, becomes, editor) for saved in saved_searches.telling(user_id)
    )
    names = tuple(sorted((one.record.name for one in users.values()), key=str.casefold))
    return TermEffect(term, becomes, joins, names, searches)


def rename(term_id: str, name: str, *, actor: str) -> int:
    """Give a term another name on every listing, all at once; on how many. Raises NotFound, Invalid and Conflict."""
    term = by_id(term_id)
    becomes, _ = _becomes(term, name)
    return len(catalog.replace_term(term.record, becomes, actor))


def _becomes(term: Term, name: str) -> tuple[TermRecord, Term | None]:
    """The term under its new name, and the one that has this name already: letter for letter, or else but for case."""
    name = _checked(name)
    if name == term.record.name:
        raise Invalid({"name": "That is what it is called already"})
    others = [one for one in listed() if one.record.taxonomy == term.record.taxonomy and one.id != term.id]
    same = [one for one in others if one.record.name == name]
    same = same or [one for one in others if one.record.name.casefold() == name.casefold()]
    if same:
        return same[0].record, same[0]
    return dataclasses.replace(term.record, name=name), None


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": "Write the new name"})
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid({"name": f"Write a name of up to {LONGEST_NAME} letters"})
    if ";" in name:
        raise Invalid({"name": "Leave out the semicolon: in the sheet it stands between two activities"})
    return name


def _on_search(
    saved: Saved, users: dict[str, Listing], term: TermRecord, becomes: TermRecord, editor: bool
) -> SearchEffect:
    """Only listings that have the term can come or go, and only by their words."""
    hits = staff_search.find(saved.criteria, editor=editor).hits
    had = {hit.listing_id: hit.name for hit in hits}
    if not saved.criteria.words:
        return SearchEffect(saved.name, len(had), len(had))
    anyway = staff_search.find(dataclasses.replace(saved.criteria, words=""), editor=editor).hits
    concerned = [hit for hit in anyway if hit.listing_id in users]
    said, says = (
        engines().index.answering(_documents(concerned, users, term, named), saved.criteria.words)
        for named in (term, becomes)
    )
    gained = tuple(sorted(hit.name for hit in concerned if hit.listing_id in says - said - had.keys()))
    lost = tuple(sorted(hit.name for hit in concerned if hit.listing_id in (said - says) & had.keys()))
    return SearchEffect(saved.name, len(had), len(had) + len(gained) - len(lost), gained, lost)


def _documents(
    hits: list[Hit], users: dict[str, Listing], term: TermRecord, by: TermRecord
) -> Iterator[Document]:
    """The listings as search knows them with another term, or the same, in the place of the term."""
    locate = cache(engines().places.spot_of_code)
    for hit in hits:
        record = catalog.with_term(users[hit.listing_id].record, term, by)
        yield document_from(hit.listing_id, record, locate)


def _users(term_id: str) -> list[str]:
    query = select(_ATTRIBUTE.c.link_id).where(_ATTRIBUTE.c.taxonomy_term_id == term_id).distinct()
    return list(db.session.connection().scalars(query))


def _with_counts(*, outer: bool = False) -> Select[Any]:
    columns = (_TERM.c.id, _TERM.c.name, _TERM.c.taxonomy, _TERM.c.code, _TERM.c.parent_code)
    joined = _TERM.join(_ATTRIBUTE, _ATTRIBUTE.c.taxonomy_term_id == _TERM.c.id, isouter=outer)
    used = func.count(_ATTRIBUTE.c.link_id.distinct()).label("used")
    return select(*columns, used).select_from(joined).group_by(*columns)


def _term(row: Row[Any]) -> Term:
    return Term(row.id, TermRecord(row.name, row.taxonomy, row.code, row.parent_code), row.used)
