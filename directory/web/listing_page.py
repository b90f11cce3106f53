"""One listing as its page shows it: plain lines made from a `ListingRecord`. Pure; shows public knowledge
only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from directory import formatting
from directory.formatting import USUAL, Freshness, FreshnessPolicy
from directory.opportunities import slots
from directory.web.known import FactGroup, Question, known, unknown
from importers.hours import is_any_time
from importers.records import ContactRecord, ListingRecord, PhoneRecord, PlaceRecord
from matching.types import Point
from matching.when import day_words, next_of

FORMATS = {
    "in_person": "In person",
    "online": "Online",
    "phone": "By phone",
    "post": "By post",
    "home_visit": "At your home",
}
REFERRALS = {
    "none": "Anyone can come, no referral needed.",
    "self": "You can refer yourself.",
    "professional": "A professional (such as a GP or a worker) has to refer you.",
}
BOOKINGS = {"phone": "by phone", "email": "by email", "online": "online", "in_person": "by going there"}
ASK_AHEAD = {
    "phone": "ring",
    "email": "email",
    "online": "book online",
    "in_person": "go there and ask",
}
"""The same ways where there is no need to book."""
RUN_BY = {
    "agency": "Run by this agency",
    "specialist": "Run by a specialist service",
    "open": "An ordinary community group",
    "peer": "Run by people with the same experience",
}
GROUP_SIZES = {
    "1": "One to one",
    "2-5": "2 to 5 people",
    "6-12": "6 to 12 people",
    "13-30": "13 to 30 people",
    "30+": "More than 30 people",
}


@dataclass(frozen=True, slots=True)
class Where:
    """One place: address lines that may be shown, and a note where they may not."""

    lines: tuple[str, ...]
    note: str
    how_to_get_there: str
    access: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to get in touch: what it is, what to show, and its link."""

    kind: str
    text: str
    href: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A public contact, with their role and ways to reach them."""

    name: str
    role: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Everything the template needs."""

    record: ListingRecord
    organization: str
    freshness: Freshness
    times: tuple[str, ...]
    next_on: str
    """The next day that is certain ("Tuesday 1 December"), else ""."""
    formats: str
    where: tuple[Where, ...]
    cost: str
    joining: tuple[str, ...]
    good_to_know: tuple[str, ...]
    people: tuple[Person, ...]
    ways: tuple[Way, ...]
    known: tuple[FactGroup, ...]
    ask_first: tuple[Question, ...]
    ask_more: tuple[Question, ...]

    @property
    def can_be_reached(self) -> bool:
        return bool(self.ways or self.people)


def page_of(record: ListingRecord, today: date, policy: FreshnessPolicy = USUAL) -> ListingPage:
    """The page of one listing, for the public."""
    ask_first, ask_more = unknown(record)
    organization = record.organization
    return ListingPage(
        record=record,
        organization=organization.name if organization and not organization.placeholder else "",
        freshness=formatting.freshness(record.checked, today, policy),
        times=tuple(formatting.session_lines(record.sessions)),
        next_on=_next_on(record, today),
        formats=formatting.words_list([FORMATS[key] for key in record.formats if key in FORMATS]),
        where=tuple(_where(place) for place in record.places if place.location_type == "physical"),
        cost=formatting.price(record.costs),
        joining=tuple(_joining(record)),
        good_to_know=tuple(_good_to_know(record)),
        people=tuple(_person(contact) for contact in record.contacts if contact.visibility == "public"),
        ways=tuple(_ways(record.phones, record.email, record.url)),
        known=tuple(known(record, today)),
        ask_first=tuple(ask_first),
        ask_more=tuple(ask_more),
    )


def _next_on(record: ListingRecord, today: date) -> str:
    if record.status != "active" or any(map(is_any_time, record.sessions)):
        return ""
    found = next_of((slot for session in record.sessions for slot in slots(session)), today)
    return day_words(found, today) if found else ""


