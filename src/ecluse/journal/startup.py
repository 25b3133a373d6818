"""What must hold before a journal may serve; it repairs nothing and changes nothing."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.errors import JournalError
from ecluse.journal.note import Note
from ecluse.journal.refusals import altered, busy, gap, refused, rollback
from ecluse.journal.store import SCHEMA_VERSION
from ecluse.journal.tiles import split_hashes
from ecluse.journal.tree import TILE_WIDTH, Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecluse.journal.note import VerifierKey
    from ecluse.journal.store import Store

Check = Literal["full", "tail"]
"""`full` hashes every entry again; `tail` trusts full tiles and hashes what follows them."""


class WriterLock:
    """The right to write a journal, held by one process at a time through `flock`."""

    def __init__(self, path: Path) -> None:
        """Take the lock at once, or raise StartRefused naming the process that holds it."""
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._handle, 200, 0).decode(errors="replace").strip()
            os.close(self._handle)
            raise busy(holder or "?") from error
        try:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()} {Path(sys.argv[0]).name}\n".encode(), 0)
        except OSError:
            os.close(self._handle)
            raise

    def release(self) -> None:
        """Give the right back; the file stays, empty, so that nobody races to remake it."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)


def inspect(store: Store, keys: Sequence[VerifierKey], checkpoint: Path, check: Check) -> Frontier:
    """Give the frontier of a sound journal, or raise StartRefused.

    Refused: a gap in the numbers, fewer entries than the last signed size or than the published
    checkpoint, a root other than the signed one, a damaged file.
    """
    try:
        if store.meta("schema") != str(SCHEMA_VERSION):
            raise refused("version", "son format est inconnu", "its format is unknown")
        frontier = rebuild(store, check)
    except KeyError as error:
        raise refused("damaged", "il lui manque ses réglages", "its settings are gone") from error
    except sqlite3.DatabaseError as error:
        raise refused(
            "damaged", "le fichier journal.db est endommagé", "the file journal.db is damaged"
        ) from error
    _check_published(store, keys, checkpoint, frontier)
    return frontier


def rebuild(store: Store, check: Check) -> Frontier:
    """Hash the entries again and compare with the last signed root and the kept tiles."""
    signed = store.signed()
    frontier = _from_tiles(store) if check == "tail" else Frontier()
    if signed is not None and signed.size < frontier.size:
        frontier = Frontier()
    pending = _grow(store, frontier, signed.size if signed else 0)
    if signed is not None:
        if frontier.size < signed.size and frontier.size <= store.last():
            raise gap(frontier.size)
        _check_signed(frontier, signed.size, signed.root)
    if check == "tail":
        _grow(store, frontier, None)
    else:
        pending += _grow(store, frontier, None)
        if pending != store.tile_count():
            raise refused(
                "tiles",
                "des tuiles gardées ne correspondent pas aux entrées",
                "kept tiles do not match the entries",
            )
    return frontier


def _from_tiles(store: Store) -> Frontier:
    """Give the frontier at the end of the last full tile, from the kept tiles alone."""
    frontier = Frontier()
    number = 0
    while (row := store.tile(0, number)) is not None:
        for _ in frontier.extend(row):
            pass
        number += 1
    return frontier


def _grow(store: Store, frontier: Frontier, end: int | None) -> int:
    """Add the entries up to `end`, all of them if None; give how many full tiles matched."""
    matched = 0
    expected = frontier.size
    for number, entry in store.rows(frontier.size, end):
        if number != expected:
            raise gap(expected)
        expected += 1
        for level, tile_number, hashes in frontier.extend((leaf_hash(entry),)):
            if store.tile(level, tile_number) != split_hashes(hashes):
                raise altered(frontier.size - TILE_WIDTH, frontier.size)
            matched += 1
    return matched


def _check_signed(frontier: Frontier, size: int, root: bytes) -> None:
    if frontier.size < size:
        raise rollback(frontier.size, size)
    if frontier.root() != root:
        raise refused(
            "root",
            f"la racine des {size} premières entrées n’est pas celle qui a été signée",
            f"the root of the first {size} entries is not the one that was signed",
        )


def _check_published(
    store: Store, keys: Sequence[VerifierKey], path: Path, frontier: Frontier
) -> None:
    """Compare with the published checkpoint: it may be newer than a database put back."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return
    try:
        note = Note.parse(raw)
        note.signers(keys)
        head = Checkpoint.of(note)
    except JournalError as error:
        raise refused(
            "checkpoint",
            "le fichier checkpoint n’est pas signé par ce journal",
            "the file checkpoint is not signed by this journal",
        ) from error
    if head.size > frontier.size:
        raise rollback(frontier.size, head.size)
    known = store.signed(head.size)
    if known is None or known.root != head.root:
        raise refused(
            "root",
            f"le point de contrôle publié pour {head.size} entrées n’est pas dans la base",
            f"the checkpoint published for {head.size} entries is not in the database",
        )
