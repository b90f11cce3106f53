"""A month in figures, for a lead to print."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory import gaps, months, usage
from directory.config import current_settings
from directory.web.security import keep_private
from matching.vocabulary import assets

bp = Blueprint("months", __name__, url_prefix="/staff/month")
bp.before_request(keep_private)


@bp.get("")
def now() -> ResponseReturnValue:
    """This month."""
    return redirect(url_for("months.show", when=usage.month_of(current_settings().today())))


@bp.get("/<when>")
def show(when: str) -> ResponseReturnValue:
    """The figures of one month ("2026-11")."""
    month = months.month(when)
    today = current_settings().today()
    return render_template(
        "team/month.html",
        figures=months.figures_of(month),
        month=month,
        before=month.before if month.before.first.year >= months.FIRST_YEAR else None,
        after=month.after if month.after.first <= today else None,
        today=today,
        running=month.key == usage.month_of(today),
        assets={key: asset.label for key, asset in assets().items()},
        fewest=gaps.FEWEST,
    )
