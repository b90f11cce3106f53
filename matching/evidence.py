"""What listings have of what a person brings and would like: every wish weighed against many listings at once.

For each wish one array of strengths (0-1), with how each came about, over the rows of the columns that are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import numpy as np

from matching.columns import Columns, Posted, Rows
from matching.columns.part import asset_name, goal_name
from matching.held import Held, Touched, telling
from matching.reading import Evidence, Fit, Reading, Wish
from matching.vocabulary import goals, is_form, is_lived_with, topics

NEIGHBOUR = 0.2
"""What a neighbouring asset is worth beside the asset itself: enough for "something different"."""
LEAST_NEIGHBOUR = 0.5
NAMED_BY_TEXT = 0.7
"""What the person's very words in a listing's text are worth beside a kind of place that they point to."""
UNDERSTOOD, NAMED_BESIDE = 0.6, 0.45
"""From this weight on a wish's words were understood; bare, they are worth less: a point guard is basketball's."""
LEAST_TEXT = 0.3
"""How much a listing must say of a wish for the bare words to count."""
OWN_WORDS, OWN_WORDS_OF_GOALS = 0.35, 0.15
"""Sharing the very words of something a person brings, or would like, lifts a listing above others of the same kind,
never into the kind; as far as any listing uses them."""
EVERY = 0.3
"""Of a wish that names several narrow things ("a job", "my record") so much goes by how many of them a listing has."""
FORM, FORM_ALONE = 0.3, 0.25
"""Of "a breast cancer group" so much goes by its being a group; and what a group about something else is worth."""
KIND_BESIDE = 0.25
"""What serving the kind of a goal is worth where the words name an interest that is not there."""
KIND_ALONE = 0.8
"""What the kind of a goal is worth by itself where the words name an interest too ("someone to talk to")."""
LITTLE_ALONE = 0.4
"""The same where the words name something that is hard to live with: people who have been through anything are not
those who know what breast cancer is. Or where the kind says little beside anything that is named ("get out")."""
NOT_THEIRS = 0.75
"""What answers a wish for people of one community ("after school, for gay kids") is worth where it is not theirs."""
NOWHERE = 1.0
"""The idf of a word that no listing uses."""
LEAST_ASSET, LEAST_GOAL, LEAST_SOFT_GOAL = 0.2, 0.3, 0.25
"""Below these a listing has nothing to do with what was asked."""
WORTH_FINDING = 0.45
"""So much of a wish must a place answer directly that nobody knows where to find, or it is not worth finding out."""
REFUSED_FROM = 0.5
FEW = 64
"""So few rows are sooner looked up one by one than by going through all."""

NO, ASSET, MENTION, TEXT, GOAL, NEAR, FAVOURS = range(7)
HOW = ("", "asset", "mention", "text", "goal", "neighbour", "favours")
"""How a fit came about, as `Fit.how` says it. The last two do not answer the wish itself."""


@dataclass(frozen=True, slots=True)
class Fits:
    """One wish against many rows: where it has anything to do with them (positions in order), strength 0-1, how (HOW),
    and which key or goal (numbers of `names`; -1 none)."""

    wish: Wish
    at: Rows
    score: Rows
    how: Rows
    key: Rows
    led: Rows
    """The key whose words led there: for "do stand-up comedy" the interest, though the key is the kind of goal."""
    names: tuple[str, ...]
    because: Mapping[str, str]
    """Key -> the person's words that led to it."""

    @classmethod
    def found(
        cls, wish: Wish, at: Rows, score: Rows, how: Rows, names: tuple[str, ...], **keys: Rows
    ) -> Fits:
        """Without the rows that have nothing of it."""
        whole = cls(wish, at, score, how, names=names, because=_because(wish), **keys)
        some = (how != NO).nonzero()[0]  # five times as quick as without the comparison
        return whole if len(some) == len(how) else whole.take(some)

    @property
    def direct(self) -> Rows:
        """It answers the wish itself, not only a neighbouring interest or by soft signs."""
        return np.asarray(self.how < NEAR)

    @property
    def of_interest(self) -> Rows:
        """It has what the wish is about, and is not only of a kind that serves it ("get out of the house")."""
        interest = np.array([name not in goals() for name in self.names] + [False], dtype=bool)
        return np.asarray(interest.take(self.led) & self.direct)

    def only(self, kept: Rows, place: Rows) -> Fits:
        """The same for some of the rows: `kept` is the mask of them, `place` where each goes."""
        mine = self.take(kept.take(self.at).nonzero()[0])
        return replace(mine, at=place.take(mine.at))

    def few(self, rows: Rows) -> Fits:
        """The same for a few of the rows (positions in order)."""
        place = _at(self.at, rows)
        there = (place >= 0).nonzero()[0]
        return replace(self.take(place.take(there)), at=there)

    def take(self, some: Rows) -> Fits:
        """Those in some places of the arrays."""
        at, score, how, key = (array.take(some) for array in (self.at, self.score, self.how, self.key))
        led = key if self.led is self.key else self.led.take(some)
        return Fits(self.wish, at, score, how, key, led, self.names, self.because)

    def add_to(self, found: list[list[Fit]], words: Mapping[int, str]) -> None:
        """What each row has of the wish, if anything, put to what it has of others; `words`: the term that a row's text
        says most of."""
        arrays = (self.at, self.score, self.how, self.key, self.led)
        for at, score, how, key, led in zip(*(array.tolist() for array in arrays), strict=True):
            found[at].append(self._fit(score, how, key, led, words.get(at, "")))

    def _fit(self, score: float, how: int, key: int, led: int, word: str) -> Fit:
        if how == TEXT:
            return Fit(self.wish, score, True, "", self.wish.written(word), HOW[how])
        direct, because = how not in (NEAR, FAVOURS), self.because.get(self._name(led), self.wish.say)
        return Fit(self.wish, score, direct, self._name(key), because, HOW[how])

    def _name(self, number: int) -> str:
        return self.names[number] if number >= 0 else ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """All wishes of one person against some rows of the columns."""

    reading: Reading
    rows: Rows
    assets: tuple[Fits, ...]
    goals: tuple[Fits, ...]
    refused: Mapping[str, Rows]
    """Asset key that the person refuses -> positions that are about it."""
    columns: Columns
    idf: Mapping[str, float]

    def relevant(self, likely_near: bool) -> Rows:
        """Positions of what has to do with what the person brings or would like. Saying nothing: everything.
        `likely_near`: what nobody knows where to find may well be near them (see `ranking.likely_near`)."""
        if not says_something(self.reading):
            return np.arange(len(self.rows))
        found = [fits.at.compress(fits.score >= LEAST_ASSET) for fits in self.assets]
        for fits in self.goals:
            enough = (fits.score >= LEAST_GOAL) | (fits.how == TEXT) & (fits.score >= LEAST_ASSET)
            found.append(fits.at.compress(fits.direct & enough))
        if not brings(self.reading):
            found += [fits.at.compress(fits.score >= LEAST_SOFT_GOAL) for fits in self.goals]
        relevant = self._mask(found)
        nowhere_known = (relevant & self.somewhere).nonzero()[0]
        relevant[nowhere_known] = self._worth_finding(nowhere_known, likely_near)
        return np.flatnonzero(relevant)

    @property
    def somewhere(self) -> Rows:
        """It is done at a place, and nobody knows where, though the person said where they start from."""
        if self.reading.profile.origin is None:
            return np.zeros(len(self.rows), dtype=bool)
        return self.columns.somewhere.take(self.rows)

    def _worth_finding(self, some: Rows, likely_near: bool) -> Rows:
        """Which of some positions have so much of a wish that it is worth finding out where they are, where they are
        likely near or that is withheld."""
        found = np.zeros(len(some), dtype=bool)
        for fits in (*self.assets, *self.goals):
            mine = fits.few(some)
            found[mine.at.compress(mine.of_interest & (mine.score >= WORTH_FINDING))] = True
        return found & (self.columns.take("withheld", self.rows.take(some)) | likely_near)

    @property
    def direct(self) -> Rows:
        return self._mask(fits.at.compress(fits.direct) for fits in (*self.assets, *self.goals))

    @property
    def near(self) -> Rows:
        """It is next door to something the person brings."""
        return self._mask(fits.at.compress(fits.how == NEAR) for fits in self.assets)

    @property
    def about_refused(self) -> Rows:
        return self._mask(self.refused.values())

    def _mask(self, found: Iterable[Rows]) -> Rows:
        mask = np.zeros(len(self.rows), dtype=bool)
        for some in found:
            mask[some] = True
        return mask

    def only(self, some: Rows) -> Weighed:
        """The same for some of the rows (positions in order)."""
        if len(some) == len(self.rows):
            return self
        if len(some) <= FEW:
            part = partial(Fits.few, rows=some)
        else:
            kept, place = np.zeros(len(self.rows), dtype=bool), np.empty(len(self.rows), dtype=np.intp)
            kept[some], place[some] = True, np.arange(len(some))
            part = partial(Fits.only, kept=kept, place=place)
        return Weighed(
            self.reading,
            self.rows.take(some),
            tuple(map(part, self.assets)),
            tuple(map(part, self.goals)),
            {key: np.flatnonzero(np.isin(some, about)) for key, about in self.refused.items()},
            self.columns,
            self.idf,
        )

    def _words(self, fits: Fits) -> dict[int, str]:
        """Position -> the wish's term that the row's text says most of, where that is how it fits."""
        words: dict[int, str] = {}
        most = np.zeros(len(self.rows))
        if not (fits.how == TEXT).any():
            return words
        for term in fits.wish.terms:
            rows, weight = self.columns.postings(term)
            place = _at(rows, self.rows)
            some = (place >= 0).nonzero()[0]
            said = telling(self.idf[term]) * weight[place[some]]
            for at, much in zip(some.tolist(), said.tolist(), strict=True):
                if much > most[at]:
                    words[at], most[at] = term, much
        return words

    def evidence(self) -> list[Evidence]:
        """What each row has, best first."""
        assets, goals = self._best_first(self.assets), self._best_first(self.goals)
        refused = {key: set(about.tolist()) for key, about in sorted(self.refused.items())}
        return [
            Evidence(brings, likes, tuple([key for key, about in refused.items() if at in about]))
            for at, (brings, likes) in enumerate(zip(assets, goals, strict=True))
        ]

    def _best_first(self, wishes: tuple[Fits, ...]) -> list[tuple[Fit, ...]]:
        found: list[list[Fit]] = [[] for _ in self.rows]
        for fits in wishes:
            fits.add_to(found, self._words(fits))
        for mine in found:
            if len(mine) > 1:
                mine.sort(key=lambda fit: -fit.score)
        return [tuple(mine) for mine in found]


