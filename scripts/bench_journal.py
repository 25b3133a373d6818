"""Measures the journal on this machine: durable appends, verification, memory; it asserts nothing.

Durable means acknowledged after an fsync. Two references, with one commit for each entry, by the
same writers on the same disk in the same run: `one_commit_each`, this very journal without the
group, and `one_connection_each`, the usual way, where each writer commits on a connection of its
own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ecluse.journal import Actor, Event, Journal, Settings, Watermarks, bundle, verify
from ecluse.journal.custody import Act
from ecluse.journal.startup import rebuild
from ecluse.journal.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

WRITERS = 64
SETTINGS = Settings(marks=Watermarks(0, 0, 0))
WHO = Actor(id="u:7f3a9c", role="user", auth="key")


def exchange(number: int) -> Event:
    """Make an event of the size a gateway writes."""
    data = {"bytes_in": number, "bytes_out": 2048, "verdict": "allow", "findings": 0}
    return Event(kind="gateway.exchange", actor=WHO, object="service:chatgpt", data=data)


def timed(work: Callable[[], object]) -> float:
    """Give how many seconds some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def threads(write: Callable[[int], object], each: int) -> float:
    """Give the seconds 64 threads take, each waiting for its receipt before going on."""

    def writer() -> None:
        for number in range(each):
            write(number)

    def run() -> None:
        crowd = [threading.Thread(target=writer) for _ in range(WRITERS)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()

    return timed(run)


def coroutines(journal: Journal, each: int) -> float:
    """Give the seconds 64 coroutines take, each waiting for its receipt before going on."""

    async def writer() -> None:
        for number in range(each):
            await journal.append_async(exchange(number))

    async def run() -> None:
        await asyncio.gather(*(writer() for _ in range(WRITERS)))

    return timed(lambda: asyncio.run(run()))


def own_connections(path: Path, each: int) -> float:
    """Give the seconds 64 threads take to insert rows, each on its own durable connection."""
    made = sqlite3.connect(path, isolation_level=None)
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, bytes BLOB)")
    local = threading.local()

    def insert(_number: int) -> None:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, isolation_level=None, timeout=60)
            local.connection.execute("PRAGMA synchronous = FULL")
        local.connection.execute("INSERT INTO entry (bytes) VALUES (?)", (bytes(350),))

    seconds = threads(insert, each)
    made.close()
    return seconds


def appends(folder: Path) -> dict[str, float]:
    """Measure appends per second, group commit and one commit for each entry, alternating."""
    names = ("one_commit_each", "one_connection_each", "threads", "coroutines", "batches")
    best = dict.fromkeys(names, 0.0)
    with Journal.create(folder, "example.org/bench", SETTINGS) as journal:
        gate = threading.Lock()

        def alone(number: int) -> None:
            half = journal.draft(exchange(number))
            with gate:
                journal._write([half])  # noqa: SLF001  (the same path, without the group)

        for _ in range(3):
            rates = {
                "one_commit_each": WRITERS * 20 / threads(alone, 20),
                "one_connection_each": WRITERS
                * 20
                / own_connections(folder.with_suffix(".db"), 20),
                "threads": WRITERS * 60 / threads(lambda n: journal.append(exchange(n)), 60),
                "coroutines": WRITERS * 300 / coroutines(journal, 300),
                "batches": 20_000
                / timed(lambda: journal.append_many(exchange(n) for n in range(20_000))),
            }
            best = {name: max(best[name], rate) for name, rate in rates.items()}
    return best


def fill(folder: Path, count: int) -> None:
    """Make a journal of `count` entries with a checkpoint every 50,000."""
    with Journal.create(folder, "example.org/bench", SETTINGS) as journal:
        while journal.size < count:
            some = min(5_000, count - journal.size)
            journal.append_many(exchange(n) for n in range(some))
            if journal.size % 50_000 == 0 or journal.size == count:
                journal.checkpoint()


def measured(folder: Path, what: str) -> tuple[float, float]:
    """Run one reading in a process of its own; give its seconds and peak memory in MB."""
    command = [sys.executable, __file__, "--child", what, str(folder)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, peak = json.loads(out)
    return seconds, peak


def child(what: str, folder: Path) -> None:
    """Verify the journal, or recompute its root as at start-up, or verify its export."""

    def work() -> None:
        if what == "verify":
            found = [finding.code for finding in verify.live(folder).findings]
        elif what == "start":
            store = Store(folder / "journal.db", read_only=True)
            rebuild(store, "full")
            found = []
        else:
            script = [sys.executable, "-I", str(folder / "verify.py")]
            found = (
                []
                if subprocess.run(script, capture_output=True, check=False).returncode == 0
                else [what]
            )
        if found:
            raise SystemExit(f"not sound: {found[0]}")

    seconds = timed(work)
    who = resource.RUSAGE_CHILDREN if what == "script" else resource.RUSAGE_SELF
    sys.stdout.write(json.dumps([seconds, resource.getrusage(who).ru_maxrss / 1024]))


def exported(source: Path, out: Path) -> float:
    """Give the seconds an export of everything takes."""
    wanted = bundle.Wanted(act=Act(actor=WHO, reason="bench"))
    with Journal.open(source, SETTINGS) as journal:
        return timed(lambda: bundle.export(journal, out, wanted))


def readings(folder: Path, sizes: tuple[int, ...]) -> dict[str, float]:
    """Measure verification and memory at several sizes."""
    found: dict[str, float] = {}
    for size in sizes:
        fill(folder / str(size), size)
        for what in ("verify", "start"):
            seconds, peak = measured(folder / str(size), what)
            found |= {f"{what}_{size}": size / seconds, f"{what}_{size}_mb": peak}
        found[f"export_{size}"] = size / exported(folder / str(size), folder / f"{size}-bundle")
        seconds, peak = measured(folder / f"{size}-bundle", "script")
        found |= {f"script_{size}": size / seconds, f"script_{size}_mb": peak}
    return found


def ratios(
    rates: dict[str, float], found: dict[str, float], sizes: tuple[int, ...]
) -> dict[str, float]:
    """Give what must stay above or below a bound whatever the machine."""
    small, large = sizes[0], sizes[-1]
    alone = rates["one_commit_each"]
    return {
        "journal.coroutines_over_one_commit_each": rates["coroutines"] / alone,
        "journal.coroutines_over_one_connection_each": rates["coroutines"]
        / rates["one_connection_each"],
        "journal.threads_over_one_commit_each": rates["threads"] / alone,
        "journal.durable_appends_per_s": rates["coroutines"],
        "journal.durable_appends_threads_per_s": rates["threads"],
        "journal.verified_entries_per_s": found[f"verify_{large}"],
        "journal.script_entries_per_s": found[f"script_{large}"],
        "journal.memory_growth": found[f"verify_{large}_mb"] / found[f"verify_{small}_mb"],
    }


def main() -> int:
    """Run the bench and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="20,000 and 100,000 entries")
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child[0], Path(args.child[1]))
        return 0
    sizes = (20_000, 100_000) if args.quick else (200_000, 1_000_000)
    with tempfile.TemporaryDirectory() as place:
        rates = appends(Path(place, "appends"))
        found = readings(Path(place), sizes)
    lines = ratios(rates, found, sizes)
    if args.json:
        print(json.dumps({name: round(value, 3) for name, value in lines.items()}))
        return 0
    for name, value in (rates | found | lines).items():
        print(f"{name:45} {value:14,.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
