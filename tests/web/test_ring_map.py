"""The ring map: what it draws, and what it says to people who do not see it."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.web.ring_map import CENTRE, PIN, RADIUS, Pin, Ring, Spot, draw
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


def label_box(ring: Ring) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what a label covers (it is written round its point)."""
    half = len(ring.label) * 5.0
    return ring.label_x - half, ring.label_y - 9, ring.label_x + half, ring.label_y + 9


def covers(ring: Ring, pin: Pin) -> bool:
    left, top, right, bottom = label_box(ring)
    across = pin.x - min(max(pin.x, left), right)
    down = pin.y - min(max(pin.y, top), bottom)
    return math.hypot(across, down) < PIN


def test_ring_labels_stand_on_their_ring_at_the_upper_right() -> None:
    made = draw("S1", HERE, [spot(1, -1.9)])
    assert made is not None
    for ring in made.rings:
        assert ring.label_x > CENTRE and ring.label_y < CENTRE
        assert abs(math.hypot(ring.label_x - CENTRE, ring.label_y - CENTRE) - ring.radius) < 0.2


def test_a_pin_never_covers_a_ring_label_where_there_is_room() -> None:
    around = [
        (0.0, 1.0),
        (0.7, 0.7),
        (0.9, 0.5),
        (0.5, 0.9),
        (1.4, 1.4),
        (2.0, 0.1),
        (0.1, 2.0),
        (0.35, 0.35),
    ]
    made = draw("S1", HERE, [spot(n, *where) for n, where in enumerate(around, 1)])
    assert made is not None
    assert [(ring.label, pin.number) for ring in made.rings for pin in made.pins if covers(ring, pin)] == []


def test_ring_labels_do_not_cover_each_other_and_stay_in_the_picture() -> None:
    made = draw("S1", HERE, [spot(n, 0.2 * n * (-1) ** n, 0.15 * n) for n in range(1, 20)])
    assert made is not None
    boxes = [label_box(ring) for ring in made.rings]
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and top >= 0 and right <= made.size and bottom <= made.size
        for other in boxes[at + 1 :]:
            assert other[0] > right or other[2] < left or other[1] > bottom or other[3] < top


def test_the_cross_in_the_middle_stays_to_be_seen() -> None:
    made = draw("S1", HERE, [spot(1, 0.0), spot(2, 1.0)])
    assert made is not None
    assert math.hypot(made.pins[0].x - CENTRE, made.pins[0].y - CENTRE) > PIN + 7 and made.pins[0].nudged


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
