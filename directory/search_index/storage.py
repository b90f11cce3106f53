"""Whoosh's folder of files, with segments mapped instead of copied.

Whoosh maps a segment and then copies it whole into memory, for each request: at 100,000 listings that is 160 MB a
search, and more of its time than the search itself. Here only what is read is copied; the rest are pages of the file,
which all workers share.
"""

from __future__ import annotations

import mmap
import os
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile

SEGMENT = ".seg"


class Storage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """Remembers what it opened: Whoosh leaves files open when it trips over a broken one."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.opened: list[Any] = []

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        file = (
            _mapped(self._fpath(name), name)
            if name.endswith(SEGMENT)
            else super().open_file(name, *args, **kwargs)
        )
        self.opened.append(file)
        return file

    def close_opened(self) -> None:
        """Close whatever is still open."""
        for file in self.opened:
            if not file.is_closed:
                file.close()


def _mapped(path: str, name: str) -> _MappedFile:
    with open(path, "rb") as file:  # noqa: PTH123  # Whoosh's paths are texts
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _MappedFile(memoryview(whole), name)


class _MappedFile(BufferFile):  # type: ignore[misc]
    """A part of a mapped file, as Whoosh reads files. The map goes when the last part of it does."""

    def __init__(self, buffer: memoryview, name: str | None = None) -> None:
        StructFile.__init__(self, _Reading(buffer), name=name)
        self._buf = buffer

    def subset(self, position: int, length: int, name: str | None = None) -> _MappedFile:
        return _MappedFile(self._buf[position : position + length], name or self._name)


class _Reading:
    """Where in a buffer we are, and what comes next."""

    __slots__ = ("_at", "_buffer")

    def __init__(self, buffer: memoryview) -> None:
        self._buffer, self._at = buffer, 0

    def read(self, size: int = -1) -> bytes:
        end = len(self._buffer) if size < 0 else min(self._at + size, len(self._buffer))
        found = bytes(self._buffer[self._at : end])
        self._at = max(end, self._at)
        return found

    def readline(self) -> bytes:
        rest = self.read()
        line = rest[: rest.find(b"\n") + 1] or rest
        self._at -= len(rest) - len(line)
        return line

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._buffer)}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at
