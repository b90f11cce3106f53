"""Two processes edit and four match at once: nobody ever sees half of a change, nor a change taken back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from directory import catalog, create_app, listings
from directory.config import Settings
from directory.database import opened
from directory.serving import engines
from importers.plan import plan
from importers.records import CostRecord, ListingRecord, TermRecord

ROOT = Path(__file__).parents[2]
LISTINGS, EDITS, QUESTIONS = 12, 15, 40

COMMON = """
import json, sys
from directory import catalog, create_app, listings
from directory.config import Settings
from directory.database import opened
from directory.matchmaking import find_matches
from directory.serving import engines
from importers.records import CostRecord
data, which, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
settings = Settings.load(data, {"KITH_TODAY": "2026-11-22"})
"""
EDITOR = (
    COMMON
    + """
with opened(create_app(settings)):
    for version in range(1, times + 1):
        for at in {which, 5}:  # one of its own, and one that both change
            number = version * 2 + which
            catalog.amend(
                listings.by_ref(f"t:{at:02d}").id,
                {"name": f"Comedy night v{number}", "costs": (CostRecord(amount=float(number), currency="GBP"),)},
                "test",
            )
            engines().catch_up()
print("[]")
"""
)
READER = (
    COMMON
    + """
seen = []
with opened(create_app(settings)):
    for _ in range(times):
        found = find_matches({"assets": ["comedy"]}, limit=50)
        seen.append([[m.id, m.opportunity.name, m.opportunity.price] for m in (*found.matches, *found.check_first)])
print(json.dumps(seen))
"""
)


def record(number: int) -> ListingRecord:
    return ListingRecord(
        source="t",
        source_id=f"{number:02d}",
        name="Comedy night v0",
        activities=(TermRecord("comedy"),),
        costs=(CostRecord(amount=0.0, currency="GBP"),),
    )


def answer() -> list[Any]:
    return [[offer.id, offer.name, offer.price] for offer in engines().columns().offers()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with opened(create_app(Settings.load(tmp_path, {"KITH_TODAY": "2026-11-22"}))):
        catalog.apply(plan([record(number) for number in range(LISTINGS)], {}), "test", source="t")
        engines().catch_up()
    return tmp_path


def started(script: str, data: Path, which: int, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(data), str(which), str(times)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_four_that_match_while_two_edit_see_whole_changes_in_order(data: Path) -> None:
    editors = [started(EDITOR, data, which, EDITS) for which in (0, 1)]
    readers = [started(READER, data, which, QUESTIONS) for which in range(4)]
    said = [process.communicate(timeout=120) for process in (*editors, *readers)]
    for process, (_, errors) in zip((*editors, *readers), said, strict=True):
        assert process.returncode == 0, errors
    every = [json.loads(told) for told, _ in said[2:]]
    assert any(answers[-1] != answers[0] for answers in every), "nothing changed while they matched"
    for answers in every:
        assert len(answers) == QUESTIONS
        last: dict[str, int] = {}
        for seen in answers:
            assert len(seen) == LISTINGS, "a listing was missing while another changed"
            for id, name, price in seen:
                version = int(name.rpartition("v")[2])
                assert version == price, "half of a change was seen"
                if id in ("t:00", "t:01"):  # changed by one editor alone: its versions only go up
                    assert version >= last.get(id, 0)
                    last[id] = version
    with opened(create_app(Settings.load(data, {"KITH_TODAY": "2026-11-22"}))):
        engines().catch_up()
        kept = answer()
        engines().rebuild()
        assert kept == answer()
        assert listings.count() == LISTINGS
