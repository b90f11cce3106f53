"""A code that no gazetteer has: where the directory's own places with it are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory.own_middles import middle_of

Row = dict[str, str]
SAID = '{"assets": ["chess"], "from": {"postcode": "LL11 3AB"}}'
PUBLISHED = "postcode,latitude,longitude\nLL11 3AB,53.1,-3.1\n"


def _row(number: int, at: tuple[float, float] | None, **more: str) -> Row:
    lat, lon = ("", "") if at is None else map(str, at)
    return {
        "id": str(number), "name": f"Chess club {number}", "venue": f"Hall {number}", "postcode": "LL11 3AB",
        "latitude": lat, "longitude": lon, "withheld_location": "no", **more,
    }  # fmt: skip


THREE = [_row(1, (53.05, -3.0)), _row(2, (53.052, -3.002)), _row(3, (53.054, -3.004))]
NOWHERE = _row(4, None)


def _asked(kith: Any) -> tuple[dict[str, float | None], str]:
    """(listing -> how far, the notes) of the answer to somebody who starts from the code."""
    told = kith("match", "-", "--json", "--as", "staff", stdin=SAID).json()
    found = {one["id"].split(":")[1]: one["distance_km"] for one in (*told["matches"], *told["check_first"])}
    return found, " ".join(told["notes"])


def test_three_places_tell_where_a_code_is_and_a_place_without_a_point_stands_there(
    kith: Any, sheet: Callable[..., Path]
) -> None:
    kith("import", sheet(*THREE, NOWHERE))
    far, notes = _asked(kith)
    assert far["4"] == 0.0
    assert far["1"] == pytest.approx(0.26, abs=0.02)
    assert (
        "We know LL11 3AB only from other places there, so distances are from the middle of those." in notes
    )


def test_two_places_are_not_enough(kith: Any, sheet: Callable[..., Path]) -> None:
    kith("import", sheet(*THREE[:2], NOWHERE))
    far, notes = _asked(kith)
    assert far["4"] is None
    assert "We could not find that place" in notes


def test_a_place_that_must_not_be_known_tells_nothing(kith: Any, sheet: Callable[..., Path]) -> None:
    kith("import", sheet(*THREE[:2], {**THREE[2], "withheld_location": "yes"}, NOWHERE))
    assert _asked(kith)[0]["4"] is None


def test_a_later_import_places_what_was_there_before(kith: Any, sheet: Callable[..., Path]) -> None:
    kith("import", sheet(*THREE[:2], NOWHERE, name="first"))
    kith("import", sheet(THREE[2], name="second"))
    assert _asked(kith)[0]["4"] == 0.0


def test_a_published_point_replaces_the_middle(kith: Any, sheet: Callable[..., Path], tmp_path: Path) -> None:
    kith("import", sheet(*THREE, NOWHERE))
    published = tmp_path / "codes.csv"
    published.write_text(PUBLISHED, encoding="utf-8")
    kith("gazetteer", "load", published)
    far, notes = _asked(kith)
    assert far["1"] is not None
    assert far["1"] > 2
    assert "other places there" not in notes
    kith("import", sheet(*THREE, NOWHERE))
    assert _asked(kith)[0]["1"] == far["1"]


def test_the_same_import_twice_changes_nothing(kith: Any, sheet: Callable[..., Path]) -> None:
    kith("import", sheet(*THREE, NOWHERE))
    before = _asked(kith)
    kith("import", sheet(*THREE, NOWHERE))
    kith("reindex")
    assert _asked(kith) == before
    assert kith("check").exit_code == 0


def test_places_all_over_the_county_tell_nothing_of_where_a_code_is() -> None:
    assert middle_of({(53.4, -1.5), (53.41, -1.51), (53.39, -1.49), (53.4, -1.51), (53.6, -1.5)}) == (
        53.4,
        -1.5,
    )
    assert middle_of({(53.4, -1.5), (53.6, -1.5), (53.8, -1.5)}) is None


def test_a_middle_of_our_own_is_no_measure_for_the_points_that_come_next(
    kith: Any, sheet: Callable[..., Path]
) -> None:
    """Or the same sheet would be read otherwise the second time."""
    far = _row(5, (53.9, -3.0))
    first = kith("import", sheet(*THREE, far), "--json").json()
    again = kith("import", sheet(*THREE, far), "--json").json()
    assert again["counts"]["unchanged"] == 4
    assert again["problems"] == first["problems"]
