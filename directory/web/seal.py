"""Carries the private avoid list from answer to answer without keeping or showing it (docs/decisions/0027).

The list travels in the person's own page, encrypted (Fernet) and always padded to one size, so that neither
the page nor its length says whether there is a list at all. It opens for half a day, with this
installation's key only.
"""

from __future__ import annotations

import base64
import json

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIZE = 6144
"""Bytes before encryption, whatever is inside."""
HALF_A_DAY = 12 * 60 * 60
KINDS = ("groups", "venues", "areas")

Avoided = dict[str, list[str]]


class TooLong(ValueError):
    """More was written than the seal has room for."""


class Unreadable(ValueError):
    """What was sealed cannot be opened any more: the key changed, it is too old, or it was altered."""


def shut(avoided: Avoided, secret: str | bytes) -> str:
    """The sealed list, always the same length. Raises TooLong."""
    plain = json.dumps({kind: avoided.get(kind, []) for kind in KINDS}, ensure_ascii=False).encode("utf-8")
    if len(plain) > SIZE:
        raise TooLong("the list is longer than the seal has room for")
    return _fernet(secret).encrypt(plain.ljust(SIZE)).decode("ascii")


def opened(sealed: str, secret: str | bytes) -> Avoided:
    """What was sealed; an empty list for no seal at all. Raises Unreadable."""
    if not sealed:
        return {}
    try:
        plain = _fernet(secret).decrypt(sealed.encode("utf-8"), ttl=HALF_A_DAY)
    except InvalidToken as error:
        raise Unreadable("the sealed list cannot be opened") from error
    found = json.loads(plain)
    return {kind: list(found.get(kind, [])) for kind in KINDS}


def _fernet(secret: str | bytes) -> Fernet:
    material = secret.encode("utf-8") if isinstance(secret, str) else secret
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kith avoid list").derive(material)
    return Fernet(base64.urlsafe_b64encode(key))
