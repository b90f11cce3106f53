"""Search for those who keep the directory: the public search, and what is known of each listing and what is not.

One frozen `StaffCriteria` goes from the form to the result, into a saved search and out of it. Words, place and choices
are asked of the search index, everything else of the database. `editor`: may see closed listings, and those that asked
not to be listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Text, cast, exists, func, or_, select

from directory import listings, searching
from directory.config import current_settings
from directory.database import db
from directory.geocoder import Place
from directory.listings import Listing
from directory.models import Fact, Service, SourceRecord, table_of
from directory.search_index import COST_BANDS, DAYS, Document, SearchIndex, document_from
from directory.serving import INDEXED, engines
from importers.records import CHECKED_HOW, FORMATS, STATUSES
from matching.types import Criteria
from matching.vocabulary import needs

FEW_FACTS: Final = 5
"""Fewer known facts than this, and a listing is thin."""
PER_PAGE: Final = 25
MOST_PAGES: Final = 2000
FURTHEST_KM: Final = 1000.0
LONGEST_WORDS, LONGEST_PLACE = 500, 200
NEVER: Final = "never"
"""Among ways of checking: nobody here has."""
SORTS: Final = ("relevance", "stalest", "distance", "name")
_MONTHS = re.compile(r"([1-9]\d?)m")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,3})?")
_LONG_AGO = date.min

_SERVICE, _FACT, _SOURCE_RECORD = table_of(Service), table_of(Fact), table_of(SourceRecord)

Args = Mapping[str, Sequence[str]]
"""A query string: name -> its values, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCriteria:
    """One search of staff. Empty fields ask for nothing.

    `checked_since` and `not_checked_since` are a day ("2026-05-01") or so many months before today ("6m"), so that a
    saved search does not grow old.
    """

    words: str = ""
    near: str = ""
    within_km: float | None = None
    cost: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    """Empty: active and paused, as everybody finds them."""
    checked_since: str = ""
    not_checked_since: str = ""
    how: tuple[str, ...] = ()
    """Of CHECKED_HOW, or NEVER: any of these."""
    missing: tuple[str, ...] = ()
    """Facts that nobody knows yet: all of these. A venue's facts are not missed where there is no venue."""
    having: tuple[tuple[str, str], ...] = ()
    """(fact, value): all of these."""
    source: str = ""
    thin: bool = False
    gone: bool = False
    """None of its sources has it any more."""
    sort: str = ""
    """Of SORTS; empty: best match for words, nearest for a place, else stalest."""
    page: int = 1

    @property
    def public(self) -> Criteria:
        """The part that the search index answers."""
        return Criteria(
            words=self.words,
            near=self.near,
            within_km=self.within_km,
            cost=self.cost,
            formats=self.formats,
            days=self.days,
        )

    @property
    def needs_index(self) -> bool:
        return bool(self.words or self.near or self.cost or self.formats or self.days)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `distance_km` None: no place was given, or it is not on the map."""

    listing_id: str
    name: str
    checked_on: date | None
    score: float = 0.0
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was found. `hits` are all of it, in order; `rows` those of the page that was asked for."""

    criteria: StaffCriteria
    hits: list[Hit]
    place: Place | None = None
    place_choices: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()
    did_you_mean: str | None = None
    rows: list[tuple[Hit, Listing]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.hits)


# --- from and to a query string -----------------------------------------------------------------------------------


def read(args: Args) -> tuple[StaffCriteria, dict[str, str]]:
    """The criteria of a query string, and what is wrong in it by name: that part is left out."""
    wrong: dict[str, str] = {}

    def last(name: str) -> str:
        return next((value.strip() for value in reversed(args.get(name, ())) if value.strip()), "")

    def day(name: str) -> str:
        value = last(name)
        if value and not is_day(value):
            wrong[name] = "Write the day like 2026-05-31"
            return ""
        return value

    return StaffCriteria(
        words=last("q")[:LONGEST_WORDS],
        near=last("near")[:LONGEST_PLACE],
        within_km=_within(last("within"), wrong),
        cost=_known(args.get("cost", ()), COST_BANDS),
        formats=_known(args.get("format", ()), FORMATS),
        days=_known(args.get("day", ()), DAYS),
        statuses=_known(args.get("status", ()), STATUSES),
        checked_since=day("since"),
        not_checked_since=day("before"),
        how=_known(args.get("how", ()), (*CHECKED_HOW, NEVER)),
        missing=_known(args.get("missing", ()), needs.facts()),
        having=_having(args.get("fact", ())),
        source=last("source")[:LONGEST_PLACE],
        thin=bool(last("thin")),
        gone=bool(last("gone")),
        sort=last("sort") if last("sort") in SORTS else "",
        page=_page(last("page")),
    ), wrong


