"""`make bench`: import, search, match and edit on directories of growing size, as ratios against named baselines.

Baselines, in the same run on the same words: a plain Whoosh OR query over the same texts, and (where the `bench` extra
is installed) a bare tantivy BM25 query, which is near what the machine can do.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from rich.console import Console
from rich.table import Table

from bench import baselines, town
from directory import catalog, create_app, matchmaking, searching
from directory.config import Settings
from directory.database import opened
from directory.serving import engines
from importers.plan import plan
from matching.answering import to_json
from matching.types import Criteria

PROFILE = {
    "assets": ["I like making people laugh", "football", "I used to sing in a choir"],
    "goals": [{"say": "do stand-up comedy", "type": "show_work", "focus": True}, "make a friend"],
    "barriers": [
        {"key": "step_free", "level": "must"},
        {"key": "cost", "level": "must", "limit": 3},
        {"key": "new_people"},
    ],
    "from": {"lat": 53.38, "lon": -1.47},
    "travel": {"max_km": 5},
    "rung": {"comfortable": 4},
}
WORDS = "making people laugh jokes comedy stand up football sing choir friend group beginners welcome"


def median_ms(work: Callable[[], Any], rounds: int) -> float:
    """The middle of `rounds` runs, after one to warm up, in milliseconds."""
    work()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def measure(size: int, rounds: int, folder: Path) -> dict[str, float]:
    """Every figure for one size: milliseconds, listings a second, megabytes."""
    records = list(town.listings(size))
    settings = Settings.load(folder / "data", {"KITH_TODAY": town.TODAY.isoformat()})
    with opened(create_app(settings)) as app:
        figures = {"import, listings a second": size / _import(records)}
        start = time.perf_counter()
        engines().columns()
        figures["first match: reading the columns, ms"] = (time.perf_counter() - start) * 1000
        figures["match, ms"] = median_ms(
            lambda: json.dumps(to_json(matchmaking.find_matches(PROFILE))), rounds
        )
        figures["search, ms"] = median_ms(lambda: searching.search(Criteria(words="comedy choir")), rounds)
        figures["one edit until searchable, ms"] = _edit(app, rounds)
    figures["Whoosh OR query of the same words, ms"] = baselines.whoosh(
        records, WORDS, folder, median_ms, rounds
    )
    if (bare := baselines.tantivy(records, WORDS, median_ms, rounds)) is not None:
        figures["bare tantivy BM25, ms"] = bare
    figures["memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def _import(records: list[Any]) -> float:
    start = time.perf_counter()
    catalog.apply(plan(records, {}), "bench", source="bench")
    engines().catch_up()
    return time.perf_counter() - start


def _edit(app: Flask, rounds: int) -> float:
    from directory import listings

    key = listings.by_ref("bench:0").id
    turn = iter(range(10_000))

    def edit() -> None:
        word = f"zebra{next(turn)}"
        catalog.amend(key, {"name": word}, "bench")
        engines().catch_up()
        assert searching.search(Criteria(words=word)).found.total == 1, app

    return median_ms(edit, min(rounds, 5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    columns = {}
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            columns[size] = measure(size, options.rounds, Path(folder))
    show(columns)


def show(columns: dict[int, dict[str, float]]) -> None:
    """The figures, and under them the ratios."""
    table = Table("", *(f"{size:,} listings" for size in columns))
    for name in next(iter(columns.values())):
        table.add_row(name, *(f"{figures[name]:,.2f}" for figures in columns.values()))
    for base in ("Whoosh OR query of the same words, ms", "bare tantivy BM25, ms"):
        if base in next(iter(columns.values())):
            ratios = (f"{figures[base] / figures['match, ms']:.2f}x" for figures in columns.values())
            table.add_row(f"{base.removesuffix(', ms')}: its time / one match's time", *ratios, style="bold")
    Console().print(table)


if __name__ == "__main__":
    main()
