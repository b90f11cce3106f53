"""Adding and amending listings: thin, since `reading` says what changes and the catalog writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import catalog, drafts, listings
from directory.config import current_settings
from directory.drafts import Kept
from directory.duplicates import like
from directory.errors import Conflict, Invalid, NotFound
from directory.listings import Listing
from directory.seen_before import Before, seen_before
from directory.serving import engines
from directory.web import access
from directory.web.editing import parking
from directory.web.editing.form import NEW, Section, nothing_yet, section_of
from directory.web.editing.pages import FormPage, fresh, overview_page, sent_again, two_versions
from directory.web.editing.reading import Outcome, field_problems, read_form, written_prints
from directory.web.editing.rows import Rows
from directory.web.editing.sessions import left_open
from directory.web.editing.values import Reading
from directory.web.security import keep_private
from importers.records import STATUSES, ListingRecord

bp = Blueprint("editing", __name__)
bp.before_request(keep_private)
bp.before_request(parking.arrived)
TRIES = 3
"""So often a save is read anew when somebody else writes between reading and writing."""
Sent = dict[str, list[str]]


# --- a new one -----------------------------------------------------------------------------------------------------


@bp.get("/staff/listings/new")
def new() -> ResponseReturnValue:
    """The form that adds a listing; `draft` names one that was begun."""
    kept = drafts.find(access.me(), parking.about_new(request.args.get("draft", "")))
    if kept:
        request_id = kept.about.partition("/")[2]
        record = nothing_yet(_source_id(request_id))
        return sent_again(NEW, record, kept.fields, request_id=request_id, draft=kept).response()
    request_id = str(uuid4())
    return fresh(NEW, nothing_yet(_source_id(request_id)), request_id=request_id).response()


@bp.post("/staff/listings/new")
def add() -> ResponseReturnValue:
    """Add it. The form carries an id of its own, so that sending it twice adds one listing."""
    sent = request.form.to_dict(flat=False)
    request_id = request.form.get("request_id", "")
    if not parking.is_uuid(request_id) or written_prints(sent) is None:
        abort(400)
    about, record = parking.about_new(request_id), nothing_yet(_source_id(request_id))
    answered = _not_saving(NEW, record, sent, about, request_id=request_id)
    if answered is not None:
        return answered
    there = listings.ids([record.ref]).get(record.ref)
    if there:
        return _sent_twice(listings.fetch([there])[there], sent, about)
    outcome = _outcome(NEW, record, sent)
    if sent.get("told_how"):
        told = Reading(sent, current_settings().today(), record, problems=outcome.problems).told()
        outcome.record = replace(outcome.record, checked=told)
    page = sent_again(NEW, record, sent, request_id=request_id, problems=outcome.problems)
    if not outcome.problems and not request.form.get("sure"):
        page.before = _here_already(outcome.record)
    if outcome.problems or page.before:
        drafts.keep(access.me(), about, parking.worth_keeping(sent), listing_id=None, title=_title(sent))
        return page.response(422)
    try:
        listing_id = catalog.add(outcome.record, access.me())
    except Conflict:
        return _sent_twice(listings.by_ref(record.ref), sent, about)
    except Invalid as error:
        page.problems = field_problems(NEW.parts(record), error.fields)
        return page.response(422)
    engines().catch_up()
    drafts.discard(access.me(), about)
    return redirect(url_for(".edit", listing_id=listing_id, saved="new"))


def _here_already(record: ListingRecord) -> list[Before]:
    """What it may be a second time: closed ones and those not to be listed by name, others by all that is known."""
    found = {one.listing_id: one for one in seen_before(record.name)}
    for one in like(record):
        found.setdefault(
            one.listing.id, Before(one.listing.id, one.listing.record.name, one.listing.record.status)
        )
    return list(found.values())


def _sent_twice(listing: Listing, sent: Sent, about: str) -> ResponseReturnValue:
    """The same request again: the same listing. What was written anew the second time is saved, or asked about."""
    drafts.discard(access.me(), about)
    return _save(NEW, listing, sent)


def _source_id(request_id: str) -> str:
    return request_id.replace("-", "")[:16]


# --- one that is there ---------------------------------------------------------------------------------------------


@bp.get("/staff/listings/<uuid:listing_id>/edit")
def edit(listing_id: UUID) -> ResponseReturnValue:
    """All sections of a listing, or the form of one."""
    listing = _listing(listing_id)
    key = request.args.get("section", "")
    if not key:
        return _overview(listing)
    section = _section(key)
    kept = drafts.find(access.me(), parking.about(listing.id, key))
    if kept is None and str(listing_id) != listing.id:
        kept = _draft_of_merged(str(listing_id), listing, key)
    if kept:
        return sent_again(section, listing.record, kept.fields, listing=listing, draft=kept).response()
    return fresh(section, listing.record, listing=listing).response()


@bp.post("/staff/listings/<uuid:listing_id>/edit")
def amend(listing_id: UUID) -> ResponseReturnValue:
    listing, sent = _listing(listing_id), request.form.to_dict(flat=False)
    section = _section(request.form.get("section", ""))
    if written_prints(sent) is None:
        abort(400)
    about = parking.about(listing.id, section.key)
    answered = _not_saving(section, listing.record, sent, about, listing=listing)
    if answered is not None:
        return answered
    return _save(section, listing, sent)


def _save(section: Section, listing: Listing, sent: Sent) -> ResponseReturnValue:
    """Save what was touched. Whoever writes in between is looked at again, a few times."""
    for _ in range(TRIES):
        outcome = _outcome(section, listing.record, sent)
        if outcome.problems or outcome.clashes:
            return _clash_or_problems(section, listing, sent, outcome)
        try:
            catalog.amend(
                listing.id, outcome.changes(listing.record), access.me(), expected_version=listing.version
            )
        except Conflict:
            listing = listings.by_ref(listing.id)
            continue
        except Invalid as error:
            outcome.problems = field_problems(section.parts(listing.record), error.fields)
            return _clash_or_problems(section, listing, sent, outcome)
        engines().catch_up()
        drafts.discard(access.me(), parking.about(listing.id, section.key))
        return redirect(url_for(".edit", listing_id=listing.id, saved=section.key))
    _keep(section, listing, sent)
    raise Conflict("Others are changing this listing just now: try again in a moment.")


def _draft_of_merged(merged_id: str, listing: Listing, key: str) -> Kept | None:
    """What somebody was writing when their listing was merged into this one, now a draft of this one."""
    before, about = parking.about(merged_id, key), parking.about(listing.id, key)
    kept = drafts.find(access.me(), before)
    if kept:
        drafts.keep(access.me(), about, kept.fields, listing_id=listing.id, title=listing.record.name)
        drafts.discard(access.me(), before)
    return drafts.find(access.me(), about)


def _clash_or_problems(
    section: Section, listing: Listing, sent: Sent, outcome: Outcome
) -> ResponseReturnValue:
    """What stands in the way of saving; until it is settled, what was written is kept as a draft."""
    _keep(section, listing, sent)
    if outcome.problems:
        page = sent_again(section, listing.record, sent, listing=listing, problems=outcome.problems)
        return page.response(422)
    was = written_prints(sent) or {}
    return two_versions(section, listing, sent, outcome, was, undecided=bool(_undecided(sent)))


def _keep(section: Section, listing: Listing, sent: Sent) -> None:
    about, form = parking.about(listing.id, section.key), parking.worth_keeping(sent)
    drafts.keep(access.me(), about, form, listing_id=listing.id, title=listing.record.name)


def _outcome(section: Section, record: ListingRecord, sent: Sent) -> Outcome:
    """What the form changes in the record."""
    reading = Reading(
        sent,
        current_settings().today(),
        record,
        locate=engines().places.code_point,
        organization=lambda name: listings.organization_named(record.source, name),
    )
    chosen = {
        name.removeprefix("keep-"): some[0]
        for name, some in sent.items()
        if name.startswith("keep-") and some
    }
    was = written_prints(sent) or {}
    outcome = read_form(section.parts(record), reading, was, chosen, _undecided(sent))
    if section is NEW and not outcome.record.name:
        outcome.problems.setdefault("name", "Name: write what people call it.")
    return outcome


def _undecided(sent: Sent) -> list[str]:
    """The parts of which a version was to be chosen, and was not."""
    return [name for name in sent.get("deciding", []) if not sent.get(f"keep-{name}")]


def _not_saving(
    section: Section, record: ListingRecord, sent: Sent, about: str, **page: Any
) -> ResponseReturnValue | None:
    """The buttons that save nothing: throw away, keep as draft, one more row, preview. None for the one that saves."""
    do = request.form.get("do", "save")
    listing: Listing | None = page.get("listing")
    if do == "discard":
        drafts.discard(access.me(), about)
        return redirect(url_for(".edit", listing_id=listing.id) if listing else url_for(".drafts_of_mine"))
    if do == "save":
        return None
    title = listing.record.name if listing else _title(sent)
    kept = drafts.keep(
        access.me(),
        about,
        parking.worth_keeping(sent),
        listing_id=listing.id if listing else None,
        title=title,
    )
    if do == "draft":
        if request.headers.get("X-Kith-Draft"):
            return "", 204 if kept else 413
        return redirect(url_for(".drafts_of_mine"))
    shown = sent_again(section, record, sent, **page)
    for part in section.parts(record):
        if isinstance(part, Rows) and do == f"more-{part.name}":
            shown.values = part.with_one_more(sent)
    if do == "preview":
        _preview(shown, sent)
    return shown.response()


def _preview(page: FormPage, sent: Sent) -> None:
    """The times as everybody will read them."""
    part = next((part for part in page.section.parts(page.record) if part.name == "sessions"), None)
    if part is None:
        return
    reading = Reading(sent, current_settings().today(), page.record)
    outcome = read_form([part], reading, {part.name: ""})
    page.problems, page.preview = outcome.problems, part.say(outcome.record)
    page.notes = left_open(outcome.record.sessions)


def _overview(
    listing: Listing, problems: Mapping[str, str] | None = None, status: str = "", back_on: str | None = None
) -> ResponseReturnValue:
    """`status` and `back_on` as they were sent, where something is to be mended."""
    mine = [
        kept.about.partition("/")[2] for kept in drafts.of_user(access.me()) if kept.listing_id == listing.id
    ]
    saved = section_of(request.args.get("saved", ""))
    words = "" if saved is None else "Added" if saved is NEW else f"Saved: {saved.title}"
    if request.args.get("saved") == "status":
        words = "Saved"
    page = overview_page(
        listing,
        saved=words,
        drafts_of=mine,
        problems=problems or {},
        status=status or listing.record.status,
        back_on=back_on,
    )
    return page, 422 if problems else 200


def _listing(listing_id: UUID) -> Listing:
    """Also one that nobody else may see. Raises NotFound."""
    return listings.by_ref(str(listing_id))


def _section(key: str) -> Section:
    section = section_of(key)
    if section is None:
        raise NotFound("There is no such section.")
    return section


def _title(sent: Sent) -> str:
    return next(iter(sent.get("name", [])), "").strip()[:200]


# --- running, paused, closed ---------------------------------------------------------------------------------------


@bp.post("/staff/listings/<uuid:listing_id>/status")
def status(listing_id: UUID) -> ResponseReturnValue:
    """Pause (until when), close, reopen, or note that it must not be listed."""
    listing = _listing(listing_id)
    wanted, was = request.form.get("status", ""), request.form.get("was", "")
    reading = Reading(request.form.to_dict(flat=False), current_settings().today(), listing.record)
    returns_on = reading.day("returns_on", "Back on") if wanted == "paused" else None
    if wanted not in STATUSES:
        reading.bad("status", "Choose whether it is running.")
    elif was and was != listing.record.status != wanted:
        reading.bad(
            "status", "A colleague changed this meanwhile. Look at what it says now, then choose again."
        )
    elif listing.record.status == "do_not_list" and wanted != "do_not_list" and not reading.ticked("sure"):
        reading.bad("sure", "It asked not to be listed. Tick that it wants to be listed now.")
    if returns_on and returns_on <= reading.today:
        reading.bad("returns_on", "Back on: write a day after today, or leave it empty.")
    if reading.problems:
        # What a colleague chose meanwhile is to be looked at first.
        chosen = "" if "status" in reading.problems else wanted
        return _overview(listing, reading.problems, chosen, request.form.get("returns_on", ""))
    catalog.set_status(listing.id, wanted, access.me(), returns_on=returns_on)  # type: ignore[arg-type]
    engines().catch_up()
    return redirect(url_for(".edit", listing_id=listing.id, saved="status"))


# --- drafts --------------------------------------------------------------------------------------------------------


@bp.get("/staff/drafts")
def drafts_of_mine() -> ResponseReturnValue:
    """What I wrote and have not saved."""
    found = []
    for kept in drafts.of_user(access.me()):
        what, _, rest = kept.about.partition("/")
        section = NEW if what == "new" else section_of(rest)
        if section:
            address = (
                url_for(".new", draft=rest)
                if section is NEW
                else url_for(".edit", listing_id=what, section=section.key)
            )
            found.append((kept, section, address))
    return render_template("editing/drafts.html", found=found)
