"""What the writers of the agency's memory share: who may write, of which listing, in which words; whose tie is whose.

For `directory.knowledge`, which gives out what others need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, func, select

from directory import accounts
from directory._reading import colleagues_by_name
from directory._recalling import colleagues
from directory._storable import storable_value
from directory.config import current_settings
from directory.database import db, now
from directory.discretion import seems_to_name
from directory.errors import NotAllowed, NotFound
from directory.listings import fetch, standing_for
from directory.models import Outbox, Tie, Tip, User
from directory.permissions import is_staff
from importers.records import ListingRecord

LONGEST_LINE, LONGEST_NOTE = 300, 2000
NAMES_SOMEONE: Final = (
    "This seems to name somebody. If you support them, take the name out. "
    "If they work there, say so below and send it again."
)
"""Not a refusal: the same words with `sure` are taken."""


def names_that_may_be_said(record: ListingRecord) -> list[str]:
    """Names and titles that belong to the listing or the team."""
    told: list[str | None] = [record.name, record.alternate_name, *record.known_by]
    told += [contact.name for contact in record.contacts]
    told += [record.organization.name] if record.organization else []
    for place in record.places:
        told += [place.name, place.alternate_name, place.address_1, place.city]
    told += [term.name for term in record.activities]
    return [*filter(None, told), *colleagues().values()]


def standing_id(listing_id: str) -> str:
    """The listing that stands for this one: a page may have been opened, or kept on a phone, before two became one."""
    return standing_for(db.session.connection(), [listing_id]).get(listing_id, listing_id)


def record_at(listing_id: str) -> ListingRecord:
    """What the listing says. Raises NotFound."""
    found = fetch([listing_id]).get(listing_id)
    if found is None:
        raise NotFound("There is no listing with that id.")
    return found.record


def colleague_here(user_id: str) -> User:
    """The user, who may write. Raises NotFound and NotAllowed."""
    user = accounts.by_id(user_id)
    if not user.active or not is_staff(user.role_names):
        raise NotAllowed("Only colleagues who work here may do this.")
    return user


def named_only(name: str, *only: ColumnElement[bool]) -> list[Tie]:
    """Active ties (of some kind) that hold this name and no account."""
    rows = db.session.scalars(select(Tie).where(Tie.user_id.is_(None), Tie.active, *only).order_by(Tie.id))
    return [row for row in rows if row.colleague.strip().casefold() == name.casefold()]


def own_tie(listing_id: str, user: User) -> Tie | None:
    """The colleague's tie to a listing; one that holds only their name becomes theirs, if nobody shares the name."""
    here = Tie.listing_id == listing_id
    own = db.session.scalar(select(Tie).where(here, Tie.user_id == user.id, Tie.active))
    if own:
        return own
    by_name = next(iter(named_only(user.name, here)), None)
    accounts_by_name = colleagues_by_name(db.session.connection()) if by_name else {}
    if by_name and accounts_by_name.get(user.name.casefold()) == user.id:
        by_name.user_id = user.id
        return by_name
    return None


def new_tie(listing_id: str, user: User, warmth: str) -> Tie:
    """A tie that begins today."""
    today = current_settings().today()
    made = Tie(
        id=str(uuid4()),
        listing_id=listing_id,
        user_id=user.id,
        colleague=name_on_tie(user),
        about="group",
        warmth=warmth,
        since=today,
        active=True,
        by_hand=True,
        dated=today,
        position=next_position(Tie, listing_id),
    )
    db.session.add(made)
    return made


def next_position(model: type[Tie] | type[Tip], listing_id: str) -> int:
    """The place after the last of a listing's ties or tips."""
    highest = db.session.scalar(select(func.max(model.position)).where(model.listing_id == listing_id))
    return 0 if highest is None else highest + 1


def name_on_tie(user: User) -> str:
    """The user's name as a tie holds it."""
    return user.name.replace(";", ",")  # the sheet's names are told apart by this mark


def tell_indexes(listing_id: str) -> None:
    """The listing is to be read again by the indexes."""
    db.session.add(Outbox(listing_id=listing_id, kind="upsert", at=now()))


def one_line(text: str) -> str:
    """Without line breaks, and what cannot be stored."""
    return " ".join(str(storable_value(text)).split())


def checked_note(text: str, name: str, wrong: dict[str, str]) -> str:
    """A few lines; what is too long is said in `wrong`."""
    text = "\n".join(" ".join(line.split()) for line in str(storable_value(text)).strip().splitlines())
    if len(text) > LONGEST_NOTE:
        wrong[name] = f"Keep it to {LONGEST_NOTE:,} letters."
    return text


def check_discreet(
    texts: Mapping[str, str], record: ListingRecord, sure: bool, wrong: dict[str, str]
) -> None:
    """Say in `wrong` which texts seem to name a person, unless the writer is sure."""
    if sure:
        return
    known: Iterable[str] | None = None
    for name, text in texts.items():
        if text and name not in wrong:
            known = names_that_may_be_said(record) if known is None else known
            if seems_to_name(text, known):
                wrong[name] = NAMES_SOMEONE
