from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import catalog, listings, outbox
from directory.catalog import Applied
from directory.database import db
from directory.models import Change, ImportRun, Organization, SourceRecord, TaxonomyTerm
from importers.plan import Plan, plan
from importers.records import FactRecord, ListingRecord, OrganizationRecord, Problem, TermRecord

Many = Callable[[int], list[ListingRecord]]


def bring_in(records: list[Any], source: str = "town") -> Applied:
    return catalog.apply(plan(records, catalog.known(source)), "cli", source=source)


def stands(ref: str) -> ListingRecord:
    return listings.by_ref(ref).record


@pytest.fixture
def on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the day."""

    def set_day(day: date) -> None:
        settings = replace(app.config["KITH_SETTINGS"], fixed_today=day)
        monkeypatch.setitem(app.config, "KITH_SETTINGS", settings)

    return set_day


def test_what_is_imported_is_there_as_it_was_read(either_app: Flask, many: Many) -> None:
    records = many(25)
    applied = bring_in(records)
    assert applied.counts() == {
        "read": 25, "created": 25, "amended": 0, "unchanged": 0, "missing": 0, "conflicts": 0, "problems": 0,
    }  # fmt: skip
    assert sorted((one.record for one in listings.iterate()), key=lambda r: r.source_id) == sorted(
        records, key=lambda r: r.source_id
    )
    assert outbox.waiting() == 25


def test_importing_the_same_again_changes_nothing(either_app: Flask, many: Many) -> None:
    bring_in(many(12))
    outbox.drain([])
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Change))
    again = bring_in(many(12))
    assert (again.created, again.amended, again.unchanged) == (0, 0, 12)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Change)) == before
    assert outbox.waiting() == 0


def test_a_changed_row_amends_one_listing_and_only_its_changed_field(either_app: Flask, many: Many) -> None:
    bring_in(many(12))
    outbox.drain([])
    changed = many(12)
    changed[5] = replace(changed[5], description="New words", facts=(FactRecord("quiet", "yes"),))
    applied = bring_in(changed)
    assert (applied.amended, applied.unchanged) == (1, 11)
    assert stands("town:row-5") == changed[5]
    query = sa.select(Change).where(Change.import_run == applied.run).order_by(Change.field)
    description, facts = db.session.scalars(query)
    assert (description.actor, description.actor_kind, description.field) == ("cli", "import", "description")
    assert json.loads(facts.after or "")[0]["key"] == "quiet"
    assert outbox.waiting() == 1


def test_what_somebody_here_knows_better_stays(either_app: Flask, many: Many) -> None:
    bring_in(many(2))
    listing_id = listings.by_ref("town:row-0").id
    catalog.amend(listing_id, {"name": "What we call it"}, "ama")
    changed = [replace(record, name="What they call it", url="https://new.example.org") for record in many(2)]
    applied = bring_in(changed)
    assert (applied.amended, applied.conflicts) == (2, 1)
    assert stands("town:row-0") == replace(changed[0], name="What we call it")
    assert stands("town:row-1") == changed[1]


def test_a_conflict_stays_until_somebody_settles_it(app: Flask, many: Many) -> None:
    bring_in(many(1))
    catalog.amend(listings.by_ref("town:row-0").id, {"name": "What we call it"}, "ama")
    changed = [replace(many(1)[0], name="What they call it", url="https://new.example.org")]
    assert bring_in(changed).conflicts == 1
    again = bring_in(changed)
    assert (again.conflicts, again.amended, again.unchanged) == (1, 0, 1)
    assert bring_in(many(1)).counts()["conflicts"] == 0  # they took it back
    assert stands("town:row-0") == replace(many(1)[0], name="What we call it")


def test_a_source_that_comes_round_to_what_we_know_is_no_conflict(app: Flask, many: Many) -> None:
    """As when somebody exports the sheet, with the corrections made here, and brings it in again."""
    bring_in(many(2))
    catalog.amend(listings.by_ref("town:row-0").id, {"name": "What we call it"}, "ama")
    exported = [one.record for one in listings.iterate()]
    assert bring_in(exported).counts() == {
        "read": 2, "created": 0, "amended": 0, "unchanged": 2, "missing": 0, "conflicts": 0, "problems": 0,
    }  # fmt: skip
    exported[0] = replace(exported[0], alert="Moved")
    applied = bring_in(exported)
    assert (applied.amended, applied.conflicts) == (1, 0)


def test_an_edit_between_preview_and_import_is_not_lost(app: Flask, many: Many) -> None:
    bring_in(many(1))
    changed = [replace(many(1)[0], name="What they call it", alert="Moved")]
    previewed = plan(changed, catalog.known("town"))
    catalog.amend(listings.by_ref("town:row-0").id, {"name": "What we call it"}, "ama")
    catalog.apply(previewed, "cli", source="town")
    assert (stands("town:row-0").name, stands("town:row-0").alert) == ("What we call it", "Moved")


def test_a_listing_added_by_hand_is_not_overwritten_by_a_source_that_has_it_too(
    app: Flask, choir: ListingRecord
) -> None:
    catalog.add(choir, "ama")
    assert bring_in([choir]).counts()["unchanged"] == 1
    applied = bring_in([replace(choir, name="Other")])
    assert (applied.conflicts, stands("town:choir")) == (1, choir)


def test_what_the_source_no_longer_has_is_missing_and_stays(
    app: Flask, many: Many, on: Callable[[date], None]
) -> None:
    bring_in(many(3))
    on(date(2026, 12, 1))
    assert bring_in(many(2)).missing == 1
    gone = listings.by_ref("town:row-2")
    assert (gone.record.status, gone.missing_since) == ("active", date(2026, 12, 1))
    assert [one.last_seen for one in listings.by_ref("town:row-1").sources] == [date(2026, 12, 1)]
    assert [one.last_seen for one in gone.sources] == [date(2026, 11, 22)]
    on(date(2026, 12, 8))
    assert bring_in(many(2)).missing == 1, "said again until a person decides"
    back = bring_in(many(3))
    assert back.amended == 1
    assert listings.by_ref("town:row-2").missing_since is None
    assert bring_in(many(3)).unchanged == 3


def test_a_row_with_a_problem_still_counts_as_present(app: Flask, many: Many) -> None:
    bring_in(many(2))
    applied = bring_in([many(2)[0], Problem("line 3", "name", "There is no name.", "row-1")])
    assert (applied.missing, applied.problems) == (0, 1)


def test_an_organization_is_amended_once_and_everywhere(either_app: Flask, many: Many) -> None:
    bring_in(many(20))
    outbox.drain([])
    renamed = [
        replace(one, organization=replace(one.organization, name="New name"))
        if one.organization and one.organization.source_id == "org-1"
        else one
        for one in many(20)
    ]
    applied = bring_in(renamed)
    assert applied.amended == 10
    assert {one.record.organization.name for one in listings.iterate() if one.record.organization} == {
        "Organization 0",
        "New name",
    }
    query = sa.select(Change).where(Change.import_run == applied.run, Change.entity == "organization")
    assert [one.field for one in db.session.scalars(query)] == ["name"]
    assert bring_in(renamed).amended == 0


def test_an_organization_that_was_corrected_here_is_a_conflict_for_each_of_its_listings(
    app: Flask, many: Many
) -> None:
    bring_in(many(2))
    organization = many(2)[0].organization
    assert organization
    ours = replace(organization, name="The right name")
    catalog.amend(listings.by_ref("town:row-0").id, {"organization": ours}, "ama")
    theirs = replace(organization, name="Wrong again")
    new = replace(many(3)[2], organization=theirs)
    applied = bring_in([*(replace(one, organization=theirs) for one in many(2)), new])
    assert (applied.conflicts, applied.created) == (2, 1)
    assert [one.name for one in db.session.scalars(sa.select(Organization))] == ["The right name"]


def test_a_placeholder_gives_way_to_the_real_organization_and_never_the_other_way(
    app: Flask, many: Many
) -> None:
    first, second, third = many(3)
    real = first.organization
    stub = OrganizationRecord("org-0", "Organization org-0", placeholder=True)
    bring_in([replace(first, organization=stub), second, replace(third, organization=stub)])
    assert {one.record.organization for one in listings.iterate()} == {real}


def test_one_that_cannot_be_stored_does_not_stop_the_others(app: Flask, many: Many) -> None:
    records = many(3)
    records[1] = replace(records[1], name="  ")
    records[2] = replace(records[2], name="With a \x00 in it")
    applied = bring_in(records)
    assert (applied.created, applied.problems) == (2, 1)
    [refused] = applied.refused
    assert (refused.source_id, refused.field) == ("row-1", "name")
    assert stands("town:row-2").name == "With a  in it"
    again = bring_in(records)
    assert (again.created, again.amended, again.unchanged) == (0, 0, 2)


def test_two_sources_may_use_the_same_ids(app: Flask, many: Many) -> None:
    bring_in(many(2))
    other = [replace(record, source="county", name=f"County {record.name}") for record in many(2)]
    assert bring_in(other, "county").created == 2
    assert listings.count() == 4
    assert bring_in(many(2)).unchanged == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 2


def test_terms_are_shared_and_find_their_parents(app: Flask, many: Many) -> None:
    records = many(30)
    records[29] = replace(records[29], activities=(TermRecord("Music", "open_eligibility", "1100"),))
    bring_in(records)
    terms = {one.name: one for one in db.session.scalars(sa.select(TaxonomyTerm))}
    assert set(terms) == {"singing", "Choirs", "Music"}
    assert terms["Choirs"].parent_id == terms["Music"].id


def test_progress_and_the_run_are_told(app: Flask, many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory._applying.BATCH", 10)
    told: list[tuple[int, int]] = []
    planned = plan(many(25), {})
    applied = catalog.apply(planned, "cli", source="town", progress=lambda *at: told.append(at))
    assert told == [(10, 25), (20, 25), (25, 25)]
    run = db.session.get(ImportRun, applied.run)
    assert run is not None and run.finished_at is not None
    assert (run.source, run.actor, run.counts["created"]) == ("town", "cli", 25)


def test_two_people_importing_the_same_file_at_once_get_it_once(
    either_app: Flask, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory._applying.BATCH", 5)
    planned = plan(many(20), {})
    created: list[int] = []

    def bring() -> None:
        with either_app.app_context():
            created.append(catalog.apply(planned, "cli", source="town").created)

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(created), len(created), listings.count()) == (20, 2, 20)


def test_an_empty_plan_is_applied_too(app: Flask) -> None:
    assert catalog.apply(Plan(), "cli", source="town").counts()["read"] == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SourceRecord)) == 0
