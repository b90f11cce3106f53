"""Opening an HSDS tabular package of any version: a folder, a zip or a datapackage.json, into tables of today's names.

The renames between versions 1.x, 2.x and 3.x are data here (standards.md 1.4). Paths in a datapackage.json may lie
(row 12 of standards.md section 4): files are looked for where they are said to be, beside it, and under data/.
"""

from __future__ import annotations

import json
import lzma
import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from importers.records import Problem, UnreadableSource
from importers.tables import LARGEST_FILE, check_zip, csv_rows, read_bytes

ALIASES: dict[str, tuple[str, ...]] = {
    "organizations": ("organization",),
    "services": ("service",),
    "locations": ("location",),
    "service_at_location": ("services_at_location", "service_at_locations", "services_at_locations"),
    "addresses": ("address",),
    "physical_addresses": ("physical_address",),
    "postal_addresses": ("postal_address", "mail_addresses"),
    "phones": ("phone",),
    "contacts": ("contact",),
    "schedules": ("schedule",),
    "regular_schedules": ("regular_schedule",),
    "holiday_schedules": ("holiday_schedule",),
    "cost_options": ("cost_option",),
    "languages": ("language",),
    "accessibility": ("accessibility_for_disabilities",),
    "service_areas": ("service_area",),
    "required_documents": ("required_document",),
    "eligibility": ("eligibilities", "eligibilitys"),
    "taxonomies": (),
    "taxonomy_terms": ("taxonomy_term", "taxonomy"),
    "attributes": ("attribute",),
    "services_taxonomy": (
        "service_taxonomy",
        "services_taxonomies",
        "service_attributes",
        "service_attribute",
    ),
    "other_attributes": ("other_attribute",),
    "organization_identifiers": ("organization_identifier",),
    "urls": ("url",),
    "programs": ("program",),
    "funding": ("fundings",),
    "payments_accepted": ("payment_accepted",),
    "service_capacity": ("service_capacities",),
    "units": ("unit",),
    "metadata": (),
    "meta_table_descriptions": ("meta_table_description",),
}
"""Table of HSDS 3 (or the older table that has no namesake there) -> other names it has had."""

UNUSED = (
    "funding",
    "payments_accepted",
    "holiday_schedules",
    "service_capacity",
    "units",
    "metadata",
    "meta_table_descriptions",
)
"""Tables that say nothing a listing has a field for: reported with their number of rows, never silently dropped."""

RENAMED: dict[str, dict[str, str]] = {
    "organizations": {"url": "website"},
    "services": {"fees": "fees_description", "eligibility": "eligibility_description"},
    "accessibility": {"accessibility": "description"},
    "taxonomy_terms": {"term": "name", "vocabulary": "taxonomy"},
    "services_taxonomy": {"taxonomy_id": "taxonomy_term_id"},
    "service_areas": {"service_area": "name"},
    "languages": {"language": "name"},
    "eligibility": {"eligibility": "description"},
    "schedules": {"original_text": "description"},
}
"""Per table: column of an older version -> its name in HSDS 3."""

READ: dict[str, str] = {
    "organizations": (
        "id name alternate_name description email website tax_status tax_id year_incorporated "
        "legal_status logo uri parent_organization_id"
    ),
    "services": (
        "id organization_id program_id name alternate_name description url email status "
        "interpretation_services application_process fees_description wait_time accreditations "
        "eligibility_description minimum_age maximum_age assured_date assurer_email licenses alert "
        "last_modified taxonomy_ids"
    ),
    "locations": (
        "id location_type url organization_id name alternate_name description transportation latitude "
        "longitude external_identifier external_identifier_type"
    ),
    "phones": (
        "id location_id service_id organization_id contact_id service_at_location_id number extension "
        "type description department language"
    ),
    "contacts": (
        "id organization_id service_id service_at_location_id location_id name title department email"
    ),
    "schedules": (
        "id service_id location_id service_at_location_id valid_from valid_to dtstart timezone until "
        "count wkst freq interval byday byweekno bymonthday byyearday description opens_at closes_at "
        "schedule_link attending_type notes"
    ),
    "regular_schedules": (
        "id service_id location_id service_at_location_id weekday opens_at closes_at original_text"
    ),
    "addresses": (
        "id location_id organization_id attention address_1 address_2 address_3 address_4 city region "
        "state_province postal_code country address_type"
    ),
}
"""Columns that are read (or known and of no use here); others are reported by name and count."""


SERVICE_FIELDS = (
    "id organization_id program_id name alternate_name description url email status interpretation_services "
    "application_process fees_description wait_time accreditations eligibility_description minimum_age maximum_age "
    "licenses alert taxonomy_ids last_modified"
)
"""Columns of services that have a field of their own; the others are kept in `extra`."""

_BROKEN = "datapackage.json"
"""Stands in the list of tables for a description that cannot be read."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of one table; a missing column reads as ""."""

    table: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def where(self) -> str:
        return f"{self.table}.csv line {self.line}"


@dataclass
class Package:
    """All tables of a package under their HSDS 3 names, and what was odd about the files."""

    tables: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)

    def __getitem__(self, table: str) -> list[Record]:
        return self.tables.get(table, [])


def canonical(stem: str) -> str | None:
    """ "physical_address" or "services_at_location.csv" -> the table's name here; None for a file of no HSDS table."""
    key = re.sub(r"[\s-]+", "_", PurePosixPath(stem).name.lower().removesuffix(".csv"))
    return _BY_NAME.get(key)


