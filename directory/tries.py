"""How often a password or code may be tried. Counted in the database, so that it holds across worker processes.

A try is written down before anything is compared: many requests at once get no more guesses than one after another.
Unlike `directory.limits`, whose rows and rule it uses, midnight forgives nothing here, and success does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from directory import audit
from directory.database import db, now, writing
from directory.errors import TooManyTries
from directory.keys import keyed_hash
from directory.limits import KEPT, Rule, wait_for
from directory.models import Tally

RULES: Final[dict[str, Rule]] = {
    "sign_in": Rule(5, timedelta(minutes=15)),  # of one account, whether it exists or not
    "sign_in_from": Rule(100, timedelta(minutes=15)),  # from one address: an office shares one
    "reset": Rule(3, timedelta(hours=1)),
    "reset_from": Rule(30, timedelta(hours=1)),
    "second_step": Rule(5, timedelta(minutes=15)),
    "confirm": Rule(5, timedelta(minutes=15)),
}


def take(whose: Mapping[str, str]) -> list[int]:
    """Write down a try under each rule, {rule: who}. Returns the ids. Raises TooManyTries, and then counts nothing."""
    moment = now()
    keys = {what: _key(what, who) for what, who in whose.items()}
    with writing():
        db.session.execute(delete(Tally).where(Tally.at < moment - KEPT))
        for what, key in keys.items():
            earlier = db.session.scalars(select(Tally.at).where(Tally.key == key)).all()
            if left := wait_for(earlier, moment, [RULES[what]]):
                audit.record("tried_too_often", what=what)
                raise TooManyTries(int(left.total_seconds()) + 1)
        made = [Tally(key=key, at=moment) for key in keys.values()]
        db.session.add_all(made)
        db.session.flush()
        return [one.id for one in made]


def forgive(whose: Mapping[str, str], taken: Iterable[int]) -> None:
    """It was the right one: forget these tries, and what else was tried for these accounts (not from addresses)."""
    accounts = [_key(what, who) for what, who in whose.items() if not what.endswith("_from")]
    with writing():
        db.session.execute(delete(Tally).where(Tally.key.in_(accounts) | Tally.id.in_(list(taken))))


def _key(what: str, who: str) -> str:
    return keyed_hash(f"kith try\n{what}\n{who}")
