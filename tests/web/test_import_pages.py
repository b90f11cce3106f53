"""Importing in the product: a file is shown before it is applied, applied once, and told plainly where it is no use."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from directory import catalog, listings, uploads
from directory.config import current_settings
from directory.database import db
from directory.models import Change, ImportRun
from directory.serving import engines
from importers import xlsx_write

SignIn = Callable[..., FlaskClient]
SHEET = "id,name,description,venue,postcode,sessions,price\n"
ROWS = SHEET + "a,Kite Flyers,Kites,Moor Hall,S97 1AA,Tuesdays 10:00-12:00,free\nb,Kite Menders,Mending,,,,\n"


@pytest.fixture
def source(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    """A source of this test's own; its listings are closed afterwards."""
    name = re.sub(r"[^a-z]+", "-", request.node.name.casefold())[:60].strip("-")
    yield name
    with app.app_context():
        for listing in list(listings.iterate()):
            if listing.record.source == name:
                catalog.retire(listing.id, "test")
        for upload in uploads.listed():
            uploads.drop(upload.id)
        engines().catch_up()


@pytest.fixture
def curator(sign_in: SignIn) -> FlaskClient:
    return sign_in("curator", name="Importer")


def _soup(answer: Any, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status, answer.text[:600]
    assert answer.headers["Cache-Control"] == "no-store"
    soup = BeautifulSoup(answer.text, "html5lib")
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) and len(soup.find_all("h1")) == 1
    for link in soup.select(".govuk-error-summary a"):
        assert soup.find(id=str(link["href"])[1:]), link
    return soup


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/import").text)
    assert found
    return found[1]


def _send(client: FlaskClient, content: str | bytes, name: str, source: str, **more: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    sent = {"csrf_token": _token(client), "source": source, "file": (io.BytesIO(data), name), **more}
    return client.post("/staff/import", data=sent)


def _figures(soup: BeautifulSoup) -> dict[str, str]:
    found = {}
    for item in soup.select(".kith-figures li"):
        number, label = list(item.stripped_strings)
        found[label] = number
    return found


def _apply(client: FlaskClient, address: str) -> Any:
    form = _soup(client.get(address)).find("form", action=f"{address}/apply")
    assert form is not None
    return client.post(
        f"{address}/apply", data={str(i["name"]): str(i["value"]) for i in form.find_all("input")}
    )


def _of(app: Flask, source: str) -> dict[str, Any]:
    with app.app_context():
        return {one.record.source_id: one.record for one in listings.iterate() if one.record.source == source}


def test_a_sheet_is_shown_before_anything_changes_and_then_applied(
    app: Flask, curator: FlaskClient, source: str
) -> None:
    address = _send(curator, ROWS, "kites.csv", source).headers["Location"]
    soup = _soup(curator.get(address))
    assert _figures(soup)["new"] == "2" and "a source we have nothing from yet" in soup.get_text()
    assert "Kite Flyers" in soup.get_text() and _of(app, source) == {}
    assert _apply(curator, address).headers["Location"] == address
    assert set(_of(app, source)) == {"a", "b"}
    done = _soup(curator.get(address))
    assert _figures(done)["new"] == "2" and "Kite Flyers" in curator.get("/?q=kites").text


def test_applying_twice_does_nothing_new(app: Flask, curator: FlaskClient, source: str) -> None:
    address = _send(curator, ROWS, "kites.csv", source).headers["Location"]
    form = _soup(curator.get(address)).find("form", action=f"{address}/apply")
    assert form is not None
    sent = {str(i["name"]): str(i["value"]) for i in form.find_all("input")}
    curator.post(f"{address}/apply", data=sent)
    with app.app_context():
        before = [db.session.scalar(select(func.count()).select_from(model)) for model in (Change, ImportRun)]
    assert curator.post(f"{address}/apply", data=sent).headers["Location"] == address
    with app.app_context():
        assert before == [db.session.scalar(select(func.count()).select_from(m)) for m in (Change, ImportRun)]
    again = _send(curator, ROWS, "kites.csv", source).headers["Location"]
    assert _figures(_soup(curator.get(again)))["as they are"] == "2"


def test_two_presses_at_once_apply_once(app: Flask, curator: FlaskClient, source: str) -> None:
    address = _send(curator, ROWS, "kites.csv", source).headers["Location"]
    with app.app_context():
        upload_id = address.rsplit("/", 1)[1]
        seen = uploads.proposal(uploads.by_id(upload_id)).fingerprint()
        runs = db.session.scalar(select(func.count()).select_from(ImportRun))

    def press(_number: int) -> dict[str, int] | None:
        with app.app_context():
            return uploads.apply(upload_id, seen, actor="test").counts

    with ThreadPoolExecutor(3) as pool:
        [first, *others] = pool.map(press, range(3))
    assert first and first["created"] == 2 and others == [first, first]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ImportRun)) == (runs or 0) + 1


