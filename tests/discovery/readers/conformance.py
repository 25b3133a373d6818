"""Our readers held against what another parser read from real lines of the same devices."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecluse.discovery.reader import Context
from ecluse.discovery.record import Record, UnreadableError

if TYPE_CHECKING:
    from ecluse.discovery.reader import Reader

SHARED = Path(__file__).parents[4] / "shared" / "data" / "logs"

# For each of our fields, where the other parser may have put it, in order.
ECS: dict[str, tuple[str, ...]] = {
    "time": ("@timestamp",),
    "source_ip": ("source.ip",),
    "user": ("user.name", "source.user.name", "user.email", "source.user.email"),
    "host": ("url.domain", "dns.question.name", "destination.domain"),
    "port": ("url.port", "destination.port"),
    "method": ("http.request.method",),
    "path": ("url.path",),
    "status": ("http.response.status_code",),
    "bytes_up": ("source.bytes", "http.request.bytes"),
    "bytes_down": ("destination.bytes", "http.response.bytes"),
    "app": ("network.application",),
}


def shared_lines(name: str) -> list[dict[str, Any]]:
    """Give the objects of `shared/data/logs/<name>.jsonl`, or skip where the folder is absent."""
    path = SHARED / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"needs ../shared/data/logs/{name}.jsonl beside the checkout")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _dig(tree: Any, dotted: str) -> Any:
    for key in dotted.split("."):
        if not isinstance(tree, dict) or key not in tree:
            return None
        tree = tree[key]
    return tree


def _expected(case: dict[str, Any], field: str) -> Any:
    for dotted in ECS[field]:
        value = _dig(case["expected"], dotted)
        if value is not None:
            break
    else:
        return None
    if field == "time":
        return datetime.fromisoformat(value).astimezone(UTC)
    if field == "host":
        return str(value).rstrip(".").lower()
    return value


def differences(reader: Reader, case: dict[str, Any], **context: Any) -> dict[str, tuple[Any, Any]]:
    """Give field → (ours, theirs) wherever the two readings of one line differ.

    A line that our reader says is unreadable or no visit differs in every field they filled.
    """
    start = Context(now=datetime(2026, 11, 22, tzinfo=UTC), **context)
    text = case["line"]
    try:
        ours = reader.parse(text, reader.study([text], start)) or Record()
    except UnreadableError:
        ours = Record()
    found = {}
    for field in ECS:
        theirs = _expected(case, field)
        mine = getattr(ours, field)
        if field == "time" and mine and theirs and abs((mine - theirs).total_seconds()) < 0.001:
            continue
        if theirs is not None and str(mine) != str(theirs):
            found[field] = (mine, theirs)
    return found


def assert_agrees(reader: Reader, file: str, disagreements: dict[tuple[str, str], str]) -> None:
    """Hold `reader` against a whole file; `disagreements` is (line name, field) → why we differ.

    `"*"` stands for every field. An entry that no longer differs fails too: the list only shrinks.
    """
    unexplained, used = {}, set()
    for case in shared_lines(file):
        for field, pair in differences(reader, case).items():
            keys = {(case["name"], field), (case["name"], "*"), ("*", field)} & set(disagreements)
            used |= keys
            if not keys:
                unexplained[case["name"], field] = pair
    assert unexplained == {}
    assert set(disagreements) - used == set(), "these no longer disagree: remove them"
