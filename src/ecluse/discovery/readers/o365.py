"""Microsoft 365's unified audit log as JSON, from the Management API or Graph."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse.discovery.parsing import m365, objects
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError


def score(sample: Sequence[str]) -> float:
    """Tell an event by the keys that all of them bear."""
    return share(sample, lambda text: m365.is_event(m365.unwrap(objects.maybe(text))))


def parse(text: str, context: Context) -> Record | None:
    """Read one event: sign-in, consent, file operation, Copilot interaction or alert."""
    event = m365.unwrap(objects.load(text))
    if not m365.is_event(event):
        raise UnreadableError("shape")
    return m365.record(event, context)


READER = Reader(
    name="o365",
    title="Microsoft 365 (audit, JSON)",
    sees=m365.SEES,
    score=score,
    parse=parse,
    framing="json",
)
