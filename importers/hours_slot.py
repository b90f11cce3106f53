"""One slot in a week or a month, and whether its times can be true."""

from __future__ import annotations

from importers.clean_time import hhmm
from importers.records import SessionRecord

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ALWAYS = ("00:00", "23:59")
"""Opening and closing time of a place that never closes."""


def slot(
    weekday: int,
    nth: int | None,
    opens: int,
    closes: int | None,
    shown: str | None = None,
    *,
    interval: int = 1,
    term_time: bool = False,
) -> SessionRecord:
    always = opens == 0 and closes == 24 * 60
    return SessionRecord(
        freq="WEEKLY" if nth is None else "MONTHLY",
        interval=interval,
        byday=f"{nth or ''}{DAYS[weekday]}",
        opens_at=ALWAYS[0] if always else hhmm(opens),
        closes_at=ALWAYS[1] if always else (hhmm(closes) if closes is not None else None),
        term_time=term_time,
        original_text=shown,
    )


def believable(opens: int, closes: int | None) -> bool:
    """Does it open before it closes, close at midnight, or close in the small hours after an evening?"""
    if closes is None or opens < closes:
        return True
    return (closes == 0 and opens > 0) or (opens >= 17 * 60 and closes <= 6 * 60 and opens != closes)
