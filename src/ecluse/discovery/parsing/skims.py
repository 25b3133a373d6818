"""Ways to see a block of lines from afar, at the speed of C, for the readers' `skim`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ecluse.discovery.reader import Columns

if TYPE_CHECKING:
    from re import Pattern

_GROUPS = ("stamp", "address", "user", "place", "app")


def by_pattern(source: bytes) -> Callable[[bytes], Columns | None]:
    """Skim with one regular expression over the whole block.

    `source` must match one whole line without its end (`^` and `$` are added) and may name the
    groups stamp, address, user and place. A block in which any line does not match is declined.
    """
    pattern = re.compile(rb"^(" + source + rb")$", re.MULTILINE)
    order = [pattern.groupindex.get(name) for name in _GROUPS]

    def skim(block: bytes) -> Columns | None:
        found = pattern.findall(block)
        if not found or len(found) != line_count(block):
            return None
        columns = list(zip(*found, strict=True))
        nothing = (b"",) * len(found)
        picked = [columns[at - 1] if at else nothing for at in order]
        lines = columns[0]
        stamps, addresses, users, places, apps = picked
        named = apps if order[-1] else None
        return Columns(stamps, addresses, users, places, lines.__getitem__, named)

    return skim


def line_count(block: bytes) -> int:
    """Count the lines of a block whose last line may lack its end."""
    return block.count(b"\n") + (0 if block.endswith(b"\n") or not block else 1)


def by_words(
    width: int,
    *,
    stamp: int,
    address: int,
    user: int,
    place: int,
    check: tuple[int, Pattern[bytes]],
) -> Callable[[bytes], Columns | None]:
    """Skim lines of exactly `width` words parted by white space; the others are word positions.

    `check` names one more column and what each of its words must look like: a line short of a
    word and another with one too many would shift the columns between them, and this shows it.
    """

    def skim(block: bytes) -> Columns | None:
        words = block.split()
        if len(words) != width * line_count(block):
            return None
        if not all(map(check[1].fullmatch, set(words[check[0] :: width]))):
            return None
        return Columns(
            words[stamp::width],
            words[address::width],
            words[user::width],
            words[place::width],
            lambda row: b" ".join(words[row * width : (row + 1) * width]),
        )

    return skim
