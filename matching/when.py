"""On which days a session happens, and how its times are said. Local wall clock throughout.

A session at ten is at ten on both sides of a clock change, because days and minutes after midnight are never turned
into another zone; only `next_at` names moments. What is not certain is None: a fortnightly group of which nobody
knows the week, and anything in term time, have no next date.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from matching.types import Opportunity, Session

LONDON = "Europe/London"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second last"}
MOST_BREAKS = 60
"""Breaks that are skipped before we say that nobody knows the next day."""
MOST_MONTHS = 120
"""Months of its rhythm in which a rule is looked for: a fifth Monday in February comes every 40 years at most."""


def next_on(session: Session, today: date) -> date | None:
    """The first day from today on that the session is certain to happen; None when it is over or nobody can say."""
    if session.term_time:
        return None
    found = _occurrence(session, today)
    for _ in range(MOST_BREAKS):
        over = _back_after(session, found) if found else None
        if over is None:
            return found
        found = _occurrence(session, over)
    return None


def _back_after(session: Session, day: date) -> date | None:
    """The day after the break in which this day lies; None where it lies in none."""
    for written in session.not_on:
        first, last = break_days(written, day.year)
        if first <= day <= last:
            return None if last == date.max else last + timedelta(days=1)
    return None


def break_days(written: str, year: int) -> tuple[date, date]:
    """First and last day of a break as `Session.not_on` writes it; `year` counts for a month ("--08")."""
    if written.startswith("--"):
        month = int(written[2:])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    first, _, last = written.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def next_of(sessions: Iterable[Session], today: date) -> date | None:
    """The first certain day of several sessions."""
    return min((day for one in sessions if (day := next_on(one, today))), default=None)


class When(NamedTuple):
    """When an opportunity is on: (place in the week, words) of each of its sessions that still happens, and the next
    certain day."""

    any_time: bool
    sessions: tuple[tuple[tuple[int, int], str], ...]
    next_on: date | None


def when_of(offer: Opportunity, today: date) -> When:
    """What is told of its times, whoever asks."""
    running = (session for session in offer.sessions if not is_over(session, today))
    told = tuple((_week_order(session), session_words(session)) for session in running)
    return When(offer.any_time, told, next_of(offer.sessions, today))


def _week_order(session: Session) -> tuple[int, int]:
    """Dates of the month come after the days of the week."""
    return (7 if session.day is None else session.day, session.start or 0)


def times_of(whens: Sequence[When]) -> tuple[str, ...]:
    """The sessions of a group's listings in the order of the week, each said once."""
    if any(one.any_time for one in whens):
        return ("any time",)
    sessions = whens[0].sessions if len(whens) == 1 else [said for one in whens for said in one.sessions]
    if len(sessions) > 1:
        sessions = sorted(sessions, key=lambda said: said[0])
    return tuple(dict.fromkeys([words for _, words in sessions]))


def next_for(whens: Sequence[When]) -> date | None:
    """The first certain day of a group's listings; None for what can be done at any time."""
    if any(one.any_time for one in whens):
        return None
    return min((one.next_on for one in whens if one.next_on), default=None)


def is_over(session: Session, today: date) -> bool:
    """It has a last day, and that is gone."""
    return session.until is not None and session.until < today


def next_at(session: Session, today: date, zone: str = LONDON) -> tuple[datetime, datetime | None] | None:
    """When it next begins and ends, as moments in `zone`; None without a certain day and a known start.

    A time that the clocks skip in spring is the first one after it; one that comes twice in autumn is the first.
    """
    day = next_on(session, today)
    if day is None or session.start is None:
        return None
    there = ZoneInfo(zone)
    ends = None if session.end is None else _moment(day, session.end, there)
    return _moment(day, session.start, there), ends


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    while (moment := wall.replace(tzinfo=zone)).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
    return moment


# --- the rhythm ------------------------------------------------------------------------------------------------------


def _rhythm_known(session: Session) -> bool:
    return session.every == 1 or _anchor(session) is not None


