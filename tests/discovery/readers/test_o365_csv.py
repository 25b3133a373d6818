from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.o365_csv import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.hostile import assert_never_crashes

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
HEADER = "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits"
EVENT = {
    "CreationTime": "2026-11-20T12:00:01",
    "Operation": "CopilotInteraction",
    "RecordType": 261,
    "UserId": "jdoe@example.com",
    "Workload": "Copilot",
    "ClientIP": "192.0.2.7",
    "CopilotEventData": {"AppHost": 'Teams; "chat", \n2'},
}


def row(delimiter: str = ",", data: object = None) -> str:
    file = io.StringIO()
    cell = json.dumps(EVENT if data is None else data)
    cells = ["1", "2026-11-20T12:00:01.0000000Z", "261", "CopilotInteraction", "jdoe", cell, ""]
    csv.writer(file, delimiter=delimiter, lineterminator="").writerow(cells)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_the_event_in_its_cell_whatever_the_separator(delimiter: str) -> None:
    assert READER.parse(row(delimiter), CONTEXT) == Record(
        time=datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC),
        source_ip="192.0.2.7",
        user="jdoe@example.com",
        app='Microsoft 365 Copilot (Teams; "chat", \n2)',
    )


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        "\ufeff" + HEADER,
        '"PSComputerName","CreationDate","UserIds","Operations","AuditData"',
        HEADER.replace(",", ";"),
    ],
)
def test_the_header_is_no_visit(header: str) -> None:
    assert READER.parse(header, CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ("1,2,3", "shape"),
        (row(data={"a": 1}), "json"),
        (row().replace('2026-11-20T12:00:01""', '2026-31-20""'), "time"),
        (row()[:-40], "shape"),
    ],
)
def test_it_refuses_what_is_not_such_a_row(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(text, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, [HEADER, row(), row(";")])


def test_it_knows_its_own_rows_only() -> None:
    assert READER.score([HEADER, row(), row(";")]) == 1
    others = [
        "Date;Heure;Utilisateur;URL",
        '"2026-11-20 12:00:01","id","192.0.2.7","Allowed"',
        json.dumps(EVENT),
    ]
    assert READER.score(others) == 0
