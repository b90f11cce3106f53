"""Broken references of an HSDS package: found, counted and reported, and never the end of a service.

Where many rows share one fault there is one Problem with the count and the first lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping

from importers.hsds_package import Package, Record
from importers.records import Problem

EACH = 20
"""Up to so many rows with the same fault are reported one by one, more of them in one line."""

_NEED_SERVICE = (
    "service_at_location",
    "phones",
    "contacts",
    "schedules",
    "regular_schedules",
    "cost_options",
    "languages",
    "service_areas",
    "required_documents",
    "eligibility",
    "services_taxonomy",
)


class Faults:
    """Faults by table, field and message, with the rows that have them."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], list[Record]] = defaultdict(list)

    def add(self, row: Record, field: str, message: str) -> None:
        """Notes a fault that many rows may share."""
        self._rows[(row.table, field, message)].append(row)

    def problems(self) -> Iterator[Problem]:
        """One Problem a row, or one for all where they are many."""
        for (table, field, message), rows in self._rows.items():
            if len(rows) <= EACH:
                yield from (Problem(row.where, field, message, row["service_id"] or None) for row in rows)
            else:
                lines = ", ".join(str(row.line) for row in rows[:5])
                yield Problem(
                    f"{table}.csv", field, f"{len(rows)} rows: {message} The first are lines {lines}."
                )


def first_of(package: Package, table: str, faults: Faults) -> dict[str, Record]:
    """Rows of a table by id; blank ids and ids used twice are noted, the first row kept."""
    found: dict[str, Record] = {}
    for row in package[table]:
        if not row["id"]:
            faults.add(row, "id", "The row has no id, so nothing can point at it.")
        elif row["id"] in found:
            faults.add(row, "id", "The id is already used in the table; the first row with it is kept.")
        else:
            found[row["id"]] = row
    return found


OF_SERVICE = frozenset({"service", "services", "link_entity"})


def describes(row: Record) -> str:
    """What an attributes row hangs on: "service", "location", "organization"..."""
    return (row["link_entity"] or row["link_type"] or "service").strip().lower()


def check_references(
    package: Package, locations: Mapping[str, Record], organizations: Container[str], faults: Faults
) -> None:
    """Notes every row that belongs to no service, and every reference that leads nowhere."""
    services = {row["id"] for row in package["services"] if row["id"]}
    for table in _NEED_SERVICE:
        for row in package[table]:
            owners = [
                row[c]
                for c in (
                    "service_id",
                    "service_at_location_id",
                    "location_id",
                    "organization_id",
                    "contact_id",
                )
                if row[c]
            ]
            if not owners:
                faults.add(row, "service_id", "The row belongs to no service, so it cannot be used.")
            elif row["service_id"] and row["service_id"] not in services:
                faults.add(row, "service_id", "The row points at a service that is not in the package.")
    for row in package["service_at_location"]:
        if row["location_id"] not in locations:
            faults.add(
                row,
                "location_id",
                "The row points at a location that is not in the package; the service has no place from it.",
            )
    for row in (*package["attributes"], *package["other_attributes"]):
        if (what := describes(row)) not in OF_SERVICE:
            faults.add(row, "link_entity", f"The term describes a {what}; only those of services are read.")
    for row in package["addresses"]:
        if row["location_id"] not in locations and not row["organization_id"]:
            faults.add(
                row,
                "location_id",
                "The address belongs to no location of the package, so it is not used.",
            )
    for row in locations.values():
        if row["organization_id"] and row["organization_id"] not in organizations:
            faults.add(
                row,
                "organization_id",
                "The location points at an organization that is not in the package; it is used all the same.",
            )