def _anchor(session: Session) -> date | None:
    """A day known to be in one of its weeks or months: the day it begins on is, if it is a day of the rule."""
    begins = session.begins
    if session.anchor is not None or begins is None:
        return session.anchor
    if session.monthly:
        return begins if begins in _in_month(session, begins.year, begins.month) else None
    return begins if begins.weekday() == session.day else None


def _occurrence(session: Session, today: date) -> date | None:
    """The first day of the rule from today on, term time or not."""
    first = max(today, session.begins) if session.begins else today
    if not _rhythm_known(session) or (session.until is not None and session.until < first):
        return None
    try:
        found = _monthly(session, first) if session.monthly else _weekly(session, first)
    except OverflowError:
        return None
    return None if found is None or (session.until is not None and session.until < found) else found


def _weekly(session: Session, first: date) -> date | None:
    if session.day is None:
        return None
    found = first + timedelta(days=(session.day - first.weekday()) % 7)
    anchor = _anchor(session)
    if anchor is None:
        return found
    weeks = (_monday(found) - _monday(anchor)).days // 7
    return found + timedelta(weeks=-weeks % session.every)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _monthly(session: Session, first: date) -> date | None:
    month = first.year * 12 + first.month - 1
    anchor = _anchor(session)
    if anchor is not None:
        month += -(month - (anchor.year * 12 + anchor.month - 1)) % session.every
    for step in range(MOST_MONTHS):
        year, index = divmod(month + step * session.every, 12)
        if year > date.max.year:
            return None
        found = min((day for day in _in_month(session, year, index + 1) if day >= first), default=None)
        if found:
            return found
    return None


def _in_month(session: Session, year: int, month: int) -> Iterator[date]:
    """The days of one month that the rule names: by date, by place of the weekday, or those that are both."""
    starts_on, length = monthrange(year, month)
    for number in range(1, length + 1):
        if session.day is not None and (starts_on + number - 1) % 7 != session.day:
            continue
        place, from_last = (number - 1) // 7 + 1, -((length - number) // 7 + 1)
        if session.nth and place not in session.nth and from_last not in session.nth:
            continue
        if session.dates and number not in session.dates and number - length - 1 not in session.dates:
            continue
        yield date(year, month, number)


# --- in words --------------------------------------------------------------------------------------------------------


def session_words(session: Session) -> str:
    """ "Tuesdays 10:00 to 11:30", "every second Thursday from 14:00", "first Saturday of the month"."""
    return f"{_day_words(session)}{_clock_words(session)}{', in term time' if session.term_time else ''}"


def _day_words(session: Session) -> str:
    day = "" if session.day is None else DAYS[session.day]
    if session.until is not None and session.begins == session.until:
        return day_words(session.until)
    if session.monthly:
        months = "the month" if session.every == 1 else f"every {session.every} months"
        return f"{_place_words(session, day)} of {months}"
    if session.every == 2:
        return f"every second {day}"
    return f"every {session.every} weeks on {day}" if session.every > 2 else f"{day}s"


def _place_words(session: Session, day: str) -> str:
    named = [NTH.get(n, str(n)) for n in session.nth]
    if len(named) > 4:
        return f"every {day}"
    dates = " and ".join("last day" if n == -1 else f"day {n}" for n in session.dates)
    weekday = f"{' and '.join(named)} {day}".strip()
    return " on ".join(part for part in (weekday, dates) if part)


def _clock_words(session: Session) -> str:
    if session.start is None:
        return ""
    if session.end is None:
        return f" from {clock(session.start)}"
    return f" {clock(session.start)} to {clock(session.end)}"


def clock(minutes: int) -> str:
    """Minutes after midnight -> "09:30"; past midnight wraps round."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def date_words(day: date) -> str:
    """ "5 January 2027"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_words(day: date, today: date | None = None) -> str:
    """ "Tuesday 1 December 2026"; without the year when it is within half a year of `today`."""
    soon = today is not None and abs((day - today).days) < 183
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{'' if soon else f' {day.year}'}"
