from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from ecluse.journal.store import Signed, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    Store.create(tmp_path / "s.db")
    made = Store(tmp_path / "s.db")
    yield made
    made.close()


def pragma(store: Store, name: str) -> object:
    return store.connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_it_writes_ahead_and_syncs_each_commit(store: Store) -> None:
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2  # FULL
    assert pragma(store, "fullfsync") == 1


def test_it_never_overwrites_a_file(store: Store) -> None:
    with pytest.raises(FileExistsError):
        Store.create(store.path)


def test_entries_come_back_in_order_with_their_exact_bytes(store: Store) -> None:
    entries = [b"\x00\xff%d" % n for n in range(9000)]
    store.write(0, entries[:5000], [(0, 0, bytes(8192))])
    store.write(5000, entries[5000:], [])
    assert [raw for _, raw in store.rows()] == entries
    assert [n for n, _ in store.rows(10, 13)] == [10, 11, 12]
    assert store.last() == 8999
    assert store.entry(42) == entries[42]
    assert store.entry(9000) is None
    assert [n for n, _ in store.holding(b"\xff8999")] == [8999]
    assert store.tile(0, 0) == [bytes(32)] * 256
    assert store.tile(1, 0) is None
    assert store.tile_count() == 1


def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    store.write(0, [b"a"], [])
    with pytest.raises(sqlite3.IntegrityError):
        store.write(0, [b"b", b"c"], [])
    with pytest.raises(sqlite3.IntegrityError):
        store.write(1, [b"b"], [(0, 0, b""), (0, 0, b"")])
    assert [raw for _, raw in store.rows()] == [b"a"]


def test_the_database_itself_forbids_two_roots_for_a_size(store: Store) -> None:
    store.sign(Signed(5, b"root", b"note"))
    with pytest.raises(sqlite3.IntegrityError):
        store.sign(Signed(5, b"other", b"note"))
    store.resign(5, b"more signatures")
    assert store.signed() == store.signed(5) == Signed(5, b"root", b"more signatures")
    assert store.signed(4) is None


def test_the_observer_hears_each_durable_step_before_and_after(tmp_path: Path) -> None:
    Store.create(tmp_path / "s.db")
    heard: list[str] = []
    store = Store(tmp_path / "s.db", observer=heard.append)
    store.write(0, [b"a"], [])
    store.sign(Signed(1, b"r", b"n"))
    store.see("o", Signed(1, b"r", b"n"))
    store.close()
    steps = ("entries", "signed", "seen")
    assert heard == [f"{step}:{when}" for step in steps for when in ("before", "after")]


def test_keys_cosignatures_tokens_and_watched_logs_come_back(store: Store) -> None:
    store.add_key("k1", 0)
    store.add_key("k2", 5)
    store.retire_key("k1", 7)
    assert store.keys() == [("k1", 0, 7), ("k2", 5, None)]
    store.add_cosignature(5, "w", "line")
    store.add_cosignature(5, "w", "newer line")
    store.add_cosignature(9, "w", "line")
    assert store.cosignatures(5) == ["newer line"]
    assert (store.last_cosigned("w"), store.last_cosigned("v")) == (9, 0)
    store.add_token(5, "tsa", b"note", b"response")
    assert store.tokens() == [(5, "tsa", b"note", b"response")]
    store.watch("k", "origin")
    assert store.watched("origin") == [("origin", "k")]
    assert store.watched("other") == []
    assert store.seen("origin") is None
    with pytest.raises(KeyError):
        store.meta("absent")


def test_a_snapshot_does_not_see_what_is_written_meanwhile(store: Store, tmp_path: Path) -> None:
    reader = Store(tmp_path / "s.db", read_only=True)
    with reader.snapshot():
        assert reader.last() == -1
        store.write(0, [b"a"], [])
        assert reader.last() == -1
    assert reader.last() == 0
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.write(1, [b"b"], [])
    reader.close()
