"""Search: what people type finds what they mean, on an index that never shows half of anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directory.search_index import Document, Found, IndexBusy, IndexUnusable, SearchIndex, store
from matching.types import Criteria, Point

TODAY = date(2026, 11, 22)
TOWN_HALL = Point(53.3800, -1.4700)
SYNONYMS = {"comedy": frozenset({"stand-up", "making people laugh"}), "warm space": frozenset({"warm hub"})}

LAUGHS = Document(
    listing_id="a1",
    ref="demo:1",
    name="Comedy Night at the Lantern",
    organization="Lantern Arts",
    activities=("stand-up comedy", "open mic"),
    description="Five-minute slots. Bring your jokes or come and watch; nobody is made to perform.",
    place="The Lantern, 4 Mill Lane, Hillsborough, S6 4AB",
    points=((53.4000, -1.5000),),
    cost="free",
    formats=("in_person",),
    days=("thu",),
    access=frozenset({"step_free", "watch_first"}),
    checked_on=date(2026, 10, 1),
)
CHESS = Document(
    listing_id="a2",
    ref="demo:2",
    name="Chess & Café Club",
    organization="Mill Lane Centre",
    activities=("chess", "board games"),
    description="Friendly games over tea. Beginners' table every week.",
    place="Mill Lane Centre, Sheffield, S1 2HE",
    points=((53.3805, -1.4705),),
    cost="donation",
    formats=("in_person",),
    days=("tue", "sat"),
    access=frozenset({"step_free", "lift"}),
)
JOKES = Document(
    listing_id="a3",
    ref="demo:3",
    name="Jokes by Post",
    description="Swap a funny letter with a pen friend. We also do stand-up on the phone.",
    formats=("post", "phone"),
    cost="free",
)
SHED = Document(
    listing_id="a4",
    ref="demo:4",
    name="Men's Shed",
    description="Woodwork, mending and tea in the old dairy.",
    formats=("in_person",),
    cost="up_to_3",
    days=("wed",),
)
FAR = Document(
    listing_id="a5",
    ref="demo:5",
    name="Leeds Comedy Workshop",
    description="Learn to write and tell jokes.",
    points=((53.8000, -1.5500),),
    formats=("in_person",),
    cost="over_6",
    days=("mon",),
)
TOWN = (LAUGHS, CHESS, JOKES, SHED, FAR)


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    index = SearchIndex(tmp_path / "index", SYNONYMS)
    index.add(TOWN)
    return index


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The same, for tests that only read."""
    index = SearchIndex(tmp_path_factory.mktemp("town") / "index", SYNONYMS)
    index.add(TOWN)
    return index


def find(index: SearchIndex, words: str = "", **choices: object) -> Found:
    return index.find(Criteria(words=words, **choices), today=TODAY)  # type: ignore[arg-type]


def refs(found: Found) -> list[str]:
    return [hit.ref for hit in found.hits]


def filler(count: int, start: int = 0) -> Iterator[Document]:
    for n in range(start, start + count):
        yield Document(
            listing_id=f"f{n}",
            ref=f"filler:{n:05}",
            name=f"Coffee morning {n % 7}",
            description="Tea, coffee and a chat",
            points=((53.0 + n / 10_000, -1.5),),
            cost="free" if n % 2 else None,
            formats=("in_person",),
        )


# --- words ---


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("comedy", {"demo:1", "demo:5", "demo:3"}),
        ("comedies", {"demo:1", "demo:5", "demo:3"}),
        ("CAFE", {"demo:2"}),
        ("café", {"demo:2"}),
        ("cafe\u0301", {"demo:2"}),
        ("mens shed", {"demo:4"}),
        ("men’s sheds", {"demo:4"}),
        ("tea", {"demo:2", "demo:4"}),
        ("tea -chess", {"demo:4"}),
        ('tea -"old dairy"', {"demo:2"}),
        ('"open mic"', {"demo:1"}),
        ('"mic open"', set()),
        ("chess hillsborough", set()),
        ("comedy hillsborough", {"demo:1"}),
        ("lantern arts", {"demo:1"}),
        ("board games", {"demo:2"}),
        ("a place for chess", set()),
        ("somewhere near for the chess", {"demo:2"}),
    ],
)
def test_words_find_stems_accents_phrases_and_leave_out_minus_words(town, words, expected):
    found = find(town, words)
    assert (
        set(refs(found)) == expected
        if not any("some of them" in note for note in found.notes)
        else not expected
    )


