"""A profile's words, read once: which assets and goals they name. The person's own words are kept with what they led
to, so that every reason can quote them. `Fit` and `Evidence` say what one listing has of them (matching/evidence.py).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from matching import language
from matching.language.situations import situations
from matching.types import FreeTime, Goal, Profile
from matching.vocabulary import assets, goals, is_form, is_lived_with, topics

Led = dict[str, tuple[float, str]]
"""Key -> (weight, the words that led to it)."""
Spans = tuple[tuple[int, int], ...]
"""Minutes from Monday 0:00: (from, to)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One asset or goal as read: the keys of assets and topics, and the types of goals, each with its weight and the
    words that led there; and its terms."""

    say: str
    focus: bool = False
    keys: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    types: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    neighbours: Mapping[str, str] = field(default_factory=dict)
    """Neighbouring asset key -> the key it neighbours."""
    quoted: dict[str, str] = field(default_factory=dict, compare=False)
    """What led to it -> how it is quoted: worked out once, and gone with the wish. (A goal is quoted otherwise than an
    asset; no wish is both.)"""

    def written(self, term: str) -> str:
        """The person's own word for one of the terms."""
        return next((word for word in self.say.split() if term in language.terms_of(word)), self.say).strip(
            ".,;:!?()"
        )

    @property
    def about_children(self) -> bool:
        """It is about children, in whatever words."""
        named = [topics()[key] for key in self.keys if key in topics()]
        kinds = {*self.keys, *self.types, *(kind for topic in named for kind in topic.of)}
        return any(topic.childrens for topic in named) or not kinds.isdisjoint(ABOUT_CHILDREN)

    @property
    def may_be_about_children(self) -> bool:
        """Or it is about being of use, which may be to them."""
        return self.about_children or GIVING in self.types

    @property
    def communities(self) -> list[str]:
        """The kinds of goal it names that are one community of several."""
        return _communities(self.types)

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
    """Assets and topics that the person says they do not want."""
    free: Spans = ()
    """When they are free (see `free_spans`)."""
    wished: frozenset[str] = frozenset()
    """The kinds of goal that they name."""
    named: frozenset[str] = frozenset()
    """All that any of their wishes names: assets, topics and kinds of goal."""
    lives: frozenset[str] = frozenset()
    """Communities (goal keys) that they say are theirs, as a wish or of themselves."""
    situations: frozenset[str] = frozenset()
    """What they say is theirs of what a group can be for (situations.toml)."""
    urgent: bool = False
    """They write that they want to die, or to hurt themselves."""

    @property
    def for_themselves(self) -> bool:
        """A grown-up, some of whose wishes are about children: the others are their own."""
        age, wishes = self.profile.age, (*self.assets, *self.goals)
        return (
            age is not None
            and age >= GROWN_UP
            and (self.profile.barrier("children") is not None or any(wish.about_children for wish in wishes))
        )

    @property
    def focus(self) -> Wish | None:
        """The wish the path is built for: the goal in focus, else the first goal, else the first asset."""
        return next((g for g in self.goals if g.focus), None) or next(iter((*self.goals, *self.assets)), None)


class Fit(msgspec.Struct, frozen=True):
    """How well one listing answers one wish, 0-1, and why. `direct` False: a neighbouring interest or soft signs."""

    wish: Wish
    score: float
    direct: bool
    key: str = ""
    because: str = ""
    how: str = ""
    """asset, mention (in passing), text, neighbour, goal (its own words or a curator say so), favours (facts)."""


class Evidence(msgspec.Struct, frozen=True):
    """Everything a listing has of what a person brings and would like, best first."""

    assets: tuple[Fit, ...] = ()
    goals: tuple[Fit, ...] = ()
    refused: tuple[str, ...] = ()


