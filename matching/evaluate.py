"""How good an answer is: nDCG, recall, and places that were offered although a must stands against them.

Pure. The musts are read here from the facts by themselves, not through `rules`, so that a fault there shows. Grades are
those of docs/judging.md: 3 would offer it first, 2 would offer, 1 worth a mention, 0 not for this person.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.types import NO, YES, Barrier, Opportunity, Profile
from matching.vocabulary.needs import ATTRIBUTES, Condition, barriers

GOOD = 2
"""From this grade on a listing is one that would be offered."""
EFFORT_ALLOWED = 2.0
GROWN_UP = 18
Grades = Mapping[str, int]
"""Listing id -> grade 0-3; a listing without one counts as 0."""


def ndcg(ranked: Sequence[str], grades: Grades, k: int = 10) -> float:
    """Gain 2^grade - 1 over log2(place + 1), as a share of the best order of all that was graded; 0-1.

    Raises ValueError where nothing is graded above 0: there is then no best order.
    """
    best = _gained(sorted(grades.values(), reverse=True)[:k])
    if best == 0:
        raise ValueError("nothing is graded above 0")
    return _gained([grades.get(id, 0) for id in ranked[:k]]) / best


def _gained(grades: Iterable[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def recall(ranked: Sequence[str], grades: Grades, k: int = 20) -> float:
    """Of the listings that would be offered, the share among the first k (of k, where there are more); 0-1.

    Raises ValueError where none would be offered.
    """
    good = {id for id, grade in grades.items() if grade >= GOOD}
    if not good:
        raise ValueError(f"nothing is graded {GOOD} or above")
    return len(good & set(ranked[:k])) / min(k, len(good))


# --- where the musts stand -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offered:
    """One place in an answer: what the listing offers, and whether it is a match (or only to be checked first)."""

    opportunities: tuple[Opportunity, ...]
    as_match: bool


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Of `places` that were offered: known not to be possible, and offered as a match while nobody knows."""

    excluded: int = 0
    unknown: int = 0
    places: int = 0

    def __add__(self, other: Misplaced) -> Misplaced:
        return Misplaced(
            self.excluded + other.excluded, self.unknown + other.unknown, self.places + other.places
        )


def misplaced(profile: Profile, offered: Iterable[Offered], km: Kilometres) -> Misplaced:
    """Counts over one answer. A listing with several places is as good as its best."""
    counted = Misplaced()
    for one in offered:
        answers = [standing(profile, offer, km(profile, offer)) for offer in one.opportunities]
        possible, sure = any(a != NO for a in answers), YES in answers
        counted += Misplaced(int(not possible), int(possible and not sure and one.as_match), 1)
    return counted


Kilometres = Callable[[Profile, Opportunity], "float | None"]


def standing(profile: Profile, offer: Opportunity, km: float | None) -> str | None:
    """YES all musts and the group's own rules are met, NO one is known not to be, None something is not known."""
    answers = [
        *_own_rules(profile, offer),
        _distance(profile, offer, km),
        *(_must(profile, offer, barrier, km) for barrier in profile.barriers if barrier.must),
    ]
    if NO in answers:
        return NO
    return None if None in answers else YES


def _own_rules(profile: Profile, offer: Opportunity) -> Iterable[str | None]:
    """Whom the group itself is for, and whether it runs."""
    yield NO if offer.status not in ("active", "") else YES
    yield NO if offer.audience == "members" and not profile.member else YES
    low, high, age = offer.minimum_age or 0, offer.maximum_age or 200, profile.age
    if age is not None:
        with_children = profile.barrier("children") is not None and high < GROWN_UP  # it goes by their ages
        yield YES if low <= age <= high else None if with_children else NO
    elif low > 18 or high < 200:
        yield None
    other = {"women": ("man", "male"), "men": ("woman", "female")}.get(offer.gender or "", ())
    yield NO if (profile.gender or "").casefold() in other else YES
    if offer.service_area:
        home = (profile.postcode or "").upper().replace(" ", "")[:-3]
        yield None if not home else YES if home in {area.upper() for area in offer.service_area} else NO


