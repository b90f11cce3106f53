"""The frame of every `kith` command: the data folder, the app, exit codes, JSON.

Exit codes: 0 done, 1 done with problems listed, 2 could not start.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from directory import terminal
from directory.errors import CannotStart, Invalid, KithError
from importers.records import UnreadableSource

DONE, WITH_PROBLEMS, COULD_NOT_START = 0, 1, 2

Command = Callable[..., int | None]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kith-directory", prog_name="kith")
def cli() -> None:
    """Kith: an agency's shared knowledge of its community, and a matcher that explains itself."""


def command(name: str, group: click.Group = cli, **settings: Any) -> Callable[[Command], click.Command]:
    """A command that takes --data and runs inside the app; plain sentences for whatever cannot be done."""

    def decorate(run: Command) -> click.Command:
        @wraps(run)
        def inside(data: str | None, **options: Any) -> None:
            sys.exit(run_inside(run, data, options))

        return group.command(name, context_settings=settings)(
            click.option("--data", help="Kith's data folder (or KITH_DATA).")(inside)
        )

    return decorate


def run_inside(run: Command, data: str | None, options: dict[str, Any]) -> int:
    from directory import create_app
    from directory.config import Settings
    from directory.database import opened

    try:
        with opened(create_app(Settings.load(data))):
            return run(**options) or DONE
    except (CannotStart, UnreadableSource, Invalid) as error:
        terminal.say(str(error))
        return COULD_NOT_START
    except KithError as error:
        terminal.say(error.message)
        return COULD_NOT_START


def print_json(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
