"""The directory as files that others can read. What is withheld or private is never in them for the public."""

from __future__ import annotations

from pathlib import Path

from directory import listings
from directory.errors import CannotStart
from importers import sheet_write


def export(format: str, target: Path, *, staff: bool = False) -> int:
    """Write an agency sheet; how many listings it has. Public sheets leave out what asked not to be listed."""
    if format != "sheet":
        raise CannotStart(f"Kith cannot write {format}; it can write: sheet.")
    records = [listing.record for listing in listings.iterate()]
    shown = records if staff else [record for record in records if record.status != "do_not_list"]
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            sheet_write.write(shown, file, staff=staff)
    except OSError as error:
        raise CannotStart(f"{target} cannot be written: {error.strerror}.") from error
    return len(shown)
