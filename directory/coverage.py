"""Where there is much and where there is little: open listings by interest, area and what makes them easy to get to.

Read from the matching columns, so that what counts as being about something is what counts in a match.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import select

from directory.database import db
from directory.models import Address, table_of
from directory.serving import engines
from importers.clean_place import outcode_of
from matching.columns import Columns, Rows
from matching.columns.names import digest, plain
from matching.types import YES
from matching.vocabulary import assets, needs

__all__ = ["ACCESS", "LITTLE", "Cover", "areas", "by_area", "by_concept"]

ACCESS: Final = (
    "step_free", "accessible_toilet", "hearing_loop", "quiet", "near_stop", "beginners", "drop_in", "named_host",
    "children_welcome", "dogs_welcome",
)  # fmt: skip
"""Facts that can be asked for on the page."""
LITTLE: Final = 2
"""So many listings or fewer are little."""
IS_ABOUT: Final = 0.5
"""From this strength on a listing is about something (`matching.language.concepts_of_listing`)."""


@dataclass(frozen=True, slots=True)
class Cover:
    """How much there is of one interest in one area ("" for everywhere). Numbers are of listings."""

    concept: str
    area: str
    listings: int
    reachable: int
    """Of these, such as are known to have everything that was asked for."""
    from_home: int
    """Listings anywhere that need no journey; 0 where an area is looked at by itself."""
    empty_areas: int = 0
    """Areas that have none of it."""


def areas() -> list[str]:
    """The outward postcodes of the directory's places, in order."""
    address = table_of(Address)
    codes = db.session.scalars(
        select(address.c.postal_code).where(address.c.postal_code.is_not(None)).distinct()
    )
    return sorted({area for code in codes if (area := outcode_of(code))}, key=_natural)


def by_concept(known: Sequence[str], *, area: str = "", access: Sequence[str] = ()) -> list[Cover]:
    """Every interest, the least covered first: everywhere, or in one area. `known` are the areas there are."""
    columns = engines().columns()
    held = _Held(columns, known, access)
    return sorted((held.cover(key, area) for key in assets()), key=_least)


def by_area(known: Sequence[str], concept: str, *, access: Sequence[str] = ()) -> list[Cover]:
    """One interest in every area, the least covered first."""
    held = _Held(engines().columns(), known, access)
    return sorted((held.cover(concept, area) for area in known), key=_least)


def _least(one: Cover) -> tuple[int, int, str, tuple[str, int, str]]:
    return one.reachable, one.listings, one.concept, _natural(one.area)


def _active(columns: Columns) -> Rows:
    """Rows of listings that are open now; a resting one helps nobody today."""
    rows = np.flatnonzero(columns.running)
    codes, _ = columns.codes("status", rows)
    _, firsts = np.unique(codes, return_index=True)
    open_codes = [codes[at] for at in firsts if columns.offer(int(rows[at])).status == "active"]
    return np.asarray(rows[np.isin(codes, open_codes)])


class _Held:
    """The columns that are looked at, over the rows of open listings."""

    def __init__(self, columns: Columns, known: Sequence[str], access: Sequence[str]) -> None:
        self._columns = columns
        self._rows = _active(columns)
        self._listing = columns.listing[self._rows]
        self._area = columns.whole("avoid:outcode")[self._rows]
        self._goes_out = columns.whole("goes_out")[self._rows]
        self._number = {area: digest(plain(area)) for area in known}
        self._access = self._with(access)

    def _with(self, access: Sequence[str]) -> Rows:
        keys = list(needs.facts())
        good = np.ones(len(self._rows), dtype=bool)
        for key in access:
            yes = needs.facts()[key].values.index(YES) + 1
            good &= self._columns.take("facts", self._rows, keys.index(key)) == yes
        return good

    def cover(self, concept: str, area: str) -> Cover:
        about = self._columns.strengths(concept, self._rows) >= IS_ABOUT
        here = about & (self._area == np.uint64(self._number.get(area, 0))) if area else about
        there = set(self._area[about].tolist())
        return Cover(
            concept,
            area,
            self._count(here),
            self._count(here & self._access),
            0 if area else self._count(about & ~self._goes_out),
            0 if area else sum(number not in there for number in self._number.values()),
        )

    def _count(self, mask: Rows) -> int:
        return len(np.unique(self._listing[mask]))


def _natural(area: str) -> tuple[str, int, str]:
    """S2 before S10."""
    found = re.fullmatch(r"([A-Z]+)(\d+)(.*)", area)
    return (found[1], int(found[2]), found[3]) if found else (area, 0, "")
