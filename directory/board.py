"""The team board: stories of what worked, what was newly found, introductions made.

A story is told with the consent of whoever it is about, and without names; taking the consent back deletes it.
Everything here is for staff alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, or_, select

from directory import accounts, audit, knowledge, listings
from directory._recalling import A_FORMER_COLLEAGUE
from directory._storable import storable_value
from directory.config import current_settings
from directory.database import db, writing
from directory.discretion import seems_to_name
from directory.errors import Invalid, NotAllowed, NotFound
from directory.knowledge import NAMES_SOMEONE, Named
from directory.listings import standing_for
from directory.models import Change, Introduction, Service, Story
from importers.ids import stable_id

__all__ = [
    "CONSENTS", "Found", "Introduced", "Told", "introductions_made", "moment_of", "new_finds", "stories", "take_down",
    "tell",
]  # fmt: skip

CONSENTS: Final = ("said", "written", "own_words")
"""They said yes; they signed something; they wrote the story themselves."""
LONGEST: Final = 2000
WEEK: Final = timedelta(days=7)
RECENT: Final = timedelta(days=31)
SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Told:
    """A story, as colleagues see it. `asked_by` and `by` are what colleagues call them."""

    id: str
    words: str
    listing: Named | None
    consent_how: str
    asked_by: str
    asked_by_id: str | None
    consent_on: date
    by: str
    by_id: str | None
    told_on: date


@dataclass(frozen=True, slots=True)
class Found:
    """A listing that somebody here added by hand."""

    listing: Named
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Introduced:
    """A colleague introduced another, or came along."""

    listing: Named
    kind: str
    by: str
    of: str
    on: date


# --- stories --------------------------------------------------------------------------------------------------------


def tell(
    words: str,
    actor: str,
    *,
    consent: bool,
    how: str,
    asked_by: str,
    on: date | None,
    listing: str = "",
    token: str,
    sure: bool = False,
) -> str:
    """Put a story on the board; its id. The same token again is the same story.

    `consent` with `how` it was given, the id of the colleague who asked, and the day. `listing`: the name or public id
    of where it happened, if that is told. Raises Invalid: without all of the consent nothing is kept, nor (unless
    `sure`) words that seem to name somebody.
    """
    words = storable_value(words.strip())
    today = current_settings().today()
    wrong: dict[str, str] = {}
    listing_id = _listing_id(listing, wrong)
    if not words or len(words) > LONGEST:
        wrong["words"] = f"Tell it in at most {LONGEST:,} letters."
    elif not sure and seems_to_name(words, _may_be_named(listing_id)):
        wrong["words"] = NAMES_SOMEONE
    wrong |= _missing_consent(consent, how, asked_by, on, today)
    if wrong:
        raise Invalid(wrong)
    key = stable_id("story", "token", token)
    with writing():
        if db.session.get(Story, key) is None:
            db.session.add(
                Story(
                    id=key, words=words, listing_id=listing_id, consent=True, consent_how=how,
                    consent_asked_by=asked_by, consent_on=on, told_by=actor, told_on=today, token=token,
                )
            )  # fmt: skip
    audit.record("story_told", story_id=key)
    return key


def take_down(story_id: str, actor: str) -> None:
    """The consent is taken back, or the story is no longer wanted: it is deleted, words and all.

    Whoever told it, whoever asked for the consent, and leads may. Raises NotFound and NotAllowed.
    """
    with writing():
        found = db.session.get(Story, story_id)
        if found is None:
            raise NotFound("There is no story with that id.")
        if (
            actor not in (found.told_by, found.consent_asked_by)
            and "lead" not in accounts.by_id(actor).role_names
        ):
            raise NotAllowed("Ask whoever told it, or a lead.")
        db.session.delete(found)
    audit.record("story_taken_down", story_id=story_id)


def stories(limit: int = SHOWN) -> list[Told]:
    """The latest stories first."""
    rows = db.session.scalars(select(Story).order_by(Story.told_on.desc(), Story.id).limit(limit)).all()
    places = knowledge.named({row.listing_id for row in rows if row.listing_id})
    names = knowledge.shown_names([one for row in rows for one in (row.told_by, row.consent_asked_by)])
    return [
        Told(
            row.id, row.words, places.get(row.listing_id or ""), row.consent_how,
            names.get(row.consent_asked_by or "", A_FORMER_COLLEAGUE), row.consent_asked_by, row.consent_on,
            names.get(row.told_by or "", A_FORMER_COLLEAGUE), row.told_by, row.told_on,
        )
        for row in rows
    ]  # fmt: skip


def _listing_id(said: str, wrong: dict[str, str]) -> str | None:
    """The listing of that public id or name; what cannot be found is said in `wrong`."""
    said = storable_value(" ".join(said.split()))
    if not said:
        return None
    same = or_(Service.ref == said, func.lower(Service.name) == said.lower())
    ids = db.session.scalars(
        select(Service.id).where(same, Service.listing_status != "do_not_list").limit(20)
    ).all()
    merged = standing_for(db.session.connection(), ids)
    found = {merged.get(key, key) for key in ids}
    if len(found) == 1:
        return found.pop()
    wrong["listing"] = (
        "Several places have that name: leave it out." if found else "We know no place of that name."
    )
    return None


def _may_be_named(listing_id: str | None) -> Iterable[str]:
    if listing_id is None:
        return knowledge.colleagues().values()
    return knowledge.names_that_may_be_said(listings.records([listing_id])[listing_id])


def _missing_consent(consent: bool, how: str, asked_by: str, on: date | None, today: date) -> dict[str, str]:
    wrong = {}
    if not consent:
        wrong["consent"] = "Ask first. Without their yes, the story stays with them."
    if how not in CONSENTS:
        wrong["how"] = "Say how they agreed."
    if asked_by not in knowledge.colleagues():
        wrong["asked_by"] = "Say who asked them."
    if on is None or on > today:
        wrong["on"] = "Say on which day they agreed."
    return wrong


# --- what is new ----------------------------------------------------------------------------------------------------


def new_finds(since: date, until: date | None = None) -> list[Found]:
    """Listings that were added by hand from one day on (until before another), and are still shown; newest first."""
    query = (
        select(Change.listing_id, Change.at, Change.actor)
        .join(Service, Service.id == Change.listing_id)
        .where(
            Change.entity == "service",
            Change.field.is_(None),
            Change.actor_kind == "hand",
            Change.at >= moment_of(since),
            Service.listing_status.in_(("active", "paused")),
        )
        .order_by(Change.id.desc())
    )
    if until:
        query = query.where(Change.at < moment_of(until))
    rows = db.session.execute(query).all()
    places = knowledge.named({row.listing_id for row in rows})
    names = accounts.names(row.actor for row in rows)
    once = {row.listing_id: row for row in rows}
    return [
        Found(places[key], row.at.date(), names.get(row.actor, ""))
        for key, row in once.items()
        if key in places
    ]


def introductions_made(since: date, until: date | None = None) -> list[Introduced]:
    """Introductions that were answered with a yes from one day on (until before another); newest first."""
    query = select(Introduction).where(
        Introduction.state == "answered", Introduction.answered_at >= moment_of(since)
    )
    if until:
        query = query.where(Introduction.answered_at < moment_of(until))
    rows = db.session.scalars(query.order_by(Introduction.answered_at.desc(), Introduction.id)).all()
    places = knowledge.named({row.listing_id for row in rows})
    names = knowledge.shown_names([one for row in rows for one in (row.asked_by, row.asked_of)])
    return [
        Introduced(
            places[row.listing_id],
            row.kind,
            names.get(row.asked_by or "", A_FORMER_COLLEAGUE),
            names.get(row.asked_of or "", A_FORMER_COLLEAGUE),
            row.answered_at.date(),
        )
        for row in rows
        if row.listing_id in places and row.answered_at
    ]


def moment_of(day: date) -> datetime:
    """When the day begins, in UTC."""
    return datetime.combine(day, time(), UTC)
