"""What the documents say is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click import Group

from directory.cli import cli
from importers import mapped
from importers.records import ListingRecord
from importers.sheet_columns import COLUMNS, FACTS

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_every_command_is_in_the_readme() -> None:
    named = re.findall(r"kith ([a-z]+)", read("README.md"))
    assert isinstance(cli, Group)
    assert set(cli.commands) <= set(named)


def test_every_column_of_the_sheet_is_documented() -> None:
    told = set(re.findall(r"`([a-z_]+)`", read("docs/agency-sheet.md")))
    assert {*COLUMNS, *FACTS} <= told


def test_every_file_that_is_linked_is_there() -> None:
    for page in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/import.md",
        "docs/agency-sheet.md",
        "docs/accounts.md",
    ):
        for link in re.findall(r"\]\(([^)#:]+)\)", read(page)):
            assert ((ROOT / page).parent / link).exists(), f"{page} links to {link}"


def test_the_mapping_shown_in_the_documents_works(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", read("docs/import.md"), re.S)
    assert shown
    (tmp_path / "mine.toml").write_text(shown[1], "utf-8")
    rows = [
        {
            "ref": 7,
            "group": "Rug makers",
            "meets": "Tue 10:00-12:00",
            "about": "Rags to rugs",
            "postcode": "S12HE",
        }
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows), "utf-8")
    mapping = mapped.load_mapping(tmp_path / "mine.toml")
    [record] = mapped.read(tmp_path / "rows.json", "city", mapping, None)
    assert isinstance(record, ListingRecord)
    assert (record.ref, record.name, record.places[0].postal_code) == ("city:7", "Rug makers", "S1 2HE")
    assert [session.byday for session in record.sessions] == ["TU"]


def test_no_committed_file_names_a_path_of_somebodys_machine() -> None:
    for folder in ("directory", "matching", "importers", "templates", "tests", "docs", "bench", "tools"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".toml", ".md", ".html", ".sh", ".csv"} and path != Path(__file__):
                assert not re.search(r"/(home|work|root|Users)/[a-z]", path.read_text("utf-8")), path
