"""The demo town, loaded by the ordinary importer, and Simon, the Connecting People study's reference case."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

from flask import current_app
from flask_security import verify_password

from directory import accounts, intake, matchmaking
from directory.resources import folder
from matching.types import Matches

SOURCE = "demo"
SHOWN = 5
PEOPLE = (
    ("mina@example.org", "Mina", "worker"),
    ("curator@example.org", "Cora", "curator"),
    ("lead@example.org", "Leila", "lead"),
)
"""Who works in the demo town and can sign in: email, name, role."""
COLLEAGUES = ("Amir", "Bronwen", "Dele", "Frank", "Jo", "Kwame", "Priya", "Ruth", "Sofia", "Tomasz", "Yusra")
"""Workers whom the sheet names as knowing somebody. Nobody can sign in as them."""


def load() -> intake.Intake:
    """Load the demo town; loading it again changes nothing."""
    return intake.run_import(sheet(), actor="demo", source=SOURCE, format="sheet")


def sheet() -> Path:
    """The town as an agency sheet."""
    return folder("examples") / "demo_town.csv"


def simons_matches() -> Matches:
    """What fits Simon, who makes people laugh."""
    profile = json.loads((folder("examples") / "simon.json").read_text(encoding="utf-8"))
    return matchmaking.find_matches(profile, limit=SHOWN)


def people() -> list[str]:
    """Make the town's accounts where there are none at all; those that still have the demo's password, as
    "mina@example.org (worker)".

    Beside real accounts none is made: a directory in use gets no door that it did not ask for.
    """
    if not accounts.everyone():
        for email, name, role in PEOPLE:
            accounts.create(email, name, [role], password())
        for name in COLLEAGUES:
            accounts.create(f"{name.casefold()}@example.org", name, ["worker"])
    return [f"{email} ({role})" for email, _, role in PEOPLE if _opens(email)]


def _opens(email: str) -> bool:
    user = accounts.by_email(email)
    return bool(user and user.active and user.password and verify_password(password(), user.password))


def password() -> str:
    """The demo accounts' password: another in each data folder, and the same whenever it is asked for."""
    secret = current_app.config["SECRET_KEY"].encode()
    letters = base64.b32encode(hmac.digest(secret, b"kith demo accounts", hashlib.sha256)).decode().lower()
    return "-".join((letters[:5], letters[5:10], letters[10:15]))
