"""How often somebody without an account may do a thing; held in the database, so that every process counts alike.

What is counted is a keyed hash of an address with the day in it: it tells nothing, and tomorrow nobody can link it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from directory.database import now, writing
from directory.keys import keyed_hash
from directory.models import Tally, table_of

_TALLY = table_of(Tally)
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """At most so many times within so long."""

    most: int
    within: timedelta


def wait_for(times: Iterable[datetime], at: datetime, rules: Sequence[Rule]) -> timedelta:
    """How long until one more is within all the rules; zero where it is now."""
    past = sorted(times)
    waits = [timedelta(0)]
    for rule in rules:
        recent = [time for time in past if at - rule.within < time]
        if len(recent) >= rule.most:
            waits.append(recent[-rule.most] + rule.within - at)
    return max(waits)


def take(thing: str, who: str, rules: Sequence[Rule]) -> timedelta:
    """Count one more try at `thing`; zero where it may go on, else how long to wait (and it is not counted)."""
    at = now()
    key = _key(thing, who, at)
    with writing() as connection:
        connection.execute(delete(_TALLY).where(_TALLY.c.at < at - KEPT))
        times = connection.scalars(select(_TALLY.c.at).where(_TALLY.c.key == key)).all()
        wait = wait_for(times, at, rules)
        if not wait:
            connection.execute(_TALLY.insert().values(key=key, at=at))
    return wait


def _key(thing: str, who: str, at: datetime) -> str:
    return keyed_hash(f"tally\x1f{thing}\x1f{at.date()}\x1f{who}")
