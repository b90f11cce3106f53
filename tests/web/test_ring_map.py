"""The ring map: what it draws, and what it says to people who do not see it."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.web.ring_map import CENTRE, PIN, RADIUS, Spot, draw
from matching.types import Point

HERE = Point(53.38, -1.47)


def spot(number: int, north_km: float, east_km: float = 0.0) -> Spot:
    lat = HERE.lat + north_km / 111.195
    return Spot(
        number,
        f"Place {number}",
        Point(lat, HERE.lon + east_km / (111.195 * math.cos(math.radians(HERE.lat)))),
    )


def test_nothing_to_show_gives_no_map() -> None:
    assert draw("S1", HERE, []) is None


def test_north_is_up_and_east_is_right() -> None:
    made = draw("S1", HERE, [spot(1, 2.0), spot(2, 0.0, 2.0)])
    assert made is not None
    north, east = made.pins
    assert abs(north.x - CENTRE) < 1 and north.y < CENTRE
    assert east.x > CENTRE and abs(east.y - CENTRE) < 1


def test_the_map_says_in_words_what_it_shows() -> None:
    made = draw("S1 2HE", HERE, [spot(1, 1.0), spot(2, -2.0)])
    assert made is not None
    assert made.says == (
        "Straight-line distances from S1 2HE. 1, Place 1, 1 km north; 2, Place 2, 2 km south."
    )


def test_one_far_place_does_not_shrink_the_rest_and_is_named_in_words() -> None:
    near = [spot(n, 0.1 * n) for n in range(1, 10)]
    made = draw("S1", HERE, [*near, spot(10, 80.0)])
    assert made is not None
    assert made.rings[-1].label == "1 km"
    assert made.beyond == ("10, Place 10",)


def test_places_at_one_address_do_not_cover_each_other() -> None:
    made = draw("S1", HERE, [spot(n, 1.0) for n in range(1, 8)])
    assert made is not None
    gaps = [math.hypot(a.x - b.x, a.y - b.y) for a in made.pins for b in made.pins if a.number < b.number]
    assert min(gaps) >= PIN * 2 - 0.3
    assert sum(pin.nudged for pin in made.pins) == 6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-170, 170), st.floats(-170, 170)), min_size=1, max_size=25))
def test_every_place_is_drawn_inside_the_picture_or_named(offsets: list[tuple[float, float]]) -> None:
    spots = [spot(n, *where) for n, where in enumerate(offsets, 1)]
    made = draw("S1", HERE, spots)
    if made is None:
        return
    assert len(made.pins) + len(made.beyond) == len(spots)
    for pin in made.pins:
        assert PIN <= pin.x <= made.size - PIN and PIN <= pin.y <= made.size - PIN
        assert math.hypot(pin.anchor_x - CENTRE, pin.anchor_y - CENTRE) <= RADIUS + 0.2
