"""The parts of an editing form: each is a label, how it shows a record, and how it reads what was written.

A part that nobody touched is never read: whatever a record holds, saving the form as it came changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from directory.web.editing.values import LONGEST_TEXT, Reading, Sent, Shown, one_line, print_of
from importers import clean
from importers.records import ListingRecord, TermRecord

Choices = tuple[tuple[str, str], ...]
NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Part:
    """One question of the form. `name` is its form name and, unless `field` says otherwise, the record's field."""

    name: str
    label: str
    hint: str = ""
    kind: ClassVar[str] = "line"
    """Which macro of templates/editing/_fields.html draws it."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of ListingRecord that it may change."""
        return (self.name,)

    def value(self, record: ListingRecord) -> Any:
        return getattr(record, self.name)

    def show(self, record: ListingRecord) -> Shown:
        """The form values of what stands in the record."""
        return {self.name: [one_line(self.value(record))]}

    def read(self, reading: Reading) -> dict[str, Any]:
        """The record's fields as the form has them now. What is wrong goes into `reading.problems`."""
        return {self.name: reading.text(self.name, self.label)}

    def say(self, record: ListingRecord) -> list[str]:
        """What stands there, for people; empty where nothing is known."""
        value = self.value(record)
        return [str(value)] if value not in (None, "", ()) else []

    def of(self, sent: Sent) -> Shown:
        """Those of the sent values that are this part's."""
        return {self.name: list(sent.get(self.name, ()))}

    def print_of(self, values: Sent) -> str:
        return print_of(values)


class Needed(Part):
    """A line that must say something."""

    def read(self, reading: Reading) -> dict[str, Any]:
        written = reading.text(self.name, self.label)
        if not reading.one(self.name):
            reading.bad(self.name, f"{self.label}: write what people call it.")
        return {self.name: written or getattr(reading.record, self.name)}


class Email(Part):
    def read(self, reading: Reading) -> dict[str, Any]:
        return {self.name: email_in(reading, self.name, self.label)}


class Web(Part):
    def read(self, reading: Reading) -> dict[str, Any]:
        written = reading.text(self.name, self.label, 1000)
        links = clean.links(written)
        if written and len(links.urls) != 1:
            reading.bad(self.name, f"{self.label}: write one web address, like www.example.org.")
        return {self.name: links.url if written else None}


def email_in(reading: Reading, name: str, label: str) -> str | None:
    """One email address."""
    written = reading.text(name, label)
    found = clean.emails(written)
    if written and len(found) != 1:
        reading.bad(name, f"{label}: write one email address, like name@example.org.")
    return found[0] if found else None


class Prose(Part):
    """Text of several paragraphs."""

    kind = "prose"

    def show(self, record: ListingRecord) -> Shown:
        return {self.name: [self.value(record) or ""]}

    def read(self, reading: Reading) -> dict[str, Any]:
        return {self.name: reading.text(self.name, self.label, LONGEST_TEXT)}


class Lines(Part):
    """Several short texts, one a line."""

    kind = "lines"

    def texts(self, record: ListingRecord) -> list[str]:
        return list(self.value(record))

    def show(self, record: ListingRecord) -> Shown:
        return {self.name: ["\n".join(map(one_line, self.texts(record)))]}

    def read(self, reading: Reading) -> dict[str, Any]:
        standing = {one_line(text): text for text in self.texts(reading.record)}
        written = reading.lines(self.name, self.label)
        return {self.name: tuple(standing.get(line, line) for line in written)}

    def say(self, record: ListingRecord) -> list[str]:
        return [text for text in self.texts(record) if text]


class Words(Lines):
    """Several words, said in one line."""

    def say(self, record: ListingRecord) -> list[str]:
        return [", ".join(super().say(record))] if self.texts(record) else []


class Activities(Words):
    """The agency's own words; terms of other vocabularies stay as they are."""

    def texts(self, record: ListingRecord) -> list[str]:
        return [term.name for term in record.activities if term.taxonomy == "activities"]

    def read(self, reading: Reading) -> dict[str, Any]:
        terms = reading.record.activities
        own = {one_line(term.name): term for term in terms if term.taxonomy == "activities"}
        written = [own.get(line, TermRecord(line)) for line in reading.lines(self.name, self.label)]
        others = [term for term in terms if term.taxonomy != "activities"]
        return {self.name: (*written, *others)}


class Languages(Words):
    def texts(self, record: ListingRecord) -> list[str]:
        return [spoken.name or spoken.code or "" for spoken in record.languages]

    def read(self, reading: Reading) -> dict[str, Any]:
        own = {one_line(spoken.name or spoken.code or ""): spoken for spoken in reading.record.languages}
        spoken = [own.get(line) or clean.language(line) for line in reading.lines(self.name, self.label)]
        return {self.name: tuple(one for one in spoken if one)}


