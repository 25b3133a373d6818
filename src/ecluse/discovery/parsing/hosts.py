"""Hosts and URLs as logs write them, never trusting that they are well formed."""

from __future__ import annotations

import re
from functools import lru_cache

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_HOST = re.compile(r"[a-z0-9_*](?:[a-z0-9_.*-]{0,251}[a-z0-9_*-])?\Z")
_IPV6 = re.compile(r"(?=[^:]*:[^:]*:)[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}\Z")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")


@lru_cache(maxsize=1 << 14)
def clean_host(written: str | None) -> str | None:
    """Give the host in lower case, as A-labels, without brackets or final dot; None if not one."""
    if not written:
        return None
    host = written.strip().strip("[]").rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return host if _HOST.match(host) or _IPV6.match(host) else None


def is_address(host: str) -> bool:
    """Tell whether the host is an IP address rather than a name."""
    return bool(_IPV4.match(host)) or ":" in host


def split_port(authority: str) -> tuple[str, int | None]:
    """Split `host:port`, with care for IPv6; the port is None where absent or not a number."""
    if authority.count(":") > 1 and not authority.startswith("["):
        return authority, None
    host, colon, port = authority.rpartition(":")
    if not colon or port.endswith("]"):
        return authority, None
    return host, int(port) if port.isdecimal() and len(port) <= 5 else None


@lru_cache(maxsize=1 << 14)
def split_url(url: str) -> tuple[str | None, int | None, str | None]:
    """Give host, port and path of an absolute URL, or of `host:port` as CONNECT writes it.

    The query and the fragment are dropped: they carry personal data. The port is the scheme's
    where the URL names none. The path is None where the URL has none.
    """
    scheme = _SCHEME.match(url)
    rest = url[scheme.end() :] if scheme else url.removeprefix("//")
    cut = len(rest)
    for mark in "/?#":
        at = rest.find(mark, 0, cut)
        cut = at if at >= 0 else cut
    authority = rest[:cut].rpartition("@")[2]
    name, port = split_port(authority)
    if port is None and scheme:
        port = DEFAULT_PORTS.get(scheme[1].lower())
    path = rest[cut:].partition("?")[0].partition("#")[0] or None
    return clean_host(name), port, path


@lru_cache(maxsize=1 << 14)
def plain(token: str | None) -> str | None:
    """Give the token, or None for the ways logs write that there is nothing."""
    if token is None:
        return None
    token = token.strip()
    return None if token in {"", "-", "--", "N/A", "n/a", "None", "null", "(null)"} else token


def count(token: str | None) -> int | None:
    """Give a number of bytes or a status; None for anything that is not a plain number."""
    if not token or not token.isascii():
        return None
    if not token.isdecimal():
        token = token.strip()
    return int(token) if token.isdecimal() and len(token) < 19 else None


@lru_cache(maxsize=1 << 10)
def status(token: str | None) -> int | None:
    """Give an HTTP status from 100 to 999; None otherwise (`000`, `-`)."""
    value = count(token)
    return value if value is not None and 100 <= value <= 999 else None


def address(token: str | None) -> str | None:
    """Give an IP address in lower case; None for anything else, a host name included."""
    host = clean_host(plain(token))
    return host if host and is_address(host) else None


def port(token: str | None) -> int | None:
    """Give a port from 0 to 65535; None otherwise."""
    value = count(token)
    return value if value is not None and value < 65536 else None
