"""Edge policy of forbidden and allowed addresses; JSON, so its facts go beside it."""

from __future__ import annotations

from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, Limit
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give URLBlocklist, and URLAllowlist for the exceptions: the longest host wins."""
    policy = {"URLBlocklist": _filters(decision.hosts)}
    if decision.kept:
        policy["URLAllowlist"] = [host.name for host in decision.kept]
    return header.document(policy)


def allow(decision: Decision) -> bytes:
    """Give URLAllowlist alone: exceptions to a list that another policy holds."""
    return header.document({"URLAllowlist": _filters(decision.approved_alone)})


def _filters(hosts: Iterable[Host]) -> list[str]:
    # Here a leading dot means the host alone; without it, what is below is covered too.
    return [f".{host.name}" if host.exact else host.name for host in hosts]


FORMAT = Format(
    name="edge-policy",
    title="Edge, URLBlocklist",
    render=render,
    allow=allow,
    exceptions=True,
    comments=False,
    limits=(Limit(1_000, "entries", "Microsoft Edge, URLBlocklist: 1,000 entries"),),
    use=Text(
        "/etc/opt/edge/policies/managed/, GPO ou Intune",
        "/etc/opt/edge/policies/managed/, GPO or Intune",
    ),
)
