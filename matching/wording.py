"""Findings -> a Match with sentences a person would say aloud, in a fixed order of kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.language import urgent_note
from matching.reading import Reading
from matching.rules.fit import entry_rung_of, rung_limits
from matching.types import Match, Opportunity, Reason, Session, Verdict

if TYPE_CHECKING:
    from matching.answering import Candidate

KINDS = ("asset", "goal", "barrier", "practical", "joining", "freshness")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def match_from(candidate: Candidate, reading: Reading) -> Match:
    """The suggestion, with every reason, caution and question its findings carry, each said once."""
    findings = sorted(candidate.findings, key=lambda f: KINDS.index(f.kind))
    said = dict.fromkeys((f.kind, f.reason) for f in findings if f.reason)
    reasons = tuple(Reason(kind, text) for kind, text in _once(said))
    asked = tuple(dict.fromkeys(q for f in findings if f.verdict is Verdict.UNKNOWN for q in f.questions))
    cautions = tuple(dict.fromkeys(f.caution for f in findings if f.caution))
    if candidate.standing is Verdict.LATER:
        cautions += tuple(f"Check first: {question}" for question in asked)
    offer = candidate.opportunity
    entry, (comfortable, _) = entry_rung_of(offer), rung_limits(reading.profile)
    return Match(
        opportunity=offer,
        score=candidate.score,
        rung=entry,
        distance_km=candidate.km,
        reasons=reasons,
        cautions=cautions,
        questions=asked,
        stretch=entry is not None and comfortable is not None and entry > comfortable,
        times=_times((offer, *candidate.sessions_of)),
    )


def _times(offers: tuple[Opportunity, ...]) -> tuple[str, ...]:
    """The sessions of a group in the order of the week, each said once."""
    if any(offer.any_time for offer in offers):
        return ("any time",)
    sessions = sorted((s for offer in offers for s in offer.sessions), key=lambda s: (s.day, s.start or 0))
    return tuple(dict.fromkeys(session_words(session) for session in sessions))


def _once(said: dict[tuple[str, str], None]) -> Iterator[tuple[str, str]]:
    """The same sentence under two kinds is said under the first, and not again where a wish has ended with it."""
    seen: set[str] = set()
    for kind, text in said:
        if text not in seen:
            yield kind, text
        seen.add(text)
        ending = text.partition("”: ")[2]
        seen.add(ending[:1].upper() + ending[1:])


def session_words(session: Session) -> str:
    """ "Tuesdays 10:00 to 11:30", "every second Thursday from 14:00", "first Saturday of the month"."""
    day = DAYS[session.day]
    if session.nth:
        when = f"{' and '.join(NTH.get(n, str(n)) for n in session.nth)} {day} of the month"
    elif session.every == 2:
        when = f"every second {day}"
    elif session.every > 2:
        when = f"every {session.every} weeks on {day}"
    else:
        when = f"{day}s"
    return f"{when}{_clock_words(session)}{', in term time' if session.term_time else ''}"


def _clock_words(session: Session) -> str:
    if session.start is None:
        return ""
    if session.end is None:
        return f" from {clock(session.start)}"
    return f" {clock(session.start)} to {clock(session.end)}"


def clock(minutes: int) -> str:
    """Minutes after midnight -> "09:30"; past midnight wraps round."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def notes(readings: list[Reading], anything: bool, *, empty: bool) -> Iterator[str]:
    """What the person should know about the answer as a whole."""
    urgent = any(reading.urgent for reading in readings)
    if urgent:
        yield urgent_note()
    if empty:
        yield "The directory is empty: load a sheet with `kith import`."
        return
    if any(r.profile.origin is None for r in readings):
        if any(r.profile.travel.limit_km is not None for r in readings):
            yield "We don't know where you start from, so we could not use your distance limit."
        else:
            yield "Ranked without distance, because we don't know where you start from."
    for reading in readings:
        if not urgent:
            yield from _unplaced(reading)
        if (need := reading.profile.barrier("cost")) and need.limit is None:
            yield "We took “it costs too much” to mean free, or pay what you like."
    if not anything and not urgent:
        yield (
            "Nothing fits as it stands. Ask a colleague who knows the area, or start something: "
            "the agency can host it."
        )


def _unplaced(reading: Reading) -> Iterator[str]:
    """Qualities are good to know and need no kind of activity (domain.md 2.3)."""
    for wish in reading.assets:
        if not wish.points_somewhere and wish.say:
            yield f"“{wish.say[:80]}” is good to know; it does not point to one kind of place."
