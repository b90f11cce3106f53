"""Rows of an HSDS package as parts of a listing: schedules, places, phones, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from dateutil.rrule import WEEKLY, rrule

from importers import clean
from importers.clean_time import minutes
from importers.hours_slot import DAYS, believable
from importers.hsds_package import Record
from importers.records import (
    ContactRecord,
    CostRecord,
    ListingStatus,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    SessionRecord,
)

MONTHS_IN_A_YEAR = 12
_STATUS: dict[str, ListingStatus] = {
    "": "active",
    "active": "active",
    "open": "active",
    "inactive": "closed",
    "defunct": "closed",
    "closed": "closed",
    "temporarily closed": "paused",
    "temporarily_closed": "paused",
    "suspended": "paused",
    "paused": "paused",
    "do_not_list": "do_not_list",
    "do not list": "do_not_list",
}
_HOTLINE = re.compile(
    r"\b(?:hot-?\s?lines?|help-?\s?lines?|crisis line|toll[- ]free|nation-?wide|national(?:ly)?|24[- ]hour phone|"
    r"telephone (?:counsel+ing|support)|across the (?:uk|country)|uk-wide)\b",
    re.I,
)
_MARKERS = re.compile(r"\s*(?:#{2,}\s*)?\b([A-Z]{2,5})\s*#{2,}\s*")


def status(written: str) -> ListingStatus | None:
    """HSDS service.status as ours; blank is active; None for a word that is none of them."""
    return _STATUS.get(" ".join(written.lower().split()))


def sounds_remote(*texts: str | None) -> bool:
    """Do the words say that it is reached from anywhere (hotline, toll-free, nationwide)?"""
    return any(_HOTLINE.search(text) for text in texts if text)


COMPASS = frozenset({"NORTH", "SOUTH", "EAST", "WEST", "CENTRAL"})
"""Names of branches that say nothing without the organization's name."""
_INTERPRETING = re.compile(
    r"interpret|translat|language line|available|request|limited|website|bi-?lingual", re.I
)


def speaks_of_interpreting(written: str) -> bool:
    """Is it about how other languages are served ("others upon request"), rather than a language?"""
    return bool(_INTERPRETING.search(written))


def without_markers(text: str | None) -> tuple[str | None, tuple[str, ...]]:
    """(text, codes) without a source's own marks such as ###MON###."""
    if not text or "##" not in text:
        return text, ()
    codes = tuple(dict.fromkeys(_MARKERS.findall(text)))
    return _MARKERS.sub("\n", text).strip() or None, codes


# --- organizations and places --------------------------------------------------------------------------------------


def other_name(written: str | None) -> str | None:
    """An alternate name; short ones in capitals are mostly acronyms ("CHADD") and stay."""
    return clean.calm(written) if written and len(written.split()) > 2 else written


def organization(row: Record, identifiers: Iterable[Record]) -> OrganizationRecord:
    """An organizations row. SHOUTING is calmed; the original is kept as alternate name where there is none."""
    name, shouted, _ = clean.name(row["name"], row["description"])
    year = re.match(r"\d{4}", row["year_incorporated"])
    mails = clean.emails(row["email"])
    alternate = clean.line(clean.said(row["alternate_name"]))
    return OrganizationRecord(
        source_id=row["id"],
        name=name or f"Organization {row['id']}",
        alternate_name=other_name(alternate) or shouted,
        description=without_markers(clean.said(row["description"]))[0],
        email=mails[0] if mails else None,
        website=clean.links(row["website"]).url,
        tax_status=clean.said(row["tax_status"]),
        tax_id=clean.said(row["tax_id"]),
        year_incorporated=int(year.group()) if year else None,
        legal_status=clean.said(row["legal_status"]),
        uri=clean.links(row["uri"]).url,
        identifiers=tuple(
            (i["identifier_scheme"] or i["identifier_type"] or "other", i["identifier"])
            for i in identifiers
            if i["identifier"]
        ),
    )


