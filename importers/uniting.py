"""Two records of one thing as one record: everything of both, and where they disagree what a person chose. Pure.

`differences` is what there is to choose from; `united` does it. Lists are joined, blanks are filled; only what both
know and know differently is a difference. By default the side that was checked later (and better) is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from importers.alike_words import fold
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    SessionRecord,
)
from importers.uniting_parts import Choices, Side, better_provenance, joined, rank, united_facts
from importers.uniting_places import disagree, same_places, united_places

_EITHER: tuple[Side, ...] = ("keep", "other")
_OR_BOTH: tuple[Side, ...] = ("keep", "other", "both")
PROSE = (
    "description", "what_to_expect", "alert", "fees_description", "application_process", "eligibility_description",
    "interpretation_services",
)  # fmt: skip
"""Texts of which both can be kept, one after the other."""
SINGLE = (
    "name", "organization", *PROSE, "url", "email", "status", "returns_on", "run_by", "audience", "remote", "referral",
    "wait_time", "wait_weeks", "minimum_age", "maximum_age", "gender", "group_size", "rungs", "accreditations",
    "licenses",
)  # fmt: skip
"""Fields with one value."""
PLANS = ("sessions", "costs")
"""Lists in which two answers to one question may stand: a person may choose."""
TOGETHER = ("alternate_name", "places", "facts", "contacts", "phones", "checked", "extra")
"""Fields with a rule of their own."""
_STRICTEST = ("do_not_list", "closed", "paused", "active")


@dataclass(frozen=True, slots=True)
class Difference:
    """A question on which two records disagree. `key` is a field, "facts.KEY" or "venue_facts.KEY"."""

    key: str
    keep: Any
    other: Any
    sides: tuple[Side, ...]
    default: Side


def differences(keep: ListingRecord, other: ListingRecord) -> list[Difference]:
    """What a person must choose between, in the order of the fields."""
    better = better_checked(keep, other)
    return [
        *(_single(name, keep, other, better) for name in SINGLE if _disagree(name, keep, other)),
        *_places(keep, other, better),
        *(_plan(name, keep, other, better) for name in PLANS if _plans_disagree(name, keep, other)),
        *_fact_differences("facts", keep.facts, other.facts),
        *(
            one
            for mine, yours in same_places(keep, other)
            for one in _fact_differences("venue_facts", mine.facts, yours.facts)
        ),
    ]


def united(keep: ListingRecord, other: ListingRecord, choices: Choices | None = None) -> ListingRecord:
    """`keep` with everything of `other`. Raises ValueError for a choice that there is not."""
    chosen = _chosen(keep, other, choices or {})
    values: dict[str, Any] = {name: _value(name, keep, other, chosen) for name in SINGLE}
    places, moved = united_places(keep, other, chosen)
    values.update(
        alternate_name=_other_names(keep, other, values["name"]),
        places=places,
        sessions=_sessions(keep, other, moved, chosen.get("sessions", "both")),
        costs=_of_side(keep.costs, other.costs, chosen.get("costs", "both"), _itself),
        facts=united_facts("facts", keep.facts, other.facts, chosen),
        contacts=_contacts(keep.contacts, other.contacts),
        phones=joined(keep.phones, other.phones, _number),
        checked=keep.checked if better_provenance(keep.checked, other.checked) == "keep" else other.checked,
        extra=_extra(keep, other),
        **{name: joined(getattr(keep, name), getattr(other, name), by) for name, by in _JOINED.items()},
    )
    return replace(keep, **values)


def better_checked(keep: ListingRecord, other: ListingRecord) -> Side:
    """Which of the two somebody checked later, or better on the same day; `keep` where nothing speaks for either."""
    return better_provenance(keep.checked, other.checked)


def _chosen(keep: ListingRecord, other: ListingRecord, choices: Choices) -> dict[str, Side]:
    """What holds for each difference: the person's choice, else the default."""
    found = {one.key: one for one in differences(keep, other)}
    for key, side in choices.items():
        if key in found and side not in found[key].sides:
            raise ValueError(f"{key}: choose one of {', '.join(found[key].sides)}")
    return {key: choices.get(key, one.default) for key, one in found.items()}


# --- one value ------------------------------------------------------------------------------------------------------


