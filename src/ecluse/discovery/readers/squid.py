"""Squid's native access log, with or without added columns, alone or within syslog."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ecluse.discovery.parsing import hosts, moments, skims, syslog
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_START = re.compile(
    r"\s*\d{9,11}\.\d{3}\s+-?\d+\s+\S+\s+[A-Z_]+(?:/\d{3})?\s+\d+\s+\S+\s+\S+\s+\S+"
)
_PLACE = re.compile(rb"(?:https?://)?([a-z0-9-]++(?:\.[a-z0-9-]++)++)(?::\d++)?(?:/|$)")
_STAMP = re.compile(r"\d{9,11}\.\d{3}\s")


def _message(line: str) -> str:
    """Give the part that Squid wrote: the line, or what follows a syslog prefix."""
    if line[10:11] == "." or _STAMP.match(line.lstrip()):
        return line
    return syslog.unwrap(line).message


def score(sample: Sequence[str]) -> float:
    """Tell native lines by their time, result code and number of columns."""
    return share(sample, lambda line: _START.match(_message(line)))


def study(sample: Sequence[str], context: Context) -> Context:
    """See whether a column of numbers follows the ten usual ones: it is taken for `%>st`."""
    rows = [_message(line).split() for line in sample if _START.match(_message(line))]
    widths = Counter(map(len, rows))
    if not widths:
        return context
    width = widths.most_common(1)[0][0]
    usual = [row for row in rows if len(row) == width]
    if width > 10 and all(row[10].isdecimal() for row in usual):
        return replace(context, layout="upload").doubting("upload")
    return context


def _action(code: str, status: int | None) -> Action | None:
    """A denial is a block, but a request for a name (407) is neither."""
    if status == 407:
        return None
    if code.startswith("TCP_DENIED") or status == 403:
        return "blocked"
    return "allowed" if status is not None else None


def parse(line: str, context: Context) -> Record | None:
    """Read one native line: time, elapsed, client, code, bytes, method, URL, user, peer, type."""
    words = _message(line).split()
    if not words:
        return None
    if len(words) < 9 or "/" not in words[3]:
        raise UnreadableError("columns" if _STAMP.match(words[0] + " ") else "shape")
    code, _, result = words[3].partition("/")
    method, url = hosts.plain(words[5]), words[6]
    host, port, path = (None, None, None) if url.startswith("error:") else hosts.split_url(url)
    status = hosts.status(result)
    upload = words[10] if context.layout == "upload" and len(words) > 10 else None
    return Record(  # by position: this line is read for each visit to AI
        moments.epoch(words[0]),
        hosts.clean_host(words[2]),
        hosts.plain(words[7]),
        host,
        port,
        method,
        path,
        status,
        _action(code, status),
        hosts.count(upload),
        hosts.count(words[4]),
        None,
        hosts.plain(words[9]) if len(words) > 9 else None,
    )


def host_of(place: bytes) -> str | None:
    """Give the host of a CONNECT target or of a URL."""
    usual = _PLACE.match(place)
    if usual:
        return usual[1].decode("ascii")
    url = place.decode("utf-8", "replace")
    return None if url.startswith("error:") else hosts.split_url(url)[0]


READER = Reader(
    name="squid",
    title="Squid",
    sees=frozenset(Record._fields) - {"app"},
    score=score,
    study=study,
    parse=parse,
    skim=skims.by_words(
        10,
        stamp=0,
        address=2,
        user=7,
        place=6,
        check=(3, re.compile(rb"[A-Z_]+/\d{3}")),
    ),
    host_of=host_of,
    place_is_url=True,
    stamps_sort=True,
)
