"""The Merkle tree of RFC 6962 with SHA-256; it hashes and checks, and stores nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

HASH_SIZE = 32
TILE_WIDTH = 256
EMPTY_ROOT = sha256(b"").digest()

Perfect = Callable[[int, int], bytes]
"""Gives the hash of the perfect subtree number `index` of `height`: leaves of height 0."""

FullTile = tuple[int, int, bytes]
"""The level and number of a full tile, and its 256 hashes end to end."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash the exact stored bytes of an entry (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent (RFC 6962, section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Give the root over hashes of equal height: an odd one out rises unchanged."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(row[::2], row[1::2], strict=False)
        ]
        row += odd
    return row[0]


def _fold(parts: Sequence[bytes]) -> bytes:
    """Join perfect subtrees, largest first, into the root above them."""
    root = parts[-1]
    for part in reversed(parts[:-1]):
        root = node_hash(part, root)
    return root


class Frontier:
    """The right edge of a growing tree: at most 255 hashes for each level of tiles.

    Level 0 holds leaf hashes, level 1 the roots of full tiles of level 0, and so on, as in
    c2sp.org/tlog-tiles. A full tile is handed over once, then forgotten: memory stays flat.
    """

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[list[bytes]] = []

    def copy(self) -> Frontier:
        """Give an independent frontier, to try a batch before it is durable."""
        twin = Frontier()
        twin.size = self.size
        twin._levels = [list(level) for level in self._levels]
        return twin

    def extend(self, hashes: Iterable[bytes]) -> Iterator[FullTile]:
        """Add leaf hashes in order; give each tile that becomes full."""
        for value in hashes:
            self.size += 1
            yield from self._push(0, value)

    def _push(self, level: int, value: bytes) -> Iterator[FullTile]:
        if level == len(self._levels):
            self._levels.append([])
        row = self._levels[level]
        row.append(value)
        if len(row) < TILE_WIDTH:
            return
        number = (self.size >> 8 * (level + 1)) - 1
        yield level, number, b"".join(row)
        parent = root_of(row)
        row.clear()
        yield from self._push(level + 1, parent)

    def partial(self, level: int) -> list[bytes]:
        """Give the hashes of the unfinished tile of a level, perhaps none."""
        return list(self._levels[level]) if level < len(self._levels) else []

    @property
    def levels(self) -> int:
        """How many levels of tiles the tree has."""
        return len(self._levels)

    def root(self) -> bytes:
        """Give the root at the current size."""
        parts: list[bytes] = []
        for row in reversed(self._levels):
            start = 0
            for bit in (1 << height for height in range(7, -1, -1)):
                if len(row) & bit:
                    parts.append(root_of(row[start : start + bit]))
                    start += bit
        return _fold(parts) if parts else EMPTY_ROOT


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _range_root(perfect: Perfect, start: int, end: int) -> bytes:
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append(perfect(height, start >> height))
        start += 1 << height
    return _fold(parts)


def tree_root(size: int, perfect: Perfect) -> bytes:
    """Give the root of the first `size` entries."""
    return _range_root(perfect, 0, size) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, perfect: Perfect) -> list[bytes]:
    """Give the audit path of entry `index` among `size` (RFC 6962, section 2.1.1), leaf first."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            path.append(_range_root(perfect, middle, end))
            end = middle
        else:
            path.append(_range_root(perfect, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, perfect: Perfect) -> list[bytes]:
    """Give the proof that `new` extends `old` (RFC 6962, section 2.1.2); empty from size 0."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} does not grow into one of {new}")
    if old in {0, new}:
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old < end:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            path.append(_range_root(perfect, middle, end))
            end = middle
        else:
            path.append(_range_root(perfect, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range_root(perfect, start, end))
    return path[::-1]


def _well_formed(*hashes: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in hashes)


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Check an audit path from a leaf hash to a root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or not _well_formed(leaf, root, *proof):
        return False
    low, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if low & 1 or low == last:
            value = node_hash(sibling, value)
            while low and not low & 1:
                low, last = low >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        low, last = low >> 1, last >> 1
    return last == 0 and value == root


def verify_consistency(
    sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: Sequence[bytes]
) -> bool:
    """Check that the newer of two trees extends the older (RFC 9162, section 2.1.4.2).

    Size 0 is consistent with everything, with the empty root and an empty proof only.
    """
    (old, new), (old_root, new_root) = sizes, roots
    if not 0 <= old <= new or not _well_formed(old_root, new_root, *proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    return bool(path) and _climb(old - 1, new - 1, path) == roots


def _climb(low: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while low & 1:
        low, last = low >> 1, last >> 1
    old_value = new_value = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if low & 1 or low == last:
            old_value = node_hash(sibling, old_value)
            new_value = node_hash(sibling, new_value)
            while low and not low & 1:
                low, last = low >> 1, last >> 1
        else:
            new_value = node_hash(new_value, sibling)
        low, last = low >> 1, last >> 1
    return (old_value, new_value) if last == 0 else None
