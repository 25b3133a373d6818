"""A stream of text cut into records: physical lines, quoted CSV rows or JSON objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from ecluse.discovery.reader import Framing
from ecluse.discovery.sources import text_of

LONGEST = 1 << 20
_ENOUGH = 1 << 16
_WRAPPERS = ("value", "items", "records", "Records", "result", "results", "data", "hits", "logs")
# An object that opens with plain values, then one of these lists: a wrapper too long to hold.
_OPENING = re.compile(r'\{[^{\[]*?"(?:' + "|".join(_WRAPPERS) + r')"\s*:\s*\[')
_BLANK = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()

Numbered = tuple[int, str | None]  # line number from 1; None stands for a record too long to read


def lines(chunks: Iterable[bytes]) -> Iterator[Numbered]:
    """Cut at line ends; a line of more than 1 MB is given as None and passed over."""
    rest, number, skipping = b"", 0, False
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            number += 1
            if skipping or len(line) > LONGEST:
                yield number, None
                skipping = False
            else:
                yield number, text_of(line.removesuffix(b"\r"))
        if len(rest) > LONGEST:
            rest, skipping = b"", True
    if skipping:
        yield number + 1, None
    elif rest:
        yield number + 1, text_of(rest.removesuffix(b"\r"))


def rows(chunks: Iterable[bytes]) -> Iterator[Numbered]:
    """Join physical lines until quotes balance; a quote never closed gives its lines one by one."""
    held: list[tuple[int, str]] = []
    for number, line in lines(chunks):
        if line is None:
            yield from held
            held = []
            yield number, None
            continue
        held.append((number, line))
        if sum(text.count('"') for _, text in held) % 2 == 0:
            yield held[0][0], "\n".join(text for _, text in held)
            held = []
        elif len(held) > 64:
            yield from held
            held = []
    yield from held


def objects(chunks: Iterable[bytes]) -> Iterator[Numbered]:
    """Give the text of each JSON object: one per line, pretty-printed, in an array or wrapped.

    An object that cannot be read is given as the line it stands on, for the reader to refuse.
    """
    buffer, number, inside = "", 1, False
    for chunk in _texts(chunks):
        buffer += chunk
        if not inside and len(buffer) < _ENOUGH:
            continue
        if not inside:
            buffer, number = _unwrap(buffer, number)
            inside = True
        buffer, number, found = _take(buffer, number)
        yield from found
        if len(buffer) > 16 * LONGEST:
            yield number, None
            buffer = buffer.partition("\n")[2]
            number += 1
    if not inside:
        buffer, number = _unwrap(buffer, number)
    buffer, number, found = _take(buffer, number)
    yield from found
    for line in buffer.split("\n"):
        if line.strip(" \t\r,]}"):
            yield number, line
        number += 1


def _texts(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        whole, newline, rest = (rest + chunk).rpartition(b"\n")
        if newline:
            yield text_of(whole + newline)
        elif len(rest) > LONGEST:
            # One long line: cut where no UTF-8 character is open.
            cut = len(rest) - 4
            while rest[cut] & 0xC0 == 0x80:
                cut -= 1
            yield text_of(rest[:cut])
            rest = rest[cut:]
    if rest:
        yield text_of(rest)


def _unwrap(buffer: str, number: int) -> tuple[str, int]:
    start = buffer.lstrip()
    if start.startswith("["):
        cut = buffer.index("[") + 1
    elif _end(buffer, len(buffer) - len(start)) is None:
        match = _OPENING.match(start)
        cut = len(buffer) - len(start) + match.end() if match else 0
    else:
        cut = 0
    return buffer[cut:], number + buffer.count("\n", 0, cut)


def _inner(text: str) -> list[str] | None:
    """Give the objects of a wrapper (plain values and one list of objects), or None."""
    if not any(f'"{name}"' in text for name in _WRAPPERS):
        return None
    outer = json.loads(text)
    held = [name for name in _WRAPPERS if isinstance(outer.get(name), list)]
    others = [value for name, value in outer.items() if name not in held]
    if len(held) != 1 or any(isinstance(value, dict | list) for value in others):
        return None
    if not all(isinstance(item, dict) for item in outer[held[0]]):
        return None
    return [json.dumps(item, ensure_ascii=False) for item in outer[held[0]]]


def _take(buffer: str, number: int) -> tuple[str, int, list[Numbered]]:
    found: list[Numbered] = []
    at = 0
    while True:
        blank = _BLANK.match(buffer, at)
        start = blank.end() if blank else at
        number += buffer.count("\n", at, start)
        at = start
        if at >= len(buffer):
            return "", number, found
        end = _end(buffer, at)
        inner = _inner(buffer[at:end]) if end else None
        if end is None:
            line_end = buffer.find("\n", at)
            if buffer[at] == "{" and _may_continue(buffer, at, line_end):
                return buffer[at:], number, found
            if line_end < 0:
                return buffer[at:], number, found
            end = line_end
        text = buffer[at:end]
        if inner is not None:
            found.extend((number, item) for item in inner)
        elif text.strip(" \t\r\n,]}"):
            found.append((number, text))
        number += text.count("\n")
        at = end


def _end(buffer: str, at: int) -> int | None:
    if at >= len(buffer) or buffer[at] != "{":
        return None
    try:
        return _DECODER.raw_decode(buffer, at)[1]
    except (ValueError, RecursionError):
        return None


def _may_continue(buffer: str, at: int, line_end: int) -> bool:
    """Tell a pretty-printed object still to come from a broken one-line object.

    The next line of a pretty-printed object is indented or closes it; a new object at the start
    of the next line means that this one is broken.
    """
    return line_end < 0 or not buffer.startswith("{", line_end + 1) or "\n" not in buffer[at:]


def one_per_line(head: bytes) -> bool:
    """Tell whether each line of a file's beginning is one whole object, or no JSON at all."""
    if not head.lstrip().startswith((b"{", b"[")):
        return True
    whole = [line for line in head.split(b"\n")[:-1] if line.strip()][:50] or [head]
    return all(
        _end(line, 0) is not None and _inner(line[: _end(line, 0)]) is None
        for line in (text_of(raw).strip() for raw in whole)
    )


def records(chunks: Iterable[bytes], framing: Framing) -> Iterator[Numbered]:
    """Cut a stream as `framing` says; blank records are left out."""
    cut = {"lines": lines, "csv": rows, "json": objects}[framing]
    for number, text in cut(chunks):
        if text is None or text.strip():
            yield number, text
