"""Segments are read where they lie: nothing is copied that nobody reads."""

from __future__ import annotations

import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.structfile import StructFile

from directory.search_index.sides import Sides, Told, pack
from directory.search_index.storage import Storage, _Reading

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(-1, 40)),
        st.tuples(st.just("readline")),
        st.tuples(st.just("seek"), st.integers(0, 60)),
        st.tuples(st.just("tell")),
    )
)


@given(st.binary(max_size=50), STEPS)
def test_a_mapped_part_is_read_as_any_file_is(content, steps):
    ours, plain = _Reading(memoryview(content)), io.BytesIO(content)
    for name, *given_ in steps:
        assert getattr(ours, name)(*given_) == getattr(plain, name)(*given_)
    assert ours.seek(-len(content), io.SEEK_END) == 0


def test_a_part_of_a_segment_is_a_window_on_the_file_and_not_a_copy(tmp_path: Path):
    with StructFile((tmp_path / "a.seg").open("wb")) as file:
        file.write(b"head")
        file.write_long(7)
        file.write_pickle({"words": 3})
    storage = Storage(str(tmp_path))
    part = storage.open_file("a.seg").subset(4, 100)
    assert part._buf.obj is storage.opened[0]._buf.obj  # the same map
    assert part.get_long(0) == 7
    part.seek(8)
    assert part.read_pickle() == {"words": 3}
    storage.close_opened()


def test_the_sides_of_a_segment_are_read_as_they_were_packed():
    here, there = (53.4, -1.5), (-33.9, 151.2)
    rows = [
        pack([3, 0, 70_000, 1, 2], 738_000, True, [here, there], Told("a", "s:1", "Café", "chess\x01tea")),
        pack([0, 0, 0, 0, 0], 0, False, [], Told("b", "s:2", "", "")),
        pack([1, 1, 1, 1, 1], 1, True, [there], Told("c", "s:3", "Choir", "")),
    ]
    sides = Sides(rows)
    assert sides.lengths.tolist() == [[3, 0, 65_535, 1, 2], [0] * 5, [1] * 5]
    assert sides.checked.tolist() == [738_000, 0, 1] and sides.public.tolist() == [True, False, True]
    assert sides.point_counts.tolist() == [2, 0, 1] and len(sides) == 3
    degrees = [
        (round(lat * 57.29577951308232, 6), round(lon * 57.29577951308232, 6)) for lat, lon in sides.points
    ]
    assert degrees == [here, there, there]
    assert [*sides.all_told()] == [sides.told(n) for n in range(3)]
    assert sides.told(0) == ("a", "s:1", "Café", "chess\x01tea") and sides.told(1).name == ""
