"""Checking, suggesting, deciding, reporting, the group's own link, history, erasing: as people meet them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import Mail

from directory import catalog, group_links, history, listings, replies, suggestions
from directory.database import db, writing
from directory.group_links import GOOD_FOR
from directory.models import ReplyAddress, Suggestion, Tally
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

SignIn = Callable[..., FlaskClient]
Read = Callable[..., Any]


@pytest.fixture
def key(app: Flask) -> str:
    """A listing of this test's own."""
    record = ListingRecord(
        source="desk",
        source_id=uuid4().hex,
        name="Pottery on Thursdays",
        organization=OrganizationRecord(uuid4().hex, "Clay House"),
        description="Bowls and mugs.",
        places=(PlaceRecord(source_id="clay", name="Clay House", city="Quarrytown"),),
        sessions=(
            SessionRecord("WEEKLY", byday="TH", opens_at="10:00", closes_at="12:00", place_source_id="clay"),
        ),
        phones=(PhoneRecord("01632 960111"),),
        email="clay@example.org",
        contacts=(
            ContactRecord("Zuleika", "potter", phones=(PhoneRecord("07700 900111"),), visibility="staff"),
            ContactRecord("Balthazar", "neighbour", visibility="link"),
        ),
        facts=(FactRecord("beginners", "yes"),),
    )
    with app.app_context():
        return catalog.add(record, "test")


@pytest.fixture(scope="module")
def app(own_app: Flask) -> Flask:
    """A town of its own: these tests change listings."""
    return own_app


@pytest.fixture(autouse=True)
def clean_desk(app: Flask) -> Iterator[None]:
    """No suggestion and no count from another test, and no mail unless a test asks for it."""
    mail = app.extensions.pop("mailman", None)
    yield
    with app.app_context(), writing() as connection:
        for model in (ReplyAddress, Suggestion, Tally):
            connection.execute(sa.delete(model))
    app.extensions["mailman"] = mail


@pytest.fixture
def outbox(app: Flask) -> list[Any]:
    app.config.update(MAIL_BACKEND="locmem", MAIL_DEFAULT_SENDER="kith@example.org")
    Mail(app)
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def record_of(app: Flask, key: str) -> ListingRecord:
    with app.app_context():
        return listings.records([key])[key]


def filled(page: Any, at: str, **written: Any) -> dict[str, Any]:
    """What the form would send, with what somebody wrote into it."""
    sent: dict[str, Any] = {}
    for name, value in page.fields(at):
        sent.setdefault(name, []).append(value)
    return {**sent, **written}


class Desk:
    """One person's browser."""

    def __init__(self, client: FlaskClient, read_page: Read) -> None:
        self.client, self.read_page = client, read_page

    def open(self, path: str, status: int = 200) -> Any:
        return self.read_page(self.client.get(path), status)

    def send(self, path: str, at: str = "", status: int = 200, **written: Any) -> Any:
        """Open a page, fill in its form, send it, and read what comes back."""
        at = at or path
        sent = filled(self.open(path), at, **written)
        return self.read_page(self.client.post(at, data=sent, follow_redirects=True), status)


@pytest.fixture
def desk(sign_in: SignIn, read_page: Read) -> Callable[..., Desk]:
    return lambda *roles: Desk(sign_in(*roles), read_page)


def suggested(app: Flask) -> list[suggestions.Suggested]:
    with app.app_context():
        return suggestions.waiting()


# --- checking -------------------------------------------------------------------------------------------------------


def test_one_click_says_that_it_is_still_right(app: Flask, desk: Any, key: str) -> None:
    worker = desk("worker")
    path = f"/staff/listings/{key}/check"
    told = worker.send(path, how="phoned")
    assert "checked today" in told.text
    checked = record_of(app, key).checked
    assert (checked.checked_how, checked.checked_by_role, str(checked.checked_on)) == (
        "phoned", "worker", "2026-11-22",
    )  # fmt: skip
    with app.app_context():
        assert history.of(key).actions[0].actor != "test"


