"""What changed, as people read it: each field by its name, text word by word, lists line by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal

from rapidfuzz.distance import LCSseq

from directory import formatting
from directory.web.listing_page import BOOKINGS, FORMATS, GROUP_SIZES, REFERRALS, RUN_BY
from importers.records import (
    ContactRecord,
    FactRecord,
    OrganizationRecord,
    PlaceRecord,
    Provenance,
)
from matching.vocabulary import goals, needs

LABELS: Mapping[str, str] = {
    "name": "Name",
    "organization": "Organisation",
    "alternate_name": "Other name",
    "description": "What it is",
    "what_to_expect": "What to expect",
    "url": "Website",
    "email": "Email",
    "alert": "Notice at the top",
    "status": "Is it running?",
    "returns_on": "Back on",
    "activities": "Activities",
    "run_by": "Who runs it",
    "audience": "Who may come",
    "formats": "How it happens",
    "remote": "Has no place to go to",
    "places": "Where",
    "sessions": "When",
    "costs": "Cost",
    "fees_description": "About the cost",
    "referral": "Referral",
    "booking": "Booking",
    "application_process": "How to join",
    "wait_time": "Waiting time",
    "wait_weeks": "Weeks to wait",
    "minimum_age": "Youngest age",
    "maximum_age": "Oldest age",
    "gender": "Women, men or everybody",
    "eligibility_description": "Who it is for",
    "languages": "Languages",
    "interpretation_services": "Interpreting",
    "group_size": "Size of the group",
    "rungs": "Steps of support",
    "goals": "Goals it serves",
    "contacts": "People to ask",
    "phones": "Phone",
    "facts": "What it is like",
    "service_area": "Areas it serves",
    "required_documents": "What to bring",
    "accreditations": "Accreditations",
    "licenses": "Licences",
    "tips": "Tips for colleagues",
    "known_by": "Colleagues who know it",
    "checked": "Last checked",
    "extra": "Other things the source said",
    "website": "Website",
    "placeholder": "Only a name so far",
    "identifiers": "Registered numbers",
}
STATUSES = {
    "active": "It is running",
    "paused": "It is paused for now",
    "closed": "It has stopped",
    "do_not_list": "It asked not to be listed",
}
AUDIENCES = {
    "members": "People who belong to this agency",
    "agency_and_public": "People of this agency, and the public",
    "public": "Everybody",
}
GENDERS = {"any": "Everybody", "women": "Women", "men": "Men"}
VISIBILITIES = {"public": "shown to all", "staff": "colleagues only", "link": "only whoever knows them"}
HIDDEN_CONTACT = "Somebody whom only the colleague who knows them sees"
UNSEEN = "Something small, such as the order"
LONGEST_BY_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of running text, and whether it went, came or stayed."""

    sign: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One field's change: `parts` for running text that was there before and after, else lines that went and came."""

    field: str
    label: str
    parts: tuple[Part, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def shown(field: str, before: Any, after: Any, today: date, *, everything: bool = True) -> Shown:
    """A change of one field. `everything` False hides contacts that only one colleague sees."""
    listed = field in _CHOICES or field.startswith("fact:")
    both_text = isinstance(before, str) and isinstance(after, str)
    if both_text and not listed and len(before) + len(after) <= LONGEST_BY_WORDS:
        return Shown(field, label(field), tuple(by_words(before, after)), (), ())
    was, is_now = lines(field, before, today, everything), lines(field, after, today, everything)
    gone = tuple(line for line in was if line not in is_now)
    new = tuple(line for line in is_now if line not in was)
    return Shown(field, label(field), (), gone, new if gone or new else (UNSEEN,))


def as_written(field: str, before: str | None, after: str | None) -> Shown:
    """A change whose values nobody can read any more: as they were written down."""
    return Shown(
        field,
        label(field),
        (),
        *(tuple([text] if text and text != "null" else []) for text in (before, after)),
    )


def label(field: str) -> str:
    """What people call the field; of "fact:KEY" what the fact is about."""
    if field.startswith("fact:"):
        name = needs.facts()[field.removeprefix("fact:")].name
        return name[:1].upper() + name[1:]
    return LABELS.get(field, field.replace("_", " ").capitalize())


def by_words(before: str, after: str) -> list[Part]:
    """Two texts as one, with the words that went and those that came."""
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    parts = []
    for same, edits in groupby(LCSseq.opcodes(old, new), key=lambda edit: edit.tag == "equal"):
        run = list(edits)
        gone = "".join(old[run[0].src_start : run[-1].src_end])
        came = "".join(new[run[0].dest_start : run[-1].dest_end])
        found = (Part("same", gone),) if same else (Part("gone", gone), Part("new", came))
        parts += [part for part in found if part.text]
    return parts


def lines(field: str, value: Any, today: date, everything: bool = True) -> list[str]:
    """A field's value in plain lines; none where nothing is known."""
    if value is None or value in ((), {}, ""):
        return []
    if field == "contacts":
        return [_contact(one, everything) for one in value]
    if field in ("facts", "checked"):
        return (
            [_fact(one, today) for one in value]
            if field == "facts"
            else [formatting.fact_checked(value, today)]
        )
    if field.startswith("fact:"):
        return [needs.facts()[field.removeprefix("fact:")].say(value)]
    if field in _CHOICES:
        values = value if isinstance(value, tuple) else (value,)
        return [_CHOICES[field].get(one, str(one)) for one in values]
    if field in _LINES:
        return _LINES[field](value)
    if field == "places":
        return [line for place in value for line in _place(place, today)]
    return _plain_lines(value)


def _plain_lines(value: Any) -> list[str]:
    if isinstance(value, date):
        return [formatting.plain_date(value)]
    if isinstance(value, bool):
        return ["Yes" if value else "No"]
    if isinstance(value, Mapping):
        return [f"{name}: {text}" for name, text in value.items()]
    if isinstance(value, tuple):
        return [" ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in value]
    return [str(value)]


def _fact(fact: FactRecord, today: date) -> str:
    entry = needs.facts().get(fact.key)
    said = entry.say(fact.value) if entry else f"{fact.key}: {fact.value}"
    checked = (
        "" if fact.provenance == Provenance() else f" ({formatting.fact_checked(fact.provenance, today)})"
    )
    return said + checked


def _contact(contact: ContactRecord, everything: bool) -> str:
    if contact.visibility == "link" and not everything:
        return HIDDEN_CONTACT
    phones = [formatting.phone_text(phone) for phone in contact.phones]
    parts = [contact.name, contact.title, contact.department, contact.email, *phones]
    told = ", ".join(part for part in parts if part)
    return f"{told} ({VISIBILITIES[contact.visibility]})"


def _place(place: PlaceRecord, today: date) -> list[str]:
    parts = (
        place.name, place.attention, place.address_1, place.address_2, place.city, place.region, place.state_province,
        place.postal_code,
    )  # fmt: skip
    address = ", ".join(dict.fromkeys(part for part in parts if part)) or "A place without an address"
    found = [f"{address} (address given after getting in touch)" if place.withheld else address]
    if place.private:
        found.append("It is at a private address")
    if place.latitude is not None and place.longitude is not None:
        doubt = "" if place.point_trusted else " (not trusted)"
        found.append(f"On the map: {place.latitude:.5f}, {place.longitude:.5f}{doubt}")
    found += [text for text in (place.description, place.transportation, *place.accessibility) if text]
    return found + [_fact(fact, today) for fact in place.facts]


def _organization(organization: OrganizationRecord) -> list[str]:
    more = [organization.website, organization.email, organization.description]
    return [organization.name, *(text for text in more if text)]


def _rungs(rungs: Sequence[int]) -> list[str]:
    low, high = rungs
    ladder = needs.ladder()
    return [ladder[low].choice] if low == high else [f"{ladder[low].choice} – {ladder[high].choice}"]


_CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": STATUSES,
    "run_by": RUN_BY,
    "audience": AUDIENCES,
    "formats": FORMATS,
    "referral": REFERRALS,
    "booking": {"none": "No need to book", **{key: f"Book {how}" for key, how in BOOKINGS.items()}},
    "gender": GENDERS,
    "group_size": GROUP_SIZES,
    "goals": {key: goal.label for key, goal in goals().items()},
}
"""Fields whose values are of a list, and what each value means."""
_LINES: Mapping[str, Callable[[Any], list[str]]] = {
    "organization": _organization,
    "activities": lambda terms: [term.name for term in terms],
    "sessions": lambda sessions: formatting.session_lines(sessions),
    "costs": lambda costs: [formatting.price(costs)],
    "phones": lambda phones: [formatting.phone_text(phone) for phone in phones],
    "languages": lambda languages: [one.name or one.code or "" for one in languages],
    "rungs": _rungs,
}
