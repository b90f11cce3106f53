"""A group's own page, by the link that it was sent: is this right? No account, and no cookie needed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import formatting, group_links, listings, suggestions
from directory._rows import as_json
from directory.config import current_settings
from directory.errors import Conflict, Invalid
from directory.group_links import GroupLink, LinkExpired
from directory.listings import Listing
from directory.suggestions import By
from directory.web import corrections
from directory.web.mending import Problem, problems_of
from directory.web.security import keep_private

bp = Blueprint("yours", __name__, url_prefix="/yours")
bp.before_request(keep_private)


@bp.get("/<token>")
def ask(token: str) -> ResponseReturnValue:
    """What we say about the group, to confirm or to change."""
    try:
        link = group_links.opened(token)
    except LinkExpired:
        return _over("This link is too old", 410)
    if suggestions.link_used(link.nonce):
        return _over("Thank you. We have what you sent", 200)
    listing = _listing(link)
    facts = corrections.asked_of(listing.record, current_settings().today())
    return _form_page(token, link, listing, corrections.start(listing.record, facts), [])


@bp.post("/<token>")
def send(token: str) -> ResponseReturnValue:
    """Keep what the group says, for a curator to look at before it shows."""
    try:
        link = group_links.opened(token)
    except LinkExpired:
        return _over("This link is too old", 410)
    listing = _listing(link)
    everything_right = request.form.get("action") == "right"
    answered = corrections.Answered() if everything_right else corrections.read(request.form, listing.record)
    if answered.problems:
        return _form_page(token, link, listing, request.form, answered.problems), 422
    kind = "correction" if answered.changes or answered.words else "confirmation"
    try:
        suggestions.suggest(
            listing.id,
            answered.changes,
            By("group", how="told", link=link.nonce),
            kind=kind,  # type: ignore[arg-type]
            words=answered.words,
            once=as_json([link.nonce, answered.changes, answered.words]),
        )
    except Invalid as error:
        return _form_page(token, link, listing, request.form, problems_of(error.fields)), 422
    except Conflict as error:
        problem = Problem(f"{error.message} Ask us for a new one.", "words")
        return _form_page(token, link, listing, request.form, [problem]), 409
    return redirect(url_for("yours.ask", token=token))


def _listing(link: GroupLink) -> Listing:
    return listings.by_ref(link.listing_id)


def _over(title: str, status: int) -> ResponseReturnValue:
    return render_template("yours/over.html", heading=title, status=status), status


def _form_page(
    token: str, link: GroupLink, listing: Listing, values: Mapping[str, str], problems: list[Problem]
) -> str:
    until = (link.made_at + group_links.GOOD_FOR).date()
    return render_template(
        "yours/ask.html",
        token=token,
        until=formatting.plain_date(until),
        listing=listing,
        boxes=corrections.BOXES,
        running=corrections.RUNNING,
        facts=corrections.asked_of(listing.record, current_settings().today()),
        unknown=corrections.UNKNOWN,
        values=values,
        problems=problems,
    )
