"""Reads sources with all the machine's cores and writes what concerns AI as typed Parquet."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from ecluse.discovery import framing, usage
from ecluse.discovery.detection import Detected, Format
from ecluse.discovery.digest import Digest, Digester, Row
from ecluse.discovery.keying import Keyer
from ecluse.discovery.relevance import Lookup
from ecluse.discovery.sources import Source

BLOCK = 1 << 21
LONGEST_BLOCK = 1 << 24
SMALL = 4 << 20  # below this much text, starting other processes costs more than it saves


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of one source: a stretch of a plain file, its bytes, or records already cut."""

    source: int
    path: str = ""
    start: int = 0
    end: int = 0
    block: bytes | None = None
    texts: tuple[str | None, ...] | None = None
    consumed: int = 0


@dataclass(slots=True)
class Taken:
    """All that is known of one source once read."""

    source: Source
    detected: Detected
    fields: frozenset[str] = frozenset()
    copy_of: str | None = None
    digest: Digest = field(default_factory=Digest)


@dataclass(slots=True)
class Work:
    """What a process needs to digest any piece of any source."""

    formats: dict[int, tuple[tuple[Format, ...], bool]]
    lookup: Lookup
    keyer: Keyer
    since: datetime | None
    _digesters: dict[int, Digester] = field(default_factory=dict, repr=False)

    def do(self, task: Task) -> Digest:
        """Digest one piece."""
        digester = self._digesters.get(task.source)
        if digester is None:
            formats, sees_path = self.formats[task.source]
            digester = Digester(
                task.source, formats, sees_path, self.lookup, self.keyer, self.since
            )
            self._digesters[task.source] = digester
        if task.texts is not None:
            return digester.texts(task.texts)
        if task.block is not None:
            return digester.block(task.block)
        with Path(task.path).open("rb") as file:
            return digester.block(os.pread(file.fileno(), task.end - task.start, task.start))


_work: Work | None = None


def _start(work: Work) -> None:
    global _work  # noqa: PLW0603 - a worker process has one job, given once at its start
    _work = work


def _do(task: Task) -> Digest:
    if _work is None:
        raise RuntimeError("the worker was not started")
    return _work.do(task)


def tasks_of(number: int, source: Source, found: Format) -> Iterator[Task]:
    """Cut a source into pieces of about two megabytes that end where a record does."""
    cut = found.reader.framing
    if cut == "json" and framing.one_per_line(source.head):
        cut = "lines"
    if cut == "lines" and source.plain:
        yield from _stretches(number, source)
    elif cut == "lines":
        yield from _blocks(number, source)
    else:
        yield from _batches(number, framing.records(source.chunks(), cut), source)


