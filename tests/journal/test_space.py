from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Watermarks
from ecluse.journal.space import Space

if TYPE_CHECKING:
    from pathlib import Path

HUGE = 1 << 62


@pytest.mark.parametrize(
    ("low", "closed", "door"), [(0, 0, "open"), (HUGE, 0, "low"), (HUGE, HUGE, "closed")]
)
def test_the_door_follows_the_free_space(tmp_path: Path, low: int, closed: int, door: str) -> None:
    assert Space(tmp_path, Watermarks(low, closed, 0)).door() == door


def test_the_ballast_takes_real_room_and_gives_it_back_once(tmp_path: Path) -> None:
    space = Space(tmp_path, Watermarks(0, 0, 1 << 20))
    assert not space.release()
    assert space.stow()
    assert space.stow()
    stored = (tmp_path / "ballast").stat()
    assert (stored.st_size, stored.st_blocks * 512 >= 1 << 20) == (1 << 20, True)
    assert space.release()
    assert not space.release()


def test_no_ballast_is_stowed_below_the_low_mark(tmp_path: Path) -> None:
    assert not Space(tmp_path, Watermarks(HUGE, 0, 4096)).stow()
    assert not Space(tmp_path, Watermarks(0, 0, 0)).stow()
    assert list(tmp_path.iterdir()) == []


def test_a_ballast_too_large_for_the_disk_is_not_left_half_made(tmp_path: Path) -> None:
    space = Space(tmp_path, Watermarks(-HUGE, 0, 1 << 50))
    assert not space.stow()
    assert list(tmp_path.iterdir()) == []
