"""Kith's Flask app: the agency's shared knowledge of its community. `create_app` wires everything, decides nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from directory.config import Settings


SELDOM = 50_000
"""New objects, some megabytes of them, until Python looks among them for rubbish."""


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The app, its database upgraded and its index ready. Raises CannotStart with one plain sentence."""
    with _nothing_to_collect():
        return _create_app(settings, overrides)


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """A start makes a great many objects that all stay: looking among them for rubbish costs a fifth of the time.

    What the first app of a process is made of is set aside for good: each later look, and the end of the process,
    would go through it again. Further apps come and go, as in tests, and stay what can be collected. From then on
    rubbish is looked for when SELDOM new objects have gathered, not 700: a match makes many, and nothing stays.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        if not gc.get_freeze_count():
            gc.freeze()
            gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    finally:
        if was_on:
            gc.enable()


def _create_app(settings: Settings | None, overrides: dict[str, Any]) -> Flask:
    # Here, not above: half of a start is imports, and they too are to be made while nobody looks for rubbish.
    from flask import Flask

    from directory import api, startup, web
    from directory.config import Settings
    from directory.database import db
    from directory.resources import folder
    from directory.serving import Engines

    settings = settings or Settings.load()
    settings.make_data_dir()
    app = Flask(__name__, template_folder=str(folder("templates")), static_folder="static")
    app.config.update(settings.flask_config())
    app.config.setdefault("SECRET_KEY", None)
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or startup.kept_secret(settings)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.json.sort_keys = False  # type: ignore[attr-defined]  # answers read best in the contract's order
    app.config.update(overrides)
    db.init_app(app)
    app.extensions["kith"] = Engines(settings)
    web.register(app)
    api.register(app)
    startup.prepare(app)
    return app
