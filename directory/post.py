"""Letters by email, where the agency has set mail up. Subjects and logs say nothing about anybody."""

from __future__ import annotations

import smtplib
import sys
import threading
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, current_app
from flask_mailman import EmailMessage, Mail
from flask_mailman.message import make_msgid

from directory import audit
from directory.config import Settings, current_settings

SUBJECT: Final = "A message from Kith"
"""Of letters about accounts: it discloses nothing to whoever glances at a phone."""
_PATIENCE_SECONDS = 20
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_PRINTED = "console"


def init_app(app: Flask, settings: Settings) -> None:
    """Flask-Mailman as the settings say; without a mail server, letters about accounts are printed to stderr."""
    app.config.setdefault("MAIL_DEFAULT_SENDER", settings.mail_from)
    server = settings.mail_server
    if server:
        app.config.update(
            MAIL_BACKEND="smtp",
            MAIL_SERVER=server.host,
            MAIL_PORT=server.port,
            MAIL_USERNAME=server.user,
            MAIL_PASSWORD=server.password,
            MAIL_USE_SSL=server.tls_at_once,
            MAIL_USE_TLS=not server.tls_at_once and server.host not in _THIS_MACHINE,
            MAIL_TIMEOUT=_PATIENCE_SECONDS,
        )
    elif not app.testing:
        app.config.setdefault("MAIL_BACKEND", _PRINTED)
    Mail(app)


def can_send() -> bool:
    """Whether a letter reaches somebody: there is a mail server to send by."""
    mail = current_app.extensions.get("mailman")
    return mail is not None and mail.backend != _PRINTED


def send(to: str, subject: str, text: str) -> bool:
    """Send a plain letter; whether it went out. The log hears that one did not, never to whom."""
    if not can_send():
        audit.record("mail_not_sent", why="no mail server is set up")
        return False
    return _deliver(_letter(to, subject, text))


def send_or_print(to: str, subject: str, text: str) -> None:
    """Hand in a letter about an account; without a mail server print it.

    To a mail server from a thread: how long an answer takes must not say who has an account.
    """
    letter = _letter(to, subject, text)
    if current_settings().mail_server is None:
        _deliver(letter)
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def deliver() -> None:
        with app.app_context():
            _deliver(letter)

    threading.Thread(target=deliver, daemon=True).start()


def _letter(to: str, subject: str, text: str) -> EmailMessage:
    settings = current_settings()
    headers = {
        "Message-ID": make_msgid(domain=urlsplit(settings.site_url).hostname),
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, text, settings.mail_from, [to], headers=headers)


def _deliver(letter: EmailMessage) -> bool:
    mail = current_app.extensions["mailman"]
    more = {"stream": sys.stderr} if mail.backend == _PRINTED else {}
    try:
        with mail.get_connection(**more) as connection:
            connection.send_messages([letter])
    except (
        OSError,
        smtplib.SMTPException,
        ValueError,
    ) as error:  # ValueError: no letter goes to such an address
        audit.record("mail_not_sent", why=type(error).__name__)
        return False
    return True
