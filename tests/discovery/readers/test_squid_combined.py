from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.readers.squid_combined import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import shared_lines
from tests.discovery.readers.hostile import CONTEXT, assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

TUNNEL = (
    '192.0.2.10 - jdoe [15/Apr/2026:12:50:04 +0200] "CONNECT chatgpt.com:443 HTTP/1.1" 200 19131 '
    '"-" "Mozilla/5.0 (X11; \\"odd\\")" TCP_TUNNEL:HIER_DIRECT'
)
PAGE = (
    '192.0.2.11 - - [15/Apr/2026:13:50:04 +0200] "GET http://www.example.org/a?q=1 HTTP/1.1" 403 '
    "512 TCP_DENIED:HIER_NONE"
)
BARE = '2001:db8::7 - jdoe [15/Apr/2026:13:50:04 +0200] "POST https://claude.ai/x HTTP/2.0" 200 -'
ABORTED = (
    '192.0.2.4 - - [15/Apr/2026:13:50:05 +0200] "NONE error:transaction-end-before-headers '
    'HTTP/0.0" 000 0 "-" "-" NONE_NONE:HIER_NONE'
)
SAMPLES = [TUNNEL, PAGE, BARE, ABORTED]
LOOK_ALIKES = [
    '192.0.2.10 - jdoe [15/04/2026 12:50:04] "GET http://a.example/ HTTP/1.1" 200 - - 0 News',
    '192.0.2.10 - jdoe [15/Apr/2026:12:50:04 +0200] "GET /index.html HTTP/1.1" 200 512 "-" "curl"',
    "1764002530.277 3387 192.0.2.10 TCP_TUNNEL/200 191 CONNECT a.example:443 jdoe HIER_NONE/- -",
    "hello",
]


def test_it_reads_a_tunnel() -> None:
    assert READER.parse(TUNNEL, CONTEXT) == Record(
        time=datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC),
        source_ip="192.0.2.10",
        user="jdoe",
        host="chatgpt.com",
        port=443,
        method="CONNECT",
        status=200,
        action="allowed",
        bytes_down=19131,
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (PAGE, "user", None),
        (PAGE, "path", "/a"),
        (PAGE, "port", 80),
        (PAGE, "action", "blocked"),
        (PAGE.replace(" 403 ", " 407 "), "action", None),
        (PAGE.replace(" 403 ", " 200 "), "action", "blocked"),
        (PAGE.replace("/a?q=1", '/a"b?q=1'), "path", '/a"b'),
        (PAGE + " text/event-stream", "mime", "text/event-stream"),
        (BARE, "source_ip", "2001:db8::7"),
        (BARE, "bytes_down", None),
        (BARE.replace(" - jdoe", " ident Jdoe"), "user", "Jdoe"),
        (BARE.replace("jdoe", "Jean Doe"), "user", "Jean Doe"),
        (ABORTED, "host", None),
        (ABORTED, "status", None),
        (ABORTED, "source_ip", "192.0.2.4"),
        (BARE.replace("POST https://claude.ai/x HTTP/2.0", "-"), "host", None),
        (BARE.replace("POST https://claude.ai/x HTTP/2.0", "\\x16\\x03\\x01"), "method", None),
        (BARE.replace("https://claude.ai/x", "/x?q"), "path", "/x"),
        (BARE.replace("https://claude.ai/x", "//evil.example/x"), "host", None),
        (BARE.replace("https://claude.ai/x", "*"), "host", None),
        (TUNNEL.replace("chatgpt.com:443", "[2001:db8::1]:443"), "host", "2001:db8::1"),
        (f"proxy.example:3128 {TUNNEL}", "source_ip", "192.0.2.10"),
        (f"<134>Apr 15 12:50:04 proxy squid[812]: {TUNNEL}", "source_ip", "192.0.2.10"),
        (f"Apr 15 12:50:04 proxy squid: {TUNNEL}", "user", "jdoe"),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


@pytest.mark.parametrize("end", ["{}", " {} 1200", " {} 20000 chatgpt.com"])
def test_an_added_column_of_numbers_is_bytes_sent_and_the_doubt_is_declared(end: str) -> None:
    lines = [TUNNEL + " " + end.format(size) for size in (517, 1200, 88)]
    context = READER.study(lines, CONTEXT)
    record = READER.parse(lines[1], context)
    assert record is not None
    assert record.bytes_up == 1200
    assert context.doubts == ("upload",)


def test_without_added_numbers_no_bytes_were_sent_that_it_knows_of() -> None:
    context = READER.study([*SAMPLES, TUNNEL + " 517"], CONTEXT)
    assert context == CONTEXT


def test_a_time_without_zone_is_read_in_that_of_the_context_and_the_doubt_is_declared() -> None:
    assert READER.study([BARE.replace(" +0200", "")], CONTEXT).doubts == ("zone",)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        (TUNNEL.replace("15/Apr", "31/Feb"), "time"),
        (TUNNEL.replace("Apr", "Zzz"), "time"),
        (TUNNEL.replace("15/Apr/2026:12:50:04 +0200", "hier"), "time"),
        (TUNNEL[:70], "shape"),
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


def test_it_leaves_native_lines_and_those_of_olfeo_to_their_readers() -> None:
    assert READER.score([case["line"] for case in shared_lines("squid")]) == 0


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, SAMPLES)


@pytest.mark.parametrize(
    "line", [TUNNEL.replace("15/Apr", "31/Feb"), TUNNEL.replace("+0200", "+0100"), "hello"]
)
def test_skimming_declines_impossible_dates_and_a_change_of_clock(line: str) -> None:
    assert not agrees(READER, [TUNNEL, line])
