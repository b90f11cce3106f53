"""What someone avoids leaves no trace: every answer is, byte for byte, that of a directory which never had it."""

from __future__ import annotations

import csv
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from directory import create_app, intake
from directory.config import Settings
from directory.database import opened, release

TOWN = Path(__file__).resolve().parents[2] / "examples" / "demo_town.csv"
Row = dict[str, str]
Avoided = tuple[dict[str, Any], dict[str, str], Callable[[Row], bool], str]

AVOIDED: dict[str, Avoided] = {
    # what: (the profile's avoid, what is written on the form, the rows it is about, a name that must never appear)
    "a listing": (
        {"listings": ["demo:hillview-comedy-night"]},
        {"avoid_groups": "Hillview comedy night"},
        lambda row: row["id"] == "hillview-comedy-night",
        "Hillview comedy night",
    ),
    "an organization": (
        {"organizations": ["Brightside Steelford"]},
        {"avoid_groups": "Brightside Steelford"},
        lambda row: row["organization"] == "Brightside Steelford",
        "Brightside open mic",
    ),
    "a venue": (
        {"venues": ["Hillview Community Centre"]},
        {"avoid_venues": "Hillview Community Centre"},
        lambda row: row["venue"] == "Hillview Community Centre",
        "Hillview comedy night",
    ),
    "a postcode": (
        {"venues": ["S1 2JB"]},
        {"avoid_venues": "S1 2JB"},
        lambda row: row["postcode"] == "S1 2JB",
        "Hillview comedy night",
    ),
    "an area": (
        {"areas": ["S1"]},
        {"avoid_areas": "s1"},
        lambda row: row["postcode"].split(" ")[0] == "S1",
        "Hillview comedy night",
    ),
}
PROFILE: dict[str, Any] = {
    "assets": ["I like making people laugh", "cooking for a crowd"],
    "goals": [{"say": "do stand-up comedy", "type": "show_work", "focus": True}, "make a friend"],
    "barriers": [{"key": "step_free", "level": "must"}, {"key": "new_people"}],
    "from": {"postcode": "S1 2HE"},
    "travel": {"max_km": 6},
    "rung": {"comfortable": 5},
}
FORM = {
    "assets": "I like making people laugh\ncooking for a crowd",
    "goals": "do stand-up comedy\nmake a friend",
    "need_step_free": "would_help",
    "place": "S1 2HE",
    "comfortable": "5",
}


def directory_of(folder: Path, keep: Callable[[Row], bool]) -> Flask:
    with TOWN.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        headings, rows = list(reader.fieldnames or ()), [row for row in reader if keep(row)]
    folder.mkdir(parents=True)
    with (folder / "town.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)
    app = create_app(Settings.load(folder / "data", {"KITH_TODAY": "2026-11-22"}), TESTING=True)
    with opened(app):
        intake.run_import(folder / "town.csv", actor="test", source="demo", format="sheet")
    return app


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = directory_of(tmp_path_factory.mktemp("whole") / "town", lambda row: True)
    yield app
    with app.app_context():
        release()


@pytest.fixture(scope="module", params=AVOIDED)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Avoided, Flask]]:
    avoided = AVOIDED[request.param]
    app = directory_of(tmp_path_factory.mktemp("without") / "town", lambda row: not avoided[2](row))
    yield avoided, app
    with app.app_context():
        release()


def asked(app: Flask, profile: dict[str, Any]) -> bytes:
    answer = app.test_client().post("/api/match", json=profile)
    assert answer.status_code == 200
    return answer.get_data()


def sent(client: FlaskClient, written: dict[str, str], status: int = 200, **more: str) -> str:
    """The page that answers the form, as the form was first opened."""
    soup = BeautifulSoup(client.get("/match").get_data(as_text=True), "html5lib")
    hidden = {name: soup.find("input", attrs={"name": name})["value"] for name in ("csrf_token", "sealed")}  # type: ignore[index]
    answer = client.post("/match", data={**FORM, **hidden, **written, **more})
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def settled(html: str) -> str:
    """The page without what differs between any two pages: the token, and the seal, of which the length stays."""
    html = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1TOKEN", html)
    html = re.sub(
        r'(name="sealed" value=")([^"]*)', lambda found: f"{found[1]}{len(found[2])} characters", html
    )
    assert "TOKEN" in html and " characters" in html
    return html


def test_the_json_is_that_of_a_directory_without_it(whole: Flask, case: tuple[Avoided, Flask]) -> None:
    (avoid, _, _, name), without = case
    assert name in asked(whole, PROFILE).decode()
    avoiding = asked(whole, PROFILE | {"avoid": avoid})
    assert avoiding == asked(without, PROFILE)
    assert name not in avoiding.decode()


def test_the_page_its_map_and_its_print_are_those_of_a_directory_without_it(
    whole: Flask, case: tuple[Avoided, Flask]
) -> None:
    (_, written, _, name), without = case
    assert name in sent(whole.test_client(), {})
    avoiding = settled(sent(whole.test_client(), written))
    assert avoiding == settled(sent(without.test_client(), {}))
    assert "<svg" in avoiding
    assert name not in avoiding


def test_the_form_that_comes_back_to_be_mended_is_that_of_someone_who_avoids_nothing(
    whole: Flask, case: tuple[Avoided, Flask]
) -> None:
    (_, written, _, _), without = case
    mending = settled(sent(whole.test_client(), written, 422, age="two hundred"))
    assert mending == settled(sent(without.test_client(), {}, 422, age="two hundred"))


def test_the_form_to_change_an_answer_is_that_of_someone_who_avoids_nothing(
    whole: Flask, case: tuple[Avoided, Flask]
) -> None:
    (_, written, _, _), without = case
    changing = settled(sent(whole.test_client(), written, action="change"))
    assert changing == settled(sent(without.test_client(), {}, action="change"))


def test_no_log_line_names_it(
    whole: Flask, case: tuple[Avoided, Flask], caplog: pytest.LogCaptureFixture
) -> None:
    (avoid, written, _, name), _ = case
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("kith.test").debug("the log is listening")
        asked(whole, PROFILE | {"avoid": avoid})
        sent(whole.test_client(), written)
    assert "the log is listening" in caplog.text
    words = {name, *written.values(), *(text for texts in avoid.values() for text in texts)} - {"s1", "S1"}
    assert [word for word in words if word.casefold() in caplog.text.casefold()] == []
    assert "make people laugh" not in caplog.text
    assert json.dumps(avoid) not in caplog.text
