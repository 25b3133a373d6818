from __future__ import annotations

import pytest

from ecluse.journal import tiles


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")],
)
def test_tile_numbers_are_written_as_the_specification_says(number: int, path: str) -> None:
    assert tiles.number_path(number) == path


def test_a_tree_of_70000_has_the_tiles_of_the_specification_example() -> None:
    found = list(tiles.tiles_of(70_000))
    count = {
        (level, width): sum(1 for lv, _, w in found if (lv, w) == (level, width))
        for level, _, width in found
    }
    assert count == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert tiles.tile_path(0, 273, 112) == "tile/0/273.p/112"
    assert tiles.tile_path("entries", 1) == "tile/entries/001"


def test_a_tree_of_256_has_a_full_tile_and_a_partial_one_above() -> None:
    assert list(tiles.tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles.tiles_of(0)) == []


def test_entry_bundles_survive_and_refuse_to_end_early() -> None:
    entries = [b"", b"a", b"x" * tiles.MAX_ENTRY]
    packed = tiles.pack_entries(entries)
    assert tiles.unpack_entries(packed) == entries
    for cut in (1, 3, len(packed) - 1):
        with pytest.raises(ValueError, match="middle of an entry"):
            tiles.unpack_entries(packed[:cut])


def test_a_short_tile_is_not_taken_for_a_whole_subtree() -> None:
    perfect = tiles.perfect_from(lambda _level, _number: [bytes(32)] * 3)
    with pytest.raises(LookupError):
        perfect(2, 0)
