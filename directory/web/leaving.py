"""Leaving, guided: what only one colleague holds, who takes it on, what only they know, and closing the door kindly."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import accounts, handover, knowledge
from directory.errors import Conflict, Invalid, KithError, NotFound
from directory.listings import fetch
from directory.permissions import signing_role
from directory.serving import engines
from directory.web import access
from directory.web.memory import facts_written, is_uuid, sure, to_ask, written
from directory.web.security import keep_private

bp = Blueprint("leaving", __name__)

MOST_STEPS, MOST_ASKED = 30, 3


@bp.get("/staff/handover")
def people() -> ResponseReturnValue:
    """Who is here, and who left without passing things on."""
    keep_private()
    return render_template(
        "memory/leaving.html", colleagues=knowledge.colleagues(), orphans=handover.orphans()
    )


@bp.get("/staff/handover/<uuid:user_id>")
def show(user_id: UUID) -> ResponseReturnValue:
    """Everything that only they hold, or the record once it is done."""
    return _show(str(user_id), {})


def _show(user_id: str, problems: dict[str, str]) -> ResponseReturnValue:
    keep_private()
    user = accounts.by_id(user_id)
    held = handover.holdings(user_id)
    others = {key: name for key, name in knowledge.colleagues().items() if key != user_id}
    page = render_template(
        "memory/handover.html",
        user=user,
        held=held,
        areas=sorted({one.listing.area for one in held}),
        kinds=handover.WORDS,
        colleagues=others,
        suggestions=sum(one.suggested is not None for one in held),
        record=handover.record_of(user_id),
        problems=problems,
        form=request.form,
    )
    return page, 400 if problems else 200


@bp.post("/staff/handover/<uuid:user_id>/pass")
def pass_on(user_id: UUID) -> ResponseReturnValue:
    """Pass on one thing, an area, everything, or each to whoever is suggested."""
    keep_private()
    key = str(user_id)
    accounts.by_id(key)
    kind, _, item = written("one").partition(":")
    try:
        if item:
            with suppress(NotFound):  # sent twice, or somebody was quicker
                handover.reassign(key, kind, item, written(f"to_{item}"))
        elif written("which") == "suggested":
            handover.reassign_as_suggested(key)
        elif written("which") == "area":
            handover.reassign_all(key, written("to"), area=written("area"))
        else:
            handover.reassign_all(key, written("to"))
    except Invalid as error:
        return _show(key, error.fields)
    finally:
        engines().catch_up()
    return redirect(url_for("leaving.show", user_id=user_id), 303)


@bp.get("/staff/handover/<uuid:user_id>/walk")
def walk(user_id: UUID) -> ResponseReturnValue:
    """The half hour of "what only you know"."""
    return _walk(str(user_id), {}, "")


def _walk(user_id: str, problems: dict[str, str], at: str) -> ResponseReturnValue:
    keep_private()
    user = accounts.by_id(user_id)
    steps = handover.walk(user.id)
    shown = steps[:MOST_STEPS]
    listings = fetch(step.listing.id for step in shown)
    page = render_template(
        "memory/walk.html",
        user=user,
        steps=shown,
        left_out=len(steps) - len(shown),
        questions={key: to_ask(listing.record)[0][:MOST_ASKED] for key, listing in listings.items()},
        prompts=handover.PROMPTS,
        problems=problems,
        at=at,
        form=request.form,
        names_someone=knowledge.NAMES_SOMEONE in problems.values(),
    )
    return page, 400 if problems else 200


@bp.post("/staff/handover/<uuid:user_id>/walk")
def tell(user_id: UUID) -> ResponseReturnValue:
    """What was told at one place of the walk: facts, and a tip."""
    keep_private()
    user, at, me = accounts.by_id(str(user_id)), written("listing", 40), access.me()
    if not is_uuid(at):
        raise NotFound("There is no listing with that id.")
    facts, text = facts_written(), written("text")
    try:
        if facts:
            knowledge.find_out(at, me, facts, role=signing_role(user.role_names))
        if text or not facts:
            knowledge.tip(at, text, me, sure=sure())
    except Invalid as error:
        return _walk(user.id, error.fields, at)
    finally:
        engines().catch_up()
    return redirect(url_for("leaving.walk", user_id=user_id, _anchor=f"step-{at}"), 303)


@bp.post("/staff/handover/<uuid:user_id>/finish")
def finish(user_id: UUID) -> ResponseReturnValue:
    """Close the account and leave the record."""
    keep_private()
    key = str(user_id)
    accounts.by_id(key)
    try:
        handover.finish(key, access.me(), agreed_to_name=written("agreed") == "yes", note=written("note"))
    except (Conflict, Invalid) as error:
        return _show(key, _told(error))
    engines().catch_up()
    return redirect(url_for("leaving.show", user_id=user_id), 303)


def _told(error: KithError) -> dict[str, str]:
    return error.fields if isinstance(error, Invalid) else {"finish": error.message}
