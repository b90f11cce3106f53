"""Several parts brought together as one, without reading a word of any listing again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.columns.part import SESSION, Part, Rows, smallest
from matching.traits import TRAITS

RAGGED = ("ids", "called", "offers")
APART = ("terms", "terms_at", "posts_at", "posts", "says", "sessions_at", *SESSION, "by_owner",
         "listing", "replaces")  # fmt: skip
"""Arrays that are not one value a row; they are made anew."""


def living(parts: Sequence[Part]) -> list[Rows]:
    """For each part the mask of its rows that no later part replaces."""
    alive = [np.ones(part.size, dtype=bool) for part in parts]
    for at, part in enumerate(parts):
        for earlier, mask in zip(parts[:at], alive, strict=False):
            mask[earlier.rows_owned(part["replaces"])] = False
    return alive


def united(parts: Sequence[Part]) -> Part:
    """One part of the living rows of several, in the order of (id, place). It replaces what they replaced."""
    kept = [np.flatnonzero(mask) for mask in living(parts)]
    ids = [part.id(int(row)) for part, rows in zip(parts, kept, strict=True) for row in rows]
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    place = np.empty(len(ids), dtype=np.int64)
    place[order] = np.arange(len(ids))
    arrays: dict[str, Rows] = {}
    for name in parts[0].arrays:
        if name in APART or name.startswith(("trait:", "values:")) or name.removesuffix("_at") in RAGGED:
            continue
        arrays[name] = np.concatenate(
            [part[name][..., rows] for part, rows in zip(parts, kept, strict=True)], axis=-1
        )[..., order]
    for name in RAGGED:
        arrays.update(_ragged(name, parts, kept, order))
    for name in TRAITS:
        arrays.update(_recoded(name, parts, kept, order))
    listings = [ids[at][0] for at in order]
    new = [at == 0 or listings[at - 1] != listing for at, listing in enumerate(listings)]
    arrays["listing"] = np.cumsum(np.array(new, dtype=np.int32), dtype=np.int32) - np.int32(1)
    arrays["by_owner"] = np.argsort(arrays["owner"], kind="stable").astype(np.int32)
    arrays["replaces"] = np.unique(np.concatenate([part["replaces"] for part in parts]))
    arrays.update(_sessions(parts, kept, order))
    arrays.update(_postings(parts, kept, place))
    return Part(arrays)


def _ragged(name: str, parts: Sequence[Part], kept: Sequence[Rows], order: Rows) -> dict[str, Rows]:
    blobs = []
    for part, rows in zip(parts, kept, strict=True):
        whole, at = part[name].tobytes(), part[f"{name}_at"].tolist()
        blobs += [whole[at[row] : at[row + 1]] for row in rows.tolist()]
    ordered = [blobs[at] for at in order.tolist()]
    offsets = np.zeros(len(ordered) + 1, dtype=np.int64)
    np.cumsum([len(blob) for blob in ordered], out=offsets[1:])
    return {name: np.frombuffer(b"".join(ordered), dtype=np.uint8), f"{name}_at": offsets}


def _recoded(name: str, parts: Sequence[Part], kept: Sequence[Rows], order: Rows) -> dict[str, Rows]:
    """Codes that mean the same in all parts: values are known by their digests."""
    values = np.unique(np.concatenate([part[f"values:{name}"] for part in parts]))
    codes = np.concatenate(
        [
            np.searchsorted(values, part[f"values:{name}"])[part[f"trait:{name}"][rows]]
            for part, rows in zip(parts, kept, strict=True)
        ]
    )[order]
    used, codes = np.unique(codes, return_inverse=True)
    return {f"trait:{name}": codes.astype(smallest(len(used))), f"values:{name}": values[used]}


def _sessions(parts: Sequence[Part], kept: Sequence[Rows], order: Rows) -> dict[str, Rows]:
    spans = []
    for number, (part, rows) in enumerate(zip(parts, kept, strict=True)):
        at = part["sessions_at"]
        spans += [(number, int(at[row]), int(at[row + 1])) for row in rows]
    ordered = [spans[at] for at in order.tolist()]
    offsets = np.zeros(len(ordered) + 1, dtype=np.int64)
    np.cumsum([last - first for _, first, last in ordered], out=offsets[1:])
    columns = {
        name: np.concatenate(
            [parts[number][name][first:last] for number, first, last in ordered] or [parts[0][name][:0]]
        )
        for name in SESSION
    }
    return {"sessions_at": offsets, **columns}


def _postings(parts: Sequence[Part], kept: Sequence[Rows], place: Rows) -> dict[str, Rows]:
    """Postings of all parts under one list of terms, rows renumbered, dead ones left out."""
    held = [[part.text("terms", at) for at in range(len(part["terms_at"]) - 1)] for part in parts]
    terms = sorted(set().union(*held))
    number = {term: at for at, term in enumerate(terms)}
    which, rows, says = [], [], []
    before = 0
    for part, mine, words in zip(parts, kept, held, strict=True):
        moved = np.full(part.size, -1, dtype=np.int64)
        moved[mine] = place[before : before + len(mine)]
        before += len(mine)
        numbers = np.array([number[term] for term in words], dtype=np.int64)
        row = moved[part["posts"]]
        living = row >= 0
        which.append(np.repeat(numbers, np.diff(part["posts_at"]))[living])
        rows.append(row[living])
        says.append(part["says"][living])
    term, row, say = np.concatenate(which), np.concatenate(rows), np.concatenate(says)
    ranked = np.lexsort((row, term))
    counts = np.bincount(term, minlength=len(terms))
    used = np.flatnonzero(counts)
    offsets = np.zeros(len(used) + 1, dtype=np.int64)
    np.cumsum(counts[used], out=offsets[1:])
    written = [terms[at].encode() for at in used.tolist()]
    text_at = np.zeros(len(written) + 1, dtype=np.int64)
    np.cumsum([len(term) for term in written], out=text_at[1:])
    return {
        "terms": np.frombuffer(b"".join(written), dtype=np.uint8),
        "terms_at": text_at,
        "posts_at": offsets,
        "posts": row[ranked].astype(np.int32),
        "says": say[ranked],
    }
