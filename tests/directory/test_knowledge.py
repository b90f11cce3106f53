"""Ties, tips, visits, introductions and promises: what is written, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import accounts, catalog, checking, erasing, handover, history, knowledge, usage
from directory.config import Settings
from directory.database import db, writing
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.listings import fetch
from directory.models import Introduction, ListingUse, Outbox, Promise, Tie, Tip, TipAgreement, Visit
from directory.patch import pack_of_area
from directory.team import team_assets
from importers import plan as planning
from importers.records import FactRecord, ListingRecord, Provenance

TODAY = date(2026, 11, 22)


def person(name: str, *roles: str) -> str:
    return accounts.create(f"{name.casefold()}@example.org", name, roles or ("worker",)).id


@pytest.fixture
def listing_id(app: Flask, choir: ListingRecord) -> str:
    return catalog.add(replace(choir, tips=(), known_by=()), "cli")


@pytest.fixture
def ama(app: Flask) -> str:
    return person("Ama")


@pytest.fixture
def tom(app: Flask) -> str:
    return person("Tom")


@pytest.fixture
def on_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Move the clock."""

    def move(day: date) -> None:
        settings: Settings = app.config["KITH_SETTINGS"]
        monkeypatch.setitem(app.config, "KITH_SETTINGS", replace(settings, fixed_today=day))

    return move


def imported(record: ListingRecord) -> None:
    made = planning.plan([record], catalog.known(record.source))
    catalog.apply(made, "cli", source=record.source)


def known_by(listing_id: str) -> tuple[str, ...]:
    return fetch([listing_id])[listing_id].record.known_by


# --- ties -----------------------------------------------------------------------------------------------------------


def test_a_tie_said_twice_is_one_tie_with_the_later_words(listing_id: str, ama: str) -> None:
    first = knowledge.tie(listing_id, ama, warmth="have_met", began="Met at the summer fair")
    assert knowledge.tie(listing_id, ama, warmth="know_well", note="Rings back in the evening") == first
    [knower] = knowledge.who_knows(listing_id)
    assert (knower.name, knower.warmth, knower.began, knower.note) == (
        "Ama",
        "know_well",
        "Met at the summer fair",
        "Rings back in the evening",
    )
    assert known_by(listing_id) == ("Ama",)


def test_the_warmest_colleague_comes_first_and_of_two_alike_the_one_who_was_in_touch_last(
    listing_id: str, ama: str, tom: str
) -> None:
    zoe = person("Zoe")
    knowledge.tie(listing_id, ama, warmth="have_met", last_contact=date(2026, 3, 1))
    knowledge.tie(listing_id, zoe, warmth="have_met", last_contact=date(2026, 9, 1))
    knowledge.tie(listing_id, tom, warmth="ring_any_time", last_contact=date(2025, 1, 1))
    assert [one.name for one in knowledge.who_knows(listing_id)] == ["Tom", "Zoe", "Ama"]


def test_who_knows_the_venue_is_asked_about_every_group_there(
    app: Flask, choir: ListingRecord, listing_id: str, ama: str
) -> None:
    other = catalog.add(replace(choir, source_id="chess", name="Chess", tips=(), known_by=()), "cli")
    elsewhere = catalog.add(
        replace(choir, source_id="far", name="Far", places=(), sessions=(), tips=(), known_by=()), "cli"
    )
    record = fetch([listing_id])[listing_id].record
    assert any(place.name and place.postal_code for place in record.places)
    knowledge.tie(listing_id, ama, warmth="know_well", about="venue")
    assert [one.name for one in knowledge.who_knows(other)] == ["Ama"]
    assert knowledge.who_knows(elsewhere) == []


def test_a_tie_to_a_contact_names_one_of_the_listing(listing_id: str, ama: str) -> None:
    knowledge.tie(listing_id, ama, warmth="have_met", about="contact", whom="Wendy")
    assert knowledge.who_knows(listing_id)[0].whom == "Wendy"
    with pytest.raises(Invalid) as caught:
        knowledge.tie(listing_id, ama, warmth="have_met", about="contact", whom="Nobody")
    assert "about" in caught.value.fields


