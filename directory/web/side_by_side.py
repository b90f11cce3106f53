"""Two listings next to each other, in plain lines: what a person must choose between, and the rest. Pure; for staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from directory import formatting
from directory.web.listing_page import BOOKINGS, FORMATS, GROUP_SIZES, REFERRALS, RUN_BY
from importers.plan import in_words
from importers.records import ContactRecord, FactRecord, ListingRecord, PlaceRecord
from importers.uniting import Difference
from importers.uniting_parts import Side
from matching.vocabulary import needs

Lines = tuple[str, ...]
STATUSES = {
    "active": "Open",
    "paused": "Paused",
    "closed": "Closed",
    "do_not_list": "Asked not to be listed",
}
AUDIENCES = {
    "members": "Members of this agency",
    "agency_and_public": "Members and the public",
    "public": "The public",
}
LABELS = {
    "name": "Name",
    "alternate_name": "Also known as",
    "organization": "Organisation",
    "status": "Status",
    "returns_on": "Back on",
    "description": "What it is",
    "what_to_expect": "What to expect",
    "activities": "Activities",
    "sessions": "When",
    "places": "Where",
    "formats": "How it happens",
    "remote": "Serves a wide area from a head office",
    "costs": "Cost",
    "fees_description": "About the cost",
    "phones": "Phone",
    "email": "Email",
    "url": "Website",
    "contacts": "People to ask for",
    "referral": "Referral",
    "booking": "Booking",
    "application_process": "How to join",
    "wait_time": "Waiting time",
    "wait_weeks": "Weeks to wait",
    "minimum_age": "Youngest age",
    "maximum_age": "Oldest age",
    "gender": "For women or men",
    "eligibility_description": "Who can come",
    "languages": "Languages",
    "interpretation_services": "Interpreters",
    "group_size": "Group size",
    "rungs": "Steps of support",
    "goals": "Goals",
    "run_by": "Run by",
    "audience": "Open to",
    "alert": "Notice",
    "service_area": "Area served",
    "required_documents": "What to bring",
    "accreditations": "Accreditations",
    "licenses": "Licences",
    "facts": "What we know",
    "tips": "Tips",
    "known_by": "Colleagues who know them",
    "checked": "Last checked",
    "extra": "From the source, as it stands there",
}
"""Every field that is shown, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Option:
    """One side of a question: its value in lines, and who found it out."""

    side: Side
    title: str
    lines: Lines
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A difference as the page asks it."""

    key: str
    label: str
    options: tuple[Option, ...]
    chosen: Side


@dataclass(frozen=True, slots=True)
class Row:
    """A field that needs no choice."""

    label: str
    keep: Lines
    other: Lines


def questions(found: Iterable[Difference], choices: dict[str, Side], today: date) -> list[Question]:
    """The differences in words; what the person chose before stays chosen."""
    return [
        Question(one.key, _label(one.key), _options(one, today), choices.get(one.key, one.default))
        for one in sorted(found, key=lambda one: _place_of(one.key))
    ]


def rows(keep: ListingRecord, other: ListingRecord, asked: Iterable[str], today: date) -> list[Row]:
    """Everything that is not asked about and that one of them has; `remote` only where it is asked."""
    left_out = {*asked, "remote"}
    shown = [
        Row(label, lines(name, getattr(keep, name), today), lines(name, getattr(other, name), today))
        for name, label in LABELS.items()
        if name not in left_out
    ]
    return [row for row in shown if row.keep or row.other]


def alike(found: Iterable[Row]) -> str:
    """What both say in the same words, as a list for a sentence."""
    return formatting.words_list([row.label.casefold() for row in found if row.keep == row.other])


def _place_of(key: str) -> int:
    name = "facts" if "." in key else key
    return list(LABELS).index(name)


def _label(key: str) -> str:
    _, _, fact = key.partition(".")
    if not fact:
        return LABELS[key]
    return needs.facts()[fact].name.capitalize() if fact in needs.facts() else fact.replace("_", " ")


def _options(one: Difference, today: date) -> tuple[Option, ...]:
    name = one.key.partition(".")[0].removeprefix("venue_")
    titles = {"keep": "The first", "other": "The second", "both": "Both of these"}
    values: dict[str, Any] = {"keep": one.keep, "other": one.other, "both": None}
    found = []
    for side in one.sides:
        value = values[side]
        told: Lines
        if isinstance(value, FactRecord):
            told, note = (_fact(value),), formatting.fact_checked(value.provenance, today)
        else:
            told, note = (() if side == "both" else lines(name, value, today)), ""
        found.append(Option(side, titles[side], told, note))
    return tuple(found)


def lines(name: str, value: Any, today: date) -> Lines:
    """A field's value as staff read it; () for nothing known."""
    if value in (None, "", (), False) or value == {}:
        return ("No",) if value is False and name == "remote" else ()
    if name == "checked":
        return (formatting.freshness(value, today).short,) if value.checked_on else ()
    if name in _SHOWN:
        return tuple(line for line in _SHOWN[name](value) if line)
    words = _WORDS.get(name, {})
    if isinstance(value, str):
        return tuple(part.strip() for part in words.get(value, value).split("\n") if part.strip())
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return tuple(words.get(str(one), str(one)) for one in value)
    return ("Yes",) if value is True else (in_words(value),)


