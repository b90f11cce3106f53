from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import (
    accounts,
    board,
    catalog,
    checking,
    erasing,
    fidelity,
    ideas,
    knowledge,
    months,
    policies,
    usage,
)
from directory.config import Settings
from directory.database import db, now, writing
from directory.errors import Invalid, NotAllowed, NotFound
from directory.models import Gap, Idea, SelfCheck, Story
from importers import plan as planning
from importers.records import ListingRecord, Provenance

WORDS = "The first time we only looked in. The third time they stayed for tea."


@pytest.fixture
def today(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> date:
    """The real day: changes are written down with the real moment."""
    day = now().date()
    settings: Settings = either_app.config["KITH_SETTINGS"]
    monkeypatch.setitem(either_app.config, "KITH_SETTINGS", replace(settings, fixed_today=day))
    monkeypatch.setitem(either_app.config, "SECRET_KEY", "for tests, and for tests alone")
    return day


@pytest.fixture
def ama(today: date) -> str:
    return accounts.create("ama@example.org", "Ama", ["worker"]).id


@pytest.fixture
def tom(today: date) -> str:
    return accounts.create("tom@example.org", "Tom", ["worker"]).id


@pytest.fixture
def lea(today: date) -> str:
    return accounts.create("lea@example.org", "Lea", ["lead"]).id


def plain(choir: ListingRecord, **more: Any) -> ListingRecord:
    return replace(choir, tips=(), known_by=(), **more)


def tell(by: str, asked_by: str = "", **more: Any) -> str:
    said: dict[str, Any] = {
        "words": WORDS, "consent": True, "how": "said", "on": now().date(), "token": uuid4().hex, **more,
    }  # fmt: skip
    return board.tell(said.pop("words"), by, asked_by=asked_by or by, **said)


# --- stories --------------------------------------------------------------------------------------------------------


def test_a_story_says_who_asked_for_the_consent_how_and_when(ama: str, tom: str, today: date) -> None:
    tell(ama, tom, how="written", on=today - timedelta(days=3))
    [story] = board.stories()
    assert (story.words, story.by, story.asked_by, story.consent_how, story.consent_on) == (
        WORDS, "Ama", "Tom", "written", today - timedelta(days=3),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"consent": False}, "consent"),
        ({"how": ""}, "how"),
        ({"how": "guessed"}, "how"),
        ({"asked_by": str(uuid4())}, "asked_by"),
        ({"on": None}, "on"),
        ({"on": date(2999, 1, 1)}, "on"),
    ],
)
def test_a_story_without_all_of_its_consent_is_not_kept(
    ama: str, missing: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        tell(ama, **missing)
    assert list(caught.value.fields) == [field]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Story)) == 0


def test_a_story_that_seems_to_name_somebody_is_asked_about_and_goes_through_when_it_does_not(
    ama: str,
) -> None:
    words = "I went with Wilhelmina and she loved it."
    with pytest.raises(Invalid) as caught:
        tell(ama, words=words)
    assert caught.value.fields == {"words": knowledge.NAMES_SOMEONE}
    tell(ama, words="I went with Monday's group.", sure=False)
    tell(ama, words=words, sure=True)
    assert len(board.stories()) == 2


def test_who_runs_the_group_may_be_named(ama: str, choir: ListingRecord) -> None:
    catalog.add(plain(choir), "cli")
    tell(ama, words="We sang with Wendy.", listing="sing for the JOY of it")
    assert [story.listing and story.listing.name for story in board.stories()] == [choir.name]
    with pytest.raises(Invalid) as caught:
        tell(ama, listing="No such choir")
    assert list(caught.value.fields) == ["listing"]


def test_the_same_story_sent_twice_is_one(ama: str) -> None:
    assert tell(ama, token="form-1") == tell(ama, token="form-1")
    assert len(board.stories()) == 1


def test_a_consent_taken_back_deletes_the_story(ama: str, tom: str, lea: str) -> None:
    for by in (ama, lea):
        key = tell(ama)
        with pytest.raises(NotAllowed):
            board.take_down(key, tom)
        board.take_down(key, by)
        assert board.stories() == []
        assert WORDS not in repr(db.session.execute(sa.select(Story.words)).all())
    with pytest.raises(NotFound):
        board.take_down(str(uuid4()), lea)


def test_a_story_outlives_its_listing_and_names_no_one_who_left_without_agreeing(
    ama: str, tom: str, lea: str, choir: ListingRecord
) -> None:
    tell(ama, tom)
    accounts.disable(ama)
    accounts.disable(tom)
    [story] = board.stories()
    assert (story.by, story.asked_by) == (board.A_FORMER_COLLEAGUE, board.A_FORMER_COLLEAGUE)


