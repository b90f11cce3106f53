"""What nobody should send: too long, too deep, not numbers, not our letters. Each gets one plain sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

MEGABYTE = 1_000_000


def post(client: FlaskClient, body: str | bytes, kind: str = "application/json") -> Any:
    return client.post("/api/match", data=body, content_type=kind)


def sentence(answer: Any) -> str:
    assert answer.is_json
    assert answer.headers["Cache-Control"] == "no-store"
    said = str(answer.get_json()["error"])
    assert said[0].isupper() and said.endswith(".") and "Traceback" not in said
    return said


@pytest.mark.parametrize(
    "body", [json.dumps({"assets": ["x" * MEGABYTE]}), "x" * (MEGABYTE + 1), " " * 3 * MEGABYTE]
)
def test_a_profile_of_a_megabyte_is_refused_politely(client: FlaskClient, body: str) -> None:
    answer = post(client, body)
    assert answer.status_code == 413
    assert "too long" in sentence(answer)


def test_a_form_of_a_megabyte_is_refused_on_a_page_of_ours(
    client: FlaskClient, page: Callable[..., Any]
) -> None:
    page("/match")
    answer = client.post("/match", data={"assets": "x" * MEGABYTE})
    assert answer.status_code == 413
    html = answer.get_data(as_text=True)
    assert "That was too long for us" in html and "We kept nothing" in html
    assert "xxxx" not in html


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[" * 100_000, "application/json"),
        ('{"assets":' * 50_000, "application/json"),
        ("{", "application/json"),
        ("", "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        ('{"assets": ["caf\xe9"]}'.encode("latin-1"), "application/json"),
        ("{}", "text/plain"),
        ("assets=singing", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_json_is_told_what_to_send(client: FlaskClient, body: str | bytes, kind: str) -> None:
    answer = post(client, body, kind)
    assert answer.status_code == 400
    assert "Send a profile as JSON" in sentence(answer)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_names_its_key(client: FlaskClient, number: str) -> None:
    answer = post(client, f'{{"travel": {{"max_km": {number}}}}}')
    assert answer.status_code == 422
    assert list(answer.get_json()["fields"]) == ["travel.max_km"]


def test_half_a_letter_is_a_letter_too(client: FlaskClient) -> None:
    assert post(client, '{"assets": ["\\ud800 singing"], "done": ["\\u0000"]}').status_code == 200


def test_a_message_never_says_back_what_a_person_wrote(client: FlaskClient) -> None:
    answer = post(client, json.dumps({"assets": [{"say": "my secret", "key": "quagmire"}]}))
    assert answer.status_code == 422
    assert "my secret" not in answer.get_data(as_text=True)


def test_half_a_letter_in_a_persons_words_is_answered(client: FlaskClient) -> None:
    answer = post(client, '{"assets": ["singing \\ud83c"]}')
    assert answer.status_code == 200
    assert any("\ud83c" in r["text"] for one in answer.get_json()["matches"] for r in one["reasons"])
