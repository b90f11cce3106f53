"""The read side of what the agency knows: who knows whom, tips, visits, what of it is one colleague's own.

For staff alone. `directory.knowledge` gives these out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from directory._reading import current_ties
from directory.config import current_settings
from directory.database import db
from directory.models import (
    Address,
    HandoverRecord,
    Introduction,
    ListingUse,
    Location,
    Promise,
    Service,
    Tie,
    Tip,
    TipAgreement,
    User,
    Visit,
    table_of,
)
from directory.permissions import is_staff
from importers.clean_place import outcode_of
from importers.records import ListingRecord

WARMTHS: Final = ("know_of", "have_met", "know_well", "ring_any_time")
"""How warm a tie is, coolest first."""
COLD_AFTER: Final = {"have_met": 365, "know_well": 183, "ring_any_time": 183, None: 365}
"""Days without contact after which a tie goes cold. Somebody one only knows of cannot."""
ASKED_AGAIN_AFTER: Final = 365
"""Days after which a tip that nobody confirmed is asked about again."""
IN_USE: Final = 365
"""Days for which a visit, a call, an introduction or a promise says that a listing is used."""
GONE: Final = ("closed", "do_not_list")
A_FORMER_COLLEAGUE: Final = "a former colleague"


@dataclass(frozen=True, slots=True)
class Knower:
    """A colleague who knows somebody at a listing. `user_id` None: a name from a sheet, with no account."""

    tie_id: str
    user_id: str | None
    name: str
    warmth: str | None
    about: str
    whom: str
    since: date | None
    last_contact: date | None
    began: str
    note: str
    handed_over: bool

    @property
    def has_met(self) -> bool:
        """Somebody with an account who has met them, and does not only know of them."""
        return self.user_id is not None and self.warmth != "know_of"


@dataclass(frozen=True, slots=True)
class TipTold:
    """A tip with who gave it, who agrees, and whether it is time to ask again."""

    id: str
    listing_id: str
    text: str
    by: str
    by_id: str | None
    dated: date
    agreed_by: tuple[str, ...]
    agreed_ids: frozenset[str]
    last_said: date
    ask_again: bool


@dataclass(frozen=True, slots=True)
class Been:
    """A visit or a call, as colleagues see it."""

    listing_id: str
    kind: str
    on: date
    by: str
    note: str
    with_someone: bool
    found: int
    """How many facts were found out."""


@dataclass(frozen=True, slots=True)
class Named:
    """A listing in a list of the team's."""

    id: str
    ref: str
    name: str
    area: str


@dataclass(frozen=True, slots=True)
class MyTie:
    """One of a colleague's own ties."""

    tie_id: str
    listing: Named
    warmth: str | None
    whom: str
    last_contact: date | None
    cold: bool


# --- colleagues -----------------------------------------------------------------------------------------------------


def colleagues() -> dict[str, str]:
    """Everybody who works here and has an account: {id: name}, by name."""
    users = db.session.scalars(select(User).where(User.active).order_by(User.name, User.id))
    return {user.id: user.name for user in users if is_staff(user.role_names)}


def shown_names(user_ids: Iterable[str | None]) -> dict[str, str]:
    """What to call these users: those who left by name only if they agreed to it."""
    wanted = {key for key in user_ids if key}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name, User.active).where(User.id.in_(wanted)))
    agreed = dict(
        db.session.execute(
            select(HandoverRecord.user_id, HandoverRecord.name).where(HandoverRecord.user_id.in_(wanted))
        ).all()
    )
    return {key: name if here else agreed.get(key) or A_FORMER_COLLEAGUE for key, name, here in rows}


# --- one listing ----------------------------------------------------------------------------------------------------


def who_knows(listing_id: str) -> list[Knower]:
    """Colleagues who know somebody there, or at its venue: warmest first, then the latest contact."""
    return knowers_of([listing_id]).get(listing_id, [])


def knowers_of(listing_ids: Sequence[str]) -> dict[str, list[Knower]]:
    """`who_knows` of several listings at once."""
    tie = table_of(Tie)
    found: dict[str, dict[str, Tie]] = defaultdict(dict)
    for row in _ties(current_ties(listing_ids, tie.c.id)):
        found[row.listing_id][row.id] = row
    venues = venue_keys(listing_ids)
    keys = {key for some in venues.values() for key in some}
    if keys:
        at_venue = [row for row in held_ties(Tie.about == "venue") if row.venue_key in keys]
        for listing_id, some in venues.items():
            found[listing_id].update((row.id, row) for row in at_venue if row.venue_key in some)
    names = shown_names(row.user_id for some in found.values() for row in some.values())
    return {
        key: sorted((_knower(row, names) for row in some.values()), key=_warmest)
        for key, some in found.items()
    }


def _ties(ids: object) -> Iterable[Tie]:
    return db.session.scalars(select(Tie).where(Tie.id.in_(ids)))  # type: ignore[arg-type]


