"""What a listing says at length, wherever it was written: beside its times too ("Thursday: youth club 7pm")."""

from __future__ import annotations

import re

from importers.records import ListingRecord

_WORD = re.compile(r"[^\W\d_]{3,}")
_WHEN = """
mon tue tues wed weds thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday mondays
tuesdays wednesdays thursdays fridays saturdays sundays day days daily week weeks weekly weekday weekdays weekend
weekends fortnight fortnightly biweekly month months monthly year all every each other alternate first second third
fourth last jan feb mar apr jun jul aug sep sept oct nov dec january february march april may june july august
september october november december noon midday midnight morning mornings afternoon afternoons evening evenings night
hrs hour hours time times open opens opening closed closes closing start starts starting end ends from until till thru
through between and the for only except excluding including bank public school holiday holidays term christmas summer
winter spring autumn date dates vary varies tbc onwards appointment please see call website
"""
_OF_TIMES = frozenset(_WHEN.split())
"""Words that say when, and nothing of what is on."""


def described(record: ListingRecord) -> tuple[str, ...]:
    """Its description, and what to expect."""
    return tuple(filter(None, (record.description, record.what_to_expect)))


def beside_times(record: ListingRecord) -> tuple[str, ...]:
    """What its times say beyond when it is on, as written."""
    written = dict.fromkeys(session.original_text or "" for session in record.sessions)
    return tuple(text for text in written if beyond_times(text))


def beyond_times(text: str) -> list[str]:
    """The words beside some times that say more than when: of "Tue 2pm knit and natter" three, of "Tue 2pm, term time"
    none."""
    return [word for word in _WORD.findall(text) if word.casefold() not in _OF_TIMES]
