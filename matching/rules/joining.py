"""How easy it is to join, how welcome the person will be, and how sure we are (domain.md 2.6, 3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matching.rules.barriers import BROKEN, FROM_HOME, MET, UNKNOWN
from matching.rules.view import View
from matching.types import NO, YES, Finding, Preference, Verdict
from matching.vocabulary.needs import FactEntry, facts

EASES = (
    "named_host", "greeted", "meet_first", "buddy", "bring_someone", "drop_in", "free_taster", "beginners",
    "watch_first", "leave_any_time", "small_groups", "what_to_expect_page", "kit_lent", "same_faces", "no_disclosure",
)  # fmt: skip
SHARED_LIVES = {
    "community_of_identity": ("one community", None),
    "break_from_caring": ("people who look after someone", "caring"),
    "english": ("people who are learning English", "language"),
    "been_there": ("people who have been through something", None),
}
"""Goals that are about whose group it is: (whom it is for, the barrier that also says "that is me")."""
PLAINLY = 0.75
ENOUGH = 5
"""Known eases that make joining as easy as it gets; more add nothing."""


def easy_to_join(view: View) -> Finding | None:
    """A named host, a welcome at the door, someone to go with, no booking: what makes the first visit likely."""
    known = [key for key in EASES if view.opportunity.fact(key) == YES]
    score = min(len(known) + (view.opportunity.referral == "none"), ENOUGH) / ENOUGH
    return Finding(Verdict.MET, "joining", score, reason=facts()[known[0]].say(YES) if known else "")


def for_particular_people(view: View) -> Finding | None:
    """A group for people in a particular situation is lower for someone who never said that it was theirs."""
    offer, said = view.opportunity, {kind for wish in view.reading.goals for kind in wish.types}
    if offer.fact("bsl") == "led" and not _signs(view):
        return Finding(Verdict.LOWER, "joining", caution="It is mainly for people who sign: does that fit?")
    if offer.fact("label_specialist") == YES and not said & set(SHARED_LIVES):
        told = view.profile.barrier("label") is not None
        caution = "" if told else f"{facts()['label_specialist'].say(YES)}: does that fit?"
        return Finding(Verdict.LOWER, "joining", caution=caution)
    plainly = [k for k in SHARED_LIVES if k in offer.goals or offer.goal_signs.get(k, 0.0) >= PLAINLY]
    if not plainly or any(_shares(view, kind, said) for kind in plainly):
        return None
    return Finding(
        Verdict.LOWER, "joining", caution=f"It is mainly for {SHARED_LIVES[plainly[0]][0]}: does that fit?"
    )


def _shares(view: View, kind: str, said: set[str]) -> bool:
    """Whether the person said that this life is theirs too."""
    barrier = SHARED_LIVES[kind][1]
    starts_again = kind == "been_there" and "fresh_start" in said and "fresh_start" in view.opportunity.goals
    return kind in said or starts_again or bool(barrier and view.profile.barrier(barrier))


def _signs(view: View) -> bool:
    return view.profile.barrier("bsl") is not None or bool({"bsl", "bfi"} & set(view.profile.languages))


def a_way_to_get_in_touch(view: View) -> Finding | None:
    """A place is lower when it has no way of getting in touch that you can use, and we offer to do it for you."""
    usable, offered = view.profile.contact_by, view.opportunity.contact_ways
    if not usable:
        return None
    if any(way in offered for way in usable):
        return Finding(Verdict.MET, "joining", MET)
    return Finding(Verdict.LOWER, "joining", BROKEN, caution="We can contact them for you")


def what_you_would_be_glad_of(view: View) -> Iterable[Finding]:
    """Food, faith, an LGBTQ+ welcome and other things you asked for lift a place that is known to have them."""
    for preference in view.profile.prefers:
        yield _preferred(view, preference, facts()[preference.fact])


def _preferred(view: View, preference: Preference, entry: FactEntry) -> Finding:
    if entry.scope == "venue" and not view.must_go_out:
        return FROM_HOME
    value = view.opportunity.fact(entry.key)
    if value is None:
        if preference.level == "must":
            return Finding(Verdict.UNKNOWN, "barrier", UNKNOWN, questions=(entry.ask,))
        return Finding(Verdict.MET, "barrier", UNKNOWN)
    if value in (NO, "none"):
        if preference.level == "must":
            hidden = f"{entry.say(value)}"
            return Finding(
                Verdict.HIDDEN, "barrier", BROKEN, hidden_as=hidden, change=f"If {entry.name} did not matter"
            )
        return Finding(Verdict.LOWER, "barrier", BROKEN, caution=entry.say(value))
    if value == "partial" and preference.level == "must":
        return Finding(Verdict.UNKNOWN, "barrier", UNKNOWN, questions=(entry.ask_partial or entry.ask,))
    return Finding(Verdict.MET, "barrier", MET, reason=entry.say(value))


def keeps_you_private(view: View) -> Iterable[Finding]:
    """Groups that publish photos, names or results are left out when you would rather not be in them."""
    wanted = {"photos_published": view.profile.avoid.photos, "results_published": view.profile.avoid.results}
    for key, asked in wanted.items():
        value = view.opportunity.fact(key)
        if not asked:
            continue
        if value == YES:
            change = f"If {facts()[key].name} did not matter"
            yield Finding(Verdict.HIDDEN, "barrier", BROKEN, hidden_as=facts()[key].say(YES), change=change)
        elif value is None:
            yield Finding(Verdict.UNKNOWN, "barrier", UNKNOWN, questions=(facts()[key].ask,))
        else:
            yield Finding(Verdict.MET, "barrier", MET, reason=facts()[key].say(NO))


def freshly_checked(view: View) -> Finding | None:
    """When someone last checked: under three months counts fully; over six, ring first."""
    checked = view.opportunity.checked_on
    if checked is None:
        return Finding(Verdict.MET, "freshness", 0.0, caution="Nobody here has checked it yet: ring first")
    days = (view.today - checked).days
    how = {"visited": "visited", "phoned": "rang"}.get(view.opportunity.checked_how or "")
    if days <= 92:
        return Finding(Verdict.MET, "freshness", 1.0, reason=_fresh_words(how, checked))
    if days <= 183:
        return Finding(Verdict.MET, "freshness", 0.8, reason=_fresh_words(how, checked))
    return Finding(
        Verdict.MET,
        "freshness",
        0.3 if days <= 365 else 0.1,
        caution=f"Last checked {_on(checked)}: ring first",
    )


def _fresh_words(how: str | None, checked: date) -> str:
    return f"Someone {how} on {_on(checked)}" if how else f"Checked on {_on(checked)}"


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
