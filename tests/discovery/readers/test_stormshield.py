from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.stormshield import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
HEAD = (
    'id=firewall time="2026-03-02 10:30:12" fw="SN210A00000001" tz=+0100 '
    'startime="2026-03-02 10:30:11" pri=5 '
)
FLOW = "ipproto=tcp src=192.0.2.25 srcport=52000 modsrc=203.0.113.1 dst=198.51.100.20 dstport=443 "
WEB = (
    HEAD
    + FLOW
    + (
        'dstname=www.example.com sent=512 rcvd=2048 user="jdoe" op=GET result=200 '
        'arg="/v1/chat?q=1" action=pass logtype="web"'
    )
)
SSL = (
    HEAD
    + FLOW
    + 'dstname="chat.example.org" user="" action=pass msg="Not deciphered" logtype="ssl"'
)
CONNECTION = HEAD + FLOW + 'sent=10 rcvd=20 serverappid=chatgpt action=block logtype="connection"'
CERTIFICATE = (
    HEAD + FLOW + 'arg="Subject%20=%20/C=FR/O=Example/CN=api.example.com Issuer%20=%20/CN=Root CA"'
)
AUTH = HEAD + 'user="jdoe" src=192.0.2.25 domain="example.com" error=0 logtype="auth"'
SYSTEM = HEAD + 'msg="Update: src=192.0.2.9 user=\'x\'" service=sysevent logtype="system"'
SAMPLES = [WEB, SSL, CONNECTION, AUTH, WEB.replace("192.0.2.25", "2001:db8::25")]


def test_it_reads_a_web_line() -> None:
    assert READER.parse(WEB, CONTEXT) == Record(
        time=datetime(2026, 3, 2, 9, 30, 12, tzinfo=UTC),
        source_ip="192.0.2.25",
        user="jdoe",
        host="www.example.com",
        port=443,
        method="GET",
        path="/v1/chat",
        status=200,
        action="allowed",
        bytes_up=512,
        bytes_down=2048,
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (SSL, "host", "chat.example.org"),
        (SSL, "user", None),
        (CONNECTION, "host", "198.51.100.20"),
        (CONNECTION, "app", "chatgpt"),
        (CONNECTION, "action", "blocked"),
        (CONNECTION.replace("action=block", "action=Block"), "action", "blocked"),
        (CONNECTION.replace("action=block", "action="), "action", None),
        (CONNECTION.replace("dst=", "dstname=Firewall_out dst="), "host", "198.51.100.20"),
        (CONNECTION.replace("dst=", "dstname=host_198.51.100.20 dst="), "host", "198.51.100.20"),
        (CERTIFICATE, "host", "api.example.com"),
        (AUTH, "host", None),
        (AUTH, "user", "jdoe"),
        (HEAD + 'user="admin" address=192.0.2.9 logtype="server"', "source_ip", "192.0.2.9"),
        (WEB.replace("192.0.2.25", "2001:DB8::25"), "source_ip", "2001:db8::25"),
        (WEB.replace('user="jdoe"', 'user="Zoé Dupré"'), "user", "Zoé Dupré"),
        (WEB.replace('user="jdoe"', 'msg="a user=root b" user="jdoe"'), "user", "jdoe"),
        (WEB.replace("tz=+0100 ", ""), "time", datetime(2026, 3, 2, 10, 30, 12, tzinfo=UTC)),
        (WEB.removeprefix("id=firewall "), "host", "www.example.com"),
        (f"<134>Mar  2 10:30:12 sns asqd: {WEB}", "host", "www.example.com"),
        (WEB.replace('time="2026-03-02 10:30:12"', "time=2026-03-02 10:30:12"), "status", 200),
        (WEB.replace("op=GET result=200", "proto=modbus result=5"), "status", None),
        (WEB.replace('arg="/v1/chat?q=1"', 'arg="http://a.example/x?y"'), "path", "/x"),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_a_line_about_the_firewall_itself_is_no_visit() -> None:
    assert READER.parse(SYSTEM, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ('id=firewall time="2026-03-02 10:30:12" sn=00 fw', "shape"),
        (WEB.replace("2026-03-02 10", "2026-13-02 10"), "time"),
        (WEB.replace(" 10:30:12", " 30:30:12"), "time"),
    ],
)
def test_it_refuses_what_is_not_such_a_line(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, [*SAMPLES, CERTIFICATE, SYSTEM])


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, [*SAMPLES, HEAD + 'service=x logtype="system"'])


@pytest.mark.parametrize(
    "line",
    [
        SYSTEM,
        CERTIFICATE,
        WEB.replace("src=192.0.2.25", "src=nowhere"),
        WEB.replace("src=192.0.2.25", "src=2001:DB8::25"),
        WEB.replace('user="jdoe"', 'msg="a user=root b"'),
        WEB.replace('user="jdoe"', 'user="a\\"b"'),
        WEB.replace('user="jdoe"', 'user="Zoé"'),
        WEB.replace(" user=", "\tuser="),
    ],
)
def test_skimming_reads_odd_lines_in_full(line: str) -> None:
    assert agrees(READER, [WEB, line])


@pytest.mark.parametrize("line", ["hello", WEB.replace("2026-03-02 10", "2026-13-02 10")])
def test_skimming_declines_what_parsing_refuses(line: str) -> None:
    assert not agrees(READER, [WEB, line])


def test_skimming_gives_the_application() -> None:
    assert READER.skim is not None
    columns = READER.skim(f"{CONNECTION}\r\n{WEB}\r\n".encode())
    assert columns is not None
    assert columns.apps == (b"chatgpt", b"")


def test_only_a_file_without_zones_is_doubtful() -> None:
    assert READER.study(SAMPLES, CONTEXT).doubts == ()
    assert READER.study([WEB.replace("tz=+0100 ", "")], CONTEXT).doubts == ("zone",)


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([*SAMPLES, SYSTEM, ""]) == 1
    others = [
        'date=2026-03-02 time=10:30:12 devname="fw" logid="1" type="traffic" srcip=192.0.2.1',
        'id=firewall sn=0017 time="2026-03-02 10:30:12" pri=6 c=262144 m=98 src=192.0.2.1',
        "CEF:0|Stormshield|SES|1|a|b|3|src=192.0.2.1",
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    nobody = "the firewall about itself: no person and no source, so no record"
    disagreements = {("system", "time"): nobody, ("test_monitor_2", "time"): nobody}
    assert_agrees(READER, "stormshield", disagreements)
