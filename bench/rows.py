"""The rows of the table in design.md 8: what is measured, in what, and what it is to reach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `targets` by number of listings; `more` where more is better."""

    key: str
    label: str
    unit: str
    targets: Mapping[int, float] = field(default_factory=dict)
    more: bool = False

    def reached(self, size: int, figure: float) -> str:
        """Target and yes or no, "" where there is none for this size."""
        if size not in self.targets:
            return ""
        target = self.targets[size]
        reached = figure >= target if self.more else figure <= target
        return f"{'at least' if self.more else 'at most'} {target:g}: {'yes' if reached else 'NO'}"


def _both(at_10k: float, at_100k: float) -> Mapping[int, float]:
    return {10_000: at_10k, 100_000: at_100k}


ROWS = (
    Row("match", "one match, JSON in to JSON out, with reasons, p50", "ms", _both(15, 40)),
    Row("match_worst", "  the same for the slowest kind of profile, p50", "ms"),
    Row("whoosh", "  plain Whoosh, OR query of the same words: ten best and how many there are, p50", "ms"),
    Row("whoosh_ratio", "  times quicker than plain Whoosh", "x", _both(10, 40), more=True),
    Row("whoosh_wordiest", "  the same for who said most", "x"),
    Row("whoosh_ten", "  plain Whoosh, the ten best alone, p50", "ms"),
    Row("whoosh_ten_ratio", "  times quicker than that", "x"),
    Row("tantivy", "  bare tantivy BM25 query of the same words, p50", "ms"),
    Row("tantivy_ratio", "  tantivy's time as a part of ours (the limit)", "x"),
    Row("search", "search box, first page with highlights, p50", "ms", _both(30, 150)),
    Row(
        "import", "import of new listings, index and columns included", "a second", _both(300, 200), more=True
    ),
    Row("import_rows", "  tables alone", "a second"),
    Row("import_derived", "  index and columns alone", "a second"),
    Row("edit", "one edit until searchable and matchable", "s", _both(0.5, 0.5)),
    Row("cold", "cold start to first match (new process, saved columns)", "s", _both(1.5, 3)),
    Row("memory_resident", "resident memory of a worker", "MB", _both(250, 600)),
    Row("memory_own", "  its own", "MB"),
    Row("memory_mapped", "  mapped files, shared with other workers", "MB"),
)
GROWTH = {"match": "match", "search": "search", "edit": "edit"}


def growth(columns: Mapping[int, Figures], key: str) -> float | None:
    """The exponent e of time ~ listings^e from the smallest size to the largest; None for one size."""
    small, large = min(columns), max(columns)
    if small == large:
        return None
    return math.log(columns[large][key] / columns[small][key]) / math.log(large / small)


def show(columns: Mapping[int, Figures], console: Console) -> None:
    """The table: each size's figure beside its target. A figure that could not be had is said to be missing."""
    table = Table("", box=None, pad_edge=False)
    for size in columns:
        table.add_column(f"{size:,} listings", justify="right")
        table.add_column("target")
    for row in ROWS:
        cells = [row.label]
        for size, figures in columns.items():
            figure = figures.get(row.key)
            told = (
                ("not here", "") if figure is None else (_shown(figure, row.unit), row.reached(size, figure))
            )
            cells.extend(told)
        table.add_row(*cells)
    console.print(table)
    if len(columns) > 1:
        told = (f"{name} {growth(columns, key):.2f}" for key, name in GROWTH.items())
        span = f"{min(columns):,} to {max(columns):,}"
        console.print(
            f"growth exponent from {span} listings (1 = in step, 0 = not at all): {', '.join(told)}"
        )


def _shown(figure: float, unit: str) -> str:
    digits = 0 if figure >= 100 else 1 if figure >= 10 else 2
    return f"{figure:,.{digits}f} {unit}"
