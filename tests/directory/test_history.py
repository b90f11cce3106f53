from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import catalog, history, listings
from directory.database import db, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.models import Change
from directory.web.differences import shown
from importers.plan import FIELDS, plan
from importers.records import ListingRecord, OrganizationRecord

EVERYTHING = ["service", "organization", "taxonomy_term", "taxonomy", "source_record", "change", "outbox"]


def record_of(listing_id: str) -> ListingRecord:
    return listings.records([listing_id])[listing_id]


def how_long(listing_id: str) -> int:
    query = sa.select(sa.func.count()).select_from(Change).where(Change.listing_id == listing_id)
    return db.session.scalar(query) or 0


def newest(listing_id: str) -> history.Action:
    return history.of(listing_id).actions[0]


# --- reading --------------------------------------------------------------------------------------------------------


def test_each_action_says_who_did_what_and_what_stood_there_before(
    either_app: Flask, choir: ListingRecord
) -> None:
    key = catalog.add(choir, "ama")
    catalog.amend(key, {"name": "Sing!", "description": "Songs."}, "ben")
    added, amended = reversed(history.of(key).actions)
    assert (added.added, added.actor, added.differences) == (True, "ama", ())
    assert amended.actor == "ben" and not amended.added
    assert {one.field: (one.before, one.after) for one in amended.differences} == {
        "name": (choir.name, "Sing!"),
        "description": (choir.description, "Songs."),
    }


