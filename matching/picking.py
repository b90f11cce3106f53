"""Which of everything that was judged is told: one place a listing, one suggestion a group, in order, and counts.

All on arrays over the rows that have to do with the person; positions are places in those arrays. Only what is picked
here is decoded and put into words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np

from matching.columns import Columns, Rows
from matching.wide import (
    HIDDEN,
    LATER,
    MET,
    NONE,
    SEVERAL,
    UNKNOWN,
    Judged,
    Parts,
    each_wish,
    goal_focus,
)

FIRST, NEAR_BEST = 3, 0.8
"""The first suggestions differ in kind as far as each is at least this good beside the best."""
ANSWERS, NEAR_ANSWER = 0.45, 0.8
"""What has this much of a wish answers it; what is this good beside the best answer is as good."""
OFTEN_ENOUGH = 60
"""Of so many of the first three are nearly always no further away than an answer."""
LEAST_FOCUS = 0.35
NEAR_FOCUS = 0.6
"""A step must answer the goal at least this well, beside the best that there is."""
MOST_DIFFERENT = 3


@dataclass(frozen=True, slots=True)
class Field:
    """Everyone's judgement of the same rows as one: the stricter standing, a shared score."""

    columns: Columns
    rows: Rows
    standing: Rows
    hidden_as: Rows
    in_the_way: Rows
    score: Rows
    """Rounded as it is compared; 0 where nobody asks for it."""
    beside: Rows
    """Only next door to something someone brings."""
    for_others: Rows
    focus: Rows
    wishes: tuple[tuple[Rows, Rows], ...]
    """For each wish (in focus first, then other goals, then what is brought) where something answers it, and how
    well."""
    somewhere: Rows
    """Nobody knows where, though one of them said where they start from."""
    km: Rows
    """How far the furthest of them has to go, NaN where nobody knows or has to."""
    too_far: int
    """Number of the change that lifts the distance limit."""

    @classmethod
    def of(
        cls,
        people: tuple[Judged, ...],
        score: Callable[[Judged, Parts], Rows],
        columns: Columns,
        too_far: int,
        everything: bool,
    ) -> Field:
        """`score`: one person's, of what it is made of. It is worked out for what may be told, and for what only the
        distance keeps out (see `_different_kinds_first`), and 0 elsewhere unless `everything` is asked for."""
        standing, hidden_as, in_the_way = _stricter(people)
        some = np.arange(len(standing))
        if not everything:
            some = np.flatnonzero((standing != HIDDEN) | (in_the_way == too_far))
        parts = [one.parts(some) for one in people]
        scores = [score(one, mine) for one, mine in zip(people, parts, strict=True)]
        direct = reduce(np.logical_or, [mine.fits.direct for mine in parts])

        def spread(values: Rows) -> Rows:
            whole = np.zeros(len(standing), dtype=values.dtype)
            whole[some] = values
            return whole

        return cls(
            columns=columns,
            rows=people[0].rows,
            standing=standing,
            hidden_as=hidden_as,
            in_the_way=in_the_way,
            score=spread(np.round(_shared(scores), 9)),
            beside=spread(reduce(np.logical_or, [mine.fits.near for mine in parts]) & ~direct),
            for_others=spread(reduce(np.logical_or, [mine.for_others for mine in parts])),
            focus=spread(goal_focus(parts[0].fits)),
            wishes=tuple((some[at], score) for mine in parts for at, score in each_wish(mine.fits)),
            somewhere=spread(reduce(np.logical_or, [mine.fits.somewhere for mine in parts])),
            km=reduce(np.maximum, [one.km for one in people]),
            too_far=too_far,
        )

    def best_first(self, some: Rows) -> Rows:
        """Positions by score, then by what is better known (rungs, facts, a later check), then by id: the same input,
        the same order."""
        return some[np.lexsort((*self._ties(some), -self.score[some]))]

    def _ties(self, some: Rows) -> tuple[Rows, Rows]:
        rows = self.rows.take(some)
        return self.columns.order.take(rows), self.columns.unknown.take(rows)

    def best(self, some: Rows, number: int) -> Rows:
        """The first `number` of `best_first`, without putting all of them in order."""
        if len(some) > 4 * number:
            least = -np.partition(-self.score[some], number - 1)[number - 1]
            some = some.compress(self.score[some] >= least)
        return self.best_first(some)[:number]

    def first_each(self, some: Rows, *groups: Rows, nearest: bool = False) -> Rows:
        """Of each group of positions (equal in all of `groups`, which are beside `some`) the first of `best_first`, or
        the `nearest`."""
        if not len(some):
            return some
        ordered = np.lexsort(groups)
        some, begins = some.take(ordered), _begins(*(group.take(ordered) for group in groups))
        first = np.nan_to_num(self.km.take(some), nan=np.inf) if nearest else -self.score.take(some)
        sizes = np.diff(begins, append=len(some))
        best = (first == np.repeat(np.minimum.reduceat(first, begins), sizes)).nonzero()[0]
        some, group = some.take(best), np.repeat(np.arange(len(begins)), sizes).take(best)
        if len(some) > len(begins):  # several are as good
            ranked = np.lexsort((*self._ties(some), group))
            some = some.take(ranked).take(_begins(group.take(ranked)))
        return some


