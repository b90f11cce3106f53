"""The frozen values that flow through matching. Knows nothing of Flask, SQL or Whoosh.

What a match makes by the hundred is a msgspec.Struct: eight times as quick to make as a frozen dataclass.

Shapes follow design.md 6 (Profile JSON, Match JSON); words follow domain.md. Distances are kilometres, money is in
the directory's currency (pounds unless the source says otherwise), times are minutes after midnight, local clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Literal

import msgspec

Level = Literal["must", "would_help"]
YES, NO = "yes", "no"
DAY = 24 * 60
"""Minutes."""
SMALL_HOURS = 4 * 60
"""Until this minute a night belongs to the evening before."""


class InvalidProfile(ValueError):
    """A profile that cannot be used. `field` names the key ("barriers[1].key"), `message` says what is allowed."""

    def __init__(self, field: str, message: str):
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84 degrees. `rough`: the middle of a wider area (a postcode district, a ZIP code, a town), not the spot."""

    lat: float
    lon: float
    rough: bool = False


# --- what a person brings ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asset:
    """Something the person is good at or likes, in their own words; `key` one of assets.toml when they chose it."""

    say: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """Something the person would like; `type` one of goals.toml; `focus` the one to build the path for."""

    say: str
    type: str | None = None
    focus: bool = False


@dataclass(frozen=True, slots=True)
class Barrier:
    """What gets in the way. `limit` for cost (most they can pay), travel_range (km), stamina (effort 1-4);
    `value` for gender and language; `only_for` scopes it to kinds of activity (asset keys)."""

    key: str
    level: Level = "would_help"
    limit: float | None = None
    value: str | None = None
    only_for: tuple[str, ...] = ()

    @property
    def must(self) -> bool:
        return self.level == "must"


@dataclass(frozen=True, slots=True)
class Preference:
    """A fact that pleases: would help unless must (domain.md 2.2 "belonging")."""

    fact: str
    level: Level = "would_help"


@dataclass(frozen=True, slots=True)
class FreeTime:
    """When the person is free: weekdays (Monday 0) and minutes after midnight."""

    days: tuple[int, ...]
    start: int = 0
    end: int = 24 * 60


@dataclass(frozen=True, slots=True)
class Travel:
    """How far and how. `caps` per mode in km; `pass_from` the minute a bus pass starts to be valid; `last_bus` the
    minute the last bus home leaves (past midnight: > 1440)."""

    max_km: float | None = None
    modes: tuple[str, ...] = ()
    caps: Mapping[str, float] = field(default_factory=dict)
    lift: bool = False
    pass_from: int | None = None
    last_bus: int | None = None

    @property
    def limit_km(self) -> float | None:
        """The one distance that gates: max_km, or the widest cap of the modes the person uses."""
        if self.max_km is not None:
            return self.max_km
        return max(self.caps.values()) if self.caps else None