def test_a_check_brings_facts_and_a_note_for_colleagues(app: Flask, desk: Any, key: str) -> None:
    worker = desk("worker")
    path = f"/staff/listings/{key}/check"
    shown = worker.open(path)
    asked = re.findall(r'name="fact:(\w+)"', shown.html)
    assert len(set(asked)) == 6
    fact = asked[0]
    worker.read_page(
        worker.client.post(
            path,
            data={
                **filled(shown, path),
                "how": "visited",
                "note": "The bell is broken",
                f"fact:{fact}": "yes",
            },
            follow_redirects=True,
        )
    )
    record = record_of(app, key)
    found = [one for one in (*record.facts, *record.places[0].facts) if one.key == fact]
    assert [(one.value, one.provenance.checked_how) for one in found] == [("yes", "visited")]
    assert "The bell is broken" in worker.open(f"/staff/listings/{key}/history").text
    public = desk().open(f"/listings/{key}")
    assert "The bell is broken" not in public.html


def test_a_known_fact_that_was_seen_again_says_so_and_the_others_keep_their_day(
    app: Flask, desk: Any, key: str
) -> None:
    checked = Provenance(date(2026, 10, 1), "visited", "worker")
    with app.app_context():
        catalog.amend(
            key, {"facts": (FactRecord("beginners", "yes", checked), FactRecord("quiet", "no", checked))}, "t"
        )
    desk("worker").send(f"/staff/listings/{key}/check", how="phoned", still=["quiet", "no_such_fact"])
    days = {fact.key: str(fact.provenance.checked_on) for fact in record_of(app, key).facts}
    assert days == {"beginners": "2026-10-01", "quiet": "2026-11-22"}
    assert record_of(app, key).facts[1].value == "no"


def test_a_check_without_how_says_so_at_the_field_and_loses_nothing(app: Flask, desk: Any, key: str) -> None:
    path = f"/staff/listings/{key}/check"
    told = desk("worker").send(path, status=422, note="The bell is broken")
    assert "#how" in told.links().values() and "The bell is broken" in told.html
    assert record_of(app, key).checked.checked_on is None


# --- a colleague suggests, a curator decides ------------------------------------------------------------------------


def test_a_worker_suggests_and_a_curator_takes_some_of_it(app: Flask, desk: Any, key: str) -> None:
    desk("worker").send(
        f"/staff/listings/{key}/suggest",
        how="phoned",
        name="Pottery",
        sessions="Thursdays 1pm to 3pm",
        costs="£4.50",
        words="They moved upstairs",
        **{"fact:beginners": "no", "fact:step_free": "no"},
    )
    [one] = suggested(app)
    assert {part.field for part in one.proposals} == {
        "name", "sessions", "costs", "fact:beginners", "fact:step_free",
    }  # fmt: skip
    curator = desk("curator")
    shown = curator.open("/staff/suggestions")
    assert "worker, by phone, today" in shown.text and "They moved upstairs" in shown.text
    assert "1pm to 3pm" in shown.text and "£4.50" in shown.text and "Not for beginners" in shown.text
    told = curator.send(
        "/staff/suggestions",
        f"/staff/suggestions/{one.id}",
        action="take",
        take=["sessions", "costs", "fact:step_free"],
    )
    assert "Done" in told.text and "Nothing waits" in told.text
    record = record_of(app, key)
    assert record.name == "Pottery on Thursdays"
    [session] = record.sessions
    assert (session.opens_at, session.closes_at, session.place_source_id) == ("13:00", "15:00", "clay")
    assert record.costs[0].amount == 4.5
    [step_free] = record.places[0].facts
    assert (step_free.value, step_free.provenance.checked_how) == ("no", "phoned")
    assert "No" not in [fact.value for fact in record.facts]


def test_what_a_curator_took_is_found_by_searching_at_once(app: Flask, desk: Any, key: str) -> None:
    desk("worker").send(f"/staff/listings/{key}/suggest", how="phoned", description="Quoffling for all")
    [one] = suggested(app)
    desk("curator").send(
        "/staff/suggestions", f"/staff/suggestions/{one.id}", action="take", take=["description"]
    )
    assert "Pottery on Thursdays" in desk().open("/?q=quoffling").text


def test_opening_the_form_and_sending_it_unchanged_says_so(app: Flask, desk: Any, key: str) -> None:
    told = desk("worker").send(f"/staff/listings/{key}/suggest", status=422, how="phoned")
    assert "nothing is different" in told.text.lower()
    assert suggested(app) == []


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", ""),
        ("email", "not an address"),
        ("url", "???"),
        ("phones", "ring us"),
        ("description", "x" * 10_001),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    app: Flask, desk: Any, key: str, field: str, bad: str
) -> None:
    told = desk("worker").send(
        f"/staff/listings/{key}/suggest", status=422, how="phoned", words="Keep this", **{field: bad}
    )
    assert f"#{field}" in told.links().values()
    assert "Keep this" in told.html and told.soup.title.get_text().startswith("Something to mend")
    assert suggested(app) == []


