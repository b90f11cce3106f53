"""What a word would do, and what follows once it is added, is the same as if every listing were looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from directory import catalog, listings, terms, word_effects, words
from directory.config import current_settings
from directory.database import db
from directory.errors import NotFound
from directory.models import Change, table_of
from directory.opportunities import words_in
from directory.serving import INDEXED, Engines, engines
from importers.records import ListingRecord, OrganizationRecord, TermRecord
from matching.language import Addition, concepts_of_listing, goals_of_listing, words_of

SAID = (
    "Gurning and garden parties", "no gurning here", "a gardens' party, with tea", "stand up", "standup nights",
    "We do not do gurning: tea only", "garden of the party", "making everybody laugh", "food bank", "the bank",
)  # fmt: skip
PHRASES = (
    "gurning", "garden party", "gurn", "tea", "making _ laugh", "=bank", "food bank", "party", "stand up", "evening",
)  # fmt: skip


@pytest.fixture
def filled(app: Flask) -> Flask:
    app.extensions["kith"] = Engines(current_settings())
    for n, text in enumerate(SAID * 4):
        fields = {
            0: {"name": text},
            1: {"description": text},
            2: {"activities": (TermRecord(text),)},
            3: {"organization": OrganizationRecord(f"o{n}", text)},
        }[n // len(SAID)]
        plain = ListingRecord(source="x", source_id=str(n), name=f"Group {n}")
        catalog.add(replace(plain, status="closed" if n % 7 == 0 else "active", **fields), "test")  # type: ignore[arg-type]
    engines().rebuild()
    return app


_additions = st.builds(
    Addition,
    st.sampled_from(["asset"]),
    st.sampled_from(["humour", "growing", "cooking_baking"]),
    st.sampled_from(PHRASES),
    st.sampled_from(["words", "said", "shown", "named", "weak", "not_words"]),
) | st.builds(
    Addition,
    st.just("goal"),
    st.sampled_from(["friend", "calm"]),
    st.sampled_from(PHRASES),
    st.sampled_from(["words", "said", "shown", "named", "not_words"]),
)


def _everything_about(addition: Addition, known: words.Words) -> set[str]:
    read = concepts_of_listing if addition.kind == "asset" else goals_of_listing
    return {
        one.record.name
        for one in listings.iterate()
        if one.record.status in INDEXED and addition.key in read(*words_in(one.record), words=known)
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(addition=_additions)
def test_an_effect_is_what_looking_at_every_listing_would_show(filled: Flask, addition: Addition) -> None:
    try:
        effect = word_effects.effect_of(addition)
    except words.Invalid:
        return  # it is there already
    before = _everything_about(addition, words.current())
    after = _everything_about(addition, words_of((*words.current().additions, addition)))
    assert set(effect.gained) == after - before and set(effect.lost) == before - after


def _columns() -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """What matching knows of each listing: its assets, and the goals that it serves."""
    found = engines().columns().offers()
    return {one.id: (dict(one.concepts), dict(one.goal_signs)) for one in found}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(additions=st.lists(_additions, min_size=1, max_size=4))
def test_after_any_changes_of_words_the_columns_are_those_that_reading_everything_gives(
    filled: Flask, additions: list[Addition]
) -> None:
    for number, addition in enumerate(additions):
        try:
            word_effects.add(addition, actor="ama")
        except words.Invalid:
            continue
        if number % 3 == 1:
            word_effects.remove(addition.kind, addition.key, addition.phrase, actor="ama")
    followed = _columns()
    engines().rebuild()
    assert followed == _columns()
    for one in words.everything():
        word_effects.remove(one.kind, one.key, one.phrase, actor="ama")
    assert engines()._store.words() == words.current().fingerprint


def test_words_that_another_process_changed_meanwhile_are_followed_too(filled: Flask) -> None:
    before = words.current()
    words.add(
        Addition("asset", "humour", "gurning"), actor="elsewhere"
    )  # whose process has not followed it yet
    word_effects.add(Addition("asset", "growing", "tea"), actor="ama")
    followed = _columns()
    engines().follow_words(before, words.current(), [])  # as the other process does now
    assert _columns() == followed
    engines().rebuild()
    assert _columns() == followed


def test_a_file_of_words_is_followed(filled: Flask, tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(
        "kind,key,phrase,part\nasset,humour,gurning,words\nsynonym,comedy,gagfest,words\n", "utf-8"
    )
    assert word_effects.load(path, actor="ama").added == 2
    followed = _columns()
    assert any("humour" in concepts for concepts, _ in followed.values())
    engines().rebuild()
    assert _columns() == followed


def test_the_listings_that_say_a_word_are_counted_as_a_search_would_find_them(filled: Flask) -> None:
    some = [
        Addition("asset", "humour", phrase) for phrase in ("gurning", "garden party", "=bank", "never said")
    ]
    counts = {one.phrase: count for one, count in word_effects.saying(some).items()}
    assert (
        counts["never said"] == 0 and counts["gurning"] > counts["garden party"] > 0 and counts["=bank"] > 0
    )


# --- activities -------------------------------------------------------------------------------------------------------


def _changes() -> int:
    change = table_of(Change)
    return db.session.scalar(select(func.count()).where(change.c.field == "activities")) or 0


def _tagged(app: Flask) -> dict[str, str]:
    app.extensions["kith"] = Engines(current_settings())
    hung = {"a": ("jam",), "b": ("jam", "open jam"), "c": ("open jam", "tea", "jam"), "d": ("tea",)}
    made = {
        name: catalog.add(
            ListingRecord(
                source="x", source_id=name, name=name, activities=tuple(TermRecord(one) for one in names)
            ),
            "test",
        )
        for name, names in hung.items()
    }
    engines().rebuild()
    return made


def _term_id(name: str) -> str:
    return next(one.id for one in terms.listed() if one.record.name == name)


def test_joining_two_activities_changes_each_listing_once_on_either_database(either_app: Flask) -> None:
    made = _tagged(either_app)
    before = _changes()
    assert terms.rename(_term_id("jam"), "open jam", actor="ama") == 3
    names = {name: [t.name for t in listings.records([key])[key].activities] for name, key in made.items()}
    assert names == {"a": ["open jam"], "b": ["open jam"], "c": ["open jam", "tea"], "d": ["tea"]}
    assert _changes() - before == 3
    assert {one.record.name: one.listings for one in terms.listed()} == {"open jam": 3, "tea": 2}


def test_a_rename_that_breaks_off_changes_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _tagged(app)
    real, told = catalog.Writer.amend, []

    def breaks(self: catalog.Writer, amended: list[catalog.Amended]) -> None:
        told.append(len(amended))
        real(self, amended)
        raise OSError("the disk is full")

    monkeypatch.setattr(catalog.Writer, "amend", breaks)
    before = _changes()
    with pytest.raises(OSError, match="full"):
        terms.rename(_term_id("jam"), "kitchen jam", actor="ama")
    assert told == [3] and _changes() == before
    assert {one.record.name: one.listings for one in terms.listed()} == {"jam": 3, "open jam": 2, "tea": 2}


def test_a_term_with_a_code_keeps_it_and_other_vocabularies_are_left_alone(app: Flask) -> None:
    app.extensions["kith"] = Engines(current_settings())
    coded, plain = TermRecord("Choirs", "open_eligibility", "1102", "1100"), TermRecord("Choirs")
    key = catalog.add(ListingRecord(source="x", source_id="a", name="A", activities=(coded, plain)), "test")
    term = next(one for one in terms.listed() if one.record == coded)
    terms.rename(term.id, "Singing groups", actor="ama")
    renamed = TermRecord("Singing groups", "open_eligibility", "1102", "1100")
    assert listings.records([key])[key].activities == (renamed, plain)


def test_an_activity_that_never_was_cannot_be_renamed(app: Flask) -> None:
    with pytest.raises(NotFound):
        terms.rename("7a0b6a4e-0000-4000-8000-000000000000", "x", actor="ama")
