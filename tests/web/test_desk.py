"""The curator's pages, as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import accounts, calls, catalog, conflicts, create_app, desk, links, listings, usage
from directory.config import Settings
from directory.database import db, opened, release, writing
from directory.models import LinkCheck, ListingUse, table_of
from directory.serving import engines
from directory.web_visit import Visit
from importers.plan import plan
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
)

LAST_YEAR = Provenance(date(2025, 9, 1), "phoned", "worker")
SECRET = "01632 960777"


def choir(**more: Any) -> ListingRecord:
    more.setdefault("checked", LAST_YEAR)
    return ListingRecord(
        source="town",
        source_id="choir",
        name="Valley Choir <b>",
        organization=OrganizationRecord("hall", "Valley Hall"),
        formats=("in_person",),
        description=more.pop("description", "Singing for everybody."),
        places=(PlaceRecord("hall", name="Valley Hall", city="Quarrytown"),),
        sessions=(SessionRecord(freq="WEEKLY", byday="TU", opens_at="19:00", closes_at="20:30"),),
        phones=(PhoneRecord("01632 960100"),),
        contacts=(
            ContactRecord("Wendy", "Leader", phones=(PhoneRecord("01632 960123"),), visibility="staff"),
            ContactRecord("Sue", phones=(PhoneRecord(SECRET),), visibility="link"),
        ),
        known_by=("Tom",),
        url="https://choir.example.org",
        facts=(FactRecord("named_host", "yes", LAST_YEAR),),
        **more,
    )


@pytest.fixture
def app(tmp_path: Any) -> Iterator[Flask]:
    """A directory of its own for each test: these pages change it."""
    made = create_app(Settings.load(tmp_path / "data", {"KITH_TODAY": "2026-11-22"}), TESTING=True)
    with opened(made):
        catalog.apply(plan([choir()], {}), "import", source="town")
        engines().catch_up()
    yield made
    with made.app_context():
        release()


@pytest.fixture
def curator(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in("curator", name="Noor")


@pytest.fixture
def listing_id(app: Flask) -> str:
    with app.app_context():
        return listings.ids(["town:choir"])["town:choir"]


@pytest.fixture
def read(app: Flask) -> Callable[..., Any]:
    """What a function of the directory says just now."""

    def run(ask: Callable[..., Any], *args: Any) -> Any:
        with app.app_context():
            return ask(*args)

    return run


def record_of(listing_id: str) -> ListingRecord:
    return listings.records([listing_id])[listing_id]


@pytest.fixture
def look(curator: FlaskClient, judged: Callable[..., Any]) -> Callable[..., Any]:
    return lambda path, status=200, client=curator, **query: judged(client, path, status, **query)


@pytest.fixture
def judged(page: Any, client: FlaskClient) -> Callable[..., Any]:
    """Open a page as this client, assert its status, and that it has none of the faults that no page may have."""
    page_type = type(page("/"))

    def open_page(browser: FlaskClient, path: str, status: int = 200, **query: Any) -> Any:
        found = page_type(browser.get(path, query_string=query or None))
        assert found.status == status and found.faults == []
        return found

    return open_page


def send(client: FlaskClient, path: str, form: str, **data: str) -> Any:
    """Send a form with the token of the page that holds it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(form).text)
    assert found
    return client.post(path, data={"csrf_token": found[1], **data}, follow_redirects=True)


# --- the desk -------------------------------------------------------------------------------------------------------


def test_the_desk_says_why_each_listing_is_there(look: Callable[..., Any]) -> None:
    found = look("/staff/desk")
    assert "Valley Choir <b>" in found.text and "after 12 months a check has expired" in found.text
    assert found.links()["Check has expired"] == "/staff/desk?kind=expired"
    assert found.headers["Cache-Control"] == "no-store"
    assert found.soup.title.get_text() == "Desk – Kith"


