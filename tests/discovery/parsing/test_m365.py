from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.parsing import m365
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
EVENT = {"CreationTime": "2026-11-20T12:00:01", "RecordType": 6, "UserId": "jdoe@example.com"}


@pytest.mark.parametrize(
    "outer",
    [EVENT, {"AuditData": EVENT}, {"auditData": EVENT}, {"AuditData": json.dumps(EVENT)}],
)
def test_the_event_is_found_in_its_envelope(outer: dict[str, Any]) -> None:
    assert m365.unwrap(outer) == EVENT


@pytest.mark.parametrize("outer", [{"AuditData": "not JSON"}, {"AuditData": "{"}, {"AuditData": 3}])
def test_an_envelope_that_holds_no_event_is_not_one(outer: dict[str, Any]) -> None:
    assert not m365.is_event(m365.unwrap(outer))


def test_times_are_utc_whatever_the_zone_asked_for() -> None:
    record = m365.record(EVENT, CONTEXT)
    assert record is not None
    assert record.time == datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["Sync_SRV_1", "ServicePrincipal_12", "SHAREPOINT\\system", "Unknown"]
)
def test_machines_are_not_people(name: str) -> None:
    assert m365.record(EVENT | {"UserId": name}, CONTEXT) is None


def test_an_event_without_a_time_is_refused() -> None:
    with pytest.raises(UnreadableError) as refusal:
        m365.record({"UserId": "jdoe@example.com"}, CONTEXT)
    assert refusal.value.reason == "time"
