"""The agency's words and activities in the product: tried, added, taken away, brought back, and in a file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from directory import catalog, listings, words
from directory.serving import engines
from directory.words import Addition
from importers.records import ListingRecord, TermRecord

SignIn = Callable[..., FlaskClient]
GAGFEST = {"kind": "synonym", "key": "comedy", "phrase": "gagfest", "part": "words"}


@pytest.fixture
def curator(app: Flask, sign_in: SignIn) -> Iterator[FlaskClient]:
    """A curator's browser; the words that were added are gone afterwards."""
    yield sign_in("curator", name="Wordsmith")
    with app.app_context():
        for one in words.everything():
            words.remove(one.kind, one.key, one.phrase, actor="test")
        engines().keep_up_with_words()


def _soup(answer: Any, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status, answer.text[:600]
    soup = BeautifulSoup(answer.text, "html5lib")
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) and len(soup.find_all("h1")) == 1
    for link in soup.select(".govuk-error-summary a"):
        assert soup.find(id=str(link["href"])[1:]), link
    labelled = {str(label["for"]) for label in soup.find_all("label")}
    for entry in soup.find_all(["input", "select"]):
        assert entry.get("type") in ("hidden", "submit") or entry.get("id") in labelled, entry
    return soup


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/words").text)
    assert found
    return found[1]


def _post(client: FlaskClient, path: str, **sent: Any) -> Any:
    return client.post(path, data={"csrf_token": _token(client), **sent})


def _fill_in(soup: BeautifulSoup, action: str) -> dict[str, str]:
    form = soup.find("form", action=action)
    assert form is not None
    return {str(field["name"]): str(field["value"]) for field in form.find_all("input")}


# --- words ----------------------------------------------------------------------------------------------------------


def test_a_word_is_tried_before_it_is_added(app: Flask, curator: FlaskClient) -> None:
    tried = _soup(
        curator.get("/staff/words/try", query_string={"about": "asset:humour", "phrase": "riverside ramble"})
    )
    assert "No listing changes" in tried.get_text()
    tried = _soup(
        curator.get("/staff/words/try", query_string={"about": "asset:cooking_baking", "phrase": "the river"})
    )
    assert "1 listing would newly be about" in tried.get_text() and "Resting Walkers" in tried.get_text()
    with app.app_context():
        assert words.everything() == ()
    sent = _fill_in(tried, "/staff/words")
    assert curator.post("/staff/words", data=sent).status_code == 303
    assert curator.post("/staff/words", data=sent).status_code == 303
    with app.app_context():
        assert words.everything() == (Addition("asset", "cooking_baking", "the river"),)
    card = _soup(curator.get("/staff/words")).select_one(".kith-card")
    assert card and "1 listing says it" in card.get_text() and "by Wordsmith" in card.get_text()


def test_a_synonym_shows_what_it_does_to_saved_searches(curator: FlaskClient) -> None:
    found = _post(curator, "/staff/searches", name="Gagfests", q="gagfest")
    assert found.status_code == 303
    tried = _soup(curator.get("/staff/words/try", query_string=GAGFEST)).get_text(" ", strip=True)
    assert "Gagfests 0 now, " in tried
    assert "Newly found" in tried and "Comedy Night at the Crown" in tried
    before = curator.get("/staff/search?q=gagfest").text
    assert _post(curator, "/staff/words", **GAGFEST).status_code == 303
    after = curator.get("/staff/search?q=gagfest").text
    assert "Comedy Night at the Crown" in after and "Comedy Night at the Crown" not in before


