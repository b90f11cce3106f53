"""Stable identifiers: the same source row gives the same id at every import, on every machine."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "kith-directory")


def stable_uuid(source: str, entity: str, source_id: str) -> uuid.UUID:
    """The UUID of one entity ("service", "organization", "location"...) of one source. RFC 9562 version 5."""
    return uuid.uuid5(NAMESPACE, "\x1f".join((source, entity, source_id)))


def stable_id(source: str, entity: str, source_id: str) -> str:
    """`stable_uuid` as text, five times as quick: an import asks for some twenty a listing."""
    hashed = hashlib.sha1(
        NAMESPACE.bytes + "\x1f".join((source, entity, source_id)).encode(), usedforsecurity=False
    )
    hex_ = hashed.hexdigest()
    variant = "89ab"[int(hex_[16], 16) & 3]
    return f"{hex_[:8]}-{hex_[8:12]}-5{hex_[13:16]}-{variant}{hex_[17:20]}-{hex_[20:32]}"


def slug(text: str, longest: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens; "" when nothing is left. "Café Tŷ Seiont" -> "cafe-ty-seiont"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")
    return words[:longest].rstrip("-")


def digest(*parts: object) -> str:
    """Twelve hex digits that change when any part does."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:12]
