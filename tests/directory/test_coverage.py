from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory import catalog, coverage, create_app
from directory.config import Settings
from directory.database import opened
from directory.serving import engines
from importers.records import FactRecord, ListingRecord, PlaceRecord, Provenance, TermRecord

TODAY = date(2026, 11, 22)


def _listing(
    key: str, about: str, codes: tuple[str, ...] = (), step_free: str = "", **more: Any
) -> ListingRecord:
    facts = (FactRecord("step_free", step_free, Provenance(TODAY)),) if step_free else ()
    places = tuple(PlaceRecord(source_id=code, name=code, postal_code=code, facts=facts) for code in codes)
    more.setdefault("formats", ("in_person",) if codes else ())
    return ListingRecord(
        source="town",
        source_id=key,
        name=f"Group {key}",
        activities=(TermRecord(about),),
        places=places,
        **more,
    )


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Settings.load(tmp_path, {"KITH_TODAY": TODAY.isoformat()}), TESTING=True)
    with opened(app):
        for record in (
            _listing("a", "singing", ("S2 1AA", "S2 2BB"), step_free="yes"),
            _listing("b", "singing", ("S2 1AA",)),
            _listing("c", "singing", ("S10 1AA",), step_free="no"),
            _listing("d", "singing", formats=("online",)),
            _listing("e", "singing", ("S10 1AA",), status="paused"),
            _listing("f", "singing", ("S10 1AA",), status="closed"),
            _listing("g", "chess", ("S10 1AA",)),
        ):
            catalog.add(record, "test")
        engines().catch_up()
        yield app


def of(covers: list[coverage.Cover], concept: str) -> coverage.Cover:
    return next(one for one in covers if one.concept == concept)


def test_a_listing_at_two_places_of_an_area_is_one_listing(town: Flask) -> None:
    assert coverage.areas() == ["S2", "S10"]
    cover = of(coverage.by_concept(coverage.areas(), area="S2"), "singing")
    assert (cover.listings, cover.area) == (2, "S2")


def test_everywhere_counts_what_needs_no_journey_and_areas_that_have_none(town: Flask) -> None:
    singing = of(coverage.by_concept(coverage.areas()), "singing")
    assert (singing.listings, singing.from_home, singing.empty_areas) == (4, 1, 0)
    chess = of(coverage.by_concept(coverage.areas()), "cards_board_games")
    assert (chess.listings, chess.empty_areas) == (1, 1)


def test_resting_and_closed_groups_are_no_cover(town: Flask) -> None:
    cover = of(coverage.by_concept(coverage.areas(), area="S10"), "singing")
    assert cover.listings == 1


def test_what_is_not_known_does_not_count_as_step_free(town: Flask) -> None:
    cover = of(coverage.by_concept(coverage.areas(), area="S2", access=["step_free"]), "singing")
    assert (cover.listings, cover.reachable) == (2, 1)


def test_the_least_covered_area_comes_first(town: Flask) -> None:
    found = coverage.by_area(coverage.areas(), "singing", access=["step_free"])
    assert [(one.area, one.reachable) for one in found] == [("S10", 0), ("S2", 1)]


def test_interests_that_nothing_is_about_are_told_too(town: Flask) -> None:
    assert of(coverage.by_concept(coverage.areas()), "dance").listings == 0
