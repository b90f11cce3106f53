"""A fresh process on a filled data folder, as a server's worker is: `python -m bench.worker cold|memory DATA`.

cold    creates the app, answers one match, and prints the Match JSON: whoever started it holds the clock
memory  answers 20 matches and 20 searches, and prints {"resident", "own", "mapped"} in megabytes
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

ROUNDS = 20
_PARTS = {"VmRSS": "resident", "RssAnon": "own", "RssFile": "mapped"}


def memory() -> dict[str, float]:
    """Megabytes resident, and of these what the process has alone and what is mapped files (shared by workers)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {"resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}
    lines = (line.split() for line in status.read_text(encoding="ascii").splitlines())
    return {_PARTS[key]: int(rest[0]) / 1024 for name, *rest in lines if (key := name.rstrip(":")) in _PARTS}


def main() -> None:
    what, data = sys.argv[1:]
    from bench.profiles import COMEDIAN, PEOPLE, SEARCHES
    from bench.today import settings
    from directory import create_app

    app = create_app(settings(Path(data)))  # first, as `kith serve` and `kith match` do

    from directory import matchmaking
    from directory.database import opened
    from matching.answering import to_json

    with opened(app):
        told: object = to_json(matchmaking.find_matches(COMEDIAN))
        if what == "memory":
            from directory import searching
            from matching.types import Criteria

            for turn in range(ROUNDS):
                one = PEOPLE[turn % len(PEOPLE)]
                to_json(matchmaking.find_matches(one.profile, other=one.other))
                searching.to_json(searching.search(Criteria(**SEARCHES[turn % len(SEARCHES)])))
            told = memory()
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
