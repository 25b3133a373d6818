"""Reads the parts of an exported bundle, strictly: notes, keys, manifests, tiles, proofs.

With `standalone` it makes the verify.py of bundles: standard library and openssl, nothing else.
It trusts nothing it reads and changes nothing.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

SEAL_HEADER = "ecluse-bundle/v1"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
WIDTH = 256
SPKI = bytes.fromhex("302a300506032b6570032100")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_VKEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_MANIFEST = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


class Finding(NamedTuple):
    """One thing that is wrong: a stable code, the file or entry, a sentence in two languages."""

    code: str
    where: str
    fr: str
    en: str


class Broken(Exception):  # noqa: N818  (a finding on its way up)
    """A part that cannot be checked any further."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.en)
        self.finding = finding


class Files(Protocol):
    """A bundle, on disk or in memory."""

    def paths(self) -> list[str]:
        """Give every path, with / between folders, sorted."""

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading; OSError or KeyError if there is none."""


class Folder:
    """A bundle on disk; links and special files are reported as files that cannot be read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def paths(self) -> list[str]:
        """Give every path that is not a folder."""
        found = (p for p in self._root.rglob("*") if p.is_symlink() or not p.is_dir())
        return sorted(p.relative_to(self._root).as_posix() for p in found)

    def open(self, path: str) -> BinaryIO:
        """Open a regular file."""
        target = self._root / path
        if target.is_symlink() or not target.is_file():
            raise OSError(path)
        return target.open("rb")


class Key(NamedTuple):
    """A public key: its name, identifier, signature type and 32 bytes."""

    name: str
    key_id: bytes
    kind: int
    public: bytes

    def pem(self) -> bytes:
        """Write the key as openssl reads it."""
        body = b64encode(SPKI + self.public).decode()
        return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode()


class Head(NamedTuple):
    """What a checkpoint says, and its exact text."""

    origin: str
    size: int
    root: bytes
    text: bytes


Checker = Callable[[Key, bytes, bytes], bool]


