"""What people look for and do not find, without the people: counts by month, interest, area and what gets in the way.

`note_match` and `note_search` are told of an answer after it was made. What they keep is a handful of keys of the
vocabulary and an outcode or town: nobody's words, age or gender, and nothing at all of an answer that an avoid list had
a part in. Answers wait in memory until several have come together, each combination counting once (somebody who tries
again and again is one gap), and only then become counts. Combinations that stay rare lose their details when their
month is over. A count under `FEWEST` is shown to nobody.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any, Final

from flask import current_app
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from directory import matchmaking, usage, words
from directory.config import current_settings
from directory.database import db, insert_into, now, writing
from directory.errors import Conflict
from directory.geocoder import Place
from directory.models import Gap, table_of
from directory.searching import SearchResult
from directory.serving import engines
from importers.clean_place import outcode_of
from matching.language import concepts_of
from matching.types import Matches, Profile
from matching.vocabulary import assets, needs

__all__ = [
    "FEWEST",
    "Missing",
    "area_of",
    "flush",
    "looked_for",
    "looked_for_in",
    "note_match",
    "note_search",
    "totals",
]

log = logging.getLogger(__name__)
_GAP = table_of(Gap)
FEWEST: Final = 3
"""A smaller count is never shown."""
FEW_MATCHES: Final = 3
"""Fewer places that fit than this are a gap too."""
BATCH: Final = 20
LONGEST_WAIT: Final = timedelta(minutes=10)
MOST_ROWS: Final = 2000
"""New combinations a month; what comes after is counted by interest alone."""
MOST_CONCEPTS, MOST_NEEDS = 3, 3
PLAIN_ENOUGH: Final = 0.5
NEVER_KEPT: Final = frozenset({"avoid", "gender"})
"""Barriers that say too much of a person."""
NOTHING, FEW = "nothing_found", "few"
MONTHS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Combination:
    """What is counted. All are keys or names of areas; "" is unknown, or too many to keep."""

    month: str
    kind: str
    concept: str = ""
    area: str = ""
    needs: str = ""


@dataclass(slots=True)
class Waiting:
    """Combinations that have come up since the last counts were written. They are in no file."""

    seen: set[Combination] = field(default_factory=set)
    since: datetime | None = None
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class Missing:
    """An interest in an area that found nothing, or little: how often, and with which needs (those alone that came up
    often enough)."""

    concept: str
    area: str
    count: int
    needs: tuple[tuple[str, int], ...] = ()


# --- keeping count --------------------------------------------------------------------------------------------------


def note_match(profile: Mapping[str, Any], matches: Matches, place: Place | None = None) -> None:
    """A match was answered: count what it could not offer. `place` is where the profile's start was found, if known."""
    if len(matches.matches) >= FEW_MATCHES or matches.urgent:
        return
    person = matchmaking.read(profile)
    if _avoids(person) or not (person.assets or person.goals or person.barriers):
        return
    if place is None and person.postcode:
        located = engines().places.gazetteer.answer(person.postcode)  # never asks the network again
        place = located if isinstance(located, Place) else None
    kind = FEW if matches.matches or matches.check_first else NOTHING
    musts = (barrier.key for barrier in person.barriers if barrier.must)
    _note(kind, _concepts(_said(person)), area_of(place), _kept_needs(musts))


def note_search(result: SearchResult) -> None:
    """A search was answered: count it where nothing was found and nothing else was meant."""
    criteria, found = result.criteria, result.found
    if found.total or found.did_you_mean or result.urgent or result.place_choices:
        return
    if not criteria.words and not criteria.access:
        return
    wanted = filter(None, (_need_of(fact) for fact in criteria.access))
    _note(NOTHING, _concepts([(criteria.words, None)]), area_of(result.place), _kept_needs(wanted))


def area_of(place: Place | None) -> str:
    """The outcode of a code, the name of a town; "" for a point or an address. Never a full postcode."""
    if place is None or place.kind in ("point", "online"):
        return ""
    if place.kind == "place":
        return place.label
    return outcode_of(place.label) or outcode_of(place.label.split(" ")[0]) or ""


def _avoids(person: Profile) -> bool:
    avoid = person.avoid
    return any((avoid.listings, avoid.organizations, avoid.venues, avoid.areas, avoid.photos, avoid.results))


def _said(person: Profile) -> list[tuple[str, str | None]]:
    """(words, key if they chose one) of what the person brings and would like."""
    return [(one.say, one.key) for one in person.assets] + [(one.say, None) for one in person.goals]


def _concepts(said: Iterable[tuple[str, str | None]]) -> list[str]:
    """The interests that were plainly said, strongest first; [""] for none."""
    weights: dict[str, float] = defaultdict(float)
    for text, key in said:
        found = {key: 1.0} if key else concepts_of(text, words=words.current()).weights
        for name, weight in found.items():
            if name in assets() and weight >= PLAIN_ENOUGH:
                weights[name] = max(weights[name], weight)
    return sorted(weights, key=lambda name: (-weights[name], name))[:MOST_CONCEPTS] or [""]


