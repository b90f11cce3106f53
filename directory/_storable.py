"""What may be stored: one record in, the same record fit for every database out, or Invalid.

Fixed silently, because nothing is lost by it: NUL characters (PostgreSQL refuses them), halves of surrogate pairs (no
encoding has them), addresses and points of private places (they must never be stored, whatever a record carries).
Refused: a record without a name or id, a status nobody knows, numbers that are no numbers.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from directory.errors import Invalid
from importers.records import (
    CHECKED_HOW,
    FORMATS,
    STATUSES,
    ListingRecord,
    PlaceRecord,
)
from matching.when import break_days

LONGEST_ID = 500
_BIGGEST_NUMBER = 2**31 - 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
PRIVATE_PARTS = (
    "attention", "address_1", "address_2", "postal_code", "transportation", "latitude", "longitude",
)  # fmt: skip
_CHOICES: dict[str, tuple[str, ...]] = {
    "run_by": ("agency", "specialist", "open", "peer"),
    "audience": ("members", "agency_and_public", "public"),
    "referral": ("none", "self", "professional"),
    "gender": ("any", "women", "men"),
    "group_size": ("1", "2-5", "6-12", "13-30", "30+"),
}
_NUMBERS = ("wait_weeks", "minimum_age", "maximum_age")


def storable(record: ListingRecord) -> ListingRecord:
    """The record as it will be read back. Raises Invalid naming the fields that cannot be stored."""
    cleaned: ListingRecord = storable_value(record)
    wrong = _wrong(cleaned)
    if wrong:
        raise Invalid(wrong)
    return cleaned


def storable_value(value: Any) -> Any:
    """Any part of a record, cleaned; the same object where there was nothing to clean."""
    if isinstance(value, str):
        return _clean_text(value) if _UNSTORABLE.search(value) else value
    if isinstance(value, tuple):
        parts = tuple(storable_value(part) for part in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    if isinstance(value, Mapping):
        return {storable_value(name): storable_value(part) for name, part in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _storable_parts(value)
    return value


def _storable_parts(value: Any) -> Any:
    changed: dict[str, Any] = {}
    kind: Any = type(value)
    for name in _field_names(kind):
        before = getattr(value, name)
        if before is None or before == () or isinstance(before, (bool, int, float, date)):
            continue
        after = storable_value(before)
        if after is not before:
            changed[name] = after
    if isinstance(value, PlaceRecord) and value.private:
        changed.update({name: None for name in PRIVATE_PARTS if getattr(value, name) is not None})
    return dataclasses.replace(value, **changed) if changed else value


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _clean_text(text: str) -> str:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\x00", ""))


def _wrong(record: ListingRecord) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not record.name.strip():
        wrong["name"] = "a listing needs a name"
    wrong.update(_wrong_ids(record))
    if record.status not in STATUSES:
        wrong["status"] = f"must be one of {', '.join(STATUSES)}"
    for name, allowed in _CHOICES.items():
        if getattr(record, name) is not None and getattr(record, name) not in allowed:
            wrong[name] = f"must be one of {', '.join(allowed)}, or not known"
    if any(one not in FORMATS for one in record.formats):
        wrong["formats"] = f"must be of {', '.join(FORMATS)}"
    if record.checked.checked_how is not None and record.checked.checked_how not in CHECKED_HOW:
        wrong["checked"] = f"how must be one of {', '.join(CHECKED_HOW)}"
    wrong.update(_wrong_numbers(record))
    return wrong


def _wrong_ids(record: ListingRecord) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not record.source or ":" in record.source or len(record.source) > LONGEST_ID:
        wrong["source"] = f"a source needs a name of up to {LONGEST_ID} characters without a colon"
    if not record.source_id or len(record.source_id) > LONGEST_ID:
        wrong["source_id"] = f"a listing needs an id of up to {LONGEST_ID} characters"
    organization = record.organization
    if organization and not 0 < len(organization.source_id) <= LONGEST_ID:
        wrong["organization"] = f"an organization needs an id of up to {LONGEST_ID} characters"
    return wrong


def _wrong_numbers(record: ListingRecord) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for name in _NUMBERS:
        number = getattr(record, name)
        if number is not None and not 0 <= number <= _BIGGEST_NUMBER:
            wrong[name] = "must be a number from 0 up"
    if record.rungs is not None and not 0 <= record.rungs[0] <= record.rungs[1] <= 8:
        wrong["rungs"] = "must go from a lower to a higher rung, 0 to 8"
    if any(cost.amount is not None and not math.isfinite(cost.amount) for cost in record.costs):
        wrong["costs"] = "an amount must be a number"
    if any(not _on_earth(place) for place in record.places):
        wrong["places"] = "latitude must be -90 to 90, longitude -180 to 180"
    if any(not 0 <= session.interval <= _BIGGEST_NUMBER for session in record.sessions):
        wrong["sessions"] = "an interval must be a number from 0 up"
    if not all(_is_break(one) for session in record.sessions for one in session.not_on):
        wrong["sessions"] = (
            "what it is not on must be a month like --08, a day, or two days like 2026-12-20/2027-01-04"
        )
    year = record.organization.year_incorporated if record.organization else None
    if year is not None and not 0 <= year <= _BIGGEST_NUMBER:
        wrong["organization"] = "the year must be a number from 0 up"
    return wrong


def _is_break(written: str) -> bool:
    try:
        first, last = break_days(written, 2024)
    except ValueError:
        return False
    return first <= last


def _on_earth(place: PlaceRecord) -> bool:
    lat, lon = place.latitude, place.longitude
    return (lat is None or -90 <= lat <= 90) and (lon is None or -180 <= lon <= 180)
