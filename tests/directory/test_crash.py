"""Kill -9 at the worst moments: afterwards the database is whole, and what was committed reaches the index."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from directory import listings, outbox
from directory.database import db

CHILD = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from flask import Flask
from directory import catalog, listings, migrating, outbox, _writing, _applying
from directory.config import Settings
from directory.database import db
from importers import plan as planning
from importers.records import *

data = Path(sys.argv[1])

def die(*_args, **_kw):
    os.kill(os.getpid(), signal.SIGKILL)

def index(upserts, removals):
    for one in upserts:
        (data / "index" / one.id).write_text(one.record.name)

def record(i):
    return ListingRecord(
        source="town", source_id=f"row-{i}", name=f"Group {i}",
        organization=OrganizationRecord(f"org-{i // 3}", f"Organization {i // 3}"),
        places=(PlaceRecord("hall", address_1=f"{i} Mill Lane", facts=(FactRecord("step_free", "yes"),)),),
        sessions=(SessionRecord("WEEKLY", byday="TU", place_source_id="hall"),),
        activities=(TermRecord("singing"), TermRecord(f"thing {i}")),
        facts=(FactRecord("beginners", "yes"),), tips=("Sit near the piano",),
    )

def plan_of(number):
    return planning.plan([record(i) for i in range(number)], catalog.known("town"))

app = Flask("child")
app.config.update(Settings.load(data, {"KITH_TODAY": "2026-11-22"}).flask_config())
db.init_app(app)
_applying.BATCH = 4
(data / "index").mkdir(exist_ok=True)
with app.app_context():
"""

Run = Callable[[str], int]


@pytest.fixture
def child(tmp_path: Path) -> Run:
    """Runs code in a process of its own, on the data folder of `app`; its exit code (-9 when it was killed)."""

    def run(code: str) -> int:
        script = textwrap.dedent(CHILD) + textwrap.indent(textwrap.dedent(code), "    ")
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "data")], capture_output=True, text=True, timeout=60
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode

    return run


def whole(data: Path) -> None:
    """SQLite's own checks, and no listing without what was written with it."""
    with closing(sqlite3.connect(data / "kith.db")) as link:
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert link.execute("PRAGMA foreign_key_check").fetchall() == []
    for listing in listings.iterate():
        record = listing.record
        assert record.organization and record.places[0].facts and record.sessions and record.facts
        assert len(record.activities) == 2 and record.tips and listing.sources


def everything_is_searchable(data: Path) -> None:
    """What the next start does: drain, and every listing is in the index under its name of now."""

    def index(upserts: object, _removals: object) -> None:
        for one in upserts:  # type: ignore[attr-defined]
            (data / "index" / one.id).write_text(one.record.name)

    outbox.drain([index])
    there = {path.name: path.read_text() for path in (data / "index").iterdir()}
    assert there == {one.id: one.record.name for one in listings.iterate()}
    assert outbox.waiting() == 0


KILLED = -signal.SIGKILL


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("in the first batch", 0),
        ("in the second batch", 4),
        ("at the last statement of a batch", 4),
        ("between two batches", 4),
        ("before the run is closed", 10),
    ],
)
def test_a_killed_import_leaves_whole_batches_and_the_next_one_completes_it(
    app: Flask, child: Run, tmp_path: Path, moment: str, left: int
) -> None:
    deadly = {
        "in the first batch": "_writing.Writer._insert_children = die",
        "in the second batch": (
            "first = _writing.Writer._insert_children\n"
            "_writing.Writer._insert_children = lambda w, rows: (\n"
            "    die() if len(w.memory.organizations) > 2 else first(w, rows))"
        ),
        "at the last statement of a batch": (
            "calls, tell = [], _writing.Writer.tell\n"
            "_writing.Writer.tell = lambda w, *a: die() if calls else (calls.append(1), tell(w, *a))"
        ),
        "between two batches": "",
        "before the run is closed": "_applying._mark_seen = die",
    }[moment]
    progress = "die" if moment == "between two batches" else "None"
    assert child(f"{deadly}\ncatalog.apply(plan_of(10), 'cli', source='town', progress={progress})") == KILLED
    whole(tmp_path / "data")
    assert listings.count() == left
    db.session.rollback()
    assert child("catalog.apply(plan_of(10), 'cli', source='town')") == 0
    db.session.rollback()
    whole(tmp_path / "data")
    assert listings.count() == 10
    everything_is_searchable(tmp_path / "data")


def test_the_same_plan_can_be_applied_again_after_a_kill(app: Flask, child: Run, tmp_path: Path) -> None:
    child("import pickle; (data / 'plan').write_bytes(pickle.dumps(plan_of(10)))")
    apply = "import pickle; plan = pickle.loads((data / 'plan').read_bytes())\n"
    assert child(apply + "catalog.apply(plan, 'cli', source='town', progress=die)") == KILLED
    assert child(apply + "assert catalog.apply(plan, 'cli', source='town').created == 6") == 0
    whole(tmp_path / "data")
    assert listings.count() == 10
    everything_is_searchable(tmp_path / "data")


@pytest.mark.parametrize(
    "deadly",
    [
        pytest.param("_writing.Writer._insert_children = die", id="old rows gone, new ones not yet there"),
        pytest.param("_writing.Writer.tell = die", id="before the index is told"),
        pytest.param("outbox.drain = die", id="after the commit, before the drain"),
        pytest.param("index = die", id="in the middle of the drain"),
        pytest.param("outbox.writing = die", id="index told, outbox not yet emptied"),
    ],
)
def test_a_kill_during_an_edit_leaves_the_old_listing_or_the_new(
    app: Flask, child: Run, tmp_path: Path, deadly: str
) -> None:
    child("catalog.add(record(1), 'ama'); outbox.drain([index])")
    change = "{'name': 'New name', 'places': (replace(record(1).places[0], address_1='New Road'),)}"
    assert (
        child(
            f"{deadly}\ncatalog.amend(listings.by_ref('town:row-1').id, {change}, 'ama')\noutbox.drain([index])"
        )
        == KILLED
    )
    whole(tmp_path / "data")
    record = listings.by_ref("town:row-1").record
    place = record.places[0]
    assert (record.name, place.address_1) in (("Group 1", "1 Mill Lane"), ("New name", "New Road"))
    committed = "Writer" not in deadly
    assert (record.name == "New name") is committed
    everything_is_searchable(tmp_path / "data")


def test_a_kill_while_the_tables_are_made_is_made_good_at_the_next_start(tmp_path: Path, child: Run) -> None:
    (tmp_path / "data").mkdir()
    deadly = """
        from alembic.operations import Operations
        make = Operations.create_table
        Operations.create_table = lambda op, name, *a, **k: die() if name == "tip" else make(op, name, *a, **k)
        migrating.upgrade(db.engine)
    """
    assert child(deadly) == KILLED
    assert child("migrating.upgrade(db.engine); assert migrating.drift(db.engine) == []") == 0
