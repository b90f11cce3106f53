"""The search box: words and a place -> results. One frozen Criteria carries every option from the form to here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from directory import listings
from directory.config import current_settings
from directory.geocoder import Ambiguous, Place
from directory.opportunities import point_of
from directory.search_index import Found
from directory.serving import engines
from importers.records import ListingRecord
from matching.language import sounds_urgent, urgent_note
from matching.types import Criteria, Point


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found, where we took "near" to be, and which places it might have meant."""

    criteria: Criteria
    found: Found
    place: Place | None = None
    place_choices: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()
    urgent: bool = False
    """Someone wrote that they want to die or hurt themselves; the first note is for them."""


def search(criteria: Criteria) -> SearchResult:
    """One search of the directory. A place nobody knows is said so, and the search goes on without it."""
    place, choices, notes = located(criteria)
    if place is not None:
        criteria = replace(criteria, origin=place.point)
    elif criteria.origin is None and (criteria.within_km is not None or criteria.sort == "distance"):
        criteria = replace(
            criteria, within_km=None, sort="relevance" if criteria.sort == "distance" else criteria.sort
        )
        if not criteria.near:
            notes.append("Say where you start from to sort by distance.")
    found = engines().index.find(criteria, today=current_settings().today())
    urgent = sounds_urgent(criteria.words)
    first = (urgent_note(),) if urgent else ()
    return SearchResult(criteria, found, place, choices, (*first, *notes, *found.notes), urgent)


def located(criteria: Criteria) -> tuple[Place | None, tuple[Place, ...], list[str]]:
    """Where "near" is; or which places it might be; and what to say of it. Nothing where an origin is given."""
    if not criteria.near.strip() or criteria.origin is not None:
        return None, (), []
    located = engines().places.locate(criteria.near)
    if isinstance(located, Place):
        return located, (), [located.note] if located.note else []
    if isinstance(located, Ambiguous):
        return None, tuple(located.choices), ["There are several places of that name: which one do you mean?"]
    return None, (), [located.message]


def is_rough(origin: Point | None, record: ListingRecord) -> bool:
    """Whether how far it is can only be told roughly: from or to the middle of a wider area."""
    if origin is None:
        return False
    if origin.rough:
        return True
    locate = engines().places.spot_of_code
    shown = (place for place in record.places if not (place.withheld or place.private))
    return any(spot.rough for place in shown if (spot := point_of(place, locate)))


def suggest(prefix: str, limit: int = 8) -> list[str]:
    """Names and activities that go on from what was typed."""
    return engines().index.suggest(prefix, limit)


def to_json(result: SearchResult) -> dict[str, Any]:
    """Search JSON (design.md 6)."""
    known = listings.fetch(hit.listing_id for hit in result.found.hits)
    checked: Mapping[str, Any] = {key: one.record.checked.checked_on for key, one in known.items()}
    return {
        "total": result.found.total,
        "results": [
            {
                "id": hit.ref,
                "name": hit.name,
                "organization": hit.organization,
                "distance_km": None if hit.distance_km is None else round(hit.distance_km, 2),
                "score": round(hit.score, 3),
                "snippet": hit.snippet_html,
                "checked_on": day.isoformat() if (day := checked.get(hit.listing_id)) else None,
            }
            for hit in result.found.hits
        ],
        "did_you_mean": result.found.did_you_mean,
        "facets": result.found.facets,
        "notes": list(result.notes),
        "place_choices": [choice.again or choice.label for choice in result.place_choices],
    }
