"""What a log signs, its size and its root, and the proof of one entry; no storage, no network.

Formats: c2sp.org/tlog-checkpoint and c2sp.org/tlog-proof@v1.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass

from ecluse.journal.errors import Unproven
from ecluse.journal.note import Note, decode64
from ecluse.journal.tree import HASH_SIZE, leaf_hash, verify_inclusion
from ecluse.kernel.text import Text

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_LINES = 63
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def _unreadable(what: Text) -> Unproven:
    return Unproven(
        "checkpoint_malformed",
        Text(
            fr=f"Ce point de contrôle ou cette preuve est illisible\u00a0: {what.fr}.",
            en=f"This checkpoint or proof cannot be read: {what.en}.",
        ),
    )


def read_decimal(text: str) -> int | None:
    """Read ASCII digits with no leading zero, or nothing."""
    return int(text) if _DECIMAL.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n".encode()

    @classmethod
    def of(cls, note: Note) -> Checkpoint:
        """Read the text of a note; lines past the third are refused, as we never write any."""
        lines = note.text.decode().split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:
            raise _unreadable(Text(fr="il faut exactement trois lignes", en="not three lines"))
        size, root = read_decimal(lines[1]), decode64(lines[2])
        if size is None:
            raise _unreadable(Text(fr="la taille n’est pas un nombre", en="size is no number"))
        if root is None or len(root) != HASH_SIZE:
            raise _unreadable(
                Text(fr="la racine n’a pas 32 octets en base64", en="root is not 32 bytes")
            )
        return cls(lines[0], size, root)


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry's place in a signed tree, enough to check it offline with its bytes."""

    index: int
    path: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        lines = [PROOF_HEADER, f"index {self.index}", *(b64encode(h).decode() for h in self.path)]
        return "\n".join(lines).encode() + b"\n\n" + bytes(self.note)

    @classmethod
    def parse(cls, raw: bytes) -> Proof:
        """Read a `.tlog-proof` strictly; extra data is refused, as we never write any."""
        head, gap, rest = raw.partition(b"\n\n")
        lines = head.decode(errors="replace").split("\n")
        if not gap or lines[0] != PROOF_HEADER or len(lines) < 2:
            raise _unreadable(Text(fr="en-tête inconnu", en="unknown header"))
        index = read_decimal(lines[1].removeprefix("index "))
        if index is None or not lines[1].startswith("index "):
            raise _unreadable(Text(fr="indice absent", en="no index"))
        path = tuple(decode64(line) for line in lines[2:])
        if len(path) > MAX_PROOF_LINES:
            raise _unreadable(Text(fr="preuve trop longue", en="proof too long"))
        good = tuple(value for value in path if value is not None and len(value) == HASH_SIZE)
        if len(good) != len(path):
            raise _unreadable(Text(fr="empreinte illisible", en="a hash cannot be read"))
        note = Note.parse(rest)
        Checkpoint.of(note)
        return cls(index, good, note)

    def proves(self, entry: bytes) -> bool:
        """Tell whether these exact bytes are the entry; the note's signature is checked apart."""
        head = Checkpoint.of(self.note)
        return verify_inclusion(self.index, head.size, leaf_hash(entry), self.path, head.root)
