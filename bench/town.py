"""A directory of any size from a seed, as uneven as real ones are.

Towns with dense middles and long outskirts; a few bodies with hundreds of listings and most with one; texts of any
length from none to pages; much left unsaid; the same group on three days; several places, or none.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from bench import prose, today
from importers.records import (
    ContactRecord,
    CostRecord,
    FactRecord,
    LanguageRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)
from matching.vocabulary.needs import facts

TODAY = date.fromisoformat(today.TODAY)
SOURCE = "bench"
TOWNS = 60
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
GOALS = (
    "friend",
    "get_out",
    "try_new",
    "learn",
    "move_more",
    "calm",
    "routine",
    "give_back",
    "work",
    "neighbourhood",
)
LANGUAGES = ("pl", "ur", "so", "ar", "fa", "ro", "bn", "pa", "uk", "cy", "fr", "zh")


class Town(NamedTuple):
    """A town: its middle, how far it spreads (degrees), its name and where its postcodes begin."""

    name: str
    lat: float
    lon: float
    spread: float
    outcode: int


def listings(number: int, seed: int = 1) -> Iterator[ListingRecord]:
    """`number` listings of the source "bench", ids "0" to number - 1. The same for the same number and seed."""
    chance = random.Random(seed)
    made = 0
    while made < number:
        first = _listing(chance, made, number)
        alike = chance.choice((2, 3, 3, 4)) if chance.random() < 0.04 and first.sessions else 1
        for again in range(min(alike, number - made)):
            yield first if not again else _again(chance, first, made)
            made += 1


def _again(chance: random.Random, first: ListingRecord, at: int) -> ListingRecord:
    """The same group on another day: a listing of its own, as many directories have it."""
    day = chance.choice(DAYS)
    return replace(first, source_id=str(at), sessions=tuple(replace(s, byday=day) for s in first.sessions))


def _listing(chance: random.Random, at: int, number: int) -> ListingRecord:
    """One listing. `care` is how much its body ever wrote down, from 0 to 1: most wrote little."""
    kinds = prose.fields_of_life()
    field = kinds[prose.ranked(chance, len(kinds))]
    organization = _organization(chance, number)
    care = chance.betavariate(1.1, 1.6)
    town = towns()[prose.ranked(chance, TOWNS)]
    far = chance.choices(("in_person", "online", "phone", "home_visit", ""), (70, 6, 5, 2, 17))[0]
    checked = _checked(chance, care)
    told = _facts(chance, care, checked)
    low = chance.choice((0, 1, 2, 2, 3, 3, 4, 4, 5, 6))
    length = round(chance.lognormvariate(math.log(1 + 7 * care), 0.7)) if chance.random() < 0.93 else 0
    return ListingRecord(
        source=SOURCE,
        source_id=str(at),
        name=_name(chance, field, town),
        organization=organization,
        description=prose.sentences(chance, field, organization.name, length) or None,
        what_to_expect=prose.sentences(chance, field, organization.name, 3)
        if chance.random() < care / 5
        else None,
        url=f"https://{organization.source_id}.example.org/{at}" if chance.random() < 0.6 else None,
        email=f"hello@{organization.source_id}.example.org" if chance.random() < 0.4 else None,
        status=chance.choices(("active", "paused", "closed", "do_not_list"), (955, 15, 25, 5))[0],
        activities=_activities(chance, field, care),
        run_by=chance.choice(("agency", "specialist", "open", "open", "peer"))
        if chance.random() < care
        else None,
        audience="members" if chance.random() < 0.02 else None,
        formats=(far,) if far else (),
        places=_places(chance, at, town, far, told),
        sessions=_sessions(chance, field, care),
        costs=_costs(chance, care),
        facts=tuple(fact for scope, fact in told if scope == "session"),
        phones=(PhoneRecord(f"0114 496 {chance.randrange(1000):04}"),) if chance.random() < 0.75 else (),
        contacts=_contacts(chance, care),
        rungs=(low, min(8, low + chance.randrange(4))) if chance.random() < care * 0.8 else None,
        checked=checked,
        **_terms_of_use(chance, care, field, town),
    )


def _terms_of_use(chance: random.Random, care: float, field: prose.Field, town: Town) -> dict[str, object]:
    """Whom it is for and how to get in."""
    known = chance.random() < care
    return {
        "referral": chance.choice(("none", "none", "self", "professional")) if known else None,
        "booking": (chance.choice(("none", "phone", "email", "online", "in_person")),) if known else (),
        "wait_weeks": chance.randrange(1, 30) if field.kind == "help" and chance.random() < 0.15 else None,
        "minimum_age": chance.choice((5, 11, 16, 18, 18, 50, 55, 60)) if chance.random() < 0.25 else None,
        "maximum_age": chance.choice((5, 11, 18, 25, 30)) if chance.random() < 0.08 else None,
        "gender": chance.choice(("women", "men")) if chance.random() < 0.05 else ("any" if known else None),
        "languages": tuple(LanguageRecord(code) for code in chance.sample(LANGUAGES, 2))
        if chance.random() < 0.05
        else (),
        "group_size": chance.choice(("1", "2-5", "6-12", "6-12", "13-30", "30+"))
        if chance.random() < care / 2
        else None,
        "goals": tuple(chance.sample(GOALS, 2)) if chance.random() < care / 3 else (),
        "service_area": tuple(f"S{town.outcode + step}" for step in range(chance.randrange(1, 6)))
        if chance.random() < 0.12
        else (),
        "tips": ("Ask about the side door.",) if chance.random() < 0.02 else (),
        "known_by": (chance.choice(prose.slot("first")),) if chance.random() < 0.03 else (),
    }


@cache
def towns() -> tuple[Town, ...]:
    """The same towns in every directory; the first is where the profiles of the benchmark start from."""
    chance = random.Random(3)
    made = [Town("Steelford", 53.38, -1.47, 0.03, 1)]
    for rank in range(1, TOWNS):
        lat, lon = chance.gauss(53.4, 0.35), chance.gauss(-1.5, 0.45)
        made.append(Town(prose.name_of(rank), lat, lon, 0.03 / rank**0.5 + 0.004, 1 + rank % 95))
    return tuple(made)


def _organization(chance: random.Random, number: int) -> OrganizationRecord:
    """A few have hundreds of listings, half of them one."""
    if chance.random() < 0.45:
        which = prose.ranked(chance, max(2, number // 12))
    else:
        which = number + chance.randrange(number)
    own = random.Random(which)
    kind = own.choice(
        ("Trust", "Council", "Association", "Community Centre", "Society", "CIC", "Project", "Parish")
    )
    return OrganizationRecord(
        f"o{which}", f"{prose.name(own)} {own.choice(('', 'and District ', 'Area '))}{kind}"
    )


def _name(chance: random.Random, field: prose.Field, town: Town) -> str:
    title = chance.choice(field.titles).lstrip("=").replace(" _ ", " ")
    shape = chance.choice((
        "{title}", "{town} {title}", "{name} {title}", "{title} at {venue}", "{title} for {who}", "{first}'s {title}",
        "{name} {title} group", "{title} and {other}",
    ))  # fmt: skip
    who = chance.choice(
        ("beginners", "over 50s", "women", "families", "young people", "everyone", "carers", "men")
    )
    filled = shape.format(
        title=title, town=town.name, name=prose.name(chance), venue=prose.venue(chance), who=who,
        first=chance.choice(prose.slot("first")), other=chance.choice(field.words).lstrip("="),
    )  # fmt: skip
    return filled[0].upper() + filled[1:]


def _activities(chance: random.Random, field: prose.Field, care: float) -> tuple[TermRecord, ...]:
    if chance.random() > 0.35 + care:
        return ()
    chosen = chance.sample(field.words, min(len(field.words), chance.choice((1, 1, 2, 3))))
    return tuple(TermRecord(word.lstrip("=").replace(" _ ", " ")) for word in chosen)


def _checked(chance: random.Random, care: float) -> Provenance:
    if chance.random() > care + 0.2:
        return Provenance()
    on = TODAY - timedelta(days=int(chance.expovariate(1 / 240)))
    return Provenance(
        on, chance.choice(("visited", "phoned", "phoned", "told", "website", "import")), "curator"
    )


def _facts(chance: random.Random, care: float, checked: Provenance) -> list[tuple[str, FactRecord]]:
    """(scope, fact): some are known of many listings, most of hardly any."""
    entries = tuple(facts().values())
    how_many = min(int(chance.expovariate(1 / (0.3 + 9 * care * care))), len(entries))
    found = {}
    for _ in range(how_many):
        entry = entries[
            prose.ranked(chance, len(entries)) if chance.random() < 0.5 else chance.randrange(len(entries))
        ]
        value = chance.choices(entry.values, [3] + [1] * (len(entry.values) - 1))[0]
        found[entry.key] = (entry.scope, FactRecord(entry.key, value, checked))
    return list(found.values())


def _places(
    chance: random.Random, at: int, town: Town, far: str, told: list[tuple[str, FactRecord]]
) -> tuple[PlaceRecord, ...]:
    if far in ("online", "phone") and chance.random() < 0.7:
        return ()
    several = chance.randrange(2, 7) if chance.random() < 0.04 else 1
    known = tuple(fact for scope, fact in told if scope == "venue")
    return tuple(_place(chance, f"{at}:{which}", town, () if which else known) for which in range(several))


def _place(chance: random.Random, source_id: str, town: Town, known: tuple[FactRecord, ...]) -> PlaceRecord:
    """Most stand close to the middle, some a long way out; a tenth is on no map."""
    out = town.spread * chance.paretovariate(2.0) * chance.random()
    turn = chance.random() * math.tau
    on_map = chance.random() < 0.9
    return PlaceRecord(
        source_id=source_id,
        name=prose.venue(chance) if chance.random() < 0.8 else None,
        address_1=f"{chance.randrange(1, 300)} {prose.street(chance)}" if chance.random() < 0.8 else None,
        city=town.name if chance.random() < 0.85 else None,
        postal_code=f"S{town.outcode} {chance.randrange(1, 9)}{chance.choice('ABDEFG')}{chance.choice('ABDEFG')}",
        latitude=round(town.lat + out * math.sin(turn), 5) if on_map else None,
        longitude=round(town.lon + 1.6 * out * math.cos(turn), 5) if on_map else None,
        withheld=chance.random() < 0.01,
        accessibility=("Ramp at the side entrance.",) if chance.random() < 0.06 else (),
        facts=known,
    )


def _sessions(chance: random.Random, field: prose.Field, care: float) -> tuple[SessionRecord, ...]:
    """Weekly mostly; places keep hours all week; some meet on the first Tuesday; some said it in words nobody reads."""
    if chance.random() > 0.3 + care:
        return ()
    if field.kind == "place":
        closing = chance.choice(("16:00", "17:00", "17:30", "20:00"))
        return tuple(
            SessionRecord("WEEKLY", byday=day, opens_at="09:30", closes_at=closing) for day in DAYS[:5]
        )
    if chance.random() < 0.06:
        return (SessionRecord(original_text=f"Ring {prose.name(chance)} for times"),)
    start = chance.choice((9, 10, 10, 11, 13, 14, 14, 18, 19, 19))
    minutes = chance.choice(("00", "00", "15", "30"))
    times = {
        "opens_at": f"{start:02}:{minutes}",
        "closes_at": f"{start + chance.choice((1, 2, 2, 3)):02}:{minutes}",
    }
    if chance.random() < 0.15:
        return (
            SessionRecord("MONTHLY", byday=f"{chance.choice((1, 2, 3, -1))}{chance.choice(DAYS)}", **times),
        )
    days = chance.sample(DAYS[:6], chance.choice((1, 1, 1, 1, 2, 3)))
    every, term = chance.choice((1, 1, 1, 2)), chance.random() < 0.15
    return tuple(SessionRecord("WEEKLY", every, byday=day, term_time=term, **times) for day in days)


def _costs(chance: random.Random, care: float) -> tuple[CostRecord, ...]:
    if chance.random() > 0.2 + care:
        return ()
    if chance.random() < 0.1:
        return (CostRecord(option="donation", amount_description="Pay what you like"),)
    amount = chance.choice((0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, round(chance.lognormvariate(1.6, 0.6), 1)))
    return (CostRecord(amount=amount, currency="GBP"),)


def _contacts(chance: random.Random, care: float) -> tuple[ContactRecord, ...]:
    if chance.random() > care / 2:
        return ()
    person = f"{chance.choice(prose.slot('first'))} {prose.name(chance)}"
    return (ContactRecord(person, title="Organiser", visibility=chance.choice(("public", "staff"))),)