def _stretches(number: int, source: Source) -> Iterator[Task]:
    start = len(b"\xef\xbb\xbf") if _has_bom(source.path) else 0
    with Path(source.path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        while start < size:
            end = _line_end(file, min(start + BLOCK, size), size)
            if end - start > LONGEST_BLOCK:
                # A line beyond all measure: what stands before it, then the line as unreadable.
                yield Task(number, texts=(None,), consumed=end)
            else:
                yield Task(number, source.path, start, end, consumed=end)
            start = end


def _has_bom(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.read(3) == b"\xef\xbb\xbf"


def _line_end(file: Any, at: int, size: int) -> int:
    file.seek(at)
    while at < size:
        piece = file.readline(1 << 20)
        at += len(piece)
        if piece.endswith(b"\n") or not piece:
            break
    return at


def _blocks(number: int, source: Source) -> Iterator[Task]:
    rest = b""
    for chunk in source.chunks():
        rest += chunk
        while len(rest) >= BLOCK and (cut := rest.find(b"\n", BLOCK - 1) + 1):
            yield Task(number, block=rest[:cut], consumed=source.consumed)
            rest = rest[cut:]
        if len(rest) > LONGEST_BLOCK:
            yield Task(number, texts=(None,), consumed=source.consumed)
            rest = b""
    if rest:
        yield Task(number, block=rest, consumed=source.consumed)


def _batches(number: int, records: Iterable[framing.Numbered], source: Source) -> Iterator[Task]:
    held: list[str | None] = []
    length = 0
    for _, text in records:
        held.append(text)
        length += len(text or "")
        if length > BLOCK or len(held) >= 4096:
            yield Task(number, texts=tuple(held), consumed=source.consumed)
            held, length = [], 0
    if held:
        yield Task(number, texts=tuple(held), consumed=source.consumed)


class Crew:
    """Runs tasks in order of arrival, in this process or in one per core."""

    def __init__(self, work: Work, *, many: bool) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._work = work
        if many:
            ways = multiprocessing.get_all_start_methods()
            context = multiprocessing.get_context("fork" if "fork" in ways else "spawn")
            self._pool = ProcessPoolExecutor(
                os.cpu_count() or 1, mp_context=context, initializer=_start, initargs=(work,)
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Digest]]:
        """Give each task with its digest, never holding more than a few at once."""
        if self._pool is None:
            for task in tasks:
                yield task, self._work.do(task)
            return
        waiting: deque[tuple[Task, Future[Digest]]] = deque()
        for task in tasks:
            waiting.append((task, self._pool.submit(_do, task)))
            if len(waiting) > 4 * (os.cpu_count() or 1):
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


@dataclass(slots=True)
class Ingested:
    """What all sources gave: one entry per source, and where the Parquet files are."""

    taken: list[Taken]
    folder: Path
    pairs: set[tuple[str, str]] = field(default_factory=set)

    @property
    def people(self) -> int:
        """Count people: logins, and addresses that no login was ever seen behind."""
        users = {user for _, user in self.pairs if user}
        named = {address for address, user in self.pairs if user}
        alone = {address for address, user in self.pairs if address and not user} - named
        return len(users) + len(alone)

    def known_addresses(self) -> dict[str, str]:
        """Give the addresses behind which exactly one login was seen, and that login."""
        behind: dict[str, set[str]] = {}
        for address, user in self.pairs:
            if address and user:
                behind.setdefault(address, set()).add(user)
        return {address: min(users) for address, users in behind.items() if len(users) == 1}


def ingest(
    taken: Sequence[Taken],
    lookup: Lookup,
    keyer: Keyer,
    folder: Path,
    since: datetime | None = None,
    progress: Callable[[int, int], None] = lambda source, consumed: None,  # noqa: ARG005
) -> Ingested:
    """Read every source that has a format and is no copy, into `folder`/usage-*.parquet."""
    import pyarrow.parquet as pq

    alive = {
        number: one for number, one in enumerate(taken) if one.detected.main and not one.copy_of
    }
    formats = {n: (one.detected.formats, "path" in one.fields) for n, one in alive.items()}
    work = Work(formats, lookup, keyer, since)
    many = sum(max(one.source.size, len(one.source.head)) for one in alive.values()) > SMALL
    result = Ingested(list(taken), folder)
    rows: list[Row] = []
    with (
        Crew(work, many=many or any(one.source.path == "-" for one in alive.values())) as crew,
        pq.ParquetWriter(folder / "usage.parquet", usage.USAGE, compression="zstd") as writer,
    ):
        for task, digest in crew.run(_all_tasks(alive)):
            alive[task.source].digest.add(digest)
            rows += digest.rows
            for batch in usage.batches(rows):
                writer.write_table(batch)
            progress(task.source, task.consumed)
        writer.write_table(usage.usage_table(rows))
    for one in alive.values():
        result.pairs |= one.digest.pairs
        if one.source.truncated:
            one.digest.unread["truncated"] += 1
    _write_people(result)
    return result


def _all_tasks(alive: dict[int, Taken]) -> Iterator[Task]:
    for number, one in alive.items():
        if one.detected.main:
            yield from tasks_of(number, one.source, one.detected.main)


def _write_people(result: Ingested) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    known = [{"address": a, "person": p} for a, p in sorted(result.known_addresses().items())]
    pq.write_table(pa.Table.from_pylist(known, usage.PEOPLE), result.folder / "people.parquet")
