"""Every rule and every weight on one screen; `assess` judges one opportunity exactly, `rank` answers a person.

Order (design.md 5): assets, goals, the rung of support, what gets in the way, practical ease, joining ease, freshness.
The divisor depends on the person alone, never on how much a listing says, so silence earns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from geopy.distance import great_circle

from matching import answering
from matching.columns import Columns, Rows
from matching.reading import Evidence, Fit, Reading, evidence_for, read_profile
from matching.rules import barriers, eligibility, fit, joining, times, travel, weighed
from matching.rules.view import View
from matching.types import Finding, Matches, Opportunity, Profile, Verdict

Rule = Callable[[View], "Finding | None | Iterable[Finding]"]
Said = Mapping[Rule, tuple[Finding, ...]]
"""What each rule says of one opportunity."""

RULES: tuple[Rule, ...] = (
    eligibility.running_now,
    eligibility.open_to_you_as_a_member,
    eligibility.open_to_your_age,
    eligibility.open_to_your_gender,
    eligibility.open_to_your_area,
    barriers.what_gets_in_the_way,
    weighed.what_needs_weighing_up,
    joining.keeps_you_private,
    joining.what_you_would_be_glad_of,
    travel.within_distance,
    times.its_dates,
    times.at_a_time_that_works,
    fit.uses_an_asset,
    fit.serves_a_goal,
    fit.not_what_you_would_rather_not,
    fit.the_right_amount_of_support,
    travel.how_far_it_is,
    times.when_your_bus_pass_counts,
    times.home_before_the_last_bus,
    joining.easy_to_join,
    joining.for_particular_people,
    joining.a_way_to_get_in_touch,
    joining.freshly_checked,
)
"""In the order in which a hidden listing is counted: the first reason is the one it is counted under."""

WEIGHTS = {
    "assets": 4.0,
    "goals": 3.0,
    "rung": 1.5,
    "barriers": 1.5,
    "practical": 1.0,
    "joining": 0.75,
    "freshness": 0.5,
}
REFUSED, FOR_OTHERS = 0.5, 0.75
"""What is left of a listing's fit when the person would rather not do it, or it is mainly for people in a situation
that they never said was theirs."""
LEAST_ASSET, LEAST_GOAL, LEAST_SOFT_GOAL = 0.2, 0.3, 0.25
"""Below these a listing has nothing to do with what was asked."""
MOST_EACH = 0.85
"""One wish met in full is worth this much; a second lifts it further (1 - the product of what is left)."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One opportunity, judged: where it stands, its score 0-1, and every rule's finding."""

    view: View
    findings: tuple[Finding, ...]
    score: float
    direct: bool
    """It answers a wish itself, not only a neighbouring interest."""

    @property
    def opportunity(self) -> Opportunity:
        return self.view.opportunity

    @property
    def standing(self) -> Verdict:
        """HIDDEN, LATER, UNKNOWN (check first) or MET."""
        verdicts = {finding.verdict for finding in self.findings}
        for verdict in (Verdict.HIDDEN, Verdict.LATER, Verdict.UNKNOWN):
            if verdict in verdicts:
                return verdict
        return Verdict.MET


def rank(
    profiles: Profile | Iterable[Profile],
    columns: Columns,
    today: date,
    *,
    staff: bool = False,
    limit: int | None = None,
) -> Matches:
    """The answer for a person, or for several who want to go together; `limit` cuts each list."""
    people = (profiles,) if isinstance(profiles, Profile) else tuple(profiles)
    mask = columns.visible(people[0].avoid)
    for other in people[1:]:
        mask &= columns.visible(other.avoid)
    judging = [_Judging(profile, columns, mask) for profile in people]
    rows = sorted(set().union(*(one.relevant_rows() for one in judging)))
    judged = [answering.Judged(one.reading, one.assess(rows, today, staff)) for one in judging]
    return answering.answer(judged, columns, mask, limit)


class _Judging:
    """One person's words read, and the listings weighed against them."""

    def __init__(self, profile: Profile, columns: Columns, mask: Rows):
        self.columns, self.mask = columns, mask
        self.reading = read_profile(with_steps_taken(profile, columns, mask))
        wishes = (*self.reading.assets, *self.reading.goals)
        self._idf = columns.idf({term for wish in wishes for term in wish.terms}, mask)
        self._evidence: dict[int, Evidence] = {}

    def evidence(self, row: int) -> Evidence:
        if row not in self._evidence:
            self._evidence[row] = evidence_for(self.reading, self.columns.opportunities[row], self._idf)
        return self._evidence[row]

    def relevant_rows(self) -> set[int]:
        """Rows that have to do with what the person brings or would like, less what they have done already."""
        done = frozenset(self.reading.profile.done)
        rows = (int(row) for row in self.columns.candidates(self.reading, self.mask))
        return {
            r
            for r in rows
            if self.columns.opportunities[r].id not in done and relevant(self.reading, self.evidence(r))
        }

    def assess(self, rows: Iterable[int], today: date, staff: bool) -> dict[tuple[str, str], Assessment]:
        judged = {}
        for row in rows:
            offer = self.columns.opportunities[row]
            view = View(
                self.reading, offer, self.evidence(row), km_to(self.reading.profile, offer), today, staff
            )
            judged[(offer.id, offer.place)] = assess(view)
        return judged


