"""Passwords that are forgotten, changed and chosen for the first time; sessions and where they end."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from directory import accounts, create_app, invitations, post
from directory.config import MailServer, Settings
from directory.database import opened

OLD, NEW = "tea and two biscuits", "four quiet wooden boats"


@pytest.fixture
def email(app: Flask) -> str:
    """A worker's, who exists in this test alone."""
    with app.app_context():
        return accounts.create(f"{uuid4().hex[:12]}@example.org", "Mina", ["worker"], OLD).email


def link_in(mail: Any) -> str:
    found = re.search(r"http://127\.0\.0\.1:5000(/\S+)", mail.body)
    assert found
    return found[1]


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(
    visitor: Callable[[], Any], email: str, mails: list[Any]
) -> None:
    mina, elsewhere = visitor(), visitor()
    elsewhere.sign_in(email, OLD)
    mina.open("/sign-in")
    mina.open("/reset-password")
    assert "is on its way" in mina.send("Send me a link", email=email.upper()).text
    [mail] = mails
    assert mail.to == [email] and mail.subject == "A message from Kith" and "password" not in mail.subject
    link = link_in(mail)
    mina.open(link)
    told = mina.send("Set the new password", password=NEW, password_confirm=NEW)
    assert "Sign in with it" in told.text
    assert not elsewhere.is_signed_in
    assert "We could not sign you in" in mina.sign_in(email, OLD).text
    mina.sign_in(email, NEW)
    assert mina.is_signed_in
    again = visitor().open(link)
    assert "run out, or was used already" in again.text and "Send me a link" in again.text


def test_the_link_is_not_made_from_what_the_asker_calls_this_site(
    app: Flask, email: str, mails: list[Any]
) -> None:
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/reset-password").text)
    assert token
    client.post(
        "/reset-password", data={"csrf_token": token[1], "email": email}, headers={"Host": "evil.example.org"}
    )
    assert all("evil" not in mail.body for mail in mails)


def test_an_unknown_address_is_told_the_same_and_gets_no_mail(
    visitor: Callable[[], Any], email: str, mails: list[Any]
) -> None:
    told = []
    for address in (email, f"{uuid4().hex}@example.org"):
        asker = visitor()
        asker.open("/reset-password")
        told.append(asker.send("Send me a link", email=address).text)
    assert told[0] == told[1] and len(mails) == 1


def test_a_forged_link_gets_a_clear_page(visitor: Callable[[], Any]) -> None:
    told = visitor().open("/reset-password/forged")
    assert "Ask for a new one here" in told.text and told.soup.find("h1").get_text() == "A new password"


def test_a_new_password_that_is_short_or_mistyped_is_refused_at_its_field(
    visitor: Callable[[], Any], email: str, mails: list[Any]
) -> None:
    mina = visitor()
    mina.open("/reset-password")
    mina.send("Send me a link", email=email)
    mina.open(link_in(mails[0]))
    for first, second, told in (("short", "short", "at least 12"), (NEW, NEW + "!", "not the same")):
        page = mina.send("Set the new password", password=first, password_confirm=second)
        assert told in page.text and page.soup.find(class_="govuk-error-summary")
        assert first not in page.html
    mina.send("Set the new password", password=NEW, password_confirm=NEW)


def test_a_changed_password_ends_the_other_sessions_and_tells_the_owner(
    visitor: Callable[[], Any], email: str, mails: list[Any]
) -> None:
    here, there = visitor(), visitor()
    here.sign_in(email, OLD)
    there.sign_in(email, OLD)
    here.open("/account/password")
    wrong = here.send("Change it", password="not this one", new_password=NEW, new_password_confirm=NEW)
    assert "not your password" in wrong.text and mails == []
    here.send("Change it", password=OLD, new_password=NEW, new_password_confirm=NEW)
    assert here.is_signed_in and not there.is_signed_in
    [mail] = mails
    assert "was changed just now" in mail.body and mail.subject == "A message from Kith"


