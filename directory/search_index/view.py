"""What one generation of the index holds, as arrays.

A segment of a Whoosh index never changes (only more of it is deleted), so its arrays and postings are read
once and kept; after an edit only the new, small segment is read. `View` joins the segments of one commit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import compress, takewhile
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from directory.search_index.sides import Sides, Told
from directory.search_index.store import TEXT_FIELDS, unusable_if_broken
from directory.search_index.text import fold, words

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

KEPT_POSTINGS = 2_000_000
"""Postings kept a segment (8 bytes each) before the cache is emptied."""

_NOTHING = (np.zeros(0, np.int32), np.zeros(0, np.float32))


class Segment:
    """The arrays of one Whoosh segment. `reader`s are passed in for each call and never kept."""

    def __init__(self, reader: Any) -> None:
        self.id: str = reader.segment().segment_id()
        self.count: int = reader.doc_count_all()
        self.sides = Sides(reader.column_reader("side"))
        self.choices = {term: self._mask(reader, term) for term in _lexicon(reader, "choice")}
        self._postings: dict[tuple[str, str], tuple[Ints, Floats]] = {}
        self._kept = 0
        self._surfaces: dict[str, int] | None = None

    @cached_property
    def name_lines(self) -> list[str]:
        return [" " + " ".join(fold(word) for word in words(told.name)) for told in self.sides.all_told()]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """listing_id -> number, deleted documents too; a segment never holds a listing twice."""
        return {told.listing_id: number for number, told in enumerate(self.sides.all_told())}

    @cached_property
    def by_name(self) -> list[tuple[tuple[bool, str, str], int]]:
        """((nameless, folded name, ref), number) in order."""
        folded = zip(self.name_lines, self.sides.all_told(), strict=True)
        return sorted(((line == " ", line, told.ref), number) for number, (line, told) in enumerate(folded))

    def _mask(self, reader: Any, term: str) -> Bools:
        mask = np.zeros(self.count, np.bool_)
        mask[_read_postings(reader, "choice", term)[0]] = True
        return mask

    def postings(self, reader: Any, field: str, term: str) -> tuple[Ints, Floats]:
        """Document numbers in this segment and the term's frequency in each; deleted documents are still
        in."""
        key = (field, term)
        if key not in self._postings:
            with unusable_if_broken():
                found = _read_postings(reader, field, term)
            self._kept += len(found[0]) + 16
            if self._kept > KEPT_POSTINGS:
                self._postings, self._kept = {}, len(found[0])
            self._postings[key] = found
        return self._postings[key]

    def surfaces(self, reader: Any) -> dict[str, int]:
        """Every word as it is written (folded, not stemmed) -> in how many documents."""
        if self._surfaces is None:
            found = reader.iter_from("surface", "") if "surface" in reader.indexed_field_names() else ()
            ours = takewhile(lambda item: item[0][0] == "surface", found)
            with unusable_if_broken():
                self._surfaces = {term.decode("utf-8"): info.doc_frequency() for (_, term), info in ours}
        return self._surfaces


class View:
    """All documents of one commit, in document-number order (as Whoosh numbers them)."""

    def __init__(self, generation: tuple[str, int], reader: Any, known: Iterable[Segment] = ()) -> None:
        by_id = {segment.id: segment for segment in known}
        leaves = [(leaf, offset) for leaf, offset in reader.leaf_readers() if leaf.doc_count_all()]
        self.generation = generation
        self.offsets = [offset for _, offset in leaves]
        self.segments = [by_id.get(leaf.segment().segment_id()) or Segment(leaf) for leaf, _ in leaves]
        self.size = sum(segment.count for segment in self.segments)
        self.alive = np.ones(self.size, np.bool_)
        for leaf, offset in leaves:
            if leaf.has_deletions():
                self.alive[[offset + n for n in leaf.segment().deleted_docs()]] = False
        self.lengths = self._join([s.sides.lengths for s in self.segments], (0, len(TEXT_FIELDS)), np.float32)
        living = self.lengths[self.alive]
        self.average_lengths = np.maximum(
            living.mean(axis=0) if len(living) else np.ones(len(TEXT_FIELDS)), 1.0
        )
        self.checked = self._join([s.sides.checked for s in self.segments], (0,), np.int32)
        self.public = self._join([s.sides.public for s in self.segments], (0,), np.bool_)
        self.points = self._join([s.sides.points for s in self.segments], (0, 2), np.float64)
        self.point_counts = self._join([s.sides.point_counts for s in self.segments], (0,), np.int32)
        self._surfaces: dict[str, int] | None = None
        every_choice = sorted({term for s in self.segments for term in s.choices})
        self.choices = {term: self._choice(term) for term in every_choice}

    @staticmethod
    def _join(parts: list[Any], empty: tuple[int, ...], dtype: Any) -> Any:
        return np.concatenate(parts) if parts else np.zeros(empty, dtype)

    def _choice(self, term: str) -> Bools:
        parts = [s.choices.get(term, np.zeros(s.count, np.bool_)) for s in self.segments]
        return cast(Bools, np.concatenate(parts))

    def leaves(self, reader: Any) -> Iterator[tuple[Any, Segment, int]]:
        """(Whoosh's reader, our arrays, offset) of each segment. `reader` must be of this generation."""
        readers = [leaf for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()]
        return zip(readers, self.segments, self.offsets, strict=True)

    def postings(self, reader: Any, field: str, term: str) -> tuple[Ints, Floats]:
        """Document numbers and frequencies over all segments."""
        parts = [(s.postings(leaf, field, term), offset) for leaf, s, offset in self.leaves(reader)]
        if len(parts) == 1:
            return parts[0][0]
        found = [(docs + np.int32(offset), freqs) for (docs, freqs), offset in parts if len(docs)]
        if not found:
            return _NOTHING
        return np.concatenate([docs for docs, _ in found]), np.concatenate([freqs for _, freqs in found])

    def told(self, number: int) -> Told:
        """The texts of one document."""
        at = bisect_right(self.offsets, number) - 1
        with unusable_if_broken():
            return self.segments[at].sides.told(number - self.offsets[at])

    def number(self, listing_id: str) -> int | None:
        """The number of a listing's living document."""
        for segment, offset in zip(self.segments, self.offsets, strict=True):
            with unusable_if_broken():
                found = segment.numbers.get(listing_id)
            if found is not None and self.alive[offset + found]:
                return int(offset + found)
        return None

    def living_ids(self) -> list[str]:
        """The listing_id of each living document."""
        told = (one.listing_id for segment in self.segments for one in segment.sides.all_told())
        with unusable_if_broken():
            return list(compress(told, self.alive.tolist()))

    @cached_property
    def name_order(self) -> Ints:
        """Each document's place when all are sorted by name, then ref. Nameless ones come last."""
        runs = [
            (key, offset + n)
            for s, offset in zip(self.segments, self.offsets, strict=True)
            for key, n in s.by_name
        ]
        runs.sort()  # sorted runs after each other: quick
        order = np.empty(self.size, np.int32)
        order[[number for _, number in runs]] = np.arange(self.size, dtype=np.int32)
        return order

    @cached_property
    def name_lines(self) -> list[str]:
        """Each name, folded, with a space in front: a word of it starts with x where " x" is in it."""
        return [line for segment in self.segments for line in segment.name_lines]

    def surfaces(self, reader: Any) -> dict[str, int]:
        """Every word as written (folded) -> documents that have it."""
        if self._surfaces is None:
            counts: dict[str, int] = {}
            for leaf, segment, _ in self.leaves(reader):
                for word, count in segment.surfaces(leaf).items():
                    counts[word] = counts.get(word, 0) + count
            self._surfaces = counts
        return self._surfaces


def _lexicon(reader: Any, field: str) -> list[str]:
    if field not in reader.indexed_field_names():
        return []
    return [term.decode("utf-8") for term in reader.lexicon(field)]


def _read_postings(reader: Any, field: str, term: str) -> tuple[Ints, Floats]:
    """One term's postings, a block at a time: Whoosh's own loop costs some microseconds for every
    document."""
    try:
        matcher = reader.postings(field, term)
    except TermNotFound:
        return _NOTHING
    matcher = getattr(
        matcher, "child", matcher
    )  # not through the filter for deleted documents: `alive` does that
    docs: list[Any] = []
    freqs: list[Any] = []
    while matcher.is_active():
        matcher.id()
        matcher.weight()  # both load the block
        docs.append(np.array(matcher._ids, np.int32))
        freqs.append(np.array(matcher._weights, np.float32))
        if not hasattr(matcher, "_next_block"):  # few postings: kept whole in the term's own entry
            break
        matcher._next_block()
    if not docs:
        return _NOTHING
    return np.concatenate(docs), np.concatenate(freqs)
