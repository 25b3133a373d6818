from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.readers.netskope import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees, shared_lines
from tests.discovery.readers.hostile import CONTEXT, assert_never_crashes

PAGE: dict[str, Any] = {
    "_id": "0123456789abcdef01234567",
    "access_method": "Client",
    "action": "",
    "app": "ChatGPT",
    "appcategory": "Generative AI",
    "ccl": "medium",
    "client_bytes": 5120,
    "domain": "chatgpt.com",
    "dstip": "198.51.100.7",
    "dstport": 443,
    "hostname": "PC-JDOE",
    "numbytes": 25600,
    "page": "chatgpt.com",
    "server_bytes": 20480,
    "site": "ChatGPT",
    "srcip": "203.0.113.9",
    "timestamp": 1776250204,
    "traffic_type": "CloudApp",
    "type": "connection",
    "ur_normalized": "jdoe@example.org",
    "url": "chatgpt.com/backend-api/conversation?x=1",
    "user": "jdoe@example.org",
    "userip": "192.0.2.10",
    "userkey": "jdoe@example.org",
}
BLOCKED = PAGE | {"type": "nspolicy", "action": "block", "activity": "Upload", "alert": "yes"}
PRIVATE = {
    "timestamp": 1776250204,
    "type": "network",
    "traffic_type": "PrivateApp",
    "access_method": "Client",
    "dsthost": "intra.example.org",
    "dstport": 22,
    "user": "jdoe@example.org",
    "url": "",
}
AUDIT = {
    "timestamp": 1776250204,
    "type": "admin_audit_logs",
    "user": "admin13",
    "audit_log_event": "Login Failed",
    "supporting_data": {"data_type": "user", "data_values": ["192.0.2.7", False]},
    "organization_unit": "",
}
SAMPLES = [json.dumps(event) for event in (PAGE, BLOCKED, PRIVATE, AUDIT)]


def read(event: dict[str, Any]) -> Record:
    record = READER.parse(json.dumps(event), CONTEXT)
    assert record is not None
    return record


def test_it_reads_a_connection() -> None:
    assert read(PAGE) == Record(
        time=datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC),
        source_ip="203.0.113.9",
        user="jdoe@example.org",
        host="chatgpt.com",
        port=443,
        path="/backend-api/conversation",
        bytes_up=5120,
        bytes_down=20480,
        app="ChatGPT",
    )


def test_it_keeps_the_person_of_an_audit_event() -> None:
    assert read(AUDIT) == Record(time=datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC), user="admin13")


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"action": "block"}, "action", "blocked"),
        ({"action": "allow"}, "action", "allowed"),
        ({"action": "useralert"}, "action", None),
        ({"bypass_traffic": "yes"}, "action", "allowed"),
        ({"srcip": ""}, "source_ip", "192.0.2.10"),
        ({"user": "192.0.2.10"}, "user", None),
        ({"user": ""}, "user", "jdoe@example.org"),
        ({"url": ""}, "host", "chatgpt.com"),
        ({"url": "", "domain": ""}, "host", "198.51.100.7"),
        ({"url": "https://claude.ai/new"}, "host", "claude.ai"),
        ({"url": "claude.ai//new"}, "host", "claude.ai"),
        ({"url": "https://claude.ai/new", "dstport": 0}, "port", 443),
        ({"app": "n/a"}, "app", None),
        ({"client_bytes": 0, "server_bytes": 0}, "bytes_up", None),
        ({"client_bytes": 0, "server_bytes": 0, "numbytes": 0}, "bytes_up", 0),
        ({"client_bytes": None}, "bytes_up", 5120),
        ({"server_bytes": None}, "bytes_down", 20480),
        ({"server_bytes": None, "client_bytes": None}, "bytes_down", None),
        ({"mime_type": "text/event-stream"}, "mime", "text/event-stream"),
        ({"file_type": "File Type Not Detected"}, "mime", None),
    ],
)
def test_it_reads_the_variants(change: dict[str, Any], field: str, value: object) -> None:
    assert getattr(read(PAGE | change), field) == value


def test_the_machine_of_the_person_is_not_the_host_that_was_visited() -> None:
    assert read(PRIVATE | {"hostname": "PC-JDOE"}).host == "intra.example.org"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ('{"user": "jdoe", "type": "nothing"}', "shape"),
        (SAMPLES[0][:-5], "json"),
        ("[" * 5000, "shape"),
        ('{"a":' * 50000, "json"),
        (json.dumps(PAGE | {"timestamp": "hier"}), "time"),
        (json.dumps(PAGE | {"timestamp": None}), "time"),
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
    assert READER.score(['{"user": "jdoe", "url": "a.example", "timestamp": 1}', "hello"]) == 0


@pytest.mark.parametrize("other", ["olfeo-saas", "zscaler", "suricata", "entra", "o365"])
def test_it_leaves_the_events_of_others(other: str) -> None:
    assert READER.score([case["line"] for case in shared_lines(other)]) == 0


def test_it_agrees_with_another_parser() -> None:
    cut = "the other parser drops what follows @ and so merges people"
    bare = "no path was logged: the other parser made one up"
    names = (
        *("test_audit_log_deleted_inline_policy", "test_audit_log_logout_successful"),
        *("test_connection_log", "test_dlp_incident", "test_dlp_incident_3", "test_network_1"),
        *("test_malsite_alert", "test_nspolicy_block", "test_nspolicy_upload"),
    )
    disagreements = {(name, "user"): cut for name in names} | {
        ("test_connection_log", "path"): bare,
        ("test_nspolicy_block", "path"): bare,
        ("test_nspolicy_upload", "port"): "the event says dstport 80; 443 was guessed",
    }
    assert_agrees(READER, "netskope", disagreements)