def held_ties(*only: ColumnElement[bool]) -> list[Tie]:
    """Every tie that holds (of some kind): active, and its colleague still here."""
    here = or_(Tie.user_id.is_(None), User.active)
    query = select(Tie).outerjoin(User, User.id == Tie.user_id).where(Tie.active, here, *only)
    return list(db.session.scalars(query.order_by(Tie.id)))


def _knower(row: Tie, names: dict[str, str]) -> Knower:
    return Knower(
        tie_id=row.id,
        user_id=row.user_id,
        name=names.get(row.user_id or "", row.colleague),
        warmth=row.warmth,
        about=row.about,
        whom=row.whom or "",
        since=row.since,
        last_contact=row.last_contact,
        began=row.began or "",
        note=row.note or "",
        handed_over=row.handed_from_id is not None,
    )


def _warmest(knower: Knower) -> tuple[float, int, str]:
    latest = knower.last_contact or knower.since
    return -rank_of(knower.warmth), -(latest.toordinal() if latest else 0), knower.name


def rank_of(warmth: str | None) -> float:
    """Coolest 0. A name from a sheet, of which nobody said how warm it is, stands between know of and have met."""
    return 0.5 if warmth is None else WARMTHS.index(warmth)


def tips_of(listing_ids: Collection[str]) -> dict[str, list[TipTold]]:
    """The tips that count, by listing, in the order they were given."""
    rows = db.session.scalars(
        select(Tip).where(Tip.listing_id.in_(listing_ids), Tip.active).order_by(Tip.position, Tip.id)
    ).all()
    return _told(rows)


def tips_kept_by(user_id: str) -> list[TipTold]:
    """The tips that this colleague gave or took over."""
    mine = or_(Tip.user_id == user_id, Tip.keeper_id == user_id)
    rows = db.session.scalars(select(Tip).where(Tip.active, mine).order_by(Tip.dated, Tip.id)).all()
    return [told for some in _told(rows).values() for told in some]


def _told(rows: Sequence[Tip]) -> dict[str, list[TipTold]]:
    agreements: dict[str, list[TipAgreement]] = defaultdict(list)
    query = select(TipAgreement).where(TipAgreement.tip_id.in_([row.id for row in rows]))
    for one in db.session.scalars(query.order_by(TipAgreement.dated, TipAgreement.id)):
        agreements[one.tip_id].append(one)
    names = shown_names(
        [*(row.user_id for row in rows), *(one.user_id for some in agreements.values() for one in some)]
    )
    today = current_settings().today()
    found: dict[str, list[TipTold]] = defaultdict(list)
    for row in rows:
        agreed = agreements[row.id]
        others = [one for one in agreed if one.user_id != row.user_id]
        last = max([row.dated, *(one.dated for one in agreed)])
        found[row.listing_id].append(
            TipTold(
                id=row.id,
                listing_id=row.listing_id,
                text=row.text,
                by=names.get(row.user_id or "", ""),
                by_id=row.user_id,
                dated=row.dated,
                agreed_by=tuple(names.get(one.user_id or "", A_FORMER_COLLEAGUE) for one in others),
                agreed_ids=frozenset(one.user_id for one in others if one.user_id),
                last_said=last,
                ask_again=(today - last).days > ASKED_AGAIN_AFTER,
            )
        )
    return dict(found)


def visits_of(listing_id: str, limit: int = 5) -> list[Been]:
    """The latest visits and calls."""
    rows = db.session.scalars(
        select(Visit)
        .where(Visit.listing_id == listing_id)
        .order_by(Visit.visited_on.desc(), Visit.made_at.desc())
        .limit(limit)
    ).all()
    names = shown_names(row.user_id for row in rows)
    return [
        Been(
            row.listing_id,
            row.kind,
            row.visited_on,
            names.get(row.user_id or "", A_FORMER_COLLEAGUE),
            row.note or "",
            row.with_someone,
            len(row.facts),
        )
        for row in rows
    ]


# --- the whole agency -----------------------------------------------------------------------------------------------


def use() -> Counter[str]:
    """How often each listing was visited, rung, asked about or promised within a year."""
    since = current_settings().today() - timedelta(days=IN_USE)
    counted: Counter[str] = Counter()
    counted.update(db.session.scalars(select(Visit.listing_id).where(Visit.visited_on > since)))
    asked = db.session.execute(select(Introduction.listing_id, Introduction.asked_at))
    counted.update(key for key, at in asked if at.date() > since)
    counted.update(db.session.scalars(select(Promise.listing_id).where(Promise.made_on > since)))
    return counted


def named(ids: Collection[str], but: Collection[str] = ()) -> dict[str, Named]:
    """Listings by id with name and area (outward postcode; "" for a private or unknown place)."""
    rows = db.session.execute(
        select(Service.id, Service.ref, Service.name).where(
            Service.id.in_(ids), Service.listing_status.not_in(but)
        )
    )
    areas = areas_of(ids)
    return {key: Named(key, ref, name, areas.get(key, "")) for key, ref, name in rows}


