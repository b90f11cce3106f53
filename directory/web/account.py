"""A person's own account: what it is, how they sign in, where they are signed in; and taking up an invitation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user

from directory import accounts, invitations, policies
from directory.errors import Invalid, NotFound
from directory.permissions import is_staff
from directory.web import access
from directory.web.errors import error_page
from directory.web.security import keep_private

bp = Blueprint("account", __name__)

OPEN_WITHOUT_SECOND_STEP = frozenset(
    {
        "account.show",
        "account.sign_out_everywhere",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_delete",
        "security.verify",
        "security.wan_verify",
        "security.wan_verify_response",
        "security.mf_recovery_codes",
        "security.change_password",
        "security.logout",
        "security.static",
        "static",
    }
)
"""Where staff who still have to set up a second step may go: what they need for it, and away."""


@bp.get("/account")
def show() -> ResponseReturnValue:
    keep_private()
    return render_template(
        "accounts/account.html",
        user=accounts.by_id(access.me()),
        second_step=accounts.has_second_factor(current_user),
        needs_second_step=_must_set_up(),
    )


@bp.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    accounts.sign_out_everywhere(access.me())
    logout_user()
    flash("You are signed out everywhere.", "success")
    return redirect(url_for("security.login"))


@bp.route("/join/<token>", methods=["GET", "POST"])
def join(token: str) -> ResponseReturnValue:
    """Take up an invitation: choose a password, then sign in with it."""
    keep_private()
    problem = ""
    try:
        user = invitations.invited(token)
        if request.method == "POST":
            problem = _take_up(token)
            if not problem:
                flash("Your account is ready. Sign in with your new password.", "success")
                return redirect(url_for("security.login"))
    except NotFound:
        return error_page(
            404,
            "This invitation has run out",
            "An invitation works once, for seven days. If you have chosen a password already, sign in with it; "
            "if not, ask whoever invited you for a new one.",
        )
    return render_template(
        "accounts/join.html", user=user, token=token, problem=problem
    ), 400 if problem else 200


def _take_up(token: str) -> str:
    password = request.form.get("password", "")
    if password != request.form.get("password_confirm", ""):
        return "The two passwords are not the same."
    try:
        invitations.take_up(token, password)
    except Invalid as error:
        return error.fields["password"].capitalize() + "."
    return ""


def lead_to_second_step() -> ResponseReturnValue | None:
    """Before every request: where a lead decided that staff need a second step, those without are led to it first."""
    if request.endpoint in OPEN_WITHOUT_SECOND_STEP or not _must_set_up():
        return None
    return redirect(url_for("account.show"))


def _must_set_up() -> bool:
    return (
        bool(current_user.is_authenticated)
        and is_staff(access.my_roles())
        and policies.staff_need_second_factor()
        and not accounts.has_second_factor(current_user)
    )
