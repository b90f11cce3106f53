"""The curator's pages: the desk, differences with imports, dead links, thin listings, phone script, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import calls, catalog, checking, conflicts, desk, links, listings, policies, usage
from directory.config import current_settings
from directory.database import db
from directory.desk import KINDS, Kind
from directory.errors import Invalid
from directory.listings import Listing
from directory.serving import engines
from directory.web import access, phone_script
from directory.web.security import keep_private
from importers.records import CheckedHow

bp = Blueprint("desk", __name__, url_prefix="/staff")

PER_PAGE = 25
MOST_SHOWN = 50
HOWS: tuple[tuple[CheckedHow, str], ...] = (
    ("phoned", "Yes, I rang"),
    ("visited", "Yes, I went"),
    ("website", "Yes, I read their website"),
    ("told", "Yes, somebody told me"),
)
"""How somebody knows that it is still right, each a button."""
KIND_NAMES: Mapping[Kind, str] = {
    "suggestion": "Suggestions to decide",
    "to_mend": "To put right after a call",
    "over": "Last date has passed",
    "missing": "Gone from the list they came from",
    "conflict": "An import says something else",
    "paused": "Paused: are they back?",
    "dead_link": "Web links that do not work",
    "expired": "Check has expired",
    "never": "Never checked",
    "ring_first": "Check is getting old",
    "old_facts": "Facts found out long ago",
    "thin": "Thin: little is known",
}
OWN_PAGES: Mapping[Kind, str] = {
    "missing": "desk.differences",
    "conflict": "desk.differences",
    "dead_link": "desk.dead_links",
    "thin": "desk.thin",
    "suggestion": "suggestions.waiting",
}
"""Where a kind has a page of its own."""
MAY_END: frozenset[Kind] = frozenset({"over", "paused", "missing"})
"""With these reasons an entry can be closed from the desk."""


@dataclass(frozen=True, slots=True)
class KindCount:
    """One line of "everything that waits"."""

    name: str
    number: int
    href: str


@bp.before_request
def _private() -> None:
    keep_private()


# --- the queue --------------------------------------------------------------------------------------------------------


@bp.get("/desk")
def show() -> ResponseReturnValue:
    """Today's entries; with ?kind= those with that reason, a page at a time."""
    usage.try_flush()  # the queue goes by use: what waits to be written is part of it
    found = desk.survey()
    counts = found.counts()
    kind = _kind_asked()
    number = _page_asked()
    start = (number - 1) * PER_PAGE if kind else 0
    entries = desk.queue(PER_PAGE if kind else desk.DAILY, kind=kind, of=found, start=start)
    total = counts[kind] if kind else len(found.sketches)
    return render_template(
        "desk/show.html",
        entries=entries,
        kind=kind,
        kind_name=KIND_NAMES[kind] if kind else "",
        counts=[KindCount(KIND_NAMES[k], counts[k], _page_of(k)) for k in KINDS if counts[k]],
        total=total,
        resting=len(found.resting),
        page=number if kind else 0,
        more=bool(kind) and start + PER_PAGE < total,
        hows=HOWS,
        once=uuid4().hex,
        may_end=MAY_END,
        done=_done(),
    )


@bp.post("/desk/<uuid:listing_id>/still-right")
def still_right(listing_id: UUID) -> ResponseReturnValue:
    """It is as we show it: checked today, in this way."""
    known = {key: key for key, _ in HOWS}
    how = known.get(request.form.get("how", ""))  # type: ignore[call-overload]
    if how is None:
        abort(400)
    once = request.form.get("once", "")[:64]
    checking.still_right(str(listing_id), how, access.my_role(), access.me(), once=once)
    engines().catch_up()
    return _back(str(listing_id), "checked")


@bp.post("/desk/<uuid:listing_id>/close")
def close(listing_id: UUID) -> ResponseReturnValue:
    """It has ended: closed, and kept, so that nobody adds it again."""
    catalog.retire(str(listing_id), access.me())
    engines().catch_up()
    return _back(str(listing_id), "closed")


@bp.post("/desk/<uuid:listing_id>/reopen")
def reopen(listing_id: UUID) -> ResponseReturnValue:
    """A paused one is back, or closing it was a slip."""
    catalog.set_status(str(listing_id), "active", access.me())
    engines().catch_up()
    return _back(str(listing_id), "reopened")


# --- imports ----------------------------------------------------------------------------------------------------------


@bp.get("/desk/conflicts")
def differences() -> ResponseReturnValue:
    """What imports say differently from what somebody here entered, and what they no longer have."""
    waiting, gone = conflicts.counts(db.session.connection())
    return render_template(
        "desk/conflicts.html",
        conflicts=conflicts.open_conflicts(MOST_SHOWN),
        missing=conflicts.missing(MOST_SHOWN),
        waiting=waiting,
        gone=gone,
        field_words=desk.field_words,
        done=_done(),
    )


@bp.post("/desk/conflicts/<int:conflict_id>")
def settle(conflict_id: int) -> ResponseReturnValue:
    """Keep what stands here, or take what the source says."""
    keep = request.form.get("keep", "")
    if keep not in ("ours", "theirs"):
        abort(400)
    listing_id = conflicts.settle(conflict_id, keep, access.me())
    engines().catch_up()
    return redirect(url_for("desk.differences", done=f"kept_{keep}", listing=listing_id), 303)