ABOUT_CHILDREN, GIVING = ("family_time", "young_and_old"), "give_back"
"""Assets and goals that a place for children may answer for a grown-up; and being of use there."""
GROWN_UP, OF_AGE, MIDDLE_AGED, IN_THEIR_TEENS = 21, 18, 50, 11
PEERS = re.compile(r"^(?:(?:the |with )?other )?(?:kids|children|boys|girls)$", re.IGNORECASE)
LIVED = "lived_experience"
"""What anybody has been through: nothing to who names what it was, and looks for others."""
PEOPLE_WHO_GET_IT, MY_PEOPLE, FRIEND = "been_there", "shared_interest", "friend"
OLDER_CLUB, YOUTH_CLUB = "older_club", "youth_club"
A_VERB, ONLY_A_VERB = frozenset({"learn", "learning", "learned", "learnt"}), 0.4
"""What a verb alone names, beside what is to be learned."""
HAS_BEEN_THROUGH = 0.4
"""What having been through anything is worth among what somebody brings, where they name what it was."""
BROADER = 0.6
"""What a kind is worth to who named one thing of it: any board game to who plays chess."""
SAME_THING = 0.8
"""What something hard that one goal names is worth to another, which is for a group."""
ONLY_MENTIONED = 0.5
"""What something that is hard to live with is worth where it is mentioned among what somebody brings."""
ANYBODY = 0.7
"""What people who have been through something else are worth to who looks for their own."""
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
    said = [*(asset.say for asset in profile.assets), *(goal.say for goal in profile.goals)]
    theirs = [language.situations_and_communities_said(text) for text in said]
    wished = [language.topics_of(goal.say) for goal in profile.goals]
    theirs += [language.situations_and_communities_wished(topics.weights) for topics in wished]
    situations = frozenset().union(*(some for some, _ in theirs))
    lives = frozenset().union(*map(language.lives_of, said), *(some for _, some in theirs))
    read_assets = [_read_asset(asset.say, asset.key, words) for asset in profile.assets]
    read_goals = [
        _read_goal(goal, topics, lives, words) for goal, topics in zip(profile.goals, wished, strict=True)
    ]
    brought = [wish for wish, _ in read_assets]
    wanted_at_their_age = [_of_their_age(wish, profile.age) for wish, _ in read_goals]
    a_childs = _a_childs([*brought, *wanted_at_their_age], [some for some, _ in theirs])
    goals_read = _of_the_same_thing(wanted_at_their_age, brought, a_childs)
    assets_read = _of_what_is_named(brought, goals_read, a_childs)
    wishes = [*assets_read, *goals_read]
    wanted = {key for wish in wishes for key in wish.keys}
    refused = frozenset().union(*(negated for _, negated in (*read_assets, *read_goals))) - wanted
    return Reading(
        profile=profile,
        assets=tuple(assets_read),
        goals=tuple(goals_read),
        refused=refused,
        free=free_spans(profile.times),
        wished=frozenset(kind for wish in goals_read for kind in wish.types),
        named=frozenset(key for wish in wishes for key in (*wish.keys, *wish.types)),
        lives=lives.union(*(wish.communities for wish in goals_read)),
        situations=situations,
        urgent=any(language.sounds_urgent(wish.say) for wish in wishes),
    )


def _a_childs(wishes: Sequence[Wish], theirs: Sequence[frozenset[str]]) -> Led:
    """What is hard about a child's life, as a parent tells it with any wish ("my boy is autistic"); `theirs` beside the
    wishes: the situations that their words say are the person's own."""
    found: Led = {}
    for wish, own in zip(wishes, theirs, strict=False):
        for key, (_, words) in wish.keys.items():
            if whose := _childs_topic(key, own):
                found |= dict.fromkeys((key, whose), (SAME_THING, words))
    return found


def _childs_topic(key: str, own: frozenset[str]) -> str:
    """The topic of families that something is where it is a child's: by itself, or as a parent says it; else ""."""
    whose = topics()[key].of_a_child if key in topics() else ""
    return whose if key == whose or any(whose in situations()[one].topics for one in own) else ""


def _of_the_same_thing(goals_read: Sequence[Wish], brought: Sequence[Wish], a_childs: Led) -> list[Wish]:
    """Who names something hard in one wish, and a group in another ("my son is autistic", "other parents who get it"),
    means a group of those who know it; where it is a child's, whatever they would like for a child. To be of use is no
    such group."""
    mentioned = {key: (SAME_THING, words) for key, (_, words) in _lived_with(brought)}
    named = {key: (SAME_THING * weight, words) for key, (weight, words) in _lived_with(goals_read)}
    hard = {**mentioned, **a_childs, **named}
    return [replace(wish, keys={**_that_too(wish, hard, a_childs), **wish.keys}) for wish in goals_read]


