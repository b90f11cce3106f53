"""How often a password or code may be tried. Counted in the database, so that it holds across worker processes.

A try is written down before anything is compared: many requests at once get no more guesses than one after another.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import delete, select

from directory import audit
from directory.database import db, now, writing
from directory.errors import TooManyTries
from directory.models import SignInTry


@dataclass(frozen=True, slots=True)
class Rule:
    """At most so many tries within this time; then wait until the oldest of them is that old."""

    most: int
    within: timedelta


RULES: Final[dict[str, Rule]] = {
    "sign_in": Rule(5, timedelta(minutes=15)),  # of one account, whether it exists or not
    "sign_in_from": Rule(100, timedelta(minutes=15)),  # from one address: an office shares one
    "reset": Rule(3, timedelta(hours=1)),
    "reset_from": Rule(30, timedelta(hours=1)),
    "second_step": Rule(5, timedelta(minutes=15)),
    "confirm": Rule(5, timedelta(minutes=15)),
}
_LONGEST: Final = max(rule.within for rule in RULES.values())


def wait(tries: Sequence[datetime], rule: Rule, moment: datetime) -> timedelta:
    """How long from `moment` until another try is allowed; zero where it is."""
    recent = sorted(at for at in tries if at > moment - rule.within)
    if len(recent) < rule.most:
        return timedelta(0)
    return recent[-rule.most] + rule.within - moment


def take(whose: Mapping[str, str]) -> list[str]:
    """Write down a try under each rule, {rule: who}. Returns the ids. Raises TooManyTries, and then counts nothing."""
    moment = now()
    keys = {what: _key(what, who) for what, who in whose.items()}
    with writing():
        db.session.execute(delete(SignInTry).where(SignInTry.at < moment - _LONGEST))
        for what, key in keys.items():
            earlier = db.session.scalars(select(SignInTry.at).where(SignInTry.key == key)).all()
            if left := wait(earlier, RULES[what], moment):
                audit.record("tried_too_often", what=what)
                raise TooManyTries(int(left.total_seconds()) + 1)
        made = [SignInTry(key=key, at=moment) for key in keys.values()]
        db.session.add_all(made)
        db.session.flush()
        return [one.id for one in made]


def forgive(whose: Mapping[str, str], taken: Iterable[str]) -> None:
    """It was the right one: forget these tries, and what else was tried for these accounts (not from addresses)."""
    accounts = [_key(what, who) for what, who in whose.items() if not what.endswith("_from")]
    with writing():
        db.session.execute(
            delete(SignInTry).where(SignInTry.key.in_(accounts) | SignInTry.id.in_(list(taken)))
        )


def _key(what: str, who: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, f"kith try\n{what}\n{who}".encode(), hashlib.sha256).hexdigest()
