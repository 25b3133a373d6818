"""Squid `ssl::server_name` list, for connections peeked at or bumped; refuses any overlap."""

from __future__ import annotations

from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give one entry a line, for `acl NAME ssl::server_name "FILE"`."""
    return _list(decision, decision.hosts)


def allow(decision: Decision) -> bytes:
    """Give the approved hosts in the same form, for an `ssl_bump splice` line."""
    return _list(decision, decision.approved_alone)


def _list(decision: Decision, hosts: Iterable[Host]) -> bytes:
    lines = [host.name if host.exact else f".{host.name}" for host in hosts]
    return header.text([*header.commented("#", decision), *lines])


FORMAT = Format(
    name="squid-server-name",
    title="Squid, ssl::server_name",
    render=render,
    allow=allow,
    use=Text(
        'acl ia_interdite ssl::server_name "/etc/squid/ia.txt" puis ssl_bump terminate '
        "ia_interdite, après ssl_bump peek (Squid avec OpenSSL\u00a0: paquet squid-openssl)",
        'acl forbidden_ai ssl::server_name "/etc/squid/ai.txt" then ssl_bump terminate '
        "forbidden_ai, after ssl_bump peek (Squid with OpenSSL: package squid-openssl)",
    ),
)
