"""The only writer of accounts: who may sign in, in which roles. Passwords are hashed by Flask-Security (argon2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import cast
from uuid import UUID, uuid4

from flask import current_app
from flask_security import SQLAlchemyUserDatastore, hash_password
from sqlalchemy import func, select

from directory import audit
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.models import Outbox, Role, Tie, User
from directory.permissions import ROLES

LONGEST_NAME, LONGEST_EMAIL = 200, 254
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 500


def store() -> SQLAlchemyUserDatastore:
    """Flask-Security's view of the accounts, of the app in whose context we run."""
    return cast(SQLAlchemyUserDatastore, current_app.extensions["security"].datastore)


def create(email: str, name: str, roles: Iterable[str], password: str | None = None) -> User:
    """A new account; without a password nobody can sign in to it yet. Raises Invalid, or Conflict for a known email."""
    email, name, problems = _checked(email, name)
    if password is not None and (problem := password_problem(password)):
        problems["password"] = problem
    if problems:
        raise Invalid(problems)
    kept = hashed(password) if password else None
    with writing():
        if by_email(email):
            raise Conflict("There is an account with that email address already.")
        user = User(email=email, name=name, password=kept, fs_uniquifier=uuid4().hex, roles=_roles(roles))
        db.session.add(user)
    audit.record("account_created", user_id=user.id, roles=",".join(sorted(user.role_names)))
    return user


def amend(user_id: str, email: str, name: str) -> User:
    """Another name, or the address to sign in with. Raises NotFound, Invalid, and Conflict for somebody else's."""
    email, name, problems = _checked(email, name)
    if problems:
        raise Invalid(problems)
    with writing():
        user = by_id(user_id)
        if (other := by_email(email)) and other.id != user.id:
            raise Conflict("There is an account with that email address already.")
        if user.email != email:
            user.fs_uniquifier = uuid4().hex  # links sent to the old address open nothing any more
        user.email, user.name = email, name
    audit.record("account_amended", user_id=user.id)
    return user


def password_problem(password: str) -> str:
    """What is wrong with a new password, in words; empty where nothing is."""
    if len(password) < SHORTEST_PASSWORD:
        return f"use at least {SHORTEST_PASSWORD} characters: three or four words do well"
    if len(password) > LONGEST_PASSWORD:
        return f"use at most {LONGEST_PASSWORD} characters"
    if len(set(password)) < 4:
        return "use more than three different characters"
    return ""


def hashed(password: str) -> str:
    """As it is kept: argon2 of the normal form, so that every keyboard's "é" is the same one."""
    return str(hash_password(current_app.extensions["security"].password_util.normalize(password)))


def set_password(user_id: str, password: str) -> User:
    """Give an account a password; every session of it, and every link sent before, ends. Raises Invalid, NotFound."""
    if problem := password_problem(password):
        raise Invalid({"password": problem})
    kept = hashed(password)
    with writing():
        user = by_id(user_id)
        user.password = kept
        user.fs_uniquifier = uuid4().hex
    audit.record("account_password_set", user_id=user.id)
    return user


def set_roles(user_id: str, roles: Collection[str]) -> User:
    """Give an account exactly these roles. Raises NotFound, Invalid, and Conflict for the last lead's."""
    with writing():
        user = by_id(user_id)
        if "lead" not in roles:
            _keep_a_lead(user)
        user.roles = _roles(roles)
    audit.record("account_roles_set", user_id=user.id, roles=",".join(sorted(user.role_names)))
    return user


def disable(user_id: str) -> User:
    """Nobody signs in to this account any more; its sessions end, and nobody is told to ask them. Raises NotFound, and
    Conflict for the last lead.

    The caller then catches up with the indexes. What they held is passed on by `directory.handover`, also later.
    """
    with writing():
        user = by_id(user_id)
        _keep_a_lead(user)
        user.active = False
        user.fs_uniquifier = uuid4().hex
        _tell_of_ties(user)
    audit.record("account_disabled", user_id=user.id)
    return user


def enable(user_id: str) -> User:
    """Open a disabled account again, with the roles it had. Raises NotFound. The caller catches up with the indexes."""
    with writing():
        user = by_id(user_id)
        user.active = True
        _tell_of_ties(user)
    audit.record("account_enabled", user_id=user.id)
    return user


