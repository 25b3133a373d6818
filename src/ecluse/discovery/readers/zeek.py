"""Zeek's logs as TSV under their header or as JSON lines; without a header, TSV is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from ecluse.discovery.parsing import blocks, hosts, moments
from ecluse.discovery.parsing.objects import load, maybe
from ecluse.discovery.reader import Columns, Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError

_DIRECTIVE = re.compile(
    r"#(?:separator|set_separator|empty_field|unset_field|path|open|close|fields|types)\b"
)
_ROW = re.compile(r"\d{9,10}\.\d{1,9}\t[A-Z]\w{9,24}\t", re.ASCII)
_BYTE = re.compile(r"\\x([0-9a-fA-F]{2})")
_BYTES = re.compile(rb"\\x([0-9a-fA-F]{2})")
_SUBJECT = re.compile(r"(?:^|,)CN=([^,\\]+\.[^,\\]+)")
_USED = (
    *("ts", "id.orig_h", "id.resp_h", "id.resp_p", "query", "server_name", "subject", "host"),
    *("uri", "method", "status_code", "username", "user", "request_body_len", "response_body_len"),
    *("orig_bytes", "resp_bytes", "resp_mime_types", "trans_id"),
)


def _separator(line: str) -> str:
    r"""Read what parts the columns, which `#separator` writes as `\x09`."""
    written = line.partition(" ")[2].strip()
    return _BYTE.sub(lambda found: chr(int(found[1], 16)), written) or "\t"


def _flat(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give `id.orig_h` and its like, also where they are written within `id`."""
    ends = event.get("id")
    if not isinstance(ends, dict):
        return event
    return {**event, **{f"id.{name}": value for name, value in ends.items()}}


def _ours(event: Mapping[str, Any]) -> bool:
    return "ts" in event and ("id.orig_h" in event or "_path" in event or "uid" in event)


def _plainly(line: str) -> bool:
    if line.startswith("{"):
        return '"ts"' in line and _ours(_flat(maybe(line)))
    return bool(_DIRECTIVE.match(line) or _ROW.match(line))


def score(sample: Sequence[str]) -> float:
    """Tell the header's directives, rows that open with a time and an identifier, and JSON."""
    return share(sample, _plainly)


def study(sample: Sequence[str], context: Context) -> Context:
    """Take the columns and what parts them from the header."""
    mark = "\t"
    for line in sample:
        if line.startswith("#separator "):
            mark = _separator(line)
        if line.startswith("#fields"):
            columns = tuple(line.strip("\r\n").split(mark)[1:])
            return replace(context, columns=columns, layout=mark)
    return context


@lru_cache(maxsize=32)
def _positions(columns: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((name, columns.index(name)) for name in _USED if name in columns)


def _row(line: str, context: Context) -> dict[str, str]:
    """Give the columns that serve, by name, without the unset and the empty ones."""
    cells = line.rstrip("\r\n").split(context.layout or "\t")
    if not context.columns or len(cells) != len(context.columns):
        known = _ROW.match(line) or (context.columns and len(cells) > 1)
        raise UnreadableError("columns" if known else "shape")
    picked = ((name, cells[at]) for name, at in _positions(context.columns))
    return {name: cell for name, cell in picked if cell not in {"-", "(empty)", ""}}


def _word(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return hosts.plain(str(value))


def _host(said: Mapping[str, Any]) -> str | None:
    """Give the name asked for or reached, perhaps with a port, else the address."""
    if "query" in said or "trans_id" in said:
        return _word(said, "query")
    named = _word(said, "server_name") or _word(said, "host")
    if named:
        return named
    subject = _SUBJECT.search(_word(said, "subject") or "")
    return subject[1] if subject else _word(said, "id.resp_h")


def _unescaped(name: str) -> str:
    r"""Read `\xc3\xa9` and its like, by which Zeek writes bytes that are not plain ASCII."""
    if "\\x" not in name:
        return name
    raw = _BYTES.sub(lambda found: bytes((int(found[1], 16),)), name.encode("utf-8", "replace"))
    return raw.decode("utf-8", "replace")


def _clean(place: str) -> str | None:
    return hosts.split_url(_unescaped(place))[0]


def _moment(said: Mapping[str, Any], context: Context) -> datetime:
    written = _word(said, "ts") or ""
    return moments.iso(written, context) if "T" in written else moments.epoch(written)


def _path(said: Mapping[str, Any]) -> str | None:
    uri = _word(said, "uri") or ""
    if uri.startswith("/"):
        return uri.partition("?")[0].partition("#")[0]
    return hosts.split_url(uri)[2] if "://" in uri else None


def _mime(said: Mapping[str, Any]) -> str | None:
    kinds = _word(said, "resp_mime_types")
    return kinds.partition(",")[0] if kinds else None


def parse(line: str, context: Context) -> Record | None:
    """Read one row or object; None for the header and for logs that name no connection."""
    if not line.strip() or _DIRECTIVE.match(line):
        return None
    if line.lstrip().startswith("{"):
        said = _flat(load(line))
        if not _ours(said):
            raise UnreadableError("shape")
    else:
        said = _row(line, context)
    moment = _moment(said, context) if "ts" in said else None
    source = hosts.address(_word(said, "id.orig_h"))
    if not source:
        return None
    place = _host(said)
    question = "query" in said or "trans_id" in said
    return Record(
        time=moment,
        source_ip=source,
        user=_word(said, "username") or _word(said, "user"),
        host=_clean(place) if place else None,
        port=None if question else hosts.port(_word(said, "id.resp_p")),
        method=_word(said, "method"),
        path=_path(said),
        status=hosts.status(_word(said, "status_code")),
        bytes_up=hosts.count(_word(said, "request_body_len") or _word(said, "orig_bytes")),
        bytes_down=hosts.count(_word(said, "response_body_len") or _word(said, "resp_bytes")),
        mime=_mime(said),
    )


def host_of(place: bytes) -> str | None:
    """Give the host of a name as Zeek writes it, or of an address."""
    return _clean(place.decode("utf-8", "replace"))


def skim(block: bytes) -> Columns | None:
    """See JSON lines from afar; TSV needs its header, which a block alone does not have."""
    read = blocks.objects(block)
    if read is None:
        return None
    lines, events = read[0], [_flat(event) for event in read[1]]
    if not all(map(_ours, events)):
        return None
    stamps = _stamps([event["ts"] for event in events])
    if stamps is None:
        return None
    addresses, users, places = [], [], []
    for event in events:
        source = hosts.address(_word(event, "id.orig_h"))
        place = _host(event) if source else None
        user = (_word(event, "username") or _word(event, "user")) if source else None
        addresses.append((source or "").encode())
        users.append((user or "").encode("utf-8", "surrogatepass"))
        places.append((place or "").encode("utf-8", "surrogatepass"))
    return Columns(stamps, addresses, users, places, lines.__getitem__)


def _stamps(written: Sequence[object]) -> list[bytes] | None:
    """Cut times, all ISO or all seconds since 1970, to what tells one hour from the next."""
    if not all(type(moment) is float and 1e9 <= moment < 1e10 for moment in written):
        return blocks.stamps(written)
    return [str(moment)[:8].encode() for moment in written]


READER = Reader(
    name="zeek",
    title="Zeek",
    sees=frozenset(Record._fields) - {"action", "app"},
    score=score,
    study=study,
    parse=parse,
    skim=skim,
    host_of=host_of,
)
