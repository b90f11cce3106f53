"""The private avoid list is read generously: nobody can be told that a name was not understood."""

from __future__ import annotations

import pytest

from directory.web.avoiding import meant
from matching.columns import Columns
from matching.types import Opportunity

OFFERS = [
    Opportunity(id="t:1", name="Comedy Night", organization="The Crown", venue="The Crown Inn"),
    Opportunity(id="t:2", name="Hillview Knitters", organization="Hillview Community Association"),
    Opportunity(id="t:3", name="Chess", venue="Hillview Community Centre"),
    Opportunity(id="t:4", name="Art for all"),
]


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("The Crown", ["The Crown", "The Crown Inn"]),
        ("crown", ["The Crown", "The Crown Inn"]),
        ("Hilview Kniters", ["t:2"]),
        ("hillview", ["t:2", "Hillview Community Association", "Hillview Community Centre"]),
        ("Hillview Community Centre", ["Hillview Community Centre"]),
        ("Comedy-Night!", ["t:1"]),
        ("art", []),
        ("", []),
        ("?!", []),
        ("Nobody", []),
    ],
)
def test_a_slip_a_missing_the_or_a_part_of_a_name_still_counts(name: str, left_out: list[str]) -> None:
    found = meant([name], Columns(OFFERS))
    assert [*found.listings, *found.organizations, *found.venues] == left_out


@pytest.mark.parametrize("name", ["Rock & Roll (Over 50s)", "a.b*c", "$5 lunch", "näh treff"])
def test_signs_in_a_name_are_letters_of_a_name_and_no_pattern(name: str) -> None:
    offers = [Opportunity(id="t:1", name=name), Opportunity(id="t:2", name="Lunch for five at noon")]
    assert meant([name], Columns(offers)).listings == ("t:1",)
    assert meant([".*"], Columns(offers)) == meant([], Columns(offers))
