from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ecluse.discovery.readers.zscaler import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees, shared_lines
from tests.discovery.readers.hostile import CONTEXT, assert_never_crashes
from tests.discovery.readers.skimming import agrees, assert_skim_never_misreads

WHEN = datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC)
WEB: dict[str, Any] = {
    "datetime": "2026-04-15 10:50:04",
    "reason": "Allowed",
    "protocol": "HTTPS",
    "action": "Allowed",
    "responsesize": "758",
    "requestsize": "948",
    "serverip": "198.51.100.7",
    "requestmethod": "POST",
    "product": "NSS",
    "location": "Siege",
    "ClientIP": "192.0.2.10",
    "status": "200",
    "user": "jdoe@example.org",
    "url": "claude.ai/api/organizations?x=1",
    "hostname": "claude.ai",
    "clientpublicIP": "203.0.113.9",
    "appname": "Claude",
    "urlsupercategory": "Internet Communication",
    "contenttype": "text/event-stream",
}
OTHER_WEB = {
    "time": "Wed Apr 15 10:50:04 2026",
    "login": "jdoe@example.org",
    "proto": "HTTP_PROXY",
    "eurl": "chatgpt.com:443",
    "action": "Blocked",
    "appname": "General Browsing",
    "reqsize": "600",
    "respsize": "65",
    "urlsupercat": "Information Technology",
    "dlpeng": "None",
    "location": "Siege",
    "cip": "192.0.2.10",
    "sip": "198.51.100.7",
    "reqmethod": "CONNECT",
    "respcode": "403",
    "contenttype": "Other",
}
DNS = {
    "datetime": "Wed Apr 15 10:50:04 2026",
    "user": "jdoe@example.org",
    "location": "Siege",
    "reqaction": "Allow",
    "resaction": "Block",
    "reqrulelabel": "DNS_1",
    "dns_reqtype": "AAAA",
    "dns_req": "chat.mistral.ai",
    "srv_dport": "53",
    "clt_sip": "192.0.2.10",
    "srv_dip": "198.51.100.53",
}
FIREWALL = {
    "datetime": "Wed Apr 15 10:50:04 2026",
    "user": "jdoe@example.org",
    "locationname": "Siege",
    "cdport": 443,
    "csport": 52352,
    "sdport": 443,
    "csip": "192.0.2.10",
    "cdip": "198.51.100.7",
    "sdip": "198.51.100.7",
    "action": "Drop",
    "nwsvc": "HTTPS",
    "nwapp": "chatgpt",
    "proto": "TCP",
    "inbytes": 3367,
    "outbytes": 5894,
}


def wrapped(kind: str, event: dict[str, Any]) -> str:
    return json.dumps({"sourcetype": f"zscalernss-{kind}", "event": event})


def feed(event: dict[str, Any]) -> str:
    stamp, *pairs = event.items()
    return "\t".join([str(stamp[1]), *(f"{key}={value}" for key, value in pairs)])


SAMPLES = [
    wrapped("web", WEB),
    wrapped("web", OTHER_WEB),
    wrapped("dns", DNS),
    wrapped("fw", FIREWALL),
    feed(WEB),
    "<134>" + feed(OTHER_WEB),
]
READ = Record(
    time=WHEN,
    source_ip="192.0.2.10",
    user="jdoe@example.org",
    host="claude.ai",
    port=443,
    method="POST",
    path="/api/organizations",
    status=200,
    action="allowed",
    bytes_up=948,
    bytes_down=758,
    app="Claude",
    mime="text/event-stream",
)
BLOCKED = Record(
    time=WHEN,
    source_ip="192.0.2.10",
    user="jdoe@example.org",
    host="chatgpt.com",
    port=443,
    method="CONNECT",
    status=403,
    action="blocked",
    bytes_up=600,
    bytes_down=65,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (wrapped("web", WEB), READ),
        (json.dumps(WEB), READ),
        (feed(WEB), READ),
        ("\t".join(f"{key}={value}" for key, value in WEB.items()), READ),
        ("\t".join(f'{key}="{value}"' for key, value in WEB.items()), READ),
        ("<134>" + feed(WEB), READ),
        ("<134>" + wrapped("web", WEB), READ),
        (wrapped("web", OTHER_WEB), BLOCKED),
        (feed(OTHER_WEB), BLOCKED),
        (
            wrapped("dns", DNS),
            Record(
                time=WHEN,
                source_ip="192.0.2.10",
                user="jdoe@example.org",
                host="chat.mistral.ai",
                action="blocked",
            ),
        ),
        (
            wrapped("fw", FIREWALL),
            Record(
                time=WHEN,
                source_ip="192.0.2.10",
                user="jdoe@example.org",
                host="198.51.100.7",
                port=443,
                action="blocked",
                bytes_up=5894,
                bytes_down=3367,
                app="chatgpt",
            ),
        ),
    ],
)
def test_it_reads_every_feed(text: str, expected: Record) -> None:
    assert READER.parse(text, CONTEXT) == expected


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"user": "Siege"}, "user", None),
        ({"user": "NA"}, "user", None),
        ({"url": "None"}, "host", "claude.ai"),
        ({"url": "None", "hostname": "NA"}, "host", "198.51.100.7"),
        ({"url": "claude.ai//x"}, "host", "claude.ai"),
        ({"url": "claude.ai:8443/x"}, "port", 8443),
        ({"protocol": "FTP"}, "port", None),
        ({"protocol": "HTTP"}, "port", 80),
        ({"action": "Cautioned"}, "action", "allowed"),
        ({"action": "Blocked"}, "action", "blocked"),
        ({"status": "NA"}, "status", None),
        ({"requestmethod": "invalid"}, "method", None),
        ({"requestsize": "NA"}, "bytes_up", None),
        ({"appname": "generalbrowsing"}, "app", None),
        ({"contenttype": "Other"}, "mime", None),
        ({"ClientIP": "2001:db8::7"}, "source_ip", "2001:db8::7"),
        ({"datetime": "NA"}, "time", None),
        ({"url": "", "b64url": base64.b64encode(b"claude.ai/x").decode()}, "path", "/x"),
        ({"url": "", "b64url": "!"}, "host", "claude.ai"),
    ],
)
def test_it_reads_the_variants(change: dict[str, Any], field: str, value: object) -> None:
    for text in (wrapped("web", WEB | change), feed(WEB | change)):
        record = READER.parse(text, CONTEXT)
        assert record is not None
        assert getattr(record, field) == value


