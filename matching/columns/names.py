"""Names as numbers: how columns compare what a listing is called, who runs it and where it is, without its words.

The avoid list is held against these (domain.md 5.8), and sessions of one group are known as twins by them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

from matching.rules.eligibility import outcode_of
from matching.types import Avoid, Opportunity

NOTHING = 0


def digest(text: object) -> int:
    """64 bits of a text or value; 0 for nothing."""
    if text in ("", None):
        return NOTHING
    return int.from_bytes(
        hashlib.blake2b(str(text).encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )


def plain(text: str) -> str:
    """Letters and digits only, case folded: how names are compared."""
    return "".join(c for c in text.casefold() if c.isalnum())


def folded(name: str) -> str:
    """The words of a name as somebody may remember it: no capitals, marks, "the" or possessive s."""
    words = re.findall(r"[^\W_]+", name.casefold().replace("’", "'").replace("'s", ""))
    return " ".join(word for word in words if word not in ("the", "a", "an"))


def spaced(code: str) -> str:
    """ "s3  8ab" -> "S3 8AB": a sector ("S3 8") is then a plain beginning, and S3 is not the beginning of S35."""
    return " ".join(code.upper().split())


def _sector(code: str, letters: int) -> str:
    """The beginning of a postcode up to so many letters after its space; "" where there is no space."""
    outward, space, inward = spaced(code).partition(" ")
    return f"{outward} {inward[:letters]}" if space and len(inward) >= letters else ""


def _district(area: str) -> str:
    """ "S3", "s3 8", "S3 8AB" and "s38ab" -> "S3"; "" for what is no code."""
    return outcode_of(spaced(area).partition(" ")[0]) or outcode_of(area)


AVOIDABLE: Mapping[str, Callable[[Opportunity], str]] = {
    "listing": lambda offer: offer.id,
    "organization": lambda offer: plain(offer.organization),
    "organization_id": lambda offer: plain(offer.organization_id),
    "organization_ref": lambda offer: plain(offer.organization_ref),
    "organization_own": lambda offer: plain(offer.organization_ref.partition(":")[2]),
    "venue": lambda offer: plain(offer.venue),
    "postcode": lambda offer: plain(offer.postcode),
    "outcode": lambda offer: plain(offer.outcode),
    "town": lambda offer: plain(offer.town),
    "sector": lambda offer: _sector(offer.postcode, 1),
    "half_sector": lambda offer: _sector(offer.postcode, 2),
    "unit": lambda offer: _sector(offer.postcode, 3),
    "hushed": lambda offer: plain(offer.outcode) if offer.withheld else "",
}
"""What can be avoided of an opportunity: by listing, organization (its name, our id, its public id, or the id that its
source knows it by), venue, or area. A place that is withheld counts as its whole district ("hushed"): avoiding one
postcode after the other must not tell in which it lies."""
ORGANIZATION = ("organization", "organization_id", "organization_ref", "organization_own")
AREA = ("postcode", "outcode", "town")
SECTOR = ("sector", "half_sector", "unit")


def avoidable(offer: Opportunity) -> dict[str, str]:
    return {name: of(offer) for name, of in AVOIDABLE.items()}


def shunned(avoid: Avoid) -> list[tuple[str, int]]:
    """(column of AVOIDABLE, digest) pairs: whatever has one of them is not shown."""
    found = [("listing", digest(listing)) for listing in avoid.listings]
    found += [(name, digest(plain(one))) for one in avoid.organizations for name in ORGANIZATION]
    found += [("venue", digest(plain(venue))) for venue in avoid.venues]
    found += [(name, digest(plain(area))) for area in (*avoid.areas, *avoid.venues) for name in AREA]
    found += [(name, digest(spaced(area))) for area in avoid.areas if " " in area.strip() for name in SECTOR]
    found += [("hushed", digest(plain(_district(area)))) for area in (*avoid.areas, *avoid.venues)]
    return [(name, number) for name, number in dict.fromkeys(found) if number != NOTHING]


_DAY_WORDS = re.compile(
    r"\b(mon|tues?|wed(nes)?|thur?s?|fri|sat(ur)?|sun)(day)?s?\b"
    r"|\b(mornings?|afternoons?|evenings?|am|pm)\b",
    re.IGNORECASE,
)


def without_days(name: str) -> str:
    """ "Knit and natter (Tuesday)" and "(Thursdays)" are one group."""
    return _DAY_WORDS.sub(" ", name)


def twin_key(offer: Opportunity) -> tuple[object, ...] | None:
    """The same for sessions of one group: same group, name, venue and facts. None where it can have no twin. Where
    nobody knows whose it is, one name at one spot is one place, written down twice."""
    if not (offer.sessions if offer.organization else _is_somewhere(offer)):
        return None
    return (
        plain(offer.organization),
        plain(without_days(offer.name) if offer.organization else offer.name),
        plain(offer.venue) if offer.organization else _what_it_is(offer),
        offer.rungs,
        (offer.price, offer.donation),
        (offer.formats, offer.audience, offer.referral, offer.head_office),
        (offer.gender, offer.minimum_age, offer.maximum_age, offer.languages),
        tuple(sorted((fact.key, fact.value) for fact in offer.facts.values())),
    )


def _is_somewhere(offer: Opportunity) -> bool:
    return bool((offer.point or offer.postcode) and (offer.wording or offer.only_a_name))


def _what_it_is(offer: Opportunity) -> tuple[object, ...]:
    about = (round(offer.point.lat, 2), round(offer.point.lon, 2)) if offer.point else offer.postcode
    return about, offer.meant_for


BRANCHES_SHARE = (
    "organization", "wording", "head_office", "formats", "any_time", "other_times", "price", "donation", "referral",
    "booking", "contact_ways", "wait_weeks", "minimum_age", "maximum_age", "meant_for", "gender", "languages",
    "group_size", "rungs", "run_by", "audience", "service_area", "goals", "status", "checked_on", "says_what_to_expect",
)  # fmt: skip


def branch_key(offer: Opportunity) -> tuple[object, ...] | None:
    """The same for branches of one body: what says the same of itself, and differs in nothing that a rule may look at
    but where it is. None where it says too little to tell. Where nobody knows whose it is, what it says and what sort
    of place it is called tell: the libraries of one council."""
    if not offer.wording:
        return None
    called = "" if offer.organization or offer.organization_id else folded(offer.name).rpartition(" ")[2]
    facts = tuple(sorted((fact.key, fact.value) for fact in offer.facts.values()))
    return (
        called,
        *(getattr(offer, name) for name in BRANCHES_SHARE),
        tuple(sorted(map(repr, offer.sessions))),
        facts,
    )
