"""Ringing a group: what was found out is written down with when, how and by whom; and so is that nobody answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from sqlalchemy import select

from directory import accounts, audit, catalog, knowledge
from directory._storable import storable_value
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Invalid
from directory.models import PhoneCall, table_of
from importers.records import Provenance
from matching.vocabulary.needs import facts as fact_entries

Outcome = Literal["still_right", "changed", "no_answer"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
LONGEST_NOTES = 4000
_CALL = table_of(PhoneCall)


@dataclass(frozen=True, slots=True)
class Call:
    """An earlier call, for colleagues."""

    called_on: date
    who: str
    outcome: Outcome
    notes: str


def record(
    listing_id: str,
    request: str,
    outcome: Outcome,
    answers: Mapping[str, str],
    notes: str,
    role: str,
    actor: str,
) -> bool:
    """Write down a call: {fact key: its value} as it was told, and notes for colleagues. False: it was there already.

    "still_right" checks the listing as a whole; "changed" keeps the facts alone, and the desk asks on. Raises NotFound,
    and Invalid for answers without a call.
    """
    _check(outcome, answers, notes)
    today = current_settings().today()
    row = {
        "request": request,
        "listing_id": listing_id,
        "actor": actor,
        "called_on": today,
        "at": now(),
        "outcome": outcome,
        "notes": storable_value(notes.strip()) or None,
    }
    with writing() as connection:
        standing = catalog.stored(connection, listing_id).record
        if connection.scalar(select(_CALL.c.id).where(_CALL.c.request == request)) is not None:
            return False
        phoned = Provenance(today, "phoned", role)
        changes = catalog.found_out(standing, answers, phoned)
        if outcome == "still_right":
            changes["checked"] = phoned
        catalog.amend_within(connection, listing_id, changes, actor)
        connection.execute(_CALL.insert().values(**row))
        if outcome != "no_answer":
            knowledge.keep_promise(listing_id, actor)
    audit.record("group_rung", listing_id=listing_id, outcome=outcome, facts=len(answers))
    return True


def earlier(listing_id: str, limit: int = 5) -> list[Call]:
    """The last calls, newest first."""
    query = select(_CALL).where(_CALL.c.listing_id == listing_id).order_by(_CALL.c.id.desc()).limit(limit)
    rows = db.session.connection().execute(query).all()
    names = accounts.names(row.actor for row in rows)
    return [
        Call(row.called_on, names.get(row.actor, "a colleague"), row.outcome, row.notes or "") for row in rows
    ]


def _check(outcome: str, answers: Mapping[str, str], notes: str) -> None:
    wrong = {}
    if outcome not in OUTCOMES:
        wrong["outcome"] = "say how the call went"
    if outcome == "no_answer" and answers:
        wrong["outcome"] = "nobody answered, and yet there are answers: choose how the call went"
    if outcome == "changed" and not notes.strip():
        wrong["notes"] = "write what has changed, so that it can be put right"
    if len(notes) > LONGEST_NOTES:
        wrong["notes"] = f"write at most {LONGEST_NOTES:,} letters"
    for key, value in answers.items():
        if key not in fact_entries() or value not in fact_entries()[key].values:
            wrong[f"fact_{key}"] = "choose one of the answers"
    if wrong:
        raise Invalid(wrong)
