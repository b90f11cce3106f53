"""Which of two places a person should be shown first: pairs.toml, one row a sentence about the world."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matching.types import Opportunity, Point, Session

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOME = Point(53.3795, -1.469)
KM_A_DEGREE = 111.2
STANDS = ("matches", "check_first", "later")
LEFT_OUT = len(STANDS)

with (Path(__file__).parent / "pairs.toml").open("rb") as file:
    PAIRS: list[dict[str, Any]] = tomllib.load(file)["pair"]


def offer_fields(row: dict[str, Any]) -> dict[str, Any]:
    """A row's short forms as make_offer takes them."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    if "km" in fields:
        fields["point"] = Point(
            HOME.lat, HOME.lon + fields.pop("km") / (KM_A_DEGREE * math.cos(math.radians(HOME.lat)))
        )
    if fields.pop("place_unknown", False):
        fields["point"] = None
    if fields.pop("price_unknown", False):
        fields["price"] = None
    if "checked" in fields:
        day = fields.pop("checked")
        fields["checked_on"] = None if day == "never" else date.fromisoformat(day)
    if "sessions" in fields:
        fields["sessions"] = tuple(map(session, fields["sessions"]))
    return fields


def session(text: str) -> Session:
    day, hours = text.split()
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    return Session(DAYS.index(day), start, end)


def where(found: Any, id: str) -> tuple[int, int]:
    """(which list, how far down it); nowhere at all is after everything."""
    for order, name in enumerate(STANDS):
        ids = [match.id for match in getattr(found, name)]
        if id in ids:
            return order, ids.index(id)
    return LEFT_OUT, 0


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["name"])
def test_the_better_place_comes_first(
    offer: Callable[..., Opportunity], find: Callable[..., Any], pair: dict[str, Any]
) -> None:
    both = pair.get("both", {})
    offers = [
        offer(id, **offer_fields({**both, **pair[side]})) for id, side in (("a", "worse"), ("b", "better"))
    ]
    found = find(pair["profile"], offers)
    better, worse = where(found, "t:b"), where(found, "t:a")
    assert better[0] < LEFT_OUT, f"the better one is left out: {found.hidden}"
    assert better < worse, f"{pair['name']}: the worse one came first. {pair['why']} {told(found)}"


def told(found: Any) -> str:
    lines = [f"{name} {m.id} {m.score:.3f} {m.reasons}" for name in STANDS for m in getattr(found, name)]
    return "; ".join(lines)


def test_every_row_says_who_what_and_why() -> None:
    assert len(PAIRS) >= 40
    assert all({"name", "profile", "better", "worse", "why"} <= set(pair) for pair in PAIRS)
    assert [name for name, times in Counter(pair["name"] for pair in PAIRS).items() if times > 1] == []
