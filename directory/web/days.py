"""Days as people write them in a form."""

from __future__ import annotations

from datetime import date

from directory.errors import Invalid


def day_of(text: str, field: str) -> date | None:
    """A day as browsers send it (2026-11-22) or as people write it (22/11/2026); None for nothing. Raises Invalid."""
    parts = text.strip().replace(".", "/").replace("-", "/").split("/")
    if parts == [""]:
        return None
    try:
        numbers = [int(part) for part in parts]
        year, month, day = numbers if len(parts[0]) == 4 else numbers[::-1]
        return date(year, month, day)
    except ValueError as error:
        raise Invalid({field: "Write the day like 22/11/2026."}) from error
