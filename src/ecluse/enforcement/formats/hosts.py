"""A hosts file: names one by one, and in comments what it cannot cover."""

from __future__ import annotations

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision
from ecluse.kernel.text import Text

WARNING = (
    "Ce fichier ne connaît pas de joker\u00a0: les sous-domaines ci-dessous restent joignables, "
    "sauf ceux qui ont leur ligne.",
    "A hosts file has no wildcard: the subdomains below stay reachable, "
    "except those that have a line.",
)


def render(decision: Decision) -> bytes:
    """Send every named host, and the `www.` of those that cover subdomains, to 0.0.0.0."""
    names = {host.name for host in decision.named}
    names |= {
        f"www.{host.name}"
        for host in decision.named
        if not host.exact and not host.name.startswith("www.")
    }
    lines = [f"0.0.0.0 {name}" for name in sorted(names) if decision.blocks(name)]
    uncovered = [f"# - *.{host.name}" for host in decision.hosts if not host.exact]
    notes = [f"# {line}" for line in WARNING] if uncovered else []
    return header.text([*header.commented("#", decision), *notes, *uncovered, *lines])


FORMAT = Format(
    name="hosts",
    title="Fichier hosts / hosts file",
    render=render,
    suffix=False,
    exceptions=True,
    each_suffix=2,
    use=Text(
        "à ajouter à /etc/hosts ou à C:\\Windows\\System32\\drivers\\etc\\hosts",
        "to append to /etc/hosts or C:\\Windows\\System32\\drivers\\etc\\hosts",
    ),
)
