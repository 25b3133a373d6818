from __future__ import annotations

import pytest

from ecluse.discovery.parsing.stamped import checked
from ecluse.discovery.reader import Columns
from ecluse.discovery.record import UnreadableError


def _skim(block: bytes) -> Columns | None:
    lines = block.split()
    none = [b""] * len(lines)
    return Columns(lines, none, none, none, lines.__getitem__) if lines else None


def _read(stamp: str) -> int:
    if not stamp.isdecimal():
        raise UnreadableError("time")
    return int(stamp)


@pytest.mark.parametrize(("block", "accepted"), [(b"1 2 2", True), (b"1 x", False), (b"", False)])
def test_a_block_with_an_impossible_stamp_is_declined(block: bytes, *, accepted: bool) -> None:
    assert (checked(_skim, _read)(block) is not None) is accepted


def test_each_distinct_stamp_is_read_once() -> None:
    seen: list[str] = []
    checked(_skim, seen.append)(b"1 1 2 1")
    assert sorted(seen) == ["1", "2"]
