"""Names as words to compare: accents, case, apostrophes and abbreviations aside; some words tell more than others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_APOSTROPHES = re.compile("['’`‘]")
_WORD = re.compile(r"[^\W_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SMALL = _set("the a an of and at in on for to by with from our your y yr")
_ONE_SPELLING = {
    "saint": "st", "saints": "st", "sts": "st", "ss": "st", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane",
    "cres": "crescent", "sq": "square", "center": "centre", "ctr": "centre", "cafes": "cafe",
    "caffe": "cafe", "comm": "community", "assoc": "association", "meth": "methodist", "urc": "united reformed church",
    "umc": "united methodist", "mens": "men", "womens": "women",
    "childrens": "child", "children": "child", "org": "organization",
    "dept": "department", "co": "company", "ltd": "limited",
}  # fmt: skip
FILLERS = _set(
    "warm welcome welcoming space hub place community communities group club project service local limited "
    "company trust charity cio cic uk association society organization network programme program open free "
    "friendly safe bank winter initiative session weekly drop st new"
)
"""Words that many names have and that tell hardly anything."""
VENUES = _set(
    "centre church parish library hall cafe school college university hospital clinic chapel museum gallery pub "
    "shop office park theatre leisure village town city council building house room methodist baptist catholic "
    "united reformed shelter garden"
)
ACTIVITIES = _set(
    "sport choir lunch coffee morning afternoon evening toddler baby youth child family men women adult senior "
    "walk art craft music dance exercise support advice food foodbank pantry larder kitchen breakfast tea knit "
    "friend health care housing training education counselling medical dental outreach residential emergency film "
    "bingo summer after camp"
)
KINDS = VENUES | ACTIVITIES
"""Words for a kind of place or activity: they tell two offers apart, but do not make two one."""
COMMON = _set(
    "christ trinity holy grace hope mary john jame peter paul andrew george michael nichola thoma luke mark "
    "matthew stephen margaret anne david barnaba all salvation army citizen age north south east west street road "
    "good life quaker friend gospel evangelical city central family"
)
"""Names that every town has."""
DIRECTIONS = _set("north south east west upper lower central morning afternoon evening")
NUMERALS = _set("ii iii iv vi vii viii one two three first second third")
_WEIGHT_OF_FILLER, _WEIGHT_OF_KIND = 0.15, 0.5


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name: the form that is compared, as it was written, and how much it tells (0 to 1)."""

    stem: str
    written: str
    weight: float


def fold(text: str) -> str:
    """Case, accents, apostrophes and punctuation aside: "St. Anne's Café" -> "st annes cafe"."""
    plain = _APOSTROPHES.sub("", text).replace("&", " and ")
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(plain.casefold()))


def words_of(text: str) -> list[Word]:
    """The words of a text, small words aside."""
    return [word for written in fold(text).split() for word in _words(written)] if text else []


@lru_cache(maxsize=20_000)
def _words(written: str) -> tuple[Word, ...]:
    """One written word in one spelling; an abbreviation may be several."""
    parts = (part for part in _ONE_SPELLING.get(written, written).split() if part not in _SMALL)
    return tuple(Word(stem, written, _weight(stem)) for stem in map(_stem, parts))


def name_words(name: str) -> tuple[Word, ...]:
    """The words of a name, each once, in their order; small words count where there are no others."""
    found = words_of(name) or [Word(word, word, 1.0) for word in fold(name).split()]
    return tuple({word.stem: word for word in reversed(found)}.values())[::-1]


def readable(words: Iterable[Word]) -> str:
    """Words for a sentence, as they were written."""
    return " ".join(dict.fromkeys(word.written for word in words if word.weight > 0))


def _stem(word: str) -> str:
    """Singular, roughly: "spaces" and "space" are one word."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _weight(stem: str) -> float:
    if stem in FILLERS:
        return _WEIGHT_OF_FILLER
    return _WEIGHT_OF_KIND if stem in KINDS or stem in COMMON else 1.0
