"""Where and for what there is little: from the directory itself, and from what was looked for and not found."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from directory import coverage, gaps
from directory.config import current_settings
from directory.web.security import keep_private
from matching.vocabulary import assets, needs

bp = Blueprint("gaps", __name__, url_prefix="/staff/gaps")
bp.before_request(keep_private)

SHOWN = 25


@bp.get("")
def show() -> ResponseReturnValue:
    """What people missed, and what the directory has; narrowed by area, interest and access."""
    known = coverage.areas()
    asked_for = gaps.areas()
    area = _one_of(request.args.get("area", ""), [*known, *asked_for])
    concept = _one_of(request.args.get("concept", ""), list(assets()))
    access = [key for key in coverage.ACCESS if key in request.args.getlist("access")]
    place = area if area in known else ""
    if concept and not place:
        covers = coverage.by_area(known, concept, access=access)
    else:
        covers = coverage.by_concept(known, area=place, access=access)
        covers = [one for one in covers if concept in ("", one.concept)]
    return render_template(
        "team/gaps.html",
        missing=gaps.looked_for(current_settings().today(), concept=concept, area=area)[:SHOWN],
        covers=covers,
        few=[one for one in covers if one.reachable <= coverage.LITTLE],
        area_choices=[(one, one) for one in dict.fromkeys([*known, *asked_for])],
        area=area,
        place=place,
        concept=concept,
        access=access,
        access_labels={key: _label(needs.facts()[key].say("yes")) for key in coverage.ACCESS},
        needs={key: barrier.label for key, barrier in needs.barriers().items()},
        assets={key: asset.label for key, asset in assets().items()},
        fewest=gaps.FEWEST,
        by_area=bool(concept and not place),
        filtered=bool(area or concept or access),
    )


def _one_of(value: str, allowed: list[str]) -> str:
    return value if value in allowed else ""


def _label(said: str) -> str:
    return said[:1].upper() + said[1:]
