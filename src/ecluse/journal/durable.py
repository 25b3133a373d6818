"""Files that are whole or absent after a crash; it knows nothing of what they hold."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def make_folder(folder: Path, mode: int = 0o750) -> None:
    """Create a folder and make its name durable."""
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, parts: bytes | Iterable[bytes], mode: int = 0o640) -> None:
    """Write a file through a temporary one: fsync, rename, fsync of the folder.

    OSError leaves the former file as it was and no temporary file behind.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            for part in (parts,) if isinstance(parts, bytes) else parts:
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Delete a file and make its absence durable."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def erase(path: Path) -> None:
    """Overwrite a small secret once, then delete it.

    On flash disks and in backups older copies may survive: keep secrets out of backups.
    """
    with path.open("r+b") as secret:
        length = secret.seek(0, os.SEEK_END)
        secret.seek(0)
        secret.write(os.urandom(length))
        secret.flush()
        os.fsync(secret.fileno())
    remove(path)
