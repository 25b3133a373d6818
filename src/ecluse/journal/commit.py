"""Many writers, one fsync: what waits together is committed together; nobody is told before.

Threads wait in `GroupCommit.wait`; coroutines await `Crowd.join`, which hands everything that
asked during one turn of the event loop over as a single group.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ecluse.journal.errors import NotDurable
from ecluse.journal.refusals import closed

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from ecluse.journal.record import Draft

GATHER_S = 0.001
"""How long a batch waits at most for as many writers as last time: the price of a shared fsync."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The place of a durable entry: its number and its leaf hash."""

    index: int
    leaf_hash: bytes


Outcome = list[Receipt] | Exception


class _Group(NamedTuple):
    drafts: Sequence[Draft]
    settle: Callable[[Outcome], None]


class GroupCommit:
    """One thread that writes everything waiting in one transaction, again and again.

    `write` takes drafts in order, returns their receipts once durable, or raises.
    """

    def __init__(self, write: Callable[[list[Draft]], list[Receipt]]) -> None:
        self._write = write
        self._gate = threading.Lock()
        self._wake = threading.Event()
        self._groups: list[_Group] = []
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="journal-commit", daemon=True)
        self._thread.start()

    def submit(self, drafts: Sequence[Draft], settle: Callable[[Outcome], None]) -> None:
        """Queue drafts; `settle` is called once, from the writing thread."""
        with self._gate:
            if self._closing:
                raise closed()
            self._groups.append(_Group(drafts, settle))
            self._wake.set()

    def wait(self, drafts: Sequence[Draft]) -> list[Receipt]:
        """Block until the drafts are durable; raise what prevented it."""
        outcomes: list[Outcome] = []
        done = threading.Lock()
        done.acquire()

        def settle(outcome: Outcome) -> None:
            outcomes.append(outcome)
            done.release()

        self.submit(drafts, settle)
        done.acquire()
        return _or_raise(outcomes[0])

    def close(self) -> None:
        """Write what waits, then end the thread."""
        with self._gate:
            self._closing = True
            self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        crowd = 0
        while True:
            self._wake.wait()
            if crowd > 1:
                self._gather(crowd)
            with self._gate:
                groups, self._groups = self._groups, []
                self._wake.clear()
                closing = self._closing
            if groups:
                self._commit(groups)
                crowd = len(groups)
            if closing:
                return

    def _gather(self, crowd: int) -> None:
        """Let the writers of the last batch come back, rather than pay an fsync for a few."""
        until = time.monotonic() + GATHER_S
        while len(self._groups) < crowd and not self._closing and time.monotonic() < until:
            time.sleep(GATHER_S / 20)

    def _commit(self, groups: list[_Group]) -> None:
        try:
            receipts = self._write([draft for group in groups for draft in group.drafts])
        except Exception as error:  # noqa: BLE001  (not hidden: every waiter raises it)
            for group in groups:
                group.settle(error)
            return
        at = 0
        for group in groups:
            group.settle(receipts[at : at + len(group.drafts)])
            at += len(group.drafts)


def _or_raise(outcome: Outcome) -> list[Receipt]:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


class Crowd:
    """The writers of one event loop."""

    def __init__(self, commit: GroupCommit, loop: asyncio.AbstractEventLoop) -> None:
        self._commit = commit
        self._loop = loop
        self._waiting: list[tuple[Draft, asyncio.Future[Receipt]]] = []

    def join(self, draft: Draft) -> asyncio.Future[Receipt]:
        """Give a future that has the receipt once the entry is durable; call from the loop."""
        future: asyncio.Future[Receipt] = self._loop.create_future()
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append((draft, future))
        return future

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        futures = [future for _, future in waiting]
        try:
            self._commit.submit([draft for draft, _ in waiting], partial(self._settle, futures))
        except NotDurable as error:
            _resolve(futures, error)

    def _settle(self, futures: list[asyncio.Future[Receipt]], outcome: Outcome) -> None:
        with contextlib.suppress(RuntimeError):  # the loop ended: nobody awaits any more
            self._loop.call_soon_threadsafe(_resolve, futures, outcome)


def _resolve(futures: list[asyncio.Future[Receipt]], outcome: Outcome) -> None:
    if isinstance(outcome, Exception):
        for future in futures:
            if not future.done():
                future.set_exception(outcome)
        return
    for future, receipt in zip(futures, outcome, strict=True):
        if not future.done():
            future.set_result(receipt)
