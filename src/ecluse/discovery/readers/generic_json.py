"""Any JSON events: ECS and OCSF names, the usual names, or a mapping of dotted paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from ecluse.discovery.parsing import names, nested, objects, stamps
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError

_CERTAINTY = 0.5  # half at best: a reader that knows the product comes first
_DEPTH = 3
# Elastic Common Schema and Open Cybersecurity Schema Framework, by preference.
_STANDARD: Mapping[str, tuple[str, ...]] = {
    "time": ("@timestamp", "time_dt", "event.created"),
    "source_ip": ("source.ip", "client.ip", "src_endpoint.ip", "source.address"),
    "user": (
        "user.name",
        "source.user.name",
        "client.user.name",
        "actor.user.name",
        "user.email",
        "source.user.email",
        "actor.user.email_addr",
        "user.email_addr",
        "actor.user.uid",
    ),
    "url": ("url.full", "url.original", "url.url_string", "http_request.url.url_string"),
    "host": (
        "url.domain",
        "dns.question.name",
        "destination.domain",
        "tls.client.server_name",
        "server.domain",
        "http_request.url.hostname",
        "url.hostname",
        "query.hostname",
        "tls.sni",
        "dst_endpoint.hostname",
        "dst_endpoint.domain",
        "destination.address",
        "destination.ip",
        "dst_endpoint.ip",
    ),
    "port": ("url.port", "destination.port", "http_request.url.port", "dst_endpoint.port"),
    "method": ("http.request.method", "http_request.http_method"),
    "path": ("url.path", "http_request.url.path"),
    "status": ("http.response.status_code", "http_response.code"),
    "action": ("event.action", "disposition", "action", "event.outcome"),
    "bytes_up": ("source.bytes", "http.request.bytes", "traffic.bytes_out"),
    "bytes_down": ("destination.bytes", "http.response.bytes", "traffic.bytes_in"),
    "app": ("network.application", "app_name", "cloud_app.name"),
    "mime": ("http.response.mime_type", "http_response.content_type"),
}


def _leaves(tree: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[str]:
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < _DEPTH:
            yield from _leaves(value, path + ".", depth + 1)
        elif not isinstance(value, Mapping | list):
            yield path


def _paths(event: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Give our field → the paths to try: the standards', then the best usual name."""
    usual = names.recognised(list(_leaves(event)))
    found = {}
    for field, standard in _STANDARD.items():
        paths = tuple(path for path in standard if nested.dig(event, path) is not None)
        paths += (usual[field],) if field in usual else ()
        if paths:
            found[field] = paths
    return found


def _given(mapping: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {key: (path,) for key, path in mapping.items() if key not in names.OPTIONS}


def _tells(text: str) -> bool:
    event = objects.maybe(text)
    found = {field: paths[0] for field, paths in _paths(event).items()}
    return "time" in found and names.tells_of_visits({**found, "time": ""})


def score(sample: Sequence[str]) -> float:
    """Tell events that say when, where and by whom; never more than one half."""
    return _CERTAINTY * share(sample, _tells)


def study(sample: Sequence[str], context: Context) -> Context:
    """Learn the date order and the zone; doubt names that were guessed."""
    given = _given(context.mapping)
    zone = context.mapping.get("zone")
    context = replace(context, zone=ZoneInfo(zone)) if zone else context
    context = context if given else context.doubting("mapping")
    pattern = context.mapping.get("time_format")
    if pattern:
        return context if zone or "%z" in pattern else context.doubting("zone")
    times = (_take(event, given or _paths(event), "time") for event in map(objects.maybe, sample))
    studied = stamps.study([time for time in times if time], context)
    doubts = tuple(doubt for doubt in studied.doubts if not (zone and doubt == "zone"))
    return replace(studied, doubts=doubts)


def _take(event: Mapping[str, Any], paths: Mapping[str, tuple[str, ...]], field: str) -> str | None:
    return nested.first(event, *paths.get(field, ()))


def parse(text: str, context: Context) -> Record | None:
    """Read one object; None where it names nobody and nowhere."""
    event = objects.load(text)
    paths = _given(context.mapping) or _paths(event)
    if not paths:
        raise UnreadableError("columns")
    found = names.record(lambda field: _take(event, paths, field), context)
    if found is None or found.action is not None:
        return found
    types = nested.dig(event, "event.type")
    listed = {one for one in types if isinstance(one, str)} if isinstance(types, list) else {types}
    if "denied" in listed:
        return found._replace(action="blocked")
    return found._replace(action="allowed") if "allowed" in listed else found


READER = Reader(
    name="generic-json",
    title="JSON (ECS, OCSF…)",
    sees=frozenset(Record._fields),
    score=score,
    study=study,
    parse=parse,
    framing="json",
)
