"""What a printed answer carries that the screen leaves to the listing's own page: where it is, whom to ask for, how to
reach them, and what to ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from directory.web.listing_page import page_of
from importers.records import ListingRecord

MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Lines to take along; each may be empty. A private or withheld address is never among them."""

    where: tuple[str, ...]
    reach: tuple[str, ...]
    ask: tuple[str, ...]


def on_paper(record: ListingRecord, today: date) -> OnPaper:
    """The lines of one listing, for the public."""
    page = page_of(record, today)
    where = tuple(
        ", ".join(place.lines) if place.lines and not place.note else place.note for place in page.where
    )
    ways = [f"{way.kind}: {way.text}" for way in page.ways]
    people = [
        ", ".join((f"Ask for {person.name}", *(way.text for way in person.ways)))
        for person in page.people
        if person.name
    ]
    return OnPaper(
        where=tuple(dict.fromkeys(line for line in where if line)),
        reach=tuple(dict.fromkeys((*people, *ways))),
        ask=tuple(question.ask for question in page.ask_first[:MOST_QUESTIONS]),
    )
