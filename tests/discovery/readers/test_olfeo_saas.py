from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.readers.olfeo_saas import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees, shared_lines
from tests.discovery.readers.hostile import CONTEXT, assert_never_crashes

WEB: dict[str, Any] = {
    "user_id": "00000000-0000-0000-0000-000000000001",
    "display_name": "Jeanne Doe",
    "category_id": "1234",
    "category_label": "Intelligence Artificielle",
    "url": "https://claude.ai/api/organizations?x=1",
    "action": "allow",
    "domain": "claude.ai",
    "src_ip": "192.0.2.10",
    "src_port": "27275",
    "timestamp": 1776250204123,
    "dest_ip": "198.51.100.7",
    "http_method": "POST",
    "user_received_bytes": "4664",
    "user_sent_bytes": "836",
    "user_status_code": "200",
    "theme_label": "Autres",
    "directory_name": "Annuaire",
    "policy_name": "None",
    "type": "proxy",
    "applications": None,
}
DNS = WEB | {
    "url": "",
    "domain": "chatgpt.com",
    "src_ip": "",
    "http_method": "",
    "user_received_bytes": "",
    "user_sent_bytes": "",
    "user_status_code": "",
    "type": "dns",
}
SAMPLES = [json.dumps(WEB, ensure_ascii=False), json.dumps(DNS), json.dumps(WEB, indent=2)]


def read(event: dict[str, Any]) -> Record:
    record = READER.parse(json.dumps(event), CONTEXT)
    assert record is not None
    return record


def test_it_reads_a_web_request() -> None:
    assert read(WEB) == Record(
        time=datetime(2026, 4, 15, 10, 50, 4, 123000, tzinfo=UTC),
        source_ip="192.0.2.10",
        user="Jeanne Doe",
        host="claude.ai",
        port=443,
        method="POST",
        path="/api/organizations",
        status=200,
        action="allowed",
        bytes_up=836,
        bytes_down=4664,
    )


def test_it_reads_a_dns_question() -> None:
    assert read(DNS) == Record(
        time=datetime(2026, 4, 15, 10, 50, 4, 123000, tzinfo=UTC),
        user="Jeanne Doe",
        host="chatgpt.com",
        action="allowed",
    )


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"action": "Block"}, "action", "blocked"),
        ({"action": "quota"}, "action", None),
        ({"display_name": "-"}, "user", None),
        ({"src_ip": "2001:DB8::7"}, "source_ip", "2001:db8::7"),
        ({"url": "", "domain": ""}, "host", "198.51.100.7"),
        ({"url": "", "domain": "Chat.Mistral.AI."}, "host", "chat.mistral.ai"),
        ({"applications": ["ChatGPT"]}, "app", "ChatGPT"),
        ({"applications": [{"label": "Le Chat"}]}, "app", "Le Chat"),
        ({"user_sent_bytes": 12}, "bytes_up", 12),
        ({"timestamp": "1776250204"}, "time", datetime(2026, 4, 15, 10, 50, 4, tzinfo=UTC)),
    ],
)
def test_it_reads_the_variants(change: dict[str, Any], field: str, value: object) -> None:
    assert getattr(read(WEB | change), field) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ("[1]", "shape"),
        ('{"src_ip": "192.0.2.1"}', "shape"),
        (SAMPLES[0][:-5], "json"),
        (json.dumps(WEB | {"timestamp": "hier"}), "time"),
        (json.dumps(WEB | {"timestamp": None}), "time"),
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


@pytest.mark.parametrize("other", ["netskope", "zscaler", "suricata", "entra"])
def test_it_leaves_the_events_of_others(other: str) -> None:
    assert READER.score([case["line"] for case in shared_lines(other)]) == 0


def test_it_agrees_with_another_parser() -> None:
    assert_agrees(
        READER, "olfeo-saas", {("livelog-dns", "path"): "a DNS question has a name, not a path"}
    )
