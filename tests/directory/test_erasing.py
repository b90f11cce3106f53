from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from directory import catalog, checking, drafts, erasing, history, listings, suggestions
from directory._forgetting import Piece, without
from directory.database import db
from directory.errors import Invalid
from directory.models import Change, User
from importers.records import ContactRecord, ListingRecord, PhoneRecord


@pytest.fixture
def store(either_app: Flask) -> Flask:
    either_app.config["SECRET_KEY"] = "for tests, and for tests alone"
    return either_app


def keys_of(listing_id: str, *texts: str) -> list[str]:
    return [found.key for found in erasing.personal(listing_id) if found.piece.text in texts]


def everything_written() -> str:
    """All that the database holds, as one text."""
    with db.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return "\n".join(
            str(tuple(row))
            for name in tables
            for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))
        )


def test_what_is_erased_is_nowhere_any_more_and_all_else_is(store: Flask, choir: ListingRecord) -> None:
    record = replace(
        choir,
        contacts=(
            ContactRecord(
                "Zuleika",
                "Choir leader",
                None,
                "zuleika@example.org",
                (PhoneRecord("07700 900123"),),
                "staff",
            ),
        ),
        what_to_expect="Zuleika meets you at the door. Or text 07700-900123.",
    )
    key = catalog.add(record, "ama")
    catalog.amend(key, {"description": "Ask for zuleika."}, "ama")
    suggestions.suggest(
        key,
        {"description": "Ask for Zuleika, please."},
        suggestions.By("worker"),
        words="Zuleika told me, on 07700900123",
    )
    checking.still_right(key, "phoned", "worker", "ama", note="Spoke to Zuleika")
    erasing.erase(key, keys_of(key, "Zuleika", "zuleika@example.org", "07700 900123"), "lea", "asked")
    db.session.rollback()
    written = everything_written().casefold()
    assert "zuleika" not in written and "07700" not in written
    now = listings.records([key])[key]
    assert now.contacts == (ContactRecord(None, "Choir leader", visibility="staff"),)
    assert now.what_to_expect == "[taken out] meets you at the door. Or text [taken out]."
    untouched = ("name", "places", "sessions", "facts", "tips", "known_by", "organization")
    assert all(getattr(now, name) == getattr(record, name) for name in untouched)


def test_the_history_says_that_something_was_erased_and_never_gives_it_back(
    store: Flask, choir: ListingRecord
) -> None:
    key = catalog.add(choir, "ama")
    first = history.of(key).actions[0].version
    catalog.amend(key, {"contacts": ()}, "ama")
    before = len(history.of(key).actions)
    erasing.erase(key, keys_of(key, "Wendy"), "lea", "asked")
    told = history.of(key)
    assert len(told.actions) == before + 1
    assert (told.actions[0].erased, told.actions[0].actor, told.actions[0].differences) == (True, "lea", ())
    assert told.undoable("lea") is None
    history.restore(key, first, "cem")
    [contact] = listings.records([key])[key].contacts
    assert (contact.name, contact.title) == (None, "Choir leader")
    assert "Wendy" not in everything_written()


def test_what_stands_in_the_history_alone_is_found_too(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    catalog.amend(key, {"contacts": (), "tips": ("Bring water",)}, "ama")
    found = {(one.piece.text, one.current) for one in erasing.personal(key)}
    assert {
        ("Wendy", False),
        ("01632 960123", False),
        ("Sit near the piano", False),
        ("Bring water", True),
    } <= found


def test_a_tip_is_erased_whole(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    erasing.erase(key, keys_of(key, "Sit near the piano"), "lea", "mistake")
    assert listings.records([key])[key].tips == ()
    assert "piano" not in everything_written()


def test_the_name_of_a_place_or_a_group_is_not_erased(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(replace(choir, name="Wendy's choir"), "ama")
    erasing.erase(key, keys_of(key, "Wendy"), "lea", "asked")
    assert listings.records([key])[key].name == "Wendy's choir"


@pytest.mark.parametrize(("keys", "reason"), [([], "asked"), (["forged"], "asked"), (None, "because")])
def test_erasing_nothing_or_for_no_reason_is_refused(
    store: Flask, choir: ListingRecord, keys: list[str] | None, reason: str
) -> None:
    key = catalog.add(choir, "ama")
    chosen = keys_of(key, "Wendy") if keys is None else keys
    with pytest.raises(Invalid):
        erasing.erase(key, chosen, "lea", reason)
    assert listings.records([key])[key] == choir
    assert db.session.scalar(sa.select(Change.id).where(Change.entity == "erasure")) is None


@pytest.mark.parametrize(
    ("piece", "text", "left"),
    [
        (Piece("name", "Pat"), "Ask Pat or Patricia", "Ask [taken out] or Patricia"),
        (Piece("name", "Al"), "Al is at the door", "Al is at the door"),
        (
            Piece("phone", "01632 960123"),
            "ring 01632-960 123, not 016329601234",
            "ring [taken out], not 016329601234",
        ),
        (Piece("email", "a.b@example.org"), "to A.B@example.org.", "to [taken out]."),
        (Piece("name", "Jo (the cook)"), "Jo  (the cook) knows", "[taken out] knows"),
    ],
)
def test_a_mention_is_taken_out_of_running_text(piece: Piece, text: str, left: str) -> None:
    assert without("description", text, [piece]) == left


@given(st.text(), st.text(min_size=1))
def test_any_name_can_be_looked_for_in_any_text(text: str, name: str) -> None:
    assert isinstance(Piece("name", name).out_of(text), str)


def test_what_is_erased_is_not_kept_in_a_form_that_somebody_has_yet_to_save(
    store: Flask, choir: ListingRecord
) -> None:
    contact = ContactRecord("Zuleika", "Choir leader", None, None, (PhoneRecord("07700 900123"),), "staff")
    key = catalog.add(replace(choir, contacts=(contact,)), "ama")
    user = User(email="draft@example.org", name="Ama", fs_uniquifier="draft")
    db.session.add(user)
    db.session.commit()
    written = {"contacts-0-name": ["Zuleika"], "what_to_expect": ["Ask for Zuleika, 07700900123."]}
    drafts.keep(user.id, f"{key}/people", {**written, "rows": ["1", "2"]}, listing_id=key, title="Choir")
    drafts.keep(user.id, "new/1", written, listing_id=None, title="Another")
    erasing.erase(key, keys_of(key, "Zuleika", "07700 900123"), "lead", "asked")
    left = drafts.find(user.id, f"{key}/people")
    assert left is not None and left.fields == {
        "contacts-0-name": [""],
        "what_to_expect": ["Ask for [taken out], [taken out]."],
        "rows": ["1", "2"],
    }
    other = drafts.find(user.id, "new/1")
    assert other is not None and other.fields == written
