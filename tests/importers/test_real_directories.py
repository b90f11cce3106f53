"""The real directories, whole: how many listings come out, and that nothing is lost on the way."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from importers import clean, formats
from importers.plan import Known, field_prints, fingerprint, plan
from importers.records import ListingRecord, Problem, SessionRecord

pytestmark = pytest.mark.shared_data


def listings_and_problems(path: Path, source: str) -> tuple[list[ListingRecord], list[Problem]]:
    rows = list(formats.read(path, source))
    return [r for r in rows if isinstance(r, ListingRecord)], [p for p in rows if isinstance(p, Problem)]


@pytest.fixture(scope="module")
def miami(shared_data: Path) -> tuple[list[ListingRecord], list[Problem]]:
    return listings_and_problems(shared_data / "miami_open211", "miami")


@pytest.fixture(scope="module")
def warm(shared_data: Path) -> tuple[list[ListingRecord], list[Problem]]:
    return listings_and_problems(shared_data / "warm_spaces_uk" / "places_2022-12-15.json", "warm")


@pytest.fixture(scope="module")
def libraries(shared_data: Path) -> tuple[list[ListingRecord], list[Problem]]:
    return listings_and_problems(shared_data / "england_libraries" / "libraries.csv", "libraries")


def test_every_service_of_miami_is_in(miami: Any) -> None:
    found, problems = miami
    assert len(found) == len({r.source_id for r in found}) == 4089
    assert sum(bool(r.organization and r.organization.placeholder) for r in found) == 447
    fields = Counter((p.where.split(" line")[0], p.field) for p in problems)
    assert fields[("services.csv", "organization_id")] == 447
    orphans = [
        p.message
        for p in problems
        if p.where in {"eligibility.csv", "services_taxonomy.csv", "locations.csv"}
    ]
    assert sorted(int(m.split()[0]) for m in orphans) == [2244, 3015, 9155]
    assert all(r.status == "active" for r in found)


def test_miami_reads_like_something_written_for_people(miami: Any) -> None:
    found, _ = miami
    texts = [
        t for r in found for t in (r.name, r.description or "", r.organization.name if r.organization else "")
    ]
    assert not any("\\n" in t or "###" in t or "GÇ" in t for t in texts)
    shouted = [r.name for r in found if len(r.name.split()) > 1 and r.name.isupper()]
    assert len(shouted) < 20, shouted
    assert sum(p.private for r in found for p in r.places) == 1
    assert not any("confidential" in (p.address_1 or "").lower() for r in found for p in r.places)
    assert 50 <= sum(r.remote for r in found) <= 400
    assert sum(bool(r.phones) for r in found) > 4050
    assert sum(any(s.freq for s in r.sessions) for r in found) > 2200


def test_every_warm_space_is_in_or_accounted_for(warm: Any) -> None:
    found, problems = warm
    kept_out = [
        p for p in problems if p.field == "record" or (p.field == "name" and p.where.startswith("record"))
    ]
    assert len(found) + len(kept_out) == 8861
    assert len([p for p in kept_out if p.field == "record"]) == 16
    assert len({r.source_id for r in found}) == len(found)
    timed = [r for r in found if r.sessions]
    assert sum(any(s.freq for s in r.sessions) for r in timed) / len(timed) > 0.9
    assert not any(re.search(r"<\w+[^>]*>|&\w+;", r.name) for r in found)


def test_every_library_is_in_and_the_closed_ones_are_closed(libraries: Any) -> None:
    found, _ = libraries
    assert len(found) == 3238
    assert Counter(r.status for r in found) == {"active": 2986, "closed": 252}
    assert all(clean.postcode(p.postal_code) for r in found for p in r.places if p.postal_code)


def test_importing_a_real_directory_twice_changes_nothing(miami: Any, warm: Any, libraries: Any) -> None:
    for found, _ in (miami, warm, libraries):
        known = {r.source_id: Known(r.source_id, fingerprint(r), field_prints(r)) for r in found}
        again = plan(found, known)
        assert again.counts() | {"problems": 0} == {
            "read": len(found),
            "created": 0,
            "amended": 0,
            "unchanged": len(found),
            "missing": 0,
            "conflicts": 0,
            "problems": 0,
        }


def spoken(sessions: tuple[SessionRecord, ...]) -> set[tuple[str | None, str | None, str | None]]:
    return {(s.byday, s.opens_at, s.closes_at) for s in sessions if s.freq}


def test_free_text_hours_agree_with_what_people_read_in_them(shared_data: Path) -> None:
    corpus = json.loads((shared_data / "warm_spaces_uk" / "tests.json").read_text(encoding="utf-8"))["tests"]
    agreed = 0
    for case in corpus:
        wanted = set().union(*(spoken(clean.sessions(rule)) for rule in case["good"].split(";")))
        agreed += spoken(clean.sessions(case["text"])) == wanted
    assert len(corpus) == 358
    assert agreed >= 356, f"only {agreed} of 358"
