"""Nothing that the agency knows is lost when two listings become one, and when they become two again."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from flask import Flask

from directory import accounts, backups, board, catalog, handover, history, knowledge, listings
from directory.config import Settings
from directory.database import db
from directory.errors import Conflict
from importers.plan import plan
from importers.records import ListingRecord


def bring_in(record: ListingRecord) -> str:
    """Import a source that has this one listing; its id."""
    catalog.apply(plan([record], catalog.known(record.source)), "cli", source=record.source)
    return listings.by_ref(record.ref).id


@pytest.fixture
def ours(choir: ListingRecord) -> ListingRecord:
    """The choir as the town's list has it, with nothing that a colleague told."""
    return replace(choir, tips=(), known_by=())


@pytest.fixture
def theirs(ours: ListingRecord) -> ListingRecord:
    """The same, as the county's list has it."""
    return replace(ours, source="county", source_id="4711")


@pytest.fixture
def ama(app: Flask) -> str:
    return accounts.create("ama@example.org", "Ama", ("worker",)).id


@pytest.fixture
def tom(app: Flask) -> str:
    return accounts.create("tom@example.org", "Tom", ("worker",)).id


def test_a_tip_that_a_sheet_has_too_stays_after_a_merge_when_the_sheet_drops_it(
    ours: ListingRecord, theirs: ListingRecord, ama: str, tom: str
) -> None:
    keep, other = bring_in(replace(ours, tips=("Side door",))), bring_in(theirs)
    given = knowledge.tip(other, "Side door", ama)
    knowledge.agree(given, tom)
    catalog.merge(keep, other, {}, "cora")
    bring_in(ours)
    [tip] = knowledge.tips_of([keep])[keep]
    assert (tip.text, tip.by_id, tip.agreed_ids) == ("Side door", ama, {tom})


def test_who_gave_a_tip_a_second_time_counts_as_agreeing(
    ours: ListingRecord, theirs: ListingRecord, ama: str, tom: str
) -> None:
    keep, other = bring_in(ours), bring_in(theirs)
    knowledge.tip(keep, "Side door", ama)
    knowledge.tip(other, "Side door", tom)
    catalog.merge(keep, other, {}, "cora")
    [tip] = knowledge.tips_of([keep])[keep]
    assert (tip.by_id, tip.agreed_ids) == (ama, {tom})


def test_how_well_a_colleague_knows_them_outlives_a_merge_and_the_sheet_that_named_them(
    ours: ListingRecord, theirs: ListingRecord, ama: str
) -> None:
    keep, other = bring_in(replace(ours, known_by=("Ama",))), bring_in(theirs)
    knowledge.tie(other, ama, warmth="know_well", began="at the fair", last_contact=date(2026, 11, 1))
    catalog.merge(keep, other, {}, "cora")
    bring_in(ours)
    [knower] = knowledge.who_knows(keep)
    assert (knower.user_id, knower.warmth, knower.began) == (ama, "know_well", "at the fair")
    assert knower.last_contact == date(2026, 11, 1)


def test_what_was_added_to_a_merged_tie_or_tip_goes_back_with_it(
    ours: ListingRecord, theirs: ListingRecord, ama: str, tom: str
) -> None:
    keep, other = bring_in(ours), bring_in(theirs)
    knowledge.tie(other, ama, warmth="know_of", note="Rings after six")
    knowledge.tip(other, "Side door", ama)
    merge = catalog.merge(keep, other, {}, "cora")
    knowledge.tie(keep, ama, warmth="know_well", note="Tuesdays are best")
    [tip] = knowledge.tips_of([keep])[keep]
    knowledge.agree(tip.id, tom)
    catalog.undo_merge(merge, "cora")
    [knower], [tip] = knowledge.who_knows(other), knowledge.tips_of([other])[other]
    assert (knower.warmth, set(knower.note.splitlines())) == (
        "know_well",
        {"Rings after six", "Tuesdays are best"},
    )
    assert tip.agreed_ids == {tom}
    assert not knowledge.who_knows(keep) and keep not in knowledge.tips_of([keep])


def test_what_is_told_of_a_merged_listing_lands_on_the_one_that_stands_for_it(
    ours: ListingRecord, theirs: ListingRecord, ama: str, tom: str
) -> None:
    """A page was opened, or a visit written on a phone without a signal, before the two became one."""
    keep, other = bring_in(ours), bring_in(theirs)
    tie, tip = knowledge.tie(other, ama, warmth="know_of"), knowledge.tip(other, "Side door", ama)
    catalog.merge(keep, other, {}, "cora")
    knowledge.warm(tie, ama, warmth="know_well")
    knowledge.agree(tip, tom)
    knowledge.tie(other, tom, warmth="have_met")
    knowledge.tip(other, "Ask for the blue folder", tom)
    knowledge.visit(other, ama, note="Full house", facts={"quiet": "no"})
    knowledge.ask_introduction(other, tom, ama, "Would you?")
    knowledge.promise(other, tom, date(2026, 12, 1))
    assert {one.name: one.warmth for one in knowledge.who_knows(keep)} == {
        "Ama": "know_well",
        "Tom": "have_met",
    }
    first, second = knowledge.tips_of([keep])[keep]
    assert (first.agreed_ids, second.text) == ({tom}, "Ask for the blue folder")
    assert [been.note for been in knowledge.visits_of(keep)] == ["Full house"]
    assert {fact.key: fact.value for fact in listings.by_ref(keep).record.facts}["quiet"] == "no"
    assert [one.listing.id for one in knowledge.introductions_of(tom)] == [keep]
    assert [one.listing.id for one in knowledge.promises_of(tom)] == [keep]


