from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.generic_json import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.hostile import assert_never_crashes

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
NOON = datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)
ECS = {
    "@timestamp": "2026-11-20T12:00:01Z",
    "source": {"ip": "192.0.2.7", "bytes": 12},
    "destination": {"bytes": 98, "port": 443, "ip": "198.51.100.7"},
    "user": {"name": "jdoe", "email": "jdoe@example.com"},
    "url": {"domain": "chat.example.com", "path": "/v1"},
    "http": {"request": {"method": "POST"}, "response": {"status_code": 200}},
    "network": {"application": "writer"},
    "event": {"action": "proxy", "type": ["connection", "allowed"]},
}
OCSF = {
    "time": 1795176001000,
    "src_endpoint": {"ip": "192.0.2.7"},
    "actor": {"user": {"name": "jdoe"}},
    "query": {"hostname": "chat.example.com.", "type": "A"},
    "disposition": "Blocked",
}
OWN = {"when": 1795176001, "who": {"login": "jdoe"}, "dest": {"host": "chat.example.com"}}
USUAL = {"datetime": "2026-11-20 12:00:01", "client_ip": "192.0.2.7", "site": "chat.example.com"}
SAMPLES = [json.dumps(one) for one in (ECS, OCSF, OWN, USUAL)]


def read(event: dict[str, Any], **mapping: str) -> Record | None:
    text = json.dumps(event)
    return READER.parse(text, READER.study([text], replace(CONTEXT, mapping=mapping)))


def test_it_reads_the_elastic_common_schema() -> None:
    assert read(ECS) == Record(
        time=NOON,
        source_ip="192.0.2.7",
        user="jdoe",
        host="chat.example.com",
        port=443,
        method="POST",
        path="/v1",
        status=200,
        action="allowed",
        bytes_up=12,
        bytes_down=98,
        app="writer",
    )


def test_it_reads_the_open_cybersecurity_schema() -> None:
    assert read(OCSF) == Record(
        time=datetime.fromtimestamp(1795176001, tz=UTC),
        source_ip="192.0.2.7",
        user="jdoe",
        host="chat.example.com",
        action="blocked",
    )


def test_it_reads_usual_names() -> None:
    assert read(USUAL) == Record(time=NOON, source_ip="192.0.2.7", host="chat.example.com")


def test_a_mapping_gives_dotted_paths() -> None:
    assert read(OWN, time="when", user="who.login", host="dest.host") == Record(
        time=datetime.fromtimestamp(1795176001, tz=UTC), user="jdoe", host="chat.example.com"
    )


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        ({key: value for key, value in ECS.items() if key != "url"}, "host", "198.51.100.7"),
        (ECS | {"url": {"full": "https://chat.example.com/v1?q"}}, "path", "/v1"),
        (ECS | {"event": {"type": ["denied"]}}, "action", "blocked"),
        (ECS | {"event": {"action": "blocked"}}, "action", "blocked"),
        ({"@timestamp": "2026-11-20T12:00:01Z", "url.domain": "a.example"}, "host", "a.example"),
        (ECS | {"dns": {"question": {"name": "b.example"}}, "url": {}}, "host", "b.example"),
        (USUAL | {"bytes_sent": 7.0}, "bytes_up", 7),
        (USUAL | {"site": None, "url": "http://a.example:8080/x"}, "port", 8080),
    ],
)
def test_it_reads_the_variants(event: dict[str, Any], field: str, value: object) -> None:
    record = read(event)
    assert record is not None
    assert getattr(record, field) == value


def test_an_event_of_nobody_and_nowhere_is_no_visit() -> None:
    assert read({"time": 1795176001, "level": "info", "status": 200}) is None


@pytest.mark.parametrize(
    ("mapping", "doubts"),
    [
        ({}, {"mapping", "zone"}),
        ({"host": "site", "time": "datetime"}, {"zone"}),
        ({"host": "site", "time": "datetime", "zone": "Europe/Paris"}, set()),
        ({"host": "site", "time": "datetime", "time_format": "%Y-%m-%d %H:%M:%S"}, {"zone"}),
    ],
)
def test_what_was_guessed_is_in_doubt(mapping: dict[str, str], doubts: set[str]) -> None:
    context = READER.study([json.dumps(USUAL)], replace(CONTEXT, mapping=mapping))
    assert set(context.doubts) == doubts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ('{"time": 1', "json"),
        ('{"a": 1}', "columns"),
        (json.dumps(USUAL | {"datetime": "soon"}), "time"),
        ("[" * 100_000, "shape"),
        ('{"a":' * 100_000, "json"),
    ],
)
def test_it_refuses_what_is_not_such_an_event(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(text, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, SAMPLES)
    given = {"host": "dest.host", "time": "when", "zone": "Europe/Paris"}
    assert_never_crashes(READER, SAMPLES, replace(CONTEXT, mapping=given))


def test_it_leaves_the_first_place_to_readers_that_know_the_product() -> None:
    assert READER.score([json.dumps(ECS), json.dumps(OCSF), json.dumps(USUAL)]) == pytest.approx(
        0.5
    )
    assert READER.score(['{"a": 1}', "hello", '{"time": 1, "level": "info"}']) == 0
