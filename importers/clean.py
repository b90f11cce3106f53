"""One door to everything that cleans: text, ways to get in touch, places, times."""

from importers.clean_contact import Links, emails, links, phones, toll_free
from importers.clean_place import (
    FAR_KM,
    Locate,
    Point,
    as_private,
    checked_place,
    find_postcode,
    in_uk,
    number,
    is_private,
    kilometres,
    outcode_of,
    pair,
    point,
    point_agrees_with_postcode,
    postal_code,
    postcode,
    zip_code,
)
from importers.clean_text import calm, guarded, line, means_free, name, said, several, text, unguarded
from importers.clean_time import clock, day
from importers.hours import is_any_time, sessions, sheet_sessions, understood, write_sessions
from importers.languages import language

__all__ = [
    "FAR_KM", "Links", "number", "Locate", "Point", "as_private", "calm", "checked_place", "clock", "day", "emails", "find_postcode",
    "guarded", "in_uk", "is_any_time", "is_private", "kilometres", "language", "line", "links", "means_free", "name",
    "outcode_of", "pair", "phones", "point", "point_agrees_with_postcode", "postal_code", "postcode", "said", "sessions",
    "several", "sheet_sessions", "text", "toll_free", "understood", "unguarded", "write_sessions", "zip_code",
]
