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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import audit, catalog, listings, outbox
from directory.database import db, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.models import (
    Address,
    Attribute,
    Change,
    Location,
    Organization,
    Phone,
    Service,
    TaxonomyTerm,
    Tip,
    table_of,
)
from importers.records import (
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)

Many = Callable[[int], list[ListingRecord]]


def changes_of(listing_id: str) -> list[Change]:
    query = sa.select(Change).where(Change.listing_id == listing_id).order_by(Change.id)
    return list(db.session.scalars(query))


def forget_everything() -> None:
    with writing() as connection:
        for name in (
            "service",
            "organization",
            "taxonomy_term",
            "taxonomy",
            "source_record",
            "change",
            "outbox",
        ):
            connection.execute(sa.text(f"DELETE FROM {name}"))


# --- what is written and read again is equal -------------------------------------------------------------------------


def test_what_is_written_and_read_again_is_equal(either_app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    assert listings.fetch([listing_id])[listing_id].record == choir


def test_a_listing_that_is_only_a_name_is_read_back_as_one(either_app: Flask) -> None:
    record = ListingRecord(source="town", source_id="1", name="Bench by the river")
    assert listings.records([catalog.add(record, "ama")]).popitem()[1] == record


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_there_can_be_comes_back_the_same(
    app: Flask, any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    record = data.draw(any_record)
    forget_everything()
    listing_id = catalog.add(record, "ama")
    assert listings.fetch([listing_id])[listing_id].record == record


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_amending_one_listing_into_another_gives_the_other(
    app: Flask, any_record: st.SearchStrategy[ListingRecord], data: st.DataObject
) -> None:
    first, second = data.draw(any_record), data.draw(any_record)
    second = replace(second, source=first.source, source_id=first.source_id)
    forget_everything()
    listing_id = catalog.add(first, "ama")
    wanted = {name: getattr(second, name) for name in catalog.FIELDS - {"source", "source_id", "said"}}
    assert catalog.amend(listing_id, wanted, "tom") == second
    assert listings.fetch([listing_id])[listing_id].record == second


def test_two_places_with_one_id_are_both_kept(app: Flask, choir: ListingRecord) -> None:
    there = replace(choir, places=(choir.places[0], replace(choir.places[0], name="Side room")))
    assert listings.records([catalog.add(there, "ama")]).popitem()[1] == there


def test_five_megabytes_of_description_are_kept(either_app: Flask, choir: ListingRecord) -> None:
    long = replace(choir, description="Croeso i bawb! " * 350_000)
    listing_id = catalog.add(long, "ama")
    assert listings.fetch([listing_id])[listing_id].record == long


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE service; --", "%s %(name)s :name ?", "\\x00 \\n", "🎭 Tŷ Seiont ﷽", "a\u202eb", "\ufeff"],
)
def test_hostile_text_is_only_text(either_app: Flask, choir: ListingRecord, text: str) -> None:
    record = replace(choir, source_id=text, name=text + ".", description=text, extra={text: text})
    listing_id = catalog.add(record, "ama")
    assert listings.by_ref(record.ref).record == record
    assert listings.by_ref(listing_id).ref == record.ref


def test_characters_that_no_database_keeps_are_left_out(either_app: Flask, choir: ListingRecord) -> None:
    record = replace(
        choir, name="Si\x00ng", description="half \ud83d", facts=(FactRecord("b\x00eginners", "yes"),)
    )
    read = listings.records([catalog.add(record, "ama")]).popitem()[1]
    assert (read.name, read.description) == ("Sing", "half \ufffd")
    assert read.facts == (FactRecord("beginners", "yes"),)
    assert listings.by_ref("tow\x00n:choir").ref == "town:choir"


# --- what may not be stored ------------------------------------------------------------------------------------------


def test_a_private_place_is_kept_without_address_or_point(either_app: Flask, choir: ListingRecord) -> None:
    private = replace(
        choir.places[0], private=True, address_1="Confidential", attention="Ms Roe", transportation="x"
    )
    listing_id = catalog.add(replace(choir, places=(private,)), "ama")
    [place] = listings.fetch([listing_id])[listing_id].record.places
    assert place.private and place.city == "Millbrook"
    assert (place.address_1, place.postal_code, place.attention, place.latitude) == (None,) * 4
    for table in (table_of(Address), table_of(Location)):
        written = " ".join(str(row) for row in db.session.execute(sa.select(table)))
        assert "Mill Lane" not in written and "53.38" not in written and "MB1" not in written


def test_making_a_place_private_takes_its_address_away(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    catalog.amend(listing_id, {"places": (replace(choir.places[0], address_1="Mill Lane 44"),)}, "ama")
    assert "Mill Lane" in (changes_of(listing_id)[-1].before or "")
    after = catalog.amend(listing_id, {"places": (replace(choir.places[0], private=True),)}, "ama")
    assert after.places[0].address_1 is None
    assert db.session.scalar(sa.select(Address.address_1)) is None
    told = " ".join(f"{one.before} {one.after}" for one in changes_of(listing_id))
    assert "Community Hall" in told
    assert not any(secret in told for secret in ("Mill Lane", "MB1 2AB", "53.38"))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"name": "  "}, "name"),
        ({"source": "a:b"}, "source"),
        ({"source_id": ""}, "source_id"),
        ({"source_id": "x" * 501}, "source_id"),
        ({"status": "open"}, "status"),
        ({"gender": "ladies"}, "gender"),
        ({"formats": ("zoom",)}, "formats"),
        ({"rungs": (6, 5)}, "rungs"),
        ({"rungs": (0, 9)}, "rungs"),
        ({"minimum_age": -1}, "minimum_age"),
        ({"wait_weeks": 10**12}, "wait_weeks"),
        ({"places": (PlaceRecord("p", latitude=91.0),)}, "places"),
        ({"places": (PlaceRecord("p", longitude=float("nan")),)}, "places"),
        ({"sessions": (SessionRecord(interval=-1),)}, "sessions"),
        ({"organization": OrganizationRecord("", "Nobody")}, "organization"),
        ({"checked": Provenance(checked_how="guessed")}, "checked"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(
    app: Flask, choir: ListingRecord, wrong: dict[str, Any], named: str
) -> None:
    with pytest.raises(Invalid) as refused:
        catalog.add(replace(choir, **wrong), "ama")
    assert list(refused.value.fields) == [named]
    assert listings.count() == 0


def test_a_listing_cannot_be_added_twice(app: Flask, choir: ListingRecord) -> None:
    catalog.add(choir, "ama")
    with pytest.raises(Conflict, match="already here"):
        catalog.add(choir, "tom")
    assert listings.count() == 1


# --- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_says_who_what_before_and_after(either_app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    catalog.amend(listing_id, {"name": "Sing!", "goals": ()}, "tom")
    [*_, goals, name] = changes_of(listing_id)
    assert (name.actor, name.actor_kind, name.entity, name.field) == ("tom", "hand", "service", "name")
    assert (json.loads(name.before or ""), json.loads(name.after or "")) == (choir.name, "Sing!")
    assert (json.loads(goals.before or ""), json.loads(goals.after or "")) == (["make_a_friend"], [])


def test_even_a_place_with_dates_and_facts_is_told_before_and_after(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    catalog.amend(listing_id, {"places": ()}, "tom")
    before = json.loads(changes_of(listing_id)[-1].before or "")
    assert before[0]["facts"][0] == {
        "key": "step_free",
        "value": "partial",
        "provenance": {
            "checked_on": "2026-05-14",
            "checked_how": "visited",
            "checked_by_role": "social worker",
            "source": "our sheet",
        },
    }


def test_the_same_value_again_changes_nothing(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    before = len(changes_of(listing_id))
    assert catalog.amend(listing_id, {"name": choir.name, "facts": choir.facts}, "tom") == choir
    assert len(changes_of(listing_id)) == before
    assert listings.fetch([listing_id])[listing_id].version == 1


def test_a_change_touches_only_its_own_rows(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    before = db.session.execute(sa.select(Phone.id, Phone.number).order_by(Phone.id)).all()
    after = catalog.amend(listing_id, {"sessions": choir.sessions[:1]}, "tom")
    assert after == replace(choir, sessions=choir.sessions[:1])
    assert db.session.execute(sa.select(Phone.id, Phone.number).order_by(Phone.id)).all() == before


def test_an_unknown_field_or_an_id_cannot_be_changed(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    with pytest.raises(Invalid) as refused:
        catalog.amend(listing_id, {"colour": "red", "source_id": "x"}, "tom")
    assert set(refused.value.fields) == {"colour", "source_id"}
    with pytest.raises(NotFound):
        catalog.amend("00000000-0000-0000-0000-000000000001", {"name": "x"}, "tom")


def test_the_second_of_two_writers_sees_both_versions(either_app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    catalog.amend(listing_id, {"name": "Sing with Ama"}, "ama", expected_version=1)
    with pytest.raises(Conflict) as conflict:
        catalog.amend(listing_id, {"name": "Sing with Tom"}, "tom", expected_version=1)
    assert conflict.value.theirs.name == "Sing with Ama"
    assert conflict.value.mine.name == "Sing with Tom"
    assert (conflict.value.mine_version, conflict.value.theirs_version) == (1, 2)
    catalog.amend(listing_id, {"name": "Sing with Tom"}, "tom", expected_version=2)


def test_writers_at_the_same_moment_queue_and_all_but_one_are_told(
    either_app: Flask, choir: ListingRecord
) -> None:
    listing_id = catalog.add(choir, "ama")
    results: list[str] = []
    start = threading.Barrier(4)

    def write(name: str) -> None:
        with either_app.app_context():
            start.wait()
            try:
                catalog.amend(listing_id, {"name": name}, name, expected_version=1)
                results.append("written")
            except Conflict as conflict:
                results.append(f"told of {conflict.theirs.name}")

    threads = [threading.Thread(target=write, args=(f"Writer {i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = listings.by_ref(listing_id).record.name
    assert sorted(results) == [f"told of {winner}"] * 3 + ["written"]


def test_tips_and_ties_keep_the_day_they_were_given(
    app: Flask, choir: ListingRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing_id = catalog.add(choir, "ama")
    later = replace(app.config["KITH_SETTINGS"], fixed_today=date(2027, 1, 5))
    monkeypatch.setitem(app.config, "KITH_SETTINGS", later)
    catalog.amend(listing_id, {"tips": ("Bring water", "Sit near the piano")}, "tom")
    tips = {tip.text: tip.dated for tip in db.session.scalars(sa.select(Tip))}
    assert tips == {"Sit near the piano": date(2026, 11, 22), "Bring water": date(2027, 1, 5)}


# --- checking, closing -----------------------------------------------------------------------------------------------


def test_a_check_dates_the_listing_and_the_facts_that_were_found_out(
    app: Flask, choir: ListingRecord
) -> None:
    listing_id = catalog.add(choir, "ama")
    found = {"beginners": "no", "greeted": "yes", "alcohol": None}
    after = catalog.verify(listing_id, "phoned", "link worker", "ama", found, venue_facts={"parking": "no"})
    today = Provenance(date(2026, 11, 22), "phoned", "link worker")
    assert after.checked == today
    assert after.facts == (FactRecord("beginners", "no", today), FactRecord("greeted", "yes", today))
    assert after.places[0].facts == (choir.places[0].facts[0], FactRecord("parking", "no", today))
    stored = db.session.scalars(sa.select(Service)).one()
    assert stored.assured_date == date(2026, 11, 22)


def test_a_check_of_the_venue_needs_a_venue(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(replace(choir, places=()), "ama")
    with pytest.raises(Invalid, match="no place"):
        catalog.verify(listing_id, "visited", "worker", "ama", venue_facts={"lift": "yes"})
    with pytest.raises(Invalid, match="must be one of"):
        catalog.verify(listing_id, "dreamt", "worker", "ama")  # type: ignore[arg-type]


def test_a_closed_listing_stays_and_says_so_in_hsds_words_too(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    assert catalog.retire(listing_id, "ama").status == "closed"
    assert db.session.scalars(sa.select(Service)).one().status == "defunct"
    assert catalog.set_status(listing_id, "paused", "ama").status == "paused"
    with pytest.raises(Invalid):
        catalog.set_status(listing_id, "gone", "ama")  # type: ignore[arg-type]


# --- shared things ---------------------------------------------------------------------------------------------------


def test_an_organization_is_shared_and_its_change_reaches_all_its_listings(app: Flask, many: Many) -> None:
    first, second, third = many(11)[0], many(11)[1], many(11)[10]
    ids = [catalog.add(record, "ama") for record in (first, second, third)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 2
    outbox.drain([])
    assert first.organization
    renamed = replace(first.organization, name="Hall for All")
    catalog.amend(ids[0], {"organization": renamed}, "tom")
    assert listings.fetch([ids[1]])[ids[1]].record.organization == renamed
    assert {one.listing_id for one in outbox.pending()} == set(ids[:2])
    [change] = [one for one in changes_of(ids[0]) if one.entity == "organization" and one.field]
    assert (change.field, json.loads(change.after or "")) == ("name", "Hall for All")
    assert (
        listings.fetch([ids[1]])[ids[1]].version == 2
    )  # somebody editing it has an older organization on screen


def test_terms_find_their_parents_whichever_comes_first(app: Flask, choir: ListingRecord) -> None:
    catalog.add(choir, "ama")
    parent = TermRecord("Music", "open_eligibility", "1100")
    catalog.add(replace(choir, source_id="2", activities=(parent, *choir.activities)), "ama")
    catalog.add(
        replace(choir, source_id="3", activities=(TermRecord("Solo", "open_eligibility", "9", "1102"),)),
        "ama",
    )
    query = sa.select(TaxonomyTerm.id, TaxonomyTerm.name, TaxonomyTerm.parent_id)
    terms = {name: (key, parent_id) for key, name, parent_id in db.session.execute(query)}
    assert terms["Choirs"][1] == terms["Music"][0]
    assert terms["Solo"][1] == terms["Choirs"][0]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attribute)) == 6


# --- events ----------------------------------------------------------------------------------------------------------


def test_an_undeclared_event_or_field_fails() -> None:
    with pytest.raises(ValueError, match="not declared"):
        audit.record("person_seen", name="Ama")
    with pytest.raises(ValueError, match="listing_added has the fields"):
        audit.record("listing_added", listing_id="1", name="Ama")


def test_the_log_names_nobody(app: Flask, choir: ListingRecord, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    listing_id = catalog.add(choir, "ama.jones")
    catalog.verify(listing_id, "phoned", "link worker", "ama.jones")
    catalog.retire(listing_id, "ama.jones")
    assert "listing_verified" in caplog.text
    for secret in ("ama.jones", "Wendy", "Mill Lane", "01632"):
        assert secret not in caplog.text
