"""Google Workspace's activity reports: grants to apps, sign-ins, Gemini, Drive and others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from ecluse.discovery.parsing import nested, objects, stamps
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_GEMINI = "gemini_in_workspace_apps"
_NAMED = ("app_name", "application_name", "APP_NAME", "OAUTH2_APP_NAME", "CLIENT_NAME")
_PEOPLE = ("DEVICE_USER", "user_email", "USER_EMAIL_ADDRESS")


def _ours(event: Mapping[str, Any]) -> bool:
    kind = event.get("kind")
    if isinstance(kind, str) and kind.endswith("#activity"):
        return True
    name = nested.dig(event, "id.applicationName")
    return name is not None and "events" in event and "actor" in event


def score(sample: Sequence[str]) -> float:
    """Tell an activity by its kind, or by its id, actor and events."""
    return share(sample, lambda text: _ours(objects.maybe(text)))


def _parameters(event: Mapping[str, Any]) -> dict[str, str]:
    """Give the plain parameters of every event of the activity, the first of a name winning."""
    found: dict[str, str] = {}
    for each in nested.objects(event.get("events")):
        for parameter in nested.objects(each.get("parameters")):
            name, value = nested.text(parameter.get("name")), nested.text(parameter.get("value"))
            if name and value:
                found.setdefault(name, value)
    return found


def _app(report: str | None, parameters: Mapping[str, str]) -> str | None:
    """Give the application that the activity is about, or else the report it is in."""
    named = next((parameters[name] for name in _NAMED if name in parameters), None)
    if report == _GEMINI:
        return f"Gemini ({named})" if named else "Gemini"
    return named or report


def _user(event: Mapping[str, Any], parameters: Mapping[str, str]) -> str | None:
    actor = nested.first(event, "actor.email")
    if actor:
        return actor
    if parameters.get("identifier_type") == "email_address":
        return parameters.get("identifier")
    return next((parameters[name] for name in _PEOPLE if name in parameters), None)


def _action(event: Mapping[str, Any]) -> Action | None:
    names = {nested.first(each, "name") for each in nested.objects(event.get("events"))}
    if names & {"authorize", "login_success"}:
        return "allowed"
    return "blocked" if names & {"access_deny_event", "ACCESS_DENY_EVENT"} else None


def parse(text: str, context: Context) -> Record | None:
    """Read one activity; None where it names neither a person nor an address."""
    event = objects.load(text)
    if not _ours(event):
        raise UnreadableError("shape")
    written = nested.first(event, "id.time")
    if written is None:
        raise UnreadableError("time")
    parameters = _parameters(event)
    user = _user(event, parameters)
    address = nested.address(nested.first(event, "ipAddress") or parameters.get("ip_address"))
    if user is None and address is None:
        return None
    return Record(
        time=stamps.read(written, replace(context, zone=UTC)),
        source_ip=address,
        user=user,
        action=_action(event),
        app=_app(nested.first(event, "id.applicationName"), parameters),
    )


READER = Reader(
    name="google-workspace",
    title="Google Workspace (Reports)",
    sees=frozenset({"time", "source_ip", "user", "action", "app"}),
    score=score,
    parse=parse,
    framing="json",
)
