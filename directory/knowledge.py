"""What the agency knows and who knows it: the only writer of ties, tips, visits, introductions and promises.

Verbs need an app context and commit; the caller then catches up with the indexes (who knows whom is in the matching
columns). `actor` is the user who does it. Everything here is for staff alone. Leaving is in `directory.handover`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection, func, select

from directory import accounts, audit, catalog
from directory._reading import colleagues_by_name
from directory._recalling import (
    AIM,
    WARMTHS,
    Asked,
    Asset,
    Been,
    GroupKnown,
    Knower,
    MyTie,
    Named,
    Promised,
    TipTold,
    assets_of,
    bus_factor,
    colleagues,
    facts_that_helped,
    first_venue_key,
    going_cold,
    introductions_of,
    knowers_of,
    named,
    never_visited,
    promises_of,
    rank_of,
    shown_names,
    single_knowers,
    single_knowers_over_time,
    ties_of,
    tips_kept_by,
    tips_of,
    visits_of,
    who_knows,
)
from directory._storable import storable_value
from directory.config import current_settings
from directory.database import db, now, writing
from directory.discretion import seems_to_name
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.listings import fetch, standing_for
from directory.models import (
    Introduction,
    Outbox,
    Promise,
    Tie,
    Tip,
    TipAgreement,
    User,
    Visit,
    WorkerAsset,
)
from directory.permissions import is_staff, signing_role
from importers.records import CheckedHow, ListingRecord
from matching.vocabulary import needs

__all__ = [
    "ABOUT", "AIM", "NAMES_SOMEONE", "WARMTHS", "Asked", "Asset", "Been", "GroupKnown", "Knower", "MyTie", "Named",
    "Promised", "TipTold", "agree", "answer_introduction", "ask_introduction", "assets_of", "bring", "bus_factor",
    "claim", "colleagues", "cool", "facts_that_helped", "find_out", "going_cold", "introductions_of",
    "keep_promise", "knowers_of", "let_go", "named", "names_that_may_be_said", "never_visited", "promise",
    "promises_of", "put_away", "rank_of", "retire_tip", "role_of", "share", "shown_names", "single_knowers",
    "single_knowers_over_time", "tie", "ties_of", "tip", "tips_kept_by", "tips_of", "unclaimed", "visit", "visits_of",
    "warm", "who_knows",
]  # fmt: skip

ABOUT: Final = ("group", "contact", "venue")
VISIT_KINDS: Final[dict[str, CheckedHow]] = {"visit": "visited", "call": "phoned"}
LONGEST_TIP, LONGEST_NOTE, LONGEST_TOKEN = 300, 2000, 100
FURTHEST_PROMISE = timedelta(days=366)
NAMES_SOMEONE: Final = (
    "This seems to name somebody. If you support them, take the name out. "
    "If they work there, say so below and send it again."
)
"""Not a refusal: the same words with `sure` are taken."""


# --- ties -----------------------------------------------------------------------------------------------------------


def tie(
    listing_id: str,
    actor: str,
    *,
    warmth: str,
    about: str = "group",
    whom: str = "",
    since: date | None = None,
    last_contact: date | None = None,
    began: str = "",
    note: str = "",
    sure: bool = False,
) -> str:
    """Say that the actor knows somebody at a listing, or change what was said: one tie a colleague and listing.

    `whom` is the name of one of the listing's contacts where `about` is "contact". The tie's id. Raises NotFound,
    NotAllowed, Invalid.
    """
    listing_id = _standing(listing_id)
    record = _record(listing_id)
    wrong = {"warmth": "Say how well you know them."} if warmth not in WARMTHS else {}
    wrong |= {"about": "Say whom you know there."} if about not in ABOUT else {}
    if about == "contact" and whom not in _contact_names(record):
        wrong["about"] = "Choose one of the people named on the listing."
    if about == "venue" and not first_venue_key(record):
        wrong["about"] = "We know no name and postcode of its venue."
    today = current_settings().today()
    for name, day in (("since", since), ("last_contact", last_contact)):
        if day and day > today:
            wrong[name] = "This day is still to come."
    began, note = _line(began), _note(note, "note", wrong)
    _discreet({"began": began, "note": note}, record, sure, wrong)
    if wrong:
        raise Invalid(wrong)
    with writing():
        user = _worker(actor)
        found = _own_tie(listing_id, user) or _new_tie(listing_id, user, warmth)
        found.warmth, found.about, found.by_hand, found.colleague = warmth, about, True, _name(user)
        found.whom = whom if about == "contact" else None
        found.venue_key = first_venue_key(record) if about == "venue" else None
        found.since, found.last_contact = since or found.since, last_contact or found.last_contact
        found.began, found.note = began or found.began, note or found.note
        _tell(listing_id)
        key = found.id
    audit.record("tie_kept", tie_id=key, listing_id=listing_id, warmth=warmth)
    return key


def warm(tie_id: str, actor: str, *, warmth: str | None = None, on: date | None = None) -> None:
    """The actor was in touch (today, or `on`), and may know them better now. Raises NotFound, NotAllowed, Invalid."""
    if warmth is not None and warmth not in WARMTHS:
        raise Invalid({"warmth": f"must be one of {', '.join(WARMTHS)}"})
    with writing():
        found = _mine(_tie(tie_id), actor)
        _touch(found, on or current_settings().today(), warmth)
        _tell(found.listing_id)


def cool(tie_id: str, actor: str, *, warmth: str | None = None) -> None:
    """The actor knows them less well now or, without a warmth, no more. What was noted stays with the agency."""
    if warmth is not None and warmth not in WARMTHS:
        raise Invalid({"warmth": f"must be one of {', '.join(WARMTHS)}"})
    with writing():
        found = _mine(_tie(tie_id, ended=True), actor)
        if not found.active:
            return
        found.by_hand = True
        if warmth:
            found.warmth = warmth
        else:
            found.active, found.ended_on = False, current_settings().today()
        _tell(found.listing_id)
        key, listing_id = found.id, found.listing_id
    audit.record("tie_kept", tie_id=key, listing_id=listing_id, warmth=warmth or "ended")


def claim(user_id: str) -> int:
    """Link the ties that carry only this colleague's name to their account; how many. None where two share the name."""
    with writing() as connection:
        user = _worker(user_id)
        if colleagues_by_name(connection).get(user.name.casefold()) != user.id:
            return 0
        claimed = 0
        for listing_id in dict.fromkeys(row.listing_id for row in named_only(user.name)):
            _own_tie(listing_id, user)
            _tell(listing_id)
            claimed += 1
    return claimed


