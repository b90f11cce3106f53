"""What a lead decides for everybody, kept in the database: so far, whether staff need a second factor."""

from __future__ import annotations

from directory import audit
from directory.database import db, writing
from directory.models import Policy

_SECOND_FACTOR = "staff_need_second_factor"


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
