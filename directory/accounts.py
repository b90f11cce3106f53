"""The only writer of accounts: who may sign in, in which roles. Passwords are hashed by Flask-Security (argon2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast
from uuid import UUID, uuid4

from flask import current_app
from flask_security import SQLAlchemyUserDatastore, hash_password
from sqlalchemy import func, select

from directory import audit
from directory.database import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models import Role, User
from directory.permissions import ROLES

LONGEST_NAME, LONGEST_EMAIL = 200, 254


def store() -> SQLAlchemyUserDatastore:
    """Flask-Security's view of the accounts, of the app in whose context we run."""
    return cast(SQLAlchemyUserDatastore, current_app.extensions["security"].datastore)


def create(email: str, name: str, roles: Iterable[str], password: str | None = None) -> User:
    """A new account; without a password nobody can sign in to it yet. Raises Invalid, or Conflict for a known email."""
    email, name = email.strip().casefold(), " ".join(name.split())
    problems = {}
    if "@" not in email or len(email) > LONGEST_EMAIL:
        problems["email"] = "write an email address, like name@example.org"
    if not name or len(name) > LONGEST_NAME:
        problems["name"] = f"say what colleagues call this person, in at most {LONGEST_NAME} letters"
    if problems:
        raise Invalid(problems)
    if by_email(email):
        raise Conflict("There is an account with that email address already.")
    user = User(
        email=email,
        name=name,
        password=hash_password(password) if password else None,
        fs_uniquifier=uuid4().hex,
        roles=_roles(roles),
    )
    db.session.add(user)
    db.session.commit()
    audit.record("account_created", user_id=user.id, roles=",".join(sorted(user.role_names)))
    return user


def set_roles(user_id: str, roles: Collection[str]) -> User:
    """Give an account exactly these roles. Raises NotFound and Invalid."""
    user = by_id(user_id)
    user.roles = _roles(roles)
    db.session.commit()
    audit.record("account_roles_set", user_id=user.id, roles=",".join(sorted(user.role_names)))
    return user


def disable(user_id: str) -> User:
    """Nobody signs in to this account any more, and its sessions end. Raises NotFound."""
    user = by_id(user_id)
    user.active = False
    user.fs_uniquifier = uuid4().hex
    db.session.commit()
    audit.record("account_disabled", user_id=user.id)
    return user


def by_id(user_id: str) -> User:
    """The account, also a disabled one. Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("There is no account with that id.")
    return user


def by_email(email: str) -> User | None:
    """The account with this address, in whatever case it is written."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.strip().casefold()))


def names(user_ids: Iterable[str]) -> dict[str, str]:
    """What colleagues call these users: {id: name}; ids that are no account's ("cli", a former one) are left out."""
    wanted = {one for one in user_ids if _is_uuid(one)}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _is_uuid(text: str) -> bool:
    """PostgreSQL does not even look for an id that is none."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _roles(names: Iterable[str]) -> list[Role]:
    """The rows of these roles, made where they are missing. Raises Invalid."""
    wanted = set(names)
    if unknown := wanted - set(ROLES):
        raise Invalid({"roles": f"{', '.join(sorted(unknown))}: roles are {', '.join(ROLES)}"})
    known = {role.name: role for role in db.session.scalars(select(Role).where(Role.name.in_(wanted)))}
    return [known.get(name) or Role(name=name) for name in sorted(wanted)]