def test_a_name_counts_more_than_a_mention_and_the_word_itself_more_than_a_synonym(town):
    found = refs(find(town, "comedy"))
    assert found[-1] == "demo:3"  # only says stand-up
    assert find(town, "comedy").hits[0].score == 1.0


def test_a_synonym_phrase_in_the_search_is_understood(tmp_path):
    index = SearchIndex(tmp_path, SYNONYMS)
    index.add([Document(listing_id="w", ref="w:1", name="Warm Hub", description="Soup")])
    assert refs(find(index, "warm space")) == ["w:1"]
    assert refs(find(SearchIndex(tmp_path), '"warm space"')) == []


def test_when_nothing_has_all_words_those_with_some_come_with_a_note(town):
    found = find(town, "chess karate")
    assert refs(found) == ["demo:2"]
    assert found.notes == ["Nothing has all of your words. These have some of them."]


def test_no_words_is_browsing_by_name_or_by_distance(town):
    assert [hit.name for hit in find(town).hits] == sorted(document.name for document in TOWN)
    nearest = find(town, origin=TOWN_HALL)
    assert refs(nearest)[:3] == ["demo:2", "demo:1", "demo:5"]
    assert refs(nearest)[-1] == "demo:4"  # in person, and not on the map


def test_only_a_minus_word_browses_the_rest(town):
    assert set(refs(find(town, "-comedy"))) == {"demo:2", "demo:3", "demo:4"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("comdey", "comedy"), ("ches", "chess"), ("comdey tombola", "comedy tombola"), ("woodwrok -tea", None)],
)
def test_a_slip_gets_did_you_mean_and_it_always_finds_something(town, typed, meant):
    found = find(town, typed)
    assert found.did_you_mean == meant
    if meant:
        assert find(town, meant).total


def test_a_word_that_is_right_is_never_corrected(town):
    assert find(town, "chess").did_you_mean is None


def test_snippets_are_safe_and_marked(tmp_path):
    index = SearchIndex(tmp_path)
    text = "Filler words. " * 40 + '<script>alert("x")</script> & dancing for all'
    index.add([Document(listing_id="x", ref="x:1", name="X", description=text)])
    (hit,) = find(index, "dance").hits
    assert "<mark>dancing</mark>" in hit.snippet_html
    assert "<script>" not in hit.snippet_html
    assert "&lt;script&gt;" in hit.snippet_html
    assert len(hit.snippet_html) < 400


def test_a_snippet_does_not_mark_the_small_change_of_a_long_synonym(tmp_path):
    index = SearchIndex(tmp_path, {"comedy": ["making people laugh", "jokes"]})
    text = "Comedy: people tell jokes, we laugh."
    index.add([Document(listing_id="x", ref="x:1", name="X", description=text)])
    (hit,) = find(index, "comedy").hits
    assert hit.snippet_html == "<mark>Comedy</mark>: people tell <mark>jokes</mark>, we laugh."


def test_synonyms_given_by_a_function_are_those_of_the_moment(tmp_path):
    known = {}
    index = SearchIndex(tmp_path, lambda: known)
    index.add(TOWN)
    assert refs(find(index, "gagfest")) == []
    known = {"gagfest": ["jokes"]}
    assert "demo:5" in refs(find(index, "gagfest"))
    known = {}
    assert refs(find(index, "gagfest")) == []


def test_a_synonym_is_looked_up_without_its_little_words_as_a_search_is(tmp_path):
    index = SearchIndex(tmp_path, {"a bit of a giggle": ["jokes"], "d&d": ["jokes"]})
    index.add(TOWN)
    assert "demo:5" in refs(find(index, "a bit of a giggle"))
    assert "demo:5" in refs(find(index, "D&D"))


