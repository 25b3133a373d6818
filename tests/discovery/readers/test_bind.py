from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.bind import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
OWN = "21-Nov-2026 19:39:36.379 "
CLIENT = "client @0x7fc043aef098 192.0.2.7#57727 (chat.example.com): "
QUERY = OWN + "queries: info: " + CLIENT + "query: chat.example.com IN A +E(0)K (192.0.2.53)"
REWRITE = (
    OWN + "rpz: info: " + CLIENT + "rpz QNAME {} rewrite chat.example.com/A/IN via rpz.example"
)
REFUSED = (
    OWN
    + "security: info: "
    + CLIENT
    + "query (cache) 'chat.example.com/HTTPS/IN' denied (allow-query-cache did not match)"
)
FAILED = (
    OWN
    + "query-errors: info: "
    + CLIENT
    + "query failed (SERVFAIL) for chat.example.com/IN/A at query.c:7916"
)
ANSWER = (
    OWN + "responses: info: " + CLIENT + "answer: chat.example.com IN A + (192.0.2.53) -> NOERROR"
)
LAME = OWN + "lame-servers: info: timed out resolving 'chat.example.com/A/IN': 198.51.100.9#53"
TRANSFER = (
    OWN + "xfer-in: info: transfer of 'example.com/IN' from 198.51.100.9#53: Transfer completed"
)
SAMPLES = [QUERY, REWRITE.format("NXDOMAIN"), REFUSED, FAILED, ANSWER, LAME, TRANSFER]