def test_erasing_what_is_said_of_somebody_reaches_stories_and_notes_of_ideas(
    ama: str, lea: str, choir: ListingRecord
) -> None:
    listing_id = catalog.add(plain(choir), "cli")
    tell(ama, words="Wendy put out the chairs.", listing=choir.name)
    key = ideas.think_of({"title": "Second choir", "notes": "Ask Wendy"}, ama, token="form-1")
    with writing() as connection:
        connection.execute(sa.update(Idea).where(Idea.id == key).values(listing_id=listing_id))
    keys = [found.key for found in erasing.personal(listing_id) if "Wendy" in repr(found.piece)]
    erasing.erase(listing_id, keys, lea, "asked")
    assert "Wendy" not in board.stories()[0].words
    assert "Wendy" not in ideas.one(key).notes


def test_what_was_told_of_a_listing_follows_it_into_another_and_back(ama: str, choir: ListingRecord) -> None:
    gone = catalog.add(plain(choir, source_id="twin", name="Twin"), "cli")
    kept = catalog.add(plain(choir), "cli")
    tell(ama, listing="Twin")
    merge = catalog.merge(kept, gone, {}, ama)
    assert [story.listing and story.listing.id for story in board.stories()] == [kept]
    catalog.undo_merge(merge, ama)
    assert [story.listing and story.listing.id for story in board.stories()] == [gone]


# --- finds and introductions ----------------------------------------------------------------------------------------


def test_new_finds_are_what_somebody_added_by_hand_this_week(
    ama: str, choir: ListingRecord, today: date
) -> None:
    found = catalog.add(plain(choir), ama)
    made = planning.plan([plain(choir, source="feed")], catalog.known("feed"))
    catalog.apply(made, "cli", source="feed")
    [find] = board.new_finds(today - board.WEEK)
    assert (find.listing.id, find.by) == (found, "Ama")
    assert board.new_finds(today + timedelta(days=1)) == []
    catalog.retire(found, ama)
    assert board.new_finds(today - board.WEEK) == []


def test_introductions_made_are_those_that_were_answered(
    ama: str, tom: str, choir: ListingRecord, today: date
) -> None:
    listing_id = catalog.add(plain(choir), "cli")
    for kind, declined in (("introduce", False), ("go_along", True)):
        key = knowledge.ask_introduction(listing_id, ama, tom, kind=kind)
        knowledge.answer_introduction(key, tom, "Tuesdays are good", declined=declined)
    knowledge.ask_introduction(listing_id, tom, ama)
    [made] = board.introductions_made(today - board.RECENT)
    assert (made.by, made.of, made.kind, made.listing.name) == ("Ama", "Tom", "introduce", choir.name)


# --- the month ------------------------------------------------------------------------------------------------------


def test_the_month_counts_what_was_done(ama: str, tom: str, choir: ListingRecord, today: date) -> None:
    listing_id = catalog.add(plain(choir, checked=Provenance()), ama)
    other = catalog.add(plain(choir, source_id="old", name="Old", checked=Provenance(date(2020, 1, 1))), ama)
    made = planning.plan([plain(choir, source="feed")], catalog.known("feed"))
    catalog.apply(made, "cli", source="feed")
    catalog.amend(other, {"description": "New words"}, ama)
    catalog.amend(other, {"description": "Newer words"}, ama)
    checking.still_right(listing_id, "phoned", "worker", ama)
    knowledge.visit(other, tom, kind="visit", on=today, token="v1", facts={"beginners": "yes"})
    knowledge.tie(listing_id, ama, warmth="know_well")
    knowledge.tip(listing_id, "Side door", ama)
    tell(ama)
    found = months.figures_of(months.month(f"{today:%Y-%m}"))
    assert (found.added_by_hand, found.added_by_import) == (2, 1)
    assert (found.checked, found.visits, found.calls) == (2, 1, 0)
    assert found.updated == 1
    assert (found.new_ties, found.tips, found.stories) == (1, 1, 1)
    assert (found.single_knowers, found.known) == (1, 1)
    assert found.active_now == 3
    before = months.figures_of(found.month.before)
    assert (before.added_by_hand, before.checked, before.new_ties, before.stories) == (0, 0, 0, 0)
    assert (before.single_knowers, before.known) == (0, 0)


