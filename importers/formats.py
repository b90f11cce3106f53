"""Which format a file is in, by what is in it, and one door to read any of them.

Raises UnreadableSource with a plain sentence for what cannot be read: missing, empty, a web page saved as CSV, a
picture, a zip that unpacks without end.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from importers import clean, hsds_tabular, mapped, sheet
from importers.hsds_package import looks_like_package
from importers.records import ListingRecord, Problem, UnreadableSource
from importers.tables import check_zip, csv_rows, excel_rows, is_spreadsheet, read_bytes

_JSON = (".json", ".geojson", ".ndjson", ".jsonl")
_PLAIN = ("sheet", "hsds_tabular", "geojson", "json")


def formats() -> tuple[str, ...]:
    """Every format that can be named: the four plain ones and the mappings that come with Kith."""
    return (*_PLAIN, *(name for name in mapped.shipped() if name != "generic"))


FORMATS = formats()


_OTHER = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"\x1f\x8b": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"SQLite format 3": "a database",
}
"""How files begin that hold no directory, whatever their names say."""


def _not_something_else(head: bytes, path: Path) -> None:
    for start, kind in _OTHER.items():
        if head.startswith(start):
            raise UnreadableSource(
                f"{path.name} is {kind}, not a table of listings. Save the list itself as CSV or XLSX and try again."
            )


def recognise(path: Path) -> str:
    """The name of the file's format. Raises UnreadableSource when it is none that Kith knows."""
    if not path.exists():
        raise UnreadableSource(f"There is no file called {path.name} there. Check the name and the folder.")
    if path.is_dir():
        return _folder(path)
    head = read_bytes(path)
    _not_something_else(head, path)
    if head[:2] == b"PK":
        return _zip(path)
    if head[:4] == b"\xd0\xcf\x11\xe0" or is_spreadsheet(path):
        return _table(excel_rows(path)[0], path)
    if path.name == "datapackage.json":
        return "hsds_tabular"
    if path.suffix.lower() in _JSON or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return _json(path)
    return _table(csv_rows(head, path.name)[0], path)


def _folder(path: Path) -> str:
    names = [p.name for p in (*path.glob("*"), *path.glob("*/*"))]
    if looks_like_package(names):
        return "hsds_tabular"
    raise UnreadableSource(
        f"The folder {path.name} holds no HSDS package (services.csv and organizations.csv). "
        "Name the file that you want to import."
    )


def _zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            check_zip(packed, path.name)
            names = packed.namelist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableSource(f"{path.name} is damaged and cannot be opened. Fetch it again.") from error
    if "[Content_Types].xml" in names or "mimetype" in names:
        return _table(excel_rows(path, frozenset({"name"}))[0], path)
    if looks_like_package(names):
        return "hsds_tabular"
    raise UnreadableSource(
        f"{path.name} is a zip without an HSDS package in it. Unpack it and name the file that you want to import."
    )


def _table(headings: list[str], path: Path) -> str:
    found = _mapping_for({h.strip() for h in headings})
    if found is not None:
        return found
    if sheet.recognises(headings):
        return sheet.FORMAT
    raise UnreadableSource(
        f"{path.name} has headings that Kith does not know ({', '.join(h for h in headings[:6] if h)}...). "
        "An agency sheet needs a column "
        "called name and others such as venue, postcode and sessions; for other files give a mapping as the format."
    )


def _json(path: Path) -> str:
    items = mapped.items(path)
    keys = {key for _, item in items[:200] for key in item}
    found = _mapping_for(keys)
    if found is not None:
        return found
    if mapped.shipped()["generic"].recognises(keys):
        return "geojson" if items[0][0].startswith("feature") else "json"
    raise UnreadableSource(
        f"The records of {path.name} have neither a name nor a title. Give a mapping file with --format."
    )


def _mapping_for(keys: set[str]) -> str | None:
    return next((m.name for m in mapped.shipped().values() if m.every and m.recognises(keys)), None)


def read(
    path: Path, source: str, format: str | None = None, locate: clean.Locate | None = None
) -> Iterator[ListingRecord | Problem]:
    """Listings and Problems of a file. `format`: one of FORMATS or a mapping file's path; found out if None.

    What cannot be read at all raises UnreadableSource, here or with the first row.
    """
    chosen = format or recognise(path)
    if chosen == "sheet":
        return sheet.read(path, source, locate)
    if chosen == "hsds_tabular":
        return hsds_tabular.read(path, source, locate)
    if chosen in {"geojson", "json"}:
        return mapped.read(path, source, mapped.shipped()["generic"], locate)
    if chosen in mapped.shipped():
        return mapped.read(path, source, mapped.shipped()[chosen], locate)
    if chosen.endswith(".toml"):
        return mapped.read(path, source, mapped.load_mapping(Path(chosen)), locate)
    raise UnreadableSource(
        f"There is no format called {chosen}. There are: {', '.join(FORMATS)}; or name a mapping file ending in .toml."
    )
