"""Facts as one statement each, which holds or does not hold (or has the other values a fact may have), or is not known.

The statement is the sentence that people read where it holds: "Nobody has to perform", yes or no, leaves no doubt about
what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from directory.catalog import with_facts
from directory.web.editing.parts import Choices, Pick
from directory.web.editing.values import Reading, Shown
from directory.web.known import GROUPS
from importers.ids import digest
from importers.records import FactRecord, ListingRecord, PlaceRecord
from matching.vocabulary import needs

SHORT = {"yes": "Yes", "no": "No"}
DONT_KNOW = "Don’t know"


@dataclass(frozen=True)
class FactPart(Pick):
    """One fact about the session; `key` is its key in facts.toml."""

    key: str = ""
    kind: ClassVar[str] = "fact"

    @property
    def fields(self) -> tuple[str, ...]:
        return ("facts",)

    def standing(self, record: ListingRecord) -> Iterable[FactRecord]:
        return record.facts

    def value(self, record: ListingRecord) -> str:
        return next((fact.value for fact in self.standing(record) if fact.key == self.key), "")

    def options(self, values: Any) -> Choices:
        return (*super().options(values)[:-1], ("", DONT_KNOW))

    def show(self, record: ListingRecord) -> Shown:
        return {self.name: [self.value(record)]}

    def read(self, reading: Reading) -> dict[str, Any]:
        return {"facts": self._found_out(reading.record.facts, reading)}

    def say(self, record: ListingRecord) -> list[str]:
        value = self.value(record)
        return [needs.facts()[self.key].say(value)] if value else []

    def _found_out(self, facts: Iterable[FactRecord], reading: Reading) -> tuple[FactRecord, ...]:
        """Only this fact changes, and only it gets the new provenance."""
        value = reading.choice(self.name, self.label, [value for value, _ in self.choices])
        if value is None:
            return tuple(fact for fact in facts if fact.key != self.key)
        return with_facts(facts, {self.key: value}, reading.told())


@dataclass(frozen=True)
class VenueFactPart(FactPart):
    """One fact about the building of one place."""

    place: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return ("places",)

    def standing(self, record: ListingRecord) -> Iterable[FactRecord]:
        return next((place.facts for key, place in keyed(record.places) if key == self.place), ())

    def read(self, reading: Reading) -> dict[str, Any]:
        return {
            "places": tuple(
                replace(place, facts=self._found_out(place.facts, reading)) if key == self.place else place
                for key, place in keyed(reading.record.places)
            )
        }


def keyed(places: Iterable[PlaceRecord]) -> list[tuple[str, PlaceRecord]]:
    """Each place with a short key for form names, the same as long as the place is the same."""
    found: list[tuple[str, PlaceRecord]] = []
    for place in places:
        same = sum(one.source_id == place.source_id for _, one in found)
        found.append((digest(place.source_id, same)[:8], place))
    return found


def session_facts() -> list[tuple[str, list[FactPart]]]:
    """The questions about the session, in their groups."""
    return [
        (
            title,
            [FactPart(f"fact-{key}", **_asked(key)) for key in keys if needs.facts()[key].scope == "session"],
        )
        for title, keys in GROUPS
    ]


def venue_facts(key: str) -> list[FactPart]:
    """The questions about the building of the place with this key (see `keyed`)."""
    return [
        VenueFactPart(f"venue-{key}-{fact}", **_asked(fact), place=key)
        for _, facts in GROUPS
        for fact in facts
        if needs.facts()[fact].scope == "venue"
    ]


def _asked(key: str) -> dict[str, Any]:
    entry = needs.facts()[key]
    choices = tuple((value, SHORT.get(value, entry.say(value))) for value in entry.values)
    name = entry.name[:1].upper() + entry.name[1:]
    return {"label": entry.say("yes") if "yes" in entry.values else name, "choices": choices, "key": key}
