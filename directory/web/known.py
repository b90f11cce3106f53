"""What is known about a listing, and what is not: facts in groups, each with who found it out, and what to
ask.

Pure. A fact that nobody has found out is unknown: it is shown as a question, never as a no (design.md 1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from directory import formatting
from directory.asking import facts_of
from importers.records import FactRecord, ListingRecord
from matching.vocabulary import needs

_GETTING_IN = """step_free lift accessible_toilet changing_place parking near_stop lit_route door_to_door
lift_offered
    assistance_dog"""
_IN_THE_ROOM = """quiet quiet_slot quiet_room step_out_space small_groups seating seated_option breaks
plain_pace effort outdoors hearing_loop bsl captions large_print audio_or_guide reading_needed alcohol
gambling vegetarian halal
    dogs_welcome"""
_JOINING = """beginners watch_first drop_in named_host greeted meet_first buddy bring_someone same_faces
no_performing audition competitive free_taster kit_lent fares_help fee_help missed_ok leave_any_time
fixed_course form_needed
    someone_fills_form id_needed no_disclosure what_to_expect_page"""
_FOR_WHOM = """label_specialist supporter_welcome supporter_free interpreter children_welcome creche
adults_only bring_person_cared_for sitting_help lgbtq_welcome trans_inclusive faith_setting photos_published
    results_published group_checked"""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Getting there and in", tuple(_GETTING_IN.split())),
    ("In the room", tuple(_IN_THE_ROOM.split())),
    ("Joining in", tuple(_JOINING.split())),
    ("Who it is for", tuple(_FOR_WHOM.split())),
)
"""Every fact key, in the group under which a page shows it (a test holds that none is left out)."""
ASK_FIRST = ("step_free", "accessible_toilet", "beginners", "named_host", "quiet", "bring_someone", "drop_in")
"""The unknowns that people most often turn on; the rest stand behind "more questions"."""
SAYS_NO = re.compile(r"\b(no|not|nobody|nothing|nowhere|cannot)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One sentence. `sign` is its mark at a glance: "good" a tick, "bad" a cross, "so" neither.

    A cross stands only by a sentence that itself says no: by "It is for adults only" it would say the opposite.
    """

    key: str
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class FactGroup:
    """`checks`: (who found out, how and when; the facts found out then), so that it is said once for all of
    them."""

    title: str
    checks: tuple[tuple[str, tuple[KnownFact, ...]], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something nobody has found out: "a lift" and "Is there a lift, and does it work?"."""

    thing: str
    ask: str


def known(record: ListingRecord, today: date) -> list[FactGroup]:
    """What is known, in groups; empty groups are left out."""
    facts = facts_of(record)
    groups = ((title, [facts[key] for key in keys if key in facts]) for title, keys in GROUPS)
    return [FactGroup(title, _by_check(some, today)) for title, some in groups if some]


def _by_check(facts: Iterable[FactRecord], today: date) -> tuple[tuple[str, tuple[KnownFact, ...]], ...]:
    checks: dict[str, list[KnownFact]] = {}
    for fact in facts:
        checks.setdefault(formatting.fact_checked(fact.provenance, today), []).append(_shown(fact))
    return tuple((checked, tuple(some)) for checked, some in checks.items())


def _shown(fact: FactRecord) -> KnownFact:
    entry = needs.facts()[fact.key]
    sign = "so"
    if fact.value in ("yes", "no") and not entry.neutral:
        welcome = (fact.value == "yes") == entry.good
        sign = "good" if welcome else "bad" if SAYS_NO.search(entry.say(fact.value)) else "so"
    return KnownFact(fact.key, sign, entry.say(fact.value))


def unknown(record: ListingRecord) -> tuple[list[Question], list[Question]]:
    """What is not known yet: the questions that matter to most, then the others. Rooms are not asked of a
    phone call."""
    facts = facts_of(record)
    at_a_place = not record.formats or "in_person" in record.formats
    keys = [key for _, group in GROUPS for key in group if key not in facts]
    askable = [key for key in keys if at_a_place or needs.facts()[key].scope != "venue"]
    first = [key for key in ASK_FIRST if key in askable]
    return _questions(first), _questions(key for key in askable if key not in first)


def _questions(keys: Iterable[str]) -> list[Question]:
    entries = (needs.facts()[key] for key in keys)
    return [Question(entry.name, entry.ask) for entry in entries]
