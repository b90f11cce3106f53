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
| KITH_SITE_URL | where people find Kith, as https://kith.example.org (for links in mails) | http://127.0.0.1:5000 |
| KITH_PROXIES | how many proxies stand before Kith; what they add to a request is believed | 0 |
| KITH_MAIL_URL | the mail server, smtp://user:password@host:port (smtps:// for TLS at once) | mails are printed |
| KITH_MAIL_FROM | who mails come from, an email address | kith@ and the host of KITH_SITE_URL |
| KITH_SESSION_HOURS | after how many idle hours somebody is signed out | 12 |
| KITH_SECOND_FACTOR_KEY | at least 16 characters; encrypts what authenticator apps share | made from the secret key |
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app

from directory.errors import CannotStart

_ON, _OFF = ("1", "on", "true", "yes"), ("0", "off", "false", "no", "")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_SHORTEST_SECRET = 16
_LONGEST_SESSION = 24 * 31
LOCAL_SITE = "http://127.0.0.1:5000"
NEUTRAL_SITE = "https://www.bbc.co.uk/weather"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_at_once: bool = False
    """True: TLS from the first byte (smtps). False: STARTTLS, but for a server on this machine."""


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
    site_url: str = LOCAL_SITE
    """Where people find Kith, without a slash at the end."""
    proxies: int = 0
    mail_server: MailServer | None = None
    """None: mails are printed to the terminal."""
    mail_from: str = "kith@localhost"
    session_hours: float = 12
    second_factor_key: str | None = None
    """None: made from the secret key."""

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
            site_url=(site := _site(environ.get("KITH_SITE_URL", ""))) or LOCAL_SITE,
            proxies=_proxies(environ.get("KITH_PROXIES", "")),
            mail_server=_mail_server(environ.get("KITH_MAIL_URL", ""), site),
            mail_from=_mail_from(environ.get("KITH_MAIL_FROM", ""), site or LOCAL_SITE),
            session_hours=_hours(environ.get("KITH_SESSION_HOURS", "")),
            second_factor_key=_secret(environ.get("KITH_SECOND_FACTOR_KEY", ""), "KITH_SECOND_FACTOR_KEY"),
        )

    def today(self) -> date:
        """The day that freshness and next dates count from: KITH_TODAY, or the real day."""
        return self.fixed_today or date.today()

    def has_database(self) -> bool:
        """Whether there is a database to ask: always with a server, with SQLite when its file is there."""
        from sqlalchemy.engine import make_url

        url = make_url(self.database_url)
        return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()

    def make_data_dir(self) -> Path:
        """Create the data folder where it is missing, and prove that it can be written to. Raises CannotStart."""
        probe = self.data_dir / ".kith-can-write"
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # withheld addresses are in it
            probe.touch()
            probe.unlink(missing_ok=True)  # of several that start at once, another may have been quicker
        except OSError as error:
            raise CannotStart(
                f"Kith cannot write to its data folder {self.data_dir} ({error.strerror}): "
                "choose another with --data or KITH_DATA."
            ) from error
        return self.data_dir

    def flask_config(self) -> dict[str, Any]:
        """What `app.config` needs from these settings: the database and Kith's own settings."""
        config: dict[str, Any] = {
            "KITH_SETTINGS": self,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # or a fault would carry what somebody wrote into the operator's log
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        }
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
    # 80 ms that a command, whose settings are read first, would spend before `create_app` (see there)
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

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


def _secret(value: str, name: str = "KITH_SECRET_KEY") -> str | None:
    if value and len(value) < _SHORTEST_SECRET:
        raise CannotStart(f"{name} must have at least {_SHORTEST_SECRET} characters.")
    return value or None


def _tiles(value: str) -> str | None:
    if value and not (re.match(r"https?://", value) and all(part in value for part in ("{z}", "{x}", "{y}"))):
        raise CannotStart("KITH_TILES_URL must be a web address with {z}, {x} and {y} in it.")
    return value or None


def _exit(value: str) -> str:
    if value and not re.match(r"https?://[^\s/]+", value):
        raise CannotStart("KITH_EXIT_URL must be a web address that starts with https://.")
    return value


def _site(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/?#@]+/?", value):
        raise CannotStart("KITH_SITE_URL must be a web address like https://kith.example.org.")
    return value.rstrip("/")


def _proxies(value: str) -> int:
    if value and not re.fullmatch(r"[0-9]", value):
        raise CannotStart("KITH_PROXIES must be a number from 0 to 9.")
    return int(value or 0)


def _mail_server(value: str, site: str) -> MailServer | None:
    if not value:
        return None
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise CannotStart(
            "KITH_MAIL_URL must be a mail server like smtp://user:password@mail.example.org:587."
        )
    if not site:
        # Without it a link would begin with whatever host the asker's request names.
        raise CannotStart("KITH_MAIL_URL needs KITH_SITE_URL too: links in mails begin with it.")
    at_once = url.scheme == "smtps"
    user = unquote(url.username) if url.username else None
    password = unquote(url.password) if url.password else None
    return MailServer(url.hostname, port or (465 if at_once else 587), user, password, at_once)


def _mail_from(value: str, site: str) -> str:
    if value and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", value):
        raise CannotStart("KITH_MAIL_FROM must be an email address like kith@example.org.")
    return value or f"kith@{urlsplit(site).hostname}"


def _hours(value: str) -> float:
    try:
        hours = float(value or 12)
    except ValueError:
        hours = 0
    if not 0 < hours <= _LONGEST_SESSION:
        raise CannotStart(f"KITH_SESSION_HOURS must be a number of hours up to {_LONGEST_SESSION}.")
    return hours


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
