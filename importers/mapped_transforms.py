"""The named transforms that a mapping may use: one source value -> one field's value.

A cell often holds more than its field (an e-mail in the web address); what else is found goes to the `Drafting`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from importers import clean
from importers.records import ContactRecord, PhoneRecord, SessionRecord


@dataclass
class Drafting:
    """What the transforms of one item add to, beside their own value."""

    phones: tuple[PhoneRecord, ...] = ()
    emails: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    problem: str | None = None

    @property
    def size(self) -> int:
        """How much it holds."""
        return len(self.phones) + len(self.emails) + len(self.urls) + len(self.contacts)


def _text(value: Any, _draft: Drafting) -> str | None:
    return clean.said(flat(value))


def _line(value: Any, _draft: Drafting) -> str | None:
    return clean.line(clean.said(flat(value)))


def flat(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(str(v) for v in value if not isinstance(v, (dict, list)))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _url(value: Any, draft: Drafting) -> str | None:
    found = clean.links(flat(value))
    draft.emails += found.emails
    draft.urls += found.urls[1:]
    draft.problem = found.problem
    return found.url


def _email(value: Any, draft: Drafting) -> str | None:
    found = clean.emails(flat(value))
    draft.emails += found[1:]
    if not found and clean.said(flat(value)):
        draft.problem = "There is no e-mail address in it, so it was left out."
    return found[0] if found else None


def _phones(value: Any, _draft: Drafting) -> tuple[PhoneRecord, ...]:
    return clean.phones(flat(value))


_LABELS = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|e-?mail|website|web|contact|call|or|and|on|at|t|e|m)\b\s*[:.]*",
    re.I,
)


def _contact(value: Any, draft: Drafting) -> None:
    """A cell of names, numbers and addresses together; what is left once those are taken may be a name, for staff."""
    written = clean.line(flat(value)) or ""
    draft.phones += clean.phones(written)
    draft.emails += clean.emails(written)
    if re.search(r"https?://|www\.", written):
        draft.urls += clean.links(" ".join(re.findall(r"(?:https?://|www\.)\S+", written))).urls
    rest = re.sub(r"\S*@\S*|https?://\S+|www\.\S+|[+(]?\d[\d\s()-]{5,}", " ", written)
    rest = " ".join(re.sub(r"[;:/|,.()\[\]-]+", " ", _LABELS.sub(" ", rest)).split())
    if re.fullmatch(r"[A-Z][\w'’]+(?: [A-Z][\w'’]+){1,3}", rest) and (draft.phones or draft.emails):
        draft.contacts += (ContactRecord(name=rest),)


def _hours(value: Any, _draft: Drafting) -> tuple[SessionRecord, ...]:
    """Opening hours as text, or {"_text", "opening"} where `opening` is somebody's reading of the text."""
    if not isinstance(value, dict):
        return clean.sessions(flat(value))
    written, opening = clean.said(value.get("_text")), clean.said(value.get("opening"))
    own = clean.sessions(written)
    if any(s.freq for s in own) or not opening:
        return own
    theirs = tuple(s for s in clean.sessions(opening) if s.freq)
    shown = own[0].original_text if own else opening
    return tuple(replace(s, original_text=shown) for s in theirs) or own


def _whole(value: Any, _draft: Drafting) -> int | None:
    number = clean.number(value)
    return int(number) if number is not None and 0 <= number <= 150 else None


_ADDRESS_AT_MOST = 120


def _postcode(value: Any, _draft: Drafting) -> str | None:
    """The last in an address; in a longer text the only one, for two may be of two places."""
    text = clean.line(flat(value)) or ""
    if len(text) > _ADDRESS_AT_MOST and len(clean.postcodes_in(text)) > 1:
        return None
    return clean.find_postcode(text)


def _address(value: Any, _draft: Drafting) -> str | None:
    """An address on one line without its postcode, which has a field of its own, and without a trailing country."""
    written = clean.line(clean.said(flat(value)))
    if not written:
        return None
    code = clean.find_postcode(written)
    if code:
        written = re.sub(rf"[\s,.]*\b{code[:-4]}\s*{code[-3:]}\b[\s,.]*$", "", written, flags=re.I)
    written = re.sub(r",\s*(?:England|United Kingdom|UK)\s*$", "", written)
    return re.sub(r"(?:\s*,)+\s*", ", ", written).strip(" ,") or None


def _list(value: Any, _draft: Drafting) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(
            dict.fromkeys(
                t for v in value if not isinstance(v, (dict, list)) and (t := clean.line(clean.said(v)))
            )
        )
    return clean.several(value, ";,")


TRANSFORMS: dict[str, Callable[[Any, Drafting], Any]] = {
    "text": _text,
    "line": _line,
    "name": lambda v, _d: clean.text(flat(v)),
    "url": _url,
    "email": _email,
    "phones": _phones,
    "contact": _contact,
    "hours": _hours,
    "whole": _whole,
    "postcode": _postcode,
    "address": _address,
    "list": _list,
    "values": lambda v, _d: clean.line(v) or "",
}