@bp.post("/desk/<uuid:listing_id>/keep")
def keep(listing_id: UUID) -> ResponseReturnValue:
    """It stays, although the list it came from no longer has it."""
    conflicts.keep_missing(str(listing_id), access.me())
    engines().catch_up()
    return redirect(url_for("desk.differences", done="kept", listing=str(listing_id)), 303)


# --- links and thin listings ------------------------------------------------------------------------------------------


@bp.get("/desk/links")
def dead_links() -> ResponseReturnValue:
    """Web links that do not work."""
    return render_template(
        "desk/links.html",
        links=links.broken(MOST_SHOWN),
        states=links.states(),
        checking=current_settings().link_checks,
    )


@bp.get("/desk/thin")
def thin() -> ResponseReturnValue:
    """Listings of which little is known, with the two questions most worth asking."""
    found = desk.survey()
    number = _page_asked()
    start = (number - 1) * PER_PAGE
    entries = desk.queue(PER_PAGE, kind="thin", of=found, start=start)
    total = found.counts()["thin"]
    return render_template(
        "desk/thin.html", entries=entries, total=total, page=number, more=start + PER_PAGE < total
    )


# --- the phone script -------------------------------------------------------------------------------------------------


@bp.get("/listings/<uuid:listing_id>/script")
def script(listing_id: UUID) -> ResponseReturnValue:
    """One page to ring a group with, on screen or on paper."""
    listing = listings.by_ref(str(listing_id))
    return _script_page(listing, {}, {"request": uuid4().hex})


@bp.post("/listings/<uuid:listing_id>/script")
def rung(listing_id: UUID) -> ResponseReturnValue:
    """Write down what was said; or that nobody answered."""
    listing = listings.by_ref(str(listing_id))
    form = request.form.to_dict()
    answers = phone_script.answers_of(listing.record, form)
    try:
        calls.record(
            listing.id,
            form.get("request", "")[:64] or uuid4().hex,
            form.get("outcome", ""),  # type: ignore[arg-type]  # checked there
            answers,
            form.get("notes", ""),
            access.my_role(),
            access.me(),
        )
    except Invalid as error:
        return _script_page(listing, error.fields, form), 422
    engines().catch_up()
    return _back(listing.id, form["outcome"])


def _script_page(listing: Listing, problems: Mapping[str, str], form: Mapping[str, str]) -> str:
    today = current_settings().today()
    return render_template(
        "desk/script.html",
        listing=listing,
        script=phone_script.script_of(listing.record, today, policies.freshness()),
        earlier=calls.earlier(listing.id),
        problems=problems,
        form=form,
        saved=request.args.get("done") in calls.OUTCOMES,
    )


# --- the policy -------------------------------------------------------------------------------------------------------

MONTH_FIELDS = ("full", "ring_first", "expired")


@bp.get("/policy")
def show_policy() -> ResponseReturnValue:
    """How long a check counts."""
    months = {name: str(number) for name, number in asdict(policies.freshness()).items()}
    return render_template(
        "desk/policy.html", months=months, problems={}, saved=request.args.get("done") == "saved"
    )


@bp.post("/policy")
def set_policy() -> ResponseReturnValue:
    """Set it for everybody."""
    written = {name: request.form.get(name, "").strip()[:20] for name in MONTH_FIELDS}
    numbers = {
        name: int(text) if text.isdecimal() and text.isascii() else 0 for name, text in written.items()
    }
    try:
        policies.set_freshness(numbers, access.me())
    except Invalid as error:
        return render_template("desk/policy.html", months=written, problems=error.fields, saved=False), 422
    return redirect(url_for("desk.show_policy", done="saved"), 303)


# --- parts ------------------------------------------------------------------------------------------------------------


DONE_WORDS = {
    "checked": "{name}: checked today.",
    "closed": "{name} is closed. We keep it, so that nobody adds it again.",
    "reopened": "{name} is open again.",
    "still_right": "{name}: checked by phone today. Thank you for ringing.",
    "changed": "{name}: what they told you is saved. Put the rest right next.",
    "no_answer": "{name}: nobody answered. It rests for two days, then comes back.",
    "kept_ours": "{name}: ours stays. We ask again only when the source says something else.",
    "kept_theirs": "{name}: theirs was taken.",
    "kept": "{name} stays. We ask again only when it comes back there and goes again.",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What was just done, and to which listing."""

    words: str
    listing_id: str
    closed: bool


def _done() -> Done | None:
    """What the last request did, as its address says; nothing for an address that says nothing sensible."""
    words, listing_id = DONE_WORDS.get(request.args.get("done", "")), request.args.get("listing", "")
    try:
        known = listings.fetch([str(UUID(listing_id))]) if words and listing_id else {}
    except ValueError:
        return None
    for listing in known.values():
        assert words
        return Done(words.format(name=listing.record.name), listing.id, listing.record.status == "closed")
    return None


def _back(listing_id: str, done: str) -> ResponseReturnValue:
    """To the desk; whoever has none goes back to the script, which shows the call that was written down."""
    if access.i_may("work_queue"):
        return redirect(url_for("desk.show", done=done, listing=listing_id), 303)
    return redirect(url_for("desk.script", listing_id=listing_id, done=done), 303)


def _kind_asked() -> Kind | None:
    asked = request.args.get("kind", "")
    return next((kind for kind in KINDS if kind == asked), None)


def _page_asked() -> int:
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), 10_000) if asked.isdecimal() and asked.isascii() and len(asked) < 6 else 1


def _page_of(kind: Kind) -> str:
    own = OWN_PAGES.get(kind)
    return url_for(own) if own else url_for("desk.show", kind=kind)
