"""Palo Alto Networks: PAN-OS CSV of any version, and the logging service's JSON, CEF and LEEF."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ecluse.discovery.parsing import cef, hosts, keyed, moments
from ecluse.discovery.parsing.objects import load, maybe, word
from ecluse.discovery.parsing.verdicts import verdict
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Record, UnreadableError

_VENDOR = "Palo Alto Networks"


class _Spots(NamedTuple):
    """Where a log type has its source and user, and how many columns it takes to have them."""

    source: int | None
    user: int | None
    least: int


# Positions from 0, as PAN-OS's syslog field descriptions give them; later versions only append.
_SESSION = _Spots(7, 12, 31)
_TYPES = {
    "TRAFFIC": _Spots(7, 12, 34),
    "THREAT": _Spots(7, 12, 32),
    "DECRYPTION": _SESSION,
    "TUNNEL": _SESSION,
    "SCTP": _SESSION,
    "GTP": _SESSION,
    "USERID": _Spots(8, 9, 10),
    "AUTH": _Spots(8, 9, 10),
    "AUTHENTICATION": _Spots(8, 9, 10),
    "GLOBALPROTECT": _Spots(15, 12, 16),
    "HIPMATCH": _Spots(11, 7, 12),
    "HIP-MATCH": _Spots(11, 7, 12),
    "CONFIG": _Spots(7, 10, 11),
    "SYSTEM": _Spots(None, None, 15),
    "CORRELATION": _Spots(7, 8, 9),
    "IPTAG": _Spots(8, None, 9),
}
_ROW = re.compile(r"[^,\"]*,[\d/]{6,10} [\d:]{4,8},[^,]*,(" + "|".join(_TYPES) + "),", re.ASCII)
_PRECISE = re.compile(
    r",(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d):?(\d{0,2})(?:,|\s*\Z)", re.ASCII
)
_SHORT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4}) (\d{1,2}:\d\d)(:\d\d)?\Z", re.ASCII)
_SIGNED_IN = re.compile(
    r"(?:authenticat\w+ (?:for )?user|\b[Uu]ser(?= \S+ logged)|\b(?:up|down)graded\b.*\bby) "
    r"'?([^\s',]+)'?",
    re.ASCII,
)
_FROM = re.compile(r"\b[Ff]rom:? '?([0-9a-fA-F.:]{3,45}[0-9a-fA-F])", re.ASCII)
_BEHIND_PROXY = "x-fwd-for"
_F = rb'(?:[^,"\r\n]*+|"[^"\r\n]*+")'
_LINE = (
    rb'[^,"\r\n]*+,[\d/]{6,10} [\d:]{4,8},[^,"\r\n]*+,(TRAFFIC|THREAT),([^,"\r\n]*+),[^,"\r\n]*+,'
    rb"(\d{4}/\d\d/\d\d [0-2]\d:[0-5])\d:[0-5]\d,"
    rb'([^,"\r\n]*+),([^,"\r\n]*+),(?:' + _F + rb",){3}(" + _F + rb")," + _F + rb",(" + _F + rb"),"
    rb"(?:" + _F + rb",){16}(" + _F + rb"),"
    rb"(?:" + _F + rb",)" + _F + rb"(?:,[^\n\r]*+)?"
)


def _is_leef(text: str) -> bool:
    return "LEEF:" in text


def _event(text: str) -> cef.Event | None:
    if _VENDOR not in text:
        return None
    event = cef.read_leef(text) if _is_leef(text) else cef.read(text)
    return event if event and event.vendor == _VENDOR else None


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _ours(event: Mapping[str, Any]) -> bool:
    return "LogType" in event and any(
        key in event for key in ("DeviceSN", "LogSourceID", "TimeReceived", "LogTime")
    )


def _plainly(text: str) -> bool:
    if _is_json(text):
        return '"LogType"' in text and _ours(maybe(text))
    return bool(_ROW.match(text) or _event(text))


def score(sample: Sequence[str]) -> float:
    """Tell CSV by its date, serial number and type, JSON by its keys, the others by the vendor."""
    return share(sample, _plainly)


def study(sample: Sequence[str], context: Context) -> Context:
    """Settle the order of short dates, and declare the zone doubtful where dates have none."""
    rows = [text for text in sample if _ROW.match(text)]
    dates = [text.split(",")[6] for text in rows if text.count(",") > 6]
    short = [found for date in dates if (found := _SHORT.match(date))]
    if short:
        context = moments.study_slashed(map(_lengthened, short), context)
    if any(not _PRECISE.search(text) for text in rows):
        context = context.doubting("zone")
    return context


def _lengthened(short: re.Match[str]) -> str:
    year = short[3] if len(short[3]) == 4 else f"20{short[3]}"
    return f"{short[1]}/{short[2]}/{year} {short[4]}{short[5] or ':00'}"


def _cells(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text]), [])
    except csv.Error as error:
        raise UnreadableError("shape") from error


def _dated(text: str, cells: list[str], context: Context) -> datetime:
    """Read the precise time, which has a zone, or else the local time of generation."""
    precise = _PRECISE.search(text)
    if precise:
        try:
            return moments.iso(f"{precise[1]}{precise[2]}{precise[3].ljust(2, '0')}", context)
        except UnreadableError:
            pass
    short = _SHORT.match(cells[6])
    if short:
        return moments.slashed(_lengthened(short), context)
    return moments.iso(cells[6].replace("/", "-"), context)


def _person(name: str | None) -> str | None:
    """Give the login; an address that a proxy forwarded is none."""
    name = hosts.plain(name)
    return None if name is None or name.startswith(_BEHIND_PROXY) else name


def _destination(kind: str, cells: list[str]) -> str | None:
    """Give the URL asked for, the name in the TLS handshake, or else the address."""
    if kind == "THREAT" and cells[4] == "url":
        return hosts.plain(cells[31]) or hosts.plain(cells[8])
    if kind == "DECRYPTION" and len(cells) > 63:
        return hosts.plain(cells[63]) or hosts.plain(cells[60]) or hosts.plain(cells[8])
    return hosts.plain(cells[8])


def _csv(text: str, context: Context) -> Record | None:
    shape = _ROW.match(text)
    if not shape:
        raise UnreadableError("shape")
    kind, cells = shape[1], _cells(text)
    spots = _TYPES[kind]
    if len(cells) < spots.least:
        raise UnreadableError("columns")
    moment = _dated(text, cells, context)
    source = hosts.address(cells[spots.source]) if spots.source is not None else None
    user = _person(cells[spots.user]) if spots.user is not None else None
    if kind == "SYSTEM":
        source, user = _signed_in(cells[14])
    if spots.least < 31:
        return Record(time=moment, source_ip=source, user=user) if source or user else None
    place = _destination(kind, cells)
    host, port, path = hosts.split_url(place) if place else (None, None, None)
    if not source and not user and not host:
        return None
    web = kind == "THREAT" and cells[4] == "url"
    return Record(
        time=moment,
        source_ip=source,
        user=user,
        host=host,
        port=hosts.port(cells[25]) if port is None else port,
        method=_method(cells[63]) if web and len(cells) > 63 else None,
        path=path,
        action=verdict(cells[30]),
        bytes_up=hosts.count(cells[32]) if kind == "TRAFFIC" else None,
        bytes_down=hosts.count(cells[33]) if kind == "TRAFFIC" else None,
        app=hosts.plain(cells[14]),
        mime=hosts.plain(cells[41]) if web and len(cells) > 41 else None,
    )


def _signed_in(sentence: str) -> tuple[str | None, str | None]:
    """Give source and user of a sign-in, which system logs tell in a sentence."""
    user, source = _SIGNED_IN.search(sentence), _FROM.search(sentence)
    if not user:
        return None, None
    return hosts.address(source[1]) if source else None, hosts.plain(user[1])


def _method(written: str | None) -> str | None:
    method = hosts.plain(written)
    return None if method == "unknown" else method


_CEF_NAMES = {
    "SourceAddress": ("src", "PanOSPublicIPv4"),
    "SourceUser": ("suser", "PanOSSourceUserName", "PanOSSourceUser", "duser0", "duser"),
    "DestinationAddress": ("dst",),
    "DestinationPort": ("dpt",),
    "URL": ("PanOSURL", "request"),
    "HTTPMethod": ("requestMethod",),
    "Application": ("app", "PanOSApplication"),
    "Action": ("act",),
    "ContentType": ("requestContext", "PanOSContentType"),
}
_LEEF_NAMES = {
    "SourceAddress": ("src", "PublicIPv4"),
    "SourceUser": ("usrName",),
    "DestinationAddress": ("dst",),
    "DestinationPort": ("dstPort",),
    "BytesSent": ("srcBytes",),
    "BytesReceived": ("dstBytes",),
    "TimeGenerated": ("devTime",),
}


def _named(event: cef.Event, names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Give an event's fields the names that the logging service's JSON has for them."""
    said = dict(event.fields)
    for ours, theirs in names.items():
        value = word(event.fields, *theirs)
        if value:
            said[ours] = value
    return said


