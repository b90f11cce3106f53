"""When the person is free against when it happens (design.md 6, `times`); whether it has begun, or is over.

What each rule looks at of an opportunity, so that it can be asked once for all that are alike:
- its_dates: `window.last_day`;
- at_a_time_that_works: any_time, or the class of the best session that is not over (`window.best_fit`);
- when_your_bus_pass_counts: `window.hours_of`, and whether one has to go out;
- home_before_the_last_bus: the same, other_times, the facts door_to_door, lift_offered and
  leave_any_time, and the distance for someone who walks.
"""

from __future__ import annotations

from matching.rules.barriers import BROKEN, MET, SUPPORTED, UNKNOWN, within_a_walk
from matching.rules.view import View
from matching.rules.window import (
    INSIDE,
    OUTSIDE,
    PARTLY,
    UNTIMED,
    best_fit,
    fit,
    last_day,
    sticks_out,
    still_on,
)
from matching.types import DAY, SMALL_HOURS, YES, Barrier, Finding, Session, Verdict
from matching.vocabulary.needs import barriers
from matching.when import clock, date_words, day_words, next_on, session_words

FETCHED = ("door_to_door", "lift_offered")
PUBLIC_TRANSPORT = frozenset(("bus", "tram", "train"))
MORNING = 6 * 60
WHEN = "What days and times is it?"


def its_dates(view: View) -> Finding | None:
    """What has had its last day is left out, and what has not begun yet says when it starts."""
    last = last_day(view.opportunity)
    if last is not None and last < view.today:
        return Finding(Verdict.HIDDEN, hidden_as="Its dates have passed")
    left = still_on(view)
    begins = [session.begins for session in left if session.begins and session.begins > view.today]
    if not left or len(begins) < len(left) or view.opportunity.any_time or view.opportunity.other_times:
        return None
    first = min(next_on(session, view.today) or session.begins or view.today for session in left)
    if all(session.begins == session.until for session in left):
        return Finding(Verdict.MET, caution=f"It is on {day_words(first)}")
    return Finding(Verdict.MET, caution=f"Starts on {date_words(first)}")


def at_a_time_that_works(view: View) -> Finding | None:
    """A session wholly inside the times that work for you counts most; one partly inside is lower and says so; one
    wholly outside is left out if times are a must. Times that nobody knows are asked about."""
    if not view.profile.times:
        return None
    must = _is_must(view, "times")
    offer = view.opportunity
    if offer.any_time:
        return Finding(Verdict.MET, score=INSIDE, reason="Any time suits")
    best = best_fit(view)
    if best is None:
        question = "What other days and times is it?" if offer.sessions else WHEN
        return _asked(must, OUTSIDE, question, "We don't know what days and times it is")
    if best == UNTIMED:
        return _asked(must, UNTIMED, "What time of day is it?", "We don't know what time of day it is")
    if best == OUTSIDE:
        entry = barriers()["times"]
        if must:
            return Finding(Verdict.HIDDEN, "barrier", OUTSIDE, hidden_as=entry.hidden_as, change=entry.change)
        return Finding(Verdict.LOWER, score=OUTSIDE, caution="It is at times that don't work for you")
    return _in_words(view, best)


def _asked(must: bool, score: float, question: str, caution: str) -> Finding:
    if must:
        return Finding(Verdict.UNKNOWN, score=score, questions=(question,), change=barriers()["times"].change)
    return Finding(Verdict.MET, score=score, caution=caution)


def _in_words(view: View, best: float) -> Finding:
    """Of several sessions the one that is meant is named, unless all are alike."""
    sessions = still_on(view)
    fits = [fit(session, view.reading.free) for session in sessions]
    one = sessions[fits.index(best)]
    which = "" if set(fits) == {best} and (best == INSIDE or len(sessions) == 1) else session_words(one)
    if best == INSIDE:
        return Finding(
            Verdict.MET, score=INSIDE, reason=f"{_capital(which) or 'It'} is at a time that works for you"
        )
    return Finding(Verdict.LOWER, score=PARTLY, caution=_part(view, one, _capital(which) or "It"))


