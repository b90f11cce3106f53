"""Where people say they are becomes a point, on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from geopy.exc import GeocoderTimedOut
from geopy.geocoders import Photon
from geopy.geocoders.base import Geocoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from directory import gazetteer
from directory.geocoder import Ambiguous, Gazetteer, Place, PlaceFinder, Unknown, online_geocoders
from directory.models import GazetteerEntry
from importers import clean
from matching.types import Point

CODES = """postcode,lat,long,town
S1,53.3820,-1.4790,Sheffield
S6,53.4010,-1.5100,Sheffield
S1 2HE,53.3785,-1.4626,Sheffield
S6 4AB,53.4050,-1.5040,Sheffield
LS1 1AA,53.7960,-1.5480,Leeds
LS1 1AB,53.7980,-1.5460,Leeds
LS10 1AA,53.7800,-1.5300,Leeds
"""
PLACES = """Sheffield\t\tc\t53.3825\t-1.4685
Sheffield\tCornwall\tv\t50.0860\t-5.5552
Hillsborough\tSheffield\ta\t53.4094\t-1.5000
Hillsborough\tDown\tv\t54.4620\t-6.0850
Newport\tIsle of Wight\tt\t50.7002\t-1.2937
Newport\tTelford and Wrekin\tt\t52.7688\t-2.3785
Newport\tUttlesford\tv\t51.9839\t0.2144
Ashford\t\tt\t51.1484\t0.8711
Ashford\tSpelthorne\tt\t51.4329\t-0.4620
Canterbury\t\tc\t51.2796\t1.0790
King's Lynn\tNorfolk\tt\t52.7520\t0.3954
Walkley\tSheffield\ta\t53.3947\t-1.4945
"""
ZIPS = "code,city,state,lat,lon\n00501,Holtsville,NY,40.922326,-72.637078\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("gazetteer")
    engine = create_engine(f"sqlite:///{folder / 'gazetteer.db'}")
    GazetteerEntry.__table__.create(engine)  # type: ignore[attr-defined]
    for name, text in (("codes.csv", CODES), ("places.tsv", PLACES), ("zips.csv", ZIPS)):
        (folder / name).write_text(text)
        gazetteer.load(engine, folder / name)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def finder(engine: Engine) -> PlaceFinder:
    return PlaceFinder(engine)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may ask anybody anything."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a place was looked up over the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


class FakeService:
    """An online geocoder at the edge: knows Atlantis, and remembers what it was asked."""

    def __init__(self, fails: bool = False) -> None:
        self.asked: list[str] = []
        self.fails = fails

    def geocode(self, query: str, **_: Any) -> Any:
        self.asked.append(query)
        if self.fails:
            raise GeocoderTimedOut("too slow")
        known = SimpleNamespace(address="Atlantis, Ocean", latitude=31.0, longitude=-24.0)
        return known if query == "Atlantis" else None


@pytest.mark.parametrize(
    ("text", "label", "kind", "lat", "lon"),
    [
        ("S1 2HE", "S1 2HE", "postcode", 53.3785, -1.4626),
        ("s12he", "S1 2HE", "postcode", 53.3785, -1.4626),
        (" s1  2he. ", "S1 2HE", "postcode", 53.3785, -1.4626),
        ("4 Mill Lane, Hillsborough S6 4AB", "S6 4AB", "postcode", 53.405, -1.504),
        ("S1", "S1", "outcode", 53.382, -1.479),
        ("ls1", "LS1", "outcode", 53.797, -1.547),
        ("LS1 1", "LS1 1", "outcode", 53.797, -1.547),
        ("00501", "00501", "postcode", 40.922326, -72.637078),
        ("00501-1234", "00501", "postcode", 40.922326, -72.637078),
        ("51.5,-0.1", "51.5, -0.1", "point", 51.5, -0.1),
        ("51.5 -0.1", "51.5, -0.1", "point", 51.5, -0.1),
        ("Walkley", "Walkley, Sheffield", "place", 53.3947, -1.4945),
        ("WALKLEY", "Walkley, Sheffield", "place", 53.3947, -1.4945),
        ("kings lynn", "King's Lynn, Norfolk", "place", 52.752, 0.3954),
        ("Hillsborough, Sheffield", "Hillsborough, Sheffield", "place", 53.4094, -1.5),
        ("hillsborough sheffield", "Hillsborough, Sheffield", "place", 53.4094, -1.5),
        ("Hillsborough, S6", "Hillsborough, Sheffield", "place", 53.4094, -1.5),
        ("Ashford near Canterbury", None, None, 0, 0),
        ("Ashford, Canterbury", "Ashford", "place", 51.1484, 0.8711),
    ],
)
def test_what_people_write_becomes_a_place(finder, text, label, kind, lat, lon):
    place = finder.locate(text)
    if label is None:
        assert isinstance(place, Unknown)
        return
    assert isinstance(place, Place)
    assert (place.label, place.kind) == (label, kind)
    assert place.point == Point(
        pytest.approx(lat, abs=1e-5), pytest.approx(lon, abs=1e-5), rough=place.point.rough
    )


@pytest.mark.parametrize(
    ("text", "rough"),
    [
        ("S1 2HE", False),
        ("51.5,-0.1", False),
        ("S6 9ZZ", True),
        ("S1", True),
        ("LS1 1", True),
        ("00501", True),
        ("Walkley", True),
    ],
)
def test_the_middle_of_an_area_is_known_as_rough(finder: PlaceFinder, text: str, rough: bool) -> None:
    place = finder.locate(text)
    assert isinstance(place, Place) and place.point.rough is rough


def test_a_postcode_we_do_not_have_is_the_middle_of_its_area_and_says_so(finder):
    place = finder.locate("S6 9ZZ")
    assert isinstance(place, Place)
    assert (place.label, place.approximate, place.point) == ("S6 9ZZ", True, Point(53.401, -1.51, rough=True))
    assert place.note == "We do not have S6 9ZZ itself, so distances are from the middle of S6."
    assert not finder.locate("S6 4AB").approximate


def test_a_clearly_larger_place_is_meant_and_the_others_stand_by(finder):
    place = finder.locate("Sheffield")
    assert isinstance(place, Place)
    assert place.label == "Sheffield"
    assert [other.label for other in place.others] == ["Sheffield, Cornwall"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Newport", ["Newport, Isle of Wight", "Newport, Telford and Wrekin", "Newport, Uttlesford"]),
        ("Hillsborough", ["Hillsborough, Down", "Hillsborough, Sheffield"]),
        ("Ashford", ["Ashford", "Ashford, Spelthorne"]),
    ],
)
def test_equal_places_of_one_name_are_for_the_person_to_choose(finder, text, labels):
    answer = finder.locate(text)
    assert isinstance(answer, Ambiguous)
    assert [choice.label for choice in answer.choices] == labels
    for choice in answer.choices:
        again = finder.locate(choice.again)
        assert isinstance(again, Place)
        assert (again.point.lat, again.point.lon) == (choice.point.lat, choice.point.lon)


@pytest.mark.parametrize(
    ("text", "first"), [("Hilsborough", "Hillsborough"), ("Wakley", "Walkley"), ("Shefield", "Sheffield")]
)
def test_a_slip_is_offered_and_never_taken_for_granted(finder, text, first):
    answer = finder.locate(text)
    assert isinstance(answer, Ambiguous)
    assert answer.message == f'We could not find "{text}". Did you mean one of these?'
    assert answer.choices[0].label.startswith(first)


def test_a_place_that_is_not_where_it_is_said_to_be_is_asked_about(finder):
    answer = finder.locate("Walkley, Cornwall")
    assert isinstance(answer, Ambiguous)
    assert answer.message == 'We could not find "Walkley" in Cornwall. Did you mean this?'


def test_an_unknown_place_says_what_to_try(finder):
    answer = finder.locate("xyzzy")
    assert answer == Unknown('We could not find "xyzzy". Try a postcode like S1 2HE or a town.')
    assert isinstance(finder.locate("95.0, 10.0"), Unknown)


@pytest.mark.parametrize("text", ["", "   ", "...", "\0", "\ud800", None, "-", ","])
def test_nothing_typed_is_no_error(finder, text):
    assert finder.locate(text) == Unknown("Type a postcode like S1 2HE, or a town.")


def test_an_empty_gazetteer_says_how_to_fill_it(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    GazetteerEntry.__table__.create(engine)  # type: ignore[attr-defined]
    answer = PlaceFinder(engine).locate("Sheffield")
    engine.dispose()
    assert isinstance(answer, Unknown)
    assert "kith gazetteer load" in answer.message


@settings(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=300),
        st.text(alphabet="S1 2HE,.-'%_\\\0\ud800", max_size=20),
        st.lists(st.sampled_from(["Newport", "S1", ",", "Sheffield", "51.5", "-0.1", "nan", "1e999"])).map(
            " ".join
        ),
    )
)
def test_no_text_ever_raises(finder, text):
    assert isinstance(finder.locate(text), Place | Ambiguous | Unknown)


def test_middles_of_areas_are_what_importers_check_points_with(finder):
    assert finder.outcode_centroid("S6 4AB") == (53.401, -1.51)
    assert finder.outcode_centroid("S6") == (53.401, -1.51)
    assert finder.outcode_centroid("LS1") == (pytest.approx(53.797), pytest.approx(-1.547))
    assert finder.outcode_centroid("00501") == (40.922326, -72.637078)
    assert finder.outcode_centroid("ZE1") is None
    assert finder.outcode_centroid("Mill Lane") is None
    assert clean.point_agrees_with_postcode((41.77, -72.52), "S6 4AB", finder.outcode_centroid) is False
    assert clean.point_agrees_with_postcode((53.40, -1.52), "S6 4AB", finder.outcode_centroid) is True


# --- geopy, and going online ---


def test_the_gazetteer_is_a_geopy_geocoder(engine):
    geocoder = Gazetteer(engine)
    assert isinstance(geocoder, Geocoder)
    location = geocoder.geocode("S1 2HE")
    assert (location.address, location.latitude, location.longitude) == ("S1 2HE", 53.3785, -1.4626)
    assert geocoder.geocode("Newport") is None
    assert [found.address for found in geocoder.geocode("Newport", exactly_one=False)][:1] == [
        "Newport, Isle of Wight"
    ]
    assert geocoder.geocode("xyzzy", exactly_one=False) is None


def test_nobody_is_asked_online_unless_it_is_switched_on(finder):
    assert online_geocoders(False) == ()
    assert isinstance(finder.locate("Atlantis"), Unknown)
    (service,) = online_geocoders(True)
    assert isinstance(service, Photon)


def test_an_online_service_is_asked_only_for_what_we_do_not_know(engine):
    service = FakeService()
    finder = PlaceFinder(engine, online=(service,))
    finder.locate("S1 2HE")
    finder.locate("Newport")
    finder.locate("Hilsborough")
    assert service.asked == []
    answer = finder.locate("Atlantis")
    assert answer == Place("Atlantis, Ocean", Point(31.0, -24.0), "online", again=answer.again)
    assert service.asked == ["Atlantis"]


def test_when_one_service_fails_the_next_is_asked_and_the_person_is_told(engine):
    broken, working = FakeService(fails=True), FakeService()
    assert isinstance(PlaceFinder(engine, online=(broken, working)).locate("Atlantis"), Place)
    answer = PlaceFinder(engine, online=(broken,)).locate("Atlantis")
    assert isinstance(answer, Unknown)
    assert answer.message.endswith("The online map service did not answer.")


@pytest.mark.shared_data
def test_real_places_resolve(shared_data, tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'real.db'}")
    GazetteerEntry.__table__.create(engine)  # type: ignore[attr-defined]
    for name in ("gb_places_open_innovations.tsv", "outcodes_gibbs.csv"):
        gazetteer.load(engine, shared_data / "uk_gazetteer" / name)
    finder = PlaceFinder(engine)
    for text in ("Sheffield", "Walkley", "Stoke on Trent", "king's lynn", "SW1A 1AA", "bt1"):
        assert isinstance(finder.locate(text), Place), text
    for text in ("Newport", "Ashford", "Manchster"):
        assert isinstance(finder.locate(text), Ambiguous), text
    engine.dispose()
