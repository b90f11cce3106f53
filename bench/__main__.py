"""`make bench`: fills generated directories, and prints figures, targets and ratios of one run."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bench.measure import measure
from bench.rows import show

SIZES, ROUNDS = (1_000, 10_000, 100_000), 15
QUICK_SIZES, QUICK_ROUNDS = (1_000, 10_000), 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the arguments, measure each size, print the table to stdout (progress goes to stderr)."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of listings (1000 10000 100000)")
    parser.add_argument("--rounds", type=int, help=f"how often each thing is timed ({ROUNDS})")
    parser.add_argument("--quick", action="store_true", help="1000 and 10000 listings, few rounds")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep filled folders here, and use those kept before"
    )
    options = parser.parse_args(arguments)
    sizes = options.sizes or (QUICK_SIZES if options.quick else SIZES)
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    aside = Console(stderr=True)
    columns = {}
    for size in sorted(set(sizes)):
        with _folder(options.keep, size) as folder:
            columns[size] = measure(size, rounds, folder, aside.print)
    show(columns, Console(width=None if Console().is_terminal else 150))


@contextmanager
def _folder(keep: Path | None, size: int) -> Iterator[Path]:
    """A folder for one size: kept, or gone afterwards."""
    if keep:
        folder = keep.resolve() / str(size)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)


if __name__ == "__main__":
    main()
