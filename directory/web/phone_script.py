"""What to say and ask when ringing a group: made from its record, for staff. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from directory import formatting
from directory.asking import known_facts, worth_asking
from directory.desk import old_facts
from directory.formatting import FreshnessPolicy
from importers.records import ContactRecord, ListingRecord, PhoneRecord
from matching.vocabulary.needs import FactEntry, facts

QUESTIONS = 8
"""As many as a friendly call bears."""
MOST_OLD = 4


@dataclass(frozen=True, slots=True)
class ToRing:
    """Somebody to ask for, or the group itself, and the numbers to ring."""

    name: str
    role: str
    numbers: tuple[tuple[str, str | None], ...]
    """(as people read it, tel: link)."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScriptQuestion:
    """One question with its answers: (value, words). `now`: what we show at present, "" for nothing."""

    key: str
    ask: str
    answers: tuple[tuple[str, str], ...]
    now: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """Everything the page needs."""

    ring: tuple[ToRing, ...]
    email: str
    read_out: tuple[tuple[str, str], ...]
    """What we show of the basics: (what, as we show it)."""
    questions: tuple[ScriptQuestion, ...]


def script_of(record: ListingRecord, today: date, rules: FreshnessPolicy) -> Script:
    """The script of one listing."""
    return Script(
        ring=tuple(_to_ring(record)),
        email=(record.email or "").strip(),
        read_out=tuple(_basics(record)),
        questions=tuple(_questions(record, today, rules)),
    )


def answers_of(record: ListingRecord, form: Mapping[str, str]) -> dict[str, str]:
    """The facts that a sent script found out: {key: value}; "don't know" and what was not asked are left out.

    Facts about a building are left out where the listing has none.
    """
    found = {key: form.get(f"fact_{key}", "") for key in facts()}
    return {key: value for key, value in found.items() if value and _can_hold(record, facts()[key])}


def _to_ring(record: ListingRecord) -> list[ToRing]:
    """Those who may be asked by any colleague. The number of a link person's contact is not ours to print."""
    found = [_person(contact) for contact in record.contacts if contact.visibility != "link"]
    found = [one for one in found if one.numbers]
    if record.phones:
        found.append(ToRing("The group", "", _numbers(record.phones)))
    if any(contact.visibility == "link" for contact in record.contacts) and record.known_by:
        colleagues = formatting.words_list(record.known_by, "or")
        found.append(ToRing(f"Ask {colleagues} first", "", (), "They know somebody there."))
    return found


def _person(contact: ContactRecord) -> ToRing:
    role = ", ".join(part for part in (contact.title, contact.department) if part)
    note = "For staff only." if contact.visibility == "staff" else ""
    return ToRing(
        contact.name or role or "A contact", role if contact.name else "", _numbers(contact.phones), note
    )


def _numbers(phones: tuple[PhoneRecord, ...]) -> tuple[tuple[str, str | None], ...]:
    return tuple((formatting.phone_text(phone), formatting.tel_href(phone.number)) for phone in phones)


def _basics(record: ListingRecord) -> list[tuple[str, str]]:
    times = "; ".join(formatting.session_lines(record.sessions))
    where = "; ".join(
        ", ".join(formatting.address_lines(place))
        for place in record.places
        if place.location_type == "physical"
    )
    cost = ". ".join(filter(None, (formatting.price(record.costs), record.fees_description or "")))
    shown = [("When", times), ("Where", where), ("What it costs", cost)]
    if not record.places and record.formats and "in_person" not in record.formats:
        shown.remove(("Where", where))
    return [(what, words or "we do not know: please ask") for what, words in shown]


def _questions(record: ListingRecord, today: date, rules: FreshnessPolicy) -> list[ScriptQuestion]:
    known = known_facts(record)
    new = [question.key for question in worth_asking(record, QUESTIONS)]
    old = [key for key in dict.fromkeys(old_facts(record, today, rules)) if key in known][:MOST_OLD]
    asked = [facts()[key] for key in [*new[: QUESTIONS - len(old)], *old]]
    return [
        ScriptQuestion(
            entry.key,
            entry.ask,
            _answers(entry),
            entry.say(known[entry.key].value) if entry.key in known else "",
        )
        for entry in asked
        if _can_hold(record, entry)
    ]


def _answers(entry: FactEntry) -> tuple[tuple[str, str], ...]:
    """Each value's own sentence: to "Does it matter if someone misses a week?" a bare yes would say the opposite."""
    return tuple((value, entry.say(value)) for value in entry.values)


def _can_hold(record: ListingRecord, entry: FactEntry) -> bool:
    return entry.scope != "venue" or bool(record.places)
