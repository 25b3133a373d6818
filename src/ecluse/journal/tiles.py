"""The layout of c2sp.org/tlog-tiles: which tile, at which path, holding which bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecluse.journal.tree import HASH_SIZE, TILE_WIDTH, Perfect, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MAX_ENTRY = 65_535
"""Bytes in the largest entry: bundles prefix each with a 16-bit length."""


def number_path(number: int) -> str:
    """Write a tile number as path elements of three digits: 1234067 is x001/x234/067."""
    path = f"{number % 1000:03d}"
    while number := number // 1000:
        path = f"x{number % 1000:03d}/{path}"
    return path


def tile_path(level: int | str, number: int, width: int = TILE_WIDTH) -> str:
    """Give the path of a tile, or of an entry bundle when `level` is "entries"."""
    suffix = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{number_path(number)}{suffix}"


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Give the level, number and width of every tile of a tree, lowest level first."""
    level = 0
    while count := size >> 8 * level:
        full, width = divmod(count, TILE_WIDTH)
        yield from ((level, number, TILE_WIDTH) for number in range(full))
        if width:
            yield level, full, width
        level += 1


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """Write an entry bundle: each entry after its length on two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_entries(bundle: bytes) -> list[bytes]:
    """Read an entry bundle; ValueError when it ends in the middle of an entry."""
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or len(bundle) - at < 2:
            raise ValueError("the bundle ends in the middle of an entry")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def split_hashes(tile: bytes) -> list[bytes]:
    """Cut a tile into its hashes."""
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]


def perfect_from(row: Callable[[int, int], Sequence[bytes]]) -> Perfect:
    """Turn a reader of tiles, (level, number) to hashes, into a reader of perfect subtrees."""

    def perfect(height: int, index: int) -> bytes:
        level, above = divmod(height, 8)
        start = index << above
        number, offset = divmod(start, TILE_WIDTH)
        hashes = row(level, number)[offset : offset + (1 << above)]
        if len(hashes) != 1 << above:
            raise LookupError(f"tile {level}/{number} is too short")
        return root_of(hashes)

    return perfect
