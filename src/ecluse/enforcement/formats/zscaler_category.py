"""Zscaler custom URL category, as the body of a call to its API; never calls it."""

from __future__ import annotations

from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give the JSON body of POST /urlCategories; a leading dot covers what is below."""
    return _category(decision, decision.hosts, "Ecluse - blocked AI")


def allow(decision: Decision) -> bytes:
    """Give the approved hosts as a category of their own."""
    return _category(decision, decision.approved_alone, "Ecluse - approved AI")


def _category(decision: Decision, hosts: Iterable[Host], name: str) -> bytes:
    return header.document(
        {
            "configuredName": name,
            "description": "\n".join(header.facts(decision)),
            "customCategory": True,
            "superCategory": "USER_DEFINED",
            "type": "URL_CATEGORY",
            "keywords": [],
            "dbCategorizedUrls": [],
            "urls": [host.name if host.exact else f".{host.name}" for host in hosts],
        }
    )


FORMAT = Format(
    name="zscaler-category",
    title="Zscaler, catégorie d’URL / URL category",
    render=render,
    allow=allow,
    use=Text(
        "corps de POST /api/v1/urlCategories, à activer ensuite, puis règle de filtrage d’URL",
        "body of POST /api/v1/urlCategories, to be activated next, then a URL filtering rule",
    ),
)
