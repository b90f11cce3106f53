"""Whoosh's own file format, written and merged quicker. What is written is the same.

Whoosh looks up a document's length once for every posting. For a field that has none it asks the file system each
time, a quarter of the time that indexing takes; here each segment's lengths are read once. Our fields take terms that
are made already, so that nobody tokenises them again; and what is checked of every posting, a hundred for each listing,
is not checked of what we have just made.
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from whoosh.analysis import IDTokenizer
from whoosh.codec.whoosh3 import (
    LENGTHS_COLUMN,
    W3Codec,
    W3FieldWriter,
    W3PerDocReader,
    W3PostingsWriter,
    _lenfield,
)
from whoosh.fields import KEYWORD, TEXT
from whoosh.formats import Positions
from whoosh.util.numeric import byte_to_length
from whoosh.writing import PostingPool

Posting = tuple[bytes, int, float, bytes]
"""(term, how often, weight, what is kept of it)."""
NOT_COMPRESSED = 0
"""Blocks of 128 postings are small: to compress them saves a third of the disk, a kilobyte for each listing, and costs
a tenth of the time."""
MOST_POSTINGS = 2_000_000
"""So many are sorted in memory, some 300 MB; more go to disk."""


class Terms(TEXT):  # type: ignore[misc]  # Whoosh has no types
    """A field of terms in order, as `text.terms` makes them. Their positions are kept, for phrases."""

    def __init__(self) -> None:
        super().__init__(analyzer=IDTokenizer(), phrase=True)

    def __reduce__(self) -> Any:
        return _as_whoosh_has_it(self, TEXT)

    def index(self, value: list[str], **_: Any) -> Iterator[Posting]:
        places: dict[str, list[int]] = {}
        for place, term in enumerate(value):
            places.setdefault(term, []).append(place)
        for term, where in places.items():
            yield term.encode(), len(where), float(len(where)), self._kept(where)

    def _kept(self, where: list[int]) -> bytes:
        return _one_place(where[0]) if len(where) == 1 else bytes(self.format.encode(where))


def _as_whoosh_has_it(field: Any, kind: Any) -> Any:
    """How a field is kept: an index on disk knows nothing of us."""
    return copyreg._reconstructor, (kind, object, None), dict(vars(field))  # type: ignore[attr-defined]


@lru_cache(maxsize=5_000)
def _one_place(place: int) -> bytes:
    """What Whoosh keeps of a term that stands once, as most do."""
    return bytes(Positions().encode([place]))


class Keys(KEYWORD):  # type: ignore[misc]  # Whoosh has no types
    """A field of keys, each once."""

    def __init__(self) -> None:
        super().__init__(analyzer=IDTokenizer())

    def __reduce__(self) -> Any:
        return _as_whoosh_has_it(self, KEYWORD)

    def index(self, value: list[str], **_: Any) -> Iterator[Posting]:
        return ((key.encode(), 1, 1.0, ONCE) for key in dict.fromkeys(value))


ONCE = bytes(next(iter(KEYWORD().index(["x"])))[3])


class Pool(PostingPool):  # type: ignore[misc]  # Whoosh has no types
    """The postings of a writer until they are sorted. It counts them, and does not weigh each."""

    def add(self, item: Any) -> None:
        self.current.append(item)
        if len(self.current) >= MOST_POSTINGS:
            self.save()


class Codec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Hand it to a writer, and to the readers of what a writer merges."""

    def field_writer(self, storage: Any, segment: Any) -> Any:
        return _Fields(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        if byteids:
            return super().postings_writer(dbfile, byteids=byteids)
        return _Postings(dbfile, self._blocklimit, byteids, NOT_COMPRESSED, self._inlinelimit)

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        return _KnownLengths(storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """A segment that, wherever it is read from disk again, knows nothing of us."""
        return W3Codec().new_segment(storage, indexname)


class _KnownLengths(W3PerDocReader):  # type: ignore[misc]
    """A finished segment never changes, so what is said of its lengths once stays true."""

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self._lengths: dict[str, list[int | None] | None] = {}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int | None:
        lengths = self.lengths(fieldname)
        return default if lengths is None else lengths[docnum]

    def lengths(self, fieldname: str) -> list[int | None] | None:
        """How long each document's field is; None for a field of which that is not kept."""
        if fieldname not in self._lengths:
            self._lengths[fieldname] = self._read(fieldname)
        return self._lengths[fieldname]

    def _read(self, fieldname: str) -> list[int | None] | None:
        column = self._cached_reader(_lenfield(fieldname), LENGTHS_COLUMN)
        if column is None:
            return None
        written = (column[number] for number in range(self._doccount))
        return [byte_to_length(byte) if byte else None for byte in written]


class _Fields(W3FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    """Takes sorted postings, a field and a term at a time."""

    def add_postings(self, schema: Any, lengths: _KnownLengths, items: Iterable[Any]) -> None:
        for field, of_field in groupby(items, itemgetter(0)):
            self.start_field(field, schema[field])
            known = lengths.lengths(field)
            for term, of_term in groupby(of_field, itemgetter(1)):
                self.start_term(term)
                add = self._postwriter.add_posting
                for _, _, number, weight, kept in of_term:
                    add(number, weight, kept or b"", known[number] if known else 0)
                self.finish_term()
            self.finish_field()


class _Postings(W3PostingsWriter):  # type: ignore[misc]  # Whoosh has no types
    """The same blocks, without a look at the type of everything that goes in."""

    _minlength: int | None
    _maxlength: int
    _maxweight: float

    def add_posting(self, number: int, weight: float, kept: bytes, length: int | None = None) -> None:
        if len(self._ids) >= self._blocklimit:
            self._write_block()
        self._ids.append(number)
        self._weights.append(weight)
        if weight > self._maxweight:
            self._maxweight = weight
        if kept:
            self._values.append(kept)
        if length:
            if self._minlength is None or length < self._minlength:
                self._minlength = length
            if length > self._maxlength:
                self._maxlength = length
