"""Palo Alto external dynamic list of URLs; bears no comment, so its facts go beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, Limit
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give one entry a line; the final `/` keeps `d` from covering `d.elsewhere`."""
    return header.text(_entries(decision.hosts))


def allow(decision: Decision) -> bytes:
    """Give the approved hosts in the same form, for a category that is allowed."""
    return header.text(_entries(decision.approved_alone))


def _entries(hosts: Iterable[Host]) -> Iterator[str]:
    for host in hosts:
        yield f"{host.name}/"
        if not host.exact:
            yield f"*.{host.name}/"


FORMAT = Format(
    name="paloalto-edl-url",
    title="Palo Alto, EDL (URL)",
    render=render,
    allow=allow,
    comments=False,
    each_suffix=2,
    limits=(Limit(50_000, "entries", "PAN-OS, Objects > External Dynamic Lists, 50,000 URLs"),),
    use=Text(
        "liste de type URL, dans un profil URL Filtering, action block",
        "list of type URL, in a URL Filtering profile, action block",
    ),
)
