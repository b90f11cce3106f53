from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import catalog, outbox
from directory.config import current_settings
from directory.database import writing
from directory.listings import Listing
from importers.plan import plan
from importers.records import ListingRecord

Many = Callable[[int], list[ListingRecord]]


@dataclass
class Index:
    """A stand-in index: what it was told."""

    there: dict[str, Listing] = field(default_factory=dict)
    told: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, upserts: Sequence[Listing], removals: Sequence[str]) -> None:
        self.told.append((len(upserts), len(removals)))
        self.there.update((one.id, one) for one in upserts)
        for key in removals:
            self.there.pop(key, None)


def test_every_change_leaves_word_in_its_own_transaction(either_app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    catalog.amend(listing_id, {"name": "Sing"}, "ama")
    assert [(one.listing_id, one.kind) for one in outbox.pending()] == [(listing_id, "upsert")] * 2
    assert outbox.waiting() == 2


def test_a_listing_that_changed_twice_is_told_once_as_it_stands(
    either_app: Flask, choir: ListingRecord
) -> None:
    listing_id = catalog.add(choir, "ama")
    catalog.amend(listing_id, {"name": "Sing"}, "ama")
    index, second = Index(), Index()
    assert outbox.drain([index, second]) == 2
    assert index.told == second.told == [(1, 0)]
    assert index.there[listing_id].record.name == "Sing"
    assert outbox.drain([index]) == 0
    assert len(index.told) == 1


def test_a_listing_that_is_gone_is_taken_out(app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    index = Index()
    outbox.drain([index])
    with writing() as connection:
        connection.execute(sa.text("DELETE FROM service"))
        row = {"id": listing_id}
        connection.execute(
            sa.text(
                "INSERT INTO outbox (listing_id, kind, at) VALUES (:id, 'remove', '2026-11-22 00:00:00')"
            ),
            row,
        )
    outbox.drain([index])
    assert index.there == {}


def test_many_are_told_a_few_at_a_time(app: Flask, many: Many) -> None:
    for record in many(5):
        catalog.add(record, "ama")
    index = Index()
    assert outbox.drain([index], limit=2) == 5
    assert index.told == [(2, 0), (2, 0), (1, 0)]


def test_an_import_is_told_in_few_batches_whatever_its_size(
    app: Flask, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A segment of the index each: so few are never merged while an import is told."""
    monkeypatch.setattr(outbox, "FEWEST_AT_ONCE", 2)
    monkeypatch.setattr(outbox, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(outbox, "IN_SO_MANY", 4)
    catalog.apply(plan(many(12), {}), "ama", source="town")
    index = Index()
    assert outbox.drain([index]) == 12
    assert [upserts for upserts, _ in index.told] == [3, 3, 3, 3]
    more = [replace(one, source_id=f"more-{one.source_id}") for one in many(28)]
    catalog.apply(plan(more, {}), "ama", source="town")
    index = Index()
    assert outbox.drain([index]) == 28
    assert [upserts for upserts, _ in index.told] == [5, 5, 5, 5, 5, 3]


def test_a_handler_that_fails_loses_nothing(app: Flask, choir: ListingRecord) -> None:
    catalog.add(choir, "ama")

    def broken(upserts: Sequence[Listing], removals: Sequence[str]) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        outbox.drain([broken])
    index = Index()
    assert outbox.drain([index]) == 1
    assert len(index.there) == 1


def test_while_one_process_drains_another_leaves_it_to_it(app: Flask, choir: ListingRecord) -> None:
    catalog.add(choir, "ama")
    index = Index()
    held = os.open(current_settings().data_dir / "outbox.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    assert outbox.drain([index]) == 0
    assert (index.told, outbox.waiting()) == ([], 1)
    os.close(held)
    assert outbox.drain([index]) == 1


def test_a_change_during_a_drain_is_told_too(app: Flask, many: Many) -> None:
    first, second = many(2)
    catalog.add(first, "ama")
    index = Index()

    def meddle(upserts: Sequence[Listing], removals: Sequence[str]) -> None:
        index(upserts, removals)
        if len(index.told) == 1:
            catalog.add(second, "tom")

    assert outbox.drain([meddle]) == 2
    assert len(index.there) == 2


def test_two_drains_at_once_tell_each_change_once(app: Flask, many: Many) -> None:
    for record in many(20):
        catalog.add(record, "ama")
    index, told = Index(), []

    def drain() -> None:
        with app.app_context():
            told.append(outbox.drain([index], limit=3))

    threads = [threading.Thread(target=drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told) == 20
    assert sum(upserts for upserts, _ in index.told) == 20
