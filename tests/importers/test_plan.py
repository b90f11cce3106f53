"""The plan of an import: what would be created, amended, left, missed, and what only a person can decide."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import plan as planning
from importers.ids import stable_id, stable_uuid
from importers.plan import FIELDS, Conflict, Known, fingerprint, plan
from importers.records import (
    CostRecord,
    FactRecord,
    ListingRecord,
    PlaceRecord,
    Problem,
    Provenance,
    SessionRecord,
    TermRecord,
)


def listing(source_id: str = "1", **fields: Any) -> ListingRecord:
    return ListingRecord(source="s", source_id=source_id, **({"name": f"Club {source_id}"} | fields))


def known(record: ListingRecord, *curated: str, missing: bool = False) -> Known:
    return Known(
        record.source_id, fingerprint(record), planning.field_prints(record), frozenset(curated), missing
    )


def test_a_listing_never_seen_is_created() -> None:
    made = plan([listing()], {})
    assert [r.source_id for r in made.create] == ["1"]
    assert made.counts() == {
        "read": 1,
        "created": 1,
        "amended": 0,
        "unchanged": 0,
        "missing": 0,
        "conflicts": 0,
        "problems": 0,
    }


def test_the_same_listing_again_is_unchanged() -> None:
    assert plan([listing()], {"1": known(listing())}).unchanged == ["1"]


def test_one_changed_field_amends_that_field_alone() -> None:
    [amendment] = plan([listing(description="New")], {"1": known(listing(description="Old"))}).amend
    assert (amendment.fields, amendment.returned) == (("description",), False)


def test_a_changed_field_that_someone_here_curated_is_a_conflict_and_not_taken_over() -> None:
    made = plan(
        [listing(description="New", url="https://new.example.org")],
        {"1": known(listing(description="Old"), "description")},
    )
    assert made.conflicts == [Conflict("1", "description", "New")]
    assert [a.fields for a in made.amend] == [("url",)]


def test_a_listing_with_nothing_but_conflicts_is_unchanged() -> None:
    made = plan([listing(name="New")], {"1": known(listing(), "name")})
    assert (made.amend, made.unchanged, len(made.conflicts)) == ([], ["1"], 1)


def test_a_curated_field_that_the_source_left_alone_is_no_conflict() -> None:
    made = plan([listing(url="https://new.example.org")], {"1": known(listing(description="Theirs"), "name")})
    assert made.conflicts == []


def test_what_is_no_longer_upstream_is_missing_and_never_deleted() -> None:
    made = plan([], {"1": known(listing()), "2": known(listing("2"), missing=True)})
    assert made.missing == ["1", "2"], "what a person has not decided on is said again"


def test_a_row_with_a_problem_still_counts_as_present() -> None:
    made = plan([Problem("line 2", "name", "No name.", "1")], {"1": known(listing())})
    assert (made.missing, len(made.problems)) == ([], 1)


def test_a_listing_that_was_missing_and_is_back_is_amended_as_returned() -> None:
    [back] = plan([listing()], {"1": known(listing(), missing=True)}).amend
    assert (back.fields, back.returned) == ((), True)
    [changed] = plan([listing(url="https://example.org")], {"1": known(listing(), missing=True)}).amend
    assert (changed.fields, changed.returned) == (("url",), True)


def test_an_id_that_comes_twice_is_taken_once_and_reported() -> None:
    made = plan([listing(), listing(name="Other")], {})
    assert [r.name for r in made.create] == ["Club 1"]
    assert (made.read, [p.source_id for p in made.problems]) == (2, ["1"])


@pytest.mark.parametrize(
    "change",
    [
        {"places": (PlaceRecord(source_id="p", city="Rye"),)},
        {"sessions": (SessionRecord(original_text="Mon"),)},
        {"costs": (CostRecord(amount=0.0),)},
        {"extra": {"a": "b"}},
        {"remote": True},
        {"checked": Provenance(date(2026, 1, 1))},
        {"minimum_age": 0},
        {"activities": (TermRecord(name="tea"),)},
        {"status": "closed"},
    ],
)
def test_any_field_that_differs_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert fingerprint(listing(**change)) != fingerprint(listing())
    [amendment] = plan([listing(**change)], {"1": known(listing())}).amend
    assert amendment.fields == tuple(change)


def test_the_source_and_id_are_not_part_of_the_fingerprint() -> None:
    assert fingerprint(listing("1", name="A")) == fingerprint(replace(listing("2", name="A"), source="other"))
    assert set(planning.field_prints(listing())) == set(FIELDS)
    assert "source_id" not in FIELDS


def test_the_order_of_what_the_source_could_not_place_does_not_matter() -> None:
    assert fingerprint(listing(extra={"a": "1", "b": "2"})) == fingerprint(
        listing(extra={"b": "2", "a": "1"})
    )


def test_a_field_that_kith_learns_later_does_not_make_every_listing_look_changed() -> None:
    before = {k: v for k, v in planning.field_prints(listing()).items() if k != "goals"}
    remembered = Known("1", "fingerprint of an older version", before)
    assert plan([listing()], {"1": remembered}).unchanged == ["1"]
    assert [a.fields for a in plan([listing(goals=("friend",))], {"1": remembered}).amend] == [("goals",)]


def test_a_conflict_says_in_words_what_the_source_says_now() -> None:
    theirs = (SessionRecord(freq="WEEKLY", byday="TU", opens_at="10:00", original_text="Tue 10:00"),)
    [conflict] = plan([listing(sessions=theirs)], {"1": known(listing(), "sessions")}).conflicts
    assert "Tue 10:00" in conflict.theirs


# Laws -------------------------------------------------------------------------------------------------------------

_LISTINGS = st.lists(
    st.builds(
        listing,
        st.sampled_from("abcdefgh"),
        name=st.sampled_from(["X", "Y"]),
        description=st.sampled_from([None, "old", "new"]),
        minimum_age=st.sampled_from([None, 0, 18]),
    ),
    max_size=8,
    unique_by=lambda r: r.source_id,
)
_KNOWN = _LISTINGS.flatmap(
    lambda records: st.fixed_dictionaries(
        {
            r.source_id: st.builds(
                known, st.just(r), st.sampled_from(["name", "description", "url"]), missing=st.booleans()
            )
            for r in records
        }
    )
)


@given(_LISTINGS, _KNOWN)
@settings(max_examples=100, deadline=None)
def test_every_listing_stands_in_exactly_one_place_and_the_counts_add_up(
    rows: list[ListingRecord], remembered: dict[str, Known]
) -> None:
    made = plan(rows, remembered)
    placed = [r.source_id for r in made.create] + [a.record.source_id for a in made.amend] + made.unchanged
    assert sorted(placed) == sorted(r.source_id for r in rows)
    assert made.read == len(rows)
    assert {c.source_id for c in made.conflicts} <= set(placed)
    assert not set(made.missing) & set(placed)
    assert all(
        c.field not in a.fields
        for a in made.amend
        for c in made.conflicts
        if c.source_id == a.record.source_id
    )


@given(_LISTINGS, _KNOWN, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rows_does_not_matter(
    rows: list[ListingRecord], remembered: dict[str, Known], shuffle: random.Random
) -> None:
    shuffled = list(rows)
    shuffle.shuffle(shuffled)
    assert plan(shuffled, dict(reversed(remembered.items()))) == plan(rows, remembered)


@given(_LISTINGS)
@settings(max_examples=60, deadline=None)
def test_planning_again_after_taking_everything_over_changes_nothing(rows: list[ListingRecord]) -> None:
    again = plan(rows, {r.source_id: known(r) for r in rows})
    assert sorted(again.unchanged) == sorted(r.source_id for r in rows)
    assert not (again.create or again.amend or again.missing or again.conflicts)


def test_prints_stay_what_they_are_since_each_directory_remembers_them() -> None:
    known_for_good = {
        "name": "bf79a2050dd5bf71",
        "url": "e3b0c44298fc1c14",
        "costs": "5ded4baf72d397e0",
        "facts": "577bca7a4253a8b0",
        "extra": "914d1152cab81cd4",
    }
    record = ListingRecord(
        source="town",
        source_id="1",
        name="Choir",
        costs=(CostRecord(amount=0.0, currency="GBP"),),
        facts=(FactRecord("quiet", "yes"),),
        extra={"b": "2", "a": "1"},
    )
    prints = planning.field_prints(record)
    assert {name: prints[name] for name in known_for_good} == known_for_good


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_an_id_is_the_same_as_text_and_as_a_uuid(source: str, source_id: str) -> None:
    assert stable_id(source, "service", source_id) == str(stable_uuid(source, "service", source_id))