def openssl(*arguments: str) -> bool:
    """Run openssl; tell whether it said yes."""
    command = ["openssl", *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def openssl_signature(key: Key, text: bytes, signature: bytes) -> bool:
    """Check an Ed25519 signature with openssl."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("pem", key.pem()), ("text", text), ("sig", signature)):
            Path(folder, name).write_bytes(content)
        paths = [str(Path(folder, name)) for name in ("pem", "text", "sig")]
        return openssl(
            *("pkeyutl", "-verify", "-pubin", "-inkey", paths[0], "-rawin"),
            *("-in", paths[1], "-sigfile", paths[2]),
        )


def openssl_token(note: bytes, response: bytes, authority: bytes) -> bool:
    """Check an RFC 3161 response on the exact bytes of a checkpoint with openssl."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("note", note), ("tsr", response), ("ca", authority)):
            Path(folder, name).write_bytes(content)
        paths = [str(Path(folder, name)) for name in ("note", "tsr", "ca")]
        return openssl("ts", "-verify", "-data", paths[0], "-in", paths[1], "-CAfile", paths[2])


class Options(NamedTuple):
    """What the reader knows from elsewhere, and who checks signatures."""

    keys: tuple[str, ...] = ()
    against: tuple[bytes, ...] = ()
    authority: bytes = b""
    signature: Checker = openssl_signature
    token: Callable[[bytes, bytes, bytes], bool] = openssl_token


# Parsing, strictly: a byte that changes nothing must not exist.


def broken(code: str, where: str, fr: str, en: str) -> Broken:
    """Make the refusal of a part."""
    return Broken(Finding(code, where, fr, en))


def printable(text: str) -> str:
    """Give a name from the bundle as a terminal may show it."""
    return "".join(c if c.isprintable() else "?" for c in text)


def decode64(text: str, where: str) -> bytes:
    """Decode Base 64 that has one spelling only."""
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        raise broken("base64", where, "base64 non canonique", "base64 is not canonical")
    return raw


def parse_key(text: str, where: str) -> Key:
    """Read name+id+base64 (c2sp.org/signed-note) and check the identifier."""
    match = _VKEY.fullmatch(text)
    raw = decode64(match[3], where) if match else b""
    if match is None or len(raw) != 33 or raw[0] not in {1, 4}:
        raise broken("key", where, "clé publique illisible", "public key cannot be read")
    key_id = hashlib.sha256(match[1].encode() + b"\n" + raw).digest()[:4]
    if key_id.hex() != match[2]:
        raise broken("key", where, "identifiant de clé faux", "key identifier is wrong")
    return Key(match[1], key_id, raw[0], raw[1:])


def open_note(raw: bytes, keys: Sequence[Key], where: str, check: Checker) -> bytes:
    """Give the text of a note that a log key of `keys` signed, all their signatures being good."""
    text, gap, block = raw.decode().rpartition("\n\n")
    if not gap or not block.endswith("\n"):
        raise broken("note", where, "note sans signature", "note without a signature")
    body, signed = (text + "\n").encode(), False
    for line in block[:-1].split("\n"):
        match = _LINE.fullmatch(line)
        value = decode64(match[2], where) if match else b""
        if match is None or len(value) < 5:
            raise broken("note", where, "signature illisible", "signature cannot be read")
        for key in keys:
            if (key.name, key.key_id) != (match[1], value[:4]):
                continue
            if not _accepts(key, body, value[4:], check):
                raise broken("signature", where, "signature fausse", "signature is wrong")
            signed = signed or key.kind == 1
    if not signed:
        raise broken(
            "unsigned", where, "aucune clé de confiance n’a signé", "no trusted key signed it"
        )
    return body


def _accepts(key: Key, text: bytes, value: bytes, check: Checker) -> bool:
    if key.kind == 4:  # c2sp.org/tlog-cosignature
        moment = int.from_bytes(value[:8], "big")
        return check(key, f"cosignature/v1\ntime {moment}\n".encode() + text, value[8:])
    return check(key, text, value)


def parse_head(text: bytes, where: str) -> Head:
    """Read the three lines of a checkpoint (c2sp.org/tlog-checkpoint)."""
    lines = text.decode().split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not _NUMBER.fullmatch(lines[1]):
        raise broken("checkpoint", where, "point de contrôle illisible", "unreadable checkpoint")
    root = decode64(lines[2], where)
    return Head(lines[0], int(lines[1]), root, text)


def parse_manifest(raw: bytes, where: str) -> dict[str, str]:
    """Read a manifest: path to SHA-256, each path once, in order."""
    lines = raw.decode().split("\n")
    matches = [_MANIFEST.fullmatch(line) for line in lines[:-1]]
    found = {match[2]: match[1] for match in matches if match}
    if lines[-1] or len(found) != len(lines) - 1 or list(found) != sorted(found):
        raise broken("manifest", where, "manifeste mal formé", "manifest is malformed")
    return found


# The tree of RFC 6962.


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def root_of(row: Sequence[bytes]) -> bytes:
    """Give the root over hashes of equal height."""
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2])  # noqa: B905  (the odd one out is added below)
        odd = list(row[-1:]) if len(row) % 2 else []
        row = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in pairs] + odd
    return row[0]


def proof_root(index: int, size: int, value: bytes, path: Sequence[bytes]) -> bytes | None:
    """Climb an inclusion proof by the bits of the index; None if its length is wrong."""
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(path) != inner + border:
        return None
    for height, sibling in enumerate(path):
        right = height >= inner or index >> height & 1
        pair = sibling + value if right else value + sibling
        value = hashlib.sha256(b"\x01" + pair).digest()
    return value


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Give the path of a tile in the bundle (c2sp.org/tlog-tiles)."""
    name = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        name = f"x{number % 1000:03d}/{name}"
    return f"tlog/tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Give (level, number, width) of each tile of a tree."""
    level = 0
    while count := size >> 8 * level:
        for number in range((count + WIDTH - 1) // WIDTH):
            yield level, number, min(WIDTH, count - number * WIDTH)
        level += 1


def unpack(bundle: bytes, where: str) -> list[bytes]:
    """Cut an entry bundle into entries."""
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise broken("entries", where, "entrée coupée", "an entry is cut short")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def cut(tile: bytes) -> list[bytes]:
    """Cut a tile into its hashes."""
    return [tile[i : i + 32] for i in range(0, len(tile), 32)]
