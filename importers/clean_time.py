"""Clock times and dates as people type them. Dirt: standards.md section 4, rows 20 to 22."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

_CLOCK = re.compile(
    r"(?P<word>noon|midday|midnight)|(?P<h>\d{1,2})(?:\s*[:.h]\s*(?P<m>\d{1,2})|(?P<run>\d{2}))?(?::\d{2}(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"\s*(?P<half>a\.?m?\.?|p\.?m?\.?|m|noon|midday|midnight|hrs?)?",
    re.I,
)


def clock(value: object) -> str | None:
    """One time of day as "HH:MM", None when it cannot be told.

    '8:00m' and '8:00' are taken as they stand, '830am', '9:00a', '9:0am', '7:30 am', '12noon', '13:00pm', '17:00:00'.
    """
    match = _CLOCK.fullmatch(str(value or "").strip())
    if match is None:
        return None
    minutes = minutes_of(match)
    return None if minutes is None else hhmm(minutes)


def minutes_of(match: re.Match[str]) -> int | None:
    """Minutes after midnight of a matched time; the half of the day taken as written, 24-hour where it is not."""
    if match["word"]:
        return 24 * 60 if match["word"].lower() == "midnight" else 12 * 60
    hour, minute = int(match["h"]), int(match["m"] or match["run"] or 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    half = half_of(match["half"])
    if half == "midnight":
        return 24 * 60 if hour == 12 else None
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return hour * 60 + minute


def half_of(written: str | None) -> str | None:
    """'am', 'pm', 'midnight' or None of what follows a time; noon counts as pm."""
    word = (written or "").lower().replace(".", "")
    if word in {"noon", "midday"} or word.startswith("p"):
        return "pm"
    if word == "midnight":
        return "midnight"
    return "am" if word.startswith("a") else None


def hhmm(minutes: int) -> str:
    """Minutes after midnight as "HH:MM"; midnight at the end of a day is "00:00"."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def minutes(clock_time: str) -> int:
    """ "HH:MM" as minutes after midnight."""
    hour, _, minute = clock_time.partition(":")
    return int(hour) * 60 + int(minute)


# --- dates ---------------------------------------------------------------------------------------------------------

_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d %Y",
    "%b %d %Y",
    "%Y/%m/%d",
    "%Y%m%d",
)


def day(value: object) -> date | None:
    """An ISO or UK date ("2026-11-03", "03/11/2026", "3 November 2026", "3rd Nov 2026"), None when it is neither."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    return _day(text) if text else None


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    """A sheet has the same few hundred days over and over, and trying every form takes a while."""
    written = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text, flags=re.I).replace(",", " ")
    written = re.sub(
        r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?$", "", " ".join(written.split())
    )
    for form in _FORMATS:
        try:
            found = datetime.strptime(written, form).date()
        except ValueError:
            continue
        return found if 1900 <= found.year <= 2200 else None
    return None


_DAY_OF_MONTH = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
DATE = re.compile(
    rf"\b(?:{_DAY_OF_MONTH}\s+(?:of\s+)?{_MONTH}\.?(?:,?\s+\d{{4}})?|{_MONTH}\.?\s+{_DAY_OF_MONTH}(?![\d:.])(?:,?\s+\d{{4}})?"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{2}-\d{2})(?![\w:])",
    re.I,
)
"""A calendar day inside running text."""
