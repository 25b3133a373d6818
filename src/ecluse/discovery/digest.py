"""What a block of a log comes down to: counts, keyed people, and the rows about AI alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ecluse.discovery.detection import Format
from ecluse.discovery.finder import Finder, words
from ecluse.discovery.framing import LONGEST
from ecluse.discovery.keying import Keyer
from ecluse.discovery.parsing.hosts import is_address, plain
from ecluse.discovery.reader import Columns
from ecluse.discovery.record import Record, UnreadableError
from ecluse.discovery.relevance import Kind, Lookup, bare_app
from ecluse.discovery.sources import text_of

PIECE = 1 << 16  # what the processor's own cache holds: larger pieces take twice the time
SMALLEST = 1 << 12
REMEMBERED = 1 << 18
_BARE = re.compile(rb" ?(?:[a-z]+://)?(?:\[|\d+\.\d+\.\d+\.\d+\.?(?:[:/ ]|$)|[0-9a-f]*:[0-9a-f]*:)")
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
STAMP = timedelta(hours=1)  # no two moments under one stamp are further apart
Row = tuple[Any, ...]
BLIND: tuple[Kind, ...] = ("doh", "vpn", "relay", "address", "shared")
_KEPT: frozenset[Kind] = frozenset({"service", "candidate", "doh", "vpn", "relay"})


@dataclass(slots=True)
class Digest:
    """What was learnt from some lines of one source; digests of the same source add up.

    `rows` are in the order of `usage.COLUMNS`. `pairs` are (address, user) tokens, "" for none.
    `blind` counts, per kind, the visits whose service the log cannot name. `unread` counts by
    reason; `asides` are lines understood that tell of no visit.
    """

    lines: int = 0
    read: int = 0
    asides: int = 0
    visits: int = 0
    early: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    blind: Counter[str] = field(default_factory=Counter)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None
    rows: list[Row] = field(default_factory=list)

    def seen(self, moment: datetime | None) -> None:
        """Stretch the period to hold `moment`."""
        if moment is not None:
            self.first = moment if self.first is None else min(self.first, moment)
            self.last = moment if self.last is None else max(self.last, moment)

    def add(self, other: Digest) -> None:
        """Take in another digest of the same source, but for its rows."""
        self.lines += other.lines
        self.read += other.read
        self.asides += other.asides
        self.visits += other.visits
        self.early += other.early
        self.unread.update(other.unread)
        self.formats.update(other.formats)
        self.blind.update(other.blind)
        self.pairs |= other.pairs
        self.seen(other.first)
        self.seen(other.last)


@dataclass(slots=True)
class Digester:
    """Digests the records of one source with the readers found for it."""

    source: int
    formats: Sequence[Format]
    sees_path: bool
    lookup: Lookup
    keyer: Keyer
    since: datetime | None = None
    _finder: Finder | None = field(default=None, repr=False)
    _told: set[tuple[bytes, bytes]] = field(default_factory=set, repr=False)
    _last: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    _tokens: dict[tuple[str | None, str | None], tuple[str, str]] = field(
        default_factory=dict, repr=False
    )

    def block(self, block: bytes) -> Digest:
        """Digest whole lines, seen from afar where the format allows it."""
        skim = self.formats[0].reader.skim
        if skim is None:
            return self._lines(block)
        digest = Digest()
        for piece in pieces(block):
            columns = None if b"\0" in piece else skim(piece)
            if columns is None:
                self._declined(piece, digest)
            else:
                self._skimmed(piece, columns, digest)
        return digest

    def _declined(self, piece: bytes, digest: Digest) -> None:
        """Read a piece line by line, or by halves as long as it may pay to skim the other half."""
        middle = piece.find(b"\n", len(piece) // 2) + 1
        halves = [piece[:middle], piece[middle:]] if 0 < middle < len(piece) else [piece]
        for half in halves:
            small = len(half) < SMALLEST or len(halves) == 1
            part = self._lines(half) if small else self.block(half)
            digest.add(part)
            digest.rows += part.rows

    def _lines(self, block: bytes) -> Digest:
        lines = (line.removesuffix(b"\r") for line in block.split(b"\n"))
        kept = (line for line in lines if line.strip())
        return self.texts(None if len(line) > LONGEST else text_of(line) for line in kept)

    def texts(self, texts: Iterable[str | None]) -> Digest:
        """Digest records one by one; None stands for one too long to read."""
        digest = Digest()
        for text in texts:
            digest.lines += 1
            try:
                found, record = understand(text, self.formats)
            except UnreadableError as error:
                digest.unread[error.reason] += 1
                continue
            if record is None:
                digest.asides += 1
                continue
            digest.read += 1
            digest.formats[found.reader.name] += 1
            self._take(digest, record, found)
        return digest

    def _skimmed(self, piece: bytes, columns: Columns, digest: Digest) -> None:
        """Count everyone and everything in a piece, and read in full the lines about AI alone."""
        places, rows = columns.places, len(columns.places)
        first, last = self._period(columns)
        if self.since and first and first < self.since:
            part = self._since(piece, rows, last)
            digest.add(part)
            digest.rows += part.rows
            return
        digest.seen(first)
        digest.seen(last)
        digest.lines += rows
        digest.read += rows
        digest.formats[self.formats[0].reader.name] += rows
        digest.visits += rows - places.count(b"") - places.count(b"-")
        new = self._new_pairs(columns)
        if new:
            digest.pairs |= new
        self._count_odd(piece, places, digest)
        lines, shared = self._telling(piece, columns)
        if shared:
            digest.blind["shared"] += shared
        for line in lines:
            self._pick(line, digest)

    @staticmethod
    def _count_odd(piece: bytes, places: Sequence[bytes], digest: Digest) -> None:
        """Count the places that are a bare address, or Squid's `error:…`, which is no place."""
        # Digits and brackets sort before letters: most places need no closer look.
        near = [place for place in places if place < b"a" or b"http" <= place < b"httq"]
        bare = sum(1 for place in (places if b"::" in piece else near) if _BARE.match(place))
        if bare:
            digest.blind["address"] += bare
        if b" error:" in piece:
            digest.visits -= sum(1 for place in places if place.startswith(b"error:"))

    def _telling(self, piece: bytes, columns: Columns) -> tuple[list[bytes], int]:
        """Give the lines that may be about AI, and how many others go to a shared host."""
        reader = self.formats[0].reader
        if reader.literal:
            return self._find().lines(piece)
        kinds: dict[bytes, Kind] = {}
        for place in set(columns.places):
            host = reader.host_of(place) if place else None
            kinds[place] = self.lookup.kind(host) if host else ""
        kept = [row for row, place in enumerate(columns.places) if kinds[place] in _KEPT]
        shared = sum(kinds[place] == "shared" for place in columns.places)
        return [columns.raw(row) for row in kept], shared

    def _find(self) -> Finder:
        if self._finder is None:
            sees = self.formats[0].reader.sees
            look = self.lookup
            sought = words(
                look.services,
                look.blindness,
                look.signals,
                paths=self.sees_path,
                apps="app" in sees,
            )
            self._finder = Finder(sought)
        return self._finder

    def _pick(self, line: bytes, digest: Digest) -> None:
        """Read a line in full; it is already counted, but for what it says of AI."""
        found = self.formats[0]
        try:
            record = found.reader.parse(text_of(line.removesuffix(b"\r")), found.context)
        except UnreadableError as error:  # the skim was too kind: count it where it belongs
            digest.read -= 1
            digest.unread[error.reason] += 1
            return
        if record is None:
            return
        kind = self._record_kind(record)
        self._keep(digest, record, kind, found)
        if record.host and is_address(record.host):
            digest.blind["address"] -= 1  # the skim counted it with all the others

    def _period(self, columns: Columns) -> tuple[datetime | None, datetime | None]:
        """Give the earliest and the latest time: of all lines, or of one per distinct stamp."""
        found, stamps = self.formats[0], columns.stamps
        if not stamps:
            return None, None
        if found.reader.stamps_sort:
            rows = {stamps.index(min(stamps)), stamps.index(max(stamps))}
        else:
            rows = {0, *dict(zip(stamps, range(len(stamps)), strict=True)).values()}
        seen = []
        for row in rows:
            try:
                record = found.reader.parse(text_of(columns.raw(row)), found.context)
            except UnreadableError:
                continue
            if record is not None and record.time is not None:
                seen.append(record.time)
        return min(seen, default=None), max(seen, default=None)

    def _new_pairs(self, columns: Columns) -> set[tuple[str, str]]:
        """Give the people of a piece that this process has not told of yet."""
        if list(map(self._last.get, columns.users)) == columns.addresses:
            return set()
        new = set(zip(columns.addresses, columns.users, strict=True)) - self._told
        if len(self._told) > REMEMBERED:
            self._told.clear()
            self._last.clear()
        self._told |= new
        self._last.update((user, address) for address, user in new)
        return {self._pair(_word(address), _word(user)) for address, user in new}

    def _since(self, piece: bytes, rows: int, last: datetime | None) -> Digest:
        """Pass over a piece from before the period asked for, or read its lines one by one."""
        if self.since and last and last < self.since - STAMP:
            return Digest(lines=rows, read=rows, early=rows)
        return self._lines(piece)

    def _record_kind(self, record: Record) -> Kind:
        kind = self.lookup.kind(record.host) if record.host else ""
        if kind == "shared" and record.host and self.lookup.place(record.host, record.path):
            return "service"
        if kind in {"", "address", "shared"}:
            if record.app and (named := self.lookup.app(record.app)):
                return named
            if record.path and self.lookup.api(record.path):
                return "candidate"
            if record.host and self.lookup.streams(record.mime):
                return "candidate"
        return kind

    def _take(self, digest: Digest, record: Record, found: Format) -> None:
        if self.since and record.time and record.time < self.since:
            digest.early += 1
            return
        digest.seen(record.time)
        digest.pairs.add(self._pair(record.source_ip, record.user))
        kind = self._record_kind(record)
        if record.host or record.app:
            digest.visits += 1
        self._keep(digest, record, kind, found)

    def _keep(self, digest: Digest, record: Record, kind: Kind, found: Format) -> None:
        if kind in _KEPT:
            digest.rows.append(self._row(record, kind, found))
        if kind in BLIND:
            digest.blind[kind] += 1

    def _pair(self, address: str | None, user: str | None) -> tuple[str, str]:
        known = self._tokens.get((address, user))
        if known is None:
            if len(self._tokens) > 1 << 17:
                self._tokens.clear()
            known = self._tokens[address, user] = (
                self.keyer.address(address) if address else "",
                self.keyer.user(user) if user else "",
            )
        return known

    def _row(self, record: Record, kind: Kind, found: Format) -> Row:
        address, user = self._pair(record.source_ip, record.user)
        host = record.host
        mime = record.mime
        # JSON may hold halves of characters, which no column of text can.
        app = record.app.encode("utf-8", "replace").decode() if record.app else None
        return (
            (record.time - EPOCH) // MICROSECOND if record.time else None,
            user or None,
            address or None,
            host,
            self.lookup.place(host, record.path) if host else None,
            record.port,
            record.method,
            record.status,
            record.action,
            record.bytes_up,
            record.bytes_down,
            app,
            bare_app(app).lower() if app else None,
            self.lookup.api(record.path) if record.path else None,
            self.lookup.streams(mime) if mime else None,
            kind,
            found.reader.name,
            self.source,
        )


def _word(token: bytes) -> str | None:
    return plain(text_of(token))


def pieces(block: bytes) -> Iterator[bytes]:
    """Cut a block of whole lines into smaller ones."""
    start = 0
    while start < len(block):
        end = block.find(b"\n", start + PIECE) + 1 or len(block)
        yield block[start:end]
        start = end


def understand(text: str | None, formats: Sequence[Format]) -> tuple[Format, Record | None]:
    """Read one record with the first format that can; raises UnreadableError of the best one."""
    if text is None:
        raise UnreadableError("long")
    if "\0" in text:
        raise UnreadableError("binary")
    refusal = UnreadableError("shape")
    for found in formats:
        try:
            return found, found.reader.parse(text, found.context)
        except UnreadableError as error:
            refusal = error if refusal.reason == "shape" else refusal
    raise refusal
