"""Which listings may be one and the same: pairs with a score and its reasons in words. Pure; knows no database.

Two things share a listing only if they are one offer: two groups in one hall, or two services behind one telephone,
are two. Evidence adds up in points (log-odds, natural logarithm); every signal is a small function, and every weight
stands in `WEIGHTS`. A pair is scored alike whichever comes first. How well it does: docs/decisions/0054.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from importers.alike_words import FILLERS, KINDS, Word, fold, name_words, readable, words_of
from importers.records import ListingRecord, PlaceRecord, SessionRecord

WEIGHTS: dict[str, float] = {
    "start": -5.0,  # most pairs that share a postcode are two things
    "name_same": 5.2,
    "name_close": 4.5,  # times how much of both names is shared, 0 to 1
    "name_within": 2.0,  # times how much of the shorter name is in the longer
    "name_says_little": -2.5,  # "Warm space" and "Warm space": every hall has one
    "name_unlike": -2.0,
    "own_words": -1.6,  # each name has words that the other has not: a toddler group, a lunch club
    "own_numbers": -3.0,  # Group 1 and Group 2
    "named_in_place": 1.6,  # the one is named by the place of the other
    "postcode_same": 2.0,
    "place_near": 1.5,
    "place_beyond_500_m": -2.0,
    "place_beyond_2_km": -4.5,
    "area_other": -2.5,
    "street_same": 0.8,
    "number_other": -1.2,
    "phone": 2.0,
    "phone_other": -0.4,
    "email": 1.6,
    "page": 2.5,
    "site": 1.0,
    "times_same": 2.0,
    "times_some": 0.8,
    "days_other": -1.8,
    "hours_other": -0.3,
    "described_alike": 2.5,
    "described_otherwise": -0.8,  # times how long both descriptions are
    "organization_same": 0.5,
    "organization_other": -0.8,
    "other_activities": -1.5,
    "other_people": -3.0,
}
LIKELY, POSSIBLE = 0.75, 0.4
"""From these scores on a pair is called likely, or worth a look."""
NEAR_M, FAR_M, ELSEWHERE_M = 120.0, 500.0, 2000.0
BIGGEST_BLOCK = 40
"""A larger crowd behind one key (a hospital's postcode) is compared only where the names share a telling word."""
_FINE_CODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_OF_TOWN = 0.5
_CELL = 0.002  # degrees of latitude, some 220 m
_DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday",
    "FR": "Friday", "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: points above 0 speak for one listing, below 0 for two."""

    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two listings are one, 0 to 1, and why (the weightiest reason first)."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> str:
        """The score in words."""
        if self.score >= LIKELY:
            return "Very likely the same" if self.score >= 0.95 else "Likely the same"
        return "May be the same" if self.score >= POSSIBLE else "Probably not the same"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What tells a listing from others, made ready to be compared. Sets are empty where nothing is known."""

    name: tuple[Word, ...]
    whole_name: str
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
    activities: frozenset[str]
    people: frozenset[tuple[str, str]]
    """What kind of people it is for: (gender, women), (age, 0-17) and so on."""

    @property
    def telling(self) -> frozenset[str]:
        """The words of the name that say something."""
        return frozenset(word.stem for word in self.name if word.weight >= 1)


def sketch(record: ListingRecord) -> Sketch:
    """A record made ready to be compared with others."""
    here = [place for place in record.places if place.location_type == "physical"]
    codes = set(filter(None, (_compact(place.postal_code) for place in here)))
    organization = record.organization
    owner = organization.name if organization and not organization.placeholder else ""
    known_as = (record.alternate_name, owner, *(part for place in here for part in _address(place)))
    phones = (*record.phones, *(phone for contact in record.contacts for phone in contact.phones))
    times = [session for session in record.sessions if session.byday]
    return Sketch(
        name=name_words(record.name),
        whole_name=fold(record.name),
        around=frozenset(word.stem for part in known_as for word in words_of(part or "")),
        towns=frozenset(word.stem for place in here for part in _town(place) for word in words_of(part)),
        postcodes=frozenset(code for code in codes if _FINE_CODE.fullmatch(code)),
        areas=frozenset(code[:-3] if _FINE_CODE.fullmatch(code) else code for code in codes),
        points=() if record.remote else tuple(filter(None, map(_point, here))),
        streets=frozenset(filter(None, map(_street, here))),
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
        said.add(_name_key(one))
    return frozenset(map(_digest, said))


def _name_key(one: Sketch) -> str:
    telling = one.telling or frozenset(word.stem for word in one.name)
    return f"name {' '.join(sorted(telling))}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def pairs(sketches: Mapping[str, Sketch], least: float = POSSIBLE) -> Iterator[tuple[str, str, Likeness]]:
    """All pairs of a directory that score at least `least`: (lower id, higher id, likeness), each once."""
    blocks: defaultdict[str, list[str]] = defaultdict(list)
    for key, one in sketches.items():
        for block in keys(one):
            blocks[block].append(key)
    crowds = {block: len(members) for block, members in blocks.items()}
    for first, second in _candidates(blocks.values(), sketches):
        found = compare(sketches[first], sketches[second], crowds)
        if found.score >= least:
            yield first, second, found


def _candidates(blocks: Iterable[Collection[str]], sketches: Mapping[str, Sketch]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for members in blocks:
        for some in [members] if len(members) <= BIGGEST_BLOCK else by_word(members, sketches):
            found.update(combinations(sorted(some), 2))
    return found


def by_word(members: Iterable[str], sketches: Mapping[str, Sketch]) -> list[list[str]]:
    """A crowd in parts that share a telling word of their names; a word that too many have parts nobody."""
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for key in members:
        for word in sketches[key].telling:
            parts[word].append(key)
    return [some for some in parts.values() if 1 < len(some) <= BIGGEST_BLOCK]


def compare(a: Sketch, b: Sketch, crowds: Mapping[str, int] | None = None) -> Likeness:
    """How likely two listings are one. `crowds`: how many listings have a key (a number that twenty share says
    little); 2 where nothing is known."""
    crowds = crowds or {}
    found = [
        *_names(a, b, crowds),
        *_places(a, b),
        *_contacts(a, b, crowds),
        *_times(a, b),
        *_descriptions(a, b),
        *_owners(a, b),
        *_activities(a, b),
        *_for_whom(a, b),
    ]
    points = WEIGHTS["start"] + sum(reason.points for reason in found)
    found.sort(key=lambda reason: (-abs(reason.points), reason.text))
    return Likeness(1 / (1 + math.exp(-points)), tuple(found))


def _reason(weight: str, text: str, times: float = 1.0) -> Reason:
    return Reason(round(WEIGHTS[weight] * times, 2), text)


# --- the signals ----------------------------------------------------------------------------------------------------


def _names(a: Sketch, b: Sketch, crowds: Mapping[str, int]) -> Iterator[Reason]:
    if not a.name or not b.name:
        return
    shared = _shared(a.name, b.name)
    towns = a.towns | b.towns
    both, whole_a, whole_b = (_weight(words, towns) for words in (shared, a.name, b.name))
    close = 2 * both / (whole_a + whole_b)
    if close >= 0.999:
        crowd = crowds.get(_digest(_name_key(a)), 2)
        yield _reason("name_same", f"The names are the same{_others(crowd)}", 1 / math.log2(max(crowd, 2)))
    elif both >= 0.5:
        words = readable(shared)
        yield _reason("name_close", f"Both names have “{words}”", close)
        yield _reason("name_within", "The one name is within the other", both / min(whole_a, whole_b) * min(1.0, both))
    else:
        yield _reason("name_unlike", "The names have little in common")
    if both < 1 and close >= 0.5:
        yield _reason("name_says_little", "Many places are called that", 1 - both)
    yield from _own_words(a, b, shared)


def _others(crowd: int) -> str:
    return f" (so have {crowd - 2} others)" if crowd > 3 else ""


def _own_words(a: Sketch, b: Sketch, shared: Collection[Word]) -> Iterator[Reason]:
    stems = {word.stem for word in shared}
    own_a = [word for word in a.name if word.stem not in stems and not _explained(word, b)]
    own_b = [word for word in b.name if word.stem not in stems and not _explained(word, a)]
    numbers = [{word.stem for word in own if word.stem.isdigit()} for own in (own_a, own_b)]
    if all(numbers):
        yield _reason("own_numbers", "The names have different numbers")
    told_a = [word for word in own_a if word.stem not in FILLERS]
    told_b = [word for word in own_b if word.stem not in FILLERS]
    if told_a and told_b:
        strength = min(1.5, min(_weight(told_a), _weight(told_b)))
        if all(any(word.stem in KINDS for word in own) for own in (told_a, told_b)):
            strength = max(strength, 1.25)
        first, second = sorted((readable(told_a), readable(told_b)))
        yield _reason("own_words", f"Each name has words of its own: “{first}” and “{second}”", strength)
    else:
        if _named_by(a, b, stems) or _named_by(b, a, stems):
            yield _reason("named_in_place", "The one is named after the place or organization of the other")


def _explained(word: Word, other: Sketch) -> bool:
    """A word that is in the other's address or organization tells nothing apart."""
    return word.stem in other.around and word.stem not in KINDS


def _named_by(one: Sketch, other: Sketch, shared: Collection[str]) -> bool:
    """All of the one name stands about the other, and more of it than both names and the town have."""
    told = {word.stem for word in one.name if word.stem not in FILLERS}
    return told <= other.around and not (one.telling & told) <= {*shared, *one.towns, *other.towns}


def _shared(a: Collection[Word], b: Collection[Word]) -> list[Word]:
    """The words that both names have, be it with a slip of the pen."""
    rest = list(b)
    found = []
    for word in a:
        twin = next((other for other in rest if other.stem == word.stem), None) or next(
            (other for other in rest if _slip(word.stem, other.stem)), None
        )
        if twin is not None:
            rest.remove(twin)
            found.append(word if word.weight <= twin.weight else twin)
            if twin.stem != word.stem:
                found.append(Word(twin.stem, twin.written, 0.0))
    return found


def _slip(one: str, other: str) -> bool:
    """One word, written with a slip: "Almondbury" and "Almonbury"."""
    if min(len(one), len(other)) < 5 or one.isdigit() or other.isdigit() or one[0] != other[0]:
        return False
    return fuzz.ratio(one, other) >= 88


def _weight(words: Iterable[Word], towns: Collection[str] = ()) -> float:
    """How much the words tell; the name of the town tells little of what is in it."""
    return sum(min(word.weight, _OF_TOWN) if word.stem in towns else word.weight for word in words)


def _places(a: Sketch, b: Sketch) -> Iterator[Reason]:
    apart = min((_metres(p, q) for p in a.points for q in b.points), default=None)
    same_code = bool(a.postcodes & b.postcodes)
    if same_code:
        yield _reason("postcode_same", "Same postcode")
    if apart is not None and apart > ELSEWHERE_M and not same_code:
        yield _reason("place_beyond_2_km", f"{apart / 1000:.0f} kilometres apart")
    elif apart is not None and apart > FAR_M and not same_code:
        yield _reason("place_beyond_500_m", f"{apart:.0f} metres apart")
    elif apart is not None and apart <= NEAR_M and not same_code:
        yield _reason("place_near", "The same spot" if apart < 15 else f"{round(apart, -1):.0f} metres apart")
    elif apart is None and a.areas and b.areas and a.areas.isdisjoint(b.areas):
        yield _reason("area_other", "In different postcode districts")
    yield from _street_reasons(a.streets, b.streets)


def _street_reasons(a: frozenset[tuple[str, str]], b: frozenset[tuple[str, str]]) -> Iterator[Reason]:
    if a & b:
        yield _reason("street_same", "Same house number and street")
    elif {street for _, street in a} & {street for _, street in b}:
        yield _reason("number_other", "Different house numbers in one street")


def _contacts(a: Sketch, b: Sketch, crowds: Mapping[str, int]) -> Iterator[Reason]:
    for weight, kind, words, mine, yours in (
        ("phone", "phone", "Same phone number", a.phones, b.phones),
        ("email", "email", "Same email address", a.emails, b.emails),
        ("page", "page", "Same web page", a.pages, b.pages),
    ):
        if both := mine & yours:
            crowd = min(crowds.get(_digest(f"{kind} {one}"), 2) for one in both)
            yield _reason(weight, f"{words}{_others(crowd)}", 1 / math.log2(max(crowd, 2)))
    if a.phones and b.phones and a.phones.isdisjoint(b.phones):
        yield _reason("phone_other", "Different phone numbers")
    if a.sites & b.sites and not a.pages & b.pages:
        yield _reason("site", "Same website")


def _times(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if not a.days or not b.days:
        return
    if a.days.isdisjoint(b.days):
        yield _reason("days_other", f"Different days: {_in_days(a)} and {_in_days(b)}")
    elif a.times and a.times == b.times:
        yield _reason("times_same", "The same days and times")
    elif a.times & b.times:
        yield _reason("times_some", "Some of the same times")
    elif a.days != b.days or (a.times and b.times):
        yield _reason("hours_other", "On at different times")


def _in_days(one: Sketch) -> str:
    return ", ".join(name for code, name in _DAYS.items() if code in one.days)


def _descriptions(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if min(len(a.description), len(b.description)) < 40:
        return
    alike = fuzz.ratio(a.description, b.description)
    if alike >= 85:
        yield _reason("described_alike", "Described in the same words")
    elif fuzz.token_set_ratio(a.description, b.description) < 45:
        length = min(len(a.description), len(b.description), 200)
        yield _reason("described_otherwise", "Described quite differently", length / 200)


def _owners(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if not a.organization or not b.organization:
        return
    if a.organization == b.organization:
        yield _reason("organization_same", "Run by the same organization")
    elif fuzz.token_set_ratio(a.organization, b.organization) < 60:
        yield _reason("organization_other", "Run by different organizations")


def _activities(a: Sketch, b: Sketch) -> Iterator[Reason]:
    if a.activities and b.activities and a.activities.isdisjoint(b.activities):
        yield _reason("other_activities", "No activity in common")


def _for_whom(a: Sketch, b: Sketch) -> Iterator[Reason]:
    mine, yours = dict(a.people), dict(b.people)
    if any(mine[kind] != yours[kind] for kind in mine.keys() & yours.keys()):
        yield _reason("other_people", "For different people")


# --- what is compared -----------------------------------------------------------------------------------------------


def _address(place: PlaceRecord) -> Iterator[str | None]:
    yield from (place.name, place.alternate_name, place.address_1, place.address_2, place.city, place.region)


def _town(place: PlaceRecord) -> Iterator[str]:
    yield from (place.city or "", place.region or "")
    yield from (place.address_1 or "").split(",")[1:]
    yield from (place.address_2 or "").split(",")


def _point(place: PlaceRecord) -> tuple[float, float] | None:
    if place.latitude is None or place.longitude is None or not place.point_trusted:
        return None
    return place.latitude, place.longitude


def _street(place: PlaceRecord) -> tuple[str, str] | None:
    """("167", "ledard road") where an address line says so."""
    for line in (place.address_1, place.address_2):
        for part in (line or "").split(","):
            number, _, street = part.strip().partition(" ")
            if number[:1].isdigit() and street:
                return number.casefold(), " ".join(word.stem for word in words_of(street))
    return None


def _compact(postcode: str | None) -> str:
    return "".join(filter(str.isalnum, (postcode or "").upper()))


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
    found = set()
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


def _metres(p: tuple[float, float], q: tuple[float, float]) -> float:
    """Flat-earth distance: exact enough for neighbours, far enough for strangers."""
    mean = math.radians((p[0] + q[0]) / 2)
    return 111_195 * math.hypot(p[0] - q[0], (p[1] - q[1]) * math.cos(mean))
