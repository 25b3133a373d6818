"""Pieces of syntax that the logs of DNS servers share: times, addresses and names, for any skim."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ecluse.discovery.parsing import hosts, stamps
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

HOUR = (
    r"(?:\d\d-[A-Z][a-z][a-z]-\d{4}|\d{4}-\d\d-\d\d"
    r"|(?:[A-Z][a-z][a-z] )?[A-Z][a-z][a-z] [ \d]\d(?: \d{4})?)[ T]\d\d"
)
"""The beginning of a time in any form that BIND, Unbound, dnsmasq or syslog writes."""
MINUTES = r":[0-5]\d:[0-5]\d(?:\.\d{1,9}+)?(?: \d{4}|Z|[+-][01]\d:?[0-5]\d)?"
PRIORITY = r"(?:<\d{1,3}>(?:1 )?)?"
ADDRESS = r"(?:\d++(?:\.\d++){3}|[0-9a-f]*+:[0-9a-f.:]*+(?<!\.))"

_NO_YEAR = re.compile(r"(?:[A-Z][a-z][a-z] )??([A-Z][a-z][a-z] [ \d]\d)[ T]\d\d\Z", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_ANY = Context(now=datetime(2026, 11, 22, tzinfo=UTC))


def check_hour(stamp: str) -> None:
    """Raise UnreadableError unless the beginning of a time, as HOUR, is good in every year.

    An absent one, and the first digits of an epoch, are good.
    """
    written = stamp.strip("[")
    if not written or written.isdecimal():
        return
    year = _YEAR.search(written)
    yearless = _NO_YEAR.match(written)
    if yearless and not year:
        if yearless[1] == "Feb 29":
            raise UnreadableError("time")
        written = yearless[1] + written[-3:]
    elif year is None or not 1971 <= int(year[0]) <= 2200:
        raise UnreadableError("time")
    stamps.read(written + ":00:00", _ANY)


def asked(place: bytes) -> str | None:
    """Give the name asked for, in lower case and without its final dot; None if it is no host."""
    return hosts.clean_host(place.decode("utf-8", "replace"))
