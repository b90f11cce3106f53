"""Signing in, by Flask-Security: its settings, in our words and in our pages' design."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, cast

from flask import Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import (
    LoginForm,
    MailUtil,
    PasswordUtil,
    Security,
    SQLAlchemyUserDatastore,
    current_user,
    logout_user,
    user_authenticated,
)
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from directory import accounts, post
from directory.config import Settings, current_settings
from directory.database import db, now
from directory.errors import Conflict
from directory.models import Passkey, Role, User
from directory.web import second_steps, signing_in_words
from directory.web.security import keep_private

SETTINGS: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_REGISTERABLE": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_ANONYMOUS_USER_DISABLED": False,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_USE_VERIFY_PASSWORD_CACHE": False,
    "SECURITY_DATETIME_FACTORY": now,
    # passwords
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},  # salted by itself: another secret key leaves passwords be
    "SECURITY_PASSWORD_LENGTH_MIN": accounts.SHORTEST_PASSWORD,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_URL": "/reset-password",
    "SECURITY_RESET_PASSWORD_WITHIN": signing_in_words.RESET_WITHIN,
    "SECURITY_FORGOT_PASSWORD_TEMPLATE": "accounts/forgot_password.html",
    "SECURITY_RESET_PASSWORD_TEMPLATE": "accounts/reset_password.html",
    "SECURITY_POST_RESET_VIEW": "/sign-in",
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/account/password",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "SECURITY_POST_CHANGE_VIEW": "/account",
    # what only somebody who signed in lately may do
    "SECURITY_FRESHNESS": timedelta(hours=1),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
    "SECURITY_VERIFY_URL": "/account/confirm",
    "SECURITY_VERIFY_TEMPLATE": "accounts/verify.html",
    "SECURITY_POST_VERIFY_VIEW": "/account",
    # mails
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},  # asks nobody about an address
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": post.SUBJECT,
    "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": post.SUBJECT,
    "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": post.SUBJECT,
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET": "accounts/mail/reset",
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "accounts/mail/changed",
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "accounts/mail/changed",
    # codes from an app, and the codes on paper for when the phone is lost
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_SETUP_URL": "/account/app",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "accounts/app.html",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/code.html",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/no-code",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/second-step",
    "SECURITY_TWO_FACTOR_SELECT_TEMPLATE": "accounts/choose.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/recovery.html",
    # passkeys
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_RP_NAME": "Kith",
    "SECURITY_WAN_ALLOW_USER_HINTS": False,
    "SECURITY_WAN_REGISTER_URL": "/account/passkeys",
    "SECURITY_WAN_REGISTER_TEMPLATE": "accounts/passkeys.html",
    "SECURITY_WAN_REGISTER_WITHIN": timedelta(minutes=10),
    "SECURITY_WAN_POST_REGISTER_VIEW": "/account/passkeys",
    "SECURITY_WAN_DELETE_URL": "/account/passkeys/remove",
    "SECURITY_WAN_SIGNIN_URL": "/sign-in/passkey",
    "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "SECURITY_WAN_SIGNIN_TEMPLATE": "accounts/passkey.html",
    "SECURITY_WAN_VERIFY_URL": "/account/confirm/passkey",
    "SECURITY_WAN_VERIFY_TEMPLATE": "accounts/confirm_passkey.html",
}

SEEN = "seen"
_WRITE_SEEN_EVERY_SECONDS = 60


class SignIn(LoginForm):
    """Without "remember me": staff share machines, and an idle session ends."""

    remember = None


class Passwords(PasswordUtil):
    """The rule for new passwords is the directory's own."""

    def validate(self, password: str, is_register: bool, **_: Any) -> tuple[list[str] | None, str]:
        problem = accounts.password_problem(normal := self.normalize(password))
        return ([problem.capitalize() + "."] if problem else None), normal


class Mails(MailUtil):
    """Flask-Security's mails leave by our post: plain text, and its sender and subject as we have set them."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        post.send_or_print(str(recipient), subject, body or "")


def without_token(app: Flask, *views: str) -> None:
    """These endpoints answer without a token: they keep nothing, or they look at it themselves."""
    for view in views:
        app.extensions["kith_csrf"].exempt(app.view_functions[view])


def init_app(app: Flask) -> None:
    """Needs SECRET_KEY. Every form that is sent by POST needs its token, but for the JSON API, which keeps nothing."""
    settings = cast(Settings, app.config["KITH_SETTINGS"])
    secret = settings.second_factor_key or app.config["SECRET_KEY"]
    for name, value in {
        **SETTINGS,
        **signing_in_words.settings(),
        **second_steps.settings_for(secret),
        "SECURITY_PASSWORD_SALT": app.config["SECRET_KEY"],
    }.items():
        app.config.setdefault(name, value)
    app.config["SESSION_COOKIE_SECURE"] = settings.site_url.startswith("https://")
    # It would look for the address a form came from, which our pages send to nobody; the token is what counts.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    if number := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number)  # type: ignore[method-assign]
    app.extensions["kith_csrf"] = CSRFProtect(app)
    post.init_app(app, settings)
    security = Security(
        app,
        SQLAlchemyUserDatastore(db, User, Role, Passkey),
        login_form=SignIn,
        mail_util_cls=Mails,
        password_util_cls=Passwords,
        totp_cls=second_steps.Codes,
        webauthn_util_cls=second_steps.Passkeys,
        **second_steps.FORMS,
    )
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]  # no tokens: sessions only
    security.want_json(lambda _request: False)
    security.mail_context_processor(lambda: {"site_url": current_settings().site_url})
    _send_away_after_asking_for_a_mail(app)
    # Its help is a mail to an administrator; ours is the recovery code.
    app.view_functions["security.two_factor_rescue"] = lambda: redirect(url_for("security.mf_recovery"))
    app.before_request(before_each_request)
    user_authenticated.connect(_signed_in, app)


def _send_away_after_asking_for_a_mail(app: Flask) -> None:
    """Flask-Security answers the form that asks for a mail with a page; reloading that would send another."""
    ask = app.view_functions["security.forgot_password"]

    def ask_once() -> ResponseReturnValue:
        answer = ask()
        if request.method != "POST":
            return cast(ResponseReturnValue, answer)
        flash(*signing_in_words.WORDS["GENERIC_RECOVERY"])
        return redirect(url_for("security.forgot_password"))

    app.view_functions["security.forgot_password"] = ask_once


def before_each_request() -> ResponseReturnValue | None:
    """Sign out whoever has done nothing for as long as the settings say; and keep pages of accounts out of caches."""
    if request.blueprint == "security":
        keep_private()
    if request.endpoint == "static" or not current_user.is_authenticated:
        return None
    idle = time.time() - session.get(SEEN, time.time())
    if idle > current_settings().session_hours * 3600:
        logout_user()
        session.clear()
        flash("You were signed out, since nothing happened here for a while.", "info")
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=wanted))
    if SEEN not in session or idle > _WRITE_SEEN_EVERY_SECONDS:
        session[SEEN] = time.time()
    return None


def _signed_in(app: Flask, user: User, **_: Any) -> None:
    session[SEEN] = time.time()
    try:
        accounts.note_sign_in(str(user.id))
    except Conflict:
        app.logger.warning("A sign-in was not noted: another process was writing.")
