from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import catalog, erasing, history, listings, outbox
from directory.catalog import Applied
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.models import Change, ListingCheck, MergedListing, Suggestion, Tip, table_of
from directory.web.side_by_side import LABELS
from importers import uniting
from importers.plan import FIELDS, plan
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
)
from importers.uniting import differences, united


def bring_in(records: list[Any], source: str) -> Applied:
    return catalog.apply(plan(records, catalog.known(source)), "cli", source=source)


def stands(listing_id: str) -> ListingRecord:
    return listings.fetch([listing_id])[listing_id].record


@pytest.fixture
def rival(choir: ListingRecord) -> ListingRecord:
    """The same choir, as the county's list has it."""
    return ListingRecord(
        source="county",
        source_id="4711",
        name="Sing for Joy, Millbrook",
        organization=OrganizationRecord(source_id="hall", name="Millbrook Hall Trust"),
        description="A choir for everyone.",
        url="https://choir.example.org",
        places=(
            PlaceRecord(
                source_id="p1",
                name="Millbrook Hall",
                postal_code="MB1 2AB",
                facts=(FactRecord("accessible_toilet", "yes"), FactRecord("step_free", "no")),
            ),
        ),
        phones=(PhoneRecord("07700 900123"),),
        facts=(FactRecord("bsl", "on_request"),),
        tips=("Ask for the blue folder",),
        known_by=("Nadia",),
        extra={"Ward": "North"},
    )


@pytest.fixture
def two(app: Flask, choir: ListingRecord, rival: ListingRecord) -> tuple[str, str]:
    """Both imported; their ids."""
    bring_in([choir], "town")
    bring_in([rival], "county")
    return listings.by_ref("town:choir").id, listings.by_ref("county:4711").id


def test_the_kept_listing_has_everything_of_both(two: tuple[str, str]) -> None:
    catalog.merge(*two, {}, "ama")
    kept = stands(two[0])
    assert {fact.key for fact in kept.facts} == {"beginners", "alcohol", "bsl"}
    assert {phone.number for phone in kept.phones} == {"01632 960100", "07700 900123"}
    assert kept.tips == ("Sit near the piano", "Ask for the blue folder")
    assert kept.known_by == ("Ama", "Tom", "Nadia")
    assert kept.url == "https://choir.example.org"
    assert kept.alternate_name == "Sing for Joy, Millbrook"
    [place] = kept.places
    assert {(f.key, f.value) for f in place.facts} == {
        ("step_free", "partial"), ("parking", "yes"), ("accessible_toilet", "yes"),
    }  # fmt: skip
    assert kept.extra == {"Column nobody knows": "blue", "Ward": "North"}
    assert kept.organization and kept.organization.name == "Millbrook Community Hall"


def test_what_a_person_chose_stands_and_the_better_checked_is_the_default(two: tuple[str, str]) -> None:
    catalog.merge(*two, {"name": "other", "venue_facts.step_free": "other", "description": "both"}, "ama")
    kept = stands(two[0])
    assert kept.name == "Sing for Joy, Millbrook"
    assert kept.alternate_name == "Sing for the joy of it"
    assert kept.description == "Songs everybody knows. No auditions.\n\nA choir for everyone."
    assert {f.key: f.value for f in kept.places[0].facts}["step_free"] == "no"


def test_another_sources_organization_never_takes_the_place_of_one_of_ours(two: tuple[str, str]) -> None:
    catalog.merge(*two, {"organization": "other"}, "ama")
    organization = stands(two[0]).organization
    assert organization and organization.name == "Millbrook Hall Trust"
    assert organization.source_id != "hall"


