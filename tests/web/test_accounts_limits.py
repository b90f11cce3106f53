"""Guessing is slow: what is tried is counted, for everybody and across processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select

from directory import accounts, create_app, tries
from directory.config import current_settings
from directory.database import db, opened, writing
from directory.errors import TooManyTries
from directory.limits import wait_for
from directory.models import Tally

PASSWORD = "tea and two biscuits"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_tried(app: Flask) -> Iterator[None]:
    yield
    with app.app_context(), writing():
        db.session.execute(delete(Tally))


@pytest.fixture
def email(app: Flask) -> str:
    with app.app_context():
        return accounts.create(f"{uuid4().hex[:12]}@example.org", "Mina", ["worker"], PASSWORD).email


def let_pass(app: Flask, time: timedelta) -> None:
    with app.app_context(), writing():
        for one in db.session.scalars(select(Tally)):
            one.at -= time


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOON - timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("tried", "left"),
    [
        (minutes_ago(), 0),
        (minutes_ago(1, 2, 3, 4), 0),
        (minutes_ago(1, 2, 3, 4, 5), 10),
        (minutes_ago(1, 2, 3, 4, 15), 0),
        (minutes_ago(5, 4, 3, 2, 1, 14), 10),
        (minutes_ago(0, 0, 0, 0, 0), 15),
    ],
)
def test_after_five_tries_one_waits_until_the_first_of_them_is_a_quarter_of_an_hour_old(
    tried: list[datetime], left: int
) -> None:
    assert wait_for(tried, NOON, [tries.RULES["sign_in"]]) == timedelta(minutes=left)


def test_five_wrong_passwords_make_even_the_right_one_wait_and_say_how_long(
    app: Flask, visitor: Callable[[], Any], email: str
) -> None:
    guesser = visitor()
    for case in (email, email.upper(), email.title(), email, email):
        assert "not right" in guesser.sign_in(case, "not this one").text
    guesser.open("/sign-in")
    told = guesser.send("Sign in", 429, email=email, password=PASSWORD)
    assert "Too many tries" in told.text and "Wait 15 minutes" in told.text
    assert 800 < int(told.headers["Retry-After"]) <= 901
    let_pass(app, timedelta(minutes=16))
    owner = visitor()
    owner.sign_in(email, PASSWORD)
    assert owner.is_signed_in


def test_an_address_without_an_account_is_counted_the_same(visitor: Callable[[], Any]) -> None:
    guesser, nobody = visitor(), f"{uuid4().hex}@example.org"
    for _ in range(5):
        assert "not right" in guesser.sign_in(nobody, "not this one").text
    guesser.open("/sign-in")
    guesser.send("Sign in", 429, email=nobody, password="not this one")


def test_the_right_password_clears_what_was_counted(
    app: Flask, visitor: Callable[[], Any], email: str
) -> None:
    for _ in range(3):
        mina = visitor()
        for _ in range(4):
            mina.sign_in(email, "not this one")
        mina.sign_in(email, PASSWORD)
        assert mina.is_signed_in


def test_somebody_signed_in_elsewhere_cannot_clear_anothers_tries(
    app: Flask, visitor: Callable[[], Any], email: str
) -> None:
    with app.app_context():
        own = accounts.create(f"{uuid4().hex[:12]}@example.org", "Guesser", ["individual"], PASSWORD).email
    inside, outside = visitor(), visitor()
    inside.open("/sign-in")
    form = inside.page
    inside.sign_in(own, PASSWORD)
    for _ in range(5):
        outside.sign_in(email, "not this one")
        inside.page = form
        token = {"csrf_token": form.hidden("csrf_token"), "email": email, "password": "x"}
        inside.client.post("/sign-in", data=token)
    outside.open("/sign-in")
    outside.send("Sign in", 429, email=email, password="not this one")
    assert not outside.is_signed_in


def test_too_many_mails_are_not_sent_to_one_address(
    visitor: Callable[[], Any], email: str, mails: list[Any]
) -> None:
    asker = visitor()
    for _ in range(3):
        asker.open("/reset-password")
        asker.send("Send me a link", email=email)
    asker.open("/reset-password")
    assert "Wait 60 minutes" in asker.send("Send me a link", 429, email=email).text
    assert len(mails) == 3


def test_guessing_at_an_open_screen_is_counted_too(visitor: Callable[[], Any], email: str) -> None:
    mina = visitor()
    mina.sign_in(email, PASSWORD)
    for _ in range(2):
        mina.open("/account/confirm")
        assert "not your password" in mina.send("Go on", password="not this one").text
    mina.open("/account/confirm")
    mina.send("Go on", password=PASSWORD)
    for _ in range(5):
        mina.open("/account/confirm")
        mina.send("Go on", password="not this one")
    mina.open("/account/confirm")
    mina.send("Go on", 429, password=PASSWORD)


def test_many_at_once_get_no_more_guesses_than_one_after_another(app: Flask) -> None:
    who = uuid4().hex

    def one(_: int) -> bool:
        with app.app_context():
            try:
                tries.take({"sign_in": who})
            except TooManyTries:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(12))) == 5


def test_another_process_counts_with_us(app: Flask) -> None:
    who = uuid4().hex
    with app.app_context():
        settings = current_settings()
        for _ in range(5):
            tries.take({"sign_in": who})
    with opened(create_app(settings, TESTING=True)), pytest.raises(TooManyTries):
        tries.take({"sign_in": who})


def test_what_is_kept_names_nobody_and_is_cleared_away(
    app: Flask, visitor: Callable[[], Any], email: str
) -> None:
    visitor().sign_in(email, "not this one")
    with app.app_context():
        kept = db.session.scalars(select(Tally)).all()
        assert len(kept) == 2 and all(len(one.key) == 64 for one in kept)
        assert not [one for one in kept if email in one.key or "127.0.0.1" in one.key]
        let_pass(app, timedelta(hours=25))
        tries.take({"sign_in": "someone"})
        assert len(db.session.scalars(select(Tally)).all()) == 1