def place(
    row: Record, addresses: Iterable[Record], access: Iterable[Record], locate: clean.Locate | None
) -> tuple[PlaceRecord, list[str]]:
    """(a location with its address, what was wrong). The physical address wins over the postal one."""
    by_type = sorted(addresses, key=lambda a: a["address_type"] != "physical")
    address = by_type[0] if by_type else Record("addresses", 0, {})
    country = _country(address["country"])
    code = clean.postal_code(address["postal_code"], country)
    where, problem = clean.point(row["latitude"], row["longitude"], code)
    name, shouted, _ = clean.name(row["name"], row["description"])
    alternate = clean.line(clean.said(row["alternate_name"]))
    lines = [clean.line(clean.said(address[f"address_{n}"])) for n in (1, 2, 3, 4)]
    made = PlaceRecord(
        source_id=row["id"],
        location_type=_location_type(row["location_type"]),
        name=name,
        alternate_name=other_name(alternate) or shouted,
        description=without_markers(clean.said(row["description"]))[0],
        transportation=clean.said(row["transportation"]),
        attention=clean.line(clean.said(address["attention"])),
        address_1=lines[0],
        address_2=", ".join(part for part in lines[1:] if part) or None,
        city=_town(address["city"]),
        region=clean.line(clean.said(address["region"])),
        state_province=clean.line(clean.said(address["state_province"])),
        postal_code=code,
        country=country,
        latitude=where[0] if where else None,
        longitude=where[1] if where else None,
        accessibility=tuple(
            dict.fromkeys(
                text
                for a in access
                if (
                    text := ": ".join(
                        t for t in (clean.said(a["description"]), clean.said(a["details"])) if t
                    )
                )
            )
        ),
    )
    checked, doubt = clean.checked_place(made, locate)
    return checked, [p for p in (problem, doubt) if p]


def _location_type(written: str) -> Literal["physical", "postal", "virtual"]:
    low = written.strip().lower()
    return "virtual" if low == "virtual" else "postal" if low == "postal" else "physical"


def _country(written: str) -> str | None:
    code = written.strip().upper()
    same = {"UK": "GB", "USA": "US", "UNITED STATES": "US", "UNITED KINGDOM": "GB", "ENGLAND": "GB"}
    return same.get(code, code) or None


def _town(written: str) -> str | None:
    town = clean.line(clean.said(written))
    return clean.calm(town) if town else None


def costs(rows: Iterable[Record], fees: str | None) -> tuple[tuple[CostRecord, ...], str | None]:
    """(cost options, what is left to say about fees). "None" as a fee means that it is free."""
    found: list[CostRecord] = []
    for row in rows:
        amount = re.search(r"\d+(?:\.\d+)?", row["amount"].replace(",", ""))
        found.append(
            CostRecord(
                amount=float(amount.group()) if amount else None,
                currency=row["currency"].upper()[:3] or None,
                option=clean.said(row["option"]),
                amount_description=clean.said(row["amount_description"]),
            )
        )
    if fees and clean.means_free(fees):
        return tuple(dict.fromkeys(found)) or (CostRecord(amount=0.0),), None
    return tuple(dict.fromkeys(found)), clean.said(fees)


def contact(row: Record, phones: tuple[PhoneRecord, ...]) -> ContactRecord | None:
    """A named person is for staff until someone here decides that the public may see the name."""
    mails = clean.emails(row["email"])
    found = ContactRecord(
        name=clean.line(clean.said(row["name"])),
        title=clean.line(clean.said(row["title"])),
        department=clean.line(clean.said(row["department"])),
        email=mails[0] if mails else None,
        phones=phones,
    )
    return found if found.name or found.email or found.phones or found.title else None


def phone(row: Record) -> tuple[PhoneRecord, ...]:
    """The numbers of a phones row; what is no number people can dial is dropped."""
    extension = clean.line(clean.said(row["extension"]))
    kind = clean.line(clean.said(row["type"]))
    note = clean.line(clean.said(row["description"])) or clean.line(clean.said(row["department"]))
    found = clean.phones(row["number"].strip('"'), kind, extension)
    return tuple(PhoneRecord(p.number, p.extension, p.type, note) for p in found)


