"""The ring map: distance rings round a place with numbered pins, drawn by the server.

Needs no tiles, no network and no script, prints, and shows nothing without a known public place. Pure:
values in and out; the template turns them into SVG with presentation attributes (the CSP allows no inline
style).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from directory import formatting
from matching.types import Point

NICE_KM = (0.2, 0.5, 1, 2, 3, 5, 10, 15, 20, 30, 50, 100, 200)
KM_PER_DEGREE = 111.195
RADIUS = 230.0
"""Radius of the outer ring, in SVG units."""
CENTRE = 260.0
PIN = 16.0
CROSS = 8.0
"""Half the cross in the middle; no pin covers it."""
LETTER = 5.0
"""Half the width of a letter of a ring's label, and LINE half its height."""
LINE = 9.0
LABEL_ANGLES = (45, 55, 35, 65, 25, 75, 15, 85, 5, 135, 120, 150, 105, 165, 225, 315, 240, 300)
"""Where on its ring a label may stand, best first: degrees from east, against the clock."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something to pin: its number in the list, its name, and where it is."""

    number: int
    name: str
    point: Point


@dataclass(frozen=True, slots=True)
class Ring:
    """`label_x`, `label_y`: the middle of its label, a point of the ring."""

    radius: float
    label: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Pin:
    """A spot on the map; `anchor` is where it truly is when the pin was nudged off another one."""

    number: int
    name: str
    x: float
    y: float
    anchor_x: float
    anchor_y: float
    says: str

    @property
    def nudged(self) -> bool:
        return math.hypot(self.x - self.anchor_x, self.y - self.anchor_y) > 1


@dataclass(frozen=True, slots=True)
class RingMap:
    """A map to draw. `beyond` are spots further than the outer ring: named in words, not drawn."""

    place: str
    rings: tuple[Ring, ...]
    pins: tuple[Pin, ...]
    beyond: tuple[str, ...]
    size: float = CENTRE * 2

    @property
    def says(self) -> str:
        """The map in words, for people who do not see it."""
        pins = "; ".join(f"{pin.number}, {pin.name}, {pin.says}" for pin in self.pins)
        return f"Straight-line distances from {self.place}. {pins}."


def draw(place: str, origin: Point, spots: Sequence[Spot]) -> RingMap | None:
    """The map of the spots round origin, None when there is none to show."""
    offsets = [(spot, *_offset_km(origin, spot.point)) for spot in spots]
    near = [(spot, east, north) for spot, east, north in offsets if math.hypot(east, north) <= NICE_KM[-1]]
    if not near:
        return None
    reach = _reach([math.hypot(east, north) for _, east, north in near])
    shown = [item for item in near if math.hypot(item[1], item[2]) <= reach]
    pins = _pins(origin, shown, RADIUS / reach)
    drawn = {spot.number for spot, _, _ in shown}
    return RingMap(
        place=place,
        rings=_rings(reach, pins),
        pins=tuple(pins),
        beyond=tuple(f"{spot.number}, {spot.name}" for spot in spots if spot.number not in drawn),
    )


def _offset_km(origin: Point, point: Point) -> tuple[float, float]:
    """Kilometres east and north of origin: flat-earth, good to about 1% within 100 km."""
    east = (point.lon - origin.lon) * KM_PER_DEGREE * math.cos(math.radians(origin.lat))
    return east, (point.lat - origin.lat) * KM_PER_DEGREE


def _reach(distances: Sequence[float]) -> float:
    """The outer ring: the smallest nice distance that holds nine spots in ten: a far one shrinks nothing."""
    ordered = sorted(distances)
    enough = ordered[max(0, math.ceil(len(ordered) * 0.9) - 1)]
    return next((km for km in NICE_KM if km >= enough), NICE_KM[-1])


def _rings(reach: float, pins: Sequence[Pin]) -> tuple[Ring, ...]:
    """Two or three rings: the outer one and nice distances at least a quarter of it inside."""
    inside = [km for km in NICE_KM if reach / 5 <= km <= reach * 0.7][-2:]
    rings: list[Ring] = []
    for km in (*inside, reach):
        places = _label_places(RADIUS * km / reach, formatting.distance(km))
        rings.append(max(places, key=lambda ring: min(_room(ring, pins, rings), 4.0)))
    return tuple(rings)


def _label_places(radius: float, label: str) -> list[Ring]:
    """The ring with its label in each place where it may stand, best first."""
    angles = [math.radians(angle) for angle in LABEL_ANGLES]
    ats = [(CENTRE + radius * math.cos(angle), CENTRE - radius * math.sin(angle)) for angle in angles]
    return [Ring(radius, label, round(x, 1), round(y, 1)) for x, y in ats]


def _room(ring: Ring, pins: Sequence[Pin], others: Sequence[Ring]) -> float:
    """How far its label is from the nearest pin or other label; below 0 they cover each other."""
    half = len(ring.label) * LETTER
    rooms = [
        math.hypot(max(abs(pin.x - ring.label_x) - half, 0), max(abs(pin.y - ring.label_y) - LINE, 0)) - PIN
        for pin in pins
    ]
    rooms += [
        max(
            abs(other.label_x - ring.label_x) - half - len(other.label) * LETTER,
            abs(other.label_y - ring.label_y) - LINE * 2,
        )
        for other in others
    ]
    return min(rooms, default=math.inf)


def _pins(origin: Point, items: Sequence[tuple[Spot, float, float]], scale: float) -> list[Pin]:
    placed: list[Pin] = []
    for spot, east, north in items:
        true_x, true_y = CENTRE + east * scale, CENTRE - north * scale
        x, y = _free_place(true_x, true_y, placed)
        says = formatting.distance(math.hypot(east, north))
        if math.hypot(east, north) > 0.05:
            says += f" {formatting.direction(origin, spot.point)}"
        at_x, at_y, true_x, true_y = (round(at, 1) for at in (x, y, true_x, true_y))
        placed.append(Pin(spot.number, spot.name, at_x, at_y, true_x, true_y, says))
    return placed


def _free_place(x: float, y: float, placed: Sequence[Pin]) -> tuple[float, float]:
    """The nearest place to (x, y), spiralling outward, where a pin covers no other and not the cross."""
    for step in range(80):
        angle, away = step * 2.4, 0.0 if step == 0 else PIN * 0.7 * math.sqrt(step)
        at = _inside(x + away * math.cos(angle), y + away * math.sin(angle))
        clear = math.hypot(at[0] - CENTRE, at[1] - CENTRE) > PIN + CROSS
        if clear and all(math.hypot(at[0] - pin.x, at[1] - pin.y) >= PIN * 2 for pin in placed):
            return at
    return _inside(x, y)


def _inside(x: float, y: float) -> tuple[float, float]:
    edge = CENTRE * 2 - PIN
    return min(max(x, PIN), edge), min(max(y, PIN), edge)