def test_the_old_id_still_leads_there_and_only_one_listing_is_left(two: tuple[str, str]) -> None:
    keep, other = two
    catalog.merge(keep, other, {}, "ama")
    for name in ("county:4711", other):
        assert listings.by_ref(name).id == keep
    assert listings.ids(["county:4711", "town:choir"]) == {"county:4711": keep, "town:choir": keep}
    assert listings.count() == 1
    assert [one.id for one in listings.iterate()] == [keep]
    assert stands(other).status == "closed"
    assert {seen.source for seen in listings.by_ref("town:choir").sources} == {"town", "county"}


def test_both_indexes_hear_of_it_and_history_says_who(two: tuple[str, str]) -> None:
    outbox.drain([])
    catalog.merge(*two, {}, "ama")
    assert {one.listing_id for one in outbox.pending()} == set(two)
    rows = db.session.scalars(sa.select(Change).where(Change.actor == "ama")).all()
    assert {row.listing_id for row in rows} == set(two)
    assert {row.actor_kind for row in rows} == {"merge"}


def test_merging_the_same_two_again_changes_nothing(two: tuple[str, str]) -> None:
    first = catalog.merge(*two, {}, "ama")
    kept = stands(two[0])
    assert catalog.merge(*two, {"name": "other"}, "ama") == first
    assert stands(two[0]) == kept
    assert len(catalog.merges_of(two[0])) == 1


def test_a_merge_and_its_undo_leave_both_as_they_were(two: tuple[str, str]) -> None:
    before = [stands(key) for key in two]
    merged = catalog.merge(*two, {"name": "other", "organization": "other"}, "ama")
    assert catalog.undo_merge(merged, "tom") == two[0]
    assert [stands(key) for key in two] == before
    assert listings.by_ref("county:4711").id == two[1]
    assert catalog.undo_merge(merged, "tom") == two[0]
    assert catalog.merges_of(two[0]) == []


def test_merged_undone_and_merged_again_is_as_merged_once(two: tuple[str, str]) -> None:
    first = catalog.merge(*two, {"organization": "other"}, "ama")
    kept = stands(two[0])
    catalog.undo_merge(first, "ama")
    assert catalog.merge(*two, {"organization": "other"}, "ama") != first
    assert stands(two[0]) == kept


def test_after_an_undo_both_follow_their_sources_as_before(
    two: tuple[str, str], choir: ListingRecord, rival: ListingRecord
) -> None:
    catalog.undo_merge(catalog.merge(*two, {}, "ama"), "ama")
    for record in (choir, rival):
        later = replace(record, description="New words", tips=(), phones=())
        assert (bring_in([later], record.source).amended, bring_in([later], record.source).conflicts) == (
            1,
            0,
        )
        assert listings.by_ref(record.ref).record == later


def test_what_changed_since_stays_and_is_named(two: tuple[str, str]) -> None:
    merged = catalog.merge(*two, {}, "ama")
    catalog.amend(two[0], {"what_to_expect": "Biscuits"}, "tom")
    with pytest.raises(Conflict, match="what to expect"):
        catalog.undo_merge(merged, "ama")
    assert stands(two[0]).what_to_expect == "Biscuits"
    assert listings.by_ref("county:4711").id == two[0]


def test_merges_upon_merges_are_undone_in_their_order(two: tuple[str, str], rival: ListingRecord) -> None:
    third = catalog.add(replace(rival, source="hand", source_id="x", name="Choir at the hall"), "ama")
    first = catalog.merge(two[1], third, {}, "ama")
    second = catalog.merge(*two, {}, "ama")
    assert listings.by_ref("hand:x").id == two[0]
    with pytest.raises(Conflict, match="merged again"):
        catalog.undo_merge(first, "ama")
    catalog.undo_merge(second, "ama")
    assert listings.by_ref("hand:x").id == two[1]
    catalog.undo_merge(first, "ama")
    assert listings.by_ref("hand:x").id == third


