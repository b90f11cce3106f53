"""Why one listing stands where it stands: every rule's verdict and what each part adds to the score.

For staff, of any listing the person may be shown: a hidden one too, and one that has nothing to do with what they bring
or would like. What is on the avoid list is not there, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from matching.answering import VERDICTS, field_of
from matching.columns import Columns, Rows
from matching.language import Words
from matching.picking import pick
from matching.ranking import RULES, WEIGHTS, Asking, contributions
from matching.types import Finding, Profile, Verdict

NOTHING_TO_DO = "nothing in it speaks of what they bring or would like"
DONE = "it has been done already"
NOBODY_KNOWS_WHERE = (
    "nobody knows where it is, and it says too little of what they would like, or is most likely far away"
)
LISTS = {"matches": "fits", "check_first": "check first", "later": "later"}


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule says, for one of those who ask (1, 2). verdict "" where it has nothing to say."""

    person: int
    rule: str
    verdict: str
    words: tuple[str, ...] = ()
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: its weight among all that this person asked for, its value 0-1, and the two multiplied."""

    person: int
    name: str
    weight: float
    value: float
    adds: float


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the listing: how it stands by itself, its score, and why."""

    place: str
    standing: str
    score: float
    parts: tuple[Part, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`stands`: in which list and at what rank, or why in none."""

    id: str
    name: str
    stands: str
    places: tuple[Place, ...]


def explain(
    profiles: Profile | Iterable[Profile],
    columns: Columns,
    today: date,
    listing: str,
    *,
    words: Words | None = None,
) -> Explanation | None:
    """Why the listing stands where it stands; None where it is not here, or not for these people to be shown."""
    people = (profiles,) if isinstance(profiles, Profile) else tuple(profiles)
    everything = Asking.of(people, columns, today, True, words)
    rows = np.array([row for row in columns.rows_of(listing) if everything.visible[row]], dtype=np.int64)
    if not len(rows):
        return None
    asking = Asking.of(people, columns, today, True, words, only=rows)
    return Explanation(
        id=listing,
        name=columns.offer(int(rows[0])).name,
        stands=_stands(everything, rows),
        places=tuple(_place(asking, at) for at in range(len(rows))),
    )


def _stands(asking: Asking, rows: Rows) -> str:
    """In which list it is and at what rank, as the answer has it."""
    field = field_of(asking)
    mine = np.flatnonzero(np.isin(field.rows, rows))
    if not len(mine):
        return f"in no list: {_why_in_none(asking, rows)}"
    picked = pick(field, limit=None, path=False)
    for name, told in LISTS.items():
        positions = getattr(picked, name)
        at = np.flatnonzero(np.isin(positions, mine))
        if len(at):
            return f"{told}, number {int(at[0]) + 1} of {len(positions)}"
    if VERDICTS[int(field.standing[mine].min())] is Verdict.HIDDEN:
        return "hidden"
    return "told together with another session of the same group"


def _why_in_none(asking: Asking, rows: Rows) -> str:
    readings = [one.reading for one in asking.people]
    if any(asking.columns.id(int(rows[0])) in reading.profile.done for reading in readings):
        return DONE
    if any(reading.profile.origin for reading in readings) and asking.columns.somewhere[rows].all():
        return NOBODY_KNOWS_WHERE
    return NOTHING_TO_DO


def _place(asking: Asking, at: int) -> Place:
    field = field_of(asking)
    offer = asking.columns.offer(int(field.rows[at]))
    parts, said = [], []
    for number, (judged, questions) in enumerate(zip(asking.people, asking.questions, strict=True), 1):
        [view] = judged.views(np.array([at]), [offer], asking.today, asking.staff)
        for question in questions:
            found = question.answer(view)
            said += [_said(number, question.name, finding) for finding in found] or [
                Said(number, question.name, "")
            ]
        profile = judged.reading.profile
        said += [Said(number, rule.name, "") for rule in RULES if rule.when and not rule.when(profile)]
        added = contributions(judged.parts(np.array([at])), judged.reading)
        whole = sum(WEIGHTS[name] for name in added)
        for name, value in added.items():
            weight = WEIGHTS[name] / whole
            parts.append(Part(number, name, weight, float(value[0]) / weight, float(value[0])))
    standing = VERDICTS[int(field.standing[at])]
    return Place(
        offer.place or offer.venue, standing.value, float(field.score[at]), tuple(parts), tuple(said)
    )


def _said(person: int, rule: str, finding: Finding) -> Said:
    told = (finding.reason, finding.caution, *finding.questions, finding.hidden_as)
    words = tuple(dict.fromkeys(text for text in told if text))
    return Said(person, rule, finding.verdict.value, words, finding.score)


def to_json(found: Explanation) -> dict[str, Any]:
    """The explanation as plain values."""

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return [plain(one) for one in value]
        if isinstance(value, Said | Part | Place | Explanation):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return round(value, 4) if isinstance(value, float) else value

    told: dict[str, Any] = plain(found)
    return told
