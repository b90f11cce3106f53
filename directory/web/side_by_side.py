"""Two listings next to each other, in plain lines: what a person must choose between, and the rest. Pure; for staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from directory import formatting
from directory.web import differences
from importers.records import FactRecord, ListingRecord, PlaceRecord
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
LABELS = {
    name: differences.LABELS[name]
    for name in (
        "name", "alternate_name", "organization", "status", "returns_on", "description",
        "what_to_expect", "activities", "sessions", "places", "formats", "remote", "costs",
        "fees_description", "phones", "email", "url", "contacts", "referral", "booking",
        "application_process", "wait_time", "wait_weeks", "minimum_age", "maximum_age", "gender",
        "eligibility_description", "languages", "interpretation_services", "group_size", "rungs",
        "goals", "run_by", "audience", "alert", "service_area", "required_documents", "accreditations",
        "licenses", "facts", "tips", "known_by", "checked", "extra",
    )
} | {"status": "Status"}  # fmt: skip
"""Every field that is shown, in the order of the page; the same in both stand in one sentence."""


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
    return differences.label(f"fact:{fact}") if fact in needs.facts() else fact.replace("_", " ")


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
    """A field's value as staff read it, as in the history but for what two columns have no room for; () for nothing
    known."""
    if name == "checked":
        return (formatting.freshness(value, today).short,) if value.checked_on else ()
    if name in _SHOWN:
        told = _SHOWN[name](value) if value else ()
    else:
        told = differences.lines(name, value, today)
    return tuple(part.strip() for line in told for part in line.split("\n") if part.strip())


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


_SHOWN: dict[str, Callable[[Any], Iterable[str]]] = {
    "organization": lambda one: [one.name, one.website or ""],
    "activities": lambda terms: [formatting.words_list([term.name for term in terms])],
    "places": lambda some: map(_place, some),
    "costs": lambda some: dict.fromkeys(
        (formatting.price(some), *(one.amount_description or "" for one in some))
    ),
    "facts": lambda some: map(_fact, some),
    "url": lambda url: [formatting.web_text(url)],
}