def unclaimed(user_id: str) -> list[Named]:
    """Listings whose ties carry this colleague's name and nobody's account; none where two share the name."""
    user = accounts.by_id(user_id)
    if colleagues_by_name(db.session.connection()).get(user.name.casefold()) != user.id:
        return []
    return list(named({row.listing_id for row in named_only(user.name)}).values())


def named_only(name: str) -> list[Tie]:
    """Active ties that hold this name and no account."""
    rows = db.session.scalars(select(Tie).where(Tie.user_id.is_(None), Tie.active).order_by(Tie.id))
    return [row for row in rows if row.colleague.strip().casefold() == name.casefold()]


# --- tips -----------------------------------------------------------------------------------------------------------


def tip(listing_id: str, text: str, actor: str, *, sure: bool = False) -> str:
    """Leave one line for colleagues; its id. Words that stand there already are agreed with instead.

    Raises NotFound, NotAllowed, and Invalid for nothing, too much, or (unless `sure`) what seems to name a person.
    """
    listing_id = _standing(listing_id)
    record = _record(listing_id)
    text = _line(text).replace("|", "/")  # the sheet's tips are told apart by this mark
    wrong = {}
    if not text or len(text) > LONGEST_TIP:
        wrong["text"] = f"Write one line, of at most {LONGEST_TIP} letters."
    _discreet({"text": text}, record, sure, wrong)
    if wrong:
        raise Invalid(wrong)
    with writing():
        user = _worker(actor)
        standing = db.session.scalars(select(Tip).where(Tip.listing_id == listing_id, Tip.active)).all()
        same = next((one for one in standing if one.text.casefold() == text.casefold()), None)
        if same:
            _agree(same, user)
            key = same.id
        else:
            key = str(uuid4())
            db.session.add(
                Tip(
                    id=key,
                    listing_id=listing_id,
                    text=text,
                    user_id=user.id,
                    keeper_id=user.id,
                    by_hand=True,
                    dated=current_settings().today(),
                    position=_next_position(Tip, listing_id),
                )
            )
    audit.record("tip_given", tip_id=key, listing_id=listing_id)
    return key