def _at(rows: Rows, wanted: Rows) -> Rows:
    """For each wanted row its place in `rows` (in order), -1 where it is not there."""
    place = np.searchsorted(rows, wanted)
    there = place < len(rows)
    there[there] = rows[place[there]] == wanted[there]
    return np.where(there, place, -1)


def brings(reading: Reading) -> bool:
    """Whether something the person brings points to a kind of place."""
    return any(wish.points_somewhere for wish in reading.assets)


def says_something(reading: Reading) -> bool:
    """Whether anything that the person says can be looked for."""
    return any(wish.points_somewhere or wish.terms for wish in (*reading.assets, *reading.goals))


def candidates(reading: Reading, columns: Columns, mask: Rows, posted: Posted) -> Rows:
    """Rows that may have to do with what the person brings or would like; all of them where nothing is said."""
    if not says_something(reading):
        return np.flatnonzero(mask)
    if not brings(reading) and any(wish.types for wish in reading.goals):
        return np.flatnonzero(mask)  # what favours a goal may be known of any of them
    touched = np.zeros(columns.size, dtype=bool)
    for name in {name for wish in (*reading.assets, *reading.goals) for name in _names(wish)}:
        touched[posted(name)[0]] = True
    return np.flatnonzero(touched & mask)


def _names(wish: Wish) -> Iterator[str]:
    """What in the columns has to do with a wish."""
    yield from map(asset_name, (*wish.keys, *wish.neighbours))
    yield from map(goal_name, wish.types)
    yield from wish.terms


