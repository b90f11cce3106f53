"""The wide pass: where every relevant opportunity stands for one person, and its score, in one go over the columns.

Each rule is asked once for each class of opportunities that are alike in what the rule depends on (rules/asked.py), of
one of them; its verdict and score then hold for the whole class. Nothing is left out or guessed: what the pass says of
standing, counts and order is what asking every rule about every opportunity would say (tests/matching/test_wide.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
from geopy.distance import EARTH_RADIUS

from matching.columns import Columns, Rows
from matching.columns.part import DAY_ONLY, THOUSANDTHS, TIMED
from matching.evidence import Fits, Weighed
from matching.reading import Evidence, Reading
from matching.rules.asked import Question
from matching.rules.joining import BANDS
from matching.rules.travel import limit_km
from matching.rules.view import ABOUT, View
from matching.rules.window import INSIDE, OUTSIDE, PARTLY, UNTIMED, best_fit
from matching.types import Finding, Opportunity, Profile, Verdict
from matching.vocabulary import assets
from matching.vocabulary.needs import facts

MET, UNKNOWN, LATER, HIDDEN = range(4)
"""Standings, the stricter the higher; a match that is lowered is MET."""
STANDING = {
    Verdict.MET: MET,
    Verdict.LOWER: MET,
    Verdict.UNKNOWN: UNKNOWN,
    Verdict.LATER: LATER,
    Verdict.HIDDEN: HIDDEN,
}
A_WALK_KM = 1.0
NONE, SEVERAL = -1, -2
NOBODY = Evidence()


@dataclass(slots=True)
class Parts:
    """What the score is made of, an array each (matching/ranking.py says how they come together)."""

    fits: Weighed
    sums: dict[str, tuple[Rows, Rows]]
    """Part -> (sum of what rules gave, how many gave something)."""
    for_others: Rows
    closeness: Rows
    """km, NaN where unknown or nobody has to go there."""
    comes_home: Rows
    price: Rows
    """NaN where unknown."""
    donation: Rows

    def mean(self, name: str, otherwise: float = 0.0) -> Rows:
        """The mean of what rules gave to a part; `otherwise` where none gave anything."""
        if name not in self.sums:
            return np.full(len(self.for_others), otherwise)
        total, count = self.sums[name]
        return np.where(count > 0, total / np.maximum(count, 1), otherwise)


@dataclass(slots=True)
class Labels:
    """Sentences as numbers, shared by everyone who asks together."""

    texts: list[str] = field(default_factory=lambda: [""])

    def number(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


@dataclass(slots=True)
class Judged:
    """One person's answer for some rows of the columns, as arrays."""

    reading: Reading
    weighed: Weighed
    rows: Rows
    km: Rows
    """Straight-line kilometres, NaN where unknown or nobody has to go there."""
    standing: Rows
    hidden_as: Rows
    """Number of the first reason why it is hidden, NONE where it is not."""
    in_the_way: Rows
    """Number of the one change that would bring it into the matches; NONE: nothing in the way; SEVERAL: more than one
    change, or one that nobody can make."""
    parts: Parts

    def views(self, some: Rows, offers: list[Opportunity], today: date, staff: bool) -> list[View]:
        """What the exact rules may look at for the rows at some positions."""
        evidence = self.weighed.only(some).evidence()
        ways = [None if np.isnan(km) else km for km in self.km[some].tolist()]
        return [
            View(self.reading, offer, has, km, today, staff)
            for offer, has, km in zip(offers, evidence, ways, strict=True)
        ]


