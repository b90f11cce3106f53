"""The agency's own words are kept, checked, noted, exported and loaded; what is derived from them follows."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, select

from directory import words
from directory.database import db, release, writing
from directory.errors import CannotStart, Invalid, NotFound
from directory.models import Change, Word, table_of
from directory.words import Addition
from importers.records import UnreadableSource
from matching.language import SHIPPED, concepts_of

GURNING = Addition("asset", "humour", "gurning")
MARRAS = Addition("goal", "friend", "marras", "shown")
FUTSAL = Addition("synonym", "football", "futsal")


@pytest.fixture
def filled(app: Flask) -> Flask:
    for one in (GURNING, MARRAS, FUTSAL, Addition("asset", "vehicles", "=loco", "said")):
        words.add(one, actor="ama")
    return app


def test_without_any_the_words_are_the_shipped_ones(app: Flask) -> None:
    assert words.current() is SHIPPED
    assert words.everything() == ()


def test_a_word_is_added_and_removed_on_either_database(either_app: Flask) -> None:
    assert words.add(Addition("asset", "humour", "  gurning "), actor="ama") == GURNING
    assert words.everything() == (GURNING,)
    assert "humour" in concepts_of("gurning", words=words.current()).weights
    [stored] = words.listed()
    assert (stored.added_by, stored.added_on.isoformat()) == ("ama", "2026-11-22")
    assert words.remove("asset", "humour", "gurning", actor="tom") == GURNING
    assert words.everything() == () and words.current() is SHIPPED


def test_words_are_remembered_until_the_table_changes(filled: Flask) -> None:
    asked: list[str] = []
    first = words.current()
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert words.current() is first
    assert not [one for one in asked if "phrase" in one]
    words.add(Addition("asset", "humour", "gagsmith"), actor="x")
    assert words.current() is not first
    assert [one for one in asked if "phrase" in one]


def test_a_change_by_another_process_is_noticed_even_where_the_number_of_words_stays(filled: Flask) -> None:
    before = words.current()
    table = table_of(Word)
    with writing() as connection:  # as another process would, without this one's verbs
        newest = connection.scalar(select(table.c.id).order_by(table.c.id.desc()))
        connection.execute(delete(table).where(table.c.id == newest))
        values = {"kind": "asset", "key": "humour", "phrase": "gagster", "part": "words", "added_by": "x"}
        connection.execute(insert(table).values(**values, added_on=words.current_settings().today()))
    assert words.current() != before
    assert Addition("asset", "humour", "gagster") in words.current().additions


def test_two_directories_in_one_process_have_their_own_words(
    filled: Flask, tmp_path: Path, store_app: Callable[..., Flask]
) -> None:
    assert words.current().additions
    with store_app(tmp_path / "other").app_context():
        for phrase in ("a1 kart", "b2 kart", "c3 kart", "d4 kart"):
            words.add(Addition("asset", "vehicles", phrase), actor="x")
        assert {one.phrase[1:] for one in words.current().additions} == {
            "1 kart",
            "2 kart",
            "3 kart",
            "4 kart",
        }
        release()


def test_what_is_wrong_is_said_and_nothing_is_added(app: Flask) -> None:
    for wrong, field in (
        (Addition("asset", "humor", "gurning"), "key"), (Addition("asset", "humour", "stand up"), "phrase"),
        (Addition("goal", "friend", "marras", "loud"), "part"), (Addition("x", "y", "z"), "kind"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            words.add(wrong, actor="ama")
        assert list(refused.value.fields) == [field]
    assert words.everything() == ()


def test_a_word_of_kiths_own_cannot_be_removed_but_switched_off(app: Flask) -> None:
    with pytest.raises(NotFound, match="not_words"):
        words.remove("asset", "humour", "stand up", actor="ama")
    words.add(Addition("asset", "humour", "stand up", "not_words"), actor="ama")
    assert "humour" not in concepts_of("stand up", words=words.current()).weights


def test_every_change_is_on_record_and_stays_when_the_word_goes(app: Flask) -> None:
    words.add(GURNING, actor="ama")
    words.remove("asset", "humour", "gurning", actor="tom")
    change = table_of(Change)
    rows = db.session.connection().execute(select(change).where(change.c.entity == "word")).all()
    said = {"kind": "asset", "key": "humour", "phrase": "gurning", "part": "words"}
    assert [(row.actor, row.actor_kind) for row in rows] == [("ama", "hand"), ("tom", "hand")]
    assert json.loads(rows[0].after) == said == json.loads(rows[1].before)
    assert rows[0].before is None and rows[1].after is None
    assert rows[0].entity_id == rows[1].entity_id


def test_the_operators_log_names_no_phrase(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "kith.audit"):
        words.add(GURNING, actor="ama")
        words.remove("asset", "humour", "gurning", actor="ama")
    told = [json.loads(line.message) for line in caplog.records if line.name == "kith.audit"]
    assert [one["event"] for one in told] == ["word_added", "word_removed"]
    assert "gurning" not in caplog.text


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "toml"])
def test_what_is_exported_comes_back_exactly(
    filled: Flask, ending: str, tmp_path: Path, store_app: Callable[..., Flask]
) -> None:
    path = tmp_path / f"words.{ending}"
    assert words.export(path) == 4
    before, first = words.current(), path.read_bytes()
    assert words.load(path, actor="ama") == words.Loaded(0, 4)
    with store_app(tmp_path / "other").app_context():
        assert words.load(path, actor="ama") == words.Loaded(4, 0)
        assert words.current() == before
        words.export(path)
        assert path.read_bytes() == first
        release()


def test_a_csv_can_be_opened_in_a_spreadsheet_without_being_calculated(filled: Flask, tmp_path: Path) -> None:
    words.export(tmp_path / "w.csv")
    text = (tmp_path / "w.csv").read_bytes().decode("utf-8-sig")
    assert text.splitlines()[0] == "kind,key,phrase,part"
    assert "asset,vehicles,'=loco,said" in text


_phrases = st.text(st.sampled_from("ab=_'\"\\,é😀 -+@#[]\n"), min_size=1, max_size=12)


@pytest.mark.parametrize("ending", ["csv", "toml"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.builds(Addition, st.just("synonym"), _phrases, _phrases), max_size=4, unique=True))
def test_any_word_that_can_be_kept_survives_the_file(
    tmp_path: Path, ending: str, some: list[Addition]
) -> None:
    from directory import _word_files
    from matching.language import BadWord
    from matching.language.words import checked

    kept = []
    for one in some:
        try:
            kept.append(checked(one, SHIPPED))
        except BadWord:
            continue
    path = tmp_path / f"w.{ending}"
    _word_files.write(path, kept)
    assert [one for _, one in _word_files.read(path)] == kept


def test_a_file_with_one_wrong_row_adds_nothing_and_names_every_wrong_row(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("kind,key,phrase\nasset,humour,gurning\nasset,humor,gagster\ngoal,friend,the\n", "utf-8")
    with pytest.raises(Invalid) as refused:
        words.load(path, actor="ama")
    assert list(refused.value.fields) == ["line 3", "line 4"]
    assert "Did you mean humour" in refused.value.message
    assert words.everything() == ()


def test_rows_of_a_file_are_checked_against_each_other(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("kind,key,phrase\nsynonym,football,futsal\nsynonym,futsal,footy\n", "utf-8")
    with pytest.raises(Invalid, match="line 3"):
        words.load(path, actor="ama")
    path.write_text("kind,key,phrase,part\nasset,humour,gurning,\nasset,humour,gurning,said\n", "utf-8")
    with pytest.raises(Invalid, match=r"line 3.*among its words"):
        words.load(path, actor="ama")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("w.xlsx", "x", "must end in .toml or .csv"), ("w.csv", "kind,phrase\na,b\n", "no column key"),
        ("w.csv", "", "empty"), ("w.toml", "[[word]\n", "is not TOML"), ("w.toml", "[[words]]\n", "[[word]] tables"),
        ("w.toml", "[[word]]\nkind = 1\n", "word 1: .* must be texts"),
        ("w.toml", '[[word]]\nkind = "asset"\ncolour = "red"\n', "'colour' is not known"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_sentence(
    app: Flask, tmp_path: Path, name: str, text: str, says: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(
        (CannotStart, UnreadableSource), match=says.replace("[[", r"\[\[").replace("]]", r"\]\]")
    ):
        words.load(tmp_path / name, actor="ama")


def test_a_file_that_is_not_there_or_cannot_be_written_is_one_sentence(filled: Flask, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no file called"):
        words.load(tmp_path / "nothing.csv", actor="ama")
    with pytest.raises(CannotStart, match="cannot be written"):
        words.export(tmp_path / "no folder" / "w.csv")