def weigh(
    reading: Reading, columns: Columns, rows: Rows, idf: Mapping[str, float], posted: Posted | None = None
) -> Weighed:
    """Every wish weighed against some rows (in order). idf weighs the directory's rare words above its common ones."""
    held = Held(columns, rows, posted or columns.postings)
    refused = {key: held.all_of(key) for key in sorted(reading.refused)}
    return Weighed(
        reading,
        rows,
        tuple(_asset_fits(wish, held, idf, _no_answers(reading, wish, held)) for wish in reading.assets),
        tuple(_goal_fits(wish, held, idf, _no_answers(reading, wish, held)) for wish in reading.goals),
        {key: np.flatnonzero(about >= REFUSED_FROM) for key, about in refused.items()},
        columns,
        idf,
    )


def _no_answers(reading: Reading, wish: Wish, held: Held) -> Rows | None:
    """Mask of what is for nobody but children: no answer to a grown-up's own wishes, which are not about them."""
    return held.for_children if reading.for_themselves and not wish.may_be_about_children else None


def _because(wish: Wish) -> dict[str, str]:
    """Key -> the words that led there; a goal's own words before an interest of the same name."""
    near = {key: wish.keys[by][1] for key, by in wish.neighbours.items()}
    return {**near, **{k: words for k, (_, words) in (*wish.keys.items(), *wish.types.items())}}


