from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import catalog, create_app, gaps, matchmaking, searching
from directory.config import Settings
from directory.database import db, opened, writing
from directory.geocoder import Place
from directory.models import Gap, table_of
from directory.search_index import Found
from directory.searching import SearchResult
from directory.serving import engines
from importers.records import ListingRecord, TermRecord
from matching.types import Criteria, Point

TODAY = date(2026, 11, 22)
SHEFFIELD = Place("S97 1AA", Point(53.38, -1.47), "postcode")
PRIVATE = ("Wilhelmina", "limericks", "S97 1AA", "1AA", "zumba")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Flask]:
    """A directory with one listing, so that most things are not found."""
    app = create_app(Settings.load(tmp_path, {"KITH_TODAY": TODAY.isoformat()}), TESTING=True)
    with opened(app):
        catalog.add(
            ListingRecord(
                source="town", source_id="chess", name="Chess Club", activities=(TermRecord("chess"),)
            ),
            "test",
        )
        engines().catch_up()
        yield app


def rows() -> list[Any]:
    """Whatever has been counted."""
    gaps.flush()
    return list(db.session.execute(sa.select(table_of(Gap)).order_by(Gap.concept)))


def match(profile: dict[str, Any], place: Place | None = SHEFFIELD, times: int = 1) -> None:
    """So many sittings in which a profile is matched."""
    for _ in range(times):
        gaps.note_match(profile, matchmaking.find_matches(profile), place)
        gaps.flush()


def search(words: str, times: int = 1, **more: Any) -> None:
    for _ in range(times):
        gaps.note_search(searching.search(Criteria(words=words, **more)))
        gaps.flush()


def test_two_people_who_find_nothing_make_one_row(town: Flask) -> None:
    search("salsa dancing", times=2)
    [row] = rows()
    assert (row.month, row.kind, row.concept, row.area, row.needs, row.times) == (
        "2026-11", "nothing_found", "dance", "", "", 2,
    )  # fmt: skip


def test_somebody_who_tries_again_and_again_is_one_gap(town: Flask) -> None:
    for _ in range(5):
        gaps.note_search(searching.search(Criteria(words="salsa dancing")))
    assert [row.times for row in rows()] == [1]


def test_nobodys_words_are_in_any_table(town: Flask) -> None:
    match(
        {
            "assets": ["I am Wilhelmina and I write limericks"],
            "goals": ["zumba with my sister"],
            "barriers": [{"key": "step_free", "level": "must"}, {"key": "gender", "level": "must", "value": "women"}],
            "age": 47, "gender": "woman", "from": {"postcode": "S97 1AA"},
        },
        times=4,
    )  # fmt: skip
    search("zumba Wilhelmina limericks", near="S97 1AA", times=4)
    assert rows()
    for table in sa.inspect(db.engine).get_table_names():
        held = repr(db.session.execute(sa.text(f'SELECT * FROM "{table}"')).all())
        if table not in ("service", "taxonomy_term", "change", "source_record", "outbox"):
            assert not [word for word in PRIVATE if word.casefold() in held.casefold()], table
    assert all("gender" not in row.needs and "47" not in repr(row) for row in rows())


def test_a_postcode_is_kept_as_its_district_alone_and_a_point_not_at_all(town: Flask) -> None:
    assert gaps.area_of(SHEFFIELD) == "S97"
    assert gaps.area_of(Place("S97", Point(53, -1), "outcode")) == "S97"
    assert gaps.area_of(Place("S97 1", Point(53, -1), "outcode")) == "S97"
    assert gaps.area_of(Place("Quarrytown, Moorshire", Point(53, -1), "place")) == "Quarrytown, Moorshire"
    assert gaps.area_of(Place("53.1, -1.2", Point(53.1, -1.2), "point")) == ""
    assert gaps.area_of(Place("9 Hidden Row, Quarrytown", Point(53.1, -1.2), "online")) == ""
    assert gaps.area_of(None) == ""


