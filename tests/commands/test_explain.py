"""`kith match --explain ID` in a shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PROFILE = {"assets": ["making people laugh"], "from": {"postcode": "S1 2HE"}}


def written(tmp_path: Path, **more: object) -> Path:
    path = tmp_path / "someone.json"
    path.write_text(json.dumps({**PROFILE, **more}), encoding="utf-8")
    return path


def test_a_hidden_listing_is_explained_rule_by_rule(kith: Any, town: Path, tmp_path: Path) -> None:
    kith("import", town)
    profile = written(tmp_path, barriers=[{"key": "step_free", "level": "must"}])
    told = kith("match", profile, "--explain", "town:night", "--json").json()
    assert told["stands"] == "hidden"
    verdicts = {said["rule"]: said["verdict"] for said in told["places"][0]["said"]}
    assert verdicts["what_gets_in_the_way: step_free"] == "hidden"
    shown = kith("match", profile, "--explain", "town:night")
    assert shown.exit_code == 0
    assert "Steps at the door" in shown.out


def test_an_avoided_listing_and_one_that_never_was_get_the_same_words(
    kith: Any, town: Path, tmp_path: Path
) -> None:
    kith("import", town)
    profile = written(tmp_path, avoid={"listings": ["town:night"]})
    avoided = kith("match", profile, "--explain", "town:night")
    unknown = kith("match", profile, "--explain", "town:never")
    assert (avoided.exit_code, avoided.out, avoided.err) == (unknown.exit_code, unknown.out, unknown.err)
    assert avoided.exit_code == 2


def test_three_reasons_are_printed_and_all_on_request(kith: Any, town: Path, tmp_path: Path) -> None:
    kith("import", town)
    profile = written(tmp_path, barriers=["step_free", "cost", "good_enough"])
    few = kith("match", profile).out.split()
    every = kith("match", profile, "--all-reasons").out.split()
    assert few.count("visited") < every.count("visited")
