from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import catalog, create_app, duplicates, listings
from directory.config import Settings
from directory.database import opened, release
from directory.serving import engines
from directory.web import side_by_side
from importers.records import (
    FactRecord,
    ListingRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
)

SignIn = Callable[..., FlaskClient]
HALL = PlaceRecord(
    source_id="hall", name="Mill Hall", address_1="4 Mill Lane", city="Quarrytown", postal_code="S97 1AA"
)
TUESDAY = SessionRecord(freq="WEEKLY", byday="TU", opens_at="10:00", closes_at="12:00")
OURS = ListingRecord(
    source="town",
    source_id="knit",
    name="Mill Hall Knitters",
    description="Wool, tea and talk.",
    places=(HALL,),
    sessions=(TUESDAY,),
    facts=(FactRecord("beginners", "yes"), FactRecord("quiet", "yes")),
    tips=("Pat saves seats",),
    checked=Provenance(date(2026, 10, 1), "visited"),
)
THEIRS = replace(
    OURS,
    source="county",
    source_id="77",
    name="The Mill Hall Knitters Group",
    description="Knit with others at Mill Hall.",
    facts=(FactRecord("beginners", "no"),),
    phones=(PhoneRecord("01632 960777"),),
    tips=(),
    checked=Provenance(),
)
CHESS = replace(
    OURS, source_id="chess", name="Quarrytown Chess Circle", description="Chess for all.",
    sessions=(replace(TUESDAY, byday="FR"),), tips=(), facts=(),
)  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A directory in which one group stands twice."""
    made = create_app(Settings.load(tmp_path, {"KITH_TODAY": "2026-11-22"}), TESTING=True)
    made.config["WTF_CSRF_CHECK_DEFAULT"] = False
    with opened(made):
        for record in (OURS, THEIRS, CHESS):
            catalog.add(record, "test")
        engines().catch_up()
    yield made
    with made.app_context():
        release()


@pytest.fixture
def ids(app: Flask) -> tuple[str, str]:
    with app.app_context():
        found = listings.ids([OURS.ref, THEIRS.ref])
    return found[OURS.ref], found[THEIRS.ref]


@pytest.fixture
def open_page(sign_in: SignIn, shared_page: Any) -> Callable[..., Any]:
    """A page as a curator sees it, without a fault."""
    client = sign_in("curator")

    def see(path: str, status: int = 200) -> Any:
        found = shared_page(client.get(path))
        assert found.status == status, found.text[:300]
        assert found.faults == []
        assert found.headers["Cache-Control"] == "no-store"
        return found

    return see


@pytest.fixture
def shared_page(page: Callable[..., Any]) -> Any:
    """The reader of pages that tests/web/conftest.py has."""
    return page.__globals__["Page"]


def test_the_list_shows_the_pair_once_and_why(open_page: Callable[..., Any], ids: tuple[str, str]) -> None:
    found = open_page("/staff/duplicates")
    assert "1 pair to look at" in found.text
    assert "Same postcode".casefold() in found.text.casefold()
    assert f"/staff/duplicates/{ids[0]}/{ids[1]}" in found.links().values()
    assert "Chess" not in found.text


def test_two_side_by_side_with_the_better_checked_chosen(
    open_page: Callable[..., Any], ids: tuple[str, str]
) -> None:
    found = open_page(f"/staff/duplicates/{ids[0]}/{ids[1]}")
    chosen = {str(one["name"]): str(one["value"]) for one in found.soup.find_all("input", checked=True)}
    assert chosen == {"choice-name": "keep", "choice-description": "keep", "choice-facts.beginners": "keep"}
    assert "Pat saves seats" in found.text and "01632 960777" in found.text
    assert found.soup.title.get_text() == "Are these the same? – Kith"
    swapped = open_page(f"/staff/duplicates/{ids[1]}/{ids[0]}")
    assert swapped.soup.find("input", id="choice-name-other").has_attr("checked")


def test_merging_then_undo(
    app: Flask, sign_in: SignIn, open_page: Callable[..., Any], ids: tuple[str, str], client: FlaskClient
) -> None:
    keep, other = ids
    curator = sign_in("curator")
    sent = {"seen_keep": 1, "seen_other": 1, "choice-name": "other", "choice-facts.beginners": "other"}
    answer = curator.post(f"/staff/duplicates/{keep}/{other}/merge", data=sent)
    assert answer.status_code == 302
    done = answer.headers["Location"]
    assert "They are one listing now" in open_page(done).text
    with app.app_context():
        kept = listings.by_ref(THEIRS.ref)
        assert kept.id == keep
        assert kept.record.name == "The Mill Hall Knitters Group"
        assert [(f.key, f.value) for f in kept.record.facts] == [("beginners", "no"), ("quiet", "yes")]
    led = client.get(f"/listings/{THEIRS.ref}?near=S97+1AA")
    assert led.headers["Location"] == f"/listings/{OURS.ref}?near=S97+1AA"
    assert "The Mill Hall Knitters Group" in client.get(led.headers["Location"]).get_data(as_text=True)
    assert curator.get(f"/staff/duplicates/{keep}/{other}").headers["Location"] == done
    assert "Nothing to look at" in open_page("/staff/duplicates").text

    again = curator.post(f"/staff/duplicates/{keep}/{other}/merge", data=sent)
    assert again.headers["Location"] == done

    undone = curator.post(f"{done}/undo")
    assert undone.headers["Location"] == f"/staff/duplicates/{keep}/{other}"
    with app.app_context():
        assert [listings.by_ref(one.ref).record for one in (OURS, THEIRS)] == [OURS, THEIRS]
    assert "two listings again" in open_page(done).text
    assert "1 pair" in open_page("/staff/duplicates").text


def test_search_hears_of_a_merge(
    app: Flask, sign_in: SignIn, ids: tuple[str, str], client: FlaskClient
) -> None:
    def hits() -> int:
        return int(client.get("/api/search?q=knitters").get_json()["total"])

    assert hits() == 2
    done = sign_in("curator").post(f"/staff/duplicates/{ids[0]}/{ids[1]}/merge", data={})
    assert hits() == 1
    sign_in("curator").post(f"{done.headers['Location']}/undo")
    assert hits() == 2


def test_who_merges_what_somebody_changed_meanwhile_looks_again_and_loses_no_choice(
    app: Flask, sign_in: SignIn, ids: tuple[str, str], shared_page: Any
) -> None:
    with app.app_context():
        catalog.amend(ids[1], {"alert": "Moved upstairs"}, "tom")
    sent = {"seen_keep": 1, "seen_other": 1, "choice-name": "other"}
    found = shared_page(sign_in("curator").post(f"/staff/duplicates/{ids[0]}/{ids[1]}/merge", data=sent))
    assert found.status == 409 and found.faults == []
    assert "while you looked" in found.text and "Moved upstairs" in found.text
    assert found.soup.find("input", id="choice-name-other").has_attr("checked")
    with app.app_context():
        assert listings.by_ref(THEIRS.ref).id == ids[1]


def test_what_changed_since_the_merge_is_said_and_nothing_is_undone(
    app: Flask, sign_in: SignIn, ids: tuple[str, str], shared_page: Any
) -> None:
    curator = sign_in("curator")
    done = curator.post(f"/staff/duplicates/{ids[0]}/{ids[1]}/merge", data={}).headers["Location"]
    with app.app_context():
        catalog.amend(ids[0], {"what_to_expect": "Biscuits"}, "tom")
    found = shared_page(curator.post(f"{done}/undo"))
    assert found.status == 409 and found.faults == []
    assert "changed since the merge: what to expect" in found.text
    with app.app_context():
        assert listings.by_ref(THEIRS.ref).id == ids[0]


def test_not_the_same_is_remembered_until_somebody_thinks_again(
    app: Flask, sign_in: SignIn, open_page: Callable[..., Any], ids: tuple[str, str]
) -> None:
    curator = sign_in("curator")
    path = f"/staff/duplicates/{ids[0]}/{ids[1]}"
    answer = curator.post(f"{path}/apart")
    assert "stay two listings" in open_page(answer.headers["Location"]).text
    assert "found two listings" in open_page(path).text
    curator.post("/staff/duplicates/seek")
    assert "Nothing to look at" in open_page("/staff/duplicates").text
    curator.post(f"{path}/together")
    assert "1 pair" in open_page("/staff/duplicates").text


def test_a_made_up_choice_and_a_pair_that_is_not_there_are_refused(
    app: Flask, sign_in: SignIn, ids: tuple[str, str]
) -> None:
    curator = sign_in("curator")
    path = f"/staff/duplicates/{ids[0]}/{ids[1]}"
    assert curator.post(f"{path}/merge", data={"choice-name": "both"}).status_code == 400
    assert curator.get(f"/staff/duplicates/{ids[0]}/{ids[0]}").status_code == 404
    assert curator.get("/staff/duplicates/merged/7").status_code == 404
    with app.app_context():
        assert listings.count() == 3


@pytest.mark.parametrize("who", ["worker", "individual"])
def test_only_who_keeps_the_directory_merges(sign_in: SignIn, ids: tuple[str, str], who: str) -> None:
    answer = sign_in(who).post(f"/staff/duplicates/{ids[0]}/{ids[1]}/merge")
    assert answer.status_code == (403 if who == "worker" else 404)


def test_words_from_a_listing_are_text(app: Flask, sign_in: SignIn, open_page: Callable[..., Any]) -> None:
    with app.app_context():
        record = replace(
            CHESS, source_id="x", name="Quarrytown <b>Chess</b> Circle", url="javascript:alert(1)"
        )
        first, second = catalog.add(record, "test"), listings.by_ref(CHESS.ref).id
        duplicates.seek()
    found = open_page(f"/staff/duplicates/{first}/{second}")
    assert "<b>Chess" not in found.html and 'href="javascript' not in found.html


def test_no_wait_and_goals_are_said_side_by_side_as_people_say_them() -> None:
    today = date(2026, 11, 22)
    assert side_by_side.lines("wait_weeks", 0, today) == ("0",)
    assert side_by_side.lines("goals", ("friend",), today) == ("Make a friend",)
    assert side_by_side.lines("description", "One.\n\nTwo.", today) == ("One.", "Two.")
