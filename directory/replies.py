"""The addresses of people who asked to hear what became of their report: encrypted, apart, erased once answered."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import Connection, delete, select

from directory import audit, formatting, post
from directory.database import db, now, writing
from directory.keys import derived_key
from directory.models import ReplyAddress, Suggestion, table_of

_REPLY, _SUGGESTION = table_of(ReplyAddress), table_of(Suggestion)
LONGEST_WAIT = timedelta(days=180)
"""After so long nobody expects an answer: the address goes, the report stays."""
SUBJECT = "Your message"
_PART = r"[^@\s<>,;:\"()\[\]\\\x00-\x1f\x7f]"
ADDRESS = re.compile(rf"{_PART}+@{_PART}+\.{_PART}+(?<!\.)")
LONGEST = 254


def is_address(text: str) -> bool:
    """Whether this is one plain email address, to which a letter can be sent."""
    if len(text) > LONGEST or ADDRESS.fullmatch(text) is None:
        return False
    try:
        text.partition("@")[2].encode("idna")  # refuses empty and too long parts of the host
    except UnicodeError:
        return False
    return True


def keep(connection: Connection, suggestion_id: str, address: str) -> None:
    """Keep the address until the answer is sent, within a piece of writing."""
    sealed = _fernet().encrypt(address.encode()).decode("ascii")
    connection.execute(_REPLY.insert().values(suggestion_id=suggestion_id, sealed=sealed, since=now()))


def forget_old(connection: Connection) -> None:
    """Erase the addresses that have waited too long."""
    connection.execute(delete(_REPLY).where(_REPLY.c.since < now() - LONGEST_WAIT))


def awaited(suggestion_ids: Collection[str]) -> set[str]:
    """Those of these suggestions whose maker wants to hear, and has not yet."""
    query = select(_REPLY.c.suggestion_id).where(_REPLY.c.suggestion_id.in_(suggestion_ids))
    return set(db.session.scalars(query)) if suggestion_ids else set()


def unsent() -> list[str]:
    """Suggestions that were decided, and whose answer could not be sent so far."""
    query = (
        select(_SUGGESTION.c.id)
        .join(_REPLY, _REPLY.c.suggestion_id == _SUGGESTION.c.id)
        .where(_SUGGESTION.c.state != "waiting")
        .order_by(_SUGGESTION.c.decided_at)
    )
    return list(db.session.scalars(query))


def answer(suggestion_id: str) -> bool:
    """Send the outcome to whoever waits for it, and erase the address; False where the letter could not go out.

    Nothing happens, and True, where nobody waits or nothing is decided.
    """
    row = db.session.execute(
        select(_REPLY.c.sealed, _SUGGESTION.c.answer, _SUGGESTION.c.state, _SUGGESTION.c.made_on)
        .join(_SUGGESTION, _SUGGESTION.c.id == _REPLY.c.suggestion_id)
        .where(_REPLY.c.suggestion_id == suggestion_id)
    ).first()
    if row is None or row.state == "waiting":
        return True
    address = _opened(row.sealed)
    sent = address is None or post.send(
        address, SUBJECT, _letter(formatting.plain_date(row.made_on), row.answer or "")
    )
    if sent:
        with writing() as connection:
            connection.execute(delete(_REPLY).where(_REPLY.c.suggestion_id == suggestion_id))
    audit.record("reply_sent" if sent and address else "reply_not_sent", suggestion_id=suggestion_id)
    return sent


def _letter(day: str, answer: str) -> str:
    """It names no place: somebody else may see the letter."""
    return (
        f"Hello,\n\nOn {day} you told us that something in our list was not right. Thank you.\n\n"
        f"{answer}\n\nWe have now deleted your email address. Please do not answer this letter.\n"
    )


def _opened(sealed: str) -> str | None:
    """The address; None where the key it was sealed with is gone, so that nobody can read it any more."""
    try:
        return _fernet().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken:
        return None


def _fernet() -> Fernet:
    key = derived_key(current_app.config["SECRET_KEY"], "reply address")
    return Fernet(base64.urlsafe_b64encode(key))
