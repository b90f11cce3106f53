"""One part of the columns: some opportunities as arrays, made once and never changed, in the order of (id, place).

A part is nothing but named arrays, so that it can be written to a file and mapped into memory as it is
(directory/column_files.py). Strings are bytes with offsets; opportunities are msgpack, decoded when they are shown.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property, lru_cache, partial
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from matching import vocabulary
from matching.columns.names import AVOIDABLE, avoidable, branch_key, digest, folded, twin_key
from matching.columns.serves import Serving, facts_known, told
from matching.reading import DAY, Evidence, Reading
from matching.rules.asked import Question, Rule
from matching.rules.view import View, must_go_out
from matching.traits import TRAITS
from matching.types import Finding, Opportunity, Point, Profile
from matching.vocabulary import assets, goals
from matching.vocabulary.needs import facts
from matching.when import When, when_of

Rows = npt.NDArray[Any]
"""One value a row: a mask, a column, or row numbers."""
Arrays = Mapping[str, Rows]

FORMAT = 19
"""Raise it whenever the arrays or what they mean change: saved columns are then made anew."""
SHOWN = ("active", "paused")
FULL = 60_000
"""A strength of 1, in whole numbers of 16 bits; hundredths and thousandths have a number of their own."""

SESSION = ("opens", "closes", "known", "last")
TIMED, BEGUN, DAY_ONLY = range(3)
"""Of a session its start and end are known; only its start; only its day."""
NEVER = 10_000_000
"""A session that has no last day."""
KEPT_DECODED = 4096
"""Opportunities of a part kept ready for the next question: the directory's own, nothing of a person."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Opportunity).decode


class Part:
    """Opportunities as arrays (see `build`)."""

    def __init__(self, arrays: Arrays):
        self.arrays = arrays
        self.size = len(arrays["listing"])
        self.offer: Callable[[int], Opportunity] = lru_cache(KEPT_DECODED)(partial(decoded, arrays))
        """The opportunity of a row, without its terms; kept with its part, which outlives many a change."""
        self.when: Callable[[int, date], When] = lru_cache(KEPT_DECODED)(partial(_when, self.offer))
        """When it is on, as it is told on a day; kept in the same way."""
        self.said: Callable[[Rule, int, date], tuple[Finding, ...]] = lru_cache(KEPT_DECODED)(
            partial(_said_to_whoever, self.offer)
        )
        """What a rule that is alike for everybody (`Rule.whoever`) says of it on a day; kept in the same way."""
        self._values: dict[str, tuple[Hashable, ...]] = {}

    def __getitem__(self, name: str) -> Rows:
        return self.arrays[name]

    def id(self, row: int) -> tuple[str, str]:
        """(listing id, place) of a row."""
        listing, _, place = self.text("ids", row).partition("\0")
        return listing, place

    def text(self, name: str, row: int) -> str:
        at = self.arrays[f"{name}_at"]
        return str(self.arrays[name][at[row] : at[row + 1]].tobytes(), "utf-8")

    def place_of(self, listing: str, place: str) -> int:
        """How many rows come before that (id, place)."""
        ids: Sequence[Any] = _Lazily(self.size, self.id)
        return bisect_left(ids, (listing, place))

    def rows_of(self, listing: str) -> range:
        """The rows of one listing."""
        ids = _Lazily(self.size, lambda row: self.id(row)[0])
        first = bisect_left(ids, listing)
        last = first
        while last < self.size and ids[last] == listing:
            last += 1
        return range(first, last)

    def values(self, trait: str) -> tuple[Hashable, ...]:
        """What each code of a trait stands for; read once."""
        if trait not in self._values:
            one_of = np.zeros(len(self.arrays[f"values:{trait}"]), dtype=np.intp)
            one_of[self.arrays[f"trait:{trait}"]] = np.arange(self.size)
            self._values[trait] = tuple(TRAITS[trait](decoded(self.arrays, row)) for row in one_of.tolist())
        return self._values[trait]

    def rows_owned(self, owners: Rows) -> Rows:
        """The rows whose owner is one of these (as `digest` gives them)."""
        order = self.arrays["by_owner"]
        ranked = self.arrays["owner"][order]
        first, last = np.searchsorted(ranked, owners), np.searchsorted(ranked, owners, "right")
        return order[spread(first, last - first)]

    def postings(self, name: str) -> tuple[Rows, Rows]:
        """(rows that have a term, asset or goal, in order; how much each says of it, 0-1)."""
        at = self._numbers.get(name.encode())
        start, end = (0, 0) if at is None else self.arrays["posts_at"][at : at + 2].tolist()
        rows = self.arrays["posts"][start:end].astype(np.intp)  # twice as quick an index as 32 bits
        return rows, self.arrays["says"][start:end] / FULL

    @cached_property
    def _numbers(self) -> Mapping[bytes, int]:
        """The place of each term, asset and goal among the postings."""
        whole, at = self.arrays["terms"].tobytes(), self.arrays["terms_at"].tolist()
        return {whole[start:end]: number for number, (start, end) in enumerate(pairwise(at))}