def test_a_firewall_event_may_name_the_host() -> None:
    record = READER.parse(wrapped("fw", FIREWALL | {"cltdomain": "chatgpt.com"}), CONTEXT)
    assert record is not None
    assert record.host == "chatgpt.com"


def test_an_administrator_who_signs_in_is_kept_without_host() -> None:
    event = {"time": "Wed Apr 15 10:50:04 2026", "adminid": "adm", "clientip": "192.0.2.10"}
    record = READER.parse(wrapped("audit", event), CONTEXT)
    assert record == Record(time=WHEN, user="adm", source_ip="192.0.2.10")


def test_what_the_nss_machine_says_of_itself_is_no_visit() -> None:
    line = "<118>Apr 15 10:50:04 [192.0.2.143] ZscalerNSS: The NSS free memory has decreased"
    assert READER.parse(line, CONTEXT) is None


def test_the_feed_takes_its_time_from_syslog_if_it_has_none() -> None:
    pairs = "\t".join(f"{key}={value}" for key, value in list(WEB.items())[1:])
    record = READER.parse(f"<134>Apr 15 10:50:04 nss {pairs}", CONTEXT)
    assert record == READ


def test_times_are_those_of_the_zone_of_the_feed_and_the_doubt_is_declared_without_it() -> None:
    paris = replace(CONTEXT, zone=ZoneInfo("Europe/Paris"))
    assert READER.study(SAMPLES, paris).doubts == ("zone",)
    zoned = wrapped("web", WEB | {"tz": "GMT"})
    assert READER.study([zoned], paris).doubts == ()
    record = READER.parse(zoned, paris)
    assert record is not None
    assert record.time == WHEN


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ("a=1\tb=2\tc=3\td=4", "shape"),
        ('{"user": "jdoe"}', "shape"),
        (SAMPLES[0][:-5], "json"),
        (wrapped("web", WEB | {"datetime": "hier"}), "time"),
        (wrapped("web", WEB | {"datetime": "2026-02-31 10:00:00"}), "time"),
        (wrapped("web", WEB | {"datetime": "Wed Apr 15 10:50:04 " + "9" * 5000}), "time"),
        (feed(WEB | {"datetime": "2026-02-31 10:00:00"}), "time"),
    ],
)
def test_it_refuses_what_it_cannot_read(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(text, CONTEXT)
    assert refusal.value.reason == reason


def test_nothing_makes_it_crash() -> None:
    assert_never_crashes(READER, SAMPLES)


def test_it_knows_its_own_events_and_no_others() -> None:
    assert READER.score(SAMPLES) == 1
    assert READER.score(['{"user": "jdoe", "url": "a.example", "time": 1}', "a\tb\tc\td"]) == 0


@pytest.mark.parametrize("other", ["olfeo-saas", "netskope", "suricata", "entra", "o365"])
def test_it_leaves_the_events_of_others(other: str) -> None:
    assert READER.score([case["line"] for case in shared_lines(other)]) == 0


@pytest.mark.parametrize("event", [WEB, OTHER_WEB, DNS, FIREWALL])
def test_skimming_sees_in_each_feed_what_parsing_reads(event: dict[str, Any]) -> None:
    assert_skim_never_misreads(READER, [feed(event), f"<134>{feed(event)}"])


def test_skimming_falls_back_as_parsing_does() -> None:
    changes: list[dict[str, Any]] = [
        {"url": "None"},
        {"url": "N/A"},
        {"url": "https://a.example/x"},
        {"url": "/x"},
        {"url": "None", "hostname": "NA"},
        {"user": "Siege"},
        {"user": "NA"},
        {"ClientIP": "NA"},
    ]
    assert agrees(READER, [feed(WEB | change) for change in changes])


@pytest.mark.parametrize(
    "text",
    [
        SAMPLES[0],
        "hello",
        feed(WEB | {"datetime": "2026-02-31 10:50:04"}),
        feed(WEB | {"url": "a b"}),
        feed(WEB | {"ClientIP": "PC-JDOE"}),
        feed(OTHER_WEB),
    ],
)
def test_skimming_declines_a_block_with_a_line_that_is_not_like_the_first(text: str) -> None:
    assert not agrees(READER, [feed(WEB), text])


def test_it_agrees_with_another_parser() -> None:
    owner = "the owner of the device is not who signed in to Zscaler"
    disagreements = {
        ("test_event_dns", "user"): owner,
        ("test_event_dns", "port"): "the port of the resolver is not that of what was asked for",
        ("test_event_web", "user"): owner,
        ("test_event_web", "path"): "a URL without a path, whose host the other took for one",
        ("test_event_web3", "path"): "the other parser drops the slash that a path begins with",
    }
    assert_agrees(READER, "zscaler", disagreements)
