"""What passes between colleagues: introductions, checks they promise, what they bring themselves.

For staff alone. `directory.knowledge` gives these out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import or_, select

from directory import audit
from directory._keeping import (
    LONGEST_LINE,
    check_discreet,
    checked_note,
    colleague_here,
    new_tie,
    one_line,
    own_tie,
    record_at,
    standing_id,
    tell_indexes,
)
from directory._recalling import A_FORMER_COLLEAGUE, Named, colleagues, named, shown_names
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Invalid, NotAllowed, NotFound
from directory.models import Introduction, Promise, User, WorkerAsset

FURTHEST_PROMISE: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """An introduction that was asked for."""

    id: str
    kind: str
    listing: Named
    by: str
    by_id: str | None
    of: str
    of_id: str | None
    words: str
    state: str
    answer: str
    asked_on: date


@dataclass(frozen=True, slots=True)
class Promised:
    """A check that a colleague said they would make."""

    id: str
    listing: Named
    due: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class Asset:
    """What a colleague brings themselves."""

    id: str
    text: str
    shared: bool


# --- introductions ----------------------------------------------------------------------------------------------------


def ask_introduction(
    listing_id: str,
    actor: str,
    asked_of: str,
    words: str = "",
    *,
    kind: str = "introduce",
    sure: bool = False,
) -> str:
    """Ask a colleague to introduce the actor, or (`kind` "go_along") to come along and meet them; its id.

    Asking again while it is open changes the words. Raises NotFound, NotAllowed, Invalid.
    """
    listing_id = standing_id(listing_id)
    record = record_at(listing_id)
    wrong = {"kind": "must be introduce or go_along"} if kind not in ("introduce", "go_along") else {}
    words = checked_note(words, "words", wrong)
    check_discreet({"words": words}, record, sure, wrong)
    if asked_of == actor:
        wrong["asked_of"] = "Ask somebody else."
    elif asked_of not in colleagues():
        wrong["asked_of"] = "Choose a colleague who is here."
    if wrong:
        raise Invalid(wrong)
    with writing():
        user = colleague_here(actor)
        standing = db.session.scalar(
            select(Introduction).where(
                Introduction.listing_id == listing_id,
                Introduction.kind == kind,
                Introduction.asked_by == user.id,
                Introduction.asked_of == asked_of,
                Introduction.state == "open",
            )
        )
        if standing:
            standing.words = words or standing.words
            return standing.id
        key = str(uuid4())
        db.session.add(
            Introduction(
                id=key,
                listing_id=listing_id,
                kind=kind,
                asked_by=user.id,
                asked_of=asked_of,
                words=words or None,
                state="open",
                asked_at=now(),
            )
        )
    audit.record("introduction_asked", listing_id=listing_id, kind=kind)
    return key


def answer_introduction(
    introduction_id: str, actor: str, answer: str = "", *, declined: bool = False, sure: bool = False
) -> None:
    """Answer in two lines, or say that it does not work out. Whoever is introduced knows of them from then on.

    Raises NotFound, NotAllowed (it was asked of somebody else), Invalid.
    """
    found = db.session.get(Introduction, introduction_id)
    if found is None:
        raise NotFound("There is no such introduction.")
    if found.asked_of != actor:
        raise NotAllowed("This was asked of somebody else.")
    record = record_at(found.listing_id)
    wrong: dict[str, str] = {}
    answer = checked_note(answer, "answer", wrong)
    check_discreet({"answer": answer}, record, sure, wrong)
    if not answer and not declined:
        wrong["answer"] = "Write a line or two: whom to ask for, and when is good."
    if wrong:
        raise Invalid(wrong)
    with writing():
        colleague_here(actor)
        db.session.refresh(found)
        if found.state != "open":
            return
        found.state = "declined" if declined else "answered"
        found.answer, found.answered_at = answer or None, now()
        if not declined:
            _introduced(found)
        listing_id, state = found.listing_id, found.state
    audit.record("introduction_answered", listing_id=listing_id, state=state)


def _introduced(found: Introduction) -> None:
    """Whoever was to meet them knows of them now."""
    who = found.asked_by if found.kind == "introduce" else found.asked_of
    user = db.session.get(User, who) if who else None
    if user and user.active and not own_tie(found.listing_id, user):
        new_tie(found.listing_id, user, "know_of").began = "introduced by a colleague"
        tell_indexes(found.listing_id)


def introductions_of(user_id: str) -> list[Asked]:
    """Introductions asked of or by this colleague: the open ones first, then the latest."""
    rows = db.session.scalars(
        select(Introduction)
        .where(or_(Introduction.asked_by == user_id, Introduction.asked_of == user_id))
        .order_by(Introduction.asked_at.desc(), Introduction.id)
    ).all()
    listings = named({row.listing_id for row in rows})
    names = shown_names([key for row in rows for key in (row.asked_by, row.asked_of)])
    told = [_asked(row, listings[row.listing_id], names) for row in rows]
    return sorted(told, key=lambda one: one.state != "open")


def waiting_for(listing_id: str, user_id: str) -> dict[str, date]:
    """Colleagues whom this one asked about a listing and who have not answered: {user id: day}."""
    rows = db.session.execute(
        select(Introduction.asked_of, Introduction.asked_at)
        .where(
            Introduction.listing_id == listing_id,
            Introduction.asked_by == user_id,
            Introduction.asked_of.is_not(None),
            Introduction.state == "open",
        )
        .order_by(Introduction.asked_at.desc())
    )
    return {key: at.date() for key, at in rows if key}


def _asked(row: Introduction, listing: Named, names: dict[str, str]) -> Asked:
    """An introduction as its page shows it."""
    return Asked(
        id=row.id,
        kind=row.kind,
        listing=listing,
        by=names.get(row.asked_by or "", A_FORMER_COLLEAGUE),
        by_id=row.asked_by,
        of=names.get(row.asked_of or "", A_FORMER_COLLEAGUE),
        of_id=row.asked_of,
        words=row.words or "",
        state=row.state,
        answer=row.answer or "",
        asked_on=row.asked_at.date(),
    )


# --- promised checks --------------------------------------------------------------------------------------------------


def promise(listing_id: str, actor: str, due: date) -> str:
    """Promise to check a listing by a day; its id. Promising again moves the day. Raises NotFound and Invalid."""
    listing_id = standing_id(listing_id)
    record_at(listing_id)
    today = current_settings().today()
    if not today <= due <= today + FURTHEST_PROMISE:
        raise Invalid({"due": "Choose a day within a year from now."})
    with writing():
        user = colleague_here(actor)
        open_one = open_promise(listing_id, user.id)
        if open_one:
            open_one.due = due
            return open_one.id
        key = str(uuid4())
        db.session.add(
            Promise(id=key, listing_id=listing_id, user_id=user.id, due=due, made_on=today, state="open")
        )
    audit.record("check_promised", listing_id=listing_id)
    return key


def let_go(promise_id: str, actor: str) -> None:
    """The actor will not make this check after all. Raises NotFound and NotAllowed."""
    with writing():
        found = db.session.get(Promise, promise_id)
        if found is None:
            raise NotFound("There is no such promise.")
        if found.user_id != actor:
            raise NotAllowed("This is somebody else's promise.")
        if found.state == "open":
            found.state, found.ended_on = "let_go", current_settings().today()


def open_promise(listing_id: str, user_id: str) -> Promise | None:
    """This colleague's open promise to check this listing."""
    return db.session.scalar(
        select(Promise).where(
            Promise.listing_id == listing_id, Promise.user_id == user_id, Promise.state == "open"
        )
    )