def sign_out_everywhere(user_id: str) -> User:
    """End every session of this account, on every machine, and every link it was sent. Raises NotFound."""
    with writing():
        user = by_id(user_id)
        user.fs_uniquifier = uuid4().hex
    audit.record("account_signed_out_everywhere", user_id=user.id)
    return user


def remove_second_factor(user_id: str) -> User:
    """For somebody who lost their phone or key: the password alone signs in, sessions end. Raises NotFound."""
    with writing():
        user = by_id(user_id)
        user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
        user.mf_recovery_codes = None
        user.webauthn.clear()
        user.fs_uniquifier = uuid4().hex
    audit.record("account_second_factor_removed", user_id=user.id)
    return user


def state(user: User) -> str:
    """in use, invited (no password chosen yet) or disabled."""
    if not user.active:
        return "disabled"
    return "in use" if user.password else "invited"


def has_second_factor(user: User) -> bool:
    """Whether a password alone does not sign this user in."""
    by_app = bool(user.tf_primary_method and user.tf_totp_secret)
    return by_app or any(passkey.usage == "secondary" for passkey in user.webauthn)


def note_sign_in(user_id: str) -> None:
    """Remember when an account was last used."""
    with writing():
        user = by_id(user_id)
        user.last_login_at, user.current_login_at = user.current_login_at, now()
        user.login_count = (user.login_count or 0) + 1
    audit.record("signed_in", user_id=user_id)


def by_id(user_id: str) -> User:
    """The account, also a disabled one. Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("There is no account with that id.")
    return user


def by_email(email: str) -> User | None:
    """The account with this address, in whatever case it is written."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.strip().casefold()))


def named(who: str) -> User:
    """The account with this email address or, where only one has it, this name; also a disabled one. Raises NotFound,
    and Invalid where several have the name."""
    if found := by_email(who):
        return found
    wanted = " ".join(who.split()).casefold()
    several = [user for user in db.session.scalars(select(User)) if user.name.casefold() == wanted]
    if len(several) > 1:
        raise Invalid({"user": "several accounts have that name: give the email address"})
    if not several:
        raise NotFound("There is no account with that email address or name.")
    return several[0]


def everyone() -> list[User]:
    """Every account, by name: those that may sign in first."""
    return list(
        db.session.scalars(select(User).order_by(User.active.desc(), func.lower(User.name), User.email))
    )


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


def _checked(email: str, name: str) -> tuple[str, str, dict[str, str]]:
    """Both as they are kept, and what is wrong with them."""
    email, name = email.strip().casefold(), " ".join(name.split())
    problems = {}
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", email) or len(email) > LONGEST_EMAIL:
        problems["email"] = "write an email address, like name@example.org"
    if not name or len(name) > LONGEST_NAME:
        problems["name"] = f"say what colleagues call this person, in at most {LONGEST_NAME} letters"
    return email, name, problems


def _tell_of_ties(user: User) -> None:
    """Search and matching hear who is to be asked about the places that this user knows."""
    tied = db.session.scalars(select(Tie.listing_id).where(Tie.user_id == user.id, Tie.active)).all()
    db.session.add_all(Outbox(listing_id=key, kind="upsert", at=now()) for key in tied)


def _keep_a_lead(leaving: User) -> None:
    """Raises Conflict where, without this user, nobody could look after accounts any more."""
    if not (leaving.active and "lead" in leaving.role_names):
        return
    others = select(func.count()).select_from(User).where(
        User.id != leaving.id, User.active, User.password.is_not(None), User.roles.any(Role.name == "lead")
    )  # fmt: skip
    if not db.session.scalar(others):
        raise Conflict("This is the only lead who can sign in. Make somebody else a lead first.")


def _roles(names: Iterable[str]) -> list[Role]:
    """The rows of these roles, made where they are missing. Raises Invalid."""
    wanted = set(names)
    if unknown := wanted - set(ROLES):
        raise Invalid({"roles": f"{', '.join(sorted(unknown))}: roles are {', '.join(ROLES)}"})
    if not wanted:
        raise Invalid({"roles": "choose at least one role"})
    known = {role.name: role for role in db.session.scalars(select(Role).where(Role.name.in_(wanted)))}
    return [known.get(name) or Role(name=name) for name in sorted(wanted)]
