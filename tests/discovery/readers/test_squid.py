from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.squid import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
CONNECT = (
    "1764002530.277   3387 192.0.2.10 TCP_TUNNEL/200 19131 CONNECT chatgpt.com:443 jdoe "
    "HIER_DIRECT/198.51.100.7 -"
)


def test_it_reads_a_tunnel() -> None:
    assert READER.parse(CONNECT, CONTEXT) == Record(
        time=datetime(2025, 11, 24, 16, 42, 10, 277000, tzinfo=UTC),
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
        (CONNECT.replace("jdoe", "-"), "user", None),
        (CONNECT.replace("TCP_TUNNEL/200", "TCP_DENIED/407"), "action", None),
        (CONNECT.replace("TCP_TUNNEL/200", "TCP_DENIED/403"), "action", "blocked"),
        (CONNECT.replace("chatgpt.com:443", "[2001:db8::1]:443"), "host", "2001:db8::1"),
        (CONNECT.replace("CONNECT chatgpt.com:443", "GET http://a.example/x?q=1"), "path", "/x"),
        (CONNECT.replace("CONNECT chatgpt.com:443", "GET http://a.example/x"), "port", 80),
        (f"<134>Nov 24 16:42:10 proxy (squid-1)[812]: {CONNECT}", "host", "chatgpt.com"),
        (f"Nov 24 16:42:10 proxy squid[812]: {CONNECT}", "user", "jdoe"),
        (
            "1761121144.919 0 192.0.2.4 NONE_NONE/000 0 - "
            "error:transaction-end-before-headers - HIER_NONE/- -",
            "host",
            None,
        ),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_an_added_column_of_numbers_is_bytes_sent_and_the_doubt_is_declared() -> None:
    lines = [f"{CONNECT} {size}" for size in (517, 1200, 88)]
    context = READER.study(lines, CONTEXT)
    record = READER.parse(lines[1], context)
    assert record is not None
    assert record.bytes_up == 1200
    assert context.doubts == ("upload",)


@pytest.mark.parametrize("line", ["hello", "1764002530.277 3387 192.0.2.10", "\x00\x01", "a b c/d"])
def test_it_refuses_what_is_not_a_native_line(line: str) -> None:
    with pytest.raises(UnreadableError):
        READER.parse(line, CONTEXT)


def test_skimming_sees_what_parsing_reads() -> None:
    assert READER.skim is not None
    lines = [CONNECT, CONNECT.replace("CONNECT chatgpt.com:443", "GET http://claude.ai/x")]
    columns = READER.skim("\n".join(lines).encode() + b"\n")
    assert columns is not None
    for row, line in enumerate(lines):
        record = READER.parse(line, CONTEXT)
        assert record is not None
        assert READER.host_of(columns.places[row]) == record.host
        assert columns.users[row].decode() == record.user
        assert columns.addresses[row].decode() == record.source_ip
        assert READER.parse(columns.raw(row).decode(), CONTEXT) == record


def test_skimming_declines_a_block_whose_columns_are_shifted() -> None:
    assert READER.skim is not None
    short = CONNECT.removesuffix(" -")
    assert READER.skim(f"{short}\n{CONNECT} extra\n{CONNECT}\n".encode()) is None


def test_it_agrees_with_another_parser() -> None:
    aborted = "000 means that no answer was sent: there is no status"
    disagreements = {
        ("common_log_format_1", "*"): "an Olfeo line, which our olfeo reader reads",
        ("get", "status"): aborted,
        ("get_user_agent", "status"): aborted,
    }
    assert_agrees(READER, "squid", disagreements)
