"""A profile's words, read once: which assets and goals they name, and what a listing has of them.

`read_profile` turns sentences into weighted concepts (matching.language); `evidence_for` weighs one listing against
them. Both are pure and keep the person's own words, so that every reason can quote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching import language
from matching.types import FreeTime, Opportunity, Profile
from matching.vocabulary import assets, goals

NEIGHBOUR = 0.3
"""What a neighbouring asset is worth beside the asset itself: enough for "something different"."""
NAMED_BY_TEXT = 0.6
"""What the person's bare words in a listing's text are worth when no asset is known for them."""
LEAST_TEXT = 0.34
MENTIONED = 0.6
"""Up to this strength a listing only mentions a thing; it is not said to be about it."""


Spans = tuple[tuple[int, int], ...]
"""Minutes from Monday 0:00: (from, to)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One asset or goal as read: asset keys and goal types with weight and the words that led there, and its terms."""

    say: str
    focus: bool = False
    keys: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    types: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    neighbours: Mapping[str, str] = field(default_factory=dict)
    """Neighbouring asset key -> the key it neighbours."""

    @property
    def points_somewhere(self) -> bool:
        return bool(self.keys or self.types)


@dataclass(frozen=True, slots=True)
class Reading:
    """The profile with its words read."""

    profile: Profile
    assets: tuple[Wish, ...] = ()
    goals: tuple[Wish, ...] = ()
    refused: frozenset[str] = frozenset()
    """Asset keys the person says they do not want."""
    free: Spans = ()
    """When they are free (see `free_spans`)."""
    urgent: bool = False
    """They write that they want to die, or to hurt themselves."""

    @property
    def focus(self) -> Wish | None:
        """The wish the path is built for: the goal in focus, else the first goal, else the first asset."""
        return next((g for g in self.goals if g.focus), None) or next(iter((*self.goals, *self.assets)), None)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one listing answers one wish, 0-1, and why. `direct` False: a neighbouring interest or soft signs."""

    wish: Wish
    score: float
    direct: bool
    key: str = ""
    because: str = ""
    how: str = ""
    """asset, mention (in passing), text, neighbour, goal (its own words or a curator say so), favours (facts)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a listing has of what a person brings and would like, best first."""

    assets: tuple[Fit, ...] = ()
    goals: tuple[Fit, ...] = ()
    refused: tuple[str, ...] = ()


DAY = 24 * 60
WEEK = 7 * DAY


def free_spans(free: tuple[FreeTime, ...]) -> Spans:
    """The free times as minutes from Monday 0:00 over two weeks, joined where they touch: two windows that meet are
    one, and a free night is one though the date changes."""
    once = [(day * DAY + window.start, day * DAY + window.end) for window in free for day in window.days]
    spans: list[tuple[int, int]] = []
    for opens, closes in sorted([*once, *((opens + WEEK, closes + WEEK) for opens, closes in once)]):
        if spans and opens <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], closes))
        else:
            spans.append((opens, closes))
    return tuple(spans)


def read_profile(profile: Profile, words: language.Words | None = None) -> Reading:
    """Words -> concepts, negation included ("no football please" is not an interest).

    `words`: the vocabulary to read by; the shipped one where None.
    """
    read_assets = [_read_asset(asset.say, asset.key, words) for asset in profile.assets]
    read_goals = [_read_goal(goal.say, goal.type, goal.focus, words) for goal in profile.goals]
    wishes = [wish for wish, _ in (*read_assets, *read_goals)]
    wanted = {key for wish in wishes for key in wish.keys}
    refused = frozenset().union(*(negated for _, negated in (*read_assets, *read_goals))) - wanted
    return Reading(
        profile=profile,
        assets=tuple(wish for wish, _ in read_assets),
        goals=tuple(wish for wish, _ in read_goals),
        refused=refused,
        free=free_spans(profile.times),
        urgent=any(language.sounds_urgent(wish.say) for wish in wishes),
    )


def _read_asset(say: str, key: str | None, words: language.Words | None) -> tuple[Wish, frozenset[str]]:
    found = language.concepts_of(say, words=words)
    keys = _with_words(found)
    if key:
        keys = {**{k: (w * 0.5, span) for k, (w, span) in keys.items()}, key: (1.0, say)}
    return Wish(say, keys=keys, terms=found.all_terms, neighbours=_neighbours(keys)), found.negated


def _read_goal(
    say: str, kind: str | None, focus: bool, words: language.Words | None
) -> tuple[Wish, frozenset[str]]:
    found = language.concepts_of(say, words=words)
    keys = _with_words(found)
    said = language.goal_types_of(say, words=words)
    types = {key: (weight, said.because[key]) for key, weight in said.weights.items()}
    if kind:
        types = {kind: (1.0, say)}
    return Wish(say, focus, keys, types, found.all_terms, _neighbours(keys)), found.negated


def _with_words(found: language.Concepts) -> dict[str, tuple[float, str]]:
    return {key: (weight, found.because[key]) for key, weight in found.weights.items()}


