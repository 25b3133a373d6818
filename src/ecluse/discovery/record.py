"""What one line of a log says once understood, whatever product wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecluse.kernel.clock import iso
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

Action = Literal["allowed", "blocked"]


class Record(NamedTuple):
    """One visit or event; what the line does not say is None, never empty text.

    `time` is aware and in UTC; `host` is lower case, without port or final dot; `path` has no
    query string; `bytes_up` went from the person to the service and `bytes_down` came back;
    `app` is the application's name where a product gives one.
    """

    time: datetime | None = None
    source_ip: str | None = None
    user: str | None = None
    host: str | None = None
    port: int | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    action: Action | None = None
    bytes_up: int | None = None
    bytes_down: int | None = None
    app: str | None = None
    mime: str | None = None

    def as_json(self, name: str, line: int) -> dict[str, Any]:
        """Give the published fields, in order; `mime` only serves to recognise AI answers."""
        fields: dict[str, Any] = self._asdict()
        del fields["mime"]
        fields["time"] = iso(self.time) if self.time else None
        return {**fields, "format": name, "line": line}


class UnreadableError(ValueError):
    """A line that cannot be understood; `reason` is a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


REASONS: dict[str, Text] = {
    "shape": Text("n’a pas la forme de ce format", "does not have the shape of this format"),
    "time": Text("date illisible", "unreadable date"),
    "columns": Text("des colonnes manquent", "columns are missing"),
    "number": Text("un nombre attendu n’en est pas un", "a number was expected"),
    "json": Text("JSON incomplet ou invalide", "incomplete or invalid JSON"),
    "long": Text("ligne de plus de 1 Mo", "line longer than 1 MB"),
    "binary": Text("octets qui ne sont pas du texte", "bytes that are not text"),
    "empty": Text("fichier vide", "empty file"),
    "truncated": Text("fichier coupé avant sa fin", "file cut before its end"),
}
