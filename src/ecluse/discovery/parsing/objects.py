"""One JSON object per record, as services export events: read or refused, never a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ecluse.discovery.parsing.hosts import plain
from ecluse.discovery.record import UnreadableError


def load(text: str) -> dict[str, Any]:
    """Read one JSON object; what does not even begin like one is not of the format's shape."""
    if not text.lstrip().startswith("{"):
        raise UnreadableError("shape")
    try:
        value: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("json") from error
    return value


def maybe(text: str) -> dict[str, Any]:
    """Give the object, or an empty one where the text is none: for telling formats apart."""
    try:
        return load(text)
    except UnreadableError:
        return {}


def word(event: Mapping[str, Any], *keys: str) -> str | None:
    """Give the first of the keys that holds text or a number, as text; None if none does."""
    for key in keys:
        value = event.get(key)
        if isinstance(value, str):
            found = plain(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = str(value)
        else:
            found = None
        if found is not None:
            return found
    return None
