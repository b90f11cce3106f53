"""The saved columns: written once, changed by small files, never half seen, and never trusted when they are broken."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory import catalog, column_files, column_store, create_app, health, listings, outbox, words
from directory.backups import restore
from directory.backups import write as write_backup
from directory.column_files import ColumnsMissing, ColumnsUnusable
from directory.column_store import ColumnsBusy, ColumnStore, Owned
from directory.config import Settings
from directory.database import opened
from directory.locking import locked
from directory.serving import engines
from importers.records import ListingRecord
from matching.answering import to_json
from matching.columns import Columns, build
from matching.profile import profile_from
from matching.ranking import rank
from matching.types import Opportunity

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).parents[2]


def offers(number: int, **more: Any) -> list[Owned]:
    return [
        (f"{at:03}", Opportunity(id=f"{at:03}", name=f"Choir {at}", concepts={"singing": 1.0}, **more))
        for at in range(number)
    ]


def renamed(at: int, name: str) -> list[Owned]:
    return [(f"{at:03}", replace(offers(at + 1)[at][1], name=name))]


def filled(folder: Path, some: list[Owned]) -> ColumnStore:
    store = ColumnStore(folder)
    store.rebuild(lambda: (some, "words"))
    return store


def answers(columns: Columns) -> Any:
    return to_json(rank(profile_from({"assets": ["I love singing"]}), columns, TODAY), staff=True)


def names(columns: Columns) -> dict[str, str]:
    return {offer.id: offer.name for offer in columns.offers()}


def files(folder: Path, kind: str) -> set[str]:
    return {path.name for path in folder.glob(f"{kind}-*.col")}


def test_what_is_saved_answers_as_what_it_was_made_from(tmp_path: Path) -> None:
    filled(tmp_path / "columns", offers(20))
    saved = ColumnStore(tmp_path / "columns").columns()
    assert len(answers(saved)["matches"]) == 20
    assert answers(saved) == answers(Columns(offer for _, offer in offers(20)))


def test_a_directory_without_listings_can_be_saved_asked_and_changed(tmp_path: Path) -> None:
    store = filled(tmp_path / "columns", [])
    assert answers(store.columns())["matches"] == []
    store.change(build(offers(1), ["000"]))
    assert names(store.columns()) == {"000": "Choir 0"}


def test_an_edit_writes_one_small_file_and_is_seen_at_once_by_every_reader(tmp_path: Path) -> None:
    folder = tmp_path / "columns"
    store, other = filled(folder, offers(300)), ColumnStore(folder)
    before = files(folder, "base")
    assert names(other.columns())["007"] == "Choir 7"
    store.change(build(renamed(7, "New name"), ["007"]))
    assert files(folder, "base") == before
    [small] = files(folder, "change")
    assert (folder / small).stat().st_size < (folder / before.pop()).stat().st_size / 2
    assert names(store.columns())["007"] == names(other.columns())["007"] == "New name"
    assert len(names(other.columns())) == 300


def test_a_listing_that_is_gone_is_not_found(tmp_path: Path) -> None:
    store = filled(tmp_path / "columns", offers(5))
    store.change(build([], ["003"]))
    assert set(names(store.columns())) == {"000", "001", "002", "004"}
    assert "003" not in str(answers(store.columns()))


@pytest.mark.parametrize(
    ("least", "bases", "changes"), [(4000, 1, 3), (3, 2, 2)], ids=["into one", "into the base"]
)
def test_many_changes_are_folded_and_answer_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, bases: int, changes: int
) -> None:
    monkeypatch.setattr(column_store, "MOST_CHANGES", 3)
    monkeypatch.setattr(column_store, "LEAST_FOLDED", least)
    folder = tmp_path / "columns"
    store, seen, expected = filled(folder, offers(6)), set(files(folder, "base")), dict(offers(6))
    for turn in range(10):
        [(key, offer)] = renamed(turn % 6, f"Turn {turn}")
        expected[key] = offer
        store.change(build([(key, offer)], [key]))
        seen |= files(folder, "base")
        assert answers(ColumnStore(folder).columns()) == answers(Columns(expected.values()))
        assert len(files(folder, "base")) == 1
        assert len(files(folder, "change")) <= changes
    assert (len(seen) > 1) is (bases > 1)


def test_a_reader_of_old_files_goes_on_after_they_were_cleared_away(tmp_path: Path) -> None:
    store = filled(tmp_path / "columns", offers(5))
    old = store.columns()
    before = answers(old)
    ColumnStore(tmp_path / "columns").rebuild(lambda: (offers(2), "words"))
    assert answers(old) == before
    assert len(names(old)) == 5
    assert len(names(store.columns())) == 2


def test_a_reader_whose_files_are_cleared_again_and_again_follows_the_pointer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "columns"
    writer, reader = filled(folder, offers(2)), ColumnStore(folder)
    turns: list[Path] = []
    real = column_files.read

    def overtaken(path: Path) -> Any:
        if len(turns) < 5:
            turns.append(path)
            writer.rebuild(lambda: (offers(2 + len(turns)), "words"))
        return real(path)

    monkeypatch.setattr(column_files, "read", overtaken)
    assert len(names(reader.columns())) == 7


def test_files_are_for_their_owner_alone_and_what_a_crash_left_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "columns"
    store = filled(folder, offers(2))
    (folder / "change-0.new").write_bytes(b"half")
    (folder / "change-1.col").write_bytes(b"whole, but never pointed to")
    store.change(build(renamed(1, "Now"), ["001"]))
    left = {path.name for path in folder.iterdir()}
    assert left == {"current.json", "writing.lock", *files(folder, "base"), *files(folder, "change")}
    assert len(left) == 4
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def _overwritten(path: Path, at: int, what: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(what)


BROKEN: dict[str, Callable[[Path, Path], object]] = {
    "truncated": lambda base, _: os.truncate(base, base.stat().st_size - 1),
    "cut within its head": lambda base, _: os.truncate(base, 40),
    "cut within its mark": lambda base, _: os.truncate(base, 4),
    "empty": lambda base, _: os.truncate(base, 0),
    "foreign": lambda base, _: base.write_bytes(b"PK\x03\x04" * 1000),
    "a flipped byte in its head": lambda base, _: _overwritten(base, 60, b"\x00"),
    "gone": lambda base, _: base.unlink(),
    "pointer gone": lambda _, pointer: pointer.unlink(),
    "pointer empty": lambda _, pointer: pointer.write_text(""),
    "pointer is a list": lambda _, pointer: pointer.write_text("[]"),
    "pointer lacks the base": lambda _, pointer: pointer.write_text('{"made": "x", "words": "y"}'),
    "pointer with a number": lambda _, p: p.write_text('{"made": "x", "words": "y", "base": 5}'),
    "pointer of depth": lambda _, pointer: pointer.write_text("[" * 100_000),
    "pointer not text": lambda _, pointer: pointer.write_bytes(b"\xff\xfe\x00"),
    "another version": lambda _, p: p.write_text('{"made": "0", "words": "y", "base": "b.col"}'),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "data", {"KITH_TODAY": TODAY.isoformat()})


@pytest.fixture
def app(settings: Settings, many: Callable[[int], list[ListingRecord]]) -> Iterator[Flask]:
    """The whole app with three listings, and its context."""
    with opened(create_app(settings)) as app:
        for record in many(3):
            catalog.add(record, "ama")
        engines().catch_up()
        engines().rebuild()
        yield app


def shown() -> dict[str, str]:
    return {offer.id: offer.name for offer in engines().columns().offers()}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_is_said_plainly_and_made_anew_at_the_next_start(
    app: Flask, settings: Settings, how: str
) -> None:
    folder = settings.data_dir / "columns"
    [base] = folder.glob("base-*.col")
    before = shown()
    BROKEN[how](base, folder / "current.json")
    with pytest.raises(ColumnsUnusable, match="run kith reindex"):
        ColumnStore(folder).columns()
    with opened(create_app(settings)):
        assert shown() == before
        assert health.integrity() == []


def test_a_flipped_byte_is_found_by_the_check_never_folded_and_mended_by_a_rebuild(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings.data_dir / "columns"
    [base] = folder.glob("base-*.col")
    _overwritten(base, base.stat().st_size - 1, b"\xfe")
    [problem] = health.integrity()
    assert problem == f"The matching columns are damaged ({base.name}): run kith reindex."
    monkeypatch.setattr(column_store, "LEAST_FOLDED", 1)
    with pytest.raises(ColumnsUnusable, match="damaged"):
        ColumnStore(folder).change(build(offers(5), []))
    engines().rebuild()
    assert health.integrity() == []


def test_a_busy_writer_is_waited_for_and_what_was_to_be_told_is_kept(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_store, "WAIT_FOR_WRITER", 0.1)
    [first, *_] = listings.iterate()
    catalog.amend(first.id, {"name": "New name"}, "ama")
    with (
        locked(settings.data_dir / "columns" / "writing.lock", wait=True),
        pytest.raises(ColumnsBusy, match="try again"),
    ):
        engines().catch_up()
    assert outbox.waiting() == 1
    engines().catch_up()
    assert outbox.waiting() == 0
    assert "New name" in shown().values()


def test_a_rebuild_reads_the_directory_as_it_is_once_nobody_else_writes(app: Flask) -> None:
    """Its own session began to read before an edit that was told to the columns meanwhile: the edit is not lost."""
    [first, *_] = listings.iterate()  # the session's view of the database begins here

    def elsewhere() -> None:
        with app.app_context():
            catalog.amend(first.id, {"name": "New name"}, "tom")
            engines().catch_up()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    engines()._rebuild_columns()
    assert "New name" in shown().values()


def test_new_words_of_the_agency_make_the_columns_anew(app: Flask, settings: Settings) -> None:
    store = ColumnStore(settings.data_dir / "columns")
    before = store.words()
    words.add(words.Addition("asset", "singing", "glee", "words"), actor="ama")
    engines().keep_up_with_words()
    assert store.words() == words.current().fingerprint != before
    assert len(shown()) == 3


def test_a_restored_directory_is_never_matched_with_the_columns_of_another(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    write_backup(tmp_path / "kept.zip")
    [first, *_] = listings.iterate()
    catalog.amend(first.id, {"name": "After the backup"}, "ama")
    engines().catch_up()
    assert "After the backup" in shown().values()
    for path in settings.data_dir.glob("kith.db*"):
        path.unlink()
    restore(tmp_path / "kept.zip", settings)
    assert not (settings.data_dir / "columns").exists()
    with opened(create_app(settings)):
        assert shown()[first.record.ref] == first.record.name


CHILD = """
import os, signal, sys
from directory import catalog, column_files, column_store, create_app, listings
from directory.database import opened
from directory.serving import engines

