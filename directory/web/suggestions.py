"""What waits for a curator: each suggestion with what it would change, to take (all or some) or to decline."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import accounts, formatting, replies, suggestions
from directory.config import current_settings
from directory.errors import Conflict, Invalid
from directory.serving import engines
from directory.suggestions import CATEGORIES, Proposal, Suggested
from directory.web import access
from directory.web.differences import Shown, label, shown
from directory.web.mending import Problem, problems_of
from directory.web.security import keep_private

bp = Blueprint("suggestions", __name__, url_prefix="/staff/suggestions")
bp.before_request(keep_private)

SHOWN = 20
LONGEST_ANSWER = 2000
WHO = {"group": "The group itself", "public": "Somebody who looked at the page"}


@dataclass(frozen=True, slots=True)
class Card:
    """One suggestion as the page shows it. `changes` are (field, its change, a note on it)."""

    suggested: Suggested
    who: str
    when: str
    about: str
    changes: tuple[tuple[str, Shown, str], ...]
    done: tuple[str, ...]
    """What it asked for and what is there by now."""


@bp.get("")
def waiting() -> ResponseReturnValue:
    """The list."""
    return _list_page()


@bp.post("/<uuid:suggestion_id>")
def decide(suggestion_id: UUID) -> ResponseReturnValue:
    """Take what is ticked, or decline; whoever asked to hear the outcome is told."""
    key, answer = str(suggestion_id), request.form.get("answer", "").strip()
    if len(answer) > LONGEST_ANSWER:
        problem = Problem(f"Write at most {LONGEST_ANSWER:,} letters.", f"answer-{key}")
        return _list_page([problem], key, answer), 422
    try:
        if request.form.get("action") == "decline":
            suggestions.decline(key, access.me(), answer)
            told = "Declined."
        else:
            suggestions.accept(key, request.form.getlist("take"), access.me(), answer)
            told = "Done. The listing says so now."
    except Invalid as error:
        return _list_page(problems_of(error.fields, {"fields": f"take-{key}"}), key, answer), 422
    except Conflict as error:
        flash(error.message)
        return redirect(url_for("suggestions.waiting"))
    engines().catch_up()
    flash(told)
    if not replies.answer(key):
        flash("The answer could not be sent by email yet. It is kept: try again later.")
    return redirect(url_for("suggestions.waiting"))


@bp.post("/answers")
def answers() -> ResponseReturnValue:
    """Try again to send the answers that could not go out."""
    left = sum(not replies.answer(key) for key in replies.unsent())
    flash(
        f"{formatting.count_of(left, 'answer')} could not be sent yet."
        if left
        else "All answers are on their way."
    )
    return redirect(url_for("suggestions.waiting"))


def _list_page(problems: list[Problem] | None = None, key: str = "", answer: str = "") -> str:
    found = suggestions.waiting(SHOWN)
    names = accounts.names([one.made_by for one in found if one.made_by])
    return render_template(
        "suggestions/list.html",
        cards=[_card(one, names) for one in found],
        count=suggestions.count(),
        unsent=len(replies.unsent()),
        problems=problems or [],
        mending=key,
        answer=answer,
    )


def _card(one: Suggested, names: dict[str, str]) -> Card:
    today = current_settings().today()
    who = names.get(one.made_by or "") or WHO.get(one.by_role, f"A colleague ({one.by_role})")
    how = f", {formatting.HOW[one.how]}" if one.how and one.by_role != "group" else ""
    about = {
        "confirmation": "Everything is right, they say",
        "report": CATEGORIES.get(one.category or "", ""),
    }
    return Card(
        suggested=one,
        who=who + how,
        when=formatting.ago(one.made_on, today),
        about=about.get(one.kind, ""),
        changes=tuple((part.field, _change(part), _note(part)) for part in one.proposals if not part.is_done),
        done=tuple(label(part.field) for part in one.proposals if part.is_done),
    )


def _change(proposal: Proposal) -> Shown:
    return shown(proposal.field, proposal.now, proposal.proposed, current_settings().today())


def _note(proposal: Proposal) -> str:
    return "(somebody changed this after they wrote)" if proposal.changed_since else ""