def _distance(profile: Profile, offer: Opportunity, km: float | None) -> str | None:
    limit = profile.travel.limit_km
    fetched = YES in (offer.fact("door_to_door"), offer.fact("lift_offered"))
    if limit is None or profile.origin is None or fetched or offer.from_home or not offer.has_venue:
        return YES
    return None if km is None else YES if km <= limit else NO


def _must(profile: Profile, offer: Opportunity, barrier: Barrier, km: float | None) -> str | None:
    if barrier.only_for and not any(offer.concepts.get(key, 0.0) >= 0.4 for key in barrier.only_for):
        return YES
    if barrier.key in _WEIGHED:
        return _WEIGHED[barrier.key](profile, offer, barrier)
    entry = barriers()[barrier.key]
    if entry.never_hides:
        return YES
    if barrier.key == "transport" and (
        profile.travel.lift or (km is not None and km <= 1.0 and "walk" in profile.travel.modes)
    ):
        return YES
    if barrier.key == "know_ahead" and offer.says_what_to_expect:
        return YES
    if _any(offer, entry.broken_by) and not _any(offer, entry.broken_unless):
        return NO
    if _any(offer, entry.satisfied_by) or (entry.venue and offer.from_home):
        return YES
    return NO if entry.all_no and all(offer.fact(key) == NO for key in entry.all_no) else None


def _any(offer: Opportunity, conditions: Iterable[Condition]) -> bool:
    return any(
        (getattr(offer, c.key) if c.key in ATTRIBUTES else offer.fact(c.key)) == c.value for c in conditions
    )


def _cost(_: Profile, offer: Opportunity, barrier: Barrier) -> str | None:
    if offer.fact("fee_help") == YES or (offer.price is None and offer.donation):
        return YES
    return None if offer.price is None else YES if offer.price <= (barrier.limit or 0.0) else NO


def _stamina(_: Profile, offer: Opportunity, barrier: Barrier) -> str | None:
    effort, seated = offer.fact("effort"), offer.fact("seated_option")
    if seated == YES or (effort and float(effort) <= (barrier.limit or EFFORT_ALLOWED)):
        return YES
    return NO if effort and seated == NO else None


def _times(profile: Profile, offer: Opportunity, _: Barrier) -> str | None:
    if offer.any_time or not profile.times:
        return YES
    timed = [s for s in offer.sessions if s.start is not None]
    if not timed:
        return None
    free = any(
        s.day in when.days and (s.start or 0) < when.end and (s.end or 24 * 60) > when.start
        for s in timed
        for when in profile.times
    )
    return YES if free else NO


def _gender(_: Profile, offer: Opportunity, barrier: Barrier) -> str | None:
    return None if offer.gender is None else YES if offer.gender == barrier.value else NO


def _language(profile: Profile, offer: Opportunity, barrier: Barrier) -> str | None:
    wanted = {barrier.value} if barrier.value else set(profile.languages) - {"en"}
    if wanted & set(offer.languages) or offer.fact("interpreter") == YES:
        return YES
    return NO if offer.languages and offer.fact("interpreter") == NO else None


def _home(_: Profile, offer: Opportunity, __: Barrier) -> str | None:
    return YES if offer.from_home else NO if offer.formats else None


def _offline(_: Profile, offer: Opportunity, __: Barrier) -> str | None:
    online_only = set(offer.formats) == {"online"} or set(offer.booking) == {"online"}
    return NO if online_only else YES


def _red_tape(profile: Profile, offer: Opportunity, _: Barrier) -> str | None:
    if offer.referral == "professional":
        return YES if profile.member else NO
    return None if offer.referral is None and offer.fact("drop_in") != YES else YES


def _elsewhere(*_: object) -> str:
    """`avoid` and `travel_range` are answered by the avoid list and by `_distance`."""
    return YES


_WEIGHED: Mapping[str, Callable[[Profile, Opportunity, Barrier], str | None]] = {
    "cost": _cost,
    "stamina": _stamina,
    "times": _times,
    "gender": _gender,
    "language": _language,
    "home": _home,
    "offline": _offline,
    "red_tape": _red_tape,
    "avoid": _elsewhere,
    "travel_range": _elsewhere,
}
