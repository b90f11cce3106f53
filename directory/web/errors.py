"""Error pages: what happened, what to do next, and nothing about the person. The API answers for itself in
JSON."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.web.security import keep_private

PAGES: dict[int, tuple[str, str]] = {
    400: ("We could not read that", "Go back and try again. If it happens again, start from the first page."),
    403: ("This page is not open to you", "If you think it should be, ask a colleague who looks after Kith."),
    404: ("We cannot find that page", "It may have moved, or the address may have a slip in it."),
    405: ("That page does not work that way", "Start again from the first page."),
    409: ("Somebody else is writing just now", "Go back, and send it again in a moment."),
    410: ("That page is gone", "Search for what you were looking for."),
    413: ("That was too long for us", "Shorten what you wrote, then send it again. We kept nothing."),
    429: ("Too many tries in a short time", "Wait a minute, then try again."),
    500: (
        "Something went wrong here",
        "It is our fault, not yours. Try again in a minute. We kept nothing you wrote.",
    ),
    503: ("Kith is not ready", "Try again in a minute."),
}


def init_app(app: Flask) -> None:
    """Every HTTP error, our own error tree and anything unexpected get a page of ours."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(NotFound, lambda _: error_page(404))
    app.register_error_handler(NotAllowed, lambda _: error_page(403))
    app.register_error_handler(Invalid, lambda _: error_page(400))
    app.register_error_handler(Conflict, conflict)
    app.register_error_handler(500, lambda _: error_page(500))
    app.log_exception = lambda exc_info: _log(app, exc_info)  # type: ignore[method-assign]


def _log(app: Flask, fault: Any) -> None:
    """The fault with the name of its page: an address may hold a link that still opens something."""
    app.logger.error("Exception on %s [%s]", request.endpoint, request.method, exc_info=fault)


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Redirects and ready-made responses pass; other errors get their page and keep their headers (Allow,
    Retry)."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    body, status = error_page(code)
    headers = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return body, status, headers


def csrf_error(_error: CSRFError) -> ResponseReturnValue:
    title = "This page was open for too long"
    return error_page(400, title, "Go back, reload the page and send it again. We kept nothing you wrote.")


def conflict(error: Conflict) -> ResponseReturnValue:
    """What a view did not tell at its own form, such as another process that writes for too long."""
    return error_page(409, "That did not go through", error.message)


def error_page(code: int, title: str = "", next_step: str = "") -> tuple[str | Response, int]:
    """The page for a status, JSON under /api; unknown 4xx and 5xx fall back to 400 and 500."""
    keep_private()
    known = PAGES.get(code) or PAGES[400 if code < 500 else 500]
    if request.path.startswith("/api/"):
        return jsonify(error=f"{title or known[0]}. {next_step or known[1]}"), code
    return (
        render_template(
            "errors/error.html",
            error_title=title or known[0],
            next_step=next_step or known[1],
        ),
        code,
    )
