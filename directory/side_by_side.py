"""Work for a second core: while an import writes the search index, its columns are made beside it."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin some work in a process of its own; the function given back waits for what it makes.

    The work must only reckon with what is in memory: no database, no files, no locks. It is done here, when it is asked
    for, where no process can be split off safely (another system than Linux, a server's threads, one core), or where
    the other one failed: what it raises is then raised here.
    """
    if sys.platform != "linux" or threading.active_count() > 1 or (os.cpu_count() or 1) < 2:
        return work
    split_off = multiprocessing.get_context("fork")
    here, there = split_off.Pipe(duplex=False)
    child = split_off.Process(target=_send, args=(there, work), daemon=True)
    with warnings.catch_warnings():
        # Python warns of threads that it did not start: those of a library for sums, which this work does not use.
        warnings.simplefilter("ignore", DeprecationWarning)
        child.start()
    there.close()

    def made() -> T:
        try:
            succeeded, result = here.recv()
        except EOFError:  # it was killed
            succeeded, result = False, None
        here.close()
        child.join()
        return result if succeeded else work()

    return made


def _send(there: Connection, work: Callable[[], Any]) -> None:
    _close_but(there.fileno())
    try:
        result: tuple[bool, Any] = (True, work())
    except (Exception, KeyboardInterrupt):  # told where it is done again, with everything about it
        result = (False, None)
    with suppress(OSError):  # whoever asked is gone
        there.send(result)


def _close_but(kept: int) -> None:
    """Let go of all files but one and the standard three: a lock that whoever asked held is free once they are gone."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
