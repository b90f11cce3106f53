"""Runs an import: read -> plan -> preview or apply -> index. The preview is the very plan that would be applied."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from directory import catalog, duplicates
from directory.config import current_settings
from directory.database import db
from directory.errors import Invalid
from directory.serving import engines
from importers import formats
from importers.clean_text import guarded
from importers.ids import slug
from importers.plan import Conflict, Plan, plan
from importers.records import ListingRecord, Problem

Stage = Literal["Reading", "Writing", "Indexing", "Comparing"]
Progress = Callable[[Stage, int, int | None], None]
"""Called with the stage, how many listings are done in it, and how many there are (None: not known yet)."""

MOST_IN_JSON = 100
LONGEST_SOURCE = 100


@dataclass(frozen=True, slots=True)
class Intake:
    """What an import did, or would do."""

    source: str
    format: str
    dry_run: bool
    counts: dict[str, int]
    problems: tuple[Problem, ...]
    conflicts: tuple[Conflict, ...]
    report: Path | None
    likely_duplicates: int | None = None
    """Pairs of which one is new and the other may be the same; None for a preview."""

    def to_json(self) -> dict[str, Any]:
        """Import JSON (design.md 6)."""
        shown = self.problems[:MOST_IN_JSON]
        return {
            "source": self.source,
            "format": self.format,
            "dry_run": self.dry_run,
            "counts": self.counts,
            "report": str(self.report) if self.report else None,
            "likely_duplicates": self.likely_duplicates,
            "problems": [{"where": p.where, "field": p.field, "message": p.message} for p in shown],
        }


def run_import(
    path: Path,
    *,
    actor: str,
    source: str | None = None,
    format: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Intake:
    """Import a file, folder or zip. Raises UnreadableSource for a source that cannot be read at all."""
    tell = progress or (lambda _stage, _done, _total: None)
    source = named_source(source) if source else source_name(path)
    chosen = format or formats.recognise(path)
    rows = formats.read(path, source, chosen, engines().places.outcode_centroid)
    proposal = plan(_counted(rows, tell), catalog.known(source))
    db.session.commit()
    counts, problems, alike = _done(proposal, actor, source, dry_run, tell)
    report = _report(source, problems, proposal.conflicts) if problems or proposal.conflicts else None
    return Intake(source, chosen, dry_run, counts, problems, tuple(proposal.conflicts), report, alike)


def _done(
    proposal: Plan, actor: str, source: str, dry_run: bool, tell: Progress
) -> tuple[dict[str, int], tuple[Problem, ...], int | None]:
    """Apply the plan unless this is only a preview; the counts and problems, and how many likely duplicates came."""
    if dry_run:
        return proposal.counts(), tuple(proposal.problems), None
    applied = catalog.apply(
        proposal, actor, source=source, progress=lambda done, total: tell("Writing", done, total)
    )
    _index(applied.created + applied.amended, tell)
    tell("Comparing", 0, None)
    duplicates.seek()
    alike = len(duplicates.queue_of_import(applied.run)) if applied.created else 0
    return applied.counts(), (*proposal.problems, *applied.refused), alike


def named_source(written: str) -> str:
    """The name that was given to a source, on one line: it stands in the public ids of listings."""
    name = " ".join(written.split())
    if not name or len(name) > LONGEST_SOURCE or not name.isprintable() or set(name) & set(':/\\<>"?#%'):
        raise Invalid(
            {
                "source": f"give it a name of up to {LONGEST_SOURCE} letters, digits, spaces, points, hyphens and "
                "underscores, such as miami-211"
            }
        )
    return name


def _index(changed: int, tell: Progress) -> None:
    """Bring the search index up to date, a batch at a time."""
    batches: list[int] = []

    def heard(number: int) -> None:
        batches.append(number)
        tell("Indexing", sum(batches), max(changed, sum(batches)))

    tell("Indexing", 0, changed)
    engines().catch_up(heard)


def source_name(path: Path) -> str:
    """The name of a source that was not given one: the file's or the folder's."""
    named = path.resolve().parent if path.name == "datapackage.json" else path
    return slug(named.stem) or "import"


def _counted(rows: Iterable[ListingRecord | Problem], tell: Progress) -> Iterator[ListingRecord | Problem]:
    for number, row in enumerate(rows, start=1):
        if number % 50 == 0:
            tell("Reading", number, None)
        yield row


def _report(source: str, problems: Iterable[Problem], conflicts: Iterable[Conflict]) -> Path:
    """Every problem and conflict as a CSV file in the data folder."""
    folder = current_settings().data_dir / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug(source)}-{datetime.now():%Y%m%d-%H%M%S-%f}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["kind", "where", "field", "message", "id"])
        for problem in problems:
            cells = (problem.where, problem.field, problem.message, problem.source_id or "")
            writer.writerow(["problem", *map(guarded, cells)])
        for conflict in conflicts:
            message = f"Kept what was entered here; the source now says: {conflict.theirs}"
            writer.writerow(["conflict", "", *map(guarded, (conflict.field, message, conflict.source_id))])
    return path
