"""The group's own rules. They are not the person's barriers: they hide, with a plain reason (domain.md 2.1)."""

from __future__ import annotations

from functools import lru_cache

from matching.language.ages import MEN, WOMEN, names
from matching.rules.asked import Depends, rule, rule_for_each
from matching.rules.view import View, scope
from matching.rules.window import for_children, for_families
from matching.types import Barrier, Finding, Profile, Verdict

STALE_DAYS = 365
"""Also the last of `joining.BANDS`: the wide pass tells listings apart by how long ago they were checked."""
ADULT = 18
"""Nobody has to tell their age for a group that is simply for adults."""


@rule("status", "checked", settled=True)
def running_now(view: View) -> Finding | None:
    """A group that is paused is not suggested, and one nobody has checked for over a year is for staff only."""
    if view.opportunity.status == "paused":
        return Finding(Verdict.HIDDEN, hidden_as="Paused for now")
    checked = view.opportunity.checked_on
    if checked and (view.today - checked).days > STALE_DAYS and not view.staff:
        return Finding(Verdict.HIDDEN, kind="freshness", hidden_as="Not checked for over a year")
    return None


@rule("audience", settled=True, when=lambda profile: not profile.member)
def open_to_you_as_a_member(view: View) -> Finding | None:
    """Some things are only for people who belong to the agency."""
    if view.opportunity.audience == "members":
        return Finding(Verdict.HIDDEN, hidden_as="Only for people who belong to the agency")
    return None


def _with_whom(profile: Profile) -> tuple[Barrier | None]:
    return (profile.barrier("children"),)


def _by_ages(barrier: Barrier | None) -> Depends:
    return ("seen:ages", "for_children", "for_families", *(scope(barrier) if barrier else ()))


@rule_for_each(_with_whom, _by_ages)
def open_to_your_age(view: View, children: Barrier | None) -> Finding | None:
    """A group for certain ages is left out when you are another age, and asked about when you don't say. If you come
    with children, a group for children goes by their ages; if you spoke of a child, we ask about theirs."""
    low, high = view.opportunity.minimum_age, view.opportunity.maximum_age
    fits = fits_the_age(low, high, view.profile.age, view.reading.for_themselves)
    if fits == ANY_AGE:
        return None
    if children and for_children(view.opportunity) and view.applies(children):
        return _with_children(view, _ages(low, high))
    if fits == A_CHILDS_AGE:
        return Finding(
            Verdict.UNKNOWN, questions=(f"{_ages(low, high)}. Does that fit the child you have in mind?",)
        )
    if fits == OTHER_AGE:
        return Finding(Verdict.HIDDEN, hidden_as="For another age group")
    if fits == ADULTS:
        return Finding(Verdict.MET, caution=_ages(low, high))
    return (
        None
        if fits == RIGHT_AGE
        else Finding(Verdict.UNKNOWN, questions=(f"{_ages(low, high)}. Does that fit?",))
    )


GROWING_UP = 22
"""Up to this age somebody's son or daughter may be meant where a grown-up spoke of children."""
ANY_AGE, RIGHT_AGE, OTHER_AGE, A_CHILDS_AGE, ADULTS, ASK_AGE = range(6)


def fits_the_age(low: int | None, high: int | None, age: int | None, spoke_of_a_child: bool) -> int:
    """Whether a group has ages (ANY_AGE where not) and someone of an age is among them (RIGHT_AGE, OTHER_AGE), or a
    child they spoke of may be (A_CHILDS_AGE). Of someone who does not say: simply for ADULTS, or to be asked about."""
    if not low and not high:
        return ANY_AGE
    if age is not None:
        if not ((low is not None and age < low) or (high is not None and age > high)):
            return RIGHT_AGE
        return A_CHILDS_AGE if spoke_of_a_child and high and high <= GROWING_UP else OTHER_AGE
    return ADULTS if high is None and (low or 0) <= ADULT else ASK_AGE


