"""Home and search results. The query string becomes one `Criteria`; facets are links and checkboxes of one
GET form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from directory import formatting, gaps, listings, policies, searching
from directory.config import current_settings
from directory.formatting import Freshness
from directory.search_index import Hit
from directory.web import ring_map
from directory.web.forms import number_of
from directory.web.listing_page import FORMATS, public_point
from directory.web.ring_map import RingMap, Spot
from importers.records import ListingRecord
from matching.types import Criteria, Point
from matching.vocabulary import assets, needs

bp = Blueprint("browse", __name__)

PER_PAGE = 20
MOST_PAGES = 500
COSTS = {
    "free": "Free",
    "donation": "Pay what you can",
    "up_to_3": "Up to £3",
    "3_to_6": "£3 to £6",
    "over_6": "Over £6",
}
DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
WITHIN = {"1": "1 km", "3": "3 km", "5": "5 km", "10": "10 km", "25": "25 km"}
SORTS = {"relevance": "Best match first", "distance": "Nearest first", "name": "By name"}
OFTEN_NEEDED = ("step_free", "accessible_toilet", "beginners", "drop_in", "quiet", "buddy", "hearing_loop")
"""Access facts offered even where few listings have them; the commonest others follow."""
MOST_ACCESS = 12
WAYS_IN: tuple[str, ...] = (
    "singing",
    "walking",
    "cooking_baking",
    "growing",
    "textile_crafts",
    "cards_board_games",
    "humour",
)
WAYS_IN += ("team_sport", "computers", "helping_hands", "reading", "nature")


@dataclass(frozen=True, slots=True)
class Choice:
    """One tick of a facet: how many it would give (None = not counted), and whether it is chosen."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One result as the list shows it. `number` is its pin on the map, None where it is not on it."""

    number: int | None
    ref: str
    name: str
    organization: str
    snippet_html: str
    distance: str
    when: str
    formats: str
    cost: str
    freshness: Freshness
    status: str


@bp.get("/")
def home() -> ResponseReturnValue:
    """The first page; with anything asked for, the results."""
    criteria = criteria_of(request.args)
    if not asked(request.args):
        return render_template("browse/home.html", ways_in=_ways_in(), criteria=criteria, withins=WITHIN)
    return results(criteria)


@bp.get("/suggest")
def suggest() -> Response:
    """Names and words that begin like this, for programs; the pages do without."""
    return jsonify(list(searching.suggest(request.args.get("q", "")[:80])))


def results(criteria: Criteria) -> ResponseReturnValue:
    answer = searching.search(criteria)
    gaps.note_search(answer)
    found = answer.found
    known = listings.fetch([hit.listing_id for hit in found.hits])
    origin = answer.place.point if answer.place else None
    spots = _spots(criteria, [known[hit.listing_id].record for hit in found.hits if hit.listing_id in known])
    drawn = _map(answer.place.label if answer.place else "", origin, spots)
    pins = spots if drawn else {}
    shown = ((hit, known[hit.listing_id].record) for hit in found.hits if hit.listing_id in known)
    rows = [_row(hit, record, pins, answer.criteria.origin) for hit, record in shown]
    return render_template(
        "browse/results.html",
        criteria=criteria,
        answer=answer,
        found=found,
        rows=rows,
        ring_map=drawn,
        facets=facets(criteria, found.facets),
        withins=WITHIN,
        sorts=SORTS,
        pages=_pagination(criteria, found.total),
        link=lambda **changes: link(criteria, **changes),
        first=(criteria.page - 1) * criteria.per_page + 1,
    )


# --- the query string -----------------------------------------------------------------------------


def asked(args: MultiDict[str, str]) -> bool:
    """Does the address ask for a search at all? (`/?q=` does: it lists everything.)"""
    return any(
        key in args for key in ("q", "near", "within", "cost", "format", "day", "access", "sort", "page")
    )


def criteria_of(args: MultiDict[str, str]) -> Criteria:
    """The one reading of the query string. What is not understood is left out, never an error."""
    sort = args.get("sort", "relevance")
    return Criteria(
        words=args.get("q", "").strip()[:500],
        near=args.get("near", "").strip()[:200],
        within_km=_within(args.get("within")),
        cost=_known(args.getlist("cost"), COSTS),
        formats=_known(args.getlist("format"), FORMATS),
        days=_known(args.getlist("day"), DAYS),
        access=_known(args.getlist("access"), needs.facts()),
        sort=sort if sort in ("distance", "name") else "relevance",  # type: ignore[arg-type]
        page=_page(args.get("page", "1")),
        per_page=PER_PAGE,
    )


def _within(text: str | None) -> float | None:
    km = number_of(text)
    return km if km and 0 < km <= 1000 else None


def _page(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _known(values: Sequence[str], allowed: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value in allowed))


