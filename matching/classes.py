"""Which rows are alike in what a question depends on, so that it is put once for all of them.

A class is a number that rows share. It comes from the traits that are saved with the columns (matching/traits.py), from
what one person makes of a trait (`SEEN_AS`: within my limit, or not), from facts, or from what is worked out for the
person here: how far, how lately checked, within the free hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np

from matching.columns import Columns, Rows
from matching.columns.part import DAY_ONLY, TIMED, smallest
from matching.reading import Evidence, Reading
from matching.rules.asked import Depends
from matching.rules.joining import BANDS
from matching.rules.travel import limit_km
from matching.rules.view import ABOUT, View
from matching.rules.window import INSIDE, OUTSIDE, PARTLY, UNTIMED, best_fit
from matching.traits import SEEN_AS
from matching.vocabulary.needs import facts

A_WALK_KM = 1.0
NOBODY = Evidence()


class Alike(NamedTuple):
    """The class of each row; the classes there are, with the position of one row in each."""

    codes: Rows
    most: int
    """All codes are below it."""
    present: list[int]
    positions: Rows


class Classes:
    """The classes of some rows (in order) for one person. km: straight-line kilometres, NaN where nobody knows."""

    def __init__(self, reading: Reading, columns: Columns, rows: Rows, km: Rows, today: date):
        self.reading, self.columns, self.rows, self.km, self.today = reading, columns, rows, km, today
        self._every = np.arange(len(rows))
        self._made: dict[Depends, Alike] = {}
        self._coded: dict[str, tuple[Rows, int]] = {}

    def of(self, depends: Depends) -> Alike:
        """The classes for what a question depends on."""
        if depends not in self._made:
            self._made[depends] = self._of(depends)
        return self._made[depends]

    def _of(self, depends: Depends) -> Alike:
        codes, count = np.zeros(len(self.rows), dtype=np.uint8), 1
        for name in depends:
            more, values = self._codes(name)
            if values > 1:
                count *= values
                codes = more if count == values else codes * smallest(count)(values) + more
        codes = codes.astype(np.intp, copy=False)
        one_of = np.full(count, -1, dtype=np.intp)
        one_of[codes] = self._every
        present = (one_of >= 0).nonzero()[0]
        return Alike(codes, count, present.tolist(), one_of[present])

    def _codes(self, name: str) -> tuple[Rows, int]:
        """(a code of each row, as small as can be: there are many rows; how many codes there are)."""
        if name not in self._coded:
            self._coded[name] = self._read(name)
        return self._coded[name]

    def _read(self, name: str) -> tuple[Rows, int]:
        kind, _, value = name.partition(":")
        if kind == "fact":
            return self._fact(*value.partition("=")[::2])
        if kind == "scope":
            return self._scope(value.split(",")), 2
        if kind == "seen":
            return self._seen(*value.partition(":")[::2])
        if name in _LIVE:
            return _LIVE[name](self)
        return self.columns.codes(name, self.rows)

    def _fact(self, key: str, value: str) -> tuple[Rows, int]:
        """The value of a fact, 0 where nobody knows; or whether it has one value."""
        number, values = _fact_number(key)
        known = self.columns.take("facts", self.rows, number)
        if value:
            return (known == 1 + values.index(value)).view(np.uint8), 2
        return known, len(values) + 1

    def _seen(self, trait: str, asked: str) -> tuple[Rows, int]:
        """What the person makes of a trait: values that they do not tell apart are one."""
        sees = SEEN_AS[trait](self.reading, asked, self.today)
        numbers: dict[object, int] = {}
        seen = [numbers.setdefault(sees(value), len(numbers)) for value in self.columns.values(trait)]
        codes, _ = self.columns.codes(trait, self.rows)
        return np.array(seen, dtype=smallest(len(numbers))).take(codes), max(len(numbers), 1)

    def _scope(self, keys: list[str]) -> Rows:
        strengths = [self.columns.strengths(key, self.rows) for key in keys]
        return np.asarray(np.max(strengths, axis=0) >= ABOUT, dtype=np.uint8)

    def distance(self) -> tuple[Rows, int]:
        """Not known; within a walk; within the person's limit; beyond."""
        limit, _ = limit_km(self.reading.profile)
        bounds = sorted({A_WALK_KM, *([limit] if limit is not None else [])})
        return np.where(np.isnan(self.km), len(bounds) + 1, _band(bounds, self.km)), len(bounds) + 2

    def since_checked(self) -> tuple[Rows, int]:
        """Never checked, or how long ago, in the bands that the rules tell apart."""
        checked = self.columns.take("checked", self.rows)
        return np.where(checked == 0, len(BANDS) + 1, _band(BANDS, self.today.toordinal() - checked)), len(
            BANDS
        ) + 2

    def free_time(self) -> tuple[Rows, int]:
        """How the best session that is not over lies in the free times: window.best_fit, or any time."""
        where, session = self.columns.sessions(self.rows)
        fits = np.where(session["last"] < self.today.toordinal(), 0, session_fit(session, self.reading.free))
        best = np.zeros(len(self.rows), dtype=np.intp)
        np.maximum.at(best, where, fits)
        best[(best == 1 + FITS.index(OUTSIDE)) & self.columns.take("other_times", self.rows)] = 0
        for at in np.flatnonzero(self.columns.take("dated", self.rows)):
            view = View(self.reading, self.columns.offer(int(self.rows[at])), NOBODY, None, self.today)
            fit = best_fit(view)
            best[at] = 0 if fit is None else 1 + FITS.index(fit)
        if not self.reading.free:
            best[:] = 0
        return np.where(self.columns.take("any_time", self.rows), len(FITS) + 1, best), len(FITS) + 2

    def going_out(self) -> tuple[Rows, int]:
        """Whether there is no way to take part but at a venue."""
        return self.columns.take("goes_out", self.rows).view(np.uint8), 2


def _band(bounds: Iterable[float], values: Rows) -> Rows:
    """How many of a few bounds each value is beyond: `np.searchsorted`, and several times as quick."""
    found = np.zeros(len(values), dtype=np.uint8)
    for bound in bounds:
        found += values > bound
    return found


_LIVE: Mapping[str, Callable[[Classes], tuple[Rows, int]]] = {
    "km": Classes.distance,
    "checked": Classes.since_checked,
    "free": Classes.free_time,
    "out": Classes.going_out,
}


FITS = (OUTSIDE, UNTIMED, PARTLY, INSIDE)
"""From the least to the best; in the class of a row one more, for 0 is nothing known."""


def session_fit(session: Mapping[str, Rows], free: Iterable[tuple[int, int]]) -> Rows:
    """1 + the place in FITS of each weekday session, as `window.fit` has it for one."""
    spans = np.array(list(free), dtype=np.int64).reshape(-1, 2)
    opens, closes, known = session["opens"], session["closes"], session["known"]
    if not len(spans):
        return np.zeros(len(opens), dtype=np.int64)
    begins, ends = spans[:, 0].copy(), spans[:, 1].copy()
    holding = np.searchsorted(begins, opens, "right") - 1
    inside = (known == TIMED) & (holding >= 0) & (closes <= ends[np.maximum(holding, 0)])
    following = np.minimum(np.searchsorted(ends, opens, "right"), len(spans) - 1)
    partly = (begins[following] < closes) & (opens < ends[following])
    untimed = partly & (known == DAY_ONLY)
    return 1 + np.select([inside, untimed, partly], [3, 1, 2], 0)


@cache
def _fact_number(key: str) -> tuple[int, tuple[str, ...]]:
    """(the line of a fact in the columns, its values in order)."""
    return tuple(facts()).index(key), facts()[key].values
