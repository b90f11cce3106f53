"""Where: postcodes, ZIP codes, points, and addresses that must not be shown.

Dirt: standards.md section 4, rows 1 to 7 and 24.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

from importers.records import PlaceRecord

Point = tuple[float, float]
Locate = Callable[[str], Point | None]
"""Postcode or outcode -> (latitude, longitude) of its middle, None when it is not known. The caller has a gazetteer."""

FAR_KM = 40.0
"""A point further from the middle of its postcode's area is not believed (the widest outcodes span some 60 km)."""

_POSTCODE = re.compile(
    r"\b(GIR\s*0AA|[A-PR-UWYZ](?:[0-9][0-9A-HJKPSTUW]?|[A-HK-Y][0-9](?:[0-9]|[ABEHMNPRV-Y])?))\s*([0-9][ABD-HJLNP-UW-Z]{2})\b",
    re.I,
)
_SLIPPED = re.compile(r"\b([A-Z]0|[A-Z]{2}|[BEGLMNSW])([1-9][0-9]?) ([0-9O])([A-Z]{2})\b")
_NO_DISTRICT = re.compile(r"[A-Z]0[0-9]")
_OUTCODE = re.compile(r"[A-PR-UWYZ](?:[0-9][0-9A-HJKPSTUW]?|[A-HK-Y][0-9](?:[0-9]|[ABEHMNPRV-Y])?)", re.I)
_HUSHED = r"(?:confidential|undisclosed|not (?:disclosed|published|public)|withheld)"
_PRIVATE = re.compile(
    rf"^\W*(?:{_HUSHED}\b|private\W*$|(?:private|secret|safe)\s+(?:address|location)\b"
    rf"|(?:the\s+)?(?:exact\s+)?(?:address|location)s?\b\W*(?:(?:is|are)\s+)?(?:kept\s+)?(?:{_HUSHED}|private|secret)\b)"
    rf"|[(\[]\s*{_HUSHED}\s*[)\]]",
    re.I,
)
_PRIVATE_NAME = re.compile(rf"\W*(?:{_HUSHED}|private)(?:\s+(?:address|location|venue|site))?\W*", re.I)
_UK_BOX = (49.0, 61.2, -9.2, 2.6)


def postcode(value: object) -> str | None:
    """A whole UK postcode in its usual form ("s63bs" -> "S6 3BS"), None when the cell is not one."""
    match = _POSTCODE.fullmatch(" ".join(str(value or "").replace("\xa0", " ").split()).strip(" .,"))
    return _joined(match) if match else None


def find_postcode(text: str | None) -> str | None:
    """The last UK postcode in a text; one with O for 0 or 0 for O only where there is no other."""
    found = postcodes_in(text)
    return found[-1] if found else None


def postcodes_in(text: str | None) -> list[str]:
    """The different UK postcodes of a text, in order."""
    found = [_joined(match) for match in _POSTCODE.finditer(text or "")]
    sound = [code for code in found if not _NO_DISTRICT.match(code)]
    return list(dict.fromkeys(sound or _with_slips(text or "") or found))


def _with_slips(text: str) -> list[str]:
    """ "P03 6DE" is PO3 6DE, "TA23 OAU" is TA23 0AU. Only with the space, or too much would look like one; the M1 OFF
    a roundabout does even so."""
    found = (
        postcode(f"{area.replace('0', 'O')}{district} {sector.replace('O', '0')}{unit}")
        for area, district, sector, unit in _SLIPPED.findall(text)
        if sector + unit != "OFF"
    )
    return [code for code in found if code]


def _joined(match: re.Match[str]) -> str:
    return f"{match.group(1)} {match.group(2)}".upper()


def outcode_of(code: str | None) -> str | None:
    """ "S6 3BS" -> "S6"; an outcode is given back; None for anything else."""
    whole = postcode(code)
    if whole:
        return whole.split()[0]
    bare = str(code or "").strip()
    return bare.upper() if _OUTCODE.fullmatch(bare) else None


def zip_code(value: object) -> str | None:
    """A US ZIP code as text with the zeros a spreadsheet took ("501" or 501.0 -> "00501"); ZIP+4 kept."""
    bare = re.sub(r"\.0$", "", str(value or "").strip())
    match = re.fullmatch(r"(\d{3,5})(?:-?(\d{4}))?", bare)
    if not match:
        return None
    return match.group(1).zfill(5) + (f"-{match.group(2)}" if match.group(2) else "")