def test_a_story_finds_its_place_by_name_although_two_of_that_name_became_one(
    ours: ListingRecord, theirs: ListingRecord, ama: str
) -> None:
    keep, other = bring_in(ours), bring_in(theirs)
    catalog.merge(keep, other, {}, "cora")
    board.tell(
        "She sang.", ama, consent=True, how="said", asked_by=ama, on=date(2026, 11, 1), listing=ours.name,
        token="once", sure=True,
    )  # fmt: skip
    assert [story.listing and story.listing.id for story in board.stories()] == [keep]


def test_on_either_database_what_hangs_on_a_listing_goes_over_and_back(
    either_app: Flask, ours: ListingRecord, theirs: ListingRecord
) -> None:
    ama = accounts.create("ama@example.org", "Ama", ("worker",)).id
    tom = accounts.create("tom@example.org", "Tom", ("worker",)).id
    accounts.create("lin@example.org", "Lin", ("lead",))
    keep, other = bring_in(replace(ours, tips=("Side door",), known_by=("Ama",))), bring_in(theirs)
    knowledge.agree(knowledge.tip(other, "Side door", ama), tom)
    knowledge.tie(other, ama, warmth="know_well", note="Rings after six")
    merge = catalog.merge(keep, other, {}, "cora")
    bring_in(ours)
    knowledge.tip(other, "Ask for the blue folder", tom)
    knowledge.visit(other, tom, facts={"quiet": "no"}, warmth="have_met")
    with pytest.raises(Conflict):
        catalog.undo_merge(merge, "cora")
    handover.hand_over(ama, tom, "cli")
    [tip, _] = knowledge.tips_of([keep])[keep]
    assert (tip.by_id, tip.agreed_ids) == (ama, {tom})
    [knower] = knowledge.who_knows(keep)
    assert (knower.user_id, knower.warmth, knower.note) == (tom, "have_met", "Rings after six")
    [version, *_] = history.of(keep).actions
    history.restore(keep, version.version, "cora")
    assert handover.holdings(ama) == []


def test_of_two_who_save_the_same_listing_at_once_the_second_sees_both_versions(
    either_app: Flask, ours: ListingRecord
) -> None:
    """Both read version 1; whoever comes second is told, and nothing of the first is lost."""
    key = bring_in(ours)
    seen = listings.by_ref(key).version
    outcomes: list[str] = []

    def save(words: str) -> None:
        with either_app.app_context():
            try:
                catalog.amend(key, {"description": words}, words, expected_version=seen)
                outcomes.append(words)
            except Conflict as error:
                assert isinstance(error.theirs, ListingRecord)
                outcomes.append(f"after {error.theirs.description}")
            finally:
                db.session.remove()

    db.session.commit()
    threads = [threading.Thread(target=save, args=(words,)) for words in ("Mine", "Yours")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = sorted(outcomes, key=lambda words: words.startswith("after"))
    assert second == f"after {first}"
    assert listings.by_ref(key).record.description == first


def test_a_backup_made_while_somebody_writes_is_of_one_moment(
    app: Flask, tmp_path: Path, ours: ListingRecord, ama: str
) -> None:
    key = bring_in(ours)
    db.session.commit()
    begun, enough = threading.Event(), threading.Event()

    def write() -> None:
        with app.app_context():
            for number in count():
                knowledge.visit(key, ama, note=f"Seen {number}", facts={"quiet": "no"}, warmth="have_met")
                begun.set()
                if enough.is_set():
                    break
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(30)
    backups.write(tmp_path / "b.zip")
    enough.set()
    writer.join()
    backups.restore(tmp_path / "b.zip", Settings.load(tmp_path / "again"))
    with closing(sqlite3.connect(tmp_path / "again" / "kith.db")) as link:
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert link.execute("PRAGMA foreign_key_check").fetchall() == []
        [(visits,)] = link.execute("SELECT count(*) FROM visit")
        [(ties,)] = link.execute("SELECT count(*) FROM tie")
        [(names,)] = link.execute("SELECT count(*) FROM user")
    assert 1 <= visits <= len(knowledge.visits_of(key, limit=9999)) and (ties, names) == (1, 1)
