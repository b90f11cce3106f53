"""Invitations: a link, signed and single-use, with which somebody takes up the account that a lead made for them.

It carries the account's `fs_uniquifier`, which a password that is set, a newer invitation and a disabled account all
change: so the link works once, and nothing about it has to be kept.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from directory import accounts, audit
from directory.config import current_settings
from directory.database import db, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.models import User

GOOD_FOR = timedelta(days=7)
_RAN_OUT = "This invitation was used already, or has run out."


def invite(user_id: str) -> str:
    """A new token for an account that has no password yet; older ones stop working. Raises NotFound and Conflict."""
    with writing():
        user = accounts.by_id(user_id)
        if user.password is not None:
            raise Conflict("This account is in use. Its owner can set a new password from the sign-in page.")
        if not user.active:
            raise Conflict("This account is disabled. Open it again first.")
        user.fs_uniquifier = uuid4().hex
        token = _signer().dumps(user.fs_uniquifier)
    audit.record("account_invited", user_id=user.id)
    return token


def invited(token: str) -> User:
    """Whose invitation this is. Raises NotFound for one that is forged, used, or too old."""
    try:
        uniquifier = _signer().loads(token, max_age=int(GOOD_FOR.total_seconds()))
    except BadData as error:
        raise NotFound(_RAN_OUT) from error
    user = db.session.scalar(select(User).where(User.fs_uniquifier == str(uniquifier)))
    if user is None or user.password is not None or not user.active:
        raise NotFound(_RAN_OUT)
    return user


def take_up(token: str, password: str) -> User:
    """Set the first password; the link is used up. Raises NotFound, and Invalid for a password that is too short."""
    if problem := accounts.password_problem(password):
        raise Invalid({"password": problem})
    kept = accounts.hashed(password)
    with writing():
        user = invited(token)
        user.password = kept
        user.fs_uniquifier = uuid4().hex
    audit.record("account_taken_up", user_id=user.id)
    return user


def link(token: str, site: str = "") -> str:
    """The whole address that an invitation is sent as; it begins with the settings' unless `site` says another."""
    return f"{site or current_settings().site_url}/join/{token}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kith-invitation")
