"""Leaving: what only one colleague holds goes to others, what only they know is written down, the account closes.

It works just as well late, when the account is closed already. For leads. Verbs commit; the caller then catches up with
the indexes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import delete, or_, select

from directory import accounts, audit, formatting
from directory._between_colleagues import open_promise
from directory._keeping import named_only
from directory._recalling import (
    A_FORMER_COLLEAGUE,
    GONE,
    WARMTHS,
    Knower,
    Named,
    areas_of,
    colleagues,
    knowers_of,
    named,
    shown_names,
    tips_of,
    use,
)
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.knowledge import claim
from directory.models import (
    HandedOver,
    HandoverRecord,
    Introduction,
    Outbox,
    Promise,
    SavedSearch,
    Tie,
    Tip,
    User,
    Visit,
    WorkerAsset,
)
from directory.permissions import signing_role

KINDS: Final = ("tie", "tip", "introduction", "promise", "search")
LONGEST_NOTE = 2000
WORDS: Final = {
    "tie": ("tie", "ties"),
    "tip": ("tip", "tips"),
    "introduction": ("introduction", "introductions"),
    "promise": ("promised check", "promised checks"),
    "search": ("saved search", "saved searches"),
}
PROMPTS: Final = (
    "Whom do you ask for, and when is a good time to ring?",
    "What would you tell a colleague before their first visit?",
    "What nearly went wrong there once, and what helped?",
)
"""What the walk asks at each listing, to turn what is in a head into tips."""


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that this colleague holds. `what` says it in words; `suggested` is who may take it on.

    A saved search is about no listing: `listing` then has only its name.
    """

    kind: str
    id: str
    listing: Named
    what: str
    use: int
    suggested: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One listing of the walk "what only you know"."""

    listing: Named
    use: int
    alone: bool
    """Nobody else here has met somebody there."""
    their_tips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A finished handover, to be read years later."""

    who: str
    role: str
    finished_on: Any
    counts: dict[str, int]
    note: str
    lines: tuple[tuple[str, str, str], ...]
    """(what kind, listing's name, who has it now)."""


# --- what they hold -------------------------------------------------------------------------------------------------


def holdings(user_id: str) -> list[Held]:
    """Everything that only this colleague holds, the most used places first. Raises NotFound."""
    found = _rows(accounts.by_id(user_id))
    listings = named({row.listing_id for kind, row in found if kind != "search"})
    uses = use()
    suggested = _suggestions(list(listings), user_id)
    held = []
    for kind, row in found:
        listing = Named("", "", row.name, "") if kind == "search" else listings[row.listing_id]
        words = _in_words(kind, row, user_id)
        held.append(Held(kind, row.id, listing, words, uses[listing.id], suggested.get(listing.id)))
    return sorted(held, key=lambda one: (-one.use, one.listing.name, KINDS.index(one.kind), one.id))


def _rows(user: User) -> list[tuple[str, Any]]:
    return [(kind, row) for kind in KINDS for row in _HELD[kind](user)]


def _ties(user: User) -> list[Tie]:
    own = db.session.scalars(select(Tie).where(Tie.user_id == user.id, Tie.active)).all()
    shared = [name for name in colleagues().values() if name.casefold() == user.name.casefold()]
    only_theirs = not shared or (user.active and len(shared) == 1)
    return [*own, *(named_only(user.name) if only_theirs else [])]


def _tips(user: User) -> Sequence[Tip]:
    return db.session.scalars(select(Tip).where(Tip.keeper_id == user.id, Tip.active)).all()


def _introductions(user: User) -> Sequence[Introduction]:
    theirs = or_(Introduction.asked_by == user.id, Introduction.asked_of == user.id)
    return db.session.scalars(select(Introduction).where(theirs, Introduction.state == "open")).all()


def _promises(user: User) -> Sequence[Promise]:
    return db.session.scalars(
        select(Promise).where(Promise.user_id == user.id, Promise.state == "open")
    ).all()


def _searches(user: User) -> Sequence[SavedSearch]:
    return db.session.scalars(select(SavedSearch).where(SavedSearch.owner_id == user.id)).all()


_HELD: Final[dict[str, Callable[[User], Sequence[Any]]]] = {
    "tie": _ties,
    "tip": _tips,
    "introduction": _introductions,
    "promise": _promises,
    "search": _searches,
}
"""What a colleague can hold alone. Anything else that comes to be theirs gets a line here and one in `_TAKE`."""


