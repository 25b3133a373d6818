"""Stormshield SNS audit logs (WELF): connections, web, SSL, alarms, sign-ins; not statistics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from ecluse.discovery.parsing import hosts, keyed, moments
from ecluse.discovery.parsing.pairs import pairs
from ecluse.discovery.reader import Context, Reader, share
from ecluse.discovery.record import Action, Record, UnreadableError

_TIME = re.compile(r'(?:^|\s)time="?([^"]{10}[ T][^"\s]*)', re.ASCII)
_FIREWALL = re.compile(r"\sfw=")
_OURS = re.compile(r"\s(?:tz=[+-]\d{4}|startime=)|\bid=firewall ", re.ASCII)
_LINE = (
    rb'(?:[^\s="]++ ++)*+(?:id=firewall )?time="(\d{4}-\d\d-\d\d [0-2]\d:[0-5])\d:[0-5]\d" '
    rb"fw="
    + keyed.VALUE
    + rb" tz=([+-]\d{4})(?= startime=)"
    + keyed.pairs_source("address", "arg", "dst", "dstname", "serverappid", "src", "user")
)
_METHODS = {"GET", "POST", "PUT", "HEAD", "CONNECT", "DELETE", "OPTIONS", "PATCH", "TRACE"}
_ACTIONS: dict[str, Action] = {"pass": "allowed", "block": "blocked", "reset": "blocked"}
_SUBJECT = re.compile(r"CN ?= ?([^/,;\s%\"]+)")


def _plainly(line: str) -> bool:
    return bool(_TIME.search(line) and _FIREWALL.search(line) and _OURS.search(line))


def score(sample: Sequence[str]) -> float:
    """Tell the WELF lines of these firewalls by their name, zone and start of connection."""
    return share(sample, _plainly)


def study(sample: Sequence[str], context: Context) -> Context:
    """Declare the zone doubtful where lines do not give theirs, as they usually do."""
    return context.doubting("zone") if any(" tz=" not in line for line in sample) else context


def _host(name: str | None, address: str | None) -> str | None:
    """Take a real name, not a network object's (`host_…`, `Firewall_out`), or else the address."""
    host = None if name is None or name.startswith("host_") else hosts.clean_host(name)
    return host if host and ("." in host or ":" in host) else hosts.address(address)


def _subject(argument: str) -> str | None:
    """Give the name in the certificate that `l_ssl` quotes as `Subject%…`."""
    if not argument.startswith("Subject"):
        return None
    found = _SUBJECT.search(unquote(argument).partition("Issuer")[0])
    return found[1] if found else None


def _path(argument: str) -> str | None:
    if argument.startswith("/"):
        return argument.partition("?")[0].partition("#")[0]
    return hosts.split_url(argument)[2] if "://" in argument else None


def parse(line: str, context: Context) -> Record | None:
    """Read one line of any log of the firewall; None where it names no person and no source."""
    if not line.strip():
        return None
    stamp = _TIME.search(line)
    if not stamp or not _plainly(line):
        raise UnreadableError("shape")
    said = pairs(line)
    zone = said.get("tz", "")
    moment = moments.iso(stamp[1] + (zone if moments.offset(zone) else ""), context)
    source, user = (
        hosts.address(said.get("src") or said.get("address")),
        hosts.plain(said.get("user")),
    )
    if not source and not user:
        return None
    argument = said.get("arg", "")
    web = said.get("op", "").upper() in _METHODS
    return Record(
        time=moment,
        source_ip=source,
        user=user,
        host=_host(said.get("dstname") or _subject(argument), said.get("dst")),
        port=hosts.port(said.get("dstport")),
        method=said["op"].upper() if web else None,
        path=_path(argument) if web else None,
        status=hosts.status(said.get("result")) if web else None,
        action=_ACTIONS.get(said.get("action", "").lower()),
        bytes_up=hosts.count(said.get("sent")),
        bytes_down=hosts.count(said.get("rcvd")),
        app=hosts.plain(said.get("serverappid")),
    )


def host_of(place: bytes) -> str | None:
    """Give the host of `name address`, as `_quick` puts them together; either may be empty."""
    name, _, address = place.decode("utf-8", "replace").partition(" ")
    return _host(name or None, address)


def _quick(cells: tuple[bytes, ...]) -> keyed.Row | None:
    _, minute, zone, console, argument, address, name, app, source, user, _ = cells
    source, user = keyed.first(source or console), keyed.first(user)
    if b"Subject" in argument[:8] or (not source and not user):
        return None
    name, address = name.strip(b'"'), address.strip(b'"')
    if b" " in name:
        return None
    place = b"%s %s" % (name, address) if name or address else b""
    return minute + zone, source, user, place, keyed.first(app)


READER = Reader(
    name="stormshield",
    title="Stormshield SNS",
    sees=frozenset(Record._fields) - {"mime"},
    score=score,
    study=study,
    parse=parse,
    skim=keyed.by_lines(_LINE, _quick, parse),
    host_of=host_of,
)
