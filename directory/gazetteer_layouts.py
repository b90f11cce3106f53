"""The gazetteer files that Kith understands: how each is recognised, and how its rows become entries.

Sources (standards.md 3): outcodes and postcodes (ONS Postcode Directory, OS Code-Point Open, OS Open Names),
place names (OS Open Names, GeoNames), US ZIP codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import NamedTuple

from directory.national_grid import to_wgs84
from importers.clean import outcode_of, postcode, zip_code

Row = list[str]

TOO_MANY_ZIPS = 5
"""So many ZIP codes at one point are the middle of a county, given for want of knowing better: a wrong place is worse
than none."""

CITY, TOWN, VILLAGE, HAMLET, OTHER = 1, 2, 3, 4, 5
"""Ranks: the smaller the number, the likelier the place is meant. A suburb ranks with villages."""
CODE_RANK = 0


class Entry(NamedTuple):
    """One row of the gazetteer. Points are WGS84 degrees; `qualifier` "" = none."""

    kind: str
    """outcode, postcode (also US ZIP codes) or place."""
    key: str
    name: str
    qualifier: str
    rank: int
    lat: float
    lon: float

    @property
    def identity(self) -> tuple[str, str, str]:
        """Codes are themselves; places of one name are told apart by their qualifier."""
        return self.kind, self.key, place_key(self.qualifier) if self.kind == "place" else ""

    @property
    def value(self) -> tuple[str, str, int, float, float]:
        return self.name, self.qualifier, self.rank, self.lat, self.lon


Reader = Callable[[Iterable[Row]], Iterator[Entry | None]]


@dataclass(frozen=True, slots=True)
class Layout:
    """`recognise(first row)` gives a reader of the rows, or None when it is another kind of file."""

    name: str
    looks_like: str
    recognise: Callable[[Row], Reader | None]
    has_heading: bool = True


# --- keys and values ----------------------------------------------------------------------------------------


def place_key(name: str) -> str:
    """How a place name is looked up: folded, words only. "King's Lynn" -> "kings lynn", "Saint Ives" -> "st
    ives"."""
    plain = (
        unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
        .replace("&", " and ")
        .replace("’", "'")
        .replace("'", "")
    )
    plain = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("st" if word == "saint" else word for word in plain.split())


def code_key(code: str) -> str:
    """How a postcode, outcode or ZIP code is looked up: upper case, no spaces."""
    return "".join(code.split()).upper()


def number(text: str) -> float | None:
    """A number, None for anything else (blank, "n/a", nan)."""
    try:
        value = float(text.strip().replace(",", ""))
    except ValueError:
        return None
    return value if isfinite(value) else None


def degrees(lat: str, lon: str) -> tuple[float, float] | None:
    """A point on the globe. 0, 0 and the Postcode Directory's 99.999999 mean that there is none."""
    y, x = number(lat), number(lon)
    if y is None or x is None or abs(y) > 90 or abs(x) > 180 or (y == 0 and x == 0):
        return None
    return y, x


def _code(written: str) -> tuple[str, str] | None:
    """(kind, usual form) of a UK postcode or outcode."""
    full = postcode(written)
    if full:
        return "postcode", full
    area = outcode_of(written)
    return ("outcode", area) if area else None


def _place(name: str, qualifier: str, rank: int, point: tuple[float, float] | None) -> Entry | None:
    key = place_key(name)
    if not key or point is None:
        return None
    return Entry("place", key, " ".join(name.split()), " ".join(qualifier.split()), rank, *point)


def _coded(written: str, qualifier: str, point: tuple[float, float] | None) -> Entry | None:
    code = _code(written)
    if code is None or point is None:
        return None
    return Entry(code[0], code_key(code[1]), code[1], " ".join(qualifier.split()), CODE_RANK, *point)


def _find(heading: Row, *names: str) -> int | None:
    """Where one of these headings stands (the first of them that is there)."""
    plain = [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in heading]
    return next((plain.index(name) for name in names if name in plain), None)


def _cell(row: Row, at: int | None) -> str:
    return row[at].strip() if at is not None and at < len(row) else ""


LAT = ("latitude", "lat", "ycoord")
LON = ("longitude", "long", "lon", "lng", "xcoord")


# --- the layouts --------------------------------------------------------------------------------------------


