"""Evidence as encrypted files named by their own hash, one key for each case.

Destroying the key of a case makes its files unreadable for ever and leaves every proof intact:
entries hold a commitment, HMAC-SHA-256 of the clear bytes under a salt that only the key gives.
Nothing here decides who may read.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ecluse.journal import durable
from ecluse.journal.errors import Unproven
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAGIC = b"ecluse-blob-v1\n"
SALT = 32
CHUNK = 1 << 16
TAG = 16


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What an entry says of an exhibit: stored bytes' SHA-256, clear size, commitment, in hex."""

    sha256: str
    size: int
    commitment: str


def _derive(case_key: bytes, salt: bytes, purpose: bytes) -> bytes:
    info = b"ecluse-blob-v1 " + purpose
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(case_key)


def _nonce(number: int, *, last: bool) -> bytes:
    """Number the chunks and mark the last, so that none can be moved or cut off."""
    return number.to_bytes(11, "big") + bytes([last])


def _chunks(source: BinaryIO, length: int) -> Iterator[tuple[int, bytes, bool]]:
    number, block = 0, source.read(length)
    while True:
        after = source.read(length) if len(block) == length else b""
        yield number, block, not after
        if not after:
            return
        number, block = number + 1, after


class Vault:
    """The exhibits of a journal; `cases` is the folder of their keys, to keep out of backups."""

    def __init__(self, folder: Path, cases: Path | None = None) -> None:
        self._blobs = folder / "blobs"
        self._cases = cases or folder / "cases"

    def _path(self, digest: str) -> Path:
        return self._blobs / digest[:2] / digest

    def _key_path(self, case: str) -> Path:
        return self._cases / f"{sha256(case.encode()).hexdigest()[:32]}.key"

    def has_key(self, case: str) -> bool:
        """Tell whether the exhibits of a case can still be read."""
        return self._key_path(case).exists()

    def has(self, digest: str) -> bool:
        """Tell whether the stored bytes of an exhibit are there."""
        return self._path(digest).is_file()

    def _case_key(self, case: str) -> bytes:
        try:
            return self._key_path(case).read_bytes()
        except FileNotFoundError as error:
            raise _destroyed(case) from error

    def _make_key(self, case: str) -> bytes:
        path = self._key_path(case)
        if path.exists():
            return path.read_bytes()
        durable.make_folder(self._cases, durable.PRIVATE_FOLDER)
        key = os.urandom(32)
        durable.write(path, key, durable.PRIVATE)
        return key

    def seal(self, case: str, source: BinaryIO) -> Exhibit:
        """Encrypt a stream under the key of a case and store it durably; memory stays flat.

        OSError if the disk refuses: nothing is left behind. No entry is written here.
        """
        key, salt = self._make_key(case), os.urandom(SALT)
        cipher = AESGCM(_derive(key, salt, b"content"))
        commitment = hmac.new(_derive(key, salt, b"commitment"), digestmod="sha256")
        digest, size = sha256(), 0

        def parts() -> Iterator[bytes]:
            nonlocal size
            yield MAGIC + salt
            for number, block, last in _chunks(source, CHUNK):
                size += len(block)
                commitment.update(block)
                yield cipher.encrypt(_nonce(number, last=last), block, None)

        def hashed() -> Iterator[bytes]:
            for part in parts():
                digest.update(part)
                yield part

        durable.make_folder(self._blobs)
        draft = self._blobs / f"new-{os.urandom(8).hex()}"
        durable.write(draft, hashed())
        name = digest.hexdigest()
        durable.make_folder(self._path(name).parent)
        draft.replace(self._path(name))
        durable.sync_folder(self._path(name).parent)
        return Exhibit(name, size, commitment.hexdigest())

    def intact(self, digest: str) -> bool:
        """Hash the stored bytes again; False if they are absent or altered."""
        try:
            with self._path(digest).open("rb") as stored:
                state = sha256()
                while block := stored.read(1 << 20):
                    state.update(block)
        except FileNotFoundError:
            return False
        return state.hexdigest() == digest

    def stored(self, digest: str) -> BinaryIO:
        """Open the encrypted bytes of an exhibit."""
        return self._path(digest).open("rb")

    def salt(self, case: str, digest: str) -> bytes:
        """Give what opens the commitment of one exhibit, and no other."""
        with self.stored(digest) as stored:
            header = stored.read(len(MAGIC) + SALT)
        return _derive(self._case_key(case), header[len(MAGIC) :], b"commitment")

    def read(self, case: str, digest: str) -> Iterator[bytes]:
        """Give the clear bytes, each block authenticated before it is given.

        Unproven if the key of the case was destroyed or the stored bytes were altered.
        """
        key = self._case_key(case)
        with self.stored(digest) as stored:
            header = stored.read(len(MAGIC) + SALT)
            if not header.startswith(MAGIC):
                raise _damaged(digest)
            cipher = AESGCM(_derive(key, header[len(MAGIC) :], b"content"))
            for number, block, last in _chunks(stored, CHUNK + TAG):
                try:
                    yield cipher.decrypt(_nonce(number, last=last), block, None)
                except (InvalidTag, ValueError) as error:
                    raise _damaged(digest) from error

    def shred(self, case: str) -> bool:
        """Destroy the key of a case; False if there was none. Backups of the key must go too."""
        path = self._key_path(case)
        if not path.exists():
            return False
        durable.erase(path)
        return True

    def drop(self, digest: str) -> None:
        """Delete the encrypted bytes of an exhibit."""
        if self.has(digest):
            durable.remove(self._path(digest))


def _destroyed(case: str) -> Unproven:
    return Unproven(
        "case_destroyed",
        Text(
            fr=f"La clé du dossier {case} n’existe pas ou a été détruite\u00a0: ses pièces ne "
            "sont plus lisibles. Les entrées et leurs preuves restent valables.",
            en=f"The key of case {case} does not exist or was destroyed: its exhibits can no "
            "longer be read. The entries and their proofs still hold.",
        ),
    )


def _damaged(digest: str) -> Unproven:
    return Unproven(
        "exhibit_altered",
        Text(
            fr=f"La pièce {digest} a été modifiée depuis son dépôt. Restaurez-la depuis une "
            "copie\u202f; son empreinte dira si c’est la bonne.",
            en=f"Exhibit {digest} was altered since it was filed. Restore it from a copy; its "
            "hash will tell whether it is the right one.",
        ),
    )
