from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.unbound import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 23, tzinfo=UTC))
HEAD = "[1795376271] unbound[9958:0] "
QUERY = HEAD + "info: 192.0.2.7 chat.example.com. A IN"
REPLY = HEAD + "reply: 192.0.2.7 chat.example.com. A IN NXDOMAIN 0.017445 0 51"
LOCAL = HEAD + "info: example.com. {} 192.0.2.7@37900 chat.example.com. A IN"
RPZ = HEAD + "info: rpz: applied [ai] *.example.com. {} 192.0.2.7@37900 chat.example.com. A IN"
STATS = HEAD + "info: server stats for thread 0: 17 queries, 12 answers from cache"
SAMPLES = [QUERY, REPLY, LOCAL.format("always_nxdomain"), RPZ.format("rpz-drop"), STATS]


def test_it_reads_a_question() -> None:
    assert READER.parse(QUERY, CONTEXT) == Record(
        time=datetime(2026, 11, 22, 19, 37, 51, tzinfo=UTC),
        source_ip="192.0.2.7",
        host="chat.example.com",
    )


@pytest.mark.parametrize(
    ("line", "action"),
    [
        (QUERY, None),
        (REPLY, None),
        (LOCAL.format("always_nxdomain"), "blocked"),
        (LOCAL.format("always_null"), "blocked"),
        (LOCAL.format("static"), "blocked"),
        (LOCAL.format("redirect"), None),
        (LOCAL.format("inform_deny"), "blocked"),
        (LOCAL.format("refuse"), "blocked"),
        (LOCAL.format("transparent"), None),
        (LOCAL.format("inform"), None),
        (LOCAL.format("always_transparent"), "allowed"),
        (LOCAL.format("static").replace("info: example.com. ", "info: "), "blocked"),
        (RPZ.format("rpz-nxdomain"), "blocked"),
        (RPZ.format("rpz-local-data"), "blocked"),
        (RPZ.format("rpz-passthru"), "allowed"),
        (RPZ.format("rpz-nodata").replace("[ai] ", ""), "blocked"),
    ],
)
def test_it_tells_a_block_from_a_question(line: str, action: str | None) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert (record.source_ip, record.host, record.action) == (
        "192.0.2.7",
        "chat.example.com",
        action,
    )
    assert agrees(READER, [line])


@pytest.mark.parametrize(
    ("head", "time"),
    [
        ("Nov 22 19:37:51 unbound[9958:0] ", datetime(2026, 11, 22, 19, 37, 51, tzinfo=UTC)),
        (
            "2026-11-22T20:37:51+01:00 fw1 unbound[9958]: [9958:1f] ",
            datetime(2026, 11, 22, 19, 37, 51, tzinfo=UTC),
        ),
        (
            "<30>Nov 22 19:37:51 fw1 unbound: [9958:0] ",
            datetime(2026, 11, 22, 19, 37, 51, tzinfo=UTC),
        ),
        (
            "<30>1 2026-11-22T19:37:51.250Z fw1 unbound 9958 - - [9958:0] ",
            datetime(2026, 11, 22, 19, 37, 51, 250000, tzinfo=UTC),
        ),
        ("[1795376271.5] unbound[9958:0] ", datetime(2026, 11, 22, 19, 37, 51, 500000, tzinfo=UTC)),
        ("[9958:0] ", None),
    ],
)
def test_it_knows_every_prefix(head: str, time: datetime | None) -> None:
    line = head + QUERY.removeprefix(HEAD)
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert (record.time, record.source_ip, record.host) == (time, "192.0.2.7", "chat.example.com")
    assert agrees(READER, [line])
    assert READER.score([line]) == 1


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (QUERY.replace("192.0.2.7", "2001:db8::7"), "source_ip", "2001:db8::7"),
        (QUERY.replace("192.0.2.7", "fe80::7%eth0"), "source_ip", "fe80::7"),
        (QUERY.replace("info: ", "query: "), "host", "chat.example.com"),
        (QUERY.replace("info: ", "info: query: "), "host", "chat.example.com"),
        (QUERY.replace(" A IN", " TYPE65 IN"), "host", "chat.example.com"),
        (QUERY.replace("chat", "a?b"), "host", None),
        (QUERY.replace("chat.example.com.", "."), "host", None),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


@pytest.mark.parametrize(
    "line",
    [
        STATS,
        HEAD + "notice: init module 0: respip",
        HEAD + "info: average recursion processing time 0.007562 sec",
        "[1678:6] error: failed to find an open port, drop msg",
    ],
)
def test_the_servers_own_life_is_no_visit(line: str) -> None:
    assert READER.parse(line, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("\x00\x01", "shape"),
        ("[1795376271] info: 192.0.2.7 chat.example.com. A IN", "shape"),
        (QUERY.replace("[1795376271]", "2026-13-22T19:37:51Z"), "time"),
    ],
)
def test_it_refuses_what_is_not_such_a_line(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, SAMPLES)


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, SAMPLES)


def test_an_epoch_leaves_no_doubt_and_a_readable_time_does() -> None:
    assert READER.study(SAMPLES, CONTEXT).doubts == ()
    readable = QUERY.replace("[1795376271]", "Nov 22 19:37:51")
    assert READER.study([readable], CONTEXT).doubts == ("year", "zone")


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([*SAMPLES, ""]) == 1
    others = [
        "22-Nov-2026 19:39:36.379 client @0x7f 192.0.2.7#1 (a.example): query: a.example IN A +",
        "Nov 22 19:36:59 dnsmasq[9671]: query[A] example.com from 192.0.2.7",
        "Nov 22 19:36:59 fw sshd[9671]: info: session opened",
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    assert_agrees(READER, "unbound", {})
