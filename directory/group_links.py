"""Signed links by which a group confirms or corrects its own entry without an account.

A link names the listing and nothing else, is good for one purpose, one sending and two weeks. Making one keeps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import current_app
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from directory import audit
from directory.errors import KithError, NotFound

GOOD_FOR = timedelta(days=14)


class LinkExpired(KithError):
    """The link was one of ours, and is too old."""


@dataclass(frozen=True, slots=True)
class GroupLink:
    """What an opened link says. `nonce` tells one link from another, so that each is used once."""

    listing_id: str
    nonce: str
    made_at: datetime


def make(listing_id: str) -> str:
    """A new link's token for this listing."""
    audit.record("group_link_made", listing_id=listing_id)
    return str(_serializer().dumps([UUID(listing_id).hex, uuid4().hex]))


def opened(token: str) -> GroupLink:
    """What the token says. Raises NotFound for a forged one, LinkExpired for an old one."""
    try:
        content, made_at = _serializer().loads(
            token, max_age=int(GOOD_FOR.total_seconds()), return_timestamp=True
        )
        listing, nonce = content
        return GroupLink(str(UUID(listing)), str(nonce), made_at)
    except SignatureExpired as error:
        raise LinkExpired("This link is too old.") from error
    except (BadData, ValueError, TypeError, AttributeError) as error:
        raise NotFound("There is no such link.") from error


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kith: a group about its own entry")
