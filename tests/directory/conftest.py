"""An app with nothing but the database, on SQLite or on a throw-away PostgreSQL; and records to put into it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import strategies as st

from directory import migrating
from directory.config import Settings
from directory.database import db, release
from importers.records import (
    CHECKED_HOW,
    FORMATS,
    STATUSES,
    ContactRecord,
    CostRecord,
    FactRecord,
    LanguageRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)

TODAY = "2026-11-22"


def _store_app(data: Path, **environ: str) -> Flask:
    """A Flask app with a database in `data`, and nothing else."""
    data.mkdir(parents=True, exist_ok=True)
    settings = Settings.load(data, {"KITH_TODAY": TODAY, **environ})
    app = Flask("kith-store")
    app.config.update(settings.flask_config())
    db.init_app(app)
    return app


@pytest.fixture
def store_app() -> Iterator[Callable[..., Flask]]:
    """Makes store apps with a migrated database (data folder, more environment); closed at the end."""
    made: list[Flask] = []

    def make(data: Path, **environ: str) -> Flask:
        made.append(_store_app(data, **environ))
        with made[-1].app_context():
            migrating.upgrade(db.engine)
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            release()


@pytest.fixture
def app(tmp_path: Path, store_app: Callable[..., Flask]) -> Iterator[Flask]:
    """A store on SQLite in a folder of its own, with its context pushed."""
    app = store_app(tmp_path / "data")
    with app.app_context():
        yield app


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either_app(
    request: pytest.FixtureRequest, tmp_path: Path, store_app: Callable[..., Flask]
) -> Iterator[Flask]:
    """A store on SQLite, then on PostgreSQL."""
    environ = {}
    if request.param == "postgresql":
        environ["KITH_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    app = store_app(tmp_path / "data", **environ)
    with app.app_context():
        yield app


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[tuple[int, str]]:
    """A throw-away cluster on a free port of this machine: (port, user). It goes with the tests."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        reason = "PostgreSQL's own programs are not installed, so its tests are left out"
        if os.environ.get("CI") == "true":
            pytest.fail(f"On CI this must be there: {reason}")
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="kith-postgres-"))
    run = _as_ordinary_user(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "cluster"
    run([str(binaries[-1]), "-D", str(data), "-U", "kith", "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    control = str(binaries[-1].with_name("pg_ctl"))
    try:
        run([control, "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start"])
        yield port, "kith"
    finally:
        run([control, "-D", str(data), "-m", "immediate", "stop"])
        shutil.rmtree(folder)


def _as_ordinary_user(folder: Path) -> Callable[[list[str]], None]:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made, or as nobody."""
    user: str | None = None
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        shutil.chown(folder, user)

    def run(command: list[str]) -> None:
        subprocess.run(
            command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    return run


@pytest.fixture
def postgres_url(postgres_server: tuple[int, str]) -> str:
    """The address of a database, emptied for this test."""
    import psycopg

    port, user = postgres_server
    with psycopg.connect(host="127.0.0.1", port=port, user=user, dbname="postgres", autocommit=True) as link:
        link.execute("DROP SCHEMA public CASCADE")
        link.execute("CREATE SCHEMA public")
    return f"postgresql://{user}@127.0.0.1:{port}/postgres"


# --- records --------------------------------------------------------------------------------------------------------

LAST_MAY = date(2026, 5, 14)
VISITED = Provenance(LAST_MAY, "visited", "social worker", "our sheet")


def _choir() -> ListingRecord:
    return ListingRecord(
        source="town",
        source_id="choir",
        name="Sing for the joy of it",
        organization=OrganizationRecord(
            source_id="hall",
            name="Millbrook Community Hall",
            website="https://hall.example.org",
            year_incorporated=1987,
            identifiers=(("GB-CHC", "1012345"),),
        ),
        description="Songs everybody knows. No auditions.",
        what_to_expect="Wendy meets you at the door; tea at half past seven.",
        activities=(TermRecord("singing"), TermRecord("Choirs", "open_eligibility", "1102", "1100")),
        run_by="open",
        audience="public",
        formats=("in_person",),
        places=(
            PlaceRecord(
                source_id="hall",
                name="Community Hall",
                address_1="4 Mill Lane",
                city="Millbrook",
                postal_code="MB1 2AB",
                latitude=53.38,
                longitude=-1.47,
                accessibility=("Ramp at the side door",),
                facts=(FactRecord("step_free", "partial", VISITED), FactRecord("parking", "yes")),
            ),
        ),
        sessions=(
            SessionRecord(
                freq="WEEKLY",
                byday="TU",
                opens_at="19:00",
                closes_at="20:30",
                place_source_id="hall",
                original_text="Tuesdays 7 till half 8",
            ),
            SessionRecord(original_text="and before Christmas, ask"),
        ),
        costs=(CostRecord(3.5, "GBP", None, "first time free"),),
        referral="self",
        booking=("none",),
        minimum_age=16,
        languages=(LanguageRecord("en", "English"),),
        rungs=(4, 6),
        goals=("make_a_friend",),
        contacts=(
            ContactRecord(
                "Wendy", "Choir leader", phones=(PhoneRecord("01632 960123", "2"),), visibility="link"
            ),
        ),
        phones=(PhoneRecord("01632 960100"),),
        facts=(FactRecord("beginners", "yes", VISITED), FactRecord("alcohol", "none", VISITED)),
        service_area=("MB1", "MB2"),
        required_documents=("Nothing but your voice",),
        tips=("Sit near the piano",),
        known_by=("Ama", "Tom"),
        checked=VISITED,
        extra={"Column nobody knows": "blue"},
    )


@pytest.fixture
def choir() -> ListingRecord:
    """A listing with something in nearly every field."""
    return _choir()


@pytest.fixture
def many(choir: ListingRecord) -> Callable[[int], list[ListingRecord]]:
    """So many listings of one source, ten to an organization."""

    def make(number: int) -> list[ListingRecord]:
        assert choir.organization
        return [
            replace(
                choir,
                source_id=f"row-{i}",
                name=f"Group {i}",
                organization=replace(
                    choir.organization, source_id=f"org-{i // 10}", name=f"Organization {i // 10}"
                ),
            )
            for i in range(number)
        ]

    return make


# --- any record there can be ----------------------------------------------------------------------------------------

_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_maybe = st.none() | _text
_names = _text.filter(str.strip)
_ids = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
_days = st.none() | st.dates()
_small = st.none() | st.integers(0, 2**31 - 1)


def _tuples(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


_provenance = st.builds(
    Provenance, _days, st.none() | st.sampled_from(CHECKED_HOW), checked_by_role=_maybe, source=_maybe
)
_facts = _tuples(st.builds(FactRecord, _text, _text, _provenance))
_organizations = st.builds(
    OrganizationRecord, _ids, _text, _maybe, _maybe, _maybe, _maybe, _maybe, _maybe, _small, _maybe, _maybe,
    st.booleans(), _tuples(st.tuples(_text, _text)),
)  # fmt: skip
_PLACE_TEXTS = (
    "name", "alternate_name", "description", "transportation", "attention", "address_1", "address_2", "city",
    "region", "state_province", "postal_code", "country",
)  # fmt: skip
_LISTING_TEXTS = (
    "alternate_name", "description", "what_to_expect", "url", "email", "alert", "fees_description",
    "application_process", "wait_time", "eligibility_description", "interpretation_services", "accreditations",
    "licenses",
)  # fmt: skip
_places = st.builds(
    PlaceRecord,
    source_id=_text,
    location_type=st.sampled_from(["physical", "postal", "virtual"]),
    **dict.fromkeys(_PLACE_TEXTS, _maybe),
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
    point_trusted=st.booleans(),
    withheld=st.booleans(),
    private=st.just(False),
    accessibility=_tuples(_text),
    facts=_facts,
)  # fmt: skip
_breaks = _tuples(st.sampled_from(["--08", "--12", "2026-12-25", "2026-12-20/2027-01-04"]))
_sessions = st.builds(
    SessionRecord, st.none() | st.sampled_from(["WEEKLY", "MONTHLY"]), st.integers(0, 99), _maybe, _maybe, _maybe,
    _maybe, _days, _days, _days, _days, st.booleans(), _maybe, _maybe, _breaks,
)  # fmt: skip
_phones = st.builds(PhoneRecord, _text, _maybe, _maybe, _maybe)
_contacts = st.builds(
    ContactRecord,
    _maybe,
    _maybe,
    _maybe,
    _maybe,
    _tuples(_phones),
    st.sampled_from(["public", "staff", "link"]),
)
_costs = st.builds(CostRecord, st.none() | st.floats(0, 1e9), _maybe, _maybe, _maybe)
_languages = st.builds(LanguageRecord, _maybe, _maybe)
_terms = st.builds(TermRecord, _text, _text, _maybe, _maybe)
_rungs = st.none() | st.lists(st.integers(0, 8), min_size=2, max_size=2).map(lambda pair: tuple(sorted(pair)))


def _one_of(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *values])


_records = st.builds(
    ListingRecord,
    source=st.text("abcxyz -", min_size=1, max_size=8),
    source_id=_ids,
    name=_names,
    organization=st.none() | _organizations,
    status=st.sampled_from(STATUSES),
    activities=_tuples(_terms),
    run_by=_one_of("agency", "specialist", "open", "peer"),
    audience=_one_of("members", "agency_and_public", "public"),
    formats=_tuples(st.sampled_from(FORMATS)),
    remote=st.booleans(),
    places=_tuples(_places),
    sessions=_tuples(_sessions),
    costs=_tuples(_costs),
    referral=_one_of("none", "self", "professional"),
    booking=_tuples(_text),
    returns_on=_days,
    wait_weeks=_small,
    minimum_age=_small,
    maximum_age=_small,
    gender=_one_of("any", "women", "men"),
    languages=_tuples(_languages),
    group_size=_one_of("1", "2-5", "6-12", "13-30", "30+"),
    rungs=_rungs,
    goals=_tuples(_text),
    contacts=_tuples(_contacts),
    phones=_tuples(_phones),
    facts=_facts,
    service_area=_tuples(_text),
    required_documents=_tuples(_text),
    tips=_tuples(_text),
    known_by=_tuples(_text),
    checked=_provenance,
    extra=st.dictionaries(_text, _text, max_size=3),
    **dict.fromkeys(_LISTING_TEXTS, _maybe),
)  # fmt: skip


@pytest.fixture(scope="session")
def any_record() -> st.SearchStrategy[ListingRecord]:
    """Every shape a storable record can have."""
    return _records
