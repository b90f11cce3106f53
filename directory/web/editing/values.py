"""A form as it was sent, and what reading it needs. A form is {name: [values]}, like HTML's own.

What a browser does to text on its way (line ends) makes no difference: only what a person changed is read at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from importers import clean
from importers.ids import digest
from importers.records import CHECKED_HOW, ListingRecord, OrganizationRecord, Provenance

Shown = dict[str, list[str]]
"""Form names with their values."""
Sent = Mapping[str, Sequence[str]]

LONGEST_LINE, LONGEST_TEXT = 300, 20_000
"""Characters of one line, and of anything longer."""


def normal(text: str) -> str:
    """Line ends as one character, as a browser shows them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str | None) -> str:
    """The text as an input of one line shows it."""
    return re.sub(r"[\r\n]+", " ", text or "")


def print_of(values: Sent) -> str:
    """A short print of form values: equal where nobody changed anything. Empty values count as none."""
    told = {name: [normal(one) for one in some if one != ""] for name, some in values.items()}
    return digest(json.dumps({name: some for name, some in told.items() if some}, sort_keys=True))


@dataclass
class Reading:
    """Reads values of a form and collects what is wrong with them: {name of the field: what to do}."""

    sent: Sent
    today: date
    record: ListingRecord
    """The listing as the form has made it so far."""
    locate: clean.Locate | None = None
    organization: Callable[[str], OrganizationRecord] = lambda name: OrganizationRecord(digest(name), name)
    """The organization of the listing's source that has this name, or a new one."""
    prefix: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    def at(self, name: str) -> Reading:
        """The same form, for names that begin with `name-`."""
        prefix = f"{self.prefix}{name}-"
        return Reading(
            self.sent, self.today, self.record, self.locate, self.organization, prefix, self.problems
        )

    def bad(self, name: str, message: str) -> None:
        self.problems.setdefault(self.prefix + name, message)

    def all(self, name: str) -> list[str]:
        """Every value that says something."""
        return [normal(one) for one in self.sent.get(self.prefix + name, ()) if one != ""]

    def one(self, name: str) -> str:
        """The first value, without space around it; "" where there is none."""
        return next(iter(self.all(name)), "").strip()

    def ticked(self, name: str) -> bool:
        return bool(self.all(name))

    def text(self, name: str, label: str, longest: int = LONGEST_LINE) -> str | None:
        """A text of at most so many characters; None for an empty one."""
        written = self.one(name)
        if len(written) > longest:
            self.bad(
                name, f"{label}: {len(written):,} letters are too many. Shorten it to {longest:,} at most."
            )
            return None
        return written or None

    def lines(self, name: str, label: str) -> list[str]:
        """The lines that say something, each once."""
        written = self.text(name, label, LONGEST_TEXT) or ""
        return list(dict.fromkeys(line.strip() for line in written.split("\n") if line.strip()))

    def choice(self, name: str, label: str, allowed: Iterable[str]) -> str | None:
        """One of the values; None for "not known"."""
        chosen = self.one(name)
        if chosen and chosen not in allowed:
            self.bad(name, f"{label}: choose one of the answers.")
        return chosen or None

    def whole(self, name: str, label: str, low: int, high: int) -> int | None:
        written = self.one(name)
        if not written:
            return None
        if not re.fullmatch(r"[0-9]{1,6}", written) or not low <= int(written) <= high:
            self.bad(name, f"{label}: write a whole number from {low} to {high}.")
            return None
        return int(written)

    def day(self, name: str, label: str) -> date | None:
        written = self.one(name)
        found = clean.day(written)
        if written and found is None:
            self.bad(
                name,
                f"{label}: write a date like 3 March {self.today.year + 1} or 3/3/{self.today.year + 1}.",
            )
        return found

    def told(self) -> Provenance:
        """Who found out what is new here, how and when ("told_how", "told_on", "told_role")."""
        whole = Reading(self.sent, self.today, self.record, problems=self.problems)
        how = whole.one("told_how")
        if how not in CHECKED_HOW:
            whole.bad("told_how", "Say how you know: choose visited, phoned, told or website.")
        on = whole.day("told_on", "The day you found out") or self.today
        if on > self.today:
            whole.bad("told_on", "The day you found out cannot be after today.")
        role = whole.text("told_role", "Who found out")
        return Provenance(on, how, role)  # type: ignore[arg-type]
