"""Runs an import: read -> plan -> preview or apply -> index. The preview is the very plan that would be applied."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from directory import catalog, duplicates, listings, own_middles
from directory.config import current_settings
from directory.database import db
from directory.errors import Invalid
from directory.serving import engines
from importers import formats
from importers.clean_text import guarded
from importers.ids import slug
from importers.partial import completed
from importers.plan import Conflict, Plan, fingerprint, in_words, plan
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


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would do: the plan that a preview shows, and that is applied."""

    source: str
    format: str
    plan: Plan

    def fingerprint(self) -> str:
        """The same for two plans that would do the same."""
        plan = self.plan
        told = hashlib.sha256()
        for record in (*plan.create, *(one.record for one in plan.amend)):
            told.update(f"{record.source_id}\x1f{fingerprint(record)}\n".encode("utf-8", "surrogatepass"))
        rest = ([(one.fields, one.returned) for one in plan.amend], plan.missing, plan.conflicts)
        told.update(repr((self.source, *rest)).encode("utf-8", "surrogatepass"))
        return told.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Example:
    """One listing that would change: its name, and (field, as it is, as it would be)."""

    name: str
    changes: tuple[tuple[str, Any, Any], ...]


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
    proposal = propose(path, source=source, format=format, progress=progress)
    if not dry_run:
        return carry_out(proposal, actor=actor, progress=progress)
    plan = proposal.plan
    return _intake(proposal, True, plan.counts(), tuple(plan.problems))


def propose(
    path: Path, *, source: str | None = None, format: str | None = None, progress: Progress | None = None
) -> Proposal:
    """Read a file, folder or zip and compare it with what is known; nothing is changed. Raises UnreadableSource, and
    Invalid for the name of the source."""
    source = named_source(source) if source else source_name(path)
    chosen = format or formats.recognise(path)
    rows = formats.read(path, source, chosen, engines().places.outcode_centroid)
    made = plan(_counted(rows, progress or _silent), catalog.known(source))
    db.session.commit()
    return Proposal(source, chosen, made)


def carry_out(proposal: Proposal, *, actor: str, progress: Progress | None = None) -> Intake:
    """Apply what was proposed, and bring the indexes up to date."""
    tell = progress or _silent
    applied = catalog.apply(
        proposal.plan,
        actor,
        source=proposal.source,
        progress=lambda done, total: tell("Writing", done, total),
    )
    own_middles.learn(engines().places)
    _index(applied.created + applied.amended, tell)
    tell("Comparing", 0, None)
    duplicates.seek()
    done = _intake(proposal, False, applied.counts(), (*proposal.plan.problems, *applied.refused))
    return replace(
        done, likely_duplicates=len(duplicates.queue_of_import(applied.run)) if applied.created else 0
    )


def examples(proposal: Proposal, most: int = 10) -> list[Example]:
    """A few of the listings that would change, and how."""
    some = proposal.plan.amend[:most]
    ids = listings.ids(one.record.ref for one in some)
    standing = listings.records(ids.values())
    shown = []
    for one in some:
        before = standing.get(ids.get(one.record.ref, ""))
        if before is not None:
            after = completed(one.record, before)
            pairs = ((name, getattr(before, name), getattr(after, name)) for name in one.fields)
            changes = tuple(one for one in pairs if in_words(one[1]) != in_words(one[2]))
            shown.append(Example(before.name, changes))
    return shown


def names_here(source: str, source_ids: Iterable[str]) -> dict[str, str]:
    """What listings of a source are called here, by the source's id; the id itself where the listing is not here."""
    refs = {one: f"{source}:{one}" for one in source_ids}
    ids = listings.ids(refs.values())
    standing = listings.records(ids.values())
    return {one: standing[ids[ref]].name if ids.get(ref) in standing else one for one, ref in refs.items()}


def _silent(_stage: Stage, _done: int, _total: int | None) -> None:
    """Progress that nobody watches."""


def _intake(
    proposal: Proposal, dry_run: bool, counts: dict[str, int], problems: tuple[Problem, ...]
) -> Intake:
    conflicts = tuple(proposal.plan.conflicts)
    report = _report(proposal.source, problems, conflicts) if problems or conflicts else None
    return Intake(proposal.source, proposal.format, dry_run, counts, problems, conflicts, report)


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
    path.write_bytes(report(problems, conflicts))
    return path


def report(problems: Iterable[Problem], conflicts: Iterable[Conflict]) -> bytes:
    """Every problem and conflict as CSV, guarded against being run as formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["kind", "where", "field", "message", "id"])
    for problem in problems:
        cells = (problem.where, problem.field, problem.message, problem.source_id or "")
        writer.writerow(["problem", *map(guarded, cells)])
    for conflict in conflicts:
        message = f"Kept what was entered here; the source now says: {conflict.theirs}"
        writer.writerow(["conflict", "", *map(guarded, (conflict.field, message, conflict.source_id))])
    return text.getvalue().encode("utf-8-sig", "replace")
