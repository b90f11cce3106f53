"""What Kith is measured against: a plain Whoosh OR query, and tantivy (near the limit) where installed.

Whoosh looks in the four fields that a match and the search box look in too (design.md 4: BM25F over name, organization,
activities, description), once for the ten best and how many there are, as a page of results says and as a match counts
everything it hides, and once for the ten best alone. tantivy looks in one text of name, activities and description for
ten, the least there is to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from whoosh import index, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.searching import Results

from importers.records import ListingRecord

TOP = 10
Ask = Callable[[str], Any]
"""An engine's answer to some words."""


FIELDS: dict[str, Callable[[ListingRecord], str]] = {
    "name": lambda record: record.name,
    "organization": lambda record: record.organization.name if record.organization else "",
    "activities": lambda record: " ".join(term.name for term in record.activities),
    "description": lambda record: record.description or "",
}


def text_of(record: ListingRecord) -> str:
    """All that tantivy knows of a listing."""
    return " ".join((record.name, *(term.name for term in record.activities), record.description or ""))


def whoosh(records: Iterable[ListingRecord], folder: Path) -> tuple[Ask, Ask]:
    """A Whoosh index over the four fields, in `folder`; one that is there already is opened. (The ten best and how many
    there are, the ten best.)"""
    analyser = StemmingAnalyzer()
    if not index.exists_in(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        made = index.create_in(
            str(folder), Schema(id=ID(stored=True), **{name: TEXT(analyser) for name in FIELDS})
        )
        writer = made.writer(limitmb=512)
        for record in records:
            writer.add_document(id=record.source_id, **{name: of(record) for name, of in FIELDS.items()})
        writer.commit()
    searcher = index.open_dir(str(folder)).searcher()

    def search(words: str) -> Results:
        terms = query.Or([query.Term(name, token.text) for token in analyser(words) for name in FIELDS])
        return searcher.search(terms, limit=TOP)

    def counted(words: str) -> tuple[list[str], int]:
        found = search(words)
        return [hit["id"] for hit in found], len(found)

    return counted, lambda words: [hit["id"] for hit in search(words)]


def tantivy(records: Iterable[ListingRecord]) -> Ask | None:
    """A tantivy index in memory over the texts; None where the `bench` extra is not installed."""
    try:
        import tantivy as engine
    except ImportError:
        return None
    schema = engine.SchemaBuilder().add_text_field("text", tokenizer_name="en_stem").build()
    built = engine.Index(schema)
    writer = built.writer()
    for record in records:
        writer.add_document(engine.Document(text=text_of(record)))
    writer.commit()
    built.reload()
    searcher = built.searcher()

    def ask(words: str) -> Any:
        plain = "".join(letter if letter.isalnum() else " " for letter in words)
        return searcher.search(built.parse_query(plain, ["text"]), TOP)

    return ask
