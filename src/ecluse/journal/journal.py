"""The journal as the rest of Écluse writes it; nothing is acknowledged before it is durable."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import threading
from base64 import b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

from ecluse import __version__
from ecluse.journal import durable, keyring, startup
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.commit import Crowd, GroupCommit, Receipt
from ecluse.journal.errors import EventRefused, NotDurable
from ecluse.journal.late import Spool, Spooled
from ecluse.journal.note import Note
from ecluse.journal.reader import CHECKPOINT, DATABASE, Reader
from ecluse.journal.record import Actor, Clock, Draft, Event, draft, entry
from ecluse.journal.refusals import (
    absent,
    bad_origin,
    cannot_retire,
    closed,
    not_durable,
    present,
    refused,
)
from ecluse.journal.space import Door, Space, Watermarks
from ecluse.journal.standalone_formats import SEAL_HEADER
from ecluse.journal.store import Signed, Store
from ecluse.journal.tree import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ecluse.journal.note import SigningKey, VerifierKey

TOOL = f"ecluse {__version__}"
_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
SELF = Actor(id="ecluse", role="system", auth="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a journal is opened.

    `keys` is the folder of private keys and `spool` the file of late entries, both inside the
    journal by default and better elsewhere; `check` is how much is hashed again at the start;
    `observer` is told each durable step.
    """

    keys: Path | None = None
    spool: Path | None = None
    check: startup.Check = "full"
    clock: Clock = field(default_factory=Clock)
    marks: Watermarks = field(default_factory=Watermarks)
    observer: Callable[[str], None] = lambda _step: None


