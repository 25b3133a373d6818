from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.zeek import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import SHARED
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
MOMENT = datetime(2026, 3, 2, 9, 30, 12, 345678, tzinfo=UTC)
START = "1772443812.345678\tCabcdefghijklmno1\t192.0.2.10\t51000\t198.51.100.7\t443"
HTTP_FIELDS = (
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi"
    "\trequest_body_len\tresponse_body_len\tstatus_code\tusername\tresp_mime_types"
)
HTTP_ROW = f"{START}\tPOST\tChat.Example.com:8080\t/v1/chat?a=1\t300\t900\t200\tjdoe\ttext/html,a/b"
DNS_FIELDS = (
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\tquery\tanswers"
)
DNS_ROW = f"{START}\tudp\t7\tapi.example.com\t192.0.2.1,192.0.2.2"
SSL_FIELDS = (
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tserver_name\tsubject"
)
SSL_ROW = f"{START}\tTLSv13\tclaude.example.com\t-"
CONN_FIELDS = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\torig_bytes\tresp_bytes"
JSON_START = (
    '{"_path":"x","ts":1772443812.345678,"uid":"Cabcdefghijklmno1","id.orig_h":"192.0.2.10",'
    '"id.orig_p":51000,"id.resp_h":"198.51.100.7","id.resp_p":443,'
)
DNS_JSON = JSON_START + '"trans_id":7,"query":"API.example.com"}'
SSL_JSON = JSON_START + '"server_name":"claude.example.com"}'
HTTP_JSON = JSON_START + (
    '"method":"POST","host":"chat.example.com","uri":"/v1/chat?a=1","request_body_len":300,'
    '"response_body_len":900,"status_code":200,"username":"jdoe","resp_mime_types":["text/html"]}'
)
NESTED = (
    '{"ts":"2026-03-02T09:30:12.345678Z","uid":"C1","id":{"orig_h":"2001:db8::1","resp_h":'
    '"2001:db8::2","resp_p":443},"orig_bytes":5,"resp_bytes":6}'
)
FILE_JSON = '{"_path":"files","ts":1772443812.345678,"fuid":"F1","rx_hosts":["192.0.2.10"]}'
OBJECTS = [DNS_JSON, SSL_JSON, HTTP_JSON, FILE_JSON]


def context_of(*header: str) -> Context:
    return READER.study(["#separator \\x09", "#path\tx", *header], CONTEXT)


def test_it_reads_a_row_by_its_header() -> None:
    assert READER.parse(HTTP_ROW, context_of(HTTP_FIELDS)) == Record(
        time=MOMENT,
        source_ip="192.0.2.10",
        user="jdoe",
        host="chat.example.com",
        port=443,
        method="POST",
        path="/v1/chat",
        status=200,
        bytes_up=300,
        bytes_down=900,
        mime="text/html",
    )


@pytest.mark.parametrize(
    ("fields", "row", "json"),
    [
        (HTTP_FIELDS, HTTP_ROW.replace(":8080", ""), HTTP_JSON),
        (DNS_FIELDS, DNS_ROW, DNS_JSON),
        (SSL_FIELDS, SSL_ROW, SSL_JSON),
    ],
)
def test_both_formats_say_the_same(fields: str, row: str, json: str) -> None:
    assert READER.parse(row, context_of(fields)) == READER.parse(json, CONTEXT)


@pytest.mark.parametrize(
    ("fields", "row", "field", "value"),
    [
        (DNS_FIELDS, DNS_ROW, "port", None),
        (DNS_FIELDS, DNS_ROW.replace("api.example.com", "-"), "host", None),
        (
            DNS_FIELDS,
            DNS_ROW.replace("api.example", "caf\\xc3\\xa9.example"),
            "host",
            "xn--caf-dma.example.com",
        ),
        (SSL_FIELDS, SSL_ROW.replace("claude.example.com", "-"), "host", "198.51.100.7"),
        (SSL_FIELDS, f"{START}\tTLSv12\t-\tCN=a.example.com,O=X", "host", "a.example.com"),
        (CONN_FIELDS, f"{START}\t10\t20", "bytes_up", 10),
        (CONN_FIELDS, f"{START}\t-\t-", "bytes_down", None),
        (
            CONN_FIELDS,
            f"{START}\t-\t-".replace("192.0.2.10", "2001:DB8::1"),
            "source_ip",
            "2001:db8::1",
        ),
        (HTTP_FIELDS, HTTP_ROW.replace("/v1/chat?a=1", "http://a.example/x?y"), "path", "/x"),
        (HTTP_FIELDS, HTTP_ROW.replace("jdoe", "-"), "user", None),
    ],
)
def test_it_reads_the_variants(fields: str, row: str, field: str, value: object) -> None:
    record = READER.parse(row, context_of(fields))
    assert record is not None
    assert getattr(record, field) == value


