"""The index on disk: a Whoosh index in a generation folder, and a pointer file that says which folder is
current.

    folder/current.json          {"format": 1, "folder": "generation-1a2b..."}, replaced atomically
    folder/generation-1a2b.../   a Whoosh index
    folder/writing.lock          one writer at a time, over all generations

Everything here is a cache made from the database: a broken or outdated one is rebuilt, never repaired.
Whoosh's own files hold pickles, so the folder must be private to Kith.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.fields import COLUMN, STORED, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError
from whoosh.reading import SegmentReader
from whoosh.util.filelock import try_for

from directory.errors import KithError
from directory.search_index.codec import Codec, Keys, Pool, Terms
from directory.search_index.documents import Document
from directory.search_index.sides import Told, pack
from directory.search_index.storage import Storage
from directory.search_index.text import fold, terms, tidy, words

FORMAT = 2
"""Raise it whenever the schema, the packing or the making of terms changes: older folders are then
rebuilt."""

TEXT_FIELDS = ("name", "organization", "activities", "description", "place")
POINTER = "current.json"
WAIT_FOR_WRITER = 10.0
"""Seconds to wait for another writer."""
BUSY = "The search index is being written by someone else: try again in a minute."
MERGE_AT = 8
"""So many segments of about one size become one: an edit rewrites little, a search opens few files."""


class IndexUnusable(KithError):
    """The search index is missing, broken or of another version; `kith reindex` (or `rebuild`) makes it
    anew."""


class IndexBusy(KithError):
    """Another writer held the index for too long. Nothing was changed; try again later."""


def schema() -> Schema:
    """Terms are made by `text.terms` and handed over as lists, so Whoosh's analysers are never used."""
    return Schema(
        **{name: Terms() for name in TEXT_FIELDS},
        surface=Keys(),
        choice=Keys(),
        side=COLUMN(),
        shown=STORED(),
    )


# --- one document in and out --------------------------------------------------------------------------------


def fields_of(document: Document) -> dict[str, Any]:
    """Whoosh's fields for one document."""
    written = {
        "name": tidy(document.name),
        "organization": tidy(document.organization),
        "activities": tidy("\n".join(document.activities)),
        "description": tidy(document.description),
        "place": tidy(document.place),
    }
    stems = {name: terms(text) for name, text in written.items()}
    surface = {fold(word) for name in TEXT_FIELDS if name != "place" for word in words(written[name])}
    lengths = [len(stems[name]) for name in TEXT_FIELDS]
    filled: dict[str, Any] = {name: found for name, found in stems.items() if found}
    filled |= {"surface": sorted(surface)} if surface else {}
    return filled | {
        "choice": _choices(document),
        "side": _side(document, lengths),
        "shown": (written["organization"], written["activities"], written["description"]),
    }


def _choices(document: Document) -> list[str]:
    chosen = [f"cost:{document.cost}"] if document.cost else []
    chosen += [f"format:{value}" for value in document.formats]
    chosen += [f"day:{value}" for value in document.days]
    chosen += [f"access:{value}" for value in sorted(document.access)]
    return [tidy(value) for value in chosen] or ["none:"]


def _side(document: Document, lengths: list[int]) -> bytes:
    checked = document.checked_on.toordinal() if document.checked_on else 0
    points = [point for point in document.points if abs(point[0]) <= 90 and abs(point[1]) <= 180]
    texts = (document.listing_id, document.ref, document.name, "\x01".join(document.activities))
    return pack(lengths, checked, document.public, points, Told(*map(tidy, texts)))


# --- the folder ---------------------------------------------------------------------------------------------


