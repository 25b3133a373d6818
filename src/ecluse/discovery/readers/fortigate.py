"""FortiGate logs as key=value, as CSV of key=value, and as Fortinet's CEF; statistics apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from ecluse.discovery.parsing import cef, hosts, keyed, moments
from ecluse.discovery.parsing.pairs import pairs
from ecluse.discovery.parsing.verdicts import verdict
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_TYPE = re.compile(r'(?:^|[\s,>"])type="?\w', re.ASCII)
_SUBTYPE = re.compile(r'[\s,"]subtype="?\w', re.ASCII)
_DEVICE = re.compile(r'(?:^|[\s,>"])(?:logid|devid|vd|level)=', re.ASCII)
_FIRST_PAIR = re.compile(r'\w+=(?:"[^"]*"|[^\s",]*)(,)?', re.ASCII)
_CSV_PAIR = re.compile(r'(?:^|[,\s>])([A-Za-z_][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|([^,"]*))')
_PREFIX = re.compile(r"(?:FTNTFGT|FortinetFortiGate)(?=\w)")
_CEF_NAMES = {
    "src": "srcip",
    "dst": "dstip",
    "dpt": "dstport",
    "duser": "user",
    "act": "action",
    "request": "url",
    "requestMethod": "httpmethod",
    "dhost": "hostname",
    "out": "sentbyte",
    "in": "rcvdbyte",
    "sproc": "ui",
}
_CONSOLE = re.compile(r"\w+\(([0-9a-fA-F.:]+)\)\Z", re.ASCII)
_METHODS = {"GET", "POST", "PUT", "HEAD", "CONNECT", "DELETE", "OPTIONS", "PATCH", "TRACE"}
# How a session that was let through ended, in traffic logs.
_ENDS = {"close", "client-rst", "server-rst", "timeout", "ip-conn", "dns", "start"}
_EPOCH = re.compile(rb"\d{10}(?:\d{3}|\d{6}|\d{9})?")
_LINE = (
    rb'(?:<\d{1,3}>)?(?:[^\s="]++ ++)*+'
    rb"(?:date=(\d{4}-\d\d-\d\d) time=([0-2]\d:[0-5])\d:[0-5]\d "
    rb'|eventtime=(\d++) |tz="?([+-]\d{4})"? '
    rb"|(?:logver|timestamp|itime|devname|devid|vd|logid)=" + keyed.VALUE + rb" )+"
    rb'type="?\w++"? subtype="?[\w-]++"?(?= (?:eventtype="[^"\n]*+" )?level=)'
    + keyed.pairs_source(
        *("app", "date", "dstinetsvc", "dstip", "dstname", "eventtime", "hostname", "locip"),
        *("qname", "remip", "srcip", "tz", "ui", "unauthuser", "url", "user", "userip"),
    )
)


def _plainly(line: str) -> bool:
    if "|Fortinet|" in line:
        return _event(line) is not None
    return bool(_TYPE.search(line) and _SUBTYPE.search(line) and _DEVICE.search(line))


def _event(text: str) -> cef.Event | None:
    event = cef.read(text)
    return event if event and event.vendor == "Fortinet" else None


def score(sample: Sequence[str]) -> float:
    """Tell these lines by their type, subtype and device, or by the vendor of a CEF event."""
    return share(sample, _plainly)


def study(sample: Sequence[str], context: Context) -> Context:
    """Declare the zone doubtful where a date is all that a line has."""
    for line in sample:
        if "date=" in line and "eventtime=" not in line and "tz=" not in line:
            return context.doubting("zone")
    return context


def _renamed(event: cef.Event) -> dict[str, str]:
    """Give a CEF event the names of the key=value form; Fortinet's own keys win."""
    said = {_CEF_NAMES.get(key, key): value for key, value in event.fields.items()}
    own = {_PREFIX.sub("", key): value for key, value in event.fields.items() if _PREFIX.match(key)}
    person = event.fields.get("suser")
    return {**said, **({"user": person} if person else {}), **own}


def _said(line: str) -> dict[str, str]:
    if "|Fortinet|" in line:
        event = _event(line)
        if event is None:
            raise UnreadableError("shape")
        return _renamed(event)
    if not _plainly(line):
        raise UnreadableError("shape")
    first = _FIRST_PAIR.search(line)
    if first and first[1]:
        found = ((key, quoted or bare.strip()) for key, quoted, bare in _CSV_PAIR.findall(line))
        return {key: value for key, value in found if value}
    return pairs(line)


