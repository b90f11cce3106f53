"""Before a password or code is looked at: may it be tried again? The rules are in `directory.tries`."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Final

from flask import Flask, Response, abort, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_security import EmailValidateException, current_user, user_authenticated

from directory import tries
from directory.database import begin_writing
from directory.errors import Conflict, TooManyTries
from directory.web.errors import error_page


def _account() -> str:
    """The address that was written, as Flask-Security will look it up."""
    written = request.form.get("email", "")
    try:
        written = current_app.extensions["security"].mail_util.normalize(written)
    except EmailValidateException:
        written = written.strip()  # no account has it, but it is counted the same
    return written.casefold()


def machine() -> str:
    """Where the request comes from; of IPv6 the half that one household or office has."""
    address = request.remote_addr or ""
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    return address if version == 4 else str(ip_network(f"{address}/64", strict=False))


def _sign_in() -> dict[str, str]:
    if current_user.is_authenticated:
        return {}  # nothing is compared: whoever is signed in is sent on
    return {"sign_in": _account(), "sign_in_from": machine()}


def _reset() -> dict[str, str]:
    return {"reset": _account(), "reset_from": machine()}


def _second_step() -> dict[str, str]:
    user = session.get("tf_user_id")
    return {"second_step": user} if user else {}


def _confirm() -> dict[str, str]:
    return {"confirm": str(current_user.id)}


GUARDED: Final[dict[str, Callable[[], dict[str, str]]]] = {
    "security.login": _sign_in,
    "security.forgot_password": _reset,
    "security.two_factor_token_validation": _second_step,
    "security.mf_recovery": _second_step,
    "security.verify": _confirm,
    "security.change_password": _confirm,
}
"""Which forms are counted, and under whom: {rule: who}."""

WRITERS: Final = frozenset(
    {
        "security.reset_password",
        "security.change_password",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.two_factor_token_validation",
        "security.mf_recovery",
        "security.mf_recovery_codes",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_signin_response",
        "security.wan_verify_response",
        "security.wan_delete",
    }
)
"""Flask-Security's forms that write: they take their turn, so that a code or link that works once works once."""


def init_app(app: Flask) -> None:
    """After the check of access: what may not be opened is not counted."""
    app.before_request(count)
    app.after_request(forgive_the_right_one)
    app.register_error_handler(TooManyTries, _too_many)
    user_authenticated.connect(_note_success, app)


def count() -> None:
    """Count a try, and take a turn at writing. Aborts with 503 where another process writes for too long."""
    if request.method != "POST" or request.endpoint is None:
        return
    if request.blueprint == "security" and request.is_json:
        abort(415)  # our forms are forms; what is counted must be what is compared
    whose = GUARDED[request.endpoint]() if request.endpoint in GUARDED else {}
    try:
        if whose:
            g.tries = (whose, tries.take(whose))
        if request.endpoint in WRITERS:
            begin_writing()
    except Conflict:
        abort(503)


def forgive_the_right_one(response: Response) -> Response:
    """A right password or code clears what was counted against its owner."""
    whose, taken = g.pop("tries", ({}, []))
    if whose and _was_right(response):
        try:
            tries.forgive(whose, taken)
        except Conflict:
            current_app.logger.warning("Tries were not cleared: another process was writing.")
    return response


def _was_right(response: Response) -> bool:
    if g.get("signed_in"):
        return True
    if request.endpoint == "security.login":
        return "tf_user_id" in session  # the password was; the second step is counted by itself
    return request.endpoint == "security.verify" and response.status_code == 302


def _note_success(_app: Flask, **_: object) -> None:
    g.signed_in = True


def _too_many(error: TooManyTries) -> ResponseReturnValue:
    page, status = error_page(429, "Too many tries in a short time", error.message)
    return page, status, {"Retry-After": str(error.wait_seconds)}