def postal_code(value: object, country: str | None = None) -> str | None:
    """UK postcodes and US ZIP codes in their usual form, anything else as written on one line."""
    bare = " ".join(str(value or "").split())
    if not bare or bare.lower() in {"none", "na", "n/a", "-", "null"}:
        return None
    uk = postcode(bare)
    if uk:
        return uk
    if (country or "US").upper() in {"US", "USA"}:
        return zip_code(bare) or bare
    return bare


# --- points --------------------------------------------------------------------------------------------------------


def number(value: object) -> float | None:
    """A finite number, None when the cell holds none."""
    try:
        found = float(str(value).strip().replace("−", "-"))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def pair(value: object) -> Point | None:
    """Latitude and longitude written in one cell: "52.06,-1.35", "Geolocation is 42.108547, -87.974705"."""
    numbers = re.findall(r"[-−]?\d{1,3}\.\d+", str(value or ""))
    if len(numbers) != 2:
        return None
    lat, lon = number(numbers[0]), number(numbers[1])
    return (lat, lon) if lat is not None and lon is not None else None


def point(lat: object, lon: object, code: str | None = None) -> tuple[Point | None, str | None]:
    """(the point, a problem in plain words). 0,0 and points off the globe are dropped; a swapped pair is turned."""
    if not str(lat or "").strip() and not str(lon or "").strip():
        return None, None
    y, x = number(lat), number(lon)
    if y is None and x is None and pair(lat):
        y, x = pair(lat) or (None, None)
    if y is None or x is None:
        return None, "The latitude and longitude are not both numbers, so the place is not on the map."
    if y == 0 and x == 0:
        return None, "The point is 0, 0 (in the sea), so the place is not on the map."
    swapped = _on_globe(x, y) and (
        not _on_globe(y, x) or (postcode(code) is not None and not in_uk((y, x)) and in_uk((x, y)))
    )
    if swapped:
        return (x, y), "Latitude and longitude were the wrong way round; they have been turned."
    if not _on_globe(y, x):
        return None, f"{y:g}, {x:g} is not a point on the globe, so the place is not on the map."
    return (y, x), None


def _on_globe(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180


def in_uk(where: Point) -> bool:
    """Inside the box round the United Kingdom and the Channel Islands."""
    south, north, west, east = _UK_BOX
    return south <= where[0] <= north and west <= where[1] <= east


def kilometres(a: Point, b: Point) -> float:
    """Great-circle distance (haversine, mean Earth radius)."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(p[0]), math.radians(p[1])) for p in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742.0176 * math.asin(min(1.0, math.sqrt(h)))


def point_agrees_with_postcode(where: Point, code: str | None, locate: Locate | None = None) -> bool | None:
    """Is the point in the area of its postcode? None when that cannot be told (no postcode, or nobody knows it)."""
    uk = postcode(code)
    if uk and not in_uk(where):
        return False
    known = (locate(code) or locate(outcode_of(code) or code)) if locate and code else None
    if known is None:
        return None
    return kilometres(where, known) <= FAR_KM


def checked_place(place: PlaceRecord, locate: Locate | None = None) -> tuple[PlaceRecord, str | None]:
    """The place made safe: private ones without street and point; a point far from its postcode not trusted."""
    if place.private or _says_private(place):
        return as_private(place), None
    if place.latitude is None or place.longitude is None:
        return place, None
    agrees = point_agrees_with_postcode((place.latitude, place.longitude), place.postal_code, locate)
    if agrees is False:
        return replace(place, point_trusted=False), (
            f"The point {place.latitude:.3f}, {place.longitude:.3f} is far from {place.postal_code}, so it is not used."
        )
    return place, None


def is_private(*lines: str | None) -> bool:
    """Do the address lines say that the address is not to be known?"""
    return any(_PRIVATE.search(one) for one in lines if one)


def _says_private(place: PlaceRecord) -> bool:
    """Any part of the address may say it; a place's name says it only where it says nothing else."""
    lines = (place.address_1, place.address_2, place.attention, place.city, place.postal_code)
    return is_private(*lines) or bool(place.name and _PRIVATE_NAME.fullmatch(place.name))


def as_private(place: PlaceRecord) -> PlaceRecord:
    """The place with everything that leads to its door taken away, its name among it; the town stays."""
    return replace(
        place,
        private=True,
        name=None,
        alternate_name=None,
        description=None,
        address_1=None,
        address_2=None,
        attention=None,
        postal_code=None,
        transportation=None,
        latitude=None,
        longitude=None,
    )
