"""What tells one listing from others, made ready to be compared; and by which keys likely twins are found."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from importers.alike_words import Word, fold, name_words, words_of
from importers.records import ListingRecord, PlaceRecord, SessionRecord

_CELL = 0.002  # degrees of latitude, some 220 m
_FINE_CODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What tells a listing from others, made ready to be compared. Sets are empty where nothing is known."""

    name: tuple[Word, ...]
    around: frozenset[str]
    """Words of the place, the address, the organization and other names."""
    towns: frozenset[str]
    """Words of the later parts of addresses: neighbours share them, whatever they are."""
    postcodes: frozenset[str]
    """Those that name a street or so; a ZIP code names a whole town."""
    areas: frozenset[str]
    """The districts of the postcodes."""
    points: tuple[tuple[float, float], ...]
    streets: frozenset[tuple[str, str]]
    """(house number, street) where an address starts so."""
    phones: frozenset[str]
    emails: frozenset[str]
    pages: frozenset[str]
    sites: frozenset[str]
    times: frozenset[tuple[str, str, str]]
    days: frozenset[str]
    description: str
    organization: str
    owner_words: frozenset[str]
    activities: frozenset[str]
    people: frozenset[tuple[str, str]]
    """What kind of people it is for: ("gender", "women"), ("age", "young")."""

    @property
    def telling(self) -> frozenset[str]:
        """The words of the name that say something."""
        return frozenset(word.stem for word in self.name if word.weight >= 1)


def sketch(record: ListingRecord) -> Sketch:
    """A record made ready to be compared with others."""
    here = [place for place in record.places if place.location_type == "physical"]
    codes = set(filter(None, map(postcode_of, here)))
    organization = record.organization
    owner = organization.name if organization and not organization.placeholder else ""
    known_as = (record.alternate_name, owner, *(part for place in here for part in _address(place)))
    phones = (*record.phones, *(phone for contact in record.contacts for phone in contact.phones))
    times = [session for session in record.sessions if session.byday]
    return Sketch(
        name=name_words(record.name),
        around=frozenset(word.stem for part in known_as for word in words_of(part or "")),
        towns=frozenset(word.stem for place in here for part in _town(place) for word in words_of(part)),
        postcodes=frozenset(code for code in codes if _FINE_CODE.fullmatch(code)),
        areas=frozenset(code[:-3] if _FINE_CODE.fullmatch(code) else code for code in codes),
        points=() if record.remote else tuple(filter(None, map(point_of, here))),
        streets=frozenset(filter(None, map(street_of, here))),
        phones=frozenset(filter(None, (_digits(phone.number) for phone in phones))),
        emails=frozenset(
            mail.strip().casefold()
            for mail in (record.email, *(contact.email for contact in record.contacts))
            if mail and "@" in mail
        ),
        pages=frozenset(filter(None, [_page(record.url)])),
        sites=frozenset(filter(None, [_site(record.url)])),
        times=frozenset(
            (s.byday or "", s.opens_at or "", s.closes_at or "") for s in times if s.opens_at
        ),
        days=frozenset(day for day in map(_day, times) if day),
        description=fold(record.description or "")[:400],
        organization=fold(owner),
        owner_words=frozenset(word.stem for word in words_of(owner)),
        activities=frozenset(fold(term.name) for term in record.activities),
        people=_people(record),
    )  # fmt: skip


def keys(one: Sketch) -> frozenset[str]:
    """Short digests; only listings that share one are ever compared. (Digests, for some are telephone numbers.)"""
    said = {f"postcode {code}" for code in one.postcodes}
    said |= {f"phone {number}" for number in one.phones}
    said |= {f"email {mail}" for mail in one.emails}
    said |= {f"page {page}" for page in one.pages}
    said |= {f"cell {cell}" for point in one.points for cell in _cells(point)}
    if one.name:
        said.add(name_key(one))
    if one.telling:
        said.add(f"telling {' '.join(sorted(one.telling))}")
        said |= {f"word {word} in {area}" for word in one.telling for area in one.areas}
    return frozenset(map(digest_of, said))


def name_key(one: Sketch) -> str:
    """Before it is digested: listings of one name share it."""
    return f"name {' '.join(sorted(word.stem for word in one.name))}"


def digest_of(text: str) -> str:
    """A key, from which nobody reads what it was made of."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _address(place: PlaceRecord) -> Iterator[str | None]:
    yield from (place.name, place.alternate_name, place.address_1, place.address_2, place.city, place.region)


def _town(place: PlaceRecord) -> Iterator[str]:
    yield from (place.city or "", place.region or "")
    yield from (place.address_1 or "").split(",")[1:]
    yield from (place.address_2 or "").split(",")


def point_of(place: PlaceRecord) -> tuple[float, float] | None:
    """Latitude and longitude, where they can be trusted."""
    if place.latitude is None or place.longitude is None or not place.point_trusted:
        return None
    return place.latitude, place.longitude


def street_of(place: PlaceRecord) -> tuple[str, str] | None:
    """("167", "ledard road") where an address line says so."""
    for line in (place.address_1, place.address_2):
        for part in (line or "").split(","):
            number, _, street = part.strip().partition(" ")
            if number[:1].isdigit() and street:
                return number.casefold(), " ".join(word.stem for word in words_of(street))
    return None


def postcode_of(place: PlaceRecord) -> str:
    """The postcode without spaces; "" where there is none."""
    return "".join(filter(str.isalnum, (place.postal_code or "").upper()))


def _digits(number: str) -> str:
    """The last nine digits: 0131 496 0000 and +44 131 496 0000 are one number."""
    return "".join(filter(str.isdigit, number))[-9:]


def _page(url: str | None) -> str:
    """Host and path of an address; "" for what is no address."""
    try:
        parts = urlsplit((url or "").strip().casefold())
    except ValueError:
        return ""
    host = (parts.netloc or "").removeprefix("www.").removeprefix("m.")
    query = f"?{parts.query}" if parts.query and "utm_" not in parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""


def _site(url: str | None) -> str:
    host = _page(url).partition("/")[0]
    return "" if host.endswith(("facebook.com", "instagram.com", "twitter.com", "google.com")) else host


def _day(session: SessionRecord) -> str:
    return (session.byday or "")[-2:].upper()


def _people(record: ListingRecord) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    if record.gender in ("women", "men"):
        found.add(("gender", record.gender))
    if record.maximum_age is not None and record.maximum_age < 18:
        found.add(("age", "young"))
    elif record.minimum_age is not None and record.minimum_age >= 18:
        found.add(("age", "grown"))
    return frozenset(found)


def _cells(point: tuple[float, float]) -> Iterator[str]:
    """Two grids, the second shifted by half a cell: near points share a cell of one of them."""
    lat, lon = point
    wide = _CELL / max(0.1, math.cos(math.radians(lat)))
    for shift in (0.0, 0.5):
        yield f"{shift} {math.floor(lat / _CELL + shift)} {math.floor(lon / wide + shift)}"


def metres(p: tuple[float, float], q: tuple[float, float]) -> float:
    """Flat-earth distance: exact enough for neighbours, far enough for strangers."""
    mean = math.radians((p[0] + q[0]) / 2)
    return 111_195 * math.hypot(p[0] - q[0], (p[1] - q[1]) * math.cos(mean))
