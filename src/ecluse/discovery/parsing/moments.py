"""Dates as logs write them, brought to UTC; an impossible date is an error, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

_ENGLISH = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s*([AaPp][Mm])?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799  # 9999-12-31, the last second that datetime holds


def _checked(seconds: int, micro: int = 0) -> datetime:
    if not 0 <= seconds <= _LATEST:
        raise UnreadableError("time")
    return _EPOCH + timedelta(seconds=seconds, microseconds=micro)


def epoch(text: str) -> datetime:
    """Read seconds, milliseconds, microseconds or nanoseconds since 1970, told by their length."""
    whole, _, fraction = text.partition(".")
    usual = len(whole) == 10 and len(fraction) == 3 and text.isascii()
    if usual and (whole + fraction).isdecimal():
        return _EPOCH + timedelta(0, int(whole), 1000 * int(fraction))
    whole, _, fraction = text.strip().partition(".")
    digits_only = whole.isascii() and whole.isdecimal() and (not fraction or fraction.isdecimal())
    if len(text) > 40 or not digits_only:
        raise UnreadableError("time")
    for digits, unit in ((19, 10**9), (16, 10**6), (13, 10**3)):
        if len(whole) >= digits:
            value = int(whole)
            return _checked(value // unit, value % unit * 10**6 // unit)
    return _checked(int(whole), int((fraction + "000000")[:6]))


@lru_cache(maxsize=64)
def offset(text: str) -> tzinfo | None:
    """Read `Z`, `+0100`, `+01:00` or `UTC+01:00` as a zone; None if it is none of these."""
    written = text.strip().strip('"')
    if written.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    match = _OFFSET.match(written)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """Bring a local time to UTC; a time that a clock change repeats is read as the first one."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def iso(text: str, context: Context) -> datetime:
    """Read ISO 8601 with `T` or a space, any number of decimals, with or without a zone."""
    written = text.strip().replace(" ", "T", 1).replace(",", ".")
    written = re.sub(r"(\.\d{6})\d+", r"\1", written).replace(" ", "")
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else to_utc(moment, context.zone)
    except (ValueError, OverflowError) as error:
        raise UnreadableError("time") from error


def clock(text: str) -> tuple[int, int, int, int]:
    """Read `14:50:04`, `14:50:04.123` or `2:50:04 PM` as hour, minute, second, microsecond."""
    match = _CLOCK.match(text.strip())
    if not match:
        raise UnreadableError("time")
    hour = int(match[1])
    if match[5]:
        if not 1 <= hour <= 12:
            raise UnreadableError("time")
        hour = hour % 12 + (12 if match[5].lower() == "pm" else 0)
    return hour, int(match[2]), int(match[3]), int(((match[4] or "") + "000000")[:6])


def build(
    year: int, month: int, date: int, hms: tuple[int, int, int, int], zone: tzinfo
) -> datetime:
    """Put a local date and clock together, in UTC; raises on an impossible one."""
    try:
        return to_utc(datetime(year, month, date, *hms), zone)  # noqa: DTZ001 - zone comes next
    except (ValueError, OverflowError) as error:
        raise UnreadableError("time") from error


def slashed(text: str, context: Context) -> datetime:
    """Read `15/04/2024 12:50:04`, day or month first as the context says, with AM/PM if any."""
    match = _SLASHED.match(text.strip())
    if not match:
        raise UnreadableError("time")
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    date, month = (first, second) if context.day_first else (second, first)
    return build(year, month, date, clock(text.strip()[match.end() :]), context.zone)


def study_slashed(texts: Iterable[str], context: Context) -> Context:
    """Decide day-first or month-first for a whole file: a first number above 12 is a day.

    Where nothing decides, the day comes first (French servers), and the doubt is declared.
    """
    for text in texts:
        match = _SLASHED.search(text)
        if match and int(match[1]) > 12:
            return replace(context, day_first=True)
        if match and int(match[2]) > 12:
            return replace(context, day_first=False)
    return replace(context, day_first=True).doubting("day-first")


def month_number(name: str) -> int:
    """Read an English month's first three letters."""
    try:
        return _ENGLISH[name[:3].lower()]
    except KeyError as error:
        raise UnreadableError("time") from error


def named_month(text: str, context: Context) -> datetime:
    """Read `22-Nov-2026 10:11:12.345`, as BIND writes, or `22/Nov/2026:10:11:12 +0100`."""
    match = re.match(r"(\d{1,2})[/-](\w{3})[/-](\d{4})[ :](\S+)(?: ([+-]\d{4}))?", text.strip())
    if not match:
        raise UnreadableError("time")
    zone = offset(match[5]) if match[5] else None
    return build(
        int(match[3]), month_number(match[2]), int(match[1]), clock(match[4]), zone or context.zone
    )


def ctime(text: str, context: Context) -> datetime:
    """Read `Fri Dec 31 07:07:07 2021`."""
    parts = text.split()
    if len(parts) < 5 or len(text) > 64 or not parts[2].isdecimal() or not parts[-1].isdecimal():
        raise UnreadableError("time")
    zone = offset(parts[4]) if len(parts) == 6 else None
    return build(
        int(parts[-1]), month_number(parts[1]), int(parts[2]), clock(parts[3]), zone or context.zone
    )


def syslog(text: str, context: Context) -> datetime:
    """Read `Nov 22 10:11:12`: the year is the latest that does not put it in the future."""
    parts = text.split()
    if len(parts) < 3 or not parts[1].isdecimal():
        raise UnreadableError("time")
    month, hms = month_number(parts[0]), clock(parts[2])
    limit = context.now + timedelta(days=2)
    moment = build(limit.year, month, int(parts[1]), hms, context.zone)
    return (
        moment
        if moment <= limit
        else build(limit.year - 1, month, int(parts[1]), hms, context.zone)
    )
