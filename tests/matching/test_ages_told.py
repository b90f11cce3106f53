"""The ages that a listing's own words plainly tell, where nobody entered any."""

from __future__ import annotations

import pytest

from matching.language import ages_told


@pytest.mark.parametrize(
    ("name", "told", "ages"),
    [
        ("Young women's group", "Online, for women 40 years and younger.", (None, 40)),
        ("Havelock centre", "Welcome place for over 55s.", (55, None)),
        ("Sixty and fine", "For adults 60 years of age and older.", (60, None)),
        ("Senior Center", "For those who are sixty years (60) or older.", (60, None)),
        ("Lunches", "A hot lunch for residents over the age of 60.", (60, None)),
        ("Northway Youth Club for ages 11-19", "Mondays 5pm.", (11, 19)),
        ("The Hop 50+", "A café on Tuesdays.", (50, None)),
        ("Ready to work", "Services for adults ages 18 to 59.", (18, 59)),
        ("Drop-in", "Mondays: over 60s lunch. Tuesdays: toddlers.", (None, None)),
        ("Mixed", "For ages 16 to 24, and for adults 55 and older.", (None, None)),
        ("Parents' circle", "For parents of children ages 1 through 3.", (None, None)),
        ("The Players", "A 60+ year old theatre.", (None, None)),
        ("Rooms 10 to 16", "Open 10 to 16.", (None, None)),
        ("Choir", "", (None, None)),
    ],
)
def test_a_plain_age_is_read_and_nothing_else(
    name: str, told: str, ages: tuple[int | None, int | None]
) -> None:
    assert ages_told(name, told) == ages