def _weights(wish: Wish) -> dict[str, float]:
    return {key: weight for key, (weight, _) in wish.keys.items()}


def _asset_fits(wish: Wish, held: Held, idf: Mapping[str, float], no_answers: Rows | None) -> Fits:
    names = (*sorted(wish.keys), *sorted(wish.neighbours))
    touched = Touched(held, names, wish.terms)
    shared = touched.text(wish.terms, idf)
    strength, key, plainly = touched.strongest(_weights(wish), names)
    strength = _of_every(touched, wish, strength)
    near, beside, _ = touched.strongest(dict.fromkeys(wish.neighbours, 1.0), names)
    has, next_door = key >= 0, near >= LEAST_NEIGHBOUR
    own = OWN_WORDS * _sayable(wish.terms, idf)
    score = has * np.minimum(1.0, (1 - own) * strength + OWN_WORDS * shared)
    how = has * (np.int8(MENTION) - plainly)
    only_near = (next_door & ~has).nonzero()[0]
    score[only_near], key[only_near], how[only_near] = NEIGHBOUR * near[only_near], beside[only_near], NEAR
    named = _named_by_text(wish)
    better = _more_by_text(shared, score, named)
    score[better] = named * shared[better]
    how[better], key[better] = TEXT, -1
    if no_answers is not None:
        how[no_answers.take(touched.at)] = NO
    return Fits.found(wish, touched.at, score, how, names, key=key, led=key)


def _interest(touched: Touched, wish: Wish, names: tuple[str, ...], kind: Rows) -> tuple[Rows, Rows]:
    """What the interests of a goal are worth where it is touched, and which it is. Half of what an interest is worth
    goes by how well the place serves the kind of goal; what is named narrowly is worth all of it."""
    weights = _weights(wish)
    narrow = {key: weight for key, weight in weights.items() if key in topics()}
    broad = {key: weight for key, weight in weights.items() if key not in narrow}
    best, which, _ = touched.strongest(broad, names)
    best = best * (0.5 + 0.5 * kind.take(touched.at))
    own, topic, _ = touched.strongest(narrow, names)
    own = _of_every(touched, wish, own)
    if narrow and wish.communities and all(map(is_form, narrow)):
        theirs = np.max([touched.serves(name) for name in wish.communities], axis=0)
        own = own * (FORM_ALONE + (1 - FORM_ALONE) * theirs)
    better = ((topic >= 0) & (own >= best)).nonzero()[0]
    which[better] = topic.take(better)
    return np.maximum(own, best), which


def _of_every(touched: Touched, wish: Wish, strength: Rows) -> Rows:
    """What a listing has of a wish's interests, less where it has some of several narrow things alone; and least where
    it is a group of people, and not of those who know the hard thing that the person named."""
    weights, apart = _weights(wish), _named_apart(wish)
    if len(apart) < 2:
        return strength
    form = [keys for keys in apart if all(map(is_form, keys))]
    if not form or not any(map(is_lived_with, chain.from_iterable(apart))):
        return (1 - EVERY) * strength + EVERY * touched.every(weights, apart)
    about = touched.most(weights, (keys for keys in apart if keys not in form))
    together = touched.most(weights, form)
    return np.where(about > 0, (1 - FORM) * about + FORM * together, FORM_ALONE * together)


def _named_apart(wish: Wish) -> list[list[str]]:
    """The topics that a wish names, those together that the same words lead to ("breast cancer" is cancer too)."""
    apart: list[tuple[str, list[str]]] = []
    for key in sorted((key for key in wish.keys if key in topics()), key=lambda key: -len(wish.keys[key][1])):
        words = wish.keys[key][1]
        same = next((keys for others, keys in apart if words in others), None)
        if same is None:
            apart.append((words, [key]))
        else:
            same.append(key)
    return [keys for _, keys in apart]


