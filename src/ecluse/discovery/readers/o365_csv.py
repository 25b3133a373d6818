"""Microsoft 365's unified audit log as CSV, whose AuditData column holds the event as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ecluse.discovery.parsing import m365, objects
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError

_CELL = re.compile(r'(?<![^,;\t\r\n])"(\{(?:[^"]++|"")*+)"(?=[,;\t\r\n]|\Z)')
_HEADER = re.compile(r'\ufeff?"?\w+"?(?:[,;\t]"?\w+"?)*[,;\t]"?AuditData"?(?:[,;\t]|\s*\Z)')


def _event(text: str) -> Mapping[str, Any] | None:
    for cell in _CELL.finditer(text):
        event = objects.maybe(cell[1].replace('""', '"'))
        if m365.is_event(event):
            return event
    return None


def score(sample: Sequence[str]) -> float:
    """Tell the export by its header or by rows that hold an audit event."""
    return share(sample, lambda text: _HEADER.match(text) or _event(text))


def parse(text: str, context: Context) -> Record | None:
    """Read one row, whatever its other columns and its separator; None for the header."""
    if _HEADER.match(text):
        return None
    event = _event(text)
    if event is None:
        raise UnreadableError("json" if _CELL.search(text) else "shape")
    return m365.record(event, context)


READER = Reader(
    name="o365-csv",
    title="Microsoft 365 (audit, CSV)",
    sees=m365.SEES,
    score=score,
    parse=parse,
    framing="csv",
)
