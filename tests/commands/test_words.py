"""kith words: a curator's own words change what search and matching find, and can be tried before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def row(id: str, name: str, **more: str) -> dict[str, str]:
    """A row of the sheet that matching finds no fault with."""
    return {
        "id": id, "name": name, "format": "in_person", "venue": "Moor Hall", "postcode": "S1 2HE", "price": "free",
        "checked_on": "2026-10-01", "checked_how": "visited", **more,
    }  # fmt: skip


def profile(tmp_path: Path, say: str) -> Path:
    path = tmp_path / "profile.json"
    path.write_text(json.dumps({"assets": [{"say": say}]}), "utf-8")
    return path


def names(ran: Any) -> list[str]:
    told = ran.json()
    return [one["name"] for key in ("matches", "check_first", "later") for one in told[key]]


def test_an_added_word_changes_who_matches_at_once(
    kith: Any, sheet: Callable[..., Path], tmp_path: Path
) -> None:
    kith(
        "import", sheet(row("a", "Gurners United", description="Pull a face with us"), row("b", "Tea at two"))
    )
    someone = profile(tmp_path, "gurner")
    jokes = profile(tmp_path, "jokes")
    assert names(kith("match", jokes, "--json")) == []
    assert kith("words", "add", "asset", "humour", "gurner").exit_code == 0
    assert names(kith("match", jokes, "--json")) == ["Gurners United"]
    assert names(kith("match", someone, "--json")) == ["Gurners United"]
    assert kith("words", "remove", "asset", "humour", "gurner").exit_code == 0
    assert names(kith("match", jokes, "--json")) == []


def test_an_added_synonym_counts_in_the_next_search(kith: Any, town: Path) -> None:
    kith("import", town)
    assert kith("search", "gagfest", "--json").json()["total"] == 0
    assert kith("words", "add", "synonym", "comedy", "gagfest").exit_code == 0
    assert kith("search", "gagfest", "--json").json()["total"] == 3
    assert kith("words", "add", "synonym", "comedy", "a bit of a giggle").exit_code == 0
    assert kith("search", "a bit of a giggle", "--json").json()["total"] == 3


def test_a_word_is_tried_before_it_is_added(kith: Any, sheet: Callable[..., Path]) -> None:
    rows = [row(str(n), f"Bank {n}", description="A food bank") for n in range(7)]
    kith("import", sheet(*rows, row("x", "Open mic")))
    ran = kith("words", "add", "asset", "humour", "bank", "--dry-run")
    assert ran.exit_code == 0
    assert (
        "'bank' would make 7 listings (Bank 0; Bank 1; Bank 2; Bank 3; Bank 4 and 2 more) about humour"
        in ran.out
    )
    assert kith("words", "list", "--json").json() == []
    off = kith("words", "add", "asset", "humour", "open mic", "--part", "not_words", "--dry-run")
    assert "1 listing (Open mic) no longer about humour" in off.out
    assert "not in listings" in kith("words", "add", "goal", "friend", "bank", "--dry-run").out
    search = kith("words", "add", "synonym", "open mic", "bank", "--dry-run")
    assert "would find 8 more listings" in search.out


def test_what_cannot_be_added_is_said_before_and_at_adding(kith: Any) -> None:
    for more in ((), ("--dry-run",)):
        ran = kith("words", "add", "asset", "humor", "gurning", *more)
        assert (ran.exit_code, "Did you mean humour" in ran.err) == (2, True)


def test_words_are_listed_and_in_the_vocabulary(kith: Any) -> None:
    assert "no words yet" in kith("words", "list").err
    kith("words", "add", "asset", "humour", "gurning", "--part", "said")
    word = {"kind": "asset", "key": "humour", "phrase": "gurning", "part": "said"}
    assert kith("words", "list", "--json").json() == [
        {**word, "added_by": "cli", "added_on": "2026-11-22", "counts": True}
    ]
    assert "gurning" in kith("words", "list").out
    assert kith("vocabulary", "--json").json()["words"] == [word]


def test_the_vocabulary_needs_no_data_folder_and_makes_none(kith: Any, tmp_path: Path) -> None:
    assert kith("vocabulary", "--json").json()["words"] == []
    assert not (tmp_path / "data").exists()


def test_words_go_from_one_directory_to_another_by_file_and_by_backup(kith: Any, tmp_path: Path) -> None:
    kith("words", "add", "asset", "humour", "gurning")
    kith("words", "add", "synonym", "comedy", "gagfest")
    assert "Wrote 2 words" in kith("words", "export", tmp_path / "w.toml").err
    other, again = tmp_path / "other", tmp_path / "again"
    assert "Added 2 words" in kith("words", "load", tmp_path / "w.toml", "--data", other).err
    assert "2 of them you had already" in kith("words", "load", tmp_path / "w.toml", "--data", other).err
    kith("backup", tmp_path / "b.zip")
    kith("restore", tmp_path / "b.zip", "--data", again)
    mine = kith("words", "list", "--json").json()
    assert kith("words", "list", "--json", "--data", again).json() == mine
    assert [one["phrase"] for one in kith("words", "list", "--json", "--data", other).json()] == [
        one["phrase"] for one in mine
    ]


def test_a_file_with_a_wrong_row_adds_nothing(kith: Any, tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("kind,key,phrase\nasset,humour,gurning\nasset,humour,the\n", "utf-8")
    ran = kith("words", "load", tmp_path / "w.csv")
    assert (ran.exit_code, "line 3" in ran.err) == (2, True)
    assert kith("words", "list", "--json").json() == []
