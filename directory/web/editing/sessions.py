"""Times as people say them: which days, from when to when, how often, and when not.

A row of the form stands for all sessions that share everything but the day. What no row can say ("day 15 of the
month") is shown in words and kept, until somebody writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Literal

from directory.formatting import BYDAY, DAY_ORDER, DAYS, plain_date, session_line, session_lines
from directory.web.editing.parts import Choices
from directory.web.editing.rows import Row, Rows, differs
from directory.web.editing.values import Reading, one_line
from importers import clean
from importers.clean_time import minutes
from importers.hours_slot import believable
from importers.ids import digest
from importers.records import ListingRecord, PlaceRecord, SessionRecord
from matching.when import MONTHS, break_days

Class = Literal["rule", "dates", "text", "kept"]

EVERY: Choices = (
    ("1", "Every week"),
    ("2", "Every second week"),
    ("3", "Every third week"),
    ("4", "Every fourth week"),
    ("m1", "By the month, like every first Saturday"),
    ("m2", "Every second month"),
    ("m3", "Every third month"),
    ("dates", "Only on certain dates"),
    ("text", "I would rather write it in words"),
)
NTH: Choices = (("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("-1", "Last"))
DAY_CHOICES: Choices = tuple(DAYS.items())
MONTH_CHOICES: Choices = tuple((f"--{number:02d}", name) for number, name in enumerate(MONTHS, start=1))
_HHMM = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_HALF_DAY = re.compile(r"0?[1-6](?:[:.][0-5]\d)?")
"""A time without am or pm that is more likely in the afternoon."""


class Sessions(Rows):
    kind = "sessions"
    columns = (
        "every", "days", "nth", "opens", "closes", "term", "starts", "ends", "off", "off_days", "dates", "text",
        "place", "said",
    )  # fmt: skip
    blank: ClassVar[Row] = {"every": ["1"], "place": [""]}

    def grouped(self, record: ListingRecord) -> Iterable[Sequence[SessionRecord]]:
        run: list[SessionRecord] = []
        for session in record.sessions:
            if run and _together(run[-1], session):
                run.append(session)
                continue
            yield from _whole_rows(run)
            run = [session]
        yield from _whole_rows(run)

    def row_of(self, values: Sequence[SessionRecord]) -> Row:
        first, kind = values[0], class_of(values[0])
        row: Row = {"place": [place_key(first.place_source_id)]}
        if kind == "text":
            return row | {"every": ["text"], "text": [first.original_text or ""]}
        if kind == "kept":
            return row | {"every": ["kept"], "said": [one_line(session_line(first)) or "A time without days"]}
        row |= {"opens": [_shown_clock(first.opens_at)], "closes": [_shown_clock(first.closes_at)]}
        if kind == "dates":
            days = [plain_date(one.valid_from or one.dtstart or date.min) for one in values]
            return row | {"every": ["dates"], "dates": ["\n".join(days)]}
        begins, ends = first.dtstart or first.valid_from, first.until or first.valid_to
        named = [pair for one in values for pair in _days(one)]
        return row | {
            "every": [f"m{first.interval}" if first.freq == "MONTHLY" else str(first.interval)],
            "days": [day for day in DAY_ORDER if day in {day for _, day in named}],
            "nth": [nth for nth, _ in NTH if int(nth) in {nth for nth, _ in named}],
            "term": ["y"] if first.term_time else [],
            "starts": [plain_date(begins) if begins else ""],
            "ends": [plain_date(ends) if ends else ""],
            "off": [one for one in first.not_on if one.startswith("--")],
            "off_days": ["\n".join(_break_words(one) for one in first.not_on if not one.startswith("--"))],
        }

    def build(self, row: Reading, values: Sequence[SessionRecord], was: Row) -> Iterable[SessionRecord]:
        every, place = _every(row), self._place(row, values)
        if every == "kept" and values:
            return [replace(one, place_source_id=place) for one in values]
        if every == "text":
            return self._from_words(row, values, place)
        base = replace(
            values[0] if values and class_of(values[0]) in ("rule", "dates") else SessionRecord(),
            place_source_id=place,
            original_text=None,
        )
        base = replace(base, **self._clock(row, base, was))
        made = self._on_dates(row, base) if every == "dates" else self._by_rule(row, base, every, was)
        standing = {replace(one, original_text=None): one for one in values}
        return [standing.get(one, one) for one in made]

    def say(self, record: ListingRecord) -> list[str]:
        return session_lines(record.sessions)

    # how it happens ------------------------------------------------------------------------------------------------

    def _by_rule(self, row: Reading, base: SessionRecord, every: str, was: Row) -> Iterator[SessionRecord]:
        found = re.fullmatch(r"(m?)(\d{1,2})", every)
        if not found or not 1 <= int(found[2]) <= 52:
            row.bad("every", "How often: choose one of the answers.")
            return
        monthly = bool(found[1])
        days = [day for day in DAY_ORDER if day in row.all("days")]
        nths = [nth for nth, _ in NTH if nth in row.all("nth")] if monthly else [""]
        if not days:
            row.bad("days", "When: tick the days on which it is on.")
        if not nths:
            row.bad("nth", "When: tick which weeks of the month (first, second, last).")
        base = replace(
            base,
            freq="MONTHLY" if monthly else "WEEKLY",
            interval=int(found[2]),
            bymonthday=None,
            term_time=row.ticked("term"),
            not_on=(*self._months_off(row), *self._days_off(row)),
            **self._bounds(row, base, was),
        )
        yield from (replace(base, byday=f"{nth}{day}") for nth in nths for day in days)

    def _on_dates(self, row: Reading, base: SessionRecord) -> Iterator[SessionRecord]:
        lines = row.lines("dates", "Dates")
        if not lines:
            row.bad("dates", "Dates: write the dates on which it is on, one a line.")
        for line in lines:
            day = clean.day(line)
            if day is None:
                row.bad(
                    "dates", f"Dates: “{line[:40]}” is no date. Write it like 12 December {row.today.year}."
                )
                continue
            yield replace(
                base, freq="WEEKLY", interval=1, byday=DAY_ORDER[day.weekday()], bymonthday=None, dtstart=None,
                until=None, valid_from=day, valid_to=day, term_time=False, not_on=(),
            )  # fmt: skip

    def _from_words(
        self, row: Reading, values: Sequence[SessionRecord], place: str | None
    ) -> list[SessionRecord]:
        written = row.text("text", "When, in words", 2000)
        if not written:
            row.bad("text", "When, in words: write when it is on, like Tuesdays 10 to 11.30.")
            return []
        if values and written == (values[0].original_text or "").strip():
            return [replace(one, place_source_id=place) for one in values]
        return [replace(one, place_source_id=place) for one in clean.sheet_sessions(written)]

    # its parts -----------------------------------------------------------------------------------------------------

    def _clock(self, row: Reading, base: SessionRecord, was: Row) -> dict[str, Any]:
        opens, closes = base.opens_at, base.closes_at
        if differs(row, "opens", was):
            opens = _clock_in(row, "opens", "From")
        if differs(row, "closes", was):
            closes = _clock_in(row, "closes", "Until")
        if opens and closes and not believable(minutes(opens), minutes(closes)):
            row.bad("closes", f"Until: {_shown_clock(closes)} is not after {_shown_clock(opens)}.")
        return {"opens_at": opens, "closes_at": closes}

    def _bounds(self, row: Reading, base: SessionRecord, was: Row) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        starts, ends = base.dtstart or base.valid_from, base.until or base.valid_to
        if differs(row, "starts", was):
            starts = row.day("starts", "Starts on")
            changes |= {"dtstart": starts, "valid_from": None}
        if differs(row, "ends", was):
            ends = row.day("ends", "Ends on")
            changes |= {"until": ends, "valid_to": None}
        if starts and ends and ends < starts:
            row.bad("ends", "Ends on: the last day is before the first.")
        return changes

    def _months_off(self, row: Reading) -> list[str]:
        chosen = row.all("off")
        return [month for month, _ in MONTH_CHOICES if month in chosen]

    def _days_off(self, row: Reading) -> Iterator[str]:
        for line in row.lines("off_days", "Not on"):
            first, *rest = [clean.day(part) for part in re.split(r"\s+(?:to|until|-|–)\s+|\s*–\s*", line)]
            last = rest[0] if rest else first
            if first is None or last is None or len(rest) > 1 or last < first:
                row.bad(
                    "off_days",
                    f"Not on: “{line[:40]}” is no date. Write 25 December {row.today.year}, or two dates with “to”.",
                )
                continue
            yield first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"

    def _place(self, row: Reading, values: Sequence[SessionRecord]) -> str | None:
        chosen = row.one("place")
        if not chosen:
            return None
        known = {place_key(place.source_id): place.source_id for place in row.record.places}
        known |= {place_key(one.place_source_id): one.place_source_id or "" for one in values}
        if chosen not in known:
            row.bad("place", "Where: choose one of the places.")
        return known.get(chosen)


def left_open(sessions: Iterable[SessionRecord]) -> list[str]:
    """What a reader of these times would still have to ask."""
    notes = []
    if any(one.freq and one.interval > 1 and not (one.dtstart or one.valid_from) for one in sessions):
        notes.append(
            "Which weeks are these? Under “When it starts, ends, or is not on”, write a day on which it is on: "
            "then people see the next date."
        )
    if any(class_of(one) == "text" for one in sessions):
        notes.append("What we could not turn into days and times stays in your words, and has no next date.")
    return notes


def place_key(source_id: str | None) -> str:
    """A place's id as a short form value."""
    return digest(source_id)[:8] if source_id is not None else ""


