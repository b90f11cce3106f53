"""`kith evaluate`: Kith is better than plain search on what people judged, and says so when it cannot tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from directory.evaluating import shipped

MARGIN = 0.05


@pytest.fixture
def demo_town(kith: Any) -> Any:
    assert kith("demo").exit_code == 0
    return kith


def test_kith_beats_both_baselines_on_the_demo_town(demo_town: Any) -> None:
    told = demo_town("evaluate", "--json").json()
    ours, *others = told["systems"]
    assert ours["system"] == "Kith"
    assert told["needs"] >= 12
    assert len(others) == 2
    for other in others:
        assert ours["ndcg_at_10"] >= other["ndcg_at_10"] + MARGIN
        assert ours["recall_at_20"] >= other["recall_at_20"] + MARGIN


def test_kith_places_nothing_that_cannot_be_and_nothing_unknown_among_the_matches(demo_town: Any) -> None:
    ours, plain, _ = demo_town("evaluate", "--json").json()["systems"]
    assert (ours["misplaced"]["excluded"], ours["misplaced"]["unknown"]) == (0, 0)
    assert plain["misplaced"]["excluded"] > 0, "the count would not notice anything"


def test_every_need_can_be_seen(demo_town: Any) -> None:
    table = demo_town("evaluate", "--each")
    assert table.exit_code == 0
    for need in json.loads(shipped().read_text(encoding="utf-8"))["needs"]:
        assert need["id"] in table.out


def test_a_judged_set_of_another_directory_is_refused_in_plain_words(kith: Any, town: Path) -> None:
    kith("import", town)
    ran = kith("evaluate")
    assert ran.exit_code == 2
    assert "judged on another directory" in ran.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("{}", "is not a judged set"),
        ('{"name": "x", "needs": []}', "no needs"),
        (
            '{"name": "x", "needs": [{"id": "a", "profile": {}, "grades": {"town:mic": 7}}]}',
            "grades from 0 to 3",
        ),
        (
            '{"name": "x", "needs": [{"id": "a", "profile": {}, "grades": {"town:mic": 1}}]}',
            "at least one of 2 or 3",
        ),
        (
            '{"name": "x", "needs": [{"id": "a", "profile": {"hobby": 1}, "grades": {"town:mic": 3}}]}',
            "hobby",
        ),
    ],
)
def test_a_judged_set_that_cannot_be_used_is_said_what_is_wrong(
    kith: Any, town: Path, tmp_path: Path, text: str, says: str
) -> None:
    kith("import", town)
    (tmp_path / "judged.json").write_text(text, encoding="utf-8")
    ran = kith("evaluate", "--judged", tmp_path / "judged.json")
    assert ran.exit_code == 2
    assert says in ran.err


def test_a_judged_set_of_ones_own_is_measured(kith: Any, town: Path, tmp_path: Path) -> None:
    kith("import", town)
    judged = {
        "name": "Ours",
        "needs": [
            {"id": "jokes", "profile": {"assets": ["jokes"]}, "grades": {"town:mic": 3, "town:night": 2}}
        ],
    }
    (tmp_path / "judged.json").write_text(json.dumps(judged), encoding="utf-8")
    told = kith("evaluate", "--judged", tmp_path / "judged.json", "--json").json()
    assert told["name"] == "Ours"
    assert told["systems"][0]["recall_at_20"] == 1.0
    assert kith("evaluate", "--judged", tmp_path / "not there.json").exit_code == 2


def test_the_shipped_needs_name_nobody_and_every_listing_of_theirs_is_in_the_demo_town() -> None:
    judged = json.loads(shipped().read_text(encoding="utf-8"))
    sheet = (shipped().parents[1] / "demo_town.csv").read_text(encoding="utf-8")
    for need in judged["needs"]:
        assert 20 <= len(need["grades"]) <= 60, need["id"]
        for ref in need["grades"]:
            assert f"\n{ref.removeprefix('demo:')}," in sheet
