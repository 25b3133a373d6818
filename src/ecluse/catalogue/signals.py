"""What makes an unknown host look like AI: words, endings, API paths, each a row of data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import NamedTuple

from ecluse.catalogue.toml import Row, rows
from ecluse.kernel.text import Text

_PATTERNS = {"part": r"(?:^|[.-]){}(?=[.-]|$)", "inside": "{}", "end": "{}$"}
WHERE = ("part", "inside", "end", "path", "mime")


class Match(NamedTuple):
    """One signal recognised: which, through which value, and what it weighs."""

    signal: str
    value: str
    weight: int


@dataclass(frozen=True, slots=True)
class Signal:
    """One kind of sign, with the values that show it and the sentence that explains it."""

    id: str
    where: str
    weight: int
    values: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class Signals:
    """All signals, ready to be asked about hosts, paths and answer types."""

    by_id: dict[str, Signal]
    _name: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        alternatives = [
            _PATTERNS[signal.where].format(re.escape(value))
            for signal in self.by_id.values()
            for value in signal.values
            if signal.where in _PATTERNS
        ]
        object.__setattr__(self, "_name", re.compile("|".join(alternatives) or r"(?!)"))

    def of_host(self, host: str) -> list[Match]:
        """Give what in the name itself looks like AI."""
        if not self._name.search(host):
            return []
        parts = set(re.split(r"[.-]", host))
        return [
            Match(signal.id, value, signal.weight)
            for signal in self.by_id.values()
            for value in signal.values
            if (signal.where == "part" and value in parts)
            or (signal.where == "inside" and value in host)
            or (signal.where == "end" and host.endswith(value))
        ]

    def path_of(self, path: str) -> str | None:
        """Give the API path that `path` holds, the first in the order of the file, or None."""
        return next((value for value in self.literals("path") if value in path), None)

    def literals(self, where: str) -> tuple[str, ...]:
        """Give every value looked for in one place."""
        return tuple(v for s in self.by_id.values() if s.where == where for v in s.values)

    def explain(self, match: Match) -> Text:
        """Give the sentence for a match, in both languages."""
        return self.by_id[match.signal].reason.format(value=match.value)


def _signal(row: Row) -> Signal:
    row.refuse_unknown("id", "where", "weight", "values", "reason")
    where = row.string("where")
    if where not in WHERE:
        raise row.error(f"'where' is '{where}': write one of {', '.join(WHERE)}", "where")
    reason = row.text("reason")
    if "{value}" not in reason.fr or "{value}" not in reason.en:
        raise row.error("'reason' must hold {value} in both languages", "reason")
    return Signal(row.string("id"), where, row.integer("weight"), row.strings("values"), reason)


def load_signals() -> Signals:
    """Read the packaged signals; raises CatalogueError with file:line."""
    return of_rows(rows(files("ecluse.catalogue") / "data" / "signals.toml"))


def of_rows(found: Iterable[Row]) -> Signals:
    """Make signals of rows; a repeated id is an error."""
    by_id: dict[str, Signal] = {}
    for row in found:
        signal = _signal(row)
        if signal.id in by_id:
            raise row.error(f"'{signal.id}' is defined twice: give one of them another id", "id")
        by_id[signal.id] = signal
    return Signals(by_id)
