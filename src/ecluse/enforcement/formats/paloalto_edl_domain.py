"""Palo Alto external dynamic list of domains; bears no comment, so its facts go beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, Limit
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give one entry a line: `d` and `*.d`, or `^d` for a host alone."""
    return header.text(_entries(decision.hosts))


def allow(decision: Decision) -> bytes:
    """Give the approved hosts in the same form, for a list used to allow."""
    return header.text(_entries(decision.approved_alone))


def _entries(hosts: Iterable[Host]) -> Iterator[str]:
    for host in hosts:
        yield from (f"^{host.name}",) if host.exact else (host.name, f"*.{host.name}")


FORMAT = Format(
    name="paloalto-edl-domain",
    title="Palo Alto, EDL (domaines / domains)",
    render=render,
    allow=allow,
    comments=False,
    each_suffix=2,
    limits=(Limit(50_000, "entries", "PAN-OS, Objects > External Dynamic Lists, 50,000 domains"),),
    use=Text(
        "liste de type Domain, dans un profil Anti-Spyware, action sinkhole",
        "list of type Domain, in an Anti-Spyware profile, action sinkhole",
    ),
)
