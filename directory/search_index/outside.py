"""Documents that are not in the index (closed listings, or a listing as it would be), asked the same questions.

One by one, in plain Python: for hundreds, not for the whole directory. There is no score, and no "some of your words".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from geopy.distance import great_circle

from directory.search_index.documents import FROM_HOME, Document
from directory.search_index.scoring import LONGEST_SYNONYM, Synonyms
from directory.search_index.text import Query, terms, tidy
from matching.types import Criteria, Point

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A document's words: each field as stems in order, and all of them together."""

    fields: tuple[list[str], ...]
    stems: frozenset[str]


def answers(document: Document, query: Query, synonyms: Synonyms) -> bool:
    """Whether a document has every word and phrase of the query (or a synonym of a word), and none left out."""
    text = _text(document)
    if any(_side_by_side(text, stems) for stems in query.excluded):
        return False
    stems = query.stems
    had = [stem in text.stems for stem in stems]
    for start, end, other in _instead(stems, synonyms):
        if text.stems.issuperset(other):
            had[start:end] = [True] * (end - start)
    return all(had) and all(_side_by_side(text, phrase) for phrase in query.phrases)


def passes(document: Document, criteria: Criteria) -> bool:
    """Whether a document passes every choice of the criteria, as `facets.narrow` has it."""
    if criteria.cost and document.cost not in criteria.cost:
        return False
    if criteria.formats and not set(criteria.formats) & set(document.formats):
        return False
    if criteria.days and not set(criteria.days) & set(document.days):
        return False
    if not document.access.issuperset(criteria.access):
        return False
    km, limit = nearest_km(document, criteria.origin), criteria.within_km
    return limit is None or km is None or km <= limit or bool(set(document.formats) & set(FROM_HOME))


def nearest_km(document: Document, origin: Point | None) -> float | None:
    """Kilometres to the nearest place of a document; None from nowhere, or where it is not on the map."""
    if origin is None:
        return None
    points = [p for p in document.points if isfinite(p[0]) and abs(p[0]) <= 90 and abs(p[1]) <= 180]
    return min((float(great_circle((origin.lat, origin.lon), point).km) for point in points), default=None)


def _text(document: Document) -> _Text:
    written = (
        document.name,
        document.organization,
        "\n".join(document.activities),
        document.description,
        document.place,
    )
    fields = tuple(terms(tidy(text)) for text in written)
    return _Text(fields, frozenset(stem for field in fields for stem in field))


def _instead(stems: Stems, synonyms: Synonyms) -> Iterator[tuple[int, int, Stems]]:
    """(from, to, stems that stand for these words of the search)."""
    for start in range(len(stems)):
        for end in range(start + 1, min(start + LONGEST_SYNONYM, len(stems)) + 1):
            for other in synonyms.get(stems[start:end], ()):
                yield start, end, other


def _side_by_side(text: _Text, wanted: Stems) -> bool:
    if not text.stems.issuperset(wanted):
        return False
    size = len(wanted)
    return any(wanted == window for field in text.fields for window in _windows(field, size))


def _windows(field: list[str], size: int) -> Iterable[Stems]:
    return (tuple(field[at : at + size]) for at in range(len(field) - size + 1))
