"""Unbound's questions, replies, local-zone actions and RPZ hits; its statistics tell nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecluse.discovery.parsing import hosts, resolvers, skims, stamped, stamps
from ecluse.discovery.parsing.resolvers import ADDRESS, HOUR, MINUTES, PRIORITY
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_THREAD = r"\[\d++:[0-9a-f]++\] "
_HEAD = (
    rf"{PRIORITY}(?:(?P<stamp>\[\d{{7}}|{HOUR})"
    rf"(?:\d{{3}}(?:\d{{3}})?(?:\.\d++)?\]|{MINUTES}) )?"
    r"(?:(?:[^\s\[\]]++ )?[\w./()-]++(?:(?:\[\d++\])?: | (?:\d++|-) \S++ - )?)?"
    rf"{_THREAD}"
)
_ADDRESS = rf"(?P<address>{ADDRESS})(?:%\w++)?(?:@\d++)?"
_ASKED = (
    r"(?:info|query|reply): (?:query: |reply: )?"
    r"(?:rpz: applied (?:\[[^\]\n]*+\] )?)?"
    rf"(?:(?!{ADDRESS} )(?:[^\s@]++ )?(?P<doing>[a-z][a-z_-]++) )?"
    rf"{_ADDRESS} (?P<place>\S++) [A-Z][A-Z0-9-]*+ [A-Z]++(?: [^\n]*+)?"
)
_OTHER = r"[a-z]++: [^\n]*+"
_START = re.compile(_HEAD, re.ASCII)
_LINE = re.compile(f"{_HEAD}(?:{_ASKED}|{_OTHER})", re.ASCII)
_TIME = re.compile(rf"{PRIORITY}(\[\d{{10,13}}(?:\.\d+)?\]|{HOUR}{MINUTES}) ", re.ASCII)
_SEEN = f"{_HEAD}(?:{_ASKED}|{_OTHER})".replace("?P<doing>", "?:")
_LEVELS = re.compile(r"(?:info|query|reply|notice|warning|error|debug|fatal error|detail): ")
# unbound.conf(5), local-zone and rpz; transparent, inform and the like let the question through.
_BLOCKING = {
    "deny",
    "refuse",
    "static",
    "inform_deny",
    "always_refuse",
    "always_nxdomain",
    "always_nodata",
    "always_deny",
    "always_null",
    "block_a",
    "rpz-nxdomain",
    "rpz-nodata",
    "rpz-drop",
    "rpz-local-data",
    "rpz-cname-override",
}
_ALLOWING = {"always_transparent", "rpz-passthru"}


def _plainly(line: str) -> bool:
    head = _START.match(line.lstrip())
    return bool(head and _LEVELS.match(line.lstrip(), head.end()))


def score(sample: Sequence[str]) -> float:
    """Tell Unbound by its process and thread in brackets before a severity."""
    return share(sample, _plainly)


def study(sample: Sequence[str], context: Context) -> Context:
    """Declare the zone, and the year, that readable times do not say; an epoch says both."""
    times = (_TIME.match(line.lstrip()) for line in sample)
    return stamps.study([time[1] for time in times if time], context)


def _action(doing: str | None) -> Action | None:
    if doing in _BLOCKING:
        return "blocked"
    return "allowed" if doing in _ALLOWING else None


def parse(line: str, context: Context) -> Record | None:
    """Read one question, reply or action; None for what the server says of itself."""
    line = line.strip()
    match = _LINE.fullmatch(line)
    if match is None:
        raise UnreadableError("shape")
    if match["place"] is None:
        return None
    time = _TIME.match(line)
    return Record(
        time=stamps.read(time[1], context) if time else None,
        source_ip=hosts.clean_host(match["address"]),
        host=hosts.clean_host(match["place"]),
        action=_action(match["doing"]),
    )


READER = Reader(
    name="unbound",
    title="Unbound",
    sees=frozenset({"time", "source_ip", "host", "action"}),
    score=score,
    study=study,
    parse=parse,
    skim=stamped.checked(skims.by_pattern(_SEEN.encode()), resolvers.check_hour),
    host_of=resolvers.asked,
)