def _shared(scores: list[Rows]) -> Rows:
    """Half way between the least of several people's scores and their mean."""
    if len(scores) == 1:
        return scores[0]
    return np.asarray((np.min(scores, axis=0) + np.mean(scores, axis=0)) / 2)


def _begins(*groups: Rows) -> Rows:
    """Where something new begins in any of some arrays."""
    new = np.zeros(len(groups[0]), dtype=bool)
    new[0] = True
    for group in groups:
        new[1:] |= group[1:] != group[:-1]
    return new.nonzero()[0]


def _stricter(people: tuple[Judged, ...]) -> tuple[Rows, Rows, Rows]:
    """(standing, why hidden, what is in the way) for all of them together."""
    first = people[0]
    standing, hidden_as, in_the_way = first.standing, first.hidden_as, first.in_the_way
    for other in people[1:]:
        standing = np.maximum(standing, other.standing)
        hidden_as = np.where(hidden_as == NONE, other.hidden_as, hidden_as)
        both = (in_the_way != NONE) & (other.in_the_way != NONE) & (in_the_way != other.in_the_way)
        in_the_way = np.where(both, SEVERAL, np.where(in_the_way == NONE, other.in_the_way, in_the_way))
    return standing, hidden_as, in_the_way


@dataclass(frozen=True, slots=True)
class Picked:
    """Positions in the field that are told, and the counts."""

    field: Field
    places: Rows
    """Every listing once, at the place where it stands."""
    groups: Rows
    """Of these, every group once that is not hidden; branches are still apart."""
    matches: Rows
    check_first: Rows
    later: Rows
    different: Rows
    path: Rows
    hidden: Counter[int]
    """Number of the reason -> how many listings."""
    opens: Counter[int]
    """Number of the change -> how many listings it would bring into the matches."""

    def told(self) -> Rows:
        """Every position that is told, once."""
        told = np.zeros(len(self.field.rows), dtype=bool)
        for some in (self.matches, self.check_first, self.later, self.different, self.path):
            told[some] = True
        return np.flatnonzero(told)


def pick(field: Field, *, limit: int | None, path: bool) -> Picked:
    """What is told of a field; `limit` cuts each list, counts cover everything."""
    places = _one_place_each(field)
    shown = places.compress(field.standing[places] != HIDDEN)
    apart = _one_a_group(field, shown)
    groups = _nearest_branch(field, apart)
    most = len(groups) if limit is None else limit
    stands = {name: groups.compress(field.standing[groups] == name) for name in (MET, UNKNOWN, LATER)}
    met = stands[MET]
    different = met.compress(field.beside[met])
    return Picked(
        field=field,
        places=places,
        groups=apart,
        matches=_different_kinds_first(field, places, met, most),
        check_first=field.best(stands[UNKNOWN], most) if most else stands[UNKNOWN],
        later=field.best(stands[LATER], most) if most else stands[LATER],
        different=field.best(different, min(most, MOST_DIFFERENT)) if most else different,
        path=_steps(field, groups)[:most] if path else np.array([], dtype=np.int64),
        hidden=_counted(field.hidden_as[places.compress(field.standing[places] == HIDDEN)]),
        opens=_opens(field, places),
    )


def _one_place_each(field: Field) -> Rows:
    """A listing with several places stands where its best place stands: the least strict, then the best."""
    several = field.columns.several[field.rows]
    some = np.flatnonzero(several)
    if not len(some):
        return np.arange(len(field.rows))
    listing = field.columns.listing[field.rows[some]]
    begins = _begins(listing)  # its places stand together
    least = np.minimum.reduceat(field.standing[some], begins)
    kept = field.standing[some] == np.repeat(least, np.diff(begins, append=len(some)))
    left = ~several
    left[field.first_each(some.compress(kept), listing.compress(kept))] = True
    return np.flatnonzero(left)


