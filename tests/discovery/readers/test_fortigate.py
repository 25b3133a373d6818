from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.fortigate import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
MOMENT = datetime(2026, 3, 2, 9, 30, 12, tzinfo=UTC)
HEAD = (
    'date=2026-03-02 time=10:30:12 devname="fw-01" devid="FGT60F0000000001" '
    'eventtime=1772443812000000000 tz="+0100" '
)
WHO = "srcip=192.0.2.10 srcport=51000 dstip=198.51.100.7 dstport=443 sessionid=7 proto=6 "
WEB = HEAD + (
    'logid="0317013312" type="utm" subtype="webfilter" eventtype="ftgd_blk" level="warning" '
    f'vd="root" policyid=1 user="jdoe" {WHO}service="HTTPS" hostname="chat.example.com" '
    'profile="Filtrage avancé" action="blocked" url="https://chat.example.com/v1/chat?a=1,b=2" '
    'sentbyte=300 rcvdbyte=0 httpmethod="POST" contenttype="text/html"'
)
TRAFFIC = HEAD + (
    f'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" {WHO}'
    'action="close" service="HTTPS" app="Mistral AI" duration=3 sentbyte=10 rcvdbyte=20'
)
DNS = HEAD + (
    'logid="1501054802" type="utm" subtype="dns" eventtype="dns-response" level="notice" '
    f'vd="root" unauthuser="jdoe" {WHO}qname="[api.example.com]" qtype="A" action="pass"'
)
OLD = (
    "date=2026-03-02 time=10:30:12 devname=fw devid=FG1 logid=0000000013 type=traffic "
    f"subtype=forward level=notice vd=root {WHO}action=deny sentbyte=0"
)
LOGIN = HEAD + (
    'logid="0100032001" type="event" subtype="system" level="information" vd="root" '
    'user="admin" ui="https(192.0.2.99)" action="login" status="success"'
)
SYSTEM = HEAD + 'logid="0100020027" type="event" subtype="system" level="notice" vd="root" msg="ok"'
CSV = (
    'date=2026-03-02,time=10:30:12,logid="1501054802",type="utm",subtype="dns",level="notice",'
    'eventtime=1772443812,user="jdoe",srcip=192.0.2.10,dstip=198.51.100.7,dstport=53,'
    'qname="api.example.com",ipaddr="192.0.2.1, 192.0.2.2",action="redirect"'
)
CEF = (
    "CEF:0|Fortinet|Fortigate|v7.4.1|13312|utm:webfilter ftgd_blk blocked|4|"
    "FTNTFGTlogid=0317013312 FTNTFGTeventtime=1772443812000 FTNTFGTtz=+0100 duser=jdoe "
    "src=192.0.2.10 dst=198.51.100.7 "
    "dpt=443 dhost=chat.example.com act=blocked request=https://chat.example.com/x?y "
    "FTNTFGThttpmethod=GET out=5 in=6 app=HTTPS FTNTFGTapp=Example.Chat"
)
KEYED = [WEB, TRAFFIC, DNS, OLD, LOGIN.replace("ui=", "srcip=192.0.2.99 ui="), SYSTEM]
SAMPLES = [*KEYED, LOGIN, CSV, CEF]


