"""Searching: what the address asks for, what the list says, and what the map may show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from directory.search_index.text import snippet, stem
from directory.web.browse import asked, criteria_of, link, not_said

OPTIONS = ("q", "near", "within", "cost", "format", "day", "access", "sort", "page")


def test_the_first_page_offers_search_matching_and_a_few_ways_in(page: Callable[..., Any]) -> None:
    found = page("/")
    assert found.soup.find("input", attrs={"name": "q"})
    assert found.links()["Find places that fit"] == "/match"
    assert found.links()["Everything"] == "/?q="


def test_a_result_says_name_organisation_time_cost_and_when_it_was_checked(page: Callable[..., Any]) -> None:
    text = page("/", q="open mic", near="S97 1AA").text
    for said in (
        "Tuesday Open Mic",
        "Moor House",
        "Tuesdays, 2pm to 4pm",
        "Free",
        "Checked 3 weeks ago",
        "100 m",
    ):
        assert said in text


def test_from_the_middle_of_a_district_nobody_is_told_metres(page: Callable[..., Any]) -> None:
    text = page("/", q="open mic", near="S97").text
    assert "About 1 km" in text and "100 m" not in text


def test_the_words_looked_for_are_marked(page: Callable[..., Any]) -> None:
    assert [mark.get_text() for mark in page("/", q="stand-up").soup.find_all("mark")]


def test_times_that_the_snippet_tells_already_are_not_told_again_below_it() -> None:
    times = 'Monday Bad Bikes & "tea"  5pm'
    found = snippet(f"A hall.\n\n{times}", {stem("bikes")})
    assert "<mark>Bikes</mark>" in found
    assert not_said(found, [times, "Tuesdays, 2pm to 4pm"]) == ["Tuesdays, 2pm to 4pm"]


def test_closed_and_unlisted_places_are_never_found(page: Callable[..., Any]) -> None:
    text = page("/", q="chess").text
    assert "Old Chess Club" not in text and "Not To Be Listed" not in text


def test_a_paused_place_says_so(page: Callable[..., Any]) -> None:
    assert "Paused at the moment." in page("/", q="walks").text


def test_facets_are_ticks_of_one_form_that_keeps_words_and_place(page: Callable[..., Any]) -> None:
    form = page("/", q="comedy", near="S97").soup.find("form", class_="kith-facets")
    assert form["method"] == "get"
    assert form.find("input", attrs={"name": "q"})["value"] == "comedy"
    assert form.find("input", attrs={"name": "near"})["value"] == "S97"
    assert form.find("button", attrs={"type": "submit"})
    free = form.find("input", attrs={"name": "cost", "value": "free"})
    assert "(1)" in form.find("label", attrs={"for": free["id"]}).get_text()


def test_a_ticked_facet_stays_ticked_and_narrows(page: Callable[..., Any]) -> None:
    found = page("/", q="", access="step_free")
    assert found.soup.find("input", attrs={"name": "access", "value": "step_free"}).has_attr("checked")
    assert "Tuesday Open Mic" in found.text and "Comedy Night" not in found.text


def test_a_misspelt_word_gets_a_link_to_the_right_one(page: Callable[..., Any]) -> None:
    found = page("/", q="comdy")
    assert "Did you mean" in found.text
    assert any("q=comedy" in href for href in found.links().values())


def test_an_unknown_place_is_said_and_the_search_goes_on(page: Callable[..., Any]) -> None:
    found = page("/", q="comedy", near="Atlantis")
    assert "Atlantis" in found.text and "Comedy Night" in found.text


def test_nothing_found_says_what_to_try(page: Callable[..., Any]) -> None:
    found = page("/", q="comedy", cost="over_6")
    assert "Look again without the choices you ticked" in found.links()


def test_the_map_pins_what_may_be_shown_with_the_numbers_of_the_list(page: Callable[..., Any]) -> None:
    found = page("/", q="", near="S97 1AA")
    says = found.soup.find("svg")["aria-label"]
    assert "Tuesday Open Mic" in says and "from S97 1AA" in says
    for hidden in ("The Safe Table", "Knitting at Pat's", "Night Line", "Bare Mention"):
        assert hidden not in says
    cards = {li.find("a").get_text(): li for li in found.soup.find_all("li", class_="kith-card")}
    number = cards["Tuesday Open Mic"].find(class_="kith-number").get_text().split()[-1]
    assert f"{number}, Tuesday Open Mic" in says
    assert cards["The Safe Table"].find(class_="kith-number") is None


def test_a_withheld_or_private_address_is_nowhere_on_the_page(page: Callable[..., Any]) -> None:
    html = page("/", q="", near="S97 1AA").html
    assert "Hidden Row" not in html


def test_hostile_text_in_a_listing_is_only_text(page: Callable[..., Any]) -> None:
    found = page("/", q="chess")
    assert found.soup.find("script", string="alert(1)") is None
    assert "Slash & <b>Sons</b>" in found.text


def test_words_of_the_search_are_not_in_the_title(page: Callable[..., Any]) -> None:
    assert "secretword" not in page("/", q="secretword").soup.title.get_text()


@pytest.mark.parametrize("bad", ["-1", "0", "abc", "٣", "9" * 30, "1e9"])
def test_an_odd_page_number_is_no_error(bad: str, page: Callable[..., Any]) -> None:
    assert page("/", q="", page=bad).text


def test_what_is_not_understood_in_an_address_is_left_out() -> None:
    criteria = criteria_of(
        MultiDict([("cost", "free"), ("cost", "stolen"), ("sort", "evil"), ("within", "x")])
    )
    assert criteria.cost == ("free",) and criteria.sort == "relevance" and criteria.within_km is None


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(OPTIONS), st.text(), max_size=9))
def test_any_address_can_be_read_and_linked_to_again(args: dict[str, str]) -> None:
    from urllib.parse import parse_qsl, urlsplit

    criteria = criteria_of(MultiDict(args))
    again = link(criteria, page=criteria.page)
    parsed = MultiDict(parse_qsl(urlsplit(again).query, keep_blank_values=True, errors="surrogatepass"))
    assert asked(parsed)
    assert criteria_of(parsed) == criteria
