"""The settings of every benchmark: a data folder, and the day on which the generated directory is as it is."""

from __future__ import annotations

from pathlib import Path

from directory.config import Settings

TODAY = "2026-11-22"


def settings(data: Path) -> Settings:
    """The benchmark's settings for one data folder."""
    return Settings.load(data, {"KITH_TODAY": TODAY})
