"""What the person brings and would like against what the place is about, and how much support it can give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from matching.reading import Fit
from matching.rules.asked import only_words, rule
from matching.rules.barriers import lower_first
from matching.rules.view import View
from matching.types import YES, Finding, Opportunity, Profile, Verdict
from matching.vocabulary import about, goals
from matching.vocabulary.needs import facts, ladder

VERBS = frozenset((
    "act", "be", "become", "begin", "bake", "build", "change", "climb", "come", "cook", "cycle", "dance",
    "do", "draw", "drive", "eat", "enjoy", "exercise", "explore", "feel", "find", "fix", "get", "give",
    "go", "grow", "have", "hear", "help", "hold", "join", "keep", "know", "laugh", "lead", "learn", "leave",
    "listen", "live", "lose", "make", "manage", "meet", "mend", "move", "paint", "perform", "play",
    "practise", "practice", "read", "rest", "run", "see", "sew", "share", "show", "sing", "sleep", "sort",
    "speak", "spend", "start", "stop", "swim", "take", "talk", "teach", "tell", "try", "understand", "use",
    "visit", "volunteer", "walk", "watch", "work", "write",
))  # fmt: skip
"""First words that go on from "You'd like to ...". Others are quoted as they stand."""
_ENDS = re.compile(r"[.;!?\n]+(?:\s+|$)")
COMFORTABLE, STRETCH, RUNGS_UNKNOWN = 1.0, 0.6, 0.3


@only_words
def uses_an_asset(view: View) -> Iterable[Finding]:
    """It is about something you are good at or like."""
    for fit in view.evidence.assets[:2]:
        yield Finding(Verdict.MET, "asset", fit.score, reason=_asset_words(fit))


def _asset_words(fit: Fit) -> str:
    said = f"You said “{_quoted(fit)}”"
    if fit.how == "text":
        return f"{said}: it mentions “{fit.because}”"
    if fit.how == "mention":
        return f"{said}: it mentions {about(fit.key)}"
    if fit.how == "neighbour":
        return f"{said}: this is next door to it, {about(fit.key)}"
    return f"{said}: it's about {about(fit.key)}"


@only_words
def serves_a_goal(view: View) -> Iterable[Finding]:
    """It is a step towards something you would like."""
    for fit in view.evidence.goals[:1]:
        yield Finding(Verdict.MET, "goal", fit.score, reason=_goal_words(view, fit))


def _goal_words(view: View, fit: Fit) -> str:
    wish = _quoted(fit, _without_to)
    said = f"You'd like to “{wish}”" if wish.split(" ")[0].casefold() in VERBS else f"You'd like “{wish}”"
    if fit.how == "text":
        return f"{said}: it mentions “{fit.because}”"
    if fit.how == "favours":
        helps = "" if fit.wish.keys else _what_helps(view, fit.key)  # no fact stands in for what they named
        return f"{said}: {lower_first(helps)}" if helps else ""
    if fit.key in goals() and not fit.wish.keys:
        return f"{said}: this could be a place for that"
    if fit.key in goals():
        return f"{said}: it could be a step towards {goals()[fit.key].towards}"
    return f"{said}: it's about {about(fit.key)}"


def _quoted(fit: Fit, less: Callable[[str], str] = str) -> str:
    """The person's words that led there, as they are quoted; worked out once a wish."""
    quoted = fit.wish.quoted
    if fit.because not in quoted:
        quoted[fit.because] = _short(less(_around(fit.wish.say, fit.because)))
    return quoted[fit.because]


def _what_helps(view: View, kind: str) -> str:
    """The first known fact that helps with a kind of goal, as a sentence."""
    known = (key for key in goals()[kind].favours if view.opportunity.fact(key) == YES)
    return next((facts()[key].say(YES) for key in known), "")


def _around(text: str, words: str) -> str:
    """The sentence of a longer text in which the words stand; all of a short one."""
    if not _ENDS.search(text):
        return text
    sentences = [part.strip() for part in _ENDS.split(text) if part.strip()]
    return next((sentence for sentence in sentences if words and words in sentence), text)


def _without_to(text: str) -> str:
    lowered = text.casefold()
    for lead in ("i'd like to ", "i would like to ", "i want to ", "to "):
        if lowered.startswith(lead):
            return text[len(lead) :]
    return text


def _short(text: str, most: int = 80) -> str:
    clean = " ".join(text.split()).rstrip(".")
    return clean if len(clean) <= most else clean[: most - 1].rsplit(" ", 1)[0] + "…"


@only_words
def not_what_you_would_rather_not(view: View) -> Finding | None:
    """What you said you don't want is lower, and says so."""
    if not view.evidence.refused:
        return None
    refused = about(view.evidence.refused[0])
    return Finding(Verdict.LOWER, "asset", caution=f"You said you'd rather not: it's about {refused}")


def entry_rung_of(offer: Opportunity) -> int | None:
    """The lowest rung of support it can serve (domain.md 2.5), None when nobody has said."""
    return offer.rungs[0] if offer.rungs else None


def rung_limits(profile: Profile) -> tuple[int | None, int | None]:
    """(comfortable, stretch) rungs: the person's own words, raised by steps they have already taken."""
    comfortable, stretch = profile.comfortable, profile.stretch
    if comfortable is None and stretch is None:
        return None, None
    comfortable = stretch - 1 if comfortable is None and stretch is not None else comfortable
    stretch = comfortable + 1 if stretch is None and comfortable is not None else stretch
    return comfortable, stretch


@rule("rung", part="rung", settled=True, when=lambda profile: rung_limits(profile) != (None, None))
def the_right_amount_of_support(view: View) -> Finding | None:
    """As much support as you want now; a stretch says so; more than a stretch is kept for later."""
    comfortable, stretch = rung_limits(view.profile)
    if comfortable is None or stretch is None:
        return None
    entry = entry_rung_of(view.opportunity)
    if entry is None:
        return Finding(Verdict.MET, "practical", RUNGS_UNKNOWN)
    offers = ladder()[min(entry, len(ladder()) - 1)].offers
    if entry <= comfortable:
        return Finding(Verdict.MET, "practical", COMFORTABLE, reason=offers)
    if entry <= stretch:
        return Finding(Verdict.MET, "practical", STRETCH, reason=f"A bit of a stretch: {lower_first(offers)}")
    return Finding(Verdict.LATER, "practical", 0.0, caution=f"A later step: {lower_first(offers)}")
