"""Which listings a person means by the names on their private avoid list. Pure.

Nobody can be told that a name was not understood (the list leaves no trace), so it is read generously: a
slip of the pen, a missing "the" or a part of a longer name still counts. Leaving out one place too many
does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from matching.columns import Columns
from matching.columns.names import folded

SHORTEST_PART = 4
"""A shorter name counts only when it is the whole name."""
SHORTEST_SLIP = 6
ALIKE = 88
"""Of 100: about one slip in eight letters."""
LINES, VENUE = 3, 2
"""What a listing is called, who runs it, and its venue (Columns.called)."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What the names stand for: ids of listings (by their own name or who runs them), and venues as the
    directory
    writes them, so that a listing with another place besides keeps that one."""

    listings: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()


def meant(names: Sequence[str], columns: Columns) -> Meant:
    """What is meant by the names; sorted, each once. A few milliseconds for each ten thousand listings."""
    wanted = [said for name in names if (said := folded(name))]
    listings: set[str] = set()
    venues: set[str] = set()
    for begins, called in columns.called() if wanted else ():
        for line in _lines_alike(wanted, called):
            row, which = begins + line // LINES, line % LINES
            if not columns.alive[row]:
                continue
            if which == VENUE:
                venues.add(columns.offer(row).venue)
            else:
                listings.add(columns.id(row))
    return Meant(tuple(sorted(listings)), tuple(sorted(venues)))


def _lines_alike(wanted: list[str], called: bytes) -> set[int]:
    """The numbers of the lines that mean one of the names: the whole line, however it is spaced; where the name is
    long enough, whole words of the line, or the line with a slip of the pen."""
    spaced, together = _Lines(called), _Lines(called.replace(b" ", b""))
    texts = called.decode("utf-8").split("\n")[:-1]
    found: set[int] = set()
    for said in wanted:
        found |= together.having(said.replace(" ", ""), around=(b"\n",))
        if len(said) >= SHORTEST_PART:
            found |= spaced.having(said, around=(b" ", b"\n"))
        if len(said) >= SHORTEST_SLIP:
            alike = process.extract(said, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
            found.update(line for _, _, line in alike)
    return found


class _Lines:
    """Lines of a text, searched without taking them apart."""

    def __init__(self, text: bytes):
        self.text = b"\n" + text
        self.begins = np.flatnonzero(np.frombuffer(self.text, dtype=np.uint8) == ord("\n"))

    def having(self, words: str, around: tuple[bytes, ...]) -> set[int]:
        """The numbers of the lines in which the words stand between two of these."""
        wanted, at = words.encode("utf-8"), 0
        places = []
        while (at := self.text.find(wanted, at + 1)) > 0:
            end = at + len(wanted)
            if self.text[at - 1 : at] in around and self.text[end : end + 1] in around:
                places.append(at)
        return set((np.searchsorted(self.begins, places) - 1).tolist())
