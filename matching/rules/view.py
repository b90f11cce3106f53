"""What every exact rule may look at: one person, one opportunity, and what the wide pass found out about the two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from matching.reading import Evidence, Reading
from matching.types import Barrier, Opportunity, Profile
from matching.vocabulary.needs import Condition


class View(msgspec.Struct, frozen=True):
    """One (person, opportunity) pair. km is None when either end is not known or distance does not apply."""

    reading: Reading
    opportunity: Opportunity
    evidence: Evidence
    km: float | None
    today: date
    staff: bool = False

    @property
    def profile(self) -> Profile:
        return self.reading.profile

    @property
    def must_go_out(self) -> bool:
        return must_go_out(self.opportunity)

    def first(self, conditions: Iterable[Condition]) -> Condition | None:
        """The first of some conditions that is known to hold."""
        return first_that_holds(self.opportunity, conditions)

    def applies(self, barrier: Barrier) -> bool:
        """A barrier scoped to kinds of activity (`only_for`) speaks only of those."""
        if not barrier.only_for:
            return True
        return any(self.opportunity.concepts.get(key, 0.0) >= ABOUT for key in barrier.only_for)


ABOUT = 0.4
"""From this strength on a listing is about a kind of activity, not just touching on it."""


def must_go_out(offer: Opportunity) -> bool:
    """There is no way to take part but at a venue. Unknown formats are taken to be at a venue."""
    return offer.has_venue and not offer.from_home


def first_that_holds(offer: Opportunity, conditions: Iterable[Condition]) -> Condition | None:
    """The first condition that is known to hold: a fact, or the listing's own attribute, has that value."""
    facts = offer.facts
    for condition in conditions:
        known = facts.get(condition.key)
        if known is not None:
            if known.value == condition.value:
                return condition
        elif condition.attribute and getattr(offer, condition.key) == condition.value:
            return condition
    return None


def scope(barrier: Barrier) -> tuple[str, ...]:
    """What a scoped barrier depends on besides: whether the listing is about one of its kinds of activity."""
    return (f"scope:{','.join(barrier.only_for)}",) if barrier.only_for else ()
