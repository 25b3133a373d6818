"""Suricata's EVE JSON: questions, TLS, HTTP, QUIC, flows, alerts; not its own statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ecluse.discovery.parsing import blocks, hosts, moments
from ecluse.discovery.parsing.objects import load, maybe, word
from ecluse.discovery.parsing.verdicts import verdict
from ecluse.discovery.reader import Columns, Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_COMMON_NAME = re.compile(r"(?:^|[,/] ?)CN ?= ?([^,/]+)")
_ASIDE = {"stats", "engine"}


def _plainly(text: str) -> bool:
    return '"timestamp"' in text and _ours(maybe(text))


def _ours(event: Mapping[str, Any]) -> bool:
    if "timestamp" not in event:
        return False
    kind = event.get("event_type")
    typed = isinstance(kind, str)
    if typed and kind in _ASIDE:
        return True
    return "src_ip" in event and "dest_ip" in event and ("flow_id" in event or typed)


def score(sample: Sequence[str]) -> float:
    """Tell EVE by the names of its addresses and flow."""
    return share(sample, _plainly)


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def _number(part: Mapping[str, Any], name: str) -> int | None:
    value = part.get(name)
    return value if type(value) is int and value >= 0 else None


class _Ends(NamedTuple):
    source: str | None
    target: str | None
    port: int | None


def _ends(event: Mapping[str, Any]) -> _Ends:
    """Tell who asked whom: an answer, or an alert on one, goes from the service to the person."""
    source, target = hosts.address(word(event, "src_ip")), hosts.address(word(event, "dest_ip"))
    here, there = _number(event, "src_port"), _number(event, "dest_port")
    answer = "dns" in event and here == 53 and there != 53
    if answer or event.get("direction") == "to_client":
        return _Ends(target, source, here)
    return _Ends(source, target, there)


def _question(dns: Mapping[str, Any]) -> str | None:
    """Give the name asked, where versions 1, 2 and 3 of the DNS event put it."""
    for name in ("queries", "query", "answers"):
        items = dns.get(name)
        if isinstance(items, list) and items and isinstance(items[0], dict):
            return word(dns, "rrname") or word(items[0], "rrname")
    return word(dns, "rrname")


def _subject(tls: Mapping[str, Any]) -> str | None:
    found = _COMMON_NAME.search(word(tls, "subject") or "")
    return found[1].strip() if found and "." in found[1] else None


def _place(event: Mapping[str, Any], target: str | None) -> str | None:
    """Give the name asked for or reached, perhaps with a port, else the address."""
    if "dns" in event:
        return _question(_part(event, "dns"))
    for part, key in (("tls", "sni"), ("quic", "sni"), ("http", "hostname")):
        if part in event:
            named = word(_part(event, part), key)
            if named:
                return named
    if "tls" in event:
        return _subject(_part(event, "tls")) or target
    return target


def _action(event: Mapping[str, Any]) -> Action | None:
    if event.get("event_type") == "drop":
        return "blocked"
    for part in ("verdict", "alert"):
        said = verdict(word(_part(event, part), "action"))
        if said:
            return said
    return None


def _path(http: Mapping[str, Any]) -> str | None:
    url = word(http, "url") or ""
    if url.startswith("/"):
        return url.partition("?")[0].partition("#")[0]
    return hosts.split_url(url)[2] if "://" in url else None


def parse(text: str, context: Context) -> Record | None:
    """Read one event; None for statistics and whatever has no address."""
    if not text.strip():
        return None
    event = load(text)
    if not _ours(event):
        raise UnreadableError("shape")
    moment = moments.iso(word(event, "timestamp") or "", context)
    ends = _ends(event)
    if not ends.source:
        return None
    http, flow = _part(event, "http"), _part(event, "flow")
    place = _place(event, ends.target)
    length = _number(http, "length")
    return Record(
        time=moment,
        source_ip=ends.source,
        host=hosts.split_url(place)[0] if place else None,
        port=None if "dns" in event else _number(http, "http_port") or ends.port,
        method=word(http, "http_method"),
        path=_path(http),
        status=hosts.status(word(http, "status")),
        action=_action(event),
        bytes_up=_number(flow, "bytes_toserver"),
        bytes_down=_number(flow, "bytes_toclient") if length is None else length,
        mime=word(http, "http_content_type"),
    )


def host_of(place: bytes) -> str | None:
    """Give the host of a name, perhaps with a port, or of an address."""
    return hosts.split_url(place.decode("utf-8", "replace"))[0]


def skim(block: bytes) -> Columns | None:
    """See one event per line from afar; the JSON is read, but no record made."""
    read = blocks.objects(block)
    if read is None or not all(map(_ours, read[1])):
        return None
    lines, events = read
    stamps = blocks.stamps([event["timestamp"] for event in events])
    if stamps is None:
        return None
    addresses, places = [], []
    for event in events:
        ends = _ends(event)
        addresses.append((ends.source or "").encode())
        place = _place(event, ends.target) if ends.source else None
        places.append((place or "").encode("utf-8", "surrogatepass"))
    nobody = (b"",) * len(lines)
    return Columns(stamps, addresses, nobody, places, lines.__getitem__)


READER = Reader(
    name="suricata",
    title="Suricata (EVE JSON)",
    sees=frozenset(Record._fields) - {"user", "app"},
    score=score,
    parse=parse,
    framing="json",
    skim=skim,
    host_of=host_of,
)
