"""An agency's own words as a file, TOML or CSV by its name's ending: what is written is read back exactly."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from directory.errors import CannotStart
from importers.clean_text import guarded
from importers.records import UnreadableSource
from importers.tables import csv_rows, decoded, read_bytes
from matching.language import Addition

COLUMNS = ("kind", "key", "phrase", "part")
_NEEDED = COLUMNS[:3]

Numbered = tuple[str, Addition]
"""(where it stands, as people count: "line 3" or "word 2", the addition)."""


def write(path: Path, additions: Iterable[Addition]) -> None:
    """Write a whole file or none. Raises CannotStart."""
    text = _as_toml(additions) if _is_toml(path) else _as_csv(additions)
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(text.encode("utf-8-sig" if not _is_toml(path) else "utf-8"))
        beside.replace(path)
    except OSError as error:
        raise CannotStart(f"{path} cannot be written: {error.strerror}.") from error


def read(path: Path) -> list[Numbered]:
    """What a file says, unchecked but for its shape. Raises CannotStart or UnreadableSource, naming the row."""
    return list(_from_toml(path) if _is_toml(path) else _from_csv(path))


def _is_toml(path: Path) -> bool:
    if path.suffix.lower() not in {".toml", ".csv"}:
        raise CannotStart(f"{path.name} must end in .toml or .csv, so that Kith knows how words stand in it.")
    return path.suffix.lower() == ".toml"


def _as_toml(additions: Iterable[Addition]) -> str:
    """A JSON text without control characters is a TOML text."""
    blocks = (
        "\n".join(
            ["[[word]]"]
            + [
                f"{name} = {json.dumps(value, ensure_ascii=False)}"
                for name, value in zip(COLUMNS, astuple(one), strict=True)
            ]
        )
        for one in additions
    )
    return "\n\n".join(["# Words of our own. Load them with: kith words load FILE", *blocks]) + "\n"


def _as_csv(additions: Iterable[Addition]) -> str:
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([guarded(value) for value in astuple(one)] for one in additions)
    return buffer.getvalue()


def _from_toml(path: Path) -> Iterator[Numbered]:
    try:
        told = tomllib.loads(decoded(read_bytes(path), path.name))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableSource(f"{path.name} is not TOML: {error}.") from error
    if told.keys() - {"word"} or not isinstance(told.get("word", []), list):
        raise UnreadableSource(
            f"{path.name} must have nothing but [[word]] tables: kith words export shows the shape."
        )
    for number, table in enumerate(told.get("word", []), 1):
        yield f"word {number}", _addition(f"{path.name}, word {number}", table)


def _from_csv(path: Path) -> Iterator[Numbered]:
    headings, rows = csv_rows(read_bytes(path), path.name)
    lacking = [name for name in _NEEDED if name not in headings]
    if lacking:
        raise UnreadableSource(
            f"{path.name} has no column {', '.join(lacking)}. Its headings must be: {', '.join(COLUMNS)}."
        )
    for row in rows:
        told = {name: row.cells.get(name, "") for name in COLUMNS}
        yield f"line {row.number}", _addition(f"{path.name}, line {row.number}", told)


def _addition(where: str, told: Any) -> Addition:
    if not isinstance(told, dict) or not all(isinstance(told.get(name, ""), str) for name in COLUMNS):
        raise UnreadableSource(f"{where}: kind, key, phrase and part must be texts.")
    unknown = sorted(told.keys() - set(COLUMNS))
    if unknown:
        raise UnreadableSource(f"{where}: {unknown[0]!r} is not known; a word has {', '.join(COLUMNS)}.")
    kind, key, phrase, part = (told.get(name, "").strip() for name in COLUMNS)
    return Addition(kind, key, phrase, part or "words")
