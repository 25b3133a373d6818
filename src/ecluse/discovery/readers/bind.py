"""BIND's query, answer, RPZ and security logs; zone transfers and the server's own life are not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecluse.discovery.parsing import hosts, resolvers, skims, stamped, stamps
from ecluse.discovery.parsing.resolvers import ADDRESS, HOUR, MINUTES, PRIORITY
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_TIMED = rf"{HOUR}{MINUTES}"
_PROGRAM = r"(?:[^\s:\[\]]++ )?(?:named|bind9?)[\w-]*+(?:(?:\[\d++\])?:| (?:\d++|-) \S++ -) "
_LABELS = (
    r"(?:(?P<category>[a-z][a-z0-9-]*+): )?"
    r"(?:(?P<level>info|notice|warning|error|critical|debug(?: \d++)?): )?"
)
_CLIENT = (
    rf"client (?:@0x[0-9a-f]++ )?(?P<address>{ADDRESS})(?:%\w++)?#\d++(?:/key \S++)?"
    r"(?: \((?P<asked>[^\s)\\]*+(?:\\.[^\s)\\]*+)*+)\))?: (?:view \S++: )?"
)
_ASKING = (
    rf"(?:{_CLIENT}(?:(?:query|answer|response): "
    r"|(?P<disabled>disabled )?rpz \S++ (?P<policy>[\w-]++(?: CNAME)?) rewrite "
    r"|query(?P<refused>(?: \(cache\))?) '|query failed \([^)\n]*+\) for )"
    r"|(?:[a-z][\w ().-]*? )?resolving ')(?P<place>[^\s']++)[ '][^\n]*+"
)
_QUIET = r"(?:zone \S++: |transfer of ')[^\n]*+"
_HEAD = (
    rf"{PRIORITY}(?:(?P<stamp>{HOUR}){MINUTES} )?"
    rf"(?:(?![a-z-]++: (?:info|client)){_PROGRAM}(?:{_TIMED} )?)?{_LABELS}"
)
_START = re.compile(_HEAD, re.ASCII)
_QUESTION = re.compile(_ASKING, re.ASCII)
_ANY_CLIENT = re.compile(_CLIENT, re.ASCII)
_TIME = re.compile(rf"({_TIMED})", re.ASCII)
_SERVED = re.compile(_PROGRAM, re.ASCII)
_VALIDATING = re.compile(r"validating ([^\s:]+): ")
_UNUSED = re.compile(r"\(\?P<(?!stamp|address|place)\w+>")
_SEEN = _UNUSED.sub("(?:", f"{_HEAD}(?:{_ASKING}|{_QUIET})")
_OWN = re.compile(
    r"client |zone \S+: |transfer of '|rpz: |managed-keys-zone|(?:DNS|RNDC|rndc) |"
    r"all zones loaded|running$|(?:success|[a-z ]+) resolving '|validating |received "
)
_NO_QUESTION = re.compile(
    r"transfer of |[AI]XFR |updating zone |update |received notify|signer |request "
)
_TYPES = re.compile(r"(?:/[A-Z][A-Z0-9-]*){1,2}\Z", re.ASCII)
_LET_THROUGH = {"PASSTHRU"}


def _host(question: str) -> str | None:
    """Give the name asked for, without the `/type/class` that some messages add."""
    return hosts.clean_host(_TYPES.sub("", question))


def _parted(line: str) -> tuple[re.Match[str], str]:
    head = _START.match(line)
    if head is None:  # everything in it is optional
        raise UnreadableError("shape")
    return head, line[head.end() :]


def _plainly(line: str) -> bool:
    line = line.lstrip()
    head, message = _parted(line)
    client = _ANY_CLIENT.match(message)
    served = _SERVED.search(line, 0, head.end())
    labelled = head["category"] and head["level"] and _TIME.search(line, 0, head.end())
    return bool(client or served or labelled or _OWN.match(line) or _OWN.match(message))


def score(sample: Sequence[str]) -> float:
    """Tell BIND by its clients with port, its program name or its own messages."""
    return share(sample, _plainly)


def study(sample: Sequence[str], context: Context) -> Context:
    """Declare the zone, and the year, that the times do not say."""
    times = (_TIME.search(line[:80]) for line in sample)
    return stamps.study([time[1] for time in times if time], context)


def _time_of(line: str, end: int) -> str | None:
    """Give BIND's own time, which comes after that of syslog and knows the year."""
    found = _TIME.findall(line, 0, end)
    return found[-1] if found else None


def _action(match: re.Match[str]) -> Action | None:
    if match["refused"] is not None:
        return "blocked"
    if match["policy"] is None or match["disabled"]:
        return None
    return "allowed" if match["policy"] in _LET_THROUGH else "blocked"


def parse(line: str, context: Context) -> Record | None:
    """Read one line: a question, its answer, an RPZ rewrite, a refusal or a failure to resolve."""
    line = line.strip()
    head, message = _parted(line)
    written = _time_of(line, head.end())
    asking = _QUESTION.match(message)
    if asking:
        return Record(
            time=stamps.read(written, context) if written else None,
            source_ip=hosts.clean_host(asking["address"]),
            host=_host(asking["place"]),
            action=_action(asking),
        )
    client = _ANY_CLIENT.match(message)
    checked = _VALIDATING.match(message)
    if client and client["asked"] and not _NO_QUESTION.match(message, client.end()):
        name, address = client["asked"], hosts.clean_host(client["address"])
    elif checked:
        name, address = checked[1], None
    elif _plainly(line):
        return None
    else:
        raise UnreadableError("shape")
    time = stamps.read(written, context) if written else None
    return Record(time=time, source_ip=address, host=_host(name))


def host_of(place: bytes) -> str | None:
    """Give the name of a question token."""
    return _host(place.decode("utf-8", "replace"))


READER = Reader(
    name="bind",
    title="BIND",
    sees=frozenset({"time", "source_ip", "host", "action"}),
    score=score,
    study=study,
    parse=parse,
    skim=stamped.checked(skims.by_pattern(_SEEN.encode()), resolvers.check_hour),
    host_of=host_of,
)
