"""Leaving: nothing is orphaned, a readable record remains, and it works late as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import accounts, catalog, handover, knowledge, saved_searches
from directory.database import db
from directory.errors import Conflict, Invalid, NotFound
from directory.listings import fetch
from directory.models import Outbox, Tie, User
from directory.patch import pack, pack_of_area
from directory.staff_search import StaffCriteria
from importers.records import ListingRecord
from matching.types import Point

TODAY = date(2026, 11, 22)


def person(name: str, *roles: str) -> str:
    return accounts.create(f"{name.casefold()}@example.org", name, roles or ("worker",)).id


@pytest.fixture
def lead(app: Flask) -> str:
    return person("Lin", "lead")


@pytest.fixture
def leaver(app: Flask) -> str:
    return person("Ama")


@pytest.fixture
def tom(app: Flask) -> str:
    return person("Tom")


@pytest.fixture
def make(app: Flask, choir: ListingRecord) -> Callable[..., str]:
    """Add a listing in a postcode; its id."""

    def add(key: str, postcode: str = "MB1 1AA", **more: object) -> str:
        spot = replace(choir.places[0], postal_code=postcode, source_id="hall")
        changes: dict[str, object] = {"tips": (), "known_by": (), "places": (spot,), **more}
        return catalog.add(replace(choir, source_id=key, name=key.title(), **changes), "cli")  # type: ignore[arg-type]

    return add


def test_everything_that_only_they_hold_is_listed_the_most_used_place_first(
    make: Callable[..., str], leaver: str, tom: str
) -> None:
    quiet, used = make("chess"), make("ukulele")
    knowledge.tie(quiet, leaver, warmth="know_well")
    knowledge.tip(used, "Side door", leaver)
    knowledge.ask_introduction(used, tom, leaver, "Please")
    knowledge.promise(used, leaver, TODAY + timedelta(days=3))
    knowledge.tie(used, tom, warmth="have_met")
    held = handover.holdings(leaver)
    assert [(one.kind, one.listing.id) for one in held] == [
        ("tip", used),
        ("introduction", used),
        ("promise", used),
        ("tie", quiet),
    ]
    assert {one.suggested for one in held} == {tom}


def test_what_is_passed_on_keeps_its_story_and_starts_cool(
    make: Callable[..., str], leaver: str, tom: str
) -> None:
    choir = make("choir")
    knowledge.tie(choir, leaver, warmth="ring_any_time", began="Sang there once", note="Ring after six")
    [held] = handover.holdings(leaver)
    handover.reassign(leaver, "tie", held.id, tom)
    [knower] = knowledge.who_knows(choir)
    assert (knower.name, knower.warmth, knower.handed_over) == ("Tom", "know_of", True)
    assert knower.note == "Sang there once\nRing after six"
    assert handover.holdings(leaver) == [] and fetch([choir])[choir].record.known_by == ("Tom",)
    with pytest.raises(NotFound):
        handover.reassign(leaver, "tie", held.id, tom)


def test_a_colleague_who_knew_them_already_stays_as_warm_as_they_were(
    make: Callable[..., str], leaver: str, tom: str
) -> None:
    choir = make("choir")
    knowledge.tie(choir, leaver, warmth="have_met", note="Two steps")
    knowledge.tie(choir, tom, warmth="know_well")
    assert handover.reassign_all(leaver, tom) == 1
    [knower] = knowledge.who_knows(choir)
    assert (knower.warmth, knower.note) == ("know_well", "Two steps")


def test_an_area_goes_to_one_colleague_and_the_rest_to_another(
    make: Callable[..., str], leaver: str, lead: str, tom: str
) -> None:
    here, there, online = make("here"), make("there", "MB2 1AA"), make("online", places=(), sessions=())
    for key in (here, there, online):
        knowledge.tie(key, leaver, warmth="have_met")
    assert handover.reassign_all(leaver, tom, area="MB2") == 1
    assert handover.reassign_all(leaver, lead, area="") == 1
    assert handover.reassign_all(leaver, lead) == 1
    assert [one.name for one in knowledge.who_knows(there)] == ["Tom"]
    assert [one.name for one in knowledge.who_knows(online)] == ["Lin"]


def test_open_introductions_and_promises_go_along(
    make: Callable[..., str], leaver: str, lead: str, tom: str
) -> None:
    choir, chess = make("choir"), make("chess")
    asked_of = knowledge.ask_introduction(choir, lead, leaver)
    asked_by = knowledge.ask_introduction(choir, leaver, lead)
    both = knowledge.ask_introduction(chess, tom, leaver)
    knowledge.promise(choir, leaver, TODAY + timedelta(days=3))
    knowledge.promise(choir, tom, TODAY + timedelta(days=9))
    knowledge.promise(chess, leaver, TODAY + timedelta(days=4))
    handover.reassign_all(leaver, tom)
    told = {one.id: one for one in knowledge.introductions_of(tom)}
    assert (told[asked_of].of, told[asked_by].by, told[both].state) == ("Tom", "Tom", "answered")
    assert [(one.listing.id, one.due - TODAY) for one in knowledge.promises_of(tom)] == [
        (choir, timedelta(days=3)),
        (chess, timedelta(days=4)),
    ]


def test_saved_searches_go_along_and_keep_a_name_of_their_own(
    app: Flask, leaver: str, lead: str, tom: str
) -> None:
    criteria = StaffCriteria(words="choir")
    saved_searches.save(leaver, "Choirs", criteria, shared=True)
    saved_searches.save(tom, "Choirs", criteria, shared=False)
    assert [(one.kind, one.listing.name, one.what) for one in handover.holdings(leaver)] == [
        ("search", "Choirs", "the team opens it too")
    ]
    handover.hand_over(leaver, tom, lead)
    assert sorted(one.name for one in saved_searches.listed(tom) if one.mine) == ["Choirs", "Choirs (2)"]
    record = handover.record_of(leaver)
    assert record and record.lines == (("saved search", "Choirs (2)", "Tom"),)


def test_a_leaver_who_still_holds_something_cannot_be_closed(
    make: Callable[..., str], leaver: str, lead: str
) -> None:
    knowledge.tie(make("choir"), leaver, warmth="have_met")
    knowledge.tip(make("chess"), "Side door", leaver)
    with pytest.raises(Conflict, match="1 tie and 1 tip"):
        handover.finish(leaver, lead)
    assert accounts.by_id(leaver).active


@pytest.mark.parametrize("agreed", [True, False])
def test_the_record_names_them_only_if_they_agreed(
    make: Callable[..., str], leaver: str, lead: str, tom: str, agreed: bool
) -> None:
    choir = make("choir")
    knowledge.tie(choir, leaver, warmth="have_met")
    knowledge.tip(choir, "Side door", leaver)
    handover.reassign_all(leaver, tom)
    key = handover.finish(leaver, lead, agreed_to_name=agreed, note="Thank you")
    assert handover.finish(leaver, lead) == key
    record = handover.record_of(leaver)
    assert record
    who = "Ama" if agreed else "a former colleague"
    assert (record.who, record.role, record.counts) == (who, "worker", {"tie": 1, "tip": 1})
    assert set(record.lines) == {("tie", "Choir", "Tom"), ("tip", "Choir", "Tom")}
    assert knowledge.tips_of([choir])[choir][0].by == who
    assert not accounts.by_id(leaver).active
    names = set(db.session.scalars(sa.select(Tie.colleague)))
    assert ("Ama" in names) == agreed


def test_it_works_after_they_have_gone(make: Callable[..., str], leaver: str, lead: str, tom: str) -> None:
    choir = make("choir")
    chess = make("chess", known_by=("Ama",))
    old = catalog.amend(chess, {"known_by": ()}, "cli")
    assert old.known_by == ()
    knowledge.tie(choir, leaver, warmth="have_met")
    by_name = make("bowls")
    db.session.execute(sa.update(Tie).where(Tie.listing_id == choir).values(note="Has the key"))
    db.session.commit()
    accounts.disable(leaver)
    catalog.amend(by_name, {"known_by": ("Ama",)}, "cli")
    assert fetch([choir])[choir].record.known_by == ()
    assert [(name, number) for _, name, number in handover.orphans()] == [("Ama", 2)]
    handover.hand_over(leaver, tom, lead)
    assert handover.orphans() == [] and [one.note for one in knowledge.who_knows(choir)] == ["Has the key"]
    assert [one.name for one in knowledge.who_knows(by_name)] == ["Tom"]
    record = handover.record_of(leaver)
    assert record and record.counts == {"tie": 2}


def test_matching_hears_that_nobody_is_to_ask_a_leaver(make: Callable[..., str], leaver: str) -> None:
    choir = make("choir")
    knowledge.tie(choir, leaver, warmth="have_met")
    db.session.execute(sa.delete(Outbox))
    db.session.commit()
    accounts.disable(leaver)
    assert db.session.scalars(sa.select(Outbox.listing_id)).all() == [choir]


def test_nothing_goes_to_oneself_nor_to_somebody_who_left(
    make: Callable[..., str], leaver: str, tom: str
) -> None:
    knowledge.tie(make("choir"), leaver, warmth="have_met")
    accounts.disable(tom)
    for to in (leaver, tom, "nobody"):
        with pytest.raises(Invalid):
            handover.reassign_all(leaver, to)
    assert len(handover.holdings(leaver)) == 1


def test_the_only_lead_cannot_close_the_door_behind_them(lead: str, tom: str) -> None:
    with pytest.raises(Conflict, match="only lead"):
        handover.finish(lead, lead)
    accounts.set_roles(tom, ["lead"])
    db.session.execute(sa.update(User).where(User.id == tom).values(password="set"))
    db.session.commit()
    assert handover.finish(lead, tom)


def test_the_walk_begins_where_nobody_else_has_met_anybody(
    make: Callable[..., str], leaver: str, tom: str
) -> None:
    shared, alone, visited = make("shared"), make("alone"), make("visited")
    knowledge.tie(shared, leaver, warmth="have_met")
    knowledge.tie(shared, tom, warmth="have_met")
    knowledge.visit(shared, tom)
    knowledge.tie(alone, leaver, warmth="know_of")
    knowledge.tip(alone, "Side door", leaver)
    knowledge.visit(visited, leaver)
    steps = handover.walk(leaver)
    assert [(one.listing.id, one.alone) for one in steps] == [(visited, True), (alone, True), (shared, False)]
    assert steps[1].their_tips == ("Side door",)


def test_suggestions_can_be_taken_in_one_go(
    make: Callable[..., str], leaver: str, lead: str, tom: str
) -> None:
    for number in range(3):
        knowledge.tie(make(f"g{number}"), leaver, warmth="have_met")
    lonely = make("far", "ZZ9 9ZZ")
    knowledge.tie(lonely, leaver, warmth="have_met")
    knowledge.tie(make("toms"), tom, warmth="have_met")
    assert handover.reassign_as_suggested(leaver) == 3
    assert [one.listing.id for one in handover.holdings(leaver)] == [lonely]


# --- arriving -------------------------------------------------------------------------------------------------------


def test_a_patch_pack_names_places_people_colleagues_and_tips(
    make: Callable[..., str], leaver: str, tom: str
) -> None:
    choir, bare = make("choir"), make("bare")
    far = make("far", "ZZ9 9ZZ")
    closed = make("closed", status="closed")
    knowledge.tie(choir, leaver, warmth="know_well")
    knowledge.tie(choir, tom, warmth="know_of")
    knowledge.tip(choir, "Side door", tom)
    made = pack_of_area("MB1")
    assert [one.id for one in made.entries] == [choir, bare]
    assert {far, closed}.isdisjoint(one.id for one in made.entries)
    assert [(one.name, one.places) for one in made.colleagues] == [("Ama", (("Choir", "know_well"),))]
    assert [one.text for one in made.entries[0].tips] == ["Side door"]
    assert made.entries[0].people == ()  # Wendy is known to her link person alone
    assert {one.id for one in made.nobody_yet} == {choir, bare}


def test_the_pack_of_a_point_holds_what_is_near_enough(
    make: Callable[..., str], choir: ListingRecord
) -> None:
    spot = replace(choir.places[0], latitude=53.38, longitude=-1.47, point_trusted=True, private=False)
    away = replace(spot, latitude=53.48)
    near, far = make("near", places=(spot,)), make("away", places=(away,))
    home = make("home", places=(replace(spot, private=True),))
    assert [one.id for one in pack(Point(53.385, -1.47), 2).entries] == [near]
    assert {one.id for one in pack(Point(53.385, -1.47), 20).entries} == {near, far}
    assert home not in {one.id for one in pack(Point(53.38, -1.47), 50).entries}
    assert pack(Point(53.385, -1.47), 20, limit=1).left_out == 1
