"""The one table of who may do what: permission -> roles. Which page needs which one is in `directory.web.access`.

A person may hold several roles and may do what any of them may. `PUBLIC` is whoever has not signed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

PUBLIC: Final = "public"
ROLES: Final = ("individual", "worker", "curator", "lead")
"""Roles an account may hold. individual: browses for themselves; worker: looks with people, and knows places;
curator: keeps the directory true; lead: looks after accounts, handovers and erasing."""
STAFF: Final = frozenset({"worker", "curator", "lead"})

_EVERYONE = frozenset({PUBLIC, *ROLES})
_SIGNED_IN = frozenset(ROLES)
_KEEPERS = frozenset({"curator", "lead"})
_LEADS = frozenset({"lead"})

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    # everybody
    "browse": _EVERYONE,
    "sign_in": _EVERYONE,
    "report_wrong": _EVERYONE,
    "answer_link": _EVERYONE,
    "own_account": _SIGNED_IN,
    # whoever works for the agency
    "see_staff_notes": STAFF,
    "staff_search": STAFF,
    "check_listing": STAFF,
    "suggest_change": STAFF,
    "see_history": STAFF,
    "give_tips": STAFF,
    "keep_ties": STAFF,
    "log_visits": STAFF,
    "team_board": STAFF,
    "own_journey": STAFF,
    # whoever keeps the directory true
    "edit_listings": _KEEPERS,
    "approve": _KEEPERS,
    "merge": _KEEPERS,
    "work_queue": _KEEPERS,
    "edit_words": _KEEPERS,
    "import_listings": _KEEPERS,
    "export_staff": _KEEPERS,
    "see_gaps": _KEEPERS,
    # leads alone
    "manage_people": _LEADS,
    "hand_over": _LEADS,
    "erase_personal": _LEADS,
    "set_policy": _LEADS,
    "team_measures": _LEADS,
}


def may(roles: Iterable[str], permission: str) -> bool:
    """Whether somebody who holds these roles (none: not signed in) has the permission. KeyError for an unknown one."""
    allowed = PERMISSIONS[permission]
    return PUBLIC in allowed or not allowed.isdisjoint(roles)


def is_staff(roles: Iterable[str]) -> bool:
    """Whether somebody who holds these roles works for the agency."""
    return not STAFF.isdisjoint(roles)


def signing_role(roles: Iterable[str]) -> str:
    """The role that stands with what somebody of the team found out: the one with the most say."""
    held = STAFF.intersection(roles)
    return next((role for role in reversed(ROLES) if role in held), "colleague")
