"""Which questions about a listing are most worth asking: a plain rule over the matcher's own table of barriers.

A question is worth the weights of the barriers that hang on it: those of which nobody knows yet whether the listing
meets them, and for which facts.toml names the question. Where it names several, each has its share, since one answer
may not settle it. Pure: a record in, questions out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from directory.opportunities import slots
from importers.records import FactRecord, ListingRecord
from matching.rules.barriers import needs_of
from matching.types import Fact, Opportunity
from matching.vocabulary.needs import BarrierEntry, barriers, facts

ASKED_FIRST = ("new_people", "cost", "step_free", "transport", "sensory")
"""The barriers that the match form asks about before any other."""
FIRST, HIDES, LOWERS = 3, 2, 1
"""What settling a barrier is worth: asked first on the form; hides a listing as a must; only lowers it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask about; `settles` are the barriers that hang on it, as a person would say them."""

    key: str
    ask: str
    settles: tuple[str, ...]


@cache
def askable() -> frozenset[str]:
    """The facts that some barrier hangs on."""
    return frozenset(key for entry in _with_questions() for key in entry.ask)


def known_facts(record: ListingRecord) -> dict[str, FactRecord]:
    """Every known fact of the session and of its first place, by key."""
    venue = record.places[0].facts if record.places else ()
    return {fact.key: fact for fact in (*venue, *record.facts) if fact.key in facts()}


def facts_of(record: ListingRecord) -> dict[str, FactRecord]:
    """Every known fact by key. A building's fact is that of the first place that has it."""
    found = [*record.facts, *(fact for place in record.places for fact in place.facts)]
    return {fact.key: fact for fact in reversed(found) if fact.key in facts()}


def worth_asking(record: ListingRecord, number: int = 2) -> list[Question]:
    """The questions that settle most, the best first; each next one counts only what those before it leave open."""
    offer = _offer(record)
    open_ = [entry for entry in _with_questions() if needs_of(offer, entry).known is None]
    unknown = [
        key
        for key, entry in facts().items()
        if key in askable() and offer.fact(key) is None and (offer.has_venue or entry.scope != "venue")
    ]
    found: list[Question] = []
    while unknown and open_ and len(found) < number:
        best = max(unknown, key=lambda key: _worth(key, open_))
        settled = [entry for entry in open_ if best in entry.ask]
        if not settled:
            break
        found.append(Question(best, facts()[best].ask, tuple(entry.label for entry in settled)))
        open_ = [entry for entry in open_ if entry not in settled]
        unknown.remove(best)
    return found


def _worth(key: str, open_: Iterable[BarrierEntry]) -> float:
    return sum(_weight(entry) / len(entry.ask) for entry in open_ if key in entry.ask)


def _weight(entry: BarrierEntry) -> int:
    if entry.key in ASKED_FIRST:
        return FIRST
    return LOWERS if entry.never_hides else HIDES


@cache
def _with_questions() -> tuple[BarrierEntry, ...]:
    """The barriers that a fact can settle and that name what to ask."""
    return tuple(e for e in barriers().values() if e.ask and (e.satisfied_by or e.broken_by))


def _offer(record: ListingRecord) -> Opportunity:
    """As much of the listing as the barriers look at."""
    return Opportunity(
        id=record.ref,
        name=record.name,
        says_what_to_expect=bool(record.what_to_expect),
        formats=record.formats or (("phone",) if record.remote else ()),
        sessions=tuple(slot for session in record.sessions for slot in slots(session)),
        referral=record.referral,
        minimum_age=record.minimum_age,
        maximum_age=record.maximum_age,
        group_size=record.group_size,
        run_by=record.run_by,
        audience=record.audience,
        facts={key: Fact(key, fact.value) for key, fact in known_facts(record).items()},
    )
