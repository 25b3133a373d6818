from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.dnsmasq import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 23, tzinfo=UTC))
HEAD = "Nov 22 19:37:05 dnsmasq[9737]: "
QUERY = HEAD + "query[A] chat.example.com from 192.0.2.7"
GRAVITY = HEAD + "gravity blocked chat.example.com is 0.0.0.0"
CONFIG = HEAD + "config chat.example.com is NXDOMAIN"
FORWARD = HEAD + "forwarded chat.example.com to 198.51.100.53"
EXTRA = HEAD + "45 192.0.2.7/53422 "
SAMPLES = [QUERY, GRAVITY, CONFIG, FORWARD, EXTRA + GRAVITY.removeprefix(HEAD)]


def test_it_reads_a_question() -> None:
    assert READER.parse(QUERY, CONTEXT) == Record(
        time=datetime(2026, 11, 22, 19, 37, 5, tzinfo=UTC),
        source_ip="192.0.2.7",
        host="chat.example.com",
    )


@pytest.mark.parametrize(
    "message",
    [
        "gravity blocked chat.example.com is 0.0.0.0",
        "exactly blacklisted chat.example.com is ::",
        "exactly denied chat.example.com is 0.0.0.0",
        "regex blacklisted chat.example.com is NXDOMAIN",
        "regex denied chat.example.com is 0.0.0.0",
        "blocked upstream with NULL address chat.example.com is 0.0.0.0",
        "blocked upstream with known address chat.example.com is 198.51.100.1",
        "special domain chat.example.com is NXDOMAIN",
        "/etc/pihole/gravity.list chat.example.com is 192.0.2.1",
        "/etc/hosts chat.example.com is 0.0.0.0",
        "config chat.example.com is NXDOMAIN",
        "config chat.example.com is 0.0.0.0",
        "config chat.example.com is ::",
    ],
)
def test_a_block_names_a_host_and_in_extra_logs_a_client(message: str) -> None:
    record = READER.parse(HEAD + message, CONTEXT)
    assert record is not None
    assert (record.source_ip, record.host, record.action) == (None, "chat.example.com", "blocked")
    named = READER.parse(EXTRA + message, CONTEXT)
    assert named is not None
    assert (named.source_ip, named.host, named.action) == (
        "192.0.2.7",
        "chat.example.com",
        "blocked",
    )
    assert agrees(READER, [HEAD + message, EXTRA + message])


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (QUERY.replace("192.0.2.7", "2001:db8::7"), "source_ip", "2001:db8::7"),
        (QUERY.replace("[A]", "[type=65]"), "host", "chat.example.com"),
        (QUERY.replace("query", "auth"), "host", "chat.example.com"),
        (QUERY, "action", None),
        (EXTRA + QUERY.removeprefix(HEAD), "source_ip", "192.0.2.7"),
        (EXTRA.replace("45 ", "45 UDP ") + QUERY.removeprefix(HEAD), "source_ip", "192.0.2.7"),
        (QUERY.replace("Nov 22 19:37:05 ", ""), "time", None),
        (f"<30>{QUERY}", "host", "chat.example.com"),
        (QUERY.replace("dnsmasq", "fw1 dnsmasq"), "source_ip", "192.0.2.7"),
        (
            QUERY.replace("Nov 22 19:37:05", "2026-11-22T19:37:05+01:00 fw1"),
            "time",
            datetime(2026, 11, 22, 18, 37, 5, tzinfo=UTC),
        ),
        (
            QUERY.replace("Nov 22 19:37:05", "Sun Nov 22 19:37:05 2026 daemon.info"),
            "time",
            datetime(2026, 11, 22, 19, 37, 5, tzinfo=UTC),
        ),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value
    assert agrees(READER, [line])


@pytest.mark.parametrize(
    "message",
    [
        "forwarded chat.example.com to 198.51.100.53",
        "reply chat.example.com is 198.51.100.7",
        "cached chat.example.com is NXDOMAIN",
        "config printer.example is 192.0.2.99",
        "config 192.0.2.9 is printer.example",
        "config localhost is 127.0.0.1",
        "config chat.example.com is NODATA-IPv6",
        "/etc/hosts nas.example is 192.0.2.20",
        "validation result is INSECURE",
        "started, version 2.90 cachesize 100",
    ],
)
def test_answers_and_the_servers_own_life_are_no_visits(message: str) -> None:
    assert READER.parse(HEAD + message, CONTEXT) is None
    assert agrees(READER, [HEAD + message])


def test_dhcp_is_no_visit() -> None:
    line = "Nov 22 19:37:05 dnsmasq-dhcp[9737]: DHCPACK(eth0) 192.0.2.7 02:00:5e:00:53:01 laptop"
    assert READER.parse(line, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("\x00\x01", "shape"),
        (QUERY.replace("dnsmasq", "named"), "shape"),
        (QUERY.replace("Nov 22", "Nov 32"), "time"),
        (QUERY.replace("Nov 22", "Nvo 22"), "time"),
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


@pytest.mark.parametrize("bad", ["Nov 32", "Feb 29", "Nvo 22"])
def test_skimming_declines_a_date_that_may_not_be(bad: str) -> None:
    assert READER.skim is not None
    assert READER.skim(f"{QUERY.replace('Nov 22', bad)}\n".encode()) is None


def test_the_zone_and_the_year_are_in_doubt() -> None:
    assert READER.study(SAMPLES, CONTEXT).doubts == ("year", "zone")


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([*SAMPLES, ""]) == 1
    others = [
        "[1795376271] unbound[9958:0] info: 192.0.2.7 example.com. A IN",
        "Nov 22 19:39:36 ns1 named[812]: client 192.0.2.7#1 (a.example): query: a.example IN A +",
        "Nov 22 19:36:59 fw sshd[9671]: session opened for dnsmasq",
    ]
    assert READER.score(others) == 0
