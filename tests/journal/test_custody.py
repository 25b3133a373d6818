from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from ecluse.journal import Actor, EventRefused, Journal, Unproven
from ecluse.journal.custody import ACTIONS, Act, Custody, steps
from ecluse.journal.verify import live

if TYPE_CHECKING:
    from pathlib import Path

ALICE = Act(actor=Actor(id="u:alice", role="rssi", auth="sso"), reason="saisie", place="Lyon")


@pytest.fixture
def custody(journal: Journal) -> Custody:
    return Custody(journal)


def said(journal: Journal) -> list[dict[str, Any]]:
    return [json.loads(raw) for _, raw in journal.reader.entries(b'"event":"custody.')]


def test_every_act_is_an_entry_with_a_new_hash_linked_to_the_one_before(
    journal: Journal, custody: Custody
) -> None:
    exhibit, receipt = custody.acquire("c-1", io.BytesIO(b"proof"), ALICE)
    previous = receipt.index
    for action in ACTIONS:
        previous = custody.record(action, "c-1", exhibit.sha256, ALICE).index
    entries = said(journal)
    assert [e["event"] for e in entries] == [f"custody.{a}" for a in ("acquired", *ACTIONS)]
    assert all(e["data"]["intact"] is True for e in entries)
    assert all(e["data"]["exhibit"] == exhibit.sha256 for e in entries)
    assert [e["data"].get("previous") for e in entries] == [None, *range(1, 6)]
    assert {e["data"]["place"] for e in entries} == {"Lyon"}
    assert [s.number for s in steps(journal.reader, "c-1")][-1] == previous
    assert live(journal.folder).findings == []


def test_looking_is_entered_before_the_bytes_are_given(journal: Journal, custody: Custody) -> None:
    exhibit, _ = custody.acquire("c-1", io.BytesIO(b"proof"), ALICE)
    parts = custody.view("c-1", exhibit.sha256, ALICE)
    assert said(journal)[-1]["event"] == "custody.viewed"
    assert b"".join(parts) == b"proof"


def test_entries_hold_no_clear_hash_of_the_content(journal: Journal, custody: Custody) -> None:
    from hashlib import sha256

    custody.acquire("c-1", io.BytesIO(b"proof"), ALICE)
    assert sha256(b"proof").hexdigest() not in json.dumps(said(journal))


def test_an_altered_exhibit_is_entered_as_such_then_refused(
    journal: Journal, custody: Custody
) -> None:
    exhibit, _ = custody.acquire("c-1", io.BytesIO(b"proof"), ALICE)
    path: Path = journal.folder / "blobs" / exhibit.sha256[:2] / exhibit.sha256
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unproven) as refusal:
        custody.view("c-1", exhibit.sha256, ALICE)
    assert refusal.value.code == "exhibit_altered"
    assert said(journal)[-1]["data"]["intact"] is False
    assert [f.code for f in live(journal.folder).findings] == ["exhibit"]


@pytest.mark.parametrize("approver", [None, "u:alice"])
def test_destroying_takes_a_second_person(custody: Custody, approver: str | None) -> None:
    exhibit, _ = custody.acquire("c-1", io.BytesIO(b"proof"), ALICE)
    act = Act(actor=ALICE.actor, reason="fin", approver=approver)
    with pytest.raises(EventRefused) as refusal:
        custody.destroy("c-1", act)
    assert refusal.value.code == "approver"
    assert custody.vault.has(exhibit.sha256)


def test_destruction_is_ordered_done_and_entered_and_proofs_still_hold(
    journal: Journal, custody: Custody
) -> None:
    exhibit, first = custody.acquire("c-1", io.BytesIO(b"proof"), ALICE)
    note = journal.checkpoint()
    act = Act(actor=ALICE.actor, reason="fin", approver="u:bob")
    receipts = custody.destroy("c-1", act)
    kinds = [e["event"] for e in said(journal)]
    assert kinds == ["custody.acquired", "custody.destroy_ordered", "custody.destroyed"]
    assert said(journal)[-1]["approver"] == "u:bob"
    assert len(receipts) == 1
    assert not custody.vault.has(exhibit.sha256)
    with pytest.raises(Unproven):
        list(custody.vault.read("c-1", exhibit.sha256))
    assert journal.reader.prove(first.index).proves(journal.reader.entry(first.index))
    assert journal.reader.note(2) == note
    assert live(journal.folder).findings == []


def test_an_unknown_exhibit_is_refused(custody: Custody) -> None:
    custody.acquire("c-1", io.BytesIO(b"proof"), ALICE)
    with pytest.raises(Unproven) as refusal:
        custody.record("viewed", "c-1", "00" * 32, ALICE)
    assert refusal.value.code == "exhibit_unknown"