def test_the_desk_is_in_the_navigation_of_those_who_keep_the_directory_alone(
    sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    assert ">Desk<" in sign_in("lead").get("/").text
    assert ">Desk<" not in sign_in("worker").get("/").text and ">Desk<" not in client.get("/").text


@pytest.mark.parametrize("how", ["phoned", "visited", "website", "told"])
def test_one_click_says_that_it_is_still_right(
    curator: FlaskClient, listing_id: str, read: Callable[..., Any], how: str
) -> None:
    told = send(curator, f"/staff/desk/{listing_id}/still-right", "/staff/desk", how=how)
    assert "checked today" in told.text
    assert read(record_of, listing_id).checked == Provenance(date(2026, 11, 22), how, "curator")
    assert "expired" not in {k for one in read(desk.survey).sketches for k in one.kinds}


def test_a_way_of_checking_that_there_is_not_changes_nothing(
    curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    assert (
        send(curator, f"/staff/desk/{listing_id}/still-right", "/staff/desk", how="guessed").status_code
        == 400
    )
    assert read(record_of, listing_id).checked == LAST_YEAR


def test_nothing_is_changed_without_the_token_of_the_form(curator: FlaskClient, listing_id: str) -> None:
    assert curator.post(f"/staff/desk/{listing_id}/close").status_code == 400


def test_a_listing_closed_by_a_slip_is_opened_again(
    curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    told = send(curator, f"/staff/desk/{listing_id}/close", "/staff/desk")
    assert "is closed" in told.text and read(record_of, listing_id).status == "closed"
    assert "Undo" in told.text
    send(curator, f"/staff/desk/{listing_id}/reopen", "/staff/desk")
    assert read(record_of, listing_id).status == "active"


@pytest.mark.parametrize("query", [{"kind": "nonsense"}, {"kind": "thin", "page": "x"}, {"page": "99999999"}])
def test_an_address_that_makes_no_sense_shows_the_desk(
    look: Callable[..., Any], query: dict[str, str]
) -> None:
    assert look("/staff/desk", **query).soup.find("h1")


@pytest.mark.parametrize("listing", ["", "x", "5f1f6f9e-0000-4000-8000-000000000000"])
def test_a_forged_word_of_thanks_is_not_shown(look: Callable[..., Any], listing: str) -> None:
    assert not look("/staff/desk", done="checked", listing=listing).soup.find(class_="kith-done")


# --- imports --------------------------------------------------------------------------------------------------------


def disagree() -> None:
    [listing_id] = listings.ids(["town:choir"]).values()
    catalog.amend(listing_id, {"description": "Ours & <i>better</i>"}, "cli")
    catalog.apply(plan([choir(description="Theirs")], catalog.known("town")), "import", source="town")


def test_both_sides_of_a_difference_are_shown_and_one_is_kept(
    look: Callable[..., Any], curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    read(disagree)
    found = look("/staff/desk/conflicts")
    assert "Ours & <i>better</i>" in found.text and "Theirs (town)" in found.text
    [one] = read(conflicts.open_conflicts)
    told = send(curator, f"/staff/desk/conflicts/{one.id}", "/staff/desk/conflicts", keep="theirs")
    assert "theirs was taken" in told.text
    assert read(record_of, listing_id).description == "Theirs" and read(conflicts.open_conflicts) == []
    assert curator.get("/?q=theirs").text.count("Valley Choir") >= 1  # search heard of it


def test_what_is_gone_upstream_can_stay(
    look: Callable[..., Any], curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    read(lambda: catalog.apply(plan([], catalog.known("town")), "import", source="town"))
    assert "Not in town since 22 November 2026" in look("/staff/desk/conflicts").text
    told = send(curator, f"/staff/desk/{listing_id}/keep", "/staff/desk/conflicts")
    assert "stays" in told.text and read(conflicts.missing) == []


# --- links, thin, policy --------------------------------------------------------------------------------------------


def test_a_link_that_failed_is_shown_with_what_is_wrong(
    look: Callable[..., Any], read: Callable[..., Any]
) -> None:
    read(lambda: links.check(visitor=lambda _: Visit("failing", 404, "the page is not there"), pause=0))
    found = look("/staff/desk/links")
    assert "Failed once" in found.text and "The page is not there." in found.text

    def yesterday() -> None:
        with writing() as connection:
            earlier = {"failing_since": date(2026, 11, 20), "state": "dead"}
            connection.execute(table_of(LinkCheck).update().values(**earlier))

    read(yesterday)
    assert "Dead" in look("/staff/desk/links").text
    assert "Its web link does not work: the page is not there." in look("/staff/desk").text


def test_a_thin_listing_comes_with_two_questions(look: Callable[..., Any]) -> None:
    asked = look("/staff/desk/thin").soup.select(".kith-because--ask li")
    assert len(asked) == 2 and "Is it step-free" in asked[0].get_text()


def test_a_lead_sets_how_long_a_check_counts_and_listing_pages_follow(
    sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    lead = sign_in("lead")
    told = send(lead, "/staff/policy", "/staff/policy", full="3", ring_first="6", expired="36")
    assert "Saved, for everybody" in told.text
    assert "It may have changed, so ring first." in client.get("/listings/town:choir").text


def test_months_that_make_no_sense_are_shown_again_with_what_to_mend(
    sign_in: Callable[..., FlaskClient],
) -> None:
    told = send(sign_in("lead"), "/staff/policy", "/staff/policy", full="9", ring_first="6", expired="soon")
    assert told.status_code == 422
    assert (
        'href="#ring_first"' in told.text and 'href="#expired"' in told.text and 'value="soon"' in told.text
    )


# --- the phone script -----------------------------------------------------------------------------------------------


def script(client: FlaskClient, listing_id: str, **data: str) -> Any:
    path = f"/staff/listings/{listing_id}/script"
    return send(client, path, path, **data)


def test_the_script_says_whom_to_ring_and_never_prints_a_link_persons_number(
    look: Callable[..., Any], listing_id: str
) -> None:
    found = look(f"/staff/listings/{listing_id}/script")
    assert "Wendy , Leader: 01632 960123" in found.text and "01632 960100" in found.text
    assert "Ask Tom first" in found.text and SECRET not in found.html
    assert "Tuesday" in found.text and "Is it step-free from the street to the room?" in found.text
    assert "We have: There is a named person to ask for" in found.text
    assert found.soup.title.get_text() == "Phone script – Kith"


def test_answers_ticked_on_the_screen_are_kept(
    curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    data = {"request": "r1", "outcome": "still_right", "fact_step_free": "partial", "fact_quiet": ""}
    assert "checked by phone today" in script(curator, listing_id, **data).text
    record = read(record_of, listing_id)
    phoned = Provenance(date(2026, 11, 22), "phoned", "curator")
    assert record.places[0].facts == (FactRecord("step_free", "partial", phoned),)
    assert record.checked == phoned and "quiet" not in {fact.key for fact in record.facts}


def test_an_answer_says_what_it_means_where_a_bare_yes_would_say_the_opposite(
    look: Callable[..., Any], listing_id: str
) -> None:
    soup = look(f"/staff/listings/{listing_id}/script").soup
    words = {
        (field["name"], field["value"]): soup.find("label", attrs={"for": field["id"]}).get_text(strip=True)
        for field in soup.select("input[type=radio][name^=fact_]")
    }
    assert words["fact_missed_ok", "yes"] == "It is fine to miss some"
    assert {text for (_, value), text in words.items() if value} & {"Yes", "No"} == set()


def test_a_worker_may_ring_too(
    sign_in: Callable[..., FlaskClient], listing_id: str, read: Callable[..., Any]
) -> None:
    told = script(
        sign_in("worker", name="Mina"), listing_id, request="r1", outcome="no_answer", notes="Try at six"
    )
    assert told.status_code == 200 and "Mina: no answer" in told.text and "Try at six" in told.text
    assert read(record_of, listing_id).checked == LAST_YEAR


def test_a_form_without_an_outcome_loses_nothing(
    curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    told = script(curator, listing_id, request="r1", notes="<script>x</script>", fact_step_free="yes")
    assert told.status_code == 422 and 'href="#outcome"' in told.text
    assert "&lt;script&gt;x" in told.text
    assert re.search(r'value="yes"[^>]*checked', told.text)
    assert read(calls.earlier, listing_id) == []


def test_the_same_script_sent_twice_is_one_call(
    curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    for _ in range(2):
        script(curator, listing_id, request="r1", outcome="no_answer")
    assert len(read(calls.earlier, listing_id)) == 1


# --- use ------------------------------------------------------------------------------------------------------------


def uses() -> dict[str, tuple[int, int]]:
    usage.flush()
    rows = db.session.connection().execute(table_of(ListingUse).select())
    return {row.listing_id: (row.views, row.suggested) for row in rows}


def test_looking_at_a_listing_counts_but_not_when_a_curator_does(
    client: FlaskClient, curator: FlaskClient, listing_id: str, read: Callable[..., Any]
) -> None:
    client.get("/listings/town:choir")
    client.head("/listings/town:choir")
    curator.get("/listings/town:choir")
    assert read(uses) == {listing_id: (1, 0)}


def test_a_suggestion_counts_and_an_answer_with_an_avoid_list_counts_nothing(
    match: Callable[..., Any], listing_id: str, read: Callable[..., Any]
) -> None:
    # Nobody has checked the choir for a year: that hides it, so somebody does.
    read(lambda: (catalog.verify(listing_id, "visited", "worker", "x"), engines().catch_up()))
    assert "Valley Choir" in match({"assets": "singing"}).text and read(uses) == {listing_id: (0, 1)}
    for avoid in ({"avoid_groups": "Bowls Club"}, {"avoid_areas": "S3"}, {"avoid_photos": "y"}):
        assert "Valley Choir" in match({"assets": "singing", **avoid}).text
    assert read(uses) == {listing_id: (0, 1)}


def test_nothing_about_who_looked_is_kept() -> None:
    columns = {column.name for column in table_of(ListingUse).columns}
    assert columns == {"listing_id", "month", "views", "suggested"}


def test_names_of_colleagues_are_found_beside_actors_that_are_no_accounts(app: Flask) -> None:
    with app.app_context():
        user = accounts.create("noor2@example.org", "Noor", ["curator"])
        assert accounts.names([user.id, "cli"]) == {user.id: "Noor"}
