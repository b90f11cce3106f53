"""A year of an agency of eight workers, played out: they meet people, visit, leave tips; two leave, one arrives.

Beside the directory runs a plain ledger of who knows whom. At the end both must agree, nothing may be left with anybody
who has gone, and no name of anybody supported may be anywhere.
"""

from __future__ import annotations

import csv
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory import accounts, create_app, exporting, handover, intake, knowledge, saved_searches
from directory.config import Settings
from directory.database import db, opened, release
from directory.errors import Invalid
from directory.listings import by_ref, iterate
from directory.models import Introduction, Promise, Tie, Tip
from directory.serving import engines
from directory.staff_search import StaffCriteria

TOWN = Path(__file__).resolve().parents[2] / "examples" / "demo_town.csv"
BEGINS = date(2025, 11, 24)
WORKERS = ("Mina", "Amir", "Kwame", "Dele", "Ruth", "Yusra", "Sofia", "Frank")
LEAD, LEAVES, VANISHES, ARRIVES = "Mina", "Frank", "Kwame", "Ewan"
SUPPORTED = ("Zebedee", "Calliope", "Ignatius", "Wilhelmina", "Barnaby", "Persephone")
NOTES = (
    "Warm room, the kettle is on early.",
    "Went with {name}, who stayed for the whole hour.",
    "{name} loved the back row.",
    "Loud after three, calm before.",
    "Took {name} to the first session.",
    "They leave the side door open.",
)
TIPS = (
    "Side door, ask for the caretaker",
    "Quiet before eleven",
    "Bring {name} early, supporting {name} is easier in the small room",
    "The lift is slow but works",
    "Ring the second bell",
)
Ledger = dict[tuple[str, str], str | None]
"""(listing, worker) -> how warm, as somebody with pencil and paper would keep it."""


def cooler(one: str | None, other: str | None) -> bool:
    """Whether a tie as warm as `one` is less than `other`; a sheet's name, unsaid, is hardly more than known of."""
    order = ("know_of", None, "have_met", "know_well", "ring_any_time")
    return order.index(one) < order.index(other)


@dataclass
class Agency:
    """The agency as the test plays it."""

    app: Flask
    chance: random.Random
    people: dict[str, str] = field(default_factory=dict)
    """Name -> account, of those who are here."""
    places: list[str] = field(default_factory=list)
    ledger: Ledger = field(default_factory=dict)
    caught: int = 0
    """How often a line that named somebody was held back."""
    kept_tips: set[str] = field(default_factory=set)

    def arrive(self, name: str, *roles: str) -> None:
        email = f"{name.casefold()}@example.org"
        self.people[name] = accounts.create(email, name, roles or ("worker",)).id

    def today(self, day: date) -> None:
        settings: Settings = self.app.config["KITH_SETTINGS"]
        self.app.config["KITH_SETTINGS"] = replace(settings, fixed_today=day)

    def line(self, patterns: tuple[str, ...]) -> str:
        return self.chance.choice(patterns).format(name=self.chance.choice(SUPPORTED))

    def meets(self, name: str, place: str, warmth: str) -> None:
        """In the ledger: a tie never cools by a visit."""
        known = (place, name) in self.ledger
        if not known or cooler(self.ledger[place, name], warmth):
            self.ledger[place, name] = warmth

    def visits(self, name: str) -> None:
        place, warmth = (
            self.chance.choice(self.places),
            self.chance.choice((None, None, "have_met", "know_well")),
        )
        note, user = self.line(NOTES), self.people[name]
        facts = {"quiet": self.chance.choice(("yes", "no"))} if self.chance.random() < 0.4 else {}
        token = str(self.chance.random())
        try:
            knowledge.visit(
                place, user, note=note, facts=facts, warmth=warmth, token=token, with_someone=True
            )
        except Invalid as error:
            assert error.fields == {"note": knowledge.NAMES_SOMEONE}
            assert any(one in note for one in SUPPORTED)
            self.caught += 1
            note = "Went there with someone, who stayed."
            for _ in range(2):  # the telephone lost the answer and sends again
                knowledge.visit(
                    place, user, note=note, facts=facts, warmth=warmth, token=token, with_someone=True
                )
        if warmth:
            self.meets(name, place, warmth)

    def tells(self, name: str) -> None:
        place, text = self.chance.choice(self.places), self.line(TIPS)
        try:
            self.kept_tips.add(knowledge.tip(place, text, self.people[name]))
        except Invalid:
            self.caught += 1
            self.kept_tips.add(knowledge.tip(place, "Easier in the small room", self.people[name]))

    def asks(self, name: str) -> None:
        place = self.chance.choice(self.places)
        knowers = [one for one in self.people if (place, one) in self.ledger and one != name]
        if knowers:
            knowledge.ask_introduction(place, self.people[name], self.people[self.chance.choice(knowers)])

    def answers(self, name: str) -> None:
        for one in knowledge.introductions_of(self.people[name]):
            if one.state != "open" or one.of_id != self.people[name] or self.chance.random() < 0.5:
                continue
            knowledge.answer_introduction(one.id, self.people[name], "Say hello from us.")
            if one.by in self.people:
                self.ledger.setdefault((one.listing.id, one.by), "know_of")

    def promises(self, name: str, day: date) -> None:
        knowledge.promise(self.chance.choice(self.places), self.people[name], day + timedelta(days=30))

    def week(self, day: date) -> None:
        for name in list(self.people):
            for chance, act in (
                (0.5, self.visits),
                (0.2, self.tells),
                (0.15, self.asks),
                (0.6, self.answers),
            ):
                if self.chance.random() < chance:
                    act(name)
            if self.chance.random() < 0.1:
                self.promises(name, day)

    def passes_on(self, leaver: str, ledger_name: str) -> None:
        """Everything as suggested, what has no suggestion to the lead; and the same in the ledger."""
        names = {key: name for name, key in self.people.items()}
        for held in handover.holdings(leaver):
            to = held.suggested or self.people[LEAD]
            handover.reassign(leaver, held.kind, held.id, to)
            if held.kind == "tie":
                del self.ledger[held.listing.id, ledger_name]
                self.ledger.setdefault((held.listing.id, names[to]), "know_of")

    def knowers(self, place: str) -> set[str]:
        return {
            name for (where, name), warmth in self.ledger.items() if where == place and warmth != "know_of"
        }


