"""What is avoided costs no more and no less work than what is not there: no clock at the screen can tell them apart.

Work is counted, never timed: which rules are asked and of how many classes, which opportunities are read, and how often
the names of the columns are compared.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.answering import to_json
from matching.columns import Columns
from matching.profile import profile_from
from matching.ranking import rank
from matching.rules.asked import Question
from matching.types import Opportunity
from tests.matching.generated import TODAY, directories, profiles

Work = Counter[str]
laws = settings(max_examples=60, deadline=None)


@contextmanager
def counted() -> Iterator[Work]:
    """How often each rule is asked, and each of what columns can be asked, while it lasts."""
    work: Work = Counter()
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in [(Question, "answer"), *((Columns, name) for name in READ)]:
            _count(patch, work, owner, name)
        yield work


READ = (
    "offer",
    "when",
    "said",
    "id",
    "take",
    "whole",
    "codes",
    "values",
    "sessions",
    "postings",
    "rows_of",
    "called",
)


def _count(patch: pytest.MonkeyPatch, work: Work, owner: type, name: str) -> None:
    real = getattr(owner, name)

    def counting(self: Any, *asked: Any) -> Any:
        work[f"{name} {self.name}" if isinstance(self, Question) else name] += 1
        return real(self, *asked)

    patch.setattr(owner, name, counting)


def answered(profile: dict[str, Any], directory: list[Opportunity]) -> tuple[str, Work]:
    """(Match JSON, the work it took)."""
    columns = Columns(directory)
    with counted() as work:
        found = to_json(rank(profile_from(profile), columns, TODAY, limit=5))
    return json.dumps(found), work


@laws
@given(profiles(), directories(), st.data())
def test_to_avoid_a_listing_is_the_same_answer_and_the_same_work_as_if_it_were_gone(
    profile: dict[str, Any], directory: list[Opportunity], data: st.DataObject
) -> None:
    shunned = data.draw(st.sampled_from(directory)).id
    kind = data.draw(st.sampled_from(["listings", "organizations", "venues"]))
    marked = [
        replace(one, organization="Zest Trust", organization_id="", organization_ref="", venue="Zest Hall")
        if one.id == shunned
        else one
        for one in directory
    ]
    named = {"listings": shunned, "organizations": "Zest Trust", "venues": "Zest Hall"}[kind]
    asked = {**profile, "avoid": {kind: [named]}}
    remaining = [one for one in marked if one.id != shunned]
    assert answered(asked, marked) == answered(asked, remaining)


@laws
@given(profiles(), directories(), st.sampled_from(["listings", "organizations", "venues", "areas"]))
def test_to_avoid_what_is_nowhere_changes_nothing_in_the_answer(
    profile: dict[str, Any], directory: list[Opportunity], kind: str
) -> None:
    plain = {key: value for key, value in profile.items() if key != "avoid"}
    found, _ = answered({**plain, "avoid": {kind: ["Nowhere:land"]}}, directory)
    assert found == answered(plain, directory)[0]
