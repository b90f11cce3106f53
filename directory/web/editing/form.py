"""The sections of the editing form and what each asks, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from directory.web.differences import AUDIENCES, GENDERS
from directory.web.editing.facts import keyed, session_facts, venue_facts
from directory.web.editing.parts import (
    Activities,
    Choices,
    Email,
    Languages,
    Lines,
    Needed,
    Number,
    Organization,
    Part,
    Pick,
    Prose,
    Rungs,
    Tick,
    Ticks,
    Web,
    Words,
)
from directory.web.editing.rows import Contacts, Costs, Phones, Places, place_words
from directory.web.editing.sessions import Sessions
from directory.web.forms import RUNG_CHOICES
from directory.web.listing_page import FORMATS, GROUP_SIZES, REFERRALS, RUN_BY
from importers.records import ListingRecord
from matching.vocabulary import goals

Group = tuple[str, list[Part]]
BOOKINGS: Choices = (
    ("none", "No need to book"),
    ("phone", "By phone"),
    ("email", "By email"),
    ("online", "Online"),
    ("in_person", "By going there"),
)


@dataclass(frozen=True)
class Section:
    """One page of the form. `groups` are its questions under headings ("" for none), for the record as it stands."""

    key: str
    title: str
    groups: Callable[[ListingRecord], list[Group]]
    asks_how_known: bool = False
    """Whether it has facts, so that it must ask who told us."""

    def parts(self, record: ListingRecord) -> list[Part]:
        return [part for _, some in self.groups(record) for part in some]


def _what(_record: ListingRecord) -> list[Group]:
    goal_choices = tuple((key, goal.label) for key, goal in goals().items())
    return [
        (
            "",
            [
                Needed("name", "Name"),
                Organization(
                    "organization",
                    "Who runs it",
                    "A group, a charity, a café.",
                ),
                Prose("description", "What it is", "Plain words. What do people do there?"),
                Prose(
                    "what_to_expect",
                    "What to expect the first time",
                    "What happens at the door? Where do you sit? When can you leave? No names of people who go.",
                ),
                Activities("activities", "Activities", "One a line, in words that people would search for."),
            ],
        ),
        (
            "More about it",
            [
                Pick("run_by", "What kind of group it is", choices=tuple(RUN_BY.items())),
                Pick("audience", "Who it is open to", choices=tuple(AUDIENCES.items())),
                Pick("group_size", "How many people are there", choices=tuple(GROUP_SIZES.items())),
                Rungs(
                    "rungs",
                    "How much support",
                    "The first and the last step that it can be, from looking on to taking a role.",
                    choices=RUNG_CHOICES,
                ),
                Ticks("goals", "What it can help with", choices=goal_choices),
                Part("alternate_name", "Other name", "What else people call it."),
                Part(
                    "alert",
                    "Notice at the top of its page",
                    "For example: In the library until the hall is mended.",
                ),
            ],
        ),
    ]


def _when(_record: ListingRecord) -> list[Group]:
    return [("", [Sessions("sessions", "Times", another="Add another time")])]


def _where(_record: ListingRecord) -> list[Group]:
    area = "The first half of postcodes, like S3, one a line. Leave it empty if anybody may come."
    return [
        (
            "",
            [
                Ticks("formats", "How people take part", choices=tuple(FORMATS.items())),
                Places("places", "Places", another="Add another place"),
            ],
        ),
        (
            "More about where",
            [
                Tick("remote", "The address is a head office, not where it happens"),
                Words("service_area", "Only for people who live in", area),
            ],
        ),
    ]


def _getting_in(record: ListingRecord) -> list[Group]:
    titles = [place_words(place) for place in record.places]
    return [
        (title, [*venue_facts(key)]) for title, (key, _) in zip(titles, keyed(record.places), strict=True)
    ]


def _inside(_record: ListingRecord) -> list[Group]:
    return [(title, [*some]) for title, some in session_facts() if some]


def _joining(_record: ListingRecord) -> list[Group]:
    return [
        (
            "Cost",
            [
                Costs("costs", "What it costs", another="Add another price"),
                Prose(
                    "fees_description",
                    "More about the cost",
                    "For example: tea is 50p. The first time is free.",
                ),
            ],
        ),
        (
            "Joining",
            [
                Pick("referral", "Referral", choices=tuple(REFERRALS.items())),
                Ticks("booking", "Booking", choices=BOOKINGS),
                Number("wait_weeks", "Weeks to wait", "0 for no wait.", low=0, high=520),
                Part("wait_time", "The wait, in words"),
                Prose("application_process", "How to join, in words"),
                Lines("required_documents", "What to bring", "One a line."),
            ],
        ),
        (
            "Who it is for",
            [
                Number("minimum_age", "Youngest age", low=0, high=120),
                Number("maximum_age", "Oldest age", low=0, high=120),
                Pick("gender", "For whom", choices=tuple(GENDERS.items())),
                Prose("eligibility_description", "Who it is for, in words"),
                Languages("languages", "Languages spoken there", "One a line, like Polish or BSL."),
                Part("interpretation_services", "Interpreting"),
            ],
        ),
    ]


def _people(_record: ListingRecord) -> list[Group]:
    return [
        (
            "Ways to get in touch",
            [
                Phones("phones", "Phone numbers", "Everybody sees these.", another="Add another number"),
                Email("email", "Email address", "Everybody sees it."),
                Web("url", "Website"),
            ],
        ),
        (
            "People to ask for",
            [
                Contacts(
                    "contacts",
                    "People",
                    "Ask people before you write them down here, and say who may see them.",
                    another="Add another person",
                )
            ],
        ),
    ]


def _keeping(_record: ListingRecord) -> list[Group]:
    return [
        (
            "Only colleagues see these",
            [
                Lines(
                    "tips", "Tips", "One a line: the side door, the quiet hour. No names of people who go."
                ),
                Words("known_by", "Colleagues who know it", "One name a line."),
            ],
        ),
        ("On its page", [Part("accreditations", "Quality marks"), Part("licenses", "Licences")]),
    ]


SECTIONS = (
    Section("what", "What it is", _what),
    Section("when", "When", _when),
    Section("where", "Where", _where),
    Section("getting-in", "Getting in", _getting_in, asks_how_known=True),
    Section("inside", "What it is like", _inside, asks_how_known=True),
    Section("joining", "Joining and cost", _joining),
    Section("people", "People to ask", _people),
    Section("keeping", "Keeping", _keeping),
)
"""In the order in which they are read: places before what stands at them."""

_FOR_A_NEW_ONE = {
    "what": {"name", "organization", "description", "what_to_expect", "activities"},
    "where": {"formats", "places"},
    "when": {"sessions"},
    "joining": {"costs"},
    "people": {"phones", "email", "url", "contacts"},
}


def _everything(record: ListingRecord) -> list[Group]:
    return [
        (f"{section.title}: {title}" if title else section.title, some)
        for section in SECTIONS
        for title, some in section.groups(record)
    ]


def _to_begin_with(record: ListingRecord) -> list[Group]:
    found: list[Group] = []
    by_key = {section.key: section for section in SECTIONS}
    for key, names in _FOR_A_NEW_ONE.items():
        parts = [part for part in by_key[key].parts(record) if part.name in names]
        found.append((by_key[key].title, parts))
    return found


EVERYTHING = Section("all", "Everything", _everything, asks_how_known=True)
NEW = Section("new", "Add a group or place", _to_begin_with)
_BY_KEY = {section.key: section for section in (*SECTIONS, EVERYTHING, NEW)}


def section_of(key: str) -> Section | None:
    return _BY_KEY.get(key)


def nothing_yet(source_id: str) -> ListingRecord:
    """A listing of which nothing is known, not even its name."""
    return ListingRecord(source="here", source_id=source_id, name="")


PLAIN = frozenset({"name", "organization", "email", "url", "formats"})
"""Questions whose answers need no words before them."""
NAMED = frozenset({"line", "pick", "tick", "ticks", "number", "rungs"})
"""Kinds of answers that say nothing without their question."""


def overview(record: ListingRecord) -> list[tuple[Section, list[str]]]:
    """Each section with what is known there, a line an answer."""
    return [
        (section, [line for part in section.parts(record) for line in _said(part, record)])
        for section in SECTIONS
    ]


def _said(part: Part, record: ListingRecord) -> list[str]:
    lines = part.say(record)
    return (
        [f"{part.label}: {line}" for line in lines]
        if part.kind in NAMED and part.name not in PLAIN
        else lines
    )
