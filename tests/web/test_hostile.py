"""What somebody hostile tries: to learn where a withheld place is, whom a colleague knows, and what stays in logs."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from directory import accounts, catalog, group_links, invitations, knowledge, listings
from directory.database import db, writing
from directory.models import Suggestion, Tally
from importers.records import ContactRecord, ListingRecord

SignIn = Callable[..., FlaskClient]
WITHHELD = "town:safe-table"


@pytest.fixture(scope="module")
def app(own_app: Flask) -> Flask:
    """A town of its own: these tests change it."""
    return own_app


@pytest.fixture(autouse=True)
def nothing_counted(app: Flask) -> Iterator[None]:
    """No report and no count from another test."""
    yield
    with app.app_context(), writing() as connection:
        for model in (Suggestion, Tally):
            connection.execute(sa.delete(model))


@pytest.fixture
def key(app: Flask) -> str:
    """A listing of this test's own, with somebody whom only one colleague may name."""
    hidden = ContactRecord("Balthazar", "neighbour", visibility="link")
    shown = ContactRecord("Zuleika", "potter", visibility="staff")
    record = ListingRecord(
        source="hostile", source_id=uuid4().hex, name="Pottery on Thursdays", contacts=(hidden, shown)
    )
    with app.app_context():
        return catalog.add(record, "test")


# --- where a withheld place is --------------------------------------------------------------------


def _answered(client: FlaskClient, **avoid: list[str]) -> set[str]:
    found = client.post("/api/match", json={"avoid": avoid}).get_json()
    lists = ("matches", "check_first", "later", "something_different")
    return {one["id"] for name in lists for one in found.get(name, [])}


@pytest.mark.parametrize(("there", "elsewhere"), [("Secret Hall", "Nowhere Hall"), ("S97 1AA", "S97 9ZZ")])
def test_avoiding_one_place_after_the_other_does_not_tell_where_a_withheld_group_meets(
    client: FlaskClient, there: str, elsewhere: str
) -> None:
    seen, other = _answered(client, venues=[there]), _answered(client, venues=[elsewhere])
    assert (WITHHELD in seen) == (WITHHELD in other)


def test_a_withheld_group_is_avoided_with_its_whole_district_and_with_no_less(client: FlaskClient) -> None:
    assert WITHHELD in _answered(client, areas=["S99 9"])
    for area in ("S97", "S97 1", "S97 1AA", "s97 9zz", "S971AA"):
        assert WITHHELD not in _answered(client, areas=[area]), area


@pytest.mark.parametrize("ref", [WITHHELD, "town:home-knit"])
def test_a_group_whose_address_is_not_given_is_left_out_by_search_engines(page: Any, ref: str) -> None:
    assert page(f"/listings/{ref}").soup.find("meta", attrs={"name": "robots", "content": "noindex"})
    assert not page("/listings/town:open-mic").soup.find("meta", attrs={"name": "robots"})


def test_a_group_that_asked_not_to_be_listed_is_not_named_to_whoever_guesses_its_id(match: Any) -> None:
    told = match({"done": ["town:hush", "town:choir"], "action": "change"})
    assert "Valley Choir" in told.html and "Not To Be Listed" not in told.html
    told = match({"done": ["town:hush", "town:choir"], "assets": "singing"})
    assert "Not To Be Listed" not in told.html


# --- whom only one colleague may name -------------------------------------------------------------


def test_a_person_whom_only_a_colleague_knows_is_named_to_no_other_worker(
    app: Flask, sign_in: SignIn, read_page: Any, key: str
) -> None:
    knower, other = sign_in("worker", name="Knower"), sign_in("worker", name="Other")
    form = f"/staff/listings/{key}/tie"
    told = read_page(other.get(form)).text
    assert "Zuleika" in told and "Balthazar" not in told
    with app.app_context():
        mine = accounts.by_email("knower@example.org")
        assert mine is not None
        knowledge.tie(key, mine.id, warmth="know_well", about="contact", whom="Balthazar")
    assert "Balthazar" in read_page(knower.get(f"/listings/{key}")).text
    assert "Balthazar" in read_page(knower.get(form)).text
    others = read_page(other.get(f"/listings/{key}")).html
    assert "Knower" in others and "Balthazar" not in others
    assert "Balthazar" in read_page(sign_in("curator").get(form)).text


