"""Was this group here before? Names of listings that closed, or that asked not to be listed."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils
from sqlalchemy import select

from directory.database import db
from directory.listings import merged_ids
from directory.models import Service, table_of

LIKE_ENOUGH = 86.0
"""Of 100. Two names that share all words in another order have 100, one slip in a short name about 90."""
MOST = 5
SMALL_WORDS = frozenset({"the", "a", "an", "and", "of"})


@dataclass(frozen=True, slots=True)
class Before:
    """A listing of the same or nearly the same name that is closed or must not be listed."""

    listing_id: str
    name: str
    status: str


def seen_before(name: str) -> list[Before]:
    """Closed and do-not-list listings whose name is much like this one, the likest first; at most MOST."""
    service = table_of(Service)
    query = select(service.c.id, service.c.name, service.c.listing_status).where(
        service.c.listing_status.in_(("closed", "do_not_list")), service.c.id.not_in(merged_ids())
    )
    rows = db.session.connection().execute(query.order_by(service.c.id)).all()
    found = process.extract(
        name, [row.name for row in rows], scorer=_alike, processor=_words,
        score_cutoff=LIKE_ENOUGH, limit=MOST,
    )  # fmt: skip
    return [Before(rows[at].id, rows[at].name, rows[at].listing_status) for _, _, at in found]


def _words(name: str) -> str:
    """The words of a name that tell it from others."""
    return " ".join(word for word in utils.default_process(name).split() if word not in SMALL_WORDS)


def _alike(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """Words in any order; of names of two words and more, one may lack words of the other ("Old Chess Club")."""
    whole = fuzz.token_sort_ratio(one, other, score_cutoff=score_cutoff)
    fewest = min(len(set(one.split())), len(set(other.split())))
    return max(whole, fuzz.token_set_ratio(one, other, score_cutoff=score_cutoff) if fewest > 1 else 0.0)