def args_of(criteria: StaffCriteria) -> dict[str, list[str]]:
    """The query string of criteria, without the page: `read` gives them back."""
    within = f"{criteria.within_km:g}" if criteria.within_km else ""
    told: dict[str, Sequence[str]] = {
        "q": [criteria.words],
        "near": [criteria.near],
        "within": [within],
        "cost": criteria.cost,
        "format": criteria.formats,
        "day": criteria.days,
        "status": criteria.statuses,
        "since": [criteria.checked_since],
        "before": [criteria.not_checked_since],
        "how": criteria.how,
        "missing": criteria.missing,
        "fact": [f"{key}={value}" for key, value in criteria.having],
        "source": [criteria.source],
        "thin": ["yes" if criteria.thin else ""],
        "gone": ["yes" if criteria.gone else ""],
        "sort": [criteria.sort],
    }
    return {name: kept for name, values in told.items() if (kept := [value for value in values if value])}


def is_day(text: str) -> bool:
    """Whether this is a day ("2026-05-01") or a number of months ("6m")."""
    if _MONTHS.fullmatch(text):
        return True
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def day_of(text: str, today: date) -> date:
    """The day that "2026-05-01" or "6m" names. Raises ValueError for anything else."""
    months = _MONTHS.fullmatch(text)
    return today - relativedelta(months=int(months[1])) if months else date.fromisoformat(text)


def _within(text: str, wrong: dict[str, str]) -> float | None:
    plain = text.lower().removesuffix("km").strip()
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain) or not 0 < float(plain) <= FURTHEST_KM:
        wrong["within"] = f"Write how far as a number of kilometres, up to {FURTHEST_KM:,.0f}"
        return None
    return float(plain)


def _known(values: Sequence[str], allowed: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value in allowed))


