from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ecluse.journal import Actor, Event, Journal
from ecluse.journal.late import Spool

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CUT = Event(
    kind="crisis.cut_applied",
    actor=Actor(id="u:7f3a", role="rssi", auth="sso"),
    case="c-12",
    happened=datetime(2026, 11, 22, 8, 2, tzinfo=UTC),
    data={"scope": "all", "é": 1},
)


def entries(journal: Journal) -> list[dict[str, object]]:
    return [json.loads(raw) for _, raw in journal.reader.entries(b'"late":true')]


def test_what_was_kept_aside_is_entered_late_with_its_own_time_at_the_next_start(
    journal: Journal,
) -> None:
    journal.close()
    spool = Spool(journal.folder / "late.jsonl")
    tickets = [spool.put(CUT).ticket for _ in range(2)]
    assert (journal.folder / "late.jsonl").stat().st_mode & 0o077 == 0
    with Journal.open(journal.folder) as again:
        found = entries(again)
        assert [e["data"] for e in found] == [
            {"scope": "all", "é": 1, "late_ticket": ticket} for ticket in tickets
        ]
        assert {str(e["happened"]) for e in found} == {"2026-11-22T08:02:00Z"}
        assert not (journal.folder / "late.jsonl").exists()


def test_a_crash_between_entering_and_forgetting_does_not_enter_twice(journal: Journal) -> None:
    spool = Spool(journal.folder / "late.jsonl")
    spool.put(CUT)
    content = spool.path.read_bytes()
    assert journal.enter_late() == 1
    spool.path.write_bytes(content)
    assert journal.enter_late() == 0
    assert len(entries(journal)) == 1


def test_a_line_cut_short_is_counted_and_kept_and_the_next_ones_are_entered(
    journal: Journal,
) -> None:
    spool = Spool(journal.folder / "late.jsonl")
    spool.put(CUT)
    spool.path.write_bytes(spool.path.read_bytes()[:-30])
    spool.put(CUT)
    assert journal.enter_late() == 1
    last = json.loads(journal.reader.entry(journal.size - 1))
    assert (last["event"], last["data"]) == ("journal.late_unreadable", {"lines": 1})
    assert (journal.folder / "late.jsonl.unreadable").exists()
    assert list(spool.waiting()) == []


def test_without_any_disk_the_event_goes_to_the_error_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Spool(tmp_path / "absent" / "late.jsonl").put(CUT)
    assert kept.where == "syslog"
    line = capsys.readouterr().err
    said = json.loads(line[line.index("{") :])
    assert said["ticket"] == kept.ticket
    assert said["entry"]["event"] == "crisis.cut_applied"


def test_no_address_waits_in_a_file_or_reaches_a_log(tmp_path: Path) -> None:
    said = replace(CUT, reason="vu par a.b@corp.fr", data={"to": ["c@corp.fr"]})
    spool = Spool(tmp_path / "late.jsonl")
    spool.put(said)
    assert b"corp.fr" not in spool.path.read_bytes()
    ((_, event),) = spool.waiting()
    assert event is not None
    assert event.reason == "vu par (e-mail)"
    assert event.data == {"to": ["(e-mail)"], "masked": 2}
