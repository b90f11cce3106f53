"""A month of the directory in figures, for a lead to print: what was done, what waits, what hangs on one person.

Counts alone; nobody's searches, and nobody whom the agency supports. Read from the record of changes, the checks and
what the team knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, func, select

from directory import board, gaps, knowledge, policies, usage
from directory.config import current_settings
from directory.database import db
from directory.errors import NotFound
from directory.gaps import Missing
from directory.models import (
    Change,
    Idea,
    ListingCheck,
    Service,
    Story,
    Suggestion,
    Tie,
    Tip,
    Visit,
)

__all__ = ["Figures", "Month", "figures_of", "month", "stale"]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
FIRST_YEAR = 2000
MOST_MISSING = 10


@dataclass(frozen=True, slots=True)
class Month:
    """From its first day to (before) the first of the next."""

    first: date

    @property
    def next_first(self) -> date:
        return self.first + relativedelta(months=1)

    @property
    def key(self) -> str:
        return usage.month_of(self.first)

    @property
    def before(self) -> Month:
        return Month(self.first - relativedelta(months=1))

    @property
    def after(self) -> Month:
        return Month(self.next_first)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one month. Those that end in `_now` are of today: how it was then is not kept."""

    month: Month
    added_by_hand: int
    added_by_import: int
    updated: int
    """Listings that were changed, each once."""
    checked: int
    """Listings that somebody checked, each once."""
    visits: int
    calls: int
    suggestions_decided: int
    stale_now: int
    never_checked_now: int
    active_now: int
    stale_after_months: int
    waiting_now: int
    single_knowers: int
    known: int
    new_ties: int
    introductions: int
    tips: int
    stories: int
    ideas: int
    ideas_real: int
    nothing_found: int | None
    """None: fewer than gaps.FEWEST."""
    few_found: int | None
    missing: Sequence[Missing]


def month(text: str) -> Month:
    """The month of "2026-11". Raises NotFound for what is none, or has not begun."""
    found = _MONTH.fullmatch(text)
    if not found or int(found[1]) < FIRST_YEAR or text > usage.month_of(current_settings().today()):
        raise NotFound("There is no such month yet.")
    return Month(date(int(found[1]), int(found[2]), 1))


def figures_of(when: Month) -> Figures:
    """The figures of a month."""
    today = current_settings().today()
    last = min(when.next_first - timedelta(days=1), today)
    [(_, singles, known)] = knowledge.single_knowers_at([last])
    looked = gaps.totals(when.key, when.key)
    old, never, active = stale(today)
    visited = dict(
        db.session.execute(
            select(Visit.kind, func.count()).where(_days(Visit.visited_on, when)).group_by(Visit.kind)
        ).all()
    )
    return Figures(
        month=when,
        added_by_hand=_added(when, "hand"),
        added_by_import=_added(when, "import"),
        updated=_updated(when),
        checked=_checked(when),
        visits=visited.get("visit", 0),
        calls=visited.get("call", 0),
        suggestions_decided=how_many(Suggestion.id, _moments(Suggestion.decided_at, when)),
        stale_now=old,
        never_checked_now=never,
        active_now=active,
        stale_after_months=policies.freshness().expired,
        waiting_now=how_many(Suggestion.id, Suggestion.state == "waiting"),
        single_knowers=singles,
        known=known,
        new_ties=how_many(
            Tie.id, _days(Tie.dated, when), Tie.user_id.is_not(None), Tie.handed_from_id.is_(None)
        ),
        introductions=len(board.introductions_made(when.first, when.next_first)),
        tips=how_many(Tip.id, _days(Tip.dated, when), Tip.user_id.is_not(None)),
        stories=how_many(Story.id, _days(Story.told_on, when)),
        ideas=how_many(Idea.id, _days(Idea.made_on, when)),
        ideas_real=how_many(Idea.id, _moments(Idea.changed_at, when), Idea.state == "real"),
        nothing_found=looked[gaps.NOTHING],
        few_found=looked[gaps.FEW],
        missing=gaps.looked_for_in(when.key)[:MOST_MISSING],
    )


def _days(column: Any, when: Month) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (column >= when.first) & (column < when.next_first)
    return found


def _moments(column: Any, when: Month) -> ColumnElement[bool]:
    first, after = board.moment_of(when.first), board.moment_of(when.next_first)
    found: ColumnElement[bool] = (column >= first) & (column < after)
    return found


def how_many(column: Any, *where: ColumnElement[bool]) -> int:
    """How many different values a column has among the rows that all of this is true of."""
    return db.session.scalar(select(func.count(column.distinct())).where(*where)) or 0


def _added(when: Month, kind: str) -> int:
    new = (Change.entity == "service") & Change.field.is_(None) & (Change.actor_kind == kind)
    return how_many(Change.listing_id, new, _moments(Change.at, when))


def _updated(when: Month) -> int:
    """Changes of what is said; that somebody checked it is counted apart."""
    said = Change.field.is_not(None) & (Change.field != "checked") & (Change.entity != "erasure")
    return how_many(Change.listing_id, said, _moments(Change.at, when))


def _checked(when: Month) -> int:
    """Listings checked on the page, or on a visit or call."""
    ways = (
        select(ListingCheck.listing_id).where(_days(ListingCheck.checked_on, when)),
        select(Visit.listing_id).where(_days(Visit.visited_on, when)),
    )
    return len({key for way in ways for key in db.session.scalars(way)})


def stale(today: date) -> tuple[int, int, int]:
    """(last checked too long ago, never checked, all) of the open listings."""
    limit = today - relativedelta(months=policies.freshness().expired)
    is_open = Service.listing_status == "active"
    old = Service.assured_date.is_not(None) & (Service.assured_date <= limit)
    return (
        how_many(Service.id, is_open, old),
        how_many(Service.id, is_open, Service.assured_date.is_(None)),
        how_many(Service.id, is_open),
    )
