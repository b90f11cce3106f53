"""What the agency knows and who knows it: ties, tips and visits; and the door to all else of its memory.

Verbs need an app context and commit; the caller then catches up with the indexes (who knows whom is in the matching
columns). `actor` is the user who does it. Everything here is for staff alone. Introductions and promises are kept by
`directory._between_colleagues`, single knowers counted by `directory._bus_factor`; leaving is in `directory.handover`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection, select

from directory import accounts, audit, catalog
from directory._between_colleagues import (
    Asked,
    Asset,
    Promised,
    answer_introduction,
    ask_introduction,
    assets_of,
    bring,
    introductions_of,
    keep_promise,
    let_go,
    open_promise,
    promise,
    promises_of,
    put_away,
    share,
    waiting_for,
)
from directory._bus_factor import (
    AIM,
    GroupKnown,
    bus_factor,
    single_knowers,
    single_knowers_at,
    single_knowers_over_time,
)
from directory._keeping import (
    LONGEST_LINE,
    NAMES_SOMEONE,
    check_discreet,
    checked_note,
    colleague_here,
    name_on_tie,
    named_only,
    names_that_may_be_said,
    new_tie,
    next_position,
    one_line,
    own_tie,
    record_at,
    standing_id,
    tell_indexes,
)
from directory._reading import colleagues_by_name
from directory._recalling import (
    WARMTHS,
    Been,
    Knower,
    MyTie,
    Named,
    TipTold,
    colleagues,
    facts_that_helped,
    first_venue_key,
    going_cold,
    knowers_of,
    named,
    never_visited,
    rank_of,
    shown_names,
    ties_of,
    tips_kept_by,
    tips_of,
    visits_of,
    who_knows,
)
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.models import Tie, Tip, TipAgreement, User, Visit
from directory.permissions import signing_role
from importers.records import CheckedHow, ListingRecord
from matching.vocabulary import needs

__all__ = [
    "ABOUT", "AIM", "NAMES_SOMEONE", "WARMTHS", "Asked", "Asset", "Been", "GroupKnown", "Knower", "MyTie", "Named",
    "Promised", "TipTold", "agree", "answer_introduction", "ask_introduction", "assets_of", "bring", "bus_factor",
    "claim", "colleagues", "cool", "facts_that_helped", "find_out", "going_cold", "introductions_of",
    "keep_promise", "knowers_of", "let_go", "named", "names_that_may_be_said", "never_visited", "open_promise",
    "promise", "promises_of", "put_away", "rank_of", "retire_tip", "share", "shown_names", "single_knowers",
    "single_knowers_at", "single_knowers_over_time", "tie", "ties_of", "tip", "tips_kept_by", "tips_of", "unclaimed",
    "visit", "visits_of", "waiting_for", "warm", "who_knows",
]  # fmt: skip

ABOUT: Final = ("group", "contact", "venue")
VISIT_KINDS: Final[dict[str, CheckedHow]] = {"visit": "visited", "call": "phoned"}
LONGEST_TOKEN = 100


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
    listing_id = standing_id(listing_id)
    record = record_at(listing_id)
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
    began, note = one_line(began), checked_note(note, "note", wrong)
    check_discreet({"began": began, "note": note}, record, sure, wrong)
    if wrong:
        raise Invalid(wrong)
    with writing():
        user = colleague_here(actor)
        found = own_tie(listing_id, user) or new_tie(listing_id, user, warmth)
        found.warmth, found.about, found.by_hand, found.colleague = warmth, about, True, name_on_tie(user)
        found.whom = whom if about == "contact" else None
        found.venue_key = first_venue_key(record) if about == "venue" else None
        found.since, found.last_contact = since or found.since, last_contact or found.last_contact
        found.began, found.note = began or found.began, note or found.note
        tell_indexes(listing_id)
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
        tell_indexes(found.listing_id)


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
        tell_indexes(found.listing_id)
        key, listing_id = found.id, found.listing_id
    audit.record("tie_kept", tie_id=key, listing_id=listing_id, warmth=warmth or "ended")


def claim(user_id: str) -> int:
    """Link the ties that carry only this colleague's name to their account; how many. None where two share the name."""
    with writing() as connection:
        user = colleague_here(user_id)
        if colleagues_by_name(connection).get(user.name.casefold()) != user.id:
            return 0
        own = set(db.session.scalars(select(Tie.listing_id).where(Tie.user_id == user.id, Tie.active)))
        rows = named_only(user.name)
        listing_ids = {row.listing_id for row in rows}
        for row in rows:
            if row.listing_id not in own:
                row.user_id = user.id
                own.add(row.listing_id)
        for listing_id in sorted(listing_ids):
            tell_indexes(listing_id)
    return len(listing_ids)


