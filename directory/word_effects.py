"""What a word would do before it is added, and what follows once it is.

A word concerns only listings that say it, so that only those are weighed, and only those are read anew for matching.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from directory import listings, saved_searches, staff_search, words
from directory.config import current_settings
from directory.database import db
from directory.models import Attribute, Organization, Service, TaxonomyTerm, table_of
from directory.opportunities import words_in
from directory.saved_searches import Saved
from directory.search_index import SearchIndex
from directory.serving import INDEXED, engines
from importers.records import ListingRecord
from matching.language import Addition, Words, concepts_of_listing, goals_of_listing, mentions, words_of
from matching.types import Criteria

MOST_FOUND = 1000
"""Results of a search that are looked at for a synonym's effect."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Names of listings that would newly be about a key (or be found, for a synonym), and no longer; in order."""

    addition: Addition
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchEffect:
    """What a change would do to a saved search: how many it finds before and after, and the names that come and go."""

    name: str
    before: int
    after: int
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def effect_of(addition: Addition) -> Effect:
    """Weigh the listings that say the word, with it and without. Raises Invalid where it cannot be added at all."""
    tidy = words.checked_now(addition)
    before = words.current()
    after = words_of((*before.additions, tidy))
    if tidy.kind == "synonym":
        return _of_synonym(tidy, before, after)
    gained: list[str] = []
    lost: list[str] = []
    for record in listings.records(mentioning([tidy])).values():
        was, will_be = (_is_about(record, tidy, known) for known in (before, after))
        if was != will_be:
            (gained if will_be else lost).append(record.name)
    return Effect(tidy, tuple(sorted(gained)), tuple(sorted(lost)))


def effect_on_searches(addition: Addition, user_id: str, *, editor: bool) -> list[SearchEffect]:
    """What the word would do to three saved searches of the user's, or else the team's. Raises Invalid."""
    tidy = words.checked_now(addition)
    after = words_of((*words.current().additions, tidy))
    tried = _index_with(after) if tidy.kind == "synonym" else engines().index
    return [_on_search(saved, tried, editor) for saved in saved_searches.telling(user_id)]


def mentioning(additions: Iterable[Addition]) -> list[str]:
    """The ids of listings that say one of these words of assets or goals. (Synonyms are for the search box alone.)"""
    phrases = tuple(dict.fromkeys(one.phrase for one in additions if one.kind != "synonym"))
    if not phrases:
        return []
    service, organization = table_of(Service), table_of(Organization)
    columns = (service.c.name, service.c.description, service.c.what_to_expect, organization.c.name)
    query = (
        select(service.c.id, *columns)
        .select_from(service.outerjoin(organization, service.c.organization_id == organization.c.id))
        .where(service.c.listing_status.in_(INDEXED))
    )
    activities = _activities()
    rows = db.session.connection().execute(query)
    return [
        key for key, *texts in rows if mentions((*filter(None, texts), *activities.get(key, ())), phrases)
    ]


def saying(additions: Collection[Addition]) -> dict[Addition, int]:
    """How many listings say each of these words now."""
    counts = engines().index.saying(one.phrase.replace("=", "") for one in additions)
    return {one: counts[one.phrase.replace("=", "")] for one in additions}


# --- changing words, with matching in step -------------------------------------------------------------------------


def add(addition: Addition, *, actor: str) -> Addition:
    """`words.add`, and matching knows it. Raises as that does."""
    before = words.current()
    tidy = words.add(addition, actor=actor)
    _follow(before)
    return tidy


def remove(kind: str, key: str, phrase: str, *, actor: str) -> Addition:
    """`words.remove`, and matching knows it. Raises as that does."""
    before = words.current()
    gone = words.remove(kind, key, phrase, actor=actor)
    _follow(before)
    return gone


def load(path: Path, *, actor: str) -> words.Loaded:
    """`words.load`, and matching knows it. Raises as that does."""
    before = words.current()
    done = words.load(path, actor=actor)
    _follow(before)
    return done


def _follow(before: Words) -> None:
    """Whatever changed since, by whomever: the listings that say it are read anew."""
    after = words.current()
    changed = set(before.additions) ^ set(after.additions)
    engines().follow_words(before, after, mentioning(sorted(changed)))


# --- parts -----------------------------------------------------------------------------------------------------------


def _activities() -> dict[str, list[str]]:
    """Listing id -> the names of its activities."""
    attribute, term = table_of(Attribute), table_of(TaxonomyTerm)
    query = select(attribute.c.link_id, term.c.name).join(term, term.c.id == attribute.c.taxonomy_term_id)
    found: dict[str, list[str]] = {}
    for key, name in db.session.connection().execute(query):
        found.setdefault(key, []).append(name)
    return found


def _is_about(record: ListingRecord, addition: Addition, known: Words) -> bool:
    read = concepts_of_listing if addition.kind == "asset" else goals_of_listing
    name, activities, text, run_by = words_in(record)
    return addition.key in read(name, activities, text, run_by, words=known)


def _of_synonym(tidy: Addition, before: Words, after: Words) -> Effect:
    """What searches for either of the two would newly find."""
    had, will_have = _found(tidy, before), _found(tidy, after)
    gained = {
        listing_id: name for (said, listing_id), name in will_have.items() if (said, listing_id) not in had
    }
    return Effect(tidy, tuple(sorted(gained.values())))


def _found(tidy: Addition, known: Words) -> Mapping[tuple[str, str], str]:
    """(searched for, listing id) -> name."""
    index = _index_with(known)
    return {
        (said, hit.listing_id): hit.name
        for said in (tidy.key, tidy.phrase)
        for hit in index.find(
            Criteria(words=said, per_page=MOST_FOUND), today=current_settings().today()
        ).hits
    }


def _index_with(known: Words) -> SearchIndex:
    """The directory's index as it would be searched with these words."""
    return SearchIndex(current_settings().data_dir / "index", known.synonyms)


def _on_search(saved: Saved, tried: SearchIndex, editor: bool) -> SearchEffect:
    before = staff_search.find(saved.criteria, editor=editor).hits
    after = staff_search.find(saved.criteria, editor=editor, index=tried).hits
    return search_effect(saved.name, before, after)


def search_effect(
    name: str, before: Sequence[staff_search.Hit], after: Sequence[staff_search.Hit]
) -> SearchEffect:
    """What came and went between two results of one search."""
    had, has = ({hit.listing_id: hit.name for hit in hits} for hits in (before, after))
    return SearchEffect(
        name,
        len(had),
        len(has),
        gained=tuple(sorted(has[key] for key in has.keys() - had.keys())),
        lost=tuple(sorted(had[key] for key in had.keys() - has.keys())),
    )
