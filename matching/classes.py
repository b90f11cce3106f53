"""Which rows are alike in what a question depends on, so that it is put once for all of them.

A class is a number that rows share. It comes from the traits that are saved with the columns (matching/traits.py), from
what one person makes of a trait (`SEEN_AS`: within my limit, or not), from facts, or from what is worked out for the
person here: how far, how lately checked, within the free hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property, reduce
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

A_WALK_KM = 1.0
FEW = 32
"""So many classes are asked about whether or not these rows are in them: cheaper than finding out."""
NOBODY = Evidence()
SEEN = "seen:"


class Example(NamedTuple):
    """One row of a class, and how far it is; None where nobody knows, or nothing depends on it."""

    row: int
    km: float | None


class Told(NamedTuple):
    """The classes of all rows of the columns by what is told of them, as one person sees it."""

    alike: Rows
    """A code of each row, equal where all that is told is."""
    seen: Rows | None
    """The class of each such code, where the person tells fewer apart."""
    most: int
    """All classes are below it."""
    one_of: Rows
    """A row of each class, -1 where there is none."""

    def of(self, rows: Rows) -> Rows:
        codes = self.alike.take(rows)
        return codes if self.seen is None else self.seen.take(codes)


class Alike:
    """Some rows by their class, which is read when it is asked for."""

    def __init__(self, most: int, examples: dict[int, Example], codes: Callable[[Rows | None], Rows]):
        """`most`: all classes are below it. `examples`: the classes that there may be. `codes`: the class at some
        positions, or (None) of all."""
        self.most, self.examples, self._read = most, examples, codes

    @cached_property
    def codes(self) -> Rows:
        """The class of each row."""
        return self._read(None)

    def of(self, some: Rows) -> Rows:
        """The class at some positions."""
        return self.codes.take(some) if "codes" in self.__dict__ else self._read(some)


class Classes:
    """The classes of some rows (in order) for one person. km: straight-line kilometres, NaN where nobody knows.
    `some_avoided`: not even a class may be asked about that only an avoided listing is in."""

    def __init__(
        self,
        reading: Reading,
        columns: Columns,
        rows: Rows,
        km: Rows,
        today: date,
        some_avoided: bool = False,
    ):
        self.reading, self.columns, self.rows, self.km, self.today = reading, columns, rows, km, today
        self._few = 0 if some_avoided else FEW
        self._every = np.arange(len(rows))
        self._made: dict[Depends, Alike] = {}
        self._worked_out: dict[str, tuple[Rows, int]] = {}

    def of(self, depends: Depends) -> Alike:
        """The classes for what a question depends on."""
        if depends not in self._made:
            self._made[depends] = self._of(depends)
        return self._made[depends]

    def _of(self, depends: Depends) -> Alike:
        told = self._told([name for name in depends if not _is_worked_out(name)])
        worked_out = [self._code(name) for name in depends if _is_worked_out(name)]
        if told.most > self._few or worked_out:
            return self._of_these(*reduce(_both, worked_out, (told.of(self.rows), told.most)))
        examples = {code: Example(row, None) for code, row in enumerate(told.one_of.tolist()) if row >= 0}
        return Alike(
            told.most, examples, lambda some: told.of(self.rows if some is None else self.rows.take(some))
        )

    def _of_these(self, codes: Rows, most: int) -> Alike:
        """The classes that these rows are in, with one of each."""
        one_of = np.full(most, -1, dtype=np.intp)
        one_of[codes] = self._every
        present = (one_of >= 0).nonzero()[0]
        at = one_of.take(present)
        rows, ways = self.rows.take(at).tolist(), self.km.take(at).tolist()
        examples = {
            code: Example(row, way if way == way else None)  # NaN is not itself
            for code, row, way in zip(present.tolist(), rows, ways, strict=True)
        }
        return Alike(most, examples, lambda some: codes if some is None else codes.take(some))

    def _told(self, names: list[str]) -> Told:
        """What this person makes of listings, settled once for all of which the same is told."""
        alike, one_of = self.columns.alike(tuple(map(_told_by, names)))
        if not any(map(_is_seen, names)):
            return Told(alike, None, len(one_of), one_of)
        coded = [
            self._seen(name, one_of) if _is_seen(name) else self.columns.codes(name, one_of) for name in names
        ]
        seen, most = reduce(_both, coded)
        example = np.full(most, -1, dtype=np.int64)
        example[seen] = one_of
        return Told(alike, seen, most, example)

    def _seen(self, name: str, rows: Rows) -> tuple[Rows, int]:
        """What the person makes of a trait of some rows: values that they do not tell apart are one."""
        trait, _, asked = name.removeprefix(SEEN).partition(":")
        sees = SEEN_AS[trait](self.reading, asked, self.today)
        numbers: dict[object, int] = {}
        seen = [numbers.setdefault(sees(value), len(numbers)) for value in self.columns.values(trait)]
        codes, _ = self.columns.codes(trait, rows)
        return np.array(seen, dtype=smallest(len(numbers))).take(codes), max(len(numbers), 1)

    def _code(self, name: str) -> tuple[Rows, int]:
        """What is worked out for this person."""
        if name not in self._worked_out:
            kind, _, value = name.partition(":")
            worked_out = (self._scope(value), 2) if kind == "scope" else _WORKED_OUT[name](self)
            self._worked_out[name] = worked_out
        return self._worked_out[name]

    def _scope(self, value: str) -> Rows:
        strengths = [self.columns.strengths(key, self.rows) for key in value.split(",")]
        return np.asarray(np.max(strengths, axis=0) >= ABOUT, dtype=np.uint8)

    def distance(self) -> tuple[Rows, int]:
        """Not known; within a walk; within the person's limit; beyond."""
        limit, _ = limit_km(self.reading.profile)
        bounds = sorted({A_WALK_KM, *([limit] if limit is not None else [])})
        nowhere = np.isnan(self.km) * np.uint8(len(bounds) + 1)
        return _band(bounds, self.km) + nowhere, len(bounds) + 2

    def since_checked(self) -> tuple[Rows, int]:
        """Never checked, or how long ago, in the bands that the rules tell apart."""
        checked = self.columns.take("checked", self.rows)
        never = checked == 0  # longer ago than any band
        return _band(BANDS, self.today.toordinal() - checked) + never, len(BANDS) + 2

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


def _band(bounds: Iterable[float], values: Rows) -> Rows:
    """How many of a few bounds each value is beyond: `np.searchsorted`, and several times as quick."""
    found = np.zeros(len(values), dtype=np.uint8)
    for bound in bounds:
        found += values > bound
    return found


_WORKED_OUT: Mapping[str, Callable[[Classes], tuple[Rows, int]]] = {
    "km": Classes.distance,
    "checked": Classes.since_checked,
    "free": Classes.free_time,
}


def _is_worked_out(name: str) -> bool:
    return name in _WORKED_OUT or name.startswith("scope:")


def _is_seen(name: str) -> bool:
    return name.startswith(SEEN)


def _told_by(name: str) -> str:
    """What of a listing a name is about: the trait, where it is about what the person makes of it."""
    return name.removeprefix(SEEN).partition(":")[0] if _is_seen(name) else name


def _both(one: tuple[Rows, int], other: tuple[Rows, int]) -> tuple[Rows, int]:
    """(codes that are equal where both are, as small as can be: there are many rows; how many there may be)."""
    (codes, count), (more, values) = one, other
    if values == 1 or count == 1:
        return one if values == 1 else other
    return codes * smallest(count * values)(values) + more, count * values


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
