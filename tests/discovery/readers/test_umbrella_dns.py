from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.discovery.readers.umbrella_dns import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees, shared_lines
from tests.discovery.readers.hostile import CONTEXT, assert_never_crashes

OLD = (
    '"2026-04-15 10:50:04","jdoe", "jdoe,Site,Network", "192.0.2.10","203.0.113.9","Allowed",'
    '"1 (A)", "NOERROR","chatgpt.com.", "Chat,Photo Sharing"'
)
PERSON = (
    '"2026-04-15 10:50:04","Doe, Jeanne (jdoe@example.org)",'
    '"Doe, Jeanne (jdoe@example.org),PC-JDOE","192.0.2.10","203.0.113.9","Allowed","1 (A)",'
    '"NOERROR","chatgpt.com.","Generative AI","AD Users","AD Users,Anyconnect Roaming Client",'
    '"","506165","","8234970"'
)
NETWORK = (
    ' "2026-04-15 10:50:04","Siege","Siege,jdoe","","203.0.113.9","Blocked","28 (AAAA)",'
    '"NXDOMAIN","claude.ai","","Networks","Networks,Directory Users",""'
)
HEADER = (
    '"Timestamp","Policy Identity","Identities","Internal IP","External IP","Action",'
    '"Query Type","Response Code","Domain","Categories","Policy Identity Type",'
    '"Identity Types","Blocked Categories"'
)
SAMPLES = [OLD, PERSON, NETWORK]
WEB = (
    '"2026-04-15 10:50:04","PC-JDOE","192.0.2.10","203.0.113.9","198.51.100.7","text/html",'
    '"ALLOWED","https://claude.ai/x","","agent","200","562","1489","","","Chat","","","","","",'
    '"Roaming Computers",""'
)


def test_it_reads_a_question() -> None:
    assert READER.parse(PERSON, CONTEXT) == Record(
        time=datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC),
        source_ip="192.0.2.10",
        user="jdoe@example.org",
        host="chatgpt.com",
        action="allowed",
    )


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (OLD, "user", "jdoe"),
        (OLD, "host", "chatgpt.com"),
        (OLD, "source_ip", "192.0.2.10"),
        (NETWORK, "user", "jdoe"),
        (NETWORK.replace(",Directory Users", ",Sites"), "user", None),
        (NETWORK, "source_ip", "203.0.113.9"),
        (NETWORK, "action", "blocked"),
        (PERSON.replace(",Anyconnect Roaming Client", ""), "user", "jdoe@example.org"),
        (
            PERSON.replace('"AD Users","AD Users', '"Policy 1","AD Users'),
            "user",
            "jdoe@example.org",
        ),
        (PERSON.replace("AD Users", "Networks"), "user", None),
        (PERSON.replace('"AD Users"', '"Roaming Computers"'), "user", "jdoe@example.org"),
        (PERSON.replace('"Allowed"', '"Proxied"'), "action", "allowed"),
        (PERSON.replace('"Allowed"', '"Other"'), "action", None),
        (PERSON.replace("192.0.2.10", "2001:DB8::7"), "source_ip", "2001:db8::7"),
        (PERSON.replace("Generative AI", "Generative\nAI"), "host", "chatgpt.com"),
        (PERSON.replace("chatgpt.com.", "chat\r\ngpt.com."), "host", "chatgpt.com"),
        (PERSON.replace("chatgpt.com.", ""), "host", None),
        (PERSON.replace("192.0.2.10", "192.0.2.10:5353"), "source_ip", "192.0.2.10"),
        (OLD.replace('"jdoe,Site,Network"', "jdoe").replace('"', ""), "host", "chatgpt.com"),
    ],
)
def test_it_reads_the_variants(text: str, field: str, value: object) -> None:
    record = READER.parse(text, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_a_header_is_no_visit_and_gives_the_order_of_columns() -> None:
    assert READER.parse(HEADER, CONTEXT) is None
    swapped = HEADER.replace('"Internal IP","External IP"', '"External IP","Internal IP"')
    context = READER.study([swapped, PERSON], CONTEXT)
    record = READER.parse(PERSON, context)
    assert record is not None
    assert record.source_ip == "203.0.113.9"
    assert record.user == "jdoe@example.org"


def test_its_times_leave_no_doubt() -> None:
    assert READER.study([HEADER, *SAMPLES], CONTEXT).doubts == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ("", "shape"),
        (",".join(PERSON.split(",")[:5]), "columns"),
        (PERSON.replace("2026-04-15 10:50:04", "2026-02-31 10:50:04"), "time"),
        (PERSON.replace("2026-04-15 10:50:04", "hier"), "time"),
        (PERSON.replace('"', ""), "columns"),
        ('"a","b","c","d","e","f","g","h","i","j"', "shape"),
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
    assert READER.score([WEB, "hello", "a,b,c,d,e,f,g,h,i,j"]) == 0


@pytest.mark.parametrize("other", ["umbrella-proxy", "paloalto", "fortigate", "bind"])
def test_it_leaves_the_rows_of_others(other: str) -> None:
    assert READER.score([case["line"] for case in shared_lines(other)]) == 0


def test_it_agrees_with_another_parser() -> None:
    network = "the name of a network, which is not a person"
    disagreements = {
        ("DNS_Tunnel", "user"): network,
        ("umbrella-dns-2", "user"): network,
        ("umbrella-dns-5", "user"): network,
        ("umbrella-dns-7", "user"): "the login within the display name is kept, not all of it",
    }
    assert_agrees(READER, "umbrella-dns", disagreements)