def agree(tip_id: str, actor: str) -> None:
    """The actor found the tip to be (still) so, today. Raises NotFound and NotAllowed."""
    with writing():
        _agree(_tip(tip_id), _worker(actor))


def retire_tip(tip_id: str, actor: str) -> None:
    """It is not so any more: it is set aside, and no sheet brings it back by standing still."""
    with writing():
        _worker(actor)
        found = _tip(tip_id, ended=True)
        if not found.active:
            return
        found.active, found.by_hand, found.ended_on = False, True, current_settings().today()
        key, listing_id = found.id, found.listing_id
    audit.record("tip_retired", tip_id=key, listing_id=listing_id)


def _agree(found: Tip, user: User) -> None:
    found.by_hand = True
    today = current_settings().today()
    if found.keeper_id is None:
        found.keeper_id = user.id
    query = select(TipAgreement).where(TipAgreement.tip_id == found.id, TipAgreement.user_id == user.id)
    said = db.session.scalar(query)
    if said:
        said.dated = today
    else:
        db.session.add(TipAgreement(id=str(uuid4()), tip_id=found.id, user_id=user.id, dated=today))


# --- visits and calls -----------------------------------------------------------------------------------------------


def visit(
    listing_id: str,
    actor: str,
    *,
    kind: str = "visit",
    on: date | None = None,
    note: str = "",
    facts: Mapping[str, str] | None = None,
    as_listed: bool = False,
    with_someone: bool = False,
    warmth: str | None = None,
    token: str = "",
    sure: bool = False,
) -> str:
    """Log a visit or a call; its id. In the same step: facts found out get their provenance, the listing counts as
    checked (facts, or `as_listed`), the actor's tie its last contact (or begins, with `warmth`), a promise is kept.

    `token` is the form's: the same form sent twice is one visit. Raises NotFound, NotAllowed, Invalid.
    """
    listing_id = _standing(listing_id)
    record, found = _record(listing_id), dict(facts or {})
    today = current_settings().today()
    day = on or today
    wrong = _wrong_visit(kind, day, today, found, warmth, token)
    note = _note(note, "note", wrong)
    _discreet({"note": note}, record, sure, wrong)
    if wrong:
        raise Invalid(wrong)
    token = token or uuid4().hex
    with writing() as connection:
        user = _worker(actor)
        before = db.session.scalar(select(Visit).where(Visit.token == token))
        if before is not None:
            if (before.listing_id, before.user_id) != (listing_id, user.id):
                raise Conflict("This form was sent already: open it again.")
            return before.id
        key = str(uuid4())
        db.session.add(
            Visit(
                id=key,
                listing_id=listing_id,
                user_id=user.id,
                kind=kind,
                visited_on=day,
                note=note or None,
                facts=found,
                with_someone=with_someone,
                made_at=now(),
                token=token,
            )
        )
        if found or as_listed:
            _verify(connection, listing_id, VISIT_KINDS[kind], user, found, day)
        _met(listing_id, user, day, warmth)
        keep_promise(listing_id, user.id)
    audit.record("visit_logged", listing_id=listing_id, kind=kind, facts=len(found))
    return key


def find_out(listing_id: str, actor: str, facts: Mapping[str, str], *, role: str = "") -> None:
    """Facts that a colleague told, without anybody going there: checked "told", by the role of whoever told them.

    Raises NotFound, NotAllowed, Invalid.
    """
    listing_id = _standing(listing_id)
    _record(listing_id)
    today = current_settings().today()
    wrong = _wrong_visit("visit", today, today, facts, None, "")
    if wrong:
        raise Invalid(wrong)
    with writing() as connection:
        user = _worker(actor)
        _verify(connection, listing_id, "told", user, facts, today, role)
    audit.record("listing_verified", listing_id=listing_id, how="told", role=role or role_of(user))


