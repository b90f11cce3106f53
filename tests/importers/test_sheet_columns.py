"""The sheet's lists of facts and goals are those of the matcher's vocabulary, though neither may import the other."""

from __future__ import annotations

import tomllib
from pathlib import Path

from importers.sheet_columns import FACTS, GOALS, YES_NO

VOCABULARY = Path(__file__).resolve().parents[2] / "matching" / "vocabulary"


def test_every_fact_column_is_a_fact_of_the_vocabulary_with_the_same_values_and_scope() -> None:
    facts = tomllib.loads((VOCABULARY / "facts.toml").read_text(encoding="utf-8"))["facts"]
    assert {k: (f["scope"], tuple(f.get("values", YES_NO))) for k, f in facts.items()} == FACTS


def test_every_goal_is_a_goal_of_the_vocabulary() -> None:
    goals = tomllib.loads((VOCABULARY / "goals.toml").read_text(encoding="utf-8"))
    assert set(goals) == set(GOALS)