def test_an_accent_typed_on_another_keyboard_is_the_same_password(
    app: Flask, visitor: Callable[[], Any]
) -> None:
    with app.app_context():
        email = accounts.create(
            f"{uuid4().hex[:12]}@example.org", "Zoe", ["worker"], "cafe\u0301 in the square"
        ).email
    zoe = visitor()
    zoe.sign_in(email, "caf\u00e9 in the square")
    assert zoe.is_signed_in


def test_signing_out_everywhere_ends_every_session(visitor: Callable[[], Any], email: str) -> None:
    here, there = visitor(), visitor()
    here.sign_in(email, OLD)
    there.sign_in(email, OLD)
    page = here.open("/account")
    assert (
        email in page.text
        and page.headers["Cache-Control"] == "no-store"
        and email not in str(page.soup.title)
    )
    here.send("Sign out everywhere")
    assert not here.is_signed_in and not there.is_signed_in


def test_an_idle_session_ends_and_one_in_use_goes_on(visitor: Callable[[], Any], email: str) -> None:
    mina = visitor()
    mina.sign_in(email, OLD)
    for hours, still in ((11, True), (11, True), (13, False)):
        with mina.client.session_transaction() as session:
            session["seen"] = time.time() - hours * 3600
        assert ("nothing happened here for a while" not in mina.open("/account").text) is still
        assert mina.is_signed_in is still


def test_nobody_is_remembered_by_a_cookie_that_outlives_the_session(
    visitor: Callable[[], Any], email: str
) -> None:
    mina = visitor()
    mina.open("/sign-in")
    mina.send("Sign in", email=email, password=OLD, remember="y")
    assert mina.client.get_cookie("remember_token") is None


def test_an_invitation_is_taken_up_once(app: Flask, visitor: Callable[[], Any]) -> None:
    with app.app_context():
        user = accounts.create(f"{uuid4().hex[:12]}@example.org", "Ada", ["worker"])
        older = invitations.link(invitations.invite(user.id)).removeprefix("http://127.0.0.1:5000")
        link = invitations.link(invitations.invite(user.id)).removeprefix("http://127.0.0.1:5000")
        email = user.email
    ada = visitor()
    assert "has run out" in ada.open(older, 404).text
    assert "Hello Ada" in ada.open(link).text
    assert "at least 12" in ada.send("Set the password", 400, password="short", password_confirm="short").text
    assert "not the same" in ada.send("Set the password", 400, password=NEW, password_confirm=OLD).text
    ada.send("Set the password", password=NEW, password_confirm=NEW)
    ada.sign_in(email, NEW)
    assert ada.is_signed_in
    told = visitor().open(link, 404)
    assert "has run out" in told.text and told.headers["Cache-Control"] == "no-store"


def test_an_invitation_to_a_disabled_account_or_a_forged_one_opens_nothing(
    app: Flask, visitor: Callable[[], Any]
) -> None:
    with app.app_context():
        user = accounts.create(f"{uuid4().hex[:12]}@example.org", "Ada", ["worker"])
        token = invitations.invite(user.id)
        accounts.disable(user.id)
        accounts.enable(user.id)
    for path in (f"/join/{token}", "/join/forged", f"/join/{token[:-2]}xx"):
        assert "has run out" in visitor().open(path, 404).text


def test_every_form_of_accounts_needs_its_token(app: Flask, email: str) -> None:
    client: FlaskClient = app.test_client()
    for path in (
        "/sign-in",
        "/reset-password",
        "/sign-in/code",
        "/sign-in/passkey",
        "/sign-in/recovery-code",
    ):
        answer = client.post(path, data={"email": email, "password": OLD})
        assert answer.status_code == 400 and "open for too long" in answer.text, path


def test_the_json_way_in_is_shut(app: Flask, email: str) -> None:
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token
    answer = client.post(
        "/sign-in?include_auth_token",
        json={"email": email, "password": OLD},
        headers={"X-CSRFToken": token[1]},
    )
    assert answer.status_code == 415 and not answer.is_json