def decoded(arrays: Arrays, row: int) -> Opportunity:
    """The opportunity of a row, read anew."""
    at = arrays["offers_at"]
    return _decode(arrays["offers"][at[row] : at[row + 1]].data)


def _when(offer: Callable[[int], Opportunity], row: int, today: date) -> When:
    return when_of(offer(row), today)


def _said_to_whoever(
    offer: Callable[[int], Opportunity], rule: Rule, row: int, today: date
) -> tuple[Finding, ...]:
    return Question(rule, None).answer(View(WHOEVER, offer(row), Evidence(), None, today))


WHOEVER = Reading(Profile())


def spread(starts: Rows, counts: Rows) -> Rows:
    """start, start + 1, ... for each start, so many as its count says, one after the other."""
    ends = np.cumsum(counts)
    return np.repeat(starts - (ends - counts), counts) + np.arange(ends[-1] if len(ends) else 0)


class _Lazily(Sequence[Any]):
    """A sorted list of which a search reads only the few that it looks at."""

    def __init__(self, size: int, read: Callable[[int], Any]):
        self._size, self._read = size, read

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, at: Any) -> Any:
        return self._read(at)


def build(offers: Iterable[tuple[str, Opportunity]], replaces: Iterable[str] = ()) -> Part:
    """A part from (owner, opportunity) pairs. An owner is whatever the directory knows a listing by: its opportunities
    are replaced together. `replaces`: owners whose rows in earlier parts are dead, whether or not they have any here.
    """
    pairs = sorted(offers, key=lambda pair: (pair[1].id, pair[1].place))
    rows = [offer for _, offer in pairs]
    owner = np.array([digest(name) for name, _ in pairs], dtype=np.uint64)
    arrays: dict[str, Rows] = {
        **_texts("ids", (f"{o.id}\0{o.place}" for o in rows)),
        **_texts(
            "called", ("".join(f"{folded(x)}\n" for x in (o.name, o.organization, o.venue)) for o in rows)
        ),
        **_blobs("offers", (_encode(replace(o, terms={})) for o in rows)),
        "owner": owner,
        "by_owner": np.argsort(owner, kind="stable").astype(np.int32),
        "replaces": np.array(sorted(map(digest, replaces)), dtype=np.uint64),
        "listing": _listing_numbers(rows),
        **_numbers(rows),
        **_strengths(rows),
        **_sessions(rows),
        **_postings(rows),
        **_avoidable(rows),
    }
    for name, trait in TRAITS.items():
        arrays.update(_coded(name, [trait(offer) for offer in rows]))
    return Part(arrays)


def _listing_numbers(rows: list[Opportunity]) -> Rows:
    """The same number for all places of one listing, counting up."""
    new = [at == 0 or rows[at - 1].id != offer.id for at, offer in enumerate(rows)]
    return np.cumsum(np.array(new, dtype=np.int32), dtype=np.int32) - np.int32(1)


def _numbers(rows: list[Opportunity]) -> dict[str, Rows]:
    nowhere = (np.nan, np.nan, np.nan)
    points = [on_the_sphere(o.point) if o.point and o.has_venue else nowhere for o in rows]
    axes = np.array(points, dtype=np.float64).reshape(-1, 3)
    return {
        "running": np.array([o.status in SHOWN for o in rows], dtype=bool),
        "any_time": np.array([o.any_time for o in rows], dtype=bool),
        "goes_out": np.array([must_go_out(o) for o in rows], dtype=bool),
        "withheld": np.array([o.withheld for o in rows], dtype=bool),
        "rungless": np.array([o.rungs is None for o in rows], dtype=bool),
        "rung": np.array([o.rungs[0] if o.rungs else -1 for o in rows], dtype=np.int8),
        "n_facts": np.array([len(o.facts) for o in rows], dtype=np.uint16),
        "checked": np.array([o.checked_on.toordinal() if o.checked_on else 0 for o in rows], dtype=np.int32),
        "twin": np.array([digest(key) if (key := twin_key(o)) else 0 for o in rows], dtype=np.uint64),
        "branch": np.array([digest(key) if (key := branch_key(o)) else 0 for o in rows], dtype=np.uint64),
        "kind": np.array([_kind(o) for o in rows], dtype=np.uint16),
        **{axis: axes[:, number].copy() for number, axis in enumerate("xyz")},
    }


def on_the_sphere(point: Point) -> tuple[float, float, float]:
    """A place as a point on a sphere of radius 1: what is far apart there is far apart on the ground, and telling how
    far takes no sine for each of a hundred thousand places."""
    lat, lon = math.radians(point.lat), math.radians(point.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _kind(offer: Opportunity) -> int:
    """What it is most about, and in what setting, as one number: suggestions of one kind are alike."""
    keys = tuple(assets())
    about = max(offer.concepts.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))[0]
    if offer.from_home:
        setting = 0
    elif offer.run_by == "agency":
        setting = 1
    elif offer.rungs and offer.rungs[0] == 8:
        setting = 2
    else:
        setting = 3
    return (keys.index(about) + 1 if about in keys else 0) * 4 + setting


