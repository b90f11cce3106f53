"""The matching columns on disk: a large file of everything, small files of what changed since, and which of them count.

    folder/current.json      {"made": ..., "words": ..., "base": "base-1a2b.col", "changes": ["change-3c4d.col", ...]}
    folder/*.col             parts (column_files.py); never changed once written
    folder/writing.lock      one writer at a time

An edit writes one small file and then replaces current.json, so a reader sees all of it or nothing of it. Small files
are brought together as they gather. All of it is derived: what is broken or made by another version is made anew.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from directory import column_files, listings
from directory.column_files import DAMAGED, ColumnsMissing, ColumnsUnusable
from directory.errors import KithError
from directory.locking import locked
from matching.columns import Columns, Part, build, fingerprint, united
from matching.types import Opportunity

POINTER, LOCK = "current.json", "writing.lock"
LONGEST_POINTER = 1 << 16
"""Bytes; it names a few files."""
WAIT_FOR_WRITER = 10.0
MOST_CHANGES = 16
"""So many small files become one."""
LEAST_SETTLED = 500
"""After an import changes go into the large file once they are this many rows, and a fiftieth of what it has."""
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
        self._current = str(folder / POINTER)
        self._last: tuple[bytes, Pointer] | None = None
        self._view: tuple[Pointer, Columns] | None = None
        self._loading = threading.Lock()

    def columns(self) -> Columns:
        """All opportunities as of the last change. Raises ColumnsUnusable."""
        view, pointer = self._view, self._pointer()
        if view is not None and view[0] == pointer:
            return view[1]
        with self._loading:
            return self._newest()

    def words(self) -> str:
        """The fingerprint of the vocabulary that the columns were made with. Raises ColumnsUnusable."""
        return self._pointer().words

    def _newest(self) -> Columns:
        """One thread at a time, so that no view is followed by an older one."""
        pointer = self._pointer()
        while self._view is None or self._view[0] != pointer:
            try:
                self._view = (pointer, self._read(pointer))
            except ColumnsMissing:
                # A writer may have brought that file into another since we read the pointer. Then it has moved on.
                before, pointer = pointer, self._pointer()
                if pointer == before:
                    raise
        return self._view[1]

    def _pointer(self) -> Pointer:
        try:
            written = self._written()
            if self._last and self._last[0] == written:
                return self._last[1]
            pointer = msgspec.json.decode(written, type=Pointer)
        except FileNotFoundError:
            raise ColumnsUnusable("There are no matching columns yet: run kith reindex.") from None
        except (OSError, ValueError, RecursionError) as error:
            raise ColumnsUnusable("The matching columns cannot be read: run kith reindex.") from error
        if pointer.made != fingerprint():
            raise ColumnsUnusable(
                "The matching columns were made by another version of Kith: run kith reindex."
            )
        self._last = (written, pointer)
        return pointer

    def _written(self) -> bytes:
        """All of current.json: every match reads it, and so it is read with no more than the three calls it takes."""
        file = os.open(self._current, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            return os.read(file, LONGEST_POINTER)
        finally:
            os.close(file)

    def _read(self, pointer: Pointer) -> Columns:
        names = (pointer.base, *pointer.changes)
        parts = {name: self._parts.get(name) or column_files.read(self.folder / name) for name in names}
        changes = [parts[name] for name in pointer.changes]
        try:
            later = changes if len(changes) < 2 else [united(changes)]
            columns = Columns(parts=[parts[pointer.base], *later])
        except (LookupError, ValueError) as error:  # row numbers or words that cannot be
            raise ColumnsUnusable(DAMAGED) from error
        self._parts = parts
        return columns

    # --- writing ---------------------------------------------------------------------------------------------------

    def change(self, *parts: Part) -> None:
        """Replace all that is known of some listings by parts (see `matching.columns.build`): all of it, or nothing
        where it raises ColumnsUnusable or ColumnsBusy."""
        with self._writing():
            pointer = self._pointer()
            written = [self._write(part, "change") for part in parts]
            self._point(self._tidied(replace(pointer, changes=(*pointer.changes, *written))))

    def reread(
        self, listing_ids: Sequence[str], read: Callable[[], Iterable[Owned]], words: tuple[str, str]
    ) -> bool:
        """Replace these listings by what `read` gives, now that `words` (the fingerprint before, and after) changed;
        False, and nothing done, where the columns were made with other words than that. Raises as `change` does.

        `read` is called once nobody else can write, as in `rebuild`.
        """
        with self._writing():
            pointer = self._pointer()
            if pointer.words != words[0]:
                return False
            changed = replace(pointer, words=words[1])
            if listing_ids:
                part = build(read(), replaces=listing_ids)
                changed = self._tidied(
                    replace(changed, changes=(*pointer.changes, self._write(part, "change")))
                )
            self._point(changed)
        return True

    def settle(self) -> None:
        """After many changes at once fold them into the large file, so that no later edit has to carry them along.
        Raises ColumnsUnusable, ColumnsBusy."""
        with self._writing():
            pointer = self._pointer()
            sizes = [column_files.read(self.folder / name).size for name in (pointer.base, *pointer.changes)]
            if sum(sizes[1:]) >= max(LEAST_SETTLED, sizes[0] // 50):
                base = self._fold("base", (pointer.base, *pointer.changes))
                self._point(replace(pointer, base=base, changes=()))

    def rebuild(self, read: Callable[[], tuple[Iterable[Owned], str]]) -> None:
        """Make the columns anew from all opportunities there are, and the fingerprint of the words they were read by.

        `read` is called once nobody else can write, so it must look at the directory as it is then: what was told to
        these columns before is in it, and what comes after waits for us. Raises ColumnsBusy.
        """
        with self._writing():
            offers, words = read()
            parts = [build(some) for some in listings.chunks(offers, AT_ONCE)] or [build(())]
            base = self._write(parts[0] if len(parts) == 1 else united(parts), "base")
            self._point(Pointer(fingerprint(), words, base))

    def _tidied(self, pointer: Pointer) -> Pointer:
        """The same with small files brought together where there are many. Raises ColumnsUnusable."""
        sizes = [column_files.read(self.folder / name).size for name in (pointer.base, *pointer.changes)]
        if sum(sizes[1:]) >= max(LEAST_FOLDED, sizes[0] // 2):
            return replace(pointer, base=self._fold("base", (pointer.base, *pointer.changes)), changes=())
        if len(pointer.changes) > MOST_CHANGES:
            return replace(pointer, changes=(self._fold("change", pointer.changes),))
        return pointer

    def _fold(self, kind: str, names: Sequence[str]) -> str:
        """Several files as one. What is damaged is never passed on under a fresh checksum."""
        paths = [self.folder / name for name in names]
        if any(column_files.damaged(path) for path in paths):
            raise ColumnsUnusable(DAMAGED)
        return self._write(united([column_files.read(path) for path in paths]), kind)

    def _write(self, part: Part, kind: str) -> str:
        name = f"{kind}-{uuid.uuid4().hex}.col"
        column_files.write(part, self.folder / name)
        return name

    def _point(self, pointer: Pointer) -> None:
        """Make other files the ones that count, at once for every reader."""
        with column_files.written_whole(self.folder / POINTER) as file:
            file.write(msgspec.json.encode(pointer))
        self._clear(pointer)

    def _clear(self, pointer: Pointer) -> None:
        """Delete what no longer counts: what was folded, and what a writer that was killed left behind."""
        kept = {POINTER, LOCK, pointer.base, *pointer.changes}
        for old in self.folder.iterdir():
            if old.name not in kept:
                with suppress(
                    PermissionError
                ):  # Windows deletes nothing that is mapped; the next writer will
                    old.unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The only writer, over all processes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + WAIT_FOR_WRITER
        while True:
            with locked(self.folder / LOCK, wait=False) as mine:
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