def test_it_reads_a_blocked_page() -> None:
    assert READER.parse(WEB, CONTEXT) == Record(
        time=MOMENT,
        source_ip="192.0.2.10",
        user="jdoe",
        host="chat.example.com",
        port=443,
        method="POST",
        path="/v1/chat",
        action="blocked",
        bytes_up=300,
        bytes_down=0,
        mime="text/html",
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (TRAFFIC, "host", "198.51.100.7"),
        (TRAFFIC, "app", "Mistral AI"),
        (TRAFFIC, "action", "allowed"),
        (TRAFFIC, "user", None),
        (
            TRAFFIC.replace('action="close"', 'action="accept" utmaction="block"'),
            "action",
            "blocked",
        ),
        (TRAFFIC + " sentdelta=4 rcvddelta=6", "bytes_up", 4),
        (TRAFFIC.replace("app=", "dstinetsvc="), "app", "Mistral AI"),
        (TRAFFIC + ' user="N/A"', "user", None),
        (TRAFFIC + ' user="j.doe,cn=John Doe"', "user", "j.doe"),
        (TRAFFIC.replace("192.0.2.10", "2001:DB8::10"), "source_ip", "2001:db8::10"),
        (TRAFFIC.replace("000000000 tz", " tz"), "time", MOMENT),
        (TRAFFIC.replace("000000000 tz", "000 tz"), "time", MOMENT),
        (TRAFFIC.replace("000000000 tz", "000000 tz"), "time", MOMENT),
        (TRAFFIC.replace("eventtime=1772443812000000000 ", ""), "time", MOMENT),
        (f"<189>{TRAFFIC}", "port", 443),
        (f"Mar  2 10:30:12 fw-01 {TRAFFIC}", "port", 443),
        (TRAFFIC + ' msg="a=1,b=2"', "host", "198.51.100.7"),
        (DNS, "host", "api.example.com"),
        (DNS, "port", None),
        (DNS, "user", "jdoe"),
        (OLD, "action", "blocked"),
        (OLD, "time", datetime(2026, 3, 2, 10, 30, 12, tzinfo=UTC)),
        (LOGIN, "source_ip", "192.0.2.99"),
        (LOGIN, "action", None),
        (CSV, "host", "api.example.com"),
        (CSV, "time", MOMENT),
        (CSV, "action", "blocked"),
        (CEF, "time", MOMENT),
        (CEF, "user", "jdoe"),
        (CEF, "host", "chat.example.com"),
        (CEF, "path", "/x"),
        (CEF, "bytes_up", 5),
        (CEF, "app", "Example.Chat"),
        (CEF.replace("FTNTFGT", "FortinetFortiGate"), "method", "GET"),
        (CEF.removeprefix("CEF:"), "user", "jdoe"),
    ],
)
def test_it_reads_the_variants(line: str, field: str, value: object) -> None:
    record = READER.parse(line, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_a_log_about_the_firewall_itself_is_no_visit() -> None:
    assert READER.parse(SYSTEM, CONTEXT) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "shape"),
        ("CEF:0|Fortinet|", "shape"),
        (CEF.replace("Fortigate", "Forti\\|gate").replace("|4|", "|"), "shape"),
        (OLD.replace("2026-03-02", "2026-03-32"), "time"),
        (TRAFFIC.replace("1772443812000000000", "soon"), "time"),
    ],
)
def test_it_refuses_what_is_not_such_a_line(line: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(line, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, SAMPLES)


def test_skimming_sees_what_parsing_reads() -> None:
    assert_skim_never_misreads(READER, KEYED)


@pytest.mark.parametrize(
    "line",
    [
        LOGIN,
        CSV,
        CEF,
        TRAFFIC.replace("1772443812000000000", "17724438120"),
        TRAFFIC.replace("srcip=192.0.2.10", "srcip=nowhere"),
        TRAFFIC + ' msg="a user=root b"',
        TRAFFIC + ' user="a\\"b"',
    ],
)
def test_skimming_reads_odd_lines_in_full(line: str) -> None:
    assert agrees(READER, [TRAFFIC, line])


@pytest.mark.parametrize("line", ["hello", "", OLD.replace("2026-03-02", "2026-03-32")])
def test_skimming_declines_what_parsing_refuses(line: str) -> None:
    assert not agrees(READER, [TRAFFIC, line, TRAFFIC])


def test_skimming_gives_the_application() -> None:
    assert READER.skim is not None
    columns = READER.skim(f"{TRAFFIC}\n{WEB}\n".encode())
    assert columns is not None
    assert columns.apps == (b"Mistral AI", b"")


def test_only_a_date_without_zone_is_doubtful() -> None:
    assert READER.study([TRAFFIC, CEF, CSV], CONTEXT).doubts == ()
    assert READER.study([TRAFFIC, OLD], CONTEXT).doubts == ("zone",)


def test_it_knows_its_own_lines_only() -> None:
    assert READER.score([*SAMPLES, SYSTEM, ""]) == 1
    others = [
        "CEF:0|Example|Fortinet|1|a|b|3|src=192.0.2.1",
        'id=firewall time="2026-03-02 10:30:12" fw="SN1" tz=+0100 startime="x" logtype="web"',
        'device="SFW" date=2026-03-02 time=10:30:12 log_type="Firewall" log_subtype="Allowed"',
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    nobody = "the firewall about itself: no person, no source, no destination, so no record"
    question = "a DNS question has no port: 53 is the resolver's"
    service = "the service's name; the application has its own key in Fortinet's CEF"
    written = "the login as written: its Windows domain is dropped where people are counted"
    part = "sentbyte is the running sum of a long session, of which this log is a part"
    two = "two logs in one text, which framing cuts at the end of the line"
    assert_agrees(
        READER,
        "fortigate",
        {
            ("Configuration_changed.CEF", "time"): nobody,
            ("ROLL-LOG.STANDARD", "time"): nobody,
            ("test_ssl_certificate_error", "time"): nobody,
            ("vpn.STANDARD", "*"): nobody,
            ("DNS.CEF", "port"): question,
            ("DNS2.STANDARD", "port"): question,
            ("dns.CSV", "port"): question,
            ("app_ctrl_1", "app"): service,
            ("application.CEF", "app"): service,
            ("traffic_forward.CEF", "app"): service,
            ("traffic_forward.CEF-6", "app"): service,
            ("application.CEF", "user"): written,
            ("test_unauthuser", "user"): written,
            ("traffic_forward.CEF-4", "bytes_up"): part,
            ("traffic_forward.CEF-4", "bytes_down"): part,
            ("system_event.CEF", "*"): two,
            ("test_event_login_2", "time"): "its timestamp is UTC already: not an hour earlier",
        },
    )
