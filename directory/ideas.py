""" "Start something": an idea with a host, a room, people in mind and a day, until it is a listing.

Verbs need an app context and commit; after `make_real` the caller catches up with the indexes. `actor` is the user who
does it. Everything here is for staff alone; the listing that comes of it is an ordinary one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import select

from directory import audit, catalog, knowledge, listings
from directory._storable import storable_value
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.models import Address, Idea, Location, Service
from importers.ids import stable_id
from importers.records import (
    ContactRecord,
    ListingRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)
from matching.vocabulary import assets

__all__ = [
    "AUDIENCES",
    "STATES",
    "Room",
    "Thought",
    "all_of",
    "change",
    "make_real",
    "one",
    "rooms",
    "think_of",
]

AUDIENCES: Final = ("members", "agency_and_public", "public")
STATES: Final = ("idea", "planned", "real", "dropped")
OPEN: Final = ("idea", "planned")
SOURCE: Final = "here"
LONGEST_TITLE, LONGEST_LINE, LONGEST_NOTES = 120, 200, 2000


@dataclass(frozen=True, slots=True)
class Room:
    """One of the agency's own rooms. `id` is its location's."""

    id: str
    name: str
    listing_id: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Thought:
    """An idea as it stands. `host` is what colleagues call the host ("" for nobody yet, and
    where they have left)."""

    id: str
    title: str
    concept: str
    area: str
    host_id: str | None
    host: str
    venue: str
    room: str | None
    audience: str | None
    starts_on: date | None
    notes: str
    state: str
    listing_id: str | None
    listing_ref: str


# --- writing --------------------------------------------------------------------------------------------------------


def think_of(said: Mapping[str, Any], actor: str, *, token: str) -> str:
    """Keep a new idea; its id. `said` has the fields of `change`; the same token again is the same idea.

    Raises Invalid.
    """
    values = _checked(said)
    key = stable_id("idea", "token", token)
    with writing():
        if db.session.get(Idea, key) is None:
            today = current_settings().today()
            new = Idea(
                id=key, state="idea", made_by=actor, made_on=today, token=token, changed_at=now(), **values
            )
            db.session.add(new)
    audit.record("idea_kept", idea_id=key, state="idea")
    return key


def change(idea_id: str, said: Mapping[str, Any], *, state: str | None = None) -> None:
    """Change what is said of an idea: title, concept, area, host_id, venue, room, audience, starts_on (a date), notes.

    `state` sets it aside ("dropped"), or takes it up again. Raises NotFound, Invalid, and Conflict for one that is a
    listing by now.
    """
    if state is not None and state not in ("idea", "planned", "dropped"):
        raise Invalid({"state": "choose idea, planned or dropped"})
    values = _checked(said)
    with writing():
        found = _open_or_dropped(idea_id)
        for name, value in values.items():
            setattr(found, name, value)
        found.state, found.changed_at = state or found.state, now()
        told = found.state
    audit.record("idea_kept", idea_id=idea_id, state=told)


def make_real(idea_id: str, actor: str) -> str:
    """It is real: add the listing, with what is known, and no more; its id. Doing so again gives the same listing.

    Raises NotFound, Invalid.
    """
    found = one(idea_id)
    if found.state == "real" and found.listing_id:
        return found.listing_id
    record = listing_of(found, current_settings().today())
    try:
        listing_id = catalog.add(record, actor)
    except Conflict:  # cut off between the two on an earlier try
        listing_id = listings.by_ref(record.ref).id
    with writing():
        row = db.session.get_one(Idea, idea_id)
        row.state, row.listing_id, row.changed_at = "real", listing_id, now()
    audit.record("idea_kept", idea_id=idea_id, state="real")
    return listing_id


def listing_of(found: Thought, today: date) -> ListingRecord:
    """The listing that an idea becomes. Notes stay with the team; the host is a contact for staff until they agree to
    more."""
    place = _place(found)
    day = found.starts_on
    return ListingRecord(
        source=SOURCE,
        source_id=found.id,
        name=found.title,
        run_by="agency",
        audience=cast(Any, found.audience),
        activities=(TermRecord(assets()[found.concept].label),) if found.concept else (),
        formats=("in_person",) if place else (),
        places=(place,) if place else (),
        sessions=(SessionRecord(dtstart=day, original_text=f"From {day.day} {day:%B %Y}"),) if day else (),
        contacts=(ContactRecord(found.host, "host", visibility="staff"),) if found.host else (),
        known_by=(found.host,) if found.host else (),
        checked=Provenance(today, checked_by_role="colleague"),
    )


def _place(found: Thought) -> PlaceRecord | None:
    """The agency's own room with its address and what is known of the building, or a place of that name."""
    room = next((room for room in rooms() if room.id == found.room), None)
    if room:
        places = listings.records([room.listing_id])[room.listing_id].places
        return next((replace(one) for one in places if one.source_id == room.source_id), None)
    return PlaceRecord(source_id="venue", name=found.venue) if found.venue else None