# --- schedules -----------------------------------------------------------------------------------------------------

_WEEKDAYS = {
    name: code for code, name in zip(DAYS, ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True)
}


def regular_schedule(row: Record, place_id: str | None) -> tuple[tuple[SessionRecord, ...], str | None]:
    """HSDS 1.x: weekday, opens_at, closes_at. (sessions, a problem in plain words)."""
    said = clean.text(row["original_text"]) or " ".join(
        t for t in (row["weekday"], f"{row['opens_at']}-{row['closes_at']}".strip("-")) if t
    )
    weekday = row["weekday"].strip().lower()
    code = DAYS[int(weekday) - 1] if weekday in "1234567" and weekday else _WEEKDAYS.get(weekday[:3])
    opens, closes = clean.clock(row["opens_at"]), clean.clock(row["closes_at"])
    if not row["opens_at"] and not row["closes_at"]:
        return _placed(clean.sessions(said), place_id), None
    in_text = tuple(s for s in clean.sessions(said) if s.freq == "WEEKLY" and s.byday == code) if said else ()
    cannot = opens is None or (closes is not None and not believable(minutes(opens), minutes(closes)))
    if in_text and cannot:
        return _placed(in_text, place_id), None
    if code is None or opens is None or (row["closes_at"] and closes is None):
        return _placed(
            (SessionRecord(original_text=said),), place_id
        ), f"'{said[:60]}' is not a time of day; it is kept as written."
    if closes is not None and not believable(minutes(opens), minutes(closes)):
        return _placed(
            (SessionRecord(original_text=said),), place_id
        ), f"It closes ({closes}) before it opens ({opens}); it is kept as written."
    doubt = None
    if (
        closes
        and minutes(opens) < 5 * 60
        and minutes(opens) > 0
        and minutes(closes) - minutes(opens) > 11 * 60
    ):
        doubt = f"It opens at {opens} and closes at {closes}; was the afternoon meant?"
    made = SessionRecord(freq="WEEKLY", byday=code, opens_at=opens, closes_at=closes, original_text=said)
    return _placed((made,), place_id), doubt


def sessions_in_words(rows: list[Record]) -> tuple[SessionRecord, ...]:
    """What the one text that all rows were made from says, when it is understood; () otherwise.

    Seen in a real package: rows that say Saturday 9:45-16:30 made from "9:45am-4:30pm, Mon-Fri; 9:45am-4:00pm, Sat".
    """
    texts = {clean.text(row["original_text"]) for row in rows}
    only = texts.pop() if len(texts) == 1 else None
    found = clean.sessions(only)
    return found if found and all(s.freq for s in found) else ()


def rows_agree(rows: list[Record], found: tuple[SessionRecord, ...]) -> bool:
    """Do the rows say the same days and times?"""
    made = {
        (s.byday, s.opens_at, s.closes_at) for row in rows for s in regular_schedule(row, None)[0] if s.freq
    }
    return made == {(s.byday, s.opens_at, s.closes_at) for s in found}


def _placed(found: Iterable[SessionRecord], place_id: str | None) -> tuple[SessionRecord, ...]:
    return tuple(replace(s, place_source_id=place_id) for s in found) if place_id else tuple(found)


