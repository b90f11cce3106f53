"""Web links that do not work: visited in the background, and called dead only after failing on two different days.

Failures to connect count only in a run in which some other link did answer, so that an agency whose own line is down
does not find every link dead.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, union

from directory import audit, formatting, listings
from directory.config import current_settings
from directory.database import db, now, writing
from directory.listings import Listing, chunks
from directory.models import LinkCheck, Organization, Service, table_of
from directory.web_visit import Visit, host_of, visit

AT_ONCE = 50
"""So many links a run."""
RECHECK = timedelta(days=7)
RECHECK_FAILING = timedelta(hours=20)
"""A failing link is tried again the next day."""
PAUSE = 1.0
"""Seconds between two visits to one host."""
Visitor = Callable[[str], Visit]

_CHECK, _SERVICE, _ORGANIZATION = table_of(LinkCheck), table_of(Service), table_of(Organization)
_SHOWN = ("active", "paused")


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link that failed, with a listing that shows it. `dead`: on two different days."""

    listing: Listing
    url: str
    why: str
    dead: bool
    failing_since: date | None


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to. `held_over`: failed to connect while nothing else answered, so nothing was concluded."""

    checked: int
    failing: int
    dead: int
    held_over: int


def check(limit: int = AT_ONCE, *, visitor: Visitor = visit, pause: float = PAUSE) -> Run:
    """Visit the links that are due, those never visited first. Needs an app context; commits as it ends."""
    _forget_old_links()
    due = _due(limit)
    db.session.commit()  # no transaction stays open while we wait for other people's computers
    visits = dict(_visits(due, visitor, pause))
    line_works = any(found.answered for found in visits.values())
    told = {
        url: found
        for url, found in visits.items()
        if found.state != "failing" or found.answered or line_works
    }
    states = _record(told)
    run = Run(len(told), states["failing"], states["dead"], len(visits) - len(told))
    audit.record("links_checked", checked=run.checked, failing=run.failing, dead=run.dead)
    return run


def dead(connection: Connection, only: Collection[str] | None = None) -> dict[str, str]:
    """Why a link of a listing is dead, by listing id."""
    query = _of_listings().where(_CHECK.c.state == "dead")
    if only is not None:
        query = query.where(_SERVICE.c.id.in_(only))
    return {row.listing_id: row.why or "" for row in connection.execute(query)}


def broken(limit: int = 100) -> list[BrokenLink]:
    """Dead links, then those that failed once, each with the listings that show it."""
    query = _of_listings().where(_CHECK.c.state.in_(("dead", "failing")))
    rows = db.session.connection().execute(
        query.order_by(_CHECK.c.state, _CHECK.c.failing_since, _SERVICE.c.name, _SERVICE.c.id).limit(limit)
    )
    found = rows.all()
    known = listings.fetch(row.listing_id for row in found)
    return [
        BrokenLink(known[row.listing_id], row.url, row.why or "", row.state == "dead", row.failing_since)
        for row in found
    ]


def states() -> Mapping[str, int]:
    """How many links there are in each state: ok, failing, dead, not_checked."""
    query = select(_CHECK.c.state, func.count()).group_by(_CHECK.c.state)
    return {row[0]: row[1] for row in db.session.connection().execute(query)}


def after(before: Any, found: Visit, today: date) -> tuple[str, date | None]:
    """(state, failing since) of a link: `before` has the same two of its last check, or is None.

    Dead only once it failed on two different days with no answer in between.
    """
    if found.state != "failing":
        return found.state, None
    since = before.failing_since if before is not None and before.failing_since else today
    return ("dead" if since < today else "failing"), since


def _of_listings() -> Select[Any]:
    """Each check beside the listings that show that link, as theirs or as their organization's."""
    theirs = or_(_SERVICE.c.url == _CHECK.c.url, _ORGANIZATION.c.website == _CHECK.c.url)
    both = _SERVICE.outerjoin(_ORGANIZATION, _ORGANIZATION.c.id == _SERVICE.c.organization_id)
    return (
        select(
            _SERVICE.c.id.label("listing_id"),
            _CHECK.c.url,
            _CHECK.c.state,
            _CHECK.c.why,
            _CHECK.c.failing_since,
        )
        .select_from(both.join(_CHECK, theirs))
        .where(_SERVICE.c.listing_status.in_(_SHOWN))
    )