def test_what_somebody_else_changed_meanwhile_is_not_undone_by_an_old_form(
    app: Flask, desk: Any, key: str
) -> None:
    worker = desk("worker")
    path = f"/staff/listings/{key}/suggest"
    old = filled(worker.open(path), path, how="phoned", name="Pots")
    with app.app_context():
        catalog.amend(key, {"description": "Vases."}, "test")
    worker.read_page(worker.client.post(path, data=old, follow_redirects=True))
    [one] = suggested(app)
    assert [part.field for part in one.proposals] == ["name"]


def test_sending_a_suggestion_twice_makes_one(app: Flask, desk: Any, key: str) -> None:
    worker = desk("worker")
    path = f"/staff/listings/{key}/suggest"
    sent = filled(worker.open(path), path, how="phoned", name="Pots")
    for _ in range(2):
        worker.read_page(worker.client.post(path, data=sent, follow_redirects=True))
    assert len(suggested(app)) == 1


def test_a_suggestion_decided_twice_is_decided_once(app: Flask, desk: Any, key: str) -> None:
    desk("worker").send(f"/staff/listings/{key}/suggest", how="phoned", name="Pots")
    [one] = suggested(app)
    curator = desk("curator")
    sent = filled(
        curator.open("/staff/suggestions"), f"/staff/suggestions/{one.id}", action="take", take=["name"]
    )
    for words in ("Done", "This was accepted already"):
        told = curator.client.post(f"/staff/suggestions/{one.id}", data=sent, follow_redirects=True)
        assert words in curator.read_page(told).text


def test_taking_nothing_says_so_and_keeps_the_answer(app: Flask, desk: Any, key: str) -> None:
    desk("worker").send(f"/staff/listings/{key}/suggest", how="phoned", name="Pots")
    [one] = suggested(app)
    told = desk("curator").send(
        "/staff/suggestions", f"/staff/suggestions/{one.id}", 422, action="take", take=[], answer="Because"
    )
    assert f"#take-{one.id}" in told.links().values() and "Because" in told.html
    assert len(suggested(app)) == 1


def test_script_in_every_field_is_shown_as_it_was_written_and_never_run(
    app: Flask, desk: Any, key: str
) -> None:
    script = "<script>alert(1)</script>"
    desk("worker").send(
        f"/staff/listings/{key}/suggest",
        how="phoned",
        name=script,
        description=script,
        what_to_expect=script,
        sessions=script,
        costs=script,
        fees_description=script,
        words=script,
    )
    shown = desk("curator").open("/staff/suggestions")
    assert "&lt;script&gt;alert(1)" in shown.html and "<script>alert" not in shown.html


# --- the group's own link -------------------------------------------------------------------------------------------


def link_for(desk: Any, key: str) -> str:
    made = desk("worker").send(f"/staff/listings/{key}/check", f"/staff/listings/{key}/link")
    address = made.soup.find("p", class_="kith-link-to-send").get_text(strip=True)
    return str(address.split("localhost", 1)[1])


def test_a_group_confirms_its_entry_without_an_account_or_a_cookie(
    app: Flask, desk: Any, key: str, read_page: Read
) -> None:
    path = link_for(desk, key)
    stranger = app.test_client(use_cookies=False)
    shown = read_page(stranger.get(path))
    assert "Pottery on Thursdays" in shown.text and "Zuleika" not in shown.html
    thanked = read_page(stranger.post(path, data={"action": "right"}, follow_redirects=True))
    assert "We have what you sent" in thanked.text
    assert record_of(app, key).checked.checked_on is None
    [one] = suggested(app)
    assert (one.kind, one.by_role) == ("confirmation", "group")
    desk("curator").send("/staff/suggestions", f"/staff/suggestions/{one.id}", action="take")
    assert record_of(app, key).checked.checked_by_role == "the group itself"


