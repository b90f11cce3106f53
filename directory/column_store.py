"""The matching columns on disk: a large file of everything, small files of what changed since, and which of them count.

    folder/current.json      {"made": ..., "words": ..., "base": "base-1a2b.col", "changes": ["change-3c4d.col", ...]}
    folder/*.col             parts (column_files.py); never changed once written
    folder/writing.lock      one writer at a time

An edit writes one small file and replaces current.json at once, so a reader sees all of it or nothing of it. Small
files are brought together as they gather. All of it is derived: what is broken or made by another version is made anew.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from directory import column_files, listings
from directory.column_files import ColumnsUnusable
from directory.errors import KithError
from directory.locking import locked
from matching.columns import Columns, Part, build, fingerprint, united
from matching.types import Opportunity

POINTER = "current.json"
WAIT_FOR_WRITER = 10.0
MOST_CHANGES = 16
"""So many small files become one."""
LEAST_FOLDED = 4_000
"""Changes go into the large file once they are this many rows, and half as many as it has."""
AT_ONCE = 5_000

Owned = tuple[str, Opportunity]
"""(the id of a listing, one of its opportunities)."""


class ColumnsBusy(KithError):
    """Another writer held the columns for too long. Nothing was changed; try again later."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which files count. `made`: by what version of the columns; `words`: fingerprint of the vocabulary they were made
    with."""

    made: str
    words: str
    base: str
    changes: tuple[str, ...] = ()


class ColumnStore:
    """Reads and writes the columns of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts: dict[str, Part] = {}
        self._view: tuple[Pointer, Columns] | None = None
        self._loading = threading.Lock()

    def columns(self) -> Columns:
        """All opportunities as of the last change. Raises ColumnsUnusable."""
        try:
            return self._columns()
        except ColumnsUnusable:
            return self._columns()  # a file may have been folded into another since we read the pointer

    def words(self) -> str:
        """The fingerprint of the vocabulary that the columns were made with. Raises ColumnsUnusable."""
        return self._pointer().words

    def _columns(self) -> Columns:
        pointer = self._pointer()
        view = self._view
        if view is None or view[0] != pointer:
            with self._loading:
                view = self._view
                if view is None or view[0] != pointer:
                    view = self._view = (pointer, self._read(pointer))
        return view[1]

    def _pointer(self) -> Pointer:
        try:
            told = json.loads((self.folder / POINTER).read_text("utf-8"))
            pointer = Pointer(told["made"], told["words"], told["base"], tuple(told["changes"]))
        except FileNotFoundError:
            raise ColumnsUnusable("There are no matching columns yet: run kith reindex.") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ColumnsUnusable("The matching columns cannot be read: run kith reindex.") from error
        if pointer.made != fingerprint():
            raise ColumnsUnusable(
                "The matching columns were made by another version of Kith: run kith reindex."
            )
        return pointer

    def _read(self, pointer: Pointer) -> Columns:
        names = (pointer.base, *pointer.changes)
        parts = {name: self._parts.get(name) or column_files.read(self.folder / name) for name in names}
        self._parts = parts
        changes = [parts[name] for name in pointer.changes]
        later = changes if len(changes) < 2 else [united(changes)]
        return Columns(parts=[parts[pointer.base], *later])

    # --- writing ---------------------------------------------------------------------------------------------------

    def change(self, offers: Iterable[Owned], replaced: Iterable[str]) -> None:
        """Replace all that is known of some listings by these opportunities. Raises ColumnsUnusable, ColumnsBusy."""
        part = build(offers, replaces=replaced)
        with self._writing():
            pointer = self._pointer()
            name = self._write(part, "change")
            self._point(replace(pointer, changes=(*pointer.changes, name)))
            self._tidy()

    def rebuild(self, offers: Iterable[Owned], words: str) -> None:
        """Make the columns anew from all opportunities there are. Raises ColumnsBusy."""
        with self._writing():
            parts = [build(some) for some in listings.chunks(offers, AT_ONCE)] or [build(())]
            base = self._write(parts[0] if len(parts) == 1 else united(parts), "base")
            self._point(Pointer(fingerprint(), words, base))

    def _tidy(self) -> None:
        """Bring small files together. What they say stays the same."""
        pointer = self._pointer()
        base = column_files.read(self.folder / pointer.base)
        changes = [column_files.read(self.folder / name) for name in pointer.changes]
        if sum(part.size for part in changes) >= max(LEAST_FOLDED, base.size // 2):
            whole = self._write(united([base, *changes]), "base")
            self._point(replace(pointer, base=whole, changes=()))
        elif len(changes) > MOST_CHANGES:
            self._point(replace(pointer, changes=(self._write(united(changes), "change"),)))

    def _write(self, part: Part, kind: str) -> str:
        name = f"{kind}-{uuid.uuid4().hex}.col"
        column_files.write(part, self.folder / name)
        return name

    def _point(self, pointer: Pointer) -> None:
        """Make other files the ones that count, at once for every reader, and clear away the rest."""
        target = self.folder / POINTER
        fresh = target.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(pointer), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
        kept = {pointer.base, *pointer.changes}
        for old in self.folder.glob("*.col"):
            if old.name not in kept:
                old.unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The only writer, over all processes."""
        until = time.monotonic() + WAIT_FOR_WRITER
        while True:
            with locked(self.folder / "writing.lock", wait=False) as mine:
                if mine:
                    yield
                    return
            if time.monotonic() > until:
                raise ColumnsBusy(
                    "The matching columns are being written by someone else: try again in a minute."
                )
            time.sleep(0.05)

    # --- checking --------------------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """What is wrong with the files, in plain words; empty when they are as they were written."""
        try:
            pointer = self._pointer()
            names = (pointer.base, *pointer.changes)
            broken = [name for name in names if column_files.damaged(self.folder / name)]
        except ColumnsUnusable as error:
            return [error.message]
        return [f"The matching columns are damaged ({name}): run kith reindex." for name in broken]
