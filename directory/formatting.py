"""Values as people read them: days, times, distances, prices, addresses, phones, and how fresh a check is.

Small pure functions, no Flask. Times follow the GOV.UK style ("10am to 11:30am"), freshness domain.md 3.5.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from importers.records import CostRecord, PhoneRecord, PlaceRecord, Provenance, SessionRecord
from matching.distances import roughly
from matching.types import Point
from matching.when import MONTHS

DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday"} | {
    "SA": "Saturday",
    "SU": "Sunday",
}
DAY_ORDER = tuple(DAYS)
BYDAY = re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second last"}
COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
CURRENCY_SIGNS = {"GBP": "£", "USD": "$", "EUR": "€"}
HOW = {
    "visited": "by visiting",
    "phoned": "by phone",
    "told": "by someone who goes",
    "website": "on its website",
    "import": "from another directory",
}
THE_GROUP = "the group itself"
"""The role of a check that the group made, by the link that it was sent."""

# --- lists and numbers ----------------------------------------------------------------------------


def words_list(words: Sequence[str], last: str = "and") -> str:
    """("a", "b", "c") -> "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def count_of(number: int, one: str, many: str | None = None) -> str:
    """(1, "place") -> "1 place"; (1200, "place") -> "1,200 places"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a capital first and a full stop last, otherwise untouched."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?:…" else ".")


# --- dates and freshness --------------------------------------------------------------------------


def plain_date(day: date) -> str:
    """2026-11-03 -> "3 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def ago(day: date, today: date) -> str:
    """How long before today, in the largest unit that says enough: "today", "3 weeks ago", "2 years ago"."""
    days = (today - day).days
    if days < 0:
        return plain_date(day)
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 14:
        return f"{days} days ago"
    if days < 60:
        return f"{days // 7} weeks ago"
    if days < 730:
        return f"{months_between(day, today)} months ago"
    return f"{days // 365} years ago"