def place_choices(places: Iterable[PlaceRecord]) -> Choices:
    """The places that a time may be at."""
    named = [
        (place.name or place.address_1 or place.city or "A place without a name", place) for place in places
    ]
    return (
        ("", "At every place of this listing"),
        *((place_key(place.source_id), name) for name, place in named),
    )


def class_of(session: SessionRecord) -> Class:
    """What kind of row can say this session."""
    if session.freq is None:
        wordless = replace(session, original_text=None, place_source_id=None) == SessionRecord()
        return "text" if wordless and session.original_text else "kept"
    clocks = (session.opens_at, session.closes_at)
    days = _days(session)
    plain = session.bymonthday is None and all(one is None or _HHMM.fullmatch(one) for one in clocks)
    if not plain or not days or not 1 <= session.interval <= 52:
        return "kept"
    if _single_day(session):
        return "dates"
    nths = {nth for nth, _ in days}
    if session.freq == "WEEKLY":
        return "rule" if nths == {0} else "kept"
    return "rule" if nths <= {int(nth) for nth, _ in NTH} and session.interval <= 12 else "kept"


def _single_day(session: SessionRecord) -> bool:
    begins, ends = session.dtstart or session.valid_from, session.until or session.valid_to
    weekly = session.freq == "WEEKLY" and not session.term_time and not session.not_on
    return (
        weekly
        and begins is not None
        and begins == ends
        and _days(session) == [(0, DAY_ORDER[begins.weekday()])]
    )


