"""Cisco Umbrella DNS logs: CSV of ten columns or more according to the version, times in UTC."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse.discovery.parsing import hosts, umbrella
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_LAYOUT = umbrella.Layout(
    places={
        "time": 0,
        "identity": 1,
        "all": 2,
        "internal": 3,
        "external": 4,
        "action": 5,
        "domain": 8,
        "type": 10,
        "types": 11,
    },
    names={
        "timestamp": "time",
        "most granular identity": "identity",
        "policy identity": "identity",
        "policy identity label": "identity",
        "identities": "all",
        "internal ip": "internal",
        "external ip": "external",
        "action": "action",
        "domain": "domain",
        "most granular identity type": "type",
        "policy identity type": "type",
        "identity types": "types",
    },
)
_ACTIONS: dict[str, Action] = {"allowed": "allowed", "proxied": "allowed", "blocked": "blocked"}


def _is_row(row: Sequence[str]) -> bool:
    """Tell a row by its time and its action, in the sixth column, between addresses and type."""
    if umbrella.is_header(row):
        return "domain" in map(str.lower, row) and "query type" in map(str.lower, row)
    return len(row) >= 9 and umbrella.is_stamp(row[0]) and row[5].lower() in _ACTIONS


def _recognise(text: str) -> bool:
    try:
        return _is_row(umbrella.cells(text))
    except UnreadableError:
        return False


def score(sample: Sequence[str]) -> float:
    """Tell its rows by a time, an action in the sixth column, a header by its names."""
    return share(sample, _recognise)


def parse(text: str, context: Context) -> Record | None:
    """Read one question; the header row is no visit."""
    row = umbrella.cells(text)
    if umbrella.is_header(row):
        return None
    found = umbrella.fields(row, _LAYOUT, context)
    if not context.columns and len(row) < 9:
        raise UnreadableError("columns" if umbrella.is_stamp(row[0]) else "shape")
    action = _ACTIONS.get(found.get("action", "").lower())
    if action is None and not umbrella.is_stamp(row[0]):
        raise UnreadableError("shape")
    return Record(
        time=umbrella.time(found.get("time", "")),
        source_ip=umbrella.source(found),
        user=umbrella.person(found),
        host=hosts.clean_host(found.get("domain")),
        action=action,
    )


READER = Reader(
    name="umbrella-dns",
    title="Cisco Umbrella (DNS)",
    sees=frozenset({"time", "source_ip", "user", "host", "action"}),
    score=score,
    study=umbrella.learn,
    parse=parse,
    framing="csv",
)
