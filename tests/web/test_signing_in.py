"""Signing in and out, as a browser does it."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from directory import accounts

PASSWORD = "a quiet corner with tea"


def _token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def _send(client: FlaskClient, email: str, password: str) -> str:
    data = {"csrf_token": _token(client, "/sign-in"), "email": email, "password": password}
    return client.post("/sign-in", data=data, follow_redirects=True).text


def test_a_worker_signs_in_and_out_again(app: Flask) -> None:
    with app.app_context():
        accounts.create("mina@example.org", "Mina", ["worker"], PASSWORD)
    client = app.test_client()
    assert "Sign out" in _send(client, "Mina@example.org", PASSWORD)
    answer = client.post("/sign-out", data={"csrf_token": _token(client, "/")}, follow_redirects=True)
    assert "Sign out" not in answer.text


def test_a_wrong_password_and_an_unknown_address_look_the_same(app: Flask) -> None:
    with app.app_context():
        accounts.create("ada@example.org", "Ada", ["worker"], PASSWORD)
    told = [
        re.sub(r'value="[^"]*"', "", _send(app.test_client(), email, "wrong, all of it"))
        for email in ("ada@example.org", "nobody@example.org")
    ]
    assert told[0] == told[1] and "We could not sign you in" in told[0]


def test_a_disabled_account_ends_its_sessions(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in("worker", name="Leaver")
    assert "Sign out" in client.get("/").text
    with app.app_context():
        user = accounts.by_email("leaver@example.org")
        assert user
        accounts.disable(user.id)
    assert "Sign out" not in client.get("/").text
