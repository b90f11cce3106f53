"""Keeping a listing checked: still right, by whom and how; and which facts are most worth asking about next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Connection, select

from directory import asking, audit, catalog, knowledge
from directory._storable import storable_value
from directory.config import current_settings
from directory.database import now, writing
from directory.errors import Invalid
from directory.formatting import USUAL, FreshnessPolicy, months_between
from directory.models import ListingCheck, table_of
from importers.ids import stable_id
from importers.records import CheckedHow, FactRecord, ListingRecord, Provenance
from matching.vocabulary import needs

__all__ = ["HOWS", "Question", "still_right", "worth_asking"]

_CHECK = table_of(ListingCheck)
HOWS: tuple[CheckedHow, ...] = ("visited", "phoned", "told", "website")
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask about. `value` is what was known, None where nothing is; `last` when that was found out."""

    key: str
    ask: str
    value: str | None
    last: date | None


def worth_asking(
    record: ListingRecord, today: date, limit: int | None = None, *, rules: FreshnessPolicy = USUAL
) -> list[Question]:
    """Facts nobody knows, or whose check has expired by these rules, most useful first. Buildings are not asked of a
    phone line.

    First those that settle most, as on the desk (`asking.worth_asking`); then those that the most access needs turn on.
    """
    known = asking.facts_of(record)
    open_keys = [key for key in needs.facts() if key not in known or _is_stale(known[key], today, rules)]
    askable = [key for key in open_keys if needs.facts()[key].scope == "session" or record.places]
    weight = _needs_that_turn_on()
    first = [question.key for question in asking.worth_asking(record, len(askable))]
    place = {key: number for number, key in enumerate(first)}
    # The order of the file among equals.
    ranked = sorted(askable, key=lambda key: (place.get(key, len(place)), -weight[key]))
    return [_question(key, known.get(key)) for key in ranked[:limit]]


def still_right(
    listing_id: str,
    how: CheckedHow,
    role: str,
    actor: str,
    *,
    note: str = "",
    facts: Mapping[str, str | None] | None = None,
    once: str = "",
) -> ListingRecord:
    """Somebody checked the listing today, and found these facts out; the note is for colleagues.

    The same `once` for the same listing counts once. Raises NotFound and Invalid.
    """
    facts = dict(facts or {})
    note = storable_value(note.strip())
    _refuse(how, note, facts)
    today = current_settings().today()
    checked = Provenance(today, how, role)
    moment = now()
    key = stable_id(listing_id, "check", once or moment.isoformat())
    with writing() as connection:
        record = catalog.stored(connection, listing_id).record
        if _is_here(connection, key):
            return record
        changes = {"checked": checked, **catalog.found_out(record, facts, checked)}
        record, _ = catalog.amend_within(connection, listing_id, changes, actor)
        connection.execute(
            _CHECK.insert().values(
                id=key,
                listing_id=listing_id,
                at=moment,
                checked_on=today,
                how=how,
                role=role,
                actor=actor,
                note=note or None,
            )
        )
        knowledge.keep_promise(listing_id, actor)
    audit.record("listing_verified", listing_id=listing_id, how=how, role=role)
    return record


def _is_here(connection: Connection, key: str) -> bool:
    return connection.scalar(select(_CHECK.c.id).where(_CHECK.c.id == key)) is not None


def _refuse(how: str, note: str, facts: Mapping[str, str | None]) -> None:
    wrong = {}
    if how not in HOWS:
        wrong["how"] = "say how you know: visited, phoned, told or website"
    if len(note) > LONGEST_NOTE:
        wrong["note"] = f"write at most {LONGEST_NOTE:,} letters"
    for key, value in facts.items():
        entry = needs.facts().get(key)
        if entry is None or (value is not None and value not in entry.values):
            wrong[key] = "there is no such fact or answer"
    if wrong:
        raise Invalid(wrong)


def _is_stale(fact: FactRecord, today: date, rules: FreshnessPolicy) -> bool:
    on = fact.provenance.checked_on
    return on is None or months_between(on, today) >= rules.expired


def _question(key: str, known: FactRecord | None) -> Question:
    entry = needs.facts()[key]
    return Question(
        key, entry.ask, known.value if known else None, known.provenance.checked_on if known else None
    )


@cache
def _needs_that_turn_on() -> Counter[str]:
    """How many access needs each fact answers."""
    weights: Counter[str] = Counter()
    for barrier in needs.barriers().values():
        conditions = (*barrier.satisfied_by, *barrier.broken_by, *barrier.lowered_by, *barrier.supported_by)
        weights.update({condition.key for condition in conditions} | set(barrier.ask))
    return weights