def test_a_link_and_a_report_about_a_group_that_was_merged_are_about_the_one_that_stands_for_it(
    app: Flask, desk: Any, key: str, read_page: Read
) -> None:
    path, visitor = link_for(desk, key), desk()
    report = filled(visitor.open(f"/wrong/{key}"), f"/wrong/{key}", category="closed", words="Nobody there")
    with app.app_context():
        keep = catalog.add(replace(listings.records([key])[key], source_id=uuid4().hex), "test")
        catalog.merge(keep, key, {}, "test")
    read_page(app.test_client().post(path, data={"action": "right"}, follow_redirects=True))
    read_page(visitor.client.post(f"/wrong/{key}", data=report, follow_redirects=True))
    assert {(one.listing.id, one.kind) for one in suggested(app)} == {
        (keep, "confirmation"),
        (keep, "report"),
    }


def test_a_group_corrects_its_entry_and_a_used_link_says_so(app: Flask, desk: Any, key: str) -> None:
    path = link_for(desk, key)
    group = desk()
    page = group.open(path)
    sent = filled(page, path, action="send", email="new@example.org", **{"fact:beginners": "unknown"})
    first = group.read_page(group.client.post(path, data=sent, follow_redirects=True))
    again = group.read_page(group.client.post(path, data=sent, follow_redirects=True))
    assert "We have what you sent" in first.text and "has been used" in again.text
    other = group.read_page(group.client.post(path, data={**sent, "words": "And more"}), 409)
    assert "used already" in other.text and "And more" in other.html
    [one] = suggested(app)
    assert {part.field: part.proposed for part in one.proposals} == {
        "email": "new@example.org",
        "fact:beginners": None,
    }
    assert record_of(app, key).email == "clay@example.org"


def test_sending_the_groups_form_unchanged_confirms_it(app: Flask, desk: Any, key: str) -> None:
    path = link_for(desk, key)
    desk().send(path)
    assert [one.kind for one in suggested(app)] == ["confirmation"]


