"""What we write of an index is what Whoosh would, only quicker."""

from __future__ import annotations

from whoosh.analysis import IDTokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import COLUMN, KEYWORD, STORED, TEXT, Schema
from whoosh.writing import PostingPool

from directory.search_index import Document, SearchIndex, store


def test_what_is_written_quickly_is_what_whoosh_itself_would_write(tmp_path, monkeypatch):
    documents = [
        Document(
            listing_id=f"m{n}",
            ref=f"m:{n}",
            name="Comedy " * (n % 5),
            description="Jokes, and more jokes: bring your own or come and watch.",
            days=("thu",),
            access=frozenset({"step_free", "watch_first"}),
        )
        for n in range(20)
    ]

    def kept(matcher):
        while matcher.is_active():
            yield matcher.id(), matcher.weight(), matcher.value()
            matcher.next()

    def as_whoosh_has_it():
        ready = IDTokenizer()
        texts = {name: TEXT(analyzer=ready, phrase=True) for name in store.TEXT_FIELDS}
        keys = {name: KEYWORD(analyzer=ready) for name in ("surface", "choice")}
        return Schema(**texts, **keys, side=COLUMN(), shown=STORED())

    def written(folder, codec, fields, pool):
        monkeypatch.setattr(store, "Codec", codec)
        monkeypatch.setattr(store, "schema", fields)
        monkeypatch.setattr(store, "Pool", pool)
        index = SearchIndex(folder)
        for document in documents:  # enough commits for segments to be merged
            index.add([document])
        reader = store.Store(folder).index().reader()
        terms = [
            (
                term,
                reader.term_info(*term).max_length(),
                reader.frequency(*term),
                tuple(kept(reader.postings(*term))),
            )
            for term in reader.all_terms()
        ]
        numbers = range(reader.doc_count_all())
        return terms, [
            [reader.doc_field_length(n, field) for n in numbers] for field in store.schema().names()
        ]

    ours = written(tmp_path / "ours", store.Codec, store.schema, store.Pool)
    assert ours == written(tmp_path / "whoosh", W3Codec, as_whoosh_has_it, PostingPool)
    assert ours[0] and any(any(lengths) for lengths in ours[1])
    [toc] = (tmp_path / "ours").glob("generation-*/*.toc")
    assert b"directory.search_index" not in toc.read_bytes()
