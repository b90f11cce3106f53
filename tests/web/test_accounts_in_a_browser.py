"""Accounts in a real browser: passkeys with an authenticator of its own, accessibility, and a small phone."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete

from directory import accounts, invitations
from directory.database import db, writing
from directory.models import Tally

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PASSWORD = "tea and two biscuits"
STRANGERS_PAGES = ("/sign-in", "/reset-password", "/sign-in/passkey")
OWN_PAGES = ("/account", "/account/password", "/account/app", "/account/recovery-codes", "/account/passkeys")
LEADS_PAGES = ("/staff/people", "/staff/people/invite")


@pytest.fixture(scope="module")
def site(app: Flask, serve: Callable[..., str]) -> str:
    """By name: a browser makes no passkey for a bare number."""
    return serve(app, "localhost")


@pytest.fixture
def new_tab(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """A tab of a new browser; a script error or a blocked resource fails the test."""
    contexts, errors = [], []

    def make(width: int = 1200) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=site)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def email(app: Flask) -> Iterator[str]:
    with app.app_context():
        user = accounts.create(f"{uuid4().hex[:12]}@example.org", "Leila", ["lead"], PASSWORD)
        address = user.email
    yield address
    with app.app_context(), writing():
        db.session.execute(delete(Tally))


def give_password(page: Any, email: str) -> None:
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("button:text-is('Sign in')")


def sign_in(page: Any, email: str) -> None:
    give_password(page, email)
    page.wait_for_selector("button:text-is('Sign out')")


def authenticator(page: Any) -> None:
    """Plug a passkey device into this tab, one that says yes to everything."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def add_passkey(page: Any, name: str, usage: str) -> None:
    page.goto("/account/passkeys")
    page.fill("#name", name)
    page.check(f"input[name=usage][value={usage}]")
    page.click("button:text-is('Add it')")
    page.wait_for_selector("[role=status]:has-text('The passkey is set up')")


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def too_wide(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_a_passkey_stands_in_for_the_password(new_tab: Callable[..., Any], email: str) -> None:
    page = new_tab()
    authenticator(page)
    sign_in(page, email)
    add_passkey(page, "my phone", "first")
    page.click("button:text-is('Sign out')")
    page.wait_for_selector("a:text-is('Staff: sign in')")
    page.goto("/sign-in?next=/account")
    page.click("a:text-is('Use a passkey')")
    page.click("button:text-is('Go on')")
    page.wait_for_selector("h1:text-is('Your account')")
    page.goto("/account/confirm/passkey")
    page.click("button:text-is('Go on')")
    page.wait_for_selector("[role=status]:has-text('You can go on')")
    page.goto("/account/passkeys")
    page.click("button:has-text('Remove')")
    page.wait_for_selector("[role=status]:has-text('The passkey is removed')")


def test_a_passkey_after_the_password_is_asked_for_and_nobody_elses_will_do(
    app: Flask, new_tab: Callable[..., Any], email: str
) -> None:
    page = new_tab()
    authenticator(page)
    sign_in(page, email)
    add_passkey(page, "blue key", "secondary")
    page.click("button:text-is('Sign out')")
    give_password(page, email)
    page.wait_for_selector("h1:text-is('Now your passkey')")
    page.click("button:text-is('Go on')")
    page.wait_for_selector("button:text-is('Sign out')")
    page.click("button:text-is('Sign out')")
    # Somebody else's password, then Leila's key: their second step is not hers.
    with app.app_context():
        other = accounts.create(f"{uuid4().hex[:12]}@example.org", "Other", ["worker"], PASSWORD)
        passkey = accounts.by_email(email).webauthn[0]  # type: ignore[union-attr]
        other_email, key = other.email, passkey.credential_id
        copy = type(passkey)(user_id=other.id, name="k", credential_id=b"some key", public_key=b"x", usage="secondary",
                             backup_state=False, device_type="single_device")  # fmt: skip
        with writing():
            db.session.add(copy)
    give_password(page, other_email)
    page.wait_for_selector("h1:text-is('Now your passkey')")
    page.route(re.compile(r"/sign-in/passkey(\?|$)"), _with_key(b"some key", key))
    page.click("button:text-is('Go on')")
    page.wait_for_selector("[role=alert]:has-text('do not know this passkey')")
    assert page.locator("button:text-is('Sign out')").count() == 0


def _with_key(asked: bytes, key: bytes) -> Callable[[Any], None]:
    """As an attacker would: ask the device for the key they have, not for the one that is wanted."""

    def text(credential: bytes) -> str:
        return base64.urlsafe_b64encode(credential).rstrip(b"=").decode()

    def answer(route: Any) -> None:
        response = route.fetch()
        body = response.text()
        assert text(asked) in body
        route.fulfill(response=response, body=body.replace(text(asked), text(key)))

    return answer


def test_a_passkey_that_is_refused_says_what_to_do(new_tab: Callable[..., Any], email: str) -> None:
    page = new_tab()
    authenticator(page)
    page.goto("/sign-in/passkey")
    page.click("button:text-is('Go on')")
    page.wait_for_selector("[data-passkey-says]:has-text('Try again, or choose another way')")
    assert violations(page) == []


def test_no_page_of_accounts_has_an_accessibility_violation_or_is_too_wide_for_a_phone(
    app: Flask, new_tab: Callable[..., Any], email: str
) -> None:
    page = new_tab(360)

    def judge() -> None:
        assert violations(page) == [], page.url
        assert too_wide(page) <= 0, page.url

    with app.app_context():
        user = accounts.by_email(email)
        assert user
        ada = accounts.create(f"{uuid4().hex[:12]}@example.org", "Ada", ["worker"])
        person, joining = f"/staff/people/{ada.id}", f"/join/{invitations.invite(ada.id)}"
    for path in (*STRANGERS_PAGES, joining, "/join/forged"):
        page.goto(path)
        judge()
    sign_in(page, email)
    for path in (*OWN_PAGES, *LEADS_PAGES, person, "/account/confirm", "/account/confirm/passkey"):
        page.goto(path)
        judge()
    page.goto("/account/app")
    page.click("button:text-is('Set it up')")
    page.wait_for_selector("svg.kith-qr")
    judge()
    page.goto("/account/recovery-codes")
    page.click("button:text-is('Make new codes')")
    page.wait_for_selector(".kith-codes")
    judge()
    page.goto("/staff/people/invite")
    page.click("button:text-is('Invite')")
    page.wait_for_selector(".govuk-error-summary")
    judge()
    page.goto(person)
    page.click("button:text-is('Make a new link')")
    page.wait_for_selector("#invitation")
    judge()


def test_no_page_between_the_password_and_the_second_step_has_a_violation(
    app: Flask, new_tab: Callable[..., Any]
) -> None:
    from flask_security.recoverable import generate_reset_password_token

    page = new_tab(360)
    with app.app_context(), app.test_request_context():
        user = accounts.create(f"{uuid4().hex[:12]}@example.org", "Noor", ["worker"], PASSWORD)
        security = app.extensions["security"]
        user.tf_primary_method, user.tf_totp_secret = (
            "authenticator",
            security._totp_factory.generate_totp_secret(),
        )
        db.session.commit()
        address, reset = user.email, f"/reset-password/{generate_reset_password_token(user)}"
    give_password(page, address)
    page.wait_for_url("**/sign-in/code**")
    for path in ("", "/sign-in/recovery-code", "/sign-in/no-code", "/sign-in/second-step", reset):
        if path:
            page.goto(path)
        assert violations(page) == [], page.url
        assert too_wide(page) <= 0, page.url