def schedule(row: Record, place_id: str | None) -> tuple[tuple[SessionRecord, ...], str | None]:
    """HSDS 2.x and 3.x: one record for each day of byday, every field carried over. (sessions, a problem)."""
    said = "\n".join(dict.fromkeys(t for c in ("description", "notes") if (t := clean.text(row[c])))) or None
    freq = row["freq"].strip().upper()
    opens, closes = clean.clock(row["opens_at"]), clean.clock(row["closes_at"])
    begins = clean.day(row["dtstart"])
    every_day = freq == "DAILY" and row["interval"] in {"", "1"} and not row["byday"]
    once = not freq and not row["byday"] and opens is not None and _is_one_day(row, begins)
    if every_day or once or (not freq and row["byday"]):
        freq = "WEEKLY"
    yearly = freq == "YEARLY" and begins is not None and not row["byday"] and not row["bymonthday"]
    if yearly:
        freq = "MONTHLY"
    if freq not in {"WEEKLY", "MONTHLY"}:
        found = (
            clean.sessions(said)
            if said
            else (SessionRecord(original_text=_in_words(row)),)
            if _in_words(row)
            else ()
        )
        return _placed(
            found, place_id
        ), None if not freq else f"A schedule that repeats {freq} is kept only as its text."
    days: list[str | None] = [
        *re.findall(r"[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)", row["byday"].upper().replace("+", ""))
    ]
    month_days = str(begins.day) if yearly and begins else row["bymonthday"] or None
    if every_day:
        days = [*DAYS]
    if not days:
        days = [_implied_day(freq, begins)] if not month_days else [None]
    if opens and closes and not believable(minutes(opens), minutes(closes)):
        return _placed(
            (SessionRecord(original_text=said or f"{opens}-{closes}"),), place_id
        ), f"It closes ({closes}) before it opens ({opens})."
    interval = int(row["interval"]) if row["interval"].isdigit() and int(row["interval"]) else 1
    dates = len((month_days or "").split(","))
    interval *= MONTHS_IN_A_YEAR if yearly else 1
    return tuple(
        SessionRecord(
            freq="WEEKLY" if freq == "WEEKLY" else "MONTHLY",
            interval=interval,
            byday=one,
            bymonthday=month_days,
            opens_at=opens,
            closes_at=closes,
            dtstart=begins,
            until=begins
            if once
            else clean.day(row["until"]) or _last_of(row["count"], freq, interval, days, dates, begins),
            valid_from=clean.day(row["valid_from"]),
            valid_to=clean.day(row["valid_to"]),
            term_time=bool(said and re.search(r"\bterm[\s-]?time", said, re.I)),
            place_source_id=place_id,
            original_text=said or (_in_words(row) if yearly or once else None),
        )
        for one in dict.fromkeys(days)
    ), None


def _in_words(row: Record) -> str:
    """A schedule that has no words of its own, as words: "yearly, from 2026-12-25, 09:00-17:00"."""
    hours = f"{row['opens_at']}-{row['closes_at']}".strip("-")
    ends = row["until"] or row["valid_to"]
    begins = row["dtstart"] or row["valid_from"]
    dates = (begins if not row["freq"] and not ends else f"from {begins}") if begins else ""
    parts = (row["freq"].lower(), row["byday"], dates, f"until {ends}" if ends else "", hours)
    return ", ".join(part for part in parts if part)


def _is_one_day(row: Record, begins: date | None) -> bool:
    """Said to happen once: a first day that is also the last, or a count of one. A first day alone may as well be the
    day since when it has been going on."""
    ends = clean.day(row["until"]) or clean.day(row["valid_to"])
    return begins is not None and (ends == begins or (ends is None and row["count"] == "1"))


def _last_of(
    count: str, freq: str, interval: int, days: list[str | None], month_days: int, begins: date | None
) -> date | None:
    """The day by which a rule with COUNT is over: a course of ten weeks does not go on for ever."""
    if begins is None or not count.isdigit() or not 0 < int(count) < 2000:
        return None
    if freq == "WEEKLY":
        weekdays = [DAYS.index(day[-2:]) for day in days if day]
        course = rrule(WEEKLY, begins, interval, count=int(count), byweekday=weekdays)
        return max(course).date()
    rounds = interval * (-(-int(count) // max(1, len(days), month_days)) - 1)
    year, month = divmod(begins.year * 12 + begins.month - 1 + rounds + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def _implied_day(freq: str, begins: date | None) -> str | None:
    """RFC 5545: a weekly rule without BYDAY falls on the weekday that it starts on."""
    return DAYS[begins.weekday()] if freq == "WEEKLY" and begins else None
