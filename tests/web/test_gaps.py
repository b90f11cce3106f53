"""Gaps, ideas, the board, the month and how we work: their pages, and that nobody but the team sees any of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from directory import catalog, create_app, exporting, gaps, gazetteer, ideas
from directory.config import Settings
from directory.database import db, opened, release
from directory.models import Gap, Idea, SelfCheck, Story, table_of
from directory.serving import engines
from importers.records import FactRecord, ListingRecord, PlaceRecord, Provenance, TermRecord

TODAY = "2026-11-22"
SignIn = Callable[..., FlaskClient]
PLACES = "postcode,latitude,longitude\nS97 1AA,53.3800,-1.4700\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    data = tmp_path_factory.mktemp("team")
    made = create_app(Settings.load(data, {"KITH_TODAY": TODAY}), TESTING=True)
    (data / "places.csv").write_text(PLACES, encoding="utf-8")
    hall = PlaceRecord(source_id="hall", name="Moor Hall", postal_code="S97 1AA",
                       facts=(FactRecord("step_free", "yes", Provenance(date(2026, 11, 1))),))  # fmt: skip
    with opened(made):
        gazetteer.load(db.engine, data / "places.csv")
        catalog.add(
            ListingRecord(source="town", source_id="choir", name="Valley Choir", run_by="agency", places=(hall,),
                          activities=(TermRecord("singing"),), formats=("in_person",)),
            "test",
        )  # fmt: skip
        engines().catch_up()
    yield made
    with made.app_context():
        release()


@pytest.fixture(autouse=True)
def nothing_told(app: Flask) -> Iterator[None]:
    """Every test begins with a team that has told nothing."""
    yield
    with app.app_context():
        gaps.flush()
        for model in (Gap, Idea, Story, SelfCheck):
            db.session.execute(sa.delete(model))
        db.session.commit()


@pytest.fixture
def open_as(sign_in: SignIn, visitor: Callable[..., Any]) -> Callable[..., Any]:
    """A browser of somebody with these roles."""

    def make(*roles: str, name: str = "") -> Any:
        found = visitor()
        found.client = sign_in(*roles, name=name)
        return found

    return make


def counted(app: Flask) -> list[tuple[str, str, str, str, int]]:
    with app.app_context():
        gaps.flush()
        rows = db.session.execute(sa.select(table_of(Gap)).order_by(Gap.id)).all()
    return [(row.kind, row.concept, row.area, row.needs, row.times) for row in rows]


def missed(app: Flask, concept: str, area: str, times: int) -> None:
    with app.app_context():
        db.session.add(
            Gap(
                month="2026-11",
                kind="nothing_found",
                concept=concept,
                area=area,
                needs="step_free",
                times=times,
            )
        )
        db.session.commit()


# --- counting -------------------------------------------------------------------------------------------------------


def test_the_pages_and_the_api_count_what_they_could_not_offer(app: Flask, client: FlaskClient) -> None:
    client.get("/?q=salsa+dancing&near=S97+1AA&access=step_free")
    assert counted(app) == [("nothing_found", "dance", "S97", "step_free", 1)]
    client.get("/api/search?q=salsa+dancing&near=S97+1AA&access=step_free")
    assert counted(app) == [("nothing_found", "dance", "S97", "step_free", 2)]
    client.post("/api/match", json={"assets": ["salsa dancing"], "from": {"postcode": "S97 1AA"}})
    assert counted(app)[-1] == ("nothing_found", "dance", "S97", "", 1)


def test_the_match_form_counts_it_and_a_private_avoid_list_keeps_it_out(
    app: Flask, match: Callable[..., Any]
) -> None:
    match(assets="salsa dancing", place="S97 1AA", avoid_groups="Valley Choir")
    assert counted(app) == []
    match(assets="salsa dancing", place="S97 1AA", need_step_free="must", age="47", gender="woman")
    assert counted(app) == [("nothing_found", "dance", "S97", "step_free", 1)]


def test_an_answer_comes_even_where_the_count_cannot_be_written(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise sa.exc.OperationalError("no", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(gaps, "writing", broken)
        patch.setattr(gaps, "BATCH", 1)
        assert client.get("/?q=salsa+dancing").status_code == 200
    assert counted(app) == [("nothing_found", "dance", "", "", 1)]


# --- gaps and ideas -------------------------------------------------------------------------------------------------


def test_a_curator_turns_a_gap_into_an_idea_and_the_idea_into_a_listing(app: Flask, open_as: Any) -> None:
    missed(app, "humour", "S97", 5)
    missed(app, "water", "S97", 2)
    curator = open_as("curator", name="Cora")
    page = curator.open("/staff/gaps")
    assert "Making people laugh S97 5" in page.text
    assert "(5)" in page.text, "what got in the way"
    wanted = page.soup.find(
        "a", href=lambda href: href and "/staff/ideas/new?concept=humour&area=S97" in href
    )
    page = curator.open(wanted["href"])
    room = page.soup.find("select", id="room").find_all("option")[1]["value"]
    host = page.soup.find("select", id="host_id").find("option", string="Cora")["value"]
    page = curator.send("Keep this idea", title="Open mic", concept="humour", area="S97", room=room, host_id=host,
                        audience="public", starts_on="03/12/2026", notes="Ask about the microphone")  # fmt: skip
    assert "Kept" in page.text and "Open mic" in page.text
    page = curator.send("It is real: make it a listing")
    assert "It is a listing now" in page.text
    page = curator.open(page.links()["see it"])
    assert "Where Moor Hall S97 1AA" in page.text and "When From 3 December 2026" in page.text
    assert "microphone" not in page.text
    found = open_as().client.get("/api/search?q=open+mic").get_json()["results"]
    assert [one["name"] for one in found] == ["Open mic"]
    with app.app_context():
        catalog.retire(ideas.all_of("real")[0].listing_id or "", "test")
        engines().catch_up()


def test_a_count_under_three_is_on_no_page(app: Flask, open_as: Any) -> None:
    missed(app, "water", "S55", 2)
    curator = open_as("curator", "lead", name="Clea")
    for path in ("/staff/gaps", "/staff/gaps?concept=water", "/staff/month/2026-11"):
        page = curator.open(path)
        told = page.text.replace("first half of the postcode", "")
        assert "No place given" not in told
        assert not [row for row in page.soup.find_all("tr") if "S55" in row.get_text()], path
    assert "fewer than 3" in curator.open("/staff/month/2026-11").text


def test_gaps_are_narrowed_by_area_interest_and_access(app: Flask, open_as: Any) -> None:
    curator = open_as("curator")
    page = curator.open("/staff/gaps?area=S97&access=step_free&access=nonsense")
    assert "What the directory has in S97" in page.text and "With all you ticked" in page.text
    page = curator.open("/staff/gaps?concept=singing&area=nowhere")
    assert "Singing" in page.text and "Area" in page.text


def test_a_worker_writes_an_idea_down_and_leaves_making_it_real_to_a_curator(open_as: Any) -> None:
    worker = open_as("worker", name="Ama")
    worker.open("/staff/ideas/new")
    page = worker.send("Keep this idea", 422, title=" ", starts_on="yesterday", notes="Kept words")
    assert page.text.count("Write the day like 22/11/2026.") == 2 and "Kept words" in page.html
    page = worker.send("Keep this idea", title="Walk and talk", notes="Kept words")
    assert page.text.count("Kept. Colleagues see it now.") == 1
    assert "ask a curator" in page.text and "It is real: make it a listing" not in page.text
    page = worker.send("Save", title="Walk and talk", state="planned")
    assert "Saved" in page.text
    assert "Planned Walk and talk" in worker.open("/staff/ideas").text
    assert worker.client.get("/staff/gaps").status_code == 403


def test_an_answer_with_nothing_leads_staff_and_nobody_else_to_an_idea(
    match: Callable[..., Any], open_as: Any
) -> None:
    assert "/staff/" not in match(assets="salsa dancing").html
    worker = open_as("worker")
    answers = dict(worker.open("/match").fields()) | {"assets": "salsa dancing"}
    sent = worker.client.post("/match", data=answers)
    assert 'href="/staff/ideas/new"' in sent.get_data(as_text=True)


# --- the board ------------------------------------------------------------------------------------------------------


def test_a_story_goes_on_the_board_with_consent_and_off_it_when_that_is_taken_back(open_as: Any) -> None:
    worker = open_as("worker", name="Ama")
    page = worker.open("/staff/board/stories")
    me = page.soup.find("select", id="asked_by").find("option", selected=True)["value"]
    told = {"words": "They went back by themselves.", "asked_by": me, "how": "said", "on": "2026-11-20"}
    page = worker.send("Put it on the board", 422, **told)
    assert "Without their yes, the story stays with them." in page.text and told["words"] in page.html
    page = worker.send(
        "Put it on the board", 422, **told | {"words": "I took Wilhelmina along."}, consent="yes"
    )
    assert page.soup.find("input", id="sure")
    page = worker.send("Put it on the board", **told, consent="yes", listing="valley choir")
    assert told["words"] in page.text and "At Valley Choir" in page.text
    assert "with their spoken consent (Ama asked on 20 November 2026)" in page.text
    other = open_as("worker", name="Tom").open("/staff/board")
    assert told["words"] in other.text and "Delete this story" not in other.text
    page = worker.send("Delete this story")
    assert told["words"] not in page.text and "The story is deleted." in page.text


def test_the_month_is_for_leads_and_has_neighbours(open_as: Any) -> None:
    lead = open_as("lead", name="Lea")
    page = lead.open("/staff/month")
    assert "November 2026, so far" in page.text and "December 2026" not in page.text
    page = lead.open(page.links()["October 2026"])
    assert "October 2026" in page.text and "November 2026" in page.links()
    lead.open("/staff/month/2026-12", 404)
    assert open_as("curator").client.get("/staff/month").status_code == 403


def test_a_lead_writes_down_what_the_team_found_and_everybody_in_it_reads_it(open_as: Any) -> None:
    lead = open_as("lead", name="Lea")
    lead.open("/staff/fidelity/answer")
    page = lead.send("Keep these answers", 422)
    assert "Answer at least one of them." in page.text
    page = lead.send("Keep these answers", 422, **{"local_knowledge.true": "9"})
    assert "Choose one of the answers." in page.text
    page = lead.send("Keep these answers", **{"local_knowledge.true": "2", "local_knowledge.wide": "5"})
    assert "22 November 2026" in page.text
    worker = open_as("worker")
    page = worker.open("/staff/fidelity")
    row = next(row for row in page.soup.find_all("tr") if "Knowing the area" in row.get_text())
    assert row.get_text(" ", strip=True) == "Knowing the area 3.5", "the mean of what is known"
    assert "A lead writes the answers down" in page.text
    assert worker.client.get("/staff/fidelity/answer").status_code == 403


# --- nobody else ----------------------------------------------------------------------------------------------------


def test_none_of_it_is_in_public_nor_in_any_export(
    app: Flask, open_as: Any, client: FlaskClient, tmp_path: Path
) -> None:
    missed(app, "young_and_old", "Quarrelsome", 7)
    worker = open_as("worker", "lead", name="Wanda")
    page = worker.open("/staff/board/stories")
    me = page.soup.find("select", id="asked_by").find("option", selected=True)["value"]
    worker.send("Put it on the board", words="Singing helped a Zanzibarian.", consent="yes", how="said", asked_by=me,
                on="2026-11-20", listing="Valley Choir")  # fmt: skip
    worker.open("/staff/ideas/new")
    worker.send("Keep this idea", title="Xylophone hour", notes="Kazoo", venue="Quonset")
    with app.app_context():
        for name, staff in (("public", False), ("staff", True)):
            exporting.export("sheet", tmp_path / f"{name}.csv", staff=staff)
    profile = {"assets": ["singing", "xylophone"], "from": {"postcode": "S97 1AA"}}
    told = [
        *(client.get(path).get_data(as_text=True) for path in (
            "/", "/?q=", "/?q=xylophone", "/listings/town:choir", "/api/search?q=singing", "/api/search?q=zanzibarian",
            "/suggest?q=xyl", "/api/hsds/services", "/openapi.json",
        )),
        client.post("/api/match", json=profile).get_data(as_text=True),
        *((tmp_path / f"{name}.csv").read_text("utf-8-sig") for name in ("public", "staff")),
    ]  # fmt: skip
    assert any("Valley Choir" in one for one in told)
    for secret in ("Zanzibarian", "Xylophone hour", "Kazoo", "Quonset", "Quarrelsome"):
        assert not [one for one in told if secret in one], secret


def test_staff_pages_are_kept_by_no_cache_and_no_search_engine(open_as: Any) -> None:
    lead = open_as("worker", "lead", name="Wanda")
    for path in (
        "gaps",
        "ideas",
        "ideas/new",
        "board",
        "board/stories",
        "month/2026-11",
        "fidelity",
        "fidelity/answer",
    ):
        page = lead.open(f"/staff/{path}")
        assert "no-store" in page.headers["Cache-Control"], path
        assert page.soup.find("meta", attrs={"name": "robots", "content": "noindex"}), path