@dataclass(frozen=True, slots=True)
class Avoid:
    """Kept silently apart; leaves no trace in any output. photos and results are ordinary musts."""

    listings: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    photos: bool = False
    results: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Everything a match needs about a person; every field may be empty. Nothing here is ever stored by matching."""

    assets: tuple[Asset, ...] = ()
    goals: tuple[Goal, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    avoid: Avoid = Avoid()
    postcode: str | None = None
    origin: Point | None = None
    travel: Travel = Travel()
    member: bool = False
    times: tuple[FreeTime, ...] = ()
    age: int | None = None
    gender: str | None = None
    languages: tuple[str, ...] = ()
    comfortable: int | None = None
    stretch: int | None = None
    done: tuple[str, ...] = ()
    prefers: tuple[Preference, ...] = ()
    contact_by: tuple[str, ...] = ()

    def barrier(self, key: str) -> Barrier | None:
        return next((b for b in self.barriers if b.key == key), None)


# --- what the directory offers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it is known: a value of its key, and who found out, how and when. Absent facts are unknown."""

    key: str
    value: str
    checked_on: date | None = None
    checked_how: str | None = None
    checked_by_role: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One recurring slot, local wall clock. day Monday 0; start/end minutes after midnight (end may pass it: > 1440).

    every: weeks between (1 weekly, 2 fortnightly), months between when monthly. It is monthly when it has nth (the
    weekday's place in the month: 1-5, -1 last) or dates (days of the month: 1-31, -1 last); with dates alone, `day` is
    None. begins and until bound it; `anchor` is a day known to be in one of its weeks or months (None: which weeks
    is unknown).
    """

    day: int | None
    start: int | None
    end: int | None
    every: int = 1
    nth: tuple[int, ...] = ()
    begins: date | None = None
    until: date | None = None
    term_time: bool = False
    text: str = ""
    dates: tuple[int, ...] = ()
    anchor: date | None = None
    not_on: tuple[str, ...] = ()
    """When it does not happen although the rule says so: "--08", "2026-12-25", "2026-12-20/2027-01-04"."""

    @property
    def monthly(self) -> bool:
        return bool(self.nth or self.dates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One thing a person could take up at one place (or online, by phone, ...). Several may share a listing id."""

    id: str
    name: str
    place: str = ""
    """Tells places of one listing apart; empty where there is one."""
    organization: str = ""
    organization_id: str = ""
    organization_ref: str = ""
    """Its public id, "source:source_id" as for listings."""
    says_what_to_expect: bool = False
    """Its listing tells what will happen there."""
    activities: tuple[str, ...] = ()
    concepts: Mapping[str, float] = field(default_factory=dict)
    """Asset keys this is about -> strength 0-1, from `language.concepts_of_listing`."""
    topics: Mapping[str, float] = field(default_factory=dict)
    """Topics this is about -> strength 0-1, from `language.topics_of_listing`."""
    goals: tuple[str, ...] = ()
    """Goal keys a curator named."""
    goal_signs: Mapping[str, float] = field(default_factory=dict)
    """Goal keys its own words show -> strength 0-1, from `language.goals_of_listing`."""
    wording: str = ""
    """A digest of its own text where that is more than a few words: branches of one body are told by it."""
    terms: Mapping[str, float] = field(default_factory=dict)
    """Content stems of its text -> how much it says of each, 0-1, from `language.weighted_terms`."""
    formats: tuple[str, ...] = ()
    venue: str = ""
    town: str = ""
    postcode: str = ""
    outcode: str = ""
    point: Point | None = None
    """None when unknown, untrusted, private or a head office."""
    withheld: bool = False
    head_office: bool = False
    """It is done from one place for a whole country; `point` says nothing of where."""
    only_a_name: bool = False
    """Nobody has written a word about it, and nothing is known of it but where it is."""
    sessions: tuple[Session, ...] = ()
    any_time: bool = False
    """24/7, online any time, post: fits all times."""
    other_times: bool = False
    """There are times besides `sessions` that only its own words tell: nobody knows that these are all."""
    price: float | None = None
    donation: bool = False
    referral: str | None = None
    booking: tuple[str, ...] = ()
    contact_ways: tuple[str, ...] = ()
    """Ways to get in touch that exist: phone, email, online, in_person."""
    wait_weeks: int | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    meant_for: str = ""
    """Whom its words say it is for, keys with spaces between: children or older where it gives no age
    (`language.meant_for`), and the situations of `language.situations_of_listing`."""
    gender: str | None = None
    languages: tuple[str, ...] = ()
    group_size: str | None = None
    rungs: tuple[int, int] | None = None
    run_by: str | None = None
    audience: str | None = None
    service_area: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    status: str = "active"
    checked_on: date | None = None
    checked_how: str | None = None
    known_by: tuple[str, ...] = ()

    @property
    def has_venue(self) -> bool:
        """Some form of it happens at a place (unknown formats are taken to)."""
        return not self.formats or "in_person" in self.formats

    @property
    def from_home(self) -> bool:
        """Some form of it can be done without leaving home."""
        return any(f in self.formats for f in ("online", "phone", "post", "home_visit"))

    def fact(self, key: str) -> str | None:
        """The fact's value, None when unknown."""
        known = self.facts.get(key)
        return known.value if known else None


# --- search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """One search, parsed at the door: the only definition of its options and their defaults."""

    words: str = ""
    near: str = ""
    origin: Point | None = None
    within_km: float | None = None
    cost: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    """Fact keys that must be a known yes."""
    sort: Literal["relevance", "distance", "name"] = "relevance"
    page: int = 1
    per_page: int = 20


# --- what comes out ------------------------------------------------------------------------------------------------


class Verdict(Enum):
    """What a rule says of one opportunity. A rule with nothing to say returns no Finding at all."""

    MET = "met"
    LOWER = "lower"
    UNKNOWN = "unknown"
    HIDDEN = "hidden"
    LATER = "later"


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One rule's answer: verdict, score in 0-1 for weighted rules, and the sentence a person would say aloud.

    kind: asset, goal, barrier, practical, joining, freshness. `reason` is good news, `caution` is what may get in the
    way, `questions` what to ask when unknown, `hidden_as` the plain reason counted when hidden.
    """

    verdict: Verdict
    kind: str = "practical"
    score: float | None = None
    reason: str = ""
    caution: str = ""
    questions: tuple[str, ...] = ()
    hidden_as: str = ""
    change: str = ""
    """What lifting this one would be called ("If steps could be managed"), for `opens_most`."""
    for_others: bool = False
    """It is mainly for people in a situation, or of a gender, that this person never said was theirs."""


class Reason(msgspec.Struct, frozen=True, gc=False):
    kind: str
    text: str


class Branch(msgspec.Struct, frozen=True, gc=False):
    """The same thing at another place: a listing of its own that is told with the nearest one."""

    id: str
    name: str
    distance_km: float | None
    rough: bool = False


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One suggestion, with why, what may get in the way, and (check_first) what to ask."""

    opportunity: Opportunity
    score: float
    rung: int | None
    distance_km: float | None
    rough: bool = False
    """The distance is from or to the middle of a wider area."""
    reasons: tuple[Reason, ...] = ()
    cautions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    stretch: bool = False
    times: tuple[str, ...] = ()
    next_on: date | None = None
    """The next day it is on, None when that is not certain."""
    also_at: tuple[Branch, ...] = ()
    """The same at other places further away, the nearest first."""

    @property
    def id(self) -> str:
        return self.opportunity.id


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the path; `after` the id of the step before it."""

    rung: int
    match: Match
    after: str | None = None


@dataclass(frozen=True, slots=True)
class HiddenCount:
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class OpensMost:
    """The single change that would open most."""

    change: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The whole answer (design.md 6, Match JSON). Each listing stands in exactly one of matches, check_first, later."""

    matches: tuple[Match, ...] = ()
    check_first: tuple[Match, ...] = ()
    later: tuple[Match, ...] = ()
    something_different: tuple[Match, ...] = ()
    path: tuple[Step, ...] = ()
    hidden: tuple[HiddenCount, ...] = ()
    opens_most: OpensMost | None = None
    notes: tuple[str, ...] = ()
    urgent: bool = False
    """Someone wrote that they want to die or hurt themselves; the first note is for them."""
