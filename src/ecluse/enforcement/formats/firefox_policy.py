"""Firefox policies.json with WebsiteFilter; JSON, so its facts go beside it."""

from __future__ import annotations

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, Limit
from ecluse.enforcement.decision import Decision
from ecluse.kernel.text import Text


def render(decision: Decision) -> bytes:
    """Give match patterns; in them `*.d` covers `d` itself and everything below."""
    rules = {"Block": [_pattern(host.name, wide=not host.exact) for host in decision.hosts]}
    if decision.kept:
        rules["Exceptions"] = [_pattern(host.name, wide=True) for host in decision.kept]
    return header.document({"policies": {"WebsiteFilter": rules}})


def _pattern(name: str, *, wide: bool) -> str:
    return f"*://*.{name}/*" if wide else f"*://{name}/*"


FORMAT = Format(
    name="firefox-policy",
    title="Firefox, WebsiteFilter",
    render=render,
    exceptions=True,
    comments=False,
    limits=(Limit(1_000, "entries", "Firefox, WebsiteFilter.sys.mjs, LIST_LENGTH_LIMIT"),),
    use=Text(
        "/etc/firefox/policies/policies.json ou distribution/policies.json, GPO ou MDM\u202f; "
        "bloque les pages et les cadres, pas les requêtes d’autres pages",
        "/etc/firefox/policies/policies.json or distribution/policies.json, GPO or MDM; blocks "
        "pages and frames, not requests made by other pages",
    ),
)
