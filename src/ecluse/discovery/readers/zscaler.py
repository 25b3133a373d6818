"""Zscaler Internet Access through NSS: web, DNS, firewall and the rest, in JSON or key=value."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ecluse.discovery.parsing import hosts, moments, objects, skims, stamped, syslog
from ecluse.discovery.reader import Columns, Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

# The names are those of the feeds that Zscaler documents; an administrator may rename any field.
_TIME = ("datetime", "time", "eventtime")
_SOURCE = (
    *("ClientIP", "cip", "cltip", "clt_sip", "csip"),
    *("cltintip", "cintip", "clientip", "sourceip", "clientpublicIP", "cltpubip", "cpubip"),
)
_USER = ("user", "login", "adminid")
_PLACE = ("location", "locationname", "loc", "elocation")
_URL = ("url", "eurl", "fullurl")
_NAME = ("dns_req", "hostname", "host", "cltdomain", "ehost", "cdfqdn")
_ADDRESS = ("sdip", "cdip", "srv_dip", "serverip", "sip")
_PORT = ("sdport", "cdport", "srv_dport")
_APP = ("appname", "nwapp", "applicationname")
_UP = ("requestsize", "reqsize", "outbytes")
_DOWN = ("responsesize", "respsize", "inbytes")
_OWN = frozenset({
    *("ClientIP", "clientpublicIP", "urlsupercategory", "urlsupercat", "dlpengine", "dlpeng"),
    *("bwthrottle", "dns_reqtype", "reqrulelabel", "resrulelabel", "cdport", "sdport", "csip"),
    *("nwsvc", "nwapp", "ipsrulelabel", "threatcat", "ereferer", "malwarecat", "cltpubip"),
})  # fmt: skip
_NO_APP = {"general browsing", "generalbrowsing"}
_SCHEMES = {"HTTP": "http:", "HTTPS": "https:", "SSL": "https:"}
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BARE_TIME = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ]|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d )\d\d:\d\d:\d\d"
    r"(?: \d{4})?(?:(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))?"
)
_KEY = re.compile(r"[^\s>]*\Z")
_SENT = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
_STOPPED = re.compile(r"block|drop|reset|deny|denied")
_PASSED = re.compile(r"allow|caution")


def _word(event: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """Give the first field that says something; NSS writes `NA` or `None` where there is none."""
    for name in names:
        found = objects.word(event, name)
        if found is not None and found != "NA":
            return found
    return None


def _pairs(line: str) -> dict[str, Any]:
    """Read the tab-separated feed: perhaps a time without a key, then `key=value`."""
    first, *cells = line.rstrip("\r\n").split("\t")
    before, equals, value = first.partition("=")
    key = _KEY.findall(before)[0] if equals else ""
    head = before[: len(before) - len(key)]
    found: dict[str, Any] = {key: value.strip().strip('"')} if equals else {}
    for cell in cells:
        key, _, value = cell.partition("=")
        found[key] = value.strip().strip('"')
    stamp = _BARE_TIME.search(head)
    if stamp:
        found.setdefault("time", stamp[0])
    elif equals and (sent := _SENT.search(head)):
        found.setdefault("sent", sent[0])
    return found


def _event(text: str) -> dict[str, Any] | None:
    """Give the fields of an event in any of the feeds; None where the text is no NSS event."""
    message = text if text.lstrip().startswith("{") else syslog.unwrap(text).message
    if not message.lstrip().startswith("{"):
        event = _pairs(text) if text.count("\t") >= 3 else {}
        signed = event.get("vendor") == "Zscaler" or event.get("product") == "NSS"
        return event if signed or len(_OWN & event.keys()) >= 2 else None
    outer = objects.load(message)
    inner = outer.get("event")
    event = inner if isinstance(inner, dict) else outer
    named = str(outer.get("sourcetype", "")).startswith("zscalernss")
    return event if named or len(_OWN & event.keys()) >= 2 else None


def _quietly(text: str) -> dict[str, Any] | None:
    try:
        return _event(text)
    except UnreadableError:
        return None


def score(sample: Sequence[str]) -> float:
    """Tell its events by the source type or by field names that only NSS feeds have."""
    return share(sample, _quietly)


def study(sample: Sequence[str], context: Context) -> Context:
    """See whether events lack a time zone: it is the one that the feed was set to."""
    events = [event for text in sample if (event := _quietly(text))]
    if any(moments.offset(str(event.get("tz", ""))[:16]) is None for event in events):
        return context.doubting("zone")
    return context


def _time(event: Mapping[str, Any], context: Context) -> datetime | None:
    text = _word(event, _TIME)
    if text is None:
        sent = event.get("sent")
        return moments.syslog(sent, context) if isinstance(sent, str) else None
    if len(text) > 40:
        raise UnreadableError("time")
    zone = moments.offset(str(event.get("tz", ""))[:16])
    context = replace(context, zone=zone) if zone else context
    if text.startswith(("19", "20")):
        return moments.iso(text, context) if "-" in text else moments.epoch(text)
    return moments.ctime(text, context)


def _url(event: Mapping[str, Any]) -> str:
    """Give the URL with the scheme of the protocol, or with none: NSS leaves it out."""
    url = _word(event, _URL)
    coded = _word(event, ("b64url",))
    if url is None and coded is not None:
        try:
            url = base64.b64decode(coded, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            url = None
    if not url or _WHOLE.match(url):
        return url or ""
    return _SCHEMES.get(_word(event, ("protocol", "proto")) or "", "") + "//" + url


def _user(event: Mapping[str, Any]) -> str | None:
    """Give the login; for traffic of nobody in particular, NSS repeats the location instead."""
    user = _word(event, _USER)
    return None if user == _word(event, _PLACE) else user


def _action(event: Mapping[str, Any]) -> Action | None:
    said = " ".join(str(event.get(name, "")) for name in ("action", "reqaction", "resaction"))
    if _STOPPED.search(said.lower()):
        return "blocked"
    return "allowed" if _PASSED.search(said.lower()) else None


def _app(event: Mapping[str, Any]) -> str | None:
    app = _word(event, _APP)
    return None if app is None or app.lower() in _NO_APP else app


def _mime(event: Mapping[str, Any]) -> str | None:
    mime = _word(event, ("contenttype",))
    return mime if mime and "/" in mime else None


def parse(text: str, context: Context) -> Record | None:
    """Read one event of any feed; audit, tunnel and SaaS events have no host, or a URL's."""
    event = _event(text)
    if event is None:
        if "\t" not in text and " ZscalerNSS: " in text[:200]:
            return None  # the NSS machine speaking of itself
        raise UnreadableError("shape")
    host, port, path = hosts.split_url(_url(event))
    asked = "dns_req" in event
    method = _word(event, ("requestmethod", "reqmethod"))
    return Record(
        time=_time(event, context),
        source_ip=hosts.address(_word(event, _SOURCE)),
        user=_user(event),
        host=host
        or hosts.clean_host(_word(event, _NAME))
        or hosts.clean_host(None if asked else _word(event, _ADDRESS)),
        port=None if asked else port or hosts.count(_word(event, _PORT)),
        method=method if method and method.isupper() else None,
        path=path,
        status=hosts.status(_word(event, ("status", "respcode"))),
        action=_action(event),
        bytes_up=hosts.count(_word(event, _UP)),
        bytes_down=hosts.count(_word(event, _DOWN)),
        app=_app(event),
        mime=_mime(event),
    )


