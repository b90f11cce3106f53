"""In which order results stand: relevance (with a gentle pull of nearness and freshness), distance, or name.

Every tie is broken by ref, so the same search gives the same, disjoint pages. Constants were chosen on a real
directory of 8,861 warm spaces (docs/decisions/0016).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from directory.search_index.facets import Kms, from_home
from directory.search_index.scoring import Scored
from directory.search_index.text import Query
from directory.search_index.view import Floats, Ints, View
from matching.types import Criteria

FAR_FACTOR = 0.4
HALF_WAY_KM = 10.0
"""With a place given, text relevance is multiplied by 0.4 + 0.6 / (1 + km/10): 1 next door, 0.7 at 10 km, 0.45
at 100 km. The scale is fixed: a tighter limit never reorders what remains."""
FROM_HOME_KM = 5.0
"""Something that can be done from home ranks as if it were so far away: neither first nor last for it."""
STALE_AFTER = timedelta(days=365)
STALE_FACTOR = 0.95
"""Relevance of a listing that nobody checked in the last year: settles near-ties, hides nothing."""


def relevance(view: View, criteria: Criteria, scored: Scored, km: Kms, today: date) -> Floats:
    """Every document's score: text, nearness and freshness together; not yet scaled."""
    fresh = view.checked >= (today - STALE_AFTER).toordinal()
    score = scored.score * np.where(fresh, np.float32(1), np.float32(STALE_FACTOR))
    if criteria.origin is None:
        return score
    home = from_home(view)
    felt = np.where(np.isnan(km), np.inf, km)
    felt = np.where(home, np.minimum(felt, FROM_HOME_KM), felt)
    return (score * (FAR_FACTOR + (1 - FAR_FACTOR) / (1 + felt / HALF_WAY_KM))).astype(np.float32)


def page_of(view: View, criteria: Criteria, query: Query, among: Ints, score: Floats, km: Kms) -> list[int]:
    """The document numbers of the page that is asked for, in order."""
    start = (criteria.page - 1) * criteria.per_page
    end = start + criteria.per_page
    keys = _keys(view, criteria, query, among, score, km)
    order = np.lexsort(keys)
    return _settled(view, among[order], [key[order] for key in keys], start, min(end, len(among)))


def _keys(
    view: View, criteria: Criteria, query: Query, among: Ints, score: Floats, km: Kms
) -> tuple[Any, ...]:
    """Sort keys, the weightiest last (as numpy's lexsort wants them), without the ref that breaks ties.

    What is not on the map goes last when distance is what matters: in a sort by it, or with a limit.
    """
    placed, limited = criteria.origin is not None, criteria.within_km is not None
    sort = criteria.sort if placed or criteria.sort != "distance" else "relevance"
    if query.browsing and sort == "relevance":
        sort = "distance" if placed else "name"
    if sort == "name":
        return (view.name_order[among],)
    best_first = -np.round(score[among], 5)
    unplaced = (np.isnan(km) & ~from_home(view))[among]
    if sort == "distance":
        return best_first, np.where(np.isnan(km), np.inf, km)[among], unplaced
    return best_first, unplaced & (placed and limited)


def _settled(view: View, ordered: Ints, keys: list[Any], start: int, end: int) -> list[int]:
    """The slice from start to end, with equals in order of ref. Only equals that reach into the slice are sorted."""
    if start >= end:
        return []
    differs = np.zeros(len(ordered), np.bool_)
    differs[0] = True
    for key in keys:
        differs[1:] |= key[1:] != key[:-1]
    group = np.cumsum(differs)
    first = int(np.searchsorted(group, group[start], "left"))
    last = int(np.searchsorted(group, group[end - 1], "right"))
    equals = zip(group[first:last].tolist(), ordered[first:last].tolist(), strict=True)
    settled = sorted((tied, view.told(number).ref, number) for tied, number in equals)
    return [number for _, _, number in settled[start - first : end - first]]
