"""When: from what people write ("1st & 3rd Sat 10am-1pm; Tue 2-4pm fortnightly") to weekly and monthly sessions.

Two grammars: running English as agencies and councils write it, and OpenStreetMap's opening_hours (validated by
opening-hours-py). What cannot be turned into sessions is kept as `original_text` and never guessed at.
Times that cannot be (09:30-09:30, 19:30-18:30) stay text; past midnight is believed from 17:00 to 06:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import opening_hours

from importers.clean_text import text as clean_text
from importers.hours_slot import ALWAYS, DAYS, believable, slot
from importers.hours_text import read_text
from importers.records import SessionRecord

LONGEST = 3000
"""Characters; a longer text is no statement of hours and is kept without being read."""
_ANY_TIME = re.compile(
    r"(?:24\s*/\s*7|any\s?time|(?:open\s+)?24\s*(?:hours|hrs|h)(?:\s*(?:a|per)\s*day)?"
    r"(?:,?\s*(?:7 days(?: a week)?|every ?day|daily|365 days a year))?"
    r"|(?:open\s+)?7 days a week,?\s*24 hours(?: a day)?|always open|whenever you like)\W*",
    re.I,
)


def sessions(value: object, *, single_times: bool = False) -> tuple[SessionRecord, ...]:
    """The sessions in a text. Each keeps the text as original_text; nothing understood gives one text-only record.

    `single_times`: "Tue 19:00" is a session with only a start (a sheet's column, not an advert's prose).
    """
    written = clean_text(value)
    if not written:
        return ()
    if len(written) > LONGEST:
        return (SessionRecord(original_text=written),)
    return _sessions(written, single_times)


@lru_cache(maxsize=8192)
def _sessions(written: str, single_times: bool) -> tuple[SessionRecord, ...]:
    shown = " ".join(written.split()) if len(written) < 200 else written
    if _ANY_TIME.fullmatch(shown):
        if "any" in shown.lower() or "like" in shown.lower():
            return (SessionRecord(original_text=shown),)
        return tuple(slot(d, None, 0, 24 * 60, shown) for d in range(7))
    found = _from_osm(shown) if _looks_like_osm(shown) else None
    if found is None:
        found = read_text(written, single_times)
    kept = tuple(dict.fromkeys(replace(s, original_text=shown) for s in found))
    return kept or (SessionRecord(original_text=shown),)


def sheet_sessions(value: object) -> tuple[SessionRecord, ...]:
    """The sheet's `sessions` column: parts between semicolons, each with its own original_text."""
    written = clean_text(value)
    if not written:
        return ()
    shown = " ".join(written.split())
    if _looks_like_osm(shown):
        return sessions(shown)
    parts = (part.strip() for part in re.split(r"[;\n]", written))
    found: list[SessionRecord] = []
    for part in parts:
        if part:
            found.extend(sessions(part, single_times=True))
    return tuple(dict.fromkeys(found))


def understood(found: Iterable[SessionRecord]) -> bool:
    """Is every session more than its text (or said to be at any time)?"""
    return all(s.freq is not None or is_any_time(s) for s in found)


def is_any_time(session: SessionRecord) -> bool:
    """Said to be open whenever someone comes ("24/7", "any time")."""
    return bool(session.original_text and _ANY_TIME.fullmatch(session.original_text)) or (
        (session.opens_at, session.closes_at) == ALWAYS
    )


def write_sessions(found: Iterable[SessionRecord]) -> str:
    """Sessions as the sheet's column; reading it back gives the same sessions where they can be written at all."""
    kept = tuple(found)
    texts = list(dict.fromkeys(s.original_text for s in kept if s.original_text))
    joined = "; ".join(texts)
    if joined and set(sheet_sessions(joined)) == set(kept):
        return joined
    return "; ".join(dict.fromkeys(_written(s) for s in kept))


_SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _written(session: SessionRecord) -> str:
    if session.freq is None or session.byday is None:
        return (session.original_text or _date_of_the_month(session)).replace(";", ",")
    nth, weekday = re.fullmatch(r"(-?\d*)([A-Z]{2})", session.byday).groups()  # type: ignore[union-attr]
    ordinals = {"": "", "1": "1st ", "2": "2nd ", "3": "3rd ", "-1": "last "}
    start = ordinals.get(nth, f"{nth}th ") + _SHORT[DAYS.index(weekday)]
    clock = f" {session.opens_at}" if session.opens_at else ""
    clock += f"-{session.closes_at}" if session.opens_at and session.closes_at else ""
    every = {1: "", 2: " fortnightly"}.get(session.interval, f" every {session.interval} weeks")
    if session.freq == "MONTHLY" and session.interval > 1:
        every = f" every {session.interval} months"
    begins, ends = session.valid_from or session.dtstart, session.valid_to or session.until
    bounds = f" from {begins}" if begins else ""
    bounds += f" until {ends}" if ends else ""
    return f"{start}{clock}{every}{' term time' if session.term_time else ''}{bounds}"


def _date_of_the_month(session: SessionRecord) -> str:
    """ "day 15 of the month 10:00-12:00": no session can be read from it again, but people can."""
    clock = "-".join(part for part in (session.opens_at, session.closes_at) if part)
    return f"day {session.bymonthday} of the month {clock}".rstrip() if session.bymonthday else ""


# --- OpenStreetMap opening_hours -----------------------------------------------------------------------------------

_OSM_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_OSM_HINT = re.compile(
    rf"(?:{_OSM_DAY}|PH|SH|24/7|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))\b(?![a-z])"
)
_OSM_RULE = re.compile(
    rf"(?P<days>(?:(?:{_OSM_DAY}(?:\[[-\d,]+\])?(?:-{_OSM_DAY})?|PH|SH),?\s*)+):?\s+(?P<times>\d\d?:\d\d.*|off|closed)",
    re.S,
)
_OSM_TIMES = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")
_OSM_PART = re.compile(rf"({_OSM_DAY})(?:-({_OSM_DAY}))?(?:\[([-\d,]+)\])?")


def _looks_like_osm(text: str) -> bool:
    return (
        bool(_OSM_HINT.match(text))
        and (re.search(r"\d\d?:\d\d|off|closed|24/7", text) is not None)
        and (opening_hours.validate(text))
    )


def _from_osm(text: str) -> list[SessionRecord]:
    """Rules with plain weekdays and times; seasons, sunrise and the like stay text.

    A later rule replaces the same days (the standard), but the very same days named twice, as in
    "Tu 10:00-11:00; Tu 14:00-15:00", are added together, as people mean it.
    """
    by_day: dict[tuple[int, int | None], list[SessionRecord]] = {}
    said: dict[tuple[int, int | None], str] = {}
    for rule in text.split(";"):
        match = _OSM_RULE.fullmatch(rule.strip())
        if match is None:
            continue
        spans = [
            (int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in _OSM_TIMES.findall(match["times"])
        ]
        for key in _osm_days(match["days"]):
            if said.get(key) != match["days"] or not spans:
                by_day[key] = []
            said[key] = match["days"]
            by_day[key] += [
                slot(*key, o, c % 1440 if c > 1440 else c) for o, c in spans if believable(o, c % 1440 or c)
            ]
    return [s for slots in by_day.values() for s in slots]


def _osm_days(written: str) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    codes = [d.title() for d in DAYS]
    for first, last, nths in _OSM_PART.findall(written):
        start = codes.index(first)
        end = codes.index(last) if last else start
        span = range(start, end + 1) if end >= start else [*range(start, 7), *range(end + 1)]
        nth: list[int | None] = (
            [int(n) for n in nths.split(",") if n.strip("-").isdigit()] if nths else [None]
        )
        found.extend((weekday, n) for n in nth for weekday in span)
    return found