def _opens(field: Field, places: Rows) -> Counter[int]:
    """For each change how many listings that are in no list now it would bring into the matches, by any of their
    places."""
    closed = np.zeros(len(field.rows), dtype=bool)
    closed[places.compress(field.standing[places] >= LATER)] = True
    several = field.columns.several[field.rows]
    alone = np.flatnonzero((field.in_the_way >= 0) & closed & ~several)
    return _counted(field.in_the_way[alone]) + _opens_any(field, np.flatnonzero(several), closed)


def _opens_any(field: Field, some: Rows, closed: Rows) -> Counter[int]:
    """The same for listings with several places, each change once a listing."""
    listing, change = field.columns.listing[field.rows[some]].astype(np.int64), field.in_the_way[some]
    open_to = np.zeros(int(listing.max(initial=0)) + 1, dtype=bool)
    open_to[listing.compress(closed[some])] = True
    counted = (change >= 0) & open_to[listing]
    pairs = np.sort(listing.compress(counted) << 16 | change.compress(counted))
    return _counted(pairs.take(_begins(pairs)) & 0xFFFF) if len(pairs) else Counter()


def _counted(numbers: Rows) -> Counter[int]:
    """How often each number (0 and up) is there."""
    counts = np.bincount(numbers)
    return Counter({int(number): int(counts[number]) for number in np.flatnonzero(counts)})


def _one_a_group(field: Field, shown: Rows) -> Rows:
    """Three sessions of one group are one suggestion with three times."""
    twinned = field.columns.twinned[field.rows[shown]]
    if not twinned.any():
        return shown
    some = shown.compress(twinned)
    left = np.zeros(len(field.rows), dtype=bool)
    left[shown.compress(~twinned)] = True
    twin = field.columns.whole("twin")[field.rows[some]]
    left[field.first_each(some, twin, field.standing[some])] = True
    return np.flatnonzero(left)


def _nearest_branch(field: Field, groups: Rows) -> Rows:
    """Branches that differ only in where they are, are one suggestion: the nearest. Which one that is depends on no
    limit, so that moving it reorders nothing."""
    some = groups.compress(field.columns.branched[field.rows[groups]])
    if not len(some):
        return groups
    branch = field.columns.whole("branch")[field.rows[some]]
    left = np.ones(len(field.rows), dtype=bool)
    left[some] = False
    left[field.first_each(some, branch, field.standing[some], nearest=True)] = True
    return groups.compress(left[groups])


def branches_of(picked: Picked, some: Rows) -> dict[int, list[int]]:
    """The positions of the other branches of what is told (same standing), the nearest first, where there are any."""
    field = picked.field
    some = some.compress(field.columns.branched[field.rows[some]])
    if not len(some):
        return {}
    apart = picked.groups.compress(field.columns.branched[field.rows[picked.groups]])
    whose, branch = (field.columns.whole("branch")[field.rows[rows]] for rows in (some, apart))
    found: dict[int, list[int]] = {}
    for at, key in zip(some.tolist(), whose, strict=True):
        mine = apart.compress((branch == key) & (field.standing[apart] == field.standing[at]) & (apart != at))
        if len(mine):
            found[at] = mine[np.lexsort((field.columns.order[field.rows[mine]], field.km[mine]))].tolist()
    return found


def twins_of(picked: Picked, some: Rows) -> dict[int, list[int]]:
    """The positions of the other sessions of the same group (same standing), best first, for those that have any."""
    field = picked.field
    twinned = some[field.columns.twinned[field.rows[some]]]
    if not len(twinned):
        return {}
    alike = picked.places.compress(field.columns.twinned[field.rows[picked.places]])
    mine, twin = (field.columns.take("twin", field.rows[rows]) for rows in (twinned, alike))
    return {
        at: [
            other
            for other in field.best_first(
                alike.compress((twin == key) & (field.standing[alike] == field.standing[at]))
            ).tolist()
            if other != at
        ]
        for at, key in zip(twinned.tolist(), mine, strict=True)
    }


