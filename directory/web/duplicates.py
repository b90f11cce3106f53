"""Listings that may be the same: the list of them, two side by side, merging, and taking a merge back."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import accounts, catalog, duplicates, listings
from directory.config import current_settings
from directory.errors import Conflict, NotFound
from directory.listings import Listing
from directory.serving import engines
from directory.web import access, side_by_side
from directory.web.security import keep_private
from importers.alike import Likeness
from importers.plan import FIELDS
from importers.uniting import differences
from importers.uniting_parts import Side, rank

bp = Blueprint("duplicates", __name__, url_prefix="/staff/duplicates")
AT_ONCE = 20
_CHOICE = "choice-"


@bp.get("")
def queue() -> ResponseReturnValue:
    """All pairs that may be one, the likeliest first, twenty a page."""
    keep_private()
    duplicates.seek(most=duplicates.MOST_IN_PASSING)
    found = duplicates.queue()
    page = max(1, request.args.get("page", 1, type=int))
    last = max(1, -(-len(found) // AT_ONCE))
    page = min(page, last)
    return render_template(
        "duplicates/queue.html",
        pairs=[_row(*one) for one in duplicates.shown(found[(page - 1) * AT_ONCE : page * AT_ONCE])],
        total=len(found),
        unseen=len(duplicates.unseen()),
        page=page,
        last=last,
    )


@bp.post("/seek")
def seek() -> ResponseReturnValue:
    """Look through the whole directory again."""
    duplicates.seek(afresh=True)
    return redirect(url_for("duplicates.queue"))


@bp.get("/<uuid:keep>/<uuid:other>")
def compare(keep: UUID, other: UUID) -> ResponseReturnValue:
    """Two listings side by side; the first is the one that stays."""
    keep_private()
    merges = [one for one in catalog.merges_of(str(other)) if one.other_id == str(other)]
    merges += [one for one in catalog.merges_of(str(keep)) if one.other_id == str(keep)]
    if merges:
        return redirect(url_for("duplicates.merged", merge_id=merges[0].id))
    return _side_by_side(str(keep), str(other), {})


@bp.post("/<uuid:keep>/<uuid:other>/merge")
def merge(keep: UUID, other: UUID) -> ResponseReturnValue:
    """Make them one. Where one changed meanwhile, both are shown again, with what was chosen."""
    keep_private()
    choices = {
        name.removeprefix(_CHOICE): cast(Side, side)
        for name, side in request.form.items()
        if name.startswith(_CHOICE)
    }
    try:
        merge_id = catalog.merge(str(keep), str(other), choices, access.me(), seen=_seen())
    except Conflict as error:
        return _side_by_side(str(keep), str(other), choices, error.message), 409
    engines().catch_up()
    return redirect(url_for("duplicates.merged", merge_id=merge_id))


@bp.post("/<uuid:keep>/<uuid:other>/apart")
def apart(keep: UUID, other: UUID) -> ResponseReturnValue:
    """Remember that they are two, and go on to the next."""
    duplicates.tell_apart(str(keep), str(other), access.me())
    return redirect(url_for("duplicates.told_apart", keep=keep, other=other))


@bp.get("/<uuid:keep>/<uuid:other>/apart")
def told_apart(keep: UUID, other: UUID) -> ResponseReturnValue:
    """That it is remembered, how to take it back, and the next pair."""
    keep_private()
    both = _both(str(keep), str(other))
    if frozenset((str(keep), str(other))) not in duplicates.told_apart():
        return redirect(url_for("duplicates.compare", keep=keep, other=other))
    return render_template("duplicates/apart.html", keep=both[0], other=both[1], next=_next())


@bp.post("/<uuid:keep>/<uuid:other>/together")
def together(keep: UUID, other: UUID) -> ResponseReturnValue:
    """They may be one after all."""
    _both(str(keep), str(other))
    duplicates.maybe_one_after_all(str(keep), str(other))
    return redirect(url_for("duplicates.compare", keep=keep, other=other))


@bp.get("/merged/<int:merge_id>")
def merged(merge_id: int) -> ResponseReturnValue:
    """What was merged into what, the way back, and the next pair."""
    keep_private()
    return _merged(merge_id)


@bp.post("/merged/<int:merge_id>/undo")
def undo(merge_id: int) -> ResponseReturnValue:
    """Make two of one again, or say what changed since."""
    keep_private()
    done = catalog.merge_by_id(merge_id)
    try:
        catalog.undo_merge(merge_id, access.me())
    except Conflict as error:
        return _merged(merge_id, error.message), 409
    engines().catch_up()
    return redirect(url_for("duplicates.compare", keep=done.kept_id, other=done.other_id))


def _merged(merge_id: int, problem: str = "") -> str:
    done = catalog.merge_by_id(merge_id)
    keep, other = _both(done.kept_id, done.other_id)
    name = accounts.names([done.actor]).get(done.actor, "")
    return render_template(
        "duplicates/merged.html", merge=done, keep=keep, other=other, by=name, problem=problem, next=_next()
    )


def _seen() -> tuple[int, int] | None:
    """The versions that the page was made of."""
    keep, other = (request.form.get(name, type=int) for name in ("seen_keep", "seen_other"))
    return None if keep is None or other is None else (keep, other)


def _side_by_side(keep_id: str, other_id: str, choices: dict[str, Side], problem: str = "") -> str:
    keep, other = _both(keep_id, other_id)
    today = current_settings().today()
    found = differences(keep.record, other.record)
    rows = side_by_side.rows(keep.record, other.record, [one.key for one in found], today)
    return render_template(
        "duplicates/compare.html",
        keep=keep,
        other=other,
        likeness=duplicates.likeness(keep_id, other_id),
        questions=side_by_side.questions(found, choices, today),
        rows=[row for row in rows if row.keep != row.other],
        alike=side_by_side.alike(rows),
        statuses=side_by_side.STATUSES,
        apart=frozenset((keep_id, other_id)) in duplicates.told_apart(),
        problem=problem,
    )


def _both(keep_id: str, other_id: str) -> tuple[Listing, Listing]:
    found = listings.fetch([keep_id, other_id])
    if len(found) < 2:
        raise NotFound("There is no such pair of listings.")
    return found[keep_id], found[other_id]


def _row(first: Listing, second: Listing, found: Likeness) -> dict[str, Any]:
    """A line of the queue: both listings, the one that is better kept first, and why they may be one."""
    both = sorted((first, second), key=_worth, reverse=True)
    today = current_settings().today()
    return {
        "keep": both[0],
        "other": both[1],
        "where": [side_by_side.whereabouts(one.record) for one in both],
        "when": ["; ".join(side_by_side.lines("sessions", one.record.sessions, today)) for one in both],
        "likeness": found,
    }


def _worth(listing: Listing) -> tuple[Any, ...]:
    """Greater for the one to keep: open, checked last, and with more known of it."""
    record = listing.record
    known = sum(getattr(record, name) not in (None, "", (), False) for name in FIELDS)
    return record.status in ("active", "paused"), rank(record.checked), known, listing.id


def _next() -> dict[str, Any] | None:
    return next((_row(*one) for one in duplicates.shown(duplicates.queue()[:1])), None)
