"""The team board: stories, new finds, introductions; and the way to ideas, gaps and figures."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import board, ideas, knowledge
from directory.config import current_settings
from directory.errors import Invalid
from directory.knowledge import NAMES_SOMEONE
from directory.web import access
from directory.web.days import day_of
from directory.web.mending import Problem, problems_of
from directory.web.security import keep_private

bp = Blueprint("board", __name__, url_prefix="/staff/board")
bp.before_request(keep_private)

CONSENTS = (
    ("said", "They said yes"),
    ("written", "They signed for it"),
    ("own_words", "They wrote it themselves"),
)
HOW = {
    "said": "with their spoken consent",
    "written": "with their written consent",
    "own_words": "in their own words",
}


@bp.get("")
def index() -> ResponseReturnValue:
    """What is new in the team."""
    today = current_settings().today()
    return render_template(
        "team/board.html",
        stories=board.stories(),
        finds=board.new_finds(today - board.WEEK),
        introductions=board.introductions_made(today - board.RECENT),
        ideas=ideas.all_of("idea", "planned")[:5],
        how=HOW,
        me=access.me(),
        today=today,
    )


@bp.route("/stories", methods=["GET", "POST"])
def tell() -> ResponseReturnValue:
    """Tell what worked, with consent and without names."""
    if request.method == "GET":
        today = current_settings().today().isoformat()
        return _form(
            {"asked_by": access.me(), "on": today, "listing": request.args.get("listing", "")[:200]}, []
        )
    form = request.form
    try:
        board.tell(
            form.get("words", ""),
            access.me(),
            consent=form.get("consent") == "yes",
            how=form.get("how", ""),
            asked_by=form.get("asked_by", ""),
            on=day_of(form.get("on", ""), "on"),
            listing=form.get("listing", "")[:500],
            token=form.get("token", "")[:100] or uuid4().hex,
            sure=form.get("sure") == "yes",
        )
    except Invalid as error:
        return _form(form, problems_of(error.fields)), 422
    flash("Thank you. It is on the board.")
    return redirect(url_for("board.index"), 303)


@bp.post("/stories/<uuid:story_id>/take-down")
def take_down(story_id: UUID) -> ResponseReturnValue:
    """The consent is taken back: the story goes."""
    board.take_down(str(story_id), access.me())
    flash("The story is deleted.")
    return redirect(url_for("board.index"), 303)


def _form(values: Mapping[str, str], problems: list[Problem]) -> str:
    return render_template(
        "team/story.html",
        values=values,
        problems=problems,
        token=values.get("token") or uuid4().hex,
        consents=CONSENTS,
        colleagues=list(knowledge.colleagues().items()),
        names_someone=any(problem.text == NAMES_SOMEONE for problem in problems),
    )