def imported(folder: Path, changed: str = "") -> None:
    """The town's sheet, whose names of colleagues are those of the eight."""
    with TOWN.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["known_by"] = "; ".join(name for name in row["known_by"].split("; ") if name in WORKERS)
        row["description"] += changed
    path = folder / "town.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert intake.run_import(path, actor="test", source="demo", format="sheet").problems == ()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """The agency after its year."""
    folder = tmp_path_factory.mktemp("year")
    app = create_app(Settings.load(folder / "data", {"KITH_TODAY": BEGINS.isoformat()}), TESTING=True)
    with opened(app):
        agency = Agency(app, random.Random(1))
        for name in WORKERS:
            agency.arrive(name, *(["lead", "worker"] if name == LEAD else ["worker"]))
        imported(folder)
        known = {listing.id: listing.record.known_by for listing in iterate()}
        agency.places = sorted(known)[:60]
        agency.ledger = {(place, name): None for place, names in known.items() for name in names}
        for week in range(52):
            day = BEGINS + timedelta(weeks=week)
            agency.today(day)
            if week == 10:
                saved_searches.save(agency.people[LEAVES], "Quiet", StaffCriteria(words="quiet"), shared=True)
            if week == 20:
                leaver = agency.people.pop(LEAVES)
                agency.passes_on(leaver, LEAVES)
                handover.finish(leaver, agency.people[LEAD], agreed_to_name=True)
            if week == 26:
                imported(folder, " New leaflet.")
            if week == 34:
                gone = agency.people.pop(VANISHES)
                accounts.disable(gone)
            if week == 38:
                agency.passes_on(gone, VANISHES)
                handover.finish(gone, agency.people[LEAD])
            if week == 40:
                agency.arrive(ARRIVES)
            agency.week(day)
        engines().catch_up()
    yield agency
    with app.app_context():
        release()


def signed_in(agency: Agency, name: str) -> FlaskClient:
    client = agency.app.test_client()
    with agency.app.app_context():
        seal = accounts.by_id(agency.people[name]).fs_uniquifier
    with client.session_transaction() as session:
        session.update(_user_id=seal, _fresh=True, fs_cc="set", identity=seal)
    return client


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    main = BeautifulSoup(answer.text, "html5lib").find("main")
    assert main
    return " ".join(main.get_text(" ").split())


def test_the_year_was_lively(year: Agency) -> None:
    with year.app.app_context():
        assert len(list(db.session.scalars(select(Introduction.id)))) > 20
        assert len(year.kept_tips) > 20 and year.caught > 20
        assert {row.kind for row in db.session.scalars(select(handover.HandedOver))} == set(handover.KINDS)


def test_every_tie_tip_and_promise_is_held_by_somebody_who_is_here(year: Agency) -> None:
    here = set(year.people.values())
    with year.app.app_context():
        assert {row.user_id for row in db.session.scalars(select(Tie).where(Tie.active))} <= here
        tips = db.session.scalars(select(Tip).where(Tip.active)).all()
        assert {row.keeper_id for row in tips if row.by_hand} <= here
        assert {row.id for row in tips} >= year.kept_tips
        promises = db.session.scalars(select(Promise).where(Promise.state == "open")).all()
        assert promises and {row.user_id for row in promises} <= here
        asked = db.session.scalars(select(Introduction).where(Introduction.state == "open")).all()
        assert asked and {key for row in asked for key in (row.asked_by, row.asked_of)} <= here
        assert handover.orphans() == []


def test_who_knows_whom_is_as_the_ledger_says(year: Agency) -> None:
    with year.app.app_context():
        listings = [listing.id for listing in iterate()]
        told = {(place, one.name): one.warmth for place in listings for one in knowledge.who_knows(place)}
    assert told == year.ledger


def test_the_single_knower_count_is_what_the_page_says(year: Agency) -> None:
    with year.app.app_context():
        shown = [one.id for one in iterate() if one.record.status not in ("closed", "do_not_list")]
    singles = sum(len(year.knowers(place)) == 1 for place in shown)
    told = text_of(signed_in(year, LEAD), "/staff/known")
    found = re.search(r"Only one of us does ([\d,]+) place", told)
    assert found and int(found[1].replace(",", "")) == singles > 0


def test_the_pack_of_whoever_arrives_names_the_right_people(year: Agency) -> None:
    client = signed_in(year, ARRIVES)
    answer = client.get("/staff/patch?near=S1+2HE&within=3")
    soup = BeautifulSoup(answer.text, "html5lib")
    cards = soup.select("li.kith-card")
    assert len(cards) > 10
    met: set[str] = set()
    for card in cards:
        link = card.find("a")
        assert link
        with year.app.app_context():
            place = by_ref(str(link["href"]).removeprefix("/listings/")).id
        named = {name for (where, name) in year.ledger if where == place}
        told = card.get_text(" ")
        for name in (*WORKERS, ARRIVES):
            knows = re.search(rf"\b{name} (knows|has met|can ring)", told)
            assert bool(knows) == (name in named), (name, told)
        met |= year.knowers(place)
    heading = soup.find("h2", string="Colleagues to talk to first")
    assert heading
    listed = heading.find_next("ul")
    assert listed and {one.get_text() for one in listed.find_all("strong")} == met
    assert LEAVES not in met and VANISHES not in met


def test_a_leaver_is_named_in_the_record_only_where_they_agreed(year: Agency) -> None:
    with year.app.app_context():
        leaver, gone = accounts.named(LEAVES).id, accounts.named(VANISHES).id
        agreed, silent = handover.record_of(leaver), handover.record_of(gone)
        assert agreed and agreed.who == LEAVES and agreed.lines
        assert silent and silent.who == "a former colleague" and silent.lines
        assert all(VANISHES not in one.known_by for one in (listing.record for listing in iterate()))


def test_no_name_of_anybody_supported_is_anywhere(year: Agency, tmp_path: Path) -> None:
    data = year.app.config["KITH_SETTINGS"].data_dir
    with closing(sqlite3.connect(data / "kith.db")) as connection:
        told = "\n".join(connection.iterdump())
    with year.app.app_context():
        exporting.export("sheet", tmp_path / "staff.csv", staff=True)
    told += (tmp_path / "staff.csv").read_text("utf-8-sig")
    files = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert "Went there with someone, who stayed." in told
    for name in SUPPORTED:
        assert not re.search(rf"\b{name}\b", told, re.IGNORECASE)
        assert name.casefold().encode() not in files.lower()
