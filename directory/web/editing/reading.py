"""From a form that was sent to what changes in a listing, also where somebody else changed it meanwhile.

The form carries, for each part, a print of what it showed ("was"). A part whose values still have that print was not
touched and is not read. A part that was touched while somebody else changed it is a clash: a person decides.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from directory.web.editing.parts import Part
from directory.web.editing.values import Reading, Sent, Shown
from importers.records import ListingRecord

THEIRS, MINE = "theirs", "mine"


@dataclass
class Outcome:
    """`record` is the listing with what was written; `clashes` are parts of which somebody must choose a version."""

    record: ListingRecord
    touched: list[Part] = field(default_factory=list)
    clashes: list[Part] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def changes(self, since: ListingRecord) -> dict[str, Any]:
        """The fields that differ, for `catalog.amend`."""
        names = [one.name for one in fields(ListingRecord) if one.compare]
        mine = ((name, getattr(self.record, name)) for name in names)
        return {name: value for name, value in mine if value != getattr(since, name)}


def shown(parts: Iterable[Part], record: ListingRecord) -> Shown:
    """The values of a whole form."""
    return {name: values for part in parts for name, values in part.show(record).items()}


def prints(parts: Iterable[Part], record: ListingRecord) -> dict[str, str]:
    """What each part shows, in short."""
    return {part.name: part.print_of(part.show(record)) for part in parts}


def written_prints(sent: Sent) -> dict[str, str] | None:
    """The prints that the form carried; None where it did not arrive whole (they stand at its end)."""
    try:
        found = json.loads(next(iter(sent.get("was", ())), ""))
    except ValueError:
        return None
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else None


def read_form(
    parts: Sequence[Part],
    reading: Reading,
    was: Mapping[str, str],
    chosen: Mapping[str, str] | None = None,
    undecided: Collection[str] = (),
) -> Outcome:
    """Read what was touched of the listing `reading.record`.

    `chosen`: part -> whose version counts; `undecided`: parts of which nobody chose yet, though they were asked.
    """
    standing = reading.record
    outcome = Outcome(standing, problems=reading.problems)
    for part in parts:
        if part.name not in was or part.print_of(part.of(reading.sent)) == was[part.name]:
            continue
        if chosen and chosen.get(part.name) == THEIRS:
            continue
        mine = replace(outcome.record, **part.read(reading))
        if part.name in undecided or part.print_of(part.show(standing)) != was[part.name]:
            if not _differ(part, mine, standing):
                continue  # they wrote the same
            outcome.clashes.append(part)
        outcome.touched.append(part)
        reading.record = outcome.record = mine
    _contradictions(outcome)
    return outcome


def _contradictions(outcome: Outcome) -> None:
    """Two answers that cannot both be true, said at the one that was just written."""
    low, high = outcome.record.minimum_age, outcome.record.maximum_age
    touched = [part.name for part in outcome.touched if part.name in ("minimum_age", "maximum_age")]
    if touched and low is not None and high is not None and low > high:
        outcome.problems.setdefault(touched[-1], f"The youngest age ({low}) is above the oldest ({high}).")


def _differ(part: Part, mine: ListingRecord, theirs: ListingRecord) -> bool:
    return part.print_of(part.show(mine)) != part.print_of(part.show(theirs))


def field_problems(parts: Iterable[Part], fields_wrong: Mapping[str, str]) -> dict[str, str]:
    """What the catalog would not store, at the parts where people can mend it."""
    by_field = {name: part for part in parts for name in part.fields}
    found = {}
    for name, why in fields_wrong.items():
        part = by_field.get(name)
        found[part.name if part else "name"] = f"{part.label if part else name}: {why}."
    return found