def _different_kinds_first(field: Field, places: Rows, met: Rows, most: int) -> Rows:
    """The best of each kind, as far as they are nearly as good as the best of all, then everything else by score; and
    among them, after the first few, the best answer to each wish that those leave open.

    All of it is settled as if there were no distance limit, so that moving it reorders nothing that is left.
    """
    if not len(met) or not most:
        return met[:most]
    far = places.compress((field.standing[places] == HIDDEN) & (field.in_the_way[places] == field.too_far))
    running = np.concatenate([met, far])
    score = field.score[running]
    near_best = running.compress(score >= NEAR_BEST * score.max())
    kinds = field.first_each(near_best, field.columns.take("kind", field.rows[near_best]))
    told = _in_turn(
        field, most, _shown(field, kinds), _shown(field, _one_a_body(field, near_best)), met
    ).tolist()
    for answer, after in reversed(list(_open_wishes(field, running, kinds))):
        if field.standing[answer] == MET and after in told:
            told = [at for at in told if at != answer]
            told.insert(told.index(after) + 1, answer)
    return np.array(told[:most], dtype=np.int64)


def _shown(field: Field, some: Rows) -> Rows:
    return some.compress(field.standing[some] == MET)


def _one_a_body(field: Field, some: Rows) -> Rows:
    """Of several suggestions of one kind that one body runs the best, and all that nobody is known to run."""
    rows = field.rows[some]
    body = field.columns.take("avoid:organization", rows)  # a digest of who runs it; 0 where nobody says
    named = body.nonzero()[0]
    kind = field.columns.take("kind", rows.take(named))
    return np.concatenate(
        [some.compress(body == 0), field.first_each(some.take(named), body.take(named), kind)]
    )


def _in_turn(field: Field, most: int, *groups: Rows) -> Rows:
    """The first `most` of some groups, one group after the other, each by score and nothing twice."""
    told = np.array([], dtype=np.int64)
    for some in groups:
        if len(told) < most:
            told = np.concatenate([told, field.best(some.compress(~np.isin(some, told)), most - len(told))])
    return told


def _open_wishes(field: Field, running: Rows, kinds: Rows) -> Iterator[tuple[int, int]]:
    """(an answer to a wish, the place that it comes after) where the first few of what is no further away leave a wish
    open: whoever would go to the answer would go to those. The nearest answer, and what is further and much better."""
    able = np.zeros(len(field.rows), dtype=bool)
    able[running] = True
    able &= ~(field.for_others | field.somewhere)
    km = field.km.copy()
    km[np.isnan(km).nonzero()[0]] = 0.0
    km[field.somewhere.nonzero()[0]] = np.inf
    top = _in_turn(field, OFTEN_ENOUGH, kinds, running)
    answers: list[int] = []
    for at, has in field.wishes:
        for answer, well in _nearest_first(field, at, has, able, km):
            first = top[km[top] <= km[answer]][:FIRST]
            if len(first) < FIRST:
                first = _in_turn(field, FIRST, *(some[km[some] <= km[answer]] for some in (kinds, running)))
            known = [*first.tolist(), *(one for one in answers if km[one] <= km[answer])]
            if answer not in known and _best_of(at, has, known) < NEAR_ANSWER * well:
                answers.append(answer)
                yield answer, int(first[-1])


def _best_of(at: Rows, has: Rows, some: list[int]) -> float:
    """The best of some positions, where there are values `has` at the positions `at` (in order)."""
    place = np.minimum(np.searchsorted(at, some), len(at) - 1)
    return float(np.where(at[place] == some, has[place], 0.0).max())


def _nearest_first(field: Field, at: Rows, has: Rows, able: Rows, km: Rows) -> Iterator[tuple[int, float]]:
    """The nearest answer to a wish and how well it answers it; then the nearest that is much better, and so on."""
    better = able[at] & (has >= ANSWERS)
    while better.any():
        at, has = at[better], has[better]
        way = km[at]
        [nearest] = field.best(at[way == way.min()], 1)
        well = has[at == nearest][0]
        yield int(nearest), float(well)
        better = has >= well / NEAR_ANSWER


def _steps(field: Field, groups: Rows) -> Rows:
    """The best option on each rung for the wish in focus, lowest rung first. What can be taken up as it stands comes
    before what must be checked; then the goal, then the whole score."""
    rungs = field.columns.whole("rung")[field.rows[groups]]
    ladder = groups.compress((rungs >= 0) & (field.focus[groups] >= LEAST_FOCUS) & ~field.for_others[groups])
    if not len(ladder):
        return ladder
    ladder = ladder[field.focus[ladder] >= NEAR_FOCUS * field.focus[ladder].max()]
    rung = field.columns.whole("rung")[field.rows[ladder]]
    order = field.columns.order[field.rows[ladder]]
    checked = field.standing[ladder] == UNKNOWN
    ranked = np.lexsort((order, -field.score[ladder], -np.round(field.focus[ladder], 2), checked, rung))
    return np.asarray(ladder.take(ranked).take(_begins(rung.take(ranked))))
