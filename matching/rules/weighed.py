"""Barriers that weigh a number, a language, a format or a rule of joining, rather than one fact."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from matching.rules.asked import Depends, rule_for_each
from matching.rules.barriers import BROKEN, MET, SUPPORTED, UNKNOWN, finding_for, unknown
from matching.rules.view import View, scope
from matching.types import NO, YES, Barrier, Finding, Profile, Verdict
from matching.vocabulary.needs import barriers, facts

LONG_WAIT_WEEKS = 4
GENTLE = 2.0
"""Effort (1-4) that is fine for someone who tires, when they name no limit."""


def _weighed(profile: Profile) -> Iterable[Barrier]:
    return (barrier for barrier in profile.barriers if barrier.key in WEIGHED)


def _depends(barrier: Barrier) -> Depends:
    return (f"needs:{barrier.key}", *DEPENDS[barrier.key], *_of_its_own(barrier), *scope(barrier))


def _of_its_own(barrier: Barrier) -> Depends:
    """What is held against the barrier's own limit or value."""
    if barrier.key == "cost":
        return (f"seen:price:{most_to_pay(barrier)}",)
    return (f"seen:languages:{barrier.value or ''}",) if barrier.key == "language" else ()


@rule_for_each(_weighed, _depends)
def what_needs_weighing_up(view: View, barrier: Barrier) -> Finding | None:
    """Cost, effort, language, women's and men's groups, being offline, red tape and leaving home go the same way."""
    return WEIGHED[barrier.key](view, barrier) if view.applies(barrier) else None


def cost(view: View, barrier: Barrier) -> Finding | None:
    """The price against the most the person can pay; no limit given means free or by donation."""
    offer = view.opportunity
    if offer.fact("fee_help") == YES:
        return Finding(Verdict.MET, "barrier", MET, reason=facts()["fee_help"].say(YES))
    affordable = can_be_paid(offer.price, offer.donation, most_to_pay(barrier))
    if affordable is None:
        return unknown(view, barrier, ("What does it cost?",))
    if affordable:
        extras = finding_for(view, barrier, YES)
        if extras.verdict is Verdict.LOWER:
            return extras
        return Finding(Verdict.MET, "barrier", MET, reason=price_words(offer.price or 0.0, offer.donation))
    if not barrier.must:
        return finding_for(view, barrier, NO)
    entry = barriers()["cost"]
    return Finding(Verdict.HIDDEN, "barrier", BROKEN, hidden_as=entry.hidden_as, change=entry.change)


def most_to_pay(barrier: Barrier) -> float:
    """No limit given means free, or pay what you like."""
    return barrier.limit or 0.0


def can_be_paid(price: float | None, donation: bool, most: float) -> bool | None:
    """Whether a price is within a limit; None where nobody knows it. What one gives is what one likes to give."""
    if price is None:
        return True if donation else None
    return price <= most


def price_words(price: float, donation: bool) -> str:
    """ "Free", "Pay what you like" or "£2.50"."""
    if price > 0:
        return f"It costs £{price:.2f}".replace(".00", "")
    return "You pay what you like" if donation else "It is free"


def stamina(view: View, barrier: Barrier) -> Finding | None:
    """Effort above the person's own is in the way unless it can be done sitting down."""
    effort, seated = view.opportunity.fact("effort"), view.opportunity.fact("seated_option")
    gentle = effort is not None and float(effort) <= (barrier.limit or GENTLE)
    if seated == YES:
        return finding_for(view, barrier, YES)
    if gentle:
        found = finding_for(view, barrier, YES)
        return replace(found, reason=found.reason or facts()["effort"].say(str(effort)))
    return finding_for(view, barrier, NO if effort and seated == NO else None)


def gender(view: View, barrier: Barrier) -> Finding | None:
    """A women's or men's group is wanted: mixed is in the way as a must, and lower otherwise."""
    wanted = barrier.value or _own_group(view)
    if not wanted:
        return None
    group = view.opportunity.gender
    if group is None:
        return unknown(view, barrier, (f"Is it a {wanted}'s group, or is there a {wanted}'s time?",))
    if group == wanted:
        return Finding(Verdict.MET, "barrier", MET, reason=f"It is a {wanted}'s group")
    return finding_for(view, barrier, NO)


def _own_group(view: View) -> str | None:
    own = (view.profile.gender or "").casefold()
    return {"woman": "women", "female": "women", "man": "men", "male": "men"}.get(own)