def with_steps_taken(profile: Profile, columns: Columns, mask: Rows) -> Profile:
    """Steps already taken lift what is comfortable: who has been to a rung-4 night is comfortable with rung 4."""
    done = set(profile.done)
    if not done or (profile.comfortable is None and profile.stretch is None):
        return profile
    shown = zip(columns.opportunities, mask, strict=True)
    reached = [o.rungs[0] for o, visible in shown if visible and o.id in done and o.rungs]
    comfortable, stretch = fit.rung_limits(profile)
    if not reached or comfortable is None or stretch is None:
        return profile
    comfortable = max(comfortable, *reached)
    return replace(profile, comfortable=comfortable, stretch=max(stretch, comfortable + 1))


def relevant(reading: Reading, evidence: Evidence) -> bool:
    """Whether it has anything to do with what the person brings or would like. Saying nothing makes all relevant."""
    wishes = (*reading.assets, *reading.goals)
    if not any(wish.points_somewhere or wish.terms for wish in wishes):
        return True
    if any(f.score >= LEAST_ASSET for f in evidence.assets) or any(
        f.direct and f.score >= LEAST_GOAL for f in evidence.goals
    ):
        return True
    brings = any(wish.points_somewhere for wish in reading.assets)
    return not brings and any(f.score >= LEAST_SOFT_GOAL for f in evidence.goals)


def km_to(profile: Profile, opportunity: Opportunity) -> float | None:
    """Straight-line kilometres (geopy), None when either end is unknown or nobody has to go there."""
    if profile.origin is None or opportunity.point is None or not opportunity.has_venue:
        return None
    home, place = profile.origin, opportunity.point
    return float(great_circle((home.lat, home.lon), (place.lat, place.lon)).km)


def assess(view: View) -> Assessment:
    """Every rule asked about one opportunity, each once."""
    said = {rule: _findings(rule(view)) for rule in RULES}
    direct = any(f.direct for f in (*view.evidence.assets, *view.evidence.goals))
    return Assessment(view, tuple(chain.from_iterable(said.values())), score_of(view, said), direct)


def _findings(said: Finding | Iterable[Finding] | None) -> tuple[Finding, ...]:
    if said is None:
        return ()
    return (said,) if isinstance(said, Finding) else tuple(said)


def score_of(view: View, said: Said) -> float:
    """The weighted mean of what the person asked for; 0-1."""
    found = [finding for findings in said.values() for finding in findings]
    parts = {kind: _mean(f.score for f in found if f.kind == kind) for kind in ("joining", "freshness")}
    left = FOR_OTHERS if _mainly_for_others(said) else 1.0
    if view.reading.assets:
        parts["assets"] = _together(view.evidence.assets) * (REFUSED if view.evidence.refused else left)
    if view.reading.goals:
        parts["goals"] = _together(view.evidence.goals, unfocused=0.7) * left
    if view.profile.comfortable is not None or view.profile.stretch is not None:
        parts["rung"] = _mean(f.score for f in said[fit.the_right_amount_of_support])
    if any(b.key != "avoid" for b in view.profile.barriers) or view.profile.prefers:
        answers = [f.score for f in found if f.kind == "barrier" and f.score is not None]
        parts["barriers"] = _mean(answers) if answers else 1.0
    times_fit = [f.score for f in said[times.at_a_time_that_works]]
    parts["practical"] = _mean([travel.closeness(view), *times_fit, price_ease(view.opportunity)])
    return sum(WEIGHTS[name] * part for name, part in parts.items()) / sum(WEIGHTS[name] for name in parts)


def _mainly_for_others(said: Said) -> bool:
    """For people in a situation, or of a gender, that this person never said was theirs."""
    return bool(said[joining.for_particular_people]) or any(
        finding.verdict is Verdict.LOWER for finding in said[eligibility.open_to_your_gender]
    )


def _together(fits: Iterable[Fit], unfocused: float = 1.0) -> float:
    """1 - the product of what each wish leaves open. A goal in focus counts whole, the others a little less."""
    ranked = list(fits)
    any_focus = any(f.wish.focus for f in ranked)
    left = 1.0
    for one in ranked:
        left *= 1 - MOST_EACH * one.score * (unfocused if any_focus and not one.wish.focus else 1.0)
    return 1 - left


def price_ease(opportunity: Opportunity) -> float:
    """Free is easiest; a price nobody has said earns nothing."""
    if opportunity.price is None:
        return 0.9 if opportunity.donation else 0.0
    bands = ((0.0, 1.0), (3.0, 0.7), (6.0, 0.5))
    return next((ease for most, ease in bands if opportunity.price <= most), 0.3)


def _mean(scores: Iterable[float | None]) -> float:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else 0.0


def describe_rules() -> list[tuple[str, str]]:
    """(title, what it does) for each rule, from its docstring: the "how matching works" page."""
    return [
        (rule.__name__.replace("_", " ").capitalize(), " ".join((rule.__doc__ or "").split()))
        for rule in RULES
    ]
