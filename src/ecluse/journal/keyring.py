"""Private keys as PKCS#8 PEM files that only their owner reads; it refuses looser permissions."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ecluse.journal import durable
from ecluse.journal.errors import StartRefused
from ecluse.journal.note import ED25519, SigningKey, VerifierKey
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path


def public_pem(key: VerifierKey) -> bytes:
    """Give the public key as OpenSSL reads it."""
    public = Ed25519PublicKey.from_public_bytes(key.public)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_file(folder: Path, key: VerifierKey) -> Path:
    """Give where the private half of a key is kept."""
    role = "log" if key.kind == ED25519 else "witness"
    return folder / f"{role}-{key.key_id.hex()}.pem"


def generate(folder: Path, name: str, kind: int = ED25519) -> SigningKey:
    """Make a new key pair and write its private half, mode 0600, in `folder`, mode 0700."""
    private = Ed25519PrivateKey.generate()
    key = SigningKey(name, private, kind)
    durable.make_folder(folder, durable.PRIVATE_FOLDER)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    durable.write(key_file(folder, key.verifier), pem, durable.PRIVATE)
    return key


def load(folder: Path, public: VerifierKey) -> SigningKey:
    """Read the private half of `public`; StartRefused if absent, readable by others or another."""
    path = key_file(folder, public)
    try:
        mode = path.stat().st_mode
        private = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError as error:
        raise _refused(
            "key_missing",
            path,
            Text(fr="elle est absente. Remettez-la en place", en="it is absent. Put it back"),
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise _refused(
            "key_unreadable",
            path,
            Text(fr="elle est illisible. Restaurez-la", en="it cannot be read. Restore it"),
        ) from error
    if stat.S_IMODE(mode) & 0o077:
        raise _refused(
            "key_exposed",
            path,
            Text(
                fr=f"d’autres comptes peuvent la lire. Lancez «\u00a0chmod 600 {path}\u00a0», et "
                "renouvelez-la si quelqu’un a pu la copier",
                en=f"other accounts can read it. Run “chmod 600 {path}”, and rotate it if "
                "anyone could have copied it",
            ),
        )
    if not isinstance(private, Ed25519PrivateKey):
        raise _refused("key_other", path, Text(fr="ce n’est pas Ed25519", en="not Ed25519"))
    key = SigningKey(public.name, private, public.kind)
    if key.verifier != public:
        raise _refused(
            "key_other",
            path,
            Text(
                fr="ce n’est pas celle de ce journal. Remettez la bonne",
                en="it is not this journal’s. Put the right one back",
            ),
        )
    return key


def _refused(code: str, path: Path, why: Text) -> StartRefused:
    return StartRefused(
        code,
        Text(
            fr=f"La clé de signature {path} ne peut pas servir\u00a0: {why.fr}. "
            "Les entrées du journal sont intactes.",
            en=f"The signing key {path} cannot be used: {why.en}. "
            "The journal’s entries are untouched.",
        ),
    )
