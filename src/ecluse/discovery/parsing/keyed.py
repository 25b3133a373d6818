"""Blocks of `key=value` lines seen from afar by one regular expression, odd lines read in full."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from ecluse.discovery.parsing import hosts, moments
from ecluse.discovery.parsing.skims import line_count
from ecluse.discovery.reader import Columns, Context
from ecluse.discovery.record import Record, UnreadableError

Row = tuple[bytes, bytes, bytes, bytes, bytes]  # stamp, address, user, place, app
Parse = Callable[[str, Context], Record | None]
Quick = Callable[[tuple[bytes, ...]], Row | None]

ANY = Context(now=datetime(1970, 1, 1, tzinfo=UTC))
_NOTHING = frozenset((b"", b"-", b"--", b"N/A", b"n/a", b"None", b"null", b"(null)"))
VALUE = rb'(?:"[^"\n]*+"(?<!\\")|[!#-~]*+)'


def pairs_source(*keys: str) -> bytes:
    """Give a pattern of ` key=value` repeated, with one group for the last value of each key.

    It reads a line as `pairs.pairs` does or not at all: ASCII, or quoted without an escaped quote.
    A group holds its quotes, and nothing where the key is absent or empty.
    """
    # The value is looked at before its group opens: in a possessive repetition, a group that opens
    # and fails leaves `re` with a wrong span (SystemError) before Python 3.13.
    filled = rb'(?="[^"\n]++"|[!#-~])("[^"\n]*+"|[!#-~]++)(?<!\\")'
    known = b"|".join(key.encode() + b"=" + filled for key in keys)
    return rb"(?: ++(?:" + known + rb"|[A-Za-z_][\w.@-]*+=" + VALUE + rb"))*+ *+"


def first(*values: bytes) -> bytes:
    """Give the first value that says something, without its quotes."""
    for value in values:
        if value and (bare := value.strip(b'"')) not in _NOTHING:
            return bare
    return b""


def by_lines(source: bytes, quick: Quick, parse: Parse) -> Callable[[bytes], Columns | None]:
    """Skim a block with one pattern for its plain lines; `parse` reads the others.

    `quick` gets the line, the groups of `source` and one more cell, and gives a row, or None to
    have the line read in full. Its stamp is a count of seconds since 1970 or `2026-03-02 10:3` and
    a zone, if any. A block with a line that `parse` refuses is declined.
    """
    pattern = re.compile(rb"^(?:(" + source + rb")|([^\n]+))$", re.MULTILINE)

    def skim(block: bytes) -> Columns | None:
        block = block.replace(b"\r\n", b"\n") if b"\r" in block else block
        found = pattern.findall(block)
        if not found or len(found) != line_count(block):
            return None
        lines = [cells[0] or cells[-1] for cells in found]
        rows = [quick(cells) if cells[0] else None for cells in found]
        try:
            read = [row or _parsed(line, parse) for row, line in zip(rows, lines, strict=True)]
            _mend(read, lines, parse)
        except (UnreadableError, UnicodeDecodeError):
            return None
        stamps, addresses, users, places, apps = zip(*read, strict=True)
        return Columns(stamps, addresses, users, places, lines.__getitem__, apps)

    return skim


def _parsed(line: bytes, parse: Parse) -> Row:
    record = parse(line.decode("utf-8"), ANY) if line.strip() else None
    if record is None:
        return b"", b"", b"", b"", b""
    stamp = record.time.strftime("%Y-%m-%d %H:%M")[:15] + "+0000" if record.time else ""
    said = (stamp, record.source_ip, record.user, record.host, record.app)
    one, two, three, four, five = ((word or "").encode() for word in said)
    return one, two, three, four, five


def _mend(rows: list[Row], lines: list[bytes], parse: Parse) -> None:
    """Read in full the lines whose date or address, seen quickly, is not one."""
    stamps = {stamp for stamp in {row[0] for row in rows} if not _is_moment(stamp)}
    addresses = {token for token in {row[1] for row in rows} if not _is_address(token)}
    if not stamps and not addresses:
        return
    for at, row in enumerate(rows):
        if row[0] in stamps or row[1] in addresses:
            rows[at] = _parsed(lines[at], parse)


def _is_address(token: bytes) -> bool:
    text = token.decode("ascii", "replace")
    return not text or hosts.address(text) == text


def _is_moment(stamp: bytes) -> bool:
    if b"-" not in stamp:
        return True
    try:
        moments.iso((stamp[:15] + b"0:00" + stamp[15:]).decode("ascii", "replace"), ANY)
    except UnreadableError:
        return False
    return True
