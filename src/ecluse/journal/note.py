"""Signed notes and their keys, as bytes; key files and what a note says are other modules'.

Formats: c2sp.org/signed-note (Ed25519, type 0x01) and the Ed25519 cosignature of
c2sp.org/tlog-cosignature (type 0x04), whose time is part of the signature.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ecluse.journal.errors import Unproven
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_SIGNATURES = 100
MAX_NOTE = 1_000_000
_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_VKEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


def _malformed(detail_fr: str, detail_en: str) -> Unproven:
    return Unproven(
        "note_malformed",
        Text(
            fr=f"Ce texte n’est pas une note signée bien formée\u00a0: {detail_fr}. "
            "Comparez-le octet pour octet avec l’original.",
            en=f"This text is not a well-formed signed note: {detail_en}. "
            "Compare it byte for byte with the original.",
        ),
    )


def valid_name(name: str) -> bool:
    """Tell whether a key name is one of signed-note: not empty, no space, no plus sign."""
    return bool(name) and "+" not in name and not any(c.isspace() or ord(c) < 32 for c in name)


def decode64(text: str) -> bytes | None:
    """Decode standard Base 64 strictly: one text for each value, or nothing."""
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    return raw if b64encode(raw).decode() == text else None


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may sign: a name, a signature type and 32 bytes of Ed25519 public key."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read `name+id+base64`; refuse a wrong identifier, type or length."""
        match = _VKEY.fullmatch(text.strip())
        raw = decode64(match[3]) if match else None
        if match is None or raw is None or len(raw) != 33:
            raise _bad_key()
        key = cls(match[1], raw[0], raw[1:])
        known = raw[0] in {ED25519, COSIGNATURE} and valid_name(key.name)
        if not known or key.key_id.hex() != match[2]:
            raise _bad_key()
        return key

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, public key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        encoded = b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Tell whether these signature bytes, key identifier removed, are good for `text`."""
        message = text
        if self.kind == COSIGNATURE:
            message = _cosigned(text, int.from_bytes(signature[:8], "big"))
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def _bad_key() -> Unproven:
    return Unproven(
        "key_malformed",
        Text(
            fr="Cette clé publique n’a pas la forme nom+identifiant+base64, ou son identifiant "
            "ne lui correspond pas. Recopiez-la en entier depuis sa source.",
            en="This public key is not of the form name+id+base64, or its identifier is not its "
            "own. Copy it again in full from its source.",
        ),
    )


def _cosigned(text: bytes, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n".encode() + text


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Write the line, newline included."""
        return f"— {self.name} {b64encode(self.key_id + self.value).decode()}\n"

    def by(self, key: VerifierKey) -> bool:
        """Tell whether the line claims to be of this key."""
        return (self.name, self.key_id) == (key.name, key.key_id)

    @property
    def moment(self) -> int:
        """The POSIX time of a cosignature."""
        return int.from_bytes(self.value[:8], "big")


class SigningKey:
    """A private Ed25519 key with its name; it signs and never shows itself."""

    def __init__(self, name: str, private: Ed25519PrivateKey, kind: int = ED25519) -> None:
        self._private = private
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = VerifierKey(name, kind, public)

    def sign(self, text: bytes, moment: int = 0) -> Signature:
        """Sign a note's text; a cosignature carries its POSIX `moment`."""
        message, prefix = text, b""
        if self.verifier.kind == COSIGNATURE:
            message, prefix = _cosigned(text, moment), moment.to_bytes(8, "big")
        value = prefix + self._private.sign(message)
        return Signature(self.verifier.name, self.verifier.key_id, value)


@dataclass(frozen=True, slots=True)
class Note:
    """A text ending with a newline, and its signature lines, checked by nobody yet."""

    text: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        """Read a note strictly; what it says must not be believed before `signers` is asked."""
        if len(raw) > MAX_NOTE:
            raise _malformed("il est trop long", "it is too long")
        try:
            whole = raw.decode()
        except UnicodeDecodeError as error:
            raise _malformed("il n’est pas en UTF-8", "it is not UTF-8") from error
        if any(ord(c) < 32 and c != "\n" for c in whole):
            raise _malformed("il contient un caractère de commande", "it has a control character")
        text, gap, block = whole.rpartition("\n\n")
        if not gap or not block.endswith("\n"):
            raise _malformed("il n’a pas de signature", "it has no signature")
        return cls((text + "\n").encode(), read_signatures(block))

    def signers(self, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
        """Give which of `keys` signed; a bad signature by one of them refuses the note."""
        found: list[VerifierKey] = []
        for signature in self.signatures:
            for key in keys:
                if not signature.by(key):
                    continue
                if not key.accepts(self.text, signature.value):
                    raise _bad_signature(key)
                if key not in found:
                    found.append(key)
        if not found:
            raise _unsigned()
        return found

    def __bytes__(self) -> bytes:
        return self.text + b"\n" + "".join(s.line() for s in self.signatures).encode()

    def signed_by(self, *more: Signature) -> Note:
        """Give the same text with these lines added after its own, each once."""
        extra = [line for line in more if line not in self.signatures]
        return Note(self.text, (*self.signatures, *extra))


def read_signatures(block: str) -> tuple[Signature, ...]:
    """Read signature lines, each ending with a newline; refuse anything else."""
    lines = block.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed("il porte trop de signatures", "it has too many signatures")
    found = []
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        raw = decode64(match[2]) if match else None
        if match is None or raw is None or len(raw) < 5 or not valid_name(match[1]):
            raise _malformed(f"signature {number} illisible", f"signature {number} is unreadable")
        found.append(Signature(match[1], raw[:4], raw[4:]))
    return tuple(found)


def _bad_signature(key: VerifierKey) -> Unproven:
    name = f"{key.name}+{key.key_id.hex()}"
    return Unproven(
        "signature_wrong",
        Text(
            fr=f"La signature de {name} ne correspond pas au texte\u00a0: l’un des deux a changé.",
            en=f"The signature of {name} does not match the text: one of the two was altered.",
        ),
    )


def _unsigned() -> Unproven:
    return Unproven(
        "signature_missing",
        Text(
            fr="Aucune des clés attendues n’a signé cette note. Vérifiez l’origine et la clé "
            "publique auprès de l’exploitant du journal.",
            en="None of the expected keys signed this note. Check the origin and the public key "
            "with whoever runs the journal.",
        ),
    )
