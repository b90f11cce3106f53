"""A real browser: accessibility, the keyboard alone, a small phone, no scripts, and leaving quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory import accounts, catalog, listings
from directory.serving import engines

pytestmark = [
    pytest.mark.browser,
    # The server thread is left with the open file of a request that the browser gave up when its tab closed.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PAGES = (
    "/",
    "/?q=comedy&near=S97+1AA",
    "/?q=xyzzyplugh",
    "/?q=i+want+to+die",
    "/listings/town:open-mic?near=S97+2BB",
    "/listings/town:bare",
    "/listings/town:old-club",
    "/match",
    "/how-matching-works",
    "/privacy",
    "/accessibility",
    "/leaving-quickly",
    "/nothing-here",
)


@pytest.fixture(scope="module")
def site(app: Flask, serve: Callable[..., str]) -> str:
    return serve(app)


@pytest.fixture
def tab(browser: Any, site: str) -> Iterator[Any]:
    """A wide tab; a script error or a blocked resource fails the test."""
    yield from _tab(browser, site, {"width": 1200, "height": 800})


@pytest.fixture
def phone(browser: Any, site: str) -> Iterator[Any]:
    yield from _tab(browser, site, {"width": 360, "height": 740})


def _tab(browser: Any, site: str, size: dict[str, int]) -> Iterator[Any]:
    context = browser.new_context(viewport=size, base_url=site)
    context.route(
        "https://weather.example.org/**", lambda route: route.fulfill(body="<title>Weather</title>Sunny")
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    context.close()
    assert errors == []


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def too_wide(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def open_everything(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def answer_of(page: Any) -> None:
    page.goto("/match")
    page.fill("#assets", "I make people laugh")
    page.fill("#goals", "do stand-up comedy")
    page.check("#need_step_free-would_help")
    open_everything(page)
    page.fill("#place", "S97 1AA")
    page.locator("button[value=match]").first.click()
    page.wait_for_selector("h1:text-is('Places that fit')")


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_no_accessibility_violation(path: str, tab: Any) -> None:
    tab.goto(path)
    open_everything(tab)
    assert violations(tab) == []


def test_the_answer_and_the_mended_form_have_no_accessibility_violation(tab: Any) -> None:
    answer_of(tab)
    open_everything(tab)
    assert violations(tab) == []
    tab.click("button[value=change]")
    tab.wait_for_selector("h1:has-text('Find places')")
    open_everything(tab)
    tab.fill("#max_km", "far")
    tab.locator("button[value=match]").first.click()
    tab.wait_for_selector(".govuk-error-summary:focus")
    open_everything(tab)
    assert violations(tab) == []


@pytest.mark.parametrize("path", PAGES)
def test_the_page_fits_a_small_phone(path: str, phone: Any) -> None:
    phone.goto(path)
    open_everything(phone)
    assert too_wide(phone) <= 0


def test_the_answer_fits_a_small_phone(phone: Any) -> None:
    answer_of(phone)
    open_everything(phone)
    assert too_wide(phone) <= 0


def tab_to(page: Any, wanted: str, most: int = 60) -> None:
    """Press Tab until what has the focus matches the selector, as someone without a mouse would."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def test_from_search_to_a_listing_by_keyboard_alone(tab: Any) -> None:
    tab.goto("/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    tab_to(tab, "#q")
    tab.keyboard.type("open mic")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("li.kith-card")
    tab_to(tab, "li.kith-card h2 a")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("h1:has-text('Tuesday Open Mic')")


def test_from_the_form_to_an_answer_by_keyboard_alone(tab: Any) -> None:
    tab.goto("/match")
    tab_to(tab, "#assets")
    tab.keyboard.type("I make people laugh")
    tab_to(tab, "#need_step_free-none")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert tab.is_checked("#need_step_free-must")
    tab_to(tab, "summary:has(+ .govuk-details__text #need_times-none)")
    tab.keyboard.press("Enter")
    tab_to(tab, "#need_times-none")
    tab_to(tab, "#place")
    tab.keyboard.type("S97 1AA")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("h1:text-is('Places that fit')")
    assert tab.url.endswith("/match")
    assert tab.locator("article:has-text('Tuesday Open Mic')").count() == 1


def test_everything_works_with_scripts_switched_off(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/match")
    page.fill("#assets", "I make people laugh")
    page.fill("#place", "S97 1AA")
    page.locator("summary:has-text('When, how far and how')").click()
    page.fill("#max_km", "5")
    page.check("#need_step_free-must")
    page.locator("summary:has-text('Only for some kinds of activity')").click()
    page.select_option("#only_need", "step_free")
    page.check("#only_kinds [value=singing]")
    page.locator("button[value=match]").first.click()
    page.wait_for_selector("h1:text-is('Places that fit')")
    assert page.locator("article:has-text('Comedy Night at the Crown')").count() == 1
    page.click("button[value=change]")
    page.wait_for_selector("h1:has-text('Find places')")
    assert page.input_value("#assets") == "I make people laugh"
    assert page.is_visible("#only_need") and page.is_checked("#only_kinds [value=singing]")
    page.goto("/?q=comedy")
    page.check("#cost-free")
    page.click("text=Show these")
    assert "cost=free" in page.url
    assert page.get_attribute("a.govuk-exit-this-page__button", "href") == "https://weather.example.org/"
    context.close()


def test_a_need_for_some_activities_only_is_said_by_keyboard_on_a_small_phone_and_printed(phone: Any) -> None:
    phone.goto("/match")
    assert not phone.locator("#only_need").is_visible()
    tab_to(phone, "#assets")
    phone.keyboard.type("I make people laugh")
    tab_to(phone, "#need_step_free-none")
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("ArrowRight")
    tab_to(phone, "summary:has(+ .govuk-details__text > .govuk-form-group > #only_need)")
    phone.keyboard.press("Enter")
    tab_to(phone, "#only_need")
    phone.keyboard.type("I need step-free")
    tab_to(phone, "button[value=match]", most=80)
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".govuk-error-summary:focus")
    assert violations(phone) == [] and too_wide(phone) <= 0
    tab_to(phone, ".govuk-error-summary a")
    phone.keyboard.press("Enter")
    tab_to(phone, "#only_kinds [value=singing]")
    phone.keyboard.press("Space")
    tab_to(phone, "button[value=match]", most=80)
    phone.keyboard.press("Enter")
    phone.wait_for_selector("h1:text-is('Places that fit')")
    assert phone.locator("article:has-text('Comedy Night at the Crown')").count() == 1
    phone.emulate_media(media="print")
    assert phone.locator("text=“I need step-free access” counts only for: Singing.").is_visible()
    assert too_wide(phone) <= 0


def test_leaving_quickly_replaces_the_page_in_the_history(tab: Any) -> None:
    tab.goto("/privacy")
    answer_of(tab)
    tab.click("a.govuk-exit-this-page__button")
    tab.wait_for_url("https://weather.example.org/")
    tab.go_back()
    assert "Tuesday Open Mic" not in tab.content()
    assert tab.input_value("#assets") == ""


def test_three_presses_of_shift_leave_the_page(tab: Any) -> None:
    tab.goto("/listings/town:safe-table")
    tab.wait_for_selector("body[data-govuk-frontend-exit-this-page-keypress]")
    for _ in range(3):
        tab.keyboard.press("Shift")
    tab.wait_for_url("https://weather.example.org/")
    assert tab.title() == "Weather"


def test_the_way_out_stays_in_reach_while_scrolling(phone: Any) -> None:
    phone.goto("/how-matching-works")
    phone.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
    box = phone.locator("a.govuk-exit-this-page__button").bounding_box()
    assert box and 0 <= box["y"] < 740 and box["x"] + box["width"] <= 360


def test_the_pages_still_read_in_forced_colours_and_in_print(tab: Any, tmp_path: Path) -> None:
    tab.emulate_media(forced_colors="active")
    answer_of(tab)
    assert tab.locator("article").first.is_visible()
    tab.emulate_media(media="print", forced_colors="none")
    assert tab.locator("article").first.is_visible()
    assert not tab.locator("a.govuk-exit-this-page__button").is_visible()
    assert not tab.locator("button[value=change]").is_visible()


# --- for those who keep the directory --------------------------------------------------------------------------------


@pytest.fixture
def added(app: Flask) -> Iterator[None]:
    """What a test adds is taken off the lists again, so that the town stays as the other tests know it."""
    with app.app_context():
        before = {listing.id for listing in listings.iterate()}
    yield
    with app.app_context():
        for listing in [one for one in listings.iterate() if one.id not in before]:
            catalog.set_status(listing.id, "do_not_list", "test")
        engines().catch_up()


def signed_in(app: Flask, page: Any) -> None:
    """Sign in by keyboard, as a curator."""
    with app.app_context():
        if not accounts.by_email("keys@example.org"):
            accounts.create("keys@example.org", "Keys", ["curator"], "a long enough pass phrase")
    page.goto("/sign-in?next=/staff/listings/new")
    tab_to(page, "#email")
    page.keyboard.type("keys@example.org")
    tab_to(page, "#password")
    page.keyboard.type("a long enough pass phrase")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Add a group or place')")


def test_a_group_is_added_by_keyboard_alone_on_a_small_phone(app: Flask, phone: Any, added: None) -> None:
    signed_in(app, phone)
    assert violations(phone) == [] and too_wide(phone) <= 0
    tab_to(phone, "#name")
    phone.keyboard.type("Lantern Walkers")
    tab_to(phone, "#sessions-0-days-2")
    phone.keyboard.press("Space")
    tab_to(phone, "#sessions-0-opens")
    phone.keyboard.type("7pm")
    tab_to(phone, "button[value=preview]")
    phone.keyboard.press("Enter")
    phone.wait_for_selector("#preview:has-text('Tuesdays, from 7pm')")
    tab_to(phone, "#email", most=120)
    phone.keyboard.type("not an address")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".govuk-error-summary:focus")
    assert violations(phone) == [] and too_wide(phone) <= 0
    tab_to(phone, ".govuk-error-summary a")
    phone.keyboard.press("Enter")
    assert phone.evaluate("document.activeElement.id") == "email"
    phone.keyboard.press("Control+A")
    phone.keyboard.type("lanterns@example.org")
    phone.keyboard.press("Enter")
    phone.wait_for_selector("[role=status]:has-text('Added.')")
    assert violations(phone) == [] and too_wide(phone) <= 0
    assert "Tuesdays, from 7pm" in phone.inner_text("main")


