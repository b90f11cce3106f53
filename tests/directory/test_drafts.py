"""Drafts: one a form and user, gone when saved, thrown away or old."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import drafts
from directory.database import db, now, writing
from directory.models import Draft, User, table_of

FORM = {"name": ["Half a na"], "days": ["MO", "TU"]}


@pytest.fixture
def user(either_app: Flask) -> str:
    ama = User(email="ama@example.org", name="Ama")
    db.session.add(ama)
    db.session.commit()
    return ama.id


def test_the_latest_draft_of_a_form_takes_the_place_of_the_earlier(user: str) -> None:
    drafts.keep(user, "new/1", {"name": ["Ha"]}, listing_id=None, title="Ha")
    assert drafts.keep(user, "new/1", FORM, listing_id=None, title="Half a na")
    found = drafts.find(user, "new/1")
    assert found and found.fields == FORM
    assert [kept.title for kept in drafts.of_user(user)] == ["Half a na"]


def test_a_draft_that_was_thrown_away_is_gone(user: str) -> None:
    drafts.keep(user, "new/1", FORM, listing_id=None, title="")
    drafts.discard(user, "new/1")
    drafts.discard(user, "new/2")
    assert drafts.find(user, "new/1") is None


def test_a_form_that_is_far_too_long_is_not_kept(user: str) -> None:
    assert not drafts.keep(user, "new/1", {"name": ["x" * 1_000_001]}, listing_id=None, title="")
    assert drafts.of_user(user) == []


def test_drafts_of_long_ago_go_away(user: str) -> None:
    drafts.keep(user, "new/1", FORM, listing_id=None, title="")
    with writing() as connection:
        long_ago = now() - drafts.KEPT_FOR - timedelta(days=1)
        connection.execute(sa.update(table_of(Draft)).values(written_at=long_ago))
    drafts.keep(user, "new/2", FORM, listing_id=None, title="")
    assert [kept.about for kept in drafts.of_user(user)] == ["new/2"]


def test_a_draft_holds_whatever_a_browser_can_send(user: str) -> None:
    drafts.keep(user, "new/1", {"name": ["a\0b\ud800c 🎈"]}, listing_id=None, title="\0")
    found = drafts.find(user, "new/1")
    assert found and found.fields == {"name": ["ab?c 🎈"]}
