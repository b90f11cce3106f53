"""Listings back to the agency sheet: `sheet.read(write(listings))` gives the same listings for the sheet's columns.

Cells are guarded against being run as formulas. Without `staff`, what only staff may see stays out: tips, known_by,
contacts that are not public, and the whereabouts of withheld and private places.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TextIO

from importers.clean_text import guarded
from importers.hours import write_sessions
from importers.records import CostRecord, ListingRecord, PhoneRecord, PlaceRecord
from importers.sheet_columns import COLUMNS, FACTS, STAFF_ONLY


def write(records: Iterable[ListingRecord], target: Path | str | TextIO, *, staff: bool) -> int:
    """Writes the CSV (UTF-8 with its mark, so that spreadsheet programs read it rightly). Gives the number of rows."""
    if isinstance(target, (str, Path)):
        with Path(target).open("w", encoding="utf-8-sig", newline="") as handle:
            return write(records, handle, staff=staff)
    rows = table(records, staff=staff)
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return len(rows) - 1


def table(records: Iterable[ListingRecord], *, staff: bool, linked: bool = True) -> list[list[str]]:
    """The headings, then a row for each listing; every cell is guarded. Without `linked`, a contact whom only the
    colleague who knows them may see stays out for staff too."""
    shown = {"public", "staff", "link"} if staff else {"public"}
    rows = [_row(record, staff, shown if linked else shown - {"link"}) for record in records]
    extras = sorted({key for row in rows for key in row} - set(COLUMNS) - set(FACTS))
    headings = [c for c in COLUMNS if staff or c not in STAFF_ONLY] + list(FACTS) + extras
    cells = ([guarded(row.get(heading, "")) for heading in headings] for row in rows)
    return [[guarded(heading) for heading in headings], *cells]


def text(records: Iterable[ListingRecord], *, staff: bool) -> str:
    """The same as a string."""
    buffer = io.StringIO()
    write(records, buffer, staff=staff)
    return buffer.getvalue()


def _row(record: ListingRecord, staff: bool, shown: Collection[str]) -> dict[str, str]:
    place = record.places[0] if record.places else None
    cells: dict[str, str | int | None] = {
        "id": record.source_id,
        "name": record.name,
        "description": record.description,
        "organization": record.organization.name if record.organization else None,
        "what_to_expect": record.what_to_expect,
        "activities": "; ".join(a.name for a in record.activities),
        "run_by": record.run_by,
        "audience": record.audience,
        "status": record.status,
        "format": "; ".join(record.formats),
        "sessions": write_sessions(record.sessions),
        "price": _price(record.costs),
        "price_note": record.fees_description,
        "referral": record.referral,
        "booking": "; ".join(record.booking),
        "wait_weeks": record.wait_weeks,
        "min_age": record.minimum_age,
        "max_age": record.maximum_age,
        "gender": record.gender,
        "languages": "; ".join(spoken.code or spoken.name or "" for spoken in record.languages),
        "group_size": record.group_size,
        "rungs": _rungs(record.rungs),
        "phone": "; ".join(_phone(p) for p in record.phones),
        "email": record.email,
        "url": record.url,
        "checked_on": record.checked.checked_on.isoformat() if record.checked.checked_on else None,
        "checked_how": record.checked.checked_how,
        "checked_by_role": record.checked.checked_by_role,
        "service_area": "; ".join(record.service_area),
        "goals": "; ".join(record.goals),
        **_contact(record, shown),
        **_place(place, staff),
        **_facts(record, place),
    }
    if staff:
        cells |= {"tips": " | ".join(record.tips), "known_by": "; ".join(record.known_by), **record.extra}
    return {key: "" if value is None else str(value) for key, value in cells.items()}


def _contact(record: ListingRecord, seen: Collection[str]) -> dict[str, str | None]:
    """The first contact whose visibility may be seen. That there is another is said without naming anyone, so that
    importing the sheet again takes nobody away."""
    shown = next((c for c in record.contacts if c.visibility in seen), None)
    if shown is None:
        return {"contact_visibility": "staff"} if record.contacts else {}
    return {"contact_name": shown.name, "contact_role": shown.title, "contact_visibility": shown.visibility}


def _place(place: PlaceRecord | None, staff: bool) -> dict[str, str | None]:
    if place is None:
        return {}
    flag = {"withheld_location": "yes" if place.withheld else None}
    if (place.withheld or place.private) and not staff:
        return flag | ({"withheld_location": "yes"} if place.private else {})
    return flag | {
        "venue": place.name,
        "address": _address(place) if not place.private else "Confidential",
        "postcode": place.postal_code,
        "latitude": _degrees(place.latitude),
        "longitude": _degrees(place.longitude),
    }


def _address(place: PlaceRecord) -> str | None:
    """All lines of the address, for the one column it has. A town that ends a line already is not said twice."""
    said: list[str] = []
    for part in (place.address_1, place.address_2, place.city):
        if part and not (said and said[-1].lower().endswith(part.lower())):
            said.append(part)
    return ", ".join(said) or None


def _degrees(value: float | None) -> str | None:
    return None if value is None else repr(value)


def _facts(record: ListingRecord, place: PlaceRecord | None) -> dict[str, str]:
    return {fact.key: fact.value for fact in (*record.facts, *(place.facts if place else ()))}


def _price(costs: tuple[CostRecord, ...]) -> str | None:
    if not costs:
        return None
    cost = costs[0]
    if cost.option == "donation":
        return "donation"
    if cost.amount is None:
        return cost.amount_description
    return "free" if cost.amount == 0 else f"{cost.amount:.2f}".rstrip("0").rstrip(".")


def _rungs(rungs: tuple[int, int] | None) -> str | None:
    return f"{rungs[0]}-{rungs[1]}" if rungs else None


def _phone(phone: PhoneRecord) -> str:
    label = {"fax": "Fax ", "cell": "Mobile ", "text": "Text ", "textphone": "Textphone "}.get(
        phone.type or "", ""
    )
    return f"{label}{phone.number}" + (f" ext {phone.extension}" if phone.extension else "")
