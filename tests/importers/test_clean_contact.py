"""Web addresses, e-mails and phones (standards.md section 4, rows 8, 15, 25 and 26)."""

from __future__ import annotations

import pytest

from importers import clean


@pytest.mark.parametrize(
    ("cell", "urls", "emails"),
    [
        ("www.example.org", ("https://www.example.org",), ()),
        ("example.org.uk/club", ("https://example.org.uk/club",), ()),
        ("http://example.org/A", ("http://example.org/A",), ()),
        ("https://www.EXAMPLE.org/Page", ("https://www.example.org/Page",), ()),
        ("www.one.org\nwww.two.org", ("https://www.one.org", "https://www.two.org"), ()),
        ("Office@school.example.co.uk", (), ("Office@school.example.co.uk",)),
        ("mailto:hello@example.org", (), ("hello@example.org",)),
        ("www.example.org\\club", ("https://www.example.org/club",), ()),
        ("NA", (), ()),
    ],
)
def test_a_web_address_cell_gives_what_can_be_followed(
    cell: str, urls: tuple[str, ...], emails: tuple[str, ...]
) -> None:
    found = clean.links(cell)
    assert (found.urls, found.emails, found.problem) == (urls, emails, None)


def test_a_path_alone_is_left_out_and_said_so() -> None:
    found = clean.links("/cwmdonkin")
    assert found.url is None
    assert found.problem is not None and "/cwmdonkin" in found.problem


def test_words_are_no_web_address() -> None:
    assert clean.links("See footnote below").url is None
    assert clean.links("See footnote below").problem


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("305-573-4200 x57471", [("305-573-4200", "57471")]),
        ("0114 496 0000 ext. 12", [("0114 496 0000", "12")]),
        ("(800) 370-LEAD", [("(800) 370-LEAD", None)]),
        ("(311)    -", [("311", None)]),
        ("T:  01632 960588 E: hello@example.org", [("01632 960588", None)]),
        ("0114 496 0001 or 07700 900123", [("0114 496 0001", None), ("07700 900123", None)]),
        ("01632 960123 / 01632 960124", [("01632 960123", None), ("01632 960124", None)]),
        ("+44 (0)1632 960774", [("+44 (0)1632 960774", None)]),
        ("116 123", [("116 123", None)]),
        ("111", [("111", None)]),
        ("0161 496 0132 (manned on occasions)", [("0161 496 0132", None)]),
        ("Phone: N/A", []),
        ("[email protected]", []),
        ("", []),
    ],
)
def test_phone_cells_give_numbers_and_extensions(cell: str, numbers: list[tuple[str, str | None]]) -> None:
    assert [(p.number, p.extension) for p in clean.phones(cell)] == numbers


def test_a_fax_number_is_known_as_one() -> None:
    assert [p.type for p in clean.phones("Tel: 01632 960001; Fax: 01632 960002")] == [None, "fax"]


def test_a_number_answered_for_the_whole_country_is_known() -> None:
    assert clean.toll_free("0800 111 222")
    assert clean.toll_free("1-800-555-0100")
    assert not clean.toll_free("0114 496 0000")
    assert not clean.toll_free("305-555-0100")


def test_an_address_in_angle_brackets_is_an_address() -> None:
    assert clean.emails("Jo Host <jo@example.org>") == ("jo@example.org",)
    assert clean.links("<https://example.org/a>").url == "https://example.org/a"