def test_a_merged_listing_is_not_merged_a_second_time(two: tuple[str, str], rival: ListingRecord) -> None:
    third = catalog.add(replace(rival, source="hand", source_id="x"), "ama")
    catalog.merge(*two, {}, "ama")
    for pair in ((third, two[1]), (two[1], third)):
        with pytest.raises(Conflict, match="merged into another"):
            catalog.merge(*pair, {}, "ama")


def test_what_was_merged_is_neither_changed_nor_opened_again(two: tuple[str, str]) -> None:
    catalog.merge(*two, {}, "ama")
    with pytest.raises(Conflict, match="change that one instead"):
        catalog.set_status(two[1], "active", "tom")
    with pytest.raises(Conflict, match="change that one instead"):
        catalog.verify(two[1], "phoned", "link worker", "tom")
    assert stands(two[1]).status == "closed"


def test_what_cannot_be_merged_is_said_plainly(two: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        catalog.merge(two[0], two[0], {}, "ama")
    with pytest.raises(NotFound):
        catalog.merge(two[0], str(uuid4()), {}, "ama")
    with pytest.raises(Invalid, match="name"):
        catalog.merge(*two, {"name": "both"}, "ama")
    with pytest.raises(Conflict, match="while you looked"):
        catalog.merge(*two, {}, "ama", seen=(1, 7))
    with pytest.raises(NotFound):
        catalog.undo_merge(99, "ama")
    assert listings.count() == 2


# --- imports after a merge ------------------------------------------------------------------------------------------


def test_the_same_import_again_changes_nothing_and_brings_nobody_back(
    two: tuple[str, str], choir: ListingRecord, rival: ListingRecord
) -> None:
    catalog.merge(*two, {}, "ama")
    kept = stands(two[0])
    for record in (choir, rival):
        counts = bring_in([record], record.source).counts()
        assert (counts["created"], counts["amended"], counts["conflicts"]) == (0, 0, 0)
    assert (stands(two[0]), listings.count()) == (kept, 1)


def test_what_either_source_says_anew_lands_on_the_kept_listing(
    two: tuple[str, str], choir: ListingRecord, rival: ListingRecord
) -> None:
    catalog.merge(*two, {}, "ama")
    assert bring_in([replace(choir, alert="Back in May")], "town").amended == 1
    assert bring_in([replace(rival, url="https://new.example.org")], "county").amended == 1
    kept = stands(two[0])
    assert (kept.alert, kept.url) == ("Back in May", "https://new.example.org")
    assert stands(two[1]) == replace(rival, status="closed")


def test_what_came_of_both_is_never_overwritten_by_one(
    two: tuple[str, str], choir: ListingRecord, rival: ListingRecord
) -> None:
    catalog.merge(*two, {}, "ama")
    kept = stands(two[0])
    for record in (choir, rival):
        applied = bring_in([replace(record, phones=(PhoneRecord("01632 960199"),))], record.source)
        assert (applied.amended, applied.conflicts) == (0, 1)
    assert stands(two[0]) == kept


def test_a_name_that_was_not_chosen_does_not_come_back(two: tuple[str, str], rival: ListingRecord) -> None:
    catalog.merge(*two, {}, "ama")
    applied = bring_in([replace(rival, name="Joyful Singers")], "county")
    assert applied.conflicts == 1
    assert stands(two[0]).name == "Sing for the joy of it"


def test_an_import_planned_before_the_merge_lands_there_too(
    two: tuple[str, str], rival: ListingRecord
) -> None:
    planned = plan([replace(rival, url="https://new.example.org")], catalog.known("county"))
    fresh = plan([replace(rival, url="https://newer.example.org")], {})
    catalog.merge(*two, {}, "ama")
    catalog.apply(planned, "cli", source="county")
    assert stands(two[0]).url == "https://new.example.org"
    catalog.apply(fresh, "cli", source="county")
    assert listings.count() == 1
    assert stands(two[1]).status == "closed"


def test_two_rows_of_one_source_may_be_one_listing(app: Flask, choir: ListingRecord) -> None:
    rows = [choir, replace(choir, source_id="choir-2", url="https://choir.example.org")]
    bring_in(rows, "town")
    keep, other = (listings.by_ref(row.ref).id for row in rows)
    catalog.merge(keep, other, {}, "ama")
    changed = [replace(rows[0], alert="Moved"), replace(rows[1], url="https://new.example.org")]
    bring_in(changed, "town")
    assert (stands(keep).alert, stands(keep).url) == ("Moved", "https://new.example.org")


def test_it_is_missing_only_when_no_source_has_it(two: tuple[str, str], rival: ListingRecord) -> None:
    catalog.merge(*two, {}, "ama")
    bring_in([], "county")
    assert listings.by_ref("county:4711").missing_since is None
    bring_in([], "town")
    assert listings.by_ref("county:4711").missing_since == date(2026, 11, 22)


def test_tips_keep_the_day_on_which_they_were_given(two: tuple[str, str]) -> None:
    tip = table_of(Tip)
    with writing() as connection:
        connection.execute(sa.update(tip).where(tip.c.listing_id == two[1]).values(dated=date(2024, 3, 1)))
    merged = catalog.merge(*two, {}, "ama")
    days = dict(
        db.session.execute(sa.select(tip.c.text, tip.c.dated).where(tip.c.listing_id == two[0])).all()
    )
    assert days == {"Sit near the piano": date(2026, 11, 22), "Ask for the blue folder": date(2024, 3, 1)}
    catalog.undo_merge(merged, "ama")


def test_an_address_that_became_private_is_nowhere_in_the_merge(two: tuple[str, str]) -> None:
    catalog.merge(*two, {}, "ama")
    places = tuple(replace(place, private=True) for place in stands(two[0]).places)
    catalog.amend(two[0], {"places": places}, "tom")
    [row] = db.session.scalars(sa.select(MergedListing))
    assert "MB1 2AB" not in str([row.before, row.after])
    assert "MB1 2AB" not in str(stands(two[1]))


def test_checks_and_what_was_suggested_go_over_and_come_back(two: tuple[str, str]) -> None:
    check, suggestion = table_of(ListingCheck), table_of(Suggestion)
    with writing() as connection:
        connection.execute(
            check.insert().values(
                id=str(uuid4()), listing_id=two[1], at=now(), checked_on=date(2026, 3, 1), how="phoned",
                role="link worker", actor="tom", note="Ask for Pat",
            )
        )  # fmt: skip
        connection.execute(
            suggestion.insert().values(
                id=str(uuid4()), listing_id=two[1], kind="correction", changes={}, seen={}, by_role="worker",
                made_at=now(), made_on=date(2026, 3, 1), state="waiting", taken=[],
            )
        )  # fmt: skip

    def about() -> list[str]:
        return [
            db.session.execute(sa.select(table.c.listing_id)).scalar_one() for table in (check, suggestion)
        ]

    merged = catalog.merge(*two, {}, "ama")
    assert about() == [two[0], two[0]]
    assert [one.note for one in history.of(two[0]).checks] == ["Ask for Pat"]
    catalog.undo_merge(merged, "ama")
    assert about() == [two[1], two[1]]


def test_a_merge_is_undone_as_a_whole_and_not_through_the_history(two: tuple[str, str]) -> None:
    catalog.merge(*two, {"name": "other"}, "ama")
    seen = history.of(two[0])
    assert seen.actions[0].by == "merge"
    assert seen.undoable("ama") is None


def test_what_is_erased_is_erased_from_what_was_merged_too(app: Flask, two: tuple[str, str]) -> None:
    app.config["SECRET_KEY"] = "for tests, and for tests alone"
    catalog.amend(two[1], {"contacts": (ContactRecord("Quentin", email="quentin@example.org"),)}, "tom")
    merged = catalog.merge(*two, {}, "ama")
    keys = [one.key for one in erasing.personal(two[0]) if "uentin" in one.piece.text]
    assert len(keys) == 2
    erasing.erase(two[0], keys, "lead", "asked")
    tables = (table_of(Change), table_of(MergedListing))
    told = str([db.session.execute(sa.select(table)).all() for table in tables])
    assert "uentin" not in told + str(stands(two[0])) + str(stands(two[1]))
    catalog.undo_merge(merged, "ama")
    assert "uentin" not in str(stands(two[0])) + str(stands(two[1]))


# --- laws -----------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_two_are_as_they_were_after_a_merge_and_its_undo(
    app: Flask, any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    records = [replace(data.draw(any_record), source_id=f"{i} {uuid4()}") for i in range(2)]
    keep, other = (catalog.add(record, "hand") for record in records)
    before = [stands(keep), stands(other)]
    choices = {one.key: data.draw(st.sampled_from(one.sides)) for one in differences(*before)}
    merged = catalog.merge(keep, other, choices, "ama")
    kept = stands(keep)
    for record in before:
        assert {fact.key for fact in record.facts} <= {fact.key for fact in kept.facts}
        assert _said(record.tips) <= _said(kept.tips)
    catalog.undo_merge(merged, "ama")
    assert [stands(keep), stands(other)] == before


@settings(deadline=None)
@given(data=st.data())
def test_a_record_united_with_itself_is_itself(
    any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    record = data.draw(any_record)
    assert united(record, record) == record


@settings(deadline=None)
@given(data=st.data())
def test_no_fact_tip_tie_number_or_place_of_either_is_lost(
    any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    keep, other = data.draw(any_record), data.draw(any_record)
    both = united(keep, other)
    for record in (keep, other):
        for name in ("tips", "known_by", "goals", "service_area", "required_documents"):
            assert _said(getattr(record, name)) <= _said(getattr(both, name))
        assert {fact.key for fact in record.facts} <= {fact.key for fact in both.facts}
        assert _numbers(record) <= _numbers(both)
        assert set(record.formats) <= set(both.formats)
        assert set(record.extra.values()) <= set(both.extra.values())
    assert max(len(keep.places), len(other.places)) <= len(both.places)


def _said(texts: tuple[str, ...]) -> set[str]:
    return {" ".join(text.casefold().split()) for text in texts}


def _numbers(record: ListingRecord) -> set[str]:
    """As they are dialled: the country's code aside."""
    return {"".join(filter(str.isdigit, p.number))[-9:] or p.number for p in record.phones}


def test_every_field_of_a_listing_has_a_rule_and_a_name_on_the_page() -> None:
    assert set(FIELDS) == uniting.FIELDS
    assert set(FIELDS) == set(LABELS)


def test_a_check_by_visit_is_believed_before_a_later_import() -> None:
    visited = Provenance(date(2026, 5, 1), "visited")
    told = Provenance(date(2026, 5, 1), "import")
    base = ListingRecord(source="a", source_id="1", name="One", gender="women", checked=told)
    other = replace(base, source="b", gender="men", checked=visited)
    assert united(base, other).gender == "men"
    assert united(other, base).gender == "men"


def test_a_listing_merged_and_merged_again_is_found_under_the_last_name_whether_or_not_others_are_here(
    two: tuple[str, str], rival: ListingRecord
) -> None:
    third = catalog.add(replace(rival, source="city", source_id="9"), "ama")
    assert listings.refs_now(["county:4711", "town:choir", "no:where"]) == {}
    catalog.merge(two[0], two[1], {}, "ama")
    last = catalog.merge(third, two[0], {}, "ama")
    asked = ["county:4711", "town:choir", "city:9", "no:where", "odd\0ref"]
    assert listings.refs_now(asked) == {"county:4711": "city:9", "town:choir": "city:9"}
    catalog.undo_merge(last, "ama")
    assert listings.refs_now(asked) == {"county:4711": "town:choir"}
