"""What the editing form reads is what it showed, but for what somebody changed."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.web.editing.form import EVERYTHING
from directory.web.editing.parts import Part
from directory.web.editing.reading import Outcome, prints, read_form, shown
from directory.web.editing.values import Reading
from importers.records import ListingRecord

TODAY = date(2026, 11, 22)


def _records() -> st.SearchStrategy[ListingRecord]:
    path = Path(__file__).parents[1] / "directory" / "conftest.py"
    spec = importlib.util.spec_from_file_location("kith_tests_directory_conftest", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: st.SearchStrategy[ListingRecord] = module._records
    return found


RECORDS = _records()


def as_a_browser_sends(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Line ends as CRLF; what is empty may be there or not."""
    return {
        name: ["\r\n".join(one.replace("\r\n", "\n").replace("\r", "\n").split("\n")) for one in some]
        for name, some in values.items()
        if some
    }


def send(
    record: ListingRecord, change: dict[str, list[str]] | None = None, standing: ListingRecord | None = None
) -> Outcome:
    """Send the whole form of the record, with some values changed, to the listing as it stands by now."""
    parts = EVERYTHING.parts(record)
    sent = as_a_browser_sends({**shown(parts, record), **(change or {})})
    now = standing or record
    return read_form(EVERYTHING.parts(now), Reading(sent, TODAY, now), prints(parts, record))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS)
def test_a_form_that_nobody_touched_changes_nothing(record: ListingRecord) -> None:
    outcome = send(record)
    assert [part.name for part in outcome.touched] == []
    assert outcome.record == record


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS)
def test_another_name_changes_the_name_alone(record: ListingRecord) -> None:
    outcome = send(record, {"name": ["Quite another name"]})
    assert outcome.changes(record).keys() <= {"name"}
    assert outcome.record.name == "Quite another name"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS, st.sampled_from(["sessions", "places", "phones", "contacts", "costs"]))
def test_a_row_that_goes_leaves_the_others_as_they_were(record: ListingRecord, name: str) -> None:
    part: Any = next(part for part in EVERYTHING.parts(record) if part.name == name)
    rows = part.shown(record)
    if not rows or name == "places":
        return
    outcome = send(record, {f"{name}-0-remove": ["y"]})
    left = [value for row in rows[1:] for value in row.values]
    assert list(getattr(outcome.record, name)) == left
    assert outcome.changes(record).keys() <= {name}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS, RECORDS)
def test_what_somebody_else_changed_meanwhile_is_never_undone(
    mine: ListingRecord, theirs: ListingRecord
) -> None:
    outcome = send(mine, {"name": ["Quite another name"]}, standing=theirs)
    assert outcome.changes(theirs).keys() <= {"name"}
    assert [part.name for part in outcome.clashes] == (["name"] if theirs.name != mine.name else [])


def part_of(record: ListingRecord, name: str) -> Part:
    return next(part for part in EVERYTHING.parts(record) if part.name == name)
