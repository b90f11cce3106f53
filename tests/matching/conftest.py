"""Builders for matching tests: an offer in a line, an answer from a Profile JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from matching import language
from matching.answering import to_json
from matching.columns import Columns
from matching.profile import profile_from
from matching.ranking import rank
from matching.rules.eligibility import outcode_of
from matching.types import Fact, Matches, Opportunity, Point

TODAY = date(2026, 11, 22)
HOME = {"lat": 53.3795, "lon": -1.469}
NEARBY = Point(53.381, -1.468)
CHECKED = date(2026, 10, 20)


def make_offer(
    id: str, name: str = "Comedy night", *, facts: dict[str, str] | None = None, **given: Any
) -> Opportunity:
    """One opportunity near home, recently checked, free, unless said otherwise."""
    text = (name, given.get("activities", ()), given.get("description", ""))
    settled: dict[str, Any] = {
        "formats": ("in_person",),
        "point": NEARBY,
        "postcode": "S1 2HE",
        "price": 0.0,
        "checked_on": CHECKED,
        "concepts": language.concepts_of_listing(*text),
        "topics": language.topics_of_listing(*text),
        "goal_signs": language.goals_of_listing(*text),
        "terms": language.weighted_terms(*text),
        "facts": {key: Fact(key, value) for key, value in (facts or {}).items()},
        **given,
    }
    settled.pop("description", None)
    settled.setdefault("outcode", outcode_of(settled["postcode"]))
    return Opportunity(id=f"t:{id}", name=name, **settled)


@pytest.fixture(scope="session")
def offer() -> Callable[..., Opportunity]:
    return make_offer


@pytest.fixture(scope="session")
def find() -> Callable[..., Matches]:
    """find(profile JSON, offers) -> Matches."""

    def found(
        profile: dict[str, Any], offers: list[Opportunity], *, staff: bool = False, other: Any = None
    ) -> Matches:
        people = [profile_from(profile), *([profile_from(other)] if other else [])]
        return rank(people, Columns(offers), TODAY, staff=staff)

    return found


@pytest.fixture(scope="session")
def places(find: Callable[..., Matches]) -> Callable[..., dict[str, list[str]]]:
    """places(profile JSON, offers) -> where each listing stands: {"matches": [ids], "hidden": [reasons], ...}."""

    def stand(profile: dict[str, Any], offers: list[Opportunity], **options: Any) -> dict[str, list[str]]:
        told = to_json(find(profile, offers, **options))
        names: dict[str, list[str]] = {
            key: [one["id"].removeprefix("t:") for one in told[key]]  # type: ignore[attr-defined]
            for key in ("matches", "check_first", "later", "something_different")
        }
        names["path"] = [step["match"]["id"].removeprefix("t:") for step in told["path"]]  # type: ignore[attr-defined]
        names["hidden"] = [h["reason"] for h in told["hidden"] for _ in range(h["count"])]  # type: ignore[attr-defined]
        return names

    return stand
