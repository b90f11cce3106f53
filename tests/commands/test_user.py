"""kith user: who may sign in, from the terminal."""

from __future__ import annotations

from typing import Any

import pytest

PASSWORD = "tea and two biscuits"


@pytest.fixture
def lead(kith: Any) -> str:
    """A directory with one lead."""
    ran = kith(
        "user",
        "add",
        "Lead@Example.org",
        "--name",
        "Leila",
        "--role",
        "lead",
        "--password-stdin",
        stdin=PASSWORD + "\n",
    )
    assert ran.exit_code == 0, ran.err
    return "lead@example.org"


def listed(kith: Any) -> dict[str, Any]:
    return {one["email"]: one for one in kith("user", "list", "--json").json()}


def test_an_account_is_made_with_a_password_that_is_asked_for_twice(kith: Any) -> None:
    ran = kith(
        "user", "add", "mina@example.org", "--name", "Mina", "--role", "worker", "--role", "curator",
        stdin=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert (ran.exit_code, ran.out) == (0, "")
    assert listed(kith)["mina@example.org"] == {
        "email": "mina@example.org", "name": "Mina", "roles": ["curator", "worker"], "state": "in use",
        "second_factor": False,
    }  # fmt: skip


def test_a_short_password_is_refused_and_makes_nothing(kith: Any) -> None:
    ran = kith(
        "user",
        "add",
        "mina@example.org",
        "--name",
        "Mina",
        "--role",
        "worker",
        "--password-stdin",
        stdin="short\n",
    )
    assert ran.exit_code == 2 and "at least 12 characters" in ran.err and "short" not in ran.err
    assert listed(kith) == {}


def test_an_address_that_is_known_or_none_is_refused(kith: Any, lead: str) -> None:
    for email, told in ((lead, "already"), ("Leila", "email address")):
        ran = kith("user", "add", email, "--name", "Other", "--role", "worker", "--invite")
        assert ran.exit_code == 2 and told in ran.err and ran.out == ""
    assert len(listed(kith)) == 1


def test_an_invitation_prints_its_link_alone_and_a_new_one_can_be_had(kith: Any, lead: str) -> None:
    first = kith("user", "add", "ada@example.org", "--name", "Ada", "--role", "worker", "--invite")
    assert first.exit_code == 0 and first.out.startswith("http://127.0.0.1:5000/join/")
    assert listed(kith)["ada@example.org"]["state"] == "invited"
    again = kith("user", "invite", "ada@example.org")
    assert again.exit_code == 0 and again.out != first.out
    assert kith("user", "invite", lead).exit_code == 2


def test_roles_change_and_an_account_is_disabled_and_opened_again(kith: Any, lead: str) -> None:
    kith("user", "add", "ada@example.org", "--name", "Ada", "--role", "worker", "--invite")
    assert kith("user", "role", "ADA@example.org", "curator", "worker").exit_code == 0
    assert listed(kith)["ada@example.org"]["roles"] == ["curator", "worker"]
    assert kith("user", "disable", "ada@example.org").exit_code == 0
    assert listed(kith)["ada@example.org"]["state"] == "disabled"
    assert kith("user", "enable", "ada@example.org").exit_code == 0
    assert listed(kith)["ada@example.org"]["state"] == "invited"
    assert kith("user", "role", "ada@example.org", "king").exit_code == 2


def test_the_last_lead_stays_a_lead(kith: Any, lead: str) -> None:
    kith(
        "user", "add", "ada@example.org", "--name", "Ada", "--role", "lead", "--invite"
    )  # cannot sign in yet
    for ran in (kith("user", "disable", lead), kith("user", "role", lead, "worker")):
        assert ran.exit_code == 2 and "only lead" in ran.err
    assert listed(kith)[lead] | {"name": ""} == {
        "email": lead, "name": "", "roles": ["lead"], "state": "in use", "second_factor": False
    }  # fmt: skip


def test_an_unknown_address_is_said_so(kith: Any, lead: str) -> None:
    for words in (
        ("role", "x@example.org", "worker"),
        ("disable", "x@example.org"),
        ("unlock", "x@example.org"),
    ):
        ran = kith("user", *words)
        assert ran.exit_code == 2 and "no account" in ran.err


def test_with_nobody_in_it_the_list_says_how_to_begin(kith: Any) -> None:
    ran = kith("user", "list")
    assert ran.exit_code == 0 and "kith user add" in ran.err


def test_the_demo_has_three_people_who_can_sign_in_and_says_their_password_again(kith: Any) -> None:
    first, again = kith("demo"), kith("demo")
    assert {one["name"]: one["roles"] for one in listed(kith).values() if one["state"] == "in use"} == {
        "Cora": ["curator"], "Leila": ["lead"], "Mina": ["worker"]
    }  # fmt: skip
    [said] = [line for line in first.err.splitlines() if "password" in line]
    assert "mina@example.org" in said and said in again.err


def test_the_demo_opens_no_door_to_a_directory_in_use(kith: Any, lead: str) -> None:
    ran = kith("demo")  # Leila has the address of a demo account, and keeps her own password
    assert ran.exit_code == 0 and "password" not in ran.err
    assert set(listed(kith)) == {lead}
