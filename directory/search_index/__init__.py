"""Full text search of the directory: `SearchIndex` and the `Document`s it is given (design.md 4, Search).

Pure of the database: a folder in, documents in, ids out. The folder is a cache that `rebuild` can always make
anew.
"""

from directory.search_index.documents import COST_BANDS, DAYS, Document, cost_band, days_of, document_from
from directory.search_index.index import Found, Hit, SearchIndex, Weighed
from directory.search_index.store import IndexBusy, IndexUnusable

__all__ = [
    "COST_BANDS",
    "DAYS",
    "Document",
    "Found",
    "Hit",
    "IndexBusy",
    "IndexUnusable",
    "SearchIndex",
    "Weighed",
    "cost_band",
    "days_of",
    "document_from",
]
