"""Loading gazetteer files: outcodes, postcodes and place names, from the open files there are.

The kind of file is recognised by its headings (or, without headings, by the shape of its first row); LAYOUTS
lists them. Loading a file twice changes nothing: a code is known by kind and key, a place by kind, key and
qualifier.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from math import nan
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.orm import Session

from directory import gazetteer_layouts as layouts
from directory.gazetteer_layouts import Entry, Reader
from directory.models import GazetteerEntry
from importers.records import UnreadableSource

CHUNK = 5_000
Progress = Callable[[int, float], None]
"""Called now and then with the rows read so far and the share of the file they are (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `skipped`: rows without a usable name or point; `repeated`: rows for what the file
    already had."""

    layout: str
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    repeated: int = 0


def load(
    bind: Engine | Connection | Session,
    path: Path | str,
    progress: Progress | None = None,
    source: str | None = None,
) -> Loaded:
    """Load one file (.csv, .tsv, .txt, also .gz), in one transaction: all of it or nothing.

    With an Engine the transaction is committed; with a Connection or Session that is the caller's to do.
    `source` names where entries came from; the file's name if absent. Raises UnreadableSource with what is
    understood.
    """
    if isinstance(bind, Engine):
        with bind.begin() as connection:
            return load(connection, path, progress, source)
    connection = bind.connection() if isinstance(bind, Session) else bind
    path = Path(path)
    try:
        return _load(connection, path, progress or (lambda _rows, _share: None), source or path.name)
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableSource(f"{path.name} cannot be read: {why}.") from error
    except csv.Error as error:
        raise UnreadableSource(f"{path.name} is not a table that Kith can read ({error}).") from error


def _load(connection: Connection, path: Path, progress: Progress, source: str) -> Loaded:
    with _opened(path) as (text, share):
        layout, entries = read(text, path.name)
        upsert = _Upsert(connection, source)
        count = 0
        for chunk in _chunks(entries):
            count += len(chunk)
            upsert([entry for entry in chunk if entry is not None])
            progress(count, share())
        progress(count, 1.0)
    skipped = count - upsert.given
    return Loaded(layout, count, upsert.added, upsert.changed, upsert.unchanged, skipped, upsert.repeated)


def read(text: IO[str], name: str = "The file") -> tuple[str, Iterator[Entry | None]]:
    """(layout's name, its entries; None for a row that cannot be used). Raises UnreadableSource."""
    first = text.readline()
    if not first.strip():
        raise UnreadableSource(f"{name} is empty.")
    rows = csv.reader(chain([first], text), delimiter="\t" if "\t" in first else ",")
    heading = next(rows)
    for layout in layouts.LAYOUTS:
        reader: Reader | None = layout.recognise(heading)
        if reader:
            body = rows if layout.has_heading else chain([heading], rows)
            return layout.name, reader(row for row in body if row)
    understood = "\n".join(f"- {layout.name}: {layout.looks_like}" for layout in layouts.LAYOUTS)
    found = ", ".join(heading)[:200]
    raise UnreadableSource(
        f"{name} has headings that Kith does not know ({found}). It can read:\n{understood}"
    )


class _Upsert:
    """Adds, changes or leaves alone, a chunk at a time. Within one file the first row for a thing counts."""

    def __init__(self, connection: Connection, source: str) -> None:
        self.connection, self.source = connection, source
        self.seen: set[tuple[str, str, str]] = set()
        self.fresh: dict[str, bool] = {}
        self.given = self.added = self.changed = self.unchanged = self.repeated = 0

    def __call__(self, entries: list[Entry]) -> None:
        self.given += len(entries)
        new = [entry for entry in entries if self._first(entry)]
        self.repeated += len(entries) - len(new)
        known = self._known(new)
        added, changed = [], []
        for entry in new:
            before = known.get(entry.identity)
            if before is None:
                added.append(self._row(entry))
            elif before[1] != entry.value:
                changed.append(self._row(entry) | {"entry_id": before[0]})
        if added:
            self.connection.execute(insert(GazetteerEntry), added)
        if changed:
            where = GazetteerEntry.id == bindparam("entry_id")
            self.connection.execute(update(GazetteerEntry).where(where), changed)
        self.added += len(added)
        self.changed += len(changed)
        self.unchanged += len(new) - len(added) - len(changed)

    def _first(self, entry: Entry) -> bool:
        before = len(self.seen)
        self.seen.add(entry.identity)
        return len(self.seen) > before

    def _row(self, entry: Entry) -> dict[str, Any]:
        return {
            "kind": entry.kind,
            "key": entry.key,
            "name": entry.name,
            "qualifier": entry.qualifier or None,
            "rank": entry.rank,
            "lat": entry.lat,
            "lon": entry.lon,
            "source": self.source,
        }

    def _known(self, entries: list[Entry]) -> dict[tuple[str, str, str], tuple[int, tuple[Any, ...]]]:
        """Identity -> (id, value) of what the table already has. Kinds that had nothing before are not asked
        for."""
        keys = sorted({entry.key for entry in entries if not self._is_fresh(entry.kind)})
        if not keys:
            return {}
        e = GazetteerEntry
        found = self.connection.execute(
            select(e.id, e.kind, e.key, e.name, e.qualifier, e.rank, e.lat, e.lon).where(e.key.in_(keys))
        )
        known = {}
        for id_, kind, key, name, qualifier, rank, lat, lon in found:
            point = (
                (nan if lat is None else lat),
                (nan if lon is None else lon),
            )  # no point differs from any point
            entry = Entry(kind, key, name, qualifier or "", rank, *point)
            known[entry.identity] = (id_, entry.value)
        return known

    def _is_fresh(self, kind: str) -> bool:
        if kind not in self.fresh:
            one = select(GazetteerEntry.id).where(GazetteerEntry.kind == kind).limit(1)
            self.fresh[kind] = self.connection.execute(one).first() is None
        return self.fresh[kind]


def _chunks(entries: Iterable[Entry | None]) -> Iterator[list[Entry | None]]:
    entries = iter(entries)
    while chunk := list(islice(entries, CHUNK)):
        yield chunk


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[str], Callable[[], float]]]:
    """A text stream of a plain or gzipped file, and a function that says how far it has been read (0 to 1).

    UTF-8 (with or without byte order mark); Windows-1252 where it is not.
    """
    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw:
        encoding = "utf-8-sig" if _is_utf8(_unzipped(raw)) else "cp1252"
        raw.seek(0)
        text = io.TextIOWrapper(_unzipped(raw), encoding=encoding, errors="replace", newline="")
        yield text, lambda: min(raw.tell() / size, 1.0)
        text.detach()


def _unzipped(raw: IO[bytes]) -> Any:
    zipped = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if zipped else raw


def _is_utf8(stream: Any) -> bool:
    """Is the first megabyte UTF-8? (A character may be cut at its end.)"""
    try:
        stream.read(1_000_000).decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 999_990
    return True
