from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Journal, Settings, StartRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecluse.journal import Event


def run(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def copy(folder: Path, target: Path) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(folder / "journal.db", target)


LEAF = "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'gateway', 'getaway') AS BLOB)"


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ("DELETE FROM entry WHERE number = 42", "gap", "entry 42 is missing"),
        ("DELETE FROM entry WHERE number = 0", "gap", "entry 0 is missing"),
        ("UPDATE entry SET number = 700 WHERE number = 599", "gap", "entry 599 is missing"),
        ("DELETE FROM entry WHERE number >= 590", "rollback", "590 entries although 600"),
        (f"{LEAF} WHERE number = 300", "root", "between 256 and 511"),
        (f"{LEAF} WHERE number = 599", "root", "first 600 entries"),
        ("UPDATE signed SET root = zeroblob(32) WHERE size = 600", "root", "first 600 entries"),
        ("UPDATE tile SET hashes = zeroblob(8192) WHERE number = 1", "root", "between 256 and 511"),
        ("INSERT INTO tile VALUES (3, 9, zeroblob(8192))", "tiles", "kept tiles"),
        ("DELETE FROM meta WHERE name = 'schema'", "damaged", "settings are gone"),
        ("UPDATE meta SET value = '99' WHERE name = 'schema'", "version", "format is unknown"),
        ("DELETE FROM signed WHERE size = 600", "root", "not in the database"),
    ],
)
def test_it_refuses_a_journal_that_lost_or_changed_something(
    filled: Journal, statement: str, code: str, words: str
) -> None:
    filled.close()
    run(filled.folder, statement)
    with pytest.raises(StartRefused) as refusal:
        Journal.open(filled.folder)
    assert refusal.value.code == code
    assert words in refusal.value.text.en
    assert "--follows" in refusal.value.text.fr
    assert "Rien n’a été modifié" in refusal.value.text.fr


def test_the_check_of_the_tail_sees_what_follows_the_last_full_tile(filled: Journal) -> None:
    filled.close()
    settings = Settings(check="tail")
    Journal.open(filled.folder, settings).close()
    run(filled.folder, f"{LEAF} WHERE number = 599")
    with pytest.raises(StartRefused) as refusal:
        Journal.open(filled.folder, settings)
    assert refusal.value.code == "root"


def test_an_old_database_put_back_is_refused_by_the_published_checkpoint(
    journal: Journal, event: Callable[..., Event], tmp_path: Path
) -> None:
    journal.append_many(event(n) for n in range(10))
    journal.checkpoint()
    copy(journal.folder, tmp_path / "old.db")
    journal.append_many(event(n) for n in range(10))
    journal.checkpoint()
    journal.close()
    shutil.copyfile(tmp_path / "old.db", journal.folder / "journal.db")
    with pytest.raises(StartRefused) as refusal:
        Journal.open(journal.folder)
    assert refusal.value.code == "rollback"
    assert "11 entries although 21" in refusal.value.text.en


def test_a_checkpoint_file_of_someone_else_is_refused_and_an_absent_one_made_again(
    journal: Journal, tmp_path: Path
) -> None:
    with Journal.create(tmp_path / "other", "example.org/other") as other:
        foreign = bytes(other.reader.note())
    path = journal.folder / "checkpoint"
    good = path.read_bytes()
    journal.close()
    path.write_bytes(foreign)
    with pytest.raises(StartRefused) as refusal:
        Journal.open(journal.folder)
    assert refusal.value.code == "checkpoint"
    path.unlink()
    Journal.open(journal.folder).close()
    assert path.read_bytes() == good


def test_a_garbled_database_is_refused_not_repaired(filled: Journal) -> None:
    filled.close()
    path = filled.folder / "journal.db"
    raw = bytearray(path.read_bytes())
    raw[4096:40960] = bytes(36864)
    path.write_bytes(raw)
    with pytest.raises(StartRefused) as refusal:
        Journal.open(filled.folder)
    assert refusal.value.code == "damaged"
    assert path.read_bytes() == bytes(raw)


def test_a_refused_start_frees_the_lock(filled: Journal) -> None:
    filled.close()
    run(filled.folder, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    for _ in range(2):
        with pytest.raises(StartRefused) as refusal:
            Journal.open(filled.folder)
        assert refusal.value.code == "version"
    run(filled.folder, "UPDATE meta SET value = '1' WHERE name = 'schema'")
    Journal.open(filled.folder).close()
