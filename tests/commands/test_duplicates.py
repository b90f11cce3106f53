"""`kith duplicates`, and what an import says of new rows that may be here already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

KNIT = {
    "id": "k",
    "name": "Mill Hall Knitters",
    "venue": "Mill Hall",
    "postcode": "S1 2HE",
    "sessions": "Tue 10:00-12:00",
}
TWIN = {"id": "7", "name": "The Mill Hall Knitters", "postcode": "S1 2HE", "sessions": "Tue 10:00-12:00"}
CHESS = {
    "id": "c",
    "name": "Chess Circle",
    "venue": "Mill Hall",
    "postcode": "S1 2HE",
    "sessions": "Fri 19:00-21:00",
}


def test_an_import_says_how_many_of_its_rows_may_be_here_already(
    kith: Any, sheet: Callable[..., Path]
) -> None:
    town, county = sheet(KNIT, CHESS, name="town"), sheet(TWIN, name="county")
    assert kith("import", town, "--json").json()["likely_duplicates"] == 0
    assert kith("import", county, "--dry-run", "--json").json()["likely_duplicates"] is None
    ran = kith("import", county)
    assert "1 pair of old and new listings may be the same" in " ".join(ran.err.split())
    assert kith("import", county, "--json").json()["likely_duplicates"] == 0


def test_pairs_are_listed_with_their_reasons(kith: Any, sheet: Callable[..., Path]) -> None:
    kith("import", sheet(KNIT, CHESS, name="town"))
    kith("import", sheet(TWIN, name="county"))
    told = kith("duplicates", "--json").json()
    assert told["total"] == 1
    [pair] = told["pairs"]
    assert {one["id"] for one in pair["listings"]} == {"town:k", "county:7"}
    assert pair["verdict"] == "Very likely the same" and 0.95 <= pair["score"] <= 1
    assert "Same postcode" in [reason["text"] for reason in pair["reasons"]]
    shown = kith("duplicates", "--afresh")
    assert "Mill Hall Knitters" in shown.out and "Same postcode" in shown.out
    assert "1 pair in all." in shown.err


def test_an_empty_directory_has_no_pairs(kith: Any) -> None:
    ran = kith("duplicates", "--json")
    assert (ran.exit_code, ran.json()) == (0, {"total": 0, "pairs": []})
