"""Whom a group is for, as it says itself: people of an age, in a situation, of one community (domain.md 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from matching.language import age_words
from matching.language.ages import CHILDREN, CHILDREN_ONLY, GROWN_UPS, OLDER, OLDER_ONLY
from matching.language.situations import situations
from matching.reading import ABOUT_CHILDREN, GIVING, GROWN_UP, OF_AGE, Reading
from matching.rules.asked import rule
from matching.rules.view import View
from matching.rules.window import SAYS_SO
from matching.types import YES, Finding, Opportunity, Profile, Verdict
from matching.vocabulary import goals
from matching.vocabulary.needs import facts

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
    asked = tuple(key for key, one in meant.items() if one.ask)
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


class _Asked(NamedTuple):
    """What some situations come to: those that must be theirs whatever else is named, of the others the communities and
    those that are of none, whether one is enough, and the needs that often come with them all."""

    always: tuple[str, ...]
    communities: tuple[str, ...]
    plain: frozenset[str]
    enough: bool
    needs: frozenset[str]

    @classmethod
    @lru_cache(maxsize=1000)
    def of(cls, keys: tuple[str, ...]) -> _Asked:
        told = {key: situations()[key] for key in keys}
        needs = {need for one in told.values() for need in one.barriers}
        needs.update(
            need for one in told.values() if one.community for need in SHARED_LIVES[one.community][1]
        )
        return cls(
            tuple(key for key, one in told.items() if one.always),
            tuple(one.community for one in told.values() if one.community and not one.always),
            frozenset(key for key, one in told.items() if not (one.community or one.always)),
            any(one.enough for one in told.values()),
            frozenset(needs),
        )


def _for_those(view: View, keys: tuple[str, ...]) -> Finding | None:
    """Unknown is never yes: nobody has said that it is theirs. A need or a must that often comes with it is no saying
    so either, but it lowers nothing; adding it as a must may add nothing to the matches."""
    if _is_theirs(view.reading, keys):
        return None
    near = _is_near(view.profile, keys)
    question = f"It is for {situations()[_not_theirs(view.reading, keys)].about}. Does that fit?"
    return Finding(Verdict.UNKNOWN, "joining", questions=(question,), for_others=not near)


def _is_theirs(reading: Reading, keys: tuple[str, ...]) -> bool:
    """Some must be theirs whatever else is named ("disabled veterans"). Of the rest it is enough to be in one
    situation, or of all the communities where it names nothing else. A relative who names no illness is asked about
    none."""
    asked = _Asked.of(keys)
    if not all(_is_in(reading, key) for key in asked.always):
        return False
    if not reading.situations.isdisjoint(asked.plain):
        return True
    if asked.enough and reading.situations.issubset(asked.always):
        return True
    return bool(asked.communities or not asked.plain) and all(
        _says_it_is(reading, one) for one in asked.communities
    )


def _is_in(reading: Reading, key: str) -> bool:
    community = situations()[key].community
    return _says_it_is(reading, community) if community else key in reading.situations


def _not_theirs(reading: Reading, keys: tuple[str, ...]) -> str:
    """The first of some situations that they never said was theirs; the first where all of them were."""
    return next((key for key in keys if not _is_theirs(reading, (key,))), keys[0])


def _is_near(profile: Profile, keys: tuple[str, ...]) -> bool:
    needs = _Asked.of(keys).needs
    return any(barrier.key in needs for barrier in profile.barriers)


def _shares(reading: Reading, kind: str) -> bool:
    """Whether the person said that this life is theirs too, in whatever part of what they said."""
    if any(reading.profile.barrier(barrier) for barrier in SHARED_LIVES[kind][1]):
        return True
    return _says_it_is(reading, kind)


def _says_it_is(reading: Reading, kind: str) -> bool:
    """The same of their words alone. A need is no saying so: adding it as a must may add nothing to the matches."""
    if kind in reading.wished or kind in reading.lives:
        return True
    return goals()[kind].part_of in reading.wished  # "my own people", and nobody knows which


def _signs(view: View) -> bool:
    return view.profile.barrier("bsl") is not None or bool({"bsl", "bfi"} & set(view.profile.languages))


ON_THEIR_OWN, PAST_YOUTH, STILL_YOUNG, OLD_ENOUGH = 16, 25, 40, 55
"""Youth ends at twenty-four (United Nations)."""


@rule("meant_for", "takes_helpers", settled=True)
def for_people_of_your_age(view: View) -> Finding | None:
    """A group whose own words are for children, or for older people, is lower for someone of another age, and we ask
    first; one for children is lower too for someone who did not say their age. Not so for someone who would like to do
    something with children, nor, where help is wanted, for someone who is good with them or would be of use. What is
    for nobody but children and young people is left out for a grown-up who does not come with children, and what is
    for nobody but older people for somebody under forty. One that says adults is asked about below eighteen."""
    age = view.profile.age
    if age is not None and age >= PAST_YOUTH and _only_for_children(view):
        return Finding(Verdict.HIDDEN, hidden_as="Only for children and young people")
    if age is not None and age < STILL_YOUNG and OLDER_ONLY in view.opportunity.meant_for.split():
        return Finding(Verdict.HIDDEN, hidden_as="Only for older people")
    if age is not None and age < OF_AGE and GROWN_UPS in view.opportunity.meant_for.split():
        question = "It says that it is for adults. Does that fit?"
        return Finding(Verdict.UNKNOWN, "joining", questions=(question,), for_others=True)
    meant = next((key for key in view.opportunity.meant_for.split() if key in age_words()), "")
    if not meant or (meant == OLDER and (age is None or age >= OLD_ENOUGH)):
        return None
    if meant == CHILDREN and (
        (age is not None and age < GROWN_UP) or would_like_it_with_children(view) or would_help_there(view)
    ):
        return None
    whom = f"It is mainly for {age_words()[meant].about}"
    with_children = meant == CHILDREN and view.profile.barrier("children") is not None
    if age is None:
        return None if with_children else _for_others(whom)
    if with_children:  # asked as well: a must may add nothing to the matches
        return Finding(Verdict.UNKNOWN, "joining", questions=(f"{whom}. Can a grown-up stay with them?",))
    return Finding(Verdict.UNKNOWN, "joining", questions=(f"{whom}. Does that fit?",), for_others=True)


@rule(
    "meant_for",
    "ages",
    "for_toddlers",
    settled=True,
    when=lambda profile: profile.age is not None and profile.age < ON_THEIR_OWN,
)
def takes_somebody_so_young(view: View) -> Finding | None:
    """Somebody under sixteen is asked about a place that speaks neither of children and young people, nor of ages, or
    that is for toddlers: most such groups are for grown-ups, with or without their children."""
    offer = view.opportunity
    said = set(offer.meant_for.split())
    if offer.minimum_age is not None or offer.maximum_age is not None or said & {GROWN_UPS, OLDER}:
        return None
    if CHILDREN in said and not for_toddlers(offer):
        return None
    return Finding(
        Verdict.UNKNOWN, "joining", questions=("Does it take somebody of your age?",), for_others=True
    )


def for_toddlers(offer: Opportunity) -> bool:
    """Its own words say plainly that it is for babies and toddlers."""
    return offer.topics.get("baby_toddler", 0.0) >= PLAINLY


def _only_for_children(view: View) -> bool:
    if CHILDREN_ONLY not in view.opportunity.meant_for.split():
        return False
    return not spoke_of_children(view) and view.profile.barrier("children") is None


def _for_others(whom: str, *, silent: bool = False) -> Finding:
    caution = "" if silent else f"{whom}: does that fit?"
    return Finding(Verdict.LOWER, "joining", caution=caution, for_others=True)


def spoke_of_children(view: View) -> bool:
    """Something they bring or would like is about children."""
    return not view.reading.named.isdisjoint(ABOUT_CHILDREN)


def would_like_it_with_children(view: View) -> bool:
    """A goal of theirs is about children, and not about being of use to some."""
    return any(wish.about_children and GIVING not in wish.types for wish in view.reading.goals)


def would_help_there(view: View) -> bool:
    """Help is wanted there of somebody who wants to be of use, or who brings something that is about children."""
    brings = any(wish.about_children for wish in view.reading.assets)
    return (brings or GIVING in view.reading.named) and takes_helpers(view.opportunity)


def takes_helpers(offer: Opportunity) -> bool:
    """A curator, or its own words, say that people help out there."""
    return GIVING in offer.goals or offer.goal_signs.get(GIVING, 0.0) >= SAYS_SO
