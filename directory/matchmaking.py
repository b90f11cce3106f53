"""A Profile -> Matches: resolves where the person starts from, and joins candidates, rules and who-knows-whom.

Nothing of the profile is stored, logged or cached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from directory import listings, words
from directory.config import current_settings
from directory.errors import Invalid, NotFound
from directory.geocoder import Ambiguous, Place
from directory.serving import engines
from matching.explaining import Explanation, explain
from matching.profile import profile_from
from matching.ranking import rank
from matching.types import Avoid, InvalidProfile, Matches, Profile

DEFAULT_LIMIT = 10
NOTHING_AVOIDED = Avoid()


def find_matches(
    profile: Mapping[str, Any],
    *,
    other: Mapping[str, Any] | None = None,
    avoid: Avoid = NOTHING_AVOIDED,
    staff: bool = False,
    limit: int = DEFAULT_LIMIT,
) -> Matches:
    """Places that fit a Profile JSON (design.md 6), or that fit both where `other` is given.

    `limit` cuts each list. `avoid`: what the first person's own words of what to avoid mean here, named as it is today;
    however much that is, nothing is said of it. Raises Invalid naming the key and what is allowed.
    """
    people = [read(profile, "profile"), *([] if other is None else [read(other, "other profile")])]
    located = [placed(person) for person in people]
    located[0] = avoiding_too(located[0][0], avoid), located[0][1]
    found = rank(
        [person for person, _ in located],
        engines().columns(),
        current_settings().today(),
        staff=staff,
        limit=limit,
        words=words.current(),
    )
    notes = tuple(dict.fromkeys(note for _, note in located if note))
    return replace(found, notes=(*notes, *found.notes))


def avoiding_too(person: Profile, avoid: Avoid) -> Profile:
    """The profile with more on its avoid list."""
    mine = person.avoid
    return replace(
        person,
        avoid=replace(
            mine,
            listings=(*mine.listings, *avoid.listings),
            organizations=(*mine.organizations, *avoid.organizations),
            venues=(*mine.venues, *avoid.venues),
        ),
    )


def not_avoided(refs: Iterable[str], *avoid: Avoid) -> list[str]:
    """Those of some listings, by public ref, that may be shown to a person who avoids all this."""
    columns, refs = engines().columns(), list(refs)
    shown, now_called = columns.running, listings.refs_now(refs)
    for one in avoid:
        shown = shown & columns.visible(one)
    return [ref for ref in refs if any(shown[row] for row in columns.rows_of(now_called.get(ref, ref)))]


def explain_match(
    profile: Mapping[str, Any], listing: str, *, other: Mapping[str, Any] | None = None
) -> Explanation:
    """Why a listing stands where it stands for a Profile JSON, for staff. Raises Invalid, and NotFound for what is not
    here or is on the person's avoid list, with the same words for both."""
    people = [read(profile, "profile"), *([] if other is None else [read(other, "other profile")])]
    found = explain(
        [placed(person)[0] for person in people],
        engines().columns(),
        current_settings().today(),
        listings.refs_now([listing]).get(listing, listing),
        words=words.current(),
    )
    if found is None:
        raise NotFound("There is no listing with that id.")
    return found


def read(profile: Any, whose: str = "profile") -> Profile:
    """The Profile of a decoded Profile JSON. Raises Invalid."""
    try:
        return profile_from(profile)
    except InvalidProfile as error:
        where = error.field if error.field != "profile" else whose
        raise Invalid({where: error.message}) from error


def placed(person: Profile) -> tuple[Profile, str]:
    """The profile with its starting point, and a note where that is approximate or unknown. Listings that were merged
    into others are those others."""
    person = _with_names_of_today(person)
    if person.origin is not None or not person.postcode:
        return person, ""
    found = engines().places.locate(person.postcode)
    if isinstance(found, Place):
        return replace(person, origin=found.point), found.note or ""
    if isinstance(found, Ambiguous):
        choices = ", ".join(choice.label for choice in found.choices[:4])
        return person, f"There are several places of that name ({choices}): say which, or give a postcode."
    return person, "We could not find that place, so distance is left out. Try a postcode."


def _with_names_of_today(person: Profile) -> Profile:
    """What is avoided, or was done already, stays so when its listing is merged into another."""
    named = (*person.avoid.listings, *person.done)
    now_called = listings.refs_now(named) if named else {}
    if not now_called:
        return person
    avoided = (*person.avoid.listings, *(now_called.get(ref, ref) for ref in person.avoid.listings))
    return replace(
        person,
        avoid=replace(person.avoid, listings=tuple(dict.fromkeys(avoided))),
        done=tuple(now_called.get(ref, ref) for ref in person.done),
    )
