""" "Start something": ideas of the team, from a first line to a listing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import ideas, knowledge
from directory.errors import Conflict, Invalid
from directory.ideas import Thought
from directory.serving import engines
from directory.web import access
from directory.web.days import day_of
from directory.web.mending import Problem, problems_of
from directory.web.security import keep_private
from matching.vocabulary import assets

bp = Blueprint("ideas", __name__, url_prefix="/staff/ideas")
bp.before_request(keep_private)

AUDIENCES = (
    ("members", "People who belong to the agency"),
    ("agency_and_public", "People of the agency, and anybody else"),
    ("public", "Anybody"),
)
STATES = (("idea", "An idea"), ("planned", "Planned"), ("dropped", "Set aside"))
GROUPS = (("planned", "Planned"), ("idea", "Ideas"), ("real", "Real by now"), ("dropped", "Set aside"))


@bp.get("")
def index() -> ResponseReturnValue:
    """All ideas, by how far they are."""
    return render_template(
        "team/ideas.html",
        groups=[(heading, ideas.all_of(state)) for state, heading in GROUPS],
        assets=assets(),
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Write down an idea; from a gap with its interest and area filled in."""
    if request.method == "GET":
        first = {name: request.args.get(name, "")[:100] for name in ("concept", "area")}
        return _form(None, first, [])
    try:
        key = ideas.think_of(_said(), access.me(), token=request.form.get("token", "")[:100] or uuid4().hex)
    except Invalid as error:
        return _form(None, request.form, problems_of(error.fields)), 422
    flash("Kept. Colleagues see it now.")
    return redirect(url_for("ideas.edit", idea_id=key), 303)


@bp.route("/<uuid:idea_id>", methods=["GET", "POST"])
def edit(idea_id: UUID) -> ResponseReturnValue:
    """Change an idea, plan it, set it aside."""
    found = ideas.one(str(idea_id))
    if request.method == "GET":
        return _form(found, _values(found), [])
    try:
        ideas.change(found.id, _said(), state=request.form.get("state") or None)
    except (Invalid, Conflict) as error:
        wrong = error.fields if isinstance(error, Invalid) else {"title": error.message}
        return _form(found, request.form, problems_of(wrong)), 422
    flash("Saved.")
    return redirect(url_for("ideas.edit", idea_id=idea_id), 303)


@bp.post("/<uuid:idea_id>/real")
def real(idea_id: UUID) -> ResponseReturnValue:
    """It is real: make it a listing."""
    found = ideas.one(str(idea_id))
    try:
        ideas.make_real(found.id, access.me())
    except Invalid as error:
        return _form(found, _values(found), problems_of(error.fields)), 422
    engines().catch_up()
    if found.state != "real":
        flash("It is a listing now. Add the times, the cost and what to expect.")
    return redirect(url_for("ideas.edit", idea_id=idea_id), 303)


def _said() -> dict[str, object]:
    """What the form says. Raises Invalid."""
    fields = ("title", "concept", "area", "host_id", "venue", "room", "audience", "notes")
    said: dict[str, object] = {name: request.form.get(name, "") for name in fields}
    said["starts_on"] = day_of(request.form.get("starts_on", ""), "starts_on")
    return said


def _values(found: Thought) -> dict[str, str]:
    return {
        "title": found.title,
        "concept": found.concept,
        "area": found.area,
        "host_id": found.host_id or "",
        "venue": found.venue,
        "room": found.room or "",
        "audience": found.audience or "",
        "starts_on": found.starts_on.isoformat() if found.starts_on else "",
        "notes": found.notes,
        "state": found.state,
    }


def _form(found: Thought | None, values: Mapping[str, str], problems: list[Problem]) -> str:
    return render_template(
        "team/idea.html",
        idea=found,
        values=values,
        problems=problems,
        token=values.get("token") or uuid4().hex,
        assets=[(key, asset.label) for key, asset in assets().items()],
        rooms=[(room.id, room.name) for room in ideas.rooms()],
        colleagues=list(knowledge.colleagues().items()),
        audiences=AUDIENCES,
        states=STATES,
    )
