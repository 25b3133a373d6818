"""Olfeo's on-premises secure web gateway: a log line with a category, alone or within syslog."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from ecluse.discovery.parsing import hosts, moments, skims, stamped
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

# What stands before the address, if anything, is a syslog prefix.
_LINE = re.compile(
    r"(?:^|[\s>])(?P<address>[0-9A-Fa-f:.]{2,45}) - (?P<user>[^\[]{1,256}?) "
    r"\[(?P<time>\d\d/\d\d/\d{4} \d\d:\d\d:\d\d)\] "
    r'"(?P<request>.*?)" (?P<status>\d{3}|-)(?:\s|\Z)'
)
_STAMP = re.compile(r"\[(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d)\]")
_START = re.compile(r"(?:^|[\s>])[0-9A-Fa-f:.]{2,45} - [^\[]{1,256}? \[")
_ANY = Context(now=datetime(1970, 1, 1, tzinfo=UTC))


def score(sample: Sequence[str]) -> float:
    """Tell its lines by the date all in digits, which no common log format has."""
    return share(sample, _LINE.search)


def study(sample: Sequence[str], context: Context) -> Context:
    """Decide which of day and month comes first; the log never says its time zone."""
    stamps = [found[1] for line in sample if (found := _STAMP.search(line))]
    return moments.study_slashed(stamps, context).doubting("zone")


def _action(status: int | None) -> Action | None:
    """A 403 is Olfeo's block page; a request for a name (407) is neither."""
    if status is None or status == 407:
        return None
    return "blocked" if status == 403 else "allowed"


def parse(line: str, context: Context) -> Record | None:
    """Read address, user, time, request, status; the last number and words are a category."""
    match = _LINE.search(line)
    if not match:
        dated = _STAMP.search(line)
        raise UnreadableError("shape" if dated or not _START.search(line) else "time")
    method, _, rest = match["request"].partition(" ")
    host, port, path = hosts.split_url(rest.rpartition(" HTTP/")[0] or rest)
    status = hosts.status(match["status"])
    return Record(
        time=moments.slashed(match["time"], context),
        source_ip=hosts.address(match["address"]),
        user=hosts.plain(match["user"]),
        host=host,
        port=port,
        method=hosts.plain(method),
        path=path,
        status=status,
        action=_action(status),
    )


def host_of(place: bytes) -> str | None:
    """Give the host of a CONNECT target or of a URL."""
    return hosts.split_url(place.decode("utf-8", "replace"))[0]


_SKIM = skims.by_pattern(
    rb"(?:<\d{1,3}>)?+(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]++ (?:[\w./()-]++"
    rb"(?:\[\d++\])?+: )?+)?+"
    rb"(?P<address>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}+:[0-9a-f]{0,4}+:[0-9a-f:]{0,29}) - "
    rb'(?P<user>[^\s\["]++(?: [^\s\["]++)*+) '
    rb"\[(?P<stamp>\d\d/\d\d/\d{4} (?:[01]\d|2[0-3])):[0-5]\d:[0-5]\d\] "
    rb'"[A-Z]++ (?P<place>[^\s"]++)(?: HTTP/[\d.]++)?+" (?:\d{3}|-)(?: [^\n]*+)?+'
)

READER = Reader(
    name="olfeo",
    title="Olfeo",
    sees=frozenset(Record._fields) - {"app", "mime", "bytes_up", "bytes_down"},
    score=score,
    study=study,
    parse=parse,
    skim=stamped.checked(_SKIM, lambda stamp: moments.slashed(f"{stamp}:00:00", _ANY)),
    host_of=host_of,
)
