"""Text out of real directories (standards.md section 4, rows 14 to 19 and 29)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import clean


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("First line.\\n\\nSecond line.", "First line.\n\nSecond line."),
        ("\ufeffTea and talk", "Tea and talk"),
        ("CafÃ© on the corner", "Café on the corner"),
        ("Youâ€™ll be welcome", "You’ll be welcome"),
        ("9amGÇô5pm, the AttorneyGÇÖs office", "9am–5pm, the Attorney’s office"),
        ("Tŷ Seiont, ar gau tan 1/5/2025", "Tŷ Seiont, ar gau tan 1/5/2025"),
        ("<p>Soup<br />and <strong>bread</strong></p><script>x()</script>", "Soup\nand bread"),
        (
            "Ask Jo <jo@example.org> or see <https://example.org/a>",
            "Ask Jo jo@example.org or see https://example.org/a",
        ),
        (
            '<a class="b" href="https://example.org/book">Book here</a>',
            "Book here (https://example.org/book)",
        ),
        ('<a href="https://example.org/">https://example.org</a>', "https://example.org"),
        ('<a href="mailto:jo@example.org">Jo</a> <a href="#top">up</a>', "Jo (jo@example.org) up"),
        ("Tom &amp; Jerry&apos;s", "Tom & Jerry's"),
        ("Dep&#39;t of Tea", "Dep't of Tea"),
        ("&amp;lt; once only", "&lt; once only"),
        ("ages < 5 and > 90", "ages < 5 and > 90"),
        ("a\xa0b \t c\r\nd\re", "a b c\nd\ne"),
        ("zero\u200bwidth", "zerowidth"),
        ("   ", None),
        (None, None),
    ],
)
def test_dirty_text_reads_as_it_was_meant(dirty: str | None, tidy: str | None) -> None:
    assert clean.text(dirty) == tidy


def test_none_as_a_fee_is_free_and_as_a_language_is_nothing() -> None:
    assert clean.means_free("None.")
    assert clean.means_free("No charge")
    assert not clean.means_free("See notes.")
    assert clean.language("None") is None
    assert clean.said("None") is None
    assert clean.said("See notes.") is None
    assert clean.said("[email protected]") is None
    assert clean.said("Nonesuch Hall") == "Nonesuch Hall"


@pytest.mark.parametrize(
    ("shouted", "calm"),
    [
        ("GIRL SCOUTS COUNCIL OF TROPICAL FLORIDA, INC.", "Girl Scouts Council of Tropical Florida, Inc."),
        ("YMCA OF GREATER MIAMI", "YMCA of Greater Miami"),
        ("VICTIMS CENTER (CVAC)", "Victims Center (CVAC)"),
        ("ST. ANNE'S AND O'NEILL HALL", "St. Anne's and O'Neill Hall"),
        ("U.S. POST OFFICE", "U.S. Post Office"),
        ("5TH STREET GYM", "5th Street Gym"),
        ("GUIDANCE/CARE CENTER", "Guidance/Care Center"),
        ("MARATHON", "Marathon"),
        ("UNESCO", "UNESCO"),
        ("WEST", "WEST"),
        ("Mind the GAP", "Mind the GAP"),
    ],
)
def test_a_shouted_name_is_calmed_where_that_is_safe(shouted: str, calm: str) -> None:
    assert clean.calm(shouted) == calm


def test_a_word_that_the_description_has_in_capitals_stays_an_acronym() -> None:
    assert clean.calm("CAHSD FOOD HELP", "Run by CAHSD for everyone in the county.") == "CAHSD Food Help"
    assert clean.calm("CAHSD FOOD HELP", "RUN BY CAHSD FOOD HELP") == "Cahsd Food Help"


def test_a_calmed_name_gives_back_the_original() -> None:
    assert clean.name("CHESS CLUB") == ("Chess Club", "CHESS CLUB", None)
    assert clean.name("Chess Club") == ("Chess Club", None, None)


def test_a_whole_advert_in_the_title_becomes_a_short_name_and_a_description() -> None:
    advert = "Warm Wednesdays 🍵\nCome along for soup, toast, games and company every week of the winter, all welcome!!"
    name, _, rest = clean.name(advert)
    assert name == "Warm Wednesdays 🍵"
    assert rest is not None and "soup" in rest


def test_a_cell_is_guarded_against_formulas_and_given_back_whole() -> None:
    for begins in ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠"):
        assert clean.guarded(f"{begins}SUM(A1)") == f"'{begins}SUM(A1)"
        assert clean.unguarded(f"'{begins}SUM(A1)") == f"{begins}SUM(A1)"
    assert clean.unguarded("'6-13") == "6-13"
    assert clean.guarded("-1.4659") == "-1.4659"
    assert clean.unguarded("'twas the night") == "'twas the night"


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_survives_guarding(words: str) -> None:
    assert clean.unguarded(clean.guarded(words)) == words or clean.guarded(words) == words


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_cleaning_never_raises(words: str) -> None:
    clean.text(words)
    clean.name(words)
    clean.links(words)
    clean.phones(words)
    clean.sessions(words)
    clean.day(words)
    clean.point(words, words)
    clean.postal_code(words)
    clean.language(words)
