"""The wide pass: where every relevant opportunity stands for one person, and its score, in one go over the columns.

Each rule is asked once for each class of opportunities that are alike in what the rule depends on (rules/asked.py), of
one of them; its verdict and score then hold for the whole class. Nothing is left out or guessed: what the pass says of
standing, counts and order is what asking every rule about every opportunity would say (tests/matching/test_wide.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from geopy.distance import EARTH_RADIUS

from matching.classes import NOBODY, Alike, Classes
from matching.columns import Columns, Rows
from matching.columns.part import on_the_sphere
from matching.evidence import Fits, Weighed
from matching.reading import Reading
from matching.rules.asked import Question
from matching.rules.view import View
from matching.types import Finding, Opportunity, Profile, Verdict

MET, UNKNOWN, LATER, HIDDEN = range(4)
"""Standings, the stricter the higher; a match that is lowered is MET."""
STANDING = {
    Verdict.MET: MET,
    Verdict.LOWER: MET,
    Verdict.UNKNOWN: UNKNOWN,
    Verdict.LATER: LATER,
    Verdict.HIDDEN: HIDDEN,
}
NONE, SEVERAL = -1, -2
PLAINLY = 0.8
"""From this strength on a place is plainly about something that a person brings."""
TOP = 0xFFFF
"""The most that a lane holds (see `_Strictest`)."""


@dataclass(slots=True)
class Parts:
    """What the score of some rows is made of, an array each (matching/ranking.py says how they come together)."""

    fits: Weighed
    sums: Mapping[str, tuple[Rows, Rows]]
    """Part -> (sum of what rules gave, how many gave something)."""
    for_others: Rows
    closeness: Rows
    """km, NaN where unknown or nobody has to go there."""
    comes_home: Rows

    def mean(self, name: str, otherwise: float = 0.0) -> Rows:
        """The mean of what rules gave to a part; `otherwise` where none gave anything."""
        if name not in self.sums:
            return np.full(len(self.for_others), otherwise)
        total, count = self.sums[name]
        if count.all():
            return total / count
        return np.where(count > 0, total / np.maximum(count, 1), otherwise)


@dataclass(slots=True)
class Labels:
    """Sentences as numbers, shared by everyone who asks together."""

    texts: list[str] = field(default_factory=lambda: [""])

    def number(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one question was answered with, a class at a time; a class that is missing was told nothing."""

    question: Question
    alike: Alike
    findings: dict[int, tuple[Finding, ...]]

    def said(self, some: Rows, views: list[View]) -> Iterator[tuple[Finding, ...]]:
        """What it says of the rows at some positions, in words of their own where what is alike differs in them."""
        for code, view in zip(self.alike.of(some).tolist(), views, strict=True):
            found = self.findings.get(code, ())
            yield self.question.answer(view) if found and not self.question.rule.settled else found


@dataclass(slots=True)
class Judged:
    """One person's answer for some rows of the columns, as arrays."""

    reading: Reading
    weighed: Weighed
    """More rows than are judged, where `among` says so."""
    among: Rows
    """Where each row is among those that were weighed."""
    rows: Rows
    km: Rows
    """Straight-line kilometres, NaN where unknown or nobody has to go there."""
    standing: Rows
    hidden_as: Rows
    """Number of the first reason why it is hidden, NONE where it is not."""
    in_the_way: Rows
    """Number of the one change that would bring it into the matches; NONE: nothing in the way; SEVERAL: more than one
    change, or one that nobody can make."""
    heard: tuple[Heard | None, ...]
    """Beside each question; None for one that only finds words."""

    def parts(self, some: Rows) -> Parts:
        """What the score is made of, for the rows at some positions (in order)."""
        sums = _Sums(some)
        for heard in self.heard:
            if heard is not None:
                sums.count(heard)
        return Parts(
            fits=self.weighed.only(self.among[some]),
            sums=sums.parts,
            for_others=sums.for_others,
            closeness=self.km[some],
            comes_home=~self.weighed.columns.take("goes_out", self.rows[some]),
        )

    def views(self, some: Rows, offers: list[Opportunity], today: date, staff: bool) -> list[View]:
        """What the exact rules may look at for the rows at some positions."""
        evidence = self.weighed.only(self.among[some]).evidence()
        ways = [None if np.isnan(km) else km for km in self.km[some].tolist()]
        return [
            View(self.reading, offer, has, km, today, staff)
            for offer, has, km in zip(offers, evidence, ways, strict=True)
        ]

    def findings(self, questions: tuple[Question, ...], some: Rows, views: list[View]) -> list[list[Finding]]:
        """Everything that is found of the rows at some positions, a list for each, in the order of the questions."""
        found: list[list[Finding]] = [[] for _ in views]
        columns, rows = self.weighed.columns, self.rows[some].tolist()
        for question, heard in zip(questions, self.heard, strict=True):
            said: Iterable[tuple[Finding, ...]]
            if question.rule.whoever:
                said = [
                    columns.said(question.rule, row, view.today)
                    for row, view in zip(rows, views, strict=True)
                ]
            elif heard is None:
                said = map(question.answer, views)
            elif heard.findings:
                said = heard.said(some, views)
            else:
                continue
            for mine, findings in zip(found, said, strict=True):
                mine.extend(findings)
        return found


