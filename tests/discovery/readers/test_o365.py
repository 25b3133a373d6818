from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.readers.o365 import READER
from ecluse.discovery.record import Record, UnreadableError
from tests.discovery.readers.conformance import assert_agrees
from tests.discovery.readers.hostile import assert_never_crashes

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
NOON = datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)


def event(**fields: Any) -> str:
    usual = {
        "CreationTime": "2026-11-20T12:00:01",
        "Id": "1",
        "Operation": "FileAccessed",
        "RecordType": 6,
        "UserId": "jdoe@example.com",
        "Workload": "SharePoint",
        "ClientIP": "192.0.2.7",
    }
    return json.dumps({key: value for key, value in (usual | fields).items() if value is not None})


COPILOT = event(
    Operation="CopilotInteraction",
    RecordType=261,
    Workload="Copilot",
    CopilotEventData={"AppHost": "Word", "AccessedResources": []},
)
FILE = event(ObjectId="https://example.sharepoint.com/sites/hr/a b.docx?web=1")
CONSENT = event(
    Operation="Consent to application.",
    RecordType=8,
    Workload="AzureActiveDirectory",
    ClientIP=None,
    ObjectId="11111111-1111-1111-1111-111111111111",
    Target=[
        {"ID": "ServicePrincipal_1", "Type": 2},
        {"ID": "ServicePrincipal", "Type": 2},
        {"ID": "Example Writer", "Type": 1},
    ],
)
UPLOAD = event(
    Operation="FileUploadedToCloud",
    RecordType=63,
    Workload="Endpoint",
    ObjectId="C:\\Users\\jdoe\\plan.docx",
    TargetDomain="chat.example.com",
    EnforcementMode=4,
    FileSize=2048,
)
ALERT = event(
    Operation="AlertTriggered",
    RecordType=40,
    UserId="SecurityComplianceAlerts",
    ClientIP=None,
    Data=json.dumps({"f3u": "jdoe@example.com", "tdmn": "chat.example.com", "enmd": "Audit"}),
)
SAMPLES = [COPILOT, FILE, CONSENT, UPLOAD, ALERT]


def test_it_reads_a_copilot_interaction_which_has_no_host() -> None:
    assert READER.parse(COPILOT, CONTEXT) == Record(
        time=NOON,
        source_ip="192.0.2.7",
        user="jdoe@example.com",
        app="Microsoft 365 Copilot (Word)",
    )


def test_it_reads_a_file_operation() -> None:
    assert READER.parse(FILE, CONTEXT) == Record(
        time=NOON,
        source_ip="192.0.2.7",
        user="jdoe@example.com",
        host="example.sharepoint.com",
        port=443,
        path="/sites/hr/a b.docx",
    )


def test_it_reads_a_consent_by_the_name_of_the_application() -> None:
    assert READER.parse(CONSENT, CONTEXT) == Record(
        time=NOON, user="jdoe@example.com", app="Example Writer"
    )


def test_it_reads_an_upload_that_endpoint_dlp_stopped() -> None:
    record = READER.parse(UPLOAD, CONTEXT)
    assert record is not None
    assert (record.host, record.action, record.bytes_up) == ("chat.example.com", "blocked", 2048)


def test_an_alert_names_the_person_it_is_about() -> None:
    record = READER.parse(ALERT, CONTEXT)
    assert record is not None
    assert (record.user, record.host, record.action) == (
        "jdoe@example.com",
        "chat.example.com",
        "allowed",
    )


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (event(UserId="urn:spo:guest#jdoe@example.org"), "user", "jdoe@example.org"),
        (event(UserId="app@sharepoint"), "user", None),
        (event(UserId="NT AUTHORITY\\SYSTEM (Microsoft.Exchange)"), "user", None),
        (event(ClientIP="192.0.2.7:8085"), "source_ip", "192.0.2.7"),
        (event(ClientIP="[2001:DB8::7]:443"), "source_ip", "2001:db8::7"),
        (event(ClientIP="::ffff:192.0.2.7"), "source_ip", "192.0.2.7"),
        (event(ClientIP="<null>"), "source_ip", None),
        (event(ClientIP=None, ClientIPAddress="192.0.2.8"), "source_ip", "192.0.2.8"),
        (event(SiteUrl="https://example-my.sharepoint.com/x"), "host", "example-my.sharepoint.com"),
        (event(ObjectId="not a url"), "host", None),
        (event(Operation="UserLoggedIn"), "action", "allowed"),
        (event(ApplicationDisplayName="Microsoft Teams"), "app", "Microsoft Teams"),
        (event(Operation="AppInstalled", AddOnName="Example Writer"), "app", "Example Writer"),
        (
            event(ApplicationDisplayName="f482d5ab-3acd-4c27-9721-30b09a03a648"),
            "app",
            None,
        ),
        (
            event(Operation="CopilotInteraction", CopilotEventData={}),
            "app",
            "Microsoft 365 Copilot",
        ),
        (
            event(Operation="AIInteractionCreatedNotification", Workload="MicrosoftTeams"),
            "app",
            "Microsoft 365 Copilot (MicrosoftTeams)",
        ),
        (
            event(
                Operation="ConnectedAIAppInteraction", AppIdentity="ConnectedAIApp.Example.Writer"
            ),
            "app",
            "Writer",
        ),
        (json.dumps({"id": "1", "auditData": json.loads(FILE)}), "host", "example.sharepoint.com"),
        (json.dumps({"Identity": "1", "AuditData": FILE}), "host", "example.sharepoint.com"),
    ],
)
def test_it_reads_the_variants(text: str, field: str, value: object) -> None:
    record = READER.parse(text, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_an_event_of_nobody_is_no_visit() -> None:
    assert READER.parse(event(UserId="", ClientIP=None), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "shape"),
        ('{"CreationTime": "2026-11', "json"),
        ('{"createdDateTime": "2026-11-20T12:00:01Z", "appDisplayName": "x"}', "shape"),
        (event(CreationTime="yesterday"), "time"),
        (event(CreationTime=[]), "time"),
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
        '{"createdDateTime": "2026-11-20T12:00:01Z", "appDisplayName": "x", "ipAddress": ""}',
        '{"event_type": "dns", "timestamp": "2026-11-20T12:00:01Z"}',
        "RecordId,CreationDate,RecordType,Operation,AuditData",
    ]
    assert READER.score(others) == 0


def test_it_agrees_with_another_parser() -> None:
    mail = "a link or a sender in a mail, which nobody is said to have reached"
    login = "the whole login that the alert names, not what stands before its @"
    nobody = "no person and no address, so no record"
    disagreements = {
        ("automated_investigation_and_response_with_additional_fields_1", "host"): mail,
        ("automated_investigation_and_response_with_additional_fields_1", "port"): mail,
        ("automated_investigation_and_response_with_additional_fields_1", "path"): mail,
        ("microsoft_defender_threatintelligence_mail", "source_ip"): mail,
        ("security_compliance_alert_7", "host"): mail,
        ("security_compliance_alert_7", "path"): mail,
        ("compliancemanager-scorechange", "time"): nobody,
        ("security_compliance_alert_2", "time"): nobody,
    }
    alerts = ("extra_fields_2", "security_compliance_alert_4", "security_compliance_alert_7")
    disagreements |= {(name, "user"): login for name in alerts}
    disagreements["security_compliance_alert_malicious_url", "user"] = login
    assert_agrees(READER, "o365", disagreements)
