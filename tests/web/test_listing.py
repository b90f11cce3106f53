"""One listing's page: what is known, what is not, and what is nobody's business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import listings
from directory.asking import facts_of
from directory.web.known import GROUPS, KnownFact, known, unknown
from directory.web.listing_page import page_of
from importers.records import FactRecord, ListingRecord, SessionRecord
from matching.vocabulary import needs


def test_the_page_says_what_when_where_cost_and_whom_to_ask(page: Callable[..., Any]) -> None:
    found = page("/listings/town:open-mic")
    for said in (
        "Jokes, songs and stories",
        "Ring the bell",
        "Tuesdays, 2pm to 4pm",
        "1 High Street",
        "Free",
    ):
        assert said in found.text
    assert "Amir Host" in found.text
    assert found.links()["0114 496 0000"] == "tel:01144960000"
    assert found.links()["amir@example.org"] == "mailto:amir@example.org"


def test_the_page_says_when_it_is_next(page: Callable[..., Any]) -> None:
    assert "Next: Tuesday 24 November" in page("/listings/town:open-mic").text


@pytest.mark.parametrize(
    "more", [{"status": "paused"}, {"sessions": (SessionRecord("WEEKLY", 2, byday="TU"),)}, {"sessions": ()}]
)
def test_a_day_that_is_not_certain_is_not_named(more: dict[str, Any]) -> None:
    settled: dict[str, Any] = {"sessions": (SessionRecord("WEEKLY", byday="TU"),), **more}
    record = ListingRecord(source="town", source_id="a", name="Tea", **settled)
    assert page_of(record, date(2026, 11, 22)).next_on == ""


def test_what_only_staff_may_see_is_not_in_the_page(page: Callable[..., Any]) -> None:
    html = page("/listings/town:open-mic").html
    for private in ("Secret Sue", "sue@example.org", "Bring cake", "Jo Colleague"):
        assert private not in html


def test_a_listing_has_the_same_page_by_uuid(app: Flask, page: Callable[..., Any]) -> None:
    with app.app_context():
        listing = listings.by_ref("town:open-mic")
    assert "Tuesday Open Mic" in page(f"/listings/{listing.id}").text


def test_known_facts_say_who_checked_them_how_and_when(page: Callable[..., Any]) -> None:
    text = page("/listings/town:open-mic").text
    assert "Step-free all the way in" in text and "No accessible toilet" in text
    assert "Checked 3 weeks ago by visiting (link worker)" in text


def test_what_is_not_known_is_a_question_and_never_a_no(page: Callable[..., Any]) -> None:
    text = page("/listings/town:bare").text
    assert "What we do not know yet" in text
    assert "Is it step-free from the street to the room?" in text
    assert "Steps to get in" not in text


def test_a_known_fact_is_not_asked_for(page: Callable[..., Any]) -> None:
    assert "Is it step-free from the street to the room?" not in page("/listings/town:open-mic").text


def test_rooms_are_not_asked_of_something_online(page: Callable[..., Any]) -> None:
    assert "step-free" not in page("/listings/town:jokes-online").text


def test_a_listing_with_nothing_but_a_name_says_so_plainly(page: Callable[..., Any]) -> None:
    text = page("/listings/town:bare").text
    for said in (
        "do not know the times",
        "do not know where",
        "do not know what it costs",
        "how to get in touch",
    ):
        assert said in text


def test_a_withheld_place_shows_its_town_and_how_to_learn_more(page: Callable[..., Any]) -> None:
    found = page("/listings/town:safe-table?near=S97")
    assert "The address is given after you get in touch." in found.text and "Quarrytown" in found.text
    assert "Hidden Row" not in found.html and "S97 1AA" not in found.html and not found.soup.find("svg")


def test_a_private_place_shows_nothing_of_where_it_is(page: Callable[..., Any]) -> None:
    found = page("/listings/town:home-knit?near=S97")
    assert "private address" in found.text and not found.soup.find("svg")


def test_a_head_office_is_not_put_on_a_map(page: Callable[..., Any]) -> None:
    assert not page("/listings/town:helpline?near=S97").soup.find("svg")


def test_with_a_place_to_start_from_the_page_has_a_small_map(page: Callable[..., Any]) -> None:
    assert "from S97 2BB" in page("/listings/town:open-mic", near="S97 2BB").soup.find("svg")["aria-label"]


def test_a_closed_listing_says_so_and_gives_no_way_to_go_there(page: Callable[..., Any]) -> None:
    found = page("/listings/town:old-club")
    assert "This has closed." in found.text
    assert found.soup.find("meta", attrs={"name": "robots", "content": "noindex"})


def test_a_paused_listing_says_to_ask_first(page: Callable[..., Any]) -> None:
    assert "This is paused at the moment." in page("/listings/town:rest").text


def test_who_asked_not_to_be_listed_has_no_page(page: Callable[..., Any]) -> None:
    assert "Not To Be Listed" not in page("/listings/town:hush", 404).html


@pytest.mark.parametrize(
    "ref", ["town:nobody", "nobody", "town:%00", "..%2f..%2fetc", "%F0%9F%98%80", ":" * 300]
)
def test_an_unknown_listing_is_a_kind_404(ref: str, page: Callable[..., Any]) -> None:
    page(f"/listings/{ref}", 404)


def test_an_old_check_warns_and_no_check_says_so(page: Callable[..., Any]) -> None:
    assert "ring first" in page("/listings/town:comedy-night").text
    assert "Much may have changed" in page("/listings/town:shouting/slash").text
    assert "We have not checked this yet" in page("/listings/town:choir").text


def test_a_link_that_is_no_web_address_is_only_text(page: Callable[..., Any]) -> None:
    assert "javascript:" not in " ".join(page("/listings/town:shouting/slash").links().values())


def test_listing_pages_may_be_found_by_search_engines(client: FlaskClient) -> None:
    assert "X-Robots-Tag" not in client.get("/listings/town:open-mic").headers


def test_every_fact_of_the_vocabulary_has_one_place_on_the_page() -> None:
    placed = [key for _, keys in GROUPS for key in keys]
    assert sorted(placed) == sorted(needs.facts())


def test_every_known_fact_is_shown_and_every_other_one_asked() -> None:
    record = ListingRecord(source="s", source_id="1", name="n", facts=(FactRecord("quiet", "yes"),))
    first, more = unknown(record)
    assert set(facts_of(record)) == {"quiet"}
    assert len(first) + len(more) == len(needs.facts()) - 1


def shown(key: str, value: str) -> KnownFact:
    record = ListingRecord(source="s", source_id="1", name="n", facts=(FactRecord(key, value),))
    ((_, (fact,)),) = known(record, date(2026, 11, 22))[0].checks
    return fact


def test_a_limit_has_neither_tick_nor_cross_that_says_the_opposite() -> None:
    assert shown("adults_only", "yes").sign == "so"
    assert shown("quiet", "no").sign == "so"  # "It can be loud"
    assert shown("accessible_toilet", "no").sign == "bad"  # "No accessible toilet"
    assert shown("step_free", "yes").sign == shown("gambling", "no").sign == "good"


def test_a_cross_stands_only_by_a_sentence_that_itself_says_no() -> None:
    for key, entry in needs.facts().items():
        for value in entry.values:
            fact = shown(key, value)
            said = {word.strip(",") for word in fact.text.lower().split()}
            assert fact.sign != "bad" or said & {"no", "not", "nobody", "nothing", "nowhere", "cannot"}, fact


@pytest.mark.parametrize(
    ("booking", "says"),
    [
        (("none",), "No need to book."),
        (("phone",), "Book by phone."),
        (("phone", "online"), "Book by phone or online."),
        (("none", "phone"), "No need to book. You can also ring first."),
        (("email", "none", "phone"), "No need to book. You can also email or ring first."),
        (("none", "in_person"), "No need to book. You can also go there and ask first."),
        ((), ""),
    ],
)
def test_how_to_book_reads_as_a_person_would_say_it(booking: tuple[str, ...], says: str) -> None:
    record = ListingRecord(source="s", source_id="1", name="n", booking=booking)
    assert " ".join(page_of(record, date(2026, 11, 22)).joining) == says
