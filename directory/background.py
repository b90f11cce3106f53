"""What runs beside the pages in `kith serve`: counts of use are written each minute, counts of gaps every ten,
links visited each half hour.

Several servers on one data folder take turns: a job that wants to be alone runs where its lock is free
(docs/decisions/0055).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

from flask import Flask

from directory import gaps, links, usage
from directory.config import Settings
from directory.database import db
from directory.locking import locked

log = logging.getLogger("kith.background")

EVERY_MINUTE, EVERY_TEN_MINUTES, EVERY_HALF_HOUR = 60.0, 600.0, 1800.0
LONGEST_STOP = 30.0
"""Seconds that stopping waits for the job under way."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds, the first time after so many; `alone`: by one process at a time."""

    name: str
    run: Callable[[], object]
    every: float
    alone: bool = False


_COUNTING: Final = (Job("usage", usage.flush, EVERY_MINUTE), Job("gaps", gaps.flush, EVERY_TEN_MINUTES))


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """The jobs of an installation."""
    if not settings.link_checks:
        return _COUNTING
    return *_COUNTING, Job("links", links.check, EVERY_HALF_HOUR, alone=True)


@contextmanager
def working(app: Flask, jobs: Sequence[Job] | None = None) -> Iterator[None]:
    """Run the jobs while inside, each in turn; at the end what waits of the counts is written."""
    settings: Settings = app.config["KITH_SETTINGS"]
    chosen = jobs_of(settings) if jobs is None else jobs
    stop = Event()
    threads = [
        Thread(target=_repeat, args=(app, job, stop), name=f"kith-{job.name}", daemon=True) for job in chosen
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(LONGEST_STOP if thread.name == "kith-usage" else 0.5)
        for job in _COUNTING:
            _once(app, job)


def _repeat(app: Flask, job: Job, stop: Event) -> None:
    while not stop.wait(job.every):
        _once(app, job)


def _once(app: Flask, job: Job) -> None:
    """One run of a job. What goes wrong is logged, and tried again next time."""
    folder = app.config["KITH_SETTINGS"].data_dir
    with app.app_context():
        try:
            with locked(folder / f"{job.name}.lock", wait=False) as ours:
                if ours or not job.alone:
                    job.run()
        except Exception as error:
            # Its class alone: a message may quote what people wrote.
            log.error("The background job %s failed: %s", job.name, type(error).__name__)
        finally:
            db.session.remove()