def _own_table(heading: Row) -> Reader | None:
    """Kith's own small table, as it ships with the demo town."""
    name, kind = _find(heading, "postcodeorname", "name"), _find(heading, "kind")
    lat, lon, qualifier, rank = (
        _find(heading, *names) for names in (LAT, LON, ("qualifier",), ("rank", "type"))
    )
    if None in (name, kind, lat, lon):
        return None

    def read(rows: Iterable[Row]) -> Iterator[Entry | None]:
        for row in rows:
            point = degrees(_cell(row, lat), _cell(row, lon))
            words = _cell(row, name), _cell(row, qualifier)
            if _cell(row, kind).lower() == "place":
                yield _place(*words, _RANKS.get(_cell(row, rank)[:1].lower(), TOWN), point)
            else:
                yield _coded(*words, point)

    return read


def _us_zips(heading: Row) -> Reader | None:
    code, city, state = (
        _find(heading, "zip", "zipcode", "code"),
        _find(heading, "city"),
        _find(heading, "state"),
    )
    lat, lon = _find(heading, *LAT), _find(heading, *LON)
    if None in (code, city, state, lat, lon):
        return None

    def read(rows: Iterable[Row]) -> Iterator[Entry | None]:
        towns: dict[tuple[str, str], list[tuple[float, float]]] = {}
        rows = list(rows)
        points = [degrees(_cell(row, lat), _cell(row, lon)) for row in rows]
        codes_at = Counter(points)
        for row, point in zip(rows, points, strict=True):
            zipped, where = zip_code(_cell(row, code)), (_cell(row, city), _cell(row, state))
            if zipped is None or point is None or codes_at[point] >= TOO_MANY_ZIPS:
                yield None
                continue
            if all(where):
                towns.setdefault(where, []).append(point)
            yield Entry("postcode", zipped[:5], zipped[:5], ", ".join(filter(None, where)), CODE_RANK, *point)
        yield from (_us_town(city, state, points) for (city, state), points in towns.items())

    return read


def _us_town(city: str, state: str, points: list[tuple[float, float]]) -> Entry | None:
    """A town in the middle of its ZIP codes. How many it has stands for its size, which the file does not
    tell."""
    n = len(points)
    rank = CITY if n >= 20 else TOWN if n >= 5 else VILLAGE if n >= 2 else HAMLET
    middle = round(sum(p[0] for p in points) / n, 5), round(sum(p[1] for p in points) / n, 5)
    return _place(city, state, rank, middle)


def _postcodes(heading: Row) -> Reader | None:
    """Any table with a postcode or outcode and a latitude and longitude: outcode lists, ONSPD, OS Open
    Names."""
    code = _find(heading, "pcds", "postcode", "pcd2", "pcd8", "pcd", "pcd7", "outcode", "postcodedistrict")
    lat, lon = _find(heading, *LAT), _find(heading, *LON)
    if None in (code, lat, lon):
        return None
    town = _find(heading, "town", "populatedplace", "posttown", "area", "district", "region")

    def read(rows: Iterable[Row]) -> Iterator[Entry | None]:
        for row in rows:
            yield _coded(_cell(row, code), _cell(row, town), degrees(_cell(row, lat), _cell(row, lon)))

    return read


def _grid_postcodes(heading: Row) -> Reader | None:
    """Postcodes with National Grid references only (Code-Point Open with headings)."""
    code = _find(heading, "postcode", "pcds", "pcd", "pc")
    east, north = (
        _find(heading, "eastings", "easting", "ea", "x"),
        _find(heading, "northings", "northing", "no", "y"),
    )
    if code is None or east is None or north is None:
        return None
    return lambda rows: _on_grid(rows, code, east, north)


def _code_point_open(first: Row) -> Reader | None:
    """Code-Point Open as it is published: no headings; postcode, quality, eastings, northings, six codes."""
    if (
        len(first) == 10
        and postcode(first[0])
        and number(first[2]) is not None
        and number(first[3]) is not None
    ):
        return lambda rows: _on_grid(rows, 0, 2, 3)
    return None


