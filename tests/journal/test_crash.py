"""Processes killed at random moments and around each durable step, and disks that fill up."""

from __future__ import annotations

import os
import random
import resource
import signal
import struct
import subprocess
import threading
import time
from typing import TYPE_CHECKING, NoReturn

import pytest

from ecluse.journal import Actor, Event, Journal, NotDurable, Settings, Spooled, Watermarks
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.note import Note
from ecluse.journal.tree import leaf_hash, verify_consistency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KILLS = 200
A_JOURNAL = 25
ACK = struct.Struct(">BQ32s")
STEPS = [
    f"{step}:{when}" for step in ("entries", "signed", "published") for when in ("before", "after")
]
SMALL = Watermarks(low=0, closed=0, ballast=0)


def event(number: int) -> Event:
    return Event(kind="gateway.exchange", actor=Actor(id="u:1"), data={"n": number})


def fatal(step: str, turn: int) -> Callable[[str], None]:
    """Give an observer that kills this process at the n-th passage of a step."""
    left = [turn]

    def observe(heard: str) -> None:
        left[0] -= heard == step
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return observe


def child(folder: Path, out: int, observer: Callable[[str], None]) -> NoReturn:
    """Append from three threads for ever, telling each acknowledgement and checkpoint."""
    journal = Journal.open(folder, Settings(observer=observer, marks=SMALL))

    def work() -> None:
        for number in range(1 << 30):
            receipt = journal.append(event(number))
            os.write(out, ACK.pack(0, receipt.index, receipt.leaf_hash))

    for _ in range(3):
        threading.Thread(target=work, daemon=True).start()
    while True:
        head = Checkpoint.of(journal.checkpoint())
        os.write(out, ACK.pack(1, head.size, head.root))
        time.sleep(0.002)


