"""Staff search finds what its criteria say, however they are put together; kept searches give them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import catalog, saved_searches, staff_search
from directory.config import current_settings
from directory.database import db
from directory.errors import Invalid, NotFound
from directory.models import SavedSearch, User
from directory.search_index import COST_BANDS, DAYS, Document, SearchIndex
from directory.serving import INDEXED, Engines, engines
from directory.staff_search import NEVER, StaffCriteria
from importers.plan import plan
from importers.records import (
    CHECKED_HOW,
    FORMATS,
    STATUSES,
    FactRecord,
    ListingRecord,
    PlaceRecord,
    Provenance,
    TermRecord,
)
from importers.sheet_columns import FACTS
from matching.types import Criteria

TODAY = date(2026, 11, 22)
KEYS = ("step_free", "lift", "quiet", "bsl", "buddy", "dogs_welcome")


def _records() -> list[ListingRecord]:
    """Listings that differ in everything that staff may ask for, some of it unknown."""
    made = []
    for i in range(60):
        checked = Provenance(date(2024 + i % 3, 1 + i % 12, 1 + i % 28), CHECKED_HOW[i % 5])
        facts = [FactRecord(key, FACTS[key][1][(i + n) % 2]) for n, key in enumerate(KEYS) if (i >> n) % 3]
        venue = tuple(fact for fact in facts if FACTS[fact.key][0] == "venue")
        place = PlaceRecord(
            "hall",
            name="Hall",
            latitude=53.38 + i / 500,
            longitude=-1.47,
            point_trusted=i % 11 != 0,
            facts=venue,
        )
        made.append(
            ListingRecord(
                source=f"source {i % 3}",
                source_id=str(i),
                name=f"{('Choir', 'Chess Club', 'Café')[i % 3]} {i}",
                description=("songs for all", "a quiet game")[i % 2],
                status=STATUSES[i % 4],
                activities=(TermRecord(("singing", "board games")[i % 2]),),
                formats=((), ("in_person",), ("online", "phone"), ("phone", "in_person"))[i % 4],
                places=(place,),
                facts=tuple(fact for fact in facts if fact not in venue),
                checked=checked if i % 4 else Provenance(),
            )
        )
    return made


def _fill(app: Flask) -> Flask:
    app.extensions["kith"] = Engines(current_settings())
    for record in _records():
        catalog.add(record, "test")
    engines().rebuild()
    return app


@pytest.fixture
def filled(app: Flask) -> Flask:
    return _fill(app)


def _names(criteria: StaffCriteria, editor: bool = True) -> list[str]:
    return [hit.name for hit in staff_search.find(criteria, editor=editor).hits]


# --- what is asked for is what is found -----------------------------------------------------------------------------


def _some(values: Any, most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(list(values)), max_size=most, unique=True).map(tuple)


_spans = st.sampled_from(["", "", "3m", "12m", "24m", "2025-06-01"])
_criteria = st.builds(
    StaffCriteria,
    words=st.just(""),
    statuses=_some(STATUSES, 4),
    checked_since=_spans,
    not_checked_since=_spans,
    how=_some((*CHECKED_HOW, NEVER)),
    missing=_some(KEYS),
    having=_some([(key, value) for key in KEYS for value in FACTS[key][1][:2]]),
    source=st.sampled_from(["", "source 1", "nowhere"]),
    thin=st.booleans(),
)


def _fits(record: ListingRecord, criteria: StaffCriteria, editor: bool) -> bool:
    """The criteria once more, from the words of `StaffCriteria` and over the record alone."""
    known = {fact.key: fact.value for fact in (*record.facts, *(f for p in record.places for f in p.facts))}
    checked = record.checked.checked_on
    wanted = [status for status in criteria.statuses or INDEXED if editor or status in INDEXED]
    at_home = bool(record.formats) and "in_person" not in record.formats
    since, before = criteria.checked_since, criteria.not_checked_since
    return all(
        (
            record.status in wanted,
            not since or (checked is not None and checked >= staff_search.day_of(since, TODAY)),
            not before or checked is None or checked < staff_search.day_of(before, TODAY),
            not criteria.how
            or record.checked.checked_how in criteria.how
            or (checked is None and NEVER in criteria.how),
            not criteria.source or record.source == criteria.source,
            not criteria.thin or len(known) < staff_search.FEW_FACTS,
            all(key not in known and not (at_home and FACTS[key][0] == "venue") for key in criteria.missing),
            all(known.get(key) == value for key, value in criteria.having),
        )
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(criteria=_criteria, editor=st.booleans())
def test_every_filter_together_finds_what_each_of_them_says(
    filled: Flask, criteria: StaffCriteria, editor: bool
) -> None:
    expected = sorted(record.name for record in _records() if _fits(record, criteria, editor))
    assert sorted(_names(criteria, editor)) == expected


def test_filters_find_the_same_on_either_database(either_app: Flask) -> None:
    _fill(either_app)
    for criteria in (
        StaffCriteria(missing=("step_free",), thin=True, statuses=STATUSES),
        StaffCriteria(how=("visited", NEVER), not_checked_since="12m", statuses=STATUSES),
        StaffCriteria(having=(("quiet", "yes"),), checked_since="2025-01-01", statuses=STATUSES),
    ):
        found = _names(criteria)
        assert found and sorted(found) == sorted(r.name for r in _records() if _fits(r, criteria, True))


def test_closed_listings_are_found_by_their_words_as_others_are(filled: Flask) -> None:
    closed = _names(StaffCriteria(words="songs", statuses=("closed",), sort="name"))
    assert closed == sorted(
        r.name for r in _records() if r.status == "closed" and r.description == "songs for all"
    )
    together = set(_names(StaffCriteria(words="choir", statuses=STATUSES)))
    assert together == {r.name for r in _records() if r.name.startswith("Choir")}


def test_somebody_who_may_not_edit_never_finds_closed_listings(filled: Flask) -> None:
    assert _names(StaffCriteria(statuses=("closed", "do_not_list")), editor=False) == []
    assert not set(_names(StaffCriteria(words="chess", statuses=STATUSES), editor=False)) & {
        r.name for r in _records() if r.status not in INDEXED
    }


def test_what_is_stalest_stands_first_and_never_checked_before_all(filled: Flask) -> None:
    hits = staff_search.find(StaffCriteria(), editor=True).hits
    days = [hit.checked_on or date.min for hit in hits]
    assert days == sorted(days) and days[0] == date.min


def test_near_and_within_leave_out_what_is_known_to_be_farther(filled: Flask, tmp_path: Path) -> None:
    from directory import gazetteer

    places = tmp_path / "places.csv"
    places.write_text("postcode,latitude,longitude\nS97 1AA,53.38,-1.47\n", encoding="utf-8")
    gazetteer.load(db.engine, places)
    found = staff_search.find(
        StaffCriteria(near="S97 1AA", within_km=5, formats=("in_person",), statuses=STATUSES), editor=True
    )
    km = [hit.distance_km for hit in found.hits if hit.distance_km is not None]
    assert km == sorted(km) and max(km) > 3
    for hit in found.hits:
        assert hit.distance_km is None or hit.distance_km <= 5 or "phone" in _of(hit.name).formats
    assert any("no place on the map" in note for note in found.notes) == (len(km) < found.total)


def test_an_order_or_a_distance_that_means_nothing_is_said_and_nothing_is_left_out(filled: Flask) -> None:
    everything = staff_search.find(StaffCriteria(), editor=True)
    for criteria in (StaffCriteria(sort="distance"), StaffCriteria(within_km=3)):
        found = staff_search.find(criteria, editor=True)
        assert found.hits == everything.hits and found.notes != ()
    assert staff_search.find(StaffCriteria(sort="relevance"), editor=True).hits == everything.hits
    lost = staff_search.find(StaffCriteria(near="Nowhere at all", within_km=3), editor=True)
    assert lost.total == everything.total and len(lost.notes) == 1


def _of(name: str) -> ListingRecord:
    return next(record for record in _records() if record.name == name)


def test_what_its_source_has_no_more_can_be_looked_for(filled: Flask) -> None:
    some = [record for record in _records() if record.source == "source 1"]
    first = [replace(record, source="feed") for record in some]
    catalog.apply(plan(first, catalog.known("feed")), "test", source="feed")
    assert _names(StaffCriteria(gone=True, statuses=STATUSES)) == []
    catalog.apply(plan(first[3:], catalog.known("feed")), "test", source="feed")
    gone = _names(StaffCriteria(gone=True, statuses=STATUSES))
    assert sorted(gone) == sorted(record.name for record in first[:3])


def test_pages_hold_everything_once(filled: Flask) -> None:
    pages = [
        [
            hit.listing_id
            for hit, _ in staff_search.search(StaffCriteria(statuses=STATUSES, page=n), editor=True).rows
        ]
        for n in (1, 2, 3)
    ]
    everything = [listing_id for page in pages for listing_id in page]
    assert len(everything) == len(set(everything)) == len(_records())
    past = staff_search.search(StaffCriteria(statuses=STATUSES, page=99), editor=True)
    assert [hit.listing_id for hit, _ in past.rows] == pages[2]


# --- the query string -------------------------------------------------------------------------------------------------

_values = st.lists(
    st.sampled_from(
        [
            "",
            "yes",
            "6m",
            "2026-05-01",
            "free",
            "mon",
            "closed",
            "step_free",
            "bsl=led",
            "name",
            "never",
            "5",
            "x",
        ]
    )
    | st.text(max_size=8),
    max_size=3,
)
_names_of_args = (
    *("q", "near", "within", "cost", "format", "day", "status", "since", "before", "how", "missing", "fact"),
    *("source", "thin", "gone", "sort", "page"),
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(_names_of_args, _values)))
def test_any_query_string_is_read_and_what_was_read_is_given_back(args: dict[str, list[str]]) -> None:
    criteria, _ = staff_search.read(args)
    again, wrong = staff_search.read(staff_search.args_of(criteria))
    assert again == replace(criteria, page=1) and wrong == {}


@pytest.mark.parametrize("text", ["2026-02-30", "0m", "100m", "soon", "2026-5-1", "١m", "20260501"])
def test_what_is_no_day_is_told_and_left_out(text: str) -> None:
    criteria, wrong = staff_search.read({"before": [text]})
    assert criteria.not_checked_since == "" and "before" in wrong


# --- documents outside the index answer as those in it do -------------------------------------------------------------

_few_words = st.lists(
    st.sampled_from(["choir", "singing", "tea-room", "café", "cafe", "tea", "room", "games", "of", "the"]),
    max_size=3,
)
_documents = st.lists(
    st.builds(
        lambda name, about, cost, formats, days: (" ".join(name), " ".join(about), cost, formats, days),
        _few_words,
        _few_words,
        st.none() | st.sampled_from(COST_BANDS),
        _some(FORMATS),
        _some(DAYS),
    ),
    min_size=1,
    max_size=6,
)
_asked = st.lists(
    st.sampled_from(["choir", "sing", '"tea room"', "-games", "cafe", "tearoom", "song", '-"tea room"']),
    max_size=3,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(told=_documents, asked=_asked, cost=_some(COST_BANDS), formats=_some(FORMATS), days=_some(DAYS))
def test_a_document_outside_the_index_answers_as_it_would_inside(
    tmp_path_factory: pytest.TempPathFactory, told: Any, asked: list[str], cost: Any, formats: Any, days: Any
) -> None:
    synonyms = {"cafe": ["tea room", "tearoom"], "song": ["sing"]}
    index = SearchIndex(tmp_path_factory.mktemp("index"), synonyms)
    documents = [
        Document(listing_id=str(n), ref=f"a:{n}", name=name, description=about, cost=c, formats=f, days=d)
        for n, (name, about, c, f, d) in enumerate(told)
    ]
    criteria = Criteria(words=" ".join(asked), cost=cost, formats=formats, days=days)
    index.rebuild([])
    outside = set(index.weigh(criteria, today=TODAY, also=documents).found)
    index.rebuild(documents)
    inside = index.weigh(criteria, today=TODAY)
    if inside.notes == ():  # else none has all of the words, and the index gives those with some
        assert outside == set(inside.found)
    else:
        assert outside == set()


# --- searches that are kept -------------------------------------------------------------------------------------------


@pytest.fixture
def user() -> Callable[[str], str]:
    def make(name: str) -> str:
        made = User(email=f"{name}@example.org", name=name)
        db.session.add(made)
        db.session.commit()
        return made.id

    return make


def test_a_kept_search_gives_back_its_criteria_on_either_database(
    either_app: Flask, user: Callable[[str], str]
) -> None:
    ama, tom = user("ama"), user("tom")
    criteria = StaffCriteria(
        words="choir", missing=("lift",), having=(("bsl", "led"),), not_checked_since="6m"
    )
    key = saved_searches.save(ama, "  Stale   choirs ", criteria, shared=True)
    assert saved_searches.save(ama, "Stale choirs", criteria, shared=True) == key
    saved = saved_searches.by_id(key, tom)
    assert (saved.name, saved.criteria, saved.mine, saved.owner_name) == (
        "Stale choirs",
        criteria,
        False,
        "ama",
    )


def test_a_private_search_is_not_there_for_others_and_a_shared_one_only_keepers_change(
    app: Flask, user: Callable[[str], str]
) -> None:
    ama, tom = user("ama"), user("tom")
    private = saved_searches.save(ama, "Mine", StaffCriteria(words="a"), shared=False)
    shared = saved_searches.save(ama, "Ours", StaffCriteria(words="a"), shared=True)
    with pytest.raises(NotFound):
        saved_searches.by_id(private, tom)
    with pytest.raises(NotFound):
        saved_searches.delete(private, tom, keeper=True)
    with pytest.raises(NotFound):
        saved_searches.amend(shared, tom, name="Theirs", shared=True)
    saved_searches.amend(shared, tom, name="All of ours", shared=True, keeper=True)
    assert [one.name for one in saved_searches.listed(tom)] == ["All of ours"]
    assert saved_searches.delete(shared, tom, keeper=True).name == "All of ours"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x07b"])
def test_a_search_needs_a_name_that_can_be_read(app: Flask, user: Callable[[str], str], name: str) -> None:
    ama = user("ama")
    with pytest.raises(Invalid):
        saved_searches.save(ama, name, StaffCriteria(), shared=False)
    assert saved_searches.listed(ama) == []


def test_a_kept_search_outlives_a_fact_that_is_no_more(app: Flask, user: Callable[[str], str]) -> None:
    ama = user("ama")
    db.session.add(
        SavedSearch(owner_id=ama, name="Old", criteria={"missing": ["moat", "lift"]}, shared=False)
    )
    db.session.commit()
    [saved] = saved_searches.listed(ama)
    assert saved.criteria == StaffCriteria(missing=("lift",))
