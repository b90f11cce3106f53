"""Every rule and every weight on one screen; `rank` answers a person, or several who want to go together.

Order (design.md 5): assets, goals, the rung of support, what gets in the way, practical ease, joining ease, freshness.
The divisor depends on the person alone, never on how much a listing says, so silence earns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, reduce

import numpy as np

from matching import answering
from matching.columns import Columns, Posted, Rows
from matching.columns.names import shunned
from matching.evidence import NEAR, Fits, Weighed, candidates, weigh
from matching.language import Words
from matching.reading import Reading, read_profile
from matching.rules import barriers, eligibility, fit, joining, times, travel, whose
from matching.rules import weighed as weighing
from matching.rules.asked import Question, Rule
from matching.types import Matches, Profile
from matching.wide import Judged, Labels, Parts, judge, kilometres

RULES: tuple[Rule, ...] = (
    eligibility.running_now,
    eligibility.open_to_you_as_a_member,
    eligibility.open_to_your_age,
    eligibility.open_to_your_gender,
    eligibility.whom_its_name_is_for,
    eligibility.open_to_your_area,
    barriers.what_gets_in_the_way,
    weighing.what_needs_weighing_up,
    joining.keeps_you_private,
    joining.what_you_would_be_glad_of,
    travel.within_distance,
    travel.one_office_for_a_whole_country,
    times.its_dates,
    times.when_it_starts,
    times.at_a_time_that_works,
    fit.uses_an_asset,
    fit.serves_a_goal,
    fit.not_what_you_would_rather_not,
    fit.the_right_amount_of_support,
    travel.how_far_it_is,
    times.when_your_bus_pass_counts,
    times.home_before_the_last_bus,
    joining.easy_to_join,
    whose.for_particular_people,
    whose.for_people_of_your_age,
    whose.takes_somebody_so_young,
    joining.a_way_to_get_in_touch,
    joining.freshly_checked,
)
"""In the order in which a hidden listing is counted: the first reason is the one it is counted under."""

WEIGHTS = {
    "assets": 4.0,
    "goals": 3.5,
    "rung": 1.5,
    "barriers": 1.5,
    "practical": 1.0,
    "joining": 0.75,
    "freshness": 0.5,
}
REFUSED, FOR_OTHERS, SOMEWHERE, HEAD_OFFICE, ONLY_A_NAME = 0.5, 0.75, 0.4, 0.6, 0.75
"""What is left of a listing's fit when the person would rather not do it; when it is mainly for people in a situation
that they never said was theirs; when nobody knows where it is, though the person said where they start from; when it
is done from one office for a whole country; and when nobody has written a word about it."""
MOST_EACH, NOT_IN_FOCUS = 0.85, 0.85
"""One wish met in full is worth this much; a second lifts it further (1 - the product of what is left). A goal that is
not the one in focus counts a little less."""
CLOSE_KM, FROM_HOME = 4.0, 0.6
"""Closeness is exp(-km / 4): a fixed scale, so that moving the limit never reorders what is left. Distance is ignored
for online, phone, post and home visits: they stand level with a place two kilometres away."""
DAY_OUT_KM, HALF_EVERY_KM = 30.0, 30.0
"""Further away than this a fit counts less, half as much every so many kilometres: nobody goes to a choir in another
county. Fixed as well, and whether or not the person named a limit."""
NEAR_ENOUGH = 0.2
"""From this share on of the places that we know within DAY_OUT_KM, one that nobody knows where to find may well be
near, and is asked about."""
PRICE_BANDS = ((0.0, 1.0), (3.0, 0.7), (6.0, 0.5), (np.inf, 0.3))
"""(up to that price, how easy it is). Paying what you like is 0.9; a price nobody has said earns nothing."""
PAY_WHAT_YOU_LIKE = 0.9


def rank(
    profiles: Profile | Iterable[Profile],
    columns: Columns,
    today: date,
    *,
    staff: bool = False,
    limit: int | None = None,
    words: Words | None = None,
) -> Matches:
    """The answer for a person, or for several who want to go together; `limit` cuts each list.

    `words`: the vocabulary that profiles are read by, the one that the columns were made with; None for the shipped.
    """
    return answering.answer(Asking.of(profiles, columns, today, staff, words), limit)


@dataclass(frozen=True, slots=True)
class Asking:
    """Everyone who asks together, judged against every opportunity that has to do with any of them."""

    people: tuple[Judged, ...]
    questions: tuple[tuple[Question, ...], ...]
    columns: Columns
    visible: Rows
    """Mask of the rows that all of them may be shown; no other is ever named."""
    labels: Labels
    today: date
    staff: bool
    everything: bool
    """The score is wanted of what is hidden too."""

    @classmethod
    def of(
        cls,
        profiles: Profile | Iterable[Profile],
        columns: Columns,
        today: date,
        staff: bool = False,
        words: Words | None = None,
        only: Rows | None = None,
    ) -> Asking:
        """`only`: these rows, whether or not they have to do with anybody's wishes."""
        people = (profiles,) if isinstance(profiles, Profile) else tuple(profiles)
        visible = columns.visible(people[0].avoid)
        for other in people[1:]:
            visible &= columns.visible(other.avoid)
        readings = [read_profile(with_steps_taken(person, columns, visible), words) for person in people]
        posted = cache(columns.postings)
        weighed = [_candidates(reading, columns, visible, posted) for reading in readings]
        among = [_relevant(one, visible) for one in weighed]
        if len(weighed) > 1 or only is not None:
            rows = only if only is not None else _any_of(columns, weighed, among)
            weighed = [_weighed(reading, columns, rows, visible, posted) for reading in readings]
            among = [np.arange(len(rows))] * len(weighed)
        labels = Labels()
        questions = tuple(questions_for(reading.profile) for reading in readings)
        some_avoided = any(shunned(person.avoid) for person in people)
        judged = tuple(
            judge(one, mine, asked, columns, today, staff, labels, some_avoided)
            for one, mine, asked in zip(weighed, among, questions, strict=True)
        )
        return cls(judged, questions, columns, visible, labels, today, staff, only is not None)

    @staticmethod
    def score(judged: Judged, parts: Parts) -> Rows:
        """One person's score, 0-1, of what it is made of."""
        return reduce(np.add, contributions(parts, judged.reading).values())


