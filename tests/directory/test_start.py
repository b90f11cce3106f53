"""What a start leaves behind, and what it does without; each in a process of its own, as a start is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TWO_APPS = """
import gc, sys, weakref
from pathlib import Path
from directory import create_app
from directory.config import Settings
from directory.database import opened

def used(name):
    with opened(create_app(Settings.load(Path(sys.argv[1]) / name))) as app:
        return weakref.ref(app)

first, second = used("one"), used("two")
looked_through = len(gc.get_objects())
gc.collect()
print(gc.isenabled(), second() is None, gc.get_freeze_count() > looked_through)
"""
HELP = """
import sys
from directory import cli
from click.testing import CliRunner
print(CliRunner().invoke(cli.cli, ["--help"]).exit_code, *(sys.modules.keys() & {"flask", "numpy", "sqlalchemy"}))
"""


def printed(program: str, *words: object) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split()


def test_what_the_first_app_is_made_of_is_looked_through_no_more_and_a_second_app_can_go(
    tmp_path: Path,
) -> None:
    assert printed(TWO_APPS, tmp_path) == ["True", "True", "True"]


def test_help_needs_neither_the_web_frame_nor_the_tables_nor_the_matcher() -> None:
    assert printed(HELP) == ["0"]