def test_suggestions_begin_with_what_was_typed(town):
    assert town.suggest("com", 5) == [
        "Comedy Night at the Lantern",
        "Leeds Comedy Workshop",
        "stand-up comedy",
    ]
    assert town.suggest("cafe", 5) == ["Chess & Café Club"]
    assert town.suggest("mill zzz", 5) == []
    assert town.suggest("", 5) == []


# --- distance ---


def test_a_limit_drops_the_far_keeps_what_comes_home_and_counts_the_unplaced(town):
    found = find(town, origin=TOWN_HALL, within_km=5)
    assert refs(found) == ["demo:2", "demo:1", "demo:3", "demo:4"]
    assert "1 has no place on the map, so we could not check its distance." in found.notes


def test_the_nearest_of_several_places_counts_and_distances_are_geopys(tmp_path):
    index = SearchIndex(tmp_path)
    both = ((53.8, -1.55), (53.381, -1.47))
    index.add([Document(listing_id="b", ref="b:1", name="Two places", points=both, formats=("in_person",))])
    (hit,) = find(index, origin=TOWN_HALL, within_km=2).hits
    assert hit.distance_km == pytest.approx(0.11, abs=0.01)


def test_without_a_place_there_is_no_distance_and_a_limit_does_nothing(town):
    found = find(town, within_km=1)
    assert found.total == len(TOWN)
    assert all(hit.distance_km is None for hit in found.hits)
    assert "distance" not in found.facets


def test_near_ones_win_between_equals_but_a_better_answer_far_away_is_still_there(town):
    assert refs(find(town, "comedy", origin=Point(53.8, -1.55)))[0] == "demo:5"
    assert refs(find(town, "comedy", origin=TOWN_HALL))[0] == "demo:1"


def test_a_tighter_limit_never_reorders_what_remains(town):
    wide = refs(find(town, "comedy", origin=TOWN_HALL, within_km=500))
    tight = refs(find(town, "comedy", origin=TOWN_HALL, within_km=10))
    assert tight == [ref for ref in wide if ref in tight]


def test_when_the_limit_leaves_nothing_the_nearest_is_named(town):
    found = find(town, "workshop", origin=TOWN_HALL, within_km=5)
    assert found.total == 0
    assert found.notes == ["Nothing on the map is within 5 km; the nearest is 47.0 km away."]


def test_sorting_by_distance_puts_what_is_not_on_the_map_last(town):
    assert refs(find(town, "comedy", origin=TOWN_HALL, sort="distance")) == ["demo:1", "demo:5", "demo:3"]


# --- choices ---


def test_facets_count_all_results_and_choosing_one_filters(town):
    found = find(town)
    assert found.facets["cost"] == {"free": 2, "donation": 1, "up_to_3": 1, "over_6": 1}
    assert found.facets["format"] == {"in_person": 4, "phone": 1, "post": 1}
    assert found.facets["access"] == {"step_free": 2, "lift": 1, "watch_first": 1}
    for facet, key in (("cost", "cost"), ("format", "formats"), ("day", "days"), ("access", "access")):
        for value, count in found.facets[facet].items():
            assert find(town, **{key: (value,)}).total == count


def test_a_facets_counts_leave_out_its_own_choice_so_that_people_can_widen(town):
    found = find(town, cost=("free",))
    assert found.total == 2
    assert found.facets["cost"] == {"free": 2, "donation": 1, "up_to_3": 1, "over_6": 1}
    assert found.facets["format"] == {"in_person": 1, "phone": 1, "post": 1}
    assert find(town, cost=("free", "donation")).total == 3


def test_access_facts_are_all_wanted_and_must_be_known(town):
    found = find(town, access=("step_free", "lift"))
    assert refs(found) == ["demo:2"]
    assert found.facets["access"] == {"lift": 1, "step_free": 1}


def test_distance_bands_are_counted_without_the_limit(town):
    found = find(town, origin=TOWN_HALL, within_km=1)
    assert found.facets["distance"] == {"1": 1, "3": 2, "5": 2, "10": 2, "25": 2}


def test_what_does_not_say_is_left_out_by_a_choice_and_counted(town):
    found = find(town, days=("tue",))
    assert refs(found) == ["demo:2"]
    assert found.notes == ["1 more does not say on which days it is, so we left it out."]


