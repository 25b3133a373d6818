"""The SQLite file behind a journal: rows in, rows out; it decides nothing and signs nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from ecluse.journal.tiles import split_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ecluse.journal.tree import FullTile

SCHEMA_VERSION = 1
CHUNK = 4_096
_SCHEMA = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE entry (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
    "CREATE TABLE tile (level INTEGER, number INTEGER, hashes BLOB NOT NULL,"
    " PRIMARY KEY (level, number)) WITHOUT ROWID",
    "CREATE TABLE signed (size INTEGER PRIMARY KEY, root BLOB NOT NULL, note BLOB NOT NULL)",
    "CREATE TABLE cosigned (size INTEGER, witness TEXT, line TEXT NOT NULL,"
    " PRIMARY KEY (size, witness)) WITHOUT ROWID",
    "CREATE TABLE token (size INTEGER, authority TEXT, note BLOB NOT NULL, response BLOB NOT NULL,"
    " PRIMARY KEY (size, authority)) WITHOUT ROWID",
    "CREATE TABLE key (vkey TEXT PRIMARY KEY, since INTEGER NOT NULL, retired INTEGER)"
    " WITHOUT ROWID",
    "CREATE TABLE watched (vkey TEXT PRIMARY KEY, origin TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,"
    " note BLOB NOT NULL) WITHOUT ROWID",
)


class Signed(NamedTuple):
    """A checkpoint as it was signed."""

    size: int
    root: bytes
    note: bytes


def _silent(_step: str) -> None:
    """Observe nothing."""


class Store:
    """One connection to the file of a journal; the caller keeps threads apart.

    `observer` is told the name of each durable step just before and just after it: metrics, and
    the tests that kill the process there.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        observer: Callable[[str], None] = _silent,
    ) -> None:
        self.path = path
        self.observer = observer
        mode = "ro" if read_only else "rw"
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        self.connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10
        )
        if not read_only:
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute("PRAGMA fullfsync = ON")

    @classmethod
    def create(cls, path: Path) -> None:
        """Make the file with empty tables; FileExistsError if there is one."""
        path.touch(mode=0o640, exist_ok=False)
        store = cls(path)
        with store.transaction():
            for statement in _SCHEMA:
                store.connection.execute(statement)
            store.set_meta("schema", str(SCHEMA_VERSION))
        store.close()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self, name: str = "meta") -> Iterator[None]:
        """Run the block as one durable transaction; roll everything back if it raises."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.observer(f"{name}:before")
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        self.observer(f"{name}:after")

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the file throughout the block, whoever writes meanwhile."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    # Entries and tiles

    def write(self, first: int, entries: Sequence[bytes], tiles: Sequence[FullTile]) -> None:
        """Add entries from number `first` on and the tiles they fill: one fsync for all."""
        with self.transaction("entries"):
            self.connection.executemany(
                "INSERT INTO entry VALUES (?, ?)", enumerate(entries, first)
            )
            if tiles:
                self.connection.executemany("INSERT INTO tile VALUES (?, ?, ?)", tiles)

    def last(self) -> int:
        """Give the highest entry number, or -1."""
        (number,) = self.connection.execute("SELECT max(number) FROM entry").fetchone()
        return -1 if number is None else int(number)

    def rows(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Give (number, bytes) in order from `start` to `end` excluded, a chunk in memory."""
        limit = (1 << 62) if end is None else end
        cursor = self.connection.execute(
            "SELECT number, bytes FROM entry WHERE number >= ? AND number < ? ORDER BY number",
            (start, limit),
        )
        while rows := cursor.fetchmany(CHUNK):
            yield from rows

    def entry(self, number: int) -> bytes | None:
        """Give the bytes of one entry."""
        row = self.connection.execute(
            "SELECT bytes FROM entry WHERE number = ?", (number,)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def holding(self, part: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Give the entries whose bytes contain `part`, in order."""
        cursor = self.connection.execute(
            "SELECT number, bytes FROM entry WHERE number >= ? AND instr(bytes, ?) > 0"
            " ORDER BY number",
            (start, part),
        )
        while rows := cursor.fetchmany(CHUNK):
            yield from rows

    def tile(self, level: int, number: int) -> list[bytes] | None:
        """Give the hashes of a full tile."""
        row = self.connection.execute(
            "SELECT hashes FROM tile WHERE level = ? AND number = ?", (level, number)
        ).fetchone()
        return None if row is None else split_hashes(row[0])

    def tile_count(self) -> int:
        """Give how many full tiles are kept."""
        return int(self.connection.execute("SELECT count(*) FROM tile").fetchone()[0])

    # Checkpoints and what others said of them

    def sign(self, signed: Signed) -> None:
        """Keep a signed checkpoint; the primary key forbids a second root for a size."""
        with self.transaction("signed"):
            self.connection.execute("INSERT INTO signed VALUES (?, ?, ?)", signed)

    def resign(self, size: int, note: bytes) -> None:
        """Keep more signatures on the checkpoint of a size; its root stays."""
        with self.transaction("signed"):
            self.connection.execute("UPDATE signed SET note = ? WHERE size = ?", (note, size))

    def signed(self, size: int | None = None) -> Signed | None:
        """Give the checkpoint of a size, or the last one."""
        where, values = ("", ()) if size is None else ("WHERE size = ?", (size,))
        row = self.connection.execute(
            f"SELECT size, root, note FROM signed {where} ORDER BY size DESC LIMIT 1",  # noqa: S608  (two constant texts)
            values,
        ).fetchone()
        return None if row is None else Signed(*row)

    def all_signed(self) -> Iterator[Signed]:
        """Give every checkpoint, smallest first."""
        for row in self.connection.execute("SELECT size, root, note FROM signed ORDER BY size"):
            yield Signed(*row)

    def add_cosignature(self, size: int, witness: str, line: str) -> None:
        """Keep a witness's line for a size; its last one replaces the former."""
        with self.transaction():
            self.connection.execute(
                "INSERT OR REPLACE INTO cosigned VALUES (?, ?, ?)", (size, witness, line)
            )

    def cosignatures(self, size: int) -> list[str]:
        """Give the lines of witnesses for a size."""
        rows = self.connection.execute(
            "SELECT line FROM cosigned WHERE size = ? ORDER BY witness", (size,)
        )
        return [line for (line,) in rows]

    def last_cosigned(self, witness: str) -> int:
        """Give the largest size a witness cosigned, or 0."""
        row = self.connection.execute(
            "SELECT max(size) FROM cosigned WHERE witness = ?", (witness,)
        ).fetchone()
        return int(row[0] or 0)

    def cosigned_sizes(self) -> list[int]:
        """Give the last size that each witness cosigned."""
        rows = self.connection.execute("SELECT DISTINCT max(size) FROM cosigned GROUP BY witness")
        return [size for (size,) in rows]

    def add_token(self, size: int, authority: str, note: bytes, response: bytes) -> None:
        """Keep the time-stamp response an authority gave on a checkpoint's exact bytes."""
        with self.transaction():
            self.connection.execute(
                "INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?)",
                (size, authority, note, response),
            )

    def tokens(self) -> list[tuple[int, str, bytes, bytes]]:
        """Give (size, authority, note, response), smallest size first."""
        return self.connection.execute(
            "SELECT size, authority, note, response FROM token ORDER BY size, authority"
        ).fetchall()

    # Names and keys

    def meta(self, name: str) -> str:
        """Give a setting of the journal; KeyError if it has none."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        return str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Set a setting, inside the caller's transaction."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def keys(self) -> list[tuple[str, int, int | None]]:
        """Give (vkey, since which size, retired at which size), oldest first."""
        return self.connection.execute(
            "SELECT vkey, since, retired FROM key ORDER BY since, vkey"
        ).fetchall()

    def add_key(self, vkey: str, since: int) -> None:
        """Keep a new public key of the log."""
        with self.transaction():
            self.connection.execute("INSERT INTO key VALUES (?, ?, NULL)", (vkey, since))

    def retire_key(self, vkey: str, size: int) -> None:
        """Say that a key signs no more from a size on."""
        with self.transaction():
            self.connection.execute("UPDATE key SET retired = ? WHERE vkey = ?", (size, vkey))

    # Other logs, when this journal is their witness

    def watch(self, vkey: str, origin: str) -> None:
        """Trust a public key for the log `origin`."""
        with self.transaction():
            self.connection.execute("INSERT OR REPLACE INTO watched VALUES (?, ?)", (vkey, origin))

    def watched(self, origin: str | None = None) -> list[tuple[str, str]]:
        """Give (origin, vkey) of one log or of all."""
        rows = self.connection.execute("SELECT origin, vkey FROM watched ORDER BY origin, vkey")
        return [row for row in rows if origin in {None, row[0]}]

    def seen(self, origin: str) -> Signed | None:
        """Give the last checkpoint cosigned for another log."""
        row = self.connection.execute(
            "SELECT size, root, note FROM seen WHERE origin = ?", (origin,)
        ).fetchone()
        return None if row is None else Signed(*row)

    def see(self, origin: str, head: Signed) -> None:
        """Keep the checkpoint about to be cosigned for another log."""
        with self.transaction("seen"):
            self.connection.execute(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", (origin, *head)
            )
