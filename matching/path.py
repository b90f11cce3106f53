"""The ladder: one option a rung towards the goal in focus, and one slot for something different (domain.md 2.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from matching.columns import Columns, Rows
from matching.reading import Reading
from matching.types import Match, Opportunity, Reason, Step, Verdict

if TYPE_CHECKING:
    from matching.answering import Candidate

LEAST_FOCUS = 0.35
NEAR_BEST = 0.6
"""A step must answer the goal at least this well, beside the best that there is."""
MOST_DIFFERENT = 3


def steps(
    candidates: Iterable[Candidate],
    reading: Reading,
    taken: list[Opportunity],
    tell: Callable[[Candidate], Match],
) -> tuple[Step, ...]:
    """The best option on each rung for the wish in focus, lowest rung first; each says what it comes after."""
    if reading.focus is None:
        return ()
    ladder = [c for c in candidates if c.opportunity.rungs and c.focus >= LEAST_FOCUS]
    best_focus = max((c.focus for c in ladder), default=0.0)
    chosen: dict[int, Candidate] = {}
    for candidate in ladder:
        rung = candidate.opportunity.rungs[0] if candidate.opportunity.rungs else 0
        known = chosen.get(rung)
        if candidate.focus >= NEAR_BEST * best_focus and (
            known is None or _step_order(candidate) < _step_order(known)
        ):
            chosen[rung] = candidate
    after = taken[-1].id if taken else None
    found = []
    for rung in sorted(chosen):
        match = tell(chosen[rung])
        found.append(Step(rung, match, after))
        after = match.id
    return tuple(found)


def _step_order(candidate: Candidate) -> tuple[object, ...]:
    """What can be taken up as it stands comes before what must be checked; then the goal, then the whole score."""
    checked = candidate.standing is Verdict.UNKNOWN
    return (checked, -round(candidate.focus, 2), -round(candidate.score, 9), candidate.opportunity.id)


def steps_taken(reading: Reading, columns: Columns, visible: Rows) -> list[Opportunity]:
    """Listings the person has already been to, lowest rung first; what they avoid is never named."""
    done = set(reading.profile.done)
    if not done:
        return []
    taken = {o.id: o for row, o in enumerate(columns.opportunities) if o.id in done and visible[row]}
    return sorted(taken.values(), key=lambda o: (o.rungs[0] if o.rungs else -1, o.id))


def after_steps_taken(match: Match, taken: list[Opportunity]) -> Match:
    """Names the step a match follows on from: the same interest, one the person has already taken."""
    before = [step for step in taken if _follows(match.opportunity, step)]
    if not before:
        return match
    reason = Reason("goal", f"A next step after {before[-1].name}")
    return replace(
        match, reasons=(match.reasons[0], reason, *match.reasons[1:]) if match.reasons else (reason,)
    )


def _follows(offer: Opportunity, step: Opportunity) -> bool:
    shared = {key for key, strength in step.concepts.items() if strength >= 0.5} & {
        key for key, strength in offer.concepts.items() if strength >= 0.5
    }
    higher = not offer.rungs or not step.rungs or offer.rungs[0] > step.rungs[0]
    return bool(shared) and higher


def something_different(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best that answers only a neighbouring interest, ready to be taken up, labelled as such."""
    near = [c for c in candidates if not c.direct and c.standing is Verdict.MET and c.opportunity.concepts]
    return near[:MOST_DIFFERENT]
