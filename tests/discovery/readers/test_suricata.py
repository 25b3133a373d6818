from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.suricata import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))


def event(kind: str, *, source: str = "192.0.2.10", port: int = 443, **more: Any) -> str:
    """Give one EVE line from a person to a service, with more keys."""
    base = {
        "timestamp": "2026-03-02T10:30:12.345678+0100",
        "flow_id": 12345,
        "in_iface": "eth0",
        "event_type": kind,
        "src_ip": source,
        "src_port": 51000,
        "dest_ip": "198.51.100.7",
        "dest_port": port,
        "proto": "TCP",
    }
    return json.dumps({**base, **more}, separators=(",", ":"))


HTTP = event(
    "http",
    http={
        "hostname": "Chat.Example.com",
        "url": "/v1/chat?a=1",
        "http_method": "POST",
        "http_content_type": "text/event-stream",
        "status": 200,
        "length": 900,
    },
)
TLS = event("tls", tls={"subject": "C=FR, CN=cdn.example.net", "sni": "api.example.com"})
CERTIFICATE = event("tls", tls={"subject": "C=FR, O=Example, CN=api.example.com"})
QUIC = event("quic", quic={"version": "1", "sni": "claude.example.com"})
FLOW = event("flow", flow={"bytes_toserver": 10, "bytes_toclient": 20}, source="2001:db8::10")
ALERT = event("alert", alert={"action": "blocked", "signature": "x"}, tls={"sni": "a.example"})
DNS1 = event("dns", port=53, dns={"type": "query", "rrname": "a.example", "rrtype": "A"})
DNS2 = event("dns", port=53, dns={"version": 2, "type": "query", "rrname": "b.example"})
DNS3 = event(
    "dns", port=53, dns={"version": 3, "type": "request", "queries": [{"rrname": "C.example"}]}
)
ANSWER = (
    DNS2.replace('"dest_port":53', '"dest_port":40000')
    .replace('"src_port":51000', '"src_port":53')
    .replace("query", "answer")
)
STATS = '{"timestamp":"2026-03-02T10:30:12.345678+0100","event_type":"stats","stats":{"uptime":1}}'
SAMPLES = [HTTP, TLS, CERTIFICATE, QUIC, FLOW, ALERT, DNS1, DNS2, DNS3, ANSWER]


def test_it_reads_a_request() -> None:
    assert READER.parse(HTTP, CONTEXT) == Record(
        time=datetime(2026, 3, 2, 9, 30, 12, 345678, tzinfo=UTC),
        source_ip="192.0.2.10",
        host="chat.example.com",
        port=443,
        method="POST",
        path="/v1/chat",
        status=200,
        bytes_down=900,
        mime="text/event-stream",
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (TLS, "host", "api.example.com"),
        (CERTIFICATE, "host", "api.example.com"),
        (QUIC, "host", "claude.example.com"),
        (FLOW, "host", "198.51.100.7"),
        (FLOW, "source_ip", "2001:db8::10"),
        (FLOW, "bytes_up", 10),
        (FLOW, "bytes_down", 20),
        (ALERT, "action", "blocked"),
        (ALERT.replace("blocked", "allowed"), "action", "allowed"),
        (ALERT.replace('"alert":', '"verdict":{"action":"drop"},"alert":'), "action", "blocked"),
        (ALERT.replace('"proto"', '"direction":"to_client","proto"'), "source_ip", "198.51.100.7"),
        (DNS1, "host", "a.example"),
        (DNS2, "host", "b.example"),
        (DNS3, "host", "c.example"),
        (DNS3, "port", None),
        (ANSWER, "source_ip", "198.51.100.7"),
        (ANSWER, "host", "b.example"),
        (HTTP.replace("Chat.Example.com", "a.example:8443"), "host", "a.example"),
        (HTTP.replace("/v1/chat?a=1", "http://a.example/x?y"), "path", "/x"),
        (event("fileinfo", http={"hostname": "f.example"}), "host", "f.example"),
        (event("ssh", port=22), "port", 22),
        (f"  {TLS}\n", "host", "api.example.com"),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_statistics_are_no_visit() -> None:
    assert READER.parse(STATS, CONTEXT) is None
    assert READER.parse(TLS.replace("192.0.2.10", ""), CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ('{"timestamp":"x"}', "shape"),
        (TLS[:-1], "json"),
        (TLS.replace("2026-03-02", "2026-03-32"), "time"),
        (TLS.replace('"2026-03-02T10:30:12.345678+0100"', "12"), "time"),
    ],
)
def test_it_refuses_what_is_not_an_event(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, [*SAMPLES, STATS])


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, [*SAMPLES, STATS])


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        TLS[:-1],
        '{"a":1}',
        TLS + TLS,
        TLS.replace("2026-03-02", "2026-03-32"),
        TLS.replace(":12.345678", ":72.345678"),
    ],
)
def test_skimming_declines_what_parsing_refuses(line: str) -> None:
    assert not agrees(READER, [TLS, line, TLS])


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([*SAMPLES, STATS, ""]) == 1
    others = [
        '{"ts":1.5,"uid":"C1","id.orig_h":"192.0.2.1","query":"a.example"}',
        '{"timestamp":1,"user":"jdoe","srcip":"192.0.2.1","app":"x"}',
        '{"timestamp":"2026-03-02T10:30:12Z","src_ip":"192.0.2.1","domain":"a.example"}',
        "{",
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    asked = "an answer goes back to the person who asked, who is its destination"
    question = "a DNS question has no port: this one is the person's"
    assert_agrees(
        READER,
        "suricata",
        {
            ("dns_answer", "source_ip"): asked,
            ("dns_answers", "source_ip"): asked,
            ("dns_answer", "port"): question,
            ("dns_answers", "port"): question,
        },
    )
