"""British National Grid (EPSG:27700) to WGS84 (EPSG:4326), good to about 5 metres.

Formulas and constants: Ordnance Survey, "A guide to coordinate systems in Great Britain" (v3.6), annexes B
and C: inverse transverse Mercator on the Airy 1830 ellipsoid, then a Helmert transformation of seven
parameters (section 6.6, signs turned round), whose own accuracy is about 5 metres. OSTN15 would be exact to
centimetres but needs a grid file of several megabytes, for a table whose points are middles of postcodes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]

_AIRY_A, _AIRY_B = 6_377_563.396, 6_356_256.909
_WGS84_A, _WGS84_B = 6_378_137.000, 6_356_752.3141
_F0 = 0.9996012717
_LAT0, _LON0 = np.radians(49.0), np.radians(-2.0)
_E0, _N0 = 400_000.0, -100_000.0

_SHIFT = (446.448, -125.157, 542.060)
"""Metres along x, y, z, from OSGB36 to WGS84."""
_ROTATE = tuple(np.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_SCALE = 1 - 20.4894e-6


def to_wgs84(eastings: ArrayLike, northings: ArrayLike) -> tuple[Degrees, Degrees]:
    """(latitudes, longitudes) in degrees of grid references in metres."""
    lat, lon = _inverse_mercator(np.asarray(eastings, np.float64), np.asarray(northings, np.float64))
    return _helmert(lat, lon)


def _meridional_arc(lat: Degrees) -> Degrees:
    """Distance along the meridian from the true origin (annex C, C3)."""
    n = (_AIRY_A - _AIRY_B) / (_AIRY_A + _AIRY_B)
    minus, plus = lat - _LAT0, lat + _LAT0
    arc = (1 + n + 1.25 * n**2 + 1.25 * n**3) * minus
    arc = arc - (3 * n + 3 * n**2 + 2.625 * n**3) * np.sin(minus) * np.cos(plus)
    arc = arc + (1.875 * n**2 + 1.875 * n**3) * np.sin(2 * minus) * np.cos(2 * plus)
    arc = arc - (35 / 24) * n**3 * np.sin(3 * minus) * np.cos(3 * plus)
    return np.asarray(_AIRY_B * _F0 * arc)


def _inverse_mercator(east: Degrees, north: Degrees) -> tuple[Degrees, Degrees]:
    """Radians on the Airy ellipsoid (annex C, C6 to C7 with terms VII to XIIA)."""
    e2 = 1 - (_AIRY_B / _AIRY_A) ** 2
    lat = _LAT0 + (north - _N0) / (_AIRY_A * _F0)
    for _ in range(6):  # each round is some 300 times nearer: four reach a millimetre
        lat = lat + (north - _N0 - _meridional_arc(lat)) / (_AIRY_A * _F0)
    sin2 = np.sin(lat) ** 2
    nu = _AIRY_A * _F0 / np.sqrt(1 - e2 * sin2)
    rho = _AIRY_A * _F0 * (1 - e2) / (1 - e2 * sin2) ** 1.5
    eta2 = nu / rho - 1
    t = np.tan(lat)
    d = east - _E0
    vii = t / (2 * rho * nu)
    viii = t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta2 - 9 * t**2 * eta2)
    ix = t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4)
    x = 1 / (np.cos(lat) * nu)
    xi = 1 / (np.cos(lat) * 6 * nu**3) * (nu / rho + 2 * t**2)
    xii = 1 / (np.cos(lat) * 120 * nu**5) * (5 + 28 * t**2 + 24 * t**4)
    xiia = 1 / (np.cos(lat) * 5040 * nu**7) * (61 + 662 * t**2 + 1320 * t**4 + 720 * t**6)
    return lat - vii * d**2 + viii * d**4 - ix * d**6, _LON0 + x * d - xi * d**3 + xii * d**5 - xiia * d**7


def _helmert(lat: Degrees, lon: Degrees) -> tuple[Degrees, Degrees]:
    """Airy radians to WGS84 degrees: to Cartesian, shift, rotate and scale, and back (annex B)."""
    e2 = 1 - (_AIRY_B / _AIRY_A) ** 2
    nu = _AIRY_A / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    x, y, z = nu * np.cos(lat) * np.cos(lon), nu * np.cos(lat) * np.sin(lon), nu * (1 - e2) * np.sin(lat)
    rx, ry, rz = _ROTATE
    x2 = _SHIFT[0] + _SCALE * x - rz * y + ry * z
    y2 = _SHIFT[1] + rz * x + _SCALE * y - rx * z
    z2 = _SHIFT[2] - ry * x + rx * y + _SCALE * z
    e2 = 1 - (_WGS84_B / _WGS84_A) ** 2
    flat = np.hypot(x2, y2)
    out = np.arctan2(z2, flat * (1 - e2))
    for _ in range(5):
        nu = _WGS84_A / np.sqrt(1 - e2 * np.sin(out) ** 2)
        out = np.arctan2(z2 + e2 * nu * np.sin(out), flat)
    return np.degrees(out), np.degrees(np.arctan2(y2, x2))
