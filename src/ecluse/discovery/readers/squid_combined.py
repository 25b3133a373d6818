"""The common and combined log formats as forward proxies write them, with any added columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ecluse.discovery.parsing import hosts, moments, skims, stamped
from ecluse.discovery.reader import Columns, Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

# A name may hold spaces only where the identity that precedes it is "-", as it is everywhere.
_HEAD = (
    r"(?:^|[\s>])(?P<address>[^\s\"\[\]<>]{1,255}) "
    r"(?:- (?P<user>[^\[\"]{1,256}?)|[^\s\"\[\]]{1,64} (?P<other>[^\s\"\[\]]{1,256})) \["
)
_LINE = re.compile(
    _HEAD + r"(?P<time>\d\d/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?)\] "
    r'"(?P<request>.*?)" (?P<status>\d{1,3}|-) (?P<bytes>\d+|-)(?P<tail>\s.*)?\Z'
)
_STAMP = re.compile(r"\[\d\d/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d")
_START = re.compile(_HEAD)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_MIME = re.compile(
    r"(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+\Z"
)
_CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)*:[A-Z_]+\Z")
_PROXIED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[^\s/]+:\d{1,5}\Z|error:")
_ANY = Context(now=datetime(1970, 1, 1, tzinfo=UTC))


def _split(request: str) -> tuple[str, str]:
    """Give method and target; a request line may lack its version or be anything at all."""
    method, _, rest = request.partition(" ")
    before, version, _ = rest.rpartition(" HTTP/")
    return method, before if version else rest


def _target(url: str) -> tuple[str | None, int | None, str | None]:
    """Give host, port and path; none of a path alone, of `*` or of Squid's `error:…`."""
    if url.startswith("/"):
        return None, None, url.partition("?")[0].partition("#")[0]
    if not _PROXIED.match(url) or url.startswith("error:"):
        return None, None, None
    return hosts.split_url(url)


def _extras(tail: str | None) -> list[str]:
    """Give what was added to the usual columns, without the quoted ones and Squid's own code."""
    words = _QUOTED.sub(" ", tail or "").split()
    return [word for word in words if not _CODE.match(word)]


def _is_proxied(line: str) -> bool:
    match = _LINE.search(line)
    return bool(match and _PROXIED.match(_split(match["request"])[1]))


def score(sample: Sequence[str]) -> float:
    """Tell a proxy's lines by the date and the whole URL: a web server logs paths alone."""
    return share(sample, _is_proxied)


def study(sample: Sequence[str], context: Context) -> Context:
    """See whether a column of numbers was added (`%>st`, `%I`), and whether a zone is written."""
    rows = [found for line in sample if (found := _LINE.search(line))]
    added = [_extras(row["tail"]) for row in rows]
    if rows and all(words and words[0].isdecimal() for words in added):
        context = replace(context, layout="upload").doubting("upload")
    if any(" " not in row["time"] for row in rows):
        context = context.doubting("zone")
    return context


def _action(code: str, status: int | None) -> Action | None:
    """A denial is a block, but a request for a name (407) is neither."""
    if status is None or status == 407:
        return None
    return "blocked" if status == 403 or "TCP_DENIED" in code else "allowed"


def parse(line: str, context: Context) -> Record | None:
    """Read one line; a request that names no host keeps its time, address and user."""
    match = _LINE.search(line)
    if not match:
        dated = _STAMP.search(line)
        raise UnreadableError("shape" if dated or not _START.search(line) else "time")
    method, url = _split(match["request"])
    host, port, path = _target(url)
    status = hosts.status(match["status"])
    extras = _extras(match["tail"])
    upload = extras[0] if context.layout == "upload" and extras else None
    return Record(
        time=moments.named_month(match["time"], context),
        source_ip=hosts.clean_host(match["address"]),
        user=hosts.plain(match["user"] or match["other"]),
        host=host,
        port=port,
        method=method if method.isascii() and method.isalpha() and len(method) < 32 else None,
        path=path,
        status=status,
        action=_action(match["tail"] or "", status),
        bytes_up=hosts.count(upload),
        bytes_down=hosts.count(match["bytes"]),
        mime=next((word for word in extras if _MIME.match(word)), None),
    )


def host_of(place: bytes) -> str | None:
    """Give the host of a CONNECT target or of a URL."""
    return _target(place.decode("utf-8", "replace"))[0]


_SKIM = skims.by_pattern(
    rb"(?P<address>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}+:[0-9a-f]{0,4}+:[0-9a-f:]{0,29}) - "
    rb'(?P<user>[^\s\["]++) '
    rb"\[(?P<stamp>\d\d/[A-Z][a-z]{2}/\d{4}:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d [+-]\d{4})\] "
    rb'"[^\s"]++ (?P<place>[^\s"]++) HTTP/[\d.]++" (?:\d{3}|-) (?:\d++|-)(?: [^\n]*+)?+'
)


def _one_zone(block: bytes) -> Columns | None:
    """Shorten stamps to the hour, which only tells hours apart where the zone never changes."""
    columns = _SKIM(block)
    if columns is None or len({stamp[-5:] for stamp in columns.stamps}) != 1:
        return None
    zone = columns.stamps[0][-6:]
    return columns._replace(stamps=[stamp[:14] + zone for stamp in columns.stamps])


def _read(stamp: str) -> datetime:
    return moments.named_month(f"{stamp[:14]}:00:00{stamp[14:]}", _ANY)


READER = Reader(
    name="squid-combined",
    title="Squid (combined)",
    sees=frozenset(Record._fields) - {"app"},
    score=score,
    study=study,
    parse=parse,
    skim=stamped.checked(_one_zone, _read),
    host_of=host_of,
)
