from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.entra import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
NOON = datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)


def sign_in(**fields: Any) -> dict[str, Any]:
    usual = {
        "id": "1",
        "createdDateTime": "2026-11-20T12:00:01Z",
        "userDisplayName": "Jane Doe",
        "userPrincipalName": "jdoe@example.com",
        "appDisplayName": "Example Writer",
        "ipAddress": "192.0.2.7",
        "status": {"errorCode": 0},
        "conditionalAccessStatus": "success",
    }
    return {key: value for key, value in (usual | fields).items() if value is not None}


def audit(**fields: Any) -> dict[str, Any]:
    usual = {
        "id": "1",
        "activityDateTime": "2026-11-20T12:00:01.5Z",
        "activityDisplayName": "Consent to application",
        "category": "ApplicationManagement",
        "initiatedBy": {
            "user": {"userPrincipalName": "jdoe@example.com", "ipAddress": "192.0.2.7"},
            "app": None,
        },
        "targetResources": [{"type": "ServicePrincipal", "displayName": "Example Writer"}],
    }
    return usual | fields


def monitored(category: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "time": "11/20/2026 12:00:01 PM",
        "category": category,
        "operationName": "Sign-in activity",
        "callerIpAddress": "192.0.2.7",
        "identity": "Jane Doe",
        "properties": properties,
    }


SAMPLES = [
    json.dumps(one)
    for one in (
        sign_in(),
        audit(),
        monitored("SignInLogs", sign_in()),
        monitored("AuditLogs", audit()),
        monitored("SignInLogs", {}),
    )
]


@pytest.mark.parametrize("one", [sign_in(), monitored("NonInteractiveUserSignInLogs", sign_in())])
def test_it_reads_a_sign_in(one: dict[str, Any]) -> None:
    assert READER.parse(json.dumps(one), CONTEXT) == Record(
        time=NOON,
        source_ip="192.0.2.7",
        user="jdoe@example.com",
        action="allowed",
        app="Example Writer",
    )


@pytest.mark.parametrize("one", [audit(), monitored("AuditLogs", audit())])
def test_it_reads_a_consent_by_the_name_of_the_application(one: dict[str, Any]) -> None:
    assert READER.parse(json.dumps(one), CONTEXT) == Record(
        time=NOON.replace(microsecond=500000),
        source_ip="192.0.2.7",
        user="jdoe@example.com",
        app="Example Writer",
    )


@pytest.mark.parametrize(
    ("one", "field", "value"),
    [
        (sign_in(status={"errorCode": 50126}), "action", None),
        (sign_in(status={"errorCode": 53003}), "action", "blocked"),
        (sign_in(status={"errorCode": 90094}), "action", "blocked"),
        (sign_in(conditionalAccessStatus="failure"), "action", "blocked"),
        (sign_in(ipAddress="2001:DB8:0:0::7"), "source_ip", "2001:db8::7"),
        (sign_in(userPrincipalName=None), "user", "Jane Doe"),
        (sign_in(userPrincipalName=None, servicePrincipalName="robot"), "user", None),
        (monitored("SignInLogs", {}), "time", NOON),
        (monitored("SignInLogs", {}), "user", "Jane Doe"),
        (
            audit(
                initiatedBy={"app": {"displayName": "Sync"}},
                targetResources=[{"type": "User", "userPrincipalName": "jdoe@example.com"}],
            ),
            "user",
            "jdoe@example.com",
        ),
        (audit(initiatedBy={"app": {"displayName": "Azure"}}), "app", "Example Writer"),
        (
            {
                "Type": "SigninLogs",
                "TimeGenerated": "2026-11-20T12:00:01Z",
                "AppDisplayName": "Example Writer",
                "UserPrincipalName": "jdoe@example.com",
                "IPAddress": "192.0.2.7",
                "ResultType": "0",
            },
            "app",
            "Example Writer",
        ),
    ],
)
def test_it_reads_the_variants(one: dict[str, Any], field: str, value: object) -> None:
    record = READER.parse(json.dumps(one), CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_what_machines_do_among_themselves_is_no_visit() -> None:
    device = audit(
        initiatedBy={"app": {"displayName": "Sync"}},
        targetResources=[{"type": "Device", "displayName": "laptop"}],
    )
    assert READER.parse(json.dumps(device), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        (json.dumps(sign_in())[:-3], "json"),
        ('{"CreationTime": "2026-11-20T12:00:01", "RecordType": 15, "UserId": "x"}', "shape"),
        (json.dumps(sign_in(createdDateTime="soon")), "time"),
        (json.dumps(sign_in(createdDateTime={})), "time"),
    ],
)
def test_it_refuses_what_is_not_such_an_event(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        READER.parse(text, CONTEXT)
    assert refusal.value.reason == reason


def test_it_survives_any_text() -> None:
    assert_never_crashes(READER, SAMPLES)


def test_it_knows_its_own_events_only() -> None:
    assert READER.score(SAMPLES) == 1
    others = [
        '{"kind": "admin#reports#activity", "id": {"applicationName": "token"}, "actor": {}}',
        '{"CreationTime": "2026-11-20T12:00:01", "RecordType": 15, "Workload": "x"}',
        '{"category": "AuditLogs"}',
        '{"app": "x", "timestamp": 1, "activity": "Login"}',
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    nobody = "a machine's account changed by an application: nobody, so no record"
    login = "the login, not the name displayed"
    numbers = (4, 30, 32, 34, 36, 38, 40, *range(60, 77, 2))
    disagreements = {(f"test_event_{number:04}", "time"): nobody for number in numbers}
    disagreements |= {(name, "user"): login for name in ("test_directory_audit", "test_signin")}
    assert_agrees(READER, "entra", disagreements)
