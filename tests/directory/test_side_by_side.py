"""Work done beside other work is the same work, whatever becomes of the other process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from directory import catalog, create_app
from directory.config import Settings
from directory.database import opened
from directory.locking import locked
from directory.serving import MANY, engines
from directory.side_by_side import beside
from importers.plan import plan
from importers.records import ListingRecord, PlaceRecord, SessionRecord

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere everything is done in one process")


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def _where() -> int:
    return os.getpid()


@linux
def test_work_beside_is_done_in_another_process(two_cores: None) -> None:
    made = beside(_where)
    assert made() != os.getpid()


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2)])
def test_on_one_core_or_beside_a_servers_threads_it_is_done_here(
    cores: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(threading, "active_count", lambda: threads)
    assert beside(_where)() == os.getpid()


def test_what_fails_beside_fails_here_with_its_own_error(two_cores: None) -> None:
    def fail() -> NoReturn:
        raise ValueError("No such postcode.")

    made = beside(fail)
    with pytest.raises(ValueError, match=r"No such postcode\."):
        made()


@linux
def test_what_was_killed_beside_is_done_here(two_cores: None) -> None:
    here = os.getpid()

    def killed_elsewhere() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    assert beside(killed_elsewhere)() == here


GONE = """
import os, sys, threading, time
from pathlib import Path
from directory.locking import locked
from directory.side_by_side import beside

os.cpu_count = lambda: 2
with locked(Path(sys.argv[1]), wait=True):
    beside(lambda: time.sleep(20))
    print("begun", flush=True)
    os._exit(1)
"""


@linux
def test_a_lock_is_free_once_its_holder_is_gone_though_the_other_process_still_works(tmp_path: Path) -> None:
    lock = tmp_path / "outbox.lock"
    command = [sys.executable, "-c", GONE, str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"begun\n"
        holder.wait()
        time.sleep(0.5)  # so that the other one has begun
        with locked(lock, wait=False) as mine:
            assert mine


def _records() -> Iterator[ListingRecord]:
    for number in range(MANY + 50):
        place = PlaceRecord(
            source_id=f"p{number}",
            name="Hall",
            postal_code="S1 1AA",
            latitude=53.38 + number / 1000 if number % 3 else None,
            longitude=-1.47 if number % 3 else None,
            withheld=number % 7 == 0,
        )
        yield ListingRecord(
            source="s",
            source_id=str(number),
            name=("Choir", "Knit and natter", "Walking football")[number % 3] + f" {number}",
            description="We sing, and we have tea. " * (number % 5),
            places=(place,),
            sessions=(SessionRecord("WEEKLY", byday="TU", opens_at="10:00", closes_at="12:00"),),
        )


@linux
def test_an_import_makes_the_same_columns_side_by_side_as_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def imported(folder: str, cores: int) -> dict[str, np.ndarray]:
        begun: list[Callable[[], object]] = []
        monkeypatch.setattr(os, "cpu_count", lambda: cores)
        monkeypatch.setattr(threading, "active_count", lambda: 1)
        monkeypatch.setattr("directory.serving.beside", lambda work: begun.append(work) or beside(work))
        with opened(create_app(Settings.load(tmp_path / folder))):
            catalog.apply(plan(list(_records()), {}), "test", source="s")
            engines().catch_up()
            assert len(begun) == 1
            part = engines().columns().parts[-1]
            assert part.size == MANY + 50
            return {
                name: np.array(part[name])
                for name in part.arrays
                if name not in ("owner", "by_owner", "replaces")
            }

    together, one_by_one = imported("a", 2), imported("b", 1)
    assert together.keys() == one_by_one.keys()
    assert all(
        np.array_equal(together[name], one_by_one[name], equal_nan=together[name].dtype.kind == "f")
        for name in together
    )