@dataclass(frozen=True)
class Pick(Part):
    """One of several answers, or not known."""

    choices: Choices = ()
    kind: ClassVar[str] = "pick"

    def options(self, values: Sequence[str]) -> Choices:
        """The answers, "not known" last; what stands there and is none of ours is offered too."""
        known = {value for value, _ in self.choices}
        more = tuple((one, one) for one in values if one and one not in known)
        return (*self.choices, *more, ("", NOT_KNOWN))

    def show(self, record: ListingRecord) -> Shown:
        return {self.name: [self.value(record) or ""]}

    def read(self, reading: Reading) -> dict[str, Any]:
        allowed = [value for value, _ in self.choices]
        return {self.name: reading.choice(self.name, self.label, allowed)}

    def say(self, record: ListingRecord) -> list[str]:
        value = self.value(record)
        return [dict(self.choices).get(value, value)] if value else []


@dataclass(frozen=True)
class Ticks(Part):
    """Any number of answers."""

    choices: Choices = ()
    kind: ClassVar[str] = "ticks"

    def options(self, values: Sequence[str]) -> Choices:
        known = {value for value, _ in self.choices}
        return (*self.choices, *((one, one) for one in dict.fromkeys(values) if one and one not in known))

    def show(self, record: ListingRecord) -> Shown:
        return {self.name: [one_line(one) for one in self.value(record)]}

    def read(self, reading: Reading) -> dict[str, Any]:
        standing = {one_line(one): one for one in self.value(reading.record)}
        ours = {value for value, _ in self.choices}
        chosen = [standing.get(one, one) for one in reading.all(self.name)]
        if any(one not in ours and one not in standing.values() for one in chosen):
            reading.bad(self.name, f"{self.label}: choose from the answers.")
        return {self.name: tuple(dict.fromkeys(chosen))}

    def say(self, record: ListingRecord) -> list[str]:
        labels = dict(self.choices)
        said = [labels.get(one, one) for one in self.value(record)]
        return [", ".join(said)] if said else []

    def print_of(self, values: Sent) -> str:
        """A form sends ticks in its own order."""
        return print_of({self.name: sorted(set(values.get(self.name, ())))})


class Tick(Part):
    """Yes, or nothing said."""

    kind = "tick"

    def show(self, record: ListingRecord) -> Shown:
        return {self.name: ["y"] if self.value(record) else []}

    def read(self, reading: Reading) -> dict[str, Any]:
        return {self.name: reading.ticked(self.name)}

    def say(self, record: ListingRecord) -> list[str]:
        return ["Yes"] if self.value(record) else []


@dataclass(frozen=True)
class Number(Part):
    """A whole number."""

    low: int = 0
    high: int = 120
    kind: ClassVar[str] = "number"

    def show(self, record: ListingRecord) -> Shown:
        value = self.value(record)
        return {self.name: ["" if value is None else str(value)]}

    def read(self, reading: Reading) -> dict[str, Any]:
        return {self.name: reading.whole(self.name, self.label, self.low, self.high)}


@dataclass(frozen=True)
class Rungs(Part):
    """From which to which step of the support ladder."""

    choices: Choices = ()
    kind: ClassVar[str] = "rungs"

    def show(self, record: ListingRecord) -> Shown:
        low, high = record.rungs or ("", "")
        return {"rungs-low": [str(low)], "rungs-high": [str(high)]}

    def read(self, reading: Reading) -> dict[str, Any]:
        rung = reading.at("rungs")
        low, high = (rung.whole(end, self.label, 0, 8) for end in ("low", "high"))
        if low is None and high is None:
            return {"rungs": None}
        low, high = (low if low is not None else high), (high if high is not None else low)
        assert low is not None and high is not None
        if low > high:
            rung.bad("low", f"{self.label}: the first step must not be above the last.")
        return {"rungs": (low, high)}

    def say(self, record: ListingRecord) -> list[str]:
        labels = dict(self.choices)
        return [" to ".join(dict.fromkeys(labels[str(end)] for end in record.rungs))] if record.rungs else []

    def of(self, sent: Sent) -> Shown:
        return {name: list(sent.get(name, ())) for name in ("rungs-low", "rungs-high")}


class Organization(Part):
    """Who runs it: another organization, or (ticked) the same one under its right name, for all its listings."""

    kind = "organization"

    def show(self, record: ListingRecord) -> Shown:
        return {self.name: [one_line(record.organization.name) if record.organization else ""]}

    def read(self, reading: Reading) -> dict[str, Any]:
        written, standing = reading.text(self.name, self.label), reading.record.organization
        if written is None:
            return {self.name: None}
        if standing and (written == one_line(standing.name) or reading.ticked("organization_rename")):
            return {self.name: replace(standing, name=written, placeholder=False)}
        return {self.name: reading.organization(written)}

    def say(self, record: ListingRecord) -> list[str]:
        return [record.organization.name] if record.organization else []

    def of(self, sent: Sent) -> Shown:
        return {name: list(sent.get(name, ())) for name in (self.name, "organization_rename")}
