"""How long a check counts, as a lead set it for everybody (domain.md 3.5 is the shipped value).

Kept as a Setting row and read once a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from flask import g
from sqlalchemy import select

from directory import audit
from directory.database import db, now, writing
from directory.errors import Invalid
from directory.formatting import USUAL, FreshnessPolicy
from directory.models import Setting, table_of

KEY = "freshness"
LONGEST = 60
"""Months: beyond five years nothing would ever be asked about again."""
_TABLE = table_of(Setting)


def freshness() -> FreshnessPolicy:
    """The policy in force. Needs an app context."""
    if "kith_freshness" not in g:
        value = db.session.connection().scalar(select(_TABLE.c.value).where(_TABLE.c.key == KEY))
        g.kith_freshness = FreshnessPolicy(**value) if value else USUAL
    found = g.kith_freshness
    assert isinstance(found, FreshnessPolicy)
    return found


def checked(months: Mapping[str, int]) -> FreshnessPolicy:
    """The policy of these months. Raises Invalid, each message under the field it is about."""
    wrong = {
        name: f"write a number of months from 1 to {LONGEST}"
        for name, number in months.items()
        if not 1 <= number <= LONGEST
    }
    made = FreshnessPolicy(**months)
    if not wrong.keys() & {"full", "ring_first"} and made.ring_first <= made.full:
        wrong["ring_first"] = "must be later than the months for which a check is new"
    if not wrong.keys() & {"ring_first", "expired"} and made.expired <= made.ring_first:
        wrong["expired"] = "must be later than “ring first”"
    if wrong:
        raise Invalid(wrong)
    return made


def set_freshness(months: Mapping[str, int], actor: str) -> FreshnessPolicy:
    """Put a policy in force for everybody: {full, ring_first, expired} in months. Raises Invalid."""
    made = checked(months)
    row = {"value": asdict(made), "by": actor, "at": now()}
    with writing() as connection:
        changed = connection.execute(_TABLE.update().where(_TABLE.c.key == KEY).values(**row))
        if not changed.rowcount:
            connection.execute(_TABLE.insert().values(key=KEY, **row))
    g.pop("kith_freshness", None)
    audit.record("policy_set", **asdict(made))
    return made
