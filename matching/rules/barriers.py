"""Barriers that facts answer: three-valued, from the data of facts.toml (design.md 5).

yes / no / unknown come from `answer`; what follows from them for a must or a would-help is the same for every barrier
(`finding_for`), so that "unknown is never yes, and never no" is written down once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec.structs import replace

from matching.rules.asked import Depends, rule_for_each
from matching.rules.view import View, first_that_holds, must_go_out, scope
from matching.rules.window import for_children, for_families, in_free_hours, only_in_term_time
from matching.types import NO, YES, Barrier, Finding, Opportunity, Profile, Verdict
from matching.vocabulary.needs import BarrierEntry, Condition, barriers, facts

MET, SUPPORTED, UNKNOWN, DOUBTFUL, BROKEN = 1.0, 0.75, 0.5, 0.25, 0.0
"""What each answer to a barrier is worth in the score. Doubtful: nobody knows, and what is known speaks against it."""

OWN_RULES = frozenset(
    ("cost", "travel_range", "home", "times", "gender", "language", "offline", "red_tape", "avoid", "stamina")
)
"""Barriers that weigh numbers, times, languages or formats; they have rules of their own."""
AT_HOME = "at home"
OFF_DRINK = "drink_and_drugs"
"""The situation of people who want to stay off drink or drugs (situations.toml)."""


class Needs(NamedTuple):
    """What one opportunity is known to have of what one barrier needs, whoever asks.

    known: YES, NO, None (unknown), or AT_HOME where the question is about a venue and nobody has to go to one.
    """

    known: str | None
    lowered: bool = False
    helped: bool = False


def _answered_by_facts(profile: Profile) -> Iterable[Barrier]:
    return (barrier for barrier in profile.barriers if barrier.key not in OWN_RULES)


def _depends(barrier: Barrier) -> Depends:
    return (f"needs:{barrier.key}", *DEPENDS.get(barrier.key, ()), *scope(barrier))


DEPENDS: dict[str, Depends] = {
    "transport": ("km",),
    "caring": ("free",),
    "children": ("for_children", "for_families", "term_time"),
}
"""What a barrier depends on beside the facts that facts.toml names for it."""


@rule_for_each(_answered_by_facts, _depends)
def what_gets_in_the_way(view: View, barrier: Barrier) -> Finding | None:
    """What you say gets in the way is held against what is known of the place and the session: a must that is known not
    to be met leaves it out, one that nobody knows about is asked first."""
    if not view.applies(barrier):
        return None
    known = _known_of(view.opportunity, barriers()[barrier.key])
    if known == AT_HOME:
        return FROM_HOME
    if barrier.key == "transport" and (view.profile.travel.lift or within_a_walk(view)):
        known = YES
    return _in_term_time(view, barrier, _by_hours(view, barrier, known))


def _by_hours(view: View, barrier: Barrier, known: str | None) -> Finding:
    """Someone who cares for somebody, and says when there is cover, needs none for a session within those hours."""
    if barrier.key == "caring" and known != YES and in_free_hours(view):
        return Finding(Verdict.MET, "barrier", MET, reason="It is in the hours you have free")
    if barrier.key == "children" and known == YES and for_children(view.opportunity):
        return Finding(Verdict.MET, "barrier", MET, reason="It is for children")
    if barrier.key == "children" and known is None and for_families(view.opportunity):
        return finding_for(view, barrier, known, questions=(FOR_SOME,))
    return finding_for(view, barrier, known)


def _in_term_time(view: View, barrier: Barrier, found: Finding) -> Finding:
    """For someone with children, what stops in the holidays is lower and says so."""
    if (
        barrier.key != "children"
        or found.verdict is Verdict.HIDDEN
        or not only_in_term_time(view.opportunity)
    ):
        return found
    lowered: dict[str, Any] = (
        {"verdict": Verdict.LOWER, "score": UNKNOWN} if found.verdict is Verdict.MET else {}
    )
    return replace(found, **lowered, caution=found.caution or "In term time only")


FOR_SOME = "Some of it is for families: is what you would go to?"
"""A toddler group on Monday says nothing of the choir on Thursday."""
FROM_HOME = Finding(Verdict.MET, "barrier", MET, reason="You can take part from home")
"""Facts about a venue are not asked of what can be done from home."""


def needs_of(offer: Opportunity, entry: BarrierEntry) -> Needs:
    """What is known of one barrier at one opportunity, read in the order the head of facts.toml gives."""
    known = _known_of(offer, entry)
    if known == AT_HOME:
        return Needs(AT_HOME)
    return Needs(
        known,
        first_that_holds(offer, entry.lowered_by) is not None,
        first_that_holds(offer, entry.supported_by) is not None,
    )


def _known_of(offer: Opportunity, entry: BarrierEntry) -> str | None:
    """YES, NO, None (unknown) or AT_HOME."""
    if entry.venue and not must_go_out(offer) and not _broken_even_at_home(offer, entry):
        return AT_HOME
    return _known(offer, entry)


def _broken_even_at_home(offer: Opportunity, entry: BarrierEntry) -> bool:
    """Bingo for money is gambling on a screen too: what is known of the session itself counts wherever it is."""
    broken = (c for c in entry.broken_by if not c.attribute and facts()[c.key].scope == "session")
    return first_that_holds(offer, broken) is not None


def _known(offer: Opportunity, entry: BarrierEntry) -> str | None:
    """YES, NO or None (unknown)."""
    if first_that_holds(offer, entry.broken_by) and not first_that_holds(offer, entry.broken_unless):
        return NO
    if first_that_holds(offer, entry.satisfied_by) or _by_itself(offer, entry):
        return YES
    if entry.all_no and all(offer.fact(key) == NO for key in entry.all_no):
        return NO
    return None


def _by_itself(offer: Opportunity, entry: BarrierEntry) -> bool:
    """What satisfies a barrier without a fact: words on what to expect; being for children by its ages; being for
    people who want to stay off drink; being over before four, so that you are home in daylight even in December."""
    if entry.key == "know_ahead":
        return offer.says_what_to_expect
    if entry.key == "children":
        return for_children(offer)
    if entry.key == "dry":
        return OFF_DRINK in offer.meant_for.split()
    ends = [session.end for session in offer.sessions]
    return entry.key == "safe_area" and bool(ends) and all(end is not None and end <= 16 * 60 for end in ends)


def within_a_walk(view: View) -> bool:
    """A kilometre is what most people who walk will walk (domain.md 2.5)."""
    return view.km is not None and view.km <= 1.0 and "walk" in view.profile.travel.modes


def finding_for(
    view: View, barrier: Barrier, known: str | None, *, questions: tuple[str, ...] = ()
) -> Finding:
    """What a yes, a no or an unknown means for a must and for a would-help."""
    entry = barriers()[barrier.key]
    if known is None:
        return unknown(view, barrier, questions or _questions(view, entry))
    if known == NO:
        return _broken(view, barrier, entry)
    against, helps = _say(view.first(entry.lowered_by)), view.first(entry.supported_by)
    if against and not helps:
        return Finding(Verdict.LOWER, "barrier", UNKNOWN, caution=against)
    reason = _say(view.first(entry.satisfied_by)) or _say(helps)
    return Finding(Verdict.MET, "barrier", SUPPORTED if against else MET, reason=reason)


def unknown(view: View, barrier: Barrier, questions: tuple[str, ...]) -> Finding:
    """A must is asked about; a would-help counts half, with what helps there said."""
    entry = barriers()[barrier.key]
    helps, against = view.first(entry.supported_by), _say(view.first(entry.lowered_by))
    worth = DOUBTFUL if against and not helps else UNKNOWN
    if barrier.must:
        return Finding(
            Verdict.UNKNOWN,
            "barrier",
            worth,
            reason=_say(helps),
            caution="" if helps else against,
            questions=questions,
            change=barriers()[barrier.key].change,
        )
    if helps:
        return Finding(Verdict.MET, "barrier", SUPPORTED, reason=_say(helps))
    caution = against or _partly(view, entry) or f"We don't know: {lower_first(questions[0])}"
    return Finding(Verdict.LOWER, "barrier", worth, caution=caution)


def _partly(view: View, entry: BarrierEntry) -> str:
    """ "Partly step-free" is known, so nobody says that it is not."""
    return next((facts()[k].say("partial") for k in entry.ask if view.opportunity.fact(k) == "partial"), "")


def _broken(view: View, barrier: Barrier, entry: BarrierEntry) -> Finding:
    if barrier.must and not entry.never_hides:
        return Finding(Verdict.HIDDEN, "barrier", BROKEN, hidden_as=entry.hidden_as, change=entry.change)
    if helps := view.first(entry.supported_by):
        return Finding(Verdict.MET, "barrier", SUPPORTED, reason=_say(helps))
    why = _say(view.first(entry.broken_by)) or entry.hidden_as
    return Finding(Verdict.LOWER, "barrier", BROKEN, caution=why)


def _say(condition: Condition | None) -> str:
    if condition is None:
        return ""
    entry = facts().get(condition.key)
    return entry.say(condition.value) if entry else _ATTRIBUTE_WORDS.get((condition.key, condition.value), "")


_ATTRIBUTE_WORDS = {
    ("run_by", "open"): "It is an ordinary group, open to everyone",
    ("run_by", "peer"): "It is run by the people who come",
    ("run_by", "specialist"): "It is a specialist service",
    ("group_size", "30+"): "It is a big group",
    ("group_size", "2-5"): "It is a small group",
    ("referral", "professional"): "It needs a referral from a professional",
}


def _questions(view: View, entry: BarrierEntry) -> tuple[str, ...]:
    asked = [facts()[key] for key in entry.ask]
    return tuple(
        fact.ask_partial if fact.ask_partial and view.opportunity.fact(fact.key) == "partial" else fact.ask
        for fact in asked
        if view.opportunity.fact(fact.key) in (None, "partial")
    ) or (asked[0].ask if asked else entry.label,)


def lower_first(text: str) -> str:
    """A sentence as it goes on after a colon; "LGBTQ+" and "BSL" keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
