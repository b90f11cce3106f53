"""A group that closed, or that must not be listed, is known again by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from directory import catalog
from directory.seen_before import seen_before
from importers.records import ListingRecord


@pytest.fixture
def gone(app: Flask, choir: ListingRecord) -> None:
    for number, (name, status) in enumerate(
        [("Old Chess Club", "closed"), ("Safe Harbour", "do_not_list"), ("Knit and Natter", "active")]
    ):
        record = replace(choir, source_id=f"gone-{number}", name=name, status=status)  # type: ignore[arg-type]
        catalog.add(record, "test")


@pytest.mark.parametrize(
    "name", ["Old Chess Club", "old chess club!", "Chess Club", "The Old Ches Club", "Club, Old Chess"]
)
def test_the_same_name_in_other_words_is_known_again(gone: None, name: str) -> None:
    assert [before.name for before in seen_before(name)] == ["Old Chess Club"]


@pytest.mark.parametrize(
    "name", ["Club", "Chess in the Park", "Harbour Swimmers", "Knit and Natter", "", "!!!"]
)
def test_another_name_is_not(gone: None, name: str) -> None:
    assert seen_before(name) == []


def test_a_group_that_asked_not_to_be_listed_is_told_apart(gone: None) -> None:
    assert [before.status for before in seen_before("Safe Harbour")] == ["do_not_list"]