def _sayable(terms: tuple[str, ...], idf: Mapping[str, float]) -> float:
    """The most that any listing could share of a wish's words, 0-1: words that nobody uses tell no two apart."""
    return min(1.0, sum(telling(idf[term]) for term in terms if idf[term] < NOWHERE))


def _named_by_text(wish: Wish) -> float:
    """What the bare words of a wish are worth in a listing's text."""
    understood = any(weight >= UNDERSTOOD for weight, _ in (*wish.keys.values(), *wish.types.values()))
    return NAMED_BESIDE if understood else NAMED_BY_TEXT


def _more_by_text(shared: Rows, score: Rows, named: float) -> Rows:
    """Where the bare words say more for a listing than what they point to, so that they count."""
    return np.flatnonzero((shared >= LEAST_TEXT) & (named * shared > score))


def _goal_fits(wish: Wish, held: Held, idf: Mapping[str, float], no_answers: Rows | None) -> Fits:
    """ "do stand-up comedy": the interest counts first, the kind of goal sharpens it."""
    names = (*sorted(wish.keys), *wish.types)
    kind, strength, told = _best_type(wish, held, names)
    own = OWN_WORDS_OF_GOALS * _sayable(wish.terms, idf)
    score = strength * (KIND_BESIDE if wish.keys else 1 - own)
    how = (kind >= 0) * np.int8(FAVOURS)
    key, led = (kind.copy(), np.full_like(kind, -1)) if wish.keys else (kind, kind)
    touched = Touched(held, wish.keys, wish.terms)
    if wish.keys:
        interest, which = _interest(touched, wish, names, strength)
        some = (which >= 0).nonzero()[0]
        at, which = touched.at.take(some), which.take(some)
        narrow = np.array([name in topics() for name in names]).take(which)
        score[at] = interest.take(some)
        of_kind = ~narrow & (kind.take(at) >= 0)
        how[at] = np.int8(ASSET) + of_kind * np.int8(GOAL - ASSET)
        led[at] = which
        others = at.compress(~of_kind)
        key[others] = led.take(others)
        at = told.nonzero()[0]
        alone = np.array([_alone(wish, name) for name in names]).take(kind.take(at)) * strength.take(at)
        more = alone > score.take(at)
        at = at.compress(more)
        score[at] = alone.compress(more)
        led[at] = key[at] = kind[at]
    else:
        at = told.nonzero()[0]
    how[at] = GOAL
    shared, at = touched.text(wish.terms, idf), touched.at
    if not wish.keys:
        score[at] += (kind.take(at) >= 0) * (OWN_WORDS_OF_GOALS * shared)
    if wish.communities:
        theirs = np.max([held.serves(name) for name in wish.communities], axis=0)
        score *= NOT_THEIRS + (1 - NOT_THEIRS) * theirs
    named = _named_by_text(wish)
    better = _more_by_text(shared, score[at], named)
    at = at[better]
    score[at] = named * shared[better]
    how[at], key[at], led[at] = TEXT, -1, -1
    if no_answers is not None:
        how[no_answers] = NO
    return Fits.found(wish, np.arange(len(how)), score, how, names, key=key, led=led)


def _alone(wish: Wish, name: str) -> float:
    """What a kind of goal is worth by itself where the words of the wish name an interest too."""
    if name not in wish.types or goals()[name].of_interest:
        return 0.0
    hard = any(map(is_lived_with, wish.keys))
    little = goals()[name].little_beside and any(key in topics() for key in wish.keys)
    return LITTLE_ALONE if hard or little else KIND_ALONE


def _best_type(wish: Wish, held: Held, names: tuple[str, ...]) -> tuple[Rows, Rows, Rows]:
    """(number of the goal type or -1, strength, whether a curator or the listing's own words say so)."""
    best = np.zeros(len(held.rows))
    kind = np.full(len(held.rows), -1, dtype=np.int16)
    plainly = np.zeros(len(held.rows), dtype=bool)
    for at, (name, (weight, _)) in enumerate(wish.types.items()):
        strength = weight * held.serves(name)
        if not at:
            best, plainly = strength, held.told(name)
            kind = (best > 0) * np.int16(names.index(name) + 1) - np.int16(1)
            continue
        better = (strength > best).nonzero()[0]
        best[better], kind[better] = strength.take(better), names.index(name)
        plainly[better] = held.told(name).take(better)
    return kind, best, plainly
