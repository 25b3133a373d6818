"""Names of people turned into keyed tokens before anything is written; never turned back here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32


def normal(user: str) -> str:
    """Give one spelling to a login: lower case, without the Windows domain before a backslash."""
    return user.rpartition("\\")[2].strip().lower()


@dataclass(slots=True)
class Keyer:
    """HMAC-SHA-256 of a normalised name, 80 bits in base32: stable under one key, opaque without.

    With `key=None` names stay in clear: only `--names clear` asks for that, with a reason.
    """

    key: bytes | None
    _known: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def user(self, name: str) -> str:
        """Give the token of a person's login."""
        return self._token("user", normal(name))

    def address(self, ip: str) -> str:
        """Give the token of a source address, which may lead to a person."""
        return self._token("address", ip)

    def _token(self, what: str, name: str) -> str:
        known = self._known.get((what, name))
        if known is None:
            known = self._known[what, name] = self._make(what, name)
        return known

    def _make(self, what: str, name: str) -> str:
        if self.key is None:
            return name
        message = f"{what}:{name}".encode("utf-8", "surrogatepass")
        digest = hmac.digest(self.key, message, hashlib.sha256)
        return what[0] + "-" + base64.b32encode(digest[:10]).decode("ascii").lower()


def load_key(folder: Path) -> bytes:
    """Read the key kept in the data directory, making it on first use, for its owner alone."""
    path = folder / "keys" / "people.key"
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key
