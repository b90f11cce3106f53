"""How the agency looks at its own way of working, over time."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import fidelity
from directory.errors import Invalid
from directory.web import access
from directory.web.mending import Problem
from directory.web.security import keep_private

bp = Blueprint("fidelity", __name__, url_prefix="/staff/fidelity")
bp.before_request(keep_private)

ANSWERS = (
    ("1", "1, not at all"),
    ("2", "2"),
    ("3", "3, partly"),
    ("4", "4"),
    ("5", "5, fully"),
    ("", "We do not know"),
)
SHOWN = 6


@bp.get("")
def show() -> ResponseReturnValue:
    """The answers over time, and what Kith knows by itself."""
    return render_template(
        "team/fidelity.html",
        features=fidelity.features(),
        rounds=fidelity.rounds()[-SHOWN:],
        figures=fidelity.figures(),
    )


@bp.route("/answer", methods=["GET", "POST"])
def answer() -> ResponseReturnValue:
    """Write down what the team found."""
    if request.method == "GET":
        last = fidelity.rounds()[-1:]
        before = {key: str(value or "") for one in last for key, value in one.answers.items()}
        return _form(before, [])
    given = {key: request.form.get(key, "") for key in fidelity.statements()}
    try:
        fidelity.answer({key: _number(text) for key, text in given.items()}, access.me())
    except Invalid as error:
        problems = [Problem(text, field.replace(".", "-")) for field, text in error.fields.items()]
        return _form(given, problems), 422
    flash("Kept. Answering again today replaces it.")
    return redirect(url_for("fidelity.show"), 303)


def _number(text: str) -> int | None:
    """None where nothing is known; 0, which is no answer, for what is no number."""
    if not text:
        return None
    return int(text) if text in {"1", "2", "3", "4", "5"} else 0


def _form(values: Mapping[str, str], problems: list[Problem]) -> str:
    return render_template(
        "team/fidelity_answer.html",
        features=fidelity.features(),
        values=values,
        answers=ANSWERS,
        problems=problems,
    )
