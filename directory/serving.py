"""What a running Kith keeps beside the database: the search index, and the columns for matching, kept current.

Both are derived and can be thrown away. `Engines` is made once an app and lives in `app.extensions["kith"]`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from flask import current_app
from sqlalchemy import func, select

from directory import listings, outbox, words
from directory.config import Settings
from directory.database import db
from directory.geocoder import PlaceFinder, online_geocoders
from directory.listings import Listing
from directory.models import Change, GazetteerEntry, table_of
from directory.opportunities import opportunities_of
from directory.search_index import Document, IndexUnusable, SearchIndex, document_from
from matching.columns import Columns
from matching.language import Words

INDEXED = ("active", "paused")
"""Closed listings, and those that asked not to be listed, are in the database alone."""


class Engines:
    """The search index and the matching columns of one data folder."""

    def __init__(self, settings: Settings) -> None:
        self.index = SearchIndex(settings.data_dir / "index", lambda: words.current().synonyms)
        self.online = online_geocoders(settings.online_geocoder)
        self._places: PlaceFinder | None = None
        self._columns: Columns | None = None
        self._generation: tuple[int, int, Words] | None = None
        self._loading = threading.Lock()

    @property
    def places(self) -> PlaceFinder:
        """Where is that? Offline first; online only where the agency switched it on."""
        if self._places is None:
            self._places = PlaceFinder(db.engine, self.online)
        return self._places

    def columns(self) -> Columns:
        """All opportunities, as of the last change."""
        generation = _generation()
        if self._columns is None or generation != self._generation:
            with self._loading:
                if self._columns is None or generation != self._generation:
                    self._columns = self._load()
                    self._generation = generation
        return self._columns

    def _load(self) -> Columns:
        shown = (listing for listing in listings.iterate() if listing.record.status in INDEXED)
        locate = cache(self.places.code_point)
        known = words.current()
        return Columns(offer for listing in shown for offer in opportunities_of(listing, locate, known))

    def catch_up(self, heard: Callable[[int], None] | None = None) -> int:
        """Tell the index what changed (the outbox); how many changes there were. Call after every commit.

        `heard` is called after each batch with how many listings it had.
        """

        def count(upserts: Sequence[Listing], removals: Sequence[str]) -> None:
            if heard:
                heard(len(upserts) + len(removals))

        return outbox.drain([self._tell_index, count])

    def _tell_index(self, upserts: Sequence[Listing], removals: Sequence[str]) -> None:
        shown = [listing for listing in upserts if listing.record.status in INDEXED]
        gone = [listing.id for listing in upserts if listing.record.status not in INDEXED]
        if removals or gone:
            self.index.remove([*removals, *gone])
        if shown:
            self.index.add(self._documents(shown))

    def rebuild(self) -> int:
        """Make the index anew from the database; how many listings are in it."""
        return self.index.rebuild(
            self._documents(x for x in listings.iterate() if x.record.status in INDEXED)
        )

    def _documents(self, found: Iterable[Listing]) -> Iterable[Document]:
        locate = cache(self.places.code_point)
        return (document_from(listing.id, listing.record, locate) for listing in found)

    def ready(self) -> None:
        """Make the index usable: rebuilt where it is missing or broken, and told of every change."""
        try:
            self.index.count()
        except IndexUnusable:
            self.rebuild()
        self.catch_up()


def _generation() -> tuple[int, int, Words]:
    """Changes whenever a listing, the gazetteer or the agency's own words do."""
    connection = db.session.connection()
    changed = connection.scalar(select(func.max(table_of(Change).c.id))) or 0
    places = connection.scalar(select(func.max(table_of(GazetteerEntry).c.id))) or 0
    return changed, places, words.current()


def engines() -> Engines:
    """The engines of the app in whose context we run."""
    found = current_app.extensions["kith"]
    assert isinstance(found, Engines)
    return found
