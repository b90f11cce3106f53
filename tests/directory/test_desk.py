"""The desk: which listings are asked about, in which order, and what a decision changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from directory import asking, calls, catalog, conflicts, desk, erasing, listings, policies, suggestions, usage
from directory.database import db, writing
from directory.errors import Invalid, NotFound
from directory.formatting import USUAL, FreshnessPolicy
from directory.models import ImportConflict, ListingUse, PhoneCall, table_of
from importers.plan import plan
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    PlaceRecord,
    Problem,
    Provenance,
    SessionRecord,
)
from matching.vocabulary.needs import barriers, facts

TODAY = date(2026, 11, 22)
WELL_KNOWN = tuple(
    FactRecord(key, "yes", Provenance(TODAY, "visited"))
    for key in ("quiet", "children_welcome", "missed_ok", "beginners")
)


def group(key: str, **more: Any) -> ListingRecord:
    """A listing about which enough is known and that was checked today, but for what is said."""
    more.setdefault("checked", Provenance(TODAY, "visited", "worker"))
    more.setdefault("facts", WELL_KNOWN)
    return ListingRecord(source="town", source_id=key, name=key.title(), **more)


def add(*records: ListingRecord) -> list[str]:
    return [catalog.add(record, "somebody") for record in records]


def checked(months_ago: int) -> Provenance:
    return Provenance(desk.months_ago(TODAY, months_ago), "visited", "worker")


def kinds() -> dict[str, set[str]]:
    return {sketch.name: set(sketch.kinds) for sketch in desk.survey().sketches}


# --- reasons --------------------------------------------------------------------------------------------------------


def test_a_well_known_group_that_was_checked_lately_is_left_in_peace(app: Flask) -> None:
    add(group("choir"))
    assert desk.queue() == []


@pytest.mark.parametrize(
    ("months", "kind"), [(5, None), (6, "ring_first"), (11, "ring_first"), (12, "expired"), (40, "expired")]
)
def test_a_check_grows_old_and_expires_by_the_months_of_the_policy(
    app: Flask, months: int, kind: str | None
) -> None:
    add(group("choir", checked=checked(months)))
    assert kinds().get("Choir", set()) == ({kind} if kind else set())


def test_a_group_that_nobody_ever_checked_is_asked_about(either_app: Flask) -> None:
    add(group("choir", checked=Provenance()))
    [entry] = desk.queue()
    assert [reason.text for reason in entry.reasons] == ["Nobody here has checked it yet"]


def test_a_fact_that_nobody_checked_for_a_year_is_asked_about_again(either_app: Flask) -> None:
    old = FactRecord("named_host", "yes", Provenance(date(2025, 11, 1), "phoned"))
    add(group("choir", facts=(*WELL_KNOWN, old)), group("band", facts=WELL_KNOWN))
    [entry] = desk.queue()
    assert entry.kinds == {"old_facts"} and "a named host" in entry.reasons[0].text


def test_what_has_only_dates_that_are_past_is_asked_about(either_app: Flask) -> None:
    past = SessionRecord(freq="WEEKLY", byday="TU", until=date(2026, 10, 1))
    once = SessionRecord(dtstart=date(2026, 11, 1))
    coming = SessionRecord(freq="WEEKLY", byday="TU", until=date(2027, 1, 1))
    add(
        group("course", sessions=(past, once)),
        group("weekly", sessions=(past, coming)),
        group("always", sessions=(past, SessionRecord(freq="WEEKLY", byday="WE"))),
        group("said", sessions=(SessionRecord(original_text="ask Wendy"),)),
    )
    assert kinds() == {"Course": {"over"}}
    assert "1 November 2026" in desk.queue()[0].reasons[0].text


def test_a_paused_group_is_asked_about_on_the_day_it_was_to_be_back_and_not_before(either_app: Flask) -> None:
    def back(day: date) -> tuple[SessionRecord, ...]:
        return (SessionRecord(freq="WEEKLY", byday="TU", valid_from=day),)

    add(
        group("due", status="paused", sessions=back(TODAY)),
        group("later", status="paused", sessions=back(date(2026, 11, 23))),
    )
    assert kinds() == {"Due": {"paused"}}


def test_closed_groups_and_those_that_asked_not_to_be_listed_are_never_asked_about(either_app: Flask) -> None:
    add(group("shut", status="closed", checked=Provenance(), facts=()))
    add(group("hush", status="do_not_list", checked=Provenance(), facts=()))
    assert desk.queue() == []


def test_a_suggestion_that_waits_comes_first_until_it_is_decided(either_app: Flask) -> None:
    _, fresh = add(group("old", checked=Provenance(), facts=()), group("fresh"))
    made = suggestions.suggest(fresh, {"name": "Fresher"}, suggestions.By("worker", how="phoned"))
    assert [entry.listing.record.name for entry in desk.queue()] == ["Fresh", "Old"]
    suggestions.decline(made, "cem", "It is called so")
    assert [entry.listing.record.name for entry in desk.queue()] == ["Old"]


# --- order ----------------------------------------------------------------------------------------------------------


def test_of_two_equally_stale_groups_the_one_that_is_used_comes_first(either_app: Flask) -> None:
    used, _ = add(group("used", checked=checked(13)), group("forgotten", checked=checked(13)))
    usage.note([used] * 20, "views")
    usage.flush()
    assert [(entry.listing.record.name, entry.uses) for entry in desk.queue()] == [
        ("Used", 20),
        ("Forgotten", 0),
    ]


@given(
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 10_000),
    st.sets(st.sampled_from(desk.KINDS), min_size=1),
)
def test_older_and_more_used_is_never_further_down(
    months: int, more: int, uses: int, some: set[desk.Kind]
) -> None:
    def score(age: int, times: int, reasons: set[desk.Kind]) -> float:
        one = desk.Sketch("x", "X", desk.months_ago(TODAY, age), times, frozenset(reasons))
        return one.score(TODAY, USUAL)

    assert score(months + more, uses, some) >= score(months, uses, some)
    assert score(months, uses + 1, some) > score(months, uses, some)
    assert score(months, uses, some | {"over"}) >= score(months, uses, some)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_so_many_months_ago_is_the_last_day_that_is_that_long_past(today: date, months: int) -> None:
    from directory.formatting import months_between

    day = desk.months_ago(today, months)
    assert months_between(day, today) >= months
    following = date.fromordinal(day.toordinal() + 1)
    assert months == 0 or months_between(following, today) < months or following.day == 1


# --- questions ------------------------------------------------------------------------------------------------------


def test_of_a_bare_place_step_free_access_and_the_toilet_are_asked_first() -> None:
    bare = ListingRecord(source="town", source_id="bare", name="Bare", formats=("in_person",))
    assert [question.key for question in asking.worth_asking(bare)] == ["step_free", "accessible_toilet"]


def test_nothing_about_a_room_is_asked_of_a_phone_call() -> None:
    line = ListingRecord(source="town", source_id="line", name="Line", formats=("phone",))
    asked = asking.worth_asking(line, 20)
    assert asked and all(facts()[question.key].scope == "session" for question in asked)


@given(st.dictionaries(st.sampled_from(sorted(asking.askable())), st.just("yes"), max_size=20))
def test_what_is_known_is_not_asked_and_each_question_settles_something_new(known: dict[str, str]) -> None:
    record = ListingRecord(
        source="town",
        source_id="x",
        name="X",
        facts=tuple(FactRecord(key, value) for key, value in known.items()),
    )
    asked = asking.worth_asking(record, 99)
    settled = [label for question in asked for label in question.settles]
    assert not {question.key for question in asked} & known.keys()
    assert len(settled) == len(set(settled))
    assert set(settled) <= {entry.label for entry in barriers().values()}


def test_the_barriers_that_weigh_most_are_those_the_form_asks_about_first() -> None:
    from directory.web.forms import FIRST_NEEDS

    assert set(asking.ASKED_FIRST) == set(FIRST_NEEDS)


# --- policy ---------------------------------------------------------------------------------------------------------


def test_a_lead_changes_when_a_check_expires_and_the_desk_follows(either_app: Flask) -> None:
    add(group("choir", checked=checked(13)))
    policies.set_freshness({"full": 3, "ring_first": 18, "expired": 24}, "ruth")
    assert policies.freshness() == FreshnessPolicy(3, 18, 24) and desk.queue() == []
    policies.set_freshness({"full": 1, "ring_first": 2, "expired": 4}, "ruth")
    assert kinds()["Choir"] == {"expired"}


@pytest.mark.parametrize(
    ("months", "field"),
    [((0, 6, 12), "full"), ((3, 3, 12), "ring_first"), ((3, 12, 6), "expired"), ((3, 6, 61), "expired")],
)
def test_months_that_make_no_sense_are_named(app: Flask, months: tuple[int, int, int], field: str) -> None:
    with pytest.raises(Invalid) as told:
        policies.set_freshness(dict(zip(("full", "ring_first", "expired"), months, strict=True)), "ruth")
    assert field in told.value.fields and policies.freshness() == USUAL


# --- use ------------------------------------------------------------------------------------------------------------


def test_counts_add_up_over_several_writings(either_app: Flask) -> None:
    [choir] = add(group("choir"))
    for _ in range(2):
        usage.note([choir, choir], "views")
        usage.note([choir], "suggested")
        assert usage.flush() == 1
    assert usage.flush() == 0
    [row] = db.session.connection().execute(table_of(ListingUse).select()).all()
    assert (row.month, row.views, row.suggested) == ("2026-11", 4, 2)
    assert usage.recent(db.session.connection(), TODAY) == {choir: 6}


def test_use_of_long_ago_no_longer_counts(app: Flask) -> None:
    [choir] = add(group("choir"))
    with writing() as connection:
        rows = [
            {"listing_id": choir, "month": month, "views": 1, "suggested": 0}
            for month in ("2026-08", "2026-09", "2026-11")
        ]
        connection.execute(table_of(ListingUse).insert(), rows)
    assert usage.recent(db.session.connection(), TODAY) == {choir: 2}


def test_what_cannot_be_written_now_is_written_later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    [choir] = add(group("choir"))
    usage.note([choir], "views")

    def busy(*_: object) -> int:
        raise RuntimeError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(usage, "_write", busy)
        with pytest.raises(RuntimeError):
            usage.flush()
    assert usage.flush() == 1


def test_a_listing_that_is_not_here_is_not_counted(either_app: Flask) -> None:
    usage.note(["5f1f6f9e-0000-4000-8000-000000000000"], "views")
    assert usage.flush() == 0


# --- imports --------------------------------------------------------------------------------------------------------


def take(*rows: ListingRecord | Problem) -> None:
    catalog.apply(plan(rows, catalog.known("town")), "import", source="town")


def curated(record: ListingRecord) -> str:
    """A listing that came from a source, with a description of our own."""
    take(record)
    listing_id = listings.ids([record.ref])[record.ref]
    catalog.amend(listing_id, {"description": "Ours"}, "mina")
    return listing_id


def test_a_conflict_waits_until_somebody_decides_and_is_found_once(either_app: Flask) -> None:
    choir = group("choir", description="Once")
    curated(choir)
    for _ in range(2):
        take(replace(choir, description="Theirs"))
    [one] = conflicts.open_conflicts()
    assert (one.field, one.ours, one.theirs) == ("description", ("Ours",), ("Theirs",))
    assert kinds() == {"Choir": {"conflict"}}
    assert "the description" in desk.queue()[0].reasons[0].text


def test_ours_is_kept_and_the_same_value_is_not_asked_about_again(either_app: Flask) -> None:
    choir = group("choir", description="Once")
    listing_id = curated(choir)
    take(replace(choir, description="Theirs"))
    [one] = conflicts.open_conflicts()
    conflicts.settle(one.id, "ours", "mina")
    take(replace(choir, description="Theirs"))
    assert conflicts.open_conflicts() == [] and desk.queue() == []
    assert listings.records([listing_id])[listing_id].description == "Ours"
    take(replace(choir, description="Theirs, but newer"))
    assert [one.theirs for one in conflicts.open_conflicts()] == [("Theirs, but newer",)]


def test_theirs_is_taken_and_nothing_is_left_to_decide(either_app: Flask) -> None:
    choir = group("choir", description="Once")
    listing_id = curated(choir)
    take(replace(choir, description="Theirs"))
    [one] = conflicts.open_conflicts()
    for _ in range(2):
        conflicts.settle(one.id, "theirs", "mina")
    take(replace(choir, description="Theirs"))
    assert conflicts.open_conflicts() == []
    assert listings.records([listing_id])[listing_id].description == "Theirs"


def test_a_conflict_goes_when_the_source_comes_round(app: Flask) -> None:
    choir = group("choir", description="Once")
    curated(choir)
    take(replace(choir, description="Theirs"))
    take(replace(choir, description="Ours"))
    assert conflicts.open_conflicts() == [] and desk.queue() == []


def test_whoever_writes_what_the_source_says_has_decided(either_app: Flask) -> None:
    choir = group("choir", description="Once")
    listing_id = curated(choir)
    take(replace(choir, description="Theirs"))
    catalog.amend(listing_id, {"description": "Theirs"}, "mina")
    assert conflicts.open_conflicts() == [] and desk.queue() == []
    take(replace(choir, description="Theirs"))
    catalog.amend(listing_id, {"description": "Ours again"}, "mina")
    take(replace(choir, description="Theirs"))
    assert conflicts.open_conflicts() == []


def test_the_two_sides_of_a_difference_are_said_as_the_page_says_them() -> None:
    tuesday = SessionRecord(freq="WEEKLY", byday="TU", opens_at="10:00", closes_at="11:30")
    wednesday = replace(tuesday, byday="WE")
    ours, theirs, same = conflicts.differing((tuesday, wednesday), (tuesday,))
    assert (ours, theirs, same) == (("Wednesdays, 10am to 11:30am",), (), 1)
    fact = FactRecord("step_free", "partial")
    assert conflicts.differing((fact,), ()) == (("Partly step-free",), (), 0)


def test_a_row_that_cannot_be_read_today_leaves_the_conflict_open(app: Flask) -> None:
    choir = group("choir", description="Once")
    curated(choir)
    take(replace(choir, description="Theirs"))
    take(Problem("line 2", "sessions", "unreadable", "choir"))
    assert len(conflicts.open_conflicts()) == 1


def test_any_field_that_a_source_says_differently_can_be_taken(app: Flask, choir: ListingRecord) -> None:
    """Every field there is, through JSON and back: what is taken is what the source says."""
    bare = ListingRecord(source="town", source_id="choir", name="Bare")
    take(bare)
    listing_id = listings.ids(["town:choir"])["town:choir"]
    names = catalog.FIELDS - {"source", "source_id", "said", "status"}
    catalog.amend(listing_id, {name: getattr(choir, name) for name in names}, "mina")
    catalog.amend(listing_id, {name: getattr(bare, name) for name in names}, "mina")
    take(choir)
    waiting = conflicts.open_conflicts(100)
    assert len(waiting) > 25
    for one in waiting:
        conflicts.settle(one.id, "theirs", "mina")
    now = listings.records([listing_id])[listing_id]
    assert {one.field for one in waiting if getattr(now, one.field) != getattr(choir, one.field)} == set()


def test_what_was_decided_while_an_import_ran_is_not_asked_again(app: Flask) -> None:
    choir = group("choir", description="Once")
    curated(choir)
    theirs = replace(choir, description="Theirs")
    take(theirs)
    under_way = plan([theirs], catalog.known("town"))
    [one] = conflicts.open_conflicts()
    conflicts.settle(one.id, "ours", "mina")
    catalog.apply(under_way, "import", source="town")
    assert under_way.conflicts and conflicts.open_conflicts() == []


def test_taking_one_fact_from_a_sheet_that_has_only_that_column_keeps_the_address(app: Flask) -> None:
    hall = PlaceRecord("hall", name="Hall", address_1="1 High Street")
    choir = group("choir", places=(hall,))
    take(choir)
    listing_id = listings.ids([choir.ref])[choir.ref]
    catalog.amend(listing_id, {"places": (replace(hall, name="Our Hall"),)}, "mina")
    fact = FactRecord("step_free", "yes")
    said = frozenset({"id", "name", "step_free"})
    take(replace(choir, places=(PlaceRecord("hall", facts=(fact,)),), said=said))
    [one] = conflicts.open_conflicts()
    conflicts.settle(one.id, "theirs", "mina")
    [place] = listings.records([listing_id])[listing_id].places
    assert (place.name, place.address_1, place.facts) == ("Our Hall", "1 High Street", (fact,))


def test_what_a_lead_erases_is_gone_from_conflicts_and_calls_too(either_app: Flask) -> None:
    either_app.config["SECRET_KEY"] = "for tests, and for tests alone"
    choir = group("choir", description="Once", contacts=(ContactRecord("Wendy"),))
    listing_id = curated(choir)
    take(replace(choir, description="Ask for Wendy"))
    calls.record(listing_id, "r1", "no_answer", {}, "Wendy is away", "curator", "mina")
    keys = [found.key for found in erasing.personal(listing_id)]
    erasing.erase(listing_id, keys, "ruth", "asked")
    told = f"{conflicts.open_conflicts()} {calls.earlier(listing_id)}"
    assert "Wendy" not in told and told.count("[taken out]") == 2


def test_a_conflict_in_a_form_that_nobody_can_read_any_more_is_shown_as_it_is(app: Flask) -> None:
    choir = group("choir", description="Once")
    curated(choir)
    take(replace(choir, description="Theirs"))
    with writing() as connection:
        connection.execute(table_of(ImportConflict).update().values(theirs='{"old": 1}'))
    [one] = conflicts.open_conflicts()
    assert one.theirs == ('{"old": 1}',)
    with pytest.raises(Invalid):
        conflicts.settle(one.id, "theirs", "mina")
    conflicts.settle(one.id, "ours", "mina")


def test_what_a_source_no_longer_has_stays_if_somebody_says_so(either_app: Flask) -> None:
    take(group("choir"), group("band"))
    take(group("band"))
    [one] = conflicts.missing()
    assert one.listing.record.name == "Choir" and kinds() == {"Choir": {"missing"}}
    assert "no longer has it" in desk.queue()[0].reasons[0].text
    for _ in range(2):
        conflicts.keep_missing(one.listing.id, "mina")
    take(group("band"))
    assert conflicts.missing() == [] and desk.queue() == []
    assert listings.by_ref("town:choir").missing_since is None


def test_what_is_not_here_cannot_be_decided(app: Flask) -> None:
    with pytest.raises(NotFound):
        conflicts.settle(1, "ours", "mina")
    with pytest.raises(NotFound):
        conflicts.keep_missing("5f1f6f9e-0000-4000-8000-000000000000", "mina")


# --- calls ----------------------------------------------------------------------------------------------------------


def test_what_was_said_on_the_phone_is_known_with_its_provenance(
    either_app: Flask, choir: ListingRecord
) -> None:
    [listing_id] = add(replace(choir, checked=Provenance()))
    answers = {"step_free": "yes", "quiet": "no"}
    assert calls.record(listing_id, "r1", "still_right", answers, "Ask for Wendy.", "curator", "mina")
    record = listings.records([listing_id])[listing_id]
    phoned = Provenance(TODAY, "phoned", "curator")
    assert record.checked == phoned
    assert FactRecord("quiet", "no", phoned) in record.facts
    assert FactRecord("step_free", "yes", phoned) in record.places[0].facts
    assert calls.earlier(listing_id)[0].notes == "Ask for Wendy."


def test_a_form_sent_twice_is_one_call(either_app: Flask) -> None:
    [listing_id] = add(group("choir"))
    assert calls.record(listing_id, "r1", "no_answer", {}, "", "curator", "mina")
    assert not calls.record(listing_id, "r1", "no_answer", {}, "", "curator", "mina")
    assert len(db.session.connection().execute(table_of(PhoneCall).select()).all()) == 1


def test_a_group_that_did_not_answer_rests_and_comes_back(app: Flask) -> None:
    [listing_id] = add(group("choir", checked=checked(13)))
    calls.record(listing_id, "r1", "no_answer", {}, "", "curator", "mina")
    assert desk.queue() == [] and len(desk.queue(kind="expired")) == 1
    with writing() as connection:
        connection.execute(table_of(PhoneCall).update().values(called_on=date(2026, 11, 20)))
    [entry] = desk.queue()
    assert entry.unanswered == 1


def test_a_change_told_on_the_phone_is_no_check_and_is_asked_for_until_the_next_one(
    either_app: Flask,
) -> None:
    [listing_id] = add(group("choir", checked=checked(2)))
    calls.record(listing_id, "r1", "changed", {}, "Now on Mondays", "curator", "mina")
    assert kinds() == {"Choir": {"to_mend"}}
    [entry] = desk.queue()
    assert entry.reasons[0].text == "On the phone they said that something has changed: Now on Mondays"
    assert listings.records([listing_id])[listing_id].checked == checked(2)
    catalog.verify(listing_id, "phoned", "curator", "mina")
    assert desk.queue() == []


@pytest.mark.parametrize(
    ("outcome", "answers", "notes", "field"),
    [
        ("", {}, "", "outcome"),
        ("no_answer", {"quiet": "yes"}, "", "outcome"),
        ("changed", {}, " ", "notes"),
        ("still_right", {"quiet": "perhaps"}, "", "fact_quiet"),
        ("still_right", {}, "x" * 4001, "notes"),
    ],
)
def test_a_call_that_makes_no_sense_says_where(
    app: Flask, outcome: Any, answers: dict[str, str], notes: str, field: str
) -> None:
    [listing_id] = add(group("choir"))
    with pytest.raises(Invalid) as told:
        calls.record(listing_id, "r1", outcome, answers, notes, "curator", "mina")
    assert set(told.value.fields) == {field} and calls.earlier(listing_id) == []


# --- size -----------------------------------------------------------------------------------------------------------


def test_the_queue_reads_only_a_handful_of_listings_whole(
    app: Flask, many: Callable[[int], list[ListingRecord]], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.apply(plan(many(300), {}), "import", source="town")
    read: list[str] = []
    fetch = listings.fetch

    def counting(ids: Any) -> Any:
        wanted = list(ids)
        read.extend(wanted)
        return fetch(wanted)

    monkeypatch.setattr(listings, "fetch", counting)
    assert len(desk.queue(10)) == 10 and len(read) == 10


def test_what_somebody_has_just_checked_leaves_today_though_more_could_be_asked(app: Flask) -> None:
    [thin] = add(group("quiet corner", checked=checked(9), facts=()))
    assert [entry.listing.id for entry in desk.queue()] == [thin]
    catalog.verify(thin, "phoned", "curator", "somebody")
    assert desk.queue() == [] and [entry.listing.id for entry in desk.queue(kind="thin")] == [thin]
