"""One part of the matching columns as a file: a head that names its arrays, and the arrays, mapped as they are.

    "KITHCOL2", length of the head, checksum of the head (8 bytes each), the head as JSON, then each array at a
    multiple of 64 bytes

Every process maps the same file read-only, so its memory is shared. A file is written whole under another name first;
nobody ever sees half of one. Opening checks the head alone; `damaged` checks every array.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from directory.errors import KithError
from matching.columns import Part, Rows

MARK = b"KITHCOL2"
BEFORE_HEAD = 24
ALIGNED = 64
DAMAGED = "The matching columns are damaged: run kith reindex."
_BINARY = getattr(os, "O_BINARY", 0)


class ColumnsUnusable(KithError):
    """The matching columns are missing, broken or of another version; `kith reindex` (or `rebuild`) makes them anew."""


class ColumnsMissing(ColumnsUnusable):
    """A file is not there. Who has an old pointer may find what it points to at a new place."""


def write(part: Part, path: Path) -> None:
    """Write a part; afterwards it is on the disk, whole."""
    head: list[dict[str, Any]] = []
    at = 0
    for name, array in part.arrays.items():
        at = _aligned(at)
        head.append(
            {
                "name": name,
                "type": array.dtype.str,
                "shape": list(array.shape),
                "at": at,
                "sum": zlib.crc32(np.ascontiguousarray(array).data),
            }
        )
        at += array.nbytes
    told = json.dumps({"arrays": head, "size": at}).encode()
    with written_whole(path) as file:
        file.write(MARK + _number(len(told)) + _number(zlib.crc32(told)) + told)
        begins = _aligned(file.tell())
        for entry, array in zip(head, part.arrays.values(), strict=True):
            file.seek(begins + entry["at"])
            file.write(np.ascontiguousarray(array).data)
        file.truncate(begins + at)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, for its owner's eyes; at the end it takes the place of `path`, on the disk and whole."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    if sys.platform != "win32":  # where a folder cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path: Path) -> Part:
    """The part in a file, mapped. Raises ColumnsUnusable."""
    whole, head, begins = _opened(path)
    return Part({entry["name"]: _array(whole, entry, begins) for entry in head})


def damaged(path: Path) -> list[str]:
    """The arrays of a file that are not as they were written. Raises ColumnsUnusable."""
    whole, head, begins = _opened(path)
    return [
        entry["name"]
        for entry in head
        if zlib.crc32(np.ascontiguousarray(_array(whole, entry, begins)).data) != entry["sum"]
    ]


def _opened(path: Path) -> tuple[Rows, list[dict[str, Any]], int]:
    try:
        whole = np.memmap(path, dtype=np.uint8, mode="r")
    except FileNotFoundError:
        raise ColumnsMissing("The matching columns are not there: run kith reindex.") from None
    except (OSError, ValueError) as error:  # not readable; an empty file cannot be mapped
        raise ColumnsUnusable(DAMAGED) from error
    length, checksum = (int.from_bytes(whole[at : at + 8].tobytes(), "little") for at in (8, 16))
    head = whole[BEFORE_HEAD : BEFORE_HEAD + length].tobytes()
    if whole[:8].tobytes() != MARK or zlib.crc32(head) != checksum:
        raise ColumnsUnusable(DAMAGED)
    told = json.loads(head)  # as we wrote it
    begins = _aligned(BEFORE_HEAD + length)
    if len(whole) != begins + told["size"]:
        raise ColumnsUnusable(DAMAGED)
    return whole, told["arrays"], begins


def _array(whole: Rows, entry: dict[str, Any], begins: int) -> Rows:
    kind, shape = np.dtype(entry["type"]), tuple(entry["shape"])
    start = begins + entry["at"]
    size = kind.itemsize * int(np.prod(shape, dtype=np.int64))
    return np.asarray(np.asarray(whole[start : start + size]).view(kind).reshape(shape))


def _number(value: int) -> bytes:
    return value.to_bytes(8, "little")


def _aligned(at: int) -> int:
    return -(-at // ALIGNED) * ALIGNED
