"""Choices and distance: which documents pass, how many each other choice would give, and what people should
be told.

The choices of cost, format and day are "any of these"; access facts are "all of these". A facet's counts
leave out its own choice, so that people see what widening would give; an access fact's count keeps the
*other* access facts chosen. A document that does not say is left out by a choice (unknown is never yes) and
counted in a note.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from directory.search_index.documents import COST_BANDS, DAYS, FROM_HOME
from directory.search_index.view import Bools, View
from importers.records import FORMATS
from matching.types import Criteria, Point

EARTH_KM = 6371.0088
"""Mean radius (IUGG), the one geopy uses."""
BANDS_KM = (1, 3, 5, 10, 25)
FACETS = {"cost": COST_BANDS, "format": FORMATS, "day": DAYS}

Kms = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Filtered:
    """`mask`: what passes every choice. `km`: nearest point, NaN without one or from nowhere."""

    mask: Bools
    counts: dict[str, dict[str, int]]
    notes: list[str]


def distances(view: View, origin: Point | None) -> Kms:
    """Kilometres from the origin to each document's nearest point (haversine); NaN where it has none."""
    km = np.full(view.size, np.nan)
    if origin is None or not len(view.points):
        return km
    lat, lon = np.radians(origin.lat), np.radians(origin.lon)
    half = np.sin((view.points[:, 0] - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(view.points[:, 0]) * np.sin((view.points[:, 1] - lon) / 2) ** 2
    each = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    placed = view.point_counts > 0
    starts = np.cumsum(view.point_counts) - view.point_counts
    km[placed] = np.minimum.reduceat(each, starts[placed])
    return km


def from_home(view: View) -> Bools:
    """Documents that some format of can be done without going anywhere."""
    return _any_of(view, "format", FROM_HOME)


def narrow(view: View, criteria: Criteria, matched: Bools, km: Kms) -> Filtered:
    """Apply every choice of the criteria to what matched the words."""
    passes = {
        "cost": _chosen(view, "cost", criteria.cost),
        "format": _chosen(view, "format", criteria.formats),
        "day": _chosen(view, "day", criteria.days),
    }
    access = {key: _choice(view, "access", key) for key in dict.fromkeys(criteria.access)}
    distance = _within(view, km, criteria.within_km)
    tests = [*passes.values(), *access.values(), distance]
    mask = _all(matched, tests)
    counts: dict[str, dict[str, int]] = {}
    for facet, values in FACETS.items():
        rest = _all(matched, [test for test in tests if test is not passes[facet]])
        counts[facet] = _count(view, facet, list(values), rest)
    counts["access"] = _access_counts(view, matched, access, [*passes.values(), distance])
    if criteria.origin is not None:
        rest = _all(matched, [test for test in tests if test is not distance])
        counts["distance"] = {str(band): int(np.count_nonzero(rest & (km <= band))) for band in BANDS_KM}
    return Filtered(mask, counts, _notes(view, criteria, matched, tests, distance, mask, km))


def _within(view: View, km: Kms, limit: float | None) -> Bools:
    """Near enough, or without going anywhere, or not on the map: what is not known is not taken for far."""
    if limit is None or np.isnan(limit):
        return np.ones(view.size, np.bool_)
    return ~(km > limit) | from_home(view)


def _choice(view: View, facet: str, value: str) -> Bools:
    return view.choices.get(f"{facet}:{value}", np.zeros(view.size, np.bool_))


def _any_of(view: View, facet: str, values: tuple[str, ...]) -> Bools:
    mask = np.zeros(view.size, np.bool_)
    for value in values:
        mask |= _choice(view, facet, value)
    return mask


def _chosen(view: View, facet: str, values: tuple[str, ...]) -> Bools:
    return _any_of(view, facet, values) if values else np.ones(view.size, np.bool_)


def _all(matched: Bools, tests: list[Bools]) -> Bools:
    mask = matched.copy()
    for test in tests:
        mask &= test
    return mask


def _count(view: View, facet: str, values: list[str], rest: Bools) -> dict[str, int]:
    counts = {value: int(np.count_nonzero(rest & _choice(view, facet, value))) for value in values}
    return {value: count for value, count in counts.items() if count}


def _access_counts(
    view: View, matched: Bools, chosen: dict[str, Bools], others: list[Bools]
) -> dict[str, int]:
    """Most frequent first. Each count is what would be found with this fact chosen too."""
    keys = [term.partition(":")[2] for term in view.choices if term.startswith("access:")]
    rest = _all(matched, [*others, *chosen.values()])
    counts = _count(view, "access", keys, rest)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


_SILENT = {
    "cost": ("does not say what it costs", "do not say what they cost"),
    "format": ("does not say how it meets", "do not say how they meet"),
    "day": ("does not say on which days it is", "do not say on which days they are"),
}


def _notes(
    view: View, criteria: Criteria, matched: Bools, tests: list[Bools], distance: Bools, mask: Bools, km: Kms
) -> list[str]:
    notes = []
    if criteria.within_km is not None and criteria.origin is not None:
        notes += _distance_notes(view, criteria.within_km, matched, tests, distance, mask, km)
    chosen = {"cost": criteria.cost, "format": criteria.formats, "day": criteria.days}
    for at, (facet, values) in enumerate(chosen.items()):
        if values:
            rest = _all(matched, [test for other, test in enumerate(tests) if other != at])
            silent = int(np.count_nonzero(rest & ~_any_of(view, facet, FACETS[facet])))
            if silent:
                notes.append(f"{silent} more {_SILENT[facet][silent > 1]}, so we left {_them(silent)} out.")
    return notes


def _distance_notes(
    view: View, limit: float, matched: Bools, tests: list[Bools], distance: Bools, mask: Bools, km: Kms
) -> list[str]:
    unplaced = np.count_nonzero(mask & np.isnan(km) & ~from_home(view))
    notes = []
    if unplaced:
        has = "has" if unplaced == 1 else "have"
        its = "its" if unplaced == 1 else "their"
        notes.append(f"{unplaced} {has} no place on the map, so we could not check {its} distance.")
    beyond = km[_all(matched, [test for test in tests if test is not distance])]
    if not np.isfinite(km[mask]).any() and np.isfinite(beyond).any():
        nearest = f"{np.nanmin(beyond):.1f} km"
        notes.append(f"Nothing on the map is within {limit:g} km; the nearest is {nearest} away.")
    return notes


def _them(count: int) -> str:
    return "it" if count == 1 else "them"