def language(view: View, barrier: Barrier) -> Finding | None:
    """Someone there speaks the person's language, or can interpret."""
    spoken = view.opportunity.languages
    if speaks(spoken, languages_wanted(view.profile, barrier.value)):
        return Finding(Verdict.MET, "barrier", MET, reason="Your language is spoken there")
    if view.opportunity.fact("interpreter") == YES:
        return finding_for(view, barrier, YES)
    if "english" in view.opportunity.goals:
        return Finding(Verdict.MET, "barrier", SUPPORTED, reason="It is for people who are learning English")
    if spoken and view.opportunity.fact("interpreter") == NO:
        return finding_for(view, barrier, NO)
    return unknown(view, barrier, ("Does anyone there speak your language, or could someone interpret?",))


def languages_wanted(profile: Profile, value: str | None) -> frozenset[str]:
    """The language that a barrier names, else the person's own beside English."""
    return frozenset([value.lower()] if value else [code for code in profile.languages if code != "en"])


def speaks(spoken: tuple[str, ...], wanted: frozenset[str]) -> bool:
    return any(code.lower() in wanted for code in spoken)


def offline(view: View, barrier: Barrier) -> Finding | None:
    """Something that happens, or can be joined, only online is in the way of someone who is not online."""
    offer = view.opportunity
    if offer.formats and set(offer.formats) <= {"online"}:
        return finding_for(view, barrier, NO)
    if {"phone", "in_person", "none"} & set(offer.booking) or offer.fact("drop_in") == YES:
        return Finding(Verdict.MET, "barrier", MET, reason="You can join without going online")
    if set(offer.booking) == {"online"}:
        return finding_for(view, barrier, NO)
    if offer.booking and set(offer.booking) <= {"online", "email"}:
        return Finding(Verdict.LOWER, "barrier", UNKNOWN, caution="You join by e-mail: we can write for you")
    if {"phone", "in_person"} & set(offer.contact_ways):
        return Finding(Verdict.MET, "barrier", SUPPORTED, reason="You can ring or call in")
    return unknown(view, barrier, ("Can people join without going online?",))


def red_tape(view: View, barrier: Barrier) -> Finding | None:
    """Referral only by a professional is in the way, unless there is someone to refer; waits, forms and ID lower."""
    offer = view.opportunity
    if offer.referral == "professional":
        if view.profile.member:
            return Finding(
                Verdict.MET, "barrier", SUPPORTED, reason="It needs a referral, and we can refer you"
            )
        return finding_for(view, barrier, NO)
    if offer.referral is None and offer.fact("drop_in") != YES:
        return unknown(view, barrier, ("Does it need a referral, or can people just come?",))
    if is_long(offer.wait_weeks):
        return Finding(
            Verdict.LOWER, "barrier", UNKNOWN, caution=f"There is a wait of about {offer.wait_weeks} weeks"
        )
    found = finding_for(view, barrier, YES)
    if found.verdict is Verdict.MET and not found.reason:
        return Finding(Verdict.MET, "barrier", MET, reason="No referral needed")
    return found


def is_long(weeks: int | None) -> bool:
    """Whether it is long to wait for so many weeks; not knowing is no wait."""
    return weeks is not None and weeks > LONG_WAIT_WEEKS


def home(view: View, barrier: Barrier) -> Finding | None:
    """When leaving home is hard, what happens only at a venue is kept for later."""
    offer = view.opportunity
    if offer.from_home:
        return Finding(Verdict.MET, "barrier", MET, reason="You can take part from home")
    if not offer.formats:
        return unknown(view, barrier, ("Can any of it be done from home?",))
    entry = barriers()["home"]
    if barrier.must:
        return Finding(
            Verdict.LATER,
            "barrier",
            BROKEN,
            caution="It means leaving home: kept for later",
            change=entry.change,
        )
    return Finding(Verdict.LOWER, "barrier", BROKEN, caution="It means leaving home")


WEIGHED = {
    "cost": cost,
    "stamina": stamina,
    "gender": gender,
    "language": language,
    "offline": offline,
    "red_tape": red_tape,
    "home": home,
}

DEPENDS: dict[str, Depends] = {
    "cost": ("fact:fee_help=yes",),
    "stamina": ("fact:effort", "fact:seated_option"),
    "gender": ("gender",),
    "language": ("fact:interpreter", "english"),
    "offline": ("joining_online",),
    "red_tape": ("seen:referral", "fact:drop_in=yes"),
    "home": ("formats",),
}
"""What each depends on, beside the facts that facts.toml names for it."""
