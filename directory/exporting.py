"""The directory as files that others can read. What is withheld or private is never in them for the public."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from directory import listings
from directory.errors import CannotStart
from importers import sheet_write, xlsx_write
from importers.records import ListingRecord


def export(format: str, target: Path, *, staff: bool = False, source: str | None = None) -> int:
    """Write an agency sheet; how many listings it has. Public sheets leave out what asked not to be listed.

    `source` writes only what came from there, with its own ids. Without it, where there are several sources, ids have
    their source in front ("office:choir"), so that no two rows have one.
    """
    if format != "sheet":
        raise CannotStart(f"Kith cannot write {format}; it can write: sheet.")
    records = [listing.record for listing in listings.iterate()]
    shown = _told_apart([record for record in records if _wanted(record, staff, source)])
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            sheet_write.write(shown, file, staff=staff)
    except OSError as error:
        raise CannotStart(f"{target} cannot be written: {error.strerror}.") from error
    return len(shown)


def sheet_of(listing_ids: Iterable[str], kind: Literal["csv", "xlsx"]) -> tuple[bytes, int]:
    """These listings as a file of the agency sheet for staff, in this order; and how many there are.

    Whom only the colleague who knows them may see is not in it.
    """
    records = _told_apart(list(listings.records(listing_ids).values()))
    rows = sheet_write.table(records, staff=True, linked=False)
    if kind == "xlsx":
        return xlsx_write.workbook(rows), len(records)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig", "replace"), len(records)


def _told_apart(records: list[ListingRecord]) -> list[ListingRecord]:
    """Of several sources, ids have their source in front."""
    if len({record.source for record in records}) > 1:
        return [replace(record, source_id=record.ref) for record in records]
    return records


def _wanted(record: ListingRecord, staff: bool, source: str | None) -> bool:
    return (staff or record.status != "do_not_list") and source in (None, record.source)
