"""AdGuard Home and Pi-hole rules: `||d^` covers what is below, a bare name only itself."""

from __future__ import annotations

from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give a list to subscribe to; Pi-hole takes the `@@` lines from a list of its own only."""
    lines = [host.name if host.exact else f"||{host.name}^" for host in decision.hosts]
    return header.text([*header.commented("!", decision), *lines, *_passes(decision.kept)])


def allow(decision: Decision) -> bytes:
    """Give the approved hosts as exceptions, with what is below them."""
    return header.text([*header.commented("!", decision), *_passes(decision.approved_alone)])


def _passes(hosts: Iterable[Host]) -> list[str]:
    return [f"@@||{host.name}^" for host in hosts]


FORMAT = Format(
    name="adguard",
    title="AdGuard Home, Pi-hole",
    render=render,
    allow=allow,
    exceptions=True,
    use=Text(
        "liste de blocage à laquelle s’abonner (Pi-hole 5.22 ou plus récent\u202f; pour Pi-hole, "
        "les exceptions viennent d’une liste d’autorisation à part, --allow)",
        "blocklist to subscribe to (Pi-hole 5.22 or later; for Pi-hole, exceptions come from an "
        "allow-list of its own, --allow)",
    ),
)