def test_a_preview_shows_how_a_listing_changes_and_what_stays_as_entered_here(
    app: Flask, curator: FlaskClient, source: str
) -> None:
    _apply(curator, _send(curator, ROWS, "kites.csv", source).headers["Location"])
    with app.app_context():
        [key] = listings.ids([f"{source}:a"]).values()
        catalog.amend(key, {"description": "Kites for all, on the moor"}, "test")
    changed = SHEET + "a,Kite Fliers,Kites and tea,Moor Hall,S97 1AA,Tuesdays 10:00-12:00,free\n"
    address = _send(curator, changed, "kites.csv", source).headers["Location"]
    soup = _soup(curator.get(address))
    figures = _figures(soup)
    assert (figures["changed"], figures["not in the file"], figures["kept as entered here"]) == (
        "1",
        "1",
        "1",
    )
    assert [soup.select_one(f".kith-diff__text {tag}").get_text() for tag in ("del", "ins")] == [  # type: ignore[union-attr]
        "[taken away: Flyers]",
        "[new: Fliers]",
    ]
    said = [line.get_text() for line in soup.select("main .govuk-list--bullet li")]
    assert "Kite Flyers, the description: Kites and tea" in said
    assert not [line for line in said if line in ("a", "b")], "a listing is called by its name, not by its id"
    _apply(curator, address)
    assert _soup(curator.get(address)).find("a", href="/staff/desk/conflicts")
    record = _of(app, source)["a"]
    assert (record.name, record.description) == ("Kite Fliers", "Kites for all, on the moor")


def test_what_was_looked_at_is_what_is_applied_or_it_is_shown_again(
    app: Flask, curator: FlaskClient, source: str
) -> None:
    first = _send(curator, ROWS, "kites.csv", source).headers["Location"]
    form = _soup(curator.get(first)).find("form", action=f"{first}/apply")
    assert form is not None
    sent = {str(i["name"]): str(i["value"]) for i in form.find_all("input")}
    _apply(
        curator, _send(curator, ROWS.replace("Menders", "Makers"), "other.csv", source).headers["Location"]
    )
    answer = curator.post(f"{first}/apply", data=sent)
    soup = _soup(answer, 409)
    assert "has changed since you looked" in soup.get_text() and _figures(soup)["changed"] == "1"
    assert _of(app, source)["b"].name == "Kite Makers"
    _apply(curator, first)
    assert _of(app, source)["b"].name == "Kite Menders"


def test_problems_are_listed_and_can_be_downloaded_without_formulas(
    curator: FlaskClient, source: str
) -> None:
    rows = ROWS + "=c,,No name,,,,\nd,Far,Far,Hall,S97 1AA,every blue moon,=1+1\n"
    address = _send(curator, rows, "kites.csv", source).headers["Location"]
    soup = _soup(curator.get(address))
    assert int(_figures(soup)["problem" if "1 problem" in soup.get_text(" ") else "problems"]) >= 1
    for _ in range(2):  # before it is applied, and after
        report = curator.get(f"{address}/problems.csv")
        cells = [cell for row in csv.reader(io.StringIO(report.data.decode("utf-8-sig"))) for cell in row]
        assert len(cells) > 5 and not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t")]
        if curator.get(address).text.count("What this file would do"):
            _apply(curator, address)


