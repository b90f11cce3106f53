"""The answer the long way: every rule asked about every opportunity, each on its own, and plain loops for the rest.

What the wide pass is held against. It shares the rules and the evidence with it, nothing else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from geopy.distance import great_circle

from matching import path, wording
from matching.answering import Candidate
from matching.columns import Columns
from matching.columns.names import branch_key, plain, twin_key
from matching.evidence import weigh
from matching.picking import ANSWERS, FIRST, LEAST_FOCUS, MOST_DIFFERENT, NEAR_ANSWER, NEAR_BEST, NEAR_FOCUS
from matching.ranking import (
    CLOSE_KM,
    DAY_OUT_KM,
    FOR_OTHERS,
    FROM_HOME,
    HALF_EVERY_KM,
    HEAD_OFFICE,
    MOST_EACH,
    NOT_IN_FOCUS,
    ONLY_A_NAME,
    REFUSED,
    SOMEWHERE,
    WEIGHTS,
    likely_near,
    price_ease,
    questions_for,
    with_steps_taken,
)
from matching.reading import Evidence, Reading, read_profile
from matching.rules.view import View, must_go_out
from matching.types import (
    Branch,
    Finding,
    HiddenCount,
    Match,
    Matches,
    OpensMost,
    Opportunity,
    Profile,
    Verdict,
)
from matching.vocabulary.needs import barriers
from matching.when import when_of
from matching.wide import PLAINLY
from tests.matching.generated import TODAY

GREAT_CIRCLE = great_circle()
STRICTEST = (Verdict.HIDDEN, Verdict.LATER, Verdict.UNKNOWN, Verdict.MET)


@dataclass
class Judgement:
    """One opportunity for everyone who asks."""

    offer: Opportunity
    findings: list[tuple[str, Finding]]
    score: float
    beside: bool
    direct: bool
    focus: float
    answers: list[float]
    """For each wish how well it answers it, in the order in which they are gone through."""
    somewhere: bool

    @property
    def standing(self) -> Verdict:
        verdicts = {finding.verdict for _, finding in self.findings}
        return next((verdict for verdict in STRICTEST if verdict in verdicts), Verdict.MET)

    @property
    def for_others(self) -> bool:
        return any(finding.for_others for _, finding in self.findings)

    @property
    def in_the_way(self) -> set[str]:
        stops = (Verdict.HIDDEN, Verdict.LATER, Verdict.UNKNOWN)
        return {finding.change for _, finding in self.findings if finding.verdict in stops}

    @property
    def key(self) -> tuple[Any, ...]:
        checked = self.offer.checked_on.toordinal() if self.offer.checked_on else 0
        told = self.standing is not Verdict.HIDDEN or self.in_the_way == {barriers()["travel_range"].change}
        return (
            -self.score if told else 0.0,
            self.offer.rungs is None,
            -len(self.offer.facts),
            -checked,
            self.offer.id,
            self.offer.place,
        )


def rank(people: list[Profile], columns: Columns, today: Any, *, staff: bool, limit: int | None) -> Matches:
    visible = columns.visible(people[0].avoid)
    for other in people[1:]:
        visible &= columns.visible(other.avoid)
    readings = [read_profile(with_steps_taken(person, columns, visible)) for person in people]
    done = [set(reading.profile.done) for reading in readings]
    rows = [row for row in range(columns.size) if visible[row]]
    import numpy as np

    every = np.array(rows, dtype=np.int64)
    weighed = []
    for reading in readings:
        terms = {term for wish in (*reading.assets, *reading.goals) for term in wish.terms}
        weighed.append(weigh(reading, columns, every, columns.idf(terms, visible)))
    evidence = [one.evidence() for one in weighed]
    relevant = [
        set(one.relevant(likely_near(reading.profile, columns, visible)).tolist())
        for one, reading in zip(weighed, readings, strict=True)
    ]
    judged = []
    for at, row in enumerate(rows):
        offer = columns.offer(row)
        wanted = [at in r and offer.id not in d for r, d in zip(relevant, done, strict=True)]
        if any(wanted):
            seen = [
                _judge(reading, offer, has[at], today, staff)
                for reading, has in zip(readings, evidence, strict=True)
            ]
            judged.append(_together(seen))
    return _answer(judged, readings, columns, visible, limit)


def _judge(reading: Reading, offer: Opportunity, evidence: Evidence, today: Any, staff: bool) -> Judgement:
    view = View(reading, offer, evidence, km_between(reading.profile, offer), today, staff)
    findings = [
        (question.rule.part or finding.kind, finding)
        for question in questions_for(reading.profile)
        for finding in question.answer(view)
    ]
    return Judgement(
        offer, findings, _score(view, findings),
        any(f.how == "neighbour" for f in evidence.assets), any(f.direct for f in (*evidence.assets, *evidence.goals)),
        _focus(reading, evidence), _answers(reading, evidence),
        reading.profile.origin is not None and must_go_out(offer) and offer.point is None,
    )  # fmt: skip


def km_between(profile: Profile, offer: Opportunity) -> float | None:
    """Straight-line kilometres by geopy, None when either end is unknown or nobody has to go there."""
    if profile.origin is None or offer.point is None or not offer.has_venue:
        return None
    home, there = (profile.origin.lat, profile.origin.lon), (offer.point.lat, offer.point.lon)
    return float(GREAT_CIRCLE.measure(home, there))


def _answers(reading: Reading, evidence: Evidence) -> list[float]:
    wishes = sorted((*reading.goals, *reading.assets), key=lambda wish: not wish.focus)
    brought = [fit for fit in evidence.assets if not reading.goals or fit.score >= PLAINLY]
    fits = [fit for fit in (*brought, *evidence.goals) if fit.direct]
    return [max((fit.score for fit in fits if fit.wish is wish), default=0.0) for wish in wishes]


def _score(view: View, findings: list[tuple[str, Finding]]) -> float:
    profile, reading = view.profile, view.reading

    def mean(part: str, otherwise: float = 0.0) -> float:
        found = [finding.score for name, finding in findings if name == part and finding.score is not None]
        return sum(found) / len(found) if found else otherwise

    left = FOR_OTHERS if any(finding.for_others for _, finding in findings) else 1.0
    left *= HEAD_OFFICE if view.opportunity.head_office else 1.0
    left *= ONLY_A_NAME if view.opportunity.only_a_name else 1.0
    if profile.origin is not None and must_go_out(view.opportunity):
        left *= SOMEWHERE if view.km is None else 0.5 ** (max(view.km - DAY_OUT_KM, 0.0) / HALF_EVERY_KM)
    parts = {"joining": mean("joining"), "freshness": mean("freshness")}
    if reading.assets:
        parts["assets"] = _fit(view.evidence.assets) * (REFUSED if view.evidence.refused else left)
    if reading.goals:
        not_in_focus = NOT_IN_FOCUS if any(wish.focus for wish in reading.goals) else 1.0
        parts["goals"] = _fit(view.evidence.goals, not_in_focus) * left
    if profile.comfortable is not None or profile.stretch is not None:
        parts["rung"] = mean("rung")
    if profile.prefers or any(barrier.key != "avoid" for barrier in profile.barriers):
        parts["barriers"] = mean("barrier", 1.0)
    import math

    offer = view.opportunity
    eases = [price_ease(offer.price, offer.donation)]
    if profile.origin is not None:
        near = 0.0 if view.km is None else math.exp(-view.km / CLOSE_KM)
        eases.append(near if must_go_out(offer) else FROM_HOME)
    if profile.times:
        eases.append(mean("times"))
    parts["practical"] = sum(eases) / len(eases)
    return sum(WEIGHTS[name] * part for name, part in parts.items()) / sum(WEIGHTS[name] for name in parts)


def _fit(fits: Any, not_in_focus: float = 1.0) -> float:
    left = 1.0
    open_still = [
        (1 - MOST_EACH * fit.score * (1.0 if fit.wish.focus else not_in_focus), fit.how) for fit in fits
    ]
    for one, how in open_still:
        left *= 1.0 if how == "neighbour" else one
    return 1 - left * min((one for one, how in open_still if how == "neighbour"), default=1.0)


def _focus(reading: Reading, evidence: Evidence) -> float:
    goal = max((f.score for f in (*evidence.goals, *evidence.assets) if f.wish is reading.focus), default=0.0)
    brings = any(wish.keys for wish in reading.assets)
    if (
        any(reading.focus is wish for wish in reading.assets)
        or not brings
        or (reading.focus and reading.focus.keys)
    ):
        return goal
    return (goal + max((f.score for f in evidence.assets if f.direct), default=0.0)) / 2 if goal else 0.0


def _together(seen: list[Judgement]) -> Judgement:
    scores = [one.score for one in seen]
    score = round((min(scores) + sum(scores) / len(scores)) / 2, 9)
    findings = [finding for one in seen for finding in one.findings]
    beside, direct = any(one.beside and not one.direct for one in seen), any(one.direct for one in seen)
    answers, somewhere = [a for one in seen for a in one.answers], any(one.somewhere for one in seen)
    return Judgement(seen[0].offer, findings, score, beside, direct, seen[0].focus, answers, somewhere)


def _answer(
    judged: list[Judgement], readings: list[Reading], columns: Columns, visible: Any, limit: int | None
) -> Matches:
    places: dict[str, Judgement] = {}
    for one in sorted(judged, key=lambda one: (-STRICTEST.index(one.standing), one.key)):
        places.setdefault(one.offer.id, one)
    ordered = sorted(places.values(), key=lambda one: one.key)
    groups: dict[Any, list[Judgement]] = {}
    for one in ordered:
        if one.standing is not Verdict.HIDDEN:
            twin = twin_key(one.offer)
            groups.setdefault((one.standing, twin) if twin else one.offer.id, []).append(one)
    taken = path.steps_taken(readings[0], columns, visible)
    branches = _nearest_branches(groups, readings)
    groups = {key: group for key, group in groups.items() if key in branches}

    origins = [reading.profile.origin for reading in readings]

    def tell(group: list[Judgement]) -> Match:
        first = group[0]
        ways = [km for r in readings if (km := km_between(r.profile, first.offer)) is not None]
        found = tuple(dict.fromkeys(finding for _, finding in first.findings))
        others = tuple(other.offer for other in group[1:])
        candidate = Candidate(
            first.offer,
            first.standing,
            found,
            first.score,
            max(ways, default=None),
            bool(ways) and any(end.rough for end in (*origins, first.offer.point) if end),
            tuple(when_of(one, TODAY) for one in (first.offer, *others)),
            also[first.offer.id],
        )
        return path.after_steps_taken(wording.match_from(candidate, readings[0]), taken)

    also = {groups[key][0].offer.id: told for key, told in branches.items()}
    stand = {verdict: [g for g in groups.values() if g[0].standing is verdict] for verdict in STRICTEST}
    met = _kinds_first(stand[Verdict.MET], ordered, readings)
    different = [g for g in stand[Verdict.MET] if g[0].beside and not g[0].direct]
    hidden = Counter(
        next(f.hidden_as for _, f in one.findings if f.verdict is Verdict.HIDDEN)
        for one in ordered
        if one.standing is Verdict.HIDDEN
    )
    closed = {one.offer.id for one in ordered if one.standing in (Verdict.HIDDEN, Verdict.LATER)}
    lifted = {
        (one.offer.id, next(iter(one.in_the_way)))
        for one in judged
        if one.offer.id in closed and len(one.in_the_way) == 1 and one.in_the_way != {""}
    }
    opens = Counter(change for _, change in lifted)
    best = min(opens.items(), key=lambda item: (-item[1], item[0]), default=None)
    fits = bool(stand[Verdict.MET] or stand[Verdict.UNKNOWN]) and limit != 0
    return Matches(
        matches=tuple(map(tell, met[:limit])),
        check_first=tuple(map(tell, stand[Verdict.UNKNOWN][:limit])),
        later=tuple(map(tell, stand[Verdict.LATER][:limit])),
        something_different=tuple(map(tell, different[:limit][:MOST_DIFFERENT])),
        path=path.steps(map(tell, _ladder(list(groups.values()), readings[0])[:limit]), taken),
        hidden=tuple(HiddenCount(*item) for item in sorted(hidden.items(), key=lambda i: (-i[1], i[0]))),
        opens_most=OpensMost(*best) if best else None,
        notes=tuple(wording.notes(readings, fits, empty=not visible.any())),
        urgent=any(reading.urgent for reading in readings),
    )


def _nearest_branches(
    groups: dict[Any, list[Judgement]], readings: list[Reading]
) -> dict[Any, tuple[Branch, ...]]:
    """Key of each group that is told -> its other branches, the nearest first."""
    far = float("inf")
    alike: dict[Any, list[tuple[float, Any]]] = {}
    for key, (first, *_) in groups.items():
        ways = [km_between(reading.profile, first.offer) for reading in readings]
        km = far if None in ways else max(way for way in ways if way is not None)
        branch = branch_key(first.offer)
        alike.setdefault((first.standing, branch) if branch else key, []).append((km, key))
    found = {}
    for several in alike.values():
        (_, lead), *_ = sorted(several, key=lambda one: (one[0], groups[one[1]][0].key[1:]))
        rest = [one for one in several if one[1] != lead]
        rest.sort(key=lambda one: (one[0], groups[one[1]][0].offer.id, groups[one[1]][0].offer.place))
        offers = [(groups[key][0].offer, None if km == far else km) for km, key in rest]
        found[lead] = tuple(Branch(offer.id, offer.name, km) for offer, km in offers)
    return found


def _kinds_first(
    met: list[list[Judgement]], ordered: list[Judgement], readings: list[Reading]
) -> list[list[Judgement]]:
    from matching.columns.part import _kind

    too_far = {barriers()["travel_range"].change}
    shown = [group[0] for group in met]
    running = shown + [one for one in ordered if one.standing is Verdict.HIDDEN and one.in_the_way == too_far]
    running.sort(key=lambda one: one.key)
    best = max((one.score for one in running), default=0.0)
    led: dict[int, Judgement] = {}
    for one in running:
        if one.score >= NEAR_BEST * best:
            led.setdefault(_kind(one.offer), one)
    kinds = list(led.values())
    bodies: dict[object, Judgement] = {}
    for one in running:
        if one.score >= NEAR_BEST * best:
            body = plain(one.offer.organization)
            bodies.setdefault((body, _kind(one.offer)) if body else one.key, one)
    first = kinds + [one for one in bodies.values() if one not in kinds]
    running = first + [one for one in running if one not in first]
    told = [one for one in running if one in shown]
    for answer, after in reversed(_open_wishes(running, readings)):
        if answer in told and after in told:
            told.remove(answer)
            told.insert(told.index(after) + 1, answer)
    return [next(group for group in met if group[0] is one) for one in told]


def _open_wishes(running: list[Judgement], readings: list[Reading]) -> list[tuple[Judgement, Judgement]]:
    """The nearest answer to each wish that the best places no further away leave open, with the last of those places;
    and what is further and much better."""
    found: list[tuple[Judgement, Judgement]] = []
    for wish in range(len(running[0].answers) if running else 0):
        able = [one for one in running if not one.for_others and not one.somewhere]
        least = ANSWERS
        for answer in sorted(able, key=lambda one: (_way(one, readings), one.key)):
            well = answer.answers[wish]
            if well < least:
                continue
            least = well / NEAR_ANSWER
            near = [one for one in running if _way(one, readings) <= _way(answer, readings)][:FIRST]
            known = [*near, *(one for one, _ in found if _way(one, readings) <= _way(answer, readings))]
            if answer not in known and max(one.answers[wish] for one in known) < NEAR_ANSWER * well:
                found.append((answer, near[-1]))
    return found


def _way(one: Judgement, readings: list[Reading]) -> float:
    ways = [km_between(reading.profile, one.offer) for reading in readings]
    return float("inf") if one.somewhere else max((km for km in ways if km is not None), default=0.0)


def _ladder(groups: list[list[Judgement]], reading: Reading) -> list[list[Judgement]]:
    if reading.focus is None:
        return []
    ladder = [g for g in groups if g[0].offer.rungs and g[0].focus >= LEAST_FOCUS and not g[0].for_others]
    most = max((g[0].focus for g in ladder), default=0.0)
    chosen: dict[int, list[Judgement]] = {}
    for group in sorted(
        ladder,
        key=lambda g: (g[0].standing is Verdict.UNKNOWN, -round(g[0].focus, 2), -g[0].score, g[0].offer.id),
    ):
        if group[0].focus >= NEAR_FOCUS * most and group[0].offer.rungs:
            chosen.setdefault(group[0].offer.rungs[0], group)
    return [chosen[rung] for rung in sorted(chosen)]
