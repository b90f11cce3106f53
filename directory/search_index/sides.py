"""What a search needs of every document, beside its words: packed in one column, and read again as arrays.

Numbers and points of a whole segment are read in one go. Its ids and names stay packed until somebody asks for one:
a hundred thousand of them would take a second to unpack at each start, and most are never shown.

A side: the words in each text field, the day of the last check (ordinal, 0 = never), whether it is for everyone, how
many points it has; then its points (millionths of a degree); then its texts, with NULs between.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_WORDS, MOST_POINTS = 65_535, 255

_HEAD = struct.Struct("<5HiBB")
_HEAD_PARTS = np.dtype([("lengths", "<u2", 5), ("checked", "<i4"), ("public", "u1"), ("points", "u1")])
_POINT = struct.Struct("<ii")
_MICRO = 1_000_000


class Told(NamedTuple):
    """The texts of one document. `activities` are joined with "\\x01"."""

    listing_id: str
    ref: str
    name: str
    activities: str


def pack(
    lengths: Iterable[int], checked: int, public: bool, points: Iterable[tuple[float, float]], texts: Told
) -> bytes:
    """One document's side. Points are (lat, lon) in degrees; the texts hold no NUL."""
    chosen = list(points)[:MOST_POINTS]
    head = _HEAD.pack(*(min(length, MOST_WORDS) for length in lengths), checked, public, len(chosen))
    packed = b"".join(_POINT.pack(round(lat * _MICRO), round(lon * _MICRO)) for lat, lon in chosen)
    return head + packed + "\0".join(texts).encode()


class Sides:
    """The sides of one segment, by document number.

    lengths       float32 (documents, text fields)
    checked       int32, ordinal days; 0 = never
    public        bool
    point_counts  int32, a document; points float64 (all points, 2) in radians, document after document
    """

    def __init__(self, sides: Iterable[bytes]) -> None:
        packed = list(sides)
        self._packed = b"".join(packed)
        self._ends = np.cumsum([len(side) for side in packed], dtype=np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), self._ends])[:-1]
        heads = self._cut(starts, _HEAD.size).view(_HEAD_PARTS)[:, 0]
        self.lengths = heads["lengths"].astype(np.float32)
        self.checked = heads["checked"].astype(np.int32)
        self.public = heads["public"].astype(np.bool_)
        self.point_counts = heads["points"].astype(np.int32)
        self._texts = starts + _HEAD.size + _POINT.size * self.point_counts
        self.points = self._points(starts + _HEAD.size)

    def _cut(self, starts: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
        """`size` bytes from each start: uint8 (starts, size)."""
        whole = np.frombuffer(self._packed, np.uint8)
        return np.ascontiguousarray(whole[starts[:, None] + np.arange(size)])

    def _points(self, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        counts = self.point_counts
        before = np.cumsum(counts) - counts
        within = np.arange(int(counts.sum())) - np.repeat(before, counts)
        micro = self._cut(np.repeat(starts, counts) + _POINT.size * within, _POINT.size).view("<i4")
        return np.radians(micro.astype(np.float64) / _MICRO)

    def __len__(self) -> int:
        return len(self._ends)

    def told(self, number: int) -> Told:
        """The texts of one document."""
        return Told(*self._packed[int(self._texts[number]) : int(self._ends[number])].decode().split("\0"))

    def all_told(self) -> Iterator[Told]:
        """The texts of every document, in order."""
        spans: Any = zip(self._texts.tolist(), self._ends.tolist(), strict=True)
        return (Told(*self._packed[start:end].decode().split("\0")) for start, end in spans)
