"""`kith links check`, as a user runs it."""

from __future__ import annotations

from typing import Any

import pytest

from directory import links
from directory.web_visit import Visit


@pytest.fixture
def town(sheet: Any, kith: Any) -> Any:
    path = sheet(
        {"id": "choir", "name": "Valley Choir", "url": "https://choir.example.org"},
        {"id": "chess", "name": "Chess Table", "url": "https://chess.example.org"},
    )
    assert kith("import", path).exit_code == 0
    return path


def test_what_came_of_the_visits_is_told(kith: Any, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def visitor(url: str) -> Visit:
        return Visit("ok", 200) if "choir" in url else Visit("failing", 404, "the page is not there")

    check = links.check
    monkeypatch.setattr(links, "check", lambda limit: check(limit, visitor=visitor, pause=0))
    found = kith("links", "check", "--json")
    assert (found.exit_code, found.json()) == (0, {"checked": 2, "failing": 1, "dead": 0, "held_over": 0})
    assert "Visited 0 links" in kith("links", "check").err  # not twice on one day
    monkeypatch.setenv("KITH_TODAY", "2026-11-24")
    monkeypatch.setattr(links, "now", lambda: _later())
    found = kith("links", "check")
    assert found.exit_code == 1 and "1 dead" in found.err


def _later() -> Any:
    from datetime import timedelta

    from directory.database import now

    return now() + timedelta(days=2)


def test_without_a_line_it_says_so(kith: Any, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    check = links.check
    unreached = Visit("failing", None, "the website does not answer")
    monkeypatch.setattr(links, "check", lambda limit: check(limit, visitor=lambda _: unreached, pause=0))
    found = kith("links", "check")
    assert found.exit_code == 0 and "is this machine online?" in found.err


def test_a_setting_that_is_neither_on_nor_off_is_named(kith: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_LINK_CHECKS", "perhaps")
    found = kith("links", "check")
    assert found.exit_code == 2 and "KITH_LINK_CHECKS" in found.err
