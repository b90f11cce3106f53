"""Parts with several rows: places, prices, phone numbers, people. Each row knows which part of the record it shows.

A row that nobody touched gives back exactly what it showed, whatever else the record holds there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from directory import formatting
from directory.web.editing.parts import Choices, Part, email_in
from directory.web.editing.values import Reading, Sent, Shown, one_line, print_of
from importers import clean
from importers.ids import digest
from importers.records import ContactRecord, CostRecord, ListingRecord, PhoneRecord, PlaceRecord

MOST_ROWS = 60
Row = dict[str, list[str]]


@dataclass(frozen=True)
class Shows:
    """One row, and the values of the record that it stands for. `key` finds them again."""

    key: str
    row: Row
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Rows(Part, ABC):
    """`name` is the record's field; row 3's column "number" is called "phones-3-number"."""

    columns: ClassVar[tuple[str, ...]] = ()
    blank: ClassVar[Row] = {}
    """What an empty row holds."""
    another: str = "Add another"

    # what each kind of row does ------------------------------------------------------------------------------------

    @abstractmethod
    def row_of(self, values: Sequence[Any]) -> Row:
        """What a row shows of the values that share it."""

    @abstractmethod
    def build(self, row: Reading, values: Sequence[Any], was: Row) -> Iterable[Any]:
        """The record's values of a row that is new (no `values`) or was changed; `was` is what it showed."""

    def grouped(self, record: ListingRecord) -> Iterable[Sequence[Any]]:
        """Which values share a row."""
        return ((value,) for value in self.value(record))

    # the same for all ----------------------------------------------------------------------------------------------

    def shown(self, record: ListingRecord) -> list[Shows]:
        seen: dict[str, int] = {}
        found = []
        for values in self.grouped(record):
            key = digest(repr(tuple(values)))
            seen[key] = seen.get(key, 0) + 1
            found.append(Shows(f"{key}.{seen[key]}", self.row_of(values), tuple(values)))
        return found

    def show(self, record: ListingRecord) -> Shown:
        rows = self.shown(record)
        shown: Shown = {f"{self.name}-row": [str(number) for number in range(len(rows))]}
        for number, row in enumerate(rows):
            shown[f"{self.name}-{number}-key"] = [row.key]
            shown.update(
                (f"{self.name}-{number}-{column}", row.row.get(column, [])) for column in self.columns
            )
        return shown

    def of(self, sent: Sent) -> Shown:
        return {name: list(some) for name, some in sent.items() if name.startswith(f"{self.name}-")}

    def numbers(self, sent: Sent) -> list[str]:
        """Which rows were sent, in their order."""
        found = dict.fromkeys(sent.get(f"{self.name}-row", ()))
        return [number for number in found if number.isdecimal() and len(number) < 4][:MOST_ROWS]

    def next_number(self, sent: Sent) -> str:
        """What one more row would be called."""
        return str(max((int(number) for number in self.numbers(sent)), default=-1) + 1)

    def with_one_more(self, sent: Sent) -> dict[str, list[str]]:
        """The form with an empty row at the end."""
        numbers, new = self.numbers(sent), self.next_number(sent)
        added = {f"{self.name}-{new}-{column}": list(some) for column, some in self.blank.items()}
        return {
            **{name: list(some) for name, some in sent.items()},
            f"{self.name}-row": [*numbers, new],
            **added,
        }

    def cells(self, sent: Sent, number: str) -> Row:
        return {column: list(sent.get(f"{self.name}-{number}-{column}", ())) for column in self.columns}

    def print_of(self, values: Sent) -> str:
        """Empty rows, and what rows are numbered, make no difference."""
        told: dict[str, list[str]] = {}
        for number in self.numbers(values):
            key = "".join(values.get(f"{self.name}-{number}-key", ()))
            cells = self.cells(values, number)
            gone = "".join(values.get(f"{self.name}-{number}-remove", ()))
            if key or not self.is_blank(cells):
                told[str(len(told))] = [key, gone, print_of(_as_sent(cells))]
        return print_of(told)

    def is_blank(self, cells: Row) -> bool:
        return print_of(_as_sent(cells)) in (print_of({}), print_of(_as_sent(self.blank)))

    def read(self, reading: Reading) -> dict[str, Any]:
        standing = {row.key: row for row in self.shown(reading.record)}
        result: list[Any] = []
        for number in self.numbers(reading.sent):
            row = reading.at(f"{self.name}-{number}")
            if row.ticked("remove"):
                continue
            cells = self.cells(reading.sent, number)
            found = standing.get(row.one("key"))
            if found and print_of(_as_sent(cells)) == print_of(_as_sent(found.row)):
                result += found.values
            elif not self.is_blank(cells):
                row.record = self.so_far(reading.record, result)
                result += self.build(row, found.values if found else (), found.row if found else {})
        return {self.name: tuple(result)}

    def so_far(self, record: ListingRecord, made: Sequence[Any]) -> ListingRecord:
        """The listing with the rows that were read already."""
        changes: dict[str, Any] = {self.name: tuple(made)}
        return replace(record, **changes)


