"""The debug log of Windows' DNS server; what the server asks of others is not a visit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ecluse.discovery.parsing import hosts, moments, resolvers, skims, stamped
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError

# Windows writes the date as the server's locale does: 4/11/2026, 11/04/2026, 11.04.2026,
# 2026-04-11, 2026/4/11, 11. 4. 2026, and 20260411 before 2008.
_DATE = r"(?:\d{1,4}(?P<mark>[./-]) ?\d{1,2}[./-] ?\d{1,4}\.?|\d{8})"
_SPACE = "(?: |\u00a0|\u202f)"
_MERIDIEM = rf"[AaPp]\.?{_SPACE}?[Mm]\.?"
_MINUTES = r"[:.][0-5]\d[:.][0-5]\d"
_STAMP = rf"(?P<stamp>{_DATE} {{1,2}}\d{{1,2}}(?:{_MINUTES}{_SPACE}{_MERIDIEM})?)(?:{_MINUTES})?"
_START = rf"{_STAMP} ++[0-9A-Fa-f]++ ++"
_VISIT = (
    r"PACKET ++[0-9A-Fa-f]++ ++(?:UDP|TCP) "
    r"(?:Rcv ++(?=[^\s]++ ++[0-9A-Fa-f]{4} ++Q )|Snd ++(?=[^\s]++ ++[0-9A-Fa-f]{4} R Q ))"
    rf"(?P<address>{resolvers.ADDRESS})(?:%\w++)? ++[0-9A-Fa-f]{{4}} ++(?:R )?Q "
    r"\[[^\]\r\n]++\] ++\S++ ++(?P<place>[^\s][^\r\n]*+)\r?"
)
_PEERS = (
    r"PACKET ++[0-9A-Fa-f]++ ++(?:UDP|TCP) (?:Rcv ++[^\s]++ ++[0-9A-Fa-f]{4} R Q "
    r"|Snd ++[^\s]++ ++[0-9A-Fa-f]{4} ++Q |(?:Rcv|Snd) ++[^\s]++ ++[0-9A-Fa-f]{4} ++(?:R )?[NU?] )"
    r"[^\n]*+"
)
_OTHER = rf"(?:{_PEERS}|(?!PACKET )[A-Z][^\n]*+)"
_BESIDE = (
    r"[ \t][^\n]*+|(?:UDP|TCP) (?:question|response|query)[^\n]*+|\r(?=\n|\Z)|(?=\n)"
    r"|(?:DNS Server log|Log file wrap|Message logging key)[^\n]*+"
)
_SOURCE = rf"(?:{_START}(?:{_VISIT}|{_OTHER})|{_BESIDE})"
_LINE = re.compile(_SOURCE, re.ASCII)
_PACKET = re.compile(rf"{_START}PACKET ")
_WHEN = re.compile(rf"({_DATE}) +(\d{{1,2}}{_MINUTES})(?:{_SPACE}({_MERIDIEM}))?", re.ASCII)
_LABEL = re.compile(r"\(\d+\)")
_ANY = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
_NUMBERS = re.compile(r"\d+")


def score(sample: Sequence[str]) -> float:
    """Tell the log by its PACKET lines; the details below them count where there are any."""
    if not any(_PACKET.match(line) for line in sample):
        return 0.0
    return share(sample, _LINE.match)


def study(sample: Sequence[str], context: Context) -> Context:
    """Learn the date order: a number above 12 decides, then a 12-hour clock, which is American.

    What nothing decides is read day first and the doubt declared; so is the absent time zone.
    """
    dates = [match for line in sample if (match := _WHEN.match(line))]
    context = context.doubting("zone")
    slashed = [match for match in dates if match["mark"] == "/" and match[1].find("/") < 3]
    if not slashed:
        return replace(context, day_first=True)
    learnt = moments.study_slashed((match[1] for match in slashed), context)
    if "day-first" in learnt.doubts and all(match[4] for match in slashed):
        return replace(context, day_first=False)
    return learnt


def _time(line: str, context: Context) -> datetime:
    match = _WHEN.match(line)
    if match is None:
        raise UnreadableError("time")
    numbers = [int(number) for number in _NUMBERS.findall(match[1])]
    if len(numbers) == 1:
        year, month, date = numbers[0] // 10000, numbers[0] // 100 % 100, numbers[0] % 100
    elif len(numbers) == 3 and numbers[0] > 31:
        year, month, date = numbers
    elif context.day_first or match["mark"] != "/":
        date, month, year = numbers
    else:
        month, date, year = numbers
    if date <= 12 < month:  # it can only be the other order, whatever the file seemed to use
        month, date = date, month
    year += 2000 if year < 100 else 0
    hour = match[3].replace(".", ":") + (f" {match[4][0]}m" if match[4] else "")
    if not 1971 <= year <= 2200:
        raise UnreadableError("time")
    return moments.build(year, month, date, moments.clock(hour), context.zone)


def _host(labels: str) -> str | None:
    """Give the name written `(3)www(7)example(3)com(0)`, or plainly."""
    return hosts.clean_host(".".join(label for label in _LABEL.split(labels.strip()) if label))


def parse(line: str, context: Context) -> Record | None:
    """Read a question received or an answer sent; None for details, and for other servers."""
    match = _LINE.fullmatch(line)
    if match is None:
        if not line.strip():
            return None
        raise UnreadableError("shape")
    if match["place"] is None:
        return None
    return Record(
        time=_time(line, context),
        source_ip=hosts.clean_host(match["address"]),
        host=_host(match["place"]),
    )


def host_of(place: bytes) -> str | None:
    """Give the name behind the labels and their lengths."""
    return _host(place.decode("utf-8", "replace"))


def _check(stamp: str) -> None:
    written = stamp if _WHEN.match(stamp) else f"{stamp}:00:00"
    if stamp:
        _time(written, _ANY)


READER = Reader(
    name="windows-dns",
    title="Windows DNS (debug log)",
    sees=frozenset({"time", "source_ip", "host"}),
    score=score,
    study=study,
    parse=parse,
    skim=stamped.checked(skims.by_pattern(_SOURCE.encode()), _check),
    host_of=host_of,
    literal=False,  # names are written by labels: (7)chatgpt(3)com(0)
)
