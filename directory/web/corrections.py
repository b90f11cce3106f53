"""The form by which somebody without the edit form says what is not right: a handful of fields and facts, in words.

Each field comes with what it said when the page was made ("was_..."), so that only what the person changed counts, also
where somebody else changed the listing meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from directory import checking, formatting, policies
from directory.suggestions import FACT, LONGEST_WORDS, value_now
from directory.web.known import ASK_FIRST
from directory.web.mending import Problem
from importers import clean
from importers.records import CostRecord, ListingRecord, SessionRecord
from matching.vocabulary import needs

FACTS_ASKED = 10
UNKNOWN = "unknown"
RUNNING = (
    ("active", "Yes"),
    ("paused", "No, it has paused for now"),
    ("closed", "No, it has stopped for good"),
)
_LONGEST = {"name": 200, "description": 10_000, "what_to_expect": 10_000}


@dataclass(frozen=True, slots=True)
class Box:
    """One question of the form. `rows` 0 is a single line."""

    name: str
    label: str
    hint: str = ""
    rows: int = 0
    kind: str = "text"


BOXES = (
    Box("name", "Name"),
    Box("description", "What it is", rows=5),
    Box("what_to_expect", "What to expect the first time", "Who is at the door? What happens first?", rows=4),
    Box("sessions", "When", "One line for each day, like: Tuesdays 10am to 12pm", rows=3),
    Box("costs", "What it costs each time", "Like: free, £3, or pay what you can"),
    Box("fees_description", "Anything more about the cost"),
    Box("phones", "Phone", "One line for each number", rows=2),
    Box("email", "Email", kind="email"),
    Box("url", "Website"),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody sent: only what they changed, with what they saw there before."""

    changes: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FactAsked:
    """A fact with its answers: (value, sentence)."""

    key: str
    ask: str
    choices: tuple[tuple[str, str], ...]


def as_text(record: ListingRecord, name: str) -> str:
    """What a field's box holds at first."""
    value = getattr(record, name)
    if name == "sessions":
        return "\n".join(formatting.session_lines(value))
    if name == "costs":
        return formatting.price(value)
    if name == "phones":
        return "\n".join(formatting.phone_text(phone) for phone in value)
    return _tidy(value or "")


def start(record: ListingRecord, facts: Sequence[FactAsked]) -> dict[str, str]:
    """The form's values for this record, with what it said ("was_...")."""
    values = {box.name: as_text(record, box.name) for box in BOXES}
    values["status"] = record.status if record.status in dict(RUNNING) else ""
    for asked in facts:
        values[FACT + asked.key] = value_now(record, FACT + asked.key) or UNKNOWN
    return values | {f"was_{name}": value for name, value in values.items()} | {"words": ""}


def asked_of(record: ListingRecord, today: Any) -> list[FactAsked]:
    """The facts that the form asks about: those that most people turn on, then those most worth asking."""
    place = bool(record.places)
    first = [key for key in ASK_FIRST if place or needs.facts()[key].scope == "session"]
    more = [question.key for question in checking.worth_asking(record, today, rules=policies.freshness())]
    return [fact_asked(key) for key in list(dict.fromkeys([*first, *more]))[:FACTS_ASKED]]


def fact_asked(key: str) -> FactAsked:
    """A fact as a question with sentences for answers."""
    entry = needs.facts()[key]
    return FactAsked(key, entry.ask, tuple((value, entry.say(value)) for value in entry.values))


def read(form: Mapping[str, str], record: ListingRecord) -> Answered:
    """What was sent, compared with what the page said when it was made."""
    found = Answered(words=_tidy(form.get("words", "")))
    if len(found.words) > LONGEST_WORDS:
        found.problems.append(Problem(f"Write at most {LONGEST_WORDS:,} letters.", "words"))
    for box in BOXES:
        sent, was = _tidy(form.get(box.name, "")), _tidy(form.get(f"was_{box.name}", ""))
        if box.name in form and sent != was:
            _read_box(box, sent, record, found)
    sent = form.get("status", "")
    if sent != form.get("was_status", "") and sent in dict(RUNNING):
        found.changes["status"] = sent
    for name, sent in form.items():
        if name.startswith(FACT) and sent != form.get(f"was_{name}", UNKNOWN):
            _read_fact(name, sent, found)
    return found


def _read_box(box: Box, sent: str, record: ListingRecord, found: Answered) -> None:
    most = _LONGEST.get(box.name, 1000)
    if len(sent) > most:
        found.problems.append(Problem(f"{box.label}: write at most {most:,} letters.", box.name))
        return
    value, problem = _value(box.name, sent, record)
    if problem:
        found.problems.append(Problem(problem, box.name))
    else:
        found.changes[box.name] = value


def _read_fact(name: str, sent: str, found: Answered) -> None:
    entry = needs.facts().get(name.removeprefix(FACT))
    if entry is None:
        return  # a name that the page never had
    if sent == UNKNOWN:
        found.changes[name] = None
    elif sent in entry.values:
        found.changes[name] = sent
    else:
        found.problems.append(Problem("Choose one of the answers.", name.replace(":", "-")))


def _value(name: str, sent: str, record: ListingRecord) -> tuple[Any, str]:
    """The value of a field from the words in its box, and what is wrong with them."""
    if name == "name":
        return sent, "" if sent else "Write a name."
    if name == "sessions":
        return _sessions(sent, record), ""
    if name == "costs":
        return costs_of(sent), ""
    if name == "phones":
        found = tuple(phone for line in sent.splitlines() for phone in clean.phones(line))
        return found, "" if found or not sent else "Write a phone number, like 01632 960123."
    if name == "email":
        mails = clean.emails(sent)
        return (mails[0] if mails else None), (
            "" if mails or not sent else "Write an email address, like name@example.org."
        )
    if name == "url":
        url = clean.links(sent).url
        return url, "" if url or not sent else "Write a web address, like www.example.org."
    return sent or None, ""


def _sessions(sent: str, record: ListingRecord) -> tuple[SessionRecord, ...]:
    """Days and times from a line each; a line that nobody can read is kept as it was written."""
    found = [session for line in sent.splitlines() if line.strip() for session in clean.sessions(line)]
    at = {session.place_source_id for session in record.sessions}
    where = at.pop() if len(at) == 1 else None
    return tuple(replace(session, place_source_id=where) for session in found)


def costs_of(text: str) -> tuple[CostRecord, ...]:
    """ "free", "£3", "pay what you can" as they are priced; anything else in its own words."""
    if not text:
        return ()
    if clean.means_free(text.casefold().rstrip(".")):
        return (CostRecord(amount=0.0, currency="GBP"),)
    if re.fullmatch(r"(by )?donations?|pay (what|as) you (can|like|feel)", text.casefold().rstrip(".")):
        return (CostRecord(option="donation"),)
    amount = re.fullmatch(r"£?\s*(\d{1,6}(?:[.,]\d{1,2})?)", text)
    if amount:
        return (CostRecord(amount=float(amount[1].replace(",", ".")), currency="GBP"),)
    return (CostRecord(amount_description=text),)


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
