"""What happens when the disk fills up; it deletes nothing but its own ballast.

The rule for callers, from the fullest disk to the emptiest:

- `closed`: no AI traffic is admitted, because an exchange that cannot be recorded must not
  happen. A cut is applied first, always, and recorded with `Journal.append_always`, which frees
  the ballast, and failing that keeps the event aside to enter it late, with the flag `late`.
- `low`: everything works, and the operator is told to free space.
- `open`: everything works.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecluse.journal import durable

if TYPE_CHECKING:
    from pathlib import Path

Door = Literal["open", "low", "closed"]
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Watermarks:
    """Free bytes under which the door is low, then closed, and the size of the ballast."""

    low: int = 512 * MIB
    closed: int = 64 * MIB
    ballast: int = 8 * MIB


class Space:
    """The free room under a journal's folder, and a ballast file that can be given up."""

    def __init__(self, folder: Path, marks: Watermarks) -> None:
        self._folder = folder
        self._ballast = folder / "ballast"
        self.marks = marks

    def free(self) -> int:
        """Give the free bytes, as the journal's account may use them."""
        state = os.statvfs(self._folder)
        return state.f_bavail * state.f_frsize

    def door(self) -> Door:
        """Tell whether AI traffic may pass."""
        free = self.free()
        if free < self.marks.closed:
            return "closed"
        return "low" if free < self.marks.low else "open"

    def stow(self) -> bool:
        """Put the ballast back if there is room for it above the low mark; tell if it is there."""
        if self._ballast.exists():
            return True
        if not self.marks.ballast or self.free() < self.marks.low + self.marks.ballast:
            return False
        handle = os.open(self._ballast, os.O_WRONLY | os.O_CREAT, durable.PRIVATE)
        try:
            os.posix_fallocate(handle, 0, self.marks.ballast)
        except OSError:
            self._ballast.unlink()
            return False
        finally:
            os.close(handle)
        return True

    def release(self) -> bool:
        """Give the ballast up; tell whether there was one."""
        if not self._ballast.exists():
            return False
        durable.remove(self._ballast)
        return True