def questions_for(profile: Profile) -> tuple[Question, ...]:
    """Every rule as it is asked about one person, in order."""
    return tuple(question for rule in RULES for question in rule.questions(profile))


def _weighed(reading: Reading, columns: Columns, rows: Rows, visible: Rows, posted: Posted) -> Weighed:
    terms = {term for wish in (*reading.assets, *reading.goals) for term in wish.terms}
    return weigh(reading, columns, rows, columns.idf(terms, visible, posted), posted)


def _candidates(reading: Reading, columns: Columns, visible: Rows, posted: Posted) -> Weighed:
    """The rows that may have to do with what the person brings or would like, weighed."""
    return _weighed(reading, columns, candidates(reading, columns, visible, posted), visible, posted)


def _any_of(columns: Columns, weighed: list[Weighed], among: list[Rows]) -> Rows:
    """The rows that have to do with any of several people, in order."""
    some = np.zeros(columns.size, dtype=bool)
    for one, mine in zip(weighed, among, strict=True):
        some[one.rows.take(mine)] = True
    return np.flatnonzero(some)


def likely_near(profile: Profile, columns: Columns, visible: Rows) -> bool:
    """Whether what nobody knows where to find may well be near where a person starts from: much of what they know is.
    In a directory of a whole country it is most likely elsewhere."""
    some = columns.placed(visible)
    if profile.origin is None or not len(some):
        return True
    return bool(np.mean(kilometres(profile, columns, some) <= DAY_OUT_KM) >= NEAR_ENOUGH)


def _relevant(weighed: Weighed, visible: Rows) -> Rows:
    """Positions of those that have, less what they have done already."""
    columns = weighed.columns
    relevant = weighed.relevant(likely_near(weighed.reading.profile, columns, visible))
    done = [row for listing in set(weighed.reading.profile.done) for row in columns.rows_of(listing)]
    return relevant[~np.isin(weighed.rows[relevant], done)] if done else relevant


def with_steps_taken(profile: Profile, columns: Columns, visible: Rows) -> Profile:
    """Steps already taken lift what is comfortable: who has been to a rung-4 night is comfortable with rung 4."""
    if not profile.done or (profile.comfortable is None and profile.stretch is None):
        return profile
    taken = [columns.offer(row) for ref in profile.done for row in columns.rows_of(ref) if visible[row]]
    reached = [offer.rungs[0] for offer in taken if offer.rungs]
    comfortable, stretch = fit.rung_limits(profile)
    if not reached or comfortable is None or stretch is None:
        return profile
    comfortable = max(comfortable, *reached)
    return replace(profile, comfortable=comfortable, stretch=max(stretch, comfortable + 1))