class Store:
    """Reads and writes the index folder. Holds no open files between calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path:
        """The generation folder in use. Raises IndexUnusable."""
        try:
            pointer = json.loads((self.folder / POINTER).read_text("utf-8"))
            made_as, name = pointer["format"], Path(pointer["folder"]).name
        except FileNotFoundError:
            raise IndexUnusable("There is no search index yet: run kith reindex.") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnusable("The search index cannot be read: run kith reindex.") from error
        if made_as != FORMAT:
            raise IndexUnusable("The search index was made by another version of Kith: run kith reindex.")
        return self.folder / name

    def index(self) -> FileIndex:
        """The current Whoosh index. Raises IndexUnusable."""
        current = self.current()
        with unusable_if_broken():
            return FileIndex(Storage(str(current)))

    @contextmanager
    def searcher(self) -> Iterator[tuple[tuple[str, int], Any]]:
        """((folder, commit), a Whoosh searcher of it), for one request. Raises IndexUnusable."""
        try:
            index, searcher = self._open()
        except IndexUnusable:
            index, searcher = self._open()  # two rebuilds may have passed since we read the pointer
        with searcher:
            yield (index.storage.folder, searcher.reader().generation()), searcher

    def _open(self) -> tuple[FileIndex, Any]:
        index = self.index()
        try:
            with unusable_if_broken():
                return index, index.searcher()
        except IndexUnusable:
            index.storage.close_opened()
            raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The only writer, over all processes. Raises IndexBusy after WAIT_FOR_WRITER seconds."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(str(self.folder)).lock("writing.lock")
        if not try_for(lock.acquire, timeout=WAIT_FOR_WRITER, delay=0.05):
            raise IndexBusy(BUSY)
        try:
            yield
        finally:
            lock.release()

    def ensure(self) -> None:
        """Make an empty index where there is none. Call while writing."""
        if not (self.folder / POINTER).exists():
            self.point_to(self.create())

    def create(self) -> FileIndex:
        """A new, empty generation that nobody reads yet."""
        generation = self.folder / f"generation-{uuid.uuid4().hex}"
        generation.mkdir(parents=True)
        return FileIndex.create(FileStorage(str(generation)), schema())

    def point_to(self, index: FileIndex) -> None:
        """Make a finished generation the current one, at once for every reader, and clear away older ones."""
        kept = {Path(index.storage.folder).name}
        pointer = self.folder / POINTER
        if pointer.exists():
            with unusable_is_gone():
                kept.add(self.current().name)
        fresh = pointer.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"format": FORMAT, "folder": Path(index.storage.folder).name}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(pointer)
        for old in self.folder.glob("generation-*"):
            if old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)


@contextmanager
def unusable_if_broken() -> Iterator[None]:
    """Whoosh reads broken files with any exception there is (pickle, struct, zlib, its own bare
    Exception)."""
    try:
        yield
    except (KithError, LockError):
        raise
    except Exception as error:
        raise IndexUnusable(
            f"The search index is damaged ({type(error).__name__}): run kith reindex."
        ) from error


@contextmanager
def unusable_is_gone() -> Iterator[None]:
    """An unusable generation is as good as none (used where it is about to be replaced)."""
    try:
        yield
    except IndexUnusable:
        return


def write(index: FileIndex, documents: Iterable[Document], replaced: Iterable[int] = ()) -> int:
    """Delete some document numbers and add documents, in one commit. Returns how many were added."""
    writer = index.writer(timeout=WAIT_FOR_WRITER, codec=Codec())
    writer.schema, writer.pool = schema(), Pool(writer._tempstorage, writer.newsegment)
    added = 0
    try:
        for number in replaced:
            writer.delete_document(number)
        for document in documents:
            writer.add_document(**fields_of(document))
            added += 1
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=merge_equals)
    return added


def merge_equals(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh merge policy: once MERGE_AT segments are of one size class (powers of MERGE_AT), they become
    one.

    Whoosh's own policy may rewrite a large part of the index for one edit. Segments that are mostly deleted
    count by what is left of them; empty ones are dropped.
    """
    classes: dict[int, list[Any]] = {}
    for segment in segments:
        classes.setdefault(_size_class(segment.doc_count()), []).append(segment)
    merged = [s for size, same in classes.items() if size == -1 or len(same) >= MERGE_AT for s in same]
    for segment in merged:
        if segment.doc_count():
            reader = SegmentReader(writer.storage, writer.schema, segment, codec=Codec())
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment not in merged]


def _size_class(count: int) -> int:
    size = -1
    while count:
        count //= MERGE_AT
        size += 1
    return size