def months_between(day: date, today: date) -> int:
    """Whole months from day to today."""
    return (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far to trust a check. `level` names the style, `short` fits a list, `text` says what to do."""

    level: Literal["fresh", "ageing", "ring_first", "stale", "never"]
    short: str
    text: str


@dataclass(frozen=True, slots=True)
class FreshnessPolicy:
    """Whole months since a check: under `full` as new, from `ring_first` on ring first, from `expired` on much may have
    changed (domain.md 3.5). An agency may set its own: `directory.policies`."""

    full: int = 3
    ring_first: int = 6
    expired: int = 12


USUAL = FreshnessPolicy()


def freshness(checked: Provenance, today: date, policy: FreshnessPolicy = USUAL) -> Freshness:
    """By whole months since the check: plain, then "ring first", then "much may have changed"; or never checked."""
    if checked.checked_on is None:
        return Freshness("never", "Not checked by us yet", "We have not checked this yet. Ask before you go.")
    months = months_between(checked.checked_on, today)
    when = ago(checked.checked_on, today)
    who = who_checked(checked)
    if months < policy.full:
        return Freshness("fresh", f"Checked {when}", f"Checked {when}{who}.")
    if months < policy.ring_first:
        return Freshness("ageing", f"Checked {when}", f"Checked {when}{who}.")
    if months < policy.expired:
        advice = "It may have changed, so ring first."
        return Freshness("ring_first", f"Checked {when}, ring first", f"Checked {when}{who}. {advice}")
    advice = "Much may have changed. Ring or write before you go."
    return Freshness("stale", f"Last checked {when}, ring first", f"Last checked {when}{who}. {advice}")


def who_checked(checked: Provenance) -> str:
    """ " by phone, by a link worker", "" when neither is known."""
    if checked.checked_how == "told" and checked.checked_by_role == THE_GROUP:
        return f" by {THE_GROUP}"
    how = f" {HOW[checked.checked_how]}" if checked.checked_how in HOW else ""
    role = checked.checked_by_role
    return how + (f" ({role.strip()})" if role and role.strip() else "")


def fact_checked(checked: Provenance, today: date) -> str:
    """Who found one fact out, how and when: "Checked 3 weeks ago by visiting (link worker)"."""
    if checked.checked_on is None:
        return f"Not checked by us; said by {checked.source}" if checked.source else "Not checked by us"
    return f"Checked {ago(checked.checked_on, today)}{who_checked(checked)}"


# --- times ----------------------------------------------------------------------------------------


def clock(text: str) -> str:
    """ "10:00" -> "10am", "11:30" -> "11:30am", "12:00" -> "midday", "00:00" or "24:00" -> "midnight"."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text.strip())
    if not found:
        return text.strip()
    hour, minute = int(found[1]) % 24, int(found[2])
    if minute == 0 and hour in (0, 12):
        return "midnight" if hour == 0 else "midday"
    minutes = f":{minute:02d}" if minute else ""
    return f"{hour % 12 or 12}{minutes}{'am' if hour < 12 else 'pm'}"


def time_span(opens: str | None, closes: str | None) -> str:
    """Opening and closing time: "10am to 11:30am", "from 10am", "any time", "" when neither is known."""
    if opens in ("00:00", "0:00") and closes in ("23:59", "24:00", "00:00"):
        return "any time"
    if opens and closes:
        return f"{clock(opens)} to {clock(closes)}"
    if opens:
        return f"from {clock(opens)}"
    return f"until {clock(closes)}" if closes else ""


def in_words(text: str) -> str:
    """A line with 24-hour times in it, as people say them: "Tuesdays 14:30" -> "Tuesdays 2:30pm"."""
    return re.sub(r"\b([01]\d|2[0-4]):[0-5]\d\b", lambda found: clock(found[0]), text)


def session_days(session: SessionRecord) -> str:
    """Which days: "Tuesdays", "Every other Thursday", "First Saturday of the month", "Saturday 5 December 2026" for a
    single day; "" = unclear."""
    begins, ends = session.dtstart or session.valid_from, session.until or session.valid_to
    if begins is not None and begins == ends:
        return f"{begins:%A} {plain_date(begins)}"
    parts = [BYDAY.fullmatch(part.strip()) for part in (session.byday or "").split(",")]
    days = [(int(part[1]) if part[1] else None, DAYS[part[2]]) for part in parts if part]
    if not days:
        return f"Day {session.bymonthday} of the month" if session.bymonthday else ""
    if session.freq == "MONTHLY":
        named = [f"{ORDINALS.get(nth or 1, '')} {day}".strip() for nth, day in days]
        which = words_list(named)
        every = "the month" if session.interval == 1 else f"every {session.interval} months"
        return f"{which[0].upper()}{which[1:]} of {every}"
    names = [day for _, day in days]
    if session.interval == 2:
        return f"Every other {words_list(names)}"
    if session.interval > 2:
        return f"Every {session.interval} weeks on {words_list(names)}"
    return words_list([f"{day}s" for day in names])


def breaks_words(not_on: Sequence[str]) -> str:
    """("--08", "2026-12-25") -> "not in August, not on 25 December 2026"."""
    months = [MONTHS[int(one[2:]) - 1] for one in not_on if one.startswith("--")]
    days: list[str] = []
    for one in not_on:
        first, _, last = one.partition("/")
        if last:
            days.append(f"from {_day_of(first)} to {_day_of(last)}")
        elif not one.startswith("--"):
            days.append(f"on {_day_of(first)}")
    said = [f"not in {words_list(months, 'or')}"] if months else []
    return ", ".join([*said, *(f"not {day}" for day in days)])


def _day_of(iso: str) -> str:
    return plain_date(date.fromisoformat(iso))


def session_line(session: SessionRecord) -> str:
    """One session in plain English; what the source wrote where it could not be understood."""
    days, times = session_days(session), time_span(session.opens_at, session.closes_at)
    if not days and not times:
        return (session.original_text or "").strip()
    line = ", ".join(part for part in (days, times) if part)
    extras = ["term time only"] if session.term_time else []
    ends = session.until or session.valid_to
    if ends is not None and ends != (session.dtstart or session.valid_from):
        extras.append(f"until {plain_date(ends)}")
    if session.not_on:
        extras.append(breaks_words(session.not_on))
    return f"{line} ({', '.join(extras)})" if extras else line


def session_lines(sessions: Iterable[SessionRecord]) -> list[str]:
    """All sessions in plain English, days with the same times joined, in the order of the week."""
    weekly: dict[tuple[str, bool], list[str]] = {}
    others: list[str] = []
    for session in sessions:
        span = time_span(session.opens_at, session.closes_at)
        simple = session.freq == "WEEKLY" and session.interval == 1 and (session.byday or "") in DAYS
        if simple and not session.until and not session.valid_to and not session.not_on:
            days = weekly.setdefault((span, session.term_time), [])
            if session.byday not in days:
                days.append(session.byday or "")
        elif (line := session_line(session)) and line not in others:
            others.append(line)
    joined = [
        (min(DAY_ORDER.index(day) for day in days), _week_line(days, span, term))
        for (span, term), days in weekly.items()
    ]
    return [line for _, line in sorted(joined)] + others


def _week_line(days: list[str], span: str, term_time: bool) -> str:
    if len(days) == 7 and span == "any time":
        return "Any time"
    line = ", ".join(part for part in (_day_names(days), span) if part)
    return f"{line} (term time only)" if term_time else line


def _day_names(days: list[str]) -> str:
    ordered = sorted(days, key=DAY_ORDER.index)
    if len(ordered) == 7:
        return "Every day"
    first, last = DAY_ORDER.index(ordered[0]), DAY_ORDER.index(ordered[-1])
    if len(ordered) > 2 and last - first == len(ordered) - 1:
        return f"{DAYS[ordered[0]]} to {DAYS[ordered[-1]]}"
    return words_list([f"{DAYS[day]}s" for day in ordered])


# --- where ----------------------------------------------------------------------------------------


def distance(km: float | None, *, rough: bool = False) -> str:
    """0.42 -> "400 m", 1.23 -> "1.2 km", 23.4 -> "23 km"; "" when not known. `rough`, where an end of it is only the
    middle of a wider area: "about 1 km"."""
    if km is None:
        return ""
    if rough:
        return roughly(km)
    if km < 0.95:
        return f"{max(100, round(km * 10) * 100)} m"
    return f"{km:.1f}".removesuffix(".0") + " km" if km < 9.95 else f"{km:.0f} km"


def direction(origin: Point, point: Point) -> str:
    """The compass point from origin: "north-east"."""
    east = (point.lon - origin.lon) * math.cos(math.radians(origin.lat))
    angle = math.degrees(math.atan2(east, point.lat - origin.lat)) % 360
    return COMPASS[round(angle / 45) % 8]


def address_lines(place: PlaceRecord) -> list[str]:
    """The address as it may be shown: none for a private place, the town alone for a withheld one."""
    if place.private:
        return []
    if place.withheld:
        return [place.city] if place.city else []
    lines = (place.name, place.attention, place.address_1, place.address_2, place.city, place.region)
    seen: list[str] = []
    for line in (*lines, place.state_province, place.postal_code):
        if line and line.strip() and line.strip().casefold() not in (had.casefold() for had in seen):
            seen.append(line.strip())
    return seen


# --- money, phones, addresses on the web ----------------------------------------------------------


def money(amount: float, currency: str | None = None) -> str:
    """3.0 -> "£3", 2.5 -> "£2.50", (4, "CAD") -> "4 CAD"."""
    number = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    sign = CURRENCY_SIGNS.get((currency or "GBP").upper())
    return f"{sign}{number}" if sign else f"{number} {currency}"


def price(costs: Sequence[CostRecord]) -> str:
    """What it costs in a few words: "Free", "Pay what you can", "£3", "£3 or £5"; "" when not known."""
    said: list[str] = []
    for cost in costs:
        if cost.option == "donation":
            text = "Pay what you can"
        elif cost.amount == 0:
            text = "Free"
        elif cost.amount is not None:
            text = money(cost.amount, cost.currency)
        else:
            text = (cost.amount_description or cost.option or "").strip()
        if text and text not in said:
            said.append(text)
    return words_list(said, "or")


def tel_href(number: str) -> str | None:
    """A tel: link for a number as printed ("(0)" after a country code drops); None without one."""
    plain = re.sub(r"\(0\)", "", number) if number.strip().startswith("+") else number
    digits = re.sub(r"[^\d+]", "", plain)
    digits = digits[:1] + digits[1:].replace("+", "")
    return f"tel:{digits}" if sum(c.isdigit() for c in digits) >= 3 else None


def phone_text(phone: PhoneRecord) -> str:
    """The number as printed, with its extension."""
    return f"{phone.number} (extension {phone.extension})" if phone.extension else phone.number


def web_href(url: str | None) -> str | None:
    """A link that is safe to follow: http and https alone, "www.x.org" given https; else None."""
    text = (url or "").strip()
    if re.match(r"https?://[^\s/]+", text, re.IGNORECASE):
        return text
    return f"https://{text}" if re.match(r"[\w-]+(\.[\w-]+)+(/\S*)?$", text) else None


def web_text(url: str) -> str:
    """A web address as a person would say it: without scheme, "www." or a lone slash at the end."""
    return re.sub(r"^(https?://)?(www\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/")
