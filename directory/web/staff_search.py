"""The pages of staff search: one form of filters, searches that are kept, and results as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import audit, exporting, formatting, policies, saved_searches, searching, staff_search
from directory.config import current_settings
from directory.errors import Conflict, Invalid, NotFound
from directory.formatting import Freshness
from directory.listings import Listing
from directory.staff_search import NEVER, PER_PAGE, Hit, Result, StaffCriteria, args_of
from directory.web.access import i_may, me
from directory.web.browse import COSTS, DAYS
from directory.web.listing_page import FORMATS
from directory.web.security import keep_private
from importers.records import STATUSES
from matching.types import Point
from matching.vocabulary import needs

bp = Blueprint("staff_search", __name__, url_prefix="/staff")

STATUS_WORDS = {
    "active": "Active",
    "paused": "Paused",
    "closed": "Closed",
    "do_not_list": "Asked not to be listed",
}
HOW_WORDS = {
    "visited": "By visiting",
    "phoned": "By phone",
    "told": "By someone who goes",
    "website": "On its website",
    "import": "From another directory",
    NEVER: "Never checked by us",
}
MONTHS = {"1m": "1 month", "3m": "3 months", "6m": "6 months", "12m": "12 months", "24m": "2 years"}
SORTS = {
    "": "Best order for the search",
    "stalest": "Longest unchecked first",
    "distance": "Nearest first",
    "name": "By name",
    "relevance": "Best match first",
}
GROUPS: dict[str, dict[str, str]] = {
    "statuses": STATUS_WORDS,
    "how": HOW_WORDS,
    "formats": FORMATS,
    "cost": COSTS,
    "days": DAYS,
}
"""The groups of ticks: field of StaffCriteria -> its values in words."""
MOST_COUNTED = 40
"""Saved searches whose results are counted on the page; each takes up to a tenth of a second."""
AT = {"since": "since-day", "before": "before-day"}
"""Where on the page what is wrong with a part of the query string is said, if not under its own name."""
T = TypeVar("T")
TYPES = {"csv": "text/csv; charset=utf-8"} | {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}


@dataclass(frozen=True, slots=True)
class Row:
    """One result as the list shows it."""

    listing_id: str
    ref: str
    name: str
    organization: str
    status: str
    """"" for an active one."""
    shown_to_public: bool
    freshness: Freshness
    distance: str
    facts: str
    source: str


# --- searching ----------------------------------------------------------------------------------------------------


@bp.get("/search")
def search() -> ResponseReturnValue:
    """The form, and what it finds; at first everything, longest unchecked first."""
    criteria, wrong = staff_search.read(request.args.to_dict(flat=False))
    return results(criteria, wrong, within=request.args.get("within", ""))


def results(
    criteria: StaffCriteria,
    wrong: Mapping[str, str],
    *,
    within: str = "",
    save_name: str = "",
    shared: bool = False,
) -> ResponseReturnValue:
    """The page of one search; 400 where something in it was wrong. `within` as it was written, should that be it."""
    keep_private()
    found = staff_search.search(criteria, editor=i_may("edit_listings"))
    origin = found.place.point if found.place else None
    page = render_template(
        "staff/search.html",
        criteria=found.criteria,
        found=found,
        wrong=wrong,
        within=within if "within" in wrong else f"{criteria.within_km:g}" if criteria.within_km else "",
        errors=[{"text": message, "href": f"#{AT.get(name, name)}"} for name, message in wrong.items()],
        rows=[_row(hit, listing, origin) for hit, listing in found.rows],
        first=(found.criteria.page - 1) * PER_PAGE + 1,
        chips=chips(found.criteria),
        kept=[(name, value) for name, values in args_of(criteria).items() for value in values],
        pages=_pagination(found),
        link=lambda **changes: link(replace(found.criteria, **changes)),
        exports=[(kind.upper(), _export_link(found.criteria, kind)) for kind in TYPES],
        choices=_choices(found.criteria),
        more_open=bool(AT.keys() & wrong.keys()),
        few=staff_search.FEW_FACTS,
        save_name=save_name,
        shared=shared,
    )
    return page, 400 if wrong else 200


def link(criteria: StaffCriteria, page: int = 1, endpoint: str = "staff_search.search") -> str:
    """The address of a search."""
    pairs = [(name, value) for name, values in args_of(criteria).items() for value in values]
    if page > 1:
        pairs.append(("page", str(page)))
    return url_for(endpoint) + (f"?{urlencode(pairs)}" if pairs else "")


def chips(criteria: StaffCriteria) -> list[tuple[str, str]]:
    """(what is asked for, the address without it) for each filter that is on."""
    return [(text, link(replace(criteria, **without))) for text, without in _filters(criteria)]


def _filters(criteria: StaffCriteria) -> Iterator[tuple[str, dict[str, Any]]]:
    """(what is asked for, the criteria's fields without it) for each filter that is on."""
    if since := criteria.checked_since:
        yield _time(since, "Checked in the last", "Checked since"), {"checked_since": ""}
    if before := criteria.not_checked_since:
        yield _time(before, "Not checked for", "Not checked since"), {"not_checked_since": ""}
    if criteria.within_km:
        yield f"Within {criteria.within_km:g} km", {"within_km": None}
    if criteria.source:
        yield f"From {criteria.source}", {"source": ""}
    if criteria.thin:
        yield f"Fewer than {staff_search.FEW_FACTS} facts known", {"thin": False}
    if criteria.gone:
        yield "Not in its source any more", {"gone": False}
    facts = needs.facts()
    for value in criteria.missing:
        yield f"Not known: {facts[value].name}", {"missing": _without(criteria.missing, value)}
    for pair in criteria.having:
        yield facts[pair[0]].say(pair[1]), {"having": _without(criteria.having, pair)}
    for name, labels in GROUPS.items():
        chosen = getattr(criteria, name)
        for value in chosen:
            yield labels[value], {name: _without(chosen, value)}


def _without(values: tuple[T, ...], value: T) -> tuple[T, ...]:
    return tuple(other for other in values if other != value)


def _time(text: str, months: str, day: str) -> str:
    """ "6m" or a day, in words: "Not checked for 6 months", "Not checked since 1 May 2026"."""
    if text.endswith("m"):
        return f"{months} {MONTHS.get(text) or formatting.count_of(int(text[:-1]), 'month')}"
    return f"{day} {formatting.plain_date(staff_search.day_of(text, current_settings().today()))}"


def _choices(criteria: StaffCriteria) -> dict[str, Any]:
    """The values that each filter offers."""
    facts = needs.facts()
    editor = i_may("edit_listings")
    return {
        "statuses": {key: STATUS_WORDS[key] for key in (STATUSES if editor else STATUSES[:2])},
        "how": HOW_WORDS,
        "cost": COSTS,
        "formats": FORMATS,
        "days": DAYS,
        "months": MONTHS,
        "sorts": SORTS,
        "source_pairs": [(source, source) for source in staff_search.sources()],
        "facts": sorted(
            ((key, fact.name) for key, fact in facts.items()), key=lambda pair: pair[1].casefold()
        ),
        "values": [
            (f"{key}={value}", fact.say(value)) for key, fact in facts.items() for value in fact.values
        ],
        "chosen_values": [f"{key}={value}" for key, value in criteria.having],
    }


def _row(hit: Hit, listing: Listing, origin: Point | None) -> Row:
    record = listing.record
    organization = record.organization
    known = len({fact.key for fact in (*record.facts, *(f for p in record.places for f in p.facts))})
    return Row(
        listing_id=listing.id,
        ref=listing.ref,
        name=record.name,
        organization=organization.name if organization and not organization.placeholder else "",
        status="" if record.status == "active" else STATUS_WORDS[record.status],
        shown_to_public=record.status != "do_not_list",
        freshness=formatting.freshness(record.checked, current_settings().today(), policies.freshness()),
        distance=formatting.distance(hit.distance_km, rough=searching.is_rough(origin, record)),
        facts=f"{formatting.count_of(known, 'fact')} known",
        source=record.source,
    )


def _pagination(found: Result) -> dict[str, Any] | None:
    """What govukPagination wants; None when all is on one page."""
    last = -(-found.total // PER_PAGE)
    if last < 2:
        return None
    at = found.criteria.page
    shown = sorted({1, last, *(page for page in (at - 1, at, at + 1) if 1 <= page <= last)})
    items: list[dict[str, Any]] = []
    for page in shown:
        if items and page - items[-1]["number"] > 1:
            items.append({"ellipsis": True, "number": page - 1})
        items.append({"number": page, "href": link(found.criteria, page), "current": page == at})
    made: dict[str, Any] = {"items": items}
    if at > 1:
        made["previous"] = {"href": link(found.criteria, at - 1)}
    if at < last:
        made["next"] = {"href": link(found.criteria, at + 1)}
    return made


# --- as a spreadsheet -----------------------------------------------------------------------------------------------


@bp.get("/search/export.csv")
def export_csv() -> Response:
    """All results as CSV, in the agency sheet's columns."""
    return _export("csv")


@bp.get("/search/export.xlsx")
def export_xlsx() -> Response:
    """All results as an Excel workbook, in the agency sheet's columns."""
    return _export("xlsx")


def _export(kind: Literal["csv", "xlsx"]) -> Response:
    keep_private()
    criteria, _ = staff_search.read(request.args.to_dict(flat=False))
    found = staff_search.find(criteria, editor=i_may("edit_listings"))
    content, written = exporting.sheet_of((hit.listing_id for hit in found.hits), kind)
    audit.record("search_exported", format=kind, listings=written)
    return download(content, f"kith-{current_settings().today():%Y-%m-%d}.{kind}", TYPES[kind])


def download(content: bytes, name: str, mimetype: str) -> Response:
    """A file for the browser to keep, never to show."""
    return Response(
        content, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _export_link(criteria: StaffCriteria, kind: str) -> str:
    return link(criteria, endpoint=f"staff_search.export_{kind}")


# --- saved searches ----------------------------------------------------------------------------------------------


@bp.get("/searches")
def saved() -> ResponseReturnValue:
    """The searches that this user kept, and the team's, with how many each finds now."""
    return _saved_page()


def _saved_page(
    wrong: Mapping[str, str] | None = None, at: str = "", written: str = ""
) -> ResponseReturnValue:
    """`wrong`: what is wrong with the new name `written` for the search with the id `at`."""
    keep_private()
    editor, keeper = i_may("edit_listings"), i_may("edit_words")
    rows = [
        {
            "saved": one,
            "href": url_for("staff_search.open_saved", search_id=one.id),
            "count": staff_search.count(one.criteria, editor=editor) if number < MOST_COUNTED else None,
            "chips": [text for text, _ in chips(one.criteria)],
            "may_change": saved_searches.may_change(one, keeper),
            "name": written if one.id == at else one.name,
        }
        for number, one in enumerate(saved_searches.listed(me()))
    ]
    page = render_template("staff/saved.html", rows=rows, wrong=wrong or {}, wrong_at=at)
    return page, 400 if wrong else 200


@bp.post("/searches")
def save() -> ResponseReturnValue:
    """Keep the search that the form holds."""
    criteria, wrong = staff_search.read(request.form.to_dict(flat=False))
    name, shared = request.form.get("name", ""), "shared" in request.form
    if not wrong:
        try:
            saved_searches.save(me(), name, criteria, shared=shared)
        except Invalid as error:
            wrong = {"save-name": error.fields["name"]}
        except Conflict as error:
            wrong = {"save-name": error.message}
    if wrong:
        return results(criteria, wrong, save_name=name, shared=shared)
    return redirect(url_for("staff_search.saved"), 303)


@bp.get("/searches/<uuid:search_id>")
def open_saved(search_id: UUID) -> ResponseReturnValue:
    """A saved search as it is found now."""
    keep_private()
    return redirect(link(saved_searches.by_id(str(search_id), me()).criteria))


@bp.post("/searches/<uuid:search_id>")
def amend_saved(search_id: UUID) -> ResponseReturnValue:
    """Rename a saved search, share it with the team or stop sharing it."""
    name = request.form.get("name", "")
    try:
        saved_searches.amend(
            str(search_id), me(), name=name, shared="shared" in request.form, keeper=i_may("edit_words")
        )
    except Invalid as error:
        return _saved_page(error.fields, str(search_id), name)
    return redirect(url_for("staff_search.saved"), 303)


@bp.post("/searches/<uuid:search_id>/delete")
def delete_saved(search_id: UUID) -> ResponseReturnValue:
    """Delete a saved search; the listings it found stay. One that is gone already is no error."""
    with suppress(NotFound):
        saved_searches.delete(str(search_id), me(), keeper=i_may("edit_words"))
    return redirect(url_for("staff_search.saved"), 303)
