"""`kith search` and `kith match`: the contract's JSON (design.md 6), and plain messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from directory import create_app
from directory.config import Settings
from directory.database import opened
from matching.vocabulary import topics

ROOT = Path(__file__).parents[2]
PROFILE = '{"assets": ["making people laugh"], "from": {"postcode": "S1 2HE"}, "travel": {"max_km": 5}}'


def test_search_json_has_the_contracts_shape(kith: Any, town: Path) -> None:
    kith("import", town)
    told = kith("search", "comedy", "--near", "s12he", "--within", "5", "--json").json()
    assert set(told) >= {"total", "results", "did_you_mean", "facets", "notes"}
    assert set(told["results"][0]) == {
        "id",
        "name",
        "organization",
        "distance_km",
        "score",
        "snippet",
        "checked_on",
    }
    assert {result["id"] for result in told["results"]} == {"town:thread", "town:mic", "town:night"}


def test_a_minus_before_a_word_leaves_it_out_and_is_no_option(kith: Any, town: Path) -> None:
    kith("import", town)
    assert {one["id"] for one in kith("search", "comedy", "--json").json()["results"]} >= {"town:mic"}
    found = kith("search", "comedy", "-mic", "--json").json()
    assert "town:mic" not in {one["id"] for one in found["results"]}
    assert found["total"]
    assert kith("search", "-hiking", "--json").exit_code == 0
    mistyped = kith("search", "comedy", "--nera", "S1")
    assert (mistyped.exit_code, mistyped.out) == (2, "")
    assert "--nera" in mistyped.err


def test_a_slip_of_the_pen_is_put_right(kith: Any, town: Path) -> None:
    kith("import", town)
    assert kith("search", "comdey", "--json").json()["did_you_mean"] == "comedy"


def test_an_unknown_place_is_said_so_and_the_search_goes_on(kith: Any, town: Path) -> None:
    kith("import", town)
    told = kith("search", "comedy", "--near", "Xyzzyville", "--json").json()
    assert told["total"] == 3
    assert any("Xyzzyville" in note for note in told["notes"])


def test_match_json_has_the_contracts_shape(kith: Any, town: Path) -> None:
    kith("import", town)
    told = kith("match", "-", "--json", stdin=PROFILE).json()
    assert set(told) == {
        "matches", "check_first", "later", "something_different", "path", "hidden", "opens_most", "notes",
    }  # fmt: skip
    one = told["matches"][0]
    assert set(one) >= {
        "id",
        "name",
        "organization",
        "score",
        "rung",
        "distance_km",
        "reasons",
        "cautions",
        "checked_on",
    }
    assert 0 <= one["score"] <= 1
    assert {reason["kind"] for reason in one["reasons"]} <= {
        "asset",
        "goal",
        "barrier",
        "practical",
        "joining",
        "freshness",
    }


def test_colleagues_and_tips_are_for_staff(kith: Any, town: Path) -> None:
    kith("import", town)
    public = kith("match", "-", "--json", stdin=PROFILE)
    staff = kith("match", "-", "--as", "staff", "--json", stdin=PROFILE)
    assert "Mina" not in public.out
    assert "known_by" not in public.out
    [mic] = [match for match in staff.json()["matches"] if match["id"] == "town:mic"]
    assert mic["known_by"] == ["Mina"]
    assert "Side door" not in public.out


def test_the_limit_cuts_each_list(kith: Any, town: Path) -> None:
    kith("import", town)
    assert len(kith("match", "-", "--limit", "1", "--json", stdin=PROFILE).json()["matches"]) == 1


def test_the_avoid_list_leaves_no_trace_not_even_in_the_search(kith: Any, town: Path, sheet: Any) -> None:
    kith("import", town)
    avoiding = json.loads(PROFILE) | {"avoid": {"listings": ["town:night"]}}
    before = kith("match", "-", "--json", stdin=json.dumps(avoiding))
    assert "Comedy night" not in before.out
    assert "town:night" not in before.out


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        ("{", "not JSON"),
        ("[]", "profile"),
        ('{"asset": []}', "asset"),
        ('{"barriers": [{"key": "stairs"}]}', "barriers[0].key"),
        ('{"barriers": [{"key": "cost", "limit": "three"}]}', "barriers[0].limit"),
        ('{"times": [{"days": "blursday"}]}', "times[0].days"),
        ('{"travel": {"max_km": -1}}', "travel.max_km"),
        ('{"from": {"lat": 123, "lon": 0}}', "from.lat"),
        ('{"rung": {"comfortable": 12}}', "rung.comfortable"),
    ],
)
def test_a_profile_that_cannot_be_used_is_one_message_naming_the_key(
    kith: Any, town: Path, profile: str, names: str
) -> None:
    ran = kith("match", "-", "--json", stdin=profile)
    assert ran.exit_code == 2
    assert names in ran.err
    assert ran.out == ""


def test_lists_in_lists_in_lists_are_no_profile(kith: Any, tmp_path: Path) -> None:
    assert kith("match", "-", "--json", stdin="[" * 100_000).exit_code == 2
    with opened(create_app(Settings.load(str(tmp_path / "data")))) as app:
        answer = app.test_client().post("/api/match", data="[" * 100_000, content_type="application/json")
    assert answer.status_code == 400
    assert answer.is_json


def test_a_profile_of_a_megabyte_is_refused_politely(kith: Any) -> None:
    ran = kith("match", "-", stdin=json.dumps({"assets": ["x" * 1_100_000]}))
    assert (ran.exit_code, "1 MB" in ran.err) == (2, True)


def test_an_empty_profile_and_an_empty_directory_are_answered(kith: Any) -> None:
    ran = kith("match", "-", "--json", stdin="{}")
    assert (ran.exit_code, ran.json()["matches"]) == (0, [])
    assert kith("search", "choir", "--json").json()["total"] == 0


def test_the_vocabulary_lists_every_key(kith: Any) -> None:
    told = kith("vocabulary", "--json").json()
    assert {"key": "chess", "label": "chess", "of": ["cards_board_games"]} in told["topics"]
    assert {kind: len(entries) for kind, entries in told.items()} == {
        "assets": 46,
        "goals": 49,
        "topics": len(topics()),
        "barriers": 28,
        "facts": 71,
        "rungs": 9,
        "words": 0,
    }


# --- Simon, the reference case ---------------------------------------------------------------------------------------


@pytest.fixture
def steelford(kith: Any) -> Any:
    """The demo town, loaded."""
    kith("import", ROOT / "examples" / "demo_town.csv", "--source", "demo")
    return kith


def test_simons_path_goes_from_jokes_online_to_the_open_mic_to_the_comedy_night(steelford: Any) -> None:
    told = steelford("match", ROOT / "examples" / "simon.json", "--json").json()
    assert [step["match"]["id"] for step in told["path"]][:3] == [
        "demo:chuckle-thread", "demo:brightside-open-mic", "demo:hillview-comedy-night",
    ]  # fmt: skip
    assert told["path"][1]["after"] == "demo:chuckle-thread"
    offered = [match["id"] for match in told["matches"]]
    assert offered[:2] == ["demo:chuckle-thread", "demo:brightside-open-mic"]
    assert "demo:hillview-comedy-night" in [match["id"] for match in told["later"]]
    assert "demo:late-laughs-club" not in offered
    assert "I like making people laugh" in told["matches"][0]["reasons"][0]["text"]


def test_once_the_earlier_steps_are_taken_the_comedy_night_is_offered_after_them(
    steelford: Any, tmp_path: Path
) -> None:
    simon = json.loads((ROOT / "examples" / "simon.json").read_text("utf-8"))
    simon["done"] = ["demo:chuckle-thread", "demo:brightside-open-mic"]
    told = steelford("match", "-", "--json", stdin=json.dumps(simon)).json()
    first = told["matches"][0]
    assert first["id"] == "demo:hillview-comedy-night"
    assert any("after Brightside open mic" in reason["text"] for reason in first["reasons"])
    assert not {"demo:chuckle-thread", "demo:brightside-open-mic"} & {
        match["id"] for match in told["matches"]
    }


def test_a_place_with_a_postcode_alone_is_found_by_distance(kith: Any, sheet: Any) -> None:
    kith("import", sheet({"id": "a", "name": "Choir", "postcode": "S1 2HE"}))
    [found] = kith("search", "choir", "--near", "S1 2HE", "--within", "1", "--json").json()["results"]
    assert found["distance_km"] == 0


def test_a_place_gets_its_point_when_the_gazetteer_learns_its_postcode(
    kith: Any, sheet: Any, tmp_path: Path
) -> None:
    kith("import", sheet({"id": "a", "name": "Choir", "postcode": "LS1 4AP"}))
    assert (
        kith("search", "choir", "--near", "53.8,-1.55", "--json").json()["results"][0]["distance_km"] is None
    )
    (tmp_path / "leeds.csv").write_text("postcode,latitude,longitude\nLS1 4AP,53.7970,-1.5500\n", "utf-8")
    assert kith("gazetteer", "load", tmp_path / "leeds.csv").exit_code == 0
    assert kith("search", "choir", "--near", "53.8,-1.55", "--json").json()["results"][0]["distance_km"] < 1


def test_a_search_for_the_worst_is_answered_first_with_numbers_to_ring(kith: Any, town: Path) -> None:
    kith("import", town)
    assert "116 123" in kith("search", "suicide", "--json").json()["notes"][0]