def areas_of(ids: Collection[str]) -> dict[str, str]:
    """Outward postcode of the first place of each listing that has one."""
    query = (
        select(Location.listing_id, Address.postal_code)
        .join(Address, Address.location_id == Location.id)
        .where(Location.listing_id.in_(ids), Address.postal_code.is_not(None), Location.private.is_(False))
        .order_by(Location.listing_id, Location.position)
    )
    found: dict[str, str] = {}
    for key, code in db.session.execute(query):
        found.setdefault(key, outcode_of(code) or "")
    return found


def venue_keys(ids: Collection[str]) -> dict[str, set[str]]:
    """What tells the venues of some listings from others: name and postcode, where both are known."""
    query = (
        select(Location.listing_id, Location.name, Address.postal_code)
        .join(Address, Address.location_id == Location.id)
        .where(Location.listing_id.in_(ids), Location.private.is_(False))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for key, name, code in db.session.execute(query):
        if name and code:
            found[key].add(venue_key(name, code))
    return dict(found)


def venue_key(name: str, postcode: str) -> str:
    """ "Moor Hall", "S1 2HE" -> "moor hall|s12he"."""
    return f"{' '.join(name.casefold().split())}|{''.join(postcode.casefold().split())}"


def first_venue_key(record: ListingRecord) -> str | None:
    """The venue of a listing's first place that has a name and a postcode."""
    for place in record.places:
        if place.name and place.postal_code and not place.private:
            return venue_key(place.name, place.postal_code)
    return None


# --- a colleague's own ----------------------------------------------------------------------------------------------


def ties_of(user_id: str) -> list[MyTie]:
    """Everybody this colleague knows, warmest first."""
    rows = db.session.scalars(select(Tie).where(Tie.user_id == user_id, Tie.active)).all()
    listings = named({row.listing_id for row in rows}, but=GONE)
    today = current_settings().today()
    found = [
        MyTie(
            row.id,
            listings[row.listing_id],
            row.warmth,
            row.whom or "",
            row.last_contact,
            is_cold(row, today),
        )
        for row in rows
        if row.listing_id in listings
    ]
    return sorted(found, key=lambda one: (-rank_of(one.warmth), one.listing.name, one.tie_id))


def is_cold(row: Tie, today: date) -> bool:
    """Whether a tie has had no contact for longer than its warmth bears."""
    if row.warmth == "know_of":
        return False
    return (today - (row.last_contact or row.dated)).days > COLD_AFTER[row.warmth]


def going_cold(user_id: str) -> list[MyTie]:
    """Ties of this colleague that need a call, the longest silent first."""
    cold = [one for one in ties_of(user_id) if one.cold]
    return sorted(cold, key=lambda one: (one.last_contact or date.min, one.listing.name))


def never_visited(user_id: str, limit: int = 20) -> list[Named]:
    """Open places in the areas where this colleague has ties or visits, at which they have not been and met nobody;
    the most used first."""
    been = set(
        db.session.scalars(select(Visit.listing_id).where(Visit.user_id == user_id, Visit.kind == "visit"))
    )
    ties = db.session.scalars(select(Tie).where(Tie.user_id == user_id, Tie.active)).all()
    patch = {area for area in areas_of(been | {tie.listing_id for tie in ties}).values() if area}
    if not patch:
        return []
    inside = or_(*(Address.postal_code.startswith(f"{area} ", autoescape=True) for area in patch))
    wanted = db.session.scalars(
        select(Service.id)
        .join(Address, Address.listing_id == Service.id)
        .where(Service.listing_status == "active", inside)
        .distinct()
    )
    met = {tie.listing_id for tie in ties if tie.warmth != "know_of"}
    there = [key for key in wanted if key not in been | met]
    uses = use()
    return sorted(named(there).values(), key=lambda one: (-uses[one.id], one.name, one.id))[:limit]


@dataclass(frozen=True, slots=True)
class Helped:
    """What a colleague's facts came to: `facts` found out on visits and calls, and how often the places they are about
    were suggested to somebody from the month of the first of them on (counts know no person)."""

    facts: int
    suggested: int


def facts_that_helped(user_id: str) -> Helped:
    """The facts this colleague found out, and what they helped with."""
    visits = db.session.execute(
        select(Visit.listing_id, Visit.visited_on, Visit.facts).where(Visit.user_id == user_id)
    ).all()
    first: dict[str, str] = {}
    for listing_id, day, facts in visits:
        if facts:
            first[listing_id] = min(first.get(listing_id, "9999-99"), f"{day:%Y-%m}")
    uses = select(ListingUse.listing_id, ListingUse.month, ListingUse.suggested)
    rows = db.session.execute(uses.where(ListingUse.listing_id.in_(first))).all()
    since = sum(suggested for listing_id, month, suggested in rows if month >= first[listing_id])
    return Helped(sum(len(facts) for _, _, facts in visits), since)
