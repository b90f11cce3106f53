"""Every route x every role, as the two tables say: `directory.web.access` and `directory.permissions`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from directory.permissions import PERMISSIONS, PUBLIC, ROLES, STAFF, may
from directory.web.access import ROUTES

SignIn = Callable[..., FlaskClient]
WHO = (PUBLIC, *ROLES)


def _routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def _address(rule: Rule) -> str:
    """An address of this route; what it names does not exist."""
    values = {name: str(uuid4()) for name in rule.arguments}
    values |= {
        name: 1
        for name, converter in rule._converters.items()
        if type(converter).__name__ == "IntegerConverter"
    }
    built = rule.build(values)
    assert built
    return str(built[1])


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ROUTES)


def test_every_row_names_a_permission() -> None:
    assert set(ROUTES.values()) <= set(PERMISSIONS)


@pytest.mark.parametrize("who", WHO)
def test_each_route_is_open_to_those_of_the_table_and_to_nobody_else(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    roles = [] if who == PUBLIC else [who]
    for rule, method in _routes(app):
        client = sign_in(*roles)
        answer = client.open(_address(rule), method=method)
        told = f"{who} {method} {rule.rule}: {answer.status_code}"
        if may(roles, ROUTES[rule.endpoint]):
            assert answer.status_code not in (401, 403, 405, 500), told
            assert not answer.headers.get("Location", "").startswith("/sign-in?"), told
        elif who == PUBLIC:
            away = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")
            assert away or (rule.rule.startswith("/api/") and answer.status_code == 404), told
        else:
            assert answer.status_code == (403 if who in STAFF else 404), told


def test_somebody_with_two_roles_may_do_what_either_may() -> None:
    assert may(["individual", "lead"], "manage_people") and may(["individual", "lead"], "own_account")
    assert not may(["individual"], "manage_people") and not may([], "own_account")
