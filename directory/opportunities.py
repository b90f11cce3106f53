"""Listings as the matcher's frozen values: the one place where a `Listing` becomes `Opportunity`s.

A place that is withheld or private never gives away where it is: a withheld one counts as lying at the middle of its
postcode district, a private one as unknown. Neither has a venue or a postcode here: whoever tried one name or postcode
after the other as something to avoid would learn from what is missing where it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from directory.listings import Listing
from directory.texts import beside_times, beyond_times, described
from importers.hours import is_any_time
from importers.ids import stable_id
from importers.records import FactRecord, ListingRecord, PlaceRecord, SessionRecord
from matching import language
from matching.language.ages import GROWN_UPS
from matching.rules.eligibility import outcode_of
from matching.types import Fact, Opportunity, Point, Session
from matching.vocabulary import assets, topics

Locate = Callable[[str], Point | None]
"""A postcode or outcode -> where it is, or None where the gazetteer does not know it."""

DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
DAY_MINUTES = 24 * 60
BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
EVERY_WEEK_OF_A_MONTH = (1, 2, 3, 4, 5)
NOWHERE = PlaceRecord(source_id="")
NOT_RUNNING = re.compile(
    r"\b(?:currently|presently) (?:not active|inactive|closed|suspended)\b|\b(?:temporarily|permanently) closed\b"
    r"|\bno longer (?:active|running|operating|available)\b|\bnot currently (?:active|running|operating)\b",
    re.IGNORECASE,
)
AT_ONCE = 10
A_FEW_WORDS, TELLING = 4, 12
"""Fewer words say nothing; from so many on a text tells that two listings are the same thing."""
CODE = re.compile(r"(Term )?[A-Z]{1,3}(-\d[\d.-]*)?")
"""What an activity is called whose name nobody gave ("Term FC-8000"): no words to read anything from."""


def opportunities_of(
    listing: Listing, locate: Locate, words: language.Words | None = None
) -> Iterator[Opportunity]:
    """One opportunity for each place of a listing; one for a listing without a place.

    `words`: what a listing's own words are read by; the shipped vocabulary where None.
    """
    record = listing.record
    shared = _anywhere(record, words)
    places = [place for place in record.places if place.location_type == "physical"] or [NOWHERE]
    for place in places:
        hushed = place.withheld or place.private
        sessions = [s for s in record.sessions if s.place_source_id in (None, place.source_id)]
        timed = {s: () if is_any_time(s) else tuple(slots(s)) for s in sessions}
        yield replace(
            shared,
            place=place.source_id if len(places) > 1 else "",
            venue="" if hushed else place.name or "",
            town=place.city or "",
            postcode="" if hushed else place.postal_code or "",
            outcode=outcode_of(place.postal_code or ""),
            point=None if record.remote else point_of(place, locate),
            withheld=hushed,
            sessions=tuple(slot for found in timed.values() for slot in found),
            any_time=set(record.formats) == {"post"} or any(map(is_any_time, sessions)),
            other_times=any(not found and not is_any_time(s) for s, found in timed.items()),
            facts=_facts((*place.facts, *record.facts)),
        )


def words_in(record: ListingRecord) -> tuple[str, tuple[str, ...], str, str]:
    """What a listing says of itself, as `language.concepts_of_listing` takes it: name, activities, text, run by."""
    organization = record.organization
    return (
        record.name,
        tuple(term.name for term in record.activities if not CODE.fullmatch(term.name)),
        "\n".join((*described(record), *beside_times(record))),
        organization.name if organization and not organization.placeholder else "",
    )


def _meant_for(record: ListingRecord, told: str, run_by: str) -> str:
    has_ages = record.minimum_age is not None or record.maximum_age is not None
    by_age = "" if has_ages else language.meant_for(record.name, told)
    grown_ups = GROWN_UPS if not (has_ages or by_age) and language.is_for_grown_ups(record.name, told) else ""
    by_gender = "" if record.gender else language.named_for(record.name, told)
    situations = language.situations_of_listing(record.name, told, run_by, _venues(record))
    return " ".join((*by_age.split(), *grown_ups.split(), *by_gender.split(), *situations))


def _ages(record: ListingRecord, told: str) -> tuple[int | None, int | None]:
    """As somebody entered them, else as its own words plainly say."""
    if record.minimum_age is not None or record.maximum_age is not None:
        return record.minimum_age, record.maximum_age
    return language.ages_told(record.name, told)


def _status(record: ListingRecord, told: str) -> str:
    """What begins by saying that it is not running is paused, though nobody has said so yet."""
    beginning = f"{record.name} | {' '.join(told.split()[:AT_ONCE])}"
    return "paused" if record.status == "active" and NOT_RUNNING.search(beginning) else record.status


def _wording(told: str) -> str:
    """What tells branches of one body: a text that is longer than anybody writes twice by chance."""
    words = language.fold(told).split()
    return (
        hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest() if len(words) >= TELLING else ""
    )


def _formats(record: ListingRecord) -> tuple[str, ...]:
    return record.formats or (("phone",) if record.remote else ())


def _done_there(record: ListingRecord, found: dict[str, float]) -> dict[str, float]:
    """A telephone line about wildlife is no place for somebody who likes to be outdoors."""
    if _formats(record) != ("phone",):
        return found
    return {key: strength for key, strength in found.items() if not _in_person(key)}


def _in_person(key: str) -> bool:
    kinds = topics()[key].of if key in topics() else (key,)
    return any(assets()[kind].in_person for kind in kinds if kind in assets())


def _venues(record: ListingRecord) -> list[str]:
    """What the places are called where it is done: some sources name a group there, and the hospital above it."""
    return [place.name for place in record.places if place.name and not place.withheld]


def _anywhere(record: ListingRecord, words: language.Words | None) -> Opportunity:
    """What is the same at every place of a listing."""
    organization = record.organization
    _, activities, told, run_by = words_in(record)
    text = "\n".join(described(record))
    meant_for = _meant_for(record, text, run_by)
    low, high = _ages(record, text)
    amounts = [cost.amount for cost in record.costs if cost.amount is not None]
    return Opportunity(
        id=record.ref,
        name=record.name,
        organization=run_by,
        organization_id=_organization_id(record),
        organization_ref=f"{record.source}:{organization.source_id}" if organization else "",
        says_what_to_expect=bool(record.what_to_expect),
        activities=activities,
        concepts=_done_there(
            record, language.concepts_of_listing(record.name, activities, told, run_by, words=words)
        ),
        topics=_done_there(
            record, language.topics_of_listing(record.name, activities, told, run_by, _venues(record))
        ),
        goals=record.goals,
        goal_signs=language.goals_of_listing(
            record.name, activities, told, run_by, head_office=record.remote, meant_for=meant_for, words=words
        ),
        wording=_wording(text),
        terms=language.weighted_terms(record.name, activities, f"{told}\n{run_by}"),
        formats=_formats(record),
        head_office=record.remote,
        only_a_name=_is_only_a_name(record, activities),
        price=min(amounts, default=None),
        donation=any(cost.option == "donation" for cost in record.costs),
        referral=record.referral,
        booking=record.booking,
        contact_ways=tuple(sorted(contact_ways(record))),
        wait_weeks=record.wait_weeks,
        minimum_age=low,
        maximum_age=high,
        meant_for=meant_for,
        gender=record.gender,
        languages=tuple((spoken.code or spoken.name or "").lower() for spoken in record.languages),
        group_size=record.group_size,
        rungs=record.rungs,
        run_by=record.run_by,
        audience=record.audience,
        service_area=record.service_area,
        status=_status(record, text),
        checked_on=record.checked.checked_on,
        checked_how=record.checked.checked_how,
        known_by=record.known_by,
    )


def _is_only_a_name(record: ListingRecord, activities: tuple[str, ...]) -> bool:
    """ "Open from 28/11/2022" says nothing either, nor does a heading that names no interest ("Warm space")."""
    words = [word for text in described(record) for word in text.split() if word.strip(".,;:!").isalpha()]
    words += [word for text in beside_times(record) for word in beyond_times(text)]
    if len(words) >= A_FEW_WORDS or record.facts or record.goals:
        return False
    return not (activities and language.concepts_of_listing("", activities, "", ""))


def _organization_id(record: ListingRecord) -> str:
    return (
        stable_id(record.source, "organization", record.organization.source_id) if record.organization else ""
    )


def point_of(place: PlaceRecord, locate: Locate) -> Point | None:
    """Where a place counts as lying; None where that is private, or nobody knows."""
    if place.private:
        return None
    if place.withheld:
        return locate(outcode_of(place.postal_code or ""))
    if place.latitude is not None and place.longitude is not None and place.point_trusted:
        return Point(place.latitude, place.longitude)
    return locate(place.postal_code) if place.postal_code else None


def contact_ways(record: ListingRecord) -> set[str]:
    """phone, text, email, online, in_person, post: the ways in which someone can get in touch."""
    ways = {way for way in record.booking if way != "none"}
    public = [contact for contact in record.contacts if contact.visibility == "public"]
    if record.phones or any(contact.phones for contact in public):
        ways.add("phone")
    if record.email or any(contact.email for contact in public):
        ways.add("email")
    if record.url:
        ways.add("online")
    if "none" in record.booking or any(f.key == "drop_in" and f.value == "yes" for f in record.facts):
        ways.add("in_person")
    return ways


def _facts(records: Iterable[FactRecord]) -> dict[str, Fact]:
    return {
        fact.key: Fact(
            fact.key,
            fact.value,
            fact.provenance.checked_on,
            fact.provenance.checked_how,
            fact.provenance.checked_by_role,
        )
        for fact in records
    }


def slots(session: SessionRecord) -> Iterator[Session]:
    """An HSDS schedule as weekly or monthly slots, one a weekday; none where only the original text is known."""
    start, end = _minutes(session.opens_at), _minutes(session.closes_at)
    if start is not None and end is not None and end <= start:
        end += DAY_MINUTES
    dates = _whole_numbers(session.bymonthday) if session.freq == "MONTHLY" else ()
    for day, nth in _days(session, dates):
        yield Session(
            day=day,
            start=start,
            end=end,
            every=session.interval if session.freq == "MONTHLY" or not nth else 1,
            nth=nth,
            begins=max(filter(None, (session.dtstart, session.valid_from)), default=None),
            until=min(filter(None, (session.until, session.valid_to)), default=None),
            term_time=session.term_time,
            text=session.original_text or "",
            dates=dates,
            anchor=session.dtstart,
            not_on=session.not_on,
        )


def _days(session: SessionRecord, dates: tuple[int, ...]) -> Iterator[tuple[int | None, tuple[int, ...]]]:
    """(weekday, its places in the month) for each weekday of a rule; (None, ()) for dates of the month alone."""
    places: dict[int, list[int]] = {}
    for code in (session.byday or "").upper().split(","):
        found = BYDAY.fullmatch(code.strip())
        if found:
            places.setdefault(DAYS[found[2]], []).extend([int(found[1])] if found[1] else [])
    if not places and dates:
        yield None, ()
    for day, nth in places.items():
        whole_months = session.freq == "MONTHLY" and session.interval > 1 and not nth and not dates
        yield day, EVERY_WEEK_OF_A_MONTH if whole_months else tuple(nth)


def _whole_numbers(written: str | None) -> tuple[int, ...]:
    """ "1,15" or "-1" as days of the month; what is none is left out."""
    found = (part.strip() for part in (written or "").split(","))
    numbers = (int(part) for part in found if re.fullmatch(r"[+-]?\d{1,2}", part))
    return tuple(number for number in numbers if 1 <= abs(number) <= 31)


def _minutes(clock: str | None) -> int | None:
    if not clock:
        return None
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes[:2] or 0)
