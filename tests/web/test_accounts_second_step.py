"""Codes from an app and recovery codes, as somebody with a phone uses them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete

from directory import accounts
from directory.database import db, writing
from directory.keys import derived_key
from directory.models import Tally
from directory.web.second_steps import qr_svg

PASSWORD = "tea and two biscuits"


def code_of(key: str, steps: int = 0) -> str:
    """RFC 6238: what an app with this key shows, so many half-minutes from now."""
    secret = base64.b32decode(key.replace("-", "").replace(" ", "").upper())
    counter = int(time.time()) // 30 + steps
    digest = hmac.digest(secret, struct.pack(">Q", counter), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Phone:
    """An account with an app set up. `next_code` never shows one twice, as somebody who waits for the next."""

    def __init__(self, email: str, key: str) -> None:
        self.email, self.key, self.used = email, key, 0

    def next_code(self, app: Flask) -> str:
        with app.app_context(), writing():
            user = accounts.by_email(self.email)
            assert user
            user.tf_last_counter = None  # as if half a minute had passed
        return code_of(self.key)


@pytest.fixture(autouse=True)
def nothing_tried(app: Flask) -> Iterator[None]:
    yield
    with app.app_context(), writing():
        db.session.execute(delete(Tally))


@pytest.fixture
def email(app: Flask) -> str:
    with app.app_context():
        return accounts.create(f"{uuid4().hex[:12]}@example.org", "Mina", ["worker"], PASSWORD).email


@pytest.fixture
def phone(visitor: Callable[[], Any], email: str) -> Phone:
    mina = visitor()
    mina.sign_in(email, PASSWORD)
    mina.open("/account/app")
    page = mina.send("Set it up")
    key = page.soup.find("strong", class_="kith-code").get_text()
    assert page.soup.find("svg", class_="kith-qr").find("path")["d"].startswith("M4 4h1")
    assert "is set up" in mina.send("Switch it on", code=code_of(key)).text
    return Phone(email, key)


def test_with_an_app_set_up_the_password_alone_opens_nothing(
    app: Flask, visitor: Callable[[], Any], phone: Phone
) -> None:
    mina = visitor()
    assert mina.sign_in(phone.email, PASSWORD).soup.find("h1").get_text() == "Your code"
    assert not mina.is_signed_in
    assert "Write the six figures." in mina.send("Go on", code="").text
    wrong = mina.send("Go on", code="000000")
    assert "not right" in wrong.text and wrong.soup.find(class_="govuk-error-summary")
    mina.send("Go on", code=phone.next_code(app))
    assert mina.is_signed_in


def test_a_code_mistyped_while_setting_up_says_how_to_begin_again(
    visitor: Callable[[], Any], email: str
) -> None:
    mina = visitor()
    mina.sign_in(email, PASSWORD)
    mina.open("/account/app")
    old = mina.send("Set it up").soup.find("strong", class_="kith-code").get_text()
    refused = mina.send("Switch it on", code="000000")
    assert "not right" in refused.text and "delete that entry in your app" in refused.text
    new = mina.send("Set it up").soup.find("strong", class_="kith-code").get_text()
    assert new != old
    assert "is set up" in mina.send("Switch it on", code=code_of(new)).text


def test_no_code_counts_twice(app: Flask, visitor: Callable[[], Any], phone: Phone) -> None:
    code = phone.next_code(app)
    first, second = visitor(), visitor()
    first.sign_in(phone.email, PASSWORD)
    first.send("Go on", code=code)
    second.sign_in(phone.email, PASSWORD)
    assert "used already" in second.send("Go on", code=code).text
    assert first.is_signed_in and not second.is_signed_in


def test_guessed_codes_are_counted_for_the_account(
    app: Flask, visitor: Callable[[], Any], phone: Phone
) -> None:
    for _ in range(5):
        guesser = visitor()  # a fresh browser each time helps nothing
        guesser.sign_in(phone.email, PASSWORD)
        guesser.send("Go on", code="000000")
    guesser = visitor()
    guesser.sign_in(phone.email, PASSWORD)
    guesser.send("Go on", 429, code=phone.next_code(app))
    assert not guesser.is_signed_in


def test_a_recovery_code_opens_once_what_a_lost_phone_cannot(
    app: Flask, visitor: Callable[[], Any], phone: Phone
) -> None:
    mina = visitor()
    mina.sign_in(phone.email, PASSWORD)
    mina.send("Go on", code=phone.next_code(app))
    mina.open("/account/recovery-codes")
    codes = [one.get_text() for one in mina.send("Make new codes").soup.find_all("li", class_="kith-code")]
    assert len(set(codes)) == 8 and all(re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}", one) for one in codes)
    with app.app_context():
        user = accounts.by_email(phone.email)
        assert user and codes[0] not in str(user.mf_recovery_codes)
    for given, opens in ((codes[0], True), (codes[0], False), (codes[1], True)):
        lost = visitor()
        lost.sign_in(phone.email, PASSWORD)
        lost.open("/sign-in/no-code")
        told = lost.send("Go on", code=given)
        assert lost.is_signed_in is opens and ("used already" in told.text) is not opens
    assert "6 codes left" in lost.open("/account").text or "6 codes left" in mina.open("/account").text


def test_how_one_signs_in_is_changed_only_after_the_password_was_given_lately(
    visitor: Callable[[], Any], email: str
) -> None:
    mina = visitor()
    mina.sign_in(email, PASSWORD)
    with mina.client.session_transaction() as session:
        session["fs_paa"] = time.time() - 2 * 3600
        session.pop("fs_gexp", None)
    for path in ("/account/app", "/account/recovery-codes", "/account/passkeys"):
        assert mina.open(path).soup.find("h1").get_text() == "Confirm that it is you"
    mina.open("/account/recovery-codes")
    assert mina.send("Go on", password=PASSWORD).soup.find("h1").get_text() == "Recovery codes"


def test_codes_are_switched_off_again(app: Flask, visitor: Callable[[], Any], phone: Phone) -> None:
    mina = visitor()
    mina.sign_in(phone.email, PASSWORD)
    mina.send("Go on", code=phone.next_code(app))
    mina.open("/account/app")
    assert "switched off" in mina.send("Switch codes off").text
    other = visitor()
    other.sign_in(phone.email, PASSWORD)
    assert other.is_signed_in


def test_a_wrong_code_while_setting_up_switches_nothing_on(
    app: Flask, visitor: Callable[[], Any], email: str
) -> None:
    mina = visitor()
    mina.sign_in(email, PASSWORD)
    mina.open("/account/app")
    mina.send("Set it up")
    assert "not right" in mina.send("Switch it on", code="000000").text
    with app.app_context():
        user = accounts.by_email(email)
        assert user and not accounts.has_second_factor(user)


def test_a_lead_or_the_operator_lets_in_who_lost_everything(
    app: Flask, visitor: Callable[[], Any], phone: Phone
) -> None:
    with app.app_context():
        user = accounts.by_email(phone.email)
        assert user and accounts.has_second_factor(user)
        accounts.remove_second_factor(user.id)
    mina = visitor()
    mina.sign_in(phone.email, PASSWORD)
    assert mina.is_signed_in


def test_the_pages_of_the_second_step_lead_back_to_signing_in_for_whoever_comes_from_nowhere(
    visitor: Callable[[], Any],
) -> None:
    for path in ("/sign-in/code", "/sign-in/recovery-code", "/sign-in/second-step", "/sign-in/no-code"):
        assert visitor().open(path).soup.find("h1").get_text() == "Sign in"
    assert visitor().open("/sign-in/passkey").soup.find("h1").get_text() == "Sign in with a passkey"


def test_what_is_shared_with_the_app_is_kept_encrypted(app: Flask, phone: Phone) -> None:
    plain = phone.key.replace("-", "")
    with app.app_context():
        user = accounts.by_email(phone.email)
        assert user and user.tf_totp_secret and plain not in user.tf_totp_secret


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert derived_key("a secret of sixteen", "one") == derived_key("a secret of sixteen", "one")
    assert derived_key("a secret of sixteen", "one") != derived_key("a secret of sixteen", "two")


def test_the_picture_for_the_app_draws_each_dark_square() -> None:
    drawn = qr_svg([[True, False], [False, True]])
    assert 'd="M0 0h1v1h-1zM1 1h1v1h-1z"' in drawn and 'viewBox="0 0 2 2"' in drawn
