"""One real Friday of a curator in a real browser: the queue, a call, a duplicate, a correction by link, an older
version, and the list of what nobody checked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory import accounts, catalog, listings
from directory.serving import engines
from importers.records import FactRecord, ListingRecord, OrganizationRecord, PhoneRecord, PlaceRecord

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PASSWORD = "kettle on at half past nine"


@pytest.fixture(scope="module")
def site(own_app: Flask, serve: Callable[..., str]) -> Iterator[str]:
    """The town of the other tests, the same sewing circle from two lists, and a curator."""
    circle = ListingRecord(
        source="office",
        source_id="circle",
        name="Riverside Sewing Circle",
        description="Mending and making round one big table.",
        organization=OrganizationRecord("river", "Riverside Trust"),
        places=(
            PlaceRecord("hall", name="Riverside Hall", address_1="2 Quay Street", postal_code="S97 1AA"),
        ),
        phones=(PhoneRecord("01632 960111"),),
    )
    twin = replace(
        circle,
        source="feed",
        source_id="77",
        name="Riverside sewing circle",
        description="Bring a coat that needs a button.",
        facts=(FactRecord("beginners", "yes"),),
    )
    with own_app.app_context():
        for record in (circle, twin):
            catalog.add(record, "test")
        engines().catch_up()
        accounts.create("cora@example.org", "Cora", ["curator"], PASSWORD)
    yield serve(own_app)


@pytest.fixture
def desk(site: str, open_tab: Callable[..., Any]) -> Any:
    """A tab in which Cora has signed in."""
    tab = open_tab(site)
    tab.goto("/sign-in")
    tab.get_by_label("Email address").fill("cora@example.org")
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url("**/")
    return tab


def _id(app: Flask, ref: str) -> str:
    with app.app_context():
        return listings.by_ref(ref).id


def _record(app: Flask, ref: str) -> ListingRecord:
    with app.app_context():
        return listings.by_ref(ref).record


def test_a_whole_friday(
    own_app: Flask,
    site: str,
    desk: Any,
    open_tab: Callable[..., Any],
    violations: Callable[[Any], list[str]],
    tmp_path: Path,
) -> None:
    works_the_queue(desk, violations)
    takes_a_call(own_app, desk)
    merges_a_duplicate_and_thinks_again(own_app, desk)
    approves_what_a_group_sent(own_app, site, desk, open_tab)
    puts_back_an_older_version(own_app, desk)
    takes_the_stale_list_along(desk, tmp_path)


def works_the_queue(desk: Any, violations: Callable[[Any], list[str]]) -> None:
    desk.get_by_role("link", name="Desk").first.click()
    assert desk.get_by_role("heading", name="Today at the desk").is_visible()
    assert violations(desk) == []
    cards = desk.locator(".kith-desk > li")
    waiting = cards.count()
    assert 2 <= waiting <= 10
    first = cards.first.get_by_role("heading").inner_text()
    cards.first.get_by_role("button", name="Yes, I rang").click()
    assert first not in [card.inner_text() for card in desk.locator(".kith-desk > li h2").all()]


def takes_a_call(app: Flask, desk: Any) -> None:
    desk.goto(f"/staff/listings/{_id(app, 'office:circle')}/script")
    assert desk.get_by_role("link", name="01632 960111").is_visible()
    desk.get_by_role("group", name="Is it step-free").get_by_role("radio").first.check()
    desk.get_by_label("What we have is right").check()
    desk.get_by_role("button", name="Save").click()
    known = {fact.key: fact for place in _record(app, "office:circle").places for fact in place.facts}
    assert known["step_free"].value == "yes" and known["step_free"].provenance.checked_how == "phoned"


def merges_a_duplicate_and_thinks_again(app: Flask, desk: Any) -> None:
    desk.goto("/staff/duplicates")
    if not desk.get_by_role("link", name=re.compile("sewing circle", re.I)).count():
        desk.get_by_role("button", name="Look through everything again").click()
    desk.get_by_role("link", name=re.compile("sewing circle", re.I)).first.click()
    desk.get_by_role("button", name="Merge: they are the same").click()
    one = _record(app, "office:circle")
    assert one == _record(app, "feed:77")
    assert {"beginners"} <= {fact.key for fact in one.facts} and one.phones
    desk.get_by_role("button", name="Undo").click()
    assert _record(app, "office:circle") != _record(app, "feed:77")
    assert "coat" in (_record(app, "feed:77").description or "")


def approves_what_a_group_sent(app: Flask, site: str, desk: Any, open_tab: Callable[..., Any]) -> None:
    desk.goto(f"/staff/listings/{_id(app, 'town:open-mic')}/check")
    desk.get_by_role("button", name="Make a link for the group").click()
    link = re.search(r"https?://\S*/yours/[\w.\-]+", desk.content())
    assert link
    group = open_tab(site, width=360)
    group.goto("/yours/" + link[0].rsplit("/yours/", 1)[1])
    name = group.get_by_label("Name", exact=False).first
    name.fill("Tuesday Open Mic and Poems")
    group.get_by_role("button", name="Send", exact=True).click()
    assert _record(app, "town:open-mic").name == "Tuesday Open Mic"
    desk.goto("/staff/suggestions")
    assert "and Poems" in desk.locator("main").inner_text()
    desk.get_by_role("button", name="Take what is ticked").first.click()
    assert _record(app, "town:open-mic").name == "Tuesday Open Mic and Poems"


def puts_back_an_older_version(app: Flask, desk: Any) -> None:
    desk.goto(f"/staff/listings/{_id(app, 'town:open-mic')}/history")
    desk.get_by_role("link", name="How it was then").last.click()
    desk.get_by_role("button", name="Put back what is ticked").click()
    assert _record(app, "town:open-mic").name == "Tuesday Open Mic"


def takes_the_stale_list_along(desk: Any, tmp_path: Path) -> None:
    desk.goto("/staff/search")
    desk.get_by_role("link", name="never checked").click()
    with desk.expect_download() as download:
        desk.get_by_role("link", name=re.compile("as CSV")).click()
    path = tmp_path / "stale.csv"
    download.value.save_as(path)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows and all(row["name"] and not row["checked_on"] for row in rows)