def _from_event(event: cef.Event, context: Context, *, leef: bool) -> Record | None:
    written = word(event.fields, "rt", "start", "devTime")
    zone = event.fields.get("dtz", "UTC" if leef else "")
    moment = cef.moment(written, zone, context) if written else None
    if leef:
        return _service(_named(event, _LEEF_NAMES), moment)
    up, down = cef.volumes(event)
    record = _service(_named(event, _CEF_NAMES), moment)
    return record._replace(bytes_up=up, bytes_down=down) if record else None


def _from_json(text: str, context: Context) -> Record | None:
    event = load(text)
    if not _ours(event):
        raise UnreadableError("shape")
    written = word(event, "TimeGenerated", "EventTime", "TimeReceived", "LogTime")
    moment = moments.iso(written, context) if written else None
    if event.get("LogType") == "SYSTEM":
        source, user = _signed_in(word(event, "EventDescription") or "")
        return Record(time=moment, source_ip=source, user=user) if source or user else None
    return _service(event, moment)


def _service(said: Mapping[str, Any], moment: datetime | None) -> Record | None:
    """Make a record of an event under the logging service's own names."""
    source = hosts.address(word(said, "SourceAddress", "SourceIP", "PublicIPv4"))
    user = _person(word(said, "SourceUser", "SourceUserName", "AuthenticatedUserName"))
    address = word(said, "DestinationAddress")
    url = word(said, "URL")
    asked = word(said, "DomainName", "DNSRequest", "ServerNameIndication", "SNI", "CommonName")
    host, port, path = hosts.split_url(url or asked or address or "")
    host = host or hosts.address(address)
    if not source and not user and not host:
        return None
    return Record(
        time=moment,
        source_ip=source,
        user=user,
        host=host,
        port=hosts.port(word(said, "DestinationPort")) if port is None else port,
        method=_method(word(said, "HTTPMethod")),
        path=path if url else None,
        action=verdict(word(said, "Action")),
        bytes_up=hosts.count(word(said, "BytesSent")),
        bytes_down=hosts.count(word(said, "BytesReceived")),
        app=word(said, "Application"),
        mime=word(said, "ContentType"),
    )


