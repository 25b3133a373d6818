"""A block of JSON lines read at once, for skims; a block with one broken line is read as none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ecluse.discovery.parsing import keyed
from ecluse.discovery.parsing.moments import iso
from ecluse.discovery.record import UnreadableError

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):[0-5])\d:[0-5]\d(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)\Z",
    re.ASCII,
)


def objects(block: bytes) -> tuple[list[bytes], list[dict[str, Any]]] | None:
    """Give the lines and the object of each; None unless every line is one whole object."""
    block = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    body = block.removesuffix(b"\n")
    lines = body.split(b"\n")
    if not (body[:1] == b"{" and body[-1:] == b"}" and body.count(b"}\n{") == len(lines) - 1):
        return None
    try:
        found = json.loads(b"[%s]" % b",".join(lines))
    except (ValueError, RecursionError):
        return None
    if len(found) != len(lines) or not all(type(item) is dict for item in found):
        return None
    return lines, found


def stamps(moments: Sequence[object]) -> list[bytes] | None:
    """Cut ISO dates with a zone to tens of minutes; None if one is anything else, or impossible."""
    matches = [_MOMENT.match(moment) if type(moment) is str else None for moment in moments]
    if None in matches:
        return None
    cut = [(found[1], found[2]) for found in matches if found]
    try:
        for minute, zone in set(cut):
            iso(f"{minute}0:00{zone}", keyed.ANY)
    except UnreadableError:
        return None
    return [f"{minute}{zone}".encode() for minute, zone in cut]
