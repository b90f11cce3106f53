"""Find places that fit: nothing kept, nothing shown that is private, and always a reason."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from directory import catalog
from directory.database import db, opened
from directory.serving import engines
from importers.plan import plan
from importers.records import OrganizationRecord
from tests.web.conftest import listing, place

SIMON = {"assets": "I make people laugh", "goals": "do stand-up comedy"}


def headings(page: Any) -> list[str]:
    return [" ".join(h.get_text(" ").split()) for h in page.soup.find("main").find_all(["h2", "h3"])]


def test_an_empty_form_gets_an_answer(match: Callable[..., Any]) -> None:
    assert match().soup.h1.get_text() == "Places that fit"


def test_the_short_form_is_three_questions_and_the_rest_waits_behind_plain_disclosures(
    page: Callable[..., Any],
) -> None:
    found = page("/match")
    outside = [f for f in found.soup.find_all(["textarea", "input"]) if not f.find_parent("details")]
    names = {str(f["name"]) for f in outside if f.get("type") != "hidden" and f.find_parent("form")}
    assert names <= {
        "assets",
        "goals",
        "place",
        "limit_cost",
        *(f"need_{k}" for k in ["new_people", "cost", "step_free", "transport", "sensory"]),
    }
    assert not found.soup.find("details", open=True)


def test_each_place_says_why_when_and_what_it_costs(match: Callable[..., Any]) -> None:
    found = match(SIMON, place="S97 1AA")
    card = found.soup.find("a", string="Tuesday Open Mic").find_parent("article")
    said = " ".join(card.get_text(" ").split())
    assert "I make people laugh" in said
    assert "Tuesdays, 2pm to 4pm" in said and "Free" in said and "Checked 3 weeks ago" in said
    assert card["class"][-1] == "kith-match--top"


def test_each_place_says_when_it_is_next(match: Callable[..., Any]) -> None:
    card = match(SIMON).soup.find("a", string="Tuesday Open Mic").find_parent("article")
    assert "Next: Tuesday 24 November" in [" ".join(bit.get_text(" ").split()) for bit in card.find_all("li")]


def test_a_session_past_the_last_bus_says_so_in_the_words_of_the_page(match: Callable[..., Any]) -> None:
    card = match(SIMON, last_bus="3pm").soup.find("a", string="Tuesday Open Mic").find_parent("article")
    assert "It runs past your last bus (3pm)." in " ".join(card.get_text(" ").split())


@pytest.mark.parametrize(
    ("written", "says"),
    [("late", "“Last bus home” must be a time"), ("9:30", "“Last bus home”: is that am or pm?")],
)
def test_a_last_bus_that_may_be_morning_or_evening_is_asked_about(
    match: Callable[..., Any], written: str, says: str
) -> None:
    assert says in match(SIMON, status=422, last_bus=written).text


def test_no_answer_has_a_percentage(match: Callable[..., Any]) -> None:
    assert "%" not in match(SIMON, place="S97").text


def test_a_must_that_is_known_not_to_be_met_is_left_out_counted_and_explained(
    match: Callable[..., Any],
) -> None:
    found = match(SIMON, need_step_free="must")
    assert "Comedy Night at the Crown" not in found.text
    assert "Left out" in headings(found) and "Steps at the door" in found.text


def test_a_must_that_nobody_knows_about_is_checked_first_with_the_question(match: Callable[..., Any]) -> None:
    found = match(assets="singing", need_step_free="must")
    assert "Check first" in headings(found)
    card = found.soup.find("a", string="Valley Choir").find_parent("article")
    assert "Is it step-free from the street to the room?" in card.get_text()


def test_the_map_numbers_are_those_of_the_list(match: Callable[..., Any]) -> None:
    found = match(SIMON, place="S97 1AA")
    says = found.soup.find("svg")["aria-label"]
    card = found.soup.find("a", string="Tuesday Open Mic").find_parent("article")
    assert f"{card['id'].removeprefix('place-')}, Tuesday Open Mic" in says
    assert "The Safe Table" not in says


def test_nothing_a_person_writes_is_in_address_title_log_or_cookie(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/match").text)
    assert token
    answer = client.post(
        "/match", data={"csrf_token": token[1], "assets": "zanzibarking", "avoid_groups": "quagmirely"}
    )
    assert answer.status_code == 200 and answer.request.path == "/match" and not answer.request.query_string
    assert "zanzibarking" not in str(re.search(r"<title>.*</title>", answer.text))
    assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "zanzibarking" not in logged and "quagmirely" not in logged
    with client.session_transaction() as session:
        assert set(session) == {"csrf_token", "_fresh"} and session["_fresh"] is False
    with app.app_context():
        tables = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        for table in tables:
            rows = db.session.execute(text(f'SELECT * FROM "{table}"')).all()
            assert "zanzibarking" not in str(rows) and "quagmirely" not in str(rows)
        db.session.remove()


def test_what_is_avoided_is_gone_and_leaves_no_trace(match: Callable[..., Any]) -> None:
    plain = match(SIMON, place="S97 1AA")
    found = match(SIMON, place="S97 1AA", avoid_groups="the crown")
    assert "Comedy Night at the Crown" in plain.text
    assert "Crown" not in found.html and "crown" not in found.html
    assert len(found.hidden("sealed")) == len(plain.hidden("sealed"))
    assert "Left out" not in headings(found)


def test_a_group_can_be_avoided_by_its_own_name(match: Callable[..., Any]) -> None:
    assert "Tuesday Open Mic" not in match(SIMON, avoid_groups="Tuesday Open Mic").html


def test_changing_an_answer_keeps_the_others_and_still_avoids_without_showing(
    match: Callable[..., Any],
) -> None:
    found = match(SIMON, need_step_free="would_help", avoid_groups="The Crown", place="S97 1AA")
    form = match(start=found, action="change")
    assert form.soup.h1.get_text() == "Find places that fit"
    assert form.soup.find("textarea", id="assets").get_text(strip=True) == "I make people laugh"
    assert form.soup.find("input", id="need_step_free-would_help").has_attr("checked")
    assert "Crown" not in form.html
    again = match(start=form, goals="laugh more")
    assert "Crown" not in again.html
    forgotten = match(start=form, forget="y")
    assert "Comedy Night at the Crown" in forgotten.text


WOMEN_FOR_COMEDY = {
    "need_gender": "must",
    "value_gender": "women",
    "only_need": "gender",
    "only_kinds": ["humour"],
}


def test_a_need_that_counts_only_for_some_activities_says_nothing_of_the_others(
    match: Callable[..., Any],
) -> None:
    everywhere = {key: WOMEN_FOR_COMEDY[key] for key in ("need_gender", "value_gender")}
    wished = {"assets": "jokes\nsinging"}
    asked = "Is it a women's group, or is there a women's time?"

    def asked_of(found: Any, name: str) -> bool:
        cards = [card.get_text() for card in found.soup.find_all("article") if card.find("a", string=name)]
        return bool(cards) and asked in cards[0]

    plain, scoped = match(wished, **everywhere), match(wished, **WOMEN_FOR_COMEDY)
    assert asked_of(plain, "Valley Choir") and asked_of(plain, "Tuesday Open Mic")
    assert not asked_of(scoped, "Valley Choir") and asked_of(scoped, "Tuesday Open Mic")
    assert "“I'd want a women's or men's group” counts only for: Making people laugh." in scoped.text
    assert "counts only for" not in plain.text


def test_what_a_need_counts_for_comes_back_to_be_changed_and_mended_in_the_same_words(
    match: Callable[..., Any],
) -> None:
    answer = match(
        SIMON, **WOMEN_FOR_COMEDY, also_need="cost", also_kinds=["writing", "singing"], need_cost="must"
    )
    changed = match(start=answer, action="change")
    mending = match(start=changed, status=422, max_km="far")
    for form in (changed, mending):
        sent = form.fields()
        assert ("only_need", "gender") in sent and ("only_kinds", "humour") in sent
        assert {value for name, value in sent if name == "also_kinds"} == {"writing", "singing"}
        assert all(part.has_attr("open") for part in form.soup.find(id="also_kinds").find_parents("details"))
        chosen = form.soup.find("select", id="only_need").find("option", selected=True)
        assert chosen.get_text() == "I'd want a women's or men's group"
        assert (
            form.soup.find("input", value="humour", attrs={"name": "only_kinds"})
            .find_next("label")
            .get_text(strip=True)
            == "Making people laugh"
        )


@pytest.mark.parametrize(
    ("written", "field", "says"),
    [
        (
            {"only_kinds": "humour"},
            "only_need",
            "Choose what counts only for the kinds of activity you ticked",
        ),
        (
            {"need_cost": "must", "only_need": "cost"},
            "only_kinds",
            "Tick the kinds of activity it counts for",
        ),
        (
            {"only_need": "step_free", "only_kinds": "humour"},
            "need_step_free",
            "“I need step-free access”: choose whether it would help or is a must",
        ),
        (
            {"also_need": "sight", "also_kinds": "humour"},
            "need_sight",
            "“I'm blind or partially sighted”: choose whether it would help or is a must",
        ),
    ],
)
def test_half_of_what_a_need_counts_for_is_asked_for_where_it_is_missing(
    written: dict[str, str], field: str, says: str, match: Callable[..., Any]
) -> None:
    found = match(SIMON, status=422, **written)
    assert (
        found.soup.find(class_="govuk-error-summary")
        .find("a", href=f"#{field}")
        .get_text(strip=True)
        .startswith(says)
    )
    at_field = found.soup.find(id=field)
    assert says in found.soup.find(id=f"{field}-error").get_text()
    assert at_field["aria-describedby"] == f"{field}-error"
    assert all(part.has_attr("open") for part in at_field.find_parents("details"))


def test_for_two_people_nothing_says_whose_need_counts_only_for_some_activities(
    match: Callable[..., Any],
) -> None:
    assert "counts only for" not in match(SIMON, **WOMEN_FOR_COMEDY, with_assets="singing").text


def test_a_filled_part_of_the_form_is_open_when_answers_are_changed(match: Callable[..., Any]) -> None:
    form = match(start=match(SIMON, age="34"), action="change")
    assert form.soup.find("input", id="age")["value"] == "34"
    assert form.soup.find("input", id="age").find_parent("details").has_attr("open")


def test_a_broken_seal_asks_for_the_list_again_rather_than_forget_it(match: Callable[..., Any]) -> None:
    found = match(SIMON, status=422, sealed="rubbish")
    assert "Write again any groups, buildings or areas to avoid" in found.text


def test_a_step_taken_is_kept_for_the_next_answer(match: Callable[..., Any]) -> None:
    first = match(SIMON)
    found = match(start=first, done="town:open-mic")
    assert "Done already: Tuesday Open Mic." in found.text
    assert not [a for a in found.soup.find_all("article") if a.find("a", string="Tuesday Open Mic")]
    form = match(start=found, action="change")
    assert form.soup.find("input", attrs={"name": "done", "value": "town:open-mic"}).has_attr("checked")


def test_a_form_that_is_not_ours_is_not_answered_but_keeps_the_answers(client: FlaskClient) -> None:
    answer = client.post("/match", data=SIMON)
    assert answer.status_code == 422
    assert "This page was open for too long" in answer.text and "I make people laugh" in answer.text


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        ("max_km", "far", "Write how far as a number"),
        ("limit_cost", "lots", "Write the most you can pay as a number"),
        ("age", "300", "Write your age as a number from 0 to 130"),
        ("not_before", "soonish", "must be a time"),
        ("place", "Atlantis", "Atlantis"),
        ("need_step_free", "evil", "Not a valid choice"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_top_and_at_its_field(
    field: str, written: str, says: str, match: Callable[..., Any]
) -> None:
    found = match(SIMON, status=422, **{field: written})
    summary = found.soup.find(class_="govuk-error-summary")
    assert says in summary.get_text()
    assert summary.find("a", href=f"#{field}")
    assert "I make people laugh" in found.html


def test_a_limit_too_far_back_is_refused_in_order(match: Callable[..., Any]) -> None:
    found = match(SIMON, status=422, not_before="3pm", not_after="1pm")
    assert "must be later" in found.text


def test_pages_with_answers_work_without_scripts(match: Callable[..., Any]) -> None:
    found = match(SIMON)
    forms = {str(form.get("id")) for form in found.soup.find_all("form")}
    buttons = found.soup.find_all("button", attrs={"type": "submit"})
    assert all(button.get("form") in forms or button.find_parent("form") for button in buttons)


def test_how_matching_works_shows_every_rule_in_its_own_words(page: Callable[..., Any]) -> None:
    from matching.ranking import describe_rules

    text_ = page("/how-matching-works").text
    assert all(" ".join(words.split()) in text_ for _, words in describe_rules())


def test_a_postcode_on_the_form_answers_whether_a_group_serves_the_district(
    match: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from directory import matchmaking

    asked: list[Any] = []
    real = matchmaking.find_matches
    monkeypatch.setattr(
        matchmaking, "find_matches", lambda profile, **more: asked.append(profile) or real(profile, **more)
    )
    found = match(SIMON, place="s97 1aa")
    assert asked[0]["from"]["postcode"] == "S97 1AA"
    assert "s97" not in found.headers.get("Location", "") and "S97 1AA" not in found.soup.title.get_text()


def test_who_starts_from_the_middle_of_somewhere_is_told_so(match: Callable[..., Any]) -> None:
    """A district's postcode that is not loaded: the distances are from its middle."""
    assert "so distances are from the middle of S97" in match(SIMON, place="s97 9zz").text
    assert "so distances are from the middle" not in match(SIMON, place="s97 1aa").text


