from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import catalog, duplicates, listings, matchmaking
from directory.config import Settings
from directory.database import db, opened, release
from directory.errors import Invalid, NotFound
from directory.models import AlikeKey, AlikeMark, LikelyDuplicate
from importers.plan import plan
from importers.records import ListingRecord, PhoneRecord, PlaceRecord, SessionRecord

KNIT = ListingRecord(
    source="town",
    source_id="knit",
    name="Mill Hall Knitters",
    description="Wool, tea and talk for everybody.",
    places=(PlaceRecord(source_id="p", address_1="4 Mill Lane, Quarrytown", postal_code="MB1 2AB"),),
    sessions=(SessionRecord(freq="WEEKLY", byday="TU", opens_at="10:00", closes_at="12:00"),),
    phones=(PhoneRecord("01632 960100"),),
)
TWIN = replace(KNIT, source="county", source_id="7", name="The Mill Hall Knitters", phones=())
CHESS = replace(KNIT, source_id="chess", name="Quarrytown Chess Circle", description="Chess for all.")


@pytest.fixture
def three(either_app: Flask) -> dict[str, str]:
    """Ids by name: a group that stands twice, and another at the same address."""
    return {record.source_id: catalog.add(record, "ama") for record in (KNIT, TWIN, CHESS)}


def found() -> list[set[str]]:
    duplicates.seek()
    return [{pair.first_id, pair.second_id} for pair in duplicates.queue()]


def test_a_group_that_stands_twice_is_found_and_its_neighbour_is_not(three: dict[str, str]) -> None:
    assert found() == [{three["knit"], three["7"]}]


def test_what_did_not_change_is_not_looked_at_again(three: dict[str, str]) -> None:
    assert duplicates.seek() == 3
    assert duplicates.seek() == 0
    catalog.amend(three["chess"], {"alert": "New room"}, "ama")
    assert duplicates.seek() == 1
    assert duplicates.seek(afresh=True) == 3


def test_a_change_is_heard_of(three: dict[str, str]) -> None:
    assert len(found()) == 1
    catalog.amend(three["7"], {"name": "Overton Fishing Club", "places": (), "sessions": ()}, "ama")
    assert found() == []
    catalog.amend(three["7"], {"name": TWIN.name, "places": TWIN.places}, "ama")
    assert len(found()) == 1


def test_looking_afresh_finds_the_same(three: dict[str, str]) -> None:
    first = found()
    duplicates.seek(afresh=True)
    assert found() == first


def test_many_changes_wait_where_somebody_waits_for_a_page(three: dict[str, str]) -> None:
    assert duplicates.seek(most=2) == 0
    assert len(duplicates.unseen()) == 3


def test_not_a_duplicate_is_remembered_whichever_comes_first(three: dict[str, str]) -> None:
    duplicates.tell_apart(three["knit"], three["7"], "ama")
    duplicates.tell_apart(three["7"], three["knit"], "ama")
    assert found() == []
    duplicates.seek(afresh=True)
    assert found() == []
    duplicates.maybe_one_after_all(three["7"], three["knit"])
    assert len(found()) == 1


def test_what_was_told_apart_from_one_is_told_apart_from_what_it_became(three: dict[str, str]) -> None:
    third = catalog.add(replace(KNIT, source="hand", source_id="x", name="Knitters of Mill Hall"), "ama")
    duplicates.tell_apart(third, three["7"], "ama")
    catalog.merge(three["knit"], three["7"], {}, "ama")
    assert found() == []


