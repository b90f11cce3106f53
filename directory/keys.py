"""Keys and hashes, each for one purpose, from the installation's secret."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose, from the installation's secret: the same secret always gives the same key."""
    return HKDF(SHA256(), length=32, salt=None, info=f"kith {purpose}".encode()).derive(secret.encode())


def keyed_hash(text: str) -> str:
    """64 hex digits that only this installation can make of the text; say in it what it is for."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
