"""The pages: thin blueprints over the verbs of the directory. `register(app)` is all that `create_app` calls.

They hold no rules of their own: search, matching and the catalog decide; here is only what a browser needs.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import current_user
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader

from directory import formatting
from directory.config import current_settings
from directory.web import (
    access,
    account,
    board,
    browse,
    checking,
    desk,
    duplicates,
    editing,
    erasing,
    errors,
    fidelity,
    gaps,
    health,
    history,
    ideas,
    imports,
    journey,
    leaving,
    limits,
    listings,
    match,
    memory,
    months,
    navigation,
    pages,
    people,
    security,
    signing_in,
    staff_search,
    suggestions,
    words,
    wrong,
    yours,
)

BLUEPRINTS = (
    *(browse.bp, listings.bp, match.bp, pages.bp, health.bp, account.bp, people.bp, navigation.bp),
    *(history.bp, checking.bp, suggestions.bp, yours.bp, wrong.bp, erasing.bp, desk.bp),
    *(staff_search.bp, words.bp, imports.bp, editing.bp, duplicates.bp),
    *(memory.bp, journey.bp, leaving.bp),
    *(gaps.bp, ideas.bp, board.bp, months.bp, fidelity.bp),
)


def register(app: Flask) -> None:
    """Put pages, error pages, headers and template helpers on the app."""
    app.config.setdefault("SESSION_COOKIE_HTTPONLY", True)
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form may stay open for as long as it takes
    app.jinja_loader = _with_components(app.jinja_loader)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        distance=formatting.distance,
        sentence=formatting.sentence,
        plain_date=formatting.plain_date,
    )
    app.jinja_env.globals["count_of"] = formatting.count_of
    app.context_processor(page_context)
    security.init_app(app)
    editing.init_app(app)
    signing_in.init_app(app)
    access.init_app(app)
    app.before_request(account.lead_to_second_step)
    limits.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    signing_in.without_token(app, "match.answer", "wrong.send", "yours.send")
    errors.init_app(app)


def page_context() -> dict[str, Any]:
    """What base.html needs on every page."""
    settings = current_settings()
    return {
        "navigation": navigation.links(navigation.NAVIGATION),
        "staff_navigation": navigation.links(navigation.STAFF_NAVIGATION),
        "exit_url": settings.exit_url,
        "page_language": settings.language,
        "signed_in_as": current_user.name if current_user.is_authenticated else "",
    }


def _with_components(loader: BaseLoader | None) -> BaseLoader:
    """Our templates first, then GOV.UK Frontend's macros under their package names."""
    packages = ("govuk_frontend_jinja", "govuk_frontend_wtf")
    macros = PrefixLoader({name: PackageLoader(name) for name in packages})
    return ChoiceLoader([loader, macros]) if loader else macros