# --- what stays in caches and logs ----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/search?q=grief&near=S97+1AA", "/suggest?q=grief"])
def test_no_cache_on_the_way_keeps_what_somebody_searched_for(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers.get("Cache-Control") == "private, no-cache"


def test_a_fault_of_the_database_puts_nobodys_words_into_the_log(app: Flask) -> None:
    with app.app_context(), pytest.raises(sa.exc.DatabaseError) as fault:
        db.session.execute(sa.text("select :said from nowhere"), {"said": "Mina was crying"})
    assert "Mina" not in str(fault.value)


def test_a_fault_on_the_page_of_a_link_does_not_put_the_link_into_the_log(
    app: Flask, client: FlaskClient, key: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    with app.app_context():
        token = group_links.make(key)

    def broken(_token: str) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(group_links, "opened", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with caplog.at_level(logging.ERROR):
        assert client.get(f"/yours/{token}").status_code == 500
    assert "out of order" in caplog.text and "yours.ask" in caplog.text and token not in caplog.text


# --- links, and who may send how much -------------------------------------------------------------


def test_a_link_of_one_kind_opens_nothing_of_another(app: Flask, client: FlaskClient, key: str) -> None:
    with app.app_context():
        for_group = group_links.make(key)
        invited = invitations.invite(accounts.create(f"{uuid4().hex}@example.org", "Nia", ["worker"]).id)
    assert client.get(f"/yours/{for_group}").status_code == 200
    assert client.get(f"/join/{invited}").status_code == 200
    assert client.get(f"/join/{for_group}").status_code == 404
    assert client.get(f"/yours/{invited}").status_code == 404
    assert client.get(f"/reset-password/{for_group}").status_code == 302
    assert client.get(f"/reset-password/{invited}").status_code == 302


def test_a_link_for_a_group_begins_where_people_find_us(
    app: Flask, sign_in: SignIn, key: str, monkeypatch: pytest.MonkeyPatch, read_page: Any
) -> None:
    settings = replace(app.config["KITH_SETTINGS"], site_url="https://kith.example.org")
    monkeypatch.setitem(app.config, "KITH_SETTINGS", settings)
    monkeypatch.setitem(app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    told = sign_in("worker").post(f"/staff/listings/{key}/link")
    assert "https://kith.example.org/yours/" in told.text


def test_a_household_with_many_addresses_is_counted_as_one(client: FlaskClient, key: str) -> None:
    for number in range(6):
        came_from = {"REMOTE_ADDR": f"2001:db8:1:2::{number + 1}"}
        form = client.get(f"/wrong/{key}", environ_base=came_from).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        assert token
        sent = {
            "csrf_token": token[1],
            "category": "closed",
            "words": f"Message {number}",
            "once": uuid4().hex,
        }
        told = client.post(f"/wrong/{key}", data=sent, environ_base=came_from)
        assert told.status_code == (302 if number < 5 else 429)


def test_what_a_disabled_colleague_left_open_is_kept_for_nobody(app: Flask, client: FlaskClient) -> None:
    from directory import drafts
    from directory.web.editing import parking

    with app.app_context():
        gone = accounts.create(f"{uuid4().hex}@example.org", "Gone", ["curator"])
        kept_for, user_id = parking.token_for(gone.id), gone.id
        accounts.disable(user_id)
    sent = {"kept_for": kept_for, "request_id": str(uuid4()), "name": "Written too late"}
    client.post("/staff/listings/new", data=sent)
    with app.app_context():
        assert drafts.of_user(user_id) == []
        assert listings.ids(["x:y"]) == {}


# --- files that are sent to us --------------------------------------------------------------------


def _package(at: int, wrong: bytes) -> bytes:
    """A package whose first file has something wrong at this offset of the zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = "".join(f"{number},o,Name {number}\n" for number in range(400))
        archive.writestr("services.csv", f"id,organization_id,name\n{rows}")
        archive.writestr("organizations.csv", "id,name\no,Moor House\n")
    whole = bytearray(packed.getvalue())
    whole[at : at + len(wrong)] = wrong
    listed = whole.find(b"PK\x01\x02")
    if at < 30:  # the same in the list at the end, whose entries are two bytes longer at that point
        whole[listed + at + 2 : listed + at + 2 + len(wrong)] = wrong
    return bytes(whole)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_package(60, b"\xff" * 20), id="data that cannot be unpacked"),
        pytest.param(_package(14, b"abcd"), id="a wrong checksum"),
        pytest.param(_package(4, b"\xff\x00"), id="a version that is still to come"),
        pytest.param(_package(8, b"\x63\x00"), id="packed in a way that we do not know"),
    ],
)
def test_a_package_that_cannot_be_unpacked_is_told_plainly_and_can_be_dropped(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, app: Flask, read_page: Any, content: bytes
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    curator = sign_in("curator")
    sent = {"file": (io.BytesIO(content), "package.zip"), "source": "broken", "format": ""}
    answer = curator.post("/staff/import", data=sent)
    shown = curator.get(answer.headers["Location"]) if answer.status_code == 303 else answer
    assert "damaged" in read_page(shown, 400).text


def test_half_a_letter_in_a_file_breaks_no_page(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    curator = sign_in("curator")
    sent = {"file": (io.BytesIO(rb'[{"id": "\ud800", "name": "\ud800x", "when": "\ud800"}]'), "a.json")}
    answer = curator.post("/staff/import", data={**sent, "source": "halves", "format": ""})
    page = curator.get(answer.headers["Location"])
    assert page.status_code == 200
    assert curator.get(f"{answer.headers['Location']}/problems.csv").status_code == 200
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert seen
    done = curator.post(f"{answer.headers['Location']}/apply", data={"seen": seen[1]}, follow_redirects=True)
    assert done.status_code == 200