def _kept_needs(keys: Iterable[str]) -> str:
    """Sorted, with a comma between; "" for more than a few: so many together would be somebody's own."""
    kept = sorted({key for key in keys if key in needs.barriers() and key not in NEVER_KEPT})
    return ",".join(kept) if len(kept) <= MOST_NEEDS else ""


@cache
def _need_of(fact: str) -> str | None:
    """The barrier that a fact answers: step_free -> step_free, quiet -> sensory."""
    for key, barrier in needs.barriers().items():
        if any(condition.key == fact for condition in barrier.satisfied_by):
            return key
    return None


def _note(kind: str, concepts: Iterable[str], area: str, wanted: str) -> None:
    month = usage.month_of(current_settings().today())
    told = {Combination(month, kind, concept, area, wanted) for concept in concepts}
    told = {one for one in told if one.concept or one.area or one.needs}
    waiting = _waiting()
    with waiting.lock:
        waiting.seen |= told
        waiting.since = waiting.since or now()
        due = len(waiting.seen) >= BATCH or now() - waiting.since > LONGEST_WAIT
    if due:
        flush()


def flush() -> None:
    """Turn what waits into counts. Where somebody else writes just now, it goes on waiting."""
    waiting = _waiting()
    with waiting.lock:
        some, waiting.seen, waiting.since = waiting.seen, set(), None
    if not some:
        return
    try:
        with writing() as connection:
            _blur(connection, before=min(one.month for one in some))
            for one in sorted(some):
                _count(connection, _affordable(connection, one), 1)
    except (Conflict, SQLAlchemyError):
        log.warning("counts of gaps could not be written just now; they are tried again later")
        with waiting.lock:
            waiting.seen |= some
            waiting.since = now()


def _waiting() -> Waiting:
    found = current_app.extensions.setdefault("kith-gaps", Waiting())
    assert isinstance(found, Waiting)
    return found


def _affordable(connection: Connection, one: Combination) -> Combination:
    """The combination; a coarser one where this month has too many already."""
    rows = connection.scalar(select(func.count()).select_from(_GAP).where(_GAP.c.month == one.month)) or 0
    return one if rows < MOST_ROWS else replace(one, area="", needs="")


def _count(connection: Connection, one: Combination, more: int) -> None:
    row = {name: getattr(one, name) for name in Combination.__slots__}
    connection.execute(
        insert_into(connection, _GAP)
        .values(**row, times=more)
        .on_conflict_do_update(index_elements=list(row), set_={"times": _GAP.c.times + more})
    )


def _blur(connection: Connection, before: str) -> None:
    """Rare combinations of months that are over lose their needs, then their area, then their interest."""
    for part in ("needs", "area", "concept"):
        rare = (_GAP.c.month < before) & (_GAP.c.times < FEWEST) & (_GAP.c[part] != "")
        rows = connection.execute(select(_GAP).where(rare)).all()
        connection.execute(delete(_GAP).where(_GAP.c.id.in_([row.id for row in rows])))
        for row in rows:
            kept = {name: getattr(row, name) for name in Combination.__slots__}
            _count(connection, Combination(**(kept | {part: ""})), row.times)


# --- reading --------------------------------------------------------------------------------------------------------


def looked_for(today: date, *, concept: str = "", area: str = "") -> list[Missing]:
    """What was looked for within a year and hardly found, the most often first. Counts under FEWEST are left out."""
    flush()
    rows = _rows(usage.months_before(today, MONTHS_SHOWN), usage.month_of(today))
    return _summed(row for row in rows if concept in ("", row.concept) and area in ("", row.area))


def looked_for_in(month: str) -> list[Missing]:
    """The same of one month ("2026-11")."""
    flush()
    return _summed(_rows(month, month))


def _summed(rows: Iterable[Any]) -> list[Missing]:
    counts: Counter[tuple[str, str]] = Counter()
    wanted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.concept, row.area] += row.times
        for key in filter(None, row.needs.split(",")):
            wanted[row.concept, row.area][key] += row.times
    found = [
        Missing(*key, count, tuple((n, c) for n, c in wanted[key].most_common() if c >= FEWEST))
        for key, count in counts.items()
        if count >= FEWEST
    ]
    return sorted(found, key=lambda one: (-one.count, one.concept, one.area))


def totals(first: str, last: str) -> dict[str, int | None]:
    """{kind: how many} of these months, both included; None where that is more than none and fewer than FEWEST."""
    flush()
    counted = Counter({NOTHING: 0, FEW: 0})
    for row in _rows(first, last):
        counted[row.kind] += row.times
    return {kind: count if count == 0 or count >= FEWEST else None for kind, count in counted.items()}


def areas() -> list[str]:
    """Areas that are in the counts, by name."""
    return sorted(filter(None, db.session.scalars(select(_GAP.c.area).distinct())))


def _rows(first: str, last: str) -> Iterable[Any]:
    return db.session.execute(select(_GAP).where(_GAP.c.month.between(first, last)))
