"""Signing in, by Flask-Security: its settings, in our words and in our pages' design."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore
from flask_wtf import CSRFProtect

from directory.database import db
from directory.models import Passkey, Role, User

SETTINGS: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_REGISTERABLE": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_ANONYMOUS_USER_DISABLED": False,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_USE_VERIFY_PASSWORD_CACHE": False,
}


def without_token(app: Flask, *views: str) -> None:
    """These endpoints answer without a token: they keep nothing, or they look at it themselves."""
    for view in views:
        app.extensions["kith_csrf"].exempt(app.view_functions[view])


def init_app(app: Flask) -> None:
    """Needs SECRET_KEY. Every form that is sent by POST needs its token, but for the JSON API, which keeps nothing."""
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    app.extensions["kith_csrf"] = CSRFProtect(app)
    Security(app, SQLAlchemyUserDatastore(db, User, Role, Passkey))
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]  # no tokens: sessions only
