"""A colleague's own pages, and the team's: my places and people, who knows whom, what to know on a new patch."""

from __future__ import annotations

from datetime import date
from itertools import dropwhile
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import handover, knowledge
from directory.errors import Invalid
from directory.geocoder import Ambiguous, Place
from directory.patch import Pack, pack, pack_of_area
from directory.serving import engines
from directory.team import team_assets
from directory.web import access
from directory.web.memory import WARM, written
from directory.web.security import keep_private
from importers.clean_place import outcode_of

bp = Blueprint("journey", __name__)

MOST_SHOWN = 40
KM_CHOICES = (1, 2, 3, 5, 10)


@bp.get("/staff/me")
def me() -> ResponseReturnValue:
    """My ties, what goes cold, what I promised, what colleagues ask of me, what I bring."""
    return _me()


def _me(problems: dict[str, str] | None = None) -> ResponseReturnValue:
    keep_private()
    mine = access.me()
    asked, tips = knowledge.introductions_of(mine), knowledge.tips_kept_by(mine)
    page = render_template(
        "memory/me.html",
        ties=knowledge.ties_of(mine),
        cold=knowledge.going_cold(mine),
        promised=knowledge.promises_of(mine),
        for_me=[one for one in asked if one.of_id == mine and one.state == "open"],
        by_me=[one for one in asked if one.by_id == mine][:10],
        tips=tips,
        listings=knowledge.named({one.listing_id for one in tips}),
        never=knowledge.never_visited(mine),
        assets=knowledge.assets_of(mine),
        found=knowledge.facts_that_helped(mine),
        unclaimed=knowledge.unclaimed(mine),
        warm=WARM,
        problems=problems or {},
        form=request.form,
    )
    return page, 400 if problems else 200


@bp.post("/staff/me/claim")
def claim() -> ResponseReturnValue:
    """The name on these is mine."""
    knowledge.claim(access.me())
    engines().catch_up()
    return redirect(url_for("journey.me"), 303)


@bp.post("/staff/me/brings")
def bring() -> ResponseReturnValue:
    """Say what I bring myself."""
    try:
        knowledge.bring(access.me(), written("text"), shared=written("shared") == "yes")
    except Invalid as error:
        return _me(error.fields)
    return redirect(url_for("journey.me", _anchor="brings"), 303)


@bp.post("/staff/me/brings/<uuid:asset_id>/share")
def share(asset_id: UUID) -> ResponseReturnValue:
    """Let the team see it, or keep it to myself."""
    knowledge.share(str(asset_id), access.me(), written("shared") == "yes")
    return redirect(url_for("journey.me", _anchor="brings"), 303)


@bp.post("/staff/me/brings/<uuid:asset_id>/remove")
def put_away(asset_id: UUID) -> ResponseReturnValue:
    """Take it off my list."""
    knowledge.put_away(str(asset_id), access.me())
    return redirect(url_for("journey.me", _anchor="brings"), 303)


@bp.get("/staff/known")
def known() -> ResponseReturnValue:
    """How many of us know somebody at each place that matters; where it is one, whom to take along."""
    keep_private()
    groups = knowledge.bus_factor()
    by_number = [[one for one in groups if len(one.knowers) == number] for number in range(knowledge.AIM)]
    nobody, single = by_number
    suggested = handover.seconds([one.listing.id for one in single[:MOST_SHOWN]])
    return render_template(
        "memory/known.html",
        total=len(groups),
        nobody=nobody,
        single=single,
        shared=len(groups) - len(nobody) - len(single),
        most=MOST_SHOWN,
        colleagues=knowledge.colleagues(),
        suggested=suggested,
        my_id=access.me(),
        over_time=_since_the_first(knowledge.single_knowers_over_time(groups=groups))
        if access.i_may("team_measures")
        else [],
    )


def _since_the_first(months: list[tuple[date, int, int]]) -> list[tuple[date, int, int]]:
    """Without the months before anybody was known at all."""
    return list(dropwhile(lambda month: not month[2], months))


@bp.get("/staff/team")
def team() -> ResponseReturnValue:
    """ "Who in the team knows choirs?" """
    keep_private()
    question = request.args.get("q", "")[:200].strip()
    answers = team_assets(question) if question else []
    return render_template("memory/team.html", question=question, answers=answers, warm=WARM)


@bp.get("/staff/patch")
def patch() -> ResponseReturnValue:
    """A patch pack for somebody who arrives, on screen and on paper."""
    keep_private()
    near = request.args.get("near", "")[:200].strip()
    within = request.args.get("within", 3, type=int)
    within = within if within in KM_CHOICES else 3
    made, label, problem, choices = _pack(near, within)
    return render_template(
        "memory/patch.html",
        near=near,
        within=within,
        km_choices=KM_CHOICES,
        pack=made,
        label=label,
        problem=problem,
        choices=choices,
        warm=WARM,
    )


def _pack(near: str, within: int) -> tuple[Pack | None, str, str, list[tuple[str, str]]]:
    """The pack, what to call the patch, what went wrong, and places that may have been meant."""
    if not near:
        return None, "", "", []
    found = engines().places.locate(near)
    if isinstance(found, Place):
        return pack(found.point, within), found.label, "", []
    if isinstance(found, Ambiguous):
        return None, "", found.message, [(one.label, one.again or one.label) for one in found.choices]
    outcode = outcode_of(near)
    made = pack_of_area(outcode) if outcode else None
    if made and made.entries:
        return made, str(outcode), "", []
    return (
        None,
        "",
        "We could not find that place. Try a postcode, the first half of one, or a place name.",
        [],
    )
