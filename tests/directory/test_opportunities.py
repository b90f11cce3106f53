"""What a listing is read as: its words, and not the codes that stand where words are missing."""

from __future__ import annotations

from directory.listings import Listing
from directory.opportunities import opportunities_of
from importers.records import ListingRecord, TermRecord


def test_the_code_of_an_activity_without_a_name_says_nothing_about_it() -> None:
    terms = ("Term FC-8000.1800-330", "Term J", "BD", "Five-a-side")
    record = ListingRecord(
        source="s", source_id="1", name="Court of appeal", activities=tuple(map(TermRecord, terms))
    )
    [offer] = opportunities_of(Listing("x", 1, record, (), None), lambda _: None)  # type: ignore[arg-type]
    assert offer.activities == ("Five-a-side",)
    named = ListingRecord(
        source="s", source_id="2", name="Court of appeal", activities=(TermRecord("Term FC-8000.1800-330"),)
    )
    [offer] = opportunities_of(Listing("x", 1, named, (), None), lambda _: None)  # type: ignore[arg-type]
    assert "team_sport" not in offer.concepts