def _wrong_visit(
    kind: str, day: date, today: date, found: Mapping[str, str], warmth: str | None, token: str
) -> dict[str, str]:
    wrong = {}
    if kind not in VISIT_KINDS:
        wrong["kind"] = "Say whether you went there or rang."
    if day > today:
        wrong["on"] = "This day is still to come."
    elif (today - day).days > 366:
        wrong["on"] = "This is more than a year ago: too long to say how it is now."
    known = needs.facts()
    for name, value in found.items():
        if name not in known or value not in known[name].values:
            wrong[f"fact_{name}"] = "Choose one of the answers."
    if warmth is not None and warmth not in WARMTHS:
        wrong["warmth"] = "Choose one of the answers."
    if len(token) > LONGEST_TOKEN:
        wrong["form"] = "Open the form again."
    return wrong


def _verify(
    connection: Connection,
    listing_id: str,
    how: CheckedHow,
    user: User,
    found: Mapping[str, str],
    day: date,
    role: str = "",
) -> None:
    session, venue = catalog.by_scope(found)
    db.session.flush()
    catalog.verify_within(
        connection, listing_id, how, role or role_of(user), user.id, session, venue_facts=venue, on=day
    )


def _met(listing_id: str, user: User, day: date, warmth: str | None) -> None:
    found = _own_tie(listing_id, user)
    if found is None and warmth is None:
        return
    if found is None:
        found = _new_tie(listing_id, user, warmth or WARMTHS[0])
    _touch(found, day, warmth)
    _tell(listing_id)


# --- introductions --------------------------------------------------------------------------------------------------


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
    listing_id = _standing(listing_id)
    record = _record(listing_id)
    wrong = {"kind": "must be introduce or go_along"} if kind not in ("introduce", "go_along") else {}
    words = _note(words, "words", wrong)
    _discreet({"words": words}, record, sure, wrong)
    if asked_of == actor:
        wrong["asked_of"] = "Ask somebody else."
    elif asked_of not in colleagues():
        wrong["asked_of"] = "Choose a colleague who is here."
    if wrong:
        raise Invalid(wrong)
    with writing():
        user = _worker(actor)
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
    record = _record(found.listing_id)
    wrong: dict[str, str] = {}
    answer = _note(answer, "answer", wrong)
    _discreet({"answer": answer}, record, sure, wrong)
    if not answer and not declined:
        wrong["answer"] = "Write a line or two: whom to ask for, and when is good."
    if wrong:
        raise Invalid(wrong)
    with writing():
        _worker(actor)
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
    if user and user.active and not _own_tie(found.listing_id, user):
        _new_tie(found.listing_id, user, "know_of").began = "introduced by a colleague"
        _tell(found.listing_id)


# --- promises, and what colleagues bring ----------------------------------------------------------------------------


def promise(listing_id: str, actor: str, due: date) -> str:
    """Promise to check a listing by a day; its id. Promising again moves the day. Raises NotFound and Invalid."""
    listing_id = _standing(listing_id)
    _record(listing_id)
    today = current_settings().today()
    if not today <= due <= today + FURTHEST_PROMISE:
        raise Invalid({"due": "Choose a day within a year from now."})
    with writing():
        user = _worker(actor)
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
        if row.user_id == user_id:
            row.state, row.ended_on = "kept", current_settings().today()


def bring(actor: str, text: str, *, shared: bool) -> str:
    """What the actor brings themselves ("I sing in a choir"), seen by the team if they choose; its id."""
    text = _line(text)
    if not text or len(text) > LONGEST_TIP:
        raise Invalid({"text": f"Write one line, of at most {LONGEST_TIP} letters."})
    with writing():
        user = _worker(actor)
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


# --- parts ----------------------------------------------------------------------------------------------------------


def role_of(user: User) -> str:
    """The role that a check is signed with: worker, curator or lead."""
    return signing_role(user.role_names)


def names_that_may_be_said(record: ListingRecord) -> list[str]:
    """Names and titles that belong to the listing or the team."""
    told: list[str | None] = [record.name, record.alternate_name, *record.known_by]
    told += [contact.name for contact in record.contacts]
    told += [record.organization.name] if record.organization else []
    for place in record.places:
        told += [place.name, place.alternate_name, place.address_1, place.city]
    told += [term.name for term in record.activities]
    return [*filter(None, told), *colleagues().values()]


def _contact_names(record: ListingRecord) -> list[str]:
    return [contact.name for contact in record.contacts if contact.name]


