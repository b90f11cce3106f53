"""Mails: plain text, from one address, with a subject that discloses nothing to whoever glances at a phone."""

from __future__ import annotations

import smtplib
import sys
import threading
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from flask_mailman import EmailMessage, Mail
from flask_mailman.message import make_msgid
from flask_security import MailUtil

from directory import audit
from directory.config import Settings, current_settings

SUBJECT = "A message from Kith"
_PATIENCE_SECONDS = 20
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def init_app(app: Flask, settings: Settings) -> None:
    """Flask-Mailman as the settings say; without a mail server, mails are printed to stderr."""
    server = settings.mail_server
    if server is None:
        if not app.testing:
            app.config.setdefault("MAIL_BACKEND", "console")
    else:
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
    Mail(app)


def goes_out() -> bool:
    """Whether a mail reaches somebody, or is only printed where the operator sees it."""
    return bool(current_app.extensions["mailman"].backend != "console")


class Post(MailUtil):
    """How Flask-Security's mails leave the house."""

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
        """Hand in the text; to a mail server from a thread, so that no delay says who has an account."""
        settings = current_settings()
        host = urlsplit(settings.site_url).hostname
        headers = {"Message-ID": make_msgid(domain=host), "Auto-Submitted": "auto-generated"}
        message = EmailMessage(subject, body or "", settings.mail_from, [recipient], headers=headers)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        if settings.mail_server:
            threading.Thread(target=_deliver, args=(app, message, template), daemon=True).start()
        else:
            _deliver(app, message, template)


def _deliver(app: Flask, message: EmailMessage, template: str) -> None:
    """A mail that cannot be sent is told to the operator's log, without the address, and to nobody at the screen."""
    with app.app_context():
        mail = app.extensions["mailman"]
        more = {"stream": sys.stderr} if mail.backend == "console" else {}
        try:
            with mail.get_connection(**more) as connection:
                connection.send_messages([message])
        except (OSError, smtplib.SMTPException):
            audit.record("mail_not_sent", what=template.rsplit("/", 1)[-1])
