"""What the team knows, in a real browser: a visit whose connection drops, one colleague leaving, one arriving."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from directory import accounts, create_app, knowledge
from directory.config import Settings
from directory.database import opened, release
from directory.demo import load
from directory.listings import by_ref
from directory.serving import engines

pytestmark = [
    pytest.mark.browser,
    # The server thread is left with the open file of a request that the browser gave up when its tab closed.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PASSWORD = "a quiet corner with tea"
PLACE = "demo:white-cane-social"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo town with three colleagues; Amir is the one who leaves, Ewan the one who arrives."""
    data = tmp_path_factory.mktemp("browser")
    made = create_app(Settings.load(data, {"KITH_TODAY": "2026-11-22"}), TESTING=True)
    with opened(made):
        for name, role in (("Mina", "lead"), ("Amir", "worker"), ("Kwame", "worker"), ("Ewan", "worker")):
            accounts.create(f"{name.casefold()}@example.org", name, [role], PASSWORD)
        load()
        engines().catch_up()
    yield made
    with made.app_context():
        release()


@pytest.fixture(scope="module")
def site(app: Flask, serve: Callable[..., str]) -> str:
    return serve(app)


@pytest.fixture
def tab_of(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """A tab in which this colleague has signed in; a script error fails the test."""
    contexts, errors = [], []

    def make(name: str, wide: int = 1100, scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": wide, "height": 800}, base_url=site, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/sign-in")
        page.fill("#email", f"{name.casefold()}@example.org")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_selector("text=Sign out")
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def key(app: Flask) -> str:
    with app.app_context():
        return by_ref(PLACE).id


def user(app: Flask, name: str) -> str:
    with app.app_context():
        return str(accounts.named(name).id)


def kept(page: Any) -> int:
    return int(
        page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('kith-draft:')).length")
    )


def soon(what: Callable[[], bool]) -> bool:
    """Whether it comes true within five seconds (the pages' own policy forbids waiting inside the page)."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.05)
    return False


def test_nothing_typed_is_lost_when_the_connection_drops(app: Flask, tab_of: Any, key: str) -> None:
    page = tab_of("Kwame", wide=360)
    page.goto(f"/staff/listings/{key}/visit")
    page.fill("#note", "Warm room, and the ramp is on the left")
    page.check("#with_someone")
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.click("text=Save")
    page.wait_for_selector("text=There is no connection")
    assert page.input_value("#note") == "Warm room, and the ramp is on the left" and kept(page) == 1
    page.context.set_offline(False)
    page.goto("/staff/me")
    page.goto(f"/staff/listings/{key}/visit")
    page.wait_for_selector("text=It has not been sent yet")
    assert page.is_checked("#with_someone")
    page.click("text=Save")
    page.wait_for_selector("#team >> text=Kwame went there with someone")
    assert soon(lambda: kept(page) == 0)
    with app.app_context():
        assert [one.note for one in knowledge.visits_of(key)] == ["Warm room, and the ramp is on the left"]


def test_signing_out_leaves_no_draft_on_the_device(tab_of: Any, key: str) -> None:
    page = tab_of("Kwame")
    page.goto(f"/staff/listings/{key}/visit")
    page.fill("#note", "Half a thought")
    assert kept(page) == 1
    page.click("text=Sign out")
    page.wait_for_selector("text=Staff: sign in")
    assert soon(lambda: kept(page) == 0)


def test_a_visit_is_logged_without_scripts(tab_of: Any, key: str) -> None:
    page = tab_of("Kwame", wide=360, scripts=False)
    page.goto(f"/staff/listings/{key}/visit")
    page.check("#kind-2")
    page.fill("#note", "They ring back")
    page.click("text=Save")
    assert "Kwame rang" in page.inner_text("#team")


def test_pages_have_no_accessibility_violation_and_fit_a_small_phone(
    app: Flask, tab_of: Any, key: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    amir = user(app, "Amir")
    with app.app_context():
        knowledge.tip(key, "Blue door", amir)
    page = tab_of("Mina", wide=360)
    for path in (
        f"/listings/{PLACE}",
        f"/staff/listings/{key}/visit",
        f"/staff/listings/{key}/tie",
        f"/staff/listings/{key}/introduction",
        f"/staff/listings/{key}/promise",
        "/staff/me",
        "/staff/known",
        "/staff/team?q=singing",
        "/staff/patch?near=S1+2HE&within=2",
        "/staff/handover",
        f"/staff/handover/{amir}",
        f"/staff/handover/{amir}/walk",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = Axe().run(page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found] == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_one_leaves_and_one_arrives(app: Flask, tab_of: Any, key: str) -> None:
    amir = user(app, "Amir")
    with app.app_context():
        knowledge.tie(key, amir, warmth="ring_any_time", note="Ring the office first")
        knowledge.tie(key, user(app, "Kwame"), warmth="have_met")
    leaver, lead = tab_of("Amir"), tab_of("Mina")
    lead.goto(f"/staff/handover/{amir}")
    lead.click("text=Start the walk")
    card = lead.locator(f"#step-{key}")
    card.get_by_label("What would you tell a colleague, in one line?").fill(
        "The lift needs a key from the café"
    )
    card.get_by_role("button", name="Write it down").click()
    lead.wait_for_url("**/walk#step-*")
    lead.click("text=Done: on to passing on")
    lead.select_option("#to-all", label="Kwame")
    lead.click("text=Pass on everything")
    lead.wait_for_selector("text=Nothing (any more)")
    lead.click("text=Close the account and sign them out everywhere")
    lead.wait_for_selector("h1:text-is('Handed over')")
    assert "Kwame" in lead.inner_text("main") and "Amir" not in lead.inner_text("main")
    leaver.goto("/staff/me")
    assert "Sign in" in leaver.inner_text("h1")
    newcomer = tab_of("Ewan", wide=360)
    newcomer.goto("/staff/patch")
    newcomer.fill("#near", "S1 2HE")
    newcomer.click("text=Make the pack")
    newcomer.wait_for_selector("h2:text-is('Colleagues to talk to first')")
    told = newcomer.inner_text("main")
    assert "Kwame" in told and not re.search("Amir (knows|has met|can ring)", told)
    assert "The lift needs a key from the café" in told
