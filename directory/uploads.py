"""Files sent to be imported: kept in the data folder until they are applied or dropped.

    uploads/<id>/upload.json     what is known of it
    uploads/<id>/file/<name>     the file as it was sent; gone once it is applied
    uploads/<id>/problems.csv    what went wrong, once it is applied

A file holds what its sender wrote, people's names too: the folder is for Kith's own user alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from uuid import UUID, uuid4

import msgspec

from directory import audit, intake
from directory.config import current_settings
from directory.database import now
from directory.errors import Conflict, Invalid, NotFound
from directory.intake import Proposal
from directory.locking import locked
from importers import formats
from importers.records import UnreadableSource

LARGEST_FILE = 100 * 1000 * 1000
"""Bytes: some hundred thousand listings as CSV."""
LONGEST_NAME = 100
_ABOUT, _FILE, _PROBLEMS, _LOCK = "upload.json", "file", "problems.csv", "apply.lock"


class Upload(msgspec.Struct, frozen=True):
    """One file that was sent. `counts` is None until it was applied: then it has the counts of Import JSON."""

    id: str
    name: str
    source: str
    format: str
    sent_by: str
    sent_at: datetime
    counts: dict[str, int] | None = None
    has_report: bool = False


def keep(write: Callable[[Path], object], name: str, *, source: str, format: str, actor: str) -> Upload:
    """Keep a file that `write` writes to a path, once it is one that Kith can read.

    `source` and `format` may be "": they are found out. Raises Invalid with what is wrong with file, source or format.
    """
    if format and format not in formats.FORMATS:
        raise Invalid({"format": "Choose one of the formats"})
    upload_id = str(uuid4())
    path = _folder(upload_id) / _FILE / _plain_name(name)
    path.parent.mkdir(parents=True, mode=0o700)
    _root().chmod(0o700)
    try:
        write(path)
        upload = Upload(
            id=upload_id,
            name=path.name,
            source=_named(source) if source.strip() else intake.source_name(path),
            format=format or formats.recognise(path),
            sent_by=actor,
            sent_at=now(),
        )
        _note(upload)
    except UnreadableSource as error:
        _forget(upload_id)
        raise Invalid({"file": str(error)}) from error
    except BaseException:
        _forget(upload_id)
        raise
    return upload


def by_id(upload_id: str) -> Upload:
    """What is known of a file that was sent. Raises NotFound."""
    try:
        return msgspec.json.decode((_folder(upload_id) / _ABOUT).read_bytes(), type=Upload)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError) as error:
        raise NotFound("There is no such file any more.") from error


def listed() -> list[Upload]:
    """All that are there, the newest first."""
    folders = _root().iterdir() if _root().is_dir() else ()
    found = [by_id(folder.name) for folder in folders if (folder / _ABOUT).is_file()]
    return sorted(found, key=lambda one: one.sent_at, reverse=True)


def proposal(upload: Upload) -> Proposal:
    """What applying it would do now. Raises UnreadableSource, and NotFound once it was applied or dropped."""
    path = _folder(upload.id) / _FILE / upload.name
    if not path.is_file():
        raise NotFound("There is no such file any more.")
    return intake.propose(path, source=upload.source, format=upload.format)


def apply(upload_id: str, seen: str, *, actor: str) -> Upload:
    """Apply a file, once: the second time nothing happens. The upload as it then is.

    `seen` is the fingerprint of the proposal that the person saw. Raises Conflict where applying would now do something
    else, NotFound and UnreadableSource.
    """
    upload = by_id(upload_id)
    with locked(_folder(upload_id) / _LOCK, wait=True):
        upload = by_id(upload_id)
        if upload.counts is not None:
            return upload
        proposed = proposal(upload)
        if proposed.fingerprint() != seen:
            raise Conflict("The directory has changed since you looked. This is what the file would do now.")
        done = intake.carry_out(proposed, actor=actor)
        if done.report is not None:
            shutil.copyfile(done.report, _folder(upload_id) / _PROBLEMS)
        upload = msgspec.structs.replace(upload, counts=done.counts, has_report=done.report is not None)
        _note(upload)
        shutil.rmtree(_folder(upload_id) / _FILE, ignore_errors=True)
    return upload


def drop(upload_id: str) -> None:
    """Delete a file and all that is known of it; what was applied of it stays. Raises NotFound."""
    by_id(upload_id)
    with locked(_folder(upload_id) / _LOCK, wait=True):
        _forget(upload_id)
    audit.record("upload_dropped", upload_id=upload_id)


def report(upload: Upload) -> bytes:
    """The problems and conflicts as CSV: of what would be done, or of what was once it was applied. Raises NotFound."""
    if upload.counts is None:
        plan = proposal(upload).plan
        return intake.report(plan.problems, plan.conflicts)
    if not upload.has_report:
        raise NotFound("There were no problems.")
    return (_folder(upload.id) / _PROBLEMS).read_bytes()


def _root() -> Path:
    return current_settings().data_dir / "uploads"


def _folder(upload_id: str) -> Path:
    """Where an upload is. Ids are UUIDs, so that none leads elsewhere."""
    try:
        return _root() / str(UUID(upload_id))
    except ValueError as error:
        raise NotFound("There is no such file any more.") from error


def _plain_name(name: str) -> str:
    """The file's own name, without a path or characters that a file system would not take."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(c if c.isalnum() or c in "-_. " else "_" for c in last).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: LONGEST_NAME - 10]}.{ending[:9]}" if dot and stem else kept[:LONGEST_NAME] or "file"


def _named(source: str) -> str:
    try:
        return intake.named_source(source)
    except Invalid as error:
        why = error.fields["source"]
        raise Invalid({"source": why[0].upper() + why[1:]}) from error


def _note(upload: Upload) -> None:
    """Written beside and put in its place, so that nobody reads half of it."""
    path = _folder(upload.id) / _ABOUT
    beside = path.with_suffix(".part")
    beside.write_bytes(msgspec.json.encode(upload))
    beside.replace(path)


def _forget(upload_id: str) -> None:
    shutil.rmtree(_folder(upload_id), ignore_errors=True)
