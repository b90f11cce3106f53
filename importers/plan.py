"""What an import would do: the rows of a source against what is known of that source. Pure; the preview is the plan.

A field changed upstream that someone here has curated becomes a conflict for a person, never an overwrite. What is no
longer upstream is `missing`; a person decides. A row that could not be read still counts as present.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from importers.partial import speaks_of
from importers.records import ListingRecord, Problem

_LEFT_OUT = frozenset({"source", "source_id", "said"})
FIELDS = tuple(f.name for f in dataclasses.fields(ListingRecord) if f.name not in _LEFT_OUT)
"""The fields that are compared."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the directory remembers of one listing of this source."""

    listing_id: str
    fingerprint: str
    field_prints: Mapping[str, str]
    """As the source last said them (not as they stand here now)."""
    curated: frozenset[str] = frozenset()
    """Fields that someone here has changed by hand."""
    missing: bool = False
    standing: Mapping[str, str] = field(default_factory=dict)
    """Prints of what stands here now in the curated fields: a source that says the same is no conflict."""
    disputed: frozenset[str] = frozenset()
    """Fields in which an earlier import found a conflict that nobody has decided yet."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A listing with the fields to take over; `returned` when it had been missing and is back."""

    record: ListingRecord
    fields: tuple[str, ...] = ()
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """A curated field that the source now says differently; `theirs` is what it says, in words."""

    source_id: str
    field: str
    theirs: str
    record: ListingRecord | None = dataclasses.field(default=None, compare=False, repr=False)
    """The whole listing as the source has it."""


@dataclass(frozen=True)
class Plan:
    """Everything an import would do. create + amend + unchanged = the distinct listings read."""

    create: list[ListingRecord] = field(default_factory=list)
    amend: list[Amendment] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    """Nothing to take over; a listing whose only changes are conflicts is here too."""
    missing: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    agreed: list[tuple[str, str]] = field(default_factory=list)
    """(source id, field) of conflicts from earlier imports that are none any more."""
    problems: list[Problem] = field(default_factory=list)
    read: int = 0
    """Listings read, repeats of one source_id included."""

    def counts(self) -> dict[str, int]:
        """The counts of the Import JSON (design.md section 6)."""
        return {
            "read": self.read,
            "created": len(self.create),
            "amended": len(self.amend),
            "unchanged": len(self.unchanged),
            "missing": len(self.missing),
            "conflicts": len(self.conflicts),
            "problems": len(self.problems),
        }


def fingerprint(record: ListingRecord) -> str:
    """One short hash of all fields but source and source_id."""
    return fingerprint_of(field_prints(record))


def fingerprint_of(prints: Mapping[str, str]) -> str:
    """The fingerprint of a record with these field prints (in the order of FIELDS)."""
    return _hash("\x1f".join(f"{name}={print_}" for name, print_ in prints.items()))


def field_prints(record: ListingRecord) -> dict[str, str]:
    """Field -> short hash of its value. An empty field has the print of None, however empty it is."""
    return {name: field_print(record, name) for name in FIELDS}


def field_print(record: ListingRecord, name: str) -> str:
    """Short hash of the value of one field."""
    told = canonical(getattr(record, name))
    return _hash(told) if told else _PRINT_OF_NOTHING


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_PRINT_OF_NOTHING = _hash("")


def canonical(value: object) -> str:
    """A value as text that does not depend on how a mapping is ordered or on fields with their default value (so that a
    field added to the records later does not make every listing look changed)."""
    if type(value) is str:
        return repr(value)
    if value is None or value == () or value == {} or value == []:
        return ""
    if isinstance(value, (tuple, list)):
        return "[" + ",".join(map(canonical, value)) + "]"
    if hasattr(type(value), "__dataclass_fields__"):
        return "{" + ",".join(_stated_fields(value)) + "}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{canonical(k)}:{canonical(value[k])}" for k in sorted(value, key=str)) + "}"
    if isinstance(value, date):
        return value.isoformat()
    return repr(value)


def _stated_fields(value: object) -> Iterable[str]:
    kind: Any = type(value)
    for name, default in _defaults(kind):
        held = getattr(value, name)
        if held is not default and held != default and (told := canonical(held)):
            yield f"{name}={told}"


@cache
def _defaults(kind: Any) -> tuple[tuple[str, object], ...]:
    return tuple((one.name, one.default) for one in dataclasses.fields(kind))


def plan(rows: Iterable[ListingRecord | Problem], known: Mapping[str, Known]) -> Plan:
    """Compares what was read with what is known. `known` is by source_id and of one source only."""
    made = Plan()
    seen: dict[str, ListingRecord] = {}
    mentioned: set[str] = set()
    count = 0
    for row in rows:
        if isinstance(row, Problem):
            made.problems.append(row)
            if row.source_id:
                mentioned.add(row.source_id)
            continue
        count += 1
        if row.source_id in seen:
            made.problems.append(
                Problem(
                    row.source_id,
                    "id",
                    "The source has two listings with this id; the first was taken.",
                    row.source_id,
                )
            )
            continue
        seen[row.source_id] = row
    for record in seen.values():
        _place(record, known.get(record.source_id), made)
    made.missing.extend(sorted(i for i in known if i not in seen and i not in mentioned))
    for listed in (made.create, made.amend, made.unchanged, made.conflicts):
        listed.sort(key=_order)
    return dataclasses.replace(made, read=count)


def _order(entry: ListingRecord | Amendment | Conflict | str) -> tuple[str, str]:
    if isinstance(entry, str):
        return entry, ""
    if isinstance(entry, Amendment):
        return entry.record.source_id, ""
    return entry.source_id, getattr(entry, "field", "")


def _place(record: ListingRecord, known: Known | None, made: Plan) -> None:
    """Puts one listing where it belongs in the plan."""
    if known is None:
        made.create.append(record)
        return
    changed = changed_fields(record, known)
    conflicts = [
        name
        for name in changed
        if name in known.curated and field_print(record, name) != known.standing.get(name)
    ]
    for name in conflicts:
        made.conflicts.append(Conflict(record.source_id, name, in_words(getattr(record, name)), record))
    made.agreed.extend(
        (record.source_id, name)
        for name in sorted(known.disputed.difference(conflicts))
        if speaks_of(record, name)
    )
    taken = tuple(name for name in changed if name not in known.curated)
    if taken or known.missing:
        made.amend.append(Amendment(record, taken, returned=known.missing))
    else:
        made.unchanged.append(record.source_id)


def changed_fields(record: ListingRecord, known: Known) -> tuple[str, ...]:
    """Fields that the source says differently from last time. A field it had never said counts when it is not empty;
    one that it has no column for never does."""
    prints = field_prints(record)
    if fingerprint_of(prints) == known.fingerprint:
        return ()
    empty = _hash("")
    return tuple(
        name
        for name, now in prints.items()
        if now != known.field_prints.get(name, empty) and speaks_of(record, name)
    )


def in_words(value: object) -> str:
    """A field's value as a person would read it in a list of conflicts; "" for nothing."""
    if value is None or value == () or value == {}:
        return ""
    if isinstance(value, (tuple, list)):
        return "; ".join(filter(None, (in_words(v) for v in value)))
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {v}" for k, v in sorted(value.items()))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        stated = (
            in_words(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if getattr(value, f.name) != f.default and f.name not in {"source_id", "taxonomy", "provenance"}
        )
        return ", ".join(filter(None, stated))
    return "yes" if value is True else "no" if value is False else str(value)
