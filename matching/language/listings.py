"""What a listing says it is -> assets it draws on and goals it serves. Precision first: a wrong guess misleads.

Names and activities speak plainly; a description mentions many things in passing and counts for less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from matching.language.lexicon import Lexicon, settled
from matching.language.lexicons import NOT, topic_signs
from matching.language.negation import NEGATORS, REFUSED, listing_weights
from matching.language.situations import situations
from matching.language.tokens import Form, lemma, listing_words
from matching.language.words import SHIPPED, Words
from matching.vocabulary import goals, is_form, read, topics, word_list

LONGEST_TEXT = 20_000
_PLAIN = ("words", "shown")
_NAME, _NAMED_WEAK = 1.0, 0.45
_DESCRIBED = (0.6, 0.75, 0.85)
_ORGANIZATION = 0.5
_LONG = 25
_FIRST_OF_ALL = 20


class _Scale(NamedTuple):
    """`besides`: described, where the name or the activities already say what it is about, and one mention in passing
    is little. `only_named`: named, but its text of at least _LONG words speaks of other things alone: the library where
    tax forms are done."""

    besides: tuple[float, ...]
    only_named: float


_ABOUT, _FOR_WHOM = _Scale((0.4, 0.6, 0.75), 0.6), _Scale(_DESCRIBED, _NAME)
"""What a listing is about; and what and whom it is for, which a name never mutes."""
_HINT = 0.15
_MOST_HINTS = 0.45
FLOOR = 0.25
"""Less than this is not said to be about it at all."""

Phrases = dict[str, set[tuple[str, ...]]]
"""part of a vocabulary entry -> the distinct phrases (as lemmas) that were found."""
Found = dict[str, Phrases]


def concepts_of_listing(
    name: str,
    activities: Sequence[str] = (),
    description: str = "",
    organization: str = "",
    *,
    words: Words | None = None,
) -> dict[str, float]:
    """Asset key -> strength: 1 named, 0.6-0.85 described (0.4-0.75 where the name or activities already say what it
    is about), 0.5 by the organization's name, 0.3-0.55 only hinted at.

    What the text says it does not offer ("swimming: no", "not a sports club") does not count.
    """
    found = _strengths((words or SHIPPED).asset_signs, name, activities, description, organization, _ABOUT)
    return _of_an_office(name, description, found)


def topics_of_listing(
    name: str,
    activities: Sequence[str] = (),
    description: str = "",
    organization: str = "",
    venues: Sequence[str] = (),
) -> dict[str, float]:
    """Topic key -> strength, on the scale of `concepts_of_listing`. A name that tells only the form of it ("Support
    groups") does not say what it is about; the name of a venue does ("Breastfeeding discussion, Homestead Hospital"),
    where the text says so too, and it is nothing that a building is called by."""
    found = _strengths(topic_signs(), name, activities, description, organization, _ABOUT)
    called = _found(topic_signs(), " | ".join(venues)) if found else {}
    named = (key for key, parts in called.items() if key in found and _plainly(parts) and _is_wanted(key))
    return _of_an_office(name, description, {**found, **dict.fromkeys(named, _NAME)})


def _is_wanted(topic: str) -> bool:
    return topics()[topic].hard or topics()[topic].goals_only


def goals_of_listing(
    name: str,
    activities: Sequence[str] = (),
    description: str = "",
    organization: str = "",
    *,
    head_office: bool = False,
    meant_for: str = "",
    words: Words | None = None,
) -> dict[str, float]:
    """Goal key -> strength, on the same scale: which goals a listing's own words show it serves.

    Nobody meets on a helpline, by a service that comes to the home, or at a `head_office` (nothing else of it has a
    place): what is called so is no company, whatever it is about. Whose group it is counts as described at length
    where it is plainly `meant_for` them (`situations_of_listing`, with spaces between).
    """
    found = _strengths((words or SHIPPED).goal_signs, name, activities, description, organization, _FOR_WHOM)
    if any(key in situations() and situations()[key].community for key in meant_for.split()):
        theirs = (key for key in found if goals()[key].part_of or goals()[key].whom)
        found |= {key: max(found[key], _DESCRIBED[-1]) for key in theirs}
    found = _of_an_office(name, description, found)
    if not found:
        return found
    lines, at_home = _no_company()
    none = {*lines.of(f"{name} | {organization}"), *at_home.of(name), *(_far_off() if head_office else ())}
    return {key: strength for key, strength in found.items() if key not in none}


class _NoCompany(NamedTuple):
    """What a kind of service is called, and the goals that nothing of that name serves."""

    called: Lexicon
    goals: frozenset[str]

    def of(self, name: str) -> frozenset[str]:
        """The goals that what is called so does not serve."""
        return self.goals if self.called.find_in(listing_words(name))[1] else frozenset()


@cache
def _no_company() -> tuple[_NoCompany, _NoCompany]:
    """(helplines, what comes to somebody's home)."""
    raw = read("helplines.toml")
    lines, at_home = (
        _NoCompany(Lexicon((phrase, "called", "words") for phrase in one["words"]), _with_parts(one["goals"]))
        for one in (raw, raw["at_home"])
    )
    return lines, at_home


@cache
def _far_off() -> frozenset[str]:
    """What no head office far off serves."""
    raw = read("helplines.toml")
    return _with_parts((*raw["goals"], *raw["far_off"]))


def _of_an_office(name: str, description: str, found: dict[str, float]) -> dict[str, float]:
    """What is left of this where the name is that of a court, a police department or a consulate, or where the text
    begins by saying that it is one."""
    if not found:
        return found
    office = _offices()
    if not (
        office.called.find_in(listing_words(name))[1]
        or office.says.find_in(listing_words(_beginning(description)))[1]
    ):
        return found
    return {key: strength for key, strength in found.items() if key in office.serves}


class _Office(NamedTuple):
    """What offices of the state are called, and say first of all; the topics and goals that they serve all the same."""

    called: Lexicon
    says: Lexicon
    serves: frozenset[str]


@cache
def _offices() -> _Office:
    raw = read("helplines.toml")["office"]
    called, says = (
        Lexicon((phrase, "office", "words") for phrase in raw[part]) for part in ("words", "says")
    )
    return _Office(called, says, frozenset(raw["serves"]))


def _with_parts(kinds: Iterable[str]) -> frozenset[str]:
    wholes = frozenset(kinds)
    return wholes | {key for key, goal in goals().items() if goal.part_of in wholes}


def affirms(text: str, phrases: Iterable[str]) -> bool:
    """Whether a listing's text says one of the phrases and does not deny it ("home visits: No")."""
    return bool(_found(_asked(tuple(phrases)), text))


def mentions(texts: Iterable[str], phrases: Iterable[str]) -> bool:
    """Whether one of the texts has one of the phrases at all, be it to deny it. A change of what these phrases mean
    can change nothing for a listing whose texts do not."""
    lexicon = _asked(tuple(phrases))
    return any(lexicon.find_in(listing_words(text[:LONGEST_TEXT]))[1] for text in texts)


@lru_cache(maxsize=256)
def _asked(phrases: tuple[str, ...]) -> Lexicon:
    return Lexicon((phrase, "asked", "words") for phrase in phrases)


def _strengths(
    lexicon: Lexicon,
    name: str,
    activities: Sequence[str],
    description: str,
    organization: str,
    scale: _Scale,
) -> dict[str, float]:
    in_name = _found(lexicon, " | ".join((name, *activities)))
    in_text = _found(lexicon, description)
    in_organization = _found(lexicon, organization) if organization else {}
    already = any(
        _plainly(parts) and not _is_a_house(parts) for key, parts in in_name.items() if not is_form(key)
    )
    at_once = _found(lexicon, _beginning(description)) if already else {}
    keys = dict.fromkeys((*in_name, *in_text, *in_organization))
    strengths = {}
    for key in keys:
        steps = _DESCRIBED if not already or _plainly(at_once.get(key, {})) else scale.besides
        strengths[key] = _strength(in_name.get(key, {}), in_text.get(key, {}), steps)
    if _speaks_of_something_else(description, in_text):
        strengths |= {key: min(strengths[key], scale.only_named) for key in in_name if key not in in_text}
    for key, parts in in_organization.items():
        if any(part in parts for part in _PLAIN):
            strengths[key] = max(strengths[key], _ORGANIZATION)
    return {key: strength for key, strength in strengths.items() if strength >= FLOOR}


def _beginning(text: str) -> str:
    """The words in which a text says first of all what is done there."""
    return " ".join(text.split()[:_FIRST_OF_ALL])


def _is_a_house(parts: Phrases) -> bool:
    """A name may say no more than what kind of house it is: much else goes on in a church or a library."""
    return all(set(phrase) <= _houses() for found in parts.values() for phrase in found)


@cache
def _houses() -> frozenset[str]:
    return frozenset(map(lemma, word_list("houses.txt")))


def _speaks_of_something_else(description: str, in_text: Found) -> bool:
    return bool(in_text) and len(description.split()) >= _LONG


def _plainly(parts: Phrases) -> bool:
    return any(part in parts for part in (*_PLAIN, "named"))


def _strength(name: Phrases, text: Phrases, steps: Sequence[float]) -> float:
    if _plainly(name):
        return _NAME
    described = {phrase for part in _PLAIN for phrase in text.get(part, ())}
    hints = len(text.get("weak", ()))
    strength = steps[min(len(described), len(steps)) - 1] if described else min(_HINT * hints, _MOST_HINTS)
    if "weak" in name:
        strength = max(strength, _NAMED_WEAK) + (0.1 if described or hints else 0.0)
    return round(strength, 3)


def _found(lexicon: Lexicon, text: str) -> Found:
    """The phrases of a lexicon in a text, without those that the text denies."""
    if not text:
        return {}
    words, hits = lexicon.find_in(listing_words(text[:LONGEST_TEXT]))
    if not hits:
        return {}
    spoken = settled(hits, NOT)
    weights = _weights(words) if spoken else None
    found: Found = {}
    for hit, key, part in spoken:
        if weights is None or min(weights[hit.start : hit.end]) > REFUSED:
            phrase = tuple(base for _, base in words[hit.start : hit.end])
            found.setdefault(key, {}).setdefault(part, set()).add(phrase)
    return found


def _weights(words: Sequence[Form]) -> list[float] | None:
    folded = [word for word, _ in words]
    return None if NEGATORS.isdisjoint(folded) else listing_weights(folded)
