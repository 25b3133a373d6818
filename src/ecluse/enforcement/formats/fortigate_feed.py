"""FortiGate domain name threat feed: one domain a line, a wildcard line for what is below."""

from __future__ import annotations

from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, Limit
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give one entry a line: `d` and `*.d`, or `d` for a host alone."""
    return _feed(decision, decision.hosts)


def allow(decision: Decision) -> bytes:
    """Give the approved hosts in the same form, for a remote category that is allowed."""
    return _feed(decision, decision.approved_alone)


def _feed(decision: Decision, hosts: Iterable[Host]) -> bytes:
    lines = header.commented("#", decision)
    for host in hosts:
        lines += [host.name] if host.exact else [host.name, f"*.{host.name}"]
    return header.text(lines)


FORMAT = Format(
    name="fortigate-feed",
    title="FortiGate, flux de domaines / domain feed",
    render=render,
    allow=allow,
    each_suffix=2,
    limits=(
        Limit(131_072, "entries", "FortiOS < 7.4.4, external resource entry limit"),
        Limit(10_000_000, "bytes", "FortiOS < 7.4.4, external resource file size"),
    ),
    use=Text(
        "connecteur externe de type Domain Name, puis catégorie bloquée dans un profil DNS Filter",
        "external connector of type Domain Name, then that category blocked in a DNS Filter "
        "profile",
    ),
)