def host_of(place: bytes) -> str | None:
    """Give the host of a URL without its scheme, or of a host alone."""
    return hosts.split_url("//" + place.decode("utf-8", "replace"))[0]


_ANY = Context(now=datetime(1970, 1, 1, tzinfo=UTC))
_NOTHING = {b"", b"-", b"--", b"N/A", b"n/a", b"NA", b"None", b"null", b"(null)"}
_CLOCK = rb"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
_MOMENT = (
    rb"((?:19|20)\d\d-\d\d-\d\d " + _CLOCK + rb"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d "
    rb"" + _CLOCK + rb" \d{4})"
)
_TEXT = rb'"?+([^\t\n"]*+)"?+'
_AUTHORITY = (
    rb'"?+(?:(?:N/A|n/a)|(?:[A-Za-z][A-Za-z0-9+.-]*+://)?+([^\t\n"/?#]*+)[^\t\n"]*+)"?+(?=\t|$)'
)
_ROLES = (_TIME, _SOURCE, _USER, _PLACE, _URL, _NAME, _ADDRESS, _APP)
_WANTED = frozenset(name.encode() for role in _ROLES for name in role)


@lru_cache(maxsize=64)
def _layout(keys: tuple[bytes, ...]) -> tuple[re.Pattern[bytes], tuple[bytes, ...]] | None:
    """Give what a line of a feed with these fields looks like, and which ones are captured.

    Only the simplest feeds are: one time, one URL at most, and no field twice.
    """
    bare = b"" in keys[:1]
    names = [b"time", *keys[1:]] if bare else list(keys)
    wanted = tuple(name for name in names if name in _WANTED)
    texts = {name.decode("ascii", "replace") for name in names}
    if len(set(wanted)) != len(wanted) or b"b64url" in names or len(_OWN & texts) < 2:
        return None
    if len(texts.intersection(_TIME)) != 1 or len(texts.intersection(_URL)) > 1:
        return None
    cells: list[bytes] = []
    for name in names:
        text = name.decode("ascii", "replace")
        value = rb"[^\t\n]*+"
        if name in _WANTED:
            value = _MOMENT if text in _TIME else _AUTHORITY if text in _URL else _TEXT
        cells.append((b"" if bare and not cells else re.escape(name) + b"=") + value)
    return re.compile(rb"^((?:<\d{1,3}>)?+" + rb"\t".join(cells) + rb")$", re.MULTILINE), wanted


