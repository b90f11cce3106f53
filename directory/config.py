"""Typed settings from the environment. A bad value stops the start with one plain sentence that names the variable.

| variable | meaning | when absent |
|---|---|---|
| KITH_DATA | folder for database, index, columns and uploads | kith-data in the current folder |
| KITH_DATABASE_URL | database address, sqlite or postgresql | a SQLite file in the data folder |
| KITH_TODAY | the day to count from, as 2026-11-22 | the real day |
| KITH_SECRET_KEY | at least 16 characters; signs cookies | the caller decides (see `Settings.secret_key`) |
| KITH_TILES_URL | map tiles, https://.../{z}/{x}/{y}.png | maps are drawn without tiles |
| KITH_ONLINE_GEOCODER | on or off: may places be looked up online? | off |
| KITH_LINK_CHECKS | on or off: does `kith serve` visit the links of listings, to find dead ones? | on |
| KITH_LANGUAGE | language of the pages, as en or en-GB | en-GB |
| KITH_EXIT_URL | where "Exit this page" goes: a neutral site | a weather forecast |
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from directory.errors import CannotStart

_ON, _OFF = ("1", "on", "true", "yes"), ("0", "off", "false", "no", "")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_SHORTEST_SECRET = 16
NEUTRAL_SITE = "https://www.bbc.co.uk/weather"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an agency can set. `data_dir` is absolute; nothing here has been created on disk yet."""

    data_dir: Path
    database_url: str
    fixed_today: date | None = None
    secret_key: str | None = None
    """None: the caller makes one (and keeps it in the data folder) or refuses to start."""
    tiles_url: str | None = None
    online_geocoder: bool = False
    link_checks: bool = True
    language: str = "en-GB"
    exit_url: str = NEUTRAL_SITE
    """Where "Exit this page" goes: a dull, busy site that says nothing about the person."""

    @classmethod
    def load(cls, data_dir: Path | str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment; `data_dir` (the --data option) wins over KITH_DATA. Raises CannotStart."""
        folder = Path(data_dir or environ.get("KITH_DATA") or "kith-data").expanduser().absolute()
        return cls(
            data_dir=folder,
            database_url=_database_url(environ.get("KITH_DATABASE_URL", ""), folder),
            fixed_today=_day(environ.get("KITH_TODAY", "")),
            secret_key=_secret(environ.get("KITH_SECRET_KEY", "")),
            tiles_url=_tiles(environ.get("KITH_TILES_URL", "")),
            online_geocoder=_switch("KITH_ONLINE_GEOCODER", environ.get("KITH_ONLINE_GEOCODER", "")),
            link_checks=_switch("KITH_LINK_CHECKS", environ.get("KITH_LINK_CHECKS", "") or "on"),
            language=_language(environ.get("KITH_LANGUAGE", "")),
            exit_url=_exit(environ.get("KITH_EXIT_URL", "")) or NEUTRAL_SITE,
        )

    def today(self) -> date:
        """The day that freshness and next dates count from: KITH_TODAY, or the real day."""
        return self.fixed_today or date.today()

    def has_database(self) -> bool:
        """Whether there is a database to ask: always with a server, with SQLite when its file is there."""
        url = make_url(self.database_url)
        return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()

    def make_data_dir(self) -> Path:
        """Create the data folder where it is missing, and prove that it can be written to. Raises CannotStart."""
        probe = self.data_dir / ".kith-can-write"
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise CannotStart(
                f"Kith cannot write to its data folder {self.data_dir} ({error.strerror}): "
                "choose another with --data or KITH_DATA."
            ) from error
        return self.data_dir

    def flask_config(self) -> dict[str, Any]:
        """What `app.config` needs from these settings: the database and Kith's own settings."""
        config: dict[str, Any] = {"KITH_SETTINGS": self, "SQLALCHEMY_DATABASE_URI": self.database_url}
        if self.secret_key:
            config["SECRET_KEY"] = self.secret_key
        return config


def current_settings() -> Settings:
    """The settings of the app in whose context we run (put there by `Settings.flask_config`)."""
    settings = current_app.config["KITH_SETTINGS"]
    assert isinstance(settings, Settings)
    return settings


def _database_url(value: str, folder: Path) -> str:
    if not value:
        return f"sqlite:///{folder / 'kith.db'}"
    value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    try:
        backend = make_url(value).get_backend_name()
    except ArgumentError as error:
        raise CannotStart(
            "KITH_DATABASE_URL is not a database address: write sqlite:///file.db "
            "or postgresql://user:password@host/name."
        ) from error
    if backend not in ("sqlite", "postgresql"):
        raise CannotStart("KITH_DATABASE_URL must start with sqlite:// or postgresql://.")
    return value


def _day(value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise CannotStart(f"KITH_TODAY must be a day like 2026-11-22, not {value!r}.") from error


def _secret(value: str) -> str | None:
    if value and len(value) < _SHORTEST_SECRET:
        raise CannotStart(f"KITH_SECRET_KEY must have at least {_SHORTEST_SECRET} characters.")
    return value or None


def _tiles(value: str) -> str | None:
    if value and not (re.match(r"https?://", value) and all(part in value for part in ("{z}", "{x}", "{y}"))):
        raise CannotStart("KITH_TILES_URL must be a web address with {z}, {x} and {y} in it.")
    return value or None


def _exit(value: str) -> str:
    if value and not re.match(r"https?://[^\s/]+", value):
        raise CannotStart("KITH_EXIT_URL must be a web address that starts with https://.")
    return value


def _switch(name: str, value: str) -> bool:
    if value.lower() in _ON:
        return True
    if value.lower() in _OFF:
        return False
    raise CannotStart(f"{name} must be on or off, not {value!r}.")


def _language(value: str) -> str:
    if value and not _LANGUAGE.fullmatch(value):
        raise CannotStart(f"KITH_LANGUAGE must be a language code like en or en-GB, not {value!r}.")
    return value or "en-GB"
