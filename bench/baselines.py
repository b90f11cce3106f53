"""What Kith is measured against: plain Whoosh, and tantivy where it is installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from whoosh import index, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema

from importers.records import ListingRecord

Timer = Callable[[Callable[[], Any], int], float]
TOP = 10


def text_of(record: ListingRecord) -> str:
    return " ".join((record.name, *(term.name for term in record.activities), record.description or ""))


def whoosh(records: Sequence[ListingRecord], words: str, folder: Path, timer: Timer, rounds: int) -> float:
    """Milliseconds for a Whoosh OR query over the same texts."""
    analyser = StemmingAnalyzer()
    (folder / "plain").mkdir()
    built = index.create_in(str(folder / "plain"), Schema(id=ID(stored=True), text=TEXT(analyser)))
    writer = built.writer(limitmb=256)
    for record in records:
        writer.add_document(id=record.source_id, text=text_of(record))
    writer.commit()
    terms = query.Or([query.Term("text", token.text) for token in analyser(words)])
    with built.searcher() as searcher:
        return timer(lambda: [hit["id"] for hit in searcher.search(terms, limit=TOP)], rounds)


def tantivy(records: Sequence[ListingRecord], words: str, timer: Timer, rounds: int) -> float | None:
    """Milliseconds for a bare tantivy query; None where the `bench` extra is not installed."""
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
    asked = built.parse_query(words, ["text"])
    return timer(lambda: searcher.search(asked, TOP), rounds)
