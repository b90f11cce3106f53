"""Staff search as a curator and a worker see it: filters, saved searches, and the result as a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from directory import catalog, listings
from directory.serving import engines
from importers import sheet
from importers.records import ContactRecord, ListingRecord

SignIn = Callable[..., FlaskClient]
Faults = Callable[..., Any]


@pytest.fixture
def read_page() -> Callable[..., BeautifulSoup]:
    """Open a page as somebody: it must have no structural faults."""

    def read(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
        answer = client.get(path)
        assert answer.status_code == status, answer.text[:500]
        assert answer.headers["Cache-Control"] == "no-store"
        soup = BeautifulSoup(answer.text, "html5lib")
        ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
        labelled = {str(label["for"]) for label in soup.find_all("label")}
        for entry in soup.find_all(["input", "select", "textarea"]):
            assert entry.get("type") in ("hidden", "submit") or entry.get("id") in labelled, entry
        assert len(soup.find_all("h1")) == 1 and not soup.find(style=True)
        return soup

    return read


def _names(soup: BeautifulSoup) -> list[str]:
    headings = soup.select(".kith-list--staff .kith-card h2")
    return [str(next(iter(heading.stripped_strings))) for heading in headings]


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/search").text)
    assert found
    return found[1]


def _save(client: FlaskClient, name: str, **criteria: str) -> Any:
    return client.post("/staff/searches", data={"csrf_token": _token(client), "name": name, **criteria})


def test_what_nobody_checked_comes_first(sign_in: SignIn, read_page: Faults) -> None:
    names = _names(read_page(sign_in("worker"), "/staff/search"))
    assert names[0] == "Valley Choir" and names.index("Comedy Night at the Crown") == 2


def test_only_those_who_edit_find_closed_listings_and_those_that_asked_not_to_be_listed(
    sign_in: SignIn, read_page: Faults
) -> None:
    path = "/staff/search?q=chess&status=closed&status=do_not_list"
    assert _names(read_page(sign_in("worker"), path)) == []
    assert _names(read_page(sign_in("curator"), path)) == ["Not To Be Listed", "Old Chess Club"]


def test_a_fact_that_is_not_known_can_be_looked_for(sign_in: SignIn, read_page: Faults) -> None:
    names = _names(read_page(sign_in("worker"), "/staff/search?missing=step_free"))
    assert "Valley Choir" in names and "Tuesday Open Mic" not in names and "Joke Share Online" not in names


def test_near_and_stale_shows_the_nearest_first_and_how_far(sign_in: SignIn, read_page: Faults) -> None:
    soup = read_page(sign_in("worker"), "/staff/search?near=S97+1AA&within=5&before=6m")
    assert _names(soup)[:2] == ['Slash & <b>Sons</b> "Quoted"', "Comedy Night at the Crown"]
    assert "1.9 km" in soup.get_text() and "Not checked for 6 months" in soup.get_text()


def test_a_filter_is_taken_away_by_its_link(sign_in: SignIn, read_page: Faults) -> None:
    soup = read_page(sign_in("worker"), "/staff/search?before=6m&thin=yes&fact=step_free%3Dno")
    links = {a.get_text(): a["href"] for a in soup.select(".kith-chips a")}
    assert links["Remove Not checked for 6 months"] == "/staff/search?fact=step_free%3Dno&thin=yes"
    assert _names(soup) == ["Comedy Night at the Crown"]


def test_a_day_or_distance_that_is_none_is_said_at_its_field(sign_in: SignIn, read_page: Faults) -> None:
    soup = read_page(sign_in("worker"), "/staff/search?before=soon&within=far", 400)
    for link in soup.select(".govuk-error-summary a"):
        name = str(link["href"])[1:]
        assert soup.find(id=name) and soup.find(id=f"{name}-error")
    assert len(soup.select(".govuk-error-summary a")) == 2 and _names(soup)
    assert soup.find(id="within")["value"] == "far"


def test_a_saved_search_opens_again_with_everything_it_asked_for(sign_in: SignIn, read_page: Faults) -> None:
    client = sign_in("worker", name="Saver")
    assert _save(client, "Stale comedy", q="comedy", before="6m").status_code == 303
    assert _save(client, "Stale comedy", q="comedy", before="6m").status_code == 303
    soup = read_page(client, "/staff/searches")
    [card] = [card for card in soup.select(".kith-card") if "Stale comedy" in card.get_text()]
    assert "(1 listing)" in card.get_text() and "Not checked for 6 months" in card.get_text()
    opened = client.get(card.find("a")["href"])
    assert opened.headers["Location"] == "/staff/search?q=comedy&before=6m"


def test_two_saved_searches_of_one_name_are_refused_and_nothing_is_lost(
    sign_in: SignIn, read_page: Faults
) -> None:
    client = sign_in("worker", name="Namer")
    _save(client, "Mine", q="choir")
    answer = _save(client, "Mine", q="comedy")
    soup = BeautifulSoup(answer.text, "html5lib")
    assert answer.status_code == 400 and "You have a search of that name" in soup.get_text()
    assert soup.find(id="save-name")["value"] == "Mine" and soup.find(id="q")["value"] == "comedy"


def test_a_search_is_its_owners_until_it_is_shared(sign_in: SignIn, read_page: Faults) -> None:
    mine, other = sign_in("worker", name="Owner"), sign_in("curator", name="Other")
    _save(mine, "Just for me", q="singing")
    _save(mine, "For the team", q="singing", shared="yes")
    text = read_page(other, "/staff/searches").get_text()
    assert "For the team" in text and "from Owner" in text and "Just for me" not in text
    soup = read_page(mine, "/staff/searches")
    [private] = [a["href"] for a in soup.select(".kith-card h2 a") if a.get_text() == "Just for me"]
    assert other.get(private).status_code == 404
    assert other.post(f"{private}/delete", data={"csrf_token": _token(other)}).status_code == 303
    assert "Just for me" in read_page(mine, "/staff/searches").get_text()


def test_a_search_is_renamed_and_deleted(sign_in: SignIn, read_page: Faults) -> None:
    client = sign_in("worker", name="Renamer")
    _save(client, "Before", q="chess")
    [href] = [
        a["href"] for a in read_page(client, "/staff/searches").select("h2 a") if a.get_text() == "Before"
    ]
    sent = {"csrf_token": _token(client)}
    assert client.post(href, data={**sent, "name": "  "}).status_code == 400
    assert client.post(href, data={**sent, "name": "After"}).status_code == 303
    assert "After" in read_page(client, "/staff/searches").get_text()
    for _ in range(2):
        assert client.post(f"{href}/delete", data=sent).headers["Location"] == "/staff/searches"
    assert "After" not in read_page(client, "/staff/searches").get_text()


def test_a_worker_is_offered_no_spreadsheet(sign_in: SignIn, read_page: Faults) -> None:
    assert "Download" not in read_page(sign_in("worker"), "/staff/search").get_text()
    assert sign_in("worker").get("/staff/search/export.csv").status_code == 403


def test_an_exported_result_holds_what_was_found_and_comes_back_as_it_was(
    app: Flask, sign_in: SignIn, tmp_path: Path
) -> None:
    found = {}
    for kind in ("csv", "xlsx"):
        answer = sign_in("curator").get(f"/staff/search/export.{kind}?q=comedy")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="kith-2026-11-22.{kind}"'
        assert answer.headers["Cache-Control"] == "no-store"
        path = tmp_path / f"result.{kind}"
        path.write_bytes(answer.data)
        records = [one for one in sheet.read(path, "town") if isinstance(one, ListingRecord)]
        found[kind] = [(one.source_id, one.name, one.tips, one.known_by) for one in records]
    assert found["csv"] == found["xlsx"]
    assert ("open-mic", "Tuesday Open Mic", ("Bring cake for Sue",), ("Jo Colleague",)) in found["csv"]
    with app.app_context():
        assert len(found["csv"]) < listings.count()


def test_whom_only_the_colleague_who_knows_them_may_see_is_in_no_export(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        hidden = ContactRecord(name="Quiet Quentin", title="host", visibility="link")
        record = ListingRecord(source="kept", source_id="apart", name="Kept Apart", contacts=(hidden,))
        key = catalog.add(record, "test")
        engines().catch_up()
    exported = sign_in("curator").get("/staff/search/export.csv?source=kept").data
    with app.app_context():
        catalog.retire(key, "test")
        engines().catch_up()
    text = exported.decode("utf-8-sig")
    assert "Kept Apart" in text and "Quentin" not in text
    [row] = csv.DictReader(io.StringIO(text))
    assert row["contact_visibility"] == "staff"  # so that importing it again takes nobody away


def test_no_cell_of_an_export_can_be_run_as_a_formula(sign_in: SignIn) -> None:
    answer = sign_in("curator").get("/staff/search/export.csv?status=active&status=closed")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) > 5
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r")]
