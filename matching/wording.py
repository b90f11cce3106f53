"""Findings -> a Match with sentences a person would say aloud, in a fixed order of kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.language import situations_said, urgent_note
from matching.reading import Reading
from matching.rules.fit import entry_rung_of, rung_limits
from matching.types import Finding, Match, Reason, Verdict
from matching.when import next_for, times_of

if TYPE_CHECKING:
    from matching.answering import Candidate

KINDS = {
    kind: at for at, kind in enumerate(("asset", "goal", "barrier", "practical", "joining", "freshness"))
}


def match_from(candidate: Candidate, reading: Reading) -> Match:
    """The suggestion, with every reason, caution and question its findings carry, each said once."""
    findings = sorted(candidate.findings, key=lambda f: KINDS[f.kind])
    reasons = tuple(_once(findings))
    asked = tuple(dict.fromkeys([q for f in findings if f.verdict is Verdict.UNKNOWN for q in f.questions]))
    cautions = tuple(dict.fromkeys([f.caution for f in findings if f.caution]))
    if candidate.standing is Verdict.LATER:
        cautions += tuple(f"Check first: {question}" for question in asked)
    offer = candidate.opportunity
    entry, (comfortable, _) = entry_rung_of(offer), rung_limits(reading.profile)
    return Match(
        opportunity=offer,
        score=candidate.score,
        rung=entry,
        distance_km=candidate.km,
        rough=candidate.rough,
        reasons=reasons,
        cautions=cautions,
        questions=asked,
        stretch=entry is not None and comfortable is not None and entry > comfortable,
        times=times_of(candidate.when),
        next_on=next_for(candidate.when),
        also_at=candidate.branches,
    )


ELSEWHERE = ("It is just round the corner", "It is free", "Checked on", "Someone ")
"""Beginnings of what a card says in its own place: said last among the reasons."""


def most_telling(match: Match) -> list[Reason]:
    """The reasons, the most telling first: one of each wish and goal, then what is in the way and is met, then what a
    card says in another place too."""

    def order(item: tuple[int, Reason]) -> tuple[bool, bool, int]:
        at, reason = item
        again = any(earlier.kind == reason.kind for earlier in match.reasons[:at])
        said = reason.text.startswith(ELSEWHERE) or " from you, in a straight line" in reason.text
        return (said, again and reason.kind in ("asset", "goal"), at)

    return [reason for _, reason in sorted(enumerate(match.reasons), key=order)]


def _once(findings: Iterable[Finding]) -> Iterator[Reason]:
    """The same sentence under two kinds is said under the first, and not again where a wish has ended with it."""
    seen: set[str] = set()
    for finding in findings:
        text = finding.reason
        if text and text not in seen:
            yield Reason(finding.kind, text)
            seen.add(text)
            if ending := text.partition("”: ")[2]:
                seen.add(ending[:1].upper() + ending[1:])


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
    """Qualities are good to know and need no kind of activity (domain.md 2.3). A loss or a prison is no quality. A goal
    that leads nowhere is said, so that it can be said in other words."""
    for wish in reading.goals:
        if not wish.points_somewhere and wish.say:
            unknown = f"We did not know what kind of place “{wish.say[:80]}” means"
            yield f"{unknown}, so we looked for those very words. You could say it another way."
    for wish in reading.assets:
        if not wish.points_somewhere and wish.say and not situations_said(wish.say):
            yield f"“{wish.say[:80]}” is good to know; it does not point to one kind of place."