def killed(folder: Path, delay: float, observer: Callable[[str], None]) -> bytes:
    """Run a child until it dies, by its observer or killed after a delay; give what it told."""
    source, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        try:
            child(folder, out, observer)
        finally:
            os._exit(9)
    os.close(out)
    timer = threading.Timer(delay, os.kill, (pid, signal.SIGKILL))
    timer.start()
    told = b""
    while part := os.read(source, 1 << 16):
        told += part
    os.close(source)
    _, status = os.waitpid(pid, 0)
    timer.cancel()
    timer.join()
    assert os.WTERMSIG(status) == signal.SIGKILL
    return told[: len(told) // ACK.size * ACK.size]


def check(folder: Path, told: bytes, heads: list[tuple[int, bytes]]) -> int:
    """Reopen, find every acknowledged entry, and prove every checkpoint ever told."""
    acknowledged = 0
    with Journal.open(folder, Settings(marks=SMALL)) as journal:
        for kind, number, value in ACK.iter_unpack(told):
            if kind:
                heads.append((number, value))
                continue
            acknowledged += 1
            assert leaf_hash(journal.reader.entry(number)) == value
        new = Checkpoint.of(journal.checkpoint())
        for size, root in heads[-40:]:
            proof = journal.reader.consistency(size, new.size)
            assert verify_consistency((size, new.size), (root, new.root), proof)
        heads.append((new.size, new.root))
    return acknowledged


def plan(number: int) -> tuple[float, Callable[[str], None]]:
    rng = random.Random(number)
    if number % 2:
        return 20.0, fatal(STEPS[number // 2 % len(STEPS)], rng.randint(1, 12))
    return rng.uniform(0.005, 0.06), lambda _step: None


@pytest.mark.parametrize("lot", range(KILLS // A_JOURNAL))
def test_no_acknowledged_entry_is_lost_and_no_checkpoint_is_betrayed(
    tmp_path: Path, lot: int
) -> None:
    Journal.create(tmp_path / "j", "example.org/journal", Settings(marks=SMALL)).close()
    heads: list[tuple[int, bytes]] = []
    acknowledged = 0
    for turn in range(A_JOURNAL):
        told = killed(tmp_path / "j", *plan(lot * A_JOURNAL + turn))
        acknowledged += check(tmp_path / "j", told, heads)
    assert acknowledged > A_JOURNAL
    assert len({root for size, root in heads}) == len({size for size, _ in heads})


def fill(
    journal: Journal, at_most: int = 5000
) -> tuple[list[tuple[int, bytes]], NotDurable | None]:
    """Append until the disk says no; give what was acknowledged and the refusal."""
    done: list[tuple[int, bytes]] = []
    for number in range(at_most):
        try:
            receipt = journal.append(event(number))
        except NotDurable as error:
            return done, error
        done.append((receipt.index, receipt.leaf_hash))
    return done, None


def sound(journal: Journal, done: list[tuple[int, bytes]]) -> None:
    assert [leaf_hash(journal.reader.entry(index)) for index, _ in done] == [h for _, h in done]
    assert journal.size == done[-1][0] + 1


def test_a_database_at_its_page_limit_says_so_and_resumes(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "j", "example.org/j", Settings(marks=SMALL)) as journal:
        journal._store.connection.execute("PRAGMA max_page_count = 60")
        done, error = fill(journal)
        assert error is not None
        assert error.code == "full"
        assert "Entries already acknowledged are untouched" in error.text.en
        sound(journal, done)
        journal._store.connection.execute("PRAGMA max_page_count = 100000")
        more, error = fill(journal, 50)
        assert error is None
        sound(journal, done + more)
    Journal.open(tmp_path / "j").close()


def test_a_cut_waits_aside_when_the_database_is_full_then_is_entered_late(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "j", "example.org/j", Settings(marks=SMALL)) as journal:
        journal._store.connection.execute("PRAGMA max_page_count = 60")
        done, _ = fill(journal)
        kept = [journal.append_always(event(n)) for n in (71, 72)]
        assert all(isinstance(item, Spooled) and item.where == "spool" for item in kept)
        with pytest.raises(NotDurable):
            journal.enter_late()
        journal._store.connection.execute("PRAGMA max_page_count = 100000")
        assert journal.enter_late() == 2
        last = [journal.reader.entry(journal.size - back) for back in (2, 1)]
        assert [
            (b'"late":true' in raw, b'"n":7%d' % n in raw) for n, raw in enumerate(last, 1)
        ] == [(True, True)] * 2
        assert journal.size == done[-1][0] + 3


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 800 kB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=800k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a tmpfs: none here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.real
def test_a_full_disk_says_so_keeps_what_it_acknowledged_and_resumes(tiny: Path) -> None:
    filler = tiny / "filler"
    filler.write_bytes(bytes(200_000))
    with Journal.create(tiny / "j", "example.org/j", Settings(marks=SMALL)) as journal:
        done, error = fill(journal)
        assert error is not None
        assert error.code == "full"
        sound(journal, done)
        filler.unlink()
        more, _ = fill(journal, 20)
        assert len(more) == 20
        sound(journal, done + more)
        Note.parse((tiny / "j" / "checkpoint").read_bytes())
    with Journal.open(tiny / "j") as again:
        sound(again, done + more)


@pytest.mark.real
def test_a_cut_is_entered_on_a_full_disk_thanks_to_the_ballast(tiny: Path) -> None:
    marks = Watermarks(low=0, closed=200_000, ballast=200_000)
    with Journal.create(tiny / "j", "example.org/j", Settings(marks=marks)) as journal:
        assert (tiny / "j" / "ballast").stat().st_size == 200_000
        fill(journal)
        assert journal.admits() == "closed"
        result = journal.append_always(event(0))
        assert not isinstance(result, tuple)
        assert not (tiny / "j" / "ballast").exists()


@pytest.mark.real
def test_a_cut_waits_on_another_disk_then_is_entered_late(tiny: Path, tmp_path: Path) -> None:
    settings = Settings(marks=SMALL, spool=tmp_path / "late.jsonl")
    with Journal.create(tiny / "j", "example.org/j", settings) as journal:
        filler = tiny / "filler"
        filler.write_bytes(bytes(150_000))
        fill(journal)
        kept = journal.append_always(event(77))
        assert isinstance(kept, tuple)
        assert kept.where == "spool"
        filler.unlink()
        assert journal.enter_late() == 1
        raw = journal.reader.entry(journal.size - 1)
        assert b'"late":true' in raw
        assert b'"n":77' in raw
        assert journal.enter_late() == 0


def test_a_file_size_limit_says_so_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "j"
    Journal.create(folder, "example.org/j", Settings(marks=SMALL)).close()
    source, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 9
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
            journal = Journal.open(folder, Settings(marks=SMALL))
            done, error = fill(journal)
            first = error is not None and len(done) > 10
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            more, again = fill(journal, 10)
            sound(journal, done + more)
            os.write(out, struct.pack(">Q", len(done) + len(more)))
            code = 0 if first and again is None else 8
        finally:
            os._exit(code)
    os.close(out)
    raw = os.read(source, 8)
    os.close(source)
    assert os.waitpid(pid, 0)[1] == 0
    with Journal.open(folder) as journal:
        assert journal.size == 1 + struct.unpack(">Q", raw)[0]
