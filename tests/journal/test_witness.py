from __future__ import annotations

import json
import threading
from base64 import b64encode
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Journal, Settings, Unproven, Watermarks, witness
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.note import Note, VerifierKey, read_signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ecluse.journal import Event

SMALL = Settings(marks=Watermarks(0, 0, 0))


@pytest.fixture
def cockpit(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "cockpit", "example.org/cockpit", SMALL) as made:
        yield made


@pytest.fixture
def here(cockpit: Journal, journal: Journal) -> witness.Witness:
    made = witness.Witness(cockpit)
    made.trust(str(journal.reader.public_keys()[0]))
    return made


def body(
    journal: Journal, old: int, note: Note | None = None, proof: list[bytes] | None = None
) -> bytes:
    note = note or journal.reader.note()
    size = Checkpoint.of(note).size
    if proof is None:
        proof = journal.reader.consistency(old, size) if old <= size else []
    lines = [f"old {old}", *(b64encode(value).decode() for value in proof)]
    return "\n".join(lines).encode() + b"\n\n" + bytes(note)


def kinds(journal: Journal) -> list[str]:
    return [json.loads(raw)["event"] for _, raw in journal.reader.entries()]


def test_it_cosigns_what_extends_what_it_saw_and_enters_it(
    journal: Journal, cockpit: Journal, here: witness.Witness, event: Callable[..., Event]
) -> None:
    for old in (0, 1):
        reply = here.add_checkpoint(body(journal, old))
        assert reply.status == 200
        note = journal.reader.note()
        line = read_signatures(reply.body.decode())[0]
        assert here.key.accepts(note.text, line.value)
        journal.append(event()) if old == 0 else None
        journal.checkpoint()
    assert kinds(cockpit)[-2:] == ["witness.cosigned"] * 2
    assert here.logs()[0][2] == 2
    assert here.key.public != cockpit.reader.public_keys()[0].public


def test_the_statuses_are_those_of_the_specification(
    journal: Journal,
    cockpit: Journal,
    here: witness.Witness,
    event: Callable[..., Event],
    tmp_path: Path,
) -> None:
    first = journal.reader.note()
    journal.append_many(event(n) for n in range(6))
    journal.checkpoint()
    assert here.add_checkpoint(body(journal, 0)).status == 200
    conflict = here.add_checkpoint(body(journal, 3))
    assert (conflict.status, conflict.kind, conflict.body) == (409, "text/x.tlog.size", b"7\n")
    assert here.add_checkpoint(body(journal, 8)).status == 400
    assert here.add_checkpoint(body(journal, 0, first)).status == 409
    assert kinds(cockpit)[-1] == "witness.older_checkpoint"
    journal.append(event())
    journal.checkpoint()
    assert here.add_checkpoint(body(journal, 7, proof=[bytes(32)])).status == 422
    assert kinds(cockpit)[-1] == "witness.inconsistent"
    with Journal.create(tmp_path / "x", "example.org/unknown", SMALL) as unknown:
        assert here.add_checkpoint(body(unknown, 0)).status == 404
    with Journal.create(tmp_path / "y", journal.origin, SMALL) as impostor:
        assert here.add_checkpoint(body(impostor, 0)).status == 403


@pytest.mark.parametrize(
    "bad", [b"", b"old 0\n\n", b"old 01\n\nx", b"new 0\n\nx", b"old 0\nAAAA\n\nx", b"\xff\n\nx"]
)
def test_malformed_requests_are_bad_requests(here: witness.Witness, bad: bytes) -> None:
    assert here.add_checkpoint(bad).status == 400


def test_a_proof_of_64_lines_is_a_bad_request(journal: Journal, here: witness.Witness) -> None:
    assert here.add_checkpoint(body(journal, 0, proof=[bytes(32)] * 64)).status == 400


def test_two_histories_of_one_log_are_caught_and_kept_as_evidence(
    journal: Journal, cockpit: Journal, here: witness.Witness, event: Callable[..., Event]
) -> None:
    journal.append(event(1))
    here.add_checkpoint(body(journal, 0, journal.checkpoint()))
    note = journal.reader.note()
    forged = Checkpoint(journal.origin, 2, bytes(32))
    lie = Note(forged.text, ()).signed_by(journal._signers[0].sign(forged.text))
    assert here.add_checkpoint(body(journal, 2, lie, [])).status == 409
    said = json.loads(cockpit.reader.entry(cockpit.size - 1))
    assert said["event"] == "witness.two_roots"
    assert said["data"]["note"] == bytes(lie).decode()
    assert said["data"]["known"].startswith(note.text.decode())


def test_what_it_saw_survives_a_restart(
    journal: Journal, cockpit: Journal, here: witness.Witness
) -> None:
    here.add_checkpoint(body(journal, 0))
    key = here.key
    cockpit.close()
    with Journal.open(cockpit.folder, SMALL) as again:
        back = witness.Witness(again)
        assert back.key == key
        assert back.add_checkpoint(body(journal, 0)).status == 409
        assert back.add_checkpoint(body(journal, 1)).status == 200


@pytest.fixture
def url(here: witness.Witness) -> Iterator[str]:
    server = witness.server(here)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_log_gets_its_checkpoints_cosigned_over_http(
    journal: Journal, here: witness.Witness, url: str, event: Callable[..., Event]
) -> None:
    vkey = str(here.key)
    for _ in range(3):
        journal.append_many(event(n) for n in range(5))
        journal.checkpoint()
        line = witness.ask(journal, url, vkey)
        note = Note.parse((journal.folder / "checkpoint").read_bytes())
        assert line in note.signatures
        assert set(note.signers([here.key, *journal.reader.public_keys()])) == {
            here.key,
            *journal.reader.public_keys(),
        }
    journal._store.connection.execute("DELETE FROM cosigned")
    assert witness.ask(journal, url, vkey)


def test_a_log_that_was_rolled_back_learns_it_from_its_witness(
    journal: Journal, here: witness.Witness, url: str, event: Callable[..., Event]
) -> None:
    journal.append(event())
    journal.checkpoint()
    witness.ask(journal, url, str(here.key))
    journal._store.connection.execute("DELETE FROM signed WHERE size = 2")
    with pytest.raises(Unproven) as refusal:
        witness.ask(journal, url, str(here.key))
    assert refusal.value.code == "witness_ahead"


def test_a_cosignature_by_another_key_is_not_kept(journal: Journal, url: str) -> None:
    with pytest.raises(Unproven) as refusal:
        witness.ask(journal, url, str(VerifierKey("w", 4, bytes(32))))
    assert refusal.value.code == "witness_declined"
    assert journal._store.cosignatures(1) == []


@pytest.mark.parametrize(("path", "length"), [("/", "2"), ("/add-checkpoint", "9999999")])
def test_the_server_answers_nothing_else(url: str, path: str, length: str) -> None:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=5)
    connection.request("POST", path, b"{}", {"Content-Length": length})
    assert connection.getresponse().status == 404
    connection.close()