def _as_sent(cells: Row) -> Shown:
    return {name: sorted(some) if len(some) > 1 else some for name, some in cells.items()}


def differs(row: Reading, column: str, was: Row) -> bool:
    """Whether somebody changed this cell of a row."""
    return print_of({"": sorted(row.all(column))}) != print_of({"": sorted(was.get(column, ()))})


# --- prices --------------------------------------------------------------------------------------------------------

COSTS: Choices = (
    ("free", "Free"),
    ("donation", "Pay what you can"),
    ("amount", "A price in pounds"),
    ("other", "Something else"),
)


class Costs(Rows):
    kind = "costs"
    columns = ("what", "amount", "about")
    blank: ClassVar[Row] = {"what": [""]}

    def row_of(self, values: Sequence[CostRecord]) -> Row:
        [cost] = values
        what = "donation" if cost.option == "donation" else "other"
        if what == "other" and cost.amount is not None:
            what = "amount" if cost.amount else "free"
        amount = f"{cost.amount:.2f}".removesuffix(".00") if what == "amount" else ""
        return {"what": [what], "amount": [amount], "about": [one_line(cost.amount_description or "")]}

    def build(self, row: Reading, values: Sequence[CostRecord], was: Row) -> Iterable[CostRecord]:
        cost = values[0] if values else CostRecord()
        what = row.choice("what", "What it costs", [value for value, _ in COSTS])
        if what is None:
            row.bad("what", "What it costs: choose free, pay what you can or a price.")
        about = (
            row.text("about", "What the price is for")
            if differs(row, "about", was)
            else cost.amount_description
        )
        if what == "free":
            return [
                replace(
                    cost, amount=0.0, currency=cost.currency or "GBP", option=None, amount_description=about
                )
            ]
        if what == "donation":
            return [replace(cost, amount=None, option="donation", amount_description=about)]
        if what == "other":
            if not about:
                row.bad("about", "What it costs: say in words what it costs.")
            return [replace(cost, amount=None, amount_description=about)]
        amount = self._amount(row) if differs(row, "amount", was) or not cost.amount else cost.amount
        return [
            replace(
                cost, amount=amount, currency=cost.currency or "GBP", option=None, amount_description=about
            )
        ]

    def _amount(self, row: Reading) -> float | None:
        number = clean.number(row.one("amount").removeprefix("£").replace(",", "."))
        if number is None or not 0 < number < 100_000:
            row.bad("amount", "What it costs: write the price in pounds, like 2.50.")
            return None
        return round(number, 2)

    def say(self, record: ListingRecord) -> list[str]:
        said = []
        for cost in record.costs:
            price = formatting.price([cost])
            about = cost.amount_description if cost.amount_description != price else ""
            said.append(f"{price} ({about})" if price and about else price or about or "")
        return [line for line in said if line]


# --- places --------------------------------------------------------------------------------------------------------

_PLACE_LINES = {
    "name": "Name of the building",
    "address_1": "Street",
    "address_2": "More of the address",
    "city": "Town",
}