def judge(
    weighed: Weighed,
    questions: Iterable[Question],
    columns: Columns,
    today: date,
    staff: bool,
    labels: Labels,
) -> Judged:
    """Every question asked about the rows that were weighed."""
    reading, rows = weighed.reading, weighed.rows
    km = kilometres(reading.profile, columns, rows)
    classes = _Classes(reading, columns, rows, km, today)
    standing = np.zeros(len(rows), dtype=np.int8)
    hidden_as = np.full(len(rows), NONE, dtype=np.int16)
    in_the_way = np.full(len(rows), NONE, dtype=np.int16)
    sums: dict[str, tuple[Rows, Rows]] = {}
    for_others = np.zeros(len(rows), dtype=bool)
    for question in questions:
        if question.depends is None:
            continue
        codes, positions = classes.of(question.depends)
        told = _Told(len(positions), labels)
        for code in np.flatnonzero(positions >= 0):
            at = int(positions[code])
            distance = None if np.isnan(km[at]) else float(km[at])
            offer = columns.offer(int(rows[at]))
            view = View(reading, offer, NOBODY, distance, today, staff)
            told.add(int(code), question, question.answer(view))
        if told.standing.any():
            np.maximum(standing, told.standing[codes], out=standing)
            if (told.hidden_as != NONE).any():
                np.copyto(hidden_as, told.hidden_as[codes], where=hidden_as == NONE)
            _note(in_the_way, told.change[codes])
        told.count(sums, for_others, codes)
    parts = Parts(
        fits=weighed,
        sums=sums,
        for_others=for_others,
        closeness=km,
        comes_home=~columns.take("goes_out", rows),
        price=columns.take("price", rows),
        donation=columns.take("donation", rows),
    )
    return Judged(reading, weighed, rows, km, standing, hidden_as, in_the_way, parts)


def _note(in_the_way: Rows, change: Rows) -> None:
    """A change beside another one: neither alone is enough."""
    free = in_the_way == NONE
    np.copyto(in_the_way, SEVERAL, where=(in_the_way != change) & (change != NONE) & ~free)
    np.copyto(in_the_way, change, where=free)


