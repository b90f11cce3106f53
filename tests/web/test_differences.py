from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.web.differences import HIDDEN_CONTACT, LABELS, UNSEEN, as_written, by_words, lines, shown
from importers.records import (
    ContactRecord,
    CostRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)

TODAY = date(2026, 11, 22)
TUESDAY = SessionRecord("WEEKLY", byday="TU", opens_at="10:00", closes_at="11:30")


def test_every_field_of_a_listing_and_an_organization_has_a_name_for_people() -> None:
    fixed = {"source", "source_id", "said"}
    assert {one.name for one in fields(ListingRecord)} - fixed <= LABELS.keys()
    tax = {"tax_status", "tax_id", "year_incorporated", "legal_status", "uri"}
    assert {one.name for one in fields(OrganizationRecord)} - fixed - tax <= LABELS.keys()


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_words_of_both_texts_can_be_read_back_from_their_difference(before: str, after: str) -> None:
    parts = by_words(before, after)
    assert "".join(part.text for part in parts if part.sign != "new") == before
    assert "".join(part.text for part in parts if part.sign != "gone") == after


def test_a_changed_text_shows_which_words_went_and_came() -> None:
    change = shown("description", "Bowls and mugs.", "Bowls and vases.", TODAY)
    assert [(one.sign, one.text) for one in change.parts] == [
        ("same", "Bowls and "), ("gone", "mugs"), ("new", "vases"), ("same", "."),
    ]  # fmt: skip
    assert change.label == "What it is"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("sessions", (TUESDAY,), ["Tuesdays, 10am to 11:30am"]),
        ("costs", (CostRecord(0.0),), ["Free"]),
        ("phones", (PhoneRecord("01632 960100", "2"),), ["01632 960100 (extension 2)"]),
        ("status", "paused", ["It is paused for now"]),
        ("formats", ("online", "phone"), ["Online", "By phone"]),
        ("booking", ("none", "phone"), ["No need to book", "Book by phone"]),
        ("goals", ("make_a_friend",), ["make_a_friend"]),
        ("activities", (TermRecord("singing"),), ["singing"]),
        ("remote", True, ["Yes"]),
        ("wait_weeks", 0, ["0"]),
        ("extra", {"Colour": "blue"}, ["Colour: blue"]),
        ("fact:beginners", "no", ["Not for beginners"]),
        ("facts", (FactRecord("quiet", "yes"),), ["It is quiet"]),
        ("facts", (FactRecord("long_gone", "yes"),), ["long_gone: yes"]),
        ("checked", Provenance(date(2026, 11, 1), "phoned", "worker"), ["Checked 3 weeks ago by phone (worker)"]),
        ("contacts", (ContactRecord("Wendy", "host", visibility="public"),), ["Wendy, host (shown to all)"]),
        ("organization", OrganizationRecord("h", "The Hall", website="x.org"), ["The Hall", "x.org"]),
        ("identifiers", (("GB-CHC", "1"),), ["GB-CHC 1"]),
        ("rungs", (4, 4), None),
        ("rungs", (4, 6), None),
        ("places", (PlaceRecord("h", withheld=True, city="Quarrytown", facts=(FactRecord("lift", "no"),)),),
         ["Quarrytown (address given after getting in touch)", "There is no lift"]),
        ("description", None, []),
        ("tips", (), []),
    ],
)  # fmt: skip
def test_a_value_is_said_in_plain_lines(field: str, value: object, said: list[str] | None) -> None:
    told = lines(field, value, TODAY)
    assert told == said if said is not None else len(told) == 1 and told[0]


def test_one_word_over_and_over_is_compared_like_any_text() -> None:
    """Of such pairs a comparison that tries every match would not come to an end."""
    parts = by_words("tea " * 2500, "cake " * 2000)
    assert "".join(part.text for part in parts if part.sign != "new") == "tea " * 2500
    assert "".join(part.text for part in parts if part.sign != "gone") == "cake " * 2000


def test_a_change_that_shows_nowhere_still_says_that_there_was_one() -> None:
    one, two = PlaceRecord("a", name="Hall"), PlaceRecord("b", name="Hall")
    assert shown("places", (one,), (two,), TODAY).new == (UNSEEN,)


def test_a_contact_for_one_colleague_alone_is_not_named_to_others() -> None:
    secret = (ContactRecord("Balthazar", visibility="link"),)
    assert shown("contacts", secret, (), TODAY, everything=False).gone == (HIDDEN_CONTACT,)
    assert "Balthazar" in shown("contacts", secret, (), TODAY).gone[0]


def test_what_cannot_be_read_any_more_is_shown_as_it_was_written() -> None:
    change = as_written("wait_weeks", '"a while"', "null")
    assert (change.gone, change.new) == (('"a while"',), ())


def test_a_day_of_return_is_said_as_a_date() -> None:
    assert lines("returns_on", date(2027, 3, 3), date(2026, 11, 22)) == ["3 March 2027"]
