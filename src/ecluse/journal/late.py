"""Events kept aside while the journal cannot take them, then entered with the flag `late`."""

from __future__ import annotations

import json
import os
import sys
import syslog
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, NamedTuple

from ecluse.journal import durable
from ecluse.journal.errors import EventRefused
from ecluse.journal.record import Event, event_from, without_addresses
from ecluse.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Spooled(NamedTuple):
    """Where an event waits: `spool`, or `syslog` when no disk would take it."""

    where: str
    ticket: str


class Waiting(NamedTuple):
    """A line of the spool: its ticket and its event, or no event if it cannot be read."""

    ticket: str
    event: Event | None


def _line(event: Event, ticket: str) -> str:
    content = asdict(without_addresses(event))
    content["event"] = content.pop("kind")
    content["happened"] = clock.iso(event.happened or clock.now())
    return json.dumps({"ticket": ticket, "entry": content}, ensure_ascii=True)


class Spool:
    """A file of JSON lines, preferably on another disk than the journal."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, event: Event) -> Spooled:
        """Keep an event: in the file, or on the error output and in syslog. Never refuses."""
        ticket = os.urandom(8).hex()
        line = _line(event, ticket)
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, durable.PRIVATE)
            try:
                # the first newline ends a line that a crash may have cut
                _write_whole(handle, b"\n" + line.encode() + b"\n")
            finally:
                os.close(handle)
            durable.sync_folder(self.path.parent)
        except OSError:
            syslog.syslog(syslog.LOG_CRIT, f"ecluse journal late entry {line}")
            sys.stderr.write(f"ecluse journal late entry {line}\n")
            return Spooled("syslog", ticket)
        return Spooled("spool", ticket)

    def waiting(self) -> Iterator[Waiting]:
        """Give what waits, oldest first; a line cut short by a crash comes without its event."""
        try:
            lines = self.path.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return
        for line in filter(None, lines):
            try:
                content = json.loads(line)
                ticket = str(content["ticket"])
                yield Waiting(ticket, replace(event_from(content["entry"]), late=True))
            except (ValueError, KeyError, TypeError, EventRefused):
                yield Waiting("", None)

    def empty(self, *, keep: bool) -> None:
        """Forget what waited, now that it is entered; `keep` a copy when a line was unreadable."""
        if keep:
            self.path.replace(self.path.with_name(f"{self.path.name}.unreadable"))
            durable.sync_folder(self.path.parent)
        elif self.path.exists():
            durable.remove(self.path)


def _write_whole(handle: int, content: bytes) -> None:
    written = os.write(handle, content)
    if written != len(content):
        raise OSError("the line was cut short")
    os.fsync(handle)