def test_it_reads_nested_ends_and_iso_times() -> None:
    assert READER.parse(NESTED, CONTEXT) == Record(
        time=MOMENT,
        source_ip="2001:db8::1",
        host="2001:db8::2",
        port=443,
        bytes_up=5,
        bytes_down=6,
    )


@pytest.mark.parametrize("line", ["#separator \\x09", "#types\ttime", "#close\t2026", FILE_JSON])
def test_headers_and_logs_of_no_connection_are_no_visit(line: str) -> None:
    assert READER.parse(line, CONTEXT) is None


def test_it_reads_columns_parted_otherwise() -> None:
    fields, row = DNS_FIELDS.replace("\t", "|"), DNS_ROW.replace("\t", "|")
    record = READER.parse(row, READER.study(["#separator \\x7c", fields], CONTEXT))
    assert record is not None
    assert record.host == "api.example.com"


@pytest.mark.parametrize(
    ("line", "header", "reason"),
    [
        (DNS_ROW, (), "columns"),
        (DNS_ROW + "\tx", (DNS_FIELDS,), "columns"),
        ("hello", (), "shape"),
        ("#hello", (), "shape"),
        ('{"a":1}', (), "shape"),
        ('{"ts":', (), "json"),
        (DNS_ROW.replace("1772443812.345678", "soon"), (DNS_FIELDS,), "time"),
        (DNS_JSON.replace("1772443812.345678", '"2026-13-01T00:00:00Z"'), (), "time"),
    ],
)
def test_it_refuses_what_it_cannot_read(line: str, header: tuple[str, ...], reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, context_of(*header) if header else CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, [*OBJECTS, NESTED, DNS_ROW, DNS_FIELDS])
    assert_never_crashes(READER, [DNS_ROW], context_of(DNS_FIELDS))


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, OBJECTS)
    assert agrees(READER, [NESTED])


@pytest.mark.parametrize(
    "line",
    [DNS_ROW, "hello", '{"a":1}', DNS_JSON[:-1], DNS_JSON * 2, DNS_JSON.replace("1772443812", "1")],
)
def test_skimming_declines_what_it_would_misread(line: str) -> None:
    assert not agrees(READER, [DNS_JSON, line, DNS_JSON])


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([DNS_FIELDS, DNS_ROW, SSL_ROW, *OBJECTS, NESTED, ""]) == 1
    others = [
        "#Fields: date time c-ip",
        '{"timestamp":"2026-03-02T10:30:12Z","src_ip":"192.0.2.1","flow_id":1}',
        '{"ts":1,"user":"jdoe"}',
        "1772443812.345    12 192.0.2.10 TCP_MISS/200 512 GET http://a.example/ - DIRECT/- -",
    ]
    assert READER.score(others) == 0


@pytest.mark.parametrize("log", ["dns", "ssl"])
def test_the_same_traffic_reads_the_same_in_both_formats(log: str) -> None:
    table, objects = SHARED / f"zeek-{log}.log", SHARED / f"zeek-{log}.json"
    if not table.exists():
        pytest.skip(f"needs ../shared/data/logs/zeek-{log}.log beside the checkout")
    lines = table.read_text(encoding="utf-8").splitlines()
    context = READER.study(lines[:20], CONTEXT)
    rows = [record for line in lines if (record := READER.parse(line, context))]
    events = [READER.parse(line, CONTEXT) for line in objects.read_text("utf-8").splitlines()]
    assert len(rows) > 3900
    assert rows == events
    block = "\n".join(objects.read_text("utf-8").splitlines()[:500]).encode()
    assert READER.skim is not None
    assert READER.skim(block) is not None
