"""“Something’s wrong here?”: anybody tells us, without an account, and may hear what became of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from directory import formatting, limits, listings, post, suggestions
from directory.errors import Invalid, NotFound
from directory.limits import Rule
from directory.listings import Listing
from directory.suggestions import CATEGORIES, By
from directory.web.limits import machine
from directory.web.mending import Problem, problems_of
from directory.web.security import keep_private

bp = Blueprint("wrong", __name__, url_prefix="/wrong/<uuid:listing_id>")
bp.before_request(keep_private)

BY_ADDRESS = (Rule(5, timedelta(hours=1)), Rule(20, timedelta(days=1)))
BY_LISTING = (Rule(30, timedelta(days=1)),)
TRAP = "company"
"""A field that people do not see; programs that fill in everything fill it in."""


@bp.get("")
def ask(listing_id: UUID) -> ResponseReturnValue:
    """The form."""
    return _form_page(_listing(listing_id), {}, [])


@bp.post("")
def send(listing_id: UUID) -> ResponseReturnValue:
    """Keep a report; the form again, with everything in it, where something is missing."""
    listing = _listing(listing_id)
    if not _token_fits():
        problem = Problem(
            "This page was open for too long. What you wrote is still here: send it again.", "words"
        )
        return _form_page(listing, request.form, [problem]), 400
    if request.form.get(TRAP):
        return redirect(url_for("wrong.thanks", listing_id=listing_id))
    wait = _wait(listing)
    if wait:
        minutes = formatting.count_of(math.ceil(wait / timedelta(minutes=1)), "minute")
        problem = Problem(
            f"We have had many messages from where you are. Wait {minutes}, then send this again.", "words"
        )
        return (
            _form_page(listing, request.form, [problem]),
            429,
            {"Retry-After": str(math.ceil(wait.total_seconds()))},
        )
    try:
        suggestions.suggest(
            listing.id,
            {},
            By("public"),
            kind="report",
            category=request.form.get("category"),
            words=request.form.get("words", "").replace("\r\n", "\n"),
            address=request.form.get("address", "").strip() if post.can_send() else "",
            once=request.form.get("once", ""),
        )
    except Invalid as error:
        return _form_page(listing, request.form, problems_of(error.fields)), 422
    return redirect(url_for("wrong.thanks", listing_id=listing_id))


@bp.get("/thanks")
def thanks(listing_id: UUID) -> ResponseReturnValue:
    """We have it."""
    return render_template("wrong/thanks.html", listing=_listing(listing_id))


def _listing(listing_id: UUID) -> Listing:
    found = listings.fetch([str(listing_id)]).get(str(listing_id))
    if found is None or found.record.status == "do_not_list":
        raise NotFound("There is no listing with that id.")
    return found


def _token_fits() -> bool:
    """The app-wide check would answer with a page that has lost what the person wrote."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _wait(listing: Listing) -> timedelta:
    return limits.take("report", machine(), BY_ADDRESS) or limits.take("report about", listing.id, BY_LISTING)


def _form_page(listing: Listing, sent: Mapping[str, str], problems: list[Problem]) -> str:
    return render_template(
        "wrong/ask.html",
        listing=listing,
        categories=tuple(CATEGORIES.items()),
        sent=sent,
        problems=problems,
        trap=TRAP,
        can_answer=post.can_send(),
        once=sent.get("once") or uuid4().hex,
    )