def _open_or_dropped(idea_id: str) -> Idea:
    found = db.session.get(Idea, idea_id)
    if found is None:
        raise NotFound("There is no idea with that id.")
    if found.state == "real":
        raise Conflict("This idea is a listing by now: change the listing.")
    return found


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an idea from what was said. Raises Invalid."""
    text = {
        name: storable_value(" ".join(str(said.get(name) or "").split()))
        for name in ("title", "area", "venue")
    }
    notes = storable_value(str(said.get("notes") or "").strip())
    concept, room, audience = (said.get(name) or "" for name in ("concept", "room", "audience"))
    host_id = said.get("host_id") or None
    wrong: dict[str, str] = {}
    if not text["title"] or len(text["title"]) > LONGEST_TITLE:
        wrong["title"] = f"Give it a name, of at most {LONGEST_TITLE} letters."
    for name in ("area", "venue"):
        if len(text[name]) > LONGEST_LINE:
            wrong[name] = f"Write at most {LONGEST_LINE} letters."
    if len(notes) > LONGEST_NOTES:
        wrong["notes"] = f"Write at most {LONGEST_NOTES:,} letters."
    if concept and concept not in assets():
        wrong["concept"] = "Choose one of the list."
    if room and room not in {one.id for one in rooms()}:
        wrong["room"] = "Choose one of the list."
    if audience and audience not in AUDIENCES:
        wrong["audience"] = "Choose one of these."
    if host_id and host_id not in knowledge.colleagues():
        wrong["host_id"] = "Choose a colleague who is here."
    if wrong:
        raise Invalid(wrong)
    return {
        "title": text["title"],
        "concept": concept,
        "area": text["area"] or None,
        "venue": text["venue"] or None,
        "room": room or None,
        "audience": audience or None,
        "host_id": host_id,
        "starts_on": said.get("starts_on"),
        "notes": notes or None,
    }


# --- reading --------------------------------------------------------------------------------------------------------


def one(idea_id: str) -> Thought:
    """An idea. Raises NotFound."""
    found = list(_thoughts(Idea.id == idea_id))
    if not found:
        raise NotFound("There is no idea with that id.")
    return found[0]


def all_of(*states: str) -> list[Thought]:
    """The ideas in these states, the soonest first, then those without a day."""
    return sorted(
        _thoughts(Idea.state.in_(states or OPEN)),
        key=lambda found: (
            found.starts_on is None,
            found.starts_on or date.min,
            found.title.casefold(),
            found.id,
        ),
    )


def rooms() -> list[Room]:
    """The agency's own rooms: the places of what the agency itself runs, each once."""
    query = (
        select(
            Location.id, Location.name, Location.listing_id, Location.external_identifier, Address.postal_code
        )
        .join(Service, Service.id == Location.listing_id)
        .outerjoin(Address, Address.location_id == Location.id)
        .where(
            Service.run_by == "agency",
            Service.listing_status == "active",
            Location.name.is_not(None),
            Location.private.is_(False),
            Location.withheld.is_(False),
        )
        .order_by(Location.name, Location.id)
    )
    found: dict[tuple[str, str], Room] = {}
    for key, name, listing_id, source_id, code in db.session.execute(query):
        if name and name.strip():
            found.setdefault((name.casefold(), code or ""), Room(key, name, listing_id, source_id))
    return list(found.values())


def _thoughts(which: Any) -> Iterable[Thought]:
    rows = db.session.scalars(select(Idea).where(which)).all()
    hosts = knowledge.colleagues()
    places = knowledge.named({idea.listing_id for idea in rows if idea.listing_id})
    return [
        Thought(
            id=idea.id,
            title=idea.title,
            concept=idea.concept if idea.concept in assets() else "",
            area=idea.area or "",
            host_id=idea.host_id,
            host=hosts.get(idea.host_id or "", ""),
            venue=idea.venue or "",
            room=idea.room,
            audience=idea.audience,
            starts_on=idea.starts_on,
            notes=idea.notes or "",
            state=idea.state,
            listing_id=idea.listing_id,
            listing_ref=places[idea.listing_id].ref if idea.listing_id in places else "",
        )
        for idea in rows
    ]