def _in_words(kind: str, row: Any, user_id: str) -> str:
    if kind == "tie":
        warmth = {"know_of": "knows of them", "have_met": "has met them", "know_well": "knows them well"}
        told = warmth.get(row.warmth, "can ring any time" if row.warmth else "knows them")
        return f"{told} ({row.whom})" if row.whom else told
    if kind == "tip":
        return str(row.text)
    if kind == "search":
        return "the team opens it too" if row.shared else "only they open it"
    if kind == "promise":
        return f"to be checked by {formatting.plain_date(row.due)}"
    return "was asked to introduce somebody" if row.asked_of == user_id else "asked to be introduced"


def _suggestions(listing_ids: Sequence[str], but: str) -> dict[str, str]:
    """Who else knows a listing best; else who has most ties in its area."""
    return _next_best(listing_ids, knowers_of(listing_ids), {key: {but} for key in listing_ids})


def _next_best(
    listing_ids: Sequence[str], knowers: Mapping[str, Sequence[Knower]], but: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """Of each listing the warmest colleague, else the one with most ties in its area; `but` are not asked there."""
    here = colleagues()
    by_area = _busiest_by_area(here)
    areas = areas_of(listing_ids)
    found: dict[str, str] = {}
    for key in listing_ids:
        known = (one.user_id for one in knowers.get(key, ()) if one.user_id in here)
        likely = (*filter(None, known), *by_area.get(areas.get(key, ""), ()))
        if best := next((one for one in likely if one not in but[key]), None):
            found[key] = best
    return found


def seconds(listing_ids: Sequence[str]) -> dict[str, str]:
    """Whom to ask to come along, where one colleague knows a place: who knows of them already, else who has most ties
    in the area. {listing: user id}"""
    knowers = knowers_of(listing_ids)
    met = {key: {one.user_id for one in some if one.user_id and one.has_met} for key, some in knowers.items()}
    return _next_best([key for key in listing_ids if met.get(key)], knowers, met)


def _busiest_by_area(here: Collection[str]) -> dict[str, list[str]]:
    """{outward postcode: colleagues with ties there, those with most first}."""
    rows = db.session.execute(
        select(Tie.listing_id, Tie.user_id).where(Tie.active, Tie.user_id.in_(here))
    ).all()
    areas = areas_of({key for key, _ in rows})
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for key, user_id in rows:
        if user_id and areas.get(key):
            counts[areas[key]][user_id] += 1
    return {area: sorted(some, key=lambda one: (-some[one], one)) for area, some in counts.items()}


def walk(user_id: str) -> list[Step]:
    """Their listings for the half hour of "what only you know": where nobody else has met anybody first, then the most
    used."""
    user = accounts.by_id(user_id)
    uses = use()
    been = db.session.scalars(select(Visit.listing_id).where(Visit.user_id == user_id)).all()
    listings = named({*been, *(row.listing_id for row in _ties(user))}, but=GONE)
    knowers, tips = knowers_of(list(listings)), tips_of(list(listings))
    steps = []
    for key, listing in listings.items():
        others = any(one.has_met and one.user_id != user_id for one in knowers.get(key, ()))
        theirs = tuple(tip.text for tip in tips.get(key, ()) if tip.by_id == user_id)
        steps.append(Step(listing, uses[key], not others, theirs))
    return sorted(steps, key=lambda step: (not step.alone, -step.use, step.listing.name))


# --- passing it on --------------------------------------------------------------------------------------------------


def reassign(user_id: str, kind: str, item_id: str, to: str) -> None:
    """Give one thing that the colleague holds to another who is here. Raises NotFound and Invalid."""
    user = _from(user_id)
    _to(to, user_id)
    row = next((row for row in _HELD.get(kind, _nothing)(user) if row.id == item_id), None)
    if row is None:
        raise NotFound("They do not hold this (any more).")
    with writing():
        _hand(user, kind, db.session.merge(row), to)
    audit.record("handed_over", from_id=user_id, to_id=to, kind=kind)


def reassign_all(user_id: str, to: str, *, area: str | None = None) -> int:
    """Give everything (or everything in an area, as "S1"; "" for places without one) to one colleague; how many."""
    user = _from(user_id)
    _to(to, user_id)
    wanted = [one for one in holdings(user_id) if area is None or one.listing.area == area]
    return _hand_each(user, [(one.kind, one.id, to) for one in wanted])


def reassign_as_suggested(user_id: str) -> int:
    """Give each thing to whoever is suggested for it; how many went. What has no suggestion stays."""
    user = _from(user_id)
    held = holdings(user_id)
    return _hand_each(user, [(one.kind, one.id, one.suggested) for one in held if one.suggested])


def _hand_each(user: User, wanted: Sequence[tuple[str, str, str]]) -> int:
    """Give (kind, id, to whom) away, all or nothing; how many were still there to give."""
    handed = []
    with writing():
        held = {(kind, row.id): row for kind, row in _rows(user)}
        for kind, key, to in wanted:
            if (kind, key) in held:  # somebody else may have been quicker
                _hand(user, kind, held[kind, key], to)
                db.session.flush()
                handed.append((kind, to))
        user_id = user.id
    for kind, to in handed:
        audit.record("handed_over", from_id=user_id, to_id=to, kind=kind)
    return len(handed)


def _nothing(_user: User) -> Sequence[Any]:
    return ()


def _from(user_id: str) -> User:
    user = accounts.by_id(user_id)
    if user.active:
        claim(user_id)  # what carries only their name is theirs to hand over
    return user


def _to(to: str, user_id: str) -> None:
    if to == user_id:
        raise Invalid({"to": "Choose somebody else."})
    if to not in colleagues():
        raise Invalid({"to": "Choose a colleague who is here."})


def _hand(user: User, kind: str, row: Any, to: str) -> None:
    _TAKE[kind](user, row, accounts.by_id(to))
    listing_id = None if kind == "search" else row.listing_id
    db.session.add(
        HandedOver(
            id=str(uuid4()),
            from_id=user.id,
            to_id=to,
            listing_id=listing_id,
            title=row.name if kind == "search" else None,
            kind=kind,
            at=now(),
        )
    )
    if listing_id:
        db.session.add(Outbox(listing_id=listing_id, kind="upsert", at=now()))


def _take_tie(user: User, row: Tie, to: User) -> None:
    """The contact stays the agency's. Whoever takes it on knows of them until they have met."""
    today = current_settings().today()
    row.active, row.ended_on, row.by_hand, row.user_id = False, today, True, user.id
    standing = db.session.scalar(
        select(Tie).where(Tie.listing_id == row.listing_id, Tie.user_id == to.id, Tie.active)
    )
    if standing is None:
        standing = Tie(
            id=str(uuid4()),
            listing_id=row.listing_id,
            user_id=to.id,
            colleague=to.name.replace(";", ","),
            about=row.about,
            whom=row.whom,
            venue_key=row.venue_key,
            warmth=WARMTHS[0],
            since=today,
            began="taken over from a colleague who left",
            active=True,
            by_hand=True,
            dated=today,
            position=row.position,
        )
        db.session.add(standing)
    standing.handed_from_id = standing.handed_from_id or row.id
    standing.by_hand = True
    notes = (part for part in (standing.note, row.began, row.note) if part)
    standing.note = "\n".join(dict.fromkeys(notes)) or None


def _take_tip(_user: User, row: Tip, to: User) -> None:
    row.keeper_id, row.by_hand = to.id, True


def _take_introduction(user: User, row: Introduction, to: User) -> None:
    if row.asked_of == user.id:
        row.asked_of = to.id
    if row.asked_by == user.id:
        row.asked_by = to.id
    if (
        row.asked_of == row.asked_by
    ):  # whoever was to be introduced holds the tie now, or is the one to be asked
        row.state, row.answered_at = "answered", now()
        row.answer = "Passed on to you when a colleague left: you know them now."


def _take_promise(_user: User, row: Promise, to: User) -> None:
    standing = open_promise(row.listing_id, to.id)
    if standing:
        standing.due = min(standing.due, row.due)
        row.state, row.ended_on = "let_go", current_settings().today()
    else:
        row.user_id = to.id


def _take_search(_user: User, row: SavedSearch, to: User) -> None:
    """Names of one person's searches differ: a second one of a name gets a number."""
    taken = set(db.session.scalars(select(SavedSearch.name).where(SavedSearch.owner_id == to.id)))
    name, number = row.name, 2
    while name in taken:
        name, number = f"{row.name} ({number})", number + 1
    row.name, row.owner_id = name, to.id


_TAKE: Final[dict[str, Callable[[User, Any, User], None]]] = {
    "tie": _take_tie,
    "tip": _take_tip,
    "introduction": _take_introduction,
    "promise": _take_promise,
    "search": _take_search,
}


# --- finishing ------------------------------------------------------------------------------------------------------


def finish(user_id: str, actor: str, *, agreed_to_name: bool = False, note: str = "") -> str:
    """Close the account and leave a readable record, by role and, only if they agreed, by name; the record's id.

    Finishing again changes nothing. Raises NotFound, Invalid, and Conflict while they still hold something
    or nobody else could look after accounts.
    """
    user = accounts.by_id(user_id)
    if left := Counter(kind for kind, _ in _rows(user)):
        raise Conflict(f"{in_words(left)} still with them: pass these on first.")
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": f"Keep it to {LONGEST_NOTE:,} letters."})
    done = db.session.scalar(select(HandoverRecord).where(HandoverRecord.user_id == user_id))
    if done and not user.active:
        return done.id
    handed = Counter(db.session.scalars(select(HandedOver.kind).where(HandedOver.from_id == user_id)))
    role = signing_role(user.role_names)
    if user.active:
        accounts.disable(user_id)
    finished_by = actor if actor in colleagues() else None  # "cli" is nobody's account
    with writing():
        if not agreed_to_name:
            _forget_name(user_id)
        db.session.execute(
            delete(WorkerAsset).where(WorkerAsset.user_id == user_id)
        )  # what they bring is theirs
        key = str(uuid4())
        db.session.add(
            HandoverRecord(
                id=key,
                user_id=user_id,
                role=role,
                name=user.name if agreed_to_name else None,
                finished_on=current_settings().today(),
                finished_by=finished_by,
                counts=dict(handed),
                note=" ".join(note.split()) or None,
            )
        )
    audit.record("handover_finished", user_id=user_id, handed=handed.total())
    return key


def hand_over(user_id: str, to: str, actor: str, *, agreed_to_name: bool = False) -> str:
    """Everything to one colleague, and the account closed; the record's id."""
    _to(to, user_id)
    reassign_all(user_id, to)
    return finish(user_id, actor, agreed_to_name=agreed_to_name)


def _forget_name(user_id: str) -> None:
    """Ties that have ended keep what was known, and not who knew it."""
    for row in db.session.scalars(select(Tie).where(Tie.user_id == user_id, Tie.active.is_(False))):
        row.colleague = A_FORMER_COLLEAGUE


def record_of(user_id: str) -> Record | None:
    """The record of a finished handover; None where there is none. Raises NotFound for an unknown account."""
    accounts.by_id(user_id)
    found = db.session.scalar(
        select(HandoverRecord)
        .where(HandoverRecord.user_id == user_id)
        .order_by(HandoverRecord.finished_on.desc())
    )
    if found is None:
        return None
    rows = db.session.scalars(
        select(HandedOver).where(HandedOver.from_id == user_id).order_by(HandedOver.at, HandedOver.id)
    ).all()
    listings = named({row.listing_id for row in rows if row.listing_id})
    names = shown_names(row.to_id for row in rows)
    return Record(
        who=found.name or A_FORMER_COLLEAGUE,
        role=found.role,
        finished_on=found.finished_on,
        counts=dict(found.counts),
        note=found.note or "",
        lines=tuple(
            (
                WORDS[row.kind][0],
                listings[row.listing_id].name if row.listing_id else row.title or "",
                names.get(row.to_id or "", A_FORMER_COLLEAGUE),
            )
            for row in rows
        ),
    )


def orphans() -> list[tuple[str, str, int]]:
    """Accounts that are closed and still hold something: (id, name, how many things)."""
    gone = db.session.scalars(select(User).where(User.active.is_(False)).order_by(User.name, User.id)).all()
    counted = [(user.id, user.name, len(_rows(user))) for user in gone]
    return [one for one in counted if one[2]]


def in_words(counts: Counter[str]) -> str:
    """ "3 ties and 1 tip"."""
    parts = [f"{counts[kind]} {WORDS[kind][counts[kind] != 1]}" for kind in KINDS if counts[kind]]
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def to_json(user_id: str, held: Sequence[Held]) -> dict[str, Any]:
    """What `kith handover --json` prints: what they held before this command, and the record where there is one."""
    user, names, record = accounts.by_id(user_id), colleagues(), record_of(user_id)
    return {
        "held": [
            {
                "kind": one.kind,
                "id": one.id,
                "listing": one.listing.ref or None,
                "name": one.listing.name,
                "area": one.listing.area,
                "what": one.what,
                "suggested": names.get(one.suggested or ""),
            }
            for one in held
        ],
        "left": len(_rows(user)),
        "closed": not user.active,
        "record": record
        and {
            "role": record.role,
            "who": record.who,
            "finished_on": record.finished_on.isoformat(),
            "counts": record.counts,
            "lines": [{"kind": kind, "name": name, "with": holder} for kind, name, holder in record.lines],
        },
    }
