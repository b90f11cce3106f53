"""Importing in the product: send a file, see what it would do, apply it or drop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from directory import accounts, desk, formatting, intake, staff_search, uploads
from directory.config import current_settings
from directory.errors import Conflict, Invalid, NotFound
from directory.uploads import LARGEST_FILE, Upload
from directory.web import differences, uploading
from directory.web.access import me
from directory.web.security import keep_private
from directory.web.staff_search import TYPES, download
from importers.formats import FORMATS
from importers.plan import Conflict as Conflicting
from importers.records import UnreadableSource

bp = Blueprint("imports", __name__, url_prefix="/staff/import")

MOST_SHOWN = 20
MOST_DONE = 10
FORMAT_WORDS = {
    "sheet": "Agency sheet (CSV or spreadsheet)",
    "hsds_tabular": "Open Referral package (HSDS, zip)",
    "geojson": "GeoJSON",
    "json": "JSON",
}
TOO_LARGE = (
    f"That file is larger than {LARGEST_FILE // 1_000_000} MB, too large to send. Split it and try again"
)


@bp.url_value_preprocessor
def _allow_a_file(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    uploading.allow(LARGEST_FILE, "import_listings")


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Said on the page it was sent from."""
    return uploading.refusal() or _start_page({"file": TOO_LARGE}, status=413)


@bp.get("")
def start() -> ResponseReturnValue:
    """The form to send a file, and the files that wait."""
    return _start_page(did=request.args.get("did", ""))


def _start_page(
    wrong: Mapping[str, str] | None = None,
    source: str = "",
    format: str = "",
    did: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    keep_private()
    sent = uploads.listed()
    names = accounts.names(one.sent_by for one in sent)
    page = render_template(
        "staff/import.html",
        wrong=wrong or {},
        errors=[{"text": message, "href": f"#{at}"} for at, message in (wrong or {}).items()],
        source=source,
        format=format,
        formats=[(key, FORMAT_WORDS.get(key, key.replace("_", " ").capitalize())) for key in FORMATS],
        sources=staff_search.sources(),
        waiting=[_line(one, names) for one in sent if one.counts is None],
        done=[_line(one, names) for one in sent if one.counts is not None][:MOST_DONE],
        did=did,
    )
    return page, status


@bp.post("")
def send() -> ResponseReturnValue:
    """Keep the file that was sent; next is what it would do."""
    file = request.files.get("file")
    source, format = request.form.get("source", ""), request.form.get("format", "")
    if file is None or not file.filename:
        return _start_page({"file": "Choose a file"}, source, format, status=400)
    try:
        upload = uploads.keep(file.save, file.filename, source=source, format=format, actor=me())
    except Invalid as error:
        return _start_page(error.fields, source, format, status=400)
    return redirect(url_for("imports.show", upload_id=upload.id), 303)


@bp.get("/<uuid:upload_id>")
def show(upload_id: UUID) -> ResponseReturnValue:
    """What the file would do; once it was applied, what it did."""
    upload = uploads.by_id(str(upload_id))
    if upload.counts is not None:
        keep_private()
        return render_template("staff/import_done.html", upload=upload, counts=upload.counts)
    return _preview(upload)


@bp.post("/<uuid:upload_id>/apply")
def apply(upload_id: UUID) -> ResponseReturnValue:
    """Do what the preview showed; the second time nothing happens."""
    try:
        uploads.apply(str(upload_id), request.form.get("seen", ""), actor=me())
    except Conflict as error:
        return _preview(uploads.by_id(str(upload_id)), error.message)
    except UnreadableSource as error:
        return _unreadable(uploads.by_id(str(upload_id)), error)
    return redirect(url_for("imports.show", upload_id=upload_id), 303)


@bp.post("/<uuid:upload_id>/drop")
def drop(upload_id: UUID) -> ResponseReturnValue:
    """Delete the file that was sent; what was applied stays. One that is gone already is no error."""
    with suppress(NotFound):
        uploads.drop(str(upload_id))
    return redirect(url_for("imports.start", did="dropped"), 303)


@bp.get("/<uuid:upload_id>/problems.csv")
def problems(upload_id: UUID) -> ResponseReturnValue:
    """Every problem and conflict, to mend the file by."""
    keep_private()
    upload = uploads.by_id(str(upload_id))
    try:
        return download(uploads.report(upload), "problems.csv", TYPES["csv"])
    except UnreadableSource as error:
        return _unreadable(upload, error)


def _preview(upload: Upload, note: str = "") -> ResponseReturnValue:
    keep_private()
    try:
        proposal = uploads.proposal(upload)
    except UnreadableSource as error:
        return _unreadable(upload, error)
    plan, today = proposal.plan, current_settings().today()
    page = render_template(
        "staff/import_preview.html",
        upload=upload,
        plan=plan,
        counts=plan.counts(),
        seen=proposal.fingerprint(),
        note=note,
        known_source=upload.source in staff_search.sources(),
        examples=[
            (one.name, [differences.shown(*change, today, everything=False) for change in one.changes])
            for one in intake.examples(proposal)
        ],
        kept=_kept_here(upload.source, plan.conflicts[:MOST_SHOWN], today),
        missing=list(intake.names_here(upload.source, plan.missing[:MOST_SHOWN]).values()),
        most=MOST_SHOWN,
    )
    return page, 409 if note else 200


def _kept_here(
    source: str, conflicts: Sequence[Conflicting], today: date
) -> list[tuple[str, str, list[str]]]:
    """(listing's name, field, what the file says), for what stays as it was entered here."""
    names = intake.names_here(source, (one.source_id for one in conflicts))
    return [
        (
            names[one.source_id],
            desk.field_words(one.field),
            differences.lines(one.field, getattr(one.record, one.field), today)
            if one.record
            else [one.theirs],
        )
        for one in conflicts
    ]


def _unreadable(upload: Upload, error: UnreadableSource) -> ResponseReturnValue:
    keep_private()
    return render_template("staff/import_unreadable.html", upload=upload, why=str(error)), 400


def _line(upload: Upload, names: Mapping[str, str]) -> dict[str, Any]:
    """A file as the list shows it."""
    return {
        "upload": upload,
        "by": names.get(upload.sent_by, ""),
        "on": formatting.plain_date(upload.sent_at.date()),
    }
