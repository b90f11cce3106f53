"""The ladder: one option a rung towards the goal in focus (domain.md 2.5), and the steps a person has taken already."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from matching.columns import Columns, Rows
from matching.reading import Reading
from matching.types import Match, Opportunity, Reason, Step


def steps(chosen: Iterable[Match], taken: list[Opportunity]) -> tuple[Step, ...]:
    """Options in the order of their rungs; each says what it comes after."""
    after = taken[-1].id if taken else None
    found = []
    for match in chosen:
        found.append(Step(match.rung or 0, match, after))
        after = match.id
    return tuple(found)


def steps_taken(reading: Reading, columns: Columns, visible: Rows) -> list[Opportunity]:
    """Listings the person has already been to, lowest rung first; what they avoid is never named."""
    taken = {
        ref: columns.offer(row)
        for ref in reading.profile.done
        for row in columns.rows_of(ref)
        if visible[row]
    }
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