def test_a_word_that_is_taken_away_can_be_brought_back(app: Flask, curator: FlaskClient) -> None:
    _post(curator, "/staff/words", **GAGFEST)
    answer = _post(curator, "/staff/words/remove", **GAGFEST)
    with app.app_context():
        assert words.everything() == ()
    assert _post(curator, "/staff/words/remove", **GAGFEST).headers["Location"] == "/staff/words"
    soup = _soup(curator.get(answer.headers["Location"]))
    assert "“gagfest” is no longer a word for comedy" in soup.get_text()
    assert curator.post("/staff/words", data=_fill_in(soup, "/staff/words")).status_code == 303
    with app.app_context():
        assert words.everything() == (Addition(**GAGFEST),)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"about": "asset:humour", "phrase": ""}, "phrase"),
        ({"about": "", "phrase": "gurning"}, "about"),
        ({"about": "asset:nothing", "phrase": "gurning"}, "about"),
        ({"about": "goal:friend", "phrase": "marras", "part": "loud"}, "part"),
        ({"kind": "synonym", "key": "", "phrase": "futsal"}, "same-key"),
        ({"kind": "synonym", "key": "football", "phrase": "of the"}, "same-phrase"),
    ],
)
def test_a_word_that_cannot_be_added_is_told_at_its_field(
    curator: FlaskClient, written: dict[str, str], field: str
) -> None:
    for answer in (
        curator.get("/staff/words/try", query_string=written),
        _post(curator, "/staff/words", **written),
    ):
        soup = _soup(answer, 400)
        assert soup.find(id=f"{field}-error") and soup.select_one(f'.govuk-error-summary a[href="#{field}"]')
        if written["phrase"]:
            assert soup.find("input", attrs={"name": "phrase", "value": written["phrase"]})


def test_words_go_out_in_a_file_and_come_back(app: Flask, curator: FlaskClient) -> None:
    _post(curator, "/staff/words", **GAGFEST)
    for kind in ("csv", "toml"):
        file = curator.get(f"/staff/words/export.{kind}")
        assert f'filename="words.{kind}"' in file.headers["Content-Disposition"]
        _post(curator, "/staff/words/remove", **GAGFEST)
        answer = _post(curator, "/staff/words/upload", file=(io.BytesIO(file.data), f"ours.{kind}"))
        assert answer.headers["Location"] == "/staff/words?did=loaded"
        with app.app_context():
            assert words.everything() == (Addition(**GAGFEST),)
        again = _post(curator, "/staff/words/upload", file=(io.BytesIO(file.data), f"ours.{kind}"))
        assert again.headers["Location"] == "/staff/words?did=nothing"


