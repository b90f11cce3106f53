"""Erasing personal data from a listing and its history. For leads alone, and not to be undone."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import erasing, formatting, listings
from directory.erasing import REASONS
from directory.errors import Invalid, NotFound
from directory.serving import engines
from directory.web import access
from directory.web.mending import Problem, problems_of
from directory.web.security import keep_private

bp = Blueprint("erasing", __name__, url_prefix="/staff/listings/<uuid:listing_id>/erase")
bp.before_request(keep_private)

KINDS = {"name": "Name", "email": "Email", "phone": "Phone", "tip": "Tip"}


@bp.get("")
def ask(listing_id: UUID) -> ResponseReturnValue:
    """What is personal here and in the history, to choose from."""
    return _page(str(listing_id), [])


@bp.post("")
def erase(listing_id: UUID) -> ResponseReturnValue:
    """Take what is ticked out of everything about the listing."""
    key = str(listing_id)
    if request.form.get("sure") != "yes":
        return _page(key, [Problem("Tick that you know it cannot be undone.", "sure")]), 422
    try:
        count = erasing.erase(key, request.form.getlist("key"), access.me(), request.form.get("reason", ""))
    except Invalid as error:
        return _page(key, problems_of(error.fields)), 422
    engines().catch_up()
    flash(f"Erased {formatting.count_of(count, 'thing')}, here and in the history.")
    return redirect(url_for("history.show", listing_id=listing_id))


def _page(listing_id: str, problems: list[Problem]) -> str:
    listing = listings.fetch([listing_id]).get(listing_id)
    if listing is None:
        raise NotFound("There is no listing with that id.")
    return render_template(
        "erasing/ask.html",
        listing=listing,
        found=erasing.personal(listing_id),
        kinds=KINDS,
        reasons=tuple(REASONS.items()),
        chosen=request.form.getlist("key"),
        reason=request.form.get("reason", ""),
        problems=problems,
    )
