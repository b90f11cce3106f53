"""What a lead decides for everybody, kept in the database: a second factor for staff, and how long a check counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from flask import g

from directory import audit
from directory.database import db, now, writing
from directory.errors import Invalid
from directory.formatting import USUAL, FreshnessPolicy
from directory.models import Policy

_SECOND_FACTOR, _FRESHNESS = "staff_need_second_factor", "freshness"
LONGEST_MONTHS = 60
"""Beyond five years nothing would ever be asked about again."""


def staff_need_second_factor() -> bool:
    """Whether whoever works here must sign in with more than a password."""
    policy = db.session.get(Policy, _SECOND_FACTOR)
    return policy is not None and policy.value == "yes"


def set_staff_need_second_factor(needed: bool) -> None:
    """Decide it; those who have none are led to set one up at their next page."""
    value = "yes" if needed else "no"
    with writing():
        db.session.merge(Policy(name=_SECOND_FACTOR, value=value))
    audit.record("policy_set", policy=_SECOND_FACTOR, value=value)


def freshness() -> FreshnessPolicy:
    """How long a check counts (domain.md 3.5 is the shipped value). Read once a request."""
    if "kith_freshness" not in g:
        policy = db.session.get(Policy, _FRESHNESS)
        g.kith_freshness = FreshnessPolicy(**json.loads(policy.value)) if policy else USUAL
    found = g.kith_freshness
    assert isinstance(found, FreshnessPolicy)
    return found


def set_freshness(months: Mapping[str, int], actor: str) -> FreshnessPolicy:
    """Put a policy in force for everybody: {full, ring_first, expired} in months. Raises Invalid."""
    made = _checked(months)
    value = json.dumps(asdict(made))
    with writing():
        db.session.merge(Policy(name=_FRESHNESS, value=value, set_by=actor, set_at=now()))
    g.pop("kith_freshness", None)
    audit.record("policy_set", policy=_FRESHNESS, value=value)
    return made


def _checked(months: Mapping[str, int]) -> FreshnessPolicy:
    """The policy of these months. Raises Invalid, each message under the field it is about."""
    wrong = {
        name: f"write a number of months from 1 to {LONGEST_MONTHS}"
        for name, number in months.items()
        if not 1 <= number <= LONGEST_MONTHS
    }
    made = FreshnessPolicy(**months)
    if not wrong.keys() & {"full", "ring_first"} and made.ring_first <= made.full:
        wrong["ring_first"] = "must be later than the months for which a check is new"
    if not wrong.keys() & {"ring_first", "expired"} and made.expired <= made.ring_first:
        wrong["expired"] = "must be later than “ring first”"
    if wrong:
        raise Invalid(wrong)
    return made
