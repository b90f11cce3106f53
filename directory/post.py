"""Letters by email, where the agency has set mail up. Subjects and logs say nothing about anybody."""

from __future__ import annotations

import smtplib

from flask import current_app
from flask_mailman import EmailMessage

from directory import audit


def can_send() -> bool:
    """Whether there is a mail server to send by."""
    return "mailman" in current_app.extensions


def send(to: str, subject: str, text: str) -> bool:
    """Send a plain letter; whether it went out. The log hears that one did not, never to whom."""
    if not can_send():
        audit.record("mail_not_sent", why="no mail server is set up")
        return False
    try:
        EmailMessage(subject, text, to=[to]).send()
    except (OSError, smtplib.SMTPException) as error:
        audit.record("mail_not_sent", why=type(error).__name__)
        return False
    return True
