"""Where the files that are not code lie: beside the packages in a checkout, inside `directory` in a wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `templates` or `examples`, wherever this Kith was installed from."""
    installed = _HERE / name
    return installed if installed.is_dir() else _HERE.parent / name
