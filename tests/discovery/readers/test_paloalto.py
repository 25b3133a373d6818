from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.paloalto import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
PARIS = Context(now=CONTEXT.now, zone=ZoneInfo("Europe/Paris"))
MOMENT = datetime(2026, 3, 2, 9, 30, 12, tzinfo=UTC)
DATE = "2026/03/02 10:30:12"
PRECISE = ",2026-03-02T10:30:12.250+01:00,,"


def head(kind: str, sort: str) -> str:
    """Give the seven columns that every type opens with."""
    return f"1,{DATE},001234567890,{kind},{sort},2562,{DATE},"


SESSION = (
    "192.0.2.10,198.51.100.7,203.0.113.1,198.51.100.7,Web out,example\\jdoe,,ssl,vsys1,in,out,"
    f"ethernet1/1,ethernet1/2,Fwd,{DATE},4242,1,51000,443,0,0,0x400000,tcp,"
)
TRAFFIC = head("TRAFFIC", "end") + SESSION + f"allow,320,300,20,4,{DATE},1,any,,77,0x0,FR,US"
URL = (
    head("THREAT", "url")
    + SESSION
    + 'block-url,"Chat.example.com:8443/v1/chat?a=1,b=2",(9999),ai,informational,client-to-server,'
    + '7,0x0,FR,US,0,text/html,0,,,1,"Mozilla/5.0 (X, Y)",,,,,,,0,0,0,0,0,,fw1,,,,post,0,,0,,N/A'
)
DECRYPTION = (
    head("DECRYPTION", "0")
    + SESSION
    + "allow"
    + "," * 30
    + "cn.example.com,issuer,root,sni.example.com,,"
)
USERID = head("USERID", "login") + "vsys1,192.0.2.10,example\\jdoe,,0,1,10800"
PORTAL = (
    head("GLOBALPROTECT", "0")
    + "vsys1,gateway-auth,login,Other,,jdoe,FR,PC1,192.0.2.10,0.0.0.0,198.51.100.9"
)
SIGN_IN = (
    head("SYSTEM", "auth")
    + ",auth-fail,PROFILE,0,0,general,medium,\"failed authentication for user 'jdoe'. "
    + 'Reason: x, y. From: 192.0.2.10.",7,0x0'
)
SYSTEM = head("SYSTEM", "general") + ",general,,0,0,general,informational,Disk full,7,0x0"
JSON = json.dumps(
    {
        "TimeReceived": "2026-03-02T09:31:00.000000Z",
        "DeviceSN": "001234567890",
        "LogType": "THREAT",
        "Subtype": "url",
        "TimeGenerated": "2026-03-02T09:30:12.000000Z",
        "SourceAddress": "2001:db8::10",
        "DestinationAddress": "2001:db8::7",
        "SourceUser": "jdoe@example.org",
        "Application": "ssl",
        "DestinationPort": 443,
        "Action": "alert",
        "URL": "chat.example.com/v1?x",
        "HTTPMethod": "unknown",
        "ContentType": None,
    }
)
FLOW_CEF = (
    "CEF:0|Palo Alto Networks|LF|2.0|TRAFFIC|end|3|dtz=UTC rt=Mar 02 2026 09:30:12 src=192.0.2.10 "
    "dst=198.51.100.7 suser=jdoe app=openai-chatgpt dpt=443 act=deny PanOSBytes=9 out=3 in=6"
)
URL_CEF = FLOW_CEF.replace("act=", "request=chat.example.com/v1?x requestMethod=get act=")
LEEF = (
    "LEEF:2.0|Palo Alto Networks|Next Generation Firewall|10.1|allow| |cat=traffic SubType=end "
    "devTime=2026-03-02T09:30:12.000000Z src=192.0.2.10 dst=198.51.100.7 usrName=example\\jdoe "
    "Application=ssl dstPort=443 Action=allow srcBytes=3 dstBytes=6"
)


