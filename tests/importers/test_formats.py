"""Which format a file is in, and what is said of files that cannot be read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importers import formats
from importers.ids import slug, stable_uuid
from importers.records import UnreadableSource

SHEET = "id,name,venue,postcode\n1,Club,Hall,S6 3BS\n"
SERVICES = {"services.csv": "id,organization_id,name\n1,1,Tea\n", "organizations.csv": "id,name\n1,Town\n"}


def test_a_sheet_is_known_by_its_headings_whatever_its_name(file_of: Any) -> None:
    assert formats.recognise(file_of("data.txt", SHEET)) == "sheet"


def test_a_spreadsheet_is_known_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Name", "Venue", "Postcode"])
    book.save(tmp_path / "s.xlsx")
    assert formats.recognise(tmp_path / "s.xlsx") == "sheet"


def test_a_package_is_known_as_folder_zip_or_description(file_of: Any, tmp_path: Path) -> None:
    for name, content in SERVICES.items():
        file_of(f"package/data/{name}", content)
    described = file_of("package/datapackage.json", json.dumps({"resources": []}))
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as packed:
        for name, content in SERVICES.items():
            packed.writestr(name, content)
    assert formats.recognise(tmp_path / "package") == "hsds_tabular"
    assert formats.recognise(described) == "hsds_tabular"
    assert formats.recognise(tmp_path / "p.zip") == "hsds_tabular"
    assert len([r for r in formats.read(tmp_path / "p.zip", "x") if hasattr(r, "name")]) == 1


def test_json_and_geojson_without_a_mapping_are_read_by_plain_keys(file_of: Any, parted: Any) -> None:
    plain = file_of(
        "a.json",
        json.dumps(
            {"items": [{"id": 1, "name": "Club", "website": "www.example.org", "email": "a@example.org"}]}
        ),
    )
    assert formats.recognise(plain) == "json"
    [found], _ = parted(formats.read(plain, "x"))
    assert (found.source_id, found.url) == ("1", "https://www.example.org")
    feature = {
        "type": "Feature",
        "id": "node/5",
        "properties": {"name": "Hall", "addr:postcode": "s63bs", "opening_hours": "Mo 09:00-12:00"},
        "geometry": {"type": "Polygon", "coordinates": [[[-1.5, 53.4], [-1.4, 53.4]]]},
    }
    shape = file_of("a.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert formats.recognise(shape) == "geojson"
    [hall], _ = parted(formats.read(shape, "x"))
    assert (hall.source_id, hall.places[0].postal_code, hall.places[0].longitude) == (
        "node/5",
        "S6 3BS",
        -1.5,
    )
    assert hall.sessions[0].byday == "MO"


def test_a_format_may_be_named(file_of: Any, parted: Any) -> None:
    path = file_of("odd.csv", "name\nClub\n")
    with pytest.raises(UnreadableSource, match="headings that Kith does not know"):
        formats.recognise(path)
    [found], _ = parted(formats.read(path, "x", "sheet"))
    assert found.name == "Club"
    with pytest.raises(UnreadableSource, match="no format called fax"):
        formats.read(path, "x", "fax")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture"),
        ("page.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        ("page.json", b"  <html></html>", "web page"),
        ("broken.json", b'{"features": [', "not valid JSON"),
        ("numbers.json", b"[1, 2, 3]", "no list of records"),
        ("nameless.json", b'[{"colour": "red"}]', "neither a name nor a title"),
        ("other.csv", b"colour,size\nred,2\n", "headings that Kith does not know"),
        ("blank.csv", b"\n\n\n", "no headings"),
        ("broken.zip", b"PK\x03\x04 and then nothing", "damaged"),
        ("broken.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("old.xls", b"\xd0\xcf\x11\xe0 and then nothing", "could not be opened"),
        ("deep.json", b"[" * 100_000, "not valid JSON"),
    ],
)
def test_what_cannot_be_read_gets_one_plain_sentence(
    file_of: Any, name: str, content: bytes, words: str
) -> None:
    path = file_of(name, content)
    with pytest.raises(UnreadableSource, match=words) as raised:
        list(formats.read(path, "x"))
    assert str(path.parent) not in str(raised.value)


def test_a_missing_file_or_a_bare_folder_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"no file called gone\.csv"):
        formats.recognise(tmp_path / "gone.csv")
    with pytest.raises(UnreadableSource, match="no HSDS package"):
        formats.recognise(tmp_path)


@pytest.mark.parametrize("evil", ["../../etc/services.csv", "/services.csv", "a/../../services.csv"])
def test_a_zip_that_reaches_outside_itself_is_refused(tmp_path: Path, evil: str) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
        packed.writestr(evil, "id,name\n")
    with pytest.raises(UnreadableSource, match="outside"):
        formats.recognise(tmp_path / "evil.zip")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("services.csv", "0" * 30_000_000)
    with pytest.raises(UnreadableSource, match="unpacks to far more"):
        formats.recognise(tmp_path / "bomb.zip")


def test_a_uuid_is_the_same_for_the_same_row_and_differs_for_others() -> None:
    one = stable_uuid("miami", "service", "136")
    assert one == stable_uuid("miami", "service", "136")
    assert one.version == 5
    assert (
        len(
            {
                one,
                stable_uuid("miami", "location", "136"),
                stable_uuid("x", "service", "136"),
                stable_uuid("miami", "service", "13"),
            }
        )
        == 4
    )
    assert slug("Café Tŷ Seiont!") == "cafe-ty-seiont"


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(file_of: Any) -> None:
    path = file_of("a.csv", 'name,venue\nClub,Hall\n"Duo,Barn\nTrio,Inn\n')
    with pytest.raises(UnreadableSource, match="line 3: a quotation mark"):
        list(formats.read(path, "x", "sheet"))


def test_a_mark_of_inches_is_no_open_quotation(file_of: Any) -> None:
    path = file_of("a.csv", 'name,venue\n6" pipe band,Hall\nDuo,"Barn"')
    assert [r.name for r in formats.read(path, "x", "sheet") if hasattr(r, "places")] == [
        '6" pipe band',
        "Duo",
    ]
