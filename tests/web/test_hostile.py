"""What somebody hostile tries: to learn where a withheld place is, whom a colleague knows, and whose forms are whose."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

WITHHELD = "town:safe-table"


def _answered(client: FlaskClient, **avoid: list[str]) -> set[str]:
    found = client.post("/api/match", json={"avoid": avoid}).get_json()
    lists = ("matches", "check_first", "later", "something_different")
    return {one["id"] for name in lists for one in found.get(name, [])}


@pytest.mark.parametrize("avoid", [{"venues": ["Secret Hall"]}, {"venues": ["S97 1AA"]}])
def test_avoiding_one_place_after_the_other_does_not_tell_where_a_withheld_group_meets(
    client: FlaskClient, avoid: dict[str, list[str]]
) -> None:
    elsewhere = {"venues": ["Nowhere Hall"]} if avoid["venues"] == ["Secret Hall"] else {"venues": ["S97 9ZZ"]}
    seen, other = _answered(client, **avoid), _answered(client, **elsewhere)
    assert (WITHHELD in seen) == (WITHHELD in other)


def test_a_withheld_group_is_avoided_with_its_whole_district_and_with_no_less(client: FlaskClient) -> None:
    assert WITHHELD in _answered(client, areas=["S99 9"])
    for area in ("S97", "S97 1", "S97 1AA", "s97 9zz", "S971AA"):
        assert WITHHELD not in _answered(client, areas=[area]), area