def parted(named: str, mark: str) -> str:
    """Give the LEEF event with another delimiter, as its header names it."""
    header, _, fields = LEEF.partition("| |")
    return f"{header}|{named}|{fields.replace(' ', mark)}"


ROWS = [TRAFFIC, URL, TRAFFIC + PRECISE, URL.replace("example\\jdoe", "")]
SAMPLES = [*ROWS, DECRYPTION, USERID, PORTAL, SIGN_IN, SYSTEM, JSON, FLOW_CEF, URL_CEF, LEEF]


def test_it_reads_a_blocked_url() -> None:
    assert READER.parse(URL, PARIS) == Record(
        time=MOMENT,
        source_ip="192.0.2.10",
        user="example\\jdoe",
        host="chat.example.com",
        port=8443,
        method="post",
        path="/v1/chat",
        action="blocked",
        app="ssl",
        mime="text/html",
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (TRAFFIC, "host", "198.51.100.7"),
        (TRAFFIC, "port", 443),
        (TRAFFIC, "bytes_up", 300),
        (TRAFFIC, "bytes_down", 20),
        (TRAFFIC, "action", "allowed"),
        (TRAFFIC.replace(",allow,", ",reset-both,"), "action", "blocked"),
        (TRAFFIC.replace("example\\jdoe", "x-fwd-for: 192.0.2.77"), "user", None),
        (TRAFFIC.replace("Web out", '"Web, out"'), "app", "ssl"),
        (TRAFFIC.replace("192.0.2.10", "2001:DB8::10"), "source_ip", "2001:db8::10"),
        (TRAFFIC + PRECISE, "time", MOMENT.replace(microsecond=250000)),
        (TRAFFIC + PRECISE.replace("01:00,,", "01:0"), "time", MOMENT.replace(microsecond=250000)),
        (f"<14>Mar  2 10:30:12 fw1 {TRAFFIC}", "host", "198.51.100.7"),
        (f"<14>1 2026-03-02T10:30:12Z fw1 - - - - {TRAFFIC}", "user", "example\\jdoe"),
        (URL.replace(":8443", ""), "port", 443),
        (DECRYPTION, "host", "sni.example.com"),
        (DECRYPTION.replace("sni.example.com", ""), "host", "cn.example.com"),
        (USERID, "user", "example\\jdoe"),
        (USERID, "host", None),
        (PORTAL, "source_ip", "192.0.2.10"),
        (PORTAL, "user", "jdoe"),
        (SIGN_IN, "user", "jdoe"),
        (SIGN_IN, "source_ip", "192.0.2.10"),
        (JSON, "time", MOMENT),
        (JSON, "user", "jdoe@example.org"),
        (JSON, "host", "chat.example.com"),
        (JSON, "path", "/v1"),
        (JSON, "method", None),
        (JSON, "action", "allowed"),
        (FLOW_CEF, "time", MOMENT),
        (FLOW_CEF, "bytes_up", 3),
        (FLOW_CEF, "app", "openai-chatgpt"),
        (FLOW_CEF, "action", "blocked"),
        (URL_CEF, "host", "chat.example.com"),
        (URL_CEF, "method", "get"),
        (LEEF, "time", MOMENT),
        (LEEF, "bytes_down", 6),
        (LEEF, "user", "example\\jdoe"),
        (parted("x09", "\t"), "bytes_down", 6),
        (parted("^", "^"), "user", "example\\jdoe"),
        (LEEF.replace("LEEF:2.0", "LEEF:1.0").replace("| |", "|"), "host", "198.51.100.7"),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, PARIS)
    assert record is not None
    assert getattr(record, field) == value


def test_short_dates_are_read_in_the_order_that_the_file_shows() -> None:
    month_first = [TRAFFIC.replace(DATE, date) for date in ("3/2/26 10:30", "3/22/26 10:30")]
    record = READER.parse(month_first[0], READER.study(month_first, CONTEXT))
    assert record is not None
    assert record.time == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    day_first = [TRAFFIC.replace(DATE, date) for date in ("2/3/2026 10:30:12", "22/3/26 10:30")]
    record = READER.parse(day_first[0], READER.study(day_first, PARIS))
    assert record is not None
    assert record.time == MOMENT