def judge(
    weighed: Weighed,
    among: Rows,
    questions: Iterable[Question],
    columns: Columns,
    today: date,
    staff: bool,
    labels: Labels,
    some_avoided: bool,
) -> Judged:
    """Every question asked about some (positions) of the rows that were weighed."""
    reading, rows = weighed.reading, weighed.rows[among]
    km = kilometres(reading.profile, columns, rows)
    classes = Classes(reading, columns, rows, km, today, some_avoided)
    strictest = _Strictest(len(rows), labels)
    heard: list[Heard | None] = []
    for question in questions:
        if question.depends is None:
            heard.append(None)
            continue
        alike = classes.of(question.depends)
        told = Heard(question, alike, {})
        for code, one in alike.examples.items():
            view = View(reading, columns.offer(one.row), NOBODY, one.km, today, staff)
            if findings := question.answer(view):
                told.findings[code] = findings
        heard.append(told)
        strictest.count(told)
    return Judged(
        reading=reading,
        weighed=weighed,
        among=among,
        rows=rows,
        km=km,
        standing=strictest.standing(),
        hidden_as=strictest.hidden_as(),
        in_the_way=strictest.in_the_way(),
        heard=tuple(heard),
    )


class _Strictest:
    """The strictest standing of each row, the first reason why it is hidden, and what is in the way.

    Four lanes of 16 bits a row, of each of which the largest counts, so that one look-up and one comparison a question
    settle all: the standing; TOP less the number of the reason, in the order of the questions; the highest number of a
    change that would lift it; TOP less the lowest. One change alone is in the way where the two are the same.
    """

    def __init__(self, rows: int, labels: Labels):
        self._labels = labels
        self._lanes = np.zeros((rows, 4), dtype=np.uint16)
        self._reasons: list[int] = []

    def count(self, told: Heard) -> None:
        """Take in what one question says."""
        lanes: dict[int, list[int]] = {}
        reasons: dict[int, int] = {}
        for code, findings in told.findings.items():
            for finding in findings:
                stands = STANDING[finding.verdict]
                if stands != MET:
                    mine = lanes.setdefault(code, [0, 0, 0, 0])
                    mine[0] = max(mine[0], stands)
                    if stands == HIDDEN and not mine[1]:
                        mine[1] = TOP - self._reason(finding.hidden_as, reasons)
                    self._in_the_way(mine, finding.change)
        if lanes:
            table = np.zeros((told.alike.most, 4), dtype=np.uint16)
            table[list(lanes)] = list(lanes.values())
            wide = table.view(np.uint64).ravel().take(told.alike.codes)
            np.maximum(self._lanes, wide.view(np.uint16).reshape(-1, 4), out=self._lanes)

    def _reason(self, text: str, reasons: dict[int, int]) -> int:
        """Where a reason stands in the order in which the questions gave theirs."""
        label = self._labels.number(text)
        if label not in reasons:
            reasons[label] = len(self._reasons)
            self._reasons.append(label)
        return reasons[label]

    def _in_the_way(self, mine: list[int], change: str) -> None:
        number = self._labels.number(change) if change else None
        mine[2] = max(mine[2], TOP if number is None else number)
        mine[3] = max(mine[3], TOP - (0 if number is None else number))

    def standing(self) -> Rows:
        return self._lanes[:, 0].astype(np.int8)

    def hidden_as(self) -> Rows:
        """Number of the reason, NONE where it is not hidden."""
        first = self._lanes[:, 1]
        if not self._reasons:
            return np.full(len(first), NONE, dtype=np.int16)
        numbers = np.array([*self._reasons, NONE], dtype=np.int16)
        return numbers[np.minimum(TOP - first, len(self._reasons))]

    def in_the_way(self) -> Rows:
        """Number of the one change, NONE where nothing is in the way, SEVERAL where no one change is enough."""
        highest, lowest = self._lanes[:, 2], TOP - self._lanes[:, 3]
        one = SEVERAL + (highest == lowest) * (highest.astype(np.int16) - np.int16(SEVERAL))
        return np.asarray(one + (self._lanes[:, 0] == MET) * (NONE - one))