def _having(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    facts = needs.facts()
    pairs = dict.fromkeys(tuple(value.split("=", 1)) for value in values if "=" in value)
    return tuple((key, value) for key, value in pairs if key in facts and value in facts[key].values)


def _page(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if re.fullmatch(r"[0-9]{1,8}", text) else 1


# --- searching ----------------------------------------------------------------------------------------------------


def search(criteria: StaffCriteria, *, editor: bool) -> Result:
    """One search, with the listings of its page. A place nobody knows is said so, and the search goes on without it."""
    result = find(criteria, editor=editor)
    pages = max(-(-result.total // PER_PAGE), 1)
    page = min(criteria.page, pages)
    shown = result.hits[(page - 1) * PER_PAGE : page * PER_PAGE]
    known = listings.fetch(hit.listing_id for hit in shown)
    rows = [(hit, known[hit.listing_id]) for hit in shown if hit.listing_id in known]
    return replace(result, criteria=replace(criteria, page=page), rows=rows)


def find(criteria: StaffCriteria, *, editor: bool, index: SearchIndex | None = None) -> Result:
    """All results in order, without their listings. `index`: another than the directory's own, to try words with."""
    candidates = _candidates(criteria, editor)
    if not criteria.needs_index:
        hits = [hit for hit, _ in candidates]
        return Result(criteria, _sorted(hits, _order(criteria, placed=False)), notes=_nowhere(criteria))
    place, choices, notes = searching.located(criteria.public)
    asked = replace(criteria.public, origin=place.point if place else None)
    if place is None:
        asked = replace(asked, within_km=None)
    weighed = (index or engines().index).weigh(
        asked, today=current_settings().today(), also=_documents(_outside_index(candidates))
    )
    hits = [
        replace(hit, score=weighed.found[hit.listing_id][0], distance_km=weighed.found[hit.listing_id][1])
        for hit, _ in candidates
        if hit.listing_id in weighed.found
    ]
    told = (*notes, *(_unplaced(hits) if place else _nowhere(criteria)), *weighed.notes)
    in_order = _sorted(hits, _order(criteria, placed=place is not None))
    return Result(criteria, in_order, place, choices, told, weighed.did_you_mean)


def _order(criteria: StaffCriteria, *, placed: bool) -> str:
    """The order that was asked for, where it means anything; else what suits the search."""
    means_nothing = {"relevance": not criteria.words, "distance": not placed}
    if criteria.sort and not means_nothing.get(criteria.sort, False):
        return criteria.sort
    return "relevance" if criteria.words else "distance" if placed else "stalest"


def _nowhere(criteria: StaffCriteria) -> tuple[str, ...]:
    """What to say where a distance is asked for, and nobody said from where."""
    if criteria.near or not (criteria.within_km or criteria.sort == "distance"):
        return ()
    return ("Say near which place, so that we can tell how far.",)


def count(criteria: StaffCriteria, *, editor: bool) -> int:
    """How many listings a search finds."""
    return find(criteria, editor=editor).total


def statuses_for(criteria: StaffCriteria, editor: bool) -> tuple[str, ...]:
    """The statuses that are looked for: those asked for, as far as this user may see them; none is INDEXED."""
    open_to_them = STATUSES if editor else INDEXED
    return tuple(status for status in criteria.statuses or INDEXED if status in open_to_them)


def sources() -> list[str]:
    """The sources that listings have come from, by name."""
    return sorted(db.session.connection().scalars(select(_SERVICE.c.source).distinct()), key=str.casefold)


Candidate = tuple[Hit, str]
"""A hit, and its listing's status."""


def _candidates(criteria: StaffCriteria, editor: bool) -> list[Candidate]:
    query = select(_SERVICE.c.id, _SERVICE.c.name, _SERVICE.c.assured_date, _SERVICE.c.listing_status).where(
        *_conditions(criteria, editor, current_settings().today())
    )
    rows = db.session.connection().execute(query)
    return [(Hit(key, name, checked), status) for key, name, checked, status in rows]


def _conditions(criteria: StaffCriteria, editor: bool, today: date) -> Iterator[ColumnElement[bool]]:
    checked = _SERVICE.c.assured_date
    yield _SERVICE.c.listing_status.in_(statuses_for(criteria, editor))
    if criteria.checked_since:
        yield checked >= day_of(criteria.checked_since, today)
    if criteria.not_checked_since:
        yield or_(checked.is_(None), checked < day_of(criteria.not_checked_since, today))
    if criteria.how:
        ways: list[ColumnElement[bool]] = [_SERVICE.c.checked_how.in_(criteria.how)]
        yield or_(*ways, checked.is_(None)) if NEVER in criteria.how else ways[0]
    if criteria.source:
        yield _SERVICE.c.source == criteria.source
    if criteria.thin:
        yield _facts_known() < FEW_FACTS
    if criteria.gone:
        yield _seen_at_a_source(_SOURCE_RECORD.c.missing_since.is_not(None))
        yield ~_seen_at_a_source(_SOURCE_RECORD.c.missing_since.is_(None))
    for key in criteria.missing:
        yield ~_has_fact(_FACT.c.key == key)
        if needs.facts()[key].scope == "venue":
            yield _may_have_a_venue()
    for key, value in criteria.having:
        yield _has_fact((_FACT.c.key == key) & (_FACT.c.value == value))


def _has_fact(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_FACT.c.service_id == _SERVICE.c.id, which)


def _seen_at_a_source(which: ColumnElement[bool]) -> ColumnElement[bool]:
    of_it = (_SOURCE_RECORD.c.entity_id == _SERVICE.c.id) & (_SOURCE_RECORD.c.entity == "service")
    return exists().where(of_it, which)


def _facts_known() -> Any:
    known = select(func.count(_FACT.c.key.distinct())).where(_FACT.c.service_id == _SERVICE.c.id)
    return known.correlate(_SERVICE).scalar_subquery()


def _may_have_a_venue() -> ColumnElement[bool]:
    """It meets somewhere, or does not say how it meets (the column holds a JSON list)."""
    written = cast(_SERVICE.c.formats, Text)
    return or_(written == "[]", written.contains('"in_person"', autoescape=True))


def _outside_index(candidates: Sequence[Candidate]) -> list[str]:
    """The ids of those that the search index does not hold."""
    return [hit.listing_id for hit, status in candidates if status not in INDEXED]


def _documents(listing_ids: Sequence[str]) -> Iterator[Document]:
    locate = cache(engines().places.spot_of_code)
    for key, listing in listings.fetch(listing_ids).items():
        yield document_from(key, listing.record, locate)


def _unplaced(hits: Sequence[Hit]) -> tuple[str, ...]:
    count = sum(hit.distance_km is None for hit in hits)
    if not count:
        return ()
    verb = "has" if count == 1 else "have"
    return (f"{count:,} of these {verb} no place on the map, so we cannot say how far.",)


def _sorted(hits: Sequence[Hit], sort: str) -> list[Hit]:
    """In order; equals by name, then id, so that pages are disjoint."""
    return sorted(hits, key=_KEYS[sort])


def _by_name(hit: Hit) -> tuple[Any, ...]:
    return hit.name.casefold(), hit.listing_id


_KEYS: dict[str, Callable[[Hit], tuple[Any, ...]]] = {
    "name": _by_name,
    "stalest": lambda hit: (hit.checked_on or _LONG_AGO, *_by_name(hit)),
    "relevance": lambda hit: (-round(hit.score, 5), *_by_name(hit)),
    "distance": lambda hit: (hit.distance_km is None, hit.distance_km or 0.0, *_by_name(hit)),
}