def test_the_month_so_far_has_the_single_knowers_of_the_team_s_own_page(
    ama: str, tom: str, choir: ListingRecord, today: date
) -> None:
    listing_id = catalog.add(plain(choir), "cli")
    left = catalog.add(plain(choir, source_id="left", name="Left Alone"), "cli")
    closed = catalog.add(plain(choir, source_id="closed", name="Closed", status="closed"), "cli")
    knowledge.tie(listing_id, ama, warmth="have_met")
    knowledge.tie(closed, ama, warmth="have_met")
    knowledge.tie(left, tom, warmth="know_well")
    accounts.disable(tom)  # without passing anything on
    found = months.figures_of(months.month(f"{today:%Y-%m}"))
    assert [one.listing.id for one in knowledge.single_knowers()] == [listing_id]
    assert (found.single_knowers, found.known) == (1, 1)
    assert knowledge.single_knowers_over_time()[-1] == (today, 1, 1)


def test_a_year_without_a_check_is_stale(ama: str, choir: ListingRecord, today: date) -> None:
    year_ago = today.replace(year=today.year - 1, day=min(today.day, 28))
    for key, on in (("a", year_ago), ("b", year_ago + timedelta(days=40)), ("c", None)):
        catalog.add(plain(choir, source_id=key, checked=Provenance(on)), "cli")
    assert months.stale(today) == (1, 1, 3)
    policies.set_freshness({"full": 1, "ring_first": 2, "expired": 6}, "lea")
    assert months.stale(today) == (2, 1, 3), "the lead's months count"


def test_a_month_tells_no_count_under_three(today: date) -> None:
    key = usage.month_of(today)
    rows = [("dance", 4), ("water", 2)]
    for concept, times in rows:
        db.session.add(Gap(month=key, kind="nothing_found", concept=concept, area="", needs="", times=times))
    db.session.add(Gap(month=key, kind="few", concept="dance", area="S2", needs="", times=1))
    db.session.commit()
    found = months.figures_of(months.month(key))
    assert [(one.concept, one.count) for one in found.missing] == [("dance", 4)]
    assert (found.nothing_found, found.few_found) == (6, None)


@pytest.mark.parametrize("text", ["2026-13", "1999-01", "26-01", "", "2026-1", "2999-01", "x", "2026-01-01"])
def test_what_is_no_month_is_not_there(today: date, text: str) -> None:
    with pytest.raises(NotFound):
        months.month(text)


def test_january_follows_december(today: date) -> None:
    december = months.month("2025-12")
    assert (december.first, december.next_first) == (date(2025, 12, 1), date(2026, 1, 1))
    assert (december.after.key, december.before.key) == ("2026-01", "2025-11")


# --- how we work ----------------------------------------------------------------------------------------------------


def test_each_feature_has_three_to_five_statements_and_figures_of_its_own(today: date) -> None:
    figures = fidelity.figures()
    assert len(fidelity.features()) == 6
    for feature in fidelity.features():
        assert 3 <= len(feature.statements) <= 5
        assert figures[feature.key]


def test_answers_of_one_day_replace_each_other_and_days_stand_side_by_side(
    lea: str, either_app: Flask, monkeypatch: pytest.MonkeyPatch, today: date
) -> None:
    first, second = fidelity.statements()[:2]
    fidelity.answer({first: 1}, lea)
    fidelity.answer({first: 2, second: 5}, lea)
    settings: Settings = either_app.config["KITH_SETTINGS"]
    later = today + timedelta(days=180)
    monkeypatch.setitem(either_app.config, "KITH_SETTINGS", replace(settings, fixed_today=later))
    fidelity.answer({first: 4, second: None}, lea)
    earlier, now_said = fidelity.rounds()
    feature = fidelity.features()[0].key
    assert (earlier.on, earlier.answers[first], earlier.means[feature]) == (today, 2, 3.5)
    assert (now_said.on, now_said.answers[second], now_said.means[feature]) == (later, None, 4.0)
    assert now_said.means[fidelity.features()[-1].key] is None


@pytest.mark.parametrize(
    "answers", [{}, {"good_practice.along": None}, {"good_practice.along": 6}, {"nothing": 3}]
)
def test_answers_that_are_none_are_refused(lea: str, answers: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        fidelity.answer(answers, lea)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SelfCheck)) == 0


def test_figures_come_from_what_was_written_down(
    ama: str, tom: str, choir: ListingRecord, today: date
) -> None:
    listing_id = catalog.add(plain(choir, run_by="agency", checked=Provenance()), "cli")
    knowledge.tie(listing_id, ama, warmth="know_well")
    knowledge.bring(ama, "I sing in a choir", shared=True)
    knowledge.bring(tom, "I bake", shared=False)
    checking.still_right(listing_id, "phoned", "worker", ama)
    told = {figure.label: figure.value for some in fidelity.figures().values() for figure in some}
    assert told["Colleagues who say what they bring"] == "1 of 2"
    assert told["Places that hang on one of us"] == "1"
    assert told["Places checked within a year"] == "1 of 1"
    assert (told["Rooms of our own in the directory"], told["Known to be step-free"]) == ("1", "0 of 1")
