"""The one error tree. Messages are for people: plain words that name the thing and say what to do.

No message holds personal data: error pages and logs print them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class KithError(Exception):
    """Anything that Kith refuses or cannot find; `message` may be shown to the person at the screen."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(KithError):
    """There is no such thing (or not for this user, which looks the same)."""


class NotAllowed(KithError):
    """This user may not do this."""


class Invalid(KithError):
    """What was given cannot be stored. `fields` maps each field to what is wrong with it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{name}: {why}" for name, why in self.fields.items()))


class Conflict(KithError):
    """Somebody else changed the same thing first. `mine` is what was to be written, `theirs` what stands there now.

    Both are None where there are no two versions to choose from (a listing that already exists, for example).
    """

    def __init__(
        self,
        message: str,
        *,
        mine: Any = None,
        theirs: Any = None,
        mine_version: int | None = None,
        theirs_version: int | None = None,
    ) -> None:
        super().__init__(message)
        self.mine = mine
        self.theirs = theirs
        self.mine_version = mine_version
        self.theirs_version = theirs_version


class TooManyTries(KithError):
    """Somebody tried too often; `wait_seconds` says for how long nothing more is tried."""

    def __init__(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds
        minutes = max(1, -(-wait_seconds // 60))
        super().__init__(f"Wait {minutes} {'minute' if minutes == 1 else 'minutes'}, then try again.")


class CannotStart(KithError):
    """Kith cannot start at all: a bad setting, a folder that is read-only, a port in use (exit code 2)."""
