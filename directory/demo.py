"""The demo town, loaded by the ordinary importer, and Simon, the Connecting People study's reference case."""

from __future__ import annotations

import json
from pathlib import Path

from directory import intake, matchmaking
from directory.resources import folder
from matching.types import Matches

SOURCE = "demo"
SHOWN = 5


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
