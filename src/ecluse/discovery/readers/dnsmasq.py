"""dnsmasq's and Pi-hole's questions and blocks; forwarding, answers and DHCP tell of no visit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecluse.discovery.parsing import hosts, resolvers, skims, stamped, stamps
from ecluse.discovery.parsing.resolvers import ADDRESS, HOUR, MINUTES, PRIORITY
from ecluse.discovery.reader import Columns, Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError

_HEAD = (
    rf"{PRIORITY}(?:(?P<stamp>{HOUR}){MINUTES} )?"
    r"(?:[^\s\[\]]++ )?dnsmasq(?:-[a-z]++)?(?:(?:\[\d++\])?: | (?:\d+|-) \S+ - )"
)
_EXTRA = rf"(?:\d++ )?(?:UDP |TCP )?(?:(?P<asker>{ADDRESS})/\d++ )?(?:UDP |TCP )?"
_BLOCK = (
    r"gravity blocked|(?:exactly|regex|wildcard) (?:blacklisted|denied)"
    r"|blocked (?:upstream with [A-Za-z0-9 ()]+?|during CNAME inspection)"
    r"|(?:special|Apple iCloud Private Relay|Mozilla canary|iCloud Private Relay) domain"
    r"|/etc/pihole/(?:gravity|black)\.list"
)
# 127.0.0.1 may as well be a local service: only what leads nowhere is surely a block.
_SINK = r"(?:NXDOMAIN|0\.0\.0\.0|::)"
_KNOWN = (
    r"(?:(?P<asked>(?:query|auth)\[[^\]\s]++\] )|(?:" + _BLOCK + r") "
    rf"|(?:config|/\S++) (?!localhost )(?=\S++ is {_SINK}[ \t\r]*+$))"
    rf"(?P<place>\S++) (?:from (?P<address>{ADDRESS})(?:[ %][^\n]*+)?|is [^\n]*+)"
)
_COMMON = r"(?:forwarded|reply|cached) [^\n]*+"
_SOURCE = rf"{_HEAD}(?:{_COMMON}|{_EXTRA}{_KNOWN}|[^\n]*+)"
_LINE = re.compile(_SOURCE, re.ASCII | re.MULTILINE)
_BLOCK_OF_LINES = re.compile(rf"^({_SOURCE})$".encode(), re.MULTILINE)
_TIME = re.compile(rf"{PRIORITY}({HOUR}{MINUTES}) ", re.ASCII)
_START = re.compile(_HEAD, re.ASCII)


def score(sample: Sequence[str]) -> float:
    """Tell dnsmasq by its program name."""
    return share(sample, lambda line: _START.match(line.lstrip()))


def study(sample: Sequence[str], context: Context) -> Context:
    """Declare the zone and the year, which dnsmasq's own log never says."""
    times = (_TIME.match(line.lstrip()) for line in sample)
    return stamps.study([time[1] for time in times if time], context)


def parse(line: str, context: Context) -> Record | None:
    """Read a question with its client, or a block, whose client only `log-queries=extra` names."""
    line = line.strip()
    match = _LINE.fullmatch(line)
    if match is None:
        raise UnreadableError("shape")
    if match["place"] is None:
        return None
    time = _TIME.match(line)
    return Record(
        time=stamps.read(time[1], context) if time else None,
        source_ip=hosts.clean_host(match["address"] or match["asker"]),
        host=hosts.clean_host(match["place"]),
        action=None if match["asked"] else "blocked",
    )


def skim(block: bytes) -> Columns | None:
    """Skim with one expression; the client stands in one of two places."""
    found = _BLOCK_OF_LINES.findall(block)
    if not found or len(found) != skims.line_count(block):
        return None
    at = _BLOCK_OF_LINES.groupindex
    columns = list(zip(*found, strict=True))
    sides = zip(columns[at["address"] - 1], columns[at["asker"] - 1], strict=True)
    return Columns(
        columns[at["stamp"] - 1],
        [address or asker for address, asker in sides],
        (b"",) * len(found),
        columns[at["place"] - 1],
        columns[0].__getitem__,
    )


READER = Reader(
    name="dnsmasq",
    title="dnsmasq, Pi-hole",
    sees=frozenset({"time", "source_ip", "host", "action"}),
    score=score,
    study=study,
    parse=parse,
    skim=stamped.checked(skim, resolvers.check_hour),
    host_of=resolvers.asked,
)