@pytest.mark.parametrize(
    ("content", "name", "status", "said"),
    [
        (b"", "", 400, "Choose a file of words"),
        (b"kind,key,phrase\n", "words.docx", 400, "must be CSV or TOML"),
        (b"", "words.csv", 400, "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "words.csv", 400, "is not a text file"),
        (b"%PDF-1.7 no words", "words.toml", 400, "is not TOML"),
        (b"phrase,meaning\ngurning,jokes\n", "words.csv", 400, "has no column kind"),
        (b"kind,key,phrase\nasset,humour,gurning\nasset,nothing,x\n", "words.csv", 400, "line 3"),
        (b"x" * 400_000, "words.csv", 413, "too large"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_plainly_and_changes_nothing(
    app: Flask, curator: FlaskClient, content: bytes, name: str, status: int, said: str
) -> None:
    _post(curator, "/staff/words", **GAGFEST)
    answer = _post(curator, "/staff/words/upload", file=(io.BytesIO(content), name))
    soup = _soup(answer, status)
    summary = soup.select_one(".govuk-error-summary")
    assert summary and said in summary.get_text() and "/tmp" not in summary.get_text()
    with app.app_context():
        assert words.everything() == (Addition(**GAGFEST),)


@pytest.mark.parametrize(("roles", "status"), [((), 302), (("individual",), 404), (("worker",), 403)])
def test_what_is_too_large_says_nothing_to_those_without_the_page(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, roles: tuple[str, ...], status: int
) -> None:
    client = sign_in(*roles)
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 1000)
    answer = client.post("/staff/words/upload", data={"file": (io.BytesIO(b"x" * 2000), "a.csv")})
    assert answer.status_code == status and "too large" not in answer.text


# --- activities -------------------------------------------------------------------------------------------------------


@pytest.fixture
def walks(app: Flask) -> Iterator[dict[str, str]]:
    """Listings with activities that one may want to rename or join; afterwards they are closed."""
    names = {"strolls": ("ambling",), "strolls too": ("ambling", "rambling"), "rambles": ("rambling",)}
    with app.app_context():
        made = {
            name: catalog.add(
                ListingRecord(
                    source="walks",
                    source_id=f"{name} {len(listings.ids([]))} {listings.count()}",
                    name=name.title(),
                    activities=tuple(TermRecord(one) for one in activities),
                ),
                "test",
            )
            for name, activities in names.items()
        }
        engines().catch_up()
    yield made
    with app.app_context():
        for key in made.values():
            catalog.amend(key, {"activities": (), "status": "closed"}, "test")
        engines().catch_up()


def _term(client: FlaskClient, name: str) -> str:
    soup = _soup(client.get("/staff/activities", query_string={"q": name}))
    return next(str(a["href"]) for a in soup.select(".kith-columns a") if a.get_text() == name)


def _hung(app: Flask, walks: dict[str, str]) -> dict[str, list[str]]:
    with app.app_context():
        found = listings.records(walks.values())
        return {name: [term.name for term in found[key].activities] for name, key in walks.items()}


def test_an_activity_is_renamed_on_every_listing(
    app: Flask, curator: FlaskClient, walks: dict[str, str]
) -> None:
    href = _term(curator, "ambling")
    assert "(2)" in curator.get("/staff/activities?q=ambling").text
    tried = _soup(curator.get(href, query_string={"name": "strolling"})).get_text(" ", strip=True)
    assert "2 listings would change" in tried and "Strolls Too" in tried
    assert _hung(app, walks)["strolls"] == ["ambling"]
    for _ in range(2):
        assert _post(curator, href, name="strolling").status_code == 303
    assert _hung(app, walks) == {
        "strolls": ["strolling"],
        "strolls too": ["strolling", "rambling"],
        "rambles": ["rambling"],
    }
    assert "Strolls" in curator.get("/staff/search?q=strolling").text


def test_two_activities_become_one_and_each_listing_has_it_once(
    app: Flask, curator: FlaskClient, walks: dict[str, str]
) -> None:
    href = _term(curator, "ambling")
    tried = _soup(curator.get(href, query_string={"name": "Rambling"})).get_text(" ", strip=True)
    assert "The two would become one" in tried and "on 2 listings" in tried
    assert _post(curator, href, name="Rambling").status_code == 303
    assert set(map(tuple, _hung(app, walks).values())) == {("rambling",)}
    assert "(3)" in curator.get("/staff/activities?q=rambling").text


def test_a_rename_shows_which_listings_a_saved_search_gains_and_loses(
    curator: FlaskClient, walks: dict[str, str]
) -> None:
    for name, sought in (("Amblers", "ambling"), ("Amblings", "pootling")):
        _post(curator, "/staff/searches", name=name, q=sought)
    soup = _soup(curator.get(_term(curator, "ambling"), query_string={"name": "pootling"}))
    told = {
        card.h3.get_text(): card.get_text(" ", strip=True) for card in soup.select(".kith-card") if card.h3
    }
    assert "2 now, 0 then" in told["Amblers"] and "No longer found: Strolls Strolls Too" in told["Amblers"]
    assert "0 now, 2 then" in told["Amblings"] and "Newly found: Strolls Strolls Too" in told["Amblings"]


@pytest.mark.parametrize("name", ["", "ambling", "a; b", "x" * 101])
def test_a_name_that_cannot_be_used_is_told_and_changes_nothing(
    app: Flask, curator: FlaskClient, walks: dict[str, str], name: str
) -> None:
    href = _term(curator, "ambling")
    for answer in (curator.get(href, query_string={"name": name}), _post(curator, href, name=name)):
        assert _soup(answer, 400).find(id="name-error")
    assert _hung(app, walks)["strolls"] == ["ambling"]
