"""One session against the hours that a person is free. Pure: sessions, free spans and today, nothing else."""

from __future__ import annotations

from datetime import date

from matching.reading import DAY, Spans
from matching.rules.view import View
from matching.types import Opportunity, Session
from matching.when import is_over

INSIDE, PARTLY, UNTIMED, OUTSIDE = 1.0, 0.5, 0.4, 0.0
"""UNTIMED: on a day when the person is free for a while, at an hour that nobody knows."""
EVERY_DAY = range(7)
GROWING_UP, YOUNGEST = 17, 5
FAMILY, SAYS_SO = "family_time", 0.4


def best_fit(view: View) -> float | None:
    """How the best session that is not over lies in the person's free times; None without either. Where other times
    are known in words only, being outside is not known."""
    sessions = still_on(view)
    if not view.reading.free or not sessions:
        return None
    best = max(fit(session, view.reading.free) for session in sessions)
    return None if best == OUTSIDE and view.opportunity.other_times else best


def in_free_hours(view: View) -> bool:
    """A session lies wholly in the hours that the person gave, or any hour will do."""
    return bool(view.reading.free) and (view.opportunity.any_time or best_fit(view) == INSIDE)


def still_on(view: View) -> tuple[Session, ...]:
    """The sessions that are not over."""
    return tuple(s for s in view.opportunity.sessions if not is_over(s, view.today))


def fit(session: Session, free: Spans) -> float:
    """INSIDE, PARTLY, UNTIMED or OUTSIDE for one session. An end nobody knows is never taken to be inside. One on
    dates of the month comes on every weekday: it is inside only where it is inside on all."""
    if session.day is not None:
        return _fit_on(session.day, session, free)
    found = {_fit_on(day, session, free) for day in EVERY_DAY}
    if len(found) == 1:
        return found.pop()
    return PARTLY if session.start is not None else UNTIMED


def _fit_on(day: int, session: Session, free: Spans) -> float:
    if session.start is None:
        return UNTIMED if _covered(free, day * DAY, (day + 1) * DAY) else OUTSIDE
    start = day * DAY + session.start
    if session.end is None:
        return PARTLY if _covered(free, start, start + 1) else OUTSIDE
    end = day * DAY + session.end
    if any(opens <= start and end <= closes for opens, closes in free):
        return INSIDE
    return PARTLY if _covered(free, start, end) else OUTSIDE


def _covered(free: Spans, start: int, end: int) -> bool:
    """Some of it is free."""
    return any(start < closes and opens < end for opens, closes in free)


def sticks_out(session: Session, free: Spans) -> tuple[bool, bool]:
    """(it begins before the person is free, it goes on after they must go) for a session on a weekday that is partly
    inside; both False where only a gap in the middle, or an unknown end, keeps it from being inside."""
    if session.day is None or session.start is None or session.end is None:
        return False, False
    start, end = session.day * DAY + session.start, session.day * DAY + session.end
    touched = [(opens, closes) for opens, closes in free if start < closes and opens < end]
    return bool(touched) and start < touched[0][0], bool(touched) and touched[-1][1] < end


# --- what the rules on dates and hours look at, whoever asks and whenever -------------------------------------------


def last_day(offer: Opportunity) -> date | None:
    """The day after which all of it is over; None when that is not known, or it does not end."""
    ends = [session.until for session in offer.sessions]
    known = [end for end in ends if end is not None]
    if offer.any_time or offer.other_times or not known or len(known) < len(ends):
        return None
    return max(known)


def is_past(last: date | None, today: date) -> bool:
    """All of it is over."""
    return last is not None and last < today


def hours_of(offer: Opportunity) -> frozenset[tuple[int | None, int | None, date | None]]:
    """The distinct (start, end, last day) of its sessions: all that a last bus and a bus pass are held against."""
    return frozenset((session.start, session.end, session.until) for session in offer.sessions)


def only_in_term_time(offer: Opportunity) -> bool:
    """All of its sessions stop in the holidays."""
    return bool(offer.sessions) and all(session.term_time for session in offer.sessions)


def for_children(offer: Opportunity) -> bool:
    """By its ages it is for children: nobody over seventeen, or from babyhood on where its words speak of families."""
    low, high = offer.minimum_age, offer.maximum_age
    if high is not None and 0 < high <= GROWING_UP:
        return True
    return low is not None and low <= YOUNGEST and for_families(offer)


def for_families(offer: Opportunity) -> bool:
    """A curator, or its own words, say that families come together."""
    return FAMILY in offer.goals or offer.goal_signs.get(FAMILY, 0.0) >= SAYS_SO