def test_members_only_listings_can_be_left_out(tmp_path):
    index = SearchIndex(tmp_path)
    index.add([Document(listing_id="m", ref="m:1", name="Members' lunch", public=False)])
    assert index.find(Criteria(), today=TODAY).total == 1
    assert index.find(Criteria(), today=TODAY, public_only=True).total == 0


# --- pages ---


def test_pages_are_disjoint_and_together_everything(tmp_path):
    index = SearchIndex(tmp_path)
    index.add(filler(95))
    for sort in ("relevance", "distance", "name"):
        pages = [
            refs(find(index, "coffee", origin=TOWN_HALL, page=n, per_page=10, sort=sort))
            for n in range(1, 11)
        ]
        together = [ref for page in pages for ref in page]
        assert len(together) == len(set(together)) == 95
    assert find(index, "coffee", page=99).hits == []


# --- changes ---


def test_an_added_listing_is_found_an_amended_one_replaced_a_removed_one_gone(index):
    index.add([Document(listing_id="a2", ref="demo:2", name="Draughts Club")])
    assert index.count() == len(TOWN)
    assert refs(find(index, "draughts")) == ["demo:2"]
    assert find(index, "chess").total == 0
    assert index.remove(["a2", "nobody"]) == 1
    assert find(index, "draughts").total == 0
    assert index.ids() == {"a1", "a3", "a4", "a5"}
    assert index.check() == []


def test_other_instances_see_a_change_at_once(index, tmp_path):
    other = SearchIndex(tmp_path / "index")
    assert other.count() == len(TOWN)
    index.remove(["a1"])
    assert other.count() == len(TOWN) - 1


def test_many_edits_keep_few_segments_and_one_of_each_listing(tmp_path):
    index = SearchIndex(tmp_path)
    index.add(filler(40))
    for n in range(40):
        index.add(filler(1, start=n))
    assert index.count() == 40
    assert find(index, "coffee").total == 40
    with index._reading() as (view, _):
        assert len(view.segments) < 3 * store.MERGE_AT


def test_all_may_be_removed_and_the_index_still_answers(index):
    index.remove(index.ids())
    assert index.count() == 0
    assert find(index, "chess").total == 0
    assert find(index).facets["cost"] == {}
    assert index.suggest("c") == []
    index.add([CHESS])
    assert refs(find(index, "chess")) == ["demo:2"]


def test_rebuilding_swaps_at_once_and_readers_never_see_half(index):
    seen = []

    def watched() -> Iterator[Document]:
        for document in filler(50):
            seen.append(find(index, "chess").total)
            yield document

    assert index.rebuild(watched()) == 50
    assert set(seen) == {1}
    assert index.count() == 50
    assert find(index, "chess").total == 0


def test_a_rebuild_that_fails_changes_nothing(index):
    def broken() -> Iterator[Document]:
        yield CHESS
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        index.rebuild(broken())
    assert index.count() == len(TOWN)
    index.add([Document(listing_id="z", ref="z:1", name="After")])
    assert index.count() == len(TOWN) + 1


def test_a_second_writer_waits_and_then_says_that_it_is_busy(index, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "WAIT_FOR_WRITER", 0.2)
    other = SearchIndex(tmp_path / "index")

    def meanwhile() -> Iterator[Document]:
        with pytest.raises(IndexBusy, match="try again"):
            other.remove(["a1"])
        yield CHESS

    index.rebuild(meanwhile())
    assert other.remove(["a2"]) == 1


# --- a broken cache ---


def test_a_missing_index_says_what_to_run(tmp_path):
    index = SearchIndex(tmp_path / "nothing")
    assert index.check() == ["There is no search index yet: run kith reindex."]
    with pytest.raises(IndexUnusable, match="kith reindex"):
        find(index, "chess")


def test_an_index_of_another_version_is_rebuilt_not_read(index, tmp_path):
    pointer = tmp_path / "index" / store.POINTER
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"format": 0}))
    assert index.check() == ["The search index was made by another version of Kith: run kith reindex."]
    index.rebuild(TOWN)
    assert index.check() == []
    assert index.count() == len(TOWN)


