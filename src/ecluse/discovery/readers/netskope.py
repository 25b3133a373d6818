"""Netskope events and alerts in JSON: pages, applications, connections, private access, audit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ecluse.discovery.parsing import hosts, moments, objects
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_OWN = frozenset({
    "access_method",
    "app_session_id",
    "appcategory",
    "audit_log_event",
    "ccl",
    "dlp_incident_id",
    "netskope_pop",
    "nsdeviceuid",
    "organization_unit",
    "page_site",
    "telemetry_app",
    "traffic_type",
    "ur_normalized",
    "userkey",
})  # fmt: skip
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_TYPES = {"nspolicy", "admin_audit_logs"}
_ACTIONS: dict[str, Action] = {
    "alert": "allowed",
    "allow": "allowed",
    "block": "blocked",
    "bypass": "allowed",
    "proceed": "allowed",
}


def _is_event(event: dict[str, Any]) -> bool:
    kind = event.get("type")
    return len(_OWN & event.keys()) >= 2 or (isinstance(kind, str) and kind in _TYPES)


def score(sample: Sequence[str]) -> float:
    """Tell its events by the keys and types that only Netskope writes."""
    return share(sample, lambda text: _is_event(objects.maybe(text)))


def _user(event: dict[str, Any]) -> str | None:
    """Give the login; where Netskope knows nobody, it repeats the address instead."""
    user = objects.word(event, "user", "userkey", "ur_normalized")
    return None if user is None or hosts.is_address(user) else user


def _action(event: dict[str, Any]) -> Action | None:
    """Traffic that steers round the inspection is allowed, whatever else is missing."""
    known = _ACTIONS.get((objects.word(event, "action") or "").lower())
    return known or ("allowed" if event.get("bypass_traffic") == "yes" else None)


def _bytes(event: dict[str, Any]) -> tuple[int | None, int | None]:
    """Give the bytes of both directions; a total tells the one that is missing.

    Netskope fills the fields of other kinds of event with 0: two zeros under a total that is not
    zero say nothing.
    """
    up = hosts.count(objects.word(event, "client_bytes"))
    down = hosts.count(objects.word(event, "server_bytes"))
    total = hosts.count(objects.word(event, "numbytes"))
    if total and not up and not down:
        return None, None
    if total and up is None and down is not None and total >= down:
        return total - down, down
    if total and down is None and up is not None and total >= up:
        return up, total - up
    return up, down


def _mime(event: dict[str, Any]) -> str | None:
    mime = objects.word(event, "mime_type", "data_type", "file_type")
    return mime if mime and "/" in mime else None


def _target(url: str) -> tuple[str | None, int | None, str | None]:
    """Split a URL, which Netskope writes without its scheme as often as not."""
    return hosts.split_url(url if not url or _WHOLE.match(url) else "//" + url)


def parse(text: str, context: Context) -> Record | None:  # noqa: ARG001 - times are in UTC
    """Read one event; `site` and `hostname` are not hosts that were visited, `url` is."""
    event = objects.load(text)
    if not _is_event(event):
        raise UnreadableError("shape")
    stamp = objects.word(event, "timestamp", "_insertion_epoch_timestamp")
    if stamp is None or len(stamp) > 32:
        raise UnreadableError("time")
    host, port, path = _target(objects.word(event, "url") or "")
    up, down = _bytes(event)
    return Record(
        time=moments.epoch(stamp),
        source_ip=hosts.address(objects.word(event, "srcip", "userip")),
        user=_user(event),
        host=host or hosts.clean_host(objects.word(event, "domain", "dsthost", "dstip")),
        port=hosts.count(objects.word(event, "dstport")) or port,
        path=path,
        action=_action(event),
        bytes_up=up,
        bytes_down=down,
        app=objects.word(event, "app"),
        mime=_mime(event),
    )


READER = Reader(
    name="netskope",
    title="Netskope",
    sees=frozenset(Record._fields) - {"method", "status"},
    score=score,
    parse=parse,
    framing="json",
)
