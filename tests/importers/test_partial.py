"""A sheet that has no column for a thing says nothing of it; a blank cell says that nothing is known."""

from __future__ import annotations

from pathlib import Path

from importers import sheet
from importers.partial import COLUMNS_OF, completed
from importers.plan import FIELDS, Known, field_prints, fingerprint, plan
from importers.records import FactRecord, ListingRecord, PlaceRecord
from importers.sheet_columns import COLUMNS, FACTS


def read_one(tmp_path: Path, text: str) -> ListingRecord:
    (tmp_path / "sheet.csv").write_text(text, "utf-8")
    [record] = [row for row in sheet.read(tmp_path / "sheet.csv", "s") if isinstance(row, ListingRecord)]
    return record


FULL = """id,name,venue,postcode,description,step_free,lift,quiet,beginners,tips
1,Choir,Hall,S1 2HE,Songs,yes,no,yes,yes,Door
"""


def test_every_column_of_the_sheet_belongs_to_a_field() -> None:
    assert set().union(*COLUMNS_OF.values()) == {*COLUMNS, *FACTS} - {"id"}
    assert set(COLUMNS_OF) <= set(FIELDS)


def test_columns_that_are_not_there_leave_everything_as_it_stands(tmp_path: Path) -> None:
    standing = read_one(tmp_path, FULL)
    after = completed(read_one(tmp_path, "id,name,sessions\n1,Choir,Tue 10:00-11:00\n"), standing)
    assert (after.description, after.tips, after.facts, after.places) == (
        standing.description, standing.tips, standing.facts, standing.places,
    )  # fmt: skip
    assert [session.byday for session in after.sessions] == ["TU"]


def test_a_blank_cell_says_that_nothing_is_known(tmp_path: Path) -> None:
    after = completed(read_one(tmp_path, "id,name,description,quiet\n1,Choir,,\n"), read_one(tmp_path, FULL))
    assert after.description is None
    assert [fact.key for fact in after.facts] == ["beginners"]


def test_one_fact_column_changes_one_fact(tmp_path: Path) -> None:
    standing = read_one(tmp_path, FULL)
    after = completed(read_one(tmp_path, "id,name,lift\n1,Choir,yes\n"), standing)
    assert {fact.key: fact.value for fact in after.places[0].facts} == {"step_free": "yes", "lift": "yes"}
    assert after.places[0].name == "Hall"
    assert after.facts == standing.facts


def test_new_whereabouts_keep_the_facts_that_the_sheet_has_no_column_for() -> None:
    standing = ListingRecord(
        source="s",
        source_id="1",
        name="Choir",
        places=(PlaceRecord("p", name="Old", facts=(FactRecord("lift", "yes"),)),),
    )
    moved = ListingRecord(
        source="s",
        source_id="1",
        name="Choir",
        places=(PlaceRecord("p", name="New"),),
        said=frozenset(("name", "venue")),
    )
    [place] = completed(moved, standing).places
    assert (place.name, [fact.key for fact in place.facts]) == ("New", ["lift"])


def test_a_sheet_with_fewer_columns_is_no_change(tmp_path: Path) -> None:
    before = read_one(tmp_path, FULL)
    known = {"1": Known("id", fingerprint(before), field_prints(before))}
    fewer = plan([read_one(tmp_path, "id,name,venue,postcode\n1,Choir,Hall,S1 2HE\n")], known)
    assert [amendment.fields for amendment in fewer.amend] == [
        ("places",)
    ]  # venue facts are told apart when it is applied
    assert plan([read_one(tmp_path, "id,name,quiet\n1,Choir,yes\n")], known).amend[0].fields == ("facts",)
    assert plan([read_one(tmp_path, "id,name\n1,Choir\n")], known).unchanged == ["1"]


def test_a_public_export_of_a_withheld_place_says_nothing_of_where_it_is(tmp_path: Path) -> None:
    standing = read_one(tmp_path, "id,name,venue,postcode,withheld_location\n1,Choir,Safe Hall,S1 2HE,yes\n")
    public = read_one(tmp_path, "id,name,venue,postcode,withheld_location\n1,Choir,,,yes\n")
    assert completed(public, standing).places == standing.places