class _Sums:
    """What is given to each part of the score of some rows, and which of them are mainly for others."""

    def __init__(self, some: Rows):
        self._some = some
        self.parts: dict[str, tuple[Rows, Rows]] = {}
        self.for_others = np.zeros(len(some), dtype=bool)

    def count(self, told: Heard) -> None:
        """Take in what one question says."""
        given: dict[str, dict[int, list[float]]] = {}
        others = []
        for code, findings in told.findings.items():
            for finding in findings:
                if finding.score is not None:
                    part = told.question.rule.part or finding.kind
                    given.setdefault(part, {}).setdefault(code, []).append(finding.score)
                if finding.for_others:
                    others.append(code)
        if given or others:
            codes, most = told.alike.of(self._some), told.alike.most
            for part, scores in given.items():
                self._add(part, scores, codes, most)
            if others:
                for_others = np.zeros(most, dtype=bool)
                for_others[others] = True
                self.for_others |= for_others.take(codes)

    def _add(self, part: str, scores: dict[int, list[float]], codes: Rows, most: int) -> None:
        totals, counts = np.zeros(most), np.zeros(most, dtype=np.int16)
        given = list(scores)
        totals[given] = [sum(mine) for mine in scores.values()]
        counts[given] = [len(mine) for mine in scores.values()]
        total, count = totals.take(codes), counts.take(codes)
        if part in self.parts:
            total += self.parts[part][0]
            count += self.parts[part][1]
        self.parts[part] = total, count


def kilometres(profile: Profile, columns: Columns, rows: Rows) -> Rows:
    """Great-circle kilometres from where the person starts, by geopy's own radius; NaN where either end is unknown or
    nobody has to go there."""
    if profile.origin is None:
        return np.full(len(rows), np.nan)
    here = on_the_sphere(profile.origin)
    chord = np.zeros(len(rows))
    for axis, at in zip(("x", "y", "z"), here, strict=True):
        chord += (columns.take(axis, rows) - at) ** 2
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.minimum(np.sqrt(chord) / 2, 1.0)))


def goal_focus(weighed: Weighed) -> Rows:
    """How well each row answers the wish in focus. A goal without an interest of its own ("make a friend") is walked
    towards by way of what the person brings: the same strength at rising rungs (domain.md 0)."""
    reading, rows = weighed.reading, len(weighed.rows)
    focus = reading.focus
    goal = _most((f for f in (*weighed.goals, *weighed.assets) if f.wish is focus), rows)
    brings = any(wish.keys for wish in reading.assets)
    if any(focus is wish for wish in reading.assets) or not brings or (focus is not None and focus.keys):
        return goal
    bring = _most(weighed.assets, rows, direct=True)
    return np.where(goal > 0, (goal + bring) / 2, 0.0)


def each_wish(weighed: Weighed) -> list[tuple[Rows, Rows]]:
    """(positions, strength 0-1) of what answers each wish itself: the goal in focus, other goals, what is brought. Who
    would like something is answered in what they bring only by what is PLAINLY about it."""
    plainly = PLAINLY if weighed.goals else 0.0
    wishes = [*((fits, 0.0) for fits in weighed.goals), *((fits, plainly) for fits in weighed.assets)]
    found = []
    for fits, least in sorted(wishes, key=lambda wish: not wish[0].wish.focus):
        answers = fits.direct & (fits.score >= least)
        found.append((fits.at.compress(answers), fits.score.compress(answers)))
    return found


def _most(fits: Iterable[Fits], size: int, *, direct: bool = False) -> Rows:
    best = np.zeros(size)
    for one in fits:
        score = np.where(one.direct, one.score, 0.0) if direct else one.score
        best[one.at] = np.maximum(best[one.at], score)
    return best
