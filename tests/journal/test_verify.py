from __future__ import annotations

import io
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Actor, Journal, StartRefused, verify
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.custody import Act, Custody
from ecluse.journal.note import Note

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecluse.journal import Event

LEAF = "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'gateway', 'getaway') AS BLOB)"


def run(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    with connection:
        connection.execute(statement)
    connection.close()


def test_a_sound_journal_is_verified_while_it_is_written(filled: Journal) -> None:
    report = verify.live(filled.folder)
    assert report.findings == []
    assert (report.entries, report.checkpoints, report.clock_back) == (600, 3, 0)
    assert report.head == Checkpoint.of(filled.reader.note())


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM entry WHERE number = 42", ("gap", "entry 42")),
        ("DELETE FROM entry WHERE number >= 590", ("rollback", "checkpoint 600")),
        (f"{LEAF} WHERE number = 300", ("entries", "entries 256-511")),
        (f"{LEAF} WHERE number = 599", ("root", "checkpoint 600")),
        (f"{LEAF} WHERE number = 50", ("root", "checkpoint 100")),
        ("UPDATE signed SET root = zeroblob(32) WHERE size = 100", ("signed", "checkpoint 100")),
        (
            "UPDATE signed SET note = zeroblob(9) WHERE size = 100",
            ("note_malformed", "checkpoint 100"),
        ),
        (
            "UPDATE signed SET note = CAST(replace(CAST(note AS TEXT), '100', '101') AS BLOB)"
            " WHERE size = 100",
            ("signature_wrong", "checkpoint 100"),
        ),
        (
            "UPDATE tile SET hashes = zeroblob(8192) WHERE number = 1",
            ("entries", "entries 256-511"),
        ),
        ("DELETE FROM tile WHERE number = 1", ("entries", "entries 256-511")),
        ("INSERT INTO tile VALUES (3, 9, zeroblob(8192))", ("tiles", "tile")),
    ],
)
def test_what_is_wrong_is_named(filled: Journal, statement: str, found: tuple[str, str]) -> None:
    filled.close()
    run(filled.folder, statement)
    assert found in [(f.code, f.where) for f in verify.live(filled.folder).findings]


def test_several_things_wrong_are_all_named(filled: Journal) -> None:
    filled.close()
    run(filled.folder, f"{LEAF} WHERE number IN (10, 400)")
    (filled.folder / "checkpoint").write_text("nothing\n")
    found = {(f.code, f.where) for f in verify.live(filled.folder).findings}
    assert {
        ("entries", "entries 0-255"),
        ("entries", "entries 256-511"),
        ("root", "checkpoint 100"),
        ("root", "checkpoint 600"),
        ("note_malformed", "checkpoint"),
    } <= found


def test_swapped_entries_are_named(filled: Journal) -> None:
    filled.close()
    run(filled.folder, "UPDATE entry SET number = -number WHERE number IN (7, 8)")
    run(filled.folder, "UPDATE entry SET number = 15 + number WHERE number IN (-7, -8)")
    found = [(f.code, f.where) for f in verify.live(filled.folder).findings]
    assert ("number", "entry 7") in found
    assert ("number", "entry 8") in found


def test_an_old_database_put_back_is_named_by_what_was_published_or_kept_elsewhere(
    journal: Journal, event: Callable[..., Event], tmp_path: Path
) -> None:
    journal.close()
    shutil.copytree(journal.folder, tmp_path / "old")
    with Journal.open(journal.folder) as again:
        again.append(event())
        newer = bytes(again.checkpoint())
    shutil.copyfile(tmp_path / "old/journal.db", journal.folder / "journal.db")
    found = verify.live(journal.folder).findings
    assert ("rollback", "checkpoint 2") in [(f.code, f.where) for f in found]
    assert verify.live(tmp_path / "old").findings == []
    found = verify.live(tmp_path / "old", against=[newer]).findings
    assert [(f.code, f.where) for f in found] == [("rollback", "checkpoint 2")]


def test_another_history_under_the_same_key_is_named_by_a_checkpoint_kept_elsewhere(
    filled: Journal,
) -> None:
    lie = Checkpoint(filled.origin, 300, bytes(32))
    note = Note(lie.text, ()).signed_by(filled._signers[0].sign(lie.text))
    found = verify.live(filled.folder, against=[bytes(note)]).findings
    assert [(f.code, f.where) for f in found] == [("root", "checkpoint 300")]


def test_keys_learnt_elsewhere_are_the_ones_that_count(filled: Journal, tmp_path: Path) -> None:
    with Journal.create(tmp_path / "o", filled.origin) as impostor:
        other = str(impostor.reader.public_keys()[0])
        foreign = bytes(impostor.reader.note())
    mine = str(filled.reader.public_keys()[0])
    assert verify.live(filled.folder, [mine]).findings == []
    codes = {f.code for f in verify.live(filled.folder, [other]).findings}
    assert codes == {"signature_missing"}
    with Journal.create(tmp_path / "p", "example.org/p") as stranger:
        key, note = str(stranger.reader.public_keys()[0]), bytes(stranger.reader.note())
    found = verify.live(filled.folder, [mine, key], [note, foreign]).findings
    assert [f.code for f in found] == ["origin", "signature_missing"]


def test_a_broken_chain_of_custody_and_a_lost_exhibit_are_named(journal: Journal) -> None:
    act = Act(actor=Actor(id="u:1"), reason="saisie")
    custody = Custody(journal)
    exhibit, _ = custody.acquire("c-1", io.BytesIO(b"a"), act)
    assert verify.live(journal.folder).exhibits == 1
    custody._enter("viewed", "c-1", exhibit, act, intact=True, previous=0)
    custody.vault.drop(exhibit.sha256)
    found = [(f.code, f.where.split("/")[0]) for f in verify.live(journal.folder).findings]
    assert found == [("custody", "entry 2"), ("exhibit", "blobs")]


def test_a_clock_that_went_back_is_counted_not_condemned(
    journal: Journal, event: Callable[..., Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from ecluse.kernel import clock

    journal.append(event())
    monkeypatch.setattr(clock, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    journal.append(event())
    report = verify.live(journal.folder)
    assert (report.findings, report.clock_back) == ([], 1)


def test_a_garbled_database_is_named_and_an_absent_one_refused(
    filled: Journal, tmp_path: Path
) -> None:
    filled.close()
    path = filled.folder / "journal.db"
    raw = bytearray(path.read_bytes())
    raw[-40960:] = bytes(40960)
    path.write_bytes(raw)
    assert verify.live(filled.folder).findings
    with pytest.raises(StartRefused):
        verify.live(tmp_path / "absent")
