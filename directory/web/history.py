"""The history of a listing, any version of it, and my last action undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import accounts, formatting, history
from directory.config import current_settings
from directory.errors import Conflict, Invalid, NotFound
from directory.history import Action, Check, Difference, History
from directory.serving import engines
from directory.web import access
from directory.web.differences import Shown, as_written, shown
from directory.web.security import keep_private

bp = Blueprint("history", __name__, url_prefix="/staff/listings/<uuid:listing_id>/history")
bp.before_request(keep_private)

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One action as the page shows it."""

    action: Action
    who: str
    when: str
    changes: tuple[Shown, ...]


@bp.get("")
def show(listing_id: UUID) -> ResponseReturnValue:
    """The actions, newest first: the last ones, or with ?all=1 every one."""
    found = history.of(str(listing_id))
    actions = found.actions if request.args.get("all") else found.actions[:SHOWN]
    names = accounts.names([*(one.actor for one in found.actions), *(one.actor for one in found.checks)])
    last = found.undoable(access.me()) if access.i_may("edit_listings") else None
    return render_template(
        "history/show.html",
        listing=found.listing,
        steps=[_step(action, names) for action in actions],
        older=len(found.actions) - len(actions),
        checks=[_check(check, names) for check in found.checks],
        undoable=last.version if last else None,
    )


@bp.get("/<int:version>")
def version(listing_id: UUID, version: int) -> ResponseReturnValue:
    """What stood there after one action, beside what stands there now."""
    return _version_page(history.of(str(listing_id)), version, "")


@bp.post("/<int:version>")
def restore(listing_id: UUID, version: int) -> ResponseReturnValue:
    """Put back what is ticked."""
    fields = request.form.getlist("field")
    seen = request.form.get("seen", type=int)
    if seen is None or not fields:
        problem = (
            "Tick what you want to put back." if seen is not None else "Reload the page, then try again."
        )
        return _version_page(history.of(str(listing_id)), version, problem), 422
    try:
        history.restore(str(listing_id), version, access.me(), fields=fields, expected_version=seen)
    except Conflict:
        problem = "Somebody changed this after you opened the page. This is how it stands now: look again."
        return _version_page(history.of(str(listing_id)), version, problem), 409
    except Invalid as error:
        return _version_page(history.of(str(listing_id)), version, error.message), 422
    engines().catch_up()
    flash("It is back as it was.")
    return redirect(url_for("history.show", listing_id=listing_id))


@bp.post("/undo")
def undo(listing_id: UUID) -> ResponseReturnValue:
    """Take back what I did last."""
    wanted = request.form.get("version", type=int)
    if wanted is None:
        raise NotFound("There is no such version of this listing.")
    try:
        history.undo(str(listing_id), wanted, access.me())
        flash("Undone. You can undo that, too.")
    except Conflict as error:
        flash(error.message)
    engines().catch_up()
    return redirect(url_for("history.show", listing_id=listing_id))


def _version_page(found: History, wanted: int, problem: str) -> str:
    action = found.action(wanted)
    now = found.listing.record
    try:
        then = history.as_of(found, wanted)
        names = history.differing(now, then)
    except Invalid as error:
        then, names, problem = now, [], f"This version cannot be had again. {error.message}"
    today, everything = current_settings().today(), access.i_may("edit_listings")
    return render_template(
        "history/version.html",
        listing=found.listing,
        step=_step(action, accounts.names([action.actor])),
        name_then=then.name,
        changes=[
            shown(name, getattr(now, name), getattr(then, name), today, everything=everything)
            for name in names
        ],
        problem=problem,
    )


def _step(action: Action, names: dict[str, str]) -> Step:
    everything = access.i_may("edit_listings")
    return Step(
        action=action,
        who=who(action.actor, names, action.source),
        when=moment(action.at),
        changes=tuple(_shown(one, everything) for one in _in_order(action.differences)),
    )


def _in_order(differences: Iterable[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda one: (one.field == "checked", one.entity == "organization"))


def _shown(difference: Difference, everything: bool) -> Shown:
    if not difference.readable:
        return as_written(difference.field, difference.before, difference.after)
    today = current_settings().today()
    return shown(difference.field, difference.before, difference.after, today, everything=everything)


def _check(check: Check, names: dict[str, str]) -> dict[str, str]:
    how = formatting.HOW.get(check.how, check.how)
    return {
        "when": moment(check.at),
        "text": f"{who(check.actor, names)} – checked {how} ({check.role})",
        "note": check.note or "",
    }


def who(actor: str, names: dict[str, str], source: str | None = None) -> str:
    """Who did it, by the name that colleagues use."""
    if source is not None:
        return f"Import of “{source}”"
    return names.get(actor) or {"cli": "Somebody at the command line", "demo": "The demo"}.get(
        actor, "Somebody without an account"
    )


def moment(at: datetime) -> str:
    """A moment on the server's clock: "22 November 2026, 14:05"."""
    local = at.astimezone()
    return f"{formatting.plain_date(local.date())}, {local:%H:%M}"
