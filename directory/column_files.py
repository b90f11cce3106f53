"""One part of the matching columns as a file: a head that names its arrays, and the arrays, mapped as they are.

    8 bytes "KITHCOL1", 8 bytes length of the head, the head as JSON, then each array at a multiple of 64 bytes

Every process maps the same file read-only, so its memory is shared. A file is written whole under another name first;
nobody ever sees half of one.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from directory.errors import KithError
from matching.columns import Part, Rows

MARK = b"KITHCOL1"
ALIGNED = 64


class ColumnsUnusable(KithError):
    """The matching columns are missing, broken or of another version; `kith reindex` (or `rebuild`) makes them anew."""


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
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(MARK + len(told).to_bytes(8, "little") + told)
        begins = _aligned(file.tell())
        for entry, array in zip(head, part.arrays.values(), strict=True):
            file.seek(begins + entry["at"])
            file.write(np.ascontiguousarray(array).data)
        file.truncate(begins + at)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


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
        length = int.from_bytes(whole[8:16].tobytes(), "little")
        told = json.loads(whole[16 : 16 + length].tobytes()) if whole[:8].tobytes() == MARK else {}
        begins = _aligned(16 + length)
        complete = len(whole) == begins + told["size"]
    except FileNotFoundError:
        raise ColumnsUnusable("The matching columns are not there: run kith reindex.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ColumnsUnusable("The matching columns are damaged: run kith reindex.") from error
    if not complete:
        raise ColumnsUnusable("The matching columns are damaged: run kith reindex.")
    return whole, told["arrays"], begins


def _array(whole: Rows, entry: dict[str, Any], begins: int) -> Rows:
    kind, shape = np.dtype(entry["type"]), tuple(entry["shape"])
    start = begins + entry["at"]
    size = kind.itemsize * int(np.prod(shape, dtype=np.int64))
    return np.asarray(np.asarray(whole[start : start + size]).view(kind).reshape(shape))


def _aligned(at: int) -> int:
    return -(-at // ALIGNED) * ALIGNED
