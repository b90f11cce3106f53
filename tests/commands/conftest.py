"""The `kith` command as a user runs it, each test with a data folder of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from directory.cli import cli

TODAY = "2026-11-22"


@dataclass(frozen=True)
class Ran:
    """What a command did. `json()` is its standard output, which must be JSON and nothing else."""

    exit_code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Kith = Callable[..., Ran]


@pytest.fixture
def kith(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kith:
    """kith("search", "choir") runs on this test's own data folder."""
    monkeypatch.setenv("KITH_TODAY", TODAY)
    monkeypatch.setenv("KITH_DATA", str(tmp_path / "data"))

    def run(*words: object, stdin: str | None = None) -> Ran:
        result = CliRunner().invoke(cli, [str(word) for word in words], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """sheet({...}, {...}, name="town") writes an agency sheet with these rows and returns its path."""

    def write(*rows: dict[str, str], name: str = "town") -> Path:
        path = tmp_path / f"{name}.csv"
        headings = list(dict.fromkeys(key for row in rows for key in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headings)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def row(id: str, name: str, **more: str) -> dict[str, str]:
    """A row of the sheet: in person, near S1 2HE, free, lately checked, unless said otherwise."""
    return {
        "id": id, "name": name, "organization": "Moor House", "format": "in_person", "venue": "Moor Hall",
        "postcode": "S1 2HE", "latitude": "53.3795", "longitude": "-1.4690", "price": "free",
        "checked_on": "2026-10-01", "checked_how": "visited", "checked_by_role": "curator", **more,
    }  # fmt: skip


@pytest.fixture
def town(sheet: Callable[..., Path]) -> Path:
    """Three comedy listings of which two can be reached without steps."""
    return sheet(
        row("thread", "Chuckle thread", format="online", venue="", postcode="", latitude="", longitude="", rungs="1-2",
            description="Swap jokes online", activities="comedy"),
        row("mic", "Open mic", activities="comedy; open mic", step_free="yes", rungs="4-5", beginners="yes",
            sessions="last Thu 19:00-21:00", known_by="Mina", tips="Side door", phone="0114 496 0001",
            contact_name="Dele", contact_role="host"),
        row("night", "Comedy night", activities="comedy", step_free="no", rungs="5-7", price="2.50"),
    )  # fmt: skip
