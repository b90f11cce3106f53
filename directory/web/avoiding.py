"""What a person means by the names on their private avoid list. Pure.

Nobody can be told that a name was not understood (the list leaves no trace), so it is read generously: a
slip of the pen, a missing "the" or a part of a longer name still counts. Leaving out one place too many
does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from matching.columns import Columns
from matching.columns.names import folded
from matching.types import Avoid

SHORTEST_PART = 4
"""A shorter name counts only when it is the whole name."""
SHORTEST_SLIP = 6
ALIKE = 88
"""Of 100: about one slip in eight letters."""
LINES, NAME, RUN_BY, VENUE = 3, 0, 1, 2
"""What a listing is called, who runs it, and its venue (Columns.called)."""


def meant(names: Sequence[str], columns: Columns) -> Avoid:
    """What is meant by the names: listings by their own names, organizations and venues as the directory writes them
    (so that a listing with another place besides keeps that one); sorted, each once.

    A few milliseconds for each ten thousand listings; of an organization or venue one listing is read, however many it
    has: how long it takes must not tell what is here.
    """
    wanted = [said for name in names if (said := folded(name))]
    listings: set[str] = set()
    shared: dict[str, dict[int, int]] = {"organization": {}, "venue": {}}
    for begins, called in columns.called() if wanted else ():
        lines = [(begins + line // LINES, line % LINES) for line in _lines_alike(wanted, called)]
        listings.update(columns.id(row) for row, which in lines if which == NAME and columns.alive[row])
        for what, which in (("organization", RUN_BY), ("venue", VENUE)):
            rows = np.array(sorted(row for row, at in lines if at == which), dtype=np.intp)
            rows = rows[columns.alive[rows]]
            numbers = columns.take(f"avoid:{what}", rows).tolist()
            shared[what] |= dict(zip(numbers, rows.tolist(), strict=True))
    return Avoid(
        listings=tuple(sorted(listings)),
        organizations=tuple(
            sorted(columns.offer(row).organization for row in shared["organization"].values())
        ),
        venues=tuple(sorted(columns.offer(row).venue for row in shared["venue"].values())),
    )


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