def test_a_tie_that_ended_is_kept_and_nobody_is_sent_to_it(listing_id: str, ama: str, tom: str) -> None:
    key = knowledge.tie(listing_id, ama, warmth="have_met", note="Ask about the ramp")
    with pytest.raises(NotAllowed):
        knowledge.cool(key, tom)
    knowledge.cool(key, ama)
    assert knowledge.who_knows(listing_id) == [] and known_by(listing_id) == ()
    row = db.session.get(Tie, key)
    assert row and (row.note, row.ended_on) == ("Ask about the ramp", TODAY)
    knowledge.cool(key, ama)  # sent twice
    with pytest.raises(NotFound):
        knowledge.warm(key, ama)


def test_search_and_matching_hear_of_a_new_tie(listing_id: str, ama: str) -> None:
    db.session.execute(sa.delete(Outbox))
    db.session.commit()
    knowledge.tie(listing_id, ama, warmth="have_met")
    assert db.session.scalars(sa.select(Outbox.listing_id)).all() == [listing_id]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"warmth": "hot"}, "warmth"),
        ({"warmth": "have_met", "about": "dog"}, "about"),
        ({"warmth": "have_met", "since": date(2027, 1, 1)}, "since"),
        ({"warmth": "have_met", "note": "x" * 2001}, "note"),
    ],
)
def test_a_tie_that_cannot_be_is_refused_by_its_field(
    listing_id: str, ama: str, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        knowledge.tie(listing_id, ama, **more)  # type: ignore[arg-type]
    assert field in caught.value.fields


def test_somebody_who_does_not_work_here_has_no_ties(listing_id: str) -> None:
    visitor = person("Visitor", "individual")
    gone = person("Gone")
    accounts.disable(gone)
    for who in (visitor, gone):
        with pytest.raises(NotAllowed):
            knowledge.tie(listing_id, who, warmth="have_met")


# --- the sheet's columns --------------------------------------------------------------------------------------------


def test_a_name_in_a_sheet_is_the_colleague_who_alone_has_it(
    app: Flask, choir: ListingRecord, ama: str
) -> None:
    accounts.create("tom1@example.org", "Tom", ["worker"])
    accounts.create("tom2@example.org", "Tom", ["worker"])
    accounts.create("ana@example.org", "Ana", ["individual"])
    imported(replace(choir, known_by=("ama", "Tom", "Ana", "Nobody")))
    linked = {row.colleague: row.user_id for row in db.session.scalars(sa.select(Tie))}
    assert linked == {"ama": ama, "Tom": None, "Ana": None, "Nobody": None}


def test_a_feed_changes_its_own_names_and_never_what_colleagues_said(
    app: Flask, choir: ListingRecord, ama: str, tom: str
) -> None:
    imported(replace(choir, known_by=("Ama", "Pat"), tips=("Side door", "Bring cake")))
    [listing_id] = fetch_ids()
    knowledge.tie(listing_id, tom, warmth="ring_any_time")
    knowledge.tie(listing_id, ama, warmth="know_well", note="Her own words")
    kept = knowledge.tip(listing_id, "Quiet before eleven", tom)
    imported(replace(choir, known_by=("Sol",), tips=("Bring cake", "New door code by phone")))
    record = fetch([listing_id])[listing_id].record
    assert record.known_by == ("Sol", "Ama", "Tom")
    assert record.tips == ("Bring cake", "New door code by phone", "Quiet before eleven")
    assert {one.name: one.note for one in knowledge.who_knows(listing_id)}["Ama"] == "Her own words"
    assert db.session.get(Tip, kept)
    imported(replace(choir, known_by=("Sol", "Tom"), tips=()))
    assert fetch([listing_id])[listing_id].record.known_by == ("Sol", "Tom", "Ama")


def fetch_ids() -> list[str]:
    from directory.models import Service

    return list(db.session.scalars(sa.select(Service.id)))


def test_an_edit_by_hand_that_takes_a_colleague_out_sets_the_tie_aside(
    listing_id: str, ama: str, tom: str
) -> None:
    knowledge.tie(listing_id, ama, warmth="have_met", note="Has the key")
    knowledge.tie(listing_id, tom, warmth="have_met")
    catalog.amend(listing_id, {"known_by": ("Tom",)}, tom)
    assert known_by(listing_id) == ("Tom",)
    assert db.session.scalars(sa.select(Tie.note).where(Tie.active.is_(False))).all() == ["Has the key"]


def test_a_change_of_something_else_leaves_ties_and_tips_alone(listing_id: str, ama: str) -> None:
    key = knowledge.tie(listing_id, ama, warmth="have_met")
    tip = knowledge.tip(listing_id, "Side door", ama)
    catalog.amend(listing_id, {"description": "Other words", "places": ()}, ama)
    assert [one.tie_id for one in knowledge.who_knows(listing_id)] == [key]
    assert [one.id for one in knowledge.tips_of([listing_id])[listing_id]] == [tip]


def test_a_colleague_claims_the_ties_that_hold_only_their_name(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(replace(choir, known_by=("Mina", "Tom")), "cli")
    mina = person("Mina")
    assert knowledge.claim(mina) == 1 and knowledge.claim(mina) == 0
    assert [one.listing.id for one in knowledge.ties_of(mina)] == [listing_id]
    other = accounts.create("tom2@example.org", "Tom", ["worker"]).id
    accounts.create("tom3@example.org", "Tom", ["worker"])
    assert knowledge.claim(other) == 0


# --- tips -----------------------------------------------------------------------------------------------------------


def test_the_same_tip_from_a_second_colleague_is_an_agreement(listing_id: str, ama: str, tom: str) -> None:
    first = knowledge.tip(listing_id, "Side door, ask for the caretaker", ama)
    assert knowledge.tip(listing_id, "side door,  ask for the caretaker", tom) == first
    [told] = knowledge.tips_of([listing_id])[listing_id]
    assert (told.by, told.agreed_by) == ("Ama", ("Tom",))


def test_a_tip_that_nobody_confirmed_for_a_year_is_asked_about_again(
    listing_id: str, ama: str, tom: str, on_day: Callable[[date], None]
) -> None:
    key = knowledge.tip(listing_id, "Quiet before eleven", ama)
    on_day(TODAY + timedelta(days=365))
    assert not knowledge.tips_of([listing_id])[listing_id][0].ask_again
    on_day(TODAY + timedelta(days=366))
    assert knowledge.tips_of([listing_id])[listing_id][0].ask_again
    knowledge.agree(key, tom)
    knowledge.agree(key, tom)
    assert not knowledge.tips_of([listing_id])[listing_id][0].ask_again
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TipAgreement)) == 1
    knowledge.retire_tip(key, tom)
    assert knowledge.tips_of([listing_id]) == {} and db.session.get(Tip, key)


