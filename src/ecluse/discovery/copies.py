"""The same log under two names: a rotated file and its compressed copy count once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from ecluse.discovery.sources import Source


def copies(sources: Sequence[Source]) -> dict[str, str]:
    """Give path → path of the file that already holds all of it.

    Files that begin alike are compared whole: the shorter counts as a copy when the longer one
    starts with all of it, as when a log was copied before it grew.
    """
    groups: dict[bytes, list[Source]] = {}
    for source in sources:
        if source.head and not source.trouble and source.path != "-":
            first = source.head.partition(b"\n")[0]
            groups.setdefault(first, []).append(source)
    found: dict[str, str] = {}
    for group in groups.values():
        if len(group) > 1:
            found.update(_within(group))
    return found


def _within(group: list[Source]) -> dict[str, str]:
    group = [one for one in group if any(_alike(one, other) for other in group)]
    lengths = {source.path: sum(map(len, source.chunks())) for source in group}
    ordered = sorted(group, key=lambda source: (-lengths[source.path], source.path))
    found: dict[str, str] = {}
    for rank, source in enumerate(ordered[1:], 1):
        length = lengths[source.path]
        own = _digest(source.chunks(), length)
        for longer in ordered[:rank]:
            if longer.path in found or not longer.head.startswith(source.head):
                continue
            if _digest(longer.chunks(), length) == own:
                found[source.path] = longer.path
                break
    return found


def _alike(one: Source, other: Source) -> bool:
    if one is other:
        return False
    length = min(len(one.head), len(other.head))
    return one.head[:length] == other.head[:length]


def _digest(chunks: Iterable[bytes], length: int) -> bytes:
    digest, left = hashlib.sha256(), length
    for chunk in chunks:
        digest.update(chunk[:left])
        left -= len(chunk[:left])
        if not left:
            break
    return digest.digest()
