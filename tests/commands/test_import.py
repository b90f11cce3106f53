"""`kith import`: the same plan shown or applied, and nothing lost."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest


def counts(ran: Any) -> dict[str, int]:
    found: dict[str, int] = ran.json()["counts"]
    return {key: value for key, value in found.items() if value}


def test_a_dry_run_says_what_the_import_then_does_and_changes_nothing(kith: Any, town: Path) -> None:
    shown = kith("import", town, "--dry-run", "--json")
    assert counts(shown) == {"read": 3, "created": 3}
    assert kith("search", "comedy", "--json").json()["total"] == 0
    assert kith("import", town, "--json").json()["counts"] == shown.json()["counts"]
    assert kith("search", "comedy", "--json").json()["total"] == 3


def test_importing_twice_changes_nothing_and_a_changed_row_amends_one(kith: Any, town: Path) -> None:
    kith("import", town)
    assert counts(kith("import", town, "--json")) == {"read": 3, "unchanged": 3}
    town.write_text(town.read_text("utf-8").replace("Swap jokes", "Swap puns"), "utf-8")
    assert counts(kith("import", town, "--json")) == {"read": 3, "amended": 1, "unchanged": 2}
    assert kith("search", "puns", "--json").json()["results"][0]["id"] == "town:thread"


def test_a_row_with_a_problem_is_imported_all_the_same_and_reported_with_its_line(
    kith: Any, sheet: Any
) -> None:
    path = sheet(
        {"id": "a", "name": "Choir", "price": "lots", "step_free": "yes"}, {"id": "b", "name": "Band"}
    )
    ran = kith("import", path, "--json")
    told = ran.json()
    assert ran.exit_code == 1
    assert told["counts"]["created"] == 2
    assert [(p["where"], p["field"]) for p in told["problems"]] == [("line 2", "price")]
    with open(told["report"], encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["where"], r["field"]) for r in rows] == [("line 2", "price")]


def test_a_row_that_is_gone_is_missing_and_stays_until_a_person_decides(kith: Any, sheet: Any) -> None:
    both = sheet({"id": "a", "name": "Choir"}, {"id": "b", "name": "Band"}, name="both")
    kith("import", both, "--source", "x")
    one = sheet({"id": "a", "name": "Choir"}, name="one")
    assert counts(kith("import", one, "--source", "x", "--json")) == {"read": 1, "unchanged": 1, "missing": 1}
    assert kith("search", "band", "--json").json()["total"] == 1


def test_closed_rows_are_imported_and_never_found_or_suggested(kith: Any, sheet: Any) -> None:
    path = sheet(
        {"id": "a", "name": "Closed choir", "status": "closed"},
        {"id": "b", "name": "Quiet choir", "status": "do_not_list"},
    )
    assert counts(kith("import", path, "--json")) == {"read": 2, "created": 2}
    assert kith("search", "choir", "--json").json()["total"] == 0
    assert kith("match", "-", "--json", stdin='{"assets": ["singing"]}').json()["matches"] == []


def test_json_goes_to_stdout_alone(kith: Any, town: Path) -> None:
    ran = kith("import", town, "--json")
    assert set(ran.json()) >= {"source", "format", "counts", "report", "problems"}
    assert ran.err == ""


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("page.csv", b"<!doctype html><html><body>Sign in</body></html>", "web page"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ""),
        ("other.csv", b"alpha,beta\n1,2\n", "headings"),
        ("broken.zip", b"PK\x03\x04nonsense", ""),
        ("broken.json", b'[{"name": ', ""),
    ],
)
def test_a_source_that_cannot_be_read_says_so_in_one_sentence(
    kith: Any, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    ran = kith("import", path)
    assert ran.exit_code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) <= 3


def test_a_file_that_is_not_there_is_named(kith: Any, tmp_path: Path) -> None:
    ran = kith("import", tmp_path / "nowhere.csv")
    assert (ran.exit_code, "nowhere.csv" in ran.err) == (2, True)


@pytest.mark.shared_data
def test_the_miami_package_comes_in_whole_and_a_second_time_changes_nothing(
    kith: Any, shared_data: Path
) -> None:
    first = kith("import", shared_data / "miami_open211", "--json").json()
    assert (first["counts"]["read"], first["counts"]["created"]) == (4089, 4089)
    assert any("no organization" in problem["message"] for problem in first["problems"])
    second = kith("import", shared_data / "miami_open211", "--json").json()["counts"]
    assert (second["created"], second["amended"], second["unchanged"]) == (0, 0, 4089)
    assert kith("search", "food pantry", "--json").json()["total"] > 20
    told = kith("match", "-", "--json", stdin='{"assets": ["cooking"], "goals": ["learn English"]}').json()
    assert len(told["matches"]) == 10
    assert kith("check").exit_code == 0


@pytest.mark.shared_data
def test_a_zipped_package_is_the_same_as_its_folder(kith: Any, shared_data: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "miami_open211"), "zip", shared_data / "miami_open211")
    folder = kith("import", shared_data / "miami_open211", "--dry-run", "--json").json()
    assert kith("import", packed, "--dry-run", "--json").json()["counts"] == folder["counts"]
    assert json.dumps(folder["problems"])


@pytest.mark.parametrize("name", ["a:b", "a/b", "<b>", "x" * 101, "\u202ename", "  "])
def test_a_source_is_not_given_a_name_that_could_not_stand_in_an_id(kith: Any, town: Path, name: str) -> None:
    ran = kith("import", town, "--source", name)
    assert ran.exit_code == 2
    assert "letters, digits" in ran.err


def test_a_source_s_name_is_put_on_one_line(kith: Any, town: Path) -> None:
    assert (
        kith("import", town, "--source", " Tŷ  Seiont\n2026 ", "--json").json()["source"] == "Tŷ Seiont 2026"
    )


def test_a_sheet_with_fewer_columns_takes_nothing_away(kith: Any, sheet: Any, tmp_path: Path) -> None:
    full = {"id": "a", "name": "Choir", "description": "Songs of old", "tips": "Side door", "known_by": "Mina",
            "step_free": "yes", "venue": "Hall", "postcode": "S1 2HE"}  # fmt: skip
    kith("import", sheet(full, name="full"), "--source", "x")
    kith(
        "import",
        sheet({"id": "a", "name": "Choir", "sessions": "Tue 10:00-11:00"}, name="few"),
        "--source",
        "x",
    )
    kith("export", "sheet", tmp_path / "staff.csv", "--as", "staff")
    with open(tmp_path / "staff.csv", encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert {key: row[key] for key in full} == full
    assert row["sessions"] == "Tue 10:00-11:00"


def test_importing_ones_own_public_export_loses_nothing(kith: Any, town: Path, tmp_path: Path) -> None:
    kith("import", town)
    kith("export", "sheet", tmp_path / "before.csv", "--as", "staff")
    kith("export", "sheet", tmp_path / "public.csv")
    kith("import", tmp_path / "public.csv", "--source", "town")
    kith("export", "sheet", tmp_path / "after.csv", "--as", "staff")
    assert (tmp_path / "after.csv").read_text("utf-8") == (tmp_path / "before.csv").read_text("utf-8")


def test_an_export_of_several_sources_gives_every_row_an_id_of_its_own(
    kith: Any, sheet: Any, tmp_path: Path
) -> None:
    kith("import", sheet({"id": "1", "name": "Choir"}, name="one"))
    kith("import", sheet({"id": "1", "name": "Band"}, name="two"))
    kith("export", "sheet", tmp_path / "all.csv")
    with open(tmp_path / "all.csv", encoding="utf-8-sig", newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} == {"one:1", "two:1"}
    kith("export", "sheet", tmp_path / "one.csv", "--source", "one")
    assert counts(kith("import", tmp_path / "one.csv", "--source", "one", "--json")) == {
        "read": 1,
        "unchanged": 1,
    }
