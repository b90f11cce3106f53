"""Barriers that facts answer: three-valued, from the data of facts.toml (design.md 5).

yes / no / unknown come from `answer`; what follows from them for a must or a would-help is the same for every barrier
(`finding_for`), so that "unknown is never yes, and never no" is written down once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from matching.rules.view import View
from matching.rules.window import for_children, in_free_hours, only_in_term_time
from matching.types import NO, YES, Barrier, Finding, Verdict
from matching.vocabulary.needs import BarrierEntry, Condition, barriers, facts

MET, SUPPORTED, UNKNOWN, BROKEN = 1.0, 0.75, 0.5, 0.0
"""What each answer to a barrier is worth in the score."""

OWN_RULES = frozenset(
    ("cost", "travel_range", "home", "times", "gender", "language", "offline", "red_tape", "avoid", "stamina")
)
"""Barriers that weigh numbers, times, languages or formats; they have rules of their own."""


def what_gets_in_the_way(view: View) -> Iterable[Finding]:
    """What you say gets in the way is held against what is known of the place and the session: a must that is known not
    to be met leaves it out, one that nobody knows about is asked first."""
    for barrier in view.profile.barriers:
        if barrier.key not in OWN_RULES and view.applies(barrier):
            entry = barriers()[barrier.key]
            if entry.venue and not view.must_go_out and not _broken_even_at_home(view, entry):
                yield FROM_HOME
            else:
                yield _in_term_time(view, barrier, _by_hours(view, barrier, answer(view, entry)))


def _by_hours(view: View, barrier: Barrier, known: str | None) -> Finding:
    """Someone who cares for somebody, and says when there is cover, needs none for a session within those hours."""
    if barrier.key == "caring" and known != YES and in_free_hours(view):
        return Finding(Verdict.MET, "barrier", MET, reason="It is in the hours you have free")
    if barrier.key == "children" and known == YES and for_children(view.opportunity):
        return Finding(Verdict.MET, "barrier", MET, reason="It is for children")
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


FROM_HOME = Finding(Verdict.MET, "barrier", MET, reason="You can take part from home")
"""Facts about a venue are not asked of what can be done from home."""


def _broken_even_at_home(view: View, entry: BarrierEntry) -> bool:
    """Bingo for money is gambling on a screen too: what is known of the session itself counts wherever it is."""
    return any(
        view.holds(condition)
        for condition in entry.broken_by
        if condition.key in facts() and facts()[condition.key].scope == "session"
    )


def answer(view: View, entry: BarrierEntry) -> str | None:
    """YES, NO or None (unknown), read in the order the head of facts.toml gives."""
    if entry.key == "transport" and (view.profile.travel.lift or within_a_walk(view)):
        return YES
    if any(map(view.holds, entry.broken_by)) and not any(map(view.holds, entry.broken_unless)):
        return NO
    if (
        any(map(view.holds, entry.satisfied_by))
        or _told_what_to_expect(view, entry)
        or _daylight(view, entry)
        or (entry.key == "children" and for_children(view.opportunity))
    ):
        return YES
    if entry.all_no and all(view.opportunity.fact(key) == NO for key in entry.all_no):
        return NO
    return None


def within_a_walk(view: View) -> bool:
    """A kilometre is what most people who walk will walk (domain.md 2.5)."""
    return view.km is not None and view.km <= 1.0 and "walk" in view.profile.travel.modes


def _told_what_to_expect(view: View, entry: BarrierEntry) -> bool:
    return entry.key == "know_ahead" and bool(view.opportunity.what_to_expect)


def _daylight(view: View, entry: BarrierEntry) -> bool:
    """Over before four, you are home in daylight even in December."""
    sessions = view.opportunity.sessions
    return (
        entry.key == "safe_area"
        and bool(sessions)
        and all(s.end is not None and s.end <= 16 * 60 for s in sessions)
    )


def finding_for(
    view: View, barrier: Barrier, known: str | None, *, questions: tuple[str, ...] = ()
) -> Finding:
    """What a yes, a no or an unknown means for a must and for a would-help."""
    entry = barriers()[barrier.key]
    if known is None:
        return unknown(view, barrier, questions or _questions(view, entry))
    if known == NO:
        return _broken(view, barrier, entry)
    lowering = [c for c in entry.lowered_by if view.holds(c)]
    helps = _supports(view, entry)
    if lowering and not helps:
        return Finding(Verdict.LOWER, "barrier", UNKNOWN, caution=_say(lowering[0]))
    reason = _say(_first_that_holds(view, entry)) or (helps[0] if helps else "")
    return Finding(Verdict.MET, "barrier", SUPPORTED if lowering else MET, reason=reason)


def unknown(view: View, barrier: Barrier, questions: tuple[str, ...]) -> Finding:
    """A must is asked about; a would-help counts half, with what helps there said."""
    helps = _supports(view, barriers()[barrier.key])
    if barrier.must:
        return Finding(
            Verdict.UNKNOWN, "barrier", UNKNOWN, reason=helps[0] if helps else "", questions=questions
        )
    if helps:
        return Finding(Verdict.MET, "barrier", SUPPORTED, reason=helps[0])
    return Finding(Verdict.LOWER, "barrier", UNKNOWN, caution=f"We don't know: {_lower_first(questions[0])}")


def _broken(view: View, barrier: Barrier, entry: BarrierEntry) -> Finding:
    if barrier.must and not entry.never_hides:
        return Finding(Verdict.HIDDEN, "barrier", BROKEN, hidden_as=entry.hidden_as, change=entry.change)
    helps = _supports(view, entry)
    if helps:
        return Finding(Verdict.MET, "barrier", SUPPORTED, reason=helps[0])
    why = next((_say(c) for c in entry.broken_by if view.holds(c)), "") or entry.hidden_as
    return Finding(Verdict.LOWER, "barrier", BROKEN, caution=why)


def _supports(view: View, entry: BarrierEntry) -> list[str]:
    return [_say(condition) for condition in entry.supported_by if view.holds(condition)]


def _first_that_holds(view: View, entry: BarrierEntry) -> Condition | None:
    return next((condition for condition in entry.satisfied_by if view.holds(condition)), None)


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
}


def _questions(view: View, entry: BarrierEntry) -> tuple[str, ...]:
    asked = [facts()[key] for key in entry.ask]
    return tuple(
        fact.ask_partial if fact.ask_partial and view.opportunity.fact(fact.key) == "partial" else fact.ask
        for fact in asked
        if view.opportunity.fact(fact.key) in (None, "partial")
    ) or (asked[0].ask if asked else entry.label,)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
