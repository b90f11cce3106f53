"""One listing's page."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import formatting, policies, usage
from directory import listings as directory_listings
from directory.config import current_settings
from directory.geocoder import Place
from directory.serving import engines
from directory.web import access, memory, ring_map
from directory.web.listing_page import page_of, public_point
from directory.web.ring_map import RingMap, Spot
from importers.records import ListingRecord

bp = Blueprint("listings", __name__)


@bp.get("/listings/<path:ref>")
def show(ref: str) -> ResponseReturnValue:
    """The page of a listing, by public id ("source:source_id") or UUID.

    A closed or paused one keeps its page, so that a link or an old card still explains itself; one that
    asked not to be listed has none. The id of one that was merged into another leads there.
    """
    if "\0" in ref:
        abort(404)  # no database stores it, and PostgreSQL does not even look
    listing = directory_listings.by_ref(ref)
    if listing.record.status == "do_not_list":
        abort(404)
    if ":" in ref and ref != listing.ref:
        return redirect(url_for("listings.show", ref=listing.ref, near=request.args.get("near") or None))
    if request.method == "GET" and not access.i_may("work_queue"):
        usage.note([listing.id], "views")
    today = current_settings().today()
    missing = listing.missing_since
    return render_template(
        "listings/show.html",
        ref=listing.ref,
        listing_id=listing.id,
        page=page_of(listing.record, today, policies.freshness()),
        ring_map=_map(listing.record, request.args.get("near", "").strip()[:200]),
        missing_since=formatting.plain_date(missing) if missing else "",
        team=memory.on_listing(listing),
        warm=memory.WARM,
        back=_back(listing.record.returns_on, today),
        for_staff=_for_staff(listing.id),
    )


def _back(day: date | None, today: date) -> str:
    """When a paused one is back: "back on 3 March 2027". A day that is gone is no promise."""
    if day is None:
        return ""
    return (
        f"back on {formatting.plain_date(day)}"
        if day > today
        else f"due back on {formatting.plain_date(day)}"
    )


STAFF_PAGES = (
    ("Edit", "editing.edit"),
    ("Check", "checking.show"),
    ("Phone script", "desk.script"),
    ("History", "history.show"),
    ("Suggest a change", "checking.suggest"),
)
"""What staff can do with a listing: words and endpoint. Each is shown to those whom `access.ROUTES` lets in."""


def _for_staff(listing_id: str) -> list[tuple[str, str]]:
    """(words, address) of what whoever asks may do with the listing."""
    return [
        (words, url_for(endpoint, listing_id=listing_id))
        for words, endpoint in STAFF_PAGES
        if access.i_may(access.ROUTES[endpoint])
    ]


def _map(record: ListingRecord, near: str) -> RingMap | None:
    """A small map round the place the person searched from; none without one, or where it may not be
    shown."""
    point = public_point(record)
    if not near or point is None or record.status in ("closed", "do_not_list"):
        return None
    place = engines().places.locate(near)
    if not isinstance(place, Place):
        return None
    return ring_map.draw(place.label, place.point, [Spot(1, record.name, point)])
