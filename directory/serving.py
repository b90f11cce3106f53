"""What a running Kith keeps beside the database: the search index, and the columns for matching, kept current.

Both are derived and can be thrown away. `Engines` is made once an app and lives in `app.extensions["kith"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from flask import current_app

from directory import listings, outbox, words
from directory.column_files import ColumnsUnusable
from directory.column_store import ColumnStore
from directory.config import Settings
from directory.database import db
from directory.geocoder import PlaceFinder, online_geocoders
from directory.listings import Listing
from directory.locking import locked
from directory.opportunities import Locate, opportunities_of, point_of
from directory.search_index import Document, IndexUnusable, SearchIndex, document_from
from directory.side_by_side import beside
from matching.columns import Columns, Part, build
from matching.columns.part import Arrays
from matching.language import Words
from matching.types import Opportunity

MANY = 200
"""So many changes at once are an import, not somebody at work."""
HERE = 6
"""Of an import one listing in so many has its columns made where the index is written: that takes less long."""
INDEXED = ("active", "paused")
"""Closed listings, and those that asked not to be listed, are in the database alone."""


class Engines:
    """The search index and the matching columns of one data folder."""

    def __init__(self, settings: Settings) -> None:
        self.index = SearchIndex(settings.data_dir / "index", lambda: words.current().synonyms)
        self.online = online_geocoders(settings.online_geocoder)
        self._places: PlaceFinder | None = None
        self._folder = settings.data_dir
        self._store = ColumnStore(settings.data_dir / "columns")

    @property
    def places(self) -> PlaceFinder:
        """Where is that? Offline first; online only where the agency switched it on."""
        if self._places is None:
            self._places = PlaceFinder(db.engine, self.online)
        return self._places

    def columns(self) -> Columns:
        """All opportunities, as of the last change. Raises ColumnsUnusable."""
        return self._store.columns()

    def catch_up(self, heard: Callable[[int], None] | None = None) -> int:
        """Tell the index what changed (the outbox); how many changes there were. Call after every commit.

        `heard` is called after each batch with how many listings it had.
        """

        def count(upserts: Sequence[Listing], removals: Sequence[str]) -> None:
            if heard:
                heard(len(upserts) + len(removals))

        told = outbox.drain([self._tell, count])
        if told >= MANY:
            self._store.settle()
        return told

    def _tell(self, upserts: Sequence[Listing], removals: Sequence[str]) -> None:
        """The index and the columns; of an import one beside the other."""
        shown = [listing for listing in upserts if listing.record.status in INDEXED]
        gone = [*removals, *(listing.id for listing in upserts if listing.record.status not in INDEXED)]
        locate, known = self._located(shown), words.current()
        here = len(shown) // HERE if len(shown) >= MANY else 0

        def columns(some: Sequence[Listing], and_gone: Sequence[str] = ()) -> Part:
            replaced = [*and_gone, *(listing.id for listing in some)]
            return build(self._offers(some, known, locate), replaces=replaced)

        def most() -> Arrays:
            return columns(shown[here:], gone).arrays

        made = beside(most) if here else most
        self._tell_index(shown, gone)
        parts = [columns(shown[:here])] if here else []
        self._store.change(*parts, Part(made()))

    def _located(self, found: Sequence[Listing]) -> Locate:
        """Where the codes of these listings are, each looked up by now: another process may not ask this one's
        database."""
        locate = cache(self.places.spot_of_code)
        for listing in found:
            for place in listing.record.places:
                point_of(place, locate)
        return locate

    def _tell_index(self, shown: Sequence[Listing], gone: Sequence[str]) -> None:
        if gone:
            self.index.remove(gone)
        if shown:
            self.index.add(self._documents(shown))

    def rebuild(self) -> int:
        """Make index and columns anew from the database; how many listings are in them."""
        count = self.index.rebuild(self._documents(self._shown()))
        self._rebuild_columns()
        return count

    def _rebuild_columns(self) -> None:
        def read() -> tuple[Iterable[tuple[str, Opportunity]], str]:
            db.session.commit()  # the directory as it is now, not as when this session began to read
            return self._offers(self._shown()), words.current().fingerprint

        self._store.rebuild(read)

    def keep_up_with_words(self) -> None:
        """Read every listing anew where the vocabulary is another than the columns were made with. Until then what
        was found with the earlier words is shown."""
        if self._store.words() != words.current().fingerprint:
            self._rebuild_columns()

    def follow_words(self, before: Words, after: Words, listing_ids: Sequence[str]) -> None:
        """Words changed, and what changed concerns only these listings: read them anew. Every listing where the columns
        were not made with the words of before."""

        def read() -> Iterable[tuple[str, Opportunity]]:
            db.session.commit()
            found = listings.fetch(listing_ids).values()
            return self._offers((one for one in found if one.record.status in INDEXED), after)

        if not self._store.reread(listing_ids, read, (before.fingerprint, after.fingerprint)):
            self.keep_up_with_words()

    def check_columns(self) -> list[str]:
        """What is wrong with the saved columns, in plain words."""
        return self._store.check()

    def _shown(self) -> Iterable[Listing]:
        return (listing for listing in listings.iterate() if listing.record.status in INDEXED)

    def _offers(
        self, found: Iterable[Listing], known: Words | None = None, locate: Locate | None = None
    ) -> Iterable[tuple[str, Opportunity]]:
        locate, known = locate or cache(self.places.spot_of_code), known or words.current()
        return (
            (listing.id, offer) for listing in found for offer in opportunities_of(listing, locate, known)
        )

    def _documents(self, found: Iterable[Listing]) -> Iterable[Document]:
        locate = cache(self.places.spot_of_code)
        return (document_from(listing.id, listing.record, locate) for listing in found)

    def ready(self) -> None:
        """Make index and columns usable: rebuilt where they are missing or broken, and told of every change."""
        if not self._usable():
            with locked(self._folder / "rebuild.lock", wait=True):  # of several that start at once, one
                if not self._usable():
                    self.rebuild()
        self.keep_up_with_words()
        self.catch_up()

    def _usable(self) -> bool:
        try:
            self.index.count()
            self.columns()
        except (IndexUnusable, ColumnsUnusable):
            return False
        return True


def engines() -> Engines:
    """The engines of the app in whose context we run."""
    found = current_app.extensions["kith"]
    assert isinstance(found, Engines)
    return found
