"""The benchmark runs and tells every row; how long anything takes is nobody's business here."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from bench import __main__, town
from bench.rows import GROWTH, ROWS, growth, show


def test_every_row_of_the_table_is_measured_on_a_small_directory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    __main__.main(["--sizes", "200", "--rounds", "1", "--keep", str(tmp_path)])
    printed = capsys.readouterr().out
    for row in ROWS:
        [line] = [line for line in printed.splitlines() if row.label in line]
        told_nowhere = row.key.startswith("tantivy") and "not here" in line
        assert told_nowhere or re.search(rf"\d {row.unit}", line), line
    assert set(json.loads((tmp_path / "200" / "filled.json").read_text())) >= {"import"}


def test_a_figure_stands_beside_its_target_and_growth_below() -> None:
    figures = {row.key: 20.0 for row in ROWS}
    columns = {1_000: figures, 10_000: {**figures, "match": 2000.0}}
    console = Console(width=200)
    with console.capture() as captured:
        show(columns, console)
    text = captured.get()
    assert "at most 15: NO" in text and "at least 10: yes" in text
    assert all(name in text.splitlines()[-1] for name in GROWTH.values())
    assert growth(columns, "match") == pytest.approx(2.0)
    assert growth({1_000: figures}, "match") is None


def test_the_same_seed_makes_the_same_town_and_another_seed_another() -> None:
    assert list(town.listings(120)) == list(town.listings(120))
    assert list(town.listings(120)) != list(town.listings(120, seed=2))


def test_a_generated_town_is_as_uneven_as_a_real_one() -> None:
    made = list(town.listings(3_000))
    assert len({record.source_id for record in made}) == 3_000
    of_one_body = Counter(record.organization.source_id for record in made if record.organization)
    assert max(of_one_body.values()) > 60 and sum(n == 1 for n in of_one_body.values()) > len(of_one_body) / 3
    words = sorted(len((record.description or "").split()) for record in made)
    assert words[150] == 0 and words[1_500] > 10 and words[-1] > 6 * words[1_500]
    known = sorted(len(record.facts) for record in made)
    assert known[1_000] == 0 and known[-1] > 15
    assert any(len(record.places) > 2 for record in made) and any(not record.places for record in made)
    alike = Counter((record.name, record.description) for record in made if record.description)
    assert max(alike.values()) >= 3
