"""The real verbs in any order, seeded; beside them a ledger of what somebody told by hand. Nothing of it may go."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import (
    accounts,
    backups,
    catalog,
    create_app,
    drafts,
    erasing,
    handover,
    health,
    history,
    knowledge,
    listings,
    saved_searches,
    suggestions,
    terms,
)
from directory._rows import listing_uuid
from directory.config import Settings
from directory.database import Base, db, release
from directory.errors import Conflict, Invalid
from directory.models import Change, Draft, Introduction, Promise, SavedSearch, Suggestion, Tie, Tip, Visit
from directory.serving import engines
from directory.staff_search import StaffCriteria
from directory.suggestions import By
from importers.plan import plan
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    SessionRecord,
    TermRecord,
)

SOURCES, KEYS, STEPS = ("town", "county"), 4, 40
SEEDS = [int(seed) for seed in os.environ.get("KITH_SEEDS", "1 2").split()]
"""More of them, for whoever looks for faults: KITH_SEEDS="3 4 5"."""
WORDS = ("singing", "chess", "pottery", "walking", "Choirs", "Board games")
FACTS = {"quiet": ("yes", "no"), "beginners": ("yes", "no"), "bsl": ("interpreter", "no")}
OF_THE_TEAM = frozenset({"tips", "known_by"})
KEPT = (Change, Visit, Suggestion, Promise, Introduction, SavedSearch, Draft, Tip, Tie)
"""What no verb here may make fewer of. (A tip or tie that is taken back is set aside.)"""


@dataclass
class Ledger:
    """By the listing it was told of, as somebody with pencil and paper would note it."""

    tips: set[tuple[str, str]] = field(default_factory=set)
    said: set[tuple[str, str, str]] = field(default_factory=set)
    """(listing, tip, who gave it or agreed)."""
    notes: set[tuple[str, str]] = field(default_factory=set)
    facts: dict[tuple[str, str], str] = field(default_factory=dict)
    contacts: set[tuple[str, str]] = field(default_factory=set)
    visits: set[tuple[str, str]] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    db.session.commit()
    connection = db.session.connection()
    return {
        table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name not in ("gazetteer_entry", "outbox")
    }


@contextmanager
def dying_at(statement: int) -> Iterator[list[int]]:
    """The power goes at this statement that writes; how many are still to come (0: it went)."""
    left = [statement]

    def count(_c: object, _cursor: object, text: str, *_rest: object) -> None:
        if text.startswith(("INSERT", "UPDATE", "DELETE")):
            left[0] -= 1
            if left[0] == 0:
                raise RuntimeError("the power went")

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield left
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
        db.session.rollback()  # what the end of a request does


class Agency:
    """The directory as the test plays it."""

    def __init__(self, app: Flask, seed: int, folder: Path) -> None:
        self.app, self.chance, self.folder = app, random.Random(seed), folder
        self.ledger = Ledger()
        self.people: list[str] = []
        self.merges: list[int] = []
        self.feeds = {source: {str(i): self.fresh(source, i) for i in range(KEYS)} for source in SOURCES}
        self.count = dict.fromkeys((table.__name__ for table in KEPT), 0)
        self.number = 0
        accounts.create("lin@example.org", "Lin", ("lead",))
        for _ in range(3):
            self.arrive()
        for source in SOURCES:
            self.bring_in(source)

    # --- parts

    def next(self, what: str) -> str:
        self.number += 1
        return f"{what} {self.number}"

    def arrive(self) -> str:
        name = self.next("Ama")
        user = accounts.create(f"{name.replace(' ', '')}@example.org".casefold(), name, ("worker",)).id
        self.people.append(user)
        return user

    def fresh(self, source: str, number: int) -> ListingRecord:
        place = PlaceRecord(f"hall{number}", name=f"Hall {number}", postal_code="S97 1AA")
        return ListingRecord(
            source=source,
            source_id=str(number),
            name=f"Group {number}",
            organization=OrganizationRecord(f"org{number % 2}", f"Trust {number % 2}"),
            description="As the feed has it.",
            activities=(TermRecord(WORDS[number % 4]),),
            places=(place,),
            sessions=(
                SessionRecord("WEEKLY", byday="TU", opens_at="10:00", place_source_id=place.source_id),
            ),
            phones=(PhoneRecord(f"01632 96000{number}"),),
            facts=(FactRecord("beginners", "yes"),),
            tips=("Side door",) if number % 2 else (),
            known_by=("Ama 1",) if number % 2 else (),
        )

    def who(self) -> str:
        return self.chance.choice(self.people)

    def any_listing(self) -> str:
        """Also one that was merged: a page may be old."""
        return self.chance.choice(
            sorted(db.session.scalars(sa.text("SELECT id FROM service ORDER BY ref")).all())
        )

    def standing(self) -> str:
        return self.stands(self.any_listing())

    def stands(self, listing_id: str) -> str:
        return listings.standing_for(db.session.connection(), [listing_id]).get(listing_id, listing_id)

    def record(self, listing_id: str) -> ListingRecord:
        return listings.by_ref(listing_id).record

    def bring_in(self, source: str) -> None:
        """No feed overwrites what was curated here."""
        made = plan(list(self.feeds[source].values()), catalog.known(source))
        curated = catalog.curated_fields(db.session.connection())
        before = listings.records(curated)
        catalog.apply(made, "cli", source=source)
        after = listings.records(curated)
        for key, record in before.items():
            for name in curated[key] - OF_THE_TEAM - {"source", "source_id", "said"}:
                assert getattr(after[key], name) == getattr(record, name), name
        self.ledger.refs |= {one.ref for one in self.feeds[source].values()}

    # --- verbs

    def feed(self) -> None:
        source = self.chance.choice(SOURCES)
        rows = self.feeds[source]
        for key in self.chance.sample(sorted(rows), k=min(2, len(rows))):
            change: dict[str, Any] = self.chance.choice(
                [
                    {"name": self.next("Group")},
                    {"description": self.next("The feed says")},
                    {"tips": (), "known_by": ()},
                    {"tips": ("Side door", "Ring twice"), "known_by": ("Ama 1", "Ama 2")},
                    {"facts": (FactRecord("beginners", self.chance.choice(("yes", "no"))),)},
                    {"phones": (PhoneRecord(f"01632 9601{self.chance.randint(10, 99)}"),)},
                    {"activities": (TermRecord(self.chance.choice(WORDS)),)},
                ]
            )
            rows[key] = replace(rows[key], **change)
        if self.chance.random() < 0.3 and len(rows) > 2:
            rows.pop(self.chance.choice(sorted(rows)))
        elif self.chance.random() < 0.3:
            key = str(self.chance.randint(0, KEYS))
            rows.setdefault(key, self.fresh(source, int(key)))
        if self.chance.random() < 0.3:
            with dying_at(self.chance.randint(1, 30)), pytest.raises(RuntimeError):
                self.bring_in(source)
                raise RuntimeError("it was over before")
        self.bring_in(source)

    def add(self) -> None:
        key = self.next("here").replace(" ", "-")
        catalog.add(replace(self.fresh("here", 1), source_id=key, name=key), self.who())
        self.ledger.refs.add(f"here:{key}")

    def amend(self) -> None:
        key = self.standing()
        name = self.next("Wendy")
        contact = ContactRecord(name, phones=(PhoneRecord(f"07700 9{self.number:05}"),), visibility="staff")
        changes: dict[str, Any] = {"contacts": (*self.record(key).contacts, contact)}
        if self.chance.random() < 0.5:
            changes["description"] = self.next("A curator says")
        catalog.amend(key, changes, self.who())
        self.ledger.contacts.add((key, name))

    def status(self) -> None:
        catalog.set_status(
            self.standing(), self.chance.choice(("active", "active", "paused", "closed")), self.who()
        )

    def verify(self) -> None:
        key, fact = self.standing(), self.chance.choice(sorted(FACTS))
        value = self.chance.choice(FACTS[fact])
        catalog.verify(key, "visited", "worker", self.who(), {fact: value})
        self.note_fact(key, fact, value)

    def note_fact(self, key: str, fact: str, value: str) -> None:
        for one, other in list(self.ledger.facts):
            if other == fact and self.stands(one) == key:
                del self.ledger.facts[one, other]
        self.ledger.facts[key, fact] = value

    def tip(self) -> None:
        asked, user = self.any_listing(), self.who()
        text = self.chance.choice(("Side door", "Ring twice", self.next("Tip")))
        knowledge.tip(asked, text, user, sure=True)
        self.ledger.tips.add((self.stands(asked), text))
        self.ledger.said.add((self.stands(asked), text, user))

    def agree(self) -> None:
        tips = knowledge.tips_of([key := self.standing()]).get(key, [])
        if tips:
            tip, user = self.chance.choice(tips), self.who()
            knowledge.agree(tip.id, user)
            self.ledger.tips.add((key, tip.text))
            self.ledger.said.add((key, tip.text, user))

    def tie(self) -> None:
        asked, note = self.any_listing(), self.next("Noted")
        key = knowledge.tie(
            asked, self.who(), warmth=self.chance.choice(knowledge.WARMTHS), note=note, sure=True
        )
        held = db.session.get(Tie, key)
        assert held
        held_notes = {(self.stands(asked), line) for line in (held.note or "").splitlines()}
        replaced = {
            (place, line)
            for place, line in self.ledger.notes
            if self.stands(place) == self.stands(asked) and line not in self.notes_at(place)
        }
        self.ledger.notes = (self.ledger.notes - replaced) | held_notes  # one's own note can be written anew

    def notes_at(self, listing_id: str) -> set[str]:
        found = knowledge.who_knows(self.stands(listing_id))
        return {line for one in found for line in one.note.splitlines()}

    def visit(self) -> None:
        asked, note, fact = self.any_listing(), self.next("Seen"), self.chance.choice(sorted(FACTS))
        value = self.chance.choice(FACTS[fact])
        knowledge.visit(asked, self.who(), note=note, facts={fact: value}, warmth="have_met", sure=True)
        self.ledger.visits.add((self.stands(asked), note))
        self.note_fact(self.stands(asked), fact, value)

    def ask(self) -> None:
        one, other = self.chance.sample(self.people, k=2)
        knowledge.ask_introduction(self.any_listing(), one, other, "Would you?")
        knowledge.promise(self.any_listing(), one, date(2026, 12, 1))

    def search_and_draft(self) -> None:
        user, key = self.who(), self.standing()
        saved_searches.save(user, self.next("Search"), StaffCriteria(words="choir"), shared=False)
        drafts.keep(user, f"{key}/{self.next('what')}", {"name": ["Half"]}, listing_id=key, title="Half")

    def suggest(self) -> None:
        key, value = self.standing(), self.next("They say")
        made = suggestions.suggest(
            key, {"what_to_expect": value}, By("group", how="told"), once=value, words="So it is"
        )
        choice = self.chance.random()
        if choice < 0.6:
            suggestions.accept(made, ["what_to_expect"], self.who())
            assert self.record(key).what_to_expect == value
        elif choice < 0.8:
            suggestions.decline(made, self.who())

    def merge(self) -> None:
        keep, other = self.standing(), self.standing()
        if keep == other:
            return
        told = {key: self.facts_at(key) for key in (keep, other)}
        self.merges.append(catalog.merge(keep, other, {}, self.who()))
        kept = self.facts_at(keep)
        for (place, fact), value in list(self.ledger.facts.items()):
            if self.stands(place) == keep and kept[fact] != value:
                assert kept[fact] in {told[keep].get(fact), told[other].get(fact)}
                self.ledger.facts[place, fact] = kept[fact]  # the two disagreed, and one was chosen

    def facts_at(self, key: str) -> dict[str, str]:
        return {fact.key: fact.value for fact in self.record(key).facts}

    def part(self) -> None:
        if not self.merges:
            return
        merge = catalog.merge_by_id(self.chance.choice(self.merges))
        if merge.undone_at is None:
            catalog.undo_merge(merge.id, self.who())
            self.went_back(merge.kept_id, merge.other_id)
            both = (merge.kept_id, merge.other_id)
            standing = {key: self.facts_at(key) for key in both}
            for place, fact in [one for one in self.ledger.facts if one[0] in both]:
                assert any(fact in standing[key] for key in both)
                self.ledger.facts[place, fact] = standing[place].get(fact, "")
                if fact not in standing[place]:
                    del self.ledger.facts[place, fact]

    def went_back(self, kept: str, other: str) -> None:
        """What was added, while the two were one, to a tip or tie of the other went back with it."""
        tips, notes = {one.text for one in self.tips_at(kept)}, self.notes_at(kept)

        def now_at(place: str, said: str, still: set[str]) -> str:
            return other if self.stands(place) == kept and said not in still else place

        ledger = self.ledger
        ledger.tips = {(now_at(place, text, tips), text) for place, text in ledger.tips}
        ledger.said = {(now_at(place, text, tips), text, user) for place, text, user in ledger.said}
        ledger.notes = {(now_at(place, note, notes), note) for place, note in ledger.notes}

    def restore(self) -> None:
        """A curator goes back on purpose: fields follow, what colleagues told beside them stays."""
        key = self.standing()
        actions = history.of(key).actions
        try:
            history.restore(
                key, self.chance.choice(actions).version, self.who(), fields=("description", "name")
            )
            last = history.of(key).undoable(user := self.who())
            if last and not {"facts", "contacts"} & {one.field for one in last.differences}:
                history.undo(key, last.version, user)
        except Invalid:
            pass

    def rename(self) -> None:
        term = self.chance.choice([one for one in terms.listed() if one.listings])
        names = [name for name in (*WORDS, self.next("Word")) if name != term.record.name]
        terms.rename(term.id, self.chance.choice(names), actor=self.who())

    def erase(self) -> None:
        key = self.standing()
        found = [one for one in erasing.personal(key) if one.current]
        if found:
            one = self.chance.choice(found)
            erasing.erase(key, [one.key], self.who(), "asked")
            text = one.piece.text

            def gone(place: str, said: str) -> bool:
                return self.stands(place) == key and said == text

            self.ledger.tips = {(p, said) for p, said in self.ledger.tips if not gone(p, said)}
            self.ledger.said = {(p, said, u) for p, said, u in self.ledger.said if not gone(p, said)}
            self.ledger.contacts = {(p, said) for p, said in self.ledger.contacts if not gone(p, said)}
            self.count["Tip"] = 0

    def leave(self) -> None:
        leaver = self.who()
        self.people.remove(leaver)
        to = self.arrive() if len(self.people) < 3 else self.chance.choice(self.people)
        if self.chance.random() < 0.5:
            with dying_at(self.chance.randint(1, 12)), pytest.raises(RuntimeError):
                handover.hand_over(leaver, to, "cli")
                raise RuntimeError("it was over before")
        handover.hand_over(leaver, to, "cli")
        assert handover.holdings(leaver) == []

    def start_elsewhere(self) -> None:
        """Back up, and go on from the backup."""
        path, elsewhere = self.folder / f"{self.next('backup')}.zip", self.folder / self.next("data")
        before = everything()
        backups.write(path)
        backups.restore(path, Settings.load(elsewhere, {"KITH_TODAY": "2026-11-22"}))
        other = app_in(elsewhere)
        with other.app_context():
            assert everything() == before
            assert health.integrity() == health.readiness() == []
            release()

    # --- laws

    def holds(self) -> None:
        engines().catch_up()
        db.session.commit()
        assert health.integrity() == health.readiness() == []
        for ref in self.ledger.refs:
            found = listings.by_ref(ref)
            assert found.id == self.stands(listing_uuid(*ref.split(":")))
        for listing_id, name in self.ledger.contacts:
            assert name in {one.name for one in self.record(listing_id).contacts}
        for (listing_id, fact), value in self.ledger.facts.items():
            assert self.facts_at(listing_id).get(fact) == value, fact
        for listing_id, note in self.ledger.notes:
            assert note in self.notes_at(listing_id)
        for listing_id, note in self.ledger.visits:
            assert note in {one.note for one in knowledge.visits_of(self.stands(listing_id), limit=500)}
        for listing_id, text in self.ledger.tips:
            assert text in {one.text for one in self.tips_at(listing_id)}
        for listing_id, text, user in self.ledger.said:
            [tip] = [one for one in self.tips_at(listing_id) if one.text == text]
            assert user in {tip.by_id, *tip.agreed_ids}
        for table in KEPT:
            number = db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            if table not in (Tip, Tie):  # those of a sheet go with it; the ledger watches over those by hand
                assert number >= self.count[table.__name__], table.__name__
            self.count[table.__name__] = number

    def tips_at(self, listing_id: str) -> list[knowledge.TipTold]:
        key = self.stands(listing_id)
        return knowledge.tips_of([key]).get(key, [])


def app_in(folder: Path) -> Flask:
    return create_app(Settings.load(folder, {"KITH_TODAY": "2026-11-22"}), TESTING=True)


VERBS: tuple[tuple[Callable[[Agency], None], int], ...] = (
    (Agency.feed, 6), (Agency.add, 1), (Agency.amend, 3), (Agency.status, 2), (Agency.verify, 3), (Agency.tip, 4),
    (Agency.agree, 2), (Agency.tie, 4), (Agency.visit, 3), (Agency.ask, 2), (Agency.search_and_draft, 1),
    (Agency.suggest, 2), (Agency.merge, 4), (Agency.part, 4), (Agency.restore, 2), (Agency.rename, 1),
    (Agency.erase, 1), (Agency.leave, 1), (Agency.start_elsewhere, 1),
)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_people_and_feeds_do_in_whatever_order_nothing_told_by_hand_is_lost(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_in(tmp_path / "data")
    monkeypatch.setattr("directory.migrating.drift", lambda _engine: [])  # slow, and looked at in the end
    with app.app_context():
        try:
            agency = Agency(app, seed, tmp_path)
            verbs, weights = zip(*VERBS, strict=True)
            done: list[str] = []
            for verb in agency.chance.choices(verbs, weights, k=STEPS):
                done.append(verb.__name__)
                before = everything()
                try:
                    verb(agency)
                except Conflict:
                    assert everything() == before  # a refusal changes nothing
                try:
                    agency.holds()
                except AssertionError as error:
                    raise AssertionError(f"after {done}") from error
            monkeypatch.undo()
            assert health.integrity() == []
        finally:
            release()


@pytest.mark.parametrize("verb", [Agency.merge, Agency.part, Agency.rename, Agency.verify, Agency.erase])
def test_what_breaks_off_half_way_has_changed_nothing(tmp_path: Path, verb: Callable[[Agency], None]) -> None:
    app = app_in(tmp_path / "data")
    with app.app_context():
        try:
            agency = Agency(app, 5, tmp_path)
            for _ in range(3):
                agency.tip(), agency.tie(), agency.visit(), agency.amend()
            agency.merge()
            state, before = agency.chance.getstate(), everything()
            for statement in range(1, 60):
                agency.chance.setstate(state)
                with dying_at(statement) as left, suppress(RuntimeError):
                    verb(agency)
                if left[0] > 0:
                    break
                assert everything() == before
            assert statement > 1 and everything() != before
        finally:
            release()