_BY_NAME = {alias: table for table, aliases in ALIASES.items() for alias in (table, *aliases)}


def looks_like_package(names: list[str]) -> bool:
    """Do these file names hold an HSDS package: services, and organizations or locations?"""
    tables = {canonical(name) for name in names if name.lower().endswith(".csv")}
    return "services" in tables and bool(tables & {"organizations", "locations", "service_at_location"})


def open_package(path: Path) -> Package:
    """Reads every table. Raises UnreadableSource when there is no services table to be found."""
    names, fetch, listed = _files(path)
    package = Package()
    there: set[str] = set()
    for name in names:
        table = canonical(name)
        if table is not None:
            there.add(table)
            _read_table(package, table, fetch(name), PurePosixPath(name).name)
    missing = sorted(set(listed) - there)
    if listed == [_BROKEN]:
        package.problems.append(
            Problem(
                "datapackage.json",
                "resources",
                "It is not valid JSON. The CSV files beside it were read without it.",
            )
        )
    elif missing:
        package.problems.append(
            Problem(
                "datapackage.json",
                "resources",
                f"{len(missing)} of the {len(listed)} tables it lists are not there: {', '.join(missing)}. "
                "The others were read.",
            )
        )
    if not package["services"]:
        raise UnreadableSource(
            f"{path.name} has no services table (services.csv), so there is nothing to import."
        )
    if not any(row["name"] or row["id"] for row in package["services"]):
        raise UnreadableSource(
            f"The services table of {path.name} has no columns called id and name, so it is not HSDS."
        )
    return package


def _files(path: Path) -> tuple[list[str], Callable[[str], bytes], list[str]]:
    """(names of the CSV files, how to read one, tables the datapackage.json lists)."""
    if path.suffix.lower() == ".zip" or (path.is_file() and zipfile.is_zipfile(path)):
        return _zip_files(path)
    folder = path if path.is_dir() else path.parent
    if not folder.is_dir():
        raise UnreadableSource(f"There is no folder called {folder.name} there. Check the name.")
    listed = (
        _listed((folder / "datapackage.json").read_bytes()) if (folder / "datapackage.json").is_file() else []
    )
    found: dict[str, Path] = {}
    for place in (folder, folder / "data", *sorted(p for p in folder.iterdir() if p.is_dir())):
        for file in sorted(place.iterdir()) if place.is_dir() else ():
            if file.suffix.lower() == ".csv" and file.is_file() and file.stat().st_size:
                found.setdefault(file.name, file)
    return list(found), lambda name: read_bytes(found[name]), listed


def _zip_files(path: Path) -> tuple[list[str], Callable[[str], bytes], list[str]]:
    data = read_bytes(path)
    del data
    try:
        with zipfile.ZipFile(path) as packed:
            check_zip(packed, path.name)
            contents = {
                info.filename: packed.read(info)
                for info in packed.infolist()
                if not info.is_dir()
                and info.file_size <= LARGEST_FILE
                and not info.filename.startswith("__MACOSX")
                and (
                    info.filename.lower().endswith(".csv")
                    or PurePosixPath(info.filename).name == "datapackage.json"
                )
            }
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableSource(
            f"{path.name} is damaged and cannot be opened as a zip. Fetch it again."
        ) from error
    described = next((body for name, body in contents.items() if name.endswith("datapackage.json")), None)
    return (
        [n for n in contents if n.lower().endswith(".csv")],
        contents.__getitem__,
        _listed(described) if described else [],
    )


def _listed(described: bytes) -> list[str]:
    try:
        resources = json.loads(described.decode("utf-8-sig")).get("resources", [])
        stems = [
            PurePosixPath(str(r.get("path") or r.get("name") or "")).name
            for r in resources
            if isinstance(r, dict)
        ]
    except (ValueError, AttributeError):
        return [_BROKEN]
    return [table for stem in stems if (table := canonical(stem))]


def _read_table(package: Package, table: str, data: bytes, label: str) -> None:
    if not data.strip():
        return
    headings, rows = csv_rows(data, label)
    renamed = {h: RENAMED.get(table, {}).get(h.lower(), h.lower()) for h in headings}
    given = (
        {"address_type": table.removesuffix("_addresses")}
        if table in {"physical_addresses", "postal_addresses"}
        else {}
    )
    table = "addresses" if given else table
    known = frozenset(READ[table].split()) if table in READ else None
    unread: Counter[str] = Counter()
    spare = 0
    for row in rows:
        cells = dict(given)
        for heading, cell in row.cells.items():
            column, value = renamed[heading], cell.strip()
            if value and not cells.get(column):
                cells[column] = value
                if known is not None and column not in known:
                    unread[column] += 1
        spare += bool(row.spare)
        package.tables[table].append(Record(label.removesuffix(".csv"), row.number, cells))
    package.tables.setdefault(table, [])
    _report(package, table, label, unread, spare)


def _report(package: Package, table: str, label: str, unread: Counter[str], spare: int) -> None:
    for column, count in unread.items():
        kept = "it is kept with each listing" if table == "services" else "it is not imported"
        package.problems.append(
            Problem(
                f"{label} headings", column, f"'{column}' is not a column of HSDS; {kept} ({count} rows)."
            )
        )
    if spare:
        package.problems.append(
            Problem(
                label,
                "row",
                f"{spare} rows have more cells than there are headings; check them for shifted columns.",
            )
        )
    if table in UNUSED and package[table]:
        package.problems.append(
            Problem(
                label,
                table,
                f"{len(package[table])} rows of {table} have no place in a listing and are not imported.",
            )
        )
