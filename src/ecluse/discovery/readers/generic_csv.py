"""Any table with a header row: columns known by their usual names or by a mapping; no guessing."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from ecluse.discovery.parsing import hosts, names, stamps
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError

_DELIMITERS = (",", ";", "\t", "|")
_EXCEL = re.compile(r"\ufeff?sep=(.)\s*\Z")
_NOT_A_NAME = re.compile(r"[{}=<>]|://|\A[\d.:/-]+\Z")
_CERTAINTY = 0.5  # half at best: a reader that knows the product comes first


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([text.lstrip("\ufeff")], delimiter=delimiter), [])
    except csv.Error as error:
        raise UnreadableError("shape") from error
    return [cell.strip() for cell in cells]


def _header(sample: Sequence[str], delimiters: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Find the header among the first rows, and its delimiter: the most usual names win."""
    best: tuple[int, tuple[str, ...], str] = (0, (), "")
    for text in sample[:5]:
        for delimiter in delimiters:
            try:
                cells = tuple(_cells(text, delimiter))
            except UnreadableError:
                continue
            if len(cells) < 2 or any(map(_NOT_A_NAME.search, cells)):
                continue
            known = len(names.recognised(cells))
            if known > best[0]:
                best = (known, cells, delimiter)
    return best[1], best[2]


def _mapped_header(sample: Sequence[str], context: Context) -> tuple[tuple[str, ...], str]:
    """Find the first row that names every column of the mapping."""
    wanted = {part for name in _fields(context.mapping).values() for part in _parts(name)}
    given = context.mapping.get("delimiter")
    for text in sample[:20]:
        for delimiter in (given,) if given else _DELIMITERS:
            try:
                cells = tuple(_cells(text, delimiter))
            except UnreadableError:
                continue
            if wanted & set(cells):
                return cells, delimiter
    return (), given or ","


def _fields(mapping: Mapping[str, str]) -> dict[str, str]:
    return {key: name for key, name in mapping.items() if key not in names.OPTIONS}


def _parts(name: str) -> list[str]:
    return [part.strip() for part in name.split("+")]


def score(sample: Sequence[str]) -> float:
    """Tell a table by a header of known names and by rows as long; never more than one half."""
    columns, delimiter = _header(sample, _DELIMITERS)
    if not names.tells_of_visits(names.recognised(columns)):
        return 0.0

    def fits(text: str) -> bool:
        try:
            return len(_cells(text, delimiter)) == len(columns)
        except UnreadableError:
            return False

    return _CERTAINTY * share(sample, fits)


def study(sample: Sequence[str], context: Context) -> Context:
    """Find the header, the delimiter, the date order and the zone; doubt guessed names."""
    guessed = not _fields(context.mapping)
    given = context.mapping.get("delimiter")
    if guessed:
        columns, delimiter = _header(sample, (given,) if given else _DELIMITERS)
        context = context.doubting("mapping")
    else:
        columns, delimiter = _mapped_header(sample, context)
    context = replace(context, columns=columns, layout=delimiter)
    zone = context.mapping.get("zone")
    if zone:
        context = replace(context, zone=ZoneInfo(zone))
    pattern = context.mapping.get("time_format")
    if pattern:
        return context if zone or "%z" in pattern else context.doubting("zone")
    places = _places(columns, tuple(context.mapping.items()))
    times = [_take(cells, places, "time") for cells in _rows(sample, context)]
    studied = stamps.study([time for time in times if time], context)
    doubts = tuple(doubt for doubt in studied.doubts if not (zone and doubt == "zone"))
    return replace(studied, doubts=doubts)


def _rows(sample: Sequence[str], context: Context) -> list[list[str]]:
    rows = []
    for text in sample:
        try:
            cells = _cells(text, context.layout or ",")
        except UnreadableError:
            continue
        if tuple(cells) != context.columns:
            rows.append(cells)
    return rows


@lru_cache(maxsize=64)
def _places(
    columns: tuple[str, ...], mapping: tuple[tuple[str, str], ...]
) -> Mapping[str, tuple[int, ...]]:
    """Give our field → the positions of its columns, joined by a space where there are several."""
    given = _fields(dict(mapping))
    if given:
        chosen = {key: [name] if name in columns else _parts(name) for key, name in given.items()}
    else:
        found = names.recognised(columns)
        chosen = {key: [name] for key, name in found.items()}
        chosen["time"] = [found[key] for key in ("time", "clock") if key in found]
    at = {name: position for position, name in reversed(list(enumerate(columns)))}
    return {key: tuple(at[part] for part in parts if part in at) for key, parts in chosen.items()}


def _take(cells: Sequence[str], places: Mapping[str, tuple[int, ...]], field: str) -> str | None:
    written = [cells[at] for at in places.get(field, ()) if at < len(cells)]
    return hosts.plain(" ".join(word for word in written if word))


def parse(text: str, context: Context) -> Record | None:
    """Read one row with the columns that `study` found; None for the header and comments."""
    if not text.strip() or text.startswith("#") or _EXCEL.match(text):
        return None
    cells = _cells(text, context.layout or ",")
    if not context.columns:
        raise UnreadableError("columns")
    if tuple(cells) == context.columns:
        return None
    places = _places(context.columns, tuple(context.mapping.items()))
    last = max((at for found in places.values() for at in found), default=len(cells))
    if len(cells) <= last:
        raise UnreadableError("columns")
    return names.record(lambda field: _take(cells, places, field), context)


READER = Reader(
    name="generic-csv",
    title="CSV",
    sees=frozenset(Record._fields),
    score=score,
    study=study,
    parse=parse,
    framing="csv",
)
