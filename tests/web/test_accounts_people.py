"""A lead looks after who may sign in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from directory import accounts
from directory.database import writing
from directory.errors import Conflict
from directory.models import User

PASSWORD = "tea and two biscuits"


@pytest.fixture
def lead(app: Flask, visitor: Callable[[], Any]) -> Iterator[Any]:
    """The browser of a lead, the only one there is; closed accounts of other tests stay closed."""
    with app.app_context():
        with writing():
            for other in accounts.everyone():
                other.active = False
        user = accounts.create(f"{uuid4().hex[:12]}@example.org", "Leila", ["lead"], PASSWORD)
        user_id, email = user.id, user.email
    browser = visitor()
    browser.sign_in(email, PASSWORD)
    browser.user_id = user_id
    yield browser
    with app.app_context(), writing():
        for other in accounts.everyone():
            other.active = True


def user_of(app: Flask, email: str) -> User:
    with app.app_context():
        user = accounts.by_email(email)
        assert user
        return user


def address() -> str:
    return f"{uuid4().hex[:12]}@example.org"


def test_a_lead_invites_somebody_who_then_signs_in(
    app: Flask, lead: Any, visitor: Callable[[], Any], mails: list[Any]
) -> None:
    email = address()
    assert "Leila" in lead.open("/staff/people").text
    lead.open("/staff/people/invite")
    told = lead.send("Invite", name="Ada", email=email, roles=["worker", "curator"])
    assert "a mail with a link is on its way" in told.text and "has not chosen a password yet" in told.text
    [mail] = mails
    link = re.search(r"http://127\.0\.0\.1:5000(/join/\S+)", mail.body)
    assert link and mail.to == [email] and "Ada" not in mail.subject
    ada = visitor()
    ada.open(link[1])
    ada.send("Set the password", password=PASSWORD, password_confirm=PASSWORD)
    ada.sign_in(email, PASSWORD)
    assert ada.is_signed_in
    assert "last signed in on" in lead.open("/staff/people").text


def test_where_no_mail_goes_out_the_lead_hands_over_a_link_that_is_shown_once(
    app: Flask, lead: Any, mails: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["mailman"], "backend", "console")
    lead.open("/staff/people/invite")
    assert "Now make a link" in lead.send("Invite", name="Ada", email=address(), roles=["worker"]).text
    shown = lead.send("Make a new link")
    link = shown.soup.find(id="invitation").get_text(strip=True)
    assert link.startswith("http://localhost/join/") and shown.headers["Cache-Control"] == "no-store"
    assert mails == []


def test_an_invitation_that_lacks_something_says_so_at_each_field_and_keeps_the_rest(lead: Any) -> None:
    lead.open("/staff/people/invite")
    page = lead.send("Invite", 400, name="", email="nonsense")
    links = page.links()
    assert {"#name", "#email"} <= set(links.values())
    assert page.soup.find(id="email")["value"] == "nonsense"
    email = address()
    page = lead.send("Invite", 400, name="Ada", email=email)
    assert "Choose at least one role" in page.text
    lead.send("Invite", name="Ada", email=email, roles=["worker"])
    lead.open("/staff/people/invite")
    assert (
        "account with that email address already"
        in lead.send("Invite", 400, name="Ada", email=email, roles=["worker"]).text
    )


def test_roles_name_and_address_change(app: Flask, lead: Any) -> None:
    with app.app_context():
        user_id = accounts.create(address(), "Ada", ["worker"], PASSWORD).id
    lead.open(f"/staff/people/{user_id}")
    lead.send("Keep these roles", roles=["curator", "individual"])
    email = address()
    lead.send("Change", name="Ada B", email=email)
    changed = user_of(app, email)
    assert (changed.id, changed.name) == (user_id, "Ada B")
    with app.app_context():
        assert accounts.by_id(user_id).role_names == {"curator", "individual"}
    refused = lead.send("Keep these roles", 400, roles=["king"])
    assert "roles are individual, worker, curator, lead" in refused.text
    assert "email address already" in lead.send("Change", 400, name="Ada", email=user_of_lead(app, lead)).text


def user_of_lead(app: Flask, lead: Any) -> str:
    with app.app_context():
        return accounts.by_id(lead.user_id).email


def test_a_disabled_account_is_signed_out_at_once_and_can_be_opened_again(
    app: Flask, lead: Any, visitor: Callable[[], Any]
) -> None:
    email = address()
    with app.app_context():
        user_id = accounts.create(email, "Ada", ["worker"], PASSWORD).id
    ada = visitor()
    ada.sign_in(email, PASSWORD)
    lead.open(f"/staff/people/{user_id}")
    assert "nobody signs in" in lead.send("Disable the account").text
    assert not ada.is_signed_in
    assert "not right" in ada.sign_in(email, PASSWORD).text
    lead.send("Open it again")
    ada.sign_in(email, PASSWORD)
    assert ada.is_signed_in
    lead.open(f"/staff/people/{user_id}")
    lead.send("Sign them out everywhere")
    assert not ada.is_signed_in


def test_the_last_lead_can_neither_be_disabled_nor_lose_the_role(app: Flask, lead: Any) -> None:
    lead.open(f"/staff/people/{lead.user_id}")
    assert "only lead" in lead.send("Disable the account").text
    assert "only lead" in lead.send("Keep these roles", 400, roles=["worker"]).text
    assert lead.is_signed_in
    with app.app_context():
        assert accounts.by_id(lead.user_id).role_names == {"lead"}
        accounts.create(address(), "Lou", ["lead"], PASSWORD)
    lead.open(f"/staff/people/{lead.user_id}")
    assert "no lead any more" in lead.send("Keep these roles", roles=["worker"]).text  # now there is another


def test_a_required_second_step_leads_staff_to_their_account_until_they_have_one(
    app: Flask, lead: Any, visitor: Callable[[], Any]
) -> None:
    emails = {role: address() for role in ("worker", "individual")}
    with app.app_context():
        for role, email in emails.items():
            accounts.create(email, role.title(), [role], PASSWORD)
    worker, individual = visitor(), visitor()
    worker.sign_in(emails["worker"], PASSWORD)
    individual.sign_in(emails["individual"], PASSWORD)
    lead.open("/staff/people")
    lead.send("Require it")
    try:
        assert "Set one up now" in worker.open("/").text
        assert "Set one up now" in worker.open("/match").text
        assert worker.open("/account/confirm").soup.find("h1").get_text() == "Confirm that it is you"
        assert "Set one up now" not in individual.open("/").text
        assert "Set one up now" not in visitor().open("/").text
        with app.app_context(), writing():
            user = accounts.by_email(emails["worker"])
            assert user
            user.tf_primary_method, user.tf_totp_secret = "authenticator", "{}"
        assert "Set one up now" not in worker.open("/match").text
    finally:
        with app.app_context(), writing():
            one = accounts.by_id(lead.user_id)
            one.tf_primary_method, one.tf_totp_secret = "authenticator", "{}"
        lead.open("/staff/people")
        lead.send("Leave it to each person")
    assert "Set one up now" not in lead.open("/account").text


def test_who_looks_after_accounts_finds_them_among_the_tools(lead: Any, sign_in: Callable[..., Any]) -> None:
    assert "People" in lead.open("/staff/").links()
    assert ">People<" not in sign_in("curator").get("/staff/").text


def test_while_another_process_writes_for_long_a_page_says_to_try_again(
    lead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: str) -> None:
        raise Conflict("Somebody else is writing to the directory just now: try again in a moment.")

    lead.open(f"/staff/people/{lead.user_id}")
    monkeypatch.setattr(accounts, "sign_out_everywhere", busy)
    assert "try again in a moment" in lead.send("Sign them out everywhere", 409).text
