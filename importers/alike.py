"""Which listings may be one and the same: pairs with a score and its reasons in words. Pure; knows no database.

Two things share a listing only if they are one offer: two groups in one hall, or two services behind one telephone,
are two. Evidence adds up in points (log-odds, natural logarithm); every signal is a small function, and every weight
stands in `WEIGHTS`. A pair is scored alike whichever comes first. How well it does: docs/decisions/0054.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from importers.alike_sketch import Sketch, digest_of, keys, metres, name_key, sketch
from importers.alike_words import ACTIVITIES, DIRECTIONS, FILLERS, KINDS, NUMERALS, Word, readable

__all__ = [
    "LIKELY",
    "POSSIBLE",
    "WEIGHTS",
    "Likeness",
    "Reason",
    "Sketch",
    "compare",
    "keys",
    "pairs",
    "sketch",
]

WEIGHTS: dict[str, float] = {
    "start": -5.0,  # most pairs that share a postcode are two things
    "name_same": 5.2,
    "name_close": 4.5,  # times how much of both names is shared, 0 to 1
    "name_within": 2.0,  # times how much of the shorter name is in the longer
    "name_says_little": -2.5,  # "Warm space" and "Warm space": every hall has one
    "name_unlike": -2.0,
    "own_words": -2.0,  # each name has words that the other has not: a toddler group, a lunch club
    "own_activity": -1.2,  # the one name has an activity more: a church, and its toddler group
    "names_of_one_owner": -1.5,  # one organization gave them different names
    "own_numbers": -3.0,  # Group 1 and Group 2
    "own_number": -1.5,  # the Academy and the Academy II
    "named_in_place": 1.6,  # the one is named by the place of the other
    "postcode_same": 2.0,
    "place_near": 1.5,
    "place_beyond_500_m": -2.0,
    "place_beyond_2_km": -4.5,
    "area_other": -2.5,
    "town_other": -1.5,
    "street_same": 0.8,
    "number_other": -1.2,
    "phone": 2.0,
    "phone_other": -0.4,
    "email": 1.6,
    "page": 2.5,
    "site": 1.0,
    "times_same": 2.0,
    "times_some": 0.8,
    "days_other": -1.8,
    "hours_other": -0.3,
    "described_alike": 2.5,
    "described_otherwise": -0.8,  # times how long both descriptions are
    "organization_same": 0.3,
    "organization_other": -0.8,
    "other_activities": -1.5,
    "other_people": -3.0,
}
LIKELY, POSSIBLE = 0.75, 0.4
"""From these scores on a pair is called likely, or worth a look."""
NEAR_M, FAR_M, ELSEWHERE_M = 120.0, 500.0, 2000.0
BIGGEST_BLOCK = 40
"""A larger crowd behind one key (a hospital's postcode) is compared only where the names share a telling word."""
_OF_TOWN, _OF_OWNER = 0.5, 0.2
"""The most that a word of the town's name tells, and one of the name of the organization that both have."""
_DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday",
    "FR": "Friday", "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: points above 0 speak for one listing, below 0 for two."""

    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two listings are one, 0 to 1, and why (the weightiest reason first)."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> str:
        """The score in words."""
        if self.score >= LIKELY:
            return "Very likely the same" if self.score >= 0.95 else "Likely the same"
        return "May be the same" if self.score >= POSSIBLE else "Probably not the same"


def pairs(
    sketches: Mapping[str, Sketch], least: float = POSSIBLE, of: Collection[str] | None = None
) -> Iterator[tuple[str, str, Likeness]]:
    """All pairs that score at least `least`, or those with one of `of`: (lower id, higher id, likeness), each once.

    Where `of` is given, `sketches` must hold whoever shares a key with one of them.
    """
    blocks: defaultdict[str, list[str]] = defaultdict(list)
    for key, one in sketches.items():
        for block in keys(one):
            blocks[block].append(key)
    crowds = {block: len(members) for block, members in blocks.items()}
    for first, second in _candidates(blocks.values(), sketches):
        if of is not None and first not in of and second not in of:
            continue
        found = compare(sketches[first], sketches[second], crowds)
        if found.score >= least:
            yield first, second, found


def _candidates(blocks: Iterable[Collection[str]], sketches: Mapping[str, Sketch]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for members in blocks:
        for some in [members] if len(members) <= BIGGEST_BLOCK else by_word(members, sketches):
            found.update(combinations(sorted(some), 2))
    return found


def by_word(members: Iterable[str], sketches: Mapping[str, Sketch]) -> list[list[str]]:
    """A crowd in parts that share a telling word of their names; a word that too many have parts nobody."""
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for key in members:
        for word in sketches[key].telling:
            parts[word].append(key)
    return [some for some in parts.values() if 1 < len(some) <= BIGGEST_BLOCK]


def compare(a: Sketch, b: Sketch, crowds: Mapping[str, int] | None = None) -> Likeness:
    """How likely two listings are one. `crowds`: how many listings have a key (a number that twenty share says
    little); 2 where nothing is known."""
    crowds = crowds or {}
    owned = 0.4 if _one_owner(a, b) else 1.0  # one organization's services share its house, telephone, words
    found = [
        *_names(a, b, crowds),
        *_less(_places(a, b), owned),
        *_less(_contacts(a, b, crowds), owned),
        *_less(_times(a, b), owned),
        *_less(_descriptions(a, b), owned),
        *_owners(a, b),
        *_activities(a, b),
        *_for_whom(a, b),
    ]
    points = WEIGHTS["start"] + sum(reason.points for reason in found)
    found.sort(key=lambda reason: (-abs(reason.points), reason.text))
    return Likeness(1 / (1 + math.exp(-points)), tuple(found))


def _reason(weight: str, text: str, times: float = 1.0) -> Reason:
    return Reason(round(WEIGHTS[weight] * times, 2), text)


def _less(reasons: Iterable[Reason], share: float) -> Iterator[Reason]:
    """What speaks for one listing, at a share of its weight; what speaks for two, in full."""
    for reason in reasons:
        yield Reason(round(reason.points * share, 2), reason.text) if reason.points > 0 else reason


def _one_owner(a: Sketch, b: Sketch) -> bool:
    return bool(a.organization) and a.organization == b.organization


# --- the signals ----------------------------------------------------------------------------------------------------


def _names(a: Sketch, b: Sketch, crowds: Mapping[str, int]) -> Iterator[Reason]:
    if not a.name or not b.name:
        return
    shared = _shared(a.name, b.name)
    both, whole_a, whole_b = (_told(words, a, b) for words in (shared, a.name, b.name))
    close = 2 * both / (whole_a + whole_b)
    if close >= 0.999:
        crowd = 2 if _one_spot(a, b) else crowds.get(digest_of(name_key(a)), 2)
        yield _reason(
            "name_same", f"The names are the same{_others(crowd)}", 1 / math.log2(max(crowd - 2, 2))
        )
    elif both >= 0.5:
        words = readable(shared)
        yield _reason("name_close", f"Both names have “{words}”", close)
        yield _reason(
            "name_within", "The one name is within the other", both / min(whole_a, whole_b) * min(1.0, both)
        )
    else:
        yield _reason("name_unlike", "The names have little in common")
    if both < 1 and close >= 0.5:
        yield _reason("name_says_little", "Many places are called that", 1 - both)
    if close < 0.999 and _one_owner(a, b):
        yield _reason("names_of_one_owner", "One organisation gave them different names")
    yield from _own_words(a, b, shared)


def _others(crowd: int) -> str:
    return f" (so have {crowd - 2} others)" if crowd > 3 else ""


def _own_words(a: Sketch, b: Sketch, shared: Collection[Word]) -> Iterator[Reason]:
    stems = {word.stem for word in shared}
    own_a = [word for word in a.name if word.stem not in stems and not _explained(word, b)]
    own_b = [word for word in b.name if word.stem not in stems and not _explained(word, a)]
    numbers = [any(map(_is_number, own)) for own in (own_a, own_b)]
    if any(numbers):
        yield _reason("own_numbers" if all(numbers) else "own_number", "The names have different numbers")
    told_a = [word for word in own_a if word.stem not in FILLERS]
    told_b = [word for word in own_b if word.stem not in FILLERS]
    if told_a and told_b:
        strength = min(1.5, _weight(told_a), _weight(told_b))
        if any(
            all(any(w.stem in set_ for w in own) for own in (told_a, told_b)) for set_ in (KINDS, DIRECTIONS)
        ):
            strength = max(strength, 1.25)
        if all(word.stem in b.around for word in told_a) or all(word.stem in a.around for word in told_b):
            strength /= 2  # as where a church's own name is the address of what goes on in it
        first, second = sorted((readable(told_a), readable(told_b)))
        yield _reason("own_words", f"Each name has words of its own: “{first}” and “{second}”", strength)
        return
    if more := [word for word in (*told_a, *told_b) if word.stem in ACTIVITIES]:
        yield _reason("own_activity", f"Only the one name has “{readable(more)}”")
    if not _one_owner(a, b) and (_named_by(a, b, stems) or _named_by(b, a, stems)):
        yield _reason("named_in_place", "The one is named after the place or organisation of the other")


def _is_number(word: Word) -> bool:
    return word.stem.isdigit() or word.stem in NUMERALS


def _explained(word: Word, other: Sketch) -> bool:
    """A word that is in the other's address or organization tells nothing apart."""
    return word.stem in other.around and word.stem not in KINDS


def _named_by(one: Sketch, other: Sketch, shared: Collection[str]) -> bool:
    """All of the one name stands about the other, and more of it than both names and the town have."""
    told = {word.stem for word in one.name if word.stem not in FILLERS}
    return told <= other.around and not (one.telling & told) <= {*shared, *one.towns, *other.towns}


def _shared(a: Collection[Word], b: Collection[Word]) -> list[Word]:
    """The words that both names have, be it with a slip of the pen."""
    rest = list(b)
    found = []
    for word in a:
        twin = next((other for other in rest if other.stem == word.stem), None) or next(
            (other for other in rest if _slip(word.stem, other.stem)), None
        )
        if twin is not None:
            rest.remove(twin)
            found.append(word if word.weight <= twin.weight else twin)
            if twin.stem != word.stem:
                found.append(Word(twin.stem, twin.written, 0.0))
    return found


def _slip(one: str, other: str) -> bool:
    """One word, written with a slip: "Almondbury" and "Almonbury"."""
    if min(len(one), len(other)) < 5 or one.isdigit() or other.isdigit() or one[0] != other[0]:
        return False
    return fuzz.ratio(one, other) >= 88


def _weight(words: Iterable[Word]) -> float:
    return sum(word.weight for word in words)


def _told(words: Iterable[Word], a: Sketch, b: Sketch) -> float:
    """How much the words tell; those that both have from their town or their one organization tell little."""
    towns, owner = a.towns | b.towns, a.owner_words if _one_owner(a, b) else frozenset()
    return sum(
        min(word.weight, _OF_OWNER if word.stem in owner else _OF_TOWN if word.stem in towns else 1.0)
        for word in words
    )


def _one_spot(a: Sketch, b: Sketch) -> bool:
    near = any(metres(p, q) <= NEAR_M for p in a.points for q in b.points)
    return near or bool(a.postcodes & b.postcodes)


def _places(a: Sketch, b: Sketch) -> Iterator[Reason]:
    apart = min((metres(p, q) for p in a.points for q in b.points), default=None)
    same_code = bool(a.postcodes & b.postcodes)
    if same_code:
        yield _reason("postcode_same", "Same postcode")
    if apart is not None and apart > ELSEWHERE_M and not same_code:
        yield _reason("place_beyond_2_km", f"{apart / 1000:.0f} kilometres apart")
    elif apart is not None and apart > FAR_M and not same_code:
        yield _reason("place_beyond_500_m", f"{apart:.0f} metres apart")
    elif apart is not None and apart <= NEAR_M and not same_code:
        yield _reason("place_near", "The same spot" if apart < 15 else f"{round(apart, -1):.0f} metres apart")
    elif apart is None and a.areas and b.areas and a.areas.isdisjoint(b.areas):
        yield _reason("area_other", "In different postcode districts")
    elif apart is None and not same_code and a.towns and b.towns and a.towns.isdisjoint(b.towns):
        yield _reason("town_other", "In different towns")
    yield from _street_reasons(a.streets, b.streets)


def _street_reasons(a: frozenset[tuple[str, str]], b: frozenset[tuple[str, str]]) -> Iterator[Reason]:
    if a & b:
        yield _reason("street_same", "Same house number and street")
    elif {street for _, street in a} & {street for _, street in b}:
        yield _reason("number_other", "Different house numbers in one street")


def _contacts(a: Sketch, b: Sketch, crowds: Mapping[str, int]) -> Iterator[Reason]:
    for weight, kind, words, mine, yours in (
        ("phone", "phone", "Same phone number", a.phones, b.phones),
        ("email", "email", "Same email address", a.emails, b.emails),
        ("page", "page", "Same web page", a.pages, b.pages),
    ):
        if both := mine & yours:
            crowd = min(crowds.get(digest_of(f"{kind} {one}"), 2) for one in both)
            yield _reason(weight, f"{words}{_others(crowd)}", 1 / math.log2(max(crowd - 2, 2)))
    if a.phones and b.phones and a.phones.isdisjoint(b.phones):
        yield _reason("phone_other", "Different phone numbers")
    if a.sites & b.sites and not a.pages & b.pages:
        yield _reason("site", "Same website")


def _times(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if not a.days or not b.days:
        return
    if a.days.isdisjoint(b.days):
        yield _reason("days_other", f"Different days: {_in_days(a)} and {_in_days(b)}")
    elif a.times and a.times == b.times:
        yield _reason("times_same", "The same days and times")
    elif a.times & b.times:
        yield _reason("times_some", "Some of the same times")
    elif a.days != b.days or (a.times and b.times):
        yield _reason("hours_other", "On at different times")


def _in_days(one: Sketch) -> str:
    return ", ".join(name for code, name in _DAYS.items() if code in one.days)


def _descriptions(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if min(len(a.description), len(b.description)) < 40:
        return
    alike = fuzz.ratio(a.description, b.description)
    if alike >= 85:
        yield _reason("described_alike", "Described in the same words")
    elif fuzz.token_set_ratio(a.description, b.description) < 45:
        length = min(len(a.description), len(b.description), 200)
        yield _reason("described_otherwise", "Described quite differently", length / 200)


def _owners(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if not a.organization or not b.organization:
        return
    if _one_owner(a, b):
        yield _reason("organization_same", "Run by the same organisation")
    elif fuzz.token_set_ratio(a.organization, b.organization) < 60:
        yield _reason("organization_other", "Run by different organisations")


def _activities(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if a.activities and b.activities and a.activities.isdisjoint(b.activities):
        yield _reason("other_activities", "No activity in common")


def _for_whom(a: Sketch, b: Sketch) -> Iterator[Reason]:
    mine, yours = dict(a.people), dict(b.people)
    if any(mine[kind] != yours[kind] for kind in mine.keys() & yours.keys()):
        yield _reason("other_people", "For different people")
