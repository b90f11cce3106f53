"""When the person is free against when it happens (design.md 6, `times`)."""

from __future__ import annotations

from matching.rules.view import View
from matching.types import Finding, FreeTime, Session, Verdict
from matching.vocabulary.needs import barriers

INSIDE, PARTLY, OUTSIDE = 1.0, 0.5, 0.0


def at_a_time_that_works(view: View) -> Finding | None:
    """A session wholly inside the times that work passes; partly inside lowers; wholly outside is in the way."""
    if not view.profile.times:
        return None
    barrier = view.profile.barrier("times")
    must = barrier is not None and barrier.must and view.applies(barrier)
    offer = view.opportunity
    if offer.any_time:
        return Finding(Verdict.MET, score=INSIDE, reason="Any time suits")
    if not offer.sessions:
        if must:
            return Finding(Verdict.UNKNOWN, score=OUTSIDE, questions=("What days and times is it?",))
        return Finding(Verdict.MET, score=OUTSIDE, caution="We don't know what days and times it is")
    return _judge(max(fit(session, view.profile.times) for session in offer.sessions), must)


def _judge(best: float, must: bool) -> Finding:
    if best == INSIDE:
        return Finding(Verdict.MET, score=INSIDE, reason="It is at a time that works for you")
    if best == PARTLY:
        return Finding(Verdict.LOWER, score=PARTLY, caution="Only part of it is at a time that works for you")
    entry = barriers()["times"]
    if must:
        return Finding(Verdict.HIDDEN, "barrier", OUTSIDE, hidden_as=entry.hidden_as, change=entry.change)
    return Finding(Verdict.LOWER, score=OUTSIDE, caution="It is at times that don't work for you")


def fit(session: Session, free: tuple[FreeTime, ...]) -> float:
    """INSIDE, PARTLY or OUTSIDE for one session. An end nobody knows is never taken to be inside."""
    return max((_fit_one(session, window) for window in free), default=OUTSIDE)


def _fit_one(session: Session, window: FreeTime) -> float:
    if session.day not in window.days:
        return OUTSIDE
    if session.start is None:
        return PARTLY
    end = session.end if session.end is not None else session.start + 1
    if session.start >= window.end or end <= window.start:
        return OUTSIDE
    whole = window.start <= session.start and session.end is not None and end <= window.end
    return INSIDE if whole else PARTLY


def when_your_bus_pass_counts(view: View) -> Finding | None:
    """A bus pass is often valid only from half past nine."""
    starts = [s.start for s in view.opportunity.sessions if s.start is not None]
    valid = view.profile.travel.pass_from
    if valid is None or not starts or not view.must_go_out or max(starts) > valid:
        return None
    return Finding(
        Verdict.MET, caution=f"It starts before your bus pass is valid ({valid // 60}:{valid % 60:02d})"
    )
