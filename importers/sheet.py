"""The agency sheet: one listing a row, CSV or XLSX, columns of design.md section 6 in any order.

A value that cannot be used is a Problem that says what is allowed; the rest of its row is still imported. Writing the
sheet back is in `sheet_write` (`write` is here too).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from importers import clean
from importers.ids import digest, slug
from importers.partial import CONTACT_COLUMNS, PLACE_COLUMNS
from importers.records import (
    ContactRecord,
    CostRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PlaceRecord,
    Problem,
    Provenance,
    TermRecord,
)
from importers.sheet_columns import CHOICES, COLUMNS, FACTS, GOALS, OTHER_HEADINGS, SAME
from importers.sheet_write import write
from importers.tables import Row, is_spreadsheet, other_sheets, table_rows

__all__ = ["FORMAT", "read", "recognises", "write"]

FORMAT = "sheet"
_NAMED = frozenset({"name"})
_KNOWN = frozenset((*COLUMNS, *FACTS))
_UNKNOWN_WORDS = frozenset({"", "unknown", "?", "not known", "don't know", "n/k", "-", "n/a", "na"})
_YES = frozenset({"yes", "y", "true", "1", "✓", "✔", "x"})
_NO = frozenset({"no", "n", "false", "0", "✗", "✘"})


def recognises(headings: list[str]) -> bool:
    """Are these the headings of an agency sheet: a name, and at least one more of its columns?"""
    named = {key_of(h) for h in headings if h}
    return "name" in named and len(named & _KNOWN) >= 2


def key_of(heading: str) -> str:
    """ "What to expect" -> "what_to_expect"; other usual words for a column -> its own name."""
    key = re.sub(r"[^\w+]+", "_", clean.unguarded(heading).replace("\ufeff", "").strip().lower()).strip("_")
    return key if key in _KNOWN else OTHER_HEADINGS.get(key, key)


def read(path: Path, source: str, locate: clean.Locate | None = None) -> Iterator[ListingRecord | Problem]:
    """Listings and Problems of one sheet. Raises UnreadableSource when it is no table at all."""
    headings, rows = table_rows(path, _NAMED)
    for other in other_sheets(path, _NAMED) if is_spreadsheet(path) else ():
        yield Problem(
            "spreadsheet",
            other,
            f"The sheet '{other}' has listings too; only the first such sheet is read. Save it as a file of its own.",
        )
    keys = {h: key_of(h) for h in headings if h}
    yield from _heading_problems(headings, keys)
    columns = frozenset(keys.values()) & _KNOWN
    first_seen: dict[str, tuple[int, str]] = {}
    for row in rows:
        cells = _cells(row, keys)
        yield from _Reader(row, cells, f"line {row.number}", source, locate, first_seen, columns).read()


def _heading_problems(headings: list[str], keys: dict[str, str]) -> Iterator[Problem]:
    unknown = [h for h in headings if h and keys[h] not in _KNOWN]
    for heading in unknown:
        yield Problem(
            "headings",
            heading,
            f"'{heading}' is not a column Kith knows. What it says is kept with each listing.",
        )
    if "name" not in keys.values():
        yield Problem("headings", "name", "There is no column called name, so no row can be imported.")
    twice = [h for h in headings if h and keys[h] in _KNOWN and list(keys.values()).count(keys[h]) > 1]
    for key in dict.fromkeys(keys[h] for h in twice):
        same = ", ".join(h for h in twice if keys[h] == key)
        yield Problem(
            "headings",
            key,
            f"Several columns are {key} ({same}). In each row the first that says something is read; what the others "
            "say is kept with the listing.",
        )


def _cells(row: Row, keys: dict[str, str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for heading, cell in row.cells.items():
        key = keys.get(heading, heading)
        name = heading if key not in _KNOWN else f"{heading} (2)" if cells.get(key) else key
        if cell.strip() and cell != cells.get(key):
            cells[name] = cell
    return cells


class _Reader:
    """One row: collects the problems while the values are read."""

    def __init__(
        self,
        row: Row,
        cells: dict[str, str],
        where: str,
        source: str,
        locate: clean.Locate | None,
        first_seen: dict[str, tuple[int, str]],
        columns: frozenset[str],
    ) -> None:
        self.columns = columns
        self.row, self.cells, self.where, self.source, self.locate = row, cells, where, source, locate
        self.first_seen = first_seen
        self.problems: list[Problem] = []
        self.source_id: str | None = None

    def read(self) -> Iterator[ListingRecord | Problem]:
        stated = self._stated_id()
        name, shouted, rest = clean.name(self.get("name"))
        self.source_id = stated
        if name is None:
            yield Problem(
                self.where,
                "name",
                "The row has no name, so it was left out. Every listing needs a name.",
                stated,
            )
            return
        self.source_id = stated or self._made_id(name)
        problem = self._seen_before(stated is not None)
        if problem is not None:
            yield problem
            return
        record = self._record(name, shouted, rest)
        yield from self.problems
        yield record

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def bad(self, field: str, message: str) -> None:
        self.problems.append(Problem(self.where, field, message, self.source_id))

    # identity ------------------------------------------------------------------------------------------------------

    def _stated_id(self) -> str | None:
        """The id that the row gives; an export of several sources writes it with the source's name in front."""
        stated = clean.line(self.get("id"))
        return stated.removeprefix(f"{self.source}:") or None if stated else None

    def _made_id(self, name: str) -> str:
        where = clean.postcode(self.get("postcode")) or self.get("venue") or self.get("organization")
        made = "-".join(part for part in (slug(name), slug(where, 30)) if part)
        return made or digest(name, where)

    def _seen_before(self, stated: bool) -> Problem | None:
        """Notes the id; a Problem when the row must be left out. Made-up ids get a number, stated ones never repeat."""
        whole = digest(*sorted(self.cells.items()))
        own_id = str(self.source_id)
        if own_id not in self.first_seen:
            self.first_seen[own_id] = (self.row.number, whole)
            return None
        line, before = self.first_seen[own_id]
        if stated or before == whole:
            field, words = (
                ("id", f"'{own_id}' is already the id of line {line}")
                if stated
                else ("name", f"The row is the same as line {line}")
            )
            return Problem(self.where, field, f"{words}, so this row was left out.")
        count = 2
        while f"{own_id}-{count}" in self.first_seen:
            count += 1
        self.source_id = f"{own_id}-{count}"
        self.first_seen[self.source_id] = (self.row.number, whole)
        self.bad(
            "id",
            f"Line {line} has the same name and place and neither has an id; this one is called {self.source_id}.",
        )
        return None

    # the record ----------------------------------------------------------------------------------------------------

    def _record(self, name: str, shouted: str | None, rest: str | None) -> ListingRecord:
        checked = self._checked()
        known = Provenance(checked.checked_on, checked.checked_how, checked.checked_by_role, self.source)
        facts = self._facts(known)
        links = clean.links(self.get("url"))
        if links.problem:
            self.bad("url", links.problem)
        mails = (*clean.emails(self.get("email")), *links.emails, *clean.emails(self.get("phone")))
        if self.get("email") and not mails and clean.said(self.get("email")):
            self.bad(
                "email", f"'{clean.line(self.get('email'))}' is not an e-mail address, so it was left out."
            )
        minimum, maximum = self._ages()
        return ListingRecord(
            source=self.source,
            source_id=str(self.source_id),
            name=name,
            alternate_name=shouted,
            organization=self._organization(),
            description=clean.text(self.get("description")) or rest,
            what_to_expect=clean.text(self.get("what_to_expect")),
            url=links.url,
            email=mails[0] if mails else None,
            status=cast(Any, self._choice("status") or "active"),
            returns_on=self._day("returns_on"),
            activities=tuple(TermRecord(name=a) for a in clean.several(self.get("activities"))),
            run_by=cast(Any, self._choice("run_by")),
            audience=cast(Any, self._choice("audience")),
            formats=self._choices("format"),
            places=self._places(facts["venue"]),
            sessions=self._sessions(),
            costs=self._costs(),
            fees_description=clean.said(self.get("price_note")),
            referral=cast(Any, self._choice("referral")),
            booking=self._choices("booking"),
            wait_weeks=self._whole("wait_weeks", 0, 520),
            minimum_age=minimum,
            maximum_age=maximum,
            gender=cast(Any, self._choice("gender")),
            languages=tuple(
                found for w in clean.several(self.get("languages"), ";,") if (found := clean.language(w))
            ),
            group_size=cast(Any, self._group_size()),
            rungs=self._rungs(),
            goals=self._goals(),
            contacts=self._contacts(),
            phones=self._phones(),
            facts=facts["session"],
            service_area=self._areas(),
            tips=_tips(self.get("tips")),
            known_by=clean.several(self.get("known_by")),
            checked=checked,
            extra=self._extra(links),
            said=self._said(),
        )

    def _said(self) -> frozenset[str]:
        """The columns that are there. A public export says that a place is withheld or a contact is for staff, and no
        more: such a row says nothing of where, or who."""
        said = self.columns
        whereabouts = ("venue", "address", "postcode", "latitude", "longitude")
        if self._choice("withheld_location") == "yes" and not any(map(self.get, whereabouts)):
            said -= PLACE_COLUMNS
        if (
            self._choice("contact_visibility")
            and not self.get("contact_name")
            and not self.get("contact_role")
        ):
            said -= CONTACT_COLUMNS
        return said

    def _organization(self) -> OrganizationRecord | None:
        name = clean.line(self.get("organization"))
        if not name:
            return None
        calmed = clean.calm(name)
        return OrganizationRecord(
            source_id=slug(name) or digest(name), name=calmed, alternate_name=name if calmed != name else None
        )

    def _places(self, facts: tuple[FactRecord, ...]) -> tuple[PlaceRecord, ...]:
        venue, address = clean.line(self.get("venue")), clean.line(self.get("address"))
        code = self._postcode(address)
        where, problem = clean.point(self.get("latitude"), self.get("longitude"), code)
        if problem:
            self.bad("latitude", problem)
        withheld = self._choice("withheld_location") == "yes"
        if not (venue or address or code or where or facts or withheld):
            return ()
        place = PlaceRecord(
            source_id=f"{self.source_id}:place",
            name=venue,
            address_1=address,
            postal_code=code,
            latitude=where[0] if where else None,
            longitude=where[1] if where else None,
            withheld=withheld,
            facts=facts,
        )
        place, problem = clean.checked_place(place, self.locate)
        if problem:
            self.bad("postcode", problem)
        return (place,)

    def _postcode(self, address: str | None) -> str | None:
        written = clean.line(self.get("postcode"))
        if not written:
            return clean.find_postcode(address)
        code = clean.postcode(written) or clean.outcode_of(written)
        if code is None and not clean.is_private(written):
            zip_code = clean.zip_code(written)
            if zip_code is None:
                self.bad(
                    "postcode",
                    f"'{written}' does not look like a postcode (like S1 2HE); it is kept as written.",
                )
            return zip_code or written
        return code or written

    def _sessions(self) -> tuple[Any, ...]:
        found = clean.sheet_sessions(self.get("sessions"))
        for session in found:
            if session.freq is None and not clean.is_any_time(session):
                self.bad(
                    "sessions",
                    f"'{_short(session.original_text)}' could not be turned into days and times, so it is "
                    "kept as written. Write it like: Tue 10:00-11:30; 1st Sat 10:00-13:00.",
                )
        return found

    def _costs(self) -> tuple[CostRecord, ...]:
        written = clean.line(self.get("price"))
        if not written or written.lower() in {"unknown", "?", "n/a"}:
            return ()
        low = written.lower().rstrip(".")
        if clean.means_free(low):
            return (CostRecord(amount=0.0, currency="GBP"),)
        if low in {
            "donation",
            "donations",
            "by donation",
            "pay what you like",
            "pay what you can",
            "pay as you feel",
        }:
            return (CostRecord(option="donation"),)
        amount = re.fullmatch(
            r"£?\s*(\d{1,6}(?:[.,]\d{1,2})?)\s*(?:p?\s*per (?:session|class|visit|week))?", low
        )
        if amount:
            return (CostRecord(amount=float(amount.group(1).replace(",", ".")), currency="GBP"),)
        self.bad(
            "price",
            f"'{_short(written)}' is not a price: write free, donation or a number of pounds like 2.50 "
            "(anything more belongs in price_note).",
        )
        return (CostRecord(amount_description=written),)

    def _contacts(self) -> tuple[ContactRecord, ...]:
        name, role = clean.said(self.get("contact_name")), clean.said(self.get("contact_role"))
        if not name and not role:
            return ()
        visibility = self._choice("contact_visibility") or "staff"
        return (
            ContactRecord(
                name=name, title=role, visibility=cast(Literal["public", "staff", "link"], visibility)
            ),
        )

    def _phones(self) -> tuple[Any, ...]:
        written = clean.said(self.get("phone"))
        found = clean.phones(written)
        if written and not found:
            self.bad("phone", f"'{_short(written)}' is not a phone number, so it was left out.")
        return found

    def _areas(self) -> tuple[str, ...]:
        areas = []
        for area in clean.several(self.get("service_area"), ";,"):
            code = clean.outcode_of(area)
            if code is None:
                self.bad(
                    "service_area",
                    f"'{area}' is not the first half of a postcode (like S3); it is kept as written.",
                )
            areas.append(code or area)
        return tuple(dict.fromkeys(areas))

    def _goals(self) -> tuple[str, ...]:
        kept = []
        for goal in clean.several(self.get("goals"), ";,"):
            key = re.sub(r"[\s-]+", "_", goal.lower())
            if key in GOALS:
                kept.append(key)
            else:
                self.bad(
                    "goals",
                    f"'{goal}' is not a goal Kith knows, so it was left out. Goals are: {', '.join(GOALS)}.",
                )
        return tuple(dict.fromkeys(kept))

    # facts and provenance ------------------------------------------------------------------------------------------

    def _day(self, column: str) -> date | None:
        written = clean.line(self.get(column))
        day = clean.day(written) if written else None
        if written and day is None:
            self.bad(column, f"'{written}' is not a date: write it like 2026-11-03 or 03/11/2026.")
        return day

    def _checked(self) -> Provenance:
        on = self._day("checked_on")
        how = self._choice("checked_how")
        role = clean.line(self.get("checked_by_role"))
        stated = bool(on or how or role)
        return Provenance(on, cast(Any, how), role, self.source if stated else None)

    def _facts(self, known: Provenance) -> dict[str, tuple[FactRecord, ...]]:
        found: dict[str, list[FactRecord]] = {"venue": [], "session": []}
        for key, (scope, allowed) in FACTS.items():
            if key in self.cells:
                value = self._value(key, self.cells[key], allowed)
                if value is not None:
                    found[scope].append(FactRecord(key=key, value=value, provenance=known))
        return {scope: tuple(facts) for scope, facts in found.items()}

    def _value(self, field: str, cell: str, allowed: tuple[str, ...]) -> str | None:
        """One of the allowed values, None for blank and unknown, a Problem for anything else."""
        low = (clean.line(cell) or "").lower()
        key = re.sub(r"[\s-]+", "_", low) if low not in allowed else low
        key = SAME.get(field, {}).get(key, key)
        if key in allowed:
            return key
        if low in _UNKNOWN_WORDS:
            return None
        if "yes" in allowed and low in _YES:
            return "yes"
        if "no" in allowed and low in _NO:
            return "no"
        if "partial" in allowed and low in {"partly", "part", "some", "limited"}:
            return "partial"
        self.bad(
            field, f"'{_short(low)}' is not one of: {', '.join(allowed)} (leave it empty if nobody knows)."
        )
        return None

    # small values --------------------------------------------------------------------------------------------------

    def _choice(self, field: str) -> str | None:
        return self._value(field, self.get(field), CHOICES[field]) if self.get(field) else None

    def _choices(self, field: str) -> tuple[str, ...]:
        values = (
            self._value(field, part, CHOICES[field])
            for part in re.split(r"[;,\n]", self.get(field))
            if part.strip()
        )
        return tuple(dict.fromkeys(v for v in values if v))

    def _whole(self, field: str, least: int, most: int) -> int | None:
        written = clean.line(self.get(field))
        if not written or written.lower() in _UNKNOWN_WORDS:
            return None
        match = re.fullmatch(r"(\d{1,4})(?:\.0+)?(?:\s*(?:weeks?|years?|yrs?|\+))?", written.lower())
        if match and least <= int(match.group(1)) <= most:
            return int(match.group(1))
        self.bad(field, f"'{_short(written)}' is not a whole number from {least} to {most}.")
        return None

    def _ages(self) -> tuple[int | None, int | None]:
        low, high = self._whole("min_age", 0, 120), self._whole("max_age", 0, 120)
        if low is not None and high is not None and low > high:
            self.bad("max_age", f"The youngest age ({low}) is above the oldest ({high}); neither is used.")
            return None, None
        return low, high

    def _group_size(self) -> str | None:
        written = (clean.line(self.get("group_size")) or "").replace("–", "-").replace(" ", "")
        as_day = clean.day(written)
        if as_day is not None:
            written = f"{min(as_day.day, as_day.month)}-{max(as_day.day, as_day.month)}"
        return self._value("group_size", written, CHOICES["group_size"]) if written else None

    def _rungs(self) -> tuple[int, int] | None:
        written = (clean.line(self.get("rungs")) or "").replace("–", "-")
        if not written:
            return None
        match = re.fullmatch(r"([0-8])\s*(?:(?:-|to)\s*([0-8]))?", written)
        if match and int(match.group(1)) <= int(match.group(2) or 8):
            return int(match.group(1)), int(match.group(2) or match.group(1))
        self.bad("rungs", f"'{_short(written)}' is not a range of rungs: write 0 to 8, like 5-7.")
        return None

    def _extra(self, links: clean.Links) -> dict[str, str]:
        extra = {h: str(clean.text(c)) for h, c in self.cells.items() if h not in _KNOWN and clean.text(c)}
        if len(links.urls) > 1:
            extra["other web addresses"] = " ".join(links.urls[1:])
        for at, cell in enumerate(self.row.spare, start=1):
            extra[f"beyond the headings {at}"] = cell.strip()
        if self.row.spare:
            self.bad(
                "row",
                "The row has more cells than there are headings; check that its values stand in the right columns.",
            )
        return extra


def _short(text: str | None, longest: int = 60) -> str:
    text = text or ""
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _tips(cell: str) -> tuple[str, ...]:
    return clean.several(cell, "|")
