"""The curator's desk: a short daily queue, most used and stalest first, each entry with the reasons it is there.

`survey` asks the database for one `Sketch` of every listing that has any reason at all (a dozen plain queries);
`queue` reads the first of them whole and says why, in words. What weighs how much is on one screen here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import log2
from typing import Literal, get_args

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, Select, case, func, or_, select

from directory import conflicts, links, listings, policies, usage
from directory.asking import Question, askable, worth_asking
from directory.config import current_settings
from directory.database import db
from directory.formatting import FreshnessPolicy, ago, count_of, months_between, plain_date, words_list
from directory.listings import Listing
from directory.models import (
    Fact,
    ImportConflict,
    PhoneCall,
    Schedule,
    Service,
    SourceRecord,
    Suggestion,
    table_of,
)
from importers.records import ListingRecord, SessionRecord
from matching.vocabulary.needs import facts as fact_entries

Kind = Literal[
    "suggestion", "to_mend", "over", "missing", "conflict", "paused", "dead_link", "expired", "never",
    "ring_first", "old_facts", "thin",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

WEIGHTS: Mapping[Kind, float] = {
    "suggestion": 4.0,
    "to_mend": 4.0,
    "over": 3.0,
    "missing": 3.0,
    "conflict": 2.0,
    "paused": 2.0,
    "dead_link": 1.0,
    "expired": 0.5,
    "never": 0.5,
    "ring_first": 0.2,
    "old_facts": 0.3,
    "thin": 0.3,
}
"""What each reason adds to an entry's staleness."""
NEVER_CHECKED = 1.5
"""Counts as one and a half times the months after which a check has expired."""
STALEST = 2.0
THIN_BELOW = 3
"""With fewer known facts that anything hangs on, a listing is thin."""
CAN_WAIT: frozenset[Kind] = frozenset({"thin"})
REST_DAYS = 2
"""After "rang, no answer" an entry rests for so long; after a check it does when nothing else is wrong with it."""
PAUSED_LONG = 3
"""Months after which a pause without a return date is asked about."""
DAILY = 10

