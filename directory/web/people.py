"""A lead's pages: who may sign in, as what; inviting, disabling, and whether staff need a second step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import accounts, invitations, policies, post
from directory.config import LOCAL_SITE, current_settings
from directory.errors import Conflict, Invalid
from directory.models import User
from directory.permissions import ROLES
from directory.serving import engines
from directory.web import access
from directory.web.security import keep_private

bp = Blueprint("people", __name__, url_prefix="/staff/people")

ROLE_WORDS = {
    "individual": "Individual: browses for themselves",
    "worker": "Worker: looks with people, and knows places",
    "curator": "Curator: keeps the directory true",
    "lead": "Lead: looks after accounts, handovers and erasing",
}


@bp.get("")
def index() -> ResponseReturnValue:
    keep_private()
    people = accounts.everyone()
    return render_template(
        "people/index.html",
        people=[(one, accounts.state(one), accounts.has_second_factor(one)) for one in people],
        required=policies.staff_need_second_factor(),
    )


@bp.route("/invite", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    keep_private()
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            user = accounts.create(_field("email"), _field("name"), request.form.getlist("roles"))
        except Invalid as error:
            problems = error.fields
        except Conflict as error:
            problems = {"email": error.message}
        else:
            return _invited(user)
    return _form("people/invite.html", problems)


@bp.get("/<uuid:user_id>")
def show(user_id: UUID) -> ResponseReturnValue:
    return _person(accounts.by_id(str(user_id)))


@bp.post("/<uuid:user_id>/details")
def amend(user_id: UUID) -> ResponseReturnValue:
    user = accounts.by_id(str(user_id))
    try:
        accounts.amend(user.id, _field("email"), _field("name"))
    except Invalid as error:
        return _person(user, error.fields)
    except Conflict as error:
        return _person(user, {"email": error.message})
    return _done(user_id, "Name and address are changed.")


@bp.post("/<uuid:user_id>/roles")
def set_roles(user_id: UUID) -> ResponseReturnValue:
    user = accounts.by_id(str(user_id))
    try:
        accounts.set_roles(user.id, request.form.getlist("roles"))
    except Invalid as error:
        return _person(user, error.fields)
    except Conflict as error:
        return _person(user, {"roles": error.message})
    if not access.i_may("manage_people"):
        flash("You are no lead any more.", "success")
        return redirect(url_for("account.show"))
    return _done(user_id, "The roles are changed. They count from the next page on.")


@bp.post("/<uuid:user_id>/link")
def link(user_id: UUID) -> ResponseReturnValue:
    """Show a new invitation link, once: it is in this answer and nowhere else."""
    user = accounts.by_id(str(user_id))
    try:
        token = invitations.invite(user.id)
    except Conflict as error:
        return _done(user_id, error.message, "error")
    return _person(user, made_link=invitations.link(token, this_site()))


@bp.post("/<uuid:user_id>/sign-out")
def sign_out(user_id: UUID) -> ResponseReturnValue:
    accounts.sign_out_everywhere(str(user_id))
    return _done(user_id, "Signed out everywhere.")


@bp.post("/<uuid:user_id>/remove-second-step")
def remove_second_step(user_id: UUID) -> ResponseReturnValue:
    accounts.remove_second_factor(str(user_id))
    return _done(
        user_id, "The second step is removed. The password alone signs in, until a new one is set up."
    )


@bp.post("/<uuid:user_id>/disable")
def disable(user_id: UUID) -> ResponseReturnValue:
    try:
        accounts.disable(str(user_id))
    except Conflict as error:
        return _done(user_id, error.message, "error")
    engines().catch_up()
    return _done(user_id, "The account is disabled. What its owner knew and checked stays.")


@bp.post("/<uuid:user_id>/enable")
def enable(user_id: UUID) -> ResponseReturnValue:
    accounts.enable(str(user_id))
    engines().catch_up()
    return _done(user_id, "The account is open again.")


@bp.post("/second-step")
def require_second_step() -> ResponseReturnValue:
    required = request.form.get("required") == "yes"
    policies.set_staff_need_second_factor(required)
    flash(
        "From now on everybody who works here signs in with a second step."
        if required
        else "A second step is everybody's own choice now.",
        "success",
    )
    return redirect(url_for("people.index"))


def this_site() -> str:
    """For a link on a lead's own screen: as they reached us, where the settings do not say."""
    site = current_settings().site_url
    return site if site != LOCAL_SITE else request.host_url.rstrip("/")


def _invited(user: User) -> ResponseReturnValue:
    if not post.can_send():
        return _done(UUID(user.id), "The account is made. Now make a link, and give it to them.")
    token = invitations.invite(user.id)
    text = render_template("accounts/mail/invitation.txt", name=user.name, link=invitations.link(token))
    post.send_or_print(user.email, post.SUBJECT, text)
    return _done(UUID(user.id), "Invited: a mail with a link is on its way.")


def _person(user: User, problems: dict[str, str] | None = None, made_link: str = "") -> ResponseReturnValue:
    keep_private()
    return _form(
        "people/show.html",
        problems or {},
        user=user,
        state=accounts.state(user),
        second_step=accounts.has_second_factor(user),
        made_link=made_link,
    )


def _form(template: str, problems: dict[str, str], **more: Any) -> ResponseReturnValue:
    told = {field: f"{why[:1].upper()}{why[1:].removesuffix('.')}." for field, why in problems.items()}
    roles = [(role, ROLE_WORDS[role]) for role in ROLES]
    page = render_template(template, problems=told, roles=roles, written=request.form, **more)
    return page, 400 if problems else 200


def _done(user_id: UUID, told: str, kind: str = "success") -> ResponseReturnValue:
    flash(told, kind)
    return redirect(url_for("people.show", user_id=user_id))


def _field(name: str) -> str:
    return request.form.get(name, "")
