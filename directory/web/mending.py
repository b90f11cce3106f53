"""Problems of a form, as its error summary and its fields show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: what to do, and the field it is about (its id)."""

    text: str
    field: str

    @property
    def href(self) -> str:
        return f"#{self.field}"


def problems_of(wrong: Mapping[str, str], fields: Mapping[str, str] | None = None) -> list[Problem]:
    """What a verb refused, field by field. `fields` maps the verb's names to the form's where they differ."""
    return [
        Problem(text[:1].upper() + text[1:], (fields or {}).get(name, name.replace(":", "-")))
        for name, text in wrong.items()
    ]
