"""Reads the file that says which column or key holds which field; refuses what it does not know."""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ecluse.discovery.parsing.names import OPTIONS
from ecluse.discovery.record import Record

FIELDS = frozenset(Record._fields) | {"url"}
_AT_LINE = re.compile(r" \(at line (\d+), column (\d+)\)\Z")
_TAB = {"tab": "\t", "\\t": "\t"}
_PROBE = datetime(2026, 11, 22, 21, 43, 57)  # noqa: DTZ001 - only its writing is looked at


class MappingError(ValueError):
    """A mapping file that cannot be used; str() is 'file:line: what, and what to write instead'."""


def load_mapping(path: Path) -> dict[str, str]:
    """Give our field → column or dotted path, and the options, from a TOML file.

    `[fields]` has one line per field (`host = "dest.host"`); several columns are joined with `+`
    (`time = "Date+Heure"`). `[options]` may say `time_format` (strptime), `delimiter` and `zone`.
    Raises MappingError; OSError where the file cannot be opened.
    """
    return _Sheet(path).mapping()


class _Sheet:
    def __init__(self, path: Path) -> None:
        self.name = str(path)
        raw = path.read_bytes()
        try:
            self.text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise self.error("is not UTF-8: save the file as UTF-8", line) from error
        self.tables = self._tables()

    def error(self, what: str, line: int) -> MappingError:
        return MappingError(f"{self.name}:{line}: {what}")

    def _tables(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:
            at = _AT_LINE.search(str(error))
            line = int(at[1]) if at else self.text.count("\n") + 1
            raise self.error(f"is not TOML: {_AT_LINE.sub('', str(error))}", line) from error

    def _line(self, key: str, table: str | None = None) -> int:
        """Give the line of a key within its table, or of a table; 1 where it cannot be found."""
        inside = table is None
        for number, line in enumerate(self.text.split("\n"), 1):
            header = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
            if header:
                inside = header[1] == table
                if table is None and header[1] == key:
                    return number
            elif inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
                return number
        return 1

    def mapping(self) -> dict[str, str]:
        for key, value in self.tables.items():
            if key not in {"fields", "options"} or not isinstance(value, dict):
                what = f"'{key}' is not known here: write [fields] and, if need be, [options]"
                raise self.error(what, self._line(key))
        fields = self._strings("fields", FIELDS)
        if not {"host", "url", "app"} & set(fields):
            raise self.error("names nothing reached: give host, url or app in [fields]", 1)
        options = self._strings("options", OPTIONS)
        self._check(options)
        return fields | options

    def _strings(self, table: str, known: frozenset[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in self.tables.get(table, {}).items():
            line = self._line(key, table)
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known: {_listed(known)}"
                raise self.error(f"[{table}] unknown key '{key}': {hint}", line)
            if not isinstance(value, str) or not value:
                raise self.error(f"[{table}] '{key}' is not a text: write {key} = \"…\"", line)
            found[key] = value if key == "delimiter" else value.strip()
        return found

    def _check(self, options: dict[str, str]) -> None:
        if "delimiter" in options:
            options["delimiter"] = _TAB.get(options["delimiter"], options["delimiter"])
            if len(options["delimiter"]) != 1 or options["delimiter"] in '"\r\n':
                what = '[options] \'delimiter\' is not one character: write ",", ";" or "tab"'
                raise self.error(what, self._line("delimiter", "options"))
        if "zone" in options and not _is_zone(options["zone"]):
            what = "[options] 'zone' is not known: write for instance \"Europe/Paris\""
            raise self.error(what, self._line("zone", "options"))
        if "time_format" in options and not _is_format(options["time_format"]):
            what = "[options] 'time_format' is not one: write for instance \"%d/%m/%Y %H:%M:%S\""
            raise self.error(what, self._line("time_format", "options"))


def _listed(known: frozenset[str]) -> str:
    return ", ".join(sorted(known))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _is_format(pattern: str) -> bool:
    """Tell whether what the format writes can be read back with it, and holds a date."""
    try:
        local = pattern.replace("%z", "")
        read = datetime.strptime(_PROBE.strftime(local), local)  # noqa: DTZ007 - looked at only
    except (ValueError, re.error):
        return False
    return (read.month, read.day) == (_PROBE.month, _PROBE.day)
