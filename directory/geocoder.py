"""Where is that? Postcodes, outcodes, place names and coordinates become points, offline first.

`PlaceFinder.locate` never raises for what a person typed. A chain of geopy geocoders answers: our own
gazetteer always, and an online service only if the agency switched one on (design.md 7: a person's postcode
never leaves the machine otherwise). Text is tried as coordinates, postcode, outcode, ZIP code, place name,
and then as a slip of the pen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Literal, Protocol

from geopy.adapters import BaseSyncAdapter
from geopy.distance import great_circle
from geopy.exc import GeopyError
from geopy.geocoders import Photon
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Engine, Row, Select, bindparam, func, select

from directory.gazetteer_layouts import code_key, place_key
from directory.models import GazetteerEntry
from importers.clean import find_postcode, outcode_of, postcode
from matching.types import Point

LONGEST = 200
MOST_CHOICES = 8
SAME_AREA_KM = 40.0
"""In "Hillsborough, Sheffield" the first place is looked for so near the second."""
USER_AGENT = "kith-directory"
OUR_OWN_PLACES = "the directory's own places"
"""The source of codes that only our own places tell of (own_middles.py)."""

_NUMBER = r"([-+]?\d{1,3}(?:\.\d+)?)"
_COORDINATES = re.compile(rf"\(?{_NUMBER}\s*(?:[,;]\s*|\s+){_NUMBER}\)?")
_SECTOR = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s+(\d)", re.I)
_ZIP = re.compile(r"(\d{5})(?:-\d{4})?")


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `approximate`: the middle of a wider area than was asked for, said in `note`. `others`: smaller
    places of that name."""

    label: str
    point: Point
    kind: Literal["postcode", "outcode", "place", "point", "online"]
    approximate: bool = False
    note: str | None = None
    others: tuple[Place, ...] = ()
    again: str = ""
    """Text that finds exactly this place: its label, or its point where others share the label."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several places may be meant: `choices`, likeliest first; `Place.again` finds the one picked."""

    message: str
    choices: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was found; the message says what to do."""

    message: str


Answer = Place | Ambiguous | Unknown


class Online(Protocol):
    """The part of geopy's geocoders that is used."""

    def geocode(self, query: str, *, exactly_one: bool = ..., timeout: float = ...) -> Any: ...


def online_geocoders(switched_on: bool, domain: str = "photon.komoot.io") -> tuple[Online, ...]:
    """The online services that may be asked: none unless the agency switched them on
    (KITH_ONLINE_GEOCODER)."""
    return (Photon(domain=domain, user_agent=USER_AGENT),) if switched_on else ()


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """An adapter for a geocoder that must not ask anybody."""

    def get_json(self, *_: Any, **__: Any) -> Any:
        raise GeopyError("The gazetteer never uses the network.")

    get_text = get_json


@cache
def _one_of() -> Select[str, float | None, float | None, str | None]:
    """The entry of one code and kind; written once, for every match of somebody with a postcode asks it."""
    e = GazetteerEntry
    where = (
        e.key == bindparam("code"),
        e.kind == bindparam("of_kind"),
        e.lat.is_not(None),
        e.lon.is_not(None),
    )
    return select(e.name, e.lat, e.lon, e.source).where(*where).limit(1)


