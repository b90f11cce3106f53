"""What the index is given: one `Document` a listing, and how one is made from a `ListingRecord`.

Places that are withheld, private or a head office give no point (a distance measured from several origins
would betray them), and no more text than their town.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from directory.texts import beside_times, described
from importers.records import CostRecord, ListingRecord, PlaceRecord, SessionRecord
from matching.types import Point

COST_BANDS = ("free", "donation", "up_to_3", "3_to_6", "over_6")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FROM_HOME = ("online", "phone", "post", "home_visit")
"""Formats that can be taken up without going anywhere: distance does not count."""

T = TypeVar("T")
Locate = Callable[[str], Point | None]
"""A postcode -> where it is, None where the gazetteer does not know it."""

_ICAL_DAYS = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), DAYS, strict=True))
_OFFERED = {"bsl": ("led", "interpreter", "on_request")}
"""Facts whose good values are not called "yes" (design.md 6, Facts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One listing as search knows it. `points` are WGS84 (lat, lon), one a place; empty = not on the map."""

    listing_id: str
    ref: str
    """The public id, "source:source_id"; breaks ties, so that paging is stable."""
    name: str
    organization: str = ""
    activities: tuple[str, ...] = ()
    """Activity words, taxonomy names, concept words: each one word or short phrase."""
    description: str = ""
    """Description, what to expect, then what is on at its times. The snippet is cut from it."""
    place: str = ""
    """Venue, street, town and postcode, as far as they may be known."""
    points: tuple[tuple[float, float], ...] = ()
    cost: str | None = None
    """One of COST_BANDS; None = not known."""
    formats: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    """Of DAYS."""
    access: frozenset[str] = frozenset()
    """Keys of facts known to be a yes."""
    checked_on: date | None = None
    public: bool = True
    """False: for members of the agency only."""


def document_from(listing_id: str, record: ListingRecord, locate: Locate | None = None) -> Document:
    """The document of one listing. The caller decides which listings are indexed (not the closed ones).

    `locate` gives a place that has a postcode and no point of its own the postcode's.
    """
    organization = record.organization
    also = (record.alternate_name, organization.alternate_name if organization else None)
    return Document(
        listing_id=listing_id,
        ref=record.ref,
        name=record.name,
        organization=organization.name if organization and not organization.placeholder else "",
        activities=_distinct([term.name for term in record.activities] + [name for name in also if name]),
        description="\n\n".join((*described(record), *beside_times(record))),
        place=", ".join(_distinct(part for place in record.places for part in _place_words(place))),
        points=()
        if record.remote
        else _distinct(p for place in record.places for p in _points(place, locate)),
        cost=cost_band(record.costs),
        formats=record.formats,
        days=days_of(record.sessions),
        access=_access(record),
        checked_on=record.checked.checked_on,
        public=record.audience != "members",
    )


def cost_band(costs: Iterable[CostRecord]) -> str | None:
    """The band of the cheapest way in, None when no price is known. Bounds are inclusive: 3.00 is
    "up_to_3"."""
    costs = tuple(costs)
    amounts = [cost.amount for cost in costs if cost.amount is not None]
    cheapest = min(amounts, default=None)
    if cheapest == 0:
        return "free"
    if any(cost.option == "donation" for cost in costs):
        return "donation"
    if cheapest is None:
        return None
    return "up_to_3" if cheapest <= 3 else "3_to_6" if cheapest <= 6 else "over_6"


def days_of(sessions: Iterable[SessionRecord]) -> tuple[str, ...]:
    """Weekdays on which anything happens, Monday first. "1SA" and "-1FR" (of the month) count as their
    day."""
    codes = {code.strip()[-2:].upper() for s in sessions if s.byday for code in s.byday.split(",")}
    return tuple(day for code, day in _ICAL_DAYS.items() if code in codes)


def _place_words(place: PlaceRecord) -> Iterable[str]:
    if place.withheld or place.private:
        parts: tuple[str | None, ...] = (place.city,)
    else:
        parts = (
            place.name,
            place.alternate_name,
            place.address_1,
            place.address_2,
            place.city,
            place.postal_code,
        )
    return (part for part in parts if part)


def _points(place: PlaceRecord, locate: Locate | None) -> Iterable[tuple[float, float]]:
    if place.withheld or place.private or place.location_type != "physical":
        return
    if place.point_trusted and place.latitude is not None and place.longitude is not None:
        yield place.latitude, place.longitude
    elif locate and place.postal_code and (found := locate(place.postal_code)):
        yield found.lat, found.lon


def _access(record: ListingRecord) -> frozenset[str]:
    facts = [*record.facts, *(fact for place in record.places for fact in place.facts)]
    return frozenset(fact.key for fact in facts if fact.value in _OFFERED.get(fact.key, ("yes",)))


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