def link(criteria: Criteria, **changes: Any) -> str:
    """The address of this search with something changed; page 1 unless the page is what changes."""
    parts: dict[str, Any] = {
        "q": criteria.words,
        "near": criteria.near,
        "within": f"{criteria.within_km:g}" if criteria.within_km else "",
        "cost": criteria.cost,
        "format": criteria.formats,
        "day": criteria.days,
        "access": criteria.access,
        "sort": criteria.sort if criteria.sort != "relevance" else "",
        **changes,
    }
    pairs = [
        (key, value)
        for key, values in parts.items()
        for value in ([values] if isinstance(values, str | int) else values)
        if value not in ("", None) or key == "q"
    ]
    return f"/?{urlencode(pairs)}"


# --- what the page shows --------------------------------------------------------------------------


def facets(
    criteria: Criteria, counts: Mapping[str, Mapping[str, int]]
) -> list[tuple[str, str, list[Choice]]]:
    """(field name, legend, choices) for each group of ticks; a choice that gives nothing shows only when
    chosen."""
    groups = (
        ("format", "How", FORMATS, criteria.formats, "format"),
        ("cost", "Cost", COSTS, criteria.cost, "cost"),
        ("day", "Day", DAYS, criteria.days, "day"),
        ("access", "What is there", _access_labels(criteria, counts), criteria.access, "access"),
    )
    made = []
    for name, legend, labels, chosen, facet in groups:
        count = counts.get(facet, {})
        choices = [
            Choice(value, label, count.get(value, 0), value in chosen)
            for value, label in labels.items()
            if count.get(value) or value in chosen
        ]
        if choices:
            made.append((name, legend, choices))
    return made


def _access_labels(criteria: Criteria, counts: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    facts = needs.facts()
    usual = [key for key in counts.get("access", {}) if key in facts and facts[key].good]
    keys = [*criteria.access, *OFTEN_NEEDED, *usual]
    return {key: facts[key].say("yes") for key in list(dict.fromkeys(keys))[:MOST_ACCESS]}


def not_said(snippet_html: str, lines: Sequence[str]) -> list[str]:
    """The lines that do not stand in the snippet already: it may be cut from what is written beside the times."""
    said = snippet_html.replace("<mark>", "").replace("</mark>", "")
    return [line for line in lines if escape(" ".join(line.split())) not in said]


def _row(hit: Hit, record: ListingRecord, spots: Mapping[str, Spot], origin: Point | None) -> Row:
    organization = record.organization
    lines = not_said(hit.snippet_html, formatting.session_lines(record.sessions))
    spot = spots.get(record.ref)
    return Row(
        number=spot.number if spot else None,
        ref=record.ref,
        name=record.name,
        organization=organization.name if organization and not organization.placeholder else "",
        snippet_html=hit.snippet_html,
        distance=formatting.distance(hit.distance_km, rough=searching.is_rough(origin, record)),
        when="; ".join(lines[:2]) + (" and other times" if len(lines) > 2 else ""),
        formats=formatting.words_list([FORMATS[key] for key in record.formats if key in FORMATS]),
        cost=formatting.price(record.costs),
        freshness=formatting.freshness(record.checked, current_settings().today(), policies.freshness()),
        status=record.status,
    )


def _spots(criteria: Criteria, records: Sequence[ListingRecord]) -> dict[str, Spot]:
    """Pins by ref, numbered as in the list; withheld, private and unmapped listings get none."""
    first = (criteria.page - 1) * criteria.per_page
    placed = ((number, record, public_point(record)) for number, record in enumerate(records, first + 1))
    return {record.ref: Spot(number, record.name, point) for number, record, point in placed if point}


def _map(place: str, origin: Point | None, spots: Mapping[str, Spot]) -> RingMap | None:
    return ring_map.draw(place, origin, list(spots.values())) if origin else None


def _pagination(criteria: Criteria, total: int) -> dict[str, Any] | None:
    """What govukPagination wants; None when all is on one page."""
    last = min(-(-total // criteria.per_page), MOST_PAGES)
    if last < 2:
        return None
    at = min(criteria.page, last)
    shown = sorted({1, last, *(page for page in (at - 1, at, at + 1) if 1 <= page <= last)})
    items: list[dict[str, Any]] = []
    for page in shown:
        if items and page - items[-1]["number"] > 1:
            items.append({"ellipsis": True, "number": page - 1})
        items.append({"number": page, "href": link(criteria, page=page), "current": page == at})
    made: dict[str, Any] = {"items": items}
    if at > 1:
        made["previous"] = {"href": link(criteria, page=at - 1)}
    if at < last:
        made["next"] = {"href": link(criteria, page=at + 1)}
    return made


def _ways_in() -> list[tuple[str, str]]:
    """(label, address) of a few interests to browse by."""
    known = assets()
    return [(known[key].label, link(Criteria(words=_search_words(key)))) for key in WAYS_IN if key in known]


def _search_words(key: str) -> str:
    """The plainest word of an interest: what a person would type."""
    words = assets()[key].words
    return words[0] if words else key.replace("_", " ")
