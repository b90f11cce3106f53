"""Helpers of the importer tests: a file from text, and what a reader gave, parted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from importers.records import ListingRecord, Problem


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[..., Path]:
    """file_of("a.csv", text or bytes) -> the path of a file that holds it."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


@pytest.fixture
def parted() -> Callable[[Iterable[object]], tuple[list[ListingRecord], list[Problem]]]:
    """The listings and the problems of what a reader yields."""

    def part(rows: Iterable[object]) -> tuple[list[ListingRecord], list[Problem]]:
        kept = list(rows)
        return [r for r in kept if isinstance(r, ListingRecord)], [p for p in kept if isinstance(p, Problem)]

    return part
