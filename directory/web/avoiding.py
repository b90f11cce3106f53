"""Which listings a person means by the names on their private avoid list. Pure.

Nobody can be told that a name was not understood (the list leaves no trace), so it is read generously: a
slip of the pen, a missing "the" or a part of a longer name still counts. Leaving out one place too many
does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from matching.columns import Columns

SHORTEST_PART = 4
"""A shorter name counts only when it is the whole name."""
SHORTEST_SLIP = 6
ALIKE = 88
"""Of 100: about one slip in eight letters."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What the names stand for: ids of listings (by their own name or who runs them), and venues as the
    directory
    writes them, so that a listing with another place besides keeps that one."""

    listings: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()


def meant(names: Sequence[str], columns: Columns) -> Meant:
    """What is meant by the names; sorted, each once."""
    wanted = [words for name in names if (words := _words(name))]
    if not wanted:
        return Meant()
    known: dict[str, bool] = {"": False}

    def avoided(candidate: str) -> bool:
        if candidate not in known:
            known[candidate] = any(_alike(one, _words(candidate)) for one in wanted)
        return known[candidate]

    listings: set[str] = set()
    venues: set[str] = set()
    for row, name, organization, venue in columns.names():
        if avoided(name) or avoided(organization):
            listings.add(columns.id(row))
        if avoided(venue):
            venues.add(venue)
    return Meant(tuple(sorted(listings)), tuple(sorted(venues)))


def _words(name: str) -> list[str]:
    folded = name.casefold().replace("’", "'").replace("'s", "")
    return [word for word in re.findall(r"[^\W_]+", folded) if word not in ("the", "a", "an")]


def _alike(name: list[str], candidate: list[str]) -> bool:
    said, known = " ".join(name), " ".join(candidate)
    if said == known or "".join(name) == "".join(candidate):
        return True
    if len(said) >= SHORTEST_PART and f" {said} " in f" {known} ":
        return True
    return len(said) >= SHORTEST_SLIP and fuzz.ratio(said, known) >= ALIKE