def test_what_is_written_is_kept_while_it_is_written(app: Flask, tab: Any, added: None) -> None:
    signed_in(app, tab)
    tab.fill("#name", "Half-written Club")
    tab.wait_for_selector("[data-draft-note]:has-text('Kept as a draft.')", timeout=15_000)
    tab.goto("/staff/drafts")
    tab.click("text=Half-written Club")
    assert tab.input_value("#name") == "Half-written Club"
    tab.click("button[value=discard]")
    tab.wait_for_selector("text=There is nothing here that waits to be saved.")


def test_choosing_by_the_month_opens_which_weeks(app: Flask, tab: Any) -> None:
    signed_in(app, tab)
    assert not tab.locator("#sessions-0-nth").is_visible()
    tab.select_option("#sessions-0-every", "m1")
    assert tab.locator("#sessions-0-nth").is_visible()


# --- staff search, words, import --------------------------------------------------------------------------------------

STAFF_PAGES = (
    "/staff/search",
    "/staff/search?near=S97+1AA&within=far&before=6m&missing=step_free&missing=quiet&fact=bsl%3Dled&status=closed",
    "/staff/searches",
    "/staff/words",
    "/staff/words/try?about=asset%3Ahumour&phrase=gurning",
    "/staff/words/try?kind=synonym&key=&phrase=gagfest",
    "/staff/activities",
    "/staff/import",
)
ROWS = "id,name,description,price\na,Kite Flyers,Kites,free\n,,No name,\n"


