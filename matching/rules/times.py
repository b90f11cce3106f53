"""When the person is free against when it happens (design.md 6, `times`); whether it has begun, or is over."""

from __future__ import annotations

from matching.rules.asked import Depends, only_words_for_whoever, rule, rule_for_each
from matching.rules.barriers import BROKEN, MET, SUPPORTED, UNKNOWN, within_a_walk
from matching.rules.view import View, scope
from matching.rules.window import (
    INSIDE,
    OUTSIDE,
    PARTLY,
    UNTIMED,
    best_fit,
    fit,
    is_past,
    last_day,
    sticks_out,
    still_on,
)
from matching.types import DAY, SMALL_HOURS, YES, Barrier, Finding, Opportunity, Profile, Session, Verdict
from matching.vocabulary.needs import barriers
from matching.when import clock, date_words, day_words, next_on, session_words

FETCHED = ("door_to_door", "lift_offered")
PUBLIC_TRANSPORT = frozenset(("bus", "tram", "train"))
MORNING = 6 * 60
WHEN = "What days and times is it?"


@rule("seen:last_day", settled=True)
def its_dates(view: View) -> Finding | None:
    """What has had its last day is left out."""
    if is_past(last_day(view.opportunity), view.today):
        return Finding(Verdict.HIDDEN, hidden_as="Its dates have passed")
    return None


@only_words_for_whoever
def when_it_starts(view: View) -> Finding | None:
    """What has not begun yet says when it starts."""
    left = still_on(view)
    begins = [session.begins for session in left if session.begins and session.begins > view.today]
    if not begins or len(begins) < len(left) or view.opportunity.any_time or view.opportunity.other_times:
        return None
    first = min(next_on(session, view.today) or session.begins or view.today for session in left)
    if all(session.begins == session.until for session in left):
        return Finding(Verdict.MET, caution=f"It is on {day_words(first)}")
    return Finding(Verdict.MET, caution=f"Starts on {date_words(first)}")


def _times_given(profile: Profile) -> tuple[Barrier | None, ...]:
    return (profile.barrier("times"),) if profile.times else ()


def _by_hours(barrier: Barrier | None) -> Depends:
    return ("free", *(scope(barrier) if barrier else ()))


@rule_for_each(_times_given, _by_hours, part="times")
def at_a_time_that_works(view: View, barrier: Barrier | None) -> Finding | None:
    """A session wholly inside the times that work for you counts most; one partly inside is lower and says so; one
    wholly outside is left out if times are a must. Times that nobody knows are asked about."""
    must = barrier is not None and barrier.must and view.applies(barrier)
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


WEEKEND = 5
"""From Saturday on a bus pass counts all day (domain.md 2.5)."""
END_OF_DAY = 24 * 60


def latest_start(offer: Opportunity) -> int | None:
    """The latest minute at which one of its sessions starts (a weekend counts as the end of the day), None where no
    start is known; END_OF_DAY also where it can be any time."""
    if offer.any_time:
        return END_OF_DAY
    timed = [(s.day, s.start) for s in offer.sessions if s.start is not None]
    starts = (END_OF_DAY if day is not None and day >= WEEKEND else start for day, start in timed)
    return max(starts, default=None)


def early_for_a_pass(latest: int | None, valid: int) -> bool | None:
    """Whether everything starts before a bus pass is valid; None where no start is known."""
    return None if latest is None else latest <= valid


@rule(
    "out", "seen:latest_start", "km", settled=True, when=lambda profile: profile.travel.pass_from is not None
)
def when_your_bus_pass_counts(view: View) -> Finding | None:
    """A bus pass is often valid only from half past nine on weekdays: what starts earlier is harder to join, and says
    so."""
    valid = view.profile.travel.pass_from or 0
    early = early_for_a_pass(latest_start(view.opportunity), valid)
    if view.must_go_out and early is None:
        return None
    if not view.must_go_out or not early or within_a_walk(view):
        return Finding(Verdict.MET, "joining", INSIDE)
    return Finding(
        Verdict.LOWER,
        "joining",
        OUTSIDE,
        caution=f"To be there in time, you'd set out before your bus pass is valid ({valid // 60}:{valid % 60:02d})",
    )


def _last_bus_given(profile: Profile) -> tuple[Barrier | None, ...]:
    return () if profile.travel.last_bus is None else (profile.barrier("transport"),)


def _by_the_way_home(barrier: Barrier | None) -> Depends:
    facts = tuple(f"fact:{key}=yes" for key in (*FETCHED, "leave_any_time"))
    return ("hours", "out", "km", *facts, *(scope(barrier) if barrier else ()))


@rule_for_each(_last_bus_given, _by_the_way_home)
def home_before_the_last_bus(view: View, asked: Barrier | None) -> Finding | None:
    """A session that runs past your last bus says so. If getting there is a must, you have no other way home, and
    every session runs past it, it is left out."""
    last = view.profile.travel.last_bus
    sessions = still_on(view)
    if last is None or not sessions or not view.must_go_out or _another_way_home(view):
        return None
    barrier = asked if asked is not None and view.applies(asked) else None
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
