"""CEF events of any vendor but Fortinet, whose own keys another reader knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecluse.discovery.parsing import cef, hosts
from ecluse.discovery.parsing.verdicts import verdict
from ecluse.discovery.reader import Context, Reader
from ecluse.discovery.record import Record, UnreadableError

_TIMES = ("start", "startTime", "rt", "deviceReceiptTime", "end", "endTime")
_STATUS = re.compile(r"(?:http ?)?(?:status|response)(?: ?code)?\Z", re.IGNORECASE)
_WEB = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|[\w*.-]+\.\w+(?:[:/?]|\Z)", re.IGNORECASE)
# A vendor with a reader of its own counts for a little less than that reader makes of it.
_WEIGHTS = {"Fortinet": 0.0, "Palo Alto Networks": 0.9}


def score(sample: Sequence[str]) -> float:
    """Give the share of CEF events, none for Fortinet's."""
    texts = [text for text in sample if text.strip()]
    events = [cef.read(text) for text in texts if "|" in text]
    weights = [_WEIGHTS.get(event.vendor, 1.0) for event in events if event]
    return sum(weights) / len(texts) if texts else 0.0


def study(sample: Sequence[str], context: Context) -> Context:
    """Declare the zone doubtful if a date is neither a count of milliseconds nor given a zone."""
    for text in sample:
        event = cef.read(text) if "|" in text else None
        if event is None or "dtz" in event.fields:
            continue
        first = next((event.fields[key] for key in _TIMES if key in event.fields), "")
        if first and not first.isdecimal():
            return context.doubting("zone")
    return context


def _first(fields: dict[str, str], *keys: str) -> str | None:
    return next((found for key in keys if (found := hosts.plain(fields.get(key)))), None)


def _place(fields: dict[str, str]) -> tuple[str | None, int | None, str | None]:
    """Give host, port and path: the URL's, else the destination's name, else its address."""
    request = _first(fields, "request", "requestUrl", "requestURL") or ""
    host, port, path = hosts.split_url(request) if _WEB.match(request) else (None, None, None)
    if request.startswith("/"):
        path = request.partition("?")[0].partition("#")[0]
    if host is None:
        host = hosts.clean_host(
            _first(fields, "dhost", "destinationHostName", "destinationDnsDomain")
        )
    if host is None:
        host = hosts.address(_first(fields, "dst", "destinationAddress", "c6a3"))
    return host, hosts.port(fields.get("dpt")) if port is None else port, path


def _status(fields: dict[str, str]) -> int | None:
    for slot in ("cn1", "cn2", "cn3", "cs1", "cs2", "cs3", "cs4", "cs5", "cs6"):
        if _STATUS.match(fields.get(f"{slot}Label", "")):
            return hosts.status(fields.get(slot))
    return hosts.status(fields.get("outcome"))


def parse(text: str, context: Context) -> Record | None:
    """Read one event; None where it names no person and no source."""
    if not text.strip():
        return None
    event = cef.read(text)
    if event is None:
        raise UnreadableError("shape")
    fields = event.fields
    source = hosts.address(_first(fields, "src", "sourceAddress", "c6a2"))
    user = _first(fields, "suser", "sourceUserName", "duser", "destinationUserName")
    written = _first(fields, *_TIMES)
    host, port, path = _place(fields)
    if not source and not user and not host:
        return None
    up, down = cef.volumes(event)
    return Record(
        time=cef.moment(written, fields.get("dtz", ""), context) if written else None,
        source_ip=source,
        user=user,
        host=host,
        port=port,
        method=_first(fields, "requestMethod"),
        path=path,
        status=_status(fields),
        action=verdict(fields.get("act") or fields.get("deviceAction")),
        bytes_up=up,
        bytes_down=down,
        app=_first(fields, "app", "applicationProtocol"),
    )


READER = Reader(
    name="cef",
    title="CEF",
    sees=frozenset(Record._fields) - {"mime"},
    score=score,
    study=study,
    parse=parse,
)