def test_two_things_done_within_one_second_are_two_actions(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    catalog.amend(key, {"name": "Sing!"}, "ama")
    catalog.amend(key, {"name": "Sing on!"}, "ama")
    assert len(history.of(key).actions) == 3


def test_what_an_import_did_says_which_source_it_was(app: Flask, choir: ListingRecord) -> None:
    for record in (choir, replace(choir, name="Sing!")):
        catalog.apply(plan([record], catalog.known("town")), "ama", source="town")
    [found] = list(listings.iterate())
    last = newest(found.id)
    assert (last.by, last.source) == ("import", "town")
    assert [one.field for one in last.differences] == ["name"]


def test_changes_made_before_actions_were_kept_are_grouped_by_the_second(
    app: Flask, choir: ListingRecord
) -> None:
    key = catalog.add(choir, "ama")
    catalog.amend(key, {"name": "Sing!", "description": "Songs."}, "ben")
    long_ago = datetime(
        2024, 5, 6, 9, 30, 15, 100_000, tzinfo=UTC
    )  # whatever the second is in which this runs
    with writing() as connection:
        connection.execute(sa.update(Change).values(action=None, at=long_ago))
        connection.execute(
            sa.update(Change)
            .where(Change.actor == "ben", Change.field == "name")
            .values(at=long_ago.replace(microsecond=900_000))
        )
        connection.execute(
            sa.update(Change).where(Change.actor == "ama").values(at=long_ago.replace(second=14))
        )
    assert len(history.of(key).actions) == 2


def test_a_listing_that_is_not_there_has_no_history(app: Flask) -> None:
    with pytest.raises(NotFound):
        history.of("00000000-0000-0000-0000-000000000001")


# --- any version again ----------------------------------------------------------------------------------------------


def test_restoring_a_version_gives_the_record_of_that_version(
    either_app: Flask, choir: ListingRecord
) -> None:
    key = catalog.add(choir, "ama")
    first = newest(key).version
    catalog.amend(key, {"name": "Sing!", "facts": (), "contacts": (), "sessions": ()}, "ben")
    second = newest(key).version
    changed = record_of(key)
    catalog.amend(key, {"description": None, "costs": (), "extra": {}}, "ben")
    history.restore(key, first, "cem")
    assert record_of(key) == choir
    history.restore(key, second, "cem")
    assert record_of(key) == changed


@pytest.mark.parametrize("field", ["known_by", "tips"])
def test_an_earlier_version_has_what_the_team_knew_in_its_old_order_and_as_often(
    either_app: Flask, choir: ListingRecord, field: str
) -> None:
    named = ("Ama", "Ben", "Ama")
    key = catalog.add(replace(choir, **{field: named}), "ama")
    first = newest(key).version
    catalog.amend(key, {field: ("Ben", "Cem")}, "ben")
    assert getattr(history.as_of(history.of(key), first), field) == named


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_version_of_any_listing_can_be_had_again(
    app: Flask, any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    with writing() as connection:
        for name in EVERYTHING:
            connection.execute(sa.text(f"DELETE FROM {name}"))
    key = catalog.add(data.draw(any_record), "ama")
    versions: dict[int, ListingRecord] = {newest(key).version: record_of(key)}
    for _ in range(data.draw(st.integers(1, 3))):
        other = data.draw(any_record)
        names = data.draw(st.sets(st.sampled_from(sorted(FIELDS)), min_size=1))
        catalog.amend(key, {name: getattr(other, name) for name in names}, "ben")
        versions[newest(key).version] = record_of(key)
    told = history.of(key)
    for version, record in versions.items():
        assert history.as_of(told, version) == record
    length = how_long(key)
    wanted = data.draw(st.sampled_from(sorted(versions)))
    history.restore(key, wanted, "cem")
    assert record_of(key) == versions[wanted]
    assert how_long(key) >= length


def test_what_another_listing_did_to_the_shared_organization_is_in_the_history_too(
    either_app: Flask, choir: ListingRecord
) -> None:
    assert choir.organization
    key = catalog.add(choir, "ama")
    first = newest(key).version
    other = catalog.add(replace(choir, source_id="band"), "ama")
    moved = replace(choir.organization, website="https://new.example.org")
    catalog.amend(other, {"organization": moved}, "ben")
    last = newest(key)
    assert last.elsewhere and [one.field for one in last.differences] == ["website"]
    assert history.of(key).undoable("ben") is None
    assert history.as_of(history.of(key), first) == choir


def test_only_the_chosen_fields_are_restored(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    first = newest(key).version
    catalog.amend(key, {"name": "Sing!", "description": "Songs."}, "ben")
    history.restore(key, first, "cem", fields=["name"])
    assert (record_of(key).name, record_of(key).description) == (choir.name, "Songs.")


def test_a_version_of_another_listing_is_not_restored(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    other = catalog.add(replace(choir, source_id="band"), "ama")
    with pytest.raises(NotFound):
        history.restore(key, newest(other).version, "cem")


def test_restoring_what_somebody_changed_meanwhile_is_refused(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    first = newest(key).version
    catalog.amend(key, {"name": "Sing!"}, "ben")
    seen = history.of(key).listing.version
    catalog.amend(key, {"name": "Sing on!"}, "ben")
    with pytest.raises(Conflict):
        history.restore(key, first, "cem", expected_version=seen)
    assert record_of(key).name == "Sing on!"


def test_what_no_kith_can_read_is_shown_and_not_restored(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    first = newest(key).version
    catalog.amend(key, {"wait_weeks": 3}, "ben")
    with writing() as connection:
        connection.execute(sa.update(Change).where(Change.field == "wait_weeks").values(before='"a while"'))
    [shown] = newest(key).differences
    assert not shown.readable and shown.before == '"a while"'
    with pytest.raises(Invalid, match="older Kith"):
        history.restore(key, first, "cem")


# --- undo -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Sing!", "places": ()},
        {"organization": OrganizationRecord("barn", "The Barn")},
        {"organization": None, "tips": ()},
    ],
)
def test_undoing_takes_my_last_action_back_and_undoing_that_does_it_again(
    either_app: Flask, choir: ListingRecord, changes: dict[str, Any]
) -> None:
    key = catalog.add(choir, "ama")
    changed = catalog.amend(key, changes, "ben")
    length = how_long(key)
    assert history.undo(key, newest(key).version, "ben") == choir
    assert history.undo(key, newest(key).version, "ben") == changed
    assert how_long(key) > length


def test_sending_an_undo_twice_undoes_once(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    catalog.amend(key, {"name": "Sing!"}, "ben")
    version = newest(key).version
    history.undo(key, version, "ben")
    with pytest.raises(Conflict, match="undone already"):
        history.undo(key, version, "ben")
    assert record_of(key) == choir


def test_nobody_undoes_what_a_colleague_did_or_what_came_before_it(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    catalog.amend(key, {"name": "Sing!"}, "ben")
    mine = newest(key).version
    catalog.amend(key, {"name": "Sing on!"}, "cem")
    for actor, version in (("ben", mine), ("ben", newest(key).version)):
        with pytest.raises(Conflict):
            history.undo(key, version, actor)
    assert record_of(key).name == "Sing on!"


def test_adding_a_listing_is_not_undone(app: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    assert history.of(key).undoable("ama") is None


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_changed_can_be_shown_to_people(
    any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    one, two = data.draw(any_record), data.draw(any_record)
    for name in history.differing(one, two):
        change = shown(name, getattr(one, name), getattr(two, name), date(2026, 11, 22))
        assert change.label and (change.parts or change.gone or change.new)