@pytest.mark.parametrize("text", ["", "   ", "x" * 301])
def test_a_tip_is_one_line(listing_id: str, ama: str, text: str) -> None:
    with pytest.raises(Invalid):
        knowledge.tip(listing_id, text, ama)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Went with Farida and sat at the back", True),
        ("Farida loved it", True),
        ("took Callum, he found it loud", True),
        ("Took Callum along", True),
        ("Bring Farida early", True),
        ("Go with Wendy, she runs it", False),
        ("Parking was easy. Ask for Wendy", False),
        ("Everybody enjoyed the tea", False),
        ("Best with Tom on a Tuesday", False),
        ("Good for Monday mornings", False),
    ],
)
def test_a_line_that_seems_to_name_somebody_is_asked_about_once(
    listing_id: str, ama: str, tom: str, text: str, asked: bool
) -> None:
    if asked:
        with pytest.raises(Invalid) as caught:
            knowledge.tip(listing_id, text, ama)
        assert caught.value.fields == {"text": knowledge.NAMES_SOMEONE}
    assert knowledge.tip(listing_id, text, ama, sure=asked)


# --- visits and calls -----------------------------------------------------------------------------------------------


def test_what_was_seen_on_a_visit_is_a_fact_with_its_provenance_in_the_same_step(
    listing_id: str, ama: str
) -> None:
    knowledge.visit(
        listing_id,
        ama,
        on=date(2026, 11, 20),
        facts={"quiet": "yes", "step_free": "partial"},
        warmth="have_met",
        with_someone=True,
    )
    record = fetch([listing_id])[listing_id].record
    seen = Provenance(date(2026, 11, 20), "visited", "worker")
    assert FactRecord("quiet", "yes", seen) in record.facts
    assert FactRecord("step_free", "partial", seen) in record.places[0].facts
    assert record.checked == seen
    [knower] = knowledge.who_knows(listing_id)
    assert (knower.warmth, knower.last_contact) == ("have_met", date(2026, 11, 20))
    [been] = knowledge.visits_of(listing_id)
    assert (been.by, been.found, been.with_someone) == ("Ama", 2, True)