def _disagree(name: str, keep: ListingRecord, other: ListingRecord) -> bool:
    mine, yours = getattr(keep, name), getattr(other, name)
    if name == "remote":
        return bool(mine != yours)
    if name == "organization" and mine and yours:
        return bool(_organization(mine) != _organization(yours))
    return mine not in (None, "") and yours not in (None, "") and _same_text(mine) != _same_text(yours)


def _same_text(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _organization(one: OrganizationRecord) -> OrganizationRecord:
    """What is known of it, whatever its source calls it."""
    return replace(one, source_id="")


def _single(name: str, keep: ListingRecord, other: ListingRecord, better: Side) -> Difference:
    mine, yours = getattr(keep, name), getattr(other, name)
    default = better
    if name == "status":
        default = "keep" if _STRICTEST.index(mine) <= _STRICTEST.index(yours) else "other"
        if "do_not_list" not in (mine, yours) and rank(keep.checked) != rank(other.checked):
            default = better
    elif name in PROSE and keep.checked == other.checked:
        default = "other" if len(yours) > len(mine) else "keep"
    elif name == "organization" and mine.placeholder != yours.placeholder:
        default = "other" if mine.placeholder else "keep"
    return Difference(name, mine, yours, _OR_BOTH if name in PROSE else _EITHER, default)


def _value(name: str, keep: ListingRecord, other: ListingRecord, chosen: Choices) -> Any:
    mine, yours = getattr(keep, name), getattr(other, name)
    side = chosen.get(name)
    if name == "organization" and yours is not None:
        yours = replace(yours, source_id=_theirs(keep, other, yours.source_id))
    if side is None:
        return yours if mine in (None, "") and yours not in (None, "") else mine
    if side == "both":
        return f"{mine}\n\n{yours}"
    return mine if side == "keep" else yours


def _theirs(keep: ListingRecord, other: ListingRecord, source_id: str) -> str:
    """An id of another source, so that it names nothing of this one."""
    return source_id if keep.source == other.source else f"{other.source}:{source_id}"


def _other_names(keep: ListingRecord, other: ListingRecord, name: str) -> str | None:
    """Whatever else it was called: somebody may look for it by that."""
    names = [keep.alternate_name or ""]
    for one in (keep.name, other.name, other.alternate_name or ""):
        known = {fold(name), *(fold(part) for told in names for part in (told, *told.split(";")))}
        if fold(one) and fold(one) not in known:
            names.append(one)
    return "; ".join(filter(None, names)) if len(names) > 1 else keep.alternate_name


# --- lists ----------------------------------------------------------------------------------------------------------


def _itself(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else repr(value)


def _said(value: str) -> str:
    """Case and spaces aside, two texts that say the same."""
    return " ".join(value.casefold().split())


def _number(phone: PhoneRecord) -> Hashable:
    return "".join(filter(str.isdigit, phone.number))[-9:] or phone.number, phone.extension


_JOINED: dict[str, Callable[[Any], Hashable]] = {
    "activities": lambda term: (_said(term.name), term.taxonomy, term.code),
    "formats": _itself,
    "booking": _itself,
    "languages": lambda one: one.code or _said(one.name or ""),
    "goals": _itself,
    "service_area": _said,
    "required_documents": _said,
    "tips": _said,
    "known_by": _said,
}


FIELDS = frozenset((*SINGLE, *PLANS, *TOGETHER, *_JOINED))
"""Every field that has a rule (a test holds that none is forgotten)."""


def _of_side(
    mine: tuple[Any, ...], yours: tuple[Any, ...], side: Side, by: Callable[[Any], Hashable]
) -> tuple[Any, ...]:
    if side == "both":
        return joined(mine, yours, by)
    return mine if side == "keep" else yours


def _plans_disagree(name: str, keep: ListingRecord, other: ListingRecord) -> bool:
    mine, yours = ({_plan_key(one) for one in getattr(record, name)} for record in (keep, other))
    return bool(mine and yours) and mine != yours


def _plan_key(one: Any) -> Hashable:
    return _when(one) if isinstance(one, SessionRecord) else _itself(one)


def _when(session: SessionRecord) -> Hashable:
    """A session, wherever it is: what it says where it says no time."""
    if session.byday is None and session.opens_at is None:
        return fold(session.original_text or "")
    return replace(session, original_text=None, place_source_id=None)


def _plan(name: str, keep: ListingRecord, other: ListingRecord, better: Side) -> Difference:
    mine, yours = getattr(keep, name), getattr(other, name)
    clash = name == "costs" or not _days(mine).isdisjoint(_days(yours))
    return Difference(name, mine, yours, _OR_BOTH, better if clash else "both")


def _days(sessions: Iterable[SessionRecord]) -> set[str | None]:
    """Days in words of the calendar, and nothing for sessions that only have text."""
    return {session.byday for session in sessions if session.byday}


def _sessions(
    keep: ListingRecord, other: ListingRecord, moved: Mapping[str, str], side: Side
) -> tuple[SessionRecord, ...]:
    """Sessions of the other stand at the places that came of its own. Where there are more places than before, each
    session says which of them it is at, as far as that is certain."""
    own = {place.source_id for place in keep.places}
    added = set(moved.values()) - own
    theirs = tuple(_at(one, moved, _only(other) if added else None) for one in other.sessions)
    ours = tuple(_at(one, {}, _only(keep) if added else None) for one in keep.sessions)
    return _of_side(
        ours,
        theirs,
        side,
        lambda one: (_when(one), one.place_source_id if one.place_source_id in added else None),
    )


def _only(record: ListingRecord) -> str | None:
    return record.places[0].source_id if len(record.places) == 1 else None


def _at(session: SessionRecord, moved: Mapping[str, str], only: str | None) -> SessionRecord:
    place = session.place_source_id or only
    return session if place is None else replace(session, place_source_id=moved.get(place, place))


def _contacts(mine: tuple[ContactRecord, ...], yours: tuple[ContactRecord, ...]) -> tuple[ContactRecord, ...]:
    """People, each once: with all their numbers, and shown to no more people than either list allowed."""
    found = list(mine)
    for one in yours:
        if one in found:
            continue
        at = next((i for i, known in enumerate(found) if _same_person(known, one)), None)
        if at is None:
            found.append(one)
        else:
            found[at] = _one_person(found[at], one)
    return tuple(found)


def _same_person(a: ContactRecord, b: ContactRecord) -> bool:
    return bool(a.name and b.name and fold(a.name) == fold(b.name)) and (
        not a.email or not b.email or a.email.casefold() == b.email.casefold()
    )


def _one_person(a: ContactRecord, b: ContactRecord) -> ContactRecord:
    shown = ("link", "staff", "public")
    return replace(
        a,
        title=a.title or b.title,
        department=a.department or b.department,
        email=a.email or b.email,
        phones=joined(a.phones, b.phones, _number),
        visibility=min(a.visibility, b.visibility, key=shown.index),
    )


def _extra(keep: ListingRecord, other: ListingRecord) -> dict[str, str]:
    """What had no field here, of both; a heading that both have says whose the second is."""
    found = dict(keep.extra)
    for heading, value in other.extra.items():
        if found.get(heading) == value:
            continue
        while heading in found:
            heading = f"{heading} ({other.ref})"
        found[heading] = value
    return found


# --- facts and places -----------------------------------------------------------------------------------------------


def _fact_differences(
    prefix: str, mine: tuple[FactRecord, ...], yours: tuple[FactRecord, ...]
) -> Iterable[Difference]:
    known = {fact.key: fact for fact in mine if fact not in yours}
    for fact in yours:
        if fact not in mine and fact.key in known and known[fact.key].value != fact.value:
            first = known[fact.key]
            default = better_provenance(first.provenance, fact.provenance)
            yield Difference(f"{prefix}.{fact.key}", first, fact, _EITHER, default)


def _places(keep: ListingRecord, other: ListingRecord, better: Side) -> Iterable[Difference]:
    pairs = same_places(keep, other)
    mine = [place for place in keep.places if place not in [a for a, _ in pairs]]
    yours = [place for place in other.places if place not in [b for _, b in pairs]]
    if mine and yours:
        yield Difference("places", keep.places, other.places, _OR_BOTH, "both")
    elif any(disagree(a, b) for a, b in pairs):
        yield Difference("places", keep.places, other.places, _EITHER, better)