class Journal:
    """An open journal: one writing process, as many threads and coroutines as wanted."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        """Check everything, then serve; see `open`."""
        self.folder = Path(folder)
        self.settings = settings or Settings()
        if not (self.folder / DATABASE).is_file():
            raise absent(self.folder)
        self._writer = startup.WriterLock(self.folder / "lock")
        opened: list[Callable[[], None]] = [self._writer.release]
        try:
            self.reader = Reader(self.folder)
            opened.append(self.reader.close)
            self._store = Store(self.folder / DATABASE, observer=self.settings.observer)
            opened.append(self._store.close)
            self.origin = self.reader.origin
            path = self.folder / CHECKPOINT
            keys = self.reader.public_keys()
            self._frontier = startup.inspect(self._store, keys, path, self.settings.check)
            self._signers = self._load_signers()
        except BaseException:
            for close in reversed(opened):
                close()
            raise
        self._lock = threading.RLock()
        self._closed = False
        self._commit = GroupCommit(self._write)
        self._crowds: WeakKeyDictionary[asyncio.AbstractEventLoop, Crowd] = WeakKeyDictionary()
        self.space = Space(self.folder, self.settings.marks)
        self._spool = Spool(self.settings.spool or self.folder / "late.jsonl")
        self._resume()

    # Life

    @classmethod
    def create(
        cls, folder: Path, origin: str, settings: Settings | None = None, follows: str = ""
    ) -> Journal:
        """Make a journal in an empty or absent folder and open it, its first entry written.

        `origin` is its name for ever, like a URL without its scheme; `follows` is the last
        checkpoint of a journal this one replaces. StartRefused if there is a journal already.
        """
        folder = Path(folder)
        if not _ORIGIN.fullmatch(origin):
            raise bad_origin()
        if (folder / DATABASE).exists():
            raise present(folder)
        settings = settings or Settings()
        durable.make_folder(folder)
        key = keyring.generate(settings.keys or folder / "keys", origin)
        path = folder / f".{DATABASE}.new"
        path.unlink(missing_ok=True)
        Store.create(path)
        store = Store(path)
        with store.transaction():
            store.set_meta("origin", origin)
            store.set_meta("follows", follows)
        store.add_key(str(key.verifier), 0)
        store.connection.execute("PRAGMA journal_mode = DELETE")
        store.close()
        path.replace(folder / DATABASE)
        durable.sync_folder(folder)
        return cls(folder, settings)

    @classmethod
    def open(cls, folder: Path, settings: Settings | None = None) -> Journal:
        """Open a journal for writing.

        StartRefused: another writer, a gap, a rollback, a root that does not match, a key that is
        missing or exposed. Events kept aside are entered, late, before this returns.
        """
        return cls(folder, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what waits and give the writer's right back; twice is harmless."""
        if self._closed:
            return
        self._closed = True
        self._commit.close()
        self.reader.close()
        self._store.close()  # last, so that SQLite folds the write-ahead log into the file
        self._writer.release()

    def _resume(self) -> None:
        """Do what a crash or a full disk left undone; none of it is needed to serve."""
        with contextlib.suppress(OSError):
            self.space.stow()
        if not self.size:
            self._begin()
        signed = self._store.signed()
        if signed is not None:
            self._publish(signed.size)
        with contextlib.suppress(NotDurable, OSError):
            self.enter_late()

    def _begin(self) -> None:
        """Write the first entry, here so that a crash during creation is made good."""
        follows = self._store.meta("follows")
        said = {"origin": self.origin, "vkey": str(self._signers[0].verifier)}
        self._note("journal.created", said | ({"follows": follows} if follows else {}))
        self.checkpoint()

    # Entries

    @property
    def size(self) -> int:
        """How many entries are durable."""
        return self._frontier.size

    def append(self, event: Event) -> Receipt:
        """Enter an event; return once it is durable.

        EventRefused: it cannot be an entry. NotDurable: nothing was entered, and nothing may be
        said to have been. Safe from any thread; blocks.
        """
        return self._commit.wait([self.draft(event)])[0]

    def append_many(self, events: Iterable[Event]) -> list[Receipt]:
        """Enter events together, in order: all of them or none."""
        drafts = [self.draft(event) for event in events]
        return self._commit.wait(drafts) if drafts else []

    async def append_async(self, event: Event) -> Receipt:
        """Enter an event from a coroutine; the same promises as `append`."""
        loop = asyncio.get_running_loop()
        crowd = self._crowds.get(loop)
        if crowd is None:
            crowd = self._crowds.setdefault(loop, Crowd(self._commit, loop))
        return await crowd.join(self.draft(event))

    def append_always(self, event: Event) -> Receipt | Spooled:
        """Enter the record of a cut, whatever the state of the disk: now, or kept aside.

        When the journal cannot take it the ballast is freed; if that is not enough the event goes
        to the spool, or to syslog, and is entered late. Only EventRefused can come out.
        """
        self.draft(event)
        for _ in range(2):
            try:
                return self.append(event)
            except NotDurable:
                if not self._free_ballast():
                    break
        return self._spool.put(event)

    def enter_late(self) -> int:
        """Enter what was kept aside, flagged `late`, and give how many; NotDurable if it can't."""
        waiting = list(self._spool.waiting())
        if not waiting:
            return 0
        entered = unreadable = 0
        for ticket, event in waiting:
            if event is None:
                unreadable += 1
            elif next(iter(self.reader.entries(f'"late_ticket":"{ticket}"'.encode())), None):
                continue  # a crash came after this one was entered
            else:
                try:
                    self.append(replace(event, data={**event.data, "late_ticket": ticket}))
                    entered += 1
                except EventRefused:
                    unreadable += 1
        if unreadable:
            self._note("journal.late_unreadable", {"lines": unreadable})
        self._spool.empty(keep=bool(unreadable))
        return entered

    def admits(self) -> Door:
        """Tell whether AI traffic may pass: not when the door is `closed`; see `space`."""
        return "closed" if self._closed else self.space.door()

    def draft(self, event: Event) -> Draft:
        """Write an event as an entry without its number; EventRefused says what is wrong."""
        return draft(event, TOOL, self.settings.clock)

    def _note(self, kind: str, data: dict[str, Any]) -> Receipt:
        return self.append(Event(kind=kind, actor=SELF, data=data))

    def _free_ballast(self) -> bool:
        try:
            return self.space.release()
        except OSError:
            return False

    def _write(self, drafts: Sequence[Draft]) -> list[Receipt]:
        with self._lock:
            first = self._frontier.size
            entries = [entry(first + i, half) for i, half in enumerate(drafts)]
            hashes = [leaf_hash(item) for item in entries]
            frontier = self._frontier.copy()
            tiles = list(frontier.extend(hashes))
            try:
                self._store.write(first, entries, tiles)
            except sqlite3.Error as error:
                raise not_durable(error) from error
            self._frontier = frontier
        return [Receipt(first + i, value) for i, value in enumerate(hashes)]

    # Checkpoints and keys

    def checkpoint(self) -> Note:
        """Sign the current size and root, once for ever, and publish the file `checkpoint`.

        The same size asked again gives the same root, with the signatures of new keys added.
        """
        with self._lock:
            if self._closed:
                raise closed()
            size, root = self._frontier.size, self._frontier.root()
            known = self._store.signed(size)
            try:
                if known is None:
                    note = self._signed(Note(Checkpoint(self.origin, size, root).text, ()))
                    self._store.sign(Signed(size, root, bytes(note)))
                else:
                    self._sign_again(known, root)
            except sqlite3.Error as error:
                raise not_durable(error) from error
            self._publish(size)
            return self.reader.note(size)

    def _sign_again(self, known: Signed, root: bytes) -> None:
        if known.root != root:
            raise refused(
                "root",
                f"une autre racine est déjà signée pour {known.size} entrées",
                f"another root is already signed for {known.size} entries",
            )
        note = Note.parse(known.note)
        more = self._signed(note)
        if more != note:
            self._store.resign(known.size, bytes(more))

    def _signed(self, note: Note) -> Note:
        return note.signed_by(*(key.sign(note.text) for key in self._signers))

    def _publish(self, size: int) -> None:
        """Write the file `checkpoint`: a copy for readers, made again at each start."""
        note = self.reader.note(size)
        with contextlib.suppress(OSError):
            self.settings.observer("published:before")
            durable.write(self.folder / CHECKPOINT, bytes(note))
            self.settings.observer("published:after")

    def cosign(self, size: int, witness: str, line: str) -> None:
        """Keep a witness's line on the checkpoint of a size and publish it."""
        with self._lock:
            self._store.add_cosignature(size, witness, line)
            last = self._store.signed()
            if last is not None and last.size == size:
                self._publish(size)

    def keep_token(self, size: int, authority: str, note: bytes, response: bytes) -> Receipt:
        """Keep a time-stamp response on a checkpoint's exact bytes, and enter its hash."""
        with self._lock:
            self._store.add_token(size, authority, note, response)
        said = {"size": size, "authority": authority, "response": sha256(response).hexdigest()}
        return self._note("journal.anchored", said)

    def seal_bundle(self, head: Checkpoint, tagmanifest: str) -> Note:
        """Sign the hash of a bundle's list of files, and enter that it was exported.

        The first line keeps this text from ever passing for a checkpoint.
        """
        root = b64encode(head.root).decode()
        lines = (SEAL_HEADER, head.origin, str(head.size), root, tagmanifest)
        seal = self._signed(Note("".join(f"{line}\n" for line in lines).encode(), ()))
        self._note("journal.exported", {"size": head.size, "tagmanifest": tagmanifest})
        return seal

    @property
    def keys_folder(self) -> Path:
        """Where the private keys are."""
        return self.settings.keys or self.folder / "keys"

    def _load_signers(self) -> list[SigningKey]:
        keys = self.reader.public_keys(retired=False)
        return [keyring.load(self.keys_folder, key) for key in keys]

    def rotate(self) -> VerifierKey:
        """Add a signing key: from now on checkpoints carry its signature too.

        An entry names the new key, so that whoever trusts the old one can learn it.
        """
        key = keyring.generate(self.keys_folder, self.origin)
        self._note("journal.key_added", {"vkey": str(key.verifier)})
        with self._lock:
            self._store.add_key(str(key.verifier), self.size)
            self._signers.append(key)
        self.checkpoint()
        return key.verifier

    def retire(self, key_id: str) -> VerifierKey:
        """Stop signing with a key and erase its private half; the last one cannot be retired."""
        found = [key for key in self._signers if key.verifier.key_id.hex() == key_id]
        if not found or len(self._signers) < 2:
            raise cannot_retire(key_id)
        key = found[0].verifier
        self._note("journal.key_retired", {"vkey": str(key)})
        self.checkpoint()
        with self._lock:
            self._store.retire_key(str(key), self.size)
            self._signers.remove(found[0])
        durable.erase(keyring.key_file(self.keys_folder, key))
        return key

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Store]:
        """Hold the journal's database for a read followed by a write that must not be split.

        Never append inside: the writing thread waits for this too.
        """
        with self._lock:
            yield self._store