_SERVICE, _FACT, _SCHEDULE, _CALL = (table_of(model) for model in (Service, Fact, Schedule, PhoneCall))
_SOURCE_RECORD, _CONFLICT, _SUGGESTION = (table_of(m) for m in (SourceRecord, ImportConflict, Suggestion))


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the database says of a listing at a glance: enough to put it in its place in the queue."""

    listing_id: str
    name: str
    checked_on: date | None
    uses: int
    kinds: frozenset[Kind]

    def score(self, today: date, rules: FreshnessPolicy) -> float:
        """Use times staleness: the higher, the sooner."""
        weight = staleness(self.checked_on, today, rules) + sum(WEIGHTS[kind] for kind in self.kinds)
        return (1 + log2(1 + self.uses)) * weight

    def rests(self, since: date) -> bool:
        """Somebody has just checked it, and all that is left is that more could be asked: for another day."""
        return self.checked_on is not None and self.checked_on > since and self.kinds <= CAN_WAIT


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry is there, for people."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One listing of the queue. `uses`: looked at or suggested in the last three months; `questions`: most worth
    asking."""

    listing: Listing
    reasons: tuple[Reason, ...]
    uses: int
    score: float
    questions: tuple[Question, ...]
    unanswered: int = 0
    """How often it was rung in vain since it was last checked."""

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(reason.kind for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that has a reason to be looked at, the first first; and how many there are of each kind."""

    sketches: tuple[Sketch, ...]
    resting: frozenset[str] = field(default_factory=frozenset)
    """Rung without an answer in the last days."""

    def counts(self) -> Counter[Kind]:
        return Counter(kind for sketch in self.sketches for kind in sketch.kinds)


def survey() -> Survey:
    """A sketch of every listing with a reason. Needs an app context."""
    connection = db.session.connection()
    today, rules = current_settings().today(), policies.freshness()
    uses = usage.recent(connection, today)
    found = _flags(connection, today, rules)
    query = select(_SERVICE.c.id, _SERVICE.c.name, _SERVICE.c.assured_date, _SERVICE.c.listing_status)
    sketches = []
    ages = Ages.of(today, rules)
    rows = connection.execute(query.where(_SERVICE.c.listing_status.in_(("active", "paused")))).all()
    for key, name, checked_on, status in rows:
        kinds = found.get(key, NO_KINDS)
        if status == "active":
            age = ages.kind(checked_on)
            kinds = (kinds - OLD_FACTS if age in EXPIRED else kinds) | AGE_KINDS[age]
        else:
            kinds &= FOR_PAUSED
        if kinds:
            sketches.append(Sketch(key, name, checked_on, uses.get(key, 0), kinds))
    sketches.sort(key=lambda one: (-one.score(today, rules), one.name, one.listing_id))
    return Survey(tuple(sketches), _resting(connection, today))


NO_KINDS: frozenset[Kind] = frozenset()
OLD_FACTS: frozenset[Kind] = frozenset({"old_facts"})
EXPIRED: frozenset[Kind | None] = frozenset({"never", "expired"})
"""Of a listing whose own check has expired nobody needs to hear that its facts have too."""
AGE_KINDS: Mapping[Kind | None, frozenset[Kind]] = {
    None: NO_KINDS,
    "never": frozenset({"never"}),
    "expired": frozenset({"expired"}),
    "ring_first": frozenset({"ring_first"}),
}
FOR_PAUSED: frozenset[Kind] = frozenset({"suggestion", "to_mend", "missing", "conflict", "paused", "over"})
"""What is paused is not asked about for its age or its gaps."""


def queue(
    limit: int = DAILY, *, kind: Kind | None = None, of: Survey | None = None, start: int = 0
) -> list[Entry]:
    """The entries to work on, the first first; with `kind` those that have it as a reason, resting ones too."""
    found = of or survey()
    since = current_settings().today() - timedelta(days=REST_DAYS)
    wanted = [
        sketch
        for sketch in found.sketches
        if (
            kind in sketch.kinds
            if kind
            else sketch.listing_id not in found.resting and not sketch.rests(since)
        )
    ]
    return entries_of(wanted[start : start + limit])


def entries_of(sketches: Collection[Sketch]) -> list[Entry]:
    """Sketches read whole: each with its reasons in words."""
    connection = db.session.connection()
    today, rules = current_settings().today(), policies.freshness()
    known = listings.fetch(sketch.listing_id for sketch in sketches)
    details = _Details.read(connection, list(known))
    entries = []
    for sketch in sketches:
        if listing := known.get(sketch.listing_id):
            questions = tuple(worth_asking(listing.record))
            entries.append(
                Entry(
                    listing,
                    tuple(reasons_of(sketch, listing, questions, details, today, rules)),
                    sketch.uses,
                    sketch.score(today, rules),
                    questions,
                    details.unanswered(listing),
                )
            )
    return entries


# --- the rules ------------------------------------------------------------------------------------------------------


def staleness(checked_on: date | None, today: date, rules: FreshnessPolicy) -> float:
    """Months since the check as a share of those after which it has expired: 0 fresh, 1 just expired, at most 2."""
    if checked_on is None:
        return NEVER_CHECKED
    return min(STALEST, max(0, months_between(checked_on, today)) / rules.expired)


@dataclass(frozen=True, slots=True)
class Ages:
    """The days up to which a check has expired, and has grown old."""

    expired: date
    ring_first: date

    @classmethod
    def of(cls, today: date, rules: FreshnessPolicy) -> Ages:
        return cls(months_ago(today, rules.expired), months_ago(today, rules.ring_first))

    def kind(self, checked_on: date | None) -> Kind | None:
        """never, expired or ring_first; None while a check still counts."""
        if checked_on is None:
            return "never"
        if checked_on <= self.expired:
            return "expired"
        return "ring_first" if checked_on <= self.ring_first else None


def months_ago(today: date, months: int) -> date:
    """The last day that lies at least so many whole months back: (2026-11-22, 12) -> 2025-11-22."""
    return today - relativedelta(months=months)


def last_day(session: SessionRecord) -> date | None:
    """The day after which a session is over; None where it has no end."""
    ends = [day for day in (session.until, session.valid_to) if day]
    if ends:
        return min(ends)
    return session.dtstart if session.freq is None else None


def return_day(record: ListingRecord) -> date | None:
    """When a paused listing said that it would be back: its own word, else the day its sessions begin again."""
    begins = [day for s in record.sessions for day in (s.valid_from, s.dtstart) if day]
    return record.returns_on or min(begins, default=None)


def reasons_of(
    sketch: Sketch,
    listing: Listing,
    questions: Collection[Question],
    details: _Details,
    today: date,
    rules: FreshnessPolicy,
) -> list[Reason]:
    """The reasons of an entry in words, the weightiest first."""
    record = listing.record
    say: Mapping[Kind, Callable[[], str]] = {
        "suggestion": lambda: "A suggestion waits for your word",
        "to_mend": lambda: _mend_words(details.told.get(listing.id, "")),
        "over": lambda: f"Its last date has passed ({_last_words(record)})",
        "missing": lambda: _missing_words(listing),
        "conflict": lambda: f"An import says something else about {_fields_words(details.fields(listing))}",
        "paused": lambda: _paused_words(return_day(record)),
        "dead_link": lambda: f"Its web link does not work: {details.dead_links.get(listing.id, '')}",
        "expired": lambda: (
            f"Last checked {_ago(record, today)}: after {rules.expired} months a check has expired"
        ),
        "never": lambda: "Nobody here has checked it yet",
        "ring_first": lambda: f"Last checked {_ago(record, today)}: it may have changed",
        "old_facts": lambda: f"Found out long ago: {_old_words(record, today, rules)}",
        "thin": lambda: _thin_words(questions),
    }
    return [Reason(kind, say[kind]()) for kind in KINDS if kind in sketch.kinds]


FIELD_WORDS = {
    "organization": "who runs it",
    "alternate_name": "its other name",
    "what_to_expect": "what to expect",
    "url": "its website",
    "costs": "the cost",
    "fees_description": "the cost",
    "sessions": "the times",
    "places": "where it is",
    "facts": "what it is like",
    "phones": "its phone numbers",
    "contacts": "whom to ask",
    "minimum_age": "the ages",
    "maximum_age": "the ages",
    "checked": "when it was checked",
    "extra": "other details",
    "rungs": "how much support it gives",
    "formats": "how people take part",
}


def field_words(name: str) -> str:
    """A field of a listing as people call it."""
    return FIELD_WORDS.get(name, f"the {name.replace('_', ' ')}")


def old_facts(record: ListingRecord, today: date, rules: FreshnessPolicy) -> list[str]:
    """Keys of the facts whose own check has expired, the oldest first."""
    limit = months_ago(today, rules.expired)
    every = (*record.facts, *(fact for place in record.places for fact in place.facts))
    dated = [(fact.provenance.checked_on, fact.key) for fact in every if fact.key in fact_entries()]
    return [key for day, key in sorted((day, key) for day, key in dated if day and day <= limit)]


def _ago(record: ListingRecord, today: date) -> str:
    day = record.checked.checked_on
    return ago(day, today) if day else "never"


def _last_words(record: ListingRecord) -> str:
    days = [day for day in map(last_day, record.sessions) if day]
    return plain_date(max(days)) if days else ""


def _missing_words(listing: Listing) -> str:
    days = [seen.still_missing for seen in listing.sources if seen.still_missing]
    return f"The list it came from no longer has it (since {plain_date(min(days))})" if days else ""


def _fields_words(names: Iterable[str]) -> str:
    return words_list(list(dict.fromkeys(map(field_words, names))))


def _paused_words(back: date | None) -> str:
    if back:
        return f"It is paused and was to be back on {plain_date(back)}: is it?"
    return f"It has been paused for over {PAUSED_LONG} months, with no word of when it is back"


def _mend_words(notes: str) -> str:
    said = "On the phone they said that something has changed"
    return f"{said}: {notes}" if notes else said


def _old_words(record: ListingRecord, today: date, rules: FreshnessPolicy) -> str:
    names = list(dict.fromkeys(fact_entries()[key].name for key in old_facts(record, today, rules)))
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {count_of(more, 'other thing')}" if more > 0 else "")


def _thin_words(questions: Collection[Question]) -> str:
    asked = " ".join(question.ask for question in questions)
    return f"We know little about it. Most worth asking: {asked}" if asked else "We know little about it"


# --- what the database says -----------------------------------------------------------------------------------------


def _flags(connection: Connection, today: date, rules: FreshnessPolicy) -> dict[str, frozenset[Kind]]:
    """The reasons that do not hang on the check's age, by listing id."""
    sets: Mapping[Kind, Iterable[str]] = {
        "suggestion": connection.scalars(
            select(_SUGGESTION.c.listing_id).where(_SUGGESTION.c.state == "waiting")
        ),
        "to_mend": connection.scalars(_told_of_changes()),
        "over": connection.scalars(_over(today)),
        "missing": connection.scalars(select(_SOURCE_RECORD.c.entity_id).where(*conflicts.still_missing())),
        "conflict": connection.scalars(select(_CONFLICT.c.listing_id).where(_CONFLICT.c.kept.is_(None))),
        "paused": _long_paused(connection, today),
        "dead_link": links.dead(connection),
        "old_facts": connection.scalars(_with_old_facts(months_ago(today, rules.expired))),
        "thin": _thin(connection),
    }
    found: defaultdict[str, set[Kind]] = defaultdict(set)
    for kind, ids in sets.items():
        for listing_id in ids:
            found[listing_id].add(kind)
    return {listing_id: frozenset(kinds) for listing_id, kinds in found.items()}


def _told_of_changes() -> Select[tuple[str]]:
    """Rung, told that something has changed, and not checked since."""
    return (
        select(_CALL.c.listing_id)
        .join(_SERVICE, _SERVICE.c.id == _CALL.c.listing_id)
        .where(
            _CALL.c.outcome == "changed",
            or_(_SERVICE.c.assured_date.is_(None), _SERVICE.c.assured_date < _CALL.c.called_on),
        )
    )


def _over(today: date) -> Select[tuple[str]]:
    """Every session has an end, and all of them have passed."""
    until = func.coalesce(
        _SCHEDULE.c.until,
        _SCHEDULE.c.valid_to,
        case((_SCHEDULE.c.freq.is_(None), _SCHEDULE.c.dtstart), else_=None),
    )
    return (
        select(_SCHEDULE.c.service_id)
        .group_by(_SCHEDULE.c.service_id)
        .having(func.count() == func.count(until), func.max(until) < today)
    )


def _long_paused(connection: Connection, today: date) -> list[str]:
    """Paused, and the day of return has come; or paused for long with no such day."""
    query = select(_SERVICE.c.id).where(_SERVICE.c.listing_status == "paused")
    long_ago = months_ago(today, PAUSED_LONG)
    due = []
    for listing in listings.fetch(connection.scalars(query)).values():
        back = return_day(listing.record)
        since = max(listing.record.checked.checked_on or date.min, listing.last_changed.date())
        if back <= today if back else since <= long_ago:
            due.append(listing.id)
    return due


def _with_old_facts(limit: date) -> Select[tuple[str]]:
    return select(_FACT.c.service_id).where(_FACT.c.checked_on <= limit).distinct()


def _thin(connection: Connection) -> list[str]:
    """Listings with fewer than THIN_BELOW known facts that some barrier hangs on."""
    enough = (
        select(_FACT.c.service_id)
        .where(_FACT.c.key.in_(sorted(askable())))
        .group_by(_FACT.c.service_id)
        .having(func.count(_FACT.c.key.distinct()) >= THIN_BELOW)
    )
    return list(connection.scalars(select(_SERVICE.c.id).where(_SERVICE.c.id.not_in(enough))))


def _resting(connection: Connection, today: date) -> frozenset[str]:
    since = today - timedelta(days=REST_DAYS)
    query = select(_CALL.c.listing_id).where(_CALL.c.outcome == "no_answer", _CALL.c.called_on > since)
    return frozenset(connection.scalars(query))


@dataclass(frozen=True, slots=True)
class _Details:
    """What the words of some entries need besides their records."""

    conflicts: Mapping[str, tuple[str, ...]]
    dead_links: Mapping[str, str]
    calls: Mapping[str, tuple[date, ...]]
    """Days on which nobody answered."""
    told: Mapping[str, str]
    """What has changed, as it was told on the phone the last time."""

    @classmethod
    def read(cls, connection: Connection, ids: Collection[str]) -> _Details:
        named: defaultdict[str, list[str]] = defaultdict(list)
        query = select(_CONFLICT.c.listing_id, _CONFLICT.c.field).where(
            _CONFLICT.c.listing_id.in_(ids), _CONFLICT.c.kept.is_(None)
        )
        for key, name in connection.execute(query.order_by(_CONFLICT.c.id)):
            named[key].append(name)
        rung: defaultdict[str, list[date]] = defaultdict(list)
        calls = select(_CALL.c.listing_id, _CALL.c.called_on).where(
            _CALL.c.listing_id.in_(ids), _CALL.c.outcome == "no_answer"
        )
        for key, day in connection.execute(calls):
            rung[key].append(day)
        told = select(_CALL.c.listing_id, _CALL.c.notes).where(
            _CALL.c.listing_id.in_(ids), _CALL.c.outcome == "changed"
        )
        return cls(
            {key: tuple(names) for key, names in named.items()},
            links.dead(connection, ids),
            {key: tuple(days) for key, days in rung.items()},
            {key: notes or "" for key, notes in connection.execute(told.order_by(_CALL.c.id))},
        )

    def fields(self, listing: Listing) -> tuple[str, ...]:
        return self.conflicts.get(listing.id, ())

    def unanswered(self, listing: Listing) -> int:
        checked = listing.record.checked.checked_on or date.min
        return sum(day > checked for day in self.calls.get(listing.id, ()))