def test_a_visit_sent_twice_is_one_visit(listing_id: str, ama: str, tom: str) -> None:
    first = knowledge.visit(listing_id, ama, token="form-1")
    assert knowledge.visit(listing_id, ama, token="form-1") == first
    with pytest.raises(Conflict):
        knowledge.visit(listing_id, tom, token="form-1")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 1


def test_a_visit_that_arrives_late_does_not_undo_what_was_checked_since(
    listing_id: str, ama: str, tom: str
) -> None:
    knowledge.visit(listing_id, tom, kind="call", on=date(2026, 11, 21), facts={"quiet": "no"})
    knowledge.visit(listing_id, ama, on=date(2026, 11, 19), facts={"quiet": "yes", "breaks": "yes"})
    record = fetch([listing_id])[listing_id].record
    facts = {fact.key: fact.value for fact in record.facts}
    assert (facts["quiet"], facts["breaks"]) == ("no", "yes")
    assert record.checked.checked_on == date(2026, 11, 21)


def test_a_visit_alone_does_not_say_that_the_listing_is_right(listing_id: str, ama: str) -> None:
    before = fetch([listing_id])[listing_id].record.checked
    knowledge.visit(listing_id, ama)
    assert fetch([listing_id])[listing_id].record.checked == before
    knowledge.visit(listing_id, ama, as_listed=True)
    assert fetch([listing_id])[listing_id].record.checked.checked_on == TODAY


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "dream"}, "kind"),
        ({"on": date(2026, 11, 23)}, "on"),
        ({"on": date(2025, 11, 20)}, "on"),
        ({"facts": {"quiet": "loud"}}, "fact_quiet"),
        ({"facts": {"colour": "yes"}}, "fact_colour"),
        ({"note": "Callum enjoyed it, went with Callum"}, "note"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_nothing_is_kept(
    listing_id: str, ama: str, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        knowledge.visit(listing_id, ama, **more)  # type: ignore[arg-type]
    assert list(caught.value.fields) == [field]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 0


def test_a_fact_about_a_building_needs_one_and_then_nothing_of_the_visit_is_kept(
    app: Flask, choir: ListingRecord, ama: str
) -> None:
    listing_id = catalog.add(replace(choir, places=(), sessions=()), "cli")
    with pytest.raises(Invalid):
        knowledge.visit(listing_id, ama, facts={"step_free": "yes"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 0


# --- introductions, promises, what colleagues bring -----------------------------------------------------------------


def test_an_introduction_lands_with_the_colleague_and_is_answered_in_two_lines(
    listing_id: str, ama: str, tom: str
) -> None:
    key = knowledge.ask_introduction(listing_id, tom, ama, "Could you ring ahead?")
    assert knowledge.ask_introduction(listing_id, tom, ama, "Could you ring them?") == key
    [asked] = knowledge.introductions_of(ama)
    assert (asked.by, asked.of, asked.words, asked.state) == ("Tom", "Ama", "Could you ring them?", "open")
    with pytest.raises(NotAllowed):
        knowledge.answer_introduction(key, tom, "Me")
    with pytest.raises(Invalid):
        knowledge.answer_introduction(key, ama, "")
    knowledge.answer_introduction(key, ama, "Ask for Wendy.\nTuesdays are good.")
    assert knowledge.introductions_of(tom)[0].answer == "Ask for Wendy.\nTuesdays are good."
    assert [(one.name, one.warmth) for one in knowledge.who_knows(listing_id)] == [("Tom", "know_of")]


def test_an_introduction_that_does_not_work_out_needs_no_words(listing_id: str, ama: str, tom: str) -> None:
    key = knowledge.ask_introduction(listing_id, tom, ama)
    knowledge.answer_introduction(key, ama, declined=True)
    knowledge.answer_introduction(key, ama, "Later words")
    assert knowledge.introductions_of(tom)[0].state == "declined"
    assert knowledge.who_knows(listing_id) == []


def test_nobody_asks_themselves_nor_somebody_who_left(listing_id: str, ama: str, tom: str) -> None:
    accounts.disable(tom)
    for of in (ama, tom, "nobody"):
        with pytest.raises(Invalid):
            knowledge.ask_introduction(listing_id, ama, of)


def test_a_promised_check_is_kept_by_a_visit(
    listing_id: str, ama: str, on_day: Callable[[date], None]
) -> None:
    key = knowledge.promise(listing_id, ama, TODAY + timedelta(days=7))
    assert knowledge.promise(listing_id, ama, TODAY + timedelta(days=9)) == key
    on_day(TODAY + timedelta(days=10))
    [promised] = knowledge.promises_of(ama)
    assert promised.overdue and promised.due == TODAY + timedelta(days=9)
    knowledge.visit(listing_id, ama, kind="call", as_listed=True)
    row = db.session.get(Promise, key)
    assert knowledge.promises_of(ama) == [] and row and row.state == "kept"


def test_a_promise_is_for_a_day_to_come(listing_id: str, ama: str) -> None:
    for due in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
        with pytest.raises(Invalid):
            knowledge.promise(listing_id, ama, due)


def test_who_in_the_team_knows_choirs_is_answered_by_what_they_bring_and_whom_they_know(
    listing_id: str, ama: str, tom: str
) -> None:
    knowledge.tie(listing_id, ama, warmth="know_well")
    shared = knowledge.bring(tom, "I sing in a gospel choir", shared=True)
    knowledge.bring(ama, "I mend bicycles", shared=False)
    found = team_assets("who in the team knows choirs?")
    assert [one.name for one in found] == ["Tom", "Ama"]
    answers = {one.name: one for one in found}
    assert answers["Tom"].brings == ["I sing in a gospel choir"]
    assert [name for _, name, _ in answers["Ama"].knows] == [fetch([listing_id])[listing_id].record.name]
    assert team_assets("bicycles") == []
    knowledge.share(shared, tom, False)
    assert [one.name for one in team_assets("singing")] == ["Ama"]
    accounts.disable(ama)
    assert team_assets("singing") == []
    with pytest.raises(NotFound):
        knowledge.put_away(shared, ama)


# --- how many would be left -----------------------------------------------------------------------------------------


def test_the_bus_factor_counts_colleagues_who_are_here_and_have_met_somebody(
    app: Flask, choir: ListingRecord, listing_id: str, ama: str, tom: str
) -> None:
    chess = catalog.add(replace(choir, source_id="chess", name="Chess", known_by=("Pat",), tips=()), "cli")
    quiet = catalog.add(replace(choir, source_id="q", name="Nobody's", known_by=(), tips=()), "cli")
    knowledge.tie(listing_id, ama, warmth="have_met")
    knowledge.tie(listing_id, tom, warmth="know_of")
    knowledge.tie(chess, ama, warmth="know_well")
    knowledge.tie(chess, tom, warmth="have_met")
    told = {one.listing.id: one for one in knowledge.bus_factor()}
    assert quiet not in told
    assert [name for _, name in told[listing_id].knowers] == ["Ama"] and told[listing_id].know_of == ("Tom",)
    assert [name for _, name in told[chess].knowers] == ["Ama", "Tom"] and told[chess].know_of == ("Pat",)
    assert [one.listing.id for one in knowledge.single_knowers()] == [listing_id]
    assert knowledge.single_knowers_over_time(2)[-1] == (TODAY, 1, 2)
    assert knowledge.single_knowers_over_time(2)[0] == (date(2026, 10, 31), 0, 0)
    accounts.disable(tom)
    assert {one.listing.id for one in knowledge.single_knowers()} == {listing_id, chess}


def test_the_most_used_comes_first_among_those_with_one_knower(
    app: Flask, choir: ListingRecord, listing_id: str, ama: str
) -> None:
    used = catalog.add(replace(choir, source_id="used", name="Zest", known_by=(), tips=()), "cli")
    for key in (listing_id, used):
        knowledge.tie(key, ama, warmth="have_met")
    knowledge.visit(used, ama, kind="call")
    assert [one.listing.id for one in knowledge.single_knowers()] == [used, listing_id]


def test_a_place_that_is_often_suggested_matters_although_nobody_has_been_there(
    app: Flask, choir: ListingRecord, listing_id: str
) -> None:
    seldom = catalog.add(replace(choir, source_id="seldom", name="Seldom", known_by=(), tips=()), "cli")
    for _ in range(30):
        usage.note([listing_id], "suggested")
    usage.note([seldom], "views")
    usage.flush()
    assert [(one.listing.id, one.knowers) for one in knowledge.bus_factor()] == [(listing_id, ())]


def test_a_tie_goes_cold_by_its_warmth(
    listing_id: str, ama: str, tom: str, on_day: Callable[[date], None]
) -> None:
    key = knowledge.tie(listing_id, ama, warmth="ring_any_time", last_contact=TODAY)
    knowledge.tie(listing_id, tom, warmth="know_of")
    on_day(TODAY + timedelta(days=183))
    assert knowledge.going_cold(ama) == []
    on_day(TODAY + timedelta(days=184))
    assert [one.tie_id for one in knowledge.going_cold(ama)] == [key] and knowledge.going_cold(tom) == []
    knowledge.warm(key, ama)
    assert knowledge.going_cold(ama) == []


def test_places_on_my_patch_where_i_have_never_been(
    app: Flask, choir: ListingRecord, listing_id: str, ama: str, tom: str
) -> None:
    near = catalog.add(replace(choir, source_id="near", name="Near", known_by=(), tips=()), "cli")
    far = replace(choir.places[0], postal_code="ZZ1 1ZZ", source_id="hall")
    catalog.add(replace(choir, source_id="far", name="Far", places=(far,), known_by=(), tips=()), "cli")
    knowledge.visit(listing_id, ama)
    assert [one.id for one in knowledge.never_visited(ama)] == [near]
    assert knowledge.never_visited(tom) == []


# --- beside history, checks and erasing -----------------------------------------------------------------------------


def test_undoing_an_edit_of_tips_takes_back_that_edit_and_no_colleagues_tip(
    listing_id: str, ama: str, tom: str
) -> None:
    knowledge.tip(listing_id, "Side door", ama)
    catalog.amend(listing_id, {"tips": ("Bring cake",)}, tom)
    knowledge.tip(listing_id, "Ring twice", ama)
    action = history.of(listing_id).undoable(tom)
    assert action
    history.undo(listing_id, action.version, tom)
    told = {one.text: one.by for one in knowledge.tips_of([listing_id])[listing_id]}
    assert told == {"Side door": "Ama", "Ring twice": "Ama"}


def test_an_earlier_version_brought_back_leaves_ties_and_tips_of_colleagues(
    listing_id: str, ama: str, tom: str
) -> None:
    catalog.amend(listing_id, {"description": "Other words"}, tom)
    first = history.of(listing_id).actions[-1].version
    knowledge.tie(listing_id, ama, warmth="have_met")
    knowledge.tip(listing_id, "Side door", ama)
    history.restore(listing_id, first, tom)
    assert known_by(listing_id) == ("Ama",) and knowledge.tips_of([listing_id])


def test_a_check_on_the_listing_keeps_the_promise(listing_id: str, ama: str, tom: str) -> None:
    knowledge.promise(listing_id, ama, TODAY)
    checking.still_right(listing_id, "phoned", "worker", tom)
    assert knowledge.promises_of(ama)
    checking.still_right(listing_id, "phoned", "worker", ama)
    assert knowledge.promises_of(ama) == []


def test_what_a_lead_erases_is_gone_from_everything_that_colleagues_wrote(
    app: Flask, listing_id: str, ama: str, tom: str
) -> None:
    app.config["SECRET_KEY"] = "a key for the test"
    retired = knowledge.tip(listing_id, "Ask for Wendy on Tuesdays", ama)
    knowledge.retire_tip(retired, ama)
    gone = knowledge.tip(listing_id, "Wendy has a dog", ama)
    knowledge.tie(listing_id, ama, warmth="have_met", about="contact", whom="Wendy", note="Wendy sings alto")
    knowledge.visit(listing_id, ama, note="Wendy made tea")
    knowledge.ask_introduction(listing_id, tom, ama, "To Wendy please")
    wanted = {
        found.key
        for found in erasing.personal(listing_id)
        if found.piece.text in ("Wendy", "Wendy has a dog")
    }
    erasing.erase(listing_id, wanted, tom, "asked")
    rows = [
        str(row)
        for model in (Tie, Tip, Visit, Introduction)
        for row in db.session.execute(sa.select(sa.inspect(model).local_table))
    ]
    assert rows and not any("Wendy" in row for row in rows)
    assert db.session.get(Tip, gone) is None


# --- when two listings were one place -------------------------------------------------------------------------------


def test_when_two_listings_were_one_place_everything_known_of_both_stands_at_one(
    app: Flask, choir: ListingRecord, listing_id: str, ama: str, tom: str
) -> None:
    twin = catalog.add(replace(choir, source_id="twin", name="Twin", known_by=("Pat",), tips=()), "cli")
    knowledge.tie(listing_id, ama, warmth="have_met", note="Has the key")
    knowledge.tie(twin, ama, warmth="know_well", note="Sings alto")
    knowledge.tie(twin, tom, warmth="ring_any_time", began="At the fair")
    knowledge.tip(listing_id, "Side door", ama)
    knowledge.agree(knowledge.tip(twin, "Bring water", tom), ama)
    knowledge.visit(twin, tom, kind="call")
    knowledge.promise(twin, tom, TODAY)
    knowledge.ask_introduction(twin, tom, ama)
    key = catalog.merge(listing_id, twin, {}, tom)
    assert {one.name: (one.warmth, one.began, one.note) for one in knowledge.who_knows(listing_id)} == {
        "Ama": ("have_met", "", "Has the key\nSings alto"),
        "Pat": (None, "", ""),
        "Tom": ("ring_any_time", "At the fair", ""),
    }
    told = knowledge.tips_of([listing_id])[listing_id]
    assert {one.text: (one.by, one.agreed_by) for one in told} == {
        "Side door": ("Ama", ()),
        "Bring water": ("Tom", ("Ama",)),
    }
    assert len(knowledge.visits_of(listing_id)) == 1
    assert knowledge.promises_of(tom)[0].listing.id == listing_id
    assert knowledge.introductions_of(ama)[0].listing.id == listing_id
    catalog.undo_merge(key, tom)
    assert [one.text for one in knowledge.tips_of([listing_id])[listing_id]] == ["Side door"]
    assert [one.name for one in knowledge.who_knows(listing_id)] == ["Ama"]
    assert [one.name for one in knowledge.who_knows(twin)] == ["Tom", "Ama", "Pat"]
    assert len(knowledge.visits_of(twin)) == 1


def test_a_whole_round_on_either_database(either_app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(replace(choir, tips=("Old tip",), known_by=("Ama", "Pat")), "cli")
    ama, tom = person("Ama"), person("Tom", "lead")
    assert knowledge.claim(ama) == 1
    knowledge.tie(listing_id, ama, warmth="know_well", about="venue")
    tip = knowledge.tip(listing_id, "Side door", ama)
    knowledge.agree(tip, tom)
    knowledge.visit(listing_id, ama, facts={"quiet": "yes", "step_free": "yes"}, warmth="ring_any_time")
    knowledge.ask_introduction(listing_id, tom, ama)
    knowledge.promise(listing_id, ama, TODAY)
    knowledge.bring(ama, "I sing", shared=True)
    assert [one.name for one in team_assets("singing")] == ["Ama"]
    assert [len(one.knowers) for one in knowledge.bus_factor()] == [1]
    assert knowledge.never_visited(ama) == [] and knowledge.single_knowers_over_time(3)
    assert [one.id for one in pack_of_area("MB1").entries] == [listing_id]
    handover.hand_over(ama, tom, "cli")
    assert [one.name for one in knowledge.who_knows(listing_id)] == ["Pat", "Tom"]
    assert known_by(listing_id) == ("Pat", "Tom") or known_by(listing_id) == ("Tom", "Pat")
    assert handover.orphans() == [] and team_assets("I sing")[0].name == "Tom"
    catalog.amend(listing_id, {"known_by": ("Tom",), "tips": ()}, "cli")
    assert knowledge.tips_of([listing_id]) == {}


def test_a_colleague_hears_what_the_facts_they_found_helped_with(listing_id: str, ama: str, tom: str) -> None:
    knowledge.visit(listing_id, ama, on=date(2026, 11, 20), facts={"quiet": "yes", "step_free": "yes"})
    knowledge.visit(listing_id, tom, on=date(2026, 11, 20))
    with writing() as connection:
        connection.execute(
            sa.insert(ListingUse),
            [
                {"listing_id": listing_id, "month": month, "views": 9, "suggested": times}
                for month, times in (("2026-10", 4), ("2026-11", 3), ("2026-12", 2))
            ],
        )
    helped = knowledge.facts_that_helped(ama)
    assert (helped.facts, helped.suggested) == (2, 5)
    assert knowledge.facts_that_helped(tom).suggested == 0