def _standing(listing_id: str) -> str:
    """The listing that stands for this one: a page may have been opened, or kept on a phone, before two became one."""
    return standing_for(db.session.connection(), [listing_id]).get(listing_id, listing_id)


def _record(listing_id: str) -> ListingRecord:
    found = fetch([listing_id]).get(listing_id)
    if found is None:
        raise NotFound("There is no listing with that id.")
    return found.record


def _worker(user_id: str) -> User:
    user = accounts.by_id(user_id)
    if not user.active or not is_staff(user.role_names):
        raise NotAllowed("Only colleagues who work here may do this.")
    return user


def _tie(tie_id: str, *, ended: bool = False) -> Tie:
    found = db.session.get(Tie, tie_id)
    if found is None or not (found.active or ended):
        raise NotFound("There is no such tie.")
    kept = _standing(found.listing_id)
    same = (Tie.listing_id == kept) & (Tie.user_id == found.user_id) & Tie.active
    return found if kept == found.listing_id else db.session.scalar(select(Tie).where(same)) or found


def _mine(found: Tie, actor: str) -> Tie:
    if found.user_id != actor:
        raise NotAllowed("This is somebody else's tie.")
    return found


def _tip(tip_id: str, *, ended: bool = False) -> Tip:
    found = db.session.get(Tip, tip_id)
    if found is None or not (found.active or ended):
        raise NotFound("There is no such tip.")
    kept = _standing(found.listing_id)
    same = (Tip.listing_id == kept) & (Tip.text == found.text) & Tip.active
    return found if kept == found.listing_id else db.session.scalar(select(Tip).where(same)) or found


def _own_tie(listing_id: str, user: User) -> Tie | None:
    """The colleague's tie to a listing; one that holds only their name becomes theirs, if nobody shares the name."""
    here = Tie.listing_id == listing_id
    own = db.session.scalar(select(Tie).where(here, Tie.user_id == user.id, Tie.active))
    if own:
        return own
    by_name = next((row for row in named_only(user.name) if row.listing_id == listing_id), None)
    accounts_by_name = colleagues_by_name(db.session.connection()) if by_name else {}
    if by_name and accounts_by_name.get(user.name.casefold()) == user.id:
        by_name.user_id = user.id
        return by_name
    return None


def _new_tie(listing_id: str, user: User, warmth: str) -> Tie:
    today = current_settings().today()
    made = Tie(
        id=str(uuid4()),
        listing_id=listing_id,
        user_id=user.id,
        colleague=_name(user),
        about="group",
        warmth=warmth,
        since=today,
        active=True,
        by_hand=True,
        dated=today,
        position=_next_position(Tie, listing_id),
    )
    db.session.add(made)
    return made


def _touch(found: Tie, day: date, warmth: str | None) -> None:
    """There was contact on a day; a tie never cools by it."""
    found.by_hand = True
    found.last_contact = max(found.last_contact or day, day)
    if warmth and rank_of(warmth) > rank_of(found.warmth):
        found.warmth = warmth


def _next_position(model: type[Tie] | type[Tip], listing_id: str) -> int:
    highest = db.session.scalar(select(func.max(model.position)).where(model.listing_id == listing_id))
    return 0 if highest is None else highest + 1


def _name(user: User) -> str:
    return user.name.replace(";", ",")  # the sheet's names are told apart by this mark


def _tell(listing_id: str) -> None:
    db.session.add(Outbox(listing_id=listing_id, kind="upsert", at=now()))


def _line(text: str) -> str:
    return " ".join(str(storable_value(text)).split())


def _note(text: str, name: str, wrong: dict[str, str]) -> str:
    text = "\n".join(" ".join(line.split()) for line in str(storable_value(text)).strip().splitlines())
    if len(text) > LONGEST_NOTE:
        wrong[name] = f"Keep it to {LONGEST_NOTE:,} letters."
    return text


def _discreet(texts: Mapping[str, str], record: ListingRecord, sure: bool, wrong: dict[str, str]) -> None:
    if sure:
        return
    known: Iterable[str] | None = None
    for name, text in texts.items():
        if text and name not in wrong:
            known = names_that_may_be_said(record) if known is None else known
            if seems_to_name(text, known):
                wrong[name] = NAMES_SOMEONE