def _moment(said: dict[str, str], context: Context) -> datetime | None:
    if "eventtime" in said:
        return moments.epoch(said["eventtime"])
    if "date" in said and "time" in said:
        zone = said.get("tz", "")
        zone = zone if moments.offset(zone) else ""
        return moments.iso(f"{said['date']}T{said['time']}{zone}", context)
    seconds = said.get("timestamp") or said.get("itime")
    if seconds:
        return moments.epoch(seconds)
    return cef.moment(said["start"], said.get("tz", ""), context) if "start" in said else None


def _first(said: dict[str, str], *keys: str) -> str | None:
    return next((found for key in keys if (found := hosts.plain(said.get(key)))), None)


def _source(said: dict[str, str]) -> str | None:
    found = hosts.address(_first(said, "srcip", "remip", "userip"))
    console = None if found else _CONSOLE.match(said.get("ui", ""))
    return hosts.address(console[1]) if console else found


def _user(said: dict[str, str]) -> str | None:
    """Give the login, without the certificate's name that two-factor sign-in adds to it."""
    user = _first(said, "user", "unauthuser")
    return hosts.plain(user.partition(",cn=")[0]) if user else None


def _action(said: dict[str, str]) -> Action | None:
    """A block by a security profile outweighs a policy that lets through."""
    action, profile = said.get("action", ""), verdict(said.get("utmaction"))
    if profile == "blocked" or action in {"redirect", "clear_session"}:
        return "blocked"
    return "allowed" if action in _ENDS else verdict(action)


def _method(said: dict[str, str]) -> str | None:
    method = said.get("httpmethod") or said.get("method", "")
    return method if method.upper() in _METHODS else None


def _path(url: str) -> str | None:
    if url.startswith("/"):
        return url.partition("?")[0].partition("#")[0]
    return hosts.split_url(url)[2] if "://" in url else None


def _place(said: dict[str, str]) -> str:
    url = said.get("url", "")
    named = _first(said, "hostname") or (url if "://" in url else None)
    return named or _first(said, "qname", "dstname", "dstip", "locip") or ""


def parse(text: str, context: Context) -> Record | None:
    """Read one log; None where it names no person, no source and no destination.

    Bytes of a long session come in parts (`sentdelta`), of which `sentbyte` is the running sum.
    """
    if not text.strip():
        return None
    said = _said(text)
    moment, source, user, place = _moment(said, context), _source(said), _user(said), _place(said)
    if not source and not user and not place:
        return None
    return Record(
        time=moment,
        source_ip=source,
        user=user,
        host=hosts.split_url(place)[0] if place else None,
        port=None if "qname" in said else hosts.port(said.get("dstport") or said.get("locport")),
        method=_method(said),
        path=_path(said.get("url", "")),
        status=hosts.status(said.get("httpcode") or said.get("status")),
        action=_action(said),
        bytes_up=hosts.count(said.get("sentdelta") or said.get("sentbyte")),
        bytes_down=hosts.count(said.get("rcvddelta") or said.get("rcvdbyte")),
        app=_first(said, "app", "dstinetsvc"),
        mime=_first(said, "contenttype"),
    )


def host_of(place: bytes) -> str | None:
    """Give the host of a name, a question, an address or a URL."""
    return hosts.split_url(place.decode("utf-8", "replace"))[0]


def _quick(cells: tuple[bytes, ...]) -> keyed.Row | None:
    (_, date, clock, early, zone, app, again, service, address, target, late, name, own) = cells[
        :13
    ]
    (asked, remote, source, after, ui, other, url, user, person, _) = cells[13:]
    source, user = keyed.first(source, remote, person), keyed.first(user, other)
    if (ui and not source) or b",cn=" in user:
        return None
    if name or asked or url:
        place = keyed.first(name) or (url.strip(b'"') if b"://" in url else b"")
        place = place or keyed.first(asked, target, address, own)
    else:
        place = keyed.first(target, address, own)
    stamp = late.strip(b'"') if late else early
    if stamp:
        if not _EPOCH.fullmatch(stamp):
            return None
        stamp = stamp[:8]
    elif not date or again or after:
        return None
    else:
        stamp = b"%s %s%s" % (date, clock, zone)
    return stamp, source, user, place, keyed.first(app, service)


READER = Reader(
    name="fortigate",
    title="FortiGate",
    sees=frozenset(Record._fields),
    score=score,
    study=study,
    parse=parse,
    skim=keyed.by_lines(_LINE, _quick, parse),
    host_of=host_of,
)
