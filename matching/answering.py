"""Judged opportunities -> the answer: one place a listing, one suggestion a group, lists and hidden counts.

For a pair both are judged on their own; the stricter standing wins, without saying whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from matching import path, wording
from matching.columns import Columns, Rows, plain
from matching.reading import Reading
from matching.types import Finding, HiddenCount, Match, Matches, OpensMost, Opportunity, Verdict

if TYPE_CHECKING:
    from matching.ranking import Assessment

STRICTEST = (Verdict.HIDDEN, Verdict.LATER, Verdict.UNKNOWN, Verdict.MET)


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's reading and every relevant opportunity judged for them, by (listing id, place)."""

    reading: Reading
    assessments: Mapping[tuple[str, str], Assessment]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One opportunity for everyone asking: the strictest standing, all findings, the shared score."""

    opportunity: Opportunity
    standing: Verdict
    findings: tuple[Finding, ...]
    score: float
    km: float | None
    direct: bool
    today: date
    focus: float = 0.0
    """How well it answers the wish the path is built for."""
    sessions_of: tuple[Opportunity, ...] = ()
    """Other sessions of the same group, told as one suggestion."""


def answer(judged: list[Judged], columns: Columns, visible: Rows, limit: int | None = None) -> Matches:
    """The contract's answer (design.md 6). `limit` cuts each list; hidden counts and notes cover everything.

    `visible` marks the rows of the columns that everyone asking may be shown; no other is ever named.
    """
    candidates = _one_place_each(_for_everyone(judged))
    groups = _one_a_group(sorted((c for c in candidates if c.standing is not Verdict.HIDDEN), key=best_first))
    readings = [one.reading for one in judged]
    reading = readings[0]
    taken = path.steps_taken(reading, columns, visible)

    def tell(candidate: Candidate) -> Match:
        return path.after_steps_taken(wording.match_from(candidate, reading), taken)

    def told(standing: Verdict) -> tuple[Match, ...]:
        return tuple(tell(c) for c in [c for c in groups if c.standing is standing][:limit])

    matches, check_first = told(Verdict.MET), told(Verdict.UNKNOWN)
    return Matches(
        matches=matches,
        check_first=check_first,
        later=told(Verdict.LATER),
        something_different=tuple(map(tell, path.something_different(groups)[:limit])),
        path=path.steps(groups, reading, taken, tell)[:limit],
        hidden=_hidden_counts(c for c in candidates if c.standing is Verdict.HIDDEN),
        opens_most=_opens_most(candidates),
        notes=tuple(wording.notes(readings, bool(matches or check_first), empty=not visible.any())),
        urgent=any(one.urgent for one in readings),
    )


def best_first(candidate: Candidate) -> tuple[object, ...]:
    """Score, then what is better known (rungs, facts, a later check), then the id: the same input, the same order."""
    offer = candidate.opportunity
    checked = offer.checked_on.toordinal() if offer.checked_on else 0
    return (
        -round(candidate.score, 9),
        offer.rungs is None,
        -len(offer.facts),
        -checked,
        offer.id,
        offer.place,
    )


def _for_everyone(judged: list[Judged]) -> list[Candidate]:
    """What is relevant to at least one of them and judged for all of them."""
    if len(judged) == 1:
        return [_candidate([one]) for one in judged[0].assessments.values()]
    shared = set(judged[0].assessments).intersection(*(one.assessments for one in judged[1:]))
    return [_candidate([one.assessments[key] for one in judged]) for key in sorted(shared)]


def _candidate(assessments: list[Assessment]) -> Candidate:
    findings = tuple(dict.fromkeys(finding for one in assessments for finding in one.findings))
    scores = [one.score for one in assessments]
    return Candidate(
        opportunity=assessments[0].opportunity,
        standing=min((one.standing for one in assessments), key=STRICTEST.index),
        findings=findings,
        score=(min(scores) + sum(scores) / len(scores)) / 2,
        km=max((one.view.km for one in assessments if one.view.km is not None), default=None),
        direct=any(one.direct for one in assessments),
        focus=_focus(assessments[0]),
        today=assessments[0].view.today,
    )


def _focus(assessment: Assessment) -> float:
    """How well it answers the wish in focus. A goal without an interest of its own ("make a friend") is walked towards
    by way of what the person brings: the same strength at rising rungs (domain.md 0)."""
    evidence, reading = assessment.view.evidence, assessment.view.reading
    goal = max((f.score for f in (*evidence.goals, *evidence.assets) if f.wish is reading.focus), default=0.0)
    brings = any(wish.keys for wish in reading.assets)
    if reading.focus in reading.assets or not brings or (reading.focus and reading.focus.keys):
        return goal
    return (goal + max((f.score for f in evidence.assets if f.direct), default=0.0)) / 2 if goal else 0.0


def _one_place_each(candidates: list[Candidate]) -> list[Candidate]:
    """A listing with several places stands where its best place stands."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.opportunity.id)
        if known is None or _place_order(candidate) < _place_order(known):
            best[candidate.opportunity.id] = candidate
    return list(best.values())


