from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import durable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_it_replaces_a_file_whole_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "f"
    durable.write(path, b"one")
    durable.write(path, iter([b"t", b"wo"]), durable.PRIVATE)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_halfway_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "f"
    durable.write(path, b"one")

    def parts() -> Iterator[bytes]:
        yield b"tw"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="space"):
        durable.write(path, parts())
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_erase_and_remove_leave_no_file(tmp_path: Path) -> None:
    for name, end in (("a", durable.erase), ("b", durable.remove)):
        path = tmp_path / name
        path.write_bytes(b"secret")
        end(path)
        assert not path.exists()
    durable.remove(tmp_path / "absent")


def test_folders_are_made_with_their_mode(tmp_path: Path) -> None:
    durable.make_folder(tmp_path / "keys", durable.PRIVATE_FOLDER)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
