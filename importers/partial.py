"""What a source does not speak of stays as it stands: a sheet with only `id` and `sessions` changes sessions alone.

`ListingRecord.said` holds the sheet's columns that are there (None: the source speaks of everything). A column that is
there and blank does speak: it says that nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from importers.records import FactRecord, ListingRecord, PlaceRecord
from importers.sheet_columns import SESSION_FACTS, VENUE_FACTS

PLACE_COLUMNS = frozenset(("venue", "address", "postcode", "latitude", "longitude", "withheld_location"))

CONTACT_COLUMNS = frozenset(("contact_name", "contact_role", "contact_visibility"))

COLUMNS_OF: dict[str, frozenset[str]] = {
    "name": frozenset(("name",)),
    "alternate_name": frozenset(("name",)),
    "organization": frozenset(("organization",)),
    "description": frozenset(("description",)),
    "what_to_expect": frozenset(("what_to_expect",)),
    "url": frozenset(("url",)),
    "email": frozenset(("email", "url", "phone")),
    "status": frozenset(("status",)),
    "returns_on": frozenset(("returns_on",)),
    "activities": frozenset(("activities",)),
    "run_by": frozenset(("run_by",)),
    "audience": frozenset(("audience",)),
    "formats": frozenset(("format",)),
    "places": PLACE_COLUMNS | VENUE_FACTS,
    "sessions": frozenset(("sessions",)),
    "costs": frozenset(("price",)),
    "fees_description": frozenset(("price_note",)),
    "referral": frozenset(("referral",)),
    "booking": frozenset(("booking",)),
    "wait_weeks": frozenset(("wait_weeks",)),
    "minimum_age": frozenset(("min_age",)),
    "maximum_age": frozenset(("max_age",)),
    "gender": frozenset(("gender",)),
    "languages": frozenset(("languages",)),
    "group_size": frozenset(("group_size",)),
    "rungs": frozenset(("rungs",)),
    "goals": frozenset(("goals",)),
    "contacts": CONTACT_COLUMNS,
    "phones": frozenset(("phone", "email")),
    "facts": SESSION_FACTS,
    "service_area": frozenset(("service_area",)),
    "tips": frozenset(("tips",)),
    "known_by": frozenset(("known_by",)),
    "checked": frozenset(("checked_on", "checked_how", "checked_by_role")),
}
"""Field of ListingRecord -> the sheet's columns it is read from. Other fields are not the sheet's to speak of."""


def speaks_of(record: ListingRecord, field: str) -> bool:
    """Whether the source says anything of this field, be it that nothing is known."""
    if record.said is None or field == "extra":
        return True
    return bool(COLUMNS_OF.get(field, frozenset()) & record.said)


def completed(record: ListingRecord, standing: ListingRecord) -> ListingRecord:
    """The record with everything that its source does not speak of as it stands here."""
    if record.said is None:
        return record
    kept: dict[str, Any] = {
        name: getattr(standing, name) for name in COLUMNS_OF if not speaks_of(record, name)
    }
    if speaks_of(record, "facts"):
        kept["facts"] = _merged(record.facts, standing.facts, record.said)
    if speaks_of(record, "places") and standing.places:
        kept["places"] = _places(record, standing, record.said)
    return replace(record, **kept)


def _places(record: ListingRecord, standing: ListingRecord, said: frozenset[str]) -> tuple[PlaceRecord, ...]:
    """New whereabouts with the old building's other facts, or the old whereabouts with new facts."""
    mine = record.places[0] if record.places else PlaceRecord(source_id=standing.places[0].source_id)
    old = standing.places[0]
    facts = _merged(mine.facts, old.facts, said)
    if not said & PLACE_COLUMNS:
        return (replace(old, facts=facts), *standing.places[1:])
    return (replace(mine, facts=facts), *record.places[1:]) if record.places or facts else ()


def _merged(
    new: Iterable[FactRecord], standing: Iterable[FactRecord], said: frozenset[str]
) -> tuple[FactRecord, ...]:
    """What the source says of the facts it has columns for; the others as they stand, in the standing order."""
    fresh = {fact.key: fact for fact in new}
    kept = [fresh.pop(fact.key, fact) for fact in standing if fact.key in fresh or fact.key not in said]
    return (*kept, *fresh.values())
