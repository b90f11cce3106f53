"""What was written outlives the session: a form that comes back too late is kept as a draft, not thrown away.

Each form carries a signed token that names the user it was made for. It lets a form be kept for that user and does
nothing else, so it is good without a session; signing in again shows the draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_security import current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from directory import accounts, drafts, listings
from directory.errors import Conflict, NotFound
from directory.permissions import may
from directory.web.editing.form import section_of

GOOD_FOR = 14 * 24 * 60 * 60
"""Seconds for which a form that was left open can still be kept."""
LARGEST_FORM, LARGEST_STRANGERS_FORM = 16 * 1024 * 1024, 4 * 1024 * 1024
"""Bytes that are read at all: far more than may be saved, so that too long a text comes back with a plain message."""
_FORMS = ("editing.add", "editing.amend")
_NOT_KEPT = frozenset({"csrf_token", "kept_for", "do"})


def token_for(user_id: str) -> str:
    """The token of the forms of this user."""
    return str(_signer().dumps(user_id))


def worth_keeping(sent: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """A form without what belongs to one sending of it."""
    return {name: list(values) for name, values in sent.items() if name not in _NOT_KEPT}


def about_new(request_id: str) -> str:
    return f"new/{request_id}"


def about(listing_id: str, section: str) -> str:
    """Which form a draft is of."""
    return f"{listing_id}/{section}"


def init_app(app: Flask) -> None:
    """Must come before whatever reads forms, and after what sets headers."""
    app.before_request(set_limits)
    app.after_request(keep_if_too_late)


def set_limits() -> None:
    """How much of an editing form is read: more where somebody signed in."""
    if _is_form():
        largest = LARGEST_FORM if current_user.is_authenticated else LARGEST_STRANGERS_FORM
        request.max_content_length = request.max_form_memory_size = largest


def arrived() -> None:
    """Called once the form is in the hands of its own view."""
    g.form_arrived = True


def keep_if_too_late(response: Response) -> Response:
    """Keep a form that was turned away on its way (signed out, idle for too long, another session's token), and lead
    its writer to it: by way of signing in, where they have to."""
    if not _is_form() or g.get("form_arrived") or response.status_code not in (302, 400):
        return response
    user_id = _owner()
    if user_id is None or (current_user.is_authenticated and current_user.id != user_id):
        return response
    try:
        form = _keep_for(user_id)
    except Conflict:  # somebody writes for long: what was to be said is said
        return response
    if form is None or (current_user.is_authenticated and response.status_code == 302):
        return response  # to a second step, say: the draft waits
    return current_app.make_response(
        redirect(form if current_user.is_authenticated else url_for("security.login", next=form))
    )


def _is_form() -> bool:
    return request.method == "POST" and request.endpoint in _FORMS


def _owner() -> str | None:
    """The user a form was made for, if that account may still edit."""
    try:
        user = accounts.by_id(str(_signer().loads(request.form.get("kept_for", ""), max_age=GOOD_FOR)))
    except (BadData, NotFound):
        return None
    return str(user.id) if user.active and may(user.role_names, "edit_listings") else None


def _keep_for(user_id: str) -> str | None:
    """Keep the form; the address at which it can be taken up again."""
    sent = worth_keeping(request.form.to_dict(flat=False))
    title = request.form.get("name", "")
    if request.endpoint == "editing.add":
        request_id = request.form.get("request_id", "")
        if not is_uuid(request_id):
            return None
        kept = drafts.keep(user_id, about_new(request_id), sent, listing_id=None, title=title)
        return url_for("editing.new", draft=request_id) if kept else None
    listing_id, section = str((request.view_args or {})["listing_id"]), request.form.get("section", "")
    found = listings.records([listing_id]).get(listing_id)
    if found is None or section_of(section) is None:
        return None
    kept = drafts.keep(user_id, about(listing_id, section), sent, listing_id=listing_id, title=found.name)
    return url_for("editing.edit", listing_id=listing_id, section=section) if kept else None


def is_uuid(text: str) -> bool:
    """Whether this is a UUID in its usual spelling."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kith-draft")
