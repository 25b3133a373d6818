from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.generic_csv import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.hostile import assert_never_crashes

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
FRENCH = [
    "Date;Heure;Adresse IP source;Utilisateur;URL;Octets envoyés;Octets reçus;Action;Code",
    "21/11/2026;10:11:12;192.0.2.7;jdoe;https://chat.example.com/v1/chat?q=1;1\u202f234;98;Bloqué;403",
    '21/11/2026;10:11:13;192.0.2.8;-;"https://a.example/x;y";;;Autorisé;200',
]
ENGLISH = [
    "Timestamp,Client IP,User Name,Domain,Dest Port,Method,Path,Status,Bytes Sent,App,Verdict",
    '2026-11-21T10:11:12Z,2001:db8::7,"Doe, J.",Chat.Example.,8443,POST,/v1,200,12,Writer,allow',
]
DNS = ["client_ip\tquery\ttime", "192.0.2.7\tchat.example.com\t1795376271"]
SAMPLES = [*FRENCH, *ENGLISH, *DNS]


def read(rows: list[str], **mapping: str) -> list[Record | None]:
    context = READER.study(rows, replace(CONTEXT, mapping=mapping))
    return [READER.parse(row, context) for row in rows]


def test_it_reads_a_french_table() -> None:
    header, first, second = read(FRENCH)
    assert header is None
    assert first == Record(
        time=datetime(2026, 11, 21, 10, 11, 12, tzinfo=UTC),
        source_ip="192.0.2.7",
        user="jdoe",
        host="chat.example.com",
        port=443,
        path="/v1/chat",
        status=403,
        action="blocked",
        bytes_up=1234,
        bytes_down=98,
    )
    assert second is not None
    assert (second.user, second.host, second.path) == (None, "a.example", "/x;y")
    assert (second.bytes_up, second.action) == (None, "allowed")


def test_it_reads_an_english_table() -> None:
    assert read(ENGLISH)[1] == Record(
        time=datetime(2026, 11, 21, 10, 11, 12, tzinfo=UTC),
        source_ip="2001:db8::7",
        user="Doe, J.",
        host="chat.example",
        port=8443,
        method="POST",
        path="/v1",
        status=200,
        action="allowed",
        bytes_up=12,
        app="Writer",
    )


def test_it_reads_tabs_and_epochs() -> None:
    assert read(DNS)[1] == Record(
        time=datetime(2026, 11, 22, 19, 37, 51, tzinfo=UTC),
        source_ip="192.0.2.7",
        host="chat.example.com",
    )


def test_a_mapping_names_columns_that_are_not_usual() -> None:
    rows = ["a|quand|ou|b", "jdoe|21.11.26 10h11|chat.example.com|x"]
    found = read(
        rows,
        user="a",
        host="ou",
        time="quand",
        time_format="%d.%m.%y %Hh%M",
        delimiter="|",
        zone="Europe/Paris",
    )
    assert found[1] == Record(
        time=datetime(2026, 11, 21, 9, 11, tzinfo=UTC), user="jdoe", host="chat.example.com"
    )


def test_a_mapping_may_join_two_columns() -> None:
    rows = ["jour,instant,nom", "21/11/2026,10:11:12,chat.example.com"]
    record = read(rows, time="jour+instant", host="nom")[1]
    assert record is not None
    assert record.time == datetime(2026, 11, 21, 10, 11, 12, tzinfo=UTC)


def test_a_mapping_leaves_other_columns_alone() -> None:
    record = read(FRENCH, host="URL")[1]
    assert record == Record(host="chat.example.com", port=443, path="/v1/chat")


@pytest.mark.parametrize(
    ("rows", "mapping", "doubts"),
    [
        (FRENCH, {}, {"mapping", "zone"}),
        (ENGLISH, {}, {"mapping"}),
        (DNS, {}, {"mapping"}),
        (FRENCH, {"url": "URL", "time": "Date+Heure"}, {"zone"}),
        (FRENCH, {"url": "URL", "time": "Date+Heure", "zone": "Europe/Paris"}, set()),
        (
            [row.replace("21/11", "02/11") for row in FRENCH],
            {},
            {"mapping", "zone", "day-first"},
        ),
        (FRENCH, {"host": "URL", "time": "Date", "time_format": "%d/%m/%Y"}, {"zone"}),
    ],
)
def test_what_was_guessed_is_in_doubt(
    rows: list[str], mapping: dict[str, str], doubts: set[str]
) -> None:
    context = READER.study(rows, replace(CONTEXT, mapping=mapping))
    assert set(context.doubts) == doubts


def test_month_first_is_seen_in_the_file() -> None:
    rows = ["time,host,user", "11/02/2026 10:00:00,a.example,x", "11/21/2026 10:00:00,a.example,x"]
    record = read(rows)[1]
    assert record is not None
    assert record.time == datetime(2026, 11, 2, 10, tzinfo=UTC)


def test_a_local_time_is_read_in_the_zone_asked_for() -> None:
    context = READER.study(FRENCH, replace(CONTEXT, zone=ZoneInfo("Europe/Paris")))
    record = READER.parse(FRENCH[1], context)
    assert record is not None
    assert record.time == datetime(2026, 11, 21, 9, 11, 12, tzinfo=UTC)


def test_comments_and_the_line_for_spreadsheets_come_before_the_header() -> None:
    rows = ["sep=;", "# export", *FRENCH]
    assert read(rows)[:3] == [None, None, None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("21/11/2026;10:11:12", "columns"),
        (FRENCH[1].replace("21/11", "31/11"), "time"),
        (FRENCH[1].replace("21/11/2026", "hier"), "time"),
    ],
)
def test_it_refuses_a_row_that_lacks_columns_or_a_date(row: str, reason: str) -> None:
    context = READER.study(FRENCH, CONTEXT)
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(row, context)
    assert refusal.value.reason == reason


def test_without_a_header_nothing_is_read() -> None:
    rows = ["192.0.2.7,jdoe,chat.example.com"]
    context = READER.study(rows, CONTEXT)
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(rows[0], context)
    assert refusal.value.reason == "columns"


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, SAMPLES)
    assert_never_crashes(READER, SAMPLES, READER.study(FRENCH, CONTEXT))
    given = {"host": "URL", "time": "Date", "time_format": "%d/%m/%Y %z", "delimiter": ";"}
    assert_never_crashes(READER, SAMPLES, replace(CONTEXT, mapping=given))


@pytest.mark.parametrize("rows", [FRENCH, ENGLISH, DNS])
def test_it_leaves_the_first_place_to_readers_that_know_the_product(rows: list[str]) -> None:
    assert READER.score(rows) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "rows",
    [
        ["1764002530.277 33 192.0.2.10 TCP_TUNNEL/200 191 CONNECT a.example:443 - HIER_NONE/- -"],
        ['{"user": "x", "domain": "a.example", "time": 1}'],
        ['"2026-07-23 23:49:54","laptop","192.0.2.7","Allowed","1 (A)","a.example."'],
        ["name,price", "a,1"],
        ["RecordId,CreationDate,RecordType,Operation,UserId,AuditData"],
        ["<188>date=2026-04-23 time=12:17:48 user=x, hostname=a.example"],
    ],
)
def test_it_does_not_know_what_is_no_such_table(rows: list[str]) -> None:
    assert READER.score(rows) == 0