def _columns(block: bytes) -> dict[str, Sequence[bytes]] | None:
    """Cut a block of the tab-separated feed, whose lines all have the fields of the first one."""
    cells = block[: block.find(b"\n")].rstrip(b"\r").split(b"\t")
    keys = tuple(cell.partition(b"=")[0] if b"=" in cell else b"" for cell in cells)
    first = re.sub(rb"^<\d{1,3}>", b"", keys[0])
    layout = _layout((first, *keys[1:])) if len(cells) > 3 else None
    if layout is None:
        return None
    found = layout[0].findall(block)
    if not found or len(found) != skims.line_count(block):
        return None
    columns = list(zip(*found, strict=True))
    named: dict[str, Sequence[bytes]] = {"": columns[0]}
    for name, column in zip(layout[1], columns[1:], strict=True):
        tokens = set(column)
        if any(token != token.strip() for token in tokens):
            return None
        named[name.decode()] = (
            tuple(b"" if token in _NOTHING else token for token in column)
            if tokens & _NOTHING
            else column
        )
    return named


def _first(named: Mapping[str, Sequence[bytes]], role: Sequence[str]) -> Sequence[bytes]:
    """Give, for each line, the first field of a role that says something."""
    empty: Sequence[bytes] = (b"",) * len(named[""])
    found = empty
    for column in (named[name] for name in role if name in named):
        if found is empty:
            found = column
        elif not all(found):
            found = tuple(one or other for one, other in zip(found, column, strict=True))
    return found


@lru_cache(maxsize=1 << 16)
def _is_plain(token: bytes) -> bool:
    """Tell whether the token is a host, which stays the same whether read as a URL or alone."""
    found = hosts.clean_host(token.decode("utf-8", "replace"))
    return found is not None and found == host_of(token)


@lru_cache(maxsize=1 << 16)
def _is_address(token: bytes) -> bool:
    """Tell whether the token is an address, written as it will be given."""
    text = token.decode("utf-8", "replace")
    return hosts.address(text) == text


@lru_cache(maxsize=1 << 16)
def _has_host(token: bytes) -> bool:
    return host_of(token) is not None


def _all(check: Callable[[bytes], bool], tokens: Sequence[bytes]) -> bool:
    return all(map(check, set(tokens) - {b""}))


def _skim(block: bytes) -> Columns | None:
    """See from afar the tab-separated feed; JSON takes as long to see as to read."""
    named = None if block.startswith(b"{") else _columns(block)
    if named is None:
        return None
    urls, names, addresses = (_first(named, role) for role in (_URL, _NAME, _ADDRESS))
    if "dns_req" in named:
        addresses = (b"",) * len(urls)
    sources, users, places = (_first(named, role) for role in (_SOURCE, _USER, _PLACE))
    if not (_all(_is_plain, names) and _all(_is_plain, addresses) and _all(_has_host, urls)):
        return None
    if not _all(_is_address, sources):
        return None
    return Columns(
        [_hour(stamp) for stamp in _first(named, _TIME)],
        sources,
        [b"" if user == place else user for user, place in zip(users, places, strict=True)],
        [url or name or address for url, name, address in zip(urls, names, addresses, strict=True)],
        named[""].__getitem__,
        _first(named, _APP),
    )


def _hour(stamp: bytes) -> bytes:
    return stamp[:13] if stamp[:1].isdigit() else stamp[:13] + stamp[-5:]


def _read_hour(stamp: str) -> datetime:
    if stamp[0].isdigit():
        return moments.iso(f"{stamp}:00:00", _ANY)
    return moments.ctime(f"{stamp[:13]}:00:00{stamp[13:]}", _ANY)


READER = Reader(
    name="zscaler",
    title="Zscaler",
    sees=frozenset(Record._fields),
    score=score,
    study=study,
    parse=parse,
    framing="json",
    skim=stamped.checked(_skim, _read_hour),
    host_of=host_of,
)
