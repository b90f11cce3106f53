"""What holds on every page there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

PAGES = (
    "/",
    "/?q=",
    "/?q=comedy",
    "/?q=comedy&near=S97+1AA&within=5&sort=distance",
    "/?q=xyzzyplugh",
    "/?q=&near=Atlantis",
    "/listings/town:open-mic",
    "/listings/town:open-mic?near=S97",
    "/listings/town:comedy-night",
    "/listings/town:safe-table",
    "/listings/town:home-knit",
    "/listings/town:old-club",
    "/listings/town:rest",
    "/listings/town:bare",
    "/listings/town:shouting/slash",
    "/listings/town:helpline",
    "/match",
    "/how-matching-works",
    "/privacy",
    "/accessibility",
    "/leaving-quickly",
)


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_no_fault_and_keeps_strict_rules(path: str, page: Callable[..., Any]) -> None:
    found = page(path)
    policy = found.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert found.headers["Referrer-Policy"] == "no-referrer"
    assert found.headers["X-Frame-Options"] == "DENY"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in found.headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_the_page_says_where_urgent_help_is_and_how_to_leave(path: str, page: Callable[..., Any]) -> None:
    found = page(path)
    footer = found.soup.find("footer").get_text(" ", strip=True)
    assert all(number in footer for number in ("999", "NHS 111", "116 123"))
    way_out = found.soup.find("a", class_="govuk-exit-this-page__button")
    assert way_out["href"] == "https://weather.example.org/" and "noreferrer" in way_out["rel"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_uses_words_that_belittle(path: str, page: Callable[..., Any]) -> None:
    text = page(path).soup.get_text(" ").lower()
    assert not [
        word
        for word in ("service user", "vulnerable", "at risk", "needs assessment", "dna")
        if word in text.split()
    ]
    assert "service user" not in text and "at risk" not in text


def test_what_no_page_is_for_says_what_to_do_next(page: Callable[..., Any]) -> None:
    found = page("/nothing-here", 404)
    assert "Search for something local" in found.links()
    assert found.headers["Cache-Control"] == "no-store"


def test_a_page_is_never_kept_by_a_cache_in_between(page: Callable[..., Any]) -> None:
    assert page("/?q=comedy").headers["Cache-Control"] == "private, no-cache"
    assert page("/match").headers["Cache-Control"] == "no-store"


def test_a_wrong_method_says_so_kindly(client: FlaskClient) -> None:
    answer = client.post("/privacy")
    assert answer.status_code == 405 and "Allow" in answer.headers
    assert "does not work that way" in answer.text


def test_too_much_text_is_refused_with_a_page(client: FlaskClient) -> None:
    answer = client.post("/match", data={"assets": "x" * 2_000_000})
    assert answer.status_code == 413 and "We kept nothing" in answer.text


def test_a_fault_of_ours_shows_a_page_without_the_persons_words(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from directory.web import browse

    def fail(*_: object) -> None:
        raise RuntimeError("secret words of a person")

    monkeypatch.setattr(browse.searching, "search", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = app.test_client().get("/?q=my+private+words")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "private words" not in answer.text and "secret words" not in answer.text


def test_the_process_and_its_readiness_answer_machines(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.json == {"status": "ready", "problems": []}


def test_readiness_names_what_is_wrong(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from directory.web import health

    monkeypatch.setattr(health, "readiness", lambda: ["The database does not answer."])
    ready = client.get("/readyz")
    assert ready.status_code == 503 and ready.json["problems"] == ["The database does not answer."]


def test_search_engines_are_kept_from_answers(client: FlaskClient) -> None:
    assert "Disallow: /match" in client.get("/robots.txt").text


def test_an_unknown_address_of_the_api_answers_in_json(client: FlaskClient) -> None:
    answer = client.get("/api/nothing-here")
    assert answer.status_code == 404 and answer.is_json


def test_every_static_file_a_page_asks_for_is_there(page: Callable[..., Any], client: FlaskClient) -> None:
    soup = page("/").soup
    wanted = [tag["src"] for tag in soup.find_all("script")] + [tag["href"] for tag in soup.find_all("link")]
    assert len(wanted) >= 4
    for path in wanted:
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_the_vendored_files_are_free_of_the_government_typeface_and_crest(app: Flask) -> None:
    vendor = Path(str(app.static_folder)) / "vendor"
    sheets = list(vendor.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not [word for word in ("GDS Transport", "@font-face", "crest", "url(/assets") if word in text]


def test_vendored_md_tells_the_truth(app: Flask) -> None:
    import hashlib

    vendor = Path(str(app.static_folder)) / "vendor"
    said = (vendor / "VENDORED.md").read_text(encoding="utf-8")
    for path in sorted(file for file in vendor.rglob("*") if file.is_file() and file.name != "VENDORED.md"):
        assert f"| {path.relative_to(vendor)} | {hashlib.sha256(path.read_bytes()).hexdigest()} |" in said


def test_every_bracket_of_the_stylesheet_is_closed(app: Flask) -> None:
    sheet = (Path(str(app.static_folder)) / "kith.css").read_text(encoding="utf-8")
    depth = 0
    for letter in re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", sheet, flags=re.S):
        depth += (letter == "{") - (letter == "}")
        assert depth in (0, 1, 2)
    assert depth == 0