def test_other_kinds_of_file_are_read_too(app: Flask, curator: FlaskClient, source: str) -> None:
    table = [line.split(",") for line in ROWS.splitlines()]
    point = {"type": "Point", "coordinates": [-1.47, 53.38]}
    feature = {"type": "Feature", "properties": {"name": "Kite Club", "id": "k"}, "geometry": point}
    geojson = json.dumps({"type": "FeatureCollection", "features": [feature]})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("organizations.csv", "id,name,description\no,Moor House,x\n")
        package.writestr("services.csv", "id,organization_id,name,status\ns,o,Kite Lessons,active\n")
    for name, content, new in (
        ("kites.xlsx", xlsx_write.workbook(table), "2"),
        ("kites.geojson", geojson.encode(), "1"),
        ("kites.zip", packed.getvalue(), "1"),
        ("kites-utf16.csv", ROWS.encode("utf-16"), "2"),
        ("kites-latin.csv", ROWS.replace("Kites,", "Café,").encode("cp1252"), "2"),
    ):
        answer = _send(curator, content, name, source)
        assert answer.status_code == 303, (name, BeautifulSoup(answer.text, "html5lib").get_text())
        assert _figures(_soup(curator.get(answer.headers["Location"])))["new"] == new, name


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "is empty"),
        (b"%PDF-1.7\n1 0 obj", "groups.csv", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "groups.xlsx", "is a picture"),
        (b"\xd0\xcf\x11\xe0 not a book", "groups.xls", "could not be opened as a spreadsheet"),
        (b"name,postcode\nKites,S97", "groups.xlsx", "could not be opened as a spreadsheet"),
        (b"PK\x03\x04 and no more", "groups.zip", "is damaged"),
        (b"<!DOCTYPE html><p>Sign in", "groups.csv", "is a web page"),
        (ROWS.encode("utf-16-le"), "groups.csv", "is not a text file"),
        (b"colour,size\nred,3\n", "groups.csv", "headings that Kith does not know"),
        (b'{"name": ', "groups.json", "groups.json"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_told_plainly_and_is_not_kept(
    app: Flask, curator: FlaskClient, source: str, content: bytes, name: str, said: str
) -> None:
    soup = _soup(_send(curator, content, name, source), 400)
    message = soup.find(id="file-error")
    assert message and said in message.get_text() and "/" not in message.get_text().replace(".", "")
    field = soup.find(id="source")
    assert field and field["value"] == source
    with app.app_context():
        assert uploads.listed() == [] and list((current_settings().data_dir / "uploads").iterdir()) == []


def test_no_file_at_all_and_a_source_nobody_could_name_are_told(curator: FlaskClient, source: str) -> None:
    answer = curator.post("/staff/import", data={"csrf_token": _token(curator), "source": source})
    assert _soup(answer, 400).find(id="file-error")
    assert _soup(_send(curator, ROWS, "kites.csv", "a:b/c"), 400).find(id="source-error")
    assert _soup(_send(curator, ROWS, "kites.csv", source, format="/etc/mapping.toml"), 400).find(
        id="format-error"
    )


def test_a_file_that_is_too_large_is_told_on_the_page(
    curator: FlaskClient, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _token(curator)
    monkeypatch.setattr("directory.web.imports.LARGEST_FILE", 1000)
    sent = {"csrf_token": token, "file": (io.BytesIO(b"x" * 2000), "a.csv")}
    message = _soup(curator.post("/staff/import", data=sent), 413).find(id="file-error")
    assert message and "too large to send" in message.get_text()


def test_a_file_larger_than_a_form_may_be_is_taken(curator: FlaskClient, source: str) -> None:
    many = SHEET + "".join(f"{n},Group {n},{'words ' * 60},,,,\n" for n in range(3000))
    assert len(many) > 1_000_000
    file = FileStorage(io.BytesIO(many.encode()), "many.csv")
    boundary, body = encode_multipart({"csrf_token": _token(curator), "source": source, "file": file})
    answer = curator.post(
        "/staff/import", data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
    )
    assert _figures(_soup(curator.get(answer.headers["Location"])))["new"] == "3,000"


def test_a_file_that_breaks_off_halfway_says_so_and_can_be_dropped(
    app: Flask, curator: FlaskClient, source: str
) -> None:
    address = _send(curator, SHEET + 'a,"Kites,and so on\n' * 3, "kites.csv", source).headers["Location"]
    soup = _soup(curator.get(address), 400)
    assert "quotation mark" in soup.get_text()
    assert curator.get(f"{address}/problems.csv").status_code == 400
    applied = curator.post(f"{address}/apply", data={"csrf_token": _token(curator), "seen": "x"})
    assert "quotation mark" in _soup(applied, 400).get_text() and _of(app, source) == {}
    assert curator.post(f"{address}/drop", data={"csrf_token": _token(curator)}).status_code == 303
    assert curator.get(address).status_code == 404


def test_a_file_is_kept_until_it_is_applied_and_no_longer(
    app: Flask, curator: FlaskClient, source: str
) -> None:
    address = _send(curator, ROWS, "../../kites .csv", source).headers["Location"]
    with app.app_context():
        folder = current_settings().data_dir / "uploads"
        [kept] = folder.glob("*/file/*")
        assert kept.name == "kites .csv" and folder.stat().st_mode & 0o077 == 0
    assert "Waiting for you" in curator.get("/staff/import").text
    _apply(curator, address)
    assert not list(Path(folder).glob("*/file/*")) and "Done lately" in curator.get("/staff/import").text


def test_a_worker_has_no_import(sign_in: SignIn) -> None:
    assert sign_in("worker").get("/staff/import").status_code == 403
