"""The prefix that syslog puts before what a device wrote; it never reads the message itself."""

from __future__ import annotations

import re
from typing import NamedTuple

_PREFIX = re.compile(
    r"\s*(?:<\d{1,3}>)?(?:1 )?"
    r"(?P<time>[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)"
    r"(?: (?P<host>[^\s\[\]:]+))?"
    r" (?P<program>[\w./()-]+)(?:\[(?P<pid>[\w:]+)\])?: ?"
)
_PRIORITY = re.compile(r"\s*<\d{1,3}>\s*")


class Envelope(NamedTuple):
    """What the prefix said (each None where absent) and the message it carried."""

    time: str | None
    host: str | None
    program: str | None
    message: str


def unwrap(line: str) -> Envelope:
    """Take the syslog prefix off, if there is one; otherwise the whole line is the message."""
    match = _PREFIX.match(line)
    if match:
        return Envelope(match["time"], match["host"], match["program"], line[match.end() :])
    bare = _PRIORITY.match(line)
    return Envelope(None, None, None, line[bare.end() :] if bare else line)
