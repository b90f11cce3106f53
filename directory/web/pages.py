"""Pages that only say something: how matching works, privacy, accessibility, leaving quickly."""

from __future__ import annotations

from flask import Blueprint, render_template

from directory.config import current_settings
from matching.ranking import describe_rules, describe_weights

bp = Blueprint("pages", __name__)


@bp.get("/how-matching-works")
def how_matching_works() -> str:
    """The weights, and the rules in their own words: each rule's docstring is what the public reads."""
    return render_template(
        "pages/how_matching_works.html", rules=describe_rules(), weights=describe_weights()
    )


@bp.get("/privacy")
def privacy() -> str:
    return render_template("pages/privacy.html", online_geocoder=current_settings().online_geocoder)


@bp.get("/accessibility")
def accessibility() -> str:
    return render_template("pages/accessibility.html")


@bp.get("/leaving-quickly")
def leaving_quickly() -> str:
    return render_template("pages/leaving_quickly.html")
