from __future__ import annotations

import pytest

from ecluse.journal import note, tiles, tree
from ecluse.journal import standalone_formats as alone

LEAVES = [tree.leaf_hash(b"%d" % n) for n in range(300)]
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 300])
def test_two_writings_of_the_tree_agree(size: int) -> None:
    root = tree.root_of(LEAVES[:size])
    assert alone.root_of(LEAVES[:size]) == root
    perfect = tiles.perfect_from(lambda _level, number: LEAVES[number * 256 : size])
    for index in {0, 1, size // 2, size - 1} & set(range(size)):
        path = _naive(index, LEAVES[:size])
        assert alone.proof_root(index, size, LEAVES[index], path) == root
        assert alone.proof_root(index, size, LEAVES[index], [*path, root]) is None
        if size <= 256:
            assert path == tree.inclusion_proof(index, size, perfect)


def _naive(index: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if index < half:
        return [*_naive(index, hashes[:half]), tree.root_of(hashes[half:])]
    return [*_naive(index - half, hashes[half:]), tree.root_of(hashes[:half])]


def test_paths_and_tiles_are_those_of_the_writer() -> None:
    for size in (0, 1, 255, 256, 257, 70_000):
        assert list(alone.tiles_of(size)) == list(tiles.tiles_of(size))
    for number in (0, 999, 1000, 1234067):
        assert (
            alone.tile_path("entries", number, 7) == f"tlog/{tiles.tile_path('entries', number, 7)}"
        )


@pytest.mark.parametrize("position", range(len(VKEY)))
def test_keys_are_read_as_strictly_as_inside(position: int) -> None:
    assert alone.parse_key(VKEY, "k").key_id == note.VerifierKey.parse(VKEY).key_id
    wrong = VKEY[:position] + chr(ord(VKEY[position]) + 1) + VKEY[position + 1 :]
    with pytest.raises((alone.Broken, ValueError)):
        alone.parse_key(wrong, "k")


@pytest.mark.parametrize(
    "manifest",
    [
        b"x",
        b"00\n",
        b"%b  a\n%b  a\n" % (b"0" * 64, b"0" * 64),
        b"%b  b\n%b  a\n" % (b"0" * 64, b"0" * 64),
        b"%b  a" % (b"0" * 64),
        b"%b a\n" % (b"0" * 64),
        b"%b  a\n" % (b"A" * 64),
    ],
)
def test_malformed_manifests_are_refused(manifest: bytes) -> None:
    with pytest.raises(alone.Broken):
        alone.parse_manifest(manifest, "m")


def test_an_empty_manifest_is_a_manifest() -> None:
    assert alone.parse_manifest(b"", "m") == {}


@pytest.mark.parametrize("bundle", [b"\0", b"\0\1", b"\0\2a"])
def test_entries_cut_short_are_refused(bundle: bytes) -> None:
    with pytest.raises(alone.Broken):
        alone.unpack(bundle, "e")
