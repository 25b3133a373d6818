"""Unbound local zones that answer NXDOMAIN; an exact host answers 0.0.0.0 and :: instead."""

from __future__ import annotations

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give a `server:` clause to include; the most specific zone wins, whatever the order."""
    lines = ["server:"]
    for host in decision.hosts:
        lines += _exact(host) if host.exact else [_zone(host, "always_nxdomain")]
    lines += [_zone(host, "transparent") for host in decision.kept]
    return header.text([*header.commented("#", decision), *lines])


def allow(decision: Decision) -> bytes:
    """Give transparent zones: these names are resolved, whatever zone stands above them."""
    zones = [_zone(host, "transparent") for host in decision.approved_alone]
    return header.text([*header.commented("#", decision), "server:", *zones])


def _zone(host: Host, kind: str) -> str:
    return f'  local-zone: "{host.name}." {kind}'


def _exact(host: Host) -> list[str]:
    # No kind of zone refuses one name and lets those below it through: null addresses do.
    addresses = [f'  local-data: "{host.name}. {kind}"' for kind in ("A 0.0.0.0", "AAAA ::")]
    return [_zone(host, "transparent"), *addresses]


FORMAT = Format(
    name="unbound",
    title="Unbound",
    render=render,
    allow=allow,
    exceptions=True,
    each_exact=3,
    use=Text(
        'include: "/etc/unbound/ia.conf", au premier niveau de unbound.conf',
        'include: "/etc/unbound/ai.conf", at the top level of unbound.conf',
    ),
)