def die(*_args, **_given):
    os.kill(os.getpid(), signal.SIGKILL)

with opened(create_app()):
"""

DEADLY = {
    "in the middle of a change file": "column_files.os.fsync = die",
    "between file and pointer": "column_store.ColumnStore._point = die",
    "in the middle of the pointer": """
real = column_files.written_whole
column_store.column_files.written_whole = lambda path: die() if path.name == "current.json" else real(path)
""",
    "after the pointer": "column_store.ColumnStore._clear = die",
    "after the columns were told": "engines().__class__.catch_up.__globals__['outbox'].writing = die",
}


@pytest.mark.parametrize("moment", DEADLY)
def test_a_kill_while_the_columns_are_told_loses_nothing(app: Flask, settings: Settings, moment: str) -> None:
    [first, *_] = listings.iterate()
    change = (
        f"catalog.amend({first.id!r}, {{'name': 'New name'}}, 'ama')\n{DEADLY[moment]}\nengines().catch_up()"
    )
    done = subprocess.run(
        [sys.executable, "-c", CHILD + textwrap.indent(change, "    ")],
        env={**os.environ, "KITH_DATA": str(settings.data_dir), "KITH_TODAY": TODAY.isoformat()},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with opened(create_app(settings)):
        assert outbox.waiting() == 0
        told = shown()
        assert told[first.record.ref] == "New name"
        before = answers(engines().columns())
        engines().rebuild()
        assert (shown(), answers(engines().columns())) == (told, before)
        assert health.integrity() == []


def test_a_missing_file_is_told_from_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(ColumnsMissing):
        column_files.read(tmp_path / "none.col")


def test_after_an_import_no_later_edit_carries_it_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_store, "LEAST_SETTLED", 3)
    folder = tmp_path / "columns"
    store = filled(folder, offers(2))
    store.change(build(offers(5), [key for key, _ in offers(5)]))
    before = answers(store.columns())
    store.settle()
    assert not files(folder, "change")
    assert answers(ColumnStore(folder).columns()) == before
    [(key, offer)] = renamed(1, "One edit")
    store.change(build([(key, offer)], [key]))
    store.settle()
    assert len(files(folder, "change")) == 1
