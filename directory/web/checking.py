"""Checking a listing: still right in one click, facts found out, a link for the group, a colleague's suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import checking, formatting, group_links, listings, policies, suggestions
from directory.asking import facts_of
from directory.config import current_settings
from directory.database import now
from directory.errors import Invalid, NotFound
from directory.listings import Listing
from directory.serving import engines
from directory.suggestions import FACT, By
from directory.web import access, corrections
from directory.web.differences import lines
from directory.web.listing_page import page_of
from directory.web.mending import Problem, problems_of
from directory.web.people import this_site
from directory.web.security import keep_private
from importers.records import CheckedHow
from matching.vocabulary import needs

bp = Blueprint("checking", __name__, url_prefix="/staff/listings/<uuid:listing_id>")
bp.before_request(keep_private)

ONE_CLICK: tuple[tuple[CheckedHow, str], ...] = (
    ("phoned", "I rang them"),
    ("visited", "I went there"),
    ("told", "Someone who goes told me"),
    ("website", "I looked at their website"),
)
QUESTIONS = 6


@bp.get("/check")
def show(listing_id: UUID) -> ResponseReturnValue:
    """What we say of the listing, and how to say that it is still right."""
    return _check_page(_listing(listing_id), {}, [])


@bp.post("/check")
def save(listing_id: UUID) -> ResponseReturnValue:
    """Somebody checked it: the whole of it, and perhaps some facts."""
    listing = _listing(listing_id)
    facts = _found_out(listing)
    try:
        checking.still_right(
            listing.id,
            request.form.get("how", ""),  # type: ignore[arg-type]  # refused where it is none of them
            access.my_role(),
            access.me(),
            note=request.form.get("note", ""),
            facts=facts,
            once=request.form.get("once", ""),
        )
    except Invalid as error:
        return _check_page(listing, request.form, problems_of(error.fields)), 422
    engines().catch_up()
    flash("Thank you. It says now that it was checked today.")
    return redirect(url_for("checking.show", listing_id=listing_id))


@bp.post("/link")
def link(listing_id: UUID) -> ResponseReturnValue:
    """A link to send to the group, for its own answer. Making one keeps nothing."""
    listing = _listing(listing_id)
    address = this_site() + url_for("yours.ask", token=group_links.make(listing.id))
    until = formatting.plain_date((now() + group_links.GOOD_FOR).date())
    letter = (
        f"Hello,\n\nwe have {listing.record.name} in our list of local groups. Is what we say still right? "
        f"You can look, and change it, here (until {until}, no account needed):\n\n{address}\n\nThank you."
    )
    mail = f"mailto:{quote(listing.record.email or '')}?subject={quote('Your entry in our list')}&body={quote(letter)}"
    return render_template(
        "checking/link.html", listing=listing, address=address, until=until, mail=mail, letter=letter
    )


@bp.get("/suggest")
def suggest(listing_id: UUID) -> ResponseReturnValue:
    """A colleague's form for what is not right."""
    listing = _listing(listing_id)
    return _suggest_page(
        listing, corrections.start(listing.record, corrections.asked_of(listing.record, _today())), []
    )


@bp.post("/suggest")
def send(listing_id: UUID) -> ResponseReturnValue:
    """Keep what a colleague says for a curator."""
    listing = _listing(listing_id)
    answered = corrections.read(request.form, listing.record)
    how = request.form.get("how", "")
    problems = answered.problems
    if how not in checking.HOWS:
        problems.append(Problem("Say how you know.", "how"))
    if problems:
        return _suggest_page(listing, request.form, problems), 422
    by = By(access.my_role(), access.me(), how)  # type: ignore[arg-type]  # one of them, as was just looked at
    try:
        suggestions.suggest(
            listing.id, answered.changes, by, words=answered.words, once=request.form.get("once", "")
        )
    except Invalid as error:
        return _suggest_page(listing, request.form, problems_of(error.fields)), 422
    flash("Thank you. A curator will look at it.")
    return redirect(url_for("checking.show", listing_id=listing_id))


def _found_out(listing: Listing) -> dict[str, str | None]:
    """The facts that were answered, and those that we knew and that were seen or heard again."""
    known = {key: value for key in request.form.getlist("still") if (value := _value_of(listing, key))}
    answered = {
        name.removeprefix(FACT): value
        for name, value in request.form.items()
        if name.startswith(FACT) and value
    }
    return {**known, **answered}


def _value_of(listing: Listing, key: str) -> str | None:
    value = suggestions.value_now(listing.record, FACT + key) if key in needs.facts() else None
    return str(value) if value else None


def _listing(listing_id: UUID) -> Listing:
    found = listings.fetch([str(listing_id)])
    if not found:
        raise NotFound("There is no listing with that id.")
    return found[str(listing_id)]


def _today() -> date:
    return current_settings().today()


def _check_page(listing: Listing, sent: Mapping[str, str], problems: list[Problem]) -> str:
    questions = checking.worth_asking(listing.record, _today(), QUESTIONS, rules=policies.freshness())
    return render_template(
        "checking/check.html",
        listing=listing,
        page=page_of(listing.record, _today()),
        one_click=ONE_CLICK,
        questions=[
            (
                question,
                corrections.fact_asked(question.key),
                _known(question.key, question.value, question.last),
            )
            for question in questions
        ],
        sent=sent,
        problems=problems,
        once=sent.get("once") or uuid4().hex,
        known=[
            (key, lines("facts", (fact,), _today())[0])
            for key, fact in facts_of(listing.record).items()
            if _value_of(listing, key) and key not in {question.key for question in questions}
        ],
        asks=lines("contacts", listing.record.contacts, _today(), access.i_may("edit_listings")),
        waiting=suggestions.count(listing.id),
    )


def _known(key: str, value: str | None, last: date | None) -> str:
    if value is None:
        return ""
    when = f", found out {formatting.ago(last, _today())}" if last else ", and nobody has checked it"
    return f"We have: {needs.facts()[key].say(value)}{when}."


def _suggest_page(listing: Listing, values: Mapping[str, str], problems: list[Problem]) -> str:
    return render_template(
        "checking/suggest.html",
        listing=listing,
        boxes=corrections.BOXES,
        running=corrections.RUNNING,
        facts=corrections.asked_of(listing.record, _today()),
        unknown=corrections.UNKNOWN,
        values=values,
        problems=problems,
        one_click=ONE_CLICK,
        once=values.get("once") or uuid4().hex,
    )