def parse(text: str, context: Context) -> Record | None:
    """Read one log in any of the four forms; None where it names nobody and nothing reached."""
    text = text.strip()
    if not text:
        return None
    if _is_json(text):
        return _from_json(text, context)
    if not _ROW.match(text) and (event := _event(text)):
        return _from_event(event, context, leef=_is_leef(text))
    return _csv(text, context)


def host_of(place: bytes) -> str | None:
    """Give the host of a URL without scheme, or of an address."""
    return hosts.split_url(place.decode("utf-8", "replace"))[0]


def _quick(cells: tuple[bytes, ...]) -> keyed.Row | None:
    _, kind, sort, minute, source, target, user, app, seen, _ = cells
    user = keyed.first(user)
    if user.startswith(_BEHIND_PROXY.encode()):
        user = b""
    web = kind == b"THREAT" and sort == b"url"
    place = keyed.first(seen, target) if web else keyed.first(target)
    return minute.replace(b"/", b"-"), keyed.first(source), user, place, keyed.first(app)


READER = Reader(
    name="paloalto",
    title="Palo Alto Networks",
    sees=frozenset(Record._fields) - {"status"},
    score=score,
    study=study,
    parse=parse,
    skim=keyed.by_lines(_LINE, _quick, parse),
    host_of=host_of,
)
