"""Rows out of CSV and spreadsheet files, whatever program wrote them.

Dirt: standards.md section 4, rows 16 (encodings, byte order mark), 23 (CR line ends, ragged rows, odd separators), 29.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path

from importers.clean_text import unguarded
from importers.records import UnreadableSource

LARGEST_FILE = 300 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
LARGEST_CELL = 1024 * 1024
_END = "\x00end of the file\x00"
"""Read as a last line of its own; found inside a cell, the cell's quotation mark was never closed."""
_TOP = 20
"""Rows of a spreadsheet that are looked at for the headings."""
_EXCEL = {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `number`: the line it begins on, as people count; `spare`: cells beyond the headings."""

    number: int
    cells: dict[str, str]
    spare: tuple[str, ...] = ()


def read_bytes(path: Path) -> bytes:
    """The file's bytes; a plain sentence when it is missing, empty or too large."""
    if not path.exists():
        raise UnreadableSource(f"There is no file called {path.name} there. Check the name and the folder.")
    if path.is_dir():
        raise UnreadableSource(f"{path.name} is a folder without a directory file in it that Kith knows.")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableSource(f"{path.name} is empty.")
    if size > LARGEST_FILE:
        raise UnreadableSource(
            f"{path.name} is larger than {LARGEST_FILE // 1024 // 1024} MB, which is too large to read."
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"{path.name} could not be opened ({error.strerror}).") from error


def decoded(data: bytes, label: str = "The file") -> str:
    """Text of the bytes: UTF-8 (a byte order mark is dropped), UTF-16 with its mark, else Windows-1252."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableSource(f"{label} is not text. Save it as CSV (UTF-8) and try again.") from error
    if b"\x00" in data[:65536]:
        raise UnreadableSource(f"{label} is not a text file. Save it as CSV (UTF-8) or XLSX and try again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def csv_rows(data: bytes, label: str = "The file") -> tuple[list[str], Iterator[Row]]:
    """(headings, rows) of CSV bytes. Separator , ; tab or | and every kind of line end are found out."""
    text = decoded(data, label).replace("\x00", "")
    if re.match(r"\s*<(?:!doctype|html|\?xml)", text[:200], re.I):
        raise UnreadableSource(f"{label} is a web page, not a table. Download the file itself and try again.")
    delimiter = _delimiter(text)
    loose = f'"{delimiter} "' in text[:4096]
    csv.field_size_limit(LARGEST_CELL)
    lines = chain(io.StringIO(text, newline=""), [_END])
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=loose)
    try:
        headings = next((row for row in reader if any(cell.strip() for cell in row)), [])
    except csv.Error as error:
        raise UnreadableSource(
            f"{label} could not be read as a table near line {reader.line_num} ({error})."
        ) from error
    if not headings or headings == [_END]:
        raise UnreadableSource(f"{label} has no headings: the first line must name the columns.")
    _check_closed(headings, 1, label)
    named = _told_apart(headings)
    return named, _csv_body(reader, named, label)


def _check_closed(cells: list[str], start: int, label: str) -> None:
    if any(_END in cell for cell in cells):
        raise UnreadableSource(
            f"{label}, line {start}: a quotation mark opens a cell there and is never closed, so where the rows end "
            "cannot be told. Is the file whole? Export it once more."
        )


def _told_apart(headings: Iterable[str]) -> list[str]:
    """The headings, a repeated one with its number behind it ("phone", "phone (2)"): no column hides another."""
    found: list[str] = []
    for heading in (h.strip() for h in headings):
        number, name = 2, heading
        while name and name in found:
            name, number = f"{heading} ({number})", number + 1
        found.append(name)
    return found


def _csv_body(reader: Iterator[list[str]], headings: list[str], label: str) -> Iterator[Row]:
    while True:
        start = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableSource(
                f"{label}, line {start}: a cell is too large or broken ({error})."
            ) from error
        if cells == [_END]:
            return
        _check_closed(cells, start, label)
        if any(cell.strip() for cell in cells):
            yield _row(start, headings, cells)


def _row(number: int, headings: list[str], cells: list[str]) -> Row:
    kept = {h: unguarded(c) for h, c in zip(headings, cells, strict=False) if h}
    unnamed = [c for h, c in zip(headings, cells, strict=False) if not h]
    return Row(number, kept, tuple(c for c in [*unnamed, *cells[len(headings) :]] if c.strip()))


def _delimiter(text: str) -> str:
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    bare = re.sub(r'"[^"]*"', "", first)
    counts = {mark: bare.count(mark) for mark in ",;\t|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def excel_rows(path: Path, wanted: frozenset[str] = frozenset()) -> tuple[list[str], Iterator[Row]]:
    """(headings, rows) of the first sheet that has headings (of those in `wanted`, where given)."""
    from python_calamine import CalamineError, CalamineWorkbook

    _guard_zip(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise UnreadableSource(
            f"{path.name} could not be opened as a spreadsheet. Save it again as XLSX or CSV."
        ) from error
    for sheet in sheets:
        at = _headings_at(sheet, wanted)
        if at is not None:
            headings = _told_apart(_cell(c) for c in sheet[at])
            return headings, _excel_body(sheet, at, headings)
    raise UnreadableSource(f"{path.name} has no sheet whose first row names the columns ('name' at least).")


def other_sheets(path: Path, wanted: frozenset[str]) -> list[str]:
    """Names of the sheets, beside the first, whose headings have one of `wanted`, and that so are not read."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    tops = ((name, book.get_sheet_by_name(name).to_python(nrows=_TOP + 1)) for name in book.sheet_names)
    found = [
        name for name, top in tops if (at := _headings_at(top, wanted)) is not None and len(top) > at + 1
    ]
    return found[1:]


def _headings_at(sheet: Sequence[Sequence[object]], wanted: frozenset[str]) -> int | None:
    """The row of the headings, counted from nought, None when none of the first rows has any."""
    for at, row in enumerate(sheet[:_TOP]):
        named = {re.sub(r"[\s_]+", "_", h.lower()) for c in row if (h := _cell(c).strip())}
        if named and (not wanted or named & wanted):
            return at
    return None


def _excel_body(sheet: Sequence[Sequence[object]], at: int, headings: list[str]) -> Iterator[Row]:
    for number, row in enumerate(sheet[at + 1 :], start=at + 2):
        cells = [_cell(c) for c in row]
        if any(cell.strip() for cell in cells):
            yield _row(number, headings, cells)


def _cell(value: object) -> str:
    """A spreadsheet's value as it would be typed: 12.0 is "12", a date is ISO, true is "yes"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if value.time() == time()
            else value.isoformat(sep=" ", timespec="minutes")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)


def _guard_zip(path: Path) -> None:
    """Refuse a spreadsheet that unpacks to far more than it weighs."""
    with path.open("rb") as handle:
        if handle.read(2) != b"PK":
            return
    try:
        with zipfile.ZipFile(path) as packed:
            check_zip(packed, path.name)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableSource(
            f"{path.name} is damaged and cannot be opened. Save it again and try once more."
        ) from error


def check_zip(packed: zipfile.ZipFile, label: str) -> None:
    """Refuse zips that unpack to too much, name files outside themselves, or are locked."""
    total = 0
    for info in packed.infolist():
        total += info.file_size
        if info.flag_bits & 1:
            raise UnreadableSource(f"{label} is locked with a password. Unlock it and try again.")
        if info.filename.startswith(("/", "\\")) or ".." in Path(info.filename.replace("\\", "/")).parts:
            raise UnreadableSource(
                f"{label} holds a file that would be written outside its folder, so it was not opened."
            )
        squeezed = info.file_size > 10_000_000 and info.file_size > 200 * max(1, info.compress_size)
        if total > LARGEST_UNPACKED or squeezed or len(packed.infolist()) > 10_000:
            raise UnreadableSource(
                f"{label} unpacks to far more than a directory would hold, so it was not opened."
            )


def is_spreadsheet(path: Path) -> bool:
    return path.suffix.lower() in _EXCEL


def table_rows(path: Path, wanted: frozenset[str] = frozenset()) -> tuple[list[str], Iterator[Row]]:
    """(headings, rows) of a CSV file or a spreadsheet."""
    if is_spreadsheet(path):
        read_bytes(path)
        return excel_rows(path, wanted)
    return csv_rows(read_bytes(path), path.name)
