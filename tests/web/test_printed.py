"""What an answer carries on paper, where nobody can follow a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from directory.web.printed import MOST_QUESTIONS, on_paper
from importers.records import ListingRecord, PhoneRecord, PlaceRecord

CSS = Path(__file__).resolve().parents[2] / "directory" / "static" / "kith.css"
TODAY = date(2026, 11, 22)


def paper_of(found: Any, name: str) -> str:
    [card] = [one for one in found.soup.find_all("article") if one.find("a").get_text() == name]
    part = card.find(class_="kith-onpaper")
    return "" if part is None else " ".join(part.get_text(" ").split())


def test_the_first_places_are_printed_with_where_they_are_whom_to_ask_for_and_what_to_ask(
    match: Callable[..., Any],
) -> None:
    found = match(assets="I make people laugh")
    paper = paper_of(found, "Tuesday Open Mic")
    assert "1 High Street" in paper
    assert "Phone: 0114 496 0000" in paper
    assert "Ask for Amir Host" in paper
    assert "To ask:" in paper and "?" in paper
    card = next(one for one in found.soup.find_all("article") if "Tuesday Open Mic" in one.get_text())
    assert "14:00" in card.get_text() or "2pm" in card.get_text()


def test_what_is_for_staff_alone_is_not_on_the_paper(match: Callable[..., Any]) -> None:
    html = match(assets="I make people laugh").html
    assert "Secret Sue" not in html and "Bring cake" not in html and "Jo Colleague" not in html


def test_an_address_that_is_withheld_or_private_is_not_printed() -> None:
    for place in (
        PlaceRecord(source_id="a", address_1="9 Hidden Row", city="Quarrytown", withheld=True),
        PlaceRecord(source_id="b", address_1="9 Hidden Row", city="Quarrytown", private=True),
    ):
        record = ListingRecord(
            source="town",
            source_id="x",
            name="Safe Table",
            places=(place,),
            phones=(PhoneRecord("0114 496 0001"),),
        )
        paper = on_paper(record, TODAY)
        assert "Hidden Row" not in str(paper)
        assert len(paper.where) == 1 and paper.where[0].endswith(".")
        assert paper.reach == ("Phone: 0114 496 0001",)
        assert 1 <= len(paper.ask) <= MOST_QUESTIONS


def test_the_paper_lines_show_on_paper_alone() -> None:
    css = CSS.read_text(encoding="utf-8")
    screen, _, paper = css.partition("@media print")
    assert re.search(r"\.kith-onpaper \{ display: none; \}", screen)
    assert re.search(r"\.kith-onpaper \{ display: block;", paper)
    assert ".kith-buttons" in paper and ".kith-noprint" in paper
