"""Times in whichever of the usual forms a log writes them; an unknown form is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from ecluse.discovery.parsing import moments
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

_EPOCH = re.compile(r"\d{9,19}(?:\.\d*)?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|\Z)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})[ T,]+(.*)", re.ASCII)
_SLASHED = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[ T,]", re.ASCII)
_NAMED = re.compile(r"\d{1,2}[/-][A-Za-z]{3}[/-]\d{4}[ :]", re.ASCII)
_CTIME = re.compile(r"[A-Z][a-z]{2},? [A-Z][a-z]{2} [ \d]\d ", re.ASCII)
_SYSLOG = re.compile(r"[A-Z][a-z]{2} [ \d]\d (?:(\d{4}) )?(\d\d:\d\d:\d\d\S*)", re.ASCII)
_ZONED = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\Z", re.ASCII)
_MERIDIEM = re.compile(r"\s*([AaPp])\.?\s?[Mm]\.?")
_SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")


def read(text: str, context: Context) -> datetime:
    """Read an epoch, ISO 8601, slashed, named-month, ctime or syslog time, told by its shape."""
    written = text.translate(_SPACES).strip().strip("[]")
    try:
        return _read(written, context)
    except (ValueError, OverflowError) as error:
        raise UnreadableError("time") from error


def _read(written: str, context: Context) -> datetime:
    if _EPOCH.fullmatch(written):
        return moments.epoch(written)
    if _ISO.match(written):
        return moments.iso(re.sub(r" ?(?:UTC|GMT)\Z", "Z", written), context)
    year_first = _YEAR_FIRST.match(written)
    if year_first:
        year, month, date = (int(year_first[part]) for part in (1, 2, 3))
        return moments.build(year, month, date, moments.clock(year_first[4]), context.zone)
    if _SLASHED.match(written):
        return _slashed(written, context)
    if _NAMED.match(written):
        return moments.named_month(written, context)
    if _CTIME.match(written):
        return moments.ctime(written, context)
    dated = _SYSLOG.match(written)
    if dated and dated[1]:
        month, date = moments.month_number(written), int(written[4:6])
        return moments.build(int(dated[1]), month, date, moments.clock(dated[2]), context.zone)
    if dated:
        return moments.syslog(written, context)
    raise UnreadableError("time")


def _slashed(written: str, context: Context) -> datetime:
    plain = _MERIDIEM.sub(r" \1m", written.replace("T", " ", 1).replace(",", " ", 1), count=1)
    zoned = _ZONED.search(plain)
    zone = moments.offset(zoned[0]) if zoned else None
    local = moments.slashed(plain[: zoned.start()] if zoned else plain, context)
    if zone is None:
        return local
    return moments.to_utc(local.astimezone(context.zone).replace(tzinfo=None), zone)


def study(texts: Iterable[str], context: Context) -> Context:
    """Learn the date order from a file's times, and declare what they leave in doubt."""
    stamps = [text.translate(_SPACES).strip().strip("[]") for text in texts]
    slashed = [stamp for stamp in stamps if _SLASHED.match(stamp)]
    if slashed:
        context = moments.study_slashed(slashed, context)
    if any(_SYSLOG.match(stamp) and not _SYSLOG.match(stamp)[1] for stamp in stamps):  # type: ignore[index]
        context = context.doubting("year")
    if any(not _EPOCH.fullmatch(stamp) and not _ZONED.search(stamp) for stamp in stamps):
        context = context.doubting("zone")
    return context
