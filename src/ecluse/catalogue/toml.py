"""Reads rows of TOML and names the file and line of whatever is wrong; refuses to guess."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ecluse.kernel.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

T = TypeVar("T")
D = TypeVar("D")

_MISSING: Any = object()

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(?P<table>[\w-]+)[ \t]*\]\]", re.MULTILINE)
# Strings and comments come first so that nothing inside them is taken for structure.
_TOKENS = re.compile(
    r'(?P<string>"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*')"
    r"|#[^\n]*"
    r"|(?m:^)[ \t]*\[\[[ \t]*(?P<row>[\w-]+)[ \t]*\]\]"
    r"|(?m:^)[ \t]*(?P<key>[\w-]+)[ \t]*[=.]"
    r"|(?P<bracket>[\[\]{}])",
    re.DOTALL,
)
_AT_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")


class CatalogueError(ValueError):
    """A data file says something that cannot be used.

    str() is 'file:line: what, and what to write instead'.
    """


@dataclass(frozen=True, slots=True)
class Row:
    """One [[table]] of a TOML file, with the line its header stands on."""

    table: str
    values: dict[str, Any]
    file: str
    line: int
    body: str = field(default="", repr=False)
    within: tuple[Row, str, int] | None = field(default=None, repr=False)

    def error(self, what: str, key: str | None = None) -> CatalogueError:
        """Give an error about this row, or about one of its fields, at the right line."""
        line = self.lines_of(key)[0] if key else self.line
        if self.within:  # an item of a list: its line is looked for only when it is needed
            row, name, number = self.within
            starts = row.lines_of(name)[1:]
            line = starts[number] if number < len(starts) else row.lines_of(name)[0]
        return CatalogueError(f"{self.file}:{line}: [[{self.table}]] {what}")

    @overload
    def string(self, key: str) -> str: ...
    @overload
    def string(self, key: str, default: D) -> str | D: ...
    def string(self, key: str, default: Any = _MISSING) -> Any:
        """Give a string that is not blank, or `default` when the key is absent."""
        value = self._value(key, str, "a string", default)
        if isinstance(value, str) and key in self.values and not value.strip():
            raise self.error(f"'{key}' is empty: write a string or leave the key out", key)
        return value

    @overload
    def integer(self, key: str) -> int: ...
    @overload
    def integer(self, key: str, default: D) -> int | D: ...
    def integer(self, key: str, default: Any = _MISSING) -> Any:
        """Give a whole number, or `default` when the key is absent."""
        return self._value(key, int, "a whole number", default)

    @overload
    def boolean(self, key: str) -> bool: ...
    @overload
    def boolean(self, key: str, default: D) -> bool | D: ...
    def boolean(self, key: str, default: Any = _MISSING) -> Any:
        """Give true or false, or `default` when the key is absent."""
        return self._value(key, bool, "true or false", default)

    @overload
    def date(self, key: str) -> dt.date: ...
    @overload
    def date(self, key: str, default: D) -> dt.date | D: ...
    def date(self, key: str, default: Any = _MISSING) -> Any:
        """Give a local date (2026-11-22, no quotes), or `default` when the key is absent."""
        return self._value(key, dt.date, "a date such as 2026-11-22, without quotes", default)

    @overload
    def strings(self, key: str) -> tuple[str, ...]: ...
    @overload
    def strings(self, key: str, default: D) -> tuple[str, ...] | D: ...
    def strings(self, key: str, default: Any = _MISSING) -> Any:
        """Give a list of strings that are not blank, or `default` when the key is absent."""
        value = self._value(key, list, "a list of strings", default)
        if key not in self.values:
            return value
        for one in value:
            if not isinstance(one, str) or not one.strip():
                raise self.error(f"'{key}' holds {one!r}: write a list of strings", key)
        return tuple(value)

    @overload
    def text(self, key: str) -> Text: ...
    @overload
    def text(self, key: str, default: D) -> Text | D: ...
    def text(self, key: str, default: Any = _MISSING) -> Any:
        """Give a sentence written in both languages, or `default` when the key is absent."""
        value = self._value(key, dict, '{ fr = "…", en = "…" }', default)
        if key not in self.values:
            return value
        for lang in LANGUAGES:
            if not isinstance(value.get(lang), str) or not value[lang].strip():
                raise self.error(f"'{key}' lacks '{lang}': write both fr and en", key)
        if set(value) != set(LANGUAGES):
            raise self.error(f"'{key}' holds more than fr and en", key)
        return Text(fr=value["fr"], en=value["en"])

    def rows(self, key: str, short: str | None = None) -> list[Row]:
        """Give a list of { … } as rows whose errors name their own line; [] when absent.

        With `short`, a plain string in the list stands for { short = "…" }.
        """
        found = []
        for number, one in enumerate(self._value(key, list, "a list of { … }", [])):
            values = {short: one} if short and isinstance(one, str) else one
            if not isinstance(values, dict):
                raise self.error(f"'{key}' holds {one!r}: write a list of {{ … }}", key)
            within = (self, key, number)
            found.append(Row(f"{self.table}.{key}", values, self.file, self.line, within=within))
        return found

    def refuse_unknown(self, *known: str) -> None:
        """Raise CatalogueError for the first key not in `known`, with the nearest one."""
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
                raise self.error(f"unknown key '{key}': {hint}", key)

    def lines_of(self, key: str) -> list[int]:
        """Give the line of a key, then those of the items of its list."""
        found = [at for what, name, at in _walk(self.body) if what != "row" and name == key]
        return [self.line + self.body.count("\n", 0, at) for at in found] or [self.line]

    def _value(self, key: str, kind: type[T], wanted: str, default: Any) -> Any:
        if key not in self.values:
            if default is _MISSING:
                raise self.error(f"lacks '{key}': write {key} = {wanted}")
            return default
        value = self.values[key]
        # bool is an int and datetime is a date for Python; they are not for a reader of TOML.
        if type(value) is not kind:
            raise self.error(f"'{key}' is {value!r}: write {wanted}", key)
        return value


def rows(path: Traversable | Path) -> list[Row]:
    """Read the [[table]] rows of a TOML file, in the order of the file.

    Raise CatalogueError, with 'file:line:column' where TOML itself is broken, and for anything
    that stands outside a [[table]].
    """
    file = str(path)
    text = _read(path, file)
    parsed = _parse(text, file)
    counts = {table: len(found) for table, found in parsed.items()}
    headers = [(found["table"], found.start()) for found in _HEADER.finditer(text)]
    if Counter(table for table, _ in headers) != counts:  # one stands inside a string
        headers = [(table, at) for what, table, at in _walk(text) if what == "row"]
    if Counter(table for table, _ in headers) != counts:
        raise CatalogueError(f"{file}:1: a row has no header of its own: write [[table]], bare")
    waiting = {table: iter(found) for table, found in parsed.items()}
    found, line, last = [], 1, 0
    ends = [at for _, at in headers[1:]] + [len(text)]
    for (table, at), end in zip(headers, ends, strict=False):
        line, last = line + text.count("\n", last, at), at
        found.append(Row(table, next(waiting[table]), file, line, text[at:end]))
    return found


def _read(path: Traversable | Path, file: str) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CatalogueError(f"{file}:1: cannot be read: {error.strerror}") from error
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CatalogueError(f"{file}:{line}: is not UTF-8: save the file as UTF-8") from error


def _parse(text: str, file: str) -> dict[str, list[dict[str, Any]]]:
    try:
        parsed = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        what = str(error)
        at = _AT_LINE.search(what)
        end = text.count("\n") + 1
        where = f"{at[1]}:{at[2]}" if at else str(end)
        raise CatalogueError(f"{file}:{where}: is not TOML: {_AT_LINE.sub('', what)}") from error
    for key, value in parsed.items():
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            line = _line_of(key, text)
            raise CatalogueError(f"{file}:{line}: '{key}' stands outside a row: write [[{key}]]")
    return parsed


def _line_of(key: str, text: str) -> int:
    found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _walk(text: str) -> Iterator[tuple[str, str, int]]:
    """Find every [[row]] and key, and each string or { … } of a list ("item"), with its place.

    Walks the structure, strings and comments skipped and brackets counted, because tomllib
    gives no positions.
    """
    depth, key = 0, ""
    for token in _TOKENS.finditer(text):
        if token["bracket"]:
            if token["bracket"] == "{" and depth == 1:
                yield "item", key, token.start()
            depth += 1 if token["bracket"] in "[{" else -1
        elif token["string"]:
            if depth == 1:
                yield "item", key, token.start()
        elif depth == 0 and token["row"]:
            key = ""
            yield "row", token["row"], token.start()
        elif depth == 0 and token["key"]:
            key = token["key"]
            yield "key", key, token.start()