class Places(Rows):
    kind = "places"
    columns = (
        *_PLACE_LINES,
        "postal_code",
        "transportation",
        "accessibility",
        "point",
        "withheld",
        "private",
    )

    def row_of(self, values: Sequence[PlaceRecord]) -> Row:
        [place] = values
        row = {name: [one_line(getattr(place, name))] for name in (*_PLACE_LINES, "postal_code")}
        known = place.latitude is not None and place.longitude is not None
        return {
            **row,
            "transportation": [place.transportation or ""],
            "accessibility": ["\n".join(map(one_line, place.accessibility))],
            "point": [f"{place.latitude}, {place.longitude}" if known else ""],
            "withheld": ["y"] if place.withheld else [],
            "private": ["y"] if place.private else [],
        }

    def build(self, row: Reading, values: Sequence[PlaceRecord], was: Row) -> Iterable[PlaceRecord]:
        place = values[0] if values else PlaceRecord(_free_id(row.record))
        changes: dict[str, Any] = {
            name: row.text(name, label) for name, label in _PLACE_LINES.items() if differs(row, name, was)
        }
        if differs(row, "postal_code", was):
            changes["postal_code"] = _postcode(row)
        if differs(row, "transportation", was):
            changes["transportation"] = row.text("transportation", "Getting there", 2000)
        if differs(row, "accessibility", was):
            standing = {one_line(text): text for text in place.accessibility}
            written = row.lines("accessibility", "Getting in, in words")
            changes["accessibility"] = tuple(standing.get(line, line) for line in written)
        changes |= {"withheld": row.ticked("withheld"), "private": row.ticked("private")}
        changes |= _point(row, was, moved=not changes.keys().isdisjoint(("address_1", "postal_code")))
        made, problem = clean.checked_place(replace(place, **changes), row.locate)
        if problem and differs(row, "point", was):
            row.bad("point", f"{problem} Correct the point, or leave it empty.")
        return [made]

    def read(self, reading: Reading) -> dict[str, Any]:
        """Times at a place that goes stay, at the one place that is left."""
        record, changes = reading.record, super().read(reading)
        left = {place.source_id for place in changes["places"]}
        gone = {place.source_id for place in record.places} - left
        homeless = [session for session in record.sessions if session.place_source_id in gone]
        if homeless and len(left) > 1:
            reading.bad(
                "places-0-name",
                "There are times at a place that you removed. Under When, say first where they are.",
            )
        elif homeless:
            changes["sessions"] = tuple(
                replace(one, place_source_id=None) if one.place_source_id in gone else one
                for one in record.sessions
            )
        return changes

    @property
    def fields(self) -> tuple[str, ...]:
        return ("places", "sessions")

    def say(self, record: ListingRecord) -> list[str]:
        return [place_words(place) for place in record.places]


def place_words(place: PlaceRecord) -> str:
    """A place for those who keep the directory: also where it is not shown to others."""
    lines = (place.name, place.address_1, place.address_2, place.city, place.postal_code)
    said = ", ".join(line for line in lines if line) or "A place without an address"
    if place.private:
        return f"{said} (somebody’s home, only the town is kept)"
    return f"{said} (address not shown)" if place.withheld else said


def _free_id(record: ListingRecord) -> str:
    """An id that no place of the listing so far has; the same at every sending of the same form."""
    taken = {place.source_id for place in record.places}
    number = len(taken) + 1
    while (made := f"{record.source_id}:place-{number}") in taken:
        number += 1
    return made


def _postcode(row: Reading) -> str | None:
    written = row.text("postal_code", "Postcode", 20)
    found = clean.postcode(written) or clean.outcode_of(written) or clean.zip_code(written)
    if written and not found:
        row.bad("postal_code", "Postcode: write it like S1 2HE, or only its first half.")
    return found


def _point(row: Reading, was: Row, *, moved: bool) -> dict[str, Any]:
    """A point that was written counts; one that belonged to an earlier address does not."""
    if not differs(row, "point", was):
        return {"latitude": None, "longitude": None, "point_trusted": True} if moved else {}
    written = row.one("point")
    if not written:
        return {"latitude": None, "longitude": None, "point_trusted": True}
    found, problem = clean.point(written, "")
    if found is None:
        row.bad("point", problem or "Point on the map: write latitude and longitude, like 53.381, -1.470.")
        return {}
    return {"latitude": found[0], "longitude": found[1], "point_trusted": True}


