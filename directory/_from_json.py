"""What the record of changes holds (`directory._rows.as_json`), back as values of a ListingRecord's fields."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

import msgspec

from importers.records import ListingRecord, OrganizationRecord


class Unreadable(ValueError):
    """The text is no value of that field (any more)."""


def listing_value(field: str, text: str | None) -> Any:
    """A ListingRecord field's value from its JSON. Raises Unreadable."""
    return _value(ListingRecord, field, text)


def organization_value(field: str, text: str | None) -> Any:
    """An OrganizationRecord field's value from its JSON. Raises Unreadable."""
    return _value(OrganizationRecord, field, text)


def _value(kind: type[ListingRecord] | type[OrganizationRecord], field: str, text: str | None) -> Any:
    wanted = _HINTS[kind].get(field)
    if wanted is None:
        raise Unreadable(f"there is no field {field}")
    try:
        return msgspec.convert(json.loads(text or "null"), type=wanted)
    except (ValueError, msgspec.ValidationError) as error:
        raise Unreadable(f"{field} was written in another form") from error


_HINTS = {kind: get_type_hints(kind) for kind in (ListingRecord, OrganizationRecord)}
