"""Gazetteer files load by their shape; loading twice changes nothing."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from directory import gazetteer
from directory.gazetteer_layouts import place_key
from directory.models import GazetteerEntry
from directory.national_grid import to_wgs84
from importers.clean import kilometres
from importers.records import UnreadableSource


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'gazetteer.db'}")
    GazetteerEntry.__table__.create(engine)  # type: ignore[attr-defined]
    yield engine
    engine.dispose()


def loaded(engine: Engine, tmp_path: Path, text: str, name: str = "file.csv") -> gazetteer.Loaded:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return gazetteer.load(engine, path)


def rows(engine: Engine) -> list[tuple[object, ...]]:
    e = GazetteerEntry
    with engine.connect() as connection:
        columns = select(e.kind, e.key, e.name, e.qualifier, e.rank, e.lat, e.lon)
        return [tuple(row) for row in connection.execute(columns.order_by(e.kind, e.key, e.qualifier))]


@pytest.mark.parametrize(
    ("text", "layout", "expected"),
    [
        (
            "postcode,eastings,northings,latitude,longitude,town,region\nS1,435400,387200,53.38,-1.47,Sheffield,X\n",
            "Postcodes or outcodes",
            ("outcode", "S1", "S1", "Sheffield", 0, 53.38, -1.47),
        ),
        (
            "postcode,latitude,longitude,populated_place,district\ns12he,53.38,-1.46,Sheffield,Sheffield\n",
            "Postcodes or outcodes",
            ("postcode", "S12HE", "S1 2HE", "Sheffield", 0, 53.38, -1.46),
        ),
        (
            ",postcode,area,country,lat,long\n0,S101AE,Sheffield,England,53.38,-1.49\n",
            "Postcodes or outcodes",
            ("postcode", "S101AE", "S10 1AE", "Sheffield", 0, 53.38, -1.49),
        ),
        (
            "\ufeffPCD,PCDS,LAT,LONG\nS12  HE,S1 2HE,53.38,-1.46\n",
            "Postcodes or outcodes",
            ("postcode", "S12HE", "S1 2HE", None, 0, 53.38, -1.46),
        ),
        (
            "code,city,state,county,area_code,lat,lon\n00501,Holtsville,NY,SUFFOLK,,40.92,-72.63\n",
            "US ZIP codes",
            ("postcode", "00501", "00501", "Holtsville, NY", 0, 40.92, -72.63),
        ),
        (
            "zip,city,state,lat,lon\n501.0,Holtsville,NY,40.92,-72.63\n",
            "US ZIP codes",
            ("postcode", "00501", "00501", "Holtsville, NY", 0, 40.92, -72.63),
        ),
        (
            "postcode_or_name,kind,lat,lon,qualifier\nHillsborough,place,53.41,-1.5,Sheffield\n",
            "Kith's own table",
            ("place", "hillsborough", "Hillsborough", "Sheffield", 2, 53.41, -1.5),
        ),
        (
            "Ambridge\tBorset\tv\t52.2\t-1.9\n",
            "Ranked GB place names",
            ("place", "ambridge", "Ambridge", "Borset", 3, 52.2, -1.9),
        ),
        (
            "AL8\tWelwyn Hatfield\t\t51.8\t-0.21\n",
            "Ranked GB place names",
            ("outcode", "AL8", "AL8", "Welwyn Hatfield", 0, 51.8, -0.21),
        ),
        (
            "geonameid,name,latitude,longitude,feature_class,population,country\n1,Ely,52.4,0.26,P,20000,GB\n",
            "Place names",
            ("place", "ely", "Ely", "GB", 2, 52.4, 0.26),
        ),
        (
            "\t".join(
                [
                    "1",
                    "Ely",
                    "Ely",
                    "",
                    "52.4",
                    "0.26",
                    "P",
                    "PPL",
                    "GB",
                    "",
                    "ENG",
                    *[""] * 3,
                    "20000",
                    *[""] * 4,
                ]
            ),
            "GeoNames",
            ("place", "ely", "Ely", "ENG", 2, 52.4, 0.26),
        ),
    ],
)
def test_each_kind_of_file_is_recognised_by_its_shape(engine, tmp_path, text, layout, expected):
    result = loaded(engine, tmp_path, text)
    assert result.layout == layout
    assert result.skipped == 0
    assert expected in rows(engine)


@pytest.mark.parametrize(
    "text",
    [
        "Postcode,Eastings,Northings\nNR30 5AA,651409,313177\n",
        '"NR305AA",10,651409,313177,"E92000001","","E18000001","","E07000145","E05005788"\n',
    ],
)
def test_national_grid_references_become_degrees(engine, tmp_path, text):
    loaded(engine, tmp_path, text)
    ((kind, key, _, _, _, lat, lon),) = rows(engine)
    assert (kind, key) == ("postcode", "NR305AA")
    assert (lat, lon) == (pytest.approx(52.657977, abs=5e-5), pytest.approx(1.716051, abs=5e-5))


@pytest.mark.parametrize(
    ("east", "north", "lat", "lon"),
    [  # stations of the OS Net, with OSTN15 grid references: south-west, London, Leeds, Edinburgh
        (91492.146, 11318.804, 49.922263937, -6.299777520),
        (530624.974, 178388.464, 51.489365650, -0.119925572),
        (422242.186, 433818.701, 53.800215196, -1.663791682),
        (319188.434, 670947.534, 55.924782655, -3.294792193),
    ],
)
def test_the_national_grid_is_right_to_five_metres(east, north, lat, lon):
    y, x = to_wgs84(east, north)
    assert kilometres((float(y), float(x)), (lat, lon)) < 0.005


def test_loading_twice_changes_nothing_and_a_new_point_changes_one(engine, tmp_path):
    text = "postcode,lat,long\nS1 2HE,53.38,-1.46\nS1 2HF,53.39,-1.46\n"
    assert loaded(engine, tmp_path, text).added == 2
    before = rows(engine)
    again = loaded(engine, tmp_path, text)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert rows(engine) == before
    moved = loaded(engine, tmp_path, text.replace("53.39", "53.40"))
    assert (moved.added, moved.changed, moved.unchanged) == (0, 1, 1)
    assert len(rows(engine)) == 2


def test_places_of_one_name_stay_apart_by_qualifier_and_repeats_are_counted(engine, tmp_path):
    text = "Newport\tGwent\tc\t51.5\t-3.0\nNewport\tEssex\tv\t51.9\t0.2\nNewport\tEssex\th\t51.8\t0.1\n"
    result = loaded(engine, tmp_path, text)
    assert (result.added, result.repeated) == (2, 1)
    assert [row[3:6] for row in rows(engine)] == [("Essex", 3, 51.9), ("Gwent", 1, 51.5)]


def test_rows_without_a_point_are_skipped_and_counted(engine, tmp_path):
    text = (
        "pcds,lat,long\nS1 2HE,99.999999,0.000000\nS1 2HF,,\nnot a code,53,-1\nS1 2HG,53.38,-1.46\n\nS1 2HH\n"
    )
    result = loaded(engine, tmp_path, text)
    assert (result.read, result.added, result.skipped) == (5, 1, 4)


def test_a_us_town_stands_in_the_middle_of_its_zip_codes(engine, tmp_path):
    loaded(
        engine, tmp_path, "code,city,state,lat,lon\n33101,Miami,FL,25.0,-80.0\n33102,Miami,FL,26.0,-81.0\n"
    )
    assert ("place", "miami", "Miami", "FL", 3, 25.5, -80.5) in rows(engine)


def test_gzip_progress_and_a_callers_transaction(engine, tmp_path):
    path = tmp_path / "codes.csv.gz"
    text = "postcode,lat,long\n" + "".join(
        f"S{n % 9 + 1} {n % 10}H{c},53.3,-1.4\n" for n in range(90) for c in "ABD"
    )
    path.write_bytes(gzip.compress(text.encode()))
    seen: list[tuple[int, float]] = []
    with Session(engine) as session:
        result = gazetteer.load(session, path, lambda count, share: seen.append((count, share)))
        assert result.read == 270
        session.rollback()
    assert rows(engine) == []
    assert seen[-1] == (270, 1.0)


def test_windows_encoded_names_are_read(engine, tmp_path):
    path = tmp_path / "places.csv"
    path.write_bytes("name,latitude,longitude\nTŷ\n".encode()[:23] + b"\nLlanberis Caf\xe9,53.1,-4.1\n")
    gazetteer.load(engine, path)
    assert rows(engine)[0][2] == "Llanberis Café"


@pytest.mark.parametrize("text", ["", "\n", "a,b,c\n1,2,3\n", "name,telephone\nX,1\n"])
def test_an_unknown_file_is_refused_with_what_is_understood(engine, tmp_path, text):
    with pytest.raises(UnreadableSource) as refused:
        loaded(engine, tmp_path, text)
    assert "file.csv" in str(refused.value)
    if text.strip():
        assert "name, kind (place, postcode or outcode), lat, lon, qualifier" in str(refused.value)


def test_a_missing_or_broken_file_is_a_plain_sentence(engine, tmp_path):
    with pytest.raises(UnreadableSource, match=r"none\.csv cannot be read"):
        gazetteer.load(engine, tmp_path / "none.csv")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(b"postcode,lat,long\n" + b"S1 2HE,53.3,-1.4\n" * 9999)[:100])
    with pytest.raises(UnreadableSource, match=r"broken\.csv\.gz"):
        gazetteer.load(engine, broken)
    assert rows(engine) == []


@settings(max_examples=80, deadline=None)
@given(name=st.text(max_size=30))
def test_a_place_key_is_its_own_key(name):
    assert place_key(place_key(name)) == place_key(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [("King’s Lynn", "kings lynn"), ("Saint-Ives", "st ives"), ("Tŷ  Croes", "ty croes"), ("...", "")],
)
def test_place_keys_forgive_how_a_name_is_written(name, key):
    assert place_key(name) == key


def test_the_demo_towns_own_table_loads(engine):
    table = Path(__file__).parents[2] / "examples" / "gazetteer.csv"
    result = gazetteer.load(engine, table)
    assert result.layout == "Kith's own table"
    assert result.added > 0
    assert (result.skipped, result.repeated) == (0, 0)
    assert gazetteer.load(engine, table).unchanged == result.added


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("file", "layout", "least", "unusable"),
    [
        ("uk_gazetteer/outcodes_gibbs.csv", "Postcodes or outcodes", 2_850, 20),
        ("uk_gazetteer/gb_places_open_innovations.tsv", "Ranked GB place names", 45_000, 20),
        ("us_zipcodes/all_us_zipcodes.csv", "US ZIP codes", 42_000, 8_000),
        ("sheffield_foodfinder/shef_pc_coords_lookup.csv", "Postcodes or outcodes", 12_000, 20),
    ],
)
def test_real_gazetteers_load_whole(shared_data, engine, file, layout, least, unusable):
    result = gazetteer.load(engine, shared_data / file)
    assert result.layout == layout
    assert result.added > least
    assert result.skipped < unusable


def test_zip_codes_that_all_stand_at_one_point_are_not_believed(engine, tmp_path):
    """The middle of a county, given to every code whose place nobody knew."""
    rows = [f"{n},Northport,NY,40.5,-73.5" for n in range(10001, 10006)]
    rows += ["10101,Southport,NY,40.9,-73.1", "10102,Southport,NY,40.9,-73.1"]
    file = tmp_path / "zips.csv"
    file.write_text("\n".join(["code,city,state,lat,lon", *rows]))
    assert gazetteer.load(engine, file).skipped == 5
    with engine.connect() as connection:
        keys = set(connection.execute(select(GazetteerEntry.key)).scalars())
    assert keys == {"10101", "10102", "southport"}


@pytest.mark.shared_data
def test_six_hundred_thousand_postcodes_load(shared_data, engine):
    result = gazetteer.load(engine, shared_data / "uk_gazetteer" / "postcodes_partial_os_open_names.csv.gz")
    assert result.added == 596_540
