"""What of one opportunity the rules depend on, whoever asks: each trait has few values over a whole directory.

Columns keep a code for each trait and row. A rule is asked once for each combination of its traits (matching/wide.py),
so a rule may look at nothing else of an opportunity; tests/matching/test_wide.py holds every rule to that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any

from matching.reading import Reading
from matching.rules.barriers import needs_of
from matching.rules.eligibility import fits_the_age, outcode_of, serves
from matching.rules.fit import entry_rung_of
from matching.rules.joining import ease
from matching.rules.times import early_for_a_pass, latest_start
from matching.rules.travel import fetched
from matching.rules.weighed import can_be_paid, is_long, languages_wanted, speaks
from matching.rules.whose import (
    for_toddlers,
    lives_of,
    seen_in_lives,
    seen_in_situations,
    shared_lives,
    takes_helpers,
)
from matching.rules.window import for_children, for_families, hours_of, is_past, last_day, only_in_term_time
from matching.types import YES, Opportunity
from matching.vocabulary.needs import BarrierEntry, barriers

Trait = Callable[[Opportunity], Hashable]


def _needs(entry: BarrierEntry) -> Trait:
    return lambda offer: needs_of(offer, entry)


def _joining_online(offer: Opportunity) -> Hashable:
    """What decides whether someone who is not online can take part: formats, booking and ways to get in touch."""
    return (
        bool(offer.formats) and set(offer.formats) <= {"online"},
        offer.booking,
        offer.fact("drop_in") == YES,
        bool({"phone", "in_person"} & set(offer.contact_ways)),
    )


TRAITS: Mapping[str, Trait] = {
    "status": lambda offer: offer.status,
    "audience": lambda offer: offer.audience,
    "ages": lambda offer: (offer.minimum_age, offer.maximum_age),
    "meant_for": lambda offer: offer.meant_for,
    "gender": lambda offer: offer.gender,
    "served": lambda offer: offer.service_area,
    "formats": lambda offer: offer.formats,
    "head_office": lambda offer: offer.head_office,
    "only_a_name": lambda offer: offer.only_a_name,
    "fetched": fetched,
    "price": lambda offer: (offer.price, offer.donation),
    "languages": lambda offer: offer.languages,
    "joining_online": _joining_online,
    "referral": lambda offer: (offer.referral, offer.wait_weeks),
    "contact": lambda offer: offer.contact_ways,
    "ease": ease,
    "shared_lives": shared_lives,
    "rung": entry_rung_of,
    "fresh_start": lambda offer: "fresh_start" in offer.goals,
    "english": lambda offer: "english" in offer.goals,
    "latest_start": latest_start,
    "last_day": last_day,
    "hours": lambda offer: (tuple(sorted(hours_of(offer), key=repr)), offer.other_times),
    "term_time": only_in_term_time,
    "for_children": for_children,
    "for_families": for_families,
    "for_toddlers": for_toddlers,
    "takes_helpers": takes_helpers,
    **{f"needs:{key}": _needs(entry) for key, entry in barriers().items() if key != "avoid"},
}


Sight = Callable[[Any], Hashable]


def _served(reading: Reading, _: str, __: date) -> Sight:
    home = outcode_of(reading.profile.postcode or "")
    return lambda served: serves(served, home) if home else bool(served)


def _ages(reading: Reading, _: str, __: date) -> Sight:
    age, spoke_of_a_child = reading.profile.age, reading.for_themselves
    return lambda ages: fits_the_age(ages[0], ages[1], age, spoke_of_a_child)


def _price(_: Reading, most: str, __: date) -> Sight:
    limit = float(most)
    return lambda price: can_be_paid(price[0], price[1], limit)


def _languages(reading: Reading, value: str, _: date) -> Sight:
    wanted = languages_wanted(reading.profile, value)
    return lambda spoken: (speaks(spoken, wanted), bool(spoken))


def _latest_start(reading: Reading, _: str, __: date) -> Sight:
    valid = reading.profile.travel.pass_from or 0
    return lambda latest: early_for_a_pass(latest, valid)


def _referral(_: Reading, __: str, ___: date) -> Sight:
    return lambda referral: (referral[0], is_long(referral[1]))


def _last_day(_: Reading, __: str, today: date) -> Sight:
    return lambda last: is_past(last, today)


def _shared_lives(reading: Reading, _: str, __: date) -> Sight:
    lives = lives_of(reading)
    return lambda kinds: seen_in_lives(lives, kinds)


def _meant_for(reading: Reading, _: str, __: date) -> Sight:
    lives = lives_of(reading)
    return lambda meant: seen_in_situations(reading, lives, meant)


SEEN_AS: Mapping[str, Callable[[Reading, str, date], Sight]] = {
    "served": _served,
    "ages": _ages,
    "price": _price,
    "languages": _languages,
    "latest_start": _latest_start,
    "referral": _referral,
    "last_day": _last_day,
    "shared_lives": _shared_lives,
    "meant_for": _meant_for,
}
"""Traits of many values, of which one person tells few apart: whether a price is within their limit, whether an area is
theirs. (Reading, what the question adds, today) -> a function of the trait's value."""