def _as_curator(page: Any, site: str, sign_in: Any) -> None:
    kept = sign_in("curator", name="Looker").get_cookie("session")
    page.context.add_cookies([{"name": "session", "value": kept.value, "url": site}])


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_staff_page_has_no_accessibility_violation_and_fits_a_small_phone(
    path: str, phone: Any, site: str, sign_in: Any
) -> None:
    _as_curator(phone, site, sign_in)
    phone.goto(path)
    open_everything(phone)
    assert violations(phone) == [] and too_wide(phone) <= 0


def test_a_file_is_sent_looked_at_and_dropped_by_keyboard(
    phone: Any, site: str, sign_in: Any, tmp_path: Path
) -> None:
    _as_curator(phone, site, sign_in)
    (tmp_path / "kites.csv").write_text(ROWS, "utf-8")
    phone.goto("/staff/import")
    phone.set_input_files("#file", tmp_path / "kites.csv")
    tab_to(phone, "main .govuk-button")
    phone.keyboard.press("Enter")
    phone.wait_for_selector("h1:text-is('What this file would do')")
    assert violations(phone) == [] and too_wide(phone) <= 0
    tab_to(phone, "form[action$=drop] button")
    phone.keyboard.press("Enter")
    phone.wait_for_selector("text=The file is deleted.")
