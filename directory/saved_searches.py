"""Searches that staff keep under a name, for themselves or for the team. Whoever opens one sees what they may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import func, or_, select

from directory import audit
from directory.database import db, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.models import SavedSearch, User
from directory.staff_search import StaffCriteria, args_of, read

LONGEST_NAME = 80
MOST_SAVED = 100
"""Of one person."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search as one user sees it."""

    id: str
    name: str
    criteria: StaffCriteria
    shared: bool
    mine: bool
    owner_name: str


def listed(user_id: str) -> list[Saved]:
    """What this user may open: their own by name, then the team's."""
    query = (
        select(SavedSearch, User.name)
        .join(User, User.id == SavedSearch.owner_id)
        .where(or_(SavedSearch.owner_id == user_id, SavedSearch.shared))
    )
    found = [_saved(row, owner, user_id) for row, owner in db.session.execute(query)]
    return sorted(found, key=lambda one: (not one.mine, one.name.casefold(), one.id))


def by_id(search_id: str, user_id: str) -> Saved:
    """One that this user may open. Raises NotFound."""
    row = _row(search_id, user_id)
    owner = db.session.get(User, row.owner_id)
    return _saved(row, owner.name if owner else "", user_id)


def save(user_id: str, name: str, criteria: StaffCriteria, *, shared: bool) -> str:
    """Keep a search; its id. The same one again is the one that is there.

    Raises Invalid for a name that cannot be used, Conflict where there are too many.
    """
    name = _checked(name)
    told = args_of(replace(criteria, page=1))
    with writing():
        there = _of_name(user_id, name)
        if there is not None and there.criteria == told and there.shared == shared:
            return there.id
        if there is not None:
            raise Invalid(
                {"name": "You have a search of that name. Choose another, or delete that one first"}
            )
        if _how_many(user_id) >= MOST_SAVED:
            raise Conflict(
                f"You have {MOST_SAVED} saved searches, which is as many as we keep. Delete some first."
            )
        row = SavedSearch(owner_id=user_id, name=name, criteria=told, shared=shared)
        db.session.add(row)
        db.session.flush()
        search_id = row.id
    audit.record("search_saved", search_id=search_id)
    return search_id


def amend(search_id: str, user_id: str, *, name: str, shared: bool, keeper: bool = False) -> None:
    """Rename a search, share it or keep it to its owner. Raises NotFound and Invalid."""
    name = _checked(name)
    with writing():
        row = _row_to_change(search_id, user_id, keeper)
        there = _of_name(row.owner_id, name)
        if there is not None and there.id != row.id:
            raise Invalid({"name": "There is a search of that name already. Choose another name"})
        row.name, row.shared = name, shared


def delete(search_id: str, user_id: str, *, keeper: bool = False) -> Saved:
    """Delete a search: what it was. Raises NotFound."""
    with writing():
        row = _row_to_change(search_id, user_id, keeper)
        gone = _saved(row, "", user_id)
        db.session.delete(row)
    audit.record("search_deleted", search_id=gone.id)
    return gone


def may_change(saved: Saved, keeper: bool) -> bool:
    """Whoever saved it; and, for one of the team's, whoever keeps the directory: people leave, their searches stay."""
    return saved.mine or (saved.shared and keeper)


def telling(user_id: str, most: int = 3) -> list[Saved]:
    """A few searches that show what a change of words does: those with words first, one's own before others'."""
    found: Iterable[Saved] = sorted(listed(user_id), key=lambda one: (not one.criteria.words, not one.mine))
    return list(found)[:most]


def _row(search_id: str, user_id: str) -> SavedSearch:
    row = db.session.get(SavedSearch, search_id)
    if row is None or not (row.owner_id == user_id or row.shared):
        raise NotFound("There is no saved search with that id.")
    return row


def _row_to_change(search_id: str, user_id: str, keeper: bool) -> SavedSearch:
    row = _row(search_id, user_id)
    if not (row.owner_id == user_id or (row.shared and keeper)):
        raise NotFound("There is no saved search of yours with that id.")
    return row


def _saved(row: SavedSearch, owner_name: str, user_id: str) -> Saved:
    criteria, _ = read(row.criteria)
    return Saved(row.id, row.name, criteria, row.shared, row.owner_id == user_id, owner_name)


def _of_name(user_id: str, name: str) -> SavedSearch | None:
    return db.session.scalar(
        select(SavedSearch).where(SavedSearch.owner_id == user_id, SavedSearch.name == name)
    )


def _how_many(user_id: str) -> int:
    return db.session.scalar(select(func.count()).where(SavedSearch.owner_id == user_id)) or 0


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": "Give the search a name"})
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid({"name": f"Give the search a name of up to {LONGEST_NAME} letters"})
    return name
