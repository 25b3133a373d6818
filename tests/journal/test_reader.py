from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Journal, Reader, StartRefused, Unproven
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.tree import leaf_hash, root_of, verify_consistency, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecluse.journal import Event


def test_anyone_reads_beside_the_writer(filled: Journal, event: Callable[..., Event]) -> None:
    reader = Reader(filled.folder)
    assert reader.size == 600
    filled.append(event())
    assert reader.size == 601
    assert reader.origin == "example.org/journal"
    assert json.loads(reader.entry(600))["seq"] == 600
    reader.close()


@pytest.mark.parametrize("size", [1, 100, 600])
def test_every_signed_size_can_be_proven_from_kept_tiles(filled: Journal, size: int) -> None:
    hashes = [leaf_hash(raw) for _, raw in filled.reader.entries()]
    signed = filled.reader.signed(size)
    assert signed.root == root_of(hashes[:size])
    for index in {0, size // 2, size - 1}:
        proof = filled.reader.prove(index, size)
        assert Checkpoint.of(proof.note).size == size
        assert verify_inclusion(index, size, hashes[index], proof.path, signed.root)


def test_consistency_between_any_two_sizes(filled: Journal) -> None:
    hashes = [leaf_hash(raw) for _, raw in filled.reader.entries()]
    for old, new in ((0, 600), (1, 2), (255, 257), (256, 512), (300, 599), (600, 600)):
        roots = (root_of(hashes[:old]), root_of(hashes[:new]))
        assert verify_consistency((old, new), roots, filled.reader.consistency(old, new))


@pytest.mark.parametrize(
    "ask",
    [
        lambda r: r.entry(600),
        lambda r: r.entry(-1),
        lambda r: r.prove(600),
        lambda r: r.prove(100, 100),
        lambda r: r.prove(0, 99),
        lambda r: r.consistency(2, 1),
        lambda r: r.consistency(0, 601),
        lambda r: r.signed(7),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    filled: Journal, ask: Callable[[Reader], object]
) -> None:
    with pytest.raises(Unproven) as refusal:
        ask(filled.reader)
    assert refusal.value.code == "no_such"
    assert refusal.value.text.fr.endswith(".") or refusal.value.text.fr.endswith("».")


def test_entries_can_be_picked_by_what_they_contain(
    journal: Journal, event: Callable[..., Event]
) -> None:
    journal.append_many(event(n, case=f"c-{n % 3}") for n in range(9))
    found = [number for number, _ in journal.reader.entries(b'"case":"c-1"')]
    assert found == [2, 5, 8]


def test_a_folder_without_a_readable_journal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused) as refusal:
        Reader(tmp_path)
    assert refusal.value.code == "absent"
    (tmp_path / "journal.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StartRefused) as refusal:
        Reader(tmp_path)
    assert refusal.value.code == "damaged"
    (tmp_path / "journal.db").unlink()
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("CREATE TABLE meta (name TEXT, value TEXT)")
    connection.close()
    with pytest.raises(StartRefused) as refusal:
        Reader(tmp_path)
    assert refusal.value.code == "damaged"
