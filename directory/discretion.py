"""Does a line seem to name a person whom the agency supports? Pure: a hint to whoever writes, never a verdict.

Notes about places outlive the people who went there: they hold what a place is like, and nobody's name but those of the
people who run it. The hint knows them; any other name after "went with", "took" or before "enjoyed" is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = r"([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'’-]+)"
_BEFORE = re.compile(
    r"\b(?i:with|took|take|taking|brought|bring|bringing|for|supporting|support|accompanied|helped|client|patient)\s+"
    + _NAME
)
_AFTER = re.compile(
    _NAME
    + r"(?:'s|’s)?\s+(?:liked|loved|enjoyed|felt|wants|wanted|needs|struggled|managed|panicked|cried|relaxed)\b"
)
_WORDS = re.compile(r"[^\W\d_]+")
_NOT_NAMES = """i it we you he she they this that everyone everybody nobody someone people staff members volunteers
    children regulars newcomers visitors women men monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december christmas easter ramadan eid diwali
    english gift access universal makaton bsl"""
_NOBODY = frozenset(_NOT_NAMES.split())


def seems_to_name(text: str, known: Iterable[str] = ()) -> bool:
    """Whether a name stands where people name those they support. `known`: names and titles that may be said here."""
    allowed = _NOBODY | {word for one in known for word in words_of(one)}
    found = [*_BEFORE.findall(text), *_AFTER.findall(text)]
    return any(not set(words_of(name)) <= allowed for name in found)


def words_of(text: str) -> list[str]:
    """The words of a text, folded: "Amir's" -> ["amir", "s"], whose lone letters are left out."""
    return [word for word in _WORDS.findall(text.casefold()) if len(word) > 1]
