"""Declared events for the operator's log. An event that is not declared, or has other fields, fails at once.

Never personal data: fields are ids, counts, names of sources and roles; no names, addresses or words of people.
"""

from __future__ import annotations

import json
import logging
from typing import Final

__all__ = ["EVENTS", "record"]

log = logging.getLogger("kith.audit")

EVENTS: Final[dict[str, frozenset[str]]] = {
    "import_applied": frozenset(
        {"run", "source", "read", "created", "amended", "unchanged", "missing", "conflicts", "problems"}
    ),
    "listing_added": frozenset({"listing_id"}),
    "listing_amended": frozenset({"listing_id", "fields"}),
    "listing_verified": frozenset({"listing_id", "how", "role"}),
    "listing_status_set": frozenset({"listing_id", "status"}),
    "listings_merged": frozenset({"kept_id", "other_id", "merge"}),
    "merge_undone": frozenset({"kept_id", "other_id", "merge"}),
    "not_duplicates": frozenset({"first_id", "second_id"}),
    "duplicates_sought": frozenset({"listings", "pairs"}),
    "listing_restored": frozenset({"listing_id", "version", "fields"}),
    "listing_undone": frozenset({"listing_id", "version"}),
    "personal_data_erased": frozenset({"listing_id", "pieces", "reason"}),
    "group_link_made": frozenset({"listing_id"}),
    "suggestion_made": frozenset({"suggestion_id", "listing_id", "kind", "role"}),
    "suggestion_decided": frozenset({"suggestion_id", "state", "fields"}),
    "reply_sent": frozenset({"suggestion_id"}),
    "reply_not_sent": frozenset({"suggestion_id"}),
    "mail_not_sent": frozenset({"why"}),
    "word_added": frozenset({"word_id", "kind", "part"}),
    "word_removed": frozenset({"word_id", "kind", "part"}),
    "term_replaced": frozenset({"term_id", "by", "listings"}),
    "search_saved": frozenset({"search_id"}),
    "search_deleted": frozenset({"search_id"}),
    "search_exported": frozenset({"format", "listings"}),
    "upload_dropped": frozenset({"upload_id"}),
    "account_created": frozenset({"user_id", "roles"}),
    "account_roles_set": frozenset({"user_id", "roles"}),
    "account_amended": frozenset({"user_id"}),
    "account_disabled": frozenset({"user_id"}),
    "conflict_settled": frozenset({"listing_id", "field", "kept"}),
    "missing_kept": frozenset({"listing_id"}),
    "group_rung": frozenset({"listing_id", "outcome", "facts"}),
    "links_checked": frozenset({"checked", "failing", "dead"}),
    "account_enabled": frozenset({"user_id"}),
    "account_invited": frozenset({"user_id"}),
    "account_taken_up": frozenset({"user_id"}),
    "account_password_set": frozenset({"user_id"}),
    "account_signed_out_everywhere": frozenset({"user_id"}),
    "account_second_factor_removed": frozenset({"user_id"}),
    "signed_in": frozenset({"user_id"}),
    "tried_too_often": frozenset({"what"}),
    "policy_set": frozenset({"policy", "value"}),
    "idea_kept": frozenset({"idea_id", "state"}),
    "story_told": frozenset({"story_id"}),
    "story_taken_down": frozenset({"story_id"}),
    "self_check_kept": frozenset({"self_check_id", "answers"}),
    "tie_kept": frozenset({"tie_id", "listing_id", "warmth"}),
    "tip_given": frozenset({"tip_id", "listing_id"}),
    "tip_retired": frozenset({"tip_id", "listing_id"}),
    "visit_logged": frozenset({"listing_id", "kind", "facts"}),
    "introduction_asked": frozenset({"listing_id", "kind"}),
    "introduction_answered": frozenset({"listing_id", "state"}),
    "check_promised": frozenset({"listing_id"}),
    "handed_over": frozenset({"from_id", "to_id", "kind"}),
    "handover_finished": frozenset({"user_id", "handed"}),
    "index_caught_up": frozenset({"upserts", "removals"}),
}
"""Every event and exactly the fields that it has."""


def record(event: str, **fields: str | int) -> None:
    """Write one event to the log "kith.audit" as JSON. Raises ValueError for an undeclared event or field."""
    declared = EVENTS.get(event)
    if declared is None:
        raise ValueError(f"the event {event} is not declared in directory/audit.py")
    if declared != fields.keys():
        raise ValueError(f"{event} has the fields {sorted(declared)}, not {sorted(fields)}")
    log.info("%s", json.dumps({"event": event, **fields}, ensure_ascii=False))
