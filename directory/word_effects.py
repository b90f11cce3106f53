"""What a word would do before it is added: which listings would newly be found by it. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from directory import listings, words
from directory.config import current_settings
from directory.opportunities import words_in
from directory.search_index import SearchIndex
from directory.serving import INDEXED
from importers.records import ListingRecord
from matching.language import Addition, Words, concepts_of_listing, goals_of_listing, words_of
from matching.types import Criteria

MOST_FOUND = 1000
"""Results of a search that are looked at for a synonym's effect."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Names of listings that would newly be about a key (or be found, for a synonym), and no longer; in order."""

    addition: Addition
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def effect_of(addition: Addition) -> Effect:
    """Weigh every listing with and without the word. Raises Invalid where it cannot be added at all."""
    tidy = words.checked_now(addition)
    before = words.current()
    after = words_of((*before.additions, tidy))
    if tidy.kind == "synonym":
        return _of_synonym(tidy, before, after)
    gained: list[str] = []
    lost: list[str] = []
    for listing in listings.iterate():
        if listing.record.status in INDEXED:
            was, will_be = (_is_about(listing.record, tidy, known) for known in (before, after))
            if was != will_be:
                (gained if will_be else lost).append(listing.record.name)
    return Effect(tidy, tuple(sorted(gained)), tuple(sorted(lost)))


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
    settings = current_settings()
    index = SearchIndex(settings.data_dir / "index", known.synonyms)
    return {
        (said, hit.listing_id): hit.name
        for said in (tidy.key, tidy.phrase)
        for hit in index.find(Criteria(words=said, per_page=MOST_FOUND), today=settings.today()).hits
    }
