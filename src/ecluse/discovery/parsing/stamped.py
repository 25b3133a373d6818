"""Care for the dates that a skim sees: a block with an impossible one is left to full reading."""

from __future__ import annotations

from collections.abc import Callable

from ecluse.discovery.reader import Columns
from ecluse.discovery.record import UnreadableError

Skim = Callable[[bytes], Columns | None]


def checked(skim: Skim, read: Callable[[str], object]) -> Skim:
    """Decline, besides what `skim` declines, a block with a stamp that `read` refuses.

    `read` gets each distinct stamp once and raises `UnreadableError` for an impossible date.
    """

    def careful(block: bytes) -> Columns | None:
        columns = skim(block)
        if columns is None:
            return None
        try:
            for stamp in set(columns.stamps):
                read(stamp.decode("ascii", "replace"))
        except UnreadableError:
            return None
        return columns

    return careful
