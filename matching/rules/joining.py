"""How easy it is to join, how welcome the person will be, and how sure we are (domain.md 2.6, 3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matching.rules.asked import rule, rule_for_each
from matching.rules.barriers import BROKEN, FROM_HOME, MET, UNKNOWN
from matching.rules.eligibility import STALE_DAYS
from matching.rules.view import View
from matching.types import NO, YES, Finding, Opportunity, Preference, Profile, Verdict
from matching.vocabulary.needs import FactEntry, facts
from matching.when import date_words

EASES = (
    "named_host", "greeted", "meet_first", "buddy", "bring_someone", "drop_in", "free_taster", "beginners",
    "watch_first", "leave_any_time", "small_groups", "what_to_expect_page", "kit_lent", "same_faces", "no_disclosure",
)  # fmt: skip
ENOUGH = 5
"""Known eases that make joining as easy as it gets; more add nothing."""


def eases_of(offer: Opportunity) -> tuple[str, ...]:
    """What is known to make joining easy, as fact keys; "referral" where none is needed."""
    facts = offer.facts
    known = tuple([key for key in EASES if key in facts and facts[key].value == YES])
    return (*known, "referral") if offer.referral == "none" else known


def ease(offer: Opportunity) -> int:
    """How many of these, up to ENOUGH."""
    return min(len(eases_of(offer)), ENOUGH)


@rule("ease", whoever=True)
def easy_to_join(view: View) -> Finding | None:
    """A named host, a welcome at the door, someone to go with, no booking: what makes the first visit likely."""
    known = eases_of(view.opportunity)
    reason = facts()[known[0]].say(YES) if known and known[0] in EASES else ""
    return Finding(Verdict.MET, "joining", min(len(known), ENOUGH) / ENOUGH, reason=reason)


@rule("contact", settled=True, when=lambda profile: bool(profile.contact_by))
def a_way_to_get_in_touch(view: View) -> Finding | None:
    """A place is lower when it has no way of getting in touch that you can use, and we offer to do it for you."""
    if any(way in view.opportunity.contact_ways for way in view.profile.contact_by):
        return Finding(Verdict.MET, "joining", MET)
    return Finding(Verdict.LOWER, "joining", BROKEN, caution="We can contact them for you")


@rule_for_each(
    lambda profile: profile.prefers, lambda preference: (f"fact:{preference.fact}", "out"), settled=True
)
def what_you_would_be_glad_of(view: View, preference: Preference) -> Finding:
    """Food, faith, an LGBTQ+ welcome and other things you asked for lift a place that is known to have them."""
    return _preferred(view, preference, facts()[preference.fact])


def _preferred(view: View, preference: Preference, entry: FactEntry) -> Finding:
    if entry.scope == "venue" and not view.must_go_out:
        return FROM_HOME
    value = view.opportunity.fact(entry.key)
    change = f"If {entry.name} did not matter"
    if value is None:
        if preference.level == "must":
            return Finding(Verdict.UNKNOWN, "barrier", UNKNOWN, questions=(entry.ask,), change=change)
        return Finding(Verdict.MET, "barrier", UNKNOWN)
    if value in (NO, "none"):
        if preference.level == "must":
            return Finding(Verdict.HIDDEN, "barrier", BROKEN, hidden_as=entry.say(value), change=change)
        return Finding(Verdict.LOWER, "barrier", BROKEN, caution=entry.say(value))
    if value == "partial" and preference.level == "must":
        asked = (entry.ask_partial or entry.ask,)
        return Finding(Verdict.UNKNOWN, "barrier", UNKNOWN, questions=asked, change=change)
    return Finding(Verdict.MET, "barrier", MET, reason=entry.say(value))


def _kept_private(profile: Profile) -> Iterable[str]:
    wanted = {"photos_published": profile.avoid.photos, "results_published": profile.avoid.results}
    return (key for key, asked in wanted.items() if asked)


@rule_for_each(_kept_private, lambda key: (f"fact:{key}",), settled=True)
def keeps_you_private(view: View, key: str) -> Finding:
    """Groups that publish photos, names or results are left out when you would rather not be in them."""
    value = view.opportunity.fact(key)
    change = f"If {facts()[key].name} did not matter"
    if value == YES:
        return Finding(Verdict.HIDDEN, "barrier", BROKEN, hidden_as=facts()[key].say(YES), change=change)
    if value is None:
        return Finding(Verdict.UNKNOWN, "barrier", UNKNOWN, questions=(facts()[key].ask,), change=change)
    return Finding(Verdict.MET, "barrier", MET, reason=facts()[key].say(NO))


BANDS = (92, 183, STALE_DAYS)
"""Days since a check: fully fresh, fresh enough, ring first; beyond the last, staff only."""


@rule("checked", whoever=True)
def freshly_checked(view: View) -> Finding | None:
    """When someone last checked: under three months counts fully; over six, ring first."""
    checked = view.opportunity.checked_on
    if checked is None:
        return Finding(Verdict.MET, "freshness", 0.0, caution="Nobody here has checked it yet: ring first")
    days = (view.today - checked).days
    how = {"visited": "visited", "phoned": "rang"}.get(view.opportunity.checked_how or "")
    if days <= BANDS[0]:
        return Finding(Verdict.MET, "freshness", 1.0, reason=_fresh_words(how, checked))
    if days <= BANDS[1]:
        return Finding(Verdict.MET, "freshness", 0.8, reason=_fresh_words(how, checked))
    return Finding(
        Verdict.MET,
        "freshness",
        0.3 if days <= BANDS[2] else 0.1,
        caution=f"Last checked {date_words(checked)}: ring first",
    )


def _fresh_words(how: str | None, checked: date) -> str:
    return f"Someone {how} on {date_words(checked)}" if how else f"Checked on {date_words(checked)}"
