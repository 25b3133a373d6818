"""Time-stamps of checkpoints by an RFC 3161 authority, and the page to print; it judges no one.

The request and the answer are the DER of RFC 3161; the authority's signature is checked by
`openssl ts`, which every auditor has.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.errors import Unproven
from ecluse.journal.note import Note
from ecluse.journal.post import post
from ecluse.journal.standalone_formats import openssl_token
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecluse.journal.journal import Journal

SEQUENCE = 0x30
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")


class Stamp(NamedTuple):
    """A granted time-stamp: the size it covers, when, by whom, and whether it was checked."""

    size: int
    moment: str
    authority: str
    checked: bool


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    raw = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(raw)]) + raw + content


def request(content: bytes, nonce: bytes) -> bytes:
    """Write a TimeStampReq (RFC 3161, section 2.4.1) on SHA-256 of `content`, with certificate."""
    imprint = _der(SEQUENCE, _SHA256, _der(0x04, sha256(content).digest()))
    return _der(SEQUENCE, _der(0x02, b"\x01"), imprint, _der(0x02, nonce), _der(0x01, b"\xff"))


def _items(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give (tag, content, whole) of each DER element in a row; ValueError if cut short."""
    at = 0
    while at < len(content):
        start, tag, length = at, content[at], content[at + 1] if at + 1 < len(content) else 0
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(content[at : at + count], "big")
            at += count
        end = at + length
        if end > len(content):
            raise ValueError("cut short")
        yield tag, content[at:end], content[start:end]
        at = end


def _inside(content: bytes, *path: int) -> bytes:
    """Go down by positions and give the content found."""
    for position in path:
        content = list(_items(content))[position][1]
    return content


def moment_of(response: bytes, content: bytes, nonce: bytes | None = None) -> str:
    """Give the time a TimeStampResp grants to `content`, as the authority wrote it.

    Unproven if it was not granted, covers other bytes, or answers another request. The signature
    is not checked here.
    """
    try:
        status = _inside(response, 0, 0, 0)
        content_info = list(_items(_inside(response, 0, 1)))
        if status not in {b"\x00", b"\x01"} or content_info[0][2] != _SIGNED_DATA:
            raise _refused(Text(fr="l’autorité a refusé", en="the authority refused"))
        encapsulated = list(_items(_inside(content_info[1][1], 0, 2)))
        if encapsulated[0][2] != _TST_INFO:
            raise _refused(Text(fr="ce n’est pas un jeton", en="this is no token"))
        info = list(_items(_inside(encapsulated[1][1], 0, 0)))
        imprint = list(_items(info[2][1]))[1][1]
        moment = next(value for tag, value, _ in info if tag == 0x18).decode("ascii")
    except (IndexError, ValueError, StopIteration) as error:
        raise _refused(Text(fr="la réponse est illisible", en="the answer is garbled")) from error
    if imprint != sha256(content).digest():
        raise _refused(Text(fr="il porte sur d’autres octets", en="it covers other bytes"))
    if nonce is not None and nonce not in [value for tag, value, _ in info[4:] if tag == 0x02]:
        raise _refused(Text(fr="il répond à une autre demande", en="it answers another request"))
    return moment


def stamp(journal: Journal, url: str, authority: bytes = b"") -> Stamp:
    """Have the last checkpoint time-stamped, keep the response, and enter that it was.

    `authority` is the PEM certificate the response must lead to; without it the signature is kept
    unchecked, and the entry says so. JournalError if there was no usable answer: nothing is kept.
    """
    note = bytes(Note.parse(journal.reader.signed().note))
    size = Checkpoint.of(Note.parse(note)).size
    nonce = bytes([0x40 | os.urandom(1)[0] & 0x3F]) + os.urandom(7)
    answer = post(url, request(note, nonce), "application/timestamp-query")
    if answer.status != 200:
        raise _refused(Text(fr=f"réponse HTTP {answer.status}", en=f"HTTP {answer.status}"))
    moment = moment_of(answer.body, note, nonce)
    if authority and not openssl_token(note, answer.body, authority):
        raise _refused(
            Text(
                fr="sa signature ne mène pas au certificat donné",
                en="its signature does not lead to the certificate given",
            )
        )
    journal.keep_token(size, url, note, answer.body)
    return Stamp(size, moment, url, bool(authority))


def _refused(why: Text) -> Unproven:
    return Unproven(
        "token",
        Text(
            fr=f"L’horodatage n’a pas été retenu\u00a0: {why.fr}. Le point de contrôle reste "
            "valable. Recommencez, ou choisissez une autre autorité.",
            en=f"The time-stamp was not kept: {why.en}. The checkpoint still holds. Try again, "
            "or choose another authority.",
        ),
    )
