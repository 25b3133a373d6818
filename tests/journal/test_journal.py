from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import EventRefused, Journal, JournalError, NotDurable, Settings, StartRefused
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.tree import leaf_hash, verify_consistency

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecluse.journal import Event
    from ecluse.journal.startup import Check

    Make = Callable[..., Event]


def test_a_new_journal_says_who_it_is_in_its_first_entry(journal: Journal) -> None:
    first = json.loads(journal.reader.entry(0))
    assert first["event"] == "journal.created"
    assert first["data"]["origin"] == "example.org/journal"
    assert first["data"]["vkey"] == str(journal.reader.public_keys()[0])
    assert (journal.folder / "checkpoint").read_bytes() == bytes(journal.reader.note())


def test_a_receipt_gives_the_number_and_hash_of_the_exact_stored_bytes(
    journal: Journal, event: Make
) -> None:
    receipt = journal.append(event(5))
    assert receipt.index == 1
    raw = journal.reader.entry(1)
    assert receipt.leaf_hash == leaf_hash(raw)
    assert json.loads(raw)["seq"] == 1


def test_many_threads_and_coroutines_fill_the_log_without_a_gap(
    journal: Journal, event: Make
) -> None:
    def work() -> None:
        for number in range(25):
            journal.append(event(number))

    async def tasks() -> None:
        await asyncio.gather(*(journal.append_async(event(n)) for n in range(200)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    asyncio.run(tasks())
    for thread in threads:
        thread.join()
    assert journal.size == 401
    numbers = [json.loads(raw)["seq"] for _, raw in journal.reader.entries()]
    assert numbers == list(range(401))


def test_a_batch_is_in_order_and_a_refused_event_keeps_all_of_it_out(
    journal: Journal, event: Make
) -> None:
    receipts = journal.append_many([event(1), event(2)])
    assert [receipt.index for receipt in receipts] == [1, 2]
    with pytest.raises(EventRefused):
        journal.append_many([event(3), event(4, kind="bad")])
    assert journal.append_many([]) == []
    assert journal.size == 3


def test_a_size_is_signed_once_for_ever(journal: Journal, event: Make) -> None:
    journal.append(event())
    first = journal.checkpoint()
    assert journal.checkpoint() == first
    journal._store.connection.execute("UPDATE signed SET root = ? WHERE size = 2", (bytes(32),))
    with pytest.raises(StartRefused) as refusal:
        journal.checkpoint()
    assert refusal.value.code == "root"


def test_checkpoints_extend_one_another(filled: Journal) -> None:
    sizes = [signed.size for signed in filled._store.all_signed()]
    assert sizes == [1, 100, 600]
    for old in sizes:
        for new in (size for size in sizes if size >= old):
            heads = [filled.reader.signed(size) for size in (old, new)]
            proof = filled.reader.consistency(old, new)
            assert verify_consistency((old, new), (heads[0].root, heads[1].root), proof)


def test_a_second_writer_is_refused_at_once_with_the_first_named(
    journal: Journal, folder: Path
) -> None:
    with pytest.raises(StartRefused) as refusal:
        Journal.open(folder)
    assert refusal.value.code == "busy"
    script = (
        "import sys, pathlib\nfrom ecluse.journal import Journal, StartRefused\n"
        "try: Journal.open(pathlib.Path(sys.argv[1]))\n"
        "except StartRefused as refusal: sys.stdout.write(refusal.text.en)\n"
    )
    command = [sys.executable, "-c", script, str(folder)]
    out = subprocess.run(command, capture_output=True, check=True, text=True, timeout=30).stdout
    first = (folder / "lock").read_text().strip()
    assert first.split()[0].isdigit()
    assert f"already writes to this journal: {first}" in out
    assert journal.size == 1


@pytest.mark.parametrize("check", ["full", "tail"])
def test_it_reopens_where_it_stopped(folder: Path, event: Make, check: Check) -> None:
    with Journal.create(folder, "example.org/journal") as journal:
        journal.append_many(event(n) for n in range(300))
        note = journal.checkpoint()
        journal.append(event(300))
    with Journal.open(folder, Settings(check=check)) as again:
        assert again.reader.note() == note
        assert again.append(event()).index == 302
        head, old = Checkpoint.of(again.checkpoint()), Checkpoint.of(note)
        proof = again.reader.consistency(old.size, head.size)
        assert verify_consistency((old.size, head.size), (old.root, head.root), proof)


def test_rotation_adds_a_signature_that_both_keys_can_check(journal: Journal, event: Make) -> None:
    (old,) = journal.reader.public_keys()
    new = journal.rotate()
    note = journal.checkpoint()
    assert note.signers([old]) == [old]
    assert note.signers([new]) == [new]
    added = json.loads(journal.reader.entry(journal.size - 1))
    assert (added["event"], added["data"]["vkey"]) == ("journal.key_added", str(new))
    journal.retire(old.key_id.hex())
    assert not list(journal.keys_folder.glob(f"*{old.key_id.hex()}*"))
    journal.append(event())
    last = journal.checkpoint()
    assert last.signers([old, new]) == [new]
    assert journal.reader.public_keys(retired=False) == [new]
    with pytest.raises(JournalError) as refusal:
        journal.retire(new.key_id.hex())
    assert refusal.value.code == "key_last"
    journal.close()
    with Journal.open(journal.folder) as again:
        assert again.checkpoint().signers([new]) == [new]


def test_keys_may_live_outside_the_journal(folder: Path, tmp_path: Path) -> None:
    settings = Settings(keys=tmp_path / "elsewhere")
    Journal.create(folder, "example.org/journal", settings).close()
    assert not (folder / "keys").exists()
    with pytest.raises(StartRefused) as refusal:
        Journal.open(folder)
    assert refusal.value.code == "key_missing"
    Journal.open(folder, settings).close()


def test_it_is_created_once_with_a_proper_name(folder: Path) -> None:
    for name in ("not a name", "a+b", "", "it's", "$(id)", "é", "x" * 201):
        with pytest.raises(StartRefused) as refusal:
            Journal.create(folder, name)
        assert refusal.value.code == "origin"
    assert not folder.exists()
    with pytest.raises(StartRefused) as refusal:
        Journal.open(folder)
    assert refusal.value.code == "absent"
    Journal.create(folder, "example.org/journal").close()
    with pytest.raises(StartRefused) as refusal:
        Journal.create(folder, "example.org/journal")
    assert refusal.value.code == "present"


def test_a_new_journal_can_cite_the_one_it_replaces(journal: Journal, tmp_path: Path) -> None:
    note = bytes(journal.reader.note()).decode()
    with Journal.create(tmp_path / "next", "example.org/next", follows=note) as follower:
        assert json.loads(follower.reader.entry(0))["data"]["follows"] == note


def test_a_creation_cut_short_is_made_good_at_the_next_opening(folder: Path) -> None:
    pid = os.fork()
    if pid == 0:
        kill = partial(os.kill, os.getpid(), signal.SIGKILL)
        heard = lambda step: kill() if step == "entries:before" else None  # noqa: E731  (a child)
        Journal.create(folder, "example.org/journal", Settings(observer=heard))
        os._exit(9)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL
    with Journal.open(folder) as journal:
        assert json.loads(journal.reader.entry(0))["event"] == "journal.created"
        assert Checkpoint.of(journal.reader.note()).size == 1


def test_after_closing_nothing_is_taken_and_closing_again_is_harmless(
    journal: Journal, event: Make
) -> None:
    journal.close()
    journal.close()
    with pytest.raises(NotDurable):
        journal.append(event())
    with pytest.raises(NotDurable):
        journal.checkpoint()
    assert journal.admits() == "closed"


def test_tokens_and_seals_are_entered(journal: Journal) -> None:
    journal.keep_token(1, "http://tsa", b"note", b"response")
    said = json.loads(journal.reader.entry(1))
    assert (said["event"], said["data"]["size"]) == ("journal.anchored", 1)
    seal = journal.seal_bundle(Checkpoint("example.org/journal", 1, bytes(32)), "ab")
    assert seal.signers(journal.reader.public_keys())
    with pytest.raises(JournalError):
        Checkpoint.of(seal)
