"""How a distance is said that is known only from or to the middle of a wider area."""

from __future__ import annotations


def roughly(km: float) -> str:
    """ "about 2 km": whole kilometres, and never less than one."""
    return f"about {max(1, round(km))} km"
