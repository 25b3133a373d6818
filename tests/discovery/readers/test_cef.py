from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.cef import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
PARIS = Context(now=CONTEXT.now, zone=ZoneInfo("Europe/Paris"))
HEAD = "CEF:0|Example|Web Gateway|7.1|100|URL \\| request|3|"
WEB = HEAD + (
    "rt=1772444999000 src=192.0.2.10 spt=51000 dst=198.51.100.7 dpt=443 suser=EXAMPLE\\\\jdoe "
    "request=https://chat.example.com/v1/chat?a\\=1 requestMethod=POST act=blocked in=300 out=900 "
    "cn1Label=HTTP Status cn1=403 app=HTTPS msg=a src of trouble, x \\= y"
)
FLOW = HEAD + "start=Mar 02 2026 10:30:12 src=2001:db8::7 dst=198.51.100.7 dpt=443 act=allow"
AUTH = HEAD + "rt=Mar 02 2026 10:30:12.250 UTC duser=jdoe outcome=Failure"
SYSTEM = HEAD + "rt=1772444999000 dvchost=gw1 msg=Disk full"
SAMPLES = [WEB, FLOW, AUTH, f"<134>Mar  2 10:30:12 gw1 {WEB}"]


def test_it_reads_a_web_event() -> None:
    assert READER.parse(WEB, CONTEXT) == Record(
        time=datetime(2026, 3, 2, 9, 49, 59, tzinfo=UTC),
        source_ip="192.0.2.10",
        user="EXAMPLE\\jdoe",
        host="chat.example.com",
        port=443,
        method="POST",
        path="/v1/chat",
        status=403,
        action="blocked",
        bytes_up=300,
        bytes_down=900,
        app="HTTPS",
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (FLOW, "host", "198.51.100.7"),
        (FLOW, "source_ip", "2001:db8::7"),
        (FLOW, "time", datetime(2026, 3, 2, 9, 30, 12, tzinfo=UTC)),
        (FLOW, "action", "allowed"),
        (
            FLOW.replace(" dst=", " dtz=UTC dst="),
            "time",
            datetime(2026, 3, 2, 10, 30, 12, tzinfo=UTC),
        ),
        (FLOW.replace("Mar 02 2026 10:30:12", "Mon Mar  2 10:30:12 2026"), "port", 443),
        (FLOW.replace("Mar 02 2026 10:30:12", "2026-03-02T10:30:12Z"), "port", 443),
        (FLOW.replace("dst=", "dhost=Chat.Example.com. dst="), "host", "chat.example.com"),
        (FLOW.replace("dst=", "request=/a/b?c dhost=a.example dst="), "path", "/a/b"),
        (FLOW.replace("dst=", "request=a.example/b dst="), "host", "a.example"),
        (FLOW.replace("dst=", 'request="C:\\\\x\\\\y.exe" dst='), "host", "198.51.100.7"),
        (AUTH, "user", "jdoe"),
        (AUTH, "time", datetime(2026, 3, 2, 10, 30, 12, 250000, tzinfo=UTC)),
        (AUTH, "host", None),
        (AUTH.replace("duser=jdoe", "suser=N/A duser=jdoe"), "user", "jdoe"),
        (WEB.replace("|Example|Web Gateway|", "|Palo Alto Networks|LF|"), "bytes_up", 900),
        (WEB.replace("|Example|Web Gateway|", "|Palo Alto Networks|PAN-OS|"), "bytes_up", 300),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, PARIS)
    assert record is not None
    assert getattr(record, field) == value


def test_an_event_about_nobody_is_no_visit() -> None:
    assert READER.parse(SYSTEM, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("CEF:0|Example|Web", "shape"),
        (FLOW.replace("Mar 02", "Mar 32"), "time"),
        (FLOW.replace("Mar 02 2026 10:30:12", "yesterday"), "time"),
        (WEB.replace("rt=1772444999000", "rt=99999999999999999999999"), "time"),
    ],
)
def test_it_refuses_what_is_not_an_event(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, [*SAMPLES, SYSTEM])


def test_only_a_date_without_zone_is_doubtful() -> None:
    assert READER.study([WEB], CONTEXT).doubts == ()
    assert READER.study([WEB, FLOW], CONTEXT).doubts == ("zone",)


def test_it_leaves_fortinet_to_its_reader() -> None:
    assert READER.score(SAMPLES) == 1
    assert READER.score([WEB.replace("Example|Web Gateway", "Fortinet|Fortigate")]) == 0
    others = ['{"a":"CEF:0"}', "LEEF:1.0|Example|x|1|y|src=192.0.2.1", "a|b|c|d|e|f|g|h", ""]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    windows = "dntdom is a Windows domain, not a host"
    disagreements = {
        ("cyber_reason_malop_machine", "path"): "a file of the computer is not a URL's path",
        ("pan_ngfw_traffic_cef", "host"): windows,
        ("pan_ngfw_userid_cef", "host"): windows,
    }
    assert_agrees(READER, "cef", disagreements)