# --- phone numbers and people ----------------------------------------------------------------------------------------


class Phones(Rows):
    kind = "phones"
    columns = ("number", "extension", "description")

    def row_of(self, values: Sequence[PhoneRecord]) -> Row:
        [phone] = values
        return {name: [one_line(getattr(phone, name))] for name in self.columns}

    def build(self, row: Reading, values: Sequence[PhoneRecord], was: Row) -> Iterable[PhoneRecord]:
        phone = values[0] if values else PhoneRecord("")
        changes: dict[str, Any] = {}
        if differs(row, "number", was):
            changes["number"] = row.text("number", "Phone number", 40) or ""
            if not clean.phones(changes["number"]):
                row.bad("number", "Phone number: write one number, like 01632 960123.")
        for name, label in (("extension", "Extension"), ("description", "What the number is for")):
            if differs(row, name, was):
                changes[name] = row.text(name, label)
        return [replace(phone, **changes)]

    def say(self, record: ListingRecord) -> list[str]:
        return [phone_words(phone) for phone in record.phones]


def phone_words(phone: PhoneRecord) -> str:
    note = f", {phone.description}" if phone.description else ""
    return formatting.phone_text(phone) + note


VISIBILITIES: Choices = (
    ("public", "Everybody"),
    ("staff", "Colleagues only"),
    ("link", "Only the colleague who knows them"),
)
_CONTACT_LINES = {"name": "Name", "title": "Role", "department": "Department"}


class Contacts(Rows):
    kind = "contacts"
    columns = (*_CONTACT_LINES, "email", "phones", "visibility")
    blank: ClassVar[Row] = {"visibility": ["staff"]}

    def row_of(self, values: Sequence[ContactRecord]) -> Row:
        [contact] = values
        return {
            **{name: [one_line(getattr(contact, name))] for name in _CONTACT_LINES},
            "email": [one_line(contact.email)],
            "phones": ["\n".join(one_line(formatting.phone_text(phone)) for phone in contact.phones)],
            "visibility": [contact.visibility],
        }

    def build(self, row: Reading, values: Sequence[ContactRecord], was: Row) -> Iterable[ContactRecord]:
        contact = values[0] if values else ContactRecord()
        changes: dict[str, Any] = {
            name: row.text(name, label) for name, label in _CONTACT_LINES.items() if differs(row, name, was)
        }
        if differs(row, "email", was):
            changes["email"] = email_in(row, "email", "Email address")
        if differs(row, "phones", was):
            changes["phones"] = tuple(_phones_of(row, contact))
        seen_by = row.choice("visibility", "Who may see this person", [value for value, _ in VISIBILITIES])
        made = replace(contact, visibility=seen_by or "staff", **changes)  # type: ignore[arg-type]
        if not (made.name or made.title or made.email or made.phones):
            row.bad("name", "A person to ask: write a name, a role or a way to reach them.")
        return [made]

    def say(self, record: ListingRecord) -> list[str]:
        return [contact_words(contact) for contact in record.contacts]


def _phones_of(row: Reading, contact: ContactRecord) -> Iterable[PhoneRecord]:
    standing = {one_line(formatting.phone_text(phone)).strip(): phone for phone in contact.phones}
    for line in row.lines("phones", "Phone numbers"):
        if line in standing:
            yield standing[line]
            continue
        found = clean.phones(line)
        if not found:
            row.bad("phones", "Phone numbers: write one number a line, like 01632 960123.")
        yield from found


def contact_words(contact: ContactRecord) -> str:
    """A person and who may see them."""
    ways = [formatting.phone_text(phone) for phone in contact.phones]
    parts = (contact.name, contact.title, contact.department, contact.email, *ways)
    who = dict(VISIBILITIES)[contact.visibility].lower()
    return f"{', '.join(part for part in parts if part)} (seen by: {who})"
