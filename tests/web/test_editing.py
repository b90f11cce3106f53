"""Adding, amending, pausing and closing listings, as a curator does it in a browser."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from directory import accounts, catalog, drafts, listings
from directory.serving import engines
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
)

SignIn = Callable[..., FlaskClient]
SCRIPT = "<script>alert(1)</script>"
SEEN = Provenance(date(2026, 5, 4), "visited", "link worker")


def _page_class() -> Any:
    path = Path(__file__).with_name("conftest.py")
    spec = importlib.util.spec_from_file_location("kith_web_conftest", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Page


PAGE = _page_class()


class Form:
    """The editing form of a page, as a browser would send it."""

    def __init__(self, client: FlaskClient, response: Any) -> None:
        self.client = client
        self.page = PAGE(response)
        assert self.page.faults == []
        form = self.page.soup.find("form", class_="kith-edit")
        assert isinstance(form, Tag), self.page.text[:300]
        self.form = form
        self.action = str(form["action"])
        self.values: dict[str, list[str]] = {}
        for field in form.find_all(["input", "textarea", "select"]):
            self._add(field)

    def _add(self, field: Tag) -> None:
        name = str(field["name"])
        if field.name == "textarea":
            value: str | None = field.get_text()
        elif field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            value = str(chosen["value"]) if isinstance(chosen, Tag) else None
        elif field["type"] in ("radio", "checkbox"):
            value = str(field["value"]) if field.has_attr("checked") else None
        else:
            value = str(field.get("value", ""))
        if value is not None:
            self.values.setdefault(name, []).append(value)

    def send(self, do: str = "save", client: FlaskClient | None = None, **changes: Any) -> Any:
        """Send it with some values changed; `a__b` stands for the name "a-b"."""
        for name, value in changes.items():
            self.values[name.replace("__", "-")] = value if isinstance(value, list) else [value]
        return (client or self.client).post(self.action, data={**self.values, "do": do})

    def again(self, response: Any) -> Form:
        return Form(self.client, response)


@pytest.fixture(scope="module")
def app(own_app: Flask) -> Flask:
    return own_app


@pytest.fixture
def curator(sign_in: SignIn) -> FlaskClient:
    return sign_in("curator", name="Ama")


@pytest.fixture
def stored(app: Flask) -> Callable[..., str]:
    """A listing in the directory; its id."""

    def make(name: str = "Quarry Singers", **more: Any) -> str:
        record = ListingRecord(source="edited", source_id=uuid4().hex[:8], name=name, **more)
        with app.app_context():
            listing_id = catalog.add(record, "test")
            engines().catch_up()
        return listing_id

    return make


@pytest.fixture
def now(app: Flask) -> Callable[[str], ListingRecord]:
    """The listing as it stands."""

    def read(listing_id: str) -> ListingRecord:
        with app.app_context():
            return listings.records([listing_id])[listing_id]

    return read


def open_form(client: FlaskClient, listing_id: str, section: str) -> Form:
    return Form(client, client.get(f"/staff/listings/{listing_id}/edit?section={section}"))


def new_form(client: FlaskClient) -> Form:
    return Form(client, client.get("/staff/listings/new"))


def added(response: Any) -> str:
    """The id of the listing that was added."""
    assert response.status_code == 302, response.get_data(as_text=True)[:500]
    return str(urlsplit(response.headers["Location"]).path.split("/")[3])


# --- adding --------------------------------------------------------------------------------------------------------


def test_a_group_that_was_added_is_found_at_once(
    curator: FlaskClient, now: Callable[[str], ListingRecord]
) -> None:
    listing_id = added(
        new_form(curator).send(
            name="Lantern Makers",
            organization="Friends of the Park",
            description="We make paper lanterns.",
            activities="lanterns\npaper craft",
            formats=["in_person"],
            places__0__name="Bandstand",
            places__0__postal_code="s97 1aa",
            sessions__0__days=["TU", "TH"],
            sessions__0__opens="10am",
            sessions__0__closes="11:30",
            costs__0__what="amount",
            costs__0__amount="£2.50",
            phones__0__number="01632 960123",
            contacts__0__name="Wendy",
            contacts__0__visibility="link",
            told_how="phoned",
        )
    )
    record = now(listing_id)
    assert record.source == "here" and record.name == "Lantern Makers"
    assert [term.name for term in record.activities] == ["lanterns", "paper craft"]
    assert record.places[0].postal_code == "S97 1AA"
    times = [(one.byday, one.opens_at, one.closes_at) for one in record.sessions]
    assert times == [("TU", "10:00", "11:30"), ("TH", "10:00", "11:30")]
    assert (record.costs[0].amount, record.contacts[0].visibility) == (2.5, "link")
    assert record.checked == Provenance(date(2026, 11, 22), "phoned", "curator")
    assert "Lantern Makers" in curator.get("/?q=lanterns").get_data(as_text=True)


def test_the_same_request_twice_adds_one_group(curator: FlaskClient, app: Flask) -> None:
    form = new_form(curator)
    first = form.send(name="Twice Sent Choir", places__0__name="Hall")
    second = form.send(name="Twice Sent Choir", places__0__name="Hall")
    assert added(first) == added(second)
    with app.app_context():
        found = [one for one in listings.iterate() if one.record.name == "Twice Sent Choir"]
    assert len(found) == 1 and len(found[0].record.places) == 1


def test_what_is_written_anew_the_second_time_is_asked_about(
    curator: FlaskClient, now: Callable[[str], ListingRecord]
) -> None:
    form = new_form(curator)
    listing_id = added(form.send(name="Back Button Band", description="Brass."))
    answer = form.send(name="Back Button Band", description="Brass and drums.", email="band@example.org")
    assert answer.status_code == 409
    versions = form.again(answer)
    assert "Brass." in versions.page.text and "Brass and drums." in versions.page.text
    assert added(versions.send(keep__description="mine")) == listing_id
    assert (now(listing_id).description, now(listing_id).email) == ("Brass and drums.", "band@example.org")


def test_a_group_without_a_name_is_not_added_and_nothing_written_is_lost(curator: FlaskClient) -> None:
    answer = new_form(curator).send(name=" ", description="Knitting by the canal")
    assert answer.status_code == 422
    form = new_form(curator).again(answer)
    assert "Name: write what people call it." in form.page.text
    assert form.page.links()["Name: write what people call it."] == "#name"
    assert form.values["description"] == ["Knitting by the canal"]


def test_a_closed_group_is_shown_before_it_is_added_again(
    curator: FlaskClient, stored: Callable[..., str], app: Flask
) -> None:
    old = stored("Riverside Ramblers", status="closed")
    answer = new_form(curator).send(name="Riverside ramblers")
    assert answer.status_code == 422
    form = new_form(curator).again(answer)
    assert "Was it here before?" in form.page.text
    assert form.page.links()["Riverside Ramblers"] == f"/staff/listings/{old}/edit"
    assert added(form.send(sure="y")) != old


def test_a_group_that_asked_not_to_be_listed_is_named_so(
    curator: FlaskClient, stored: Callable[..., str]
) -> None:
    stored("The Hidden Garden Circle", status="do_not_list")
    answer = new_form(curator).send(name="Hidden Garden Circle")
    assert "it asked not to be listed" in new_form(curator).again(answer).page.text


def test_a_group_that_is_here_already_is_shown_before_it_is_added_a_second_time(
    curator: FlaskClient, stored: Callable[..., str]
) -> None:
    here = stored("Lantern Street Film Evenings", url="https://lantern.example.org")
    form = new_form(curator).again(
        new_form(curator).send(name="Lantern Street film evening", url="https://lantern.example.org")
    )
    assert "Is it here already?" in form.page.text
    assert form.page.links()["Lantern Street Film Evenings"] == f"/staff/listings/{here}/edit"


# --- amending ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["when", "all"])
def test_saving_a_form_as_it_came_changes_nothing(curator: FlaskClient, app: Flask, section: str) -> None:
    with app.app_context():
        every = [one for one in listings.iterate() if one.record.source == "town"]
    for listing in every:
        answer = open_form(curator, listing.id, section).send()
        assert answer.status_code == 302
        with app.app_context():
            after = listings.fetch([listing.id])[listing.id]
        assert (after.record, after.version) == (listing.record, listing.version)


def test_the_overview_names_what_is_known_of_every_section(
    curator: FlaskClient, stored: Callable[..., str]
) -> None:
    listing_id = stored(description="Songs.", contacts=(ContactRecord("Sue", visibility="staff"),))
    text = curator.get(f"/staff/listings/{listing_id}/edit").get_data(as_text=True)
    assert "Songs." in text and "Sue" in text and "Nothing known yet" in text


def test_only_changed_facts_say_that_they_were_found_out_today(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(facts=(FactRecord("quiet", "yes", SEEN), FactRecord("beginners", "no", SEEN)))
    form = open_form(curator, listing_id, "inside")
    answer = form.send(
        **{"fact__beginners": "yes", "fact__alcohol": "none"}, told_how="phoned", told_role="worker"
    )
    assert answer.status_code == 302
    today = Provenance(date(2026, 11, 22), "phoned", "worker")
    assert now(listing_id).facts == (
        FactRecord("quiet", "yes", SEEN),
        FactRecord("beginners", "yes", today),
        FactRecord("alcohol", "none", today),
    )


def test_a_fact_needs_somebody_who_knows_it(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored()
    form = open_form(curator, listing_id, "inside")
    answer = form.send(fact__quiet="yes")
    assert answer.status_code == 422
    assert "#told_how" in form.again(answer).page.links().values()
    assert now(listing_id).facts == ()


def test_a_fact_that_turns_out_unknown_is_gone_without_a_reason(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(facts=(FactRecord("quiet", "yes", SEEN),))
    assert open_form(curator, listing_id, "inside").send(fact__quiet="").status_code == 302
    assert now(listing_id).facts == ()


def test_the_building_s_facts_belong_to_their_place(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    places = (PlaceRecord("a", name="Hall"), PlaceRecord("b", name="Barn"))
    listing_id = stored(places=places)
    form = open_form(curator, listing_id, "getting-in")
    [_, barn] = [name for name in form.values if name.endswith("-step_free")]
    assert form.send(**{barn.replace("-", "__"): "partial"}, told_how="visited").status_code == 302
    hall_now, barn_now = now(listing_id).places
    assert hall_now.facts == () and [fact.value for fact in barn_now.facts] == ["partial"]


def test_another_place_and_its_own_times(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(places=(PlaceRecord("a", name="Hall", city="Quarrytown"),))
    form = open_form(curator, listing_id, "where")
    form = form.again(form.send("more-places"))
    assert form.send(places__1__name="Barn", places__1__withheld="y").status_code == 302
    when = open_form(curator, listing_id, "when")
    choices = when.form.find("select", id="sessions-0-place")
    assert isinstance(choices, Tag)
    barn = next(str(one["value"]) for one in choices.find_all("option") if one.get_text() == "Barn")
    answer = when.send(sessions__0__days=["WE"], sessions__0__opens="14:00", sessions__0__place=barn)
    assert answer.status_code == 302
    record = now(listing_id)
    assert record.places[1].withheld and record.sessions[0].place_source_id == record.places[1].source_id
    public = curator.get(f"/listings/{record.ref}").get_data(as_text=True)
    assert "The address is given after you get in touch." in public and "Barn" not in public


def test_a_new_address_forgets_the_old_point(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    place = PlaceRecord(
        "a", address_1="1 High Street", postal_code="S97 1AA", latitude=53.38, longitude=-1.47
    )
    listing_id = stored(places=(place,))
    assert open_form(curator, listing_id, "where").send(places__0__postal_code="S97 2BB").status_code == 302
    assert now(listing_id).places == (replace(place, postal_code="S97 2BB", latitude=None, longitude=None),)


def test_another_organisation_is_not_the_old_one_renamed(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    mill = OrganizationRecord("mill", "The Mill", website="https://mill.example.org")
    first, second = stored("One", organization=mill), stored("Two", organization=mill)
    assert open_form(curator, first, "what").send(organization="The Forge").status_code == 302
    assert now(second).organization == mill and now(first).organization == OrganizationRecord(
        "the-forge", "The Forge"
    )
    assert open_form(curator, first, "what").send(organization="the mill").status_code == 302
    assert now(first).organization == mill
    form = open_form(curator, first, "what")
    assert form.send(organization="The Old Mill", organization_rename="y").status_code == 302
    assert now(second).organization == replace(mill, name="The Old Mill")


# --- two people ----------------------------------------------------------------------------------------------------


def test_the_second_of_two_sees_both_versions_and_chooses(
    curator: FlaskClient, sign_in: SignIn, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(description="Songs.", what_to_expect="Tea.")
    mine = open_form(curator, listing_id, "what")
    theirs = open_form(sign_in("lead", name="Tom"), listing_id, "what")
    assert theirs.send(description="Old songs.", alternate_name="The Singers").status_code == 302
    answer = mine.send(description="New songs.", what_to_expect="Tea and cake.")
    assert answer.status_code == 409
    versions = mine.again(answer)
    assert "Old songs." in versions.page.text and "New songs." in versions.page.text
    assert "Keep what Tom wrote" in versions.page.text
    undecided = versions.send()
    assert undecided.status_code == 422 and now(listing_id).description == "Old songs."
    asked_again = versions.again(undecided)
    assert "What it is: choose which version to keep." in undecided.text
    assert asked_again.form.find_all("input", {"name": "keep-description", "type": "radio"})
    assert asked_again.send().status_code == 422 and now(listing_id).description == "Old songs."
    assert asked_again.send(keep__description="theirs").status_code == 302
    record = now(listing_id)
    assert (record.description, record.what_to_expect) == ("Old songs.", "Tea and cake.")
    assert record.alternate_name == "The Singers"


def test_two_who_change_different_things_need_not_choose(
    curator: FlaskClient, sign_in: SignIn, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(facts=(FactRecord("quiet", "yes", SEEN),))
    mine = open_form(curator, listing_id, "inside")
    theirs = open_form(sign_in("lead", name="Tom"), listing_id, "inside")
    assert theirs.send(fact__quiet="no", told_how="visited").status_code == 302
    assert mine.send(fact__buddy="yes", told_how="phoned").status_code == 302
    assert {fact.key: fact.value for fact in now(listing_id).facts} == {"quiet": "no", "buddy": "yes"}


# --- bad input -----------------------------------------------------------------------------------------------------


def test_script_in_every_field_is_words(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(places=(PlaceRecord("a", name="Hall"),))
    for section in ("what", "where", "people", "keeping", "joining", "when"):
        form = open_form(curator, listing_id, section)
        for field in form.form.find_all(["input", "textarea"]):
            if field.name == "textarea" or field.get("type") == "text":
                form.values[str(field["name"])] = [SCRIPT]
        answer = form.send()
        html = answer.get_data(as_text=True)
        assert SCRIPT not in html
        if answer.status_code == 422:
            assert form.again(answer).page.faults == []
    assert now(listing_id).description == SCRIPT
    assert SCRIPT not in curator.get(f"/staff/listings/{listing_id}/edit").get_data(as_text=True)
    assert SCRIPT not in curator.get(f"/listings/{now(listing_id).ref}").get_data(as_text=True)


def test_a_description_of_five_megabytes_comes_back_with_a_message(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(description="Short.")
    form = open_form(curator, listing_id, "what")
    long = "word " * 1_000_000
    answer = form.send(description=long, alternate_name="Also kept")
    assert answer.status_code == 422
    again = form.again(answer)
    assert "Shorten it to 20,000 at most" in again.page.text
    assert again.values["description"][0].strip() == long.strip() and again.values["alternate_name"] == [
        "Also kept"
    ]
    assert now(listing_id).description == "Short."


def test_half_a_form_saves_nothing(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(description="Songs.")
    form = open_form(curator, listing_id, "what")
    del form.values["was"]
    form.values.pop("description")
    assert form.send().status_code == 400
    assert now(listing_id).description == "Songs."


@pytest.mark.parametrize(
    ("section", "field", "written", "said"),
    [
        ("where", "places-0-postal_code", "nowhere at all", "write it like S1 2HE"),
        ("where", "places-0-point", "somewhere", "not both numbers"),
        ("people", "email", "sue at example", "Email address: write one email address"),
        ("people", "url", "/page", "write one web address"),
        ("people", "phones-0-number", "ring Sue", "Phone number: write one number"),
        ("joining", "minimum_age", "old", "Youngest age: write a whole number from 0 to 120"),
        ("when", "sessions-0-opens", "elevenish", "“elevenish” is no time"),
        ("when", "sessions-0-opens", "2", "Write 2pm or 2am"),
    ],
)
def test_an_error_names_the_thing_and_links_to_its_field(
    curator: FlaskClient, stored: Callable[..., str], section: str, field: str, written: str, said: str
) -> None:
    form = open_form(curator, stored(), section)
    answer = form.send(**{field.replace("-", "__"): written})
    assert answer.status_code == 422
    page = form.again(answer).page
    assert any(said in words and href == f"#{field}" for words, href in page.links().items()), page.links()
    assert page.soup.find(id=field) is not None


def test_ages_that_cannot_be_are_said_at_the_one_that_was_written(
    curator: FlaskClient, stored: Callable[..., str]
) -> None:
    listing_id = stored(maximum_age=30)
    form = open_form(curator, listing_id, "joining")
    page = form.again(form.send(minimum_age="40")).page
    assert page.links()["The youngest age (40) is above the oldest (30)."] == "#minimum_age"


# --- running or not ------------------------------------------------------------------------------------------------


def _status(client: FlaskClient, listing_id: str, **values: str) -> Any:
    page = client.get(f"/staff/listings/{listing_id}/edit").get_data(as_text=True)
    form = BeautifulSoup(page, "html5lib").find("form", action=f"/staff/listings/{listing_id}/status")
    assert isinstance(form, Tag)
    hidden = {str(one["name"]): str(one["value"]) for one in form.find_all("input", type="hidden")}
    return client.post(f"/staff/listings/{listing_id}/status", data={**hidden, **values})


def test_a_paused_group_says_when_it_is_back_and_is_asked_about_that_day(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord], app: Flask
) -> None:
    listing_id = stored("Resting Choir")
    assert _status(curator, listing_id, status="paused", returns_on="3 March 2027").status_code == 302
    record = now(listing_id)
    assert (record.status, record.returns_on) == ("paused", date(2027, 3, 3))
    assert "back on 3 March 2027" in curator.get(f"/listings/{record.ref}").get_data(as_text=True)
    with app.app_context():
        assert listing_id not in listings.due_back(date(2027, 3, 2))
        assert listing_id in listings.due_back(date(2027, 3, 3))
    assert now(listing_id).status == "paused"
    assert _status(curator, listing_id, status="active").status_code == 302
    assert (now(listing_id).status, now(listing_id).returns_on) == ("active", None)


def test_a_day_of_return_that_is_gone_is_refused(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored()
    answer = _status(curator, listing_id, status="paused", returns_on="1 March 2026")
    assert answer.status_code == 422 and "write a day after today" in answer.get_data(as_text=True)
    assert now(listing_id).status == "active"
    page = BeautifulSoup(answer.get_data(as_text=True), "html5lib")
    assert page.find(id="returns_on")["value"] == "1 March 2026"
    assert page.find("input", {"name": "status", "checked": True})["value"] == "paused"


def test_a_closed_group_keeps_its_page_and_may_open_again(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored(description="Songs.")
    assert _status(curator, listing_id, status="closed").status_code == 302
    assert "This has closed." in curator.get(f"/listings/{now(listing_id).ref}").get_data(as_text=True)
    assert _status(curator, listing_id, status="active").status_code == 302
    assert (now(listing_id).status, now(listing_id).description) == ("active", "Songs.")


def test_a_group_that_must_not_be_listed_comes_back_only_when_it_wants_to(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored()
    assert _status(curator, listing_id, status="do_not_list").status_code == 302
    assert curator.get(f"/listings/{now(listing_id).ref}").status_code == 404
    assert _status(curator, listing_id, status="active").status_code == 422
    assert now(listing_id).status == "do_not_list"
    assert _status(curator, listing_id, status="active", sure="y").status_code == 302
    assert now(listing_id).status == "active"


def test_a_status_that_a_colleague_changed_meanwhile_is_looked_at_first(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored()
    assert _status(curator, listing_id, status="closed").status_code == 302
    answer = _status(curator, listing_id, status="paused", was="active")
    assert answer.status_code == 422 and now(listing_id).status == "closed"


# --- drafts --------------------------------------------------------------------------------------------------------


def test_a_draft_is_taken_up_again_where_it_was_left(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored("Draft Keepers")
    assert open_form(curator, listing_id, "what").send("draft", description="Half a sent").status_code == 302
    assert now(listing_id).description is None
    page = curator.get("/staff/drafts").get_data(as_text=True)
    assert "Draft Keepers: what it is" in page
    form = open_form(curator, listing_id, "what")
    assert form.values["description"] == ["Half a sent"] and "This is your draft" in form.page.text
    assert form.send(description="Half a sentence.").status_code == 302
    assert now(listing_id).description == "Half a sentence."
    assert "Draft Keepers" not in curator.get("/staff/drafts").get_data(as_text=True)


def test_a_draft_of_a_listing_that_was_merged_is_taken_up_at_the_one_that_stands_for_it(
    app: Flask, curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    other, keep = stored("Draft Twins"), stored("Draft Twins of the Town")
    open_form(curator, other, "what").send("draft", description="Half a sent")
    with app.app_context():
        catalog.merge(keep, other, {}, "test")
    form = open_form(curator, other, "what")
    assert form.values["description"] == ["Half a sent"]
    assert form.send(description="Half a sentence.").status_code in (200, 302, 409)
    assert "Draft Twins: what" not in curator.get("/staff/drafts").get_data(as_text=True)


def test_a_draft_is_its_writer_s_alone(
    curator: FlaskClient, sign_in: SignIn, stored: Callable[..., str]
) -> None:
    listing_id = stored("Private Thoughts")
    open_form(curator, listing_id, "what").send("draft", description="Not yet")
    other = sign_in("lead", name="Tom")
    assert "Private Thoughts" not in other.get("/staff/drafts").get_data(as_text=True)
    assert open_form(other, listing_id, "what").values["description"] == [""]


def test_a_draft_of_a_new_group_can_be_thrown_away(curator: FlaskClient) -> None:
    form = new_form(curator)
    form.send("draft", name="Maybe Never Club")
    assert "Maybe Never Club" in curator.get("/staff/drafts").get_data(as_text=True)
    assert form.send("discard").status_code == 302
    assert "Maybe Never Club" not in curator.get("/staff/drafts").get_data(as_text=True)


def test_what_was_written_outlives_the_session(
    curator: FlaskClient, app: Flask, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored()
    form = open_form(curator, listing_id, "what")
    answer = form.send(client=app.test_client(), description="Written for half an hour")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
    assert "description" not in answer.headers["Location"]
    again = open_form(curator, listing_id, "what")
    assert again.values["description"] == ["Written for half an hour"]
    assert again.send().status_code == 302
    assert now(listing_id).description == "Written for half an hour"


def test_a_new_group_written_before_the_session_ended_is_kept(curator: FlaskClient, app: Flask) -> None:
    form = new_form(curator)
    answer = form.send(client=app.test_client(), name="Evening Astronomers")
    assert answer.headers["Location"].startswith("/sign-in")
    assert "Evening Astronomers" in curator.get("/staff/drafts").get_data(as_text=True)


def test_what_was_written_outlives_a_night_without_a_key_pressed(
    curator: FlaskClient, stored: Callable[..., str], sign_in: SignIn
) -> None:
    listing_id = stored()
    form = open_form(curator, listing_id, "what")
    with curator.session_transaction() as session:
        session["seen"] = 0.0
    answer = form.send(description="Written yesterday")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
    again = sign_in("curator", name="Ama")
    assert open_form(again, listing_id, "what").values["description"] == ["Written yesterday"]


def test_a_form_from_before_signing_in_again_is_kept_too(
    curator: FlaskClient, sign_in: SignIn, stored: Callable[..., str]
) -> None:
    listing_id = stored()
    form = open_form(curator, listing_id, "what")
    again = sign_in("curator", name="Ama")
    answer = form.send(client=again, description="From the old session")
    assert answer.status_code == 302 and answer.headers["Location"].endswith("section=what")
    assert open_form(again, listing_id, "what").values["description"] == ["From the old session"]


def test_a_stranger_without_the_form_s_token_keeps_nothing(
    curator: FlaskClient, app: Flask, stored: Callable[..., str]
) -> None:
    listing_id = stored()
    form = open_form(curator, listing_id, "what")
    form.values["kept_for"] = ["made up"]
    assert form.send(client=app.test_client(), description="Planted").status_code in (302, 400)
    assert open_form(curator, listing_id, "what").values["description"] == [""]


def test_a_token_keeps_nothing_for_an_account_that_is_closed(
    sign_in: SignIn, app: Flask, stored: Callable[..., str]
) -> None:
    listing_id = stored()
    leaver = sign_in("curator", name="Leaver")
    form = open_form(leaver, listing_id, "what")
    with app.app_context():
        user = accounts.by_email("leaver@example.org")
        assert user
        user_id = user.id
        accounts.disable(user_id)
    form.send(client=app.test_client(), description="Too late")
    with app.app_context():
        assert drafts.of_user(user_id) == []


# --- times ---------------------------------------------------------------------------------------------------------


def test_times_are_said_in_plain_words_before_they_are_saved(
    curator: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored()
    form = open_form(curator, listing_id, "when")
    answer = form.send(
        "preview",
        sessions__0__days=["TU"],
        sessions__0__every="2",
        sessions__0__opens="10am",
        sessions__0__closes="11.30am",
        sessions__0__off=["--08"],
    )
    form = form.again(answer)
    assert "Every other Tuesday, 10am to 11:30am (not in August)" in form.page.text
    assert "Which weeks are these?" in form.page.text
    assert now(listing_id).sessions == ()
    assert form.send().status_code == 302
    [session] = now(listing_id).sessions
    assert (session.interval, session.byday, session.not_on) == (2, "TU", ("--08",))


def test_a_listing_s_own_page_leads_staff_to_its_form_and_nobody_else(
    curator: FlaskClient, client: FlaskClient, stored: Callable[..., str], now: Callable[[str], ListingRecord]
) -> None:
    listing_id = stored()
    address = f"/staff/listings/{listing_id}/edit"
    assert address in curator.get(f"/listings/{now(listing_id).ref}").get_data(as_text=True)
    assert address not in client.get(f"/listings/{now(listing_id).ref}").get_data(as_text=True)


def test_the_next_day_is_never_in_the_break(
    curator: FlaskClient, stored: Callable[..., str], app: Flask
) -> None:
    session = SessionRecord(
        freq="WEEKLY", byday="TU", opens_at="10:00", closes_at="11:00", not_on=("2026-11-24", "--12")
    )
    listing_id = stored(sessions=(session,))
    with app.app_context():
        ref = listings.records([listing_id])[listing_id].ref
    assert "Next: Tuesday 5 January" in curator.get(f"/listings/{ref}").get_data(as_text=True)


def test_a_group_that_must_not_be_listed_is_reached_from_staff_search(
    curator: FlaskClient, stored: Callable[..., str]
) -> None:
    listing_id = stored("Quite Unseen Circle", status="do_not_list")
    found = curator.get("/staff/search?q=Unseen&status=do_not_list").get_data(as_text=True)
    assert f"/staff/listings/{listing_id}/edit" in found