class Gazetteer(Geocoder):  # type: ignore[misc]
    """The gazetteer table as a geopy geocoder. Never uses the network."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(
            adapter_factory=lambda proxies, ssl_context: _NoNetwork(proxies=proxies, ssl_context=ssl_context)
        )
        self.engine = engine
        self._names: tuple[int, list[str]] = (-1, [])
        self.middle_of = lru_cache(maxsize=50_000)(self._middle_of)

    def geocode(self, query: str, *, exactly_one: bool = True, **_: Any) -> Any:
        """geopy's verb: a Location, a list of them, or None. Choices count as found only where one is not
        asked for."""
        answer = self.answer(str(query))
        places: Sequence[Place] = ()
        if isinstance(answer, Place):
            places = (answer, *answer.others)
        elif isinstance(answer, Ambiguous) and not exactly_one:
            places = answer.choices
        found = [Location(p.label, GeopyPoint(p.point.lat, p.point.lon), {"kind": p.kind}) for p in places]
        return (found[0] if exactly_one else found) if found else None

    def answer(self, text: str) -> Answer:
        """The place of a tidy text. See `PlaceFinder.locate`."""
        return self.of_code(text) or self._named(text) or self._slip(text) or self._nothing(text)

    # --- codes ---

    def of_code(self, text: str) -> Place | None:
        """The place of a postcode, an outcode, a sector or a ZIP code; None for anything else."""
        full = postcode(text) or find_postcode(text)
        if full:
            return self._full_postcode(full)
        area = outcode_of(text)
        if area:
            return self._outcode(area)
        sector = _SECTOR.fullmatch(text)
        if sector and outcode_of(sector[1]):
            name = f"{sector[1]} {sector[2]}".upper()
            key = code_key(name)
            return self._average(name, f"{key}AA", f"{key}ZZ") or self.of_code(sector[1])
        zipped = _ZIP.fullmatch(text)
        return self._one("postcode", zipped[1]) if zipped else None

    def _full_postcode(self, full: str) -> Place | None:
        exact = self._one("postcode", full)
        if exact:
            return exact
        area = full.split()[0]
        around = self._outcode(area)
        if around is None:
            return None
        note = f"We do not have {full} itself, so distances are from the middle of {area}."
        return replace(around, label=full, approximate=True, note=note, again=full)

    def _one(self, kind: Literal["postcode", "outcode"], code: str) -> Place | None:
        with self.engine.connect() as connection:
            row = connection.execute(_one_of(), {"code": code_key(code), "of_kind": kind}).first()
        if row is None:
            return None
        ours = row.source == OUR_OWN_PLACES
        where = Point(row.lat, row.lon, rough=ours or kind == "outcode" or bool(_ZIP.fullmatch(row.name)))
        if not ours:
            return Place(row.name, where, kind, again=row.name)
        note = f"We know {row.name} only from other places there, so distances are from the middle of those."
        return Place(row.name, where, kind, True, note, again=row.name)

    def _average(self, label: str, first: str, last: str) -> Place | None:
        """The middle of the full postcodes from first to last (bounds of one length; longer codes lie between)."""
        e = GazetteerEntry
        published = func.coalesce(e.source, "") != OUR_OWN_PLACES
        within = (
            e.kind == "postcode",
            e.key.between(first, last),
            func.length(e.key) == len(first),
            published,
        )
        with self.engine.connect() as connection:
            lat, lon = connection.execute(select(func.avg(e.lat), func.avg(e.lon)).where(*within)).one()
        if lat is None or lon is None:
            return None
        middle = Point(round(float(lat), 5), round(float(lon), 5), rough=True)
        return Place(label, middle, "outcode", again=label)

    def _outcode(self, area: str) -> Place | None:
        return self._one("outcode", area) or self._average(area, f"{area}0AA", f"{area}9ZZ")

    def _middle_of(self, code: str) -> tuple[float, float] | None:
        area = outcode_of(code)
        place = self._outcode(area) if area else None
        if place is None and _ZIP.fullmatch(code):
            place = self._one("postcode", code[:5])
        if place is None or place.approximate:
            return None  # our own places are no measure for the points of our own places
        return place.point.lat, place.point.lon

    # --- names ---

    def _named(self, text: str) -> Answer | None:
        """ "Hillsborough", "Hillsborough, Sheffield" or "Hillsborough Sheffield"."""
        name, comma, rest = text.partition(",")
        if comma and place_key(name):
            return self._qualified(name, rest)
        words = text.split()
        found = self._choose(self._entries(place_key(text)))
        for cut in range(len(words) - 1, 0, -1):
            found = found or self._qualified(" ".join(words[:cut]), " ".join(words[cut:]), surely=True)
        return found

    def _qualified(self, name: str, rest: str, surely: bool = False) -> Answer | None:
        """The places of a name that are in, or near, another. `surely`: None rather than a choice of all of
        them."""
        entries = self._entries(place_key(name))
        hint = place_key(rest)
        if not hint:
            return self._choose(entries)
        inside = [e for e in entries if f" {hint} " in f" {place_key(e.qualifier or '')} "] or self._near(
            entries, rest
        )
        if inside or surely:
            return self._choose(inside)
        choices = tuple(_place(entry) for entry in entries[:MOST_CHOICES])
        name, rest = " ".join(name.split()), " ".join(rest.split())
        return (
            Ambiguous(f'We could not find "{name}" in {rest}. Did you mean this?', choices)
            if choices
            else None
        )

    def _near(self, entries: Sequence[Row[Any]], rest: str) -> list[Row[Any]]:
        """Those within SAME_AREA_KM of the largest place (or code) called `rest`, nearest first."""
        code = self.of_code(rest.strip()) if entries else None
        around = self._entries(place_key(rest)) if entries and code is None else []
        middles = [code.point] if code else [Point(e.lat, e.lon) for e in around if e.rank == around[0].rank]
        near = []
        for entry in entries:
            km = min((great_circle((m.lat, m.lon), (entry.lat, entry.lon)).km for m in middles), default=None)
            if km is not None and km <= SAME_AREA_KM:
                near.append((km, entry))
        return [entry for _, entry in sorted(near, key=lambda pair: pair[0])][:1]

    def _entries(self, *keys: str) -> list[Row[Any]]:
        """Places of those names, the largest first."""
        e = GazetteerEntry
        where = (e.key.in_(keys), e.kind == "place", e.lat.is_not(None), e.lon.is_not(None))
        columns = select(e.key, e.name, e.qualifier, e.rank, e.lat, e.lon).where(*where)
        with self.engine.connect() as connection:
            return list(connection.execute(columns.order_by(e.rank, func.coalesce(e.qualifier, ""))))

    def _choose(self, entries: Sequence[Row[Any]]) -> Answer | None:
        """One that is clearly larger is meant (the rest stand by); between equals the person chooses."""
        places = tuple(_place(entry) for entry in entries)
        if not places:
            return None
        equals = sum(entry.rank == entries[0].rank for entry in entries)
        if equals == 1:
            return replace(places[0], others=places[1 : MOST_CHOICES + 1])
        message = f"There are {len(places)} places called {entries[0].name}. Which one do you mean?"
        return Ambiguous(message, places[: max(MOST_CHOICES, min(equals, 2 * MOST_CHOICES))])

    def _slip(self, text: str) -> Ambiguous | None:
        """Places whose names differ by one slip (two in long names), offered and never taken for granted."""
        name, _, rest = text.partition(",")
        key, hint = place_key(name), place_key(rest)
        slips = 0 if len(key) < 4 else 1 if len(key) < 8 else 2
        if not slips:
            return None
        near = process.extract(key, self.names(), scorer=OSA.distance, score_cutoff=slips, limit=None)
        off = {other: (other[0] != key[0], slip) for other, slip, _ in near}
        closest = sorted(off, key=lambda other: off[other])[:30]
        found = [(*off[e.key], e) for e in self._entries(*closest)]
        found.sort(
            key=lambda one: (hint not in place_key(one[2].qualifier or ""), one[0], one[1], one[2].rank)
        )
        choices = tuple(_place(entry) for _, _, entry in found[:MOST_CHOICES])
        return (
            Ambiguous(f'We could not find "{_short(text)}". Did you mean one of these?', choices)
            if choices
            else None
        )

    def names(self) -> list[str]:
        """Every place key there is; read again when the gazetteer has grown."""
        e = GazetteerEntry
        with self.engine.connect() as connection:
            newest = connection.execute(select(func.max(e.id))).scalar_one() or 0
            if newest != self._names[0]:
                keys = connection.execute(select(e.key).where(e.kind == "place").distinct()).scalars()
                self._names = (newest, sorted(keys))
        return self._names[1]

    def _nothing(self, text: str) -> Unknown:
        with self.engine.connect() as connection:
            empty = connection.execute(select(GazetteerEntry.id).limit(1)).first() is None
        if empty:
            return Unknown(
                "No postcodes or places have been loaded yet. Someone can do that with kith gazetteer load."
            )
        return Unknown(f'We could not find "{_short(text)}". Try a postcode like S1 2HE or a town.')


class PlaceFinder:
    """Turns what a person typed into a place. One instance serves all threads.

    `online` are asked in turn, and only where the gazetteer knows nothing; leave it empty to stay offline.
    """

    def __init__(self, engine: Engine, online: Sequence[Online] = (), timeout: float = 4.0) -> None:
        self.gazetteer = Gazetteer(engine)
        self.online = tuple(online)
        self.timeout = timeout

    def locate(self, text: str) -> Answer:
        """A Place, or Ambiguous with choices, or Unknown with a plain message. Any text is fine."""
        tidy = _tidy(text)
        if not any(c.isalnum() for c in tidy):
            return Unknown("Type a postcode like S1 2HE, or a town.")
        point = _coordinates(tidy)
        if point is not None:
            return point
        answer = self.gazetteer.answer(tidy)
        return self._ask_online(tidy, answer) if isinstance(answer, Unknown) else answer

    def code_point(self, code: str) -> tuple[float, float] | None:
        """(lat, lon) of a postcode, or of its district where the postcode itself is not loaded; None for anything
        that is not a code we know. Never guesses at names, so it is quick for a directory full of addresses."""
        point = self.spot_of_code(code)
        return (point.lat, point.lon) if point else None

    def spot_of_code(self, code: str) -> Point | None:
        """The same as a Point, which says whether it is the middle of a wider area."""
        found = self.gazetteer.of_code(_tidy(code))
        return found.point if found else None

    def outcode_centroid(self, code: str) -> tuple[float, float] | None:
        """(lat, lon) of the middle of a code's area, None when not known. Remembered, so it is fast in a
        loop.

        Takes an outcode, a full postcode (its outcode counts) or a ZIP code: what `importers.clean` asks of a
        locator.
        """
        return self.gazetteer.middle_of(str(code))

    def forget(self) -> None:
        """Forget remembered answers, after a gazetteer was loaded."""
        self.gazetteer.middle_of.cache_clear()

    def _ask_online(self, text: str, unknown: Unknown) -> Answer:
        for service in self.online:
            try:
                found = service.geocode(text, exactly_one=True, timeout=self.timeout)
            except GeopyError:
                unknown = Unknown(f"{unknown.message} The online map service did not answer.")
                continue
            if found is not None:
                return Place(str(found.address), Point(found.latitude, found.longitude), "online")
        return unknown


def _place(entry: Row[Any]) -> Place:
    label = f"{entry.name}, {entry.qualifier}" if entry.qualifier else str(entry.name)
    again = label if entry.qualifier else f"{entry.lat:.5f},{entry.lon:.5f}"
    return Place(label, Point(entry.lat, entry.lon, rough=True), "place", again=again)


def _coordinates(text: str) -> Place | Unknown | None:
    """ "51.5,-0.1": latitude, then longitude, in degrees."""
    match = _COORDINATES.fullmatch(text)
    if match is None or ("." not in text and "," not in text):
        return None
    lat, lon = float(match[1]), float(match[2])
    if abs(lat) > 90 or abs(lon) > 180:
        return Unknown(
            f"{lat:g}, {lon:g} is not a point on the globe: give the latitude, then the longitude."
        )
    label = f"{lat:g}, {lon:g}"
    return Place(label, Point(lat, lon), "point", again=label)


def _tidy(text: object) -> str:
    """One line without NULs, lone surrogates or control characters, of reasonable length."""
    safe = str(text or "")[: 4 * LONGEST].encode("utf-8", "ignore").decode("utf-8")
    shown = "".join(c if c.isprintable() else " " for c in safe)
    return " ".join(shown.split())[:LONGEST].strip(" .,;")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
