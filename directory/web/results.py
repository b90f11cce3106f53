"""Matches as their page shows them: numbers for the map, plain lines for each place, steps of the path.
Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory import formatting, policies
from directory.formatting import Freshness, in_words
from directory.web import ring_map
from directory.web.forms import RUNGS
from directory.web.listing_page import FORMATS
from directory.web.ring_map import RingMap, Spot
from importers.records import Provenance, SessionRecord
from matching.types import Branch, Match, Matches, Opportunity, Point, Reason, Session, Step
from matching.when import day_words, is_over
from matching.wording import most_telling

TOP = 3
MOST_BRANCHES = 3
CHECKED = re.compile(r"Last checked |Nobody here has checked it yet")
HOW_FAR = re.compile(r"It is (just round the corner|(about )?[\d.]+ k?m from you)")


@dataclass(frozen=True, slots=True)
class Card:
    """One suggestion. `number` counts on through the page and is its pin on the map."""

    number: int
    ref: str
    name: str
    organization: str
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    questions: tuple[str, ...]
    bits: tuple[str, ...]
    freshness: Freshness
    also: tuple[tuple[str, str], ...] = ()
    """(ref, name and how far) of the nearest other places where the same is."""
    also_more: int = 0
    """How many such places are left unsaid."""
    known_by: str = ""
    """Colleagues who know them, in words; "" for anybody but staff."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of the path: what kind of step it is, the place, and why where that is not said above."""

    kind: str
    ref: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Everything the template needs."""

    matches: Matches
    top: tuple[Card, ...]
    more: tuple[Card, ...]
    check_first: tuple[Card, ...]
    later: tuple[Card, ...]
    different: tuple[Card, ...]
    path: tuple[PathStep, ...]
    ring_map: RingMap | None
    hidden_total: int
    place: str


def page_of(
    matches: Matches, place: str, origin: Point | None, today: date, *, staff: bool = False
) -> ResultsPage:
    """The page of an answer. Each listing has one number wherever it stands. Only staff see who knows whom."""
    numbers: dict[str, int] = {}
    for match in (*matches.matches, *matches.check_first, *matches.later, *matches.something_different):
        numbers.setdefault(match.id, len(numbers) + 1)

    def cards(some: Sequence[Match]) -> tuple[Card, ...]:
        return tuple(card_of(match, numbers[match.id], today, staff=staff) for match in some)

    every = cards(matches.matches)
    return ResultsPage(
        matches=matches,
        top=every[:TOP],
        more=every[TOP:],
        check_first=cards(matches.check_first),
        later=cards(matches.later),
        different=cards(matches.something_different),
        path=tuple(_steps(matches.path, every[:TOP])),
        ring_map=_map(matches, numbers, place, origin),
        hidden_total=sum(hidden.count for hidden in matches.hidden),
        place=place,
    )


def card_of(match: Match, number: int, today: date, *, staff: bool = False) -> Card:
    one = match.opportunity
    checked = Provenance(one.checked_on, one.checked_how)  # type: ignore[arg-type]
    return Card(
        number=number,
        ref=one.id,
        name=one.name,
        organization=one.organization,
        reasons=tuple(_reason(reason) for reason in most_telling(match) if not _said_elsewhere(reason)),
        cautions=tuple(in_words(caution) for caution in match.cautions if not CHECKED.match(caution)),
        questions=tuple(map(in_words, match.questions)),
        bits=tuple(_bits(match, today)),
        freshness=formatting.freshness(checked, today, policies.freshness()),
        also=tuple((branch.id, branch_words(branch)) for branch in match.also_at[:MOST_BRANCHES]),
        also_more=max(0, len(match.also_at) - MOST_BRANCHES),
        known_by=formatting.words_list(one.known_by) if staff else "",
    )


def branch_words(branch: Branch) -> str:
    """ "Carroll Manor (2.1 km)"."""
    if branch.distance_km is None:
        return branch.name
    return f"{branch.name} ({formatting.distance(branch.distance_km, rough=branch.rough)})"


def _reason(reason: Reason) -> str:
    """Its times as people say them, but never another word in what the person wrote."""
    return in_words(reason.text) if reason.kind in ("barrier", "practical") else reason.text


def _said_elsewhere(reason: Reason) -> bool:
    """The card's last line says how far it is, and its badge when it was checked."""
    return reason.kind == "freshness" or bool(HOW_FAR.match(reason.text))


def _bits(match: Match, today: date) -> list[str]:
    """Where, when, when next, and what it costs, as far as they are known."""
    one = match.opportunity
    if match.distance_km is not None:
        where = f"{formatting.distance(match.distance_km, rough=match.rough)} away"
    elif one.withheld:
        where = "Address given after you get in touch"
    else:
        where = formatting.words_list(
            [FORMATS[key] for key in one.formats if key in FORMATS and key != "in_person"]
        )
    upcoming = f"Next: {day_words(match.next_on, today)}" if match.next_on else ""
    return [bit for bit in (where, _when(match, today), upcoming, _price(one)) if bit]


def _when(match: Match, today: date) -> str:
    """When it is, in the words of the listing's own page."""
    if match.opportunity.any_time:
        return "Any time"
    running = (session for session in match.opportunity.sessions if not is_over(session, today))
    lines = formatting.session_lines(map(_record_of, running))
    if not lines:
        lines = [in_words(line[:1].upper() + line[1:]) for line in match.times]
    return "; ".join(lines[:2]) + (" and other times" if len(lines) > 2 else "")


def _record_of(session: Session) -> SessionRecord:
    code = None if session.day is None else formatting.DAY_ORDER[session.day]
    return SessionRecord(
        freq="MONTHLY" if session.monthly else "WEEKLY",
        interval=session.every,
        byday=",".join(f"{nth}{code}" for nth in session.nth) or code,
        bymonthday=",".join(map(str, session.dates)) or None,
        opens_at=_clock(session.start),
        closes_at=_clock(session.end),
        dtstart=session.begins,
        until=session.until,
        term_time=session.term_time,
        not_on=session.not_on,
        original_text=session.text or None,
    )


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _price(one: Opportunity) -> str:
    if one.price == 0:
        return "Free"
    if one.donation:
        return "Pay what you can"
    return formatting.money(one.price) if one.price is not None else ""


def _steps(path: Sequence[Step], top: Sequence[Card]) -> Iterator[PathStep]:
    """The steps in order. A reason that stands above already is not said again."""
    said = {reason for card in top for reason in card.reasons}
    for step in path:
        one = step.match.opportunity
        reason = next((reason.text for reason in step.match.reasons), "")
        yield PathStep(
            kind=RUNGS[step.rung] if 0 <= step.rung < len(RUNGS) else "",
            ref=one.id,
            name=one.name,
            reason="" if reason in said else reason,
        )
        said.add(reason)


def _map(matches: Matches, numbers: Mapping[str, int], place: str, origin: Point | None) -> RingMap | None:
    """Pins for what may be shown on a map; nothing withheld, nothing without a place."""
    if origin is None:
        return None
    spots = [
        Spot(numbers[match.id], match.opportunity.name, match.opportunity.point)
        for match in (*matches.matches, *matches.check_first)
        if match.opportunity.point and not match.opportunity.withheld and match.distance_km is not None
    ]
    return ring_map.draw(place, origin, spots)