def _place_order(candidate: Candidate) -> tuple[object, ...]:
    rank = {Verdict.MET: 0, Verdict.UNKNOWN: 1, Verdict.LATER: 2, Verdict.HIDDEN: 3}
    return (rank[candidate.standing], *best_first(candidate))


def _one_a_group(candidates: list[Candidate]) -> list[Candidate]:
    """Three sessions of one group are one suggestion with three times: same group, name, venue and facts."""
    kept: dict[tuple[object, ...], Candidate] = {}
    for candidate in candidates:
        key = _twin_key(candidate)
        if key in kept:
            first = kept[key]
            kept[key] = replace(first, sessions_of=(*first.sessions_of, candidate.opportunity))
        else:
            kept[key] = candidate
    return list(kept.values())


def _twin_key(candidate: Candidate) -> tuple[object, ...]:
    offer = candidate.opportunity
    if not offer.organization or not offer.sessions:
        return (offer.id,)
    facts = tuple(sorted((fact.key, fact.value) for fact in offer.facts.values()))
    name = plain(wording.without_days(offer.name))
    return (
        candidate.standing,
        plain(offer.organization),
        name,
        plain(offer.venue),
        offer.rungs,
        (offer.price, offer.donation),
        (offer.formats, offer.audience, offer.referral),
        (offer.gender, offer.minimum_age, offer.maximum_age, offer.languages),
        facts,
    )


def _hidden_counts(hidden: Iterable[Candidate]) -> tuple[HiddenCount, ...]:
    """Each hidden listing once, under its first reason; most frequent first."""
    counted = Counter(next(f.hidden_as for f in c.findings if f.verdict is Verdict.HIDDEN) for c in hidden)
    return tuple(
        HiddenCount(reason, count) for reason, count in sorted(counted.items(), key=lambda i: (-i[1], i[0]))
    )


def _opens_most(candidates: Iterable[Candidate]) -> OpensMost | None:
    """The one change that would bring most places into the matches: those that only this keeps out."""
    opened: Counter[str] = Counter()
    for candidate in candidates:
        in_the_way = [
            f for f in candidate.findings if f.verdict in (Verdict.HIDDEN, Verdict.LATER, Verdict.UNKNOWN)
        ]
        changes = {f.change for f in in_the_way}
        if in_the_way and len(changes) == 1 and (change := next(iter(changes))):
            opened[change] += 1
    if not opened:
        return None
    change, count = min(opened.items(), key=lambda item: (-item[1], item[0]))
    return OpensMost(change, count)


def to_json(matches: Matches, *, staff: bool = False) -> dict[str, object]:
    """Match JSON (design.md 6). known_by is in it for staff alone."""

    def one(match: Match) -> dict[str, object]:
        checked = match.opportunity.checked_on
        told: dict[str, object] = {
            "id": match.id,
            "name": match.opportunity.name,
            "organization": match.opportunity.organization,
            "score": round(match.score, 2),
            "rung": match.rung,
            "distance_km": None if match.distance_km is None else round(match.distance_km, 2),
            "reasons": [{"kind": r.kind, "text": r.text} for r in match.reasons],
            "cautions": list(match.cautions),
            "checked_on": checked.isoformat() if checked else None,
            "next_on": match.next_on.isoformat() if match.next_on else None,
        }
        if match.times:
            told["times"] = list(match.times)
        if staff:
            told["known_by"] = list(match.opportunity.known_by)
        return told

    return {
        "matches": [one(m) for m in matches.matches],
        "check_first": [{**one(m), "questions": list(m.questions)} for m in matches.check_first],
        "later": [one(m) for m in matches.later],
        "something_different": [one(m) for m in matches.something_different],
        "path": [{"rung": s.rung, "match": one(s.match), "after": s.after} for s in matches.path],
        "hidden": [{"reason": h.reason, "count": h.count} for h in matches.hidden],
        "opens_most": None
        if matches.opens_most is None
        else {"change": matches.opens_most.change, "count": matches.opens_most.count},
        "notes": list(matches.notes),
    }