def test_two_who_go_along_together_get_what_works_for_both(match: Callable[..., Any]) -> None:
    alone = match(assets="I like making people laugh")
    both = match(assets="I like making people laugh", with_needs="step_free")
    assert "For the two of you" in both.text and "For the two of you" not in alone.text
    assert "Tuesday Open Mic" in both.soup.get_text() and "Steps at the door" not in alone.soup.get_text()
    again = match(start=both, written={}, action="change")
    assert again.soup.find("input", {"name": "with_needs", "value": "step_free"}).has_attr("checked")


def test_a_card_names_the_other_places_of_the_same_thing_and_leads_there(
    own_app: Flask, read_page: Callable[..., Any]
) -> None:
    told = "Come and play the ukulele with us, whatever you have played before, and stay for a cup of tea."
    run_by = OrganizationRecord("strummers", "The Strummers")
    halls = [
        listing(
            f"uke-{at}",
            f"Ukulele at hall {at}",
            description=told,
            organization=run_by,
            places=(place(f"hall-{at}", 53.381 + at / 100),),
        )
        for at in range(5)
    ]
    with opened(own_app):
        catalog.apply(plan([replace(one, source="halls") for one in halls], {}), "import", source="halls")
        engines().catch_up()
    client = own_app.test_client()
    form = read_page(client.get("/match"))
    answers = {name: value for name, value in form.fields() if value}
    found = read_page(
        client.post("/match", data={**answers, "assets": "playing the ukulele", "place": "S97 1AA"})
    )
    card = found.soup.find("a", string="Ukulele at hall 0").find_parent("article")
    said = next(p for p in card.find_all("p") if p.get_text().startswith("Also at"))
    assert [a.get_text().split(" (")[0] for a in said.find_all("a")] == [
        f"Ukulele at hall {at}" for at in (1, 2, 3)
    ]
    assert "and 1 more place" in " ".join(said.get_text(" ").split())
    assert not found.soup.find("h3", string=re.compile("Ukulele at hall [1-4]"))
