"""How easy it is to join, how welcome the person will be, and how sure we are (domain.md 2.6, 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from msgspec.structs import replace

from matching.language import age_words
from matching.language.ages import CHILDREN, CHILDREN_ONLY, OLDER
from matching.language.situations import situations
from matching.reading import Reading
from matching.rules.asked import rule, rule_for_each
from matching.rules.barriers import BROKEN, FROM_HOME, MET, UNKNOWN
from matching.rules.eligibility import STALE_DAYS
from matching.rules.view import View, spoke_of_children, would_help_out
from matching.types import NO, YES, Finding, Opportunity, Preference, Profile, Verdict
from matching.vocabulary import goals
from matching.vocabulary.needs import FactEntry, facts
from matching.when import date_words

EASES = (
    "named_host", "greeted", "meet_first", "buddy", "bring_someone", "drop_in", "free_taster", "beginners",
    "watch_first", "leave_any_time", "small_groups", "what_to_expect_page", "kit_lent", "same_faces", "no_disclosure",
)  # fmt: skip
SHARED_LIVES: dict[str, tuple[str, tuple[str, ...]]] = {
    **{key: (goal.whom, ()) for key, goal in goals().items() if goal.part_of},
    "community_of_identity": ("one community", ()),
    "break_from_caring": ("people who look after someone", ("caring",)),
    "english": ("people who are learning English", ("language",)),
    "been_there": ("people who have been through something", ()),
}
"""Goals that are about whose group it is: (whom it is for, the barriers that also say "that is me").
A part comes before the whole."""
SHARED_LIVES |= {
    key: (SHARED_LIVES[key][0], barriers)
    for key, barriers in {
        "community_blind": ("sight",),
        "community_deaf": ("bsl", "hearing"),
        "community_disabled": ("sight", "bsl", "hearing", "step_free", "toilet"),
    }.items()
}
SOMETHING_SHARED = frozenset(SHARED_LIVES)
"""Who wants to be with people like them may want a group for one condition: it is named, and no lower. Having been
through something is not having been through that."""
FOR_SOMETHING_ELSE = "It is for people who have been through something, perhaps something else"
PLAINLY = 0.75
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


def shared_lives(offer: Opportunity) -> tuple[str, ...]:
    """The goals of SHARED_LIVES that it plainly serves; the whole only where nobody knows which part."""
    told = {key for key, strength in offer.goal_signs.items() if strength >= PLAINLY}
    plainly = (told | set(offer.goals)) & SHARED_LIVES.keys()
    if not plainly:
        return ()
    wholes = {goals()[key].part_of for key in plainly}
    return tuple(key for key in SHARED_LIVES if key in plainly and key not in wholes)


@rule("seen:shared_lives", "fresh_start", "seen:meant_for", "fact:label_specialist=yes", "fact:bsl=led")
def for_particular_people(view: View) -> Finding | None:
    """A group for people in a particular situation is lower for someone who never said that it was theirs. Where it
    says plainly whom it is for, we ask first."""
    offer, said = view.opportunity, view.reading.wished
    if offer.fact("bsl") == "led" and not _signs(view):
        return _for_others("It is mainly for people who sign")
    asked, communities = _situations_in(offer.meant_for)
    if asked:
        return _for_those(view, asked)
    plainly = (*shared_lives(offer), *communities)
    shared = {kind for kind in plainly if _shares(view.reading, kind)}
    if "been_there" in plainly and "fresh_start" in said and "fresh_start" in offer.goals:
        shared.add("been_there")
    if shared - {"been_there"}:
        return None
    if offer.fact("label_specialist") == YES:
        found = _for_others(facts()["label_specialist"].say(YES), silent=bool(view.profile.barrier("label")))
        return (
            replace(found, verdict=Verdict.MET, for_others=False)
            if shared or said & SOMETHING_SHARED
            else found
        )
    if shared:
        return _for_others(FOR_SOMETHING_ELSE) if _say_of_what(view.reading) else None
    return _for_others(f"It is mainly for {SHARED_LIVES[plainly[0]][0]}") if plainly else None


def _say_of_what(reading: Reading) -> bool:
    """Who looks for people who have been there, and says where, looks for them: a group that says nothing of it may be
    for people who have been through anything."""
    return "been_there" in reading.wished and bool(reading.situations)


@lru_cache(maxsize=1000)
def _situations_in(meant_for: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(situations that nobody can be taken to be in without saying so, communities) of `Opportunity.meant_for`."""
    meant = {key: one for key in meant_for.split() if (one := situations().get(key))}
    asked = tuple(key for key, one in meant.items() if not one.community)
    return asked, tuple(one.community for one in meant.values() if one.community)