def _due(limit: int) -> list[str]:
    """Links to visit now: those never visited, then those visited longest ago."""
    shown = _SERVICE.c.listing_status.in_(_SHOWN)
    websites = (
        select(_ORGANIZATION.c.website.label("url"))
        .join(_SERVICE, _SERVICE.c.organization_id == _ORGANIZATION.c.id)
        .where(shown, _ORGANIZATION.c.website.is_not(None))
    )
    every = union(select(_SERVICE.c.url).where(shown, _SERVICE.c.url.is_not(None)), websites).subquery()
    at = now()
    overdue = or_(
        _CHECK.c.checked_at.is_(None),
        _CHECK.c.checked_at < at - RECHECK,
        _CHECK.c.state.in_(("failing", "dead")) & (_CHECK.c.checked_at < at - RECHECK_FAILING),
    )
    query = (
        select(every.c.url)
        .outerjoin(_CHECK, _CHECK.c.url == every.c.url)
        .where(overdue)
        .order_by(_CHECK.c.checked_at.is_not(None), _CHECK.c.checked_at, every.c.url)
        .limit(limit)
    )
    return list(db.session.connection().scalars(query))


def _forget_old_links() -> None:
    """Drop what is known of addresses that no listing and no organization has any more."""
    every = union(
        select(_SERVICE.c.url).where(_SERVICE.c.url.is_not(None)),
        select(_ORGANIZATION.c.website).where(_ORGANIZATION.c.website.is_not(None)),
    )
    with writing() as connection:
        connection.execute(_CHECK.delete().where(_CHECK.c.url.not_in(every)))


def _visits(urls: Iterable[str], visitor: Visitor, pause: float) -> Iterator[tuple[str, Visit]]:
    """Visit each, hosts in turn, and no host twice within `pause` seconds."""
    last: dict[str, float] = {}
    for url in _in_turn(urls):
        href = formatting.web_href(url)
        if href is None:
            yield url, Visit("not_checked", why="it is no web address")
            continue
        host = host_of(href)
        time.sleep(max(0.0, last.get(host, 0.0) + pause - time.monotonic()))
        yield url, visitor(href)
        last[host] = time.monotonic()


def _in_turn(urls: Iterable[str]) -> list[str]:
    """The same links, so ordered that those of one host stand far apart."""
    seen: Counter[str] = Counter()
    turns = []
    for number, url in enumerate(urls):
        host = host_of(formatting.web_href(url) or "")
        turns.append((seen[host], number, url))
        seen[host] += 1
    return [url for _, _, url in sorted(turns)]


def _record(visits: Mapping[str, Visit]) -> Counter[str]:
    """Write what was found; how many links are now in each state."""
    today, at = current_settings().today(), now()
    counted: Counter[str] = Counter()
    for some in chunks(visits.items(), AT_ONCE):
        with writing() as connection:
            hashes = {_hash(url): url for url, _ in some}
            rows = connection.execute(select(_CHECK).where(_CHECK.c.url_hash.in_(hashes)))
            before = {row.url_hash: row for row in rows}
            for url, found in some:
                row = _row(url, found, before.get(_hash(url)), today, at)
                counted[str(row["state"])] += 1
                _write(connection, row, row["url_hash"] in before)
    return counted


def _row(url: str, found: Visit, before: Any, today: date, at: datetime) -> dict[str, Any]:
    state, since = after(before, found, today)
    return {
        "url_hash": _hash(url),
        "url": url,
        "state": state,
        "status": found.status,
        "why": found.why or None,
        "checked_at": at,
        "failing_since": since,
    }


def _write(connection: Connection, row: Mapping[str, Any], is_there: bool) -> None:
    if is_there:
        connection.execute(_CHECK.update().where(_CHECK.c.url_hash == row["url_hash"]).values(**row))
    else:
        connection.execute(_CHECK.insert().values(**row))


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
