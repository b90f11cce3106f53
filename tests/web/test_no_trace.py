"""What is on the private avoid list cannot be told from what is not there: not by the answer, its bytes or the work.

The same town twice: in one the place that is avoided is listed, in the other it is not. Work is counted, never timed.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from directory import catalog, create_app
from directory.config import Settings
from directory.database import db, opened, release
from directory.serving import engines
from importers.records import ListingRecord, OrganizationRecord, PlaceRecord, Provenance, TermRecord
from matching.columns import Columns
from matching.rules.asked import Question
from tests.web.conftest import TODAY, Page

KINDS = ("comedy", "singing", "knitting", "walking football", "chess", "gardening", "board games")
ZEST = 230
"""So many listings has the organisation that is avoided: more than a profile may list."""
NOWHERE = "Quex Union"
"""An organisation that is not in either town; as long as "Zest Trust"."""


def listing(key: str, name: str, kind: str, organization: str, venue: str) -> ListingRecord:
    return ListingRecord(
        source="town",
        source_id=key,
        name=name,
        description=f"{kind.capitalize()} for everybody.",
        activities=(TermRecord(kind),),
        organization=OrganizationRecord(organization.casefold().replace(" ", "-"), organization),
        formats=("in_person",),
        places=(PlaceRecord(source_id=f"{key}-place", name=venue, city="Quarrytown"),),
        checked=Provenance(),
    )


def others() -> Iterator[ListingRecord]:
    for number in range(21):
        kind = KINDS[number % len(KINDS)]
        yield listing(
            f"o{number}", f"{kind.capitalize()} {number}", kind, f"Club {number}", f"Hall {number % 5}"
        )


def zests() -> Iterator[ListingRecord]:
    """The organisation that is avoided: listings of every kind, at a venue of its own."""
    for number in range(ZEST):
        kind = KINDS[number % len(KINDS)]
        yield listing(f"z{number}", f"{kind.capitalize()} z{number}", kind, "Zest Trust", "Zest House")


def _town(data: Path, records: list[ListingRecord]) -> Iterator[Flask]:
    made = create_app(Settings.load(data, {"KITH_TODAY": TODAY}), TESTING=True)
    with opened(made):
        for record in records:
            catalog.add(record, "test")
        engines().catch_up()
    yield made
    with made.app_context():
        release()


@pytest.fixture(scope="module")
def with_zest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from _town(tmp_path_factory.mktemp("with-zest"), [*others(), *zests()])


@pytest.fixture(scope="module")
def without_zest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from _town(tmp_path_factory.mktemp("without-zest"), list(others()))


@contextmanager
def work(app: Flask) -> Iterator[list[str]]:
    """What is done while it lasts: SQL statements, rules asked, lines logged; in order, without any value."""
    done: list[str] = []

    def sql(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        done.append(re.sub(r"IN \([?, ]+\)", "IN (...)", statement))

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            done.append(f"log {record.name} {record.levelname}")

    real = Question.answer
    handler = Heard()
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", sql)
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Question, "answer", lambda self, view: done.append(self.name) or real(self, view))
        yield done
    logging.getLogger().removeHandler(handler)
    event.remove(engine, "before_cursor_execute", sql)


def page_of(app: Flask, **written: Any) -> tuple[Page, list[str], str]:
    """(answer page, the work it took, its source without what is random in it)."""
    client = app.test_client()
    sent: dict[str, list[str]] = {}
    for name, value in Page(client.get("/match")).fields():
        sent.setdefault(name, []).append(value)
    with work(app) as done:
        answer = client.post("/match", data={**sent, **written})
    assert answer.status_code == 200, answer.text[:500]
    page = Page(answer)
    bare = answer.text
    for name in ("csrf_token", "sealed"):
        bare = bare.replace(page.hidden(name), "")
    return page, done, bare


def json_of(app: Flask, profile: dict[str, Any]) -> tuple[Any, list[str]]:
    client: FlaskClient = app.test_client()
    with work(app) as done:
        answer = client.post("/api/match", json=profile)
    return answer.get_json(), done


WISHES = {"assets": "comedy\nsinging", "goals": "make a friend"}


@pytest.mark.parametrize("field", ["avoid_groups", "avoid_venues"])
@pytest.mark.parametrize("name", ["Zest Trust", "Zest House", "zest"])
def test_a_page_that_leaves_places_out_is_that_of_a_town_without_them(
    field: str, name: str, with_zest: Flask, without_zest: Flask
) -> None:
    written = {**WISHES, field: name}
    here, there = page_of(with_zest, **written), page_of(without_zest, **written)
    assert here[2] == there[2] and "z0" not in here[2].casefold()
    assert here[1] == there[1]
    assert len(here[0].hidden("sealed")) == len(there[0].hidden("sealed"))


def test_a_name_that_is_here_costs_the_same_statements_and_bytes_as_one_that_is_nowhere(
    with_zest: Flask,
) -> None:
    wishes = {"assets": "zither", "goals": "play the zither"}  # of which nobody here knows anything
    named, nowhere = (page_of(with_zest, **wishes, avoid_groups=name) for name in ("Zest Trust", NOWHERE))
    assert named[2] == nowhere[2]
    assert named[1] == nowhere[1]
    assert len(named[0].hidden("sealed")) == len(nowhere[0].hidden("sealed"))


@pytest.mark.parametrize(
    "avoid",
    [
        {"listings": [f"town:z{number}" for number in range(100)]},
        {"listings": ["town:z1"]},
        {"organizations": ["Zest Trust"]},
        {"venues": ["Zest House"]},
    ],
)
def test_the_same_statements_answer_a_programme_whether_or_not_what_it_avoids_is_here(
    avoid: dict[str, list[str]], with_zest: Flask, without_zest: Flask
) -> None:
    here, there = (
        json_of(town, {"assets": ["zither"], "avoid": avoid}) for town in (with_zest, without_zest)
    )
    assert json.dumps(here[0]) == json.dumps(there[0])
    assert here[1] == there[1]


def test_of_a_great_organisation_as_little_is_read_as_of_a_small_one(
    with_zest: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from directory.web import avoiding

    read: list[int] = []
    real = Columns.offer
    monkeypatch.setattr(Columns, "offer", lambda self, row: read.append(row) or real(self, row))
    with with_zest.app_context():
        columns = engines().columns()
    found = avoiding.meant(["Zest Trust", "Zest House"], columns)
    assert (found.organizations, found.venues) == (("Zest Trust",), ("Zest House",))
    assert len(read) == 2


def test_a_step_taken_at_a_place_that_is_avoided_now_is_named_nowhere(with_zest: Flask) -> None:
    _, _, bare = page_of(with_zest, **WISHES, done=["town:z1", "town:o1"], avoid_groups="Zest Trust")
    assert "Done already: Singing 1." in " ".join(bare.split()) and "z1" not in bare
    page, _, _ = page_of(with_zest, **WISHES, done=["town:z1", "town:o1"], avoid_groups="Zest Trust")
    sent: dict[str, list[str]] = {}
    for name, value in page.fields():
        sent.setdefault(name, []).append(value)
    form = with_zest.test_client()
    token = Page(form.get("/match")).hidden("csrf_token")
    again = form.post(
        "/match", data={**sent, "csrf_token": token, "action": "change", "done": ["town:z1", "town:o1"]}
    )
    assert again.status_code == 200 and "town:o1" in again.text and "town:z1" not in again.text
