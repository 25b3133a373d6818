from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.windows_dns import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 23, tzinfo=UTC))
REST = (
    " 0294 PACKET  000002DAEC36D650 UDP Rcv 192.0.2.9       7822   Q [0001   D   NOERROR] "
    "A      (4)chat(7)example(3)com(0)"
)
FRENCH = "11/04/2026 15:29:17" + REST
AMERICAN = "4/11/2026 3:29:17 PM" + REST
SENT = FRENCH.replace("Rcv", "Snd").replace("7822   Q [0001", "7822 R Q [8081")
ASKED = FRENCH.replace("Rcv 192.0.2.9 ", "Snd 198.51.100.53 ")
TOLD = ASKED.replace("Snd", "Rcv").replace("7822   Q", "7822 R Q")
UPDATE = FRENCH.replace("  Q [0001", "  U [0028").replace(" A  ", " SOA")
DETAILS = [
    "UDP question info at 000002DAEC36D650",
    "  Socket = 336",
    "  Remote addr 192.0.2.9, port 49495",
    "    QUESTION SECTION:",
    '    Name      "(4)chat(7)example(3)com(0)"',
    "      QTYPE   A (1)",
]
SAMPLES = [FRENCH, SENT, ASKED, TOLD, UPDATE, *DETAILS]
NOON = datetime(2026, 4, 11, 15, 29, 17, tzinfo=UTC)


def test_it_reads_a_question() -> None:
    assert READER.parse(FRENCH, CONTEXT) == Record(
        time=NOON, source_ip="192.0.2.9", host="chat.example.com"
    )


@pytest.mark.parametrize(
    "written",
    [
        "11/04/2026 15:29:17",
        "4/11/2026 3:29:17 PM",
        "4/11/2026 3:29:17\u202fPM",
        "11.04.2026 15:29:17",
        "11. 04. 2026 15:29:17",
        "11-04-2026 15:29:17",
        "2026-04-11 15:29:17",
        "2026/4/11 15:29:17",
        "20260411 15:29:17",
        "11/04/26 15.29.17",
    ],
)
def test_the_date_is_written_as_the_servers_locale_does(written: str) -> None:
    line = written + REST
    context = READER.study([line], CONTEXT)
    record = READER.parse(line, context)
    assert record is not None
    assert (record.time, record.host) == (NOON, "chat.example.com")
    assert READER.score([line]) == 1
    assert READER.skim is not None
    assert READER.skim(f"{line}\r\n".encode()) is not None


@pytest.mark.parametrize(
    ("dates", "order", "doubts"),
    [
        (["11/04/2026 15:29:17"], "day first", ("zone", "day-first")),
        (["11/04/2026 15:29:17", "13/04/2026 15:29:17"], "day first", ("zone",)),
        (["11/04/2026 15:29:17", "11/13/2026 15:29:17"], "month first", ("zone",)),
        (["4/11/2026 3:29:17 PM"], "month first", ("zone",)),
        (["4/11/2026 3:29:17 PM", "13/11/2026 3:29:17 PM"], "day first", ("zone",)),
        (["2026-04-11 15:29:17"], "day first", ("zone",)),
    ],
)
def test_the_file_as_a_whole_decides_the_date_order(
    dates: list[str], order: str, doubts: tuple[str, ...]
) -> None:
    context = READER.study([date + REST for date in dates], CONTEXT)
    assert context.day_first is (order == "day first")
    assert set(context.doubts) == set(doubts)


def test_a_date_that_allows_one_order_is_read_in_it() -> None:
    record = READER.parse("4/13/2026 15:29:17" + REST, CONTEXT)
    assert record is not None
    assert record.time == datetime(2026, 4, 13, 15, 29, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (FRENCH.replace("192.0.2.9      ", "2001:db8::9"), "source_ip", "2001:db8::9"),
        (FRENCH.replace("UDP", "TCP"), "host", "chat.example.com"),
        (FRENCH.replace("(4)chat(7)example(3)com(0)", "(0)"), "host", None),
        (
            FRENCH.replace("(4)chat(7)example(3)com(0)", "(4)CHAT(7)Example(0)"),
            "host",
            "chat.example",
        ),
        (FRENCH.replace("NOERROR] A     ", "NXDOMAIN] HTTPS"), "action", None),
        (SENT, "source_ip", "192.0.2.9"),
        (FRENCH.replace("000002DAEC36D650", "02CE3650"), "source_ip", "192.0.2.9"),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value
    assert agrees(READER, [line])


@pytest.mark.parametrize(
    "line",
    [
        ASKED,
        TOLD,
        UPDATE,
        *DETAILS,
        "",
        "DNS Server log file creation at 4/11/2026 3:29:17 PM",
        "11/04/2026 15:29:17 0294 EVENT   The DNS server has started.",
    ],
)
def test_details_and_what_the_server_asks_others_are_no_visits(line: str) -> None:
    assert READER.parse(line, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("\x00\x01", "shape"),
        (FRENCH[:70], "shape"),
        (FRENCH.replace("192.0.2.9", "nowhere"), "shape"),
        (FRENCH.replace("11/04", "31/04"), "time"),
        (AMERICAN.replace(" 3:", " 13:"), "time"),
    ],
)
def test_it_refuses_what_is_not_such_a_line(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, [*SAMPLES, AMERICAN])


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, [*SAMPLES, AMERICAN])


def test_morning_and_afternoon_have_different_stamps() -> None:
    assert READER.skim is not None
    columns = READER.skim(f"{AMERICAN}\n{AMERICAN.replace('PM', 'AM')}\n".encode())
    assert columns is not None
    assert len(set(columns.stamps)) == 2


def test_skimming_passes_over_blank_lines() -> None:
    assert READER.skim is not None
    columns = READER.skim(f"{FRENCH}\r\n\r\n{SENT}\r\n".encode())
    assert columns is not None
    assert [READER.host_of(place) for place in columns.places] == [
        "chat.example.com",
        None,
        "chat.example.com",
    ]


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score(SAMPLES) == 1
    assert READER.score(DETAILS) == 0
    others = [
        "11/04/2026 15:29:17 0294 something else",
        "[1795376271] unbound[9958:0] info: 192.0.2.7 example.com. A IN",
        " indented",
    ]
    assert READER.score(others) == 0