@pytest.mark.parametrize("damage", [b"", b"garbage", None])
def test_a_damaged_index_is_noticed_and_can_be_rebuilt(index, tmp_path, damage):
    for file in (tmp_path / "index").glob("generation-*/*.seg"):
        file.unlink() if damage is None else file.write_bytes(damage)
    again = SearchIndex(tmp_path / "index")
    (fault,) = again.check()
    assert "run kith reindex" in fault
    with pytest.raises(IndexUnusable):
        find(again, "chess")
    again.rebuild(TOWN)
    assert again.check() == []


def test_a_pointer_that_is_not_ours_is_no_index(index, tmp_path):
    (tmp_path / "index" / store.POINTER).write_text("[]")
    assert index.check() == ["The search index cannot be read: run kith reindex."]


def test_old_generations_are_cleared_away(index, tmp_path):
    for _ in range(4):
        index.rebuild(TOWN)
    assert len(list((tmp_path / "index").glob("generation-*"))) == 2


# --- hostile text ---

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\"-*?~^():[]{}\\/&|+!'’ aé\0\ud800\u0301中", max_size=40),
    st.lists(
        st.sampled_from(["comedy", "AND", "NOT", "OR", '"', "-", "*", "~9", "name:", "[a TO z]", "^", "tea"])
    ).map(" ".join),
)


@settings(max_examples=400, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=HOSTILE)
@example(words="****")
@example(words='"unbalanced -"')
@example(words="~9 " * 30)
@example(words="\0\ud800")
def test_no_text_ever_raises_or_takes_long(town, words):
    found = find(town, words, origin=TOWN_HALL, within_km=3)
    assert found.total >= len(found.hits)
    town.suggest(words, 5)


@settings(max_examples=60, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE, words=HOSTILE)
def test_any_text_can_be_indexed_and_its_snippet_is_safe(tmp_path_factory, text, words):
    index = SearchIndex(tmp_path_factory.mktemp("hostile"))
    index.add(
        [
            Document(
                listing_id=text or "x", ref=text, name=text, description=text, place=text, activities=(text,)
            )
        ]
    )
    assert index.count() == 1
    for hit in find(index, words).hits + find(index).hits:
        assert "<" not in hit.snippet_html.replace("<mark>", "").replace("</mark>", "")


def test_a_very_long_search_is_cut_politely(town):
    found = find(town, "comedy " + "x" * 10_000)
    assert any("very long" in note for note in found.notes)
    assert find(town, " ".join(f"comedy{n}" for n in range(2_000))).notes


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria(page=-3, per_page=0),
        Criteria(page=10**9, per_page=10**9),
        Criteria(origin=Point(float("nan"), 0.0), within_km=3),
        Criteria(origin=Point(0.0, 0.0), within_km=float("nan")),
        Criteria(origin=Point(0.0, 0.0), within_km=-1),
        Criteria(cost=("gold",), formats=("telepathy",), days=("someday",), access=("x:y",)),
    ],
)
def test_impossible_choices_are_answered_calmly(town, criteria):
    assert town.find(criteria, today=TODAY).total >= 0


@pytest.mark.shared_data
def test_a_real_directory_is_searched_well(shared_data, tmp_path):
    rows = json.loads((shared_data / "warm_spaces_uk" / "places_2022-12-15.json").read_text())
    index = SearchIndex(tmp_path)
    index.add(
        Document(
            listing_id=str(n),
            ref=f"warm:{n}",
            name=row.get("title") or "",
            description=row.get("description") or "",
            place=row.get("address") or "",
            points=((row["lat"], row["lon"]),) if row.get("lat") else (),
            formats=("in_person",),
        )
        for n, row in enumerate(rows)
    )
    assert index.count() == len(rows) == 8861
    assert "cafe" in find(index, "warm space café").hits[0].name.lower()
    assert find(index, "librery").did_you_mean == "library"
    near = find(index, "coffee", origin=TOWN_HALL, within_km=3, sort="distance").hits
    measured = [hit.distance_km for hit in near if hit.distance_km is not None]
    assert measured == sorted(measured)
    assert measured[-1] <= 3