def _strengths(rows: list[Opportunity]) -> dict[str, Rows]:
    """How well each serves each kind of goal; facts as the number of their value."""
    known = facts_known(rows)
    serving = Serving(rows, known)
    strengths = [np.rint(serving.serves(kind) * FULL).astype(np.uint16) for kind in goals()]
    return {"serves": np.array(strengths, dtype=np.uint16).reshape(len(goals()), len(rows)), "facts": known}


def _sessions(rows: list[Opportunity]) -> dict[str, Rows]:
    """Sessions on weekdays in minutes from Monday 0:00, what is known of them (TIMED, BEGUN, DAY_ONLY), and their last
    day; those on dates of the month are left to window.py (`dated`)."""
    spans: list[tuple[int, int, int, int]] = []
    at = [0]
    for offer in rows:
        for session in offer.sessions:
            if session.day is None:
                continue
            day, last = session.day * DAY, session.until.toordinal() if session.until else NEVER
            if session.start is None:
                spans.append((day, day + DAY, DAY_ONLY, last))
            elif session.end is None:
                spans.append((day + session.start, day + session.start + 1, BEGUN, last))
            else:
                spans.append((day + session.start, day + session.end, TIMED, last))
        at.append(len(spans))
    columns = np.array(spans, dtype=np.int32).reshape(-1, 4)
    return {
        "sessions_at": np.array(at, dtype=np.int64),
        **{name: columns[:, number].copy() for number, name in enumerate(SESSION)},
        "dated": np.array([any(s.day is None for s in o.sessions) for o in rows], dtype=bool),
        "other_times": np.array([o.other_times for o in rows], dtype=bool),
    }


def _postings(rows: list[Opportunity]) -> dict[str, Rows]:
    """Term, asset or goal -> the rows that have it, in order, and how much each says of it."""
    found: dict[str, tuple[list[int], list[int]]] = {}
    for row, offer in enumerate(rows):
        for name, strength in _said(offer):
            if says := round(strength * FULL):
                where, strengths = found.setdefault(name, ([], []))
                where.append(row)
                strengths.append(says)
    terms = sorted(found)
    at = np.zeros(len(terms) + 1, dtype=np.int64)
    np.cumsum([len(found[term][0]) for term in terms], out=at[1:])
    return {
        **_texts("terms", terms),
        "posts_at": at,
        "posts": np.array([row for term in terms for row in found[term][0]], dtype=np.int32),
        "says": np.array([says for term in terms for says in found[term][1]], dtype=np.uint16),
    }


def _said(offer: Opportunity) -> Iterator[tuple[str, float]]:
    """(name in the postings, strength 0-1) of everything that it says, and that is said of it."""
    yield from offer.terms.items()
    for interests in (offer.concepts, offer.topics):
        yield from ((asset_name(key), strength) for key, strength in interests.items())
    yield from ((goal_name(kind), told(kind, offer)) for kind in {*offer.goals, *offer.goal_signs})


def asset_name(key: str) -> str:
    """What an asset or a topic is called in the postings: unlike any term, for terms have no spaces."""
    return f"asset {key}"


def goal_name(kind: str) -> str:
    """What a kind of goal is called in the postings."""
    return f"goal {kind}"


def is_interest(name: str) -> bool:
    """Whether that is what an asset or a goal is called in the postings, and no term."""
    return " " in name


def _avoidable(rows: list[Opportunity]) -> dict[str, Rows]:
    named = [avoidable(offer) for offer in rows]
    return {
        f"avoid:{name}": np.array([digest(one[name]) for one in named], dtype=np.uint64) for name in AVOIDABLE
    }


def _coded(name: str, values: list[Hashable]) -> dict[str, Rows]:
    """A trait as small numbers, and for each number the digest of its value: how parts are brought together."""
    numbers: dict[Hashable, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return {
        f"trait:{name}": np.array(codes, dtype=smallest(len(numbers))),
        f"values:{name}": np.array([digest(repr(value)) for value in numbers], dtype=np.uint64),
    }


def smallest(values: int) -> type[np.unsignedinteger[Any]]:
    """The smallest kind of number that holds so many codes."""
    if values <= 256:
        return np.uint8
    return np.uint16 if values <= 65_536 else np.uint32


def _texts(name: str, texts: Iterable[str]) -> dict[str, Rows]:
    return _blobs(name, (text.encode() for text in texts))


def _blobs(name: str, blobs: Iterable[bytes]) -> dict[str, Rows]:
    held = list(blobs)
    at = np.zeros(len(held) + 1, dtype=np.int64)
    np.cumsum([len(blob) for blob in held], out=at[1:])
    return {name: np.frombuffer(b"".join(held), dtype=np.uint8), f"{name}_at": at}


@cache
def fingerprint() -> str:
    """Changes with the format and with anything that the arrays of a part depend on beside its opportunities."""
    keys = (FORMAT, vocabulary.digest(), *assets(), *goals(), *facts(), *TRAITS)
    return hashlib.blake2b(repr(keys).encode(), digest_size=8).hexdigest()
