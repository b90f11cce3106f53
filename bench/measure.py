"""One size's figures. Public calls of the app only, and every answer looked at: a quick wrong one is no figure."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import baselines, town
from bench.profiles import COMEDIAN, PEOPLE, SEARCHES, Asked
from bench.today import settings
from directory import catalog, create_app, listings, matchmaking, searching
from directory.database import opened
from directory.serving import engines
from importers.plan import plan
from importers.records import FactRecord
from matching.answering import to_json, written
from matching.types import Criteria

ROOT = Path(__file__).parents[1]
Figures = dict[str, float]
EDITS, STARTS = 7, 3
LISTS = ("matches", "check_first", "later")


class WrongAnswer(Exception):
    """Something that was timed did not do its work."""


def clock(work: Callable[[], Any]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(size: int, rounds: int, folder: Path, say: Callable[[str], None]) -> Figures:
    """Every figure for one size, by the keys of `bench.rows`. A folder that is filled already is not filled again."""
    with opened(create_app(settings(folder / "data"))):
        say(f"{size:,} listings: import")
        figures = _filled(size, folder)
        say(f"{size:,} listings: baselines")
        others = _baselines(size, folder)
        say(f"{size:,} listings: matches")
        figures |= _matches(others, rounds)
        say(f"{size:,} listings: searches")
        figures["search"] = 1000 * statistics.median(_searches(rounds))
        say(f"{size:,} listings: edits")
        figures["edit"] = statistics.median(_edits(min(rounds, EDITS)))
    say(f"{size:,} listings: fresh workers")
    starts = [clock(lambda: _worker("cold", folder / "data")) for _ in range(min(rounds, STARTS))]
    figures["cold"] = statistics.median(starts)
    told = _worker("memory", folder / "data")
    return figures | {f"memory_{part}": float(megabytes) for part, megabytes in told.items()}


def _filled(size: int, folder: Path) -> Figures:
    """Fill the folder; how many listings a second, and the share of the time that went into tables."""
    note = folder / "filled.json"
    if note.exists():
        found: Figures = json.loads(note.read_text("utf-8"))
        return found
    records = list(town.listings(size))
    rows = clock(lambda: catalog.apply(plan(records, {}), "bench", source=town.SOURCE))
    derived = clock(lambda: (engines().catch_up(), engines().columns()))
    if listings.count() != size:
        raise WrongAnswer(f"{listings.count()} listings were imported, not {size}")
    figures = {
        "import": size / (rows + derived),
        "import_rows": size / rows,
        "import_derived": size / derived,
    }
    note.write_text(json.dumps(figures), encoding="utf-8")
    return figures


def _baselines(size: int, folder: Path) -> dict[str, baselines.Ask]:
    counted, ten = baselines.whoosh(town.listings(size), folder / "whoosh")
    found = {"whoosh": counted, "whoosh_ten": ten}
    if bare := baselines.tantivy(town.listings(size)):
        found["tantivy"] = bare
    return found


def _matches(others: dict[str, baselines.Ask], rounds: int) -> Figures:
    """Medians, in milliseconds. Kith and its baselines take turns, so that a busy machine slows them alike."""
    spent: dict[tuple[str, str], list[float]] = {}
    for turn in range(rounds + 1):
        for one in PEOPLE:
            took = {"match": clock(lambda one=one: _match(one))}
            if one.words:
                took |= {name: clock(lambda ask=ask, one=one: ask(one.words)) for name, ask in others.items()}
            if turn:  # the first is to warm up
                for name, seconds in took.items():
                    spent.setdefault((name, one.who), []).append(1000 * seconds)
    return _summed_up(spent, others)


def _summed_up(spent: dict[tuple[str, str], list[float]], others: dict[str, baselines.Ask]) -> Figures:
    def middle(name: str, who: Callable[[str], bool]) -> float:
        return statistics.median(
            ms for (of, one), all_ms in spent.items() if of == name and who(one) for ms in all_ms
        )

    worded = {one.who for one in PEOPLE if one.words}
    figures = {"match": middle("match", lambda _: True)}
    figures["match_worst"] = max(middle("match", lambda who, one=one: who == one.who) for one in PEOPLE)
    same_words = middle("match", worded.__contains__)
    for name in others:
        figures[name] = middle(name, worded.__contains__)
        figures[f"{name}_ratio"] = figures[name] / same_words
    wordiest = max(PEOPLE, key=lambda one: len(one.words.split())).who
    figures["whoosh_wordiest"] = middle("whoosh", wordiest.__eq__) / middle("match", wordiest.__eq__)
    return figures


def _match(one: Asked) -> bytes:
    """JSON in to JSON out, as the API reads and writes it."""
    profile, other = json.loads(one.sent)
    return written(matchmaking.find_matches(profile, other=other))


def _searches(rounds: int) -> Iterator[float]:
    """Seconds of each search, over all kinds; the first page as the API gives it, with highlights."""
    for turn in range(rounds + 1):
        for asked in SEARCHES:
            seconds = clock(lambda asked=asked: searching.to_json(searching.search(Criteria(**asked))))
            if turn:
                yield seconds


def _edits(rounds: int) -> Iterator[float]:
    """Seconds until a changed name and fact are found by search and told by a match. Afterwards all is as it was."""
    told = to_json(matchmaking.find_matches(COMEDIAN))
    ref = next(match["id"] for name in LISTS for match in told[name])
    listing = listings.by_ref(ref)
    for turn in range(rounds):
        word = f"zebra{time.time_ns()}"
        known = [fact for fact in listing.record.facts if fact.key != "greeted"]
        changes = {
            "name": f"{listing.record.name} {word}",
            "facts": (
                *known,
                FactRecord("greeted", ("yes", "no")[turn % 2], listing.record.checked),
            ),
        }
        yield clock(lambda changes=changes, word=word: _edit(listing.id, ref, changes, word))
    catalog.amend(listing.id, {"name": listing.record.name, "facts": listing.record.facts}, "bench")
    engines().catch_up()


def _edit(listing_id: str, ref: str, changes: dict[str, Any], word: str) -> None:
    catalog.amend(listing_id, changes, "bench")
    engines().catch_up()
    if searching.search(Criteria(words=word)).found.total != 1:
        raise WrongAnswer("an edited listing is not found by search")
    told = to_json(matchmaking.find_matches(COMEDIAN, limit=50))
    if (ref, changes["name"]) not in {(match["id"], match["name"]) for name in LISTS for match in told[name]}:
        raise WrongAnswer("an edited listing is not told by a match")


def _worker(what: str, data: Path) -> dict[str, Any]:
    """What a fresh process printed. It may keep compiled modules, as one that is installed does."""
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "bench.worker", what, str(data)]
    told: dict[str, Any] = json.loads(
        subprocess.run(command, cwd=ROOT, env=around, check=True, stdout=subprocess.PIPE).stdout
    )
    if what == "cold" and not any(told[name] for name in LISTS):
        raise WrongAnswer("a fresh worker matches nothing")
    return told