def whereabouts(record: ListingRecord) -> str:
    """The first place on one line, without the listing's own name."""
    places = [replace(place, name=None) if place.name == record.name else place for place in record.places]
    return _address(places[0]) if places else ""


def _address(place: PlaceRecord) -> str:
    parts = [place.name, place.address_1, place.address_2, place.city, place.region, place.postal_code]
    whole = ", ".join(part for part in dict.fromkeys(parts) if part)
    secret = "private address" if place.private else "address given after contact" if place.withheld else ""
    return f"{whole} ({secret})" if whole and secret else whole or secret.capitalize()


def _place(place: PlaceRecord) -> str:
    facts = "; ".join(_fact(fact) for fact in place.facts)
    return ". ".join(part for part in (_address(place), "; ".join(place.accessibility), facts) if part)


def _fact(fact: FactRecord) -> str:
    entry = needs.facts().get(fact.key)
    return entry.say(fact.value) if entry else f"{fact.key.replace('_', ' ')}: {fact.value}"


def _contact(contact: ContactRecord) -> str:
    who = {"public": "", "staff": "for staff", "link": "only for the colleague who knows them"}
    numbers = (formatting.phone_text(phone) for phone in contact.phones)
    parts = [
        contact.name,
        contact.title,
        contact.department,
        contact.email,
        *numbers,
        who[contact.visibility],
    ]
    return ", ".join(filter(None, parts))


_SHOWN: dict[str, Callable[[Any], Iterable[str]]] = {
    "returns_on": lambda day: [formatting.plain_date(day)],
    "organization": lambda one: [one.name, one.website or ""],
    "activities": lambda terms: [formatting.words_list([term.name for term in terms])],
    "sessions": lambda some: [*formatting.session_lines(some)],
    "places": lambda some: map(_place, some),
    "costs": lambda some: [formatting.price(some), *(one.amount_description or "" for one in some)],
    "phones": lambda some: map(formatting.phone_text, some),
    "contacts": lambda some: map(_contact, some),
    "languages": lambda some: [one.name or one.code or "" for one in some],
    "facts": lambda some: map(_fact, some),
    "rungs": lambda pair: [f"{pair[0]} to {pair[1]}" if pair[0] != pair[1] else str(pair[0])],
    "extra": lambda told: [f"{heading}: {value}" for heading, value in told.items()],
    "url": lambda url: [formatting.web_text(url)],
}
_WORDS: dict[str, dict[str, str]] = {
    "status": STATUSES,
    "run_by": RUN_BY,
    "referral": REFERRALS,
    "group_size": GROUP_SIZES,
    "formats": FORMATS,
    "audience": AUDIENCES,
    "booking": {"none": "No need to book", **{way: f"Book {words}" for way, words in BOOKINGS.items()}},
    "gender": {"women": "For women", "men": "For men", "any": "For anyone"},
}
