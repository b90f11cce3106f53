"""What the team knows: its pages as a worker and a lead use them, and that nobody else sees any of it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from directory import accounts, catalog, create_app, exporting, handover, knowledge, matchmaking, searching
from directory.config import Settings
from directory.database import opened, release
from directory.listings import by_ref, iterate
from directory.serving import engines
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PlaceRecord,
    Provenance,
    TermRecord,
)
from matching.answering import to_json
from matching.types import Criteria

SignIn = Callable[..., FlaskClient]
TODAY = date(2026, 11, 22)
CHECKED = Provenance(date(2026, 11, 1), "phoned", "worker")


def group(key: str, name: str, **more: Any) -> ListingRecord:
    place = PlaceRecord("hall", name="Moor Hall", address_1="1 High Street", postal_code="S1 2HE",
                        latitude=53.381, longitude=-1.471)  # fmt: skip
    more.setdefault("places", (place,))
    more.setdefault("activities", (TermRecord("singing"),))
    return ListingRecord(
        source="town",
        source_id=key,
        name=name,
        organization=OrganizationRecord("moor", "Moor House"),
        formats=("in_person",),
        checked=CHECKED,
        **more,
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    data = tmp_path_factory.mktemp("memory")
    made = create_app(Settings.load(data, {"KITH_TODAY": TODAY.isoformat()}), TESTING=True)
    with opened(made):
        for record in (
            group("choir", "Valley Choir", contacts=(ContactRecord("Wendy", "leader", visibility="staff"),)),
            group("chess", "Chess Table", facts=(FactRecord("quiet", "yes", CHECKED),)),
            group("bowls", "Bowls Green", known_by=("Mina",)),
        ):
            catalog.add(record, "test")
        engines().catch_up()
    yield made
    with made.app_context():
        release()


@pytest.fixture
def ids(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {key: by_ref(f"town:{key}").id for key in ("choir", "chess", "bowls")}


@pytest.fixture
def user(app: Flask) -> Callable[..., str]:
    """A new colleague of a name; the id."""

    def make(name: str, *roles: str) -> str:
        with app.app_context():
            email = f"{'-'.join(name.split())}@example.org".casefold()
            found = accounts.by_email(email) or accounts.create(email, name, roles or ("worker",))
            return str(found.id)

    return make


def read(answer: Any, status: int = 200) -> BeautifulSoup:
    """A page without the faults that no page may have."""
    soup = BeautifulSoup(answer.text, "html5lib")
    assert answer.status_code == status, soup.get_text(" ")[:400]
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    assert len(soup.find_all("h1")) == 1
    labelled = {str(label["for"]) for label in soup.find_all("label") if label.has_attr("for")}
    for field in soup.find_all(["input", "select", "textarea"]):
        assert field.get("type") == "hidden" or field.get("id") in labelled, field
    anchors = {str(a["href"])[1:] for a in soup.find_all("a", href=re.compile("^#"))}
    assert anchors <= {*ids}, anchors - {*ids}
    assert all(form.get("action") for form in soup.find_all("form"))
    posts = [form for form in soup.find_all("form") if str(form.get("method")).lower() == "post"]
    assert all(form.find("input", attrs={"name": "csrf_token"}) for form in posts)
    assert "None" not in soup.get_text() and answer.headers["Cache-Control"] == "no-store"
    assert not soup.find(style=True) and all(script.get("src") for script in soup.find_all("script"))
    return soup


def text(soup: BeautifulSoup) -> str:
    main = soup.find("main")
    assert main
    return " ".join(main.get_text(" ").split())


def send(client: FlaskClient, path: str, status: int = 303, at: str = "", **data: str) -> Any:
    """Send a form with the token of a page (the form's own, unless told)."""
    page = client.get(at or path)
    token = BeautifulSoup(page.text, "html5lib").find("input", attrs={"name": "csrf_token"})
    assert token
    answer = client.post(path, data={"csrf_token": str(token["value"]), **data})
    assert answer.status_code == status, BeautifulSoup(answer.text, "html5lib").get_text(" ")[:600]
    return answer


def test_a_worker_says_whom_they_know_and_a_colleague_asks_for_an_introduction(
    app: Flask, ids: dict[str, str], sign_in: SignIn, user: Callable[..., str]
) -> None:
    ama, tom = sign_in("worker", name="Ama"), sign_in("worker", name="Tom")
    read(ama.get(f"/staff/listings/{ids['choir']}/tie"))
    send(ama, f"/staff/listings/{ids['choir']}/tie", warmth="ring_any_time", about="contact:Wendy",
         began="we sang together", last_contact="20/11/2026", note="Mornings are best")  # fmt: skip
    told = text(read(tom.get("/listings/town:choir")))
    assert (
        "Ama can ring any time: Wendy, last in touch 20 November 2026" in told and "Mornings are best" in told
    )
    form = f"/staff/listings/{ids['choir']}/introduction?of={user('Ama')}"
    soup = read(tom.get(form))
    chosen = soup.find("option", selected=True)
    assert chosen and chosen.get_text() == "Ama, can ring any time"
    send(tom, form, of=user("Ama"), words="Could I come along on Tuesday?")
    assert "You asked Ama on" in text(read(tom.get("/listings/town:choir")))
    asked = read(ama.get("/staff/me"))
    link = asked.find("a", string=re.compile("Tom would like to be introduced to Valley Choir"))
    assert link
    assert "Could I come along on Tuesday?" in text(read(ama.get(str(link["href"]))))
    read(send(ama, str(link["href"]), 400, answer=""), 400)
    send(ama, str(link["href"]), answer="Ask for Wendy.\nTuesdays at two.")
    assert "Ama answered Ask for Wendy. Tuesdays at two." in text(read(tom.get("/staff/me")))
    assert tom.get(str(link["href"])).status_code == 200
    assert sign_in("worker", name="Nosy").get(str(link["href"])).status_code == 404


def test_a_tip_is_left_in_one_line_and_a_name_is_asked_about_before_it_stays(
    ids: dict[str, str], sign_in: SignIn
) -> None:
    ama, tom = sign_in("worker", name="Ama"), sign_in("worker", name="Tom")
    path, at = f"/staff/listings/{ids['chess']}/tips", "/listings/town:chess"
    soup = read(send(ama, path, 400, at, text="Went with Farida, side door was open"), 400)
    assert "This seems to name somebody" in text(soup)
    field = soup.find("input", attrs={"name": "text"})
    assert field and field["value"] == "Went with Farida, side door was open"
    send(ama, path, at=at, text="Side door, ask for the caretaker")
    assert "Side door, ask for the caretaker" in text(read(tom.get(at)))
    action = read(tom.get(at)).find("form", action=re.compile("/agree$"))
    assert action
    send(tom, str(action["action"]), at=at, listing=ids["chess"])
    assert "so says Tom" in text(read(ama.get(at)))
    retire = read(tom.get(at)).find("form", action=re.compile("/retire$"))
    assert retire
    send(tom, str(retire["action"]), at=at, listing=ids["chess"])
    assert "Side door" not in text(read(ama.get(at)))


def test_a_visit_is_logged_once_and_its_facts_stand_on_the_page(
    app: Flask, ids: dict[str, str], sign_in: SignIn, client: FlaskClient
) -> None:
    ama = sign_in("worker", name="Ama")
    path = f"/staff/listings/{ids['chess']}/visit"
    soup = read(ama.get(path))
    token = soup.find("input", attrs={"name": "token"})
    assert token
    data = {"kind": "visit", "on": "2026-11-21", "token": str(token["value"]), "fact_step_free": "yes",
            "with_someone": "yes", "note": "Tea is free", "fact_quiet": ""}  # fmt: skip
    first = send(ama, path, **data)
    send(ama, path, **data)
    soup = read(ama.get(first.headers["Location"]))
    told = text(soup)
    assert told.count("Ama went there with someone, found out 1 thing Tea is free") == 1
    panel = soup.find(attrs={"data-draft-sent": True})
    form = read(ama.get(path)).find("form", attrs={"data-draft": True})
    assert panel and form and panel["data-draft-sent"] == form["data-draft"]
    public = client.get("/listings/town:chess").text
    assert "Checked yesterday by visiting (worker)" in public and "Tea is free" not in public


def test_a_visit_with_a_slip_comes_back_with_everything_that_was_typed(
    ids: dict[str, str], sign_in: SignIn
) -> None:
    ama = sign_in("worker", name="Ama")
    path = f"/staff/listings/{ids['chess']}/visit"
    answer = send(
        ama, path, 400, kind="call", on="31/02/2026", note="Long words", fact_beginners="yes", token="t"
    )
    soup = read(answer, 400)
    kept = soup.find("textarea", attrs={"name": "note"})
    ticked = soup.find("input", attrs={"name": "fact_beginners", "checked": True})
    assert kept and kept.get_text().strip() == "Long words" and ticked and ticked["value"] == "yes"
    assert soup.find("a", href="#on") and soup.title and "Something to mend" in soup.title.get_text()


def test_a_promise_stands_on_my_page_until_i_log_a_call(ids: dict[str, str], sign_in: SignIn) -> None:
    ama = sign_in("worker", name="Promiser")
    send(ama, f"/staff/listings/{ids['bowls']}/promise", 400, due="01/01/2020")
    send(ama, f"/staff/listings/{ids['bowls']}/promise", due="2026-12-01")
    assert "Bowls Green (S1), by 1 December 2026" in text(read(ama.get("/staff/me")))
    send(ama, f"/staff/listings/{ids['bowls']}/visit", kind="call", as_listed="yes", token="p")
    assert "Checks you promised" not in text(read(ama.get("/staff/me")))


def test_my_page_claims_my_name_and_keeps_what_i_bring(sign_in: SignIn, ids: dict[str, str]) -> None:
    mina = sign_in("worker", name="Mina")
    assert "Is this you?" in text(read(mina.get("/staff/me")))
    send(mina, "/staff/me/claim", at="/staff/me")
    told = text(read(mina.get("/staff/me")))
    assert "Is this you?" not in told and "Bowls Green (S1): know them" in told
    read(send(mina, "/staff/me/brings", 400, "/staff/me", text=""), 400)
    send(mina, "/staff/me/brings", at="/staff/me", text="I play chess", shared="yes")
    other = sign_in("worker", name="Other")
    found = text(read(other.get("/staff/team?q=who in the team knows chess")))
    assert "Mina Brings: I play chess" in found
    soup = read(mina.get("/staff/me"))
    share = soup.find("form", action=re.compile("/share$"))
    assert share
    send(other, str(share["action"]), 404, "/staff/me")
    send(mina, str(share["action"]), at="/staff/me")
    assert "I play chess" not in text(read(other.get("/staff/team?q=chess")))
    read(other.get("/staff/team"))
    assert "Nobody has said so yet" in text(read(other.get("/staff/team?q=xyzzy")))


def test_where_one_colleague_knows_someone_a_second_is_asked_along(
    app: Flask, ids: dict[str, str], sign_in: SignIn, user: Callable[..., str]
) -> None:
    sol, una = user("Sol"), user("Una")
    with app.app_context():
        lone = catalog.add(group("lone", "Lone Walkers"), "test")
        knowledge.tie(lone, sol, warmth="have_met")
    worker = sign_in("worker", name="Asker")
    soup = read(worker.get("/staff/known"))
    card = soup.find("a", string="Lone Walkers")
    assert card and "Over the year" not in text(soup)
    send(
        worker,
        f"/staff/listings/{lone}/introduction",
        at="/staff/known",
        of=una,
        kind="go_along",
        back="known",
    )
    assert "Asker asks you to go along to Lone Walkers" in text(
        read(sign_in("worker", name="Una").get("/staff/me"))
    )
    lead = read(sign_in("lead", name="Lin").get("/staff/known"))
    with app.app_context():
        assert f"Only one of us does {len(knowledge.single_knowers())} place" in text(lead)
    assert "Over the year" in text(lead)


def test_a_lead_hands_over_everything_of_one_leaver_and_the_account_closes(
    app: Flask, ids: dict[str, str], sign_in: SignIn, user: Callable[..., str]
) -> None:
    lee, kai = user("Lee"), user("Kai")
    with app.app_context():
        knowledge.tie(ids["choir"], lee, warmth="know_well", note="Has a key")
        knowledge.promise(ids["choir"], lee, TODAY)
        knowledge.tip(ids["bowls"], "Bring flat shoes", lee)
    leaver, lead = sign_in("worker", name="Lee"), sign_in("lead", name="Lin")
    path = f"/staff/handover/{lee}"
    assert "Lee" in text(read(lead.get("/staff/handover")))
    assert "3 things to pass on" in text(read(lead.get(path)))
    walk = read(lead.get(f"{path}/walk"))
    assert "Valley Choir" in text(walk)
    told = {"listing": ids["choir"], "text": "Door sticks, push hard", "fact_beginners": "yes"}
    assert send(lead, f"{path}/walk", **told).headers["Location"].endswith(f"walk#step-{ids['choir']}")
    slip = {"listing": ids["choir"], "text": "Went with Farida", "fact_drop_in": "yes"}
    assert "seems to name somebody" in text(read(send(lead, f"{path}/walk", 400, **slip), 400))
    public = BeautifulSoup(app.test_client().get("/listings/town:choir").text, "html5lib")
    assert "Checked today" in text(public) and "(worker)" in text(public)
    read(send(lead, f"{path}/pass", 400, path, which="all", to=""), 400)
    read(send(lead, f"{path}/finish", 400, path), 400)
    item = read(lead.get(path)).find("button", attrs={"name": "one", "value": re.compile("^tie:")})
    assert item
    key = str(item["value"]).removeprefix("tie:")
    send(lead, f"{path}/pass", at=path, one=str(item["value"]), **{f"to_{key}": kai})
    send(lead, f"{path}/pass", at=path, which="all", to=kai)
    send(lead, f"{path}/finish", at=path, agreed="yes", note="Thank you")
    done = text(read(lead.get(path)))
    assert "Lee (worker) left" in done and "Valley Choir tie Kai" in done and "Bowls Green tip Kai" in done
    assert leaver.get("/staff/me").status_code == 302
    told = text(read(lead.get("/listings/town:choir")))
    assert "Kai knows of them, took over from a colleague who left" in told and "Has a key" in told


def test_the_pack_of_a_patch_names_people_and_tips_on_screen_and_on_paper(
    app: Flask, ids: dict[str, str], sign_in: SignIn, user: Callable[..., str]
) -> None:
    with app.app_context():
        knowledge.tie(ids["choir"], user("Warm"), warmth="ring_any_time")
        knowledge.tip(ids["choir"], "Loo is upstairs", user("Warm"))
    newcomer = sign_in("worker", name="New")
    told = text(read(newcomer.get("/staff/patch?near=S1+2HE&within=3")))
    assert "Warm : Valley Choir (can ring any time)" in told and "Loo is upstairs" in told
    assert "Meet: Wendy, leader" in told
    read(newcomer.get("/staff/patch"))
    assert "We could not find" in text(read(newcomer.get("/staff/patch?near=xyzzyplugh")))


# --- who does not see any of it -------------------------------------------------------------------------------------

TIE_NOTE, TIP, VISIT = (
    "Rings back after dusk",
    "Knock twice on the blue shutter",
    "The kettle sings louder than they do",
)


@pytest.fixture
def secrets(app: Flask, user: Callable[..., str]) -> tuple[str, ...]:
    """Words of a tie, a tip and a visit on one listing, and the colleague's name."""
    with app.app_context():
        key = catalog.add(group(f"secret-{uuid4().hex[:8]}", "Secret Singers"), "test")
        who = user("Quillon")
        knowledge.tie(key, who, warmth="ring_any_time", note=TIE_NOTE, began="Dusk again")
        knowledge.tip(key, TIP, who)
        knowledge.visit(key, who, note=VISIT, as_listed=True)
        knowledge.ask_introduction(key, user("Tom"), who, "Dusk please")
        engines().catch_up()
    return TIE_NOTE, TIP, VISIT, "Quillon", "Dusk", who


def _public_things(app: Flask, client: FlaskClient, folder: Path) -> dict[str, str]:
    """Everything that the public can get to read about the listings."""
    with app.app_context():
        refs = [listing.ref for listing in iterate()]
        exporting.export("sheet", folder / "public.csv")
        profile = {"assets": ["singing"], "from": {"postcode": "S1 2HE"}}
        match = to_json(matchmaking.find_matches(profile, limit=100), staff=False)
        found = searching.to_json(searching.search(Criteria(words="singers", per_page=100)))
        by_tip = searching.to_json(
            searching.search(Criteria(words="shutter dusk kettle quillon", per_page=100))
        )
    api = client.get("/api/hsds/services").text + client.get("/api/search?q=singers&per_page=100").text
    return {
        "pages": "".join(client.get(f"/listings/{ref}").text for ref in refs),
        "results": client.get("/?q=singers&near=S1+2HE").text,
        "API": api + client.post("/api/match", json=profile).text,
        "export": (folder / "public.csv").read_text("utf-8-sig"),
        "match": json.dumps(match),
        "search": json.dumps(found),
        "words of tips": json.dumps(by_tip["results"]),
        "suggestions": client.get("/suggest?q=shut").text + client.get("/suggest?q=quil").text,
    }


def _hidden_from_the_public(app: Flask, client: FlaskClient, folder: Path, secrets: tuple[str, ...]) -> None:
    things = _public_things(app, client, folder)
    assert "Secret Singers" in things["pages"] and "Secret Singers" in things["match"]
    assert "Secret Singers" in things["export"] and "Secret Singers" in things["search"]
    for where, told in things.items():
        for secret in secrets:
            assert secret.casefold() not in told.casefold(), f"{secret!r} in {where}"


def test_ties_are_nowhere_in_public(
    app: Flask, client: FlaskClient, tmp_path: Path, secrets: tuple[str, ...]
) -> None:
    _hidden_from_the_public(app, client, tmp_path, (secrets[0], *secrets[3:]))


def test_tips_are_nowhere_in_public(
    app: Flask, client: FlaskClient, tmp_path: Path, secrets: tuple[str, ...]
) -> None:
    _hidden_from_the_public(app, client, tmp_path, (secrets[1],))


def test_visits_are_nowhere_in_public(
    app: Flask, client: FlaskClient, tmp_path: Path, secrets: tuple[str, ...]
) -> None:
    _hidden_from_the_public(app, client, tmp_path, (secrets[2],))


def test_somebody_with_an_account_who_does_not_work_here_sees_the_public_page(
    app: Flask, sign_in: SignIn, tmp_path: Path, secrets: tuple[str, ...]
) -> None:
    _hidden_from_the_public(app, sign_in("individual", name="Visitor"), tmp_path, secrets)


def test_staff_have_ties_and_tips_in_their_own_export_and_match(
    app: Flask, tmp_path: Path, secrets: tuple[str, ...]
) -> None:
    with app.app_context():
        exporting.export("sheet", tmp_path / "staff.csv", staff=True)
        found = matchmaking.find_matches({"assets": ["singing"]}, staff=True, limit=100)
        told = to_json(found, staff=True)
    with (tmp_path / "staff.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["tips"] == TIP]
    assert rows and rows[0]["known_by"] == "Quillon" and TIE_NOTE not in json.dumps(rows)
    assert any(one["known_by"] == ["Quillon"] for one in told["matches"] + told["check_first"])


def test_after_a_handover_no_page_names_who_left_unless_they_agreed(
    app: Flask, ids: dict[str, str], sign_in: SignIn, user: Callable[..., str]
) -> None:
    gone, here = user("Isolde"), user("Kai")
    with app.app_context():
        knowledge.tip(ids["bowls"], "Green is shut in frost", gone)
        knowledge.visit(ids["bowls"], gone, note="Muddy")
        handover.hand_over(gone, here, "cli")
    told = text(read(sign_in("worker", name="Ama").get("/listings/town:bowls")))
    assert "Isolde" not in told and "a former colleague" in told and "Green is shut in frost" in told


def test_staff_are_told_on_a_match_which_colleague_knows_a_place_and_nobody_else_is(
    app: Flask, sign_in: SignIn
) -> None:
    def answer(browser: FlaskClient) -> str:
        form = BeautifulSoup(browser.get("/match").text, "html5lib").find("input", {"name": "csrf_token"})
        sent = {"csrf_token": form["value"], "assets": "I sing in choirs\nI play bowls"}
        return browser.post("/match", data=sent).text

    told = answer(sign_in("worker"))
    assert "Ask a colleague who knows them:" in told and "Mina" in told
    for browser in (sign_in(), sign_in("individual")):
        told = answer(browser)
        assert "Bowls Green" in told and "Mina" not in told and "Ask a colleague" not in told