def public_point(record: ListingRecord) -> Point | None:
    """Where it may be pinned on a map: never a withheld, private or doubtful place, nor a head office."""
    if record.remote:
        return None
    for place in record.places:
        hidden = (
            place.withheld or place.private or not place.point_trusted or place.location_type != "physical"
        )
        if not hidden and place.latitude is not None and place.longitude is not None:
            return Point(place.latitude, place.longitude)
    return None


def _where(place: PlaceRecord) -> Where:
    note = ""
    if place.private:
        note = "This is at a private address, so we do not show it. Get in touch to ask."
    elif place.withheld:
        note = "The address is given after you get in touch."
    hidden = place.private or place.withheld
    return Where(
        lines=tuple(formatting.address_lines(place)),
        note=note,
        how_to_get_there="" if hidden else place.transportation or "",
        access=() if hidden else place.accessibility,
    )


def _joining(record: ListingRecord) -> list[str]:
    lines = [REFERRALS[record.referral]] if record.referral else []
    if record.booking:
        lines += _booking(record.booking)
    if record.wait_weeks is not None:
        weeks = formatting.count_of(record.wait_weeks, "week")
        lines.append(f"The wait is about {weeks}." if record.wait_weeks else "There is no wait.")
    elif record.wait_time:
        lines.append(formatting.sentence(f"Waiting time: {record.wait_time}"))
    if record.application_process:
        lines.append(record.application_process)
    if record.required_documents:
        lines.append(f"Bring: {formatting.words_list(record.required_documents)}.")
    return lines


def _booking(booking: Sequence[str]) -> list[str]:
    """("none", "phone") -> "No need to book. You can also ring first."; ("phone",) -> "Book by phone."."""
    if "none" in booking:
        ahead = formatting.words_list([ASK_AHEAD[way] for way in booking if way in ASK_AHEAD], "or")
        return [f"No need to book. You can also {ahead} first." if ahead else "No need to book."]
    ways = formatting.words_list([BOOKINGS[way] for way in booking if way in BOOKINGS], "or")
    return [f"Book {ways}."] if ways else []


def _good_to_know(record: ListingRecord) -> list[str]:
    """Who it is for and what kind of group it is, one line each, only what is known."""
    lines = [_ages(record.minimum_age, record.maximum_age)]
    lines.append({"women": "For women", "men": "For men"}.get(record.gender or "", ""))
    if record.audience == "members":
        lines.append("For people who belong to this agency")
    if record.service_area:
        lines.append(f"For people who live in {formatting.words_list(record.service_area)}")
    lines.append(record.eligibility_description or "")
    languages = [one.name or one.code or "" for one in record.languages]
    if languages:
        lines.append(f"Languages: {formatting.words_list([name for name in languages if name])}")
    lines.append(record.interpretation_services or "")
    lines.append(GROUP_SIZES.get(record.group_size or "", ""))
    lines.append(RUN_BY.get(record.run_by or "", ""))
    return [line for line in lines if line]


def _ages(low: int | None, high: int | None) -> str:
    if low and high:
        return f"For people aged {low} to {high}"
    if low:
        return f"For people aged {low} and over"
    return f"For people up to {high} years old" if high else ""


def _person(contact: ContactRecord) -> Person:
    role = ", ".join(part for part in (contact.title, contact.department) if part)
    return Person(
        contact.name or role, role if contact.name else "", tuple(_ways(contact.phones, contact.email, None))
    )


def _ways(phones: Sequence[PhoneRecord], email: str | None, url: str | None) -> list[Way]:
    ways = [
        Way("Phone", formatting.phone_text(phone), formatting.tel_href(phone.number), phone.description or "")
        for phone in phones
    ]
    if email and email.strip():
        plain = "@" in email and not any(c in email for c in " \n?&<>")
        ways.append(Way("Email", email.strip(), f"mailto:{email.strip()}" if plain else None))
    if url and url.strip():
        ways.append(Way("Website", formatting.web_text(url), formatting.web_href(url)))
    return ways
