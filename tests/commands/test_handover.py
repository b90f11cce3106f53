"""`kith handover`: what somebody holds, passing it on, and closing the account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory import accounts, create_app, knowledge
from directory.config import Settings
from directory.database import opened
from directory.listings import by_ref


@pytest.fixture
def agency(kith: Any, town: Path, tmp_path: Path) -> Callable[..., Any]:
    """Mina, who knows the open mic and gave a tip, and Tom; gives a way to look inside."""
    kith("import", town, "--source", "town")

    def inside(look: Callable[[], Any]) -> Any:
        with opened(create_app(Settings.load(tmp_path / "data"))):
            return look()

    def begin() -> None:
        mina = accounts.create("mina@example.org", "Mina", ["worker"]).id
        accounts.create("tom@example.org", "Tom", ["worker"])
        knowledge.claim(mina)
        knowledge.tip(by_ref("town:mic").id, "Ask for the stool", mina)

    inside(begin)
    return inside


def test_what_somebody_holds_is_shown_and_nothing_changes(kith: Any, agency: Any) -> None:
    ran = kith("handover", "mina@example.org")
    assert ran.exit_code == 0
    assert "Open mic (S1): tie, knows them" in ran.out and "Ask for the stool" in ran.out
    assert "--to COLLEAGUE" in ran.err
    told = kith("handover", "Mina", "--json").json()
    assert [(one["kind"], one["listing"]) for one in told["held"]] == [
        ("tie", "town:mic"),
        ("tip", "town:mic"),
    ]
    assert (told["left"], told["closed"], told["record"]) == (2, False, None)


def test_everything_goes_to_a_colleague_and_the_account_closes(kith: Any, agency: Any) -> None:
    told = kith("handover", "Mina", "--to", "tom@example.org", "--json").json()
    assert (len(told["held"]), told["left"], told["closed"]) == (2, 0, True)
    assert told["record"]["who"] == "a former colleague" and told["record"]["counts"] == {"tie": 1, "tip": 1}
    assert {line["with"] for line in told["record"]["lines"]} == {"Tom"}
    mic = kith("match", "-", "--as", "staff", "--json", stdin='{"assets": ["comedy"]}').json()
    listed = {one["id"]: one["known_by"] for one in mic["matches"] + mic["check_first"] + mic["later"]}
    assert listed["town:mic"] == ["Tom"]
    again = kith("handover", "Mina")
    assert again.exit_code == 0 and "Open mic: tip, now with Tom" in again.out and "is closed" in again.err


def test_it_works_after_they_have_gone(kith: Any, agency: Any) -> None:
    agency(lambda: accounts.disable(accounts.named("Mina").id))
    told = kith("handover", "Mina", "--to", "Tom", "--json").json()
    assert told["left"] == 0 and told["record"]["counts"] == {"tie": 1, "tip": 1}


def test_an_account_that_holds_nothing_is_closed(kith: Any, agency: Any) -> None:
    assert kith("handover", "Tom", "--close", "--agreed-to-name").exit_code == 0
    assert kith("handover", "Tom", "--json").json()["record"]["who"] == "Tom"
    refused = kith("handover", "Mina", "--close")
    assert refused.exit_code == 2 and "1 tie and 1 tip still with them" in refused.err
    assert not kith("handover", "Mina", "--json").json()["closed"]


@pytest.mark.parametrize("words", [("Nobody",), ("Mina", "--to", "Nobody"), ("Mina", "--to", "Mina")])
def test_a_name_that_leads_nowhere_stops_it(kith: Any, agency: Any, words: tuple[str, ...]) -> None:
    ran = kith("handover", *words)
    assert ran.exit_code == 2 and ran.err
    assert kith("handover", "Mina", "--json").json()["left"] == 2


def test_a_backup_holds_what_colleagues_know(kith: Any, agency: Any, tmp_path: Path) -> None:
    kith("backup", tmp_path / "b.zip")
    assert kith("restore", tmp_path / "b.zip", "--data", tmp_path / "new").exit_code == 0
    told = kith("handover", "Mina", "--json", "--data", tmp_path / "new").json()
    assert len(told["held"]) == 2