def test_it_reads_a_query() -> None:
    assert READER.parse(QUERY, CONTEXT) == Record(
        time=datetime(2026, 11, 21, 19, 39, 36, 379000, tzinfo=UTC),
        source_ip="192.0.2.7",
        host="chat.example.com",
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (QUERY.replace("192.0.2.7", "2001:db8::7"), "source_ip", "2001:db8::7"),
        (QUERY.replace("query: chat", "query: CHAT"), "host", "chat.example.com"),
        (QUERY.replace(": query", ": view inside: query"), "host", "chat.example.com"),
        (QUERY.replace("#57727", "#57727/key laptop.example"), "host", "chat.example.com"),
        (QUERY.replace("@0x7fc043aef098 ", ""), "source_ip", "192.0.2.7"),
        (QUERY.replace("chat.example.com", r"a\032b\(.example"), "host", None),
        (QUERY.replace("chat.example.com IN", ". IN"), "host", None),
        (QUERY.removeprefix(OWN), "time", None),
        (CLIENT + "query: _ldap._tcp.example.com IN SRV +", "host", "_ldap._tcp.example.com"),
        (QUERY, "action", None),
        (REWRITE.format("NXDOMAIN"), "action", "blocked"),
        (REWRITE.format("Local-Data"), "action", "blocked"),
        (REWRITE.format("DROP"), "action", "blocked"),
        (REWRITE.format("PASSTHRU"), "action", "allowed"),
        (REWRITE.format("CNAME CNAME"), "host", "chat.example.com"),
        (REWRITE.replace("rpz QNAME", "disabled rpz QNAME").format("NODATA"), "action", None),
        (REWRITE.format("NXDOMAIN").replace("/A/IN", ""), "host", "chat.example.com"),
        (REFUSED, "action", "blocked"),
        (REFUSED, "host", "chat.example.com"),
        (FAILED, "action", None),
        (FAILED, "host", "chat.example.com"),
        (ANSWER, "host", "chat.example.com"),
        (CLIENT + "rate limit drop response to 192.0.2.0/24", "host", "chat.example.com"),
        (LAME, "host", "chat.example.com"),
        (LAME, "source_ip", None),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


@pytest.mark.parametrize(
    ("prefix", "time"),
    [
        ("2026-11-21T19:39:36.379 ", datetime(2026, 11, 21, 18, 39, 36, 379000, tzinfo=UTC)),
        ("2026-11-21T19:39:36.379Z ", datetime(2026, 11, 21, 19, 39, 36, 379000, tzinfo=UTC)),
        ("Nov 21 19:39:36.379 ", datetime(2026, 11, 21, 18, 39, 36, 379000, tzinfo=UTC)),
        ("Nov 21 19:39:36 ns1 named[812]: ", datetime(2026, 11, 21, 18, 39, 36, tzinfo=UTC)),
        (
            "<30>Nov 21 20:00:00 ns1 named[812]: " + OWN,
            datetime(2026, 11, 21, 18, 39, 36, 379000, tzinfo=UTC),
        ),
        (
            "<30>1 2026-11-21T19:39:36+01:00 ns1 named 812 - - ",
            datetime(2026, 11, 21, 18, 39, 36, tzinfo=UTC),
        ),
    ],
)
def test_it_knows_every_time_prefix(prefix: str, time: datetime) -> None:
    paris = replace(CONTEXT, zone=ZoneInfo("Europe/Paris"))
    line = prefix + QUERY.removeprefix(OWN)
    record = READER.parse(line, paris)
    assert record is not None
    assert (record.time, record.host) == (time, "chat.example.com")
    assert agrees(READER, [line])
    assert READER.score([line]) == 1


@pytest.mark.parametrize(
    "line",
    [
        TRANSFER,
        "zone 2.0.192.in-addr.arpa/IN: sending notifies (serial 12)",
        "rpz: rpz.example: reload start",
        OWN + "general: notice: all zones loaded",
        "Nov 21 19:39:36 ns1 named[812]: managed-keys-zone: loaded serial 0",
        CLIENT.replace("(chat.example.com)", "(example.com)")
        + "transfer of 'example.com/IN': AXFR started",
        "client @0x7fc043aef098 192.0.2.7#57727: received notify for zone 'example.com'",
    ],
)
def test_the_servers_own_life_is_no_visit(line: str) -> None:
    assert READER.parse(line, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("\x00\x01", "shape"),
        ("[1795376271] unbound[9958:0] info: 192.0.2.7 example.com. A IN", "shape"),
        (QUERY.replace("21-Nov", "31-Nov"), "time"),
        (QUERY.replace("21-Nov", "21-Nvo"), "time"),
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


def test_skimming_declines_an_impossible_date() -> None:
    assert not agrees(READER, [QUERY.replace("21-Nov", "31-Nov")])


def test_the_zone_and_the_year_are_in_doubt_where_they_are_not_written() -> None:
    assert READER.study([QUERY], CONTEXT).doubts == ("zone",)
    syslog = "Nov 21 19:39:36 ns1 named[812]: " + QUERY.removeprefix(OWN)
    assert READER.study([syslog], CONTEXT).doubts == ("year", "zone")
    utc = "2026-11-21T19:39:36.379Z " + QUERY.removeprefix(OWN)
    assert READER.study([utc], CONTEXT).doubts == ()


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([*SAMPLES, ""]) == 1
    others = [
        "[1795376271] unbound[9958:0] info: 192.0.2.7 example.com. A IN",
        "Nov 22 19:36:59 dnsmasq[9671]: query[A] example.com from 192.0.2.7",
        '2026-11-22T19:39:39.231 info: client="192.0.2.7"',
        "1764002530.277 33 192.0.2.10 TCP_TUNNEL/200 191 CONNECT a.example:443 - HIER_NONE/- -",
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    server = "the address is a server that ours asked, not a person's machine"
    transfer = "a zone transfer between servers is no visit"
    lame = ("resolution_log_01", "resolution_log_07")
    transfers = ("rpz_log_12", "rpz_log_14", "rpz_log_16", "rpz_log_18")
    disagreements = {(name, "source_ip"): server for name in lame}
    disagreements |= {(name, "source_ip"): transfer for name in transfers}
    assert_agrees(READER, "bind", disagreements)