def lives_of(reading: Reading) -> frozenset[str]:
    """The communities among SHARED_LIVES that are a person's own."""
    return frozenset(kind for kind in SHARED_LIVES if kind != "been_there" and _shares(reading, kind))


def seen_in_lives(lives: frozenset[str], kinds: Sequence[str]) -> tuple[bool, bool, bool]:
    """All that counts of whose group it is, for one person: whether it is anybody's, whether theirs, and whether it is
    for those who have been through something, which is a matter of its own."""
    return bool(kinds), not lives.isdisjoint(kinds), "been_there" in kinds


def seen_in_situations(reading: Reading, lives: frozenset[str], meant_for: str) -> tuple[bool, ...]:
    """The same of the situations that it is for."""
    asked, communities = _situations_in(meant_for)
    if asked:
        return _is_theirs(reading, asked), _is_near(reading.profile, asked)
    return seen_in_lives(lives, communities)


def _for_those(view: View, keys: Sequence[str]) -> Finding | None:
    """Unknown is never yes: nobody has said that it is theirs. A need or a must that often comes with it is no saying
    so either, but it lowers nothing; adding it as a must may add nothing to the matches."""
    if _is_theirs(view.reading, keys):
        return None
    near = _is_near(view.profile, keys)
    question = f"It is for {situations()[keys[0]].about}. Does that fit?"
    return Finding(Verdict.UNKNOWN, "joining", questions=(question,), for_others=not near)


def _is_theirs(reading: Reading, keys: Sequence[str]) -> bool:
    return not reading.situations.isdisjoint(keys)


def _is_near(profile: Profile, keys: Sequence[str]) -> bool:
    return any(profile.barrier(need) for key in keys for need in situations()[key].barriers)


def _shares(reading: Reading, kind: str) -> bool:
    """Whether the person said that this life is theirs too, in whatever part of what they said."""
    if kind in reading.wished or kind in reading.lives:
        return True
    if any(reading.profile.barrier(barrier) for barrier in SHARED_LIVES[kind][1]):
        return True
    return goals()[kind].part_of in reading.wished  # "my own people", and nobody knows which


def _signs(view: View) -> bool:
    return view.profile.barrier("bsl") is not None or bool({"bsl", "bfi"} & set(view.profile.languages))


GROWN_UP, PAST_YOUTH, OLD_ENOUGH = 21, 25, 50
"""Youth ends at twenty-four (United Nations)."""


@rule("meant_for", settled=True)
def for_people_of_your_age(view: View) -> Finding | None:
    """A group whose own words are for children, or for older people, is lower for someone of another age, and we ask
    first; one for children is lower too for someone who did not say their age, unless they spoke of children. What is
    for nobody but children and young people is left out for a grown-up who does not come with children."""
    age = view.profile.age
    if age is not None and age >= PAST_YOUTH and _only_for_children(view):
        return Finding(Verdict.HIDDEN, hidden_as="Only for children and young people")
    meant = next((key for key in view.opportunity.meant_for.split() if key in age_words()), "")
    if not meant or (meant == OLDER and (age is None or age >= OLD_ENOUGH)):
        return None
    if meant == CHILDREN and (
        (age is not None and age < GROWN_UP) or spoke_of_children(view) or would_help_out(view)
    ):
        return None
    whom = f"It is mainly for {age_words()[meant].about}"
    with_children = meant == CHILDREN and view.profile.barrier("children") is not None
    if age is None:
        return None if with_children else _for_others(whom)
    if with_children:  # asked as well: a must may add nothing to the matches
        return Finding(Verdict.UNKNOWN, "joining", questions=(f"{whom}. Can a grown-up stay with them?",))
    return Finding(Verdict.UNKNOWN, "joining", questions=(f"{whom}. Does that fit?",), for_others=True)


def _only_for_children(view: View) -> bool:
    if CHILDREN_ONLY not in view.opportunity.meant_for.split():
        return False
    return not spoke_of_children(view) and view.profile.barrier("children") is None


def _for_others(whom: str, *, silent: bool = False) -> Finding:
    caution = "" if silent else f"{whom}: does that fit?"
    return Finding(Verdict.LOWER, "joining", caution=caution, for_others=True)


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