def keep_promise(listing_id: str, user_id: str) -> None:
    """This colleague has checked the listing. Call it inside `writing()`; without a promise nothing happens."""
    standing = db.session.scalars(
        select(Promise).where(Promise.listing_id == listing_id, Promise.state == "open")
    )
    for row in standing:
        if row.user_id == user_id:  # here, not in the query: who checked may be no account ("cli")
            row.state, row.ended_on = "kept", current_settings().today()


def promises_of(user_id: str) -> list[Promised]:
    """Checks that this colleague has promised and not made yet, the earliest first."""
    rows = db.session.scalars(
        select(Promise)
        .where(Promise.user_id == user_id, Promise.state == "open")
        .order_by(Promise.due, Promise.id)
    ).all()
    listings = named({row.listing_id for row in rows})
    today = current_settings().today()
    return [Promised(row.id, listings[row.listing_id], row.due, row.due < today) for row in rows]


# --- what colleagues bring --------------------------------------------------------------------------------------------


def bring(actor: str, text: str, *, shared: bool) -> str:
    """What the actor brings themselves ("I sing in a choir"), seen by the team if they choose; its id."""
    text = one_line(text)
    if not text or len(text) > LONGEST_LINE:
        raise Invalid({"text": f"Write one line, of at most {LONGEST_LINE} letters."})
    with writing():
        user = colleague_here(actor)
        held = db.session.scalars(select(WorkerAsset).where(WorkerAsset.user_id == user.id)).all()
        same = next((one for one in held if one.text.casefold() == text.casefold()), None)
        if same:
            same.shared = shared
            return same.id
        key = str(uuid4())
        today = current_settings().today()
        db.session.add(WorkerAsset(id=key, user_id=user.id, text=text, shared=shared, added_on=today))
        return key


def share(asset_id: str, actor: str, shared: bool) -> None:
    """Let the team see an asset, or keep it to oneself. Raises NotFound (also for somebody else's)."""
    with writing():
        _own_asset(asset_id, actor).shared = shared


def put_away(asset_id: str, actor: str) -> None:
    """Take an asset off the list. Raises NotFound (also for somebody else's)."""
    with writing():
        db.session.delete(_own_asset(asset_id, actor))


def _own_asset(asset_id: str, actor: str) -> WorkerAsset:
    found = db.session.get(WorkerAsset, asset_id)
    if found is None or found.user_id != actor:
        raise NotFound("There is no such line.")
    return found


def assets_of(user_id: str) -> list[Asset]:
    """What this colleague says they bring."""
    rows = db.session.scalars(
        select(WorkerAsset)
        .where(WorkerAsset.user_id == user_id)
        .order_by(WorkerAsset.added_on, WorkerAsset.id)
    )
    return [Asset(row.id, row.text, row.shared) for row in rows]
