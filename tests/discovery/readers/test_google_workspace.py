from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.google_workspace import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees, shared_lines
from tests.discovery.readers.hostile import assert_never_crashes

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
PERSON = {"callerType": "USER", "email": "jdoe@example.com"}


def activity(
    report: str, event: str, actor: dict[str, Any] | None = None, **parameters: str
) -> dict[str, Any]:
    given = [{"name": name, "value": value} for name, value in parameters.items()]
    return {
        "kind": "admin#reports#activity",
        "id": {"time": "2026-11-20T12:00:01.250Z", "applicationName": report},
        "actor": PERSON if actor is None else actor,
        "ipAddress": "192.0.2.7",
        "events": [{"name": event, "parameters": given}],
    }


GRANT = activity("token", "authorize", client_id="1", app_name="Example Writer")
SAMPLES = [
    json.dumps(one)
    for one in (
        GRANT,
        activity("login", "login_success", login_type="saml"),
        activity("gemini_in_workspace_apps", "feature_utilization", app_name="docs"),
        activity("drive", "edit", doc_title="plan"),
    )
]


def test_it_reads_a_grant_by_the_name_of_the_application() -> None:
    assert READER.parse(json.dumps(GRANT), CONTEXT) == Record(
        time=datetime(2026, 11, 20, 12, 0, 1, 250000, tzinfo=UTC),
        source_ip="192.0.2.7",
        user="jdoe@example.com",
        action="allowed",
        app="Example Writer",
    )


@pytest.mark.parametrize(
    ("one", "field", "value"),
    [
        (activity("gemini_in_workspace_apps", "x", app_name="docs"), "app", "Gemini (docs)"),
        (activity("gemini_in_workspace_apps", "x"), "app", "Gemini"),
        (activity("saml", "login_success", application_name="Example Wiki"), "app", "Example Wiki"),
        (activity("drive", "edit"), "app", "drive"),
        (activity("drive", "edit"), "action", None),
        (activity("chrome", "x", actor={}, DEVICE_USER="jdoe"), "user", "jdoe"),
        (
            activity("meet", "x", {}, identifier="a@example.com", identifier_type="email_address"),
            "user",
            "a@example.com",
        ),
        (activity("meet", "x") | {"ipAddress": "FE80:000::DDD"}, "source_ip", "fe80::ddd"),
        (
            activity("meet", "x", ip_address="192.0.2.9") | {"ipAddress": None},
            "source_ip",
            "192.0.2.9",
        ),
        (GRANT | {"events": GRANT["events"][0]}, "app", "Example Writer"),
        (GRANT | {"events": None}, "app", "token"),
        (GRANT | {"kind": "audit#activity"}, "app", "Example Writer"),
    ],
)
def test_it_reads_the_variants(one: dict[str, Any], field: str, value: object) -> None:
    record = READER.parse(json.dumps(one), CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_an_activity_of_nobody_is_no_visit() -> None:
    one = activity("chrome", "x", {"callerType": "KEY", "key": "SYSTEM"}, DEVICE_USER="-")
    assert READER.parse(json.dumps(one | {"ipAddress": None}), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        (json.dumps(GRANT)[:-3], "json"),
        ('{"CreationTime": "2026-11-20T12:00:01", "RecordType": 15, "UserId": "x"}', "shape"),
        (json.dumps(GRANT | {"id": {"time": "soon"}}), "time"),
        (json.dumps(GRANT | {"id": []}), "time"),
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
        '{"CreationTime": "2026-11-20T12:00:01", "RecordType": 15, "Workload": "x"}',
        '{"createdDateTime": "2026-11-20T12:00:01Z", "appDisplayName": "x", "ipAddress": ""}',
        '{"id": {"applicationName": "x"}}',
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    login = "the account as Google writes it, not what stands before its @"
    device = "the account of the activity, not another one of the device"
    organiser = "the organiser is not the one who called"
    nobody = "no person and no address, so no record"
    named = "the application that the grant or the sign-in is for, not the report it is in"
    disagreements = {
        (case["name"], "user"): login
        for case in shared_lines("google-workspace")
        if "name" in case["expected"].get("user", {}) and "email" in case["expected"]["user"]
    }
    disagreements |= {
        (f"test_chrome_CRD_{event}", "user"): device
        for event in ("CLIENT_DISCONNECTED", "HOST_STARTED")
    }
    disagreements["test_end_call", "user"] = organiser
    unattended = (
        "test_chrome_BOOT_STATE_CHANGE",
        "test_chrome_PERIPHERAL_STATUS_UPDATED",
        "test_chrome_REMOVE_USER",
        "test_groups_enterprise_1",
    )
    for name in unattended:
        disagreements |= {(name, "time"): nobody, (name, "app"): nobody}
    disagreements |= {
        ("test_saml_login_success", "app"): named,
        ("test_token_sample1", "app"): named,
    }
    assert_agrees(READER, "google-workspace", disagreements)
