"""Files that are sent to us: how large they may be, and who hears that one was too large."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from directory.errors import NotAllowed, NotFound
from directory.web import access
from directory.web.errors import error_page


def allow(most: int, permission: str) -> None:
    """Let whoever has the permission send so many bytes; the app's own limit is for forms without a file.

    Call it in a `url_value_preprocessor`: whatever runs later may have read the form already.
    """
    if access.i_may(permission):
        request.max_content_length = most


def refusal() -> ResponseReturnValue | None:
    """What somebody gets who may not open this page; None for those who may.

    For a handler of 413: it comes before the check of every request, because the form is read before.
    """
    try:
        return access.check_access()
    except NotFound:
        return error_page(404)
    except NotAllowed:
        return error_page(403)