class _Told:
    """What a rule said of each class: standing, why hidden, what change would lift it, and what counts in the score."""

    def __init__(self, classes: int, labels: Labels):
        self.labels = labels
        self.standing = np.zeros(classes, dtype=np.int8)
        self.hidden_as = np.full(classes, NONE, dtype=np.int16)
        self.change = np.full(classes, NONE, dtype=np.int16)
        self.for_others = np.zeros(classes, dtype=bool)
        self.counted: dict[str, tuple[Rows, Rows]] = {}

    def add(self, code: int, question: Question, findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            stands = STANDING[finding.verdict]
            if stands == HIDDEN and self.hidden_as[code] == NONE:
                self.hidden_as[code] = self.labels.number(finding.hidden_as)
            if stands != MET:
                change = self.labels.number(finding.change) if finding.change else SEVERAL
                self.change[code] = change if self.change[code] in (NONE, change) else SEVERAL
            self.standing[code] = max(self.standing[code], stands)
            self.for_others[code] |= finding.for_others
            if finding.score is not None:
                part = question.rule.part or finding.kind
                total, count = self.counted.setdefault(
                    part, (np.zeros(len(self.standing)), np.zeros(len(self.standing), dtype=np.int16))
                )
                total[code] += finding.score
                count[code] += 1

    def count(self, sums: dict[str, tuple[Rows, Rows]], for_others: Rows, codes: Rows) -> None:
        """Add what was given to each part of the score."""
        for name, (total, number) in self.counted.items():
            if name in sums:
                sums[name] = (sums[name][0] + total[codes], sums[name][1] + number[codes])
            else:
                sums[name] = (total[codes], number[codes])
        if self.for_others.any():
            for_others |= self.for_others[codes]


class _Classes:
    """Which rows are alike in what a question depends on."""

    def __init__(self, reading: Reading, columns: Columns, rows: Rows, km: Rows, today: date):
        self.reading, self.columns, self.rows, self.km, self.today = reading, columns, rows, km, today
        self._every = np.arange(len(rows))
        self._made: dict[tuple[str, ...], tuple[Rows, Rows]] = {}
        self._coded: dict[str, tuple[Rows, int]] = {}

    def of(self, depends: tuple[str, ...]) -> tuple[Rows, Rows]:
        """(each row's class, one position in the rows for each class; -1 for a class that no row is in)."""
        if depends not in self._made:
            self._made[depends] = self._of(depends)
        return self._made[depends]

    def _of(self, depends: tuple[str, ...]) -> tuple[Rows, Rows]:
        if not depends:
            codes, count = np.zeros(len(self.rows), dtype=np.int64), 1
        for number, name in enumerate(depends):
            more, values = self._codes(name)
            codes, count = (codes * values + more, count * values) if number else (more, values)
        positions = np.full(count, -1, dtype=np.int64)
        positions[codes] = self._every
        return codes, positions

    def _codes(self, name: str) -> tuple[Rows, int]:
        if name not in self._coded:
            self._coded[name] = self._read(name)
        return self._coded[name]

    def _read(self, name: str) -> tuple[Rows, int]:
        kind, _, value = name.partition(":")
        if kind == "fact":
            return self._fact(value)
        if kind == "scope":
            return self._scope(value.split(",")), 2
        if name in _LIVE:
            return _LIVE[name](self)
        return self.columns.codes(name, self.rows)

    def _fact(self, key: str) -> tuple[Rows, int]:
        number, values = _fact_number(key)
        return self.columns.take("facts", self.rows, number).astype(np.int64), values + 1

    def _scope(self, keys: list[str]) -> Rows:
        numbers = [tuple(assets()).index(key) for key in keys]
        strengths = [self.columns.take("concepts", self.rows, number) for number in numbers]
        return np.asarray(np.max(strengths, axis=0) >= round(ABOUT * THOUSANDTHS), dtype=np.int64)

    def distance(self) -> tuple[Rows, int]:
        """Not known; within a walk; within the person's limit; beyond."""
        limit, _ = limit_km(self.reading.profile)
        bounds = sorted({A_WALK_KM, *([limit] if limit is not None else [])})
        codes = np.searchsorted(bounds, self.km)
        return np.where(np.isnan(self.km), len(bounds) + 1, codes), len(bounds) + 2

    def since_checked(self) -> tuple[Rows, int]:
        """Never checked, or how long ago, in the bands that the rules tell apart."""
        checked = self.columns.take("checked", self.rows)
        codes = np.searchsorted(BANDS, self.today.toordinal() - checked)
        return np.where(checked == 0, len(BANDS) + 1, codes), len(BANDS) + 2

    def free_time(self) -> tuple[Rows, int]:
        """How the best session that is not over lies in the free times: window.best_fit, or any time."""
        where, session = self.columns.sessions(self.rows)
        fits = np.where(session["last"] < self.today.toordinal(), 0, session_fit(session, self.reading.free))
        best = np.zeros(len(self.rows), dtype=np.int64)
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
        return self.columns.take("goes_out", self.rows).astype(np.int64), 2


_LIVE: Mapping[str, Callable[[_Classes], tuple[Rows, int]]] = {
    "km": _Classes.distance,
    "checked": _Classes.since_checked,
    "free": _Classes.free_time,
    "out": _Classes.going_out,
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
def _fact_number(key: str) -> tuple[int, int]:
    """(the line of a fact in the columns, how many values it has)."""
    return tuple(facts()).index(key), len(facts()[key].values)


def kilometres(profile: Profile, columns: Columns, rows: Rows) -> Rows:
    """Great-circle kilometres from where the person starts, by geopy's own radius; NaN where either end is unknown or
    nobody has to go there."""
    if profile.origin is None:
        return np.full(len(rows), np.nan)
    lat, lon = np.radians(columns.take("lat", rows)), np.radians(columns.take("lon", rows))
    here_lat, here_lon = np.radians(profile.origin.lat), np.radians(profile.origin.lon)
    half = (
        np.sin((lat - here_lat) / 2) ** 2 + np.cos(here_lat) * np.cos(lat) * np.sin((lon - here_lon) / 2) ** 2
    )
    km = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(half))
    return np.where(columns.take("has_venue", rows), km, np.nan)


def goal_focus(judged: Judged) -> Rows:
    """How well each row answers the wish in focus. A goal without an interest of its own ("make a friend") is walked
    towards by way of what the person brings: the same strength at rising rungs (domain.md 0)."""
    reading, weighed = judged.reading, judged.weighed
    focus = reading.focus
    goal = _most((f for f in (*weighed.goals, *weighed.assets) if f.wish is focus), len(judged.rows))
    brings = any(wish.keys for wish in reading.assets)
    if any(focus is wish for wish in reading.assets) or not brings or (focus is not None and focus.keys):
        return goal
    bring = _most(weighed.assets, len(judged.rows), direct=True)
    return np.where(goal > 0, (goal + bring) / 2, 0.0)


def _most(fits: Iterable[Fits], size: int, *, direct: bool = False) -> Rows:
    best = np.zeros(size)
    for one in fits:
        np.maximum(best, np.where(one.direct, one.score, 0.0) if direct else one.score, out=best)
    return best