def _on_grid(rows: Iterable[Row], code: int, east: int, north: int) -> Iterator[Entry | None]:
    """A thousand at a time, because the conversion works on arrays. 0, 0 means that there is no point."""
    rows = iter(rows)
    while chunk := list(islice(rows, 1_000)):
        metres = [(number(_cell(row, east)) or 0.0, number(_cell(row, north)) or 0.0) for row in chunk]
        lats, lons = to_wgs84([e for e, _ in metres], [n for _, n in metres])
        for row, (e, n), lat, lon in zip(chunk, metres, lats.tolist(), lons.tolist(), strict=True):
            point = (round(lat, 6), round(lon, 6)) if e > 0 and n > 0 else None
            yield _coded(_cell(row, code), "", point)


_RANKS = {"c": CITY, "t": TOWN, "v": VILLAGE, "a": VILLAGE, "s": VILLAGE, "h": HAMLET, "o": OTHER}
"""City, town, village, suburban area, hamlet, other settlement: the classes of OS Open Names."""


def _ranked_places(first: Row) -> Reader | None:
    """GB place names without headings: name, qualifier, class letter, latitude, longitude. Outcodes have no
    letter."""
    if len(first) != 5 or first[2] not in ("", *_RANKS) or degrees(first[3], first[4]) is None:
        return None

    def read(rows: Iterable[Row]) -> Iterator[Entry | None]:
        for row in sorted(rows, key=lambda row: _RANKS.get(_cell(row, 2), OTHER)):  # of two alike, the larger
            point = degrees(_cell(row, 3), _cell(row, 4))
            if not _cell(row, 2) and _code(_cell(row, 0)):
                yield _coded(_cell(row, 0), _cell(row, 1), point)
            else:
                yield _place(_cell(row, 0), _cell(row, 1), _RANKS.get(_cell(row, 2), OTHER), point)

    return read


def _named_places(heading: Row) -> Reader | None:
    """Any table with a name and a latitude and longitude, such as GeoNames with headings."""
    name = _find(heading, "name", "placename", "asciiname")
    lat, lon = _find(heading, *LAT), _find(heading, *LON)
    if None in (name, lat, lon):
        return None
    people, letter = _find(heading, "population"), _find(heading, "featureclass", "fclass")
    region = _find(
        heading,
        "qualifier",
        "county",
        "district",
        "admin2name",
        "admin1name",
        "state",
        "country",
        "admin1code",
    )
    return lambda rows: _by_population(rows, name, lat, lon, people, letter, region)


def _geonames(first: Row) -> Reader | None:
    """GeoNames as it is published: 19 columns without headings (download.geonames.org, "geoname" table)."""
    if len(first) == 19 and first[0].isdigit() and degrees(first[4], first[5]):
        return lambda rows: _by_population(rows, 1, 4, 5, 14, 6, 10)
    return None


def _by_population(
    rows: Iterable[Row],
    name: int | None,
    lat: int | None,
    lon: int | None,
    people: int | None,
    letter: int | None,
    region: int | None,
) -> Iterator[Entry | None]:
    """Populated places (GeoNames feature class P) ranked by how many live there; TOWN where that is not
    told."""
    for row in rows:
        if letter is not None and _cell(row, letter) not in ("P", ""):
            yield None
            continue
        lives = number(_cell(row, people)) or 0
        rank = (
            CITY if lives >= 100_000 else TOWN if lives >= 10_000 else VILLAGE if lives >= 1_000 else HAMLET
        )
        point = degrees(_cell(row, lat), _cell(row, lon))
        yield _place(_cell(row, name), _cell(row, region), rank if people is not None else TOWN, point)


LAYOUTS = (
    Layout("Kith's own table", "name, kind (place, postcode or outcode), lat, lon, qualifier", _own_table),
    Layout("US ZIP codes", "code or zip, city, state, lat, lon", _us_zips),
    Layout(
        "Postcodes or outcodes", "postcode (or pcds, outcode), latitude (lat), longitude (long)", _postcodes
    ),
    Layout("Postcodes on the National Grid", "postcode, eastings, northings", _grid_postcodes),
    Layout("Place names", "name, latitude, longitude, perhaps population and county", _named_places),
    Layout("Code-Point Open", "10 columns without headings", _code_point_open, has_heading=False),
    Layout("GeoNames", "19 columns without headings, separated by tabs", _geonames, has_heading=False),
    Layout(
        "Ranked GB place names",
        "name, qualifier, class letter, lat, lon, without headings",
        _ranked_places,
        False,
    ),
)
