"""What one Microsoft 365 audit event says, whatever its file; links in mails are no visits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, NamedTuple

from ecluse.discovery.parsing import hosts, nested, stamps
from ecluse.discovery.reader import Context
from ecluse.discovery.record import Action, Record, UnreadableError

SEES = frozenset({"time", "source_ip", "user", "host", "port", "path", "action", "bytes_up", "app"})
_COPILOT = "Microsoft 365 Copilot"
_GUEST = re.compile(r"urn:spo:(?:guest|anon)#", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?:SecurityComplianceAlerts|ServicePrincipal_.*|Sync_.*|app@sharepoint|SHAREPOINT\\.*"
    r"|NT (?:AUTHORITY|SERVICE)\\.*|Not Available|Unknown|[\w.-]*System|ANONYMOUS LOGON)\Z",
    re.IGNORECASE,
)
_ADDRESSES = ("ClientIP", "ClientIPAddress", "ActorIpAddress", "ClientIp")
_APPLICATIONS = ("AddOnName", "ApplicationDisplayName", "AppAccessContext.ClientAppName")
# Endpoint DLP's EnforcementMode, from the Management Activity API's schema.
_ENFORCED: dict[str, Action] = {
    "1": "allowed",
    "3": "allowed",
    "4": "blocked",
    "5": "allowed",
    "Audit": "allowed",
    "Block": "blocked",
    "Allow": "allowed",
}


class _Place(NamedTuple):
    host: str | None = None
    port: int | None = None
    path: str | None = None


def unwrap(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the event inside `AuditData`, an object or its text, or the object itself."""
    inner = event.get("AuditData", event.get("auditData"))
    if isinstance(inner, str):
        inner = _object(inner)
    return inner if isinstance(inner, Mapping) else event


def is_event(event: Mapping[str, Any]) -> bool:
    """Tell an audit event by the keys that all of them bear."""
    return "CreationTime" in event and bool({"RecordType", "Workload"} & set(event))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _person(name: str | None) -> str | None:
    if name is None:
        return None
    login = _GUEST.sub("", name)
    return None if not login or _NOBODY.match(login) else login


def _alert(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what an alert says in its `Data`, which is JSON within a text."""
    data = event.get("Data")
    return _object(data) if isinstance(data, str) else {}


def _place(event: Mapping[str, Any], alert: Mapping[str, Any]) -> _Place:
    for path in ("TargetUrl", "ObjectId", "SiteUrl", "FileData.FilePath"):
        url = nested.first(event, path)
        if url and re.match(r"https?://", url, re.IGNORECASE):
            return _Place(*hosts.split_url(url))
        if path == "TargetUrl":
            target = nested.first(event, "TargetDomain") or nested.first(alert, "tdmn")
            if target:
                return _Place(hosts.clean_host(target))
    return _Place()


def _target_name(event: Mapping[str, Any]) -> str | None:
    """Give the name of the application that a directory event is about (a target of type 1)."""
    named: dict[str, str] = {}
    for target in nested.objects(event.get("Target")):
        kind, name = nested.first(target, "Type"), nested.first(target, "ID")
        if kind and name:
            named[kind if kind == "1" else name] = name
    return named.get("1") if {"ServicePrincipal", "Application"} & set(named) else None


def _app(event: Mapping[str, Any]) -> str | None:
    operation = nested.first(event, "Operation") or ""
    copilot = event.get("CopilotEventData")
    seen_in = nested.first(event, "CopilotEventData.AppHost", "AppHost")
    if "AIAppInteraction" in operation:
        identity = nested.first(event, "AppIdentity", "CopilotEventData.AppIdentity") or ""
        return nested.first(event, "AIAppName") or seen_in or identity.rpartition(".")[2] or None
    if operation.startswith("AIInteraction"):
        seen_in = seen_in or nested.first(event, "Workload")
    elif copilot is None and nested.first(event, "Workload") != "Copilot":
        return _other_app(event)
    return f"{_COPILOT} ({seen_in})" if seen_in else _COPILOT


def _other_app(event: Mapping[str, Any]) -> str | None:
    target = _target_name(event)
    if target:
        return target
    names = (nested.first(event, path) for path in (*_APPLICATIONS, "Applications.0.Name"))
    return next((name for name in names if name and not _GUID.match(name)), None)


def _action(event: Mapping[str, Any], alert: Mapping[str, Any]) -> Action | None:
    mode = nested.first(event, "EnforcementMode") or nested.first(alert, "enmd")
    if mode:
        return _ENFORCED.get(mode)
    return "allowed" if event.get("Operation") == "UserLoggedIn" else None


def record(event: Mapping[str, Any], context: Context) -> Record | None:
    """Read an event; None where neither a person nor an address is named. Times are UTC."""
    written = nested.first(event, "CreationTime")
    if written is None:
        raise UnreadableError("time")
    alert = _alert(event)
    user = _person(nested.first(event, "UserId")) or _person(
        nested.first(alert, "f3u", "suid", "trc")
    )
    address = next(
        filter(None, (nested.address(nested.first(event, key)) for key in _ADDRESSES)), None
    )
    if user is None and address is None:
        return None
    place = _place(event, alert)
    uploaded = nested.first(event, "Operation") == "FileUploadedToCloud"
    return Record(
        time=stamps.read(written, replace(context, zone=UTC, day_first=False)),
        source_ip=address,
        user=user,
        host=place.host,
        port=place.port,
        path=place.path,
        action=_action(event, alert),
        bytes_up=hosts.count(nested.first(event, "FileSize")) if uploaded else None,
        app=_app(event),
    )
