"""What was picked -> the answer: exact rules for the few that are told, sentences, lists and counts.

For a pair both are judged on their own; the stricter standing wins, without saying whose it is.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from matching import path, wording
from matching.columns import Rows
from matching.picking import Field, Picked, branches_of, pick, twins_of
from matching.rules.travel import is_rough
from matching.types import (
    Branch,
    Finding,
    HiddenCount,
    Match,
    Matches,
    OpensMost,
    Opportunity,
    Verdict,
)
from matching.vocabulary.needs import barriers
from matching.when import When
from matching.wide import HIDDEN, LATER, MET, UNKNOWN

if TYPE_CHECKING:
    from matching.ranking import Asking

VERDICTS = {MET: Verdict.MET, UNKNOWN: Verdict.UNKNOWN, LATER: Verdict.LATER, HIDDEN: Verdict.HIDDEN}


class Candidate(msgspec.Struct, frozen=True):
    """One opportunity for everyone asking: the strictest standing, all findings, the shared score."""

    opportunity: Opportunity
    standing: Verdict
    findings: tuple[Finding, ...]
    score: float
    km: float | None
    rough: bool
    """One end of the way is the middle of a wider area."""
    when: tuple[When, ...]
    """When it is on, and the other sessions of the same group, told as one suggestion."""
    branches: tuple[Branch, ...] = ()
    """The same at other places."""


def answer(asking: Asking, limit: int | None = None) -> Matches:
    """The contract's answer (design.md 6). `limit` cuts each list; hidden counts and notes cover everything."""
    field = field_of(asking)
    readings = [judged.reading for judged in asking.people]
    reading = readings[0]
    picked = pick(field, limit=limit, path=reading.focus is not None)
    taken = path.steps_taken(reading, asking.columns, asking.visible)
    told = {
        at: path.after_steps_taken(wording.match_from(candidate, reading), taken)
        for at, candidate in candidates_at(asking, picked).items()
    }

    def listed(positions: Rows) -> tuple[Match, ...]:
        return tuple(told[int(at)] for at in positions)

    fits = bool(len(picked.matches) or len(picked.check_first))
    return Matches(
        matches=listed(picked.matches),
        check_first=listed(picked.check_first),
        later=listed(picked.later),
        something_different=listed(picked.different),
        path=path.steps(listed(picked.path), taken),
        hidden=_hidden(picked.hidden, asking),
        opens_most=_opens_most(picked.opens, asking),
        notes=tuple(wording.notes(readings, fits, empty=not asking.visible.any())),
        urgent=any(one.urgent for one in readings),
    )


def field_of(asking: Asking) -> Field:
    """Everyone's judgement as one."""
    too_far = asking.labels.number(barriers()["travel_range"].change)
    return Field.of(asking.people, asking.score, asking.columns, too_far, asking.everything)


def candidates_at(asking: Asking, picked: Picked) -> dict[int, Candidate]:
    """Every position that is told put before every rule exactly, each listing with the other sessions of its group."""
    field, some = picked.field, picked.told()
    rows = field.rows[some].tolist()
    offers = [asking.columns.offer(row) for row in rows]
    views = [judged.views(some, offers, asking.today, asking.staff) for judged in asking.people]
    findings = [
        judged.findings(questions, some, seen)
        for judged, questions, seen in zip(asking.people, asking.questions, views, strict=True)
    ]
    twins, branches = twins_of(picked, some), branches_of(picked, some)
    stands, scores = field.standing[some].tolist(), field.score[some].tolist()
    found = {}
    for number, (at, offer) in enumerate(zip(some.tolist(), offers, strict=True)):
        ways = [mine[number].km for mine in views]
        km = max([way for way in ways if way is not None], default=None)
        sessions = [rows[number], *(int(field.rows[other]) for other in twins.get(at, ()))]
        found[at] = Candidate(
            opportunity=offer,
            standing=VERDICTS[stands[number]],
            findings=tuple(chain.from_iterable([mine[number] for mine in findings])),
            score=scores[number],
            km=km,
            rough=km is not None and _is_rough(asking, offer),
            when=tuple([asking.columns.when(row, asking.today) for row in sessions]),
            branches=tuple([_branch(asking, field, other) for other in branches.get(at, ())]),
        )
    return found


def _branch(asking: Asking, field: Field, at: int) -> Branch:
    offer, km = field.columns.offer(int(field.rows[at])), float(field.km[at])
    return Branch(offer.id, offer.name, None if np.isnan(km) else km, _is_rough(asking, offer))


def _is_rough(asking: Asking, offer: Opportunity) -> bool:
    return any(is_rough(judged.reading.profile, offer) for judged in asking.people)


def _hidden(counted: Counter[int], asking: Asking) -> tuple[HiddenCount, ...]:
    """Each hidden listing once, under its first reason; most frequent first."""
    found = ((asking.labels.texts[number], count) for number, count in counted.items())
    return tuple(HiddenCount(reason, count) for reason, count in sorted(found, key=lambda i: (-i[1], i[0])))


def _opens_most(counted: Counter[int], asking: Asking) -> OpensMost | None:
    """The one change that would bring most places into the matches: those that only this keeps out."""
    found = ((asking.labels.texts[number], count) for number, count in counted.items())
    best = min(found, key=lambda item: (-item[1], item[0]), default=None)
    return OpensMost(*best) if best else None


def _also(branch: Branch) -> dict[str, object]:
    km = branch.distance_km
    return {"id": branch.id, "name": branch.name, "distance_km": None if km is None else round(km, 2)}


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
        if match.rough:
            told["distance_is_rough"] = True
        if match.times:
            told["times"] = list(match.times)
        if match.also_at:
            told["also_at"] = [_also(branch) for branch in match.also_at]
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


def written(matches: Matches) -> bytes:
    """Match JSON for everybody, as it is sent: six times as quick as `json` writes it."""
    told = to_json(matches)
    try:
        return msgspec.json.encode(told)
    except UnicodeEncodeError:  # half a pair of surrogates in somebody's words: JSON may have it, UTF-8 not
        return json.dumps(told).encode("ascii")