@pytest.mark.parametrize("avoid", [{"areas": ["S3"]}, {"listings": ["town:chess"]}, {"photos": True}])
def test_an_answer_that_an_avoid_list_had_a_part_in_leaves_nothing(
    town: Flask, avoid: dict[str, Any]
) -> None:
    match({"assets": ["chess", "dancing"], "avoid": avoid}, times=4)
    assert rows() == []


def test_somebody_in_despair_is_not_counted(town: Flask) -> None:
    match({"assets": ["dancing. I want to kill myself"]}, times=3)
    search("I want to kill myself", times=3)
    assert rows() == []


def test_an_empty_profile_and_an_empty_search_are_no_gap(town: Flask) -> None:
    match({})
    search("")
    assert rows() == []


def test_what_was_found_is_no_gap_but_little_is_counted_as_little(town: Flask) -> None:
    search("chess")
    assert rows() == []
    match({"assets": ["chess"]})
    [row] = rows()
    assert (row.kind, row.concept, row.area) == ("few", "cards_board_games", "S97")


def test_more_needs_than_a_few_would_be_somebodys_own_and_are_left_out(town: Flask) -> None:
    keys = ("step_free", "hearing", "caring", "dry")
    for count in (3, 4):
        match({"assets": ["dancing"], "barriers": [{"key": key, "level": "must"} for key in keys[:count]]})
    assert sorted(row.needs for row in rows()) == ["", "caring,hearing,step_free"]


def test_a_count_under_three_is_never_shown(town: Flask) -> None:
    search("salsa dancing", times=2)
    assert gaps.looked_for(TODAY) == []
    assert gaps.totals("2026-11", "2026-11") == {"nothing_found": None, "few": 0}
    search("salsa dancing")
    [found] = gaps.looked_for(TODAY)
    assert (found.concept, found.area, found.count) == ("dance", "", 3)
    assert gaps.totals("2026-11", "2026-11") == {"nothing_found": 3, "few": 0}


def test_a_need_that_came_up_less_than_three_times_is_not_shown_beside_others(town: Flask) -> None:
    step_free = [{"key": "step_free", "level": "must"}]
    match({"assets": ["dancing"], "barriers": step_free}, times=3)
    match({"assets": ["dancing"], "barriers": [{"key": "dry", "level": "must"}]}, times=2)
    [found] = gaps.looked_for(TODAY, area="S97")
    assert (found.count, found.needs) == (5, (("step_free", 3),))


def test_rare_combinations_lose_their_details_when_their_month_is_over(town: Flask) -> None:
    old = {"month": "2026-10", "kind": "nothing_found", "needs": "dry", "times": 2}
    with writing() as connection:
        for concept, area in (("dance", "S97"), ("dance", "S98"), ("water", "S97")):
            connection.execute(sa.insert(table_of(Gap)).values(concept=concept, area=area, **old))
    search("salsa dancing")
    last_month = {(row.concept, row.area, row.needs): row.times for row in rows() if row.month == "2026-10"}
    assert last_month == {("dance", "", ""): 4, ("", "", ""): 2}


def test_a_flood_of_made_up_combinations_does_not_fill_the_table(town: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(gaps, "MOST_ROWS", 5)
    for number in range(1, 21):
        place = Place(f"S{number}", Point(53, -1), "outcode")
        gaps.note_match({"assets": ["dancing"]}, matchmaking.find_matches({"assets": ["dancing"]}), place)
        gaps.flush()
    assert len(rows()) == 6
    assert sum(row.times for row in rows()) == 20


def test_what_waits_is_not_lost_while_somebody_else_writes(town: Flask, monkeypatch: Any) -> None:
    from directory.errors import Conflict

    def busy() -> Any:
        raise Conflict("Somebody else is writing.")

    gaps.note_search(searching.search(Criteria(words="salsa dancing")))
    with monkeypatch.context() as patch:
        patch.setattr(gaps, "writing", busy)
        gaps.flush()
    assert [row.times for row in rows()] == [1]


def test_counts_add_up_on_either_database(either_app: Flask) -> None:
    for _ in range(3):
        gaps.note_search(SearchResult(Criteria(words="salsa dancing"), Found(0), SHEFFIELD))
        gaps.flush()
    assert [(row.concept, row.area, row.times) for row in rows()] == [("dance", "S97", 3)]
