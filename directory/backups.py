"""`kith backup` and `kith restore`: everything the agency knows in one zip. What is derived stays out."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path

from directory.config import Settings, current_settings
from directory.errors import CannotStart

DATABASE, SECRET = "kith.db", "secret.key"
DERIVED = ("index", "columns")
"""Folders made from the database; never in a backup, and never kept beside another database than their own."""


def write(path: Path) -> None:
    """Write a backup, whole or not at all. SQLite only: PostgreSQL has pg_dump."""
    settings = current_settings()
    _needs_sqlite(settings)
    try:
        with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
            copy, packed = Path(folder) / DATABASE, Path(folder) / "backup.zip"
            _copy_database(settings.data_dir / DATABASE, copy)
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(copy, DATABASE)
                if (secret := settings.data_dir / SECRET).exists():
                    archive.write(secret, SECRET)
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(path.name + ".part")
            beside.touch(mode=0o600)
            beside.write_bytes(packed.read_bytes())
            beside.chmod(0o600)
            beside.replace(path)
    except OSError as error:
        raise CannotStart(f"{path} cannot be written: {error.strerror}.") from error


def restore(path: Path, settings: Settings) -> None:
    """Bring a backup back into a data folder that has no database yet. Raises CannotStart."""
    _needs_sqlite(settings)
    target = settings.data_dir / DATABASE
    if target.exists():
        raise CannotStart(
            f"There is a directory in {settings.data_dir} already: choose a new folder with --data."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            if DATABASE not in archive.namelist():
                raise CannotStart(f"{path.name} is not a Kith backup.")
            settings.make_data_dir()
            for name in DERIVED:
                if (old := settings.data_dir / name).exists():
                    shutil.rmtree(old)
            for name in (SECRET, DATABASE):
                if name in archive.namelist():
                    (settings.data_dir / name).write_bytes(archive.read(name))
                    (settings.data_dir / name).chmod(0o600)
    except (OSError, zipfile.BadZipFile) as error:
        raise CannotStart(f"{path.name} cannot be read as a Kith backup ({error}).") from error


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: consistent even while others write."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _needs_sqlite(settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        raise CannotStart("On PostgreSQL use pg_dump and pg_restore for backups.")