def _neighbours(keys: Mapping[str, tuple[float, str]]) -> dict[str, str]:
    strong = [key for key, (weight, _) in keys.items() if weight >= 0.5]
    return {near: key for key in strong for near in assets()[key].neighbours if near not in keys}


def evidence_for(reading: Reading, opportunity: Opportunity, idf: dict[str, float]) -> Evidence:
    """Every wish weighed against one listing. idf weighs the directory's rare words above its common ones."""
    asset_fits = [fit for wish in reading.assets if (fit := _asset_fit(wish, opportunity, idf))]
    goal_fits = [fit for wish in reading.goals if (fit := _goal_fit(wish, opportunity, idf))]
    return Evidence(
        assets=tuple(sorted(asset_fits, key=lambda f: -f.score)),
        goals=tuple(sorted(goal_fits, key=lambda f: -f.score)),
        refused=tuple(key for key in sorted(reading.refused) if opportunity.concepts.get(key, 0.0) >= 0.5),
    )


def _asset_fit(wish: Wish, opportunity: Opportunity, idf: dict[str, float]) -> Fit | None:
    shared = language.text_evidence(wish.terms, opportunity.terms, idf) if wish.terms else 0.0
    key, strength = _best_key(wish, opportunity)
    if key:
        # Sharing the very words lifts a listing above others of the same kind, never into the kind.
        how = "asset" if opportunity.concepts[key] > MENTIONED else "mention"
        return Fit(wish, min(1.0, 0.85 * strength + 0.15 * shared), True, key, wish.keys[key][1], how)
    if not wish.keys and shared >= LEAST_TEXT:
        return Fit(wish, NAMED_BY_TEXT * shared, True, "", wish.say, "text")
    return _neighbour_fit(wish, opportunity)


def _best_key(wish: Wish, opportunity: Opportunity) -> tuple[str, float]:
    found = [(weight * opportunity.concepts.get(key, 0.0), key) for key, (weight, _) in wish.keys.items()]
    strength, key = max(found, default=(0.0, ""))
    return (key, strength) if strength > 0 else ("", 0.0)


def _neighbour_fit(wish: Wish, opportunity: Opportunity) -> Fit | None:
    found = [(opportunity.concepts.get(near, 0.0), near) for near in wish.neighbours]
    strength, near = max(found, default=(0.0, ""))
    if strength < 0.5:
        return None
    because = wish.keys[wish.neighbours[near]][1]
    return Fit(wish, NEIGHBOUR * strength, False, near, because, "neighbour")


def _goal_fit(wish: Wish, opportunity: Opportunity, idf: dict[str, float]) -> Fit | None:
    kind, kind_strength, direct = _best_type(wish, opportunity)
    key, interest = _best_key(wish, opportunity)
    if wish.keys:
        # "do stand-up comedy": the interest counts first, the kind of goal sharpens it.
        if key:
            words = wish.keys[key][1]
            return Fit(
                wish,
                interest * (0.5 + 0.5 * kind_strength),
                True,
                kind or key,
                words,
                "goal" if kind else "asset",
            )
        return Fit(wish, 0.25 * kind_strength, False, kind, wish.say, "favours") if kind else None
    if kind:
        return Fit(wish, kind_strength, direct, kind, wish.types[kind][1], "goal" if direct else "favours")
    shared = (
        language.text_evidence(wish.terms, opportunity.terms, idf) if wish.terms and not wish.types else 0.0
    )
    return Fit(wish, NAMED_BY_TEXT * shared, True, "", wish.say, "text") if shared >= LEAST_TEXT else None


def _best_type(wish: Wish, opportunity: Opportunity) -> tuple[str, float, bool]:
    """(goal type, strength, whether a curator or the listing's own words say so)."""
    best = ("", 0.0, False)
    for kind, (weight, _) in wish.types.items():
        told = 1.0 if kind in opportunity.goals else 0.9 * opportunity.goal_signs.get(kind, 0.0)
        soft = _favours(kind, opportunity)
        strength = weight * max(told, min(1.0, 0.6 * told + soft), soft)
        if strength > best[1]:
            best = (kind, strength, told >= 0.4)
    return best


def _favours(kind: str, opportunity: Opportunity) -> float:
    """0-0.6: facts, sizes, roles and interests that help with a kind of goal. Unknown adds nothing."""
    entry = goals()[kind]
    signs = [opportunity.fact(key) == "yes" for key in entry.favours]
    if entry.group_size:
        signs.append(opportunity.group_size in entry.group_size)
    if entry.run_by:
        signs.append(opportunity.run_by in entry.run_by)
    if entry.formats:
        signs.append(any(f in opportunity.formats for f in entry.formats))
    if entry.regular:
        signs.append(any(s.every <= 2 and not s.nth for s in opportunity.sessions))
    if entry.role:
        signs.append(bool(opportunity.rungs and opportunity.rungs[1] == 8))
    share = sum(signs) / len(signs) if signs else 0.0
    about = max((opportunity.concepts.get(key, 0.0) for key in entry.assets), default=0.0)
    return 0.35 * share + 0.25 * about