def test_a_log_about_the_firewall_itself_is_no_visit() -> None:
    assert READER.parse(SYSTEM, CONTEXT) is None
    json_system = '{"LogType":"SYSTEM","LogSourceID":"1","EventDescription":"for user Auto agent"}'
    assert READER.parse(json_system, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("1,2,3,TRAFFIC,end", "shape"),
        (head("TRAFFIC", "end") + "192.0.2.10,198.51.100.7", "columns"),
        (TRAFFIC.replace("2026/03/02", "2026/03/32"), "time"),
        ('{"LogType":"THREAT"', "json"),
        ('{"LogType":"THREAT"}', "shape"),
        (JSON.replace("2026-03-02", "2026-03-32"), "time"),
        (FLOW_CEF.replace("Palo Alto Networks", "Example"), "shape"),
    ],
)
def test_it_refuses_what_is_not_such_a_log(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, SAMPLES)


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, ROWS)


@pytest.mark.parametrize("line", [USERID, SIGN_IN, SYSTEM, JSON, FLOW_CEF, LEEF, DECRYPTION])
def test_skimming_reads_the_other_forms_in_full(line: str) -> None:
    assert agrees(READER, [TRAFFIC, line])


@pytest.mark.parametrize("line", ["hello", "", TRAFFIC.replace("2026/03/02", "2026/03/32")])
def test_skimming_declines_what_parsing_refuses(line: str) -> None:
    assert not agrees(READER, [TRAFFIC, line, TRAFFIC])


def test_skimming_gives_the_application() -> None:
    assert READER.skim is not None
    columns = READER.skim(f"{TRAFFIC}\n{FLOW_CEF}\n".encode())
    assert columns is not None
    assert columns.apps == (b"ssl", b"openai-chatgpt")


def test_only_rows_without_a_precise_time_are_doubtful() -> None:
    assert READER.study([TRAFFIC + PRECISE, JSON, LEEF], CONTEXT).doubts == ()
    assert READER.study([TRAFFIC], CONTEXT).doubts == ("zone",)


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([*SAMPLES, ""]) == 1
    others = [
        "CEF:0|Example|Palo Alto Networks|1|a|b|3|src=192.0.2.1",
        '"2026-03-02 10:30:12","id","id","192.0.2.1","192.0.2.1","Allowed","1 (A)"',
        '{"LogType":"x","user":"jdoe"}',
        "1,2026/03/02 10:30:12,x,OTHER,",
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    nobody = "the firewall about itself: no person and no source, so no record"
    written = "the login as written: domains are dropped where people are counted"
    zoned = "the line has the same moment with its zone, which the other parser left out"
    sent = "in this product's CEF out is bytes sent, as its number of packets confirms"
    no_port = "an event about a person, which reaches no port"
    generated = "the time of the event, not of its reception"
    disagreements = {
        ("User_id_2_csv", "port"): no_port,
        ("test_userid", "port"): no_port,
        ("globalprotect_csv", "time"): generated,
        ("test_decryption_csv", "time"): zoned,
        ("test_event_reason4", "time"): zoned,
        ("traffic2_csv", "bytes_up"): sent,
        ("traffic2_csv", "bytes_down"): sent,
        ("url_cef", "port"): "the destination's port: that event has no URL to take one from",
    }
    disagreements |= {
        (name, "user"): written
        for name in (
            *("hash_in_filename", "test_globalprotect", "test_hipmatch_json", "test_userid"),
            *("test_threat_03_json", "wildfire1_json"),
        )
    }
    disagreements |= {
        (name, "*"): nobody
        for name in (
            *("test_dhcp_renew_json", "test_event_reason", "test_port_up_json", "test_system"),
            *("test_system_event_11_json", "test_system_event_2_json"),
            *("test_system_event_4_json", "test_system_event_6_json", "test_system_event_8_json"),
        )
    }
    assert_agrees(READER, "paloalto", disagreements)
