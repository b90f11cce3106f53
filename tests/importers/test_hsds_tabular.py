"""HSDS packages of three versions with the faults that real ones have.

Dirt: standards.md section 4, rows 3, 7, 9 to 13, 18, 20 and 26.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from importers import hsds_tabular
from importers.records import ListingRecord, Problem, UnreadableSource

Read = Callable[[dict[str, str]], tuple[list[ListingRecord], list[Problem]]]

OLD = {
    "organizations.csv": "id,name,alternate_name,description,url\n1,TOWN TEA SOCIETY,,We pour.,www.tea.example.org\n",
    "services.csv": "id,organization_id,name,description,url,status,fees,application_process\n"
    '10,1,TEA DANCE,"Tea.\\n\\nAnd dance.",www.tea.example.org/dance,,None,See notes.\n',
    "locations.csv": "id,organization_id,name,latitude,longitude\n20,1,Tea Rooms,53.38,-1.47\n",
    "services_at_location.csv": "id,service_id,location_id\n30,10,20\n",
    "physical_addresses.csv": "id,location_id,address_1,city,state_province,postal_code,country\n"
    "40,20,1 High St,SHEFFIELD,,s12he,UK \n",
    "postal_addresses.csv": "id,location_id,address_1\n41,20,PO Box 9\n",
    "phones.csv": "id,service_id,location_id,number\n50,10,20,0114 496 0000 x57\n",
    "regular_schedules.csv": "id,service_id,weekday,opens_at,closes_at,original_text\n"
    ',10,Monday,8:00m,5:00pm,"8-5, Mon"\n,10,Tuesday,9:0am,1200pm,"9-12, Tue"\n,10,Sunday,9:00am,9:00am,odd\n',
    "languages.csv": "id,service_id,location_id,language\n1,10,20,English\n1,10,20,None\n1,10,20,Haitian Creole\n",
    "accessibility_for_disabilities.csv": "id,location_id,accessibility,details\n1,20,Ramp,At the side\n",
    "taxonomy.csv": "id,name,parent_id,vocabulary\nT1,Dancing,T,Fun\nT1,Dances,T,Fun\n",
    "services_taxonomy.csv": "id,service_id,taxonomy_id\n1,10,T1\n2,10,T1\n3,10,T9\n",
    "eligibility.csv": "id,service_id,eligibility\n1,10,Anyone over 60\n",
}

NEW = {
    "organizations.csv": "id,name,website\no1,Town Tea Society,https://tea.example.org\n",
    "organization_identifiers.csv": "id,organization_id,identifier_scheme,identifier_type,identifier\n"
    "i1,o1,GB-CHC,Charity number,1012345\n",
    "services.csv": "id,organization_id,name,status,minimum_age,maximum_age,alert,last_modified\n"
    "s1,o1,Tea Dance,active,18,0,Moved to the hall,2026-01-01\n"
    "s2,o1,Old Dance,defunct,,,,\ns3,o1,Resting Dance,temporarily closed,,,,\n",
    "locations.csv": "id,location_type,name,latitude,longitude\n"
    "l1,physical,Tea Rooms,53.38,-1.47\nl2,virtual,Video call,,\n",
    "service_at_location.csv": "id,service_id,location_id\nx1,s1,l1\nx2,s2,l2\n",
    "addresses.csv": "id,location_id,address_1,city,postal_code,country,address_type\n"
    "a1,l1,PO Box 9,Sheffield,S1 2HE,GB,postal\n"
    "a2,l1,1 High St,Sheffield,S1 2HE,GB,physical\n",
    "contacts.csv": "id,service_id,name,title,email\nc1,s1,Jo Host,Host,jo@example.org\n",
    "phones.csv": "id,contact_id,service_id,organization_id,number,extension,type\n"
    'p1,c1,,,"""+44 114 496 0000""",12,voice\np2,,,o1,0114 496 0001,,\n',
    "schedules.csv": "id,service_at_location_id,freq,interval,byday,opens_at,closes_at,dtstart,valid_from,description\n"
    'd1,x1,WEEKLY,2,"TU,TH",10:00:00,11:30:00,2026-01-06,2026-01-01,Term time only\nd2,x1,MONTHLY,,2MO,18:00Z,,,,\n'
    "d3,x1,WEEKLY,,,10:00,11:00,2026-01-07,,\n",
    "cost_options.csv": "id,service_id,option,currency,amount,amount_description\nk1,s1,Adults,gbp,3.50,a dance\n",
    "required_documents.csv": "id,service_id,document\nr1,s1,A bus pass\nr2,s1,None\n",
    "service_areas.csv": "id,service_id,name\nb1,s1,Sheffield\n",
    "taxonomies.csv": "id,name\nv1,Open Fun\n",
    "taxonomy_terms.csv": "id,code,name,taxonomy_id,parent_id\nt1,D1,Dancing,v1,\n",
    "attributes.csv": "id,link_id,link_entity,taxonomy_term_id\ny1,s1,service,t1\ny2,l1,location,t1\n",
    "funding.csv": "id,service_id,source\nf1,s1,A grant\n",
}


@pytest.fixture
def read(tmp_path: Path, parted: Any) -> Read:
    def reading(files: dict[str, str]) -> tuple[list[ListingRecord], list[Problem]]:
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        found: tuple[list[ListingRecord], list[Problem]] = parted(hsds_tabular.read(tmp_path, "miami"))
        return found

    return reading


def test_a_version_1_package_becomes_listings(read: Read) -> None:
    [found], _ = read(OLD)
    place = found.places[0]
    assert (found.source_id, found.name, found.alternate_name) == ("10", "Tea Dance", "TEA DANCE")
    assert (found.organization.name, found.organization.website) == (
        "Town Tea Society",
        "https://www.tea.example.org",
    )  # type: ignore[union-attr]
    assert found.description == "Tea.\n\nAnd dance."
    assert (place.source_id, place.address_1, place.city, place.postal_code, place.country) == (
        "20",
        "1 High St",
        "Sheffield",
        "S1 2HE",
        "GB",
    )
    assert place.accessibility == ("Ramp: At the side",)
    assert (found.phones[0].number, found.phones[0].extension) == ("0114 496 0000", "57")
    assert [spoken.code for spoken in found.languages] == ["en", "ht"]
    assert [(t.name, t.taxonomy, t.code, t.parent_code) for t in found.activities] == [
        ("Dancing", "Fun", "T1", "T")
    ]
    assert found.eligibility_description == "Anyone over 60"


def test_a_version_3_package_becomes_listings(read: Read) -> None:
    found, problems = read(NEW)
    dance, old, _ = found
    assert [r.status for r in found] == ["active", "closed", "paused"]
    assert dance.organization is not None and dance.organization.identifiers == (("GB-CHC", "1012345"),)
    assert (dance.minimum_age, dance.maximum_age, dance.alert) == (18, None, "Moved to the hall")
    assert dance.places[0].address_1 == "1 High St", "the physical address, not the postal one"
    assert [(s.freq, s.interval, s.byday, s.opens_at, s.closes_at) for s in dance.sessions] == [
        ("WEEKLY", 2, "TU", "10:00", "11:30"),
        ("WEEKLY", 2, "TH", "10:00", "11:30"),
        ("MONTHLY", 1, "2MO", "18:00", None),
        ("WEEKLY", 1, "WE", "10:00", "11:00"),
    ]
    assert dance.sessions[0].term_time and dance.sessions[0].valid_from == date(2026, 1, 1)
    assert (dance.costs[0].amount, dance.costs[0].currency, dance.costs[0].option) == (3.5, "GBP", "Adults")
    assert dance.required_documents == ("A bus pass",)
    assert dance.service_area == ("Sheffield",)
    assert [(t.name, t.taxonomy, t.code) for t in dance.activities] == [("Dancing", "Open Fun", "D1")]
    assert old.formats == ("online",), "its only location is virtual"
    assert any(p.field == "funding" for p in problems), "what has no place in a listing is said"
    assert "last_modified" not in dance.extra


def test_a_named_person_is_for_staff_until_someone_decides(read: Read) -> None:
    dance = read(NEW)[0][0]
    assert (dance.contacts[0].name, dance.contacts[0].visibility) == ("Jo Host", "staff")
    assert (dance.contacts[0].phones[0].number, dance.contacts[0].phones[0].extension) == (
        "+44 114 496 0000",
        "12",
    )
    assert [p.number for p in dance.phones] == ["0114 496 0001"], (
        "the organization's number, where the service has none"
    )


def test_a_version_2_package_uses_its_own_table_names(read: Read) -> None:
    files = {
        "organizations.csv": "id,name\n1,Tea\n",
        "services.csv": "id,organization_id,name\n10,1,Dance\n",
        "taxonomy_terms.csv": "id,term,taxonomy\nt,Dancing,Fun\n",
        "service_attributes.csv": "id,service_id,taxonomy_term_id\n1,10,t\n",
        "schedules.csv": "id,service_id,freq,byday,opens_at,closes_at\n1,10,WEEKLY,MO,10:00,11:00\n",
    }
    [found], problems = read(files)
    assert [t.name for t in found.activities] == ["Dancing"]
    assert found.sessions[0].byday == "MO"
    assert problems == []


def test_odd_times_are_read_and_impossible_ones_kept_as_text(read: Read) -> None:
    [found], problems = read(OLD)
    assert [(s.byday, s.opens_at, s.closes_at, s.original_text) for s in found.sessions] == [
        ("MO", "08:00", "17:00", "8-5, Mon"),
        ("TU", "09:00", "12:00", "9-12, Tue"),
        (None, None, None, "odd"),
    ]
    assert [p.source_id for p in problems if p.field == "opens_at"] == ["10"]


def test_rows_that_contradict_their_own_words_give_way_to_the_words(read: Read) -> None:
    words = '"9:00am-4:00pm, Mon, Tue;\n10:00am-1:00pm, Sat"'
    rows = f"id,service_id,weekday,opens_at,closes_at,original_text\n,10,Saturday,9:00am,4:00pm,{words}\n"
    [found], problems = read(OLD | {"regular_schedules.csv": rows})
    assert [(s.byday, s.opens_at, s.closes_at) for s in found.sessions] == [
        ("MO", "09:00", "16:00"),
        ("TU", "09:00", "16:00"),
        ("SA", "10:00", "13:00"),
    ]
    assert [p.where for p in problems if p.field == "original_text"] == ["regular_schedules.csv line 2"]


def test_an_opening_time_before_dawn_is_asked_about(read: Read) -> None:
    early = {
        "regular_schedules.csv": "id,service_id,weekday,opens_at,closes_at,original_text\n"
        ",10,Friday,3:00am,6:00pm,3-6\n"
    }
    [found], problems = read(OLD | early)
    assert found.sessions[0].opens_at == "03:00"
    assert any("afternoon" in p.message for p in problems)


def test_none_as_a_fee_is_free_and_see_notes_is_nothing(read: Read) -> None:
    [found], _ = read(OLD)
    assert [c.amount for c in found.costs] == [0.0]
    assert found.fees_description is None
    assert found.application_process is None


def test_a_service_of_an_organization_that_is_not_there_is_kept_under_a_placeholder(read: Read) -> None:
    [found], problems = read(OLD | {"organizations.csv": "id,name\n9,Other\n"})
    assert found.organization is not None
    assert (found.organization.placeholder, found.organization.source_id) == (True, "1")
    assert [
        p.source_id for p in problems if p.field == "organization_id" and p.where.startswith("services")
    ] == ["10"]


def test_an_organization_that_no_service_uses_is_named(read: Read) -> None:
    _, problems = read(OLD | {"organizations.csv": "id,name\n1,Tea\n2,Coffee Club\n"})
    [unused] = [p for p in problems if p.where == "organizations.csv"]
    assert unused.message.startswith("1 organizations") and "Coffee Club" in unused.message


def test_a_repeated_service_and_term_is_taken_once_and_a_term_with_two_names_reported(read: Read) -> None:
    [found], problems = read(OLD)
    assert len(found.activities) == 1
    fields = [(p.where, p.field) for p in problems]
    assert ("taxonomy.csv line 3", "id") in fields
    assert ("services_taxonomy.csv line 3", "taxonomy_term_id") in fields
    assert ("services_taxonomy.csv line 4", "taxonomy_term_id") in fields


def test_thousands_of_orphan_rows_are_one_line_in_the_report(read: Read) -> None:
    orphans = "id,service_id,eligibility\n" + ",,People\n" * 300
    [found], problems = read(OLD | {"eligibility.csv": orphans})
    assert found.eligibility_description is None
    [problem] = [p for p in problems if p.where == "eligibility.csv"]
    assert problem.message.startswith("300 rows") and "lines 2, 3, 4" in problem.message


def test_a_service_without_id_or_used_twice_is_reported(read: Read) -> None:
    services = "id,organization_id,name\n,1,Blank\n10,1,First\n10,1,Second\n"
    found, problems = read(OLD | {"services.csv": services})
    assert [r.name for r in found] == ["Blank", "First"]
    assert len(found[0].source_id) == 12
    assert [p.where for p in problems if p.where.startswith("services.csv")] == [
        "services.csv line 2",
        "services.csv line 4",
    ]


def test_a_service_without_a_location_and_a_link_to_none_are_no_loss(read: Read) -> None:
    [found], problems = read(OLD | {"services_at_location.csv": "id,service_id,location_id\n30,10,999\n"})
    assert found.places == ()
    assert any(p.field == "location_id" for p in problems)


def test_a_confidential_address_is_dropped_with_its_point(read: Read) -> None:
    hidden = "id,location_id,address_1,city,postal_code\n40,20,Confidential,Sheffield,S1 2HE\n"
    [found], _ = read(OLD | {"physical_addresses.csv": hidden})
    assert found.places[0].private
    assert (found.places[0].latitude, found.places[0].postal_code, found.places[0].city) == (
        None,
        None,
        "Sheffield",
    )


def test_a_national_helpline_is_not_measured_from_its_head_office(read: Read) -> None:
    services = "id,organization_id,name,description\n" + "".join(f"{n},1,Club {n},Chess\n" for n in range(30))
    services += "90,1,Talk Helpline,A national helpline\n91,1,Far Office,Advice\n92,1,Near Office,Advice\n"
    points = (
        "".join(f"{n},L{n},{53.3 + n / 1000},-1.4\n" for n in range(30))
        + "90,H,53.38,-1.47\n91,F,38.9,-77.0\n92,N,53.38,-1.47\n"
    )
    links = "".join(f"{n},{n},{n}\n" for n in [*range(30), 90, 91, 92])
    phones = "90,90,0800 000 0000\n91,91,800-555-0100\n92,92,0800 000 0001\n"
    found, problems = read(
        {
            "organizations.csv": "id,name\n1,Tea\n",
            "services.csv": services,
            "locations.csv": "id,name,latitude,longitude\n" + points,
            "services_at_location.csv": "id,service_id,location_id\n" + links,
            "phones.csv": "id,service_id,number\n" + phones,
        }
    )
    assert [r.name for r in found if r.remote] == ["Talk Helpline", "Far Office"]
    assert all(r.formats == ("phone",) for r in found if r.remote)
    assert any(p.message.startswith("2 services look national") for p in problems)


def test_a_branch_named_only_by_its_town_gets_its_organization_s_name(read: Read) -> None:
    [found], _ = read(OLD | {"services.csv": "id,organization_id,name\n10,1,SHEFFIELD\n"})
    assert (found.name, found.alternate_name) == ("Town Tea Society, Sheffield", "SHEFFIELD")


def test_columns_that_hsds_does_not_have_are_reported_and_kept(read: Read) -> None:
    [found], problems = read(OLD | {"services.csv": "id,organization_id,name,mascot\n10,1,Dance,A teapot\n"})
    assert found.extra == {"mascot": "A teapot"}
    assert any(p.field == "mascot" for p in problems)


# Where the files lie ------------------------------------------------------------------------------------------------


def test_a_datapackage_that_lies_about_its_paths_is_read_all_the_same(
    read: Read, tmp_path: Path, parted: Any
) -> None:
    listed = [{"name": n, "path": n} for n in (*OLD, "programs.csv")]
    read(
        {f"data/{name}": content for name, content in OLD.items()}
        | {"datapackage.json": json.dumps({"resources": listed})}
    )
    found, problems = parted(hsds_tabular.read(tmp_path / "datapackage.json", "x"))
    assert len(found) == 1
    [missing] = [p for p in problems if p.field == "resources"]
    assert "programs" in missing.message and "1 of the 14" in missing.message


def test_a_datapackage_that_is_no_json_is_reported_and_left(read: Read) -> None:
    [found], problems = read(OLD | {"datapackage.json": "{'resources': oops"})
    assert found.name == "Tea Dance"
    assert any(p.where == "datapackage.json" for p in problems)


def test_a_zip_reads_like_its_folder(tmp_path: Path, parted: Any) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as packed:
        for name, content in OLD.items():
            packed.writestr(f"package/data/{name}", content)
    [found], _ = parted(hsds_tabular.read(tmp_path / "p.zip", "x"))
    assert found.name == "Tea Dance"


def test_a_package_without_services_is_refused_in_plain_words(read: Read) -> None:
    with pytest.raises(UnreadableSource, match="no services table"):
        read({"organizations.csv": "id,name\n1,Tea\n"})


def test_a_table_with_other_headings_is_not_taken_for_hsds(read: Read) -> None:
    with pytest.raises(UnreadableSource, match="id and name"):
        read(OLD | {"services.csv": "service_uuid,service_name\n1,Tea\n"})


def test_a_schedule_of_another_rhythm_is_not_lost(read: Read) -> None:
    head = "id,service_id,freq,interval,byday,opens_at,closes_at,dtstart,until,count,description,notes\n"
    rows = (
        "a,s1,DAILY,1,,09:00,17:00,,,,,\nb,s2,YEARLY,,,10:00,12:00,2026-12-25,,,,\n"
        "c,s3,,,,18:00,20:00,2026-12-24,,,,\n"
    )
    first, second, third = read(NEW | {"schedules.csv": head + rows})[0]
    assert [s.byday for s in first.sessions] == ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    assert [s.original_text for s in second.sessions] == ["yearly, from 2026-12-25, 10:00-12:00"]
    assert [s.original_text for s in third.sessions] == ["2026-12-24, 18:00-20:00"]
    assert [s.freq for s in third.sessions] == [None]


def test_a_yearly_rule_is_one_of_twelve_months(read: Read) -> None:
    head = "id,service_id,freq,interval,opens_at,closes_at,dtstart\n"
    rows = "a,s1,YEARLY,,10:00,12:00,2026-12-25\nb,s2,YEARLY,2,10:00,12:00,2026-06-24\n"
    first, second, _ = read(NEW | {"schedules.csv": head + rows})[0]
    assert [(s.freq, s.interval, s.bymonthday) for s in first.sessions] == [("MONTHLY", 12, "25")]
    assert [(s.freq, s.interval, s.bymonthday) for s in second.sessions] == [("MONTHLY", 24, "24")]


def test_a_schedule_that_happens_once_is_that_day(read: Read) -> None:
    head = "id,service_id,count,opens_at,closes_at,dtstart,until,valid_to\n"
    rows = (
        "a,s1,1,18:00,20:00,2026-12-24,,\nb,s2,,18:00,20:00,2026-12-24,2026-12-24,\n"
        "c,s3,,18:00,20:00,2026-12-24,,2026-12-24\n"
    )
    for listing in read(NEW | {"schedules.csv": head + rows})[0]:
        [session] = listing.sessions
        assert (session.byday, session.dtstart, session.until) == (
            "TH",
            date(2026, 12, 24),
            date(2026, 12, 24),
        )


def test_a_course_on_two_days_a_week_ends_with_its_last_session(read: Read) -> None:
    head = "id,service_id,freq,byday,opens_at,closes_at,dtstart,count\n"
    rows = 'a,s1,WEEKLY,"TU,TH",18:00,20:00,2026-11-03,3\n'
    first = read(NEW | {"schedules.csv": head + rows})[0][0]
    assert [(s.byday, s.until) for s in first.sessions] == [
        ("TU", date(2026, 11, 10)),
        ("TH", date(2026, 11, 10)),
    ]


def test_a_course_of_so_many_sessions_ends(read: Read) -> None:
    head = "id,service_id,freq,interval,byday,opens_at,closes_at,dtstart,until,count,description,notes\n"
    rows = (
        "a,s1,WEEKLY,2,TU,18:00,20:00,2026-01-06,,10,Jigs and reels,Bring shoes\n"
        "b,s2,MONTHLY,1,1MO,18:00,20:00,2026-01-05,,3,,\n"
    )
    first, second, _ = read(NEW | {"schedules.csv": head + rows})[0]
    assert [(s.until, s.original_text) for s in first.sessions] == [
        (date(2026, 5, 12), "Jigs and reels\nBring shoes")
    ]
    assert [s.until for s in second.sessions] == [date(2026, 3, 31)]


def test_people_and_areas_are_found_by_place_and_organization_too(read: Read) -> None:
    first, second, _ = read(
        NEW
        | {
            "contacts.csv": "id,location_id,organization_id,name\nc1,l1,,Caretaker\nc2,,o1,Secretary\n",
            "service_areas.csv": "id,service_id,service_at_location_id,name\nb1,,x1,Crookes\n",
        }
    )[0]
    assert [c.name for c in first.contacts] == ["Caretaker"]
    assert [c.name for c in second.contacts] == ["Secretary"]
    assert first.service_area == ("Crookes",)


def test_what_describes_a_location_is_not_passed_over_in_silence(read: Read) -> None:
    _, problems = read(NEW)
    assert any("describes a location" in p.message for p in problems)


def test_a_package_may_shout_its_file_names_and_hide_its_zip(tmp_path: Path, parted: Any) -> None:
    with zipfile.ZipFile(tmp_path / "data.bin", "w") as packed:
        for name, content in NEW.items():
            packed.writestr(name.upper(), content)
    found, _ = parted(hsds_tabular.read(tmp_path / "data.bin", "x"))
    assert len(found) == 3