def test_a_mail_server_that_does_not_answer_is_told_to_the_log_without_the_address(
    app: Flask, email: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down:
        def __init__(self, *_: object, **__: object) -> None:
            raise ConnectionRefusedError("no mail today")

    monkeypatch.setattr(app.extensions["mailman"], "backend", Down)
    with caplog.at_level("INFO", "kith.audit"), app.app_context():
        post.send_or_print(email, post.SUBJECT, "body")
    assert "mail_not_sent" in caplog.text and email not in caplog.text


def test_a_mail_server_needs_the_address_that_links_begin_with() -> None:
    environ = {
        "KITH_MAIL_URL": "smtps://kith:p%40ss@mail.example.org",
        "KITH_SITE_URL": "https://kith.example.org/",
    }
    settings = Settings.load(environ=environ)
    assert settings.mail_server == MailServer("mail.example.org", 465, "kith", "p@ss", tls_at_once=True)
    assert (settings.site_url, settings.mail_from) == ("https://kith.example.org", "kith@kith.example.org")
    assert "p@ss" not in repr(settings)


def test_a_form_sent_by_https_needs_no_word_of_where_it_came_from(app: Flask, email: str) -> None:
    client, there = app.test_client(), "https://kith.example.org"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", base_url=there).text)
    assert token
    sent = {"csrf_token": token[1], "email": email, "password": OLD}
    assert client.post("/sign-in", base_url=there, data=sent).status_code == 302


def test_behind_a_proxy_the_cookie_is_for_https_alone_and_the_proxy_is_believed(tmp_path: Path) -> None:
    environ = {"KITH_SITE_URL": "https://kith.example.org", "KITH_PROXIES": "1"}
    app = create_app(Settings.load(tmp_path, environ), TESTING=True)
    seen = []
    app.before_request(lambda: seen.append((request.remote_addr, request.host_url)))
    told = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "kith.example.org",
        "X-Forwarded-For": "203.0.113.7",
    }
    with opened(app):
        cookie = app.test_client().get("/sign-in", headers=told).headers["Set-Cookie"]
    assert "Secure" in cookie and "HttpOnly" in cookie
    assert seen == [("203.0.113.7", "https://kith.example.org/")]


@pytest.mark.parametrize(
    "path", ["/sign-in", "/reset-password", "/sign-in/passkey", "/account", "/account/app"]
)
def test_no_page_of_accounts_is_kept_by_a_cache_or_found_by_a_search_engine(
    visitor: Callable[[], Any], email: str, path: str
) -> None:
    mina = visitor()
    if path.startswith("/account"):
        mina.sign_in(email, OLD)
    page = mina.open(path)
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]


def test_whoever_only_looks_gets_no_cookie(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/?q=comedy", "/privacy", "/listings/town:open-mic"):
        assert "Set-Cookie" not in client.get(path).headers, path


class MailServerOfOneLetter:
    """Speaks just enough SMTP to take one letter."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.letter = ""
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self) -> None:
        caller, _ = self.door.accept()
        with caller, caller.makefile("rwb") as line:

            def say(code: str) -> None:
                line.write(f"{code} ok\r\n".encode())
                line.flush()

            say("220")
            while (said := line.readline().decode().strip().upper()) != "QUIT":
                say("354" if said == "DATA" else "250")
                if said == "DATA":
                    while (row := line.readline().decode()) != ".\r\n":
                        self.letter += row
                    say("250")
            say("221")


def test_a_mail_reaches_the_mail_server_that_was_set(tmp_path: Path) -> None:
    server = MailServerOfOneLetter()
    environ = {
        "KITH_MAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "KITH_SITE_URL": "https://kith.example.org",
        "KITH_MAIL_FROM": "office@example.org",
    }
    app = create_app(Settings.load(tmp_path, environ), TESTING=True)
    with opened(app):
        post.send_or_print("mina@example.org", post.SUBJECT, "Hello Mina")
        server.thread.join(30)
    server.door.close()
    head, _, body = server.letter.partition("\r\n\r\n")
    assert "From: office@example.org" in head and "To: mina@example.org" in head
    assert "Subject: A message from Kith" in head and "@kith.example.org>" in head
    assert body.strip() == "Hello Mina"
