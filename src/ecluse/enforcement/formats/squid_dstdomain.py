"""Squid `dstdomain` list: a leading dot covers what is below; refuses any overlap."""

from __future__ import annotations

from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give one entry a line, for `acl NAME dstdomain "FILE"`."""
    return _list(decision, decision.hosts)


def allow(decision: Decision) -> bytes:
    """Give the approved hosts in the same form, for an `http_access allow` line."""
    return _list(decision, decision.approved_alone)


def _list(decision: Decision, hosts: Iterable[Host]) -> bytes:
    # Squid refuses a list that holds a domain and its subdomain (DomainData.cc).
    lines = [host.name if host.exact else f".{host.name}" for host in hosts]
    return header.text([*header.commented("#", decision), *lines])


FORMAT = Format(
    name="squid-dstdomain",
    title="Squid, dstdomain",
    render=render,
    allow=allow,
    use=Text(
        'acl ia_interdite dstdomain "/etc/squid/ia.txt" puis http_access deny ia_interdite',
        'acl forbidden_ai dstdomain "/etc/squid/ai.txt" then http_access deny forbidden_ai',
    ),
)
