"""dnsmasq lines that answer NXDOMAIN; an exact host answers 0.0.0.0 and :: instead."""

from __future__ import annotations

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give a file for `conf-file` or `conf-dir`; the most specific domain wins."""
    lines = [
        f"host-record={host.name},0.0.0.0,::" if host.exact else f"address=/{host.name}/"
        for host in decision.hosts
    ]
    lines += [f"server=/{host.name}/#" for host in decision.kept]
    return header.text([*header.commented("#", decision), *lines])


def allow(decision: Decision) -> bytes:
    """Send these names to the usual resolvers, whatever stands above them."""
    lines = [f"server=/{host.name}/#" for host in decision.approved_alone]
    return header.text([*header.commented("#", decision), *lines])


FORMAT = Format(
    name="dnsmasq",
    title="dnsmasq",
    render=render,
    allow=allow,
    exceptions=True,
    use=Text(
        "dans /etc/dnsmasq.d/, puis redémarrer dnsmasq (2.86 ou plus récent)",
        "in /etc/dnsmasq.d/, then restart dnsmasq (2.86 or later)",
    ),
)