def _with_children(view: View, says: str) -> Finding:
    """The ages are the children's. Where families come together that is enough; else we ask whether grown-ups stay."""
    if for_families(view.opportunity):
        return Finding(Verdict.MET, caution=says)
    return Finding(Verdict.UNKNOWN, questions=(f"{says}. Can a grown-up stay with them?",))


def _ages(low: int | None, high: int | None) -> str:
    if low and high:
        return f"It is for people aged {low} to {high}"
    return f"It is for people aged {low} and over" if low else f"It is for people aged up to {high}"


@rule("gender", settled=True)
def open_to_your_gender(view: View) -> Finding | None:
    """A women's group is not shown to men, nor a men's group to women. If you are neither, we offer to ask, kindly."""
    group = view.opportunity.gender
    if group not in ("women", "men"):
        return None
    own = (view.profile.gender or "").casefold().strip()
    if own in _WORDS[group]:
        return None
    if own in _WORDS["men" if group == "women" else "women"]:
        return Finding(Verdict.HIDDEN, hidden_as=f"A {group}'s group")
    if not own:
        if _asked_for(view, group):
            return None
        return Finding(Verdict.LOWER, caution=f"It is a {group}'s group", for_others=True)
    question = f"It is a {group}'s group. Would you like us to ask how they welcome you?"
    return Finding(Verdict.UNKNOWN, questions=(question,))


@rule("meant_for", settled=True)
def whom_its_name_is_for(view: View) -> Finding | None:
    """Where its name or first words say girls, women, boys or men, and nobody has said more of it, we ask first for
    somebody of another gender, and say so to who has not told us theirs and names none in what they would like."""
    meant = view.opportunity.meant_for.split()
    group = "women" if WOMEN in meant else "men" if MEN in meant else ""
    own = (view.profile.gender or "").casefold().strip()
    if group and own in _WORDS["men" if group == "women" else "women"]:
        question = f"It says that it is for {group}. Does that fit?"
        return Finding(Verdict.UNKNOWN, questions=(question,), for_others=True)
    if not group or own or _asked_for(view, group) or _looks_for(view, group):
        return None
    return Finding(Verdict.LOWER, caution=f"It says that it is for {group}: does that fit?", for_others=True)


def _looks_for(view: View, group: str) -> bool:
    """Whether they would like to be with them ("other mums")."""
    return any(names(WOMEN if group == "women" else MEN, wish.say) for wish in view.reading.goals)


def _asked_for(view: View, group: str) -> bool:
    barrier = view.profile.barrier("gender")
    return barrier is not None and barrier.value == group


_WORDS = {"women": ("woman", "women", "female", "f"), "men": ("man", "men", "male", "m")}


@rule("seen:served")
def open_to_your_area(view: View) -> Finding | None:
    """Some groups are only for people who live in certain postcode districts."""
    served, home = view.opportunity.service_area, outcode_of(view.profile.postcode or "")
    if not served:
        return None
    if not home:
        return Finding(
            Verdict.UNKNOWN, questions=(f"It serves people living in {', '.join(served)}. Is that you?",)
        )
    if not serves(served, home):
        return Finding(Verdict.HIDDEN, hidden_as="Serves other areas")
    return Finding(Verdict.MET, reason=f"It serves people living in {home}")


def serves(served: tuple[str, ...] | None, home: str) -> bool | None:
    """Whether a postcode district is among those that a group serves; None where it says nothing of areas."""
    return home in _districts(served) if served else None


@lru_cache(maxsize=10_000)
def _districts(served: tuple[str, ...]) -> frozenset[str]:
    return frozenset(area.upper().strip() for area in served)


def outcode_of(postcode: str) -> str:
    """The district of a postcode ("s12he" -> "S1"), or "" where there is none."""
    text = "".join(postcode.upper().split())
    if len(text) >= 5 and text[-3:-2].isdigit() and text[-2:].isalpha():
        return text[:-3]
    return text if 2 <= len(text) <= 4 and text[0].isalpha() and any(c.isdigit() for c in text) else ""
