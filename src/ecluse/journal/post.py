"""One HTTP POST to a witness or a time-stamping authority; no redirect, no retry, no cookie."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from ecluse.journal.errors import JournalError
from ecluse.kernel.text import Text

MAX_ANSWER = 1 << 20
TIMEOUT_S = 20


class Answer(NamedTuple):
    """A status, a content type and the body."""

    status: int
    kind: str
    body: bytes


def post(url: str, body: bytes, kind: str) -> Answer:
    """Send `body` to an http or https URL; JournalError `unreachable` says what failed."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _unreachable(url, "http://, https://")
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = make(parts.hostname, parts.port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", target, body, {"Content-Type": kind})
            response = connection.getresponse()
            content = response.read(MAX_ANSWER)
            return Answer(response.status, response.getheader("Content-Type", ""), content)
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise _unreachable(url, type(error).__name__) from error


def _unreachable(url: str, why: str) -> JournalError:
    return JournalError(
        "unreachable",
        Text(
            fr=f"Pas de réponse utilisable de {url} ({why}). Le journal est intact. Vérifiez "
            "l’adresse et le réseau, puis recommencez.",
            en=f"No usable answer from {url} ({why}). The journal is untouched. Check the "
            "address and the network, then try again.",
        ),
    )
