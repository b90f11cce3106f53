from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_mailman import Mail
from hypothesis import given
from hypothesis import strategies as st

from directory import catalog, checking, group_links, history, limits, listings, replies, suggestions
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.formatting import FreshnessPolicy
from directory.group_links import GOOD_FOR, LinkExpired
from directory.limits import Rule, wait_for
from directory.models import ListingCheck, ReplyAddress, Suggestion, Tally
from directory.suggestions import By
from importers.records import FactRecord, ListingRecord, PhoneRecord, Provenance

TODAY = date(2026, 11, 22)
WORKER = By("worker", how="phoned")


@pytest.fixture
def store(either_app: Flask) -> Flask:
    either_app.config["SECRET_KEY"] = "for tests, and for tests alone"
    return either_app


@pytest.fixture
def mail(store: Flask) -> list[Any]:
    """The letters that went out."""
    store.config.update(MAIL_BACKEND="locmem", MAIL_DEFAULT_SENDER="kith@example.org")
    mailman = Mail(store)
    mailman.state.outbox = []
    store.extensions["mailman"].outbox = []
    return store.extensions["mailman"].outbox


def record_of(listing_id: str) -> ListingRecord:
    return listings.records([listing_id])[listing_id]


def state_of(key: str) -> str:
    return suggestions.one(key).state


# --- suggesting -----------------------------------------------------------------------------------------------------


