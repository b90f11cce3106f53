"""Services reached from anywhere: their point is a head office, and distance to it means nothing.

Dirt: standards.md section 4, row 3.
"""

from __future__ import annotations

import statistics
from dataclasses import replace

from importers import clean
from importers.hsds_parts import sounds_remote
from importers.records import ListingRecord

FEWEST = 20
"""With fewer points than this nobody can say where the bulk of a directory lies."""


def with_remote_marked(records: list[ListingRecord]) -> tuple[list[ListingRecord], list[ListingRecord]]:
    """(all records, those marked remote). Remote: a toll-free number and words like "hotline" or "nationwide", or a
    toll-free number and a single point far from the bulk of the directory (a head office)."""
    points = [
        (p.latitude, p.longitude)
        for r in records
        for p in r.places
        if p.latitude is not None and p.longitude is not None
    ]
    far = _far_test(points)
    kept: list[ListingRecord] = []
    marked: list[ListingRecord] = []
    for record in records:
        if _is_remote(record, far):
            record = replace(record, remote=True, formats=record.formats or ("phone",))
            marked.append(record)
        kept.append(record)
    return kept, marked


def _far_test(points: list[tuple[float, float]]) -> tuple[tuple[float, float], float] | None:
    """(middle, kilometres beyond which a point is far), None where there are too few points to tell."""
    if len(points) < FEWEST:
        return None
    middle = (statistics.median(p[0] for p in points), statistics.median(p[1] for p in points))
    spread = sorted(clean.kilometres(middle, p) for p in points)[int(len(points) * 0.75)]
    return middle, max(150.0, 2.5 * spread)


def _is_remote(record: ListingRecord, far: tuple[tuple[float, float], float] | None) -> bool:
    if not any(clean.toll_free(p.number) for p in record.phones):
        return False
    if sounds_remote(record.name, record.alternate_name) or (
        record.description and sounds_remote(record.description[:300])
    ):
        return True
    where = [
        (p.latitude, p.longitude) for p in record.places if p.latitude is not None and p.longitude is not None
    ]
    return len(where) == 1 and far is not None and clean.kilometres(far[0], where[0]) > far[1]
