"""ArcSight CEF and IBM LEEF events taken apart; what their fields mean is left to the readers."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ecluse.discovery.parsing import hosts, moments
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

_PART = r"((?:[^|\\]|\\.)*+)\|"
# Some collectors eat the word CEF: the bare version is then taken at the start of the text only.
_CEF = re.compile(r"(?:(?:^|[\s:>])CEF: ?|\A\s*)[01]\|" + _PART * 6, re.ASCII | re.DOTALL)
_LEEF = re.compile(r"(?:^|[\s:>])LEEF: ?([12])(?:\.0)?\|" + _PART * 4, re.ASCII)
_DELIMITER = re.compile(r"(?:x([0-9a-fA-F]{2})|([^|=\w]))?\|", re.ASCII)
_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z_][\w.\[\]-]*+)=", re.ASCII)
_ESCAPE = re.compile(r"\\([\\=|nr])")
_MONTH_FIRST = re.compile(
    r"([A-Z][a-z]{2})[a-z]* +(\d{1,2}),? (?:(\d{4}),? )?(\d\d:\d\d:\d\d\S*)(?: (\S+))?\Z", re.ASCII
)


class Event(NamedTuple):
    """The header's vendor, product and name, and the extension's fields, unescaped, not empty."""

    vendor: str
    product: str
    name: str
    fields: dict[str, str]


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), text)


def extension(text: str) -> dict[str, str]:
    """Read `key=value key=value`, where a value runs up to the next key; the last of a key wins."""
    fields: dict[str, str] = {}
    keys = list(_KEY.finditer(text))
    for at, key in enumerate(keys):
        end = keys[at + 1].start() if at + 1 < len(keys) else len(text)
        value = _unescaped(text[key.end() : end].strip())
        if value:
            fields[key[1]] = value
    return fields


def read(text: str) -> Event | None:
    """Take a CEF event apart, whatever prefix it has; None if the text holds none."""
    header = _CEF.search(text)
    if not header:
        return None
    fields = extension(text[header.end() :])
    return Event(_unescaped(header[1]), _unescaped(header[2]), _unescaped(header[5]), fields)


def read_leef(text: str) -> Event | None:
    """Take a LEEF 1.0 or 2.0 event apart; None if the text holds none."""
    header = _LEEF.search(text)
    if not header:
        return None
    rest, mark = text[header.end() :], ""
    delimiter = _DELIMITER.match(rest) if header[1] == "2" else None
    if delimiter:
        rest = rest[delimiter.end() :]
        mark = chr(int(delimiter[1], 16)) if delimiter[1] else delimiter[2] or ""
    if mark and not mark.isspace():
        rest = rest.replace(mark, "\t")
    return Event(header[2], header[3], header[5], extension(rest))


def _zone(name: str, context: Context) -> Context:
    fixed = moments.offset(name)
    if fixed is None and name:
        try:
            fixed = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            fixed = None
    return Context(now=context.now, zone=fixed or context.zone)


def moment(text: str, zone: str, context: Context) -> datetime:
    """Read a CEF date: epoch milliseconds, `Mar 01 2021 20:48:21`, with a weekday, or ISO 8601.

    `zone` is the event's own (`dtz`), a name or an offset, empty if it has none.
    """
    local = _zone(zone, context)
    if text.isdecimal():
        return moments.epoch(text)
    named = _MONTH_FIRST.match(text)
    if named and named[3]:
        local = _zone(named[5], local) if named[5] else local
        month, clock = moments.month_number(named[1]), moments.clock(named[4])
        return moments.build(int(named[3]), month, int(named[2]), clock, local.zone)
    if named:
        return moments.syslog(text, local)
    if text[:1].isalpha():
        return moments.ctime(text, local)
    if not text[:1].isdecimal():
        raise UnreadableError("time")
    return moments.iso(text, local)


def volumes(event: Event) -> tuple[int | None, int | None]:
    """Give the bytes from the person and the bytes back.

    CEF says that `in` flowed from source to destination. Fortinet, and Palo Alto Networks' logging
    service (product LF, unlike its firewalls), write the bytes sent as `out`.
    """
    coming, going = hosts.count(event.fields.get("in")), hosts.count(event.fields.get("out"))
    reversed_ = event.vendor == "Fortinet" or event.product == "LF"
    return (going, coming) if reversed_ else (coming, going)
