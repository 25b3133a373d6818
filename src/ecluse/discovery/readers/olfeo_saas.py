"""Olfeo SaaS live logs: one JSON object per web request or DNS question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecluse.discovery.parsing import hosts, moments, objects
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_OWN = {"category_label", "theme_label", "display_name", "user_sent_bytes", "directory_name"}
_ACTIONS: dict[str, Action] = {
    "allow": "allowed",
    "allowed": "allowed",
    "block": "blocked",
    "blocked": "blocked",
    "deny": "blocked",
    "denied": "blocked",
}


def score(sample: Sequence[str]) -> float:
    """Tell its events by the keys that only Olfeo writes together."""
    return share(sample, lambda text: len(_OWN & objects.maybe(text).keys()) >= 3)


def _app(event: dict[str, Any]) -> str | None:
    """Give the first application, which may be text or an object with a name."""
    listed = event.get("applications")
    first = listed[0] if isinstance(listed, list) and listed else listed
    if isinstance(first, dict):
        return objects.word(first, "label", "name")
    return hosts.plain(first) if isinstance(first, str) else None


def parse(text: str, context: Context) -> Record | None:  # noqa: ARG001 - times are in UTC
    """Read one event; a DNS question has a domain alone, neither port nor path."""
    event = objects.load(text)
    if len(_OWN & event.keys()) < 2:
        raise UnreadableError("shape")
    stamp = objects.word(event, "timestamp")
    if stamp is None or len(stamp) > 32:
        raise UnreadableError("time")
    host, port, path = hosts.split_url(objects.word(event, "url") or "")
    return Record(
        time=moments.epoch(stamp),
        source_ip=hosts.address(objects.word(event, "src_ip")),
        user=objects.word(event, "display_name"),
        host=host or hosts.clean_host(objects.word(event, "domain", "dest_ip")),
        port=port,
        method=objects.word(event, "http_method"),
        path=path,
        status=hosts.status(objects.word(event, "user_status_code")),
        action=_ACTIONS.get((objects.word(event, "action") or "").lower()),
        bytes_up=hosts.count(objects.word(event, "user_sent_bytes")),
        bytes_down=hosts.count(objects.word(event, "user_received_bytes")),
        app=_app(event),
    )


READER = Reader(
    name="olfeo-saas",
    title="Olfeo SaaS",
    sees=frozenset(Record._fields) - {"mime"},
    score=score,
    parse=parse,
    framing="json",
)
