"""Arrays over all opportunities: the fast, wide search before the exact rules (design.md 4).

`Columns` are one or two parts laid end to end: a large one, mapped from a file and shared by every process, and a small
one of what changed since. A row is a position in that line; rows of a listing that changed are dead in the
part that held it before. Nothing here knows a person.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from matching.columns.names import plain, shunned
from matching.columns.part import (
    SESSION,
    Part,
    Rows,
    asset_name,
    build,
    decoded,
    fingerprint,
    is_interest,
    smallest,
    spread,
)
from matching.columns.uniting import living, united
from matching.rules.asked import Rule
from matching.types import Avoid, Finding, Opportunity
from matching.vocabulary.needs import facts
from matching.when import When

__all__ = ["Columns", "Part", "Posted", "Rows", "build", "fingerprint", "plain", "united"]

Posted = Callable[[str], tuple[Rows, Rows]]
"""`Columns.postings`, or one that remembers for as long as one answer takes."""
MOST_FACTS, LAST_DAY = 0xFFFF, date.max.toordinal()
BETWEEN = 1 << 24
"""More than a later part has rows."""
SCATTERED = 16
"""Up to so many possible codes for each row, one look at each row is quicker than putting the rows in order."""
SAMPLED = 2000
"""So many places tell well enough where most of them are."""


class Columns:
    """All opportunities of a directory."""

    def __init__(self, offers: Iterable[Opportunity] = (), *, parts: Sequence[Part] | None = None):
        self.parts = tuple(parts) if parts is not None else (build((o.id, o) for o in offers),)
        assert 1 <= len(self.parts) <= 2, "unite the later parts first"
        self._begins = (0, *accumulate(part.size for part in self.parts))
        self.size = self._begins[-1]
        self._joined: dict[str, Rows] = {}
        self._codes: dict[str, tuple[Rows, int]] = {}
        self._alike: dict[tuple[str, ...], tuple[Rows, Rows]] = {}
        self._interests: dict[str, tuple[Rows, Rows]] = {}
        self._worth: dict[tuple[str, Callable[[Any], float]], Rows] = {}
        self.alive = self._alive()
        self.running = np.asarray(self.whole("running") & self.alive)

    def _alive(self) -> Rows:
        return np.concatenate(living(self.parts))

    # --- by row ----------------------------------------------------------------------------------------------------

    def whole(self, name: str) -> Rows:
        """A column over all rows."""
        return self._end_to_end(name, lambda part: part[name])

    def line(self, name: str, at: int) -> Rows:
        """One line of a column that has several, over all rows."""
        return self._end_to_end(f"{name}:{at}", lambda part: part[name][at])

    def _end_to_end(self, name: str, of: Callable[[Part], Rows]) -> Rows:
        """Both parts as one, put together once: the later one is small, and this would be done for every question."""
        if len(self.parts) == 1:
            return of(self.parts[0])
        if name not in self._joined:
            self._joined[name] = np.concatenate([of(part) for part in self.parts])
        return self._joined[name]

    def take(self, name: str, rows: Rows, at: int | None = None) -> Rows:
        """The values of a column (of its line `at` where it has several) for some rows."""
        return (self.whole(name) if at is None else self.line(name, at)).take(rows)

    def codes(self, name: str, rows: Rows) -> tuple[Rows, int]:
        """(a code for what the rows have, how many codes there are) of a trait, of a fact ("fact:step_free", or
        "fact:bsl=led" where one value counts alone), or "out": there is no way to take part but at a venue. Equal codes
        mean equal values."""
        codes, count = self._coded(name)
        return codes.take(rows), count

    def _coded(self, name: str) -> tuple[Rows, int]:
        """The codes of all rows, and how many there are."""
        if name not in self._codes:
            kind, _, value = name.partition(":")
            if kind == "fact":
                self._codes[name] = self._coded_fact(*value.partition("=")[::2])
            elif name == "out":
                self._codes[name] = self.whole("goes_out").view(np.uint8), 2
            else:
                self._codes[name] = self._coded_trait(name)
        return self._codes[name]

    def _coded_trait(self, trait: str) -> tuple[Rows, int]:
        """The codes of a later part come after those of the first."""
        befores = (0, *accumulate(len(part[f"values:{trait}"]) for part in self.parts))
        later = [
            part[f"trait:{trait}"] + np.uint32(before)
            for part, before in zip(self.parts[1:], befores[1:], strict=False)
        ]
        codes = self.parts[0][f"trait:{trait}"]
        return np.concatenate([codes, *later]) if later else codes, max(befores[-1], 1)

    def _coded_fact(self, key: str, value: str) -> tuple[Rows, int]:
        """The value of a fact, 0 where nobody knows; or whether it has one value."""
        known, values = self.line("facts", tuple(facts()).index(key)), facts()[key].values
        if value:
            return (known == 1 + values.index(value)).view(np.uint8), 2
        return known, len(values) + 1

    def alike(self, names: tuple[str, ...]) -> tuple[Rows, Rows]:
        """(a code of each row, equal where everything by some names (see `codes`) is; for each code a row that has it).
        Kept: it is the same for everybody, and nearly every question asks for it."""
        if names not in self._alike:
            self._alike[names] = self._together(names)
        return self._alike[names]

    def _together(self, names: Iterable[str]) -> tuple[Rows, Rows]:
        codes, one_of = np.zeros(self.size, dtype=np.uint8), np.arange(min(self.size, 1))
        for name in names:
            more, values = self._coded(name)
            both = codes * np.int64(values) + more
            if len(one_of) * values > SCATTERED * self.size:
                _, one_of, codes = np.unique(both, return_index=True, return_inverse=True)
                continue
            has = np.full(len(one_of) * values, -1, dtype=np.int64)
            has[both] = np.arange(self.size)
            one_of = has[has >= 0]
            number = np.empty(len(has), dtype=smallest(len(one_of)))
            number[has >= 0] = np.arange(len(one_of))
            codes = number[both]
        return codes, one_of

    def told(self, trait: str, rows: Rows, worth: Callable[[Any], float]) -> Rows:
        """What each row's value of a trait is worth to anybody, asked once a value."""
        if (trait, worth) not in self._worth:
            table = np.array([worth(value) for value in self.values(trait)], dtype=np.float64)
            self._worth[trait, worth] = table.take(self._coded(trait)[0])
        return self._worth[trait, worth].take(rows)

    def values(self, trait: str) -> tuple[Hashable, ...]:
        """What each of its codes stands for."""
        if len(self.parts) == 1:
            return self.parts[0].values(trait)
        return tuple(value for part in self.parts for value in part.values(trait))

    def _by_part(self, rows: Rows) -> list[tuple[Part, Rows]]:
        if len(self.parts) == 1:
            return [(self.parts[0], rows)]
        cuts = np.searchsorted(rows, self._begins)
        return [
            (part, rows[first:last] - begins)
            for part, begins, (first, last) in zip(self.parts, self._begins, pairwise(cuts), strict=False)
        ]

    def sessions(self, rows: Rows) -> tuple[Rows, dict[str, Rows]]:
        """(position in `rows`, columns of SESSION) of each weekday session of some rows (see part.py)."""
        where, found = [], []
        before = 0
        for part, mine in self._by_part(rows):
            starts, ends = part["sessions_at"][mine], part["sessions_at"][mine + 1]
            where.append(np.repeat(np.arange(len(mine)), ends - starts) + before)
            flat = spread(starts, ends - starts)
            found.append({name: part[name][flat] for name in SESSION})
            before += len(mine)
        return np.concatenate(where), {name: np.concatenate([one[name] for one in found]) for name in SESSION}

    # --- by opportunity --------------------------------------------------------------------------------------------

    def offer(self, row: int) -> Opportunity:
        """The opportunity of a row, without its terms."""
        part, own = self._part_of(row)
        return part.offer(own)

    def when(self, row: int, today: date) -> When:
        """When the opportunity of a row is on, as it is told on a day."""
        part, own = self._part_of(row)
        return part.when(own, today)

    def said(self, rule: Rule, row: int, today: date) -> tuple[Finding, ...]:
        """What a rule that is alike for everybody says of the opportunity of a row on a day."""
        part, own = self._part_of(row)
        return part.said(rule, own, today)

    def _part_of(self, row: int) -> tuple[Part, int]:
        at = bisect_right(self._begins, row) - 1
        return self.parts[at], row - self._begins[at]

    def id(self, row: int) -> str:
        """The listing a row belongs to."""
        part, own = self._part_of(row)
        return part.id(own)[0]

    def rows_of(self, listing: str) -> list[int]:
        """The living rows of a listing."""
        rows = [
            begins + row
            for part, begins in zip(self.parts, self._begins, strict=False)
            for row in part.rows_of(listing)
        ]
        return [row for row in rows if self.alive[row]]

    def ids(self) -> set[str]:
        """The ids of all living listings."""
        return {self.id(int(row)) for row in np.flatnonzero(self.alive)}

    def offers(self) -> Iterator[Opportunity]:
        """Every living opportunity, read anew: for checks, not for answers."""
        found = (self._part_of(int(row)) for row in np.flatnonzero(self.alive))
        return (decoded(part.arrays, row) for part, row in found)

    def called(self) -> Iterator[tuple[int, bytes]]:
        """(number of the first row, lines) of each part: three lines a row, its name, who runs it and its venue, as
        `names.folded` has them; dead rows among them."""
        for part, begins in zip(self.parts, self._begins, strict=False):
            yield begins, part["called"].tobytes()

    @cached_property
    def order(self) -> Rows:
        """Numbers in the order of (id, place) over all parts: those of a later part lie between the first's."""
        first, *later = self.parts
        placed = [np.arange(first.size, dtype=np.int64) * BETWEEN]
        for part in later:
            before = [first.place_of(*part.id(row)) for row in range(part.size)]
            placed.append(np.array(before, dtype=np.int64) * BETWEEN - BETWEEN // 2 + np.arange(part.size))
        return np.concatenate(placed)

    @cached_property
    def unknown(self) -> Rows:
        """Numbers in the order of how little is known: no rungs after rungs, few facts after many, an early check after
        a late one."""
        rungless, facts = self.whole("rungless").astype(np.int64), self.whole("n_facts").astype(np.int64)
        unchecked = LAST_DAY - self.whole("checked")
        return np.asarray((rungless << 40) + ((MOST_FACTS - facts) << 23) + unchecked)

    @cached_property
    def somewhere(self) -> Rows:
        """Whether there is no way to take part but at a venue, and nobody knows where that is."""
        return np.asarray(self.whole("goes_out") & np.isnan(self.whole("x")))

    def placed(self, visible: Rows) -> Rows:
        """Some of the rows under a mask that are done at a place that somebody knows, evenly among them: no more than
        SAMPLED. Kept for everybody who avoids nothing."""
        return self._placed if np.array_equal(visible, self.running) else self._sample(visible)

    @cached_property
    def _placed(self) -> Rows:
        return self._sample(self.running)

    def _sample(self, mask: Rows) -> Rows:
        placed = np.flatnonzero(mask & self.whole("goes_out") & ~self.somewhere)
        return placed[:: 1 + len(placed) // SAMPLED]

    @cached_property
    def listing(self) -> Rows:
        """The same number for all places of one listing."""
        if len(self.parts) == 1:
            return self.parts[0]["listing"]
        counts = [int(part["listing"][-1]) + 1 if part.size else 0 for part in self.parts]
        befores = (0, *accumulate(counts))
        return np.concatenate(
            [part["listing"] + before for part, before in zip(self.parts, befores, strict=False)]
        )

    @cached_property
    def several(self) -> Rows:
        """Whether its listing has several places."""
        again = self.listing[1:] == self.listing[:-1]  # they stand together, in one part
        several = np.zeros(self.size, dtype=bool)
        several[1:] |= again
        several[:-1] |= again
        return several

    @cached_property
    def twinned(self) -> Rows:
        """Whether another living row may be of the same group (see names.twin_key)."""
        return self._shared("twin")

    @cached_property
    def branched(self) -> Rows:
        """Whether another living row may be a branch of the same body (see names.branch_key)."""
        return self._shared("branch")

    def _shared(self, name: str) -> Rows:
        """Whether another living row has the same digest in a column; 0 is none."""
        digests = np.where(self.alive, self.whole(name), np.uint64(0))
        ranked = np.sort(digests)
        several = ranked[1:][(ranked[1:] == ranked[:-1]) & (ranked[1:] != 0)]
        if not len(several):
            return np.zeros(len(digests), dtype=bool)
        place = np.minimum(np.searchsorted(several, digests), len(several) - 1)
        return np.asarray(several[place] == digests)

    # --- what a person may be shown, and words ----------------------------------------------------------------------

    def visible(self, avoid: Avoid) -> Rows:
        """Mask of what this person may be shown at all: running, and not on the avoid list."""
        mask = self.running.copy()
        avoided: dict[str, list[int]] = {}
        for name, number in shunned(avoid):
            avoided.setdefault(name, []).append(number)
        for name, numbers in avoided.items():
            mask &= ~np.isin(self.whole(f"avoid:{name}"), np.array(numbers, dtype=np.uint64))
        return mask

    def idf(self, terms: Iterable[str], mask: Rows, posted: Posted | None = None) -> dict[str, float]:
        """How rare each term is among what may be shown: BM25's idf, scaled so that a term nobody uses weighs 1."""
        total = int(np.count_nonzero(mask))
        most = math.log(1 + (total + 0.5) / 0.5)
        posted = posted or self.postings
        return {term: self._rarity(posted(term)[0], mask, total) / most for term in terms}

    @staticmethod
    def _rarity(rows: Rows, mask: Rows, total: int) -> float:
        found = int(np.count_nonzero(mask[rows]))
        return math.log(1 + (total - found + 0.5) / (found + 0.5))

    def postings(self, name: str) -> tuple[Rows, Rows]:
        """(rows that have a term, asset or goal, in order; how much each says of it, 0-1); dead rows among them. Those
        of assets and goals are kept; a term may be a person's own word, of which nothing is."""
        if name not in self._interests:
            found = self._postings(name)
            if not is_interest(name):
                return found
            found[1].flags.writeable = False
            self._interests[name] = found
        return self._interests[name]

    def _postings(self, name: str) -> tuple[Rows, Rows]:
        found = [part.postings(name) for part in self.parts]
        if len(found) == 1:
            return found[0]
        rows = [rows + begins for (rows, _), begins in zip(found, self._begins, strict=False)]
        return np.concatenate(rows), np.concatenate([says for _, says in found])

    def strengths(self, key: str, rows: Rows) -> Rows:
        """How much some rows are about an asset, 0-1."""
        found = np.zeros(self.size)
        has, strength = self.postings(asset_name(key))
        found[has] = strength
        return found[rows]
