"""Listings that may be one, found over the whole directory or for one record; and which pairs somebody told apart.

What is found is kept (`alike_key`, `likely_duplicate`) and derived: `seek` looks only at what changed since it last
looked, and can start afresh. How two listings are compared is `importers.alike`; a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select

from directory import audit, listings
from directory._reading import read
from directory.database import db, now, writing
from directory.errors import Invalid, NotFound
from directory.listings import Listing, chunks, merged_ids, standing_for
from directory.models import AlikeKey, AlikeMark, Change, LikelyDuplicate, NotDuplicate, Service, table_of
from importers.alike import BIGGEST_BLOCK, POSSIBLE, Likeness, Sketch, compare, keys, pairs, sketch
from importers.records import ListingRecord

_KEY, _MARK, _PAIR = table_of(AlikeKey), table_of(AlikeMark), table_of(LikelyDuplicate)
_SERVICE, _TOLD_APART, _CHANGE = table_of(Service), table_of(NotDuplicate), table_of(Change)
_ALIVE = ("active", "paused")
_AT_ONCE = 500
_IN_MEMORY = 20_000
"""Listings that are compared at once; more of them are taken in turns."""
BIGGEST_CROWD = 400
"""Of more listings than that behind one key, none is compared for it."""
MOST_IN_PASSING = 1_000
"""So many changed listings are looked at while somebody waits for a page."""
GONE_LEAST = 0.25
"""Closed listings, and those that asked not to be listed, are named from this score on, lest they are added again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two listings that may be one, the lower id first."""

    first_id: str
    second_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Like:
    """A listing that may be the same as one somebody is about to add."""

    listing: Listing
    likeness: Likeness

    @property
    def warning(self) -> str:
        """What to say of it before saving; "" where it is only alike."""
        return {
            "closed": "This one has closed. Open it again instead of adding it anew.",
            "do_not_list": "This one asked not to be listed.",
        }.get(self.listing.record.status, "")


# --- seeking --------------------------------------------------------------------------------------------------------


def seek(*, afresh: bool = False, most: int | None = None) -> int:
    """Look for likely duplicates of whatever changed since the last time (`afresh`: of everything); how many listings
    were looked at. With `most`, nothing is done where more have changed. Commits as it goes; safe to repeat."""
    if afresh:
        _forget_all()
    waiting = unseen()
    if not waiting or (most is not None and len(waiting) > most):
        _drop_merged()
        return 0
    known: dict[str, Sketch] = {}
    for some in chunks(waiting, _AT_ONCE):
        found = _note_keys(some)
        if len(waiting) <= _IN_MEMORY:
            known.update(found)
    total = 0
    for some in chunks(waiting, _IN_MEMORY):
        total += _note_pairs(some, known)
    audit.record("duplicates_sought", listings=len(waiting), pairs=total)
    return len(waiting)


def unseen() -> list[str]:
    """The listings that changed, or came, since they were last looked at."""
    _drop_merged()
    seen = and_(_MARK.c.listing_id == _SERVICE.c.id, _MARK.c.version == _SERVICE.c.version)
    query = (
        select(_SERVICE.c.id)
        .outerjoin(_MARK, seen)
        .where(_MARK.c.listing_id.is_(None), _SERVICE.c.id.not_in(merged_ids()))
        .order_by(_SERVICE.c.id)
    )
    return list(db.session.connection().scalars(query))


def _forget_all() -> None:
    with writing() as connection:
        for table in (_PAIR, _KEY, _MARK):
            connection.execute(delete(table))


def _drop_merged() -> None:
    """A merged listing is looked for no more; the one that stands for it is."""
    query = select(_MARK.c.listing_id).where(_MARK.c.listing_id.in_(merged_ids()))
    gone = list(db.session.connection().scalars(query))
    if gone:
        with writing() as connection:
            _clear(connection, gone)


def _clear(connection: Connection, listing_ids: Sequence[str]) -> None:
    for some in chunks(listing_ids, _AT_ONCE):
        connection.execute(delete(_KEY).where(_KEY.c.listing_id.in_(some)))
        connection.execute(delete(_MARK).where(_MARK.c.listing_id.in_(some)))
        connection.execute(delete(_PAIR).where(_PAIR.c.first_id.in_(some) | _PAIR.c.second_id.in_(some)))


def _note_keys(some: Sequence[str]) -> dict[str, Sketch]:
    """Write down by what these listings are found; what they look like now."""
    with writing() as connection:
        stored = read(connection, some)
        sketches = {key: sketch(one.record) for key, one in stored.items()}
        _clear(connection, list(stored))
        rows = [{"listing_id": key, "key": told} for key, one in sketches.items() for told in keys(one)]
        marks = [{"listing_id": key, "version": one.version} for key, one in stored.items()]
        if rows:
            connection.execute(_KEY.insert(), rows)
        if marks:
            connection.execute(_MARK.insert(), marks)
    return sketches


def _note_pairs(some: Sequence[str], known: Mapping[str, Sketch]) -> int:
    """Compare these listings with whoever shares a key with them."""
    connection = db.session.connection()
    sketches = {key: known[key] for key in some if key in known}
    wanted = (set(some) | set(_neighbours(connection, some))) - sketches.keys()
    sketches.update(_sketches(connection, wanted))
    found = [
        {"first_id": first, "second_id": second, "score": round(likeness.score, 4)}
        for first, second, likeness in pairs(sketches, of=frozenset(some))
    ]
    with writing() as connection:
        present = set(
            _present(connection, {one[side] for one in found for side in ("first_id", "second_id")})
        )
        for part in chunks(some, _AT_ONCE):
            connection.execute(delete(_PAIR).where(_PAIR.c.first_id.in_(part) | _PAIR.c.second_id.in_(part)))
        rows = [one for one in found if one["first_id"] in present and one["second_id"] in present]
        if rows:
            connection.execute(_PAIR.insert(), rows)
    return len(rows)


def _present(connection: Connection, ids: Collection[Any]) -> Iterator[str]:
    for some in chunks(ids, _AT_ONCE):
        yield from connection.scalars(select(_SERVICE.c.id).where(_SERVICE.c.id.in_(some)))


def _neighbours(connection: Connection, listing_ids: Sequence[str]) -> Iterator[str]:
    """Everybody who shares a key with these, crowds aside."""
    wanted: set[str] = set()
    for some in chunks(listing_ids, _AT_ONCE):
        wanted.update(connection.scalars(select(_KEY.c.key).where(_KEY.c.listing_id.in_(some))))
    counts = _counts(connection, wanted)
    shared = [key for key, count in counts.items() if 1 < count <= BIGGEST_CROWD]
    for part in chunks(shared, _AT_ONCE):
        yield from connection.scalars(select(_KEY.c.listing_id).where(_KEY.c.key.in_(part)).distinct())


def _counts(connection: Connection, wanted: Collection[str]) -> dict[str, int]:
    """How many listings have each of these keys."""
    counts: dict[str, int] = {}
    for some in chunks(wanted, _AT_ONCE):
        query = select(_KEY.c.key, func.count()).where(_KEY.c.key.in_(some)).group_by(_KEY.c.key)
        counts.update(connection.execute(query).all())
    return counts


def _sketches(connection: Connection, ids: Iterable[str]) -> dict[str, Sketch]:
    return {
        key: sketch(one.record)
        for some in chunks(sorted(ids), _AT_ONCE)
        for key, one in read(connection, some).items()
    }


# --- asking ---------------------------------------------------------------------------------------------------------


def queue(of: Collection[str] | None = None) -> list[Pair]:
    """All likely pairs that nobody has told apart, the likeliest first; only those with one of `of`, if given. Two that
    are both closed, or not to be listed, are left in peace."""
    first, second = _SERVICE.alias("first"), _SERVICE.alias("second")
    query = (
        select(_PAIR.c.first_id, _PAIR.c.second_id, _PAIR.c.score)
        .join(first, first.c.id == _PAIR.c.first_id)
        .join(second, second.c.id == _PAIR.c.second_id)
        .where(first.c.listing_status.in_(_ALIVE) | second.c.listing_status.in_(_ALIVE))
        .where(_PAIR.c.first_id.not_in(merged_ids()), _PAIR.c.second_id.not_in(merged_ids()))
        .order_by(_PAIR.c.score.desc(), _PAIR.c.first_id, _PAIR.c.second_id)
    )
    rows = db.session.connection().execute(query).all()
    apart = told_apart()
    return [
        Pair(*row)
        for row in rows
        if frozenset(row[:2]) not in apart and (of is None or row[0] in of or row[1] in of)
    ]


def queue_of_import(run: int) -> list[Pair]:
    """The likely pairs in which one is a listing that this import brought."""
    query = select(_CHANGE.c.entity_id).where(
        _CHANGE.c.import_run == run, _CHANGE.c.entity == "service", _CHANGE.c.field.is_(None)
    )
    return queue(frozenset(db.session.connection().scalars(query)))


def likeness(first_id: str, second_id: str) -> Likeness:
    """How alike two listings are now, and why. Raises NotFound."""
    [found] = likenesses([(first_id, second_id)])
    return found


def likenesses(pairs_of: Sequence[tuple[str, str]]) -> list[Likeness]:
    """The same of several pairs, in their order. Raises NotFound where one of the listings is not there."""
    connection = db.session.connection()
    sketches = _sketches(connection, {key for pair in pairs_of for key in pair})
    if not all(first != second and {first, second} <= sketches.keys() for first, second in pairs_of):
        raise NotFound("There is no such pair of listings.")
    both = [(sketches[first], sketches[second]) for first, second in pairs_of]
    counts = _counts(connection, {key for first, second in both for key in keys(first) & keys(second)})
    return [compare(first, second, counts) for first, second in both]


def like(record: ListingRecord, limit: int = 3, *, but: str | None = None) -> list[Like]:
    """Listings that may be the same as this record, the likeliest first; closed and unlisted ones too (`Like.warning`).

    For a form, before it is saved: nothing is written but what changed in the directory meanwhile. `but` is the id of
    the listing that is being changed, if it is here already.
    """
    seek(most=MOST_IN_PASSING)
    connection = db.session.connection()
    mine = sketch(record)
    counts = _counts(connection, keys(mine))
    near = _closest(connection, mine, counts) - {but}
    crowds = {key: count + 1 for key, count in counts.items()}
    found = {
        key: compare(mine, one, crowds) for key, one in _sketches(connection, filter(None, near)).items()
    }
    standing = listings.fetch(key for key, one in found.items() if one.score >= GONE_LEAST)
    likes = [Like(listing, found[key]) for key, listing in standing.items()]
    wanted = [one for one in likes if one.warning or one.likeness.score >= POSSIBLE]
    return sorted(wanted, key=lambda one: (-one.likeness.score, one.listing.id))[:limit]


def _closest(connection: Connection, mine: Sketch, counts: Mapping[str, int]) -> set[str | None]:
    """Who shares a key with it; of a crowd behind one key only those who share a second one."""
    few = [key for key, count in counts.items() if count <= BIGGEST_BLOCK]
    found: set[str | None] = set(
        connection.scalars(select(_KEY.c.listing_id).where(_KEY.c.key.in_(few)).distinct())
    )
    many = select(_KEY.c.listing_id).where(_KEY.c.key.in_(keys(mine))).group_by(_KEY.c.listing_id)
    found.update(connection.scalars(many.having(func.count() > 1).limit(BIGGEST_CROWD)))
    return found


def to_json(limit: int, *, afresh: bool = False) -> dict[str, Any]:
    """What `kith duplicates --json` prints: how many pairs there are, and the likeliest with their reasons."""
    seek(afresh=afresh)
    found = queue()
    told = [_pair_json(*one) for one in shown(found[:limit])]
    return {"total": len(found), "pairs": told}


def shown(found: Sequence[Pair]) -> list[tuple[Listing, Listing, Likeness]]:
    """Some pairs with both listings, and how alike they are now."""
    known = listings.fetch(key for pair in found for key in (pair.first_id, pair.second_id))
    alike = likenesses([(pair.first_id, pair.second_id) for pair in found])
    return [
        (known[pair.first_id], known[pair.second_id], one) for pair, one in zip(found, alike, strict=True)
    ]


def _pair_json(first: Listing, second: Listing, found: Likeness) -> dict[str, Any]:
    return {
        "score": round(found.score, 2),
        "verdict": found.verdict,
        "listings": [
            {"id": one.ref, "name": one.record.name, "status": one.record.status} for one in (first, second)
        ],
        "reasons": [{"points": reason.points, "text": reason.text} for reason in found.reasons],
    }


# --- deciding -------------------------------------------------------------------------------------------------------


def tell_apart(first_id: str, second_id: str, actor: str) -> None:
    """Remember that these are two. Saying so again changes nothing. Raises NotFound and Invalid."""
    first, second = sorted((first_id, second_id))
    if first == second:
        raise Invalid({"second": "a listing cannot be told apart from itself"})
    with writing() as connection:
        if len(set(_present(connection, (first, second)))) < 2:
            raise NotFound("There is no such pair of listings.")
        if connection.execute(_this_pair(first, second)).first():
            return
        row = {"first_id": first, "second_id": second, "at": now(), "actor": actor}
        connection.execute(_TOLD_APART.insert(), row)
    audit.record("not_duplicates", first_id=first, second_id=second)


def maybe_one_after_all(first_id: str, second_id: str) -> None:
    """Forget that somebody told these apart."""
    first, second = sorted((first_id, second_id))
    with writing() as connection:
        here = (_TOLD_APART.c.first_id == first) & (_TOLD_APART.c.second_id == second)
        connection.execute(delete(_TOLD_APART).where(here))


def told_apart() -> set[frozenset[str]]:
    """The pairs that somebody found to be two; a merged listing counts as the one that stands for it."""
    connection = db.session.connection()
    rows = connection.execute(select(_TOLD_APART.c.first_id, _TOLD_APART.c.second_id)).all()
    now_at = standing_for(connection, {key for row in rows for key in row})
    return {frozenset(now_at.get(key, key) for key in row) for row in rows}


def _this_pair(first: str, second: str) -> Any:
    return select(_TOLD_APART.c.at).where(_TOLD_APART.c.first_id == first, _TOLD_APART.c.second_id == second)
