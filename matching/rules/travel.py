"""How far. The limit gates; closeness scores on a fixed scale, so moving the limit never reorders survivors."""

from __future__ import annotations

from matching.distances import roughly
from matching.rules.asked import only_words, rule
from matching.rules.barriers import UNKNOWN
from matching.rules.view import View
from matching.types import YES, Finding, Opportunity, Profile, Verdict
from matching.vocabulary.needs import barriers, facts

ROUND_THE_CORNER_KM = 0.25


def limit_km(profile: Profile) -> tuple[float | None, bool]:
    """(the distance, whether it gates): travel.max_km gates whenever given, travel_range as its level says."""
    barrier = profile.barrier("travel_range")
    own = profile.travel.limit_km
    asked = barrier.limit if barrier else None
    if barrier is not None and asked is not None and barrier.must:
        return (min(asked, own) if own is not None else asked), True
    if own is not None:
        return own, True
    return asked, False


def fetched(offer: Opportunity) -> str:
    """The fact by which someone fetches people, "" where none is known."""
    return next((key for key in ("door_to_door", "lift_offered") if offer.fact(key) == YES), "")


def _limited(profile: Profile) -> bool:
    return limit_km(profile)[0] is not None and profile.origin is not None


@rule("out", "fetched", "km", when=_limited)
def within_distance(view: View) -> Finding | None:
    """What is further than you can travel is left out, unless it comes to you or someone fetches you."""
    limit, gates = limit_km(view.profile)
    if limit is None or not view.must_go_out:
        return None
    if fetch := fetched(view.opportunity):
        return Finding(Verdict.MET, reason=facts()[fetch].say(YES))
    if view.km is None:
        return _unknown_distance(gates)
    if view.km <= limit:
        return Finding(Verdict.MET)
    entry = barriers()["travel_range"]
    if gates:
        return Finding(Verdict.HIDDEN, "barrier", hidden_as=entry.hidden_as, change=entry.change)
    away = distance_words(view.km, rough=is_rough(view.profile, view.opportunity))
    return Finding(Verdict.LOWER, "barrier", 0.0, caution=f"It is {away} away")


def _unknown_distance(gates: bool) -> Finding:
    if gates:
        asked = ("Where exactly is it? We could not work out how far.",)
        return Finding(Verdict.UNKNOWN, questions=asked, change=barriers()["travel_range"].change)
    return Finding(Verdict.LOWER, "barrier", UNKNOWN, caution="We don't know how far away it is")


def distance_words(km: float, *, rough: bool = False) -> str:
    """ "400 m", "2.3 km": straight line, as said on the page. "about 2 km" where an end is the middle of an area."""
    if rough:
        return roughly(km)
    return f"{round(km * 1000, -2):.0f} m" if km < 0.95 else f"{km:.1f} km"


def is_rough(profile: Profile, offer: Opportunity) -> bool:
    """Whether the way is told from or to the middle of a wider area: a postcode that only its district is known for."""
    return any(end is not None and end.rough for end in (profile.origin, offer.point))


@only_words
def how_far_it_is(view: View) -> Finding | None:
    """Nearer is a little higher. Distances are in a straight line, so the way there is longer."""
    if not view.must_go_out or view.km is None:
        return None
    rough = is_rough(view.profile, view.opportunity)
    if view.km < ROUND_THE_CORNER_KM and not rough:
        return Finding(Verdict.MET, reason="It is just round the corner")
    return Finding(
        Verdict.MET, reason=f"It is {distance_words(view.km, rough=rough)} from you, in a straight line"
    )


@rule("head_office", settled=True)
def one_office_for_a_whole_country(view: View) -> Finding | None:
    """A body with one office for a whole country is asked whether any of it is near you: its telephone is no place."""
    if not view.opportunity.head_office:
        return None
    asked = ("It has one office for the whole country. What do they do where you live?",)
    return Finding(Verdict.UNKNOWN, questions=asked)