def unclaimed(user_id: str) -> list[Named]:
    """Listings whose ties carry this colleague's name and nobody's account; none where two share the name."""
    user = accounts.by_id(user_id)
    if colleagues_by_name(db.session.connection()).get(user.name.casefold()) != user.id:
        return []
    return list(named({row.listing_id for row in named_only(user.name)}).values())


# --- tips -----------------------------------------------------------------------------------------------------------


def tip(listing_id: str, text: str, actor: str, *, sure: bool = False) -> str:
    """Leave one line for colleagues; its id. Words that stand there already are agreed with instead.

    Raises NotFound, NotAllowed, and Invalid for nothing, too much, or (unless `sure`) what seems to name a person.
    """
    listing_id = standing_id(listing_id)
    record = record_at(listing_id)
    text = one_line(text).replace("|", "/")  # the sheet's tips are told apart by this mark
    wrong = {}
    if not text or len(text) > LONGEST_LINE:
        wrong["text"] = f"Write one line, of at most {LONGEST_LINE} letters."
    check_discreet({"text": text}, record, sure, wrong)
    if wrong:
        raise Invalid(wrong)
    with writing():
        user = colleague_here(actor)
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
                    position=next_position(Tip, listing_id),
                )
            )
    audit.record("tip_given", tip_id=key, listing_id=listing_id)
    return key


def agree(tip_id: str, actor: str) -> None:
    """The actor found the tip to be (still) so, today. Raises NotFound and NotAllowed."""
    with writing():
        _agree(_tip(tip_id), colleague_here(actor))


def retire_tip(tip_id: str, actor: str) -> None:
    """It is not so any more: it is set aside, and no sheet brings it back by standing still."""
    with writing():
        colleague_here(actor)
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
    listing_id = standing_id(listing_id)
    record, found = record_at(listing_id), dict(facts or {})
    today = current_settings().today()
    day = on or today
    wrong = _wrong_visit(kind, day, today, found, warmth, token)
    note = checked_note(note, "note", wrong)
    check_discreet({"note": note}, record, sure, wrong)
    if wrong:
        raise Invalid(wrong)
    token = token or uuid4().hex
    with writing() as connection:
        user = colleague_here(actor)
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
    listing_id = standing_id(listing_id)
    record_at(listing_id)
    today = current_settings().today()
    wrong = _wrong_visit("visit", today, today, facts, None, "")
    if wrong:
        raise Invalid(wrong)
    with writing() as connection:
        user = colleague_here(actor)
        _verify(connection, listing_id, "told", user, facts, today, role)
    audit.record(
        "listing_verified", listing_id=listing_id, how="told", role=role or signing_role(user.role_names)
    )


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
        connection,
        listing_id,
        how,
        role or signing_role(user.role_names),
        user.id,
        session,
        venue_facts=venue,
        on=day,
    )


def _met(listing_id: str, user: User, day: date, warmth: str | None) -> None:
    found = own_tie(listing_id, user)
    if found is None and warmth is None:
        return
    if found is None:
        found = new_tie(listing_id, user, warmth or WARMTHS[0])
    _touch(found, day, warmth)
    tell_indexes(listing_id)


# --- parts ----------------------------------------------------------------------------------------------------------


def _contact_names(record: ListingRecord) -> list[str]:
    return [contact.name for contact in record.contacts if contact.name]


def _tie(tie_id: str, *, ended: bool = False) -> Tie:
    found = db.session.get(Tie, tie_id)
    if found is None or not (found.active or ended):
        raise NotFound("There is no such tie.")
    kept = standing_id(found.listing_id)
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
    kept = standing_id(found.listing_id)
    same = (Tip.listing_id == kept) & (Tip.text == found.text) & Tip.active
    return found if kept == found.listing_id else db.session.scalar(select(Tip).where(same)) or found


def _touch(found: Tie, day: date, warmth: str | None) -> None:
    """There was contact on a day; a tie never cools by it."""
    found.by_hand = True
    found.last_contact = max(found.last_contact or day, day)
    if warmth and rank_of(warmth) > rank_of(found.warmth):
        found.warmth = warmth
