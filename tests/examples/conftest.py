"""The demo town, loaded once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from directory import create_app, demo
from directory.config import Settings
from directory.database import opened, release


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(
        Settings.load(tmp_path_factory.mktemp("steelford"), {"KITH_TODAY": "2026-11-22"}), TESTING=True
    )
    with opened(app):
        demo.load()
        yield app
        release()