def _days(session: SessionRecord) -> list[tuple[int, str]]:
    """(place in the month or 0, day) of each of its days; [] where one cannot be read."""
    found = [BYDAY.fullmatch(part.strip()) for part in (session.byday or "").split(",")]
    return [(int(one[1] or 0), one[2]) for one in found if one] if all(found) else []


def _together(one: SessionRecord, other: SessionRecord) -> bool:
    """Whether two sessions that follow each other may share a row."""
    kind = class_of(one)
    if kind != class_of(other) or kind not in ("rule", "dates"):
        return False
    same: dict[str, Any] = {"byday": None, "original_text": None}
    if kind == "dates":
        same |= dict.fromkeys(("dtstart", "until", "valid_from", "valid_to"))
    return replace(one, **same) == replace(other, **same)


def _whole_rows(run: list[SessionRecord]) -> Iterator[Sequence[SessionRecord]]:
    """The sessions of one row, where ticks for days and weeks say just these; else a row each."""
    if len(run) > 1 and class_of(run[0]) == "rule":
        named = [pair for one in run for pair in _days(one)]
        nths, days = {nth for nth, _ in named}, {day for _, day in named}
        if len(named) != len(nths) * len(days) or len(set(named)) != len(named):
            yield from ([one] for one in run)
            return
    if run:
        yield run


def _every(row: Reading) -> str:
    """How often, where the rest of the row agrees: nobody's ticks or words are dropped without a word."""
    every, days = row.one("every"), bool(row.all("days"))
    words, dates = bool(row.one("text")), bool(row.one("dates"))
    if every.isdecimal() and not days:
        every = "text" if words and not dates else "dates" if dates and not words else every
    weekly_days = every.isdecimal() and bool(row.all("nth"))
    other_days = every in ("text", "dates", "kept") and days
    other_words = (every != "text" and words) or (every != "dates" and dates)
    if weekly_days:
        row.bad("every", "How often: you ticked weeks of the month. Choose “By the month”, or untick them.")
    elif other_days or other_words:
        row.bad(
            "every",
            "How often: this does not go with what else you wrote here. Choose one, and empty the other.",
        )
    return every


def _clock_in(row: Reading, name: str, label: str) -> str | None:
    written = row.one(name)
    if not written:
        return None
    if _HALF_DAY.fullmatch(written):
        row.bad(
            name, f"{label}: is {written} in the morning or the afternoon? Write {written}pm or {written}am."
        )
        return None
    found = clean.clock(written)
    if found is None:
        row.bad(name, f"{label}: “{written[:20]}” is no time. Write it like 10am or 14:30.")
    return found


def _shown_clock(written: str | None) -> str:
    """ "14:30" -> "2:30pm", as `_clock_in` reads it again."""
    if not written:
        return ""
    hour, minute = divmod(minutes(written), 60)
    return f"{hour % 12 or 12}{f':{minute:02d}' if minute else ''}{'am' if hour < 12 else 'pm'}"


def _break_words(written: str) -> str:
    first, last = break_days(written, date.min.year)
    return plain_date(first) if first == last else f"{plain_date(first)} to {plain_date(last)}"
