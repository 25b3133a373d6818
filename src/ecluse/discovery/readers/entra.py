"""Entra ID's sign-ins and directory audit, from Graph or Azure Monitor: who uses which app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from ecluse.discovery.parsing import nested, objects, stamps
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_CATEGORIES = {
    "SignInLogs",
    "NonInteractiveUserSignInLogs",
    "ServicePrincipalSignInLogs",
    "ManagedIdentitySignInLogs",
    "ADFSSignInLogs",
    "AuditLogs",
    "RiskyUsers",
    "UserRiskEvents",
}
# AADSTS codes that say a rule or an administrator stopped the sign-in, from Microsoft's list.
_STOPPED = {"50105", "53000", "53001", "53002", "53003", "53004", "90094", "90095", "530032"}
_TIMES = (
    "activityDateTime",
    "createdDateTime",
    "detectedDateTime",
    "ActivityDateTime",
    "CreatedDateTime",
    "time",
    "TimeGenerated",
)
_USERS = (
    "userPrincipalName",
    "UserPrincipalName",
    "identity",
    "userDisplayName",
    "UserDisplayName",
)
_ADDRESSES = ("ipAddress", "IPAddress", "callerIpAddress", "initiatedBy.user.ipAddress")
_APPS = ("appDisplayName", "AppDisplayName")


def _body(event: Mapping[str, Any]) -> dict[str, Any]:
    """Lay Azure Monitor's `properties` over its envelope; Graph's own objects stay as they are."""
    inner = event.get("properties")
    return {**event, **inner} if isinstance(inner, Mapping) else dict(event)


def _audited(body: Mapping[str, Any]) -> bool:
    return "activityDisplayName" in body and bool({"initiatedBy", "targetResources"} & set(body))


def _ours(event: Mapping[str, Any]) -> bool:
    if event.get("category") in _CATEGORIES and ("properties" in event or "time" in event):
        return True
    if event.get("Type") in {"SigninLogs", "AADNonInteractiveUserSignInLogs"}:
        return True
    keys = set(_body(event))
    signed = {"createdDateTime", "appDisplayName"} <= keys and bool(
        {"userPrincipalName", "servicePrincipalName", "ipAddress"} & keys
    )
    risky = {"riskEventType", "detectedDateTime"} <= keys
    return signed or risky or _audited(_body(event))


def score(sample: Sequence[str]) -> float:
    """Tell sign-ins and audits by their own keys or by Azure Monitor's category."""
    return share(sample, lambda text: _ours(objects.maybe(text)))


def _target(body: Mapping[str, Any], *kinds: str) -> Mapping[str, Any]:
    for target in nested.objects(body.get("targetResources")):
        if nested.first(target, "type", "Type") in kinds:
            return target
    return {}


def _audit(body: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Give who acted, or who was acted upon where an application did, and the application."""
    who = nested.first(body, "initiatedBy.user.userPrincipalName", "initiatedBy.user.displayName")
    who = who or nested.first(_target(body, "User"), "userPrincipalName")
    app = nested.first(_target(body, "ServicePrincipal", "Application"), "displayName")
    return who, app


def _action(body: Mapping[str, Any]) -> Action | None:
    code = nested.first(body, "status.errorCode", "ResultType", "resultType")
    if code in _STOPPED or nested.first(body, "conditionalAccessStatus") == "failure":
        return "blocked"
    return "allowed" if code == "0" else None


def parse(text: str, context: Context) -> Record | None:
    """Read one sign-in, audit or risk; None where it names nobody, no address and no app."""
    event = objects.load(text)
    if not _ours(event):
        raise UnreadableError("shape")
    body = _body(event)
    written = nested.first(body, *_TIMES)
    if written is None:
        raise UnreadableError("time")
    audit = _audited(body)
    user, app = _audit(body) if audit else (nested.first(body, *_USERS), nested.first(body, *_APPS))
    if not audit and nested.first(body, "servicePrincipalId", "servicePrincipalName"):
        user = nested.first(body, "userPrincipalName")
    address = nested.address(nested.first(body, *_ADDRESSES))
    if user is None and address is None and app is None:
        return None
    return Record(
        # Azure writes UTC, and month first where it writes slashes.
        time=stamps.read(written, replace(context, zone=UTC, day_first=False)),
        source_ip=address,
        user=user,
        action=None if audit else _action(body),
        app=app,
    )


READER = Reader(
    name="entra",
    title="Microsoft Entra ID",
    sees=frozenset({"time", "source_ip", "user", "action", "app"}),
    score=score,
    parse=parse,
    framing="json",
)