def test_an_old_link_and_a_forged_one_get_a_plain_page(
    app: Flask, desk: Any, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link_for(desk, key)
    group = desk()
    assert "cannot find" in group.open(path + "x", 404).text
    monkeypatch.setattr(group_links, "GOOD_FOR", timedelta(seconds=-1))
    assert "too old" in group.open(path, 410).text
    group.read_page(group.client.post(path, data={"action": "right"}), 410)
    assert suggested(app) == [] and timedelta(days=14) == GOOD_FOR


# --- anybody says that something is wrong ---------------------------------------------------------------------------


def test_anybody_can_say_that_something_is_wrong(app: Flask, desk: Any, key: str) -> None:
    visitor = desk()
    listing = visitor.open(f"/listings/{key}")
    assert listing.links()["Something’s wrong here?"] == f"/wrong/{key}"
    told = visitor.send(f"/wrong/{key}", category="closed", words="Nobody was there")
    assert "We have your message" in told.text
    [one] = suggested(app)
    assert (one.kind, one.category, one.words, one.wants_answer) == (
        "report",
        "closed",
        "Nobody was there",
        False,
    )
    assert record_of(app, key).status == "active"


def test_without_mail_nobody_is_asked_for_an_address(app: Flask, desk: Any, key: str) -> None:
    assert "email address, if" not in desk().open(f"/wrong/{key}").text


def test_the_reporter_hears_the_outcome_and_the_address_is_shown_to_nobody(
    app: Flask, desk: Any, key: str, outbox: list[Any]
) -> None:
    desk().send(f"/wrong/{key}", category="times", address="ria@example.org")
    curator = desk("curator")
    shown = curator.open("/staff/suggestions")
    assert "asked to hear" in shown.text and "ria@" not in shown.html
    [one] = suggested(app)
    curator.send(
        "/staff/suggestions", f"/staff/suggestions/{one.id}", action="take", answer="It is at ten now."
    )
    [letter] = outbox
    assert letter.to == ["ria@example.org"] and "It is at ten now." in letter.body
    for page in (f"/listings/{key}", f"/staff/listings/{key}/history", "/staff/suggestions"):
        assert "ria@" not in curator.open(page).html
    with app.app_context():
        assert db.session.scalar(sa.select(ReplyAddress.id)) is None


def test_an_answer_that_could_not_go_out_waits_and_can_be_sent_again(
    app: Flask, desk: Any, key: str, outbox: list[Any]
) -> None:
    desk().send(f"/wrong/{key}", category="times", address="ria@example.org")
    [one] = suggested(app)
    mail = app.extensions.pop("mailman")
    curator = desk("curator")
    told = curator.send("/staff/suggestions", f"/staff/suggestions/{one.id}", action="decline")
    assert "could not be sent" in told.text and "1 answer" in told.text
    app.extensions["mailman"] = mail
    assert "on their way" in curator.send("/staff/suggestions", "/staff/suggestions/answers").text
    assert len(outbox) == 1


@pytest.mark.parametrize(
    "address",
    ["a@clay..org", f"a@{'x' * 70}.org", "a@[clay.org", "a@clay.org.", "a\\b@clay.org", "a\x00b@clay.org"],
)
def test_an_address_that_no_letter_can_go_to_is_refused_where_it_is_written(
    app: Flask, desk: Any, key: str, outbox: list[Any], address: str
) -> None:
    told = desk().send(f"/wrong/{key}", status=422, category="closed", words="Gone.", address=address)
    assert "#address" in told.links().values() and suggested(app) == []


def test_one_address_that_no_letter_can_go_to_does_not_keep_the_others_waiting(
    app: Flask, desk: Any, key: str, outbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "is_address", lambda _text: True)
    visitor, curator = desk(), desk("curator")
    for address in ("a@cläy..org", "jo@example.org"):
        visitor.send(f"/wrong/{key}", category="closed", words=f"Gone, says {address}", address=address)
    for one in suggested(app):
        curator.send("/staff/suggestions", f"/staff/suggestions/{one.id}", action="decline")
    assert [letter.to for letter in outbox] == [["jo@example.org"]]


@pytest.mark.parametrize(
    ("written", "field"),
    [({}, "category"), ({"category": "x"}, "category"), ({"category": "other", "address": "ria"}, "address")],
)
def test_a_report_that_lacks_something_comes_back_with_what_was_written(
    app: Flask, desk: Any, key: str, outbox: list[Any], written: dict[str, str], field: str
) -> None:
    told = desk().send(f"/wrong/{key}", status=422, words="Nobody there", **written)
    assert f"#{field}" in told.links().values() and "Nobody there" in told.html
    assert suggested(app) == []


def test_a_report_from_a_page_that_was_open_too_long_is_not_lost(app: Flask, desk: Any, key: str) -> None:
    visitor = desk()
    sent = {"category": "closed", "words": "Nobody there", "csrf_token": "stale"}
    told = visitor.read_page(visitor.client.post(f"/wrong/{key}", data=sent), 400)
    assert "open for too long" in told.text and "Nobody there" in told.html
    again = filled(told, f"/wrong/{key}")
    assert (
        "We have"
        in visitor.read_page(visitor.client.post(f"/wrong/{key}", data=again, follow_redirects=True)).text
    )


def test_a_program_that_fills_in_everything_is_thanked_and_not_heard(app: Flask, desk: Any, key: str) -> None:
    told = desk().send(f"/wrong/{key}", category="closed", company="Cheap pills")
    assert "Thank you" in told.text and suggested(app) == []


def test_too_many_reports_wait_and_keep_their_words(app: Flask, desk: Any, key: str) -> None:
    visitor = desk()
    for number in range(5):
        visitor.send(f"/wrong/{key}", category="closed", words=f"Message {number}")
    told = visitor.send(f"/wrong/{key}", status=429, category="closed", words="Message 6")
    assert "Wait" in told.text and "Message 6" in told.html
    assert 0 < int(told.headers["Retry-After"]) <= 3600
    assert len(suggested(app)) == 5


def test_nothing_is_reported_about_what_asked_not_to_be_listed(app: Flask, desk: Any) -> None:
    with app.app_context():
        hidden = listings.ids(["town:hush"])["town:hush"]
    assert "Something’s wrong" not in desk().open(f"/wrong/{hidden}", 404).text


# --- history --------------------------------------------------------------------------------------------------------


def test_the_history_is_read_by_people_and_any_version_can_be_put_back(
    app: Flask, desk: Any, key: str
) -> None:
    curator = desk("curator")
    with app.app_context():
        catalog.amend(key, {"description": "Bowls, mugs and vases.", "phones": ()}, "test")
        first = history.of(key).actions[-1].version
    shown = curator.open(f"/staff/listings/{key}/history")
    assert "What it is" in shown.text and "01632 960111" in shown.text
    assert shown.soup.find("ins") and shown.soup.find("del")
    told = curator.send(f"/staff/listings/{key}/history/{first}")
    assert "back as it was" in told.text
    record = record_of(app, key)
    assert (record.description, record.phones) == ("Bowls and mugs.", (PhoneRecord("01632 960111"),))


def test_a_long_history_shows_its_newest_part_first_and_all_of_it_on_demand(
    app: Flask, desk: Any, key: str
) -> None:
    with app.app_context():
        for number in range(51):
            catalog.amend(key, {"description": f"Bowls of number {number}."}, "test")
    worker, path = desk("worker"), f"/staff/listings/{key}/history"
    short = worker.open(path)
    everything = worker.open(short.links()["Show 2 older changes"])
    shown = [len(one.soup.find_all("li", class_="kith-card")) for one in (short, everything)]
    assert shown == [50, 52]
    assert "added this" in everything.text and "added this" not in short.text


def test_only_what_is_ticked_is_put_back(app: Flask, desk: Any, key: str) -> None:
    with app.app_context():
        catalog.amend(key, {"description": "Vases.", "phones": ()}, "test")
        first = history.of(key).actions[-1].version
    path = f"/staff/listings/{key}/history/{first}"
    curator = desk("curator")
    curator.send(path, field=["phones"])
    assert record_of(app, key).description == "Vases."
    curator.send(path, status=422, field=[])


def test_putting_back_what_somebody_changed_meanwhile_shows_it_again(app: Flask, desk: Any, key: str) -> None:
    with app.app_context():
        catalog.amend(key, {"description": "Vases."}, "test")
        first = history.of(key).actions[-1].version
    curator, path = desk("curator"), f"/staff/listings/{key}/history/{first}"
    old = filled(curator.open(path), path)
    with app.app_context():
        catalog.amend(key, {"description": "Vases and jugs."}, "test")
    told = curator.read_page(curator.client.post(path, data=old), 409)
    assert "Somebody changed this" in told.text and "jugs" in told.text
    assert record_of(app, key).description == "Vases and jugs."


def test_my_last_change_can_be_undone_and_a_colleagues_cannot(app: Flask, desk: Any, key: str) -> None:
    curator, undo = desk("curator"), f"/staff/listings/{key}/history/undo"
    path = f"/staff/listings/{key}/history"
    assert "Undo my last change" not in curator.open(path).text
    curator.send(f"/staff/listings/{key}/check", how="phoned")
    sent = filled(curator.open(path), undo)
    assert "Undone" in curator.read_page(curator.client.post(undo, data=sent, follow_redirects=True)).text
    assert record_of(app, key).checked.checked_on is None
    again = curator.client.post(undo, data=sent, follow_redirects=True)
    assert "nothing to undo" in curator.read_page(again).text
    assert "Undo my last change" not in desk("lead").open(path).text


def test_a_contact_for_one_colleague_alone_is_not_in_a_workers_history(
    app: Flask, desk: Any, key: str
) -> None:
    with app.app_context():
        catalog.amend(key, {"contacts": ()}, "test")
    path = f"/staff/listings/{key}/history"
    assert "Balthazar" in desk("curator").open(path).text
    worker = desk("worker").open(path)
    assert "Balthazar" not in worker.html and "Zuleika" in worker.text
    assert "Undo" not in worker.text


# --- erasing --------------------------------------------------------------------------------------------------------


def test_a_lead_erases_somebody_and_the_history_says_that_something_went(
    app: Flask, desk: Any, key: str
) -> None:
    lead, path = desk("lead"), f"/staff/listings/{key}/erase"
    shown = lead.open(path)
    wanted = [
        box["value"]
        for box in shown.soup.find_all("input", attrs={"name": "key"})
        if re.search("Zuleika|07700", shown.soup.find("label", attrs={"for": box["id"]}).get_text())
    ]
    assert len(wanted) == 2
    assert "#sure" in lead.send(path, status=422, key=wanted, reason="asked").links().values()
    assert "#reason" in lead.send(path, status=422, key=wanted, sure="yes").links().values()
    assert record_of(app, key).contacts[0].name == "Zuleika"
    told = lead.send(path, key=wanted, reason="asked", sure="yes")
    assert "Erased 2 things" in told.text and "erased something personal" in told.text
    assert record_of(app, key).contacts[0] == ContactRecord(None, "potter", visibility="staff")
    for page in (path, f"/staff/listings/{key}/history"):
        assert "Zuleika" not in lead.open(page).html
