"""The ages that a listing's own words plainly tell, where nobody entered any: "40 years and younger", "over 55s"."""

from __future__ import annotations

import re

from matching.language.ages import YOUNG

OPENING = 20
"""Words of a text in which the ages of all that follow are told."""
OLDEST = 99

_YEARS = r"(?:\s*\(\d+\))?(?:\s*-?\s*(?:years?|yrs?)(?:\s+old|\s+of\s+age)?)?"
_NO_OLDER = re.compile(
    rf"\b(\d{{1,2}}){_YEARS}\s+(?:and|or|&)\s+(?:younger|under)\b"
    r"|\bunder\s+(\d{1,2})s\b"
    r"|\bbirth\s+(?:to|through|-)\s+(?:\w+\s+\()?(\d{1,2})\)?",
    re.IGNORECASE,
)
_NO_YOUNGER = re.compile(
    rf"\b(\d{{1,2}})\)?{_YEARS}\s+(?:and|or|&)\s+(?:older|over|above|up)\b"
    r"|\bover\s+the\s+age\s+of\s+(\d{1,2})\b"
    r"|\b(?:over|above)[\s-]?(\d{2})['’]?s\b"
    r"|\b(\d{2})\s?(?:\+|plus\b)(?!\s*(?:\d|-?years?\b))",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:ages?|aged)\s+(?:of\s+)?(\d{1,2})\s*(?:to|-|–|through|and)\s*(\d{1,2})\b"
    r"|\b(\d{1,2})\s*(?:to|-|–)\s*(\d{1,2})\s*-?\s*(?:years?|yrs?|year\s*olds?)\b",
    re.IGNORECASE,
)
_DAYS_OR_TIMES = re.compile(
    r"\b(?:mon|tues?|wed|thu|fri|sat|sun)[a-z]*\b|\b\d{1,2}(?:[:.]\d{2})?\s?[ap]m\b|\b\d{1,2}[:.]\d{2}\b",
    re.IGNORECASE,
)
_PARENTS = re.compile(
    r"\b(?:parents?|famil(?:y|ies)|mothers|fathers|mums|dads|caregivers|carers|pregnant)\b", re.IGNORECASE
)

Ages = tuple[int | None, int | None]


def ages_told(name: str, told: str = "") -> Ages:
    """(lowest, highest) age that the name, or the beginning of the text, plainly says it is for. (None, None) where it
    says none or several, tells what is on at which time, or tells the ages of somebody's children."""
    opening = " ".join(told.split()[:OPENING])
    found = _told(name) or (set() if _DAYS_OR_TIMES.search(opening) else _told(opening))
    if len(found) != 1:
        return None, None
    low, high = next(iter(found))
    of_their_children = high is not None and high < YOUNG and _PARENTS.search(f"{name} | {opening}")
    return (None, None) if of_their_children else (low, high)


def _told(text: str) -> set[Ages]:
    found: set[Ages] = {(None, _number(match)) for match in _NO_OLDER.finditer(text)}
    found |= {(low, None) for match in _NO_YOUNGER.finditer(text) if (low := _number(match)) < OLDEST}
    for match in _BOTH.finditer(text):
        low, high = (int(one) for one in match.groups() if one)
        if low < high:
            found.add((low, high))
    return found


def _number(match: re.Match[str]) -> int:
    return next(int(one) for one in match.groups() if one)
