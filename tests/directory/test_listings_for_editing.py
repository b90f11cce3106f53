"""What editing asks of the directory: an organization by its name, who is due back, who wrote last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Flask

from directory import catalog, listings
from importers.records import ListingRecord, OrganizationRecord, SessionRecord

MARCH = date(2027, 3, 3)


def test_an_organization_is_found_by_its_name_in_whatever_case(
    either_app: Flask, choir: ListingRecord
) -> None:
    catalog.add(choir, "test")
    assert listings.organization_named("town", "millbrook COMMUNITY hall") == choir.organization
    assert (
        listings.organization_named("elsewhere", "Millbrook Community Hall").source_id
        == "millbrook-community-hall"
    )


def test_a_new_organization_never_takes_the_id_of_another(either_app: Flask, choir: ListingRecord) -> None:
    catalog.add(replace(choir, organization=OrganizationRecord("the-forge", "Something else")), "test")
    made = listings.organization_named("town", "The Forge")
    assert made.name == "The Forge" and made.source_id != "the-forge"


def test_who_is_due_back_is_paused_and_its_day_has_come(either_app: Flask, choir: ListingRecord) -> None:
    back, other = (catalog.add(replace(choir, source_id=key), "test") for key in ("back", "other"))
    for listing_id in (back, other):
        catalog.set_status(listing_id, "paused", "test", returns_on=MARCH)
    catalog.set_status(other, "active", "test", returns_on=MARCH)
    assert listings.records([other])[other].returns_on is None
    assert listings.due_back(date(2027, 3, 2)) == [] and listings.due_back(MARCH) == [back]


def test_the_last_writer_of_a_field_is_named(either_app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "one")
    catalog.amend(listing_id, {"description": "Old."}, "two")
    catalog.amend(listing_id, {"description": "New.", "alert": "Shut"}, "three")
    catalog.amend(listing_id, {"alert": None}, "four")
    assert listings.last_writers(listing_id) == {"description": "three", "alert": "four"}


def test_when_a_session_is_not_on_is_kept(either_app: Flask, choir: ListingRecord) -> None:
    breaks = ("--08", "2026-12-25", "2026-12-20/2027-01-04")
    sessions = (SessionRecord("WEEKLY", byday="TU", not_on=breaks), SessionRecord("WEEKLY", byday="WE"))
    listing_id = catalog.add(replace(choir, sessions=sessions), "test")
    assert listings.records([listing_id])[listing_id].sessions == sessions
