from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.readers.umbrella_proxy import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees, shared_lines
from tests.discovery.readers.hostile import CONTEXT, assert_never_crashes

PERSON = (
    '"2026-04-15 10:50:04","Doe, Jeanne (jdoe@example.org)","192.0.2.10","203.0.113.9", '
    '"198.51.100.7","text/html","ALLOWED","https://claude.ai/api?q=1","","Mozilla/5.0, (X11)",'
    '"200","562","1489","1200","","Chat","","","","","","AD Users","",'
    '"Doe, Jeanne (jdoe@example.org),LAN","AD Users,Internal Networks","POST","","","x","1"'
)
OLD = (
    ' "2026-04-15 10:50:04","PC-JDOE","","203.0.113.9","198.51.100.7","","BLOCKED",'
    '"http://www.example.org/","","agent","403","471","","","","Chat"'
)
COMPUTER = (
    '"2026-04-15 10:50:04","PC-JDOE","192.0.2.10","203.0.113.9","198.51.100.7","","ALLOWED",'
    '"https://claude.ai/","","agent","200","562","1489","","","Chat","","","","","",'
    '"Roaming Computers",""'
)
HEADER = (
    '"Timestamp","Policy Identity Label","Internal Client IP","External Client IP",'
    '"Destination IP","Content Type","Action","URL","Referer","User Agent","Status Code",'
    '"Request Size","Response Size"'
)
SAMPLES = [PERSON, OLD, COMPUTER]
DNS = (
    '"2026-04-15 10:50:04","jdoe","jdoe,Site","192.0.2.10","203.0.113.9","Allowed",'
    '"1 (A)","NOERROR","chatgpt.com.","Chat","AD Users","AD Users,Sites",""'
)


def test_it_reads_a_request() -> None:
    assert READER.parse(PERSON, CONTEXT) == Record(
        time=datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC),
        source_ip="192.0.2.10",
        user="jdoe@example.org",
        host="claude.ai",
        port=443,
        method="POST",
        path="/api",
        status=200,
        action="allowed",
        bytes_up=562,
        bytes_down=1489,
        mime="text/html",
    )


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (OLD, "source_ip", "203.0.113.9"),
        (OLD, "action", "blocked"),
        (OLD, "port", 80),
        (OLD, "bytes_down", None),
        (OLD, "method", None),
        (COMPUTER, "user", None),
        (PERSON.replace("2026-04-15 ", "2026-04-15 \n"), "host", "claude.ai"),
        (PERSON.replace("https://", "htt\nps://"), "host", "claude.ai"),
        (PERSON.replace("https://claude.ai/api?q=1", 'url{""a"":1}'), "host", "198.51.100.7"),
        (PERSON.replace("https://claude.ai/api?q=1", 'url{""a"":1}'), "path", None),
        (PERSON.replace('"ALLOWED"', '"WARNED"'), "action", None),
    ],
)
def test_it_reads_the_variants(text: str, field: str, value: object) -> None:
    record = READER.parse(text, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_a_header_is_no_visit_and_gives_the_order_of_columns() -> None:
    assert READER.parse(HEADER, CONTEXT) is None
    swapped = HEADER.replace('"Request Size","Response Size"', '"Response Size","Request Size"')
    record = READER.parse(PERSON, READER.study([swapped, PERSON], CONTEXT))
    assert record is not None
    assert (record.bytes_up, record.bytes_down) == (1489, 562)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ("", "shape"),
        (",".join(PERSON.split(",")[:6]), "columns"),
        (PERSON.replace("2026-04-15 10:50:04", "2026-02-31 10:50:04"), "time"),
        (PERSON.replace("2026-04-15 10:50:04", "hier"), "time"),
        (",".join("abcdefghijklmno"), "shape"),
    ],
)
def test_it_refuses_what_it_cannot_read(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(text, CONTEXT)
    assert refusal.value.reason == reason


def test_nothing_makes_it_crash() -> None:
    assert_never_crashes(READER, [*SAMPLES, HEADER])


def test_it_knows_its_own_rows_and_no_others() -> None:
    assert READER.score([HEADER, *SAMPLES]) == 1
    assert READER.score([DNS, "hello", "a,b,c,d,e,f,g,h,i,j,k,l,m"]) == 0


@pytest.mark.parametrize("other", ["umbrella-dns", "paloalto", "fortigate", "bind"])
def test_it_leaves_the_rows_of_others(other: str) -> None:
    assert READER.score([case["line"] for case in shared_lines(other)]) == 0


def test_it_agrees_with_another_parser() -> None:
    outside = "the address of the whole site, while the row gives that of the machine"
    disagreements = {("1", "source_ip"): outside, ("3", "source_ip"): outside}
    assert_agrees(READER, "umbrella-proxy", disagreements)
