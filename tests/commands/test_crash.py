"""Kill -9 at the worst moments of an import and an edit, through the whole house: `kith check` is clean then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

CHILD = """
import os, signal, sys
from directory import _applying, _writing, outbox, catalog, create_app, listings
from directory.search_index import SearchIndex
from directory.serving import Engines, engines

def die(*_args, **_given):
    os.kill(os.getpid(), signal.SIGKILL)

def die_after(owner, name, times):
    real, calls = getattr(owner, name), []
    def counting(*args, **given):
        calls.append(1)
        if len(calls) > times:
            die()
        return real(*args, **given)
    setattr(owner, name, counting)

_applying.BATCH = 10
"""

KILLED = {
    "in the second batch of rows": "die_after(_writing.Writer, 'create', 1)",
    "after the rows, before the index hears of them": "outbox.drain = die",
    "while the index is being told": "die_after(SearchIndex, 'add', 0)",
    "after the index was told, before the outbox is emptied": """
real_tell = Engines._tell_index
def told(self, *what):
    real_tell(self, *what)
    die()
Engines._tell_index = told
""",
}


def run_child(code: str, *arguments: str) -> int:
    """Run a child of ours with something deadly in it; its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD + textwrap.dedent(code), *arguments], env=os.environ, capture_output=True
    )
    return done.returncode


@pytest.fixture
def forty(sheet: Any) -> Path:
    path: Path = sheet(
        *({"id": f"g{n}", "name": f"Choir {n}", "organization": f"House {n % 3}"} for n in range(40))
    )
    return path


@pytest.mark.parametrize("moment", KILLED)
def test_an_import_killed_half_way_loses_nothing(kith: Any, forty: Path, moment: str) -> None:
    code = f"{KILLED[moment]}\nfrom directory.cli import main\nsys.argv = ['kith', 'import', sys.argv[1]]\nmain()"
    assert kith("check").exit_code == 0
    assert run_child(code, str(forty)) == -signal.SIGKILL
    assert kith("check").exit_code == 0
    again = kith("import", forty, "--json").json()["counts"]
    assert again["amended"] == 0
    assert again["created"] + again["unchanged"] == 40
    assert kith("search", "choir", "--json").json()["total"] == 40
    assert kith("check").exit_code == 0


@pytest.mark.parametrize(
    "moment", ["after the rows, before the index hears of them", "while the index is being told"]
)
def test_an_edit_killed_before_the_index_heard_of_it_is_searchable_after_the_next_start(
    kith: Any, forty: Path, moment: str
) -> None:
    kith("import", forty)
    code = f"""
with create_app().app_context():
    key = listings.by_ref("town:g7").id
    {"catalog.amend(key, {'name': 'Ukulele jam'}, 'someone')"}
    {KILLED[moment]}
    engines().catch_up()
"""
    assert run_child(code) == -signal.SIGKILL
    assert [one["id"] for one in kith("search", "ukulele", "--json").json()["results"]] == ["town:g7"]
    assert kith("check").exit_code == 0


def test_an_edit_killed_inside_its_transaction_never_happened(kith: Any, forty: Path) -> None:
    kith("import", forty)
    code = """
with create_app().app_context():
    real = _writing.Writer.amend
    def amended(self, *args, **given):
        real(self, *args, **given)
        die()
    _writing.Writer.amend = amended
    catalog.amend(listings.by_ref("town:g7").id, {"name": "Ukulele jam"}, "someone")
"""
    assert run_child(code) == -signal.SIGKILL
    assert kith("search", "ukulele", "--json").json()["total"] == 0
    assert kith("search", "choir", "--json").json()["total"] == 40
    assert kith("check").exit_code == 0