def contributions(parts: Parts, reading: Reading) -> dict[str, Rows]:
    """What each part adds to the score, which is their sum: the weighted mean of what the person asked for, 0-1."""
    profile = reading.profile
    left = np.ones(len(parts.for_others))
    left[parts.for_others.nonzero()[0]] = FOR_OTHERS
    for trait, worth in (("head_office", HEAD_OFFICE), ("only_a_name", ONLY_A_NAME)):
        left[parts.fits.columns.told(trait, parts.fits.rows, bool).nonzero()[0]] *= worth
    if profile.origin is not None:
        left *= worth_the_way(parts.closeness, parts.comes_home)
    found = {"joining": parts.mean("joining"), "freshness": parts.mean("freshness")}
    if reading.assets:
        brought = _together(parts.fits.assets, len(left))
        kept = left.copy()
        kept[parts.fits.about_refused.nonzero()[0]] = REFUSED
        found["assets"] = brought * kept
    if reading.goals:
        found["goals"] = _together(parts.fits.goals, len(left), NOT_IN_FOCUS) * left
    if profile.comfortable is not None or profile.stretch is not None:
        found["rung"] = parts.mean("rung")
    if any(barrier.key != "avoid" for barrier in profile.barriers) or profile.prefers:
        found["barriers"] = parts.mean("barrier", otherwise=1.0)
    found["practical"] = _practical(parts, profile)
    whole = sum(WEIGHTS[name] for name in found)
    return {name: WEIGHTS[name] / whole * value for name, value in found.items()}


def worth_the_way(km: Rows, comes_home: Rows) -> Rows:
    """What a fit is worth so far away; SOMEWHERE where nobody knows how far, unless nobody has to go there."""
    worth = np.ones(len(km))
    worth[np.isnan(km).nonzero()[0]] = SOMEWHERE
    far = np.flatnonzero(km > DAY_OUT_KM)
    worth[far] = 0.5 ** ((km[far] - DAY_OUT_KM) / HALF_EVERY_KM)
    worth[comes_home.nonzero()[0]] = 1.0
    return worth


def _together(fits: tuple[Fits, ...], rows: int, not_in_focus: float = 1.0) -> Rows:
    """1 - the product of what each wish leaves open. Where a goal is in focus the others count a little less; being
    next door to several things that somebody brings is being next door to one."""
    focus = any(one.wish.focus for one in fits)
    left, near = np.ones(rows), np.ones(rows)
    for one in fits:
        weight = not_in_focus if focus and not one.wish.focus else 1.0
        open_still = 1 - MOST_EACH * one.score * weight
        beside = (one.how == NEAR).nonzero()[0]
        if len(beside):
            at = one.at[beside]
            near[at] = np.minimum(near[at], open_still[beside])
            open_still[beside] = 1.0
        left[one.at] *= open_still
    return 1 - left * near


def _practical(parts: Parts, profile: Profile) -> Rows:
    """The mean of how near it is, whether the times work, and the price, as far as they were asked."""
    columns, rows = parts.fits.columns, parts.fits.rows
    eases = [columns.told("price", rows, _ease_of_price)]
    if profile.origin is not None:
        near = np.exp(parts.closeness / -CLOSE_KM)
        near[np.isnan(near).nonzero()[0]] = 0.0
        near[parts.comes_home.nonzero()[0]] = FROM_HOME
        eases.append(near)
    if profile.times:
        eases.append(parts.mean("times"))
    return np.asarray(sum(eases) / len(eases))


def _ease_of_price(price: tuple[float | None, bool]) -> float:
    return price_ease(*price)


def price_ease(price: float | None, donation: bool) -> float:
    """Free is easiest; a price nobody has said earns nothing."""
    if price is None:
        return PAY_WHAT_YOU_LIKE if donation else 0.0
    return next(ease for most, ease in PRICE_BANDS if price <= most)


PARTS = {
    "assets": "How well it answers what you bring",
    "goals": "How well it answers what you'd like",
    "rung": "Whether it gives as much support as you want now",
    "barriers": "What gets in the way, and what helps with it",
    "practical": "How near it is, whether the times work, and what it costs",
    "joining": "How easy it is to join",
    "freshness": "How lately somebody checked it",
}
"""What each part of the score is, in words for everybody."""


def describe_weights() -> list[tuple[str, str]]:
    """(part, its share of the whole) in the order of weight; what nobody asked for does not count."""
    whole = sum(WEIGHTS.values())
    ordered = sorted(WEIGHTS.items(), key=lambda item: -item[1])
    return [(PARTS[name], f"{weight / whole:.0%}") for name, weight in ordered]


@cache
def describe_rules() -> list[tuple[str, str]]:
    """(title, what it does) for each rule, from its docstring: the "how matching works" page."""
    return [(rule.name.replace("_", " ").capitalize(), rule.told) for rule in RULES]
