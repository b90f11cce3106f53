"""A made-up directory in which a person said which listings are one: what the finder is measured on in the tests."""

from __future__ import annotations

from importers.records import (
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    SessionRecord,
    TermRecord,
)

Row = tuple[str, str, str, str, str, str, str]

ROWS: tuple[Row, ...] = (
    # id, name, address, postcode, phone, times, organization
    ("1a", "Sing for the Joy of It", "Hall, 4 Mill Lane, Millbrook", "MB1 2AB", "01632 960100", "TU19:00", ""),
    ("1b", "Sing For Joy (Millbrook)", "4 Mill Lane, Millbrook", "MB1 2AB", "", "TU19:00", ""),
    ("1c", "Millbrook Toddler Group", "Hall, 4 Mill Lane, Millbrook", "MB1 2AB", "01632 960100", "TU10:00", ""),
    ("1d", "Community Hall Lunch Club", "4 Mill Lane, Millbrook", "MB1 2AB", "01632 960100", "WE12:00", ""),
    ("2a", "St. Anne's Church Coffee Morning", "Church Road, Overton", "MB3 4XY", "", "WE10:00", ""),
    ("2b", "Saint Annes coffee mornings", "St Anne's Church, Church Rd, Overton", "MB3 4XY", "", "WE10:00", ""),
    ("2c", "St Anne's Church Choir", "Church Road, Overton", "MB3 4XY", "", "TH19:30", ""),
    ("2d", "St Anne's Church", "High Street, Netherby", "MB9 9ZZ", "", "WE10:00", ""),
    ("3a", "Almondbury Library", "12 Market Place, Almondbury", "MB5 1AA", "01632 960301", "MO09:00", "Libraries"),
    ("3b", "Almonbury Library", "12 Market Place, Almondbury", "MB5 1AA", "01632960301", "MO09:00", ""),
    ("3c", "Almondbury Family Centre", "14 Market Place, Almondbury", "MB5 1AA", "01632 960302", "MO09:00", ""),
    ("3d", "Overton Library", "3 Church Road, Overton", "MB3 4XZ", "01632 960303", "TU09:00", "Libraries"),
    ("4a", "Men's Shed Quarrytown", "Unit 2, Old Yard, Quarrytown", "MB7 7QQ", "07700 900123", "FR10:00", ""),
    ("4b", "Quarrytown Mens Shed", "Old Yard, Quarrytown", "MB7 7QQ", "+44 7700 900123", "", ""),
    ("4c", "Quarrytown Women's Shed", "Unit 3, Old Yard, Quarrytown", "MB7 7QQ", "07700 900124", "SA10:00", ""),
    ("5a", "Walk and Talk 1", "The Lodge, River Park, Millbrook", "MB1 3CD", "01632 960500", "MO10:00", "Striders"),
    ("5b", "Walk and Talk 2", "The Lodge, River Park, Millbrook", "MB1 3CD", "01632 960500", "MO10:00", "Striders"),
    ("5c", "River Park Bowls", "The Lodge, River Park, Millbrook", "MB1 3CD", "", "MO14:00", ""),
    ("6a", "Renew Wellbeing Café", "Baptist Church, 9 Fell Street, Kilnby", "MB8 2DD", "01632 960600", "TH10:00", ""),
    ("6b", "Kilnby Baptist Church - Renew Wellbeing cafe", "9 Fell Street, Kilnby", "MB8 2DD", "", "TH10:00", ""),
    ("6c", "Kilnby Baptist Church Youth Group", "9 Fell Street, Kilnby", "MB8 2DD", "01632 960600", "FR18:00", ""),
    ("7a", "Housing Advice", "Civic House, Dale Street, Kilnby", "MB8 3EE", "01632 960700", "MO09:00", "Kilnby Help"),
    ("7b", "Debt Advice", "Civic House, Dale Street, Kilnby", "MB8 3EE", "01632 960700", "MO09:00", "Kilnby Help"),
    ("8a", "Chess Circle", "The Crown, Bridge Street, Netherby", "MB9 8YY", "", "TU19:30", ""),
    ("8b", "Netherby Chess Circle", "The Crown, Bridge Street, Netherby", "MB9 8YY", "", "TU19:30", ""),
    ("9a", "Warm Space", "Scout Hut, Netherby", "MB9 7XX", "", "MO10:00", ""),
    ("9b", "Warm Space", "Rugby Club, Overton", "MB3 6VV", "", "MO10:00", ""),
    ("10", "Bread and Words", "7 Fore Street, Kilnby", "MB8 4FF", "01632 960900", "SA11:00", ""),
)  # fmt: skip
SAME: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (("1a", "1b"), ("2a", "2b"), ("3a", "3b"), ("4a", "4b"), ("6a", "6b"), ("8a", "8b"))
)


def records() -> dict[str, ListingRecord]:
    return {row[0]: _record(row) for row in ROWS}


def _record(row: Row) -> ListingRecord:
    key, name, address, postcode, phone, times, organization = row
    return ListingRecord(
        source="town",
        source_id=key,
        name=name,
        organization=OrganizationRecord(organization, organization) if organization else None,
        activities=(TermRecord("company"),),
        places=(PlaceRecord(source_id="p", address_1=address, postal_code=postcode),),
        phones=(PhoneRecord(phone),) if phone else (),
        sessions=(SessionRecord(freq="WEEKLY", byday=times[:2], opens_at=times[2:]),) if times else (),
    )