def test_nothing_shows_until_a_curator_takes_it(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(key, {"name": "Sing!", "fact:beginners": "no"}, WORKER)
    assert record_of(key) == choir
    [waiting] = suggestions.waiting()
    assert (waiting.id, waiting.kind, waiting.by_role, waiting.state) == (
        made,
        "correction",
        "worker",
        "waiting",
    )
    assert {(one.field, one.now, one.proposed) for one in waiting.proposals} == {
        ("name", choir.name, "Sing!"),
        ("fact:beginners", "yes", "no"),
    }
    suggestions.accept(made, ["name", "fact:beginners"], "cem")
    now_is = record_of(key)
    assert now_is.name == "Sing!"
    assert now_is.facts[0] == FactRecord("beginners", "no", Provenance(TODAY, "phoned", "worker"))
    assert now_is.facts[1:] == choir.facts[1:] and now_is.checked == choir.checked
    assert history.of(key).actions[0].actor == "cem"
    assert suggestions.waiting() == [] and suggestions.count() == 0


def test_some_of_it_can_be_taken(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(
        key, {"name": "Sing!", "phones": (PhoneRecord("01632 960999"),), "fact:step_free": "yes"}, WORKER
    )
    suggestions.accept(made, ["fact:step_free"], "cem")
    now_is = record_of(key)
    assert (now_is.name, now_is.phones) == (choir.name, choir.phones)
    assert now_is.places[0].facts[0] == FactRecord("step_free", "yes", Provenance(TODAY, "phoned", "worker"))
    taken = db.session.scalar(sa.select(Suggestion.taken).where(Suggestion.id == made))
    assert taken == ["fact:step_free"]


def test_a_fact_can_become_unknown_again(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    suggestions.accept(suggestions.suggest(key, {"fact:alcohol": None}, WORKER), ["fact:alcohol"], "cem")
    assert [fact.key for fact in record_of(key).facts] == ["beginners"]


def test_taking_nothing_of_something_is_refused(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(key, {"name": "Sing!"}, WORKER)
    with pytest.raises(Invalid):
        suggestions.accept(made, ["description"], "cem")
    assert state_of(made) == "waiting" and record_of(key) == choir


def test_declining_changes_nothing_and_keeps_why(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(key, {"name": "Sing!"}, WORKER)
    suggestions.decline(made, "cem", "They like their name")
    assert (state_of(made), suggestions.one(made).answer) == ("declined", "They like their name")
    assert record_of(key) == choir


def test_of_two_curators_who_decide_at_once_one_is_told(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(key, {"name": "Sing!"}, WORKER)
    together, told = threading.Barrier(2), []

    def decide(actor: str) -> None:
        with store.app_context():
            together.wait()
            try:
                suggestions.accept(made, ["name"], actor)
                told.append("done")
            except Conflict:
                told.append("already")
            finally:
                db.session.remove()

    curators = [threading.Thread(target=decide, args=[name]) for name in ("cem", "dot")]
    for one in curators:
        one.start()
    for one in curators:
        one.join(30)
    assert sorted(told) == ["already", "done"]
    assert len(history.of(key).actions) == 2


@pytest.mark.parametrize("first", ["accept", "decline"])
@pytest.mark.parametrize("second", ["accept", "decline"])
def test_a_suggestion_is_decided_once(store: Flask, choir: ListingRecord, first: str, second: str) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(key, {"name": "Sing!"}, WORKER)
    decide = {
        "accept": lambda: suggestions.accept(made, ["name"], "cem"),
        "decline": lambda: suggestions.decline(made, "cem"),
    }
    decide[first]()
    stood = record_of(key)
    with pytest.raises(Conflict, match="already"):
        decide[second]()
    assert record_of(key) == stood


def test_the_same_suggestion_sent_twice_is_one(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    once = uuid4().hex
    assert suggestions.suggest(key, {"name": "Sing!"}, WORKER, once=once) == suggestions.suggest(
        key, {"name": "Sing!"}, WORKER, once=once
    )
    assert suggestions.count() == 1


def test_what_was_changed_meanwhile_is_pointed_out(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    suggestions.suggest(key, {"name": "Sing!", "description": "Songs."}, WORKER)
    catalog.amend(key, {"name": "Sing on!", "description": "Songs."}, "ben")
    [waiting] = suggestions.waiting()
    told = {one.field: (one.changed_since, one.is_done) for one in waiting.proposals}
    assert told == {"name": (True, False), "description": (True, True)}


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"name": " "}, {}),
        ({"source_id": "x"}, {}),
        ({"tips": ("x",)}, {}),
        ({"fact:beginners": "perhaps"}, {}),
        ({"fact:no_such": "yes"}, {}),
        ({}, {}),
        ({}, {"kind": "report", "category": "boring"}),
        ({}, {"kind": "report", "category": "other", "words": "x" * 4001}),
        ({}, {"kind": "report", "category": "other", "address": "a@b@c"}),
        ({}, {"kind": "report", "category": "other", "address": "a@example.org\nBcc: b@example.org"}),
    ],
)
def test_what_cannot_be_kept_is_refused(
    store: Flask, choir: ListingRecord, changes: dict[str, Any], more: dict[str, Any]
) -> None:
    key = catalog.add(choir, "ama")
    with pytest.raises(Invalid):
        suggestions.suggest(key, changes, WORKER, **more)
    assert suggestions.count() == 0


def test_a_building_is_not_suggested_where_there_is_no_place(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(replace(choir, places=(), sessions=()), "ama")
    with pytest.raises(Invalid, match="no place"):
        suggestions.suggest(key, {"fact:lift": "yes"}, WORKER)


def test_nothing_is_suggested_about_what_is_not_there(store: Flask) -> None:
    with pytest.raises(NotFound):
        suggestions.suggest(str(uuid4()), {"name": "Sing!"}, WORKER)
    with pytest.raises(NotFound):
        suggestions.accept(str(uuid4()), ["name"], "cem")


def test_where_somebody_felt_unsafe_comes_first(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    suggestions.suggest(key, {"name": "Sing!"}, WORKER)
    urgent = suggestions.suggest(key, {}, By("public"), kind="report", category="unsafe")
    assert suggestions.waiting(1)[0].id == urgent


# --- what a group sends ---------------------------------------------------------------------------------------------


def test_what_the_group_says_counts_as_a_check_once_it_is_taken(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(key, {}, By("group", how="told", link="n1"), kind="confirmation")
    assert record_of(key).checked == choir.checked
    suggestions.accept(made, [], "cem")
    assert record_of(key).checked == Provenance(TODAY, "told", "the group itself")
    assert db.session.scalar(sa.select(ListingCheck.how).where(ListingCheck.listing_id == key)) == "told"


def test_an_old_answer_does_not_make_a_newer_check_older(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    made = suggestions.suggest(key, {}, By("group", how="told", link="n1"), kind="confirmation")
    catalog.verify(key, "visited", "worker", "ben", on=TODAY + timedelta(days=3))
    suggestions.accept(made, [], "cem")
    assert record_of(key).checked.checked_how == "visited"


def test_a_link_is_used_once(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    by = By("group", how="told", link="n1")
    assert not suggestions.link_used("n1")
    suggestions.suggest(key, {"name": "Sing!"}, by)
    assert suggestions.link_used("n1")
    with pytest.raises(Conflict, match="used already"):
        suggestions.suggest(key, {"name": "Shout!"}, by)
    assert suggestions.count() == 1


def test_a_link_opens_for_its_listing_until_it_is_too_old(
    store: Flask, choir: ListingRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    import itsdangerous.timed

    key = catalog.add(choir, "ama")
    token = group_links.make(key)
    assert group_links.opened(token).listing_id == key
    assert group_links.opened(token).nonce != group_links.opened(group_links.make(key)).nonce
    assert choir.name not in token
    later = (datetime.now(UTC) + GOOD_FOR + timedelta(minutes=1)).timestamp()
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    with pytest.raises(LinkExpired):
        group_links.opened(token)


def test_a_forged_link_opens_nothing(store: Flask, choir: ListingRecord) -> None:
    from itsdangerous import URLSafeTimedSerializer

    key = catalog.add(choir, "ama")
    token = group_links.make(key)
    other_purpose = URLSafeTimedSerializer(store.config["SECRET_KEY"], salt="another purpose").dumps(
        [key, "n"]
    )
    right = URLSafeTimedSerializer(store.config["SECRET_KEY"], salt="kith: a group about its own entry")
    for forged in (
        "", "x", token[:-1], "a" + token, token.swapcase(), other_purpose, right.dumps("text"),
        right.dumps(["no uuid", "n"]), right.dumps([1, 2]),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            group_links.opened(forged)


# --- the reporter hears ---------------------------------------------------------------------------------------------


def report(key: str, address: str) -> str:
    return suggestions.suggest(
        key, {}, By("public"), kind="report", category="closed", words="Nobody there", address=address
    )


def test_the_reporter_learns_the_outcome_and_the_address_goes(
    store: Flask, choir: ListingRecord, mail: list[Any]
) -> None:
    key = catalog.add(choir, "ama")
    made = report(key, "ria@example.org")
    sealed = db.session.scalar(sa.select(ReplyAddress.sealed))
    assert sealed and "ria" not in sealed
    assert suggestions.one(made).wants_answer
    suggestions.accept(made, [], "cem", "We rang: they moved to Mill Lane.")
    assert replies.answer(made)
    [letter] = mail
    assert letter.to == ["ria@example.org"] and "they moved to Mill Lane" in letter.body
    assert choir.name not in letter.subject + letter.body
    assert db.session.scalar(sa.select(ReplyAddress.id)) is None
    assert replies.answer(made) and len(mail) == 1


def test_an_answer_that_cannot_be_sent_is_kept_and_sent_later(
    store: Flask, choir: ListingRecord, request: pytest.FixtureRequest
) -> None:
    key = catalog.add(choir, "ama")
    made = report(key, "ria@example.org")
    suggestions.decline(made, "cem")
    assert not replies.answer(made)
    assert replies.unsent() == [made]
    mail = request.getfixturevalue("mail")
    assert replies.answer(made) and replies.unsent() == []
    assert mail[0].to == ["ria@example.org"]


def test_nobody_is_written_to_before_there_is_an_outcome(
    store: Flask, choir: ListingRecord, mail: list[Any]
) -> None:
    made = report(catalog.add(choir, "ama"), "ria@example.org")
    assert replies.answer(made) and mail == []
    assert suggestions.one(made).wants_answer


def test_an_address_that_no_key_opens_any_more_is_erased(
    store: Flask, choir: ListingRecord, mail: list[Any]
) -> None:
    made = report(catalog.add(choir, "ama"), "ria@example.org")
    suggestions.decline(made, "cem")
    store.config["SECRET_KEY"] = "another key, since the old one was lost"
    assert replies.answer(made) and mail == []
    assert db.session.scalar(sa.select(ReplyAddress.id)) is None


def test_an_address_that_waited_half_a_year_is_erased(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    old = report(key, "ria@example.org")
    with writing() as connection:
        connection.execute(sa.update(ReplyAddress).values(since=now() - timedelta(days=181)))
    new = report(key, "sam@example.org")
    assert replies.awaited([old, new]) == {new}
    assert suggestions.one(old).words == "Nobody there"


# --- checking -------------------------------------------------------------------------------------------------------


def test_still_right_says_who_and_how_and_keeps_the_note(store: Flask, choir: ListingRecord) -> None:
    key = catalog.add(choir, "ama")
    once = uuid4().hex
    for _ in range(2):
        checking.still_right(
            key,
            "phoned",
            "worker",
            "ben",
            note="Ask after two",
            facts={"quiet": "yes", "lift": "no"},
            once=once,
        )
    now_is, today = record_of(key), Provenance(TODAY, "phoned", "worker")
    assert now_is.checked == today
    assert FactRecord("quiet", "yes", today) in now_is.facts
    assert FactRecord("lift", "no", today) in now_is.places[0].facts
    [check] = history.of(key).checks
    assert (check.how, check.role, check.actor, check.note) == ("phoned", "worker", "ben", "Ask after two")


@pytest.mark.parametrize(
    "wrong", [{"how": "guessed"}, {"how": "import"}, {"note": "x" * 2001}, {"facts": {"no_such": "yes"}}]
)
def test_a_check_that_makes_no_sense_is_refused(
    store: Flask, choir: ListingRecord, wrong: dict[str, Any]
) -> None:
    key = catalog.add(choir, "ama")
    with pytest.raises(Invalid):
        checking.still_right(key, role="worker", actor="ben", **{"how": "phoned", **wrong})
    assert record_of(key) == choir


def test_a_fact_that_nobody_checked_for_a_year_is_asked_about_again(choir: ListingRecord) -> None:
    old = Provenance(date(2025, 11, 22), "visited", "worker")
    record = replace(choir, facts=(FactRecord("quiet", "yes", old), *choir.facts))
    asked = {one.key: one for one in checking.worth_asking(record, TODAY)}
    later = checking.worth_asking(record, TODAY, rules=FreshnessPolicy(full=6, ring_first=12, expired=24))
    assert "quiet" not in {one.key for one in later}  # a lead decided that a check counts for two years
    assert (asked["quiet"].value, asked["quiet"].last) == ("yes", date(2025, 11, 22))
    assert "beginners" not in asked  # checked half a year ago
    assert (
        asked["parking"].value == "yes" and asked["parking"].last is None
    )  # known, and nobody knows from whom


def test_rooms_are_not_asked_of_a_phone_line(choir: ListingRecord) -> None:
    from matching.vocabulary import needs

    line = replace(choir, places=(), sessions=(), formats=("phone",))
    assert all(needs.facts()[one.key].scope == "session" for one in checking.worth_asking(line, TODAY))
    assert len(checking.worth_asking(line, TODAY, 3)) == 3


# --- limits ---------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOURLY = Rule(3, timedelta(hours=1))


def minutes_ago(*minutes: int) -> list[datetime]:
    return [NOON - timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("past", "wait"),
    [((), 0), ((1, 2), 0), ((1, 2, 50), 10), ((1, 2, 60), 0), ((1, 2, 30, 50), 30), ((50, 2, 1), 10)],
)
def test_the_fourth_within_the_hour_waits_for_the_first_to_be_over(past: tuple[int, ...], wait: int) -> None:
    assert wait_for(minutes_ago(*past), NOON, [HOURLY]) == timedelta(minutes=wait)


@given(st.lists(st.integers(0, 200), max_size=20), st.integers(1, 5), st.integers(1, 100))
def test_after_the_wait_one_more_is_within_every_rule(past: list[int], most: int, within: int) -> None:
    rules = [Rule(most, timedelta(minutes=within)), HOURLY]
    times = minutes_ago(*past)
    after = NOON + wait_for(times, NOON, rules)
    assert wait_for(times, after, rules) == timedelta(0)


def test_tries_are_counted_in_the_database_under_no_address(store: Flask) -> None:
    waits = [limits.take("report", "192.0.2.7", [HOURLY]) for _ in range(4)]
    assert not any(waits[:3]) and timedelta(minutes=59) < waits[3] <= timedelta(hours=1)
    assert not limits.take("report", "192.0.2.8", [HOURLY]) and not limits.take(
        "other", "192.0.2.7", [HOURLY]
    )
    keys = list(db.session.scalars(sa.select(Tally.key)))
    assert len(keys) == 5 and len(set(keys)) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_what_was_counted_yesterday_is_gone(store: Flask) -> None:
    limits.take("report", "192.0.2.7", [HOURLY])
    with writing() as connection:
        connection.execute(sa.update(Tally).values(at=now() - timedelta(days=2)))
    limits.take("report", "192.0.2.8", [HOURLY])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tally)) == 1
