"""How many of us know somebody at each place that matters: what would be lost if one colleague left.

For staff alone. `directory.knowledge` gives these out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import or_, select

from directory import usage
from directory._recalling import GONE, Knower, Named, held_ties, knowers_of, named, use
from directory.config import current_settings
from directory.database import db
from directory.models import Tie

OFTEN: Final = 30
"""So many looks and suggestions in three months, and a listing matters although nobody has been there."""
AIM: Final = 2
"""So many colleagues should know somebody at each place that matters."""


@dataclass(frozen=True, slots=True)
class GroupKnown:
    """How well a listing that matters is known: who has met somebody there, who only knows of them, how used it is."""

    listing: Named
    knowers: tuple[tuple[str, str], ...]
    """(user id, name) of colleagues who are here and have met somebody there, warmest first."""
    know_of: tuple[str, ...]
    """Names of those who only know of them, and names without an account."""
    use: int


def bus_factor() -> list[GroupKnown]:
    """Every open listing that matters with the colleagues who know somebody there: the fewest first, then the most
    used. One matters that somebody is tied to, that was used within a year, or that is often looked at or suggested.
    """
    uses = use()
    looks = usage.recent(db.session.connection(), current_settings().today())
    often = {key for key, times in looks.items() if times >= OFTEN}
    tied = {row.listing_id for row in held_ties()}
    listings = named({*uses, *tied, *often}, but=GONE)
    knowers = knowers_of(list(listings))
    found = [_group(listing, knowers.get(key, []), uses[key]) for key, listing in listings.items()]

    def place(one: GroupKnown) -> tuple[int, int, int, str, str]:
        return len(one.knowers), -one.use, -looks.get(one.listing.id, 0), one.listing.name, one.listing.id

    return sorted(found, key=place)


def _group(listing: Named, knowers: Sequence[Knower], used: int) -> GroupKnown:
    met = {one.user_id: one.name for one in knowers if one.user_id and one.has_met}
    others = tuple(dict.fromkeys(one.name for one in knowers if one.user_id not in met))
    return GroupKnown(listing, tuple((key, name) for key, name in met.items()), others, used)


def single_knowers() -> list[GroupKnown]:
    """Listings at which exactly one colleague knows somebody, most used first."""
    return [one for one in bus_factor() if len(one.knowers) == 1]


def single_knowers_over_time(
    months: int = 12, groups: Sequence[GroupKnown] | None = None
) -> list[tuple[date, int, int]]:
    """`single_knowers_at` of each month's last day, and of today. `groups`: the bus factor, if read already."""
    return single_knowers_at(_month_ends(current_settings().today(), months), groups)


def single_knowers_at(
    days: Sequence[date], groups: Sequence[GroupKnown] | None = None
) -> list[tuple[date, int, int]]:
    """(day, listings with exactly one knower, listings with any): today's by the bus factor, earlier ones by when ties
    began and ended."""
    today = current_settings().today()
    rows = db.session.execute(
        select(Tie.listing_id, Tie.user_id, Tie.dated, Tie.ended_on, Tie.active).where(
            Tie.user_id.is_not(None), or_(Tie.warmth.is_(None), Tie.warmth != "know_of")
        )
    ).all()
    told = []
    for day in days:
        if day == today:
            knowers = [len(one.knowers) for one in (bus_factor() if groups is None else groups)]
        else:
            holders: dict[str, set[str | None]] = defaultdict(set)
            for listing_id, user_id, began, ended, active in rows:
                if began <= day and (active if ended is None else ended > day):
                    holders[listing_id].add(user_id)
            knowers = [len(some) for some in holders.values()]
        told.append((day, knowers.count(1), sum(number > 0 for number in knowers)))
    return told


def _month_ends(today: date, months: int) -> list[date]:
    ends = [today]
    for _ in range(months - 1):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]
