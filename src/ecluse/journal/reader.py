"""Reading a journal beside its writer: entries, proofs, checkpoints; it takes no lock."""

from __future__ import annotations

import sqlite3
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ecluse.journal import tree
from ecluse.journal.checkpoint import Proof
from ecluse.journal.errors import StartRefused, Unproven
from ecluse.journal.note import Note, VerifierKey, read_signatures
from ecluse.journal.refusals import absent
from ecluse.journal.store import Store
from ecluse.journal.tiles import perfect_from
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecluse.journal.store import Signed
    from ecluse.journal.tree import Perfect

DATABASE = "journal.db"
CHECKPOINT = "checkpoint"


def _no_such(what: Text) -> Unproven:
    return Unproven("no_such", what)


class Reader:
    """A journal as anyone may read it; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open for reading; StartRefused when the folder holds no readable journal."""
        self.folder = Path(folder)
        path = self.folder / DATABASE
        if not path.is_file():
            raise absent(self.folder)
        self.lock = threading.Lock()
        self.store = Store(path, read_only=True)
        try:
            self.origin = self.store.meta("origin")
        except (KeyError, sqlite3.DatabaseError) as error:
            self.store.close()
            raise StartRefused(
                "damaged",
                Text(
                    fr=f"Le fichier {path} n’est pas un journal lisible. Rien n’a été modifié. "
                    "Restaurez la copie complète la plus récente.",
                    en=f"The file {path} is not a readable journal. Nothing was changed. "
                    "Restore the most recent complete copy.",
                ),
            ) from error

    def close(self) -> None:
        """Stop reading."""
        self.store.close()

    def public_keys(self, *, retired: bool = True) -> list[VerifierKey]:
        """Give the public keys of the log, oldest first; those that still sign if not retired."""
        with self.lock:
            rows = self.store.keys()
        return [VerifierKey.parse(k) for k, _, until in rows if retired or until is None]

    @property
    def size(self) -> int:
        """How many entries there are."""
        with self.lock:
            return self.store.last() + 1

    def entry(self, number: int) -> bytes:
        """Give the exact bytes of an entry; Unproven if there is none."""
        with self.lock:
            found = self.store.entry(number)
        if found is None:
            raise _no_such(
                Text(
                    fr=f"Il n’y a pas d’entrée {number} dans ce journal.",
                    en=f"There is no entry {number} in this journal.",
                )
            )
        return found

    def entries(self, holding: bytes | None = None) -> Iterator[tuple[int, bytes]]:
        """Give (number, bytes) in order, all or those containing some bytes."""
        store = Store(self.folder / DATABASE, read_only=True)
        try:
            yield from store.rows() if holding is None else store.holding(holding)
        finally:
            store.close()

    def signed(self, size: int | None = None) -> Signed:
        """Give the checkpoint signed at a size, or the last one; Unproven if there is none."""
        with self.lock:
            found = self.store.signed(size)
        if found is None:
            raise _no_such(
                Text(
                    fr="Aucun point de contrôle n’a été signé pour cette taille. Signez-en un "
                    "avec «\u00a0ecluse journal checkpoint\u00a0».",
                    en="No checkpoint was signed for this size. Sign one with “ecluse journal "
                    "checkpoint”.",
                )
            )
        return found

    def note(self, size: int | None = None) -> Note:
        """Give the checkpoint of a size, or the last one, with the lines of its witnesses."""
        signed = self.signed(size)
        with self.lock:
            lines = "".join(self.store.cosignatures(signed.size))
        more = read_signatures(lines) if lines else ()
        return Note.parse(signed.note).signed_by(*more)

    def perfect(self) -> Perfect:
        """Give a reader of perfect subtrees that remembers the last tiles it read."""
        return perfect_from(lru_cache(maxsize=64)(self._row))

    def _row(self, level: int, number: int) -> list[bytes]:
        with self.lock:
            kept = self.store.tile(level, number)
            if kept is not None:
                return kept
            start = number * tree.TILE_WIDTH
            if level == 0:
                rows = self.store.rows(start, start + tree.TILE_WIDTH)
                return [tree.leaf_hash(entry) for _, entry in rows]
            found: list[bytes] = []
            while (below := self.store.tile(level - 1, start + len(found))) is not None:
                found.append(tree.root_of(below))
            return found

    def prove(self, index: int, size: int | None = None) -> Proof:
        """Prove that an entry is in the signed tree of a size, the last one by default."""
        signed = self.signed(size)
        if not 0 <= index < signed.size:
            raise _no_such(
                Text(
                    fr=f"L’entrée {index} n’est pas dans les {signed.size} premières, les seules "
                    "signées. Signez les suivantes avec «\u00a0ecluse journal checkpoint\u00a0».",
                    en=f"Entry {index} is not among the first {signed.size}, the only signed "
                    "ones. Sign the later ones with “ecluse journal checkpoint”.",
                )
            )
        path = tree.inclusion_proof(index, signed.size, self.perfect())
        return Proof(index, tuple(path), self.note(signed.size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Prove that the tree of `new` entries extends that of `old`; Unproven if impossible."""
        if not 0 <= old <= new <= self.size:
            raise _no_such(
                Text(
                    fr=f"Il faut 0 ≤ {old} ≤ {new} ≤ {self.size}, le nombre d’entrées.",
                    en=f"It takes 0 ≤ {old} ≤ {new} ≤ {self.size}, the number of entries.",
                )
            )
        return tree.consistency_proof(old, new, self.perfect())