def _lived_with(wishes: Iterable[Wish]) -> Iterator[tuple[str, tuple[float, str]]]:
    """What some wishes name that people live with, and what led to it."""
    return ((key, led) for wish in wishes for key, led in wish.keys.items() if is_lived_with(key))


def _that_too(wish: Wish, hard: Led, a_childs: Led) -> Led:
    if wish.about_children:
        return a_childs
    return hard if _only_a_form(wish) else {}


def _of_their_age(wish: Wish, age: int | None) -> Wish:
    """ "People my age" are older people in an older person's mouth, and young people in a young one's; "other kids" are
    a child's friends."""
    if age is None or age >= MIDDLE_AGED:
        return wish
    not_meant = {OLDER_CLUB}
    if age < OF_AGE:
        not_meant |= {key for key in ABOUT_CHILDREN if PEERS.search(_led(wish, key))}
    peers = next((_led(wish, key) for key in not_meant if _led(wish, key)), "")
    if not peers:
        return wish
    keys = {key: led for key, led in wish.keys.items() if key not in not_meant}
    types = {key: led for key, led in wish.types.items() if key not in not_meant}
    if age < OF_AGE:
        types = types if _communities(types) else {FRIEND: (1.0, peers), **types}
        keys |= {YOUTH_CLUB: (1.0, peers)} if age >= IN_THEIR_TEENS else {}
    return replace(wish, keys=keys, types=types, neighbours=_neighbours(keys))


def _led(wish: Wish, key: str) -> str:
    return (wish.keys.get(key) or wish.types.get(key) or (0.0, ""))[1]


def _of_what_is_named(brought: Sequence[Wish], wished: Sequence[Wish], a_childs: Led) -> list[Wish]:
    """Who names what they live with has not been through anything; nor have they been through what is their child's."""
    if not any(_lived_with((*brought, *wished))):
        return list(brought)
    childs = {words for _, words in a_childs.values()}
    return [_not_lived(wish, childs) if LIVED in wish.keys else wish for wish in brought]


def _not_lived(wish: Wish, childs: set[str]) -> Wish:
    keys = dict(wish.keys)
    weight, words = keys.pop(LIVED)
    if words in childs:
        return replace(wish, keys=keys, neighbours=_neighbours(keys))
    return replace(wish, keys={**wish.keys, LIVED: (HAS_BEEN_THROUGH * weight, words)})


def _only_a_form(wish: Wish) -> bool:
    if GIVING in wish.types:
        return False
    named = [key for key in wish.keys if key in topics()]
    return any(map(is_form, named)) and not any(map(is_lived_with, named))


def _read_asset(say: str, key: str | None, words: language.Words | None) -> tuple[Wish, frozenset[str]]:
    once = language.heard(say)
    found, named = language.concepts_of(once, words=words), language.topics_of(once, brought=True)
    [keys] = _what_is_learned(_with_topics(found, named))
    for topic in sorted(named.weights):
        if topics()[topic].hard:
            keys[topic] = (ONLY_MENTIONED * keys[topic][0], keys[topic][1])
    if key:
        keys = {**{k: (w * 0.5, span) for k, (w, span) in keys.items()}, key: (1.0, say)}
    return Wish(
        say, keys=keys, terms=found.all_terms, neighbours=_neighbours(keys)
    ), found.negated | named.negated


def _read_goal(
    goal: Goal, named: language.Topics, lives: frozenset[str], words: language.Words | None
) -> tuple[Wish, frozenset[str]]:
    say, kind = goal.say, goal.type
    once = language.heard(say)
    found = language.concepts_of(once, words=words)
    keys = _with_topics(found, named)
    types = _less_broad(language.goal_types_of(once, words=words), named, goals())
    if any(map(is_lived_with, named.weights)) or _communities(types):
        keys.pop(LIVED, None)
    if kind:
        types = {kind: (1.0, say), **{key: (1.0, say) for key in types if goals()[key].part_of == kind}}
    types = _with_their_like(_one_community(types, lives), say, lives)
    keys, types = _what_is_learned(_less_since(keys), types)
    wish = Wish(say, goal.focus, keys, types, found.all_terms, _neighbours(keys))
    return wish, found.negated | named.negated