def test_what_is_not_there_cannot_be_told_apart(three: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        duplicates.tell_apart(three["knit"], str(uuid4()), "ama")
    with pytest.raises(Invalid):
        duplicates.tell_apart(three["knit"], three["knit"], "ama")


def test_a_merged_pair_leaves_the_list_and_comes_back_with_the_undo(three: dict[str, str]) -> None:
    assert len(found()) == 1
    merged = catalog.merge(three["knit"], three["7"], {}, "ama")
    assert found() == []
    assert db.session.scalars(sa.select(AlikeMark.listing_id)).all().count(three["7"]) == 0
    catalog.undo_merge(merged, "ama")
    assert len(found()) == 1


def test_two_that_both_closed_are_left_in_peace(three: dict[str, str]) -> None:
    for key in ("knit", "7"):
        catalog.retire(three[key], "ama")
    assert found() == []


def test_an_import_says_how_many_of_its_new_rows_may_be_here_already(three: dict[str, str]) -> None:
    duplicates.seek()
    rows = [
        replace(TWIN, source="feed", source_id="1"),
        replace(CHESS, source="feed", source_id="2", name="Bell Ringers"),
    ]
    applied = catalog.apply(plan(rows, catalog.known("feed")), "cli", source="feed")
    duplicates.seek()
    pairs = duplicates.queue_of_import(applied.run)
    feed = listings.by_ref("feed:1").id
    assert len(pairs) == 2 and all(feed in (pair.first_id, pair.second_id) for pair in pairs)


# --- before something is added --------------------------------------------------------------------------------------


def test_a_form_is_warned_of_what_is_here_already(three: dict[str, str]) -> None:
    typed = ListingRecord(source="hand", source_id="new", name="Mill Hall Knitter's", places=KNIT.places)
    near = duplicates.like(typed)
    assert {one.listing.id for one in near} == {three["knit"], three["7"]}
    assert all(one.warning == "" for one in near)
    assert duplicates.like(KNIT, but=three["knit"])[0].listing.id == three["7"]
    assert duplicates.like(ListingRecord(source="hand", source_id="n", name="Bell Ringers of Overton")) == []


@pytest.mark.parametrize(
    ("status", "warning"), [("closed", "has closed"), ("do_not_list", "asked not to be listed")]
)
def test_nobody_adds_again_what_closed_or_asked_not_to_be_listed(
    three: dict[str, str], status: str, warning: str
) -> None:
    for key in ("knit", "7"):
        catalog.set_status(three[key], status, "ama")  # type: ignore[arg-type]
    typed = ListingRecord(source="hand", source_id="new", name="Mill Hall Knitters")
    assert [warning in one.warning for one in duplicates.like(typed)] == [True, True]


def test_a_merged_listing_is_never_what_a_form_is_warned_of(three: dict[str, str]) -> None:
    catalog.merge(three["knit"], three["7"], {}, "ama")
    assert [one.listing.id for one in duplicates.like(replace(TWIN, source="hand"))] == [three["knit"]]


def test_what_a_crowd_shares_does_not_hide_what_is_alike(three: dict[str, str]) -> None:
    for i in range(60):
        catalog.add(replace(CHESS, source_id=f"c{i}", name=f"Circle of {chr(65 + i % 26)}word{i}"), "ama")
    assert three["knit"] in [one.listing.id for one in duplicates.like(replace(TWIN, source="hand"))]


# --- laws -----------------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_step_by_step_finds_what_looking_at_everything_finds(
    app: Flask, any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    for table in (LikelyDuplicate, AlikeKey, AlikeMark):
        db.session.execute(sa.delete(table))
    db.session.commit()
    record = data.draw(any_record)
    for _ in range(2):
        catalog.add(replace(record, source_id=f"{uuid4()}"), "ama")
        duplicates.seek()
    little_by_little = {(pair.first_id, pair.second_id) for pair in duplicates.queue()}
    duplicates.seek(afresh=True)
    assert {(pair.first_id, pair.second_id) for pair in duplicates.queue()} == little_by_little


# --- the person at the other end ------------------------------------------------------------------------------------


@pytest.fixture
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    from directory import create_app

    data = tmp_path_factory.mktemp("whole")
    made = create_app(Settings.load(data, {"KITH_TODAY": "2026-11-22"}), TESTING=True)
    with opened(made):
        yield made
    with made.app_context():
        release()


def test_who_avoids_a_listing_avoids_what_it_was_merged_into(whole_app: Flask) -> None:
    from directory.serving import engines

    keep, other = (catalog.add(record, "ama") for record in (KNIT, TWIN))
    engines().catch_up()
    profile = {"assets": ["knitting and wool"], "avoid": {"listings": [TWIN.ref]}}
    assert [one.opportunity.id for one in matchmaking.find_matches(profile).matches] == [KNIT.ref]
    catalog.merge(keep, other, {}, "ama")
    engines().catch_up()
    assert matchmaking.find_matches(profile).matches == ()
    assert len(matchmaking.find_matches({"assets": ["knitting and wool"]}).matches) == 1
