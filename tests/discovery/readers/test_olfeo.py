from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ecluse.discovery.readers.olfeo import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees, differences, shared_lines
from tests.discovery.readers.hostile import CONTEXT, assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

TUNNEL = (
    '192.0.2.10 - jdoe [15/04/2026 12:50:04] "CONNECT https://chatgpt.com:443 HTTP/1.1" 200 - - '
    "1000 Intelligence Artificielle"
)
PAGE = (
    '192.0.2.11 - - [02/07/2026 07:51:20] "GET http://www.example.org/a/b?q=secret HTTP/1.1" 403 '
    "- - 0 Unclassified URL"
)
SHORT = '2001:db8::7 - CORP\\jdoe [02/07/2026 07:51:20] "POST https://claude.ai/api HTTP/1.1" 200 -'
SAMPLES = [TUNNEL, PAGE, SHORT]
LOOK_ALIKES = [
    '192.0.2.10 - jdoe [15/Apr/2026:12:50:04 +0200] "GET http://a.example/ HTTP/1.1" 200 512',
    "1764002530.277 3387 192.0.2.10 TCP_TUNNEL/200 191 CONNECT a.example:443 jdoe HIER_NONE/- -",
    'date=2026-04-15 time=12:50:04 srcip=192.0.2.10 hostname="a.example" action="blocked"',
    "hello",
]


def test_it_reads_a_tunnel() -> None:
    assert READER.parse(TUNNEL, CONTEXT) == Record(
        time=datetime(2026, 4, 15, 12, 50, 4, tzinfo=UTC),
        source_ip="192.0.2.10",
        user="jdoe",
        host="chatgpt.com",
        port=443,
        method="CONNECT",
        status=200,
        action="allowed",
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (PAGE, "user", None),
        (PAGE, "path", "/a/b"),
        (PAGE, "port", 80),
        (PAGE, "action", "blocked"),
        (PAGE.replace(" 403 ", " 407 "), "action", None),
        (PAGE.replace(" 403 ", " - "), "status", None),
        (PAGE.replace("?q=secret", "?q=x y"), "path", "/a/b"),
        (PAGE.replace("/a/b", '/a"b'), "path", '/a"b'),
        (SHORT, "source_ip", "2001:db8::7"),
        (SHORT, "user", "CORP\\jdoe"),
        (TUNNEL.replace("jdoe", "Jean Doe"), "user", "Jean Doe"),
        (TUNNEL.replace("https://chatgpt.com:443", "chatgpt.com:8443"), "port", 8443),
        (f" {TUNNEL}", "host", "chatgpt.com"),
        (f"{TUNNEL}\r", "host", "chatgpt.com"),
        (f"<134>{TUNNEL}", "host", "chatgpt.com"),
        (f"<134>Apr 15 12:50:04 proxy olfeo[812]: {TUNNEL}", "host", "chatgpt.com"),
        (f"Apr 15 12:50:04 proxy {TUNNEL}", "source_ip", "192.0.2.10"),
        (f"<134>1 2026-04-15T12:50:04Z proxy olfeo - - - {TUNNEL}", "user", "jdoe"),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_it_reads_local_times_and_declares_the_doubt() -> None:
    paris = replace(CONTEXT, zone=ZoneInfo("Europe/Paris"))
    context = READER.study(SAMPLES, paris)
    record = READER.parse(TUNNEL, context)
    assert record is not None
    assert record.time == datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC)
    assert context.doubts == ("zone",)


def test_it_declares_that_day_and_month_cannot_be_told_apart() -> None:
    assert READER.study([PAGE], CONTEXT).doubts == ("day-first", "zone")


def test_it_takes_the_month_first_where_a_line_proves_it() -> None:
    context = READER.study([PAGE, TUNNEL.replace("15/04", "04/15")], CONTEXT)
    record = READER.parse(PAGE, context)
    assert record is not None
    assert record.time == datetime(2026, 2, 7, 7, 51, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("", "shape"),
        (TUNNEL.replace("15/04/2026", "31/02/2026"), "time"),
        (TUNNEL.replace("12:50:04", "25:50:04"), "time"),
        (TUNNEL.replace("15/04/2026 12:50:04", "hier"), "time"),
        (TUNNEL.partition('"')[0], "shape"),
    ],
)
def test_it_refuses_what_it_cannot_read(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_nothing_makes_it_crash() -> None:
    assert_never_crashes(READER, SAMPLES)


def test_it_knows_its_own_lines_and_no_others() -> None:
    assert READER.score(SAMPLES) == 1
    assert READER.score(LOOK_ALIKES) == 0


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, SAMPLES)
    assert agrees(READER, [f"<134>Apr 15 12:50:04 proxy olfeo[812]: {TUNNEL}"])


@pytest.mark.parametrize(
    "line", [TUNNEL.replace("15/04", "31/02"), TUNNEL.replace("12:50", "24:50"), "hello"]
)
def test_skimming_declines_a_block_with_a_line_that_cannot_be_read(line: str) -> None:
    assert not agrees(READER, [TUNNEL, line])


def test_it_agrees_with_another_parser() -> None:
    assert_agrees(READER, "olfeo", {})


def test_it_reads_day_first_the_line_that_another_parser_took_for_squid_and_month_first() -> None:
    line = next(case for case in shared_lines("squid") if case["name"] == "common_log_format_1")
    found = differences(READER, line)
    assert found == {
        "time": (
            datetime(2025, 2, 5, 11, 30, 29, tzinfo=UTC),
            datetime(2025, 5, 2, 11, 30, 29, tzinfo=UTC),
        )
    }
