"""Cisco Umbrella web logs, of the secure gateway or the selective proxy: CSV, times in UTC."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse.discovery.parsing import hosts, umbrella
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_LAYOUT = umbrella.Layout(
    places={
        "time": 0,
        "identity": 1,
        "internal": 2,
        "external": 3,
        "destination": 4,
        "mime": 5,
        "action": 6,
        "url": 7,
        "status": 10,
        "up": 11,
        "down": 12,
        "type": 21,
        "all": 23,
        "types": 24,
        "method": 25,
    },
    names={
        "timestamp": "time",
        "policy identity label": "identity",
        "policy identity": "identity",
        "identity": "identity",
        "internal client ip": "internal",
        "internal ip": "internal",
        "external client ip": "external",
        "external ip": "external",
        "destination ip": "destination",
        "content type": "mime",
        "action": "action",
        "verdict": "action",
        "url": "url",
        "status code": "status",
        "request size": "up",
        "requested size": "up",
        "response size": "down",
        "policy identity type": "type",
        "identities": "all",
        "identity types": "types",
        "request method": "method",
    },
)
_ACTIONS: dict[str, Action] = {"allowed": "allowed", "proxied": "allowed", "blocked": "blocked"}


def _is_row(row: Sequence[str]) -> bool:
    """Tell a row by its time, three addresses or blanks, and its action in the seventh column."""
    if umbrella.is_header(row):
        return "url" in map(str.lower, row) and "destination ip" in map(str.lower, row)
    addresses = [cell for cell in row[2:5] if cell]
    return (
        len(row) >= 12
        and umbrella.is_stamp(row[0])
        and row[6].lower() in _ACTIONS
        and all(hosts.is_address(cell) for cell in addresses)
    )


def _recognise(text: str) -> bool:
    try:
        return _is_row(umbrella.cells(text))
    except UnreadableError:
        return False


def score(sample: Sequence[str]) -> float:
    """Tell its rows by a time, addresses and an action where they stand, a header by its names."""
    return share(sample, _recognise)


def parse(text: str, context: Context) -> Record | None:
    """Read one request; where the URL cannot be read, its host is the destination's address."""
    row = umbrella.cells(text)
    if umbrella.is_header(row):
        return None
    if not context.columns and len(row) < 11:
        raise UnreadableError("columns" if umbrella.is_stamp(row[0]) else "shape")
    found = umbrella.fields(row, _LAYOUT, context)
    action = _ACTIONS.get(found.get("action", "").lower())
    if action is None and not umbrella.is_stamp(row[0]):
        raise UnreadableError("shape")
    host, port, path = hosts.split_url(found.get("url", ""))
    if host is None:
        host, port, path = hosts.clean_host(found.get("destination")), None, None
    return Record(
        time=umbrella.time(found.get("time", "")),
        source_ip=umbrella.source(found),
        user=umbrella.person(found),
        host=host,
        port=port,
        method=hosts.plain(found.get("method")),
        path=path,
        status=hosts.status(found.get("status")),
        action=action,
        bytes_up=hosts.count(found.get("up")),
        bytes_down=hosts.count(found.get("down")),
        mime=hosts.plain(found.get("mime")),
    )


READER = Reader(
    name="umbrella-proxy",
    title="Cisco Umbrella (web)",
    sees=frozenset(Record._fields) - {"app"},
    score=score,
    study=umbrella.learn,
    parse=parse,
    framing="csv",
)
