"""`kith backup` and `kith restore`: everything the agency knows in one zip. What is derived stays out."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from directory.config import Settings, current_settings
from directory.errors import CannotStart

DATABASE, SECRET = "kith.db", "secret.key"
BESIDE = ("-wal", "-journal")
"""What SQLite leaves of a database whose process was killed. It would be played into any other one of that name."""
UPLOAD = re.compile(r"uploads/[0-9a-f-]{36}/(upload\.json|problems\.csv|file/[^/\\:]+)")
"""The files of what was sent to be imported (`directory.uploads`); no other path is ever written to."""
DERIVED = ("index", "columns")
"""Folders made from the database; never in a backup, and never kept beside another database than their own."""


def write(path: Path) -> None:
    """Write a backup, whole or not at all. SQLite only: PostgreSQL has pg_dump."""
    settings = current_settings()
    _needs_sqlite(settings)
    try:
        with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
            copy, packed = Path(folder) / DATABASE, Path(folder) / "backup.zip"
            _copy_database(_database(settings), copy)
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(copy, DATABASE)
                if (secret := settings.data_dir / SECRET).exists():
                    archive.write(secret, SECRET)
                for sent, name in _uploads(settings.data_dir):
                    archive.write(sent, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(path.name + ".part")
            beside.touch(mode=0o600)
            shutil.copyfile(packed, beside)
            beside.chmod(0o600)
            beside.replace(path)
    except OSError as error:
        raise CannotStart(f"{path} cannot be written: {error.strerror}.") from error


def restore(path: Path, settings: Settings) -> None:
    """Bring a backup back into a data folder that has no database yet. Raises CannotStart."""
    _needs_sqlite(settings)
    target = _database(settings)
    if target.exists():
        raise CannotStart(
            f"There is a directory in {target.parent} already: choose a new folder with --data."
        )
    for left in (target.with_name(target.name + end) for end in BESIDE):
        if left.exists():
            raise CannotStart(
                f"{left} is of another database: choose a new folder with --data, or move it away."
            )
    try:
        with zipfile.ZipFile(path) as archive:
            if DATABASE not in archive.namelist():
                raise CannotStart(f"{path.name} is not a Kith backup.")
            settings.make_data_dir()
            for name in DERIVED:
                if (old := settings.data_dir / name).exists():
                    shutil.rmtree(old)
            uploads = [name for name in archive.namelist() if UPLOAD.fullmatch(name) and ".." not in name]
            for name in (
                SECRET,
                *uploads,
                DATABASE,
            ):  # the database last: with it the folder is no longer new
                if name in archive.namelist():
                    _bring_back(archive, name, target if name == DATABASE else settings.data_dir / name)
    except (OSError, zipfile.BadZipFile) as error:
        raise CannotStart(f"{path.name} cannot be read as a Kith backup ({error}).") from error


def _uploads(data_dir: Path) -> Iterator[tuple[Path, str]]:
    """The files that wait to be imported, and what was wrong with those that were: (path, name in the backup)."""
    for path in sorted((data_dir / "uploads").rglob("*")):
        name = path.relative_to(data_dir).as_posix()
        if path.is_file() and UPLOAD.fullmatch(name):
            yield path, name


def _bring_back(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """One file, whole or not at all, for Kith's own user alone."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(target.name + ".part")
    with archive.open(name) as packed, part.open("wb") as unpacked:
        part.chmod(0o600)
        shutil.copyfileobj(packed, unpacked)
    part.replace(target)


def _database(settings: Settings) -> Path:
    """Where the database is: KITH_DATABASE_URL may say another place than the data folder."""
    return Path(make_url(settings.database_url).database or settings.data_dir / DATABASE)


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: consistent even while others write."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _needs_sqlite(settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        raise CannotStart(
            "On PostgreSQL use pg_dump and pg_restore for backups, and keep secret.key and uploads of the data folder."
        )