def _what_is_learned(*named: Led) -> tuple[Led, ...]:
    """ "Learn computers" is about computers: any place of learning has little of it."""
    if all(words.casefold() in A_VERB for led in named for _, words in led.values()):
        return named
    return tuple(
        {
            key: (weight * (ONLY_A_VERB if words.casefold() in A_VERB else 1), words)
            for key, (weight, words) in led.items()
        }
        for led in named
    )


def _less_since(keys: Led) -> Led:
    """ "Lunch with people, since she passed" is about lunch first, and about what it follows from half."""
    if not any(key in topics() and not is_form(key) and not is_lived_with(key) for key in keys):
        return keys
    return {
        key: (ONLY_MENTIONED * weight, words)
        if is_lived_with(key) and words.casefold().startswith("since ")
        else (weight, words)
        for key, (weight, words) in keys.items()
    }


def _with_topics(found: language.Concepts, named: language.Topics) -> dict[str, tuple[float, str]]:
    """The interests that somebody names, and the narrower things that they name of them."""
    own = {topic: (weight, named.because[topic]) for topic, weight in named.weights.items()}
    for wider in {wider for topic in own for wider in topics()[topic].of if wider in own}:
        own[wider] = (BROADER * own[wider][0], own[wider][1])
    return {**_less_broad(found, named, assets()), **own}


def _less_broad(
    said: language.Concepts | language.GoalTypes, named: language.Topics, known: Container[str]
) -> dict[str, tuple[float, str]]:
    """Kinds with the words that led there; what the same words name more narrowly counts before its kind."""
    kinds = {
        key: (weight * (BROADER if _is_part_of_any(words, named) else 1), words)
        for key, weight in said.weights.items()
        for words in (said.because[key],)
    }
    for topic, weight in named.weights.items():
        led = named.because[topic]
        for kind in topics()[topic].of:
            if kind not in known:
                continue
            by_itself, words = kinds.get(kind, (0.0, led))
            if words in led or led in words:
                kinds[kind] = (BROADER * max(weight, by_itself), words)
                if topics()[topic].instead:
                    del kinds[kind]
    return kinds


def _is_part_of_any(words: str, named: language.Topics) -> bool:
    """The "baby" of "my first baby"."""
    return any(words != led and f" {words} " in f" {led} " for led in named.because.values())


def _one_community(
    types: Mapping[str, tuple[float, str]], lives: frozenset[str]
) -> dict[str, tuple[float, str]]:
    """The types less a whole of which a part was said: "Deaf people" are not any community. "My own people" are those
    that somebody says they are one of; where they say nothing of themselves it stays open."""
    wholes = {goals()[key].part_of for key in types}
    found = {}
    for key, led in types.items():
        mine = [] if key in wholes else sorted(one for one in lives if goals()[one].part_of == key)
        if key not in wholes:
            found.update(dict.fromkeys(mine, led) or {key: led})
    return found


def _communities(types: Iterable[str]) -> list[str]:
    return [kind for kind in types if goals()[kind].part_of]


def _with_their_like(
    types: Mapping[str, tuple[float, str]], say: str, lives: frozenset[str]
) -> dict[str, tuple[float, str]]:
    """Who looks for "people who get it" looks for their own: beside those who have been through anything, and before
    them. "My people", and friends, are whoever is named beside it ("I came as a refugee and know nobody")."""
    if PEOPLE_WHO_GET_IT in types and _communities(types):
        weight, words = types[PEOPLE_WHO_GET_IT]
        return {**types, PEOPLE_WHO_GET_IT: (ANYBODY * weight, words)}
    wanted = next((kind for kind in (PEOPLE_WHO_GET_IT, MY_PEOPLE, FRIEND) if kind in types), None)
    if wanted is None or not lives:
        return dict(types)
    mine = lives if wanted == PEOPLE_WHO_GET_IT else lives & language.lives_of(say)
    if not mine or not mine.isdisjoint(types):
        return dict(types)
    if wanted == FRIEND:
        return {**dict.fromkeys(sorted(mine), (1.0, types[FRIEND][1])), **types}
    others = {key: (ANYBODY * weight, words) for key, (weight, words) in types.items()}
    return {**dict.fromkeys(sorted(mine), types[wanted]), **others}


def _neighbours(keys: Mapping[str, tuple[float, str]]) -> dict[str, str]:
    strong = [key for key, (weight, _) in keys.items() if weight >= 0.5 and key in assets()]
    return {near: key for key in strong for near in assets()[key].neighbours if near not in keys}