def _part(view: View, session: Session, subject: str) -> str:
    """Which part of a session is at a time that works."""
    early, late = sticks_out(session, view.reading.free)
    starts = "" if session.start is None else f" ({clock(session.start)})"
    ends = "" if session.end is None else f" (to {clock(session.end)})"
    if early and late:
        return f"{subject} begins before you are free{starts} and goes on after you need to leave{ends}"
    if early:
        return f"{subject} begins before you are free{starts}"
    if late:
        return f"{subject} goes on after you need to leave{ends}"
    if session.end is None:
        return f"{subject} begins at a time that works for you, but we don't know when it finishes"
    return f"Only part of {'it' if subject == 'It' else subject} is at a time that works for you"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- the bus ----------------------------------------------------------------------------------------------------------


def when_your_bus_pass_counts(view: View) -> Finding | None:
    """A bus pass is often valid only from half past nine. Starting before that is said, and leaves nothing out: the
    fare can be paid."""
    starts = [session.start for session in still_on(view) if session.start is not None]
    valid = view.profile.travel.pass_from
    if valid is None or not starts or not view.must_go_out or max(starts) > valid:
        return None
    return Finding(
        Verdict.MET, caution=f"It starts before your bus pass is valid ({valid // 60}:{valid % 60:02d})"
    )


def home_before_the_last_bus(view: View) -> Finding | None:
    """A session that runs past your last bus says so. If getting there is a must, you have no other way home, and
    every session runs past it, it is left out."""
    last = view.profile.travel.last_bus
    sessions = still_on(view)
    if last is None or not sessions or not view.must_go_out or _another_way_home(view):
        return None
    barrier = _in_force(view, "transport")
    runs = {_runs_past(session, last) for session in sessions}
    if runs == {False}:
        return Finding(Verdict.MET, "barrier", MET) if barrier else None
    if view.opportunity.fact("leave_any_time") == YES:
        return _caution(
            barrier, f"Your last bus is at {clock(last)}, but you can leave whenever you like", SUPPORTED
        )
    if False in runs:
        return _caution(barrier, f"Not every session is over by your last bus ({clock(last)})", UNKNOWN)
    must = barrier is not None and barrier.must and _only_public_transport(view)
    if None in runs or view.opportunity.other_times:
        return _unknown_end(barrier if must else None, barrier, last)
    if must:
        return Finding(
            Verdict.HIDDEN,
            "barrier",
            BROKEN,
            hidden_as="Runs past the last bus",
            change="If there were a way home later",
        )
    return _caution(barrier, f"It runs past your last bus ({clock(last)})", BROKEN)


def _runs_past(session: Session, last: int) -> bool | None:
    """Whether it ends after the last bus has gone; None when nobody knows. Beginning after it is certain enough."""
    start, end = session.start, session.end
    if start is not None and start < SMALL_HOURS and (end is None or end <= MORNING):
        start, end = start + DAY, None if end is None else end + DAY
    if start is not None and start >= last:
        return True
    return None if end is None else end > last


def _unknown_end(must: Barrier | None, barrier: Barrier | None, last: int) -> Finding:
    if must is None:
        return _caution(
            barrier, f"We don't know whether it is over by your last bus ({clock(last)})", UNKNOWN
        )
    return Finding(
        Verdict.UNKNOWN,
        "barrier",
        UNKNOWN,
        questions=(f"When does it finish? Your last bus is at {clock(last)}.",),
        change="If there were a way home later",
    )


def _caution(barrier: Barrier | None, text: str, score: float) -> Finding:
    """It weighs among what gets in the way only for someone who said that getting there is in the way."""
    if barrier is None:
        return Finding(Verdict.MET, caution=text)
    return Finding(Verdict.LOWER, "barrier", score, caution=text)


def _another_way_home(view: View) -> bool:
    fetched = any(view.opportunity.fact(key) == YES for key in FETCHED)
    return fetched or view.profile.travel.lift or within_a_walk(view)


def _only_public_transport(view: View) -> bool:
    """Nothing said about ways of travelling is no statement that there are no others."""
    modes = frozenset(view.profile.travel.modes)
    return bool(modes) and modes <= PUBLIC_TRANSPORT


def _in_force(view: View, key: str) -> Barrier | None:
    barrier = view.profile.barrier(key)
    return barrier if barrier is not None and view.applies(barrier) else None


def _is_must(view: View, key: str) -> bool:
    barrier = _in_force(view, key)
    return barrier is not None and barrier.must
