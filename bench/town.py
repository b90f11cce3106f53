"""A directory of any size from a seed: uneven as real data are, in words of the project's own vocabulary."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from importers.records import (
    CostRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)
from matching.vocabulary import assets
from matching.vocabulary.needs import facts

TODAY = date(2026, 11, 22)
SAID = (
    "Come as you are; tea and biscuits after.", "We have been meeting since 1998 and new faces are always welcome.",
    "Ring first.", "Ask for the organiser at the front desk, upstairs on the left.", "Bring a friend if you like.",
    "All abilities. Beginners start on the first week of the month.", "Not during school holidays.",
    "Suggested donation of two pounds towards the hall.", "Limited parking, but the bus stops outside.",
)  # fmt: skip
VENUES = ("St Anne's Hall", "Old Mill", "New Chapel", "Upper Town Centre", "Low Moor Hall", "The Annexe")


def listings(number: int, seed: int = 1) -> Iterator[ListingRecord]:
    """`number` listings; a third well described, a third partly, a third hardly."""
    chance = random.Random(seed)
    entries = list(assets().values())
    weights = [1 / (rank + 3) for rank in range(len(entries))]
    for at in range(number):
        kinds = chance.choices(entries, weights, k=chance.choice((1, 1, 2)))
        yield _listing(chance, at, kinds, chance.choice(("well", "partly", "hardly")))


def _listing(chance: random.Random, at: int, kinds: list, described: str) -> ListingRecord:  # type: ignore[type-arg]
    words = [chance.choice(kind.words) for kind in kinds]
    lat, lon = chance.gauss(53.38, 0.15), chance.gauss(-1.47, 0.2)
    checked = TODAY - timedelta(days=chance.randrange(500)) if described != "hardly" else None
    how_many = {"well": 20, "partly": 6, "hardly": 0}[described]
    known = chance.sample(list(facts().values()), how_many)
    told = [(fact, chance.choices(fact.values, [4] + [1] * (len(fact.values) - 1))[0]) for fact in known]
    place = PlaceRecord(
        source_id=f"{at}:place",
        name=f"{chance.choice(VENUES)} {at % 977}",
        postal_code=f"S{chance.randrange(1, 36)} {chance.randrange(1, 9)}AA",
        latitude=round(lat, 5) if chance.random() > 0.1 else None,
        longitude=round(lon, 5),
        facts=tuple(FactRecord(fact.key, value) for fact, value in told if fact.scope == "venue"),
    )
    low = chance.randrange(1, 8)
    return ListingRecord(
        source="bench",
        source_id=str(at),
        name=f"{words[0].capitalize()} {chance.choice(('group', 'club', 'morning', 'circle', 'drop-in'))} {at}",
        organization=OrganizationRecord(f"o{at % (1 + at // 4)}", f"Organization {at % (1 + at // 4)}"),
        description=" ".join(
            (
                f"All about {' and '.join(words)}.",
                *chance.sample(SAID, {"well": 6, "partly": 3, "hardly": 1}[described]),
            )
        ),
        activities=tuple(TermRecord(word) for word in words) if described != "hardly" else (),
        formats=(chance.choices(("in_person", "online", "phone"), (8, 1, 1))[0],)
        if described != "hardly"
        else (),
        places=(place,),
        sessions=(
            SessionRecord(
                "WEEKLY",
                byday=chance.choice(("MO", "TU", "WE", "TH", "FR", "SA")),
                opens_at="10:00",
                closes_at="12:00",
            ),
        )
        if described != "hardly"
        else (),
        costs=(CostRecord(amount=chance.choice((0.0, 0.0, 2.0, 5.0, 9.0)), currency="GBP"),)
        if described != "hardly"
        else (),
        rungs=(low, min(8, low + 2)) if described == "well" else None,
        phones=(PhoneRecord("0114 496 0000"),),
        facts=tuple(FactRecord(fact.key, value) for fact, value in told if fact.scope == "session"),
        checked=Provenance(checked, "phoned", "curator") if checked else Provenance(),
    )
