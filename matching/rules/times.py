"""When the person is free against when it happens (design.md 6, `times`)."""

from __future__ import annotations

from matching.reading import DAY, Spans
from matching.rules.asked import Depends, rule, rule_for_each
from matching.rules.barriers import within_a_walk
from matching.rules.view import View, scope
from matching.types import Barrier, Finding, Opportunity, Profile, Session, Verdict
from matching.vocabulary.needs import barriers

INSIDE, PARTLY, OUTSIDE = 1.0, 0.5, 0.0


def _times_given(profile: Profile) -> tuple[Barrier | None, ...]:
    return (profile.barrier("times"),) if profile.times else ()


def _depends(barrier: Barrier | None) -> Depends:
    return ("free", *(scope(barrier) if barrier else ()))


@rule_for_each(_times_given, _depends, part="times")
def at_a_time_that_works(view: View, barrier: Barrier | None) -> Finding | None:
    """A session wholly inside the times that work for you counts most; one partly inside is lower and says so; one
    wholly outside is left out if times are a must."""
    must = barrier is not None and barrier.must and view.applies(barrier)
    offer = view.opportunity
    if offer.any_time:
        return Finding(Verdict.MET, score=INSIDE, reason="Any time suits")
    if not offer.sessions:
        if must:
            asked = ("What days and times is it?",)
            return Finding(Verdict.UNKNOWN, score=OUTSIDE, questions=asked, change=barriers()["times"].change)
        return Finding(Verdict.MET, score=OUTSIDE, caution="We don't know what days and times it is")
    return _judge(max(fit(session, view.reading.free) for session in offer.sessions), must)


def _judge(best: float, must: bool) -> Finding:
    if best == INSIDE:
        return Finding(Verdict.MET, score=INSIDE, reason="It is at a time that works for you")
    if best == PARTLY:
        return Finding(Verdict.LOWER, score=PARTLY, caution="Only part of it is at a time that works for you")
    entry = barriers()["times"]
    if must:
        return Finding(Verdict.HIDDEN, "barrier", OUTSIDE, hidden_as=entry.hidden_as, change=entry.change)
    return Finding(Verdict.LOWER, score=OUTSIDE, caution="It is at times that don't work for you")


def fit(session: Session, free: Spans) -> float:
    """INSIDE, PARTLY or OUTSIDE for one session. An end nobody knows is never taken to be inside."""
    if session.start is None:
        day = (session.day * DAY, (session.day + 1) * DAY)
        return PARTLY if any(opens < day[1] and day[0] < closes for opens, closes in free) else OUTSIDE
    start = session.day * DAY + session.start
    end = start + 1 if session.end is None else session.day * DAY + session.end
    best = OUTSIDE
    for opens, closes in free:
        if opens <= start and end <= closes and session.end is not None:
            return INSIDE
        if start < closes and opens < end:
            best = PARTLY
    return best


WEEKEND = 5
"""From Saturday on a bus pass counts all day (domain.md 2.5)."""
END_OF_DAY = 24 * 60


def latest_start(offer: Opportunity) -> int | None:
    """The latest minute at which one of its sessions starts (a weekend counts as the end of the day), None where no
    start is known; END_OF_DAY also where it can be any time."""
    if offer.any_time:
        return END_OF_DAY
    starts = [END_OF_DAY if s.day >= WEEKEND else s.start for s in offer.sessions if s.start is not None]
    return max(starts, default=None)


@rule("out", "latest_start", "km")
def when_your_bus_pass_counts(view: View) -> Finding | None:
    """A bus pass is often valid only from half past nine on weekdays: what starts earlier is harder to join, and says
    so."""
    valid, latest = view.profile.travel.pass_from, latest_start(view.opportunity)
    if valid is None or (view.must_go_out and latest is None):
        return None
    if not view.must_go_out or latest is None or latest > valid or within_a_walk(view):
        return Finding(Verdict.MET, "joining", INSIDE)
    return Finding(
        Verdict.LOWER,
        "joining",
        OUTSIDE,
        caution=f"To be there in time, you'd set out before your bus pass is valid ({valid // 60}:{valid % 60:02d})",
    )
