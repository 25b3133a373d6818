"""A proxy auto-configuration script that sends forbidden hosts to a closed door."""

from __future__ import annotations

import json

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, Limit
from ecluse.enforcement.decision import Decision
from ecluse.kernel.text import Text

KEPT, WIDE, ALONE = 0, 1, 2
SCRIPT = """
function ecluseRefuses(host) {
  var name = host.toLowerCase().replace(/\\.$/, ""), whole = true, dot;
  for (;;) {
    if (Object.prototype.hasOwnProperty.call(ECLUSE_HOSTS, name)) {
      if (ECLUSE_HOSTS[name] === 0) { return false; }
      if (ECLUSE_HOSTS[name] === 1 || whole) { return true; }
    }
    dot = name.indexOf(".");
    if (dot < 0) { return false; }
    name = name.substring(dot + 1);
    whole = false;
  }
}
function FindProxyForURL(url, host) {
  return ecluseRefuses(host) ? ECLUSE_REFUSED : ECLUSE_OTHERWISE;
}"""


def render(decision: Decision) -> bytes:
    """Give an ECMAScript 3 script; `ECLUSE_OTHERWISE` is where to name the usual proxy."""
    table = {host.name: ALONE if host.exact else WIDE for host in decision.hosts}
    table |= {host.name: KEPT for host in decision.kept}
    notes = ("0: approuvé / approved, 1: + sous-domaines / subdomains, 2: seul / alone",)
    lines = [
        *header.commented("//", decision, notes),
        'var ECLUSE_REFUSED = "PROXY 127.0.0.1:9";',
        'var ECLUSE_OTHERWISE = "DIRECT";',
        f"var ECLUSE_HOSTS = {json.dumps(table, indent=0, separators=(',', ':'), sort_keys=True)};",
        *SCRIPT.strip().split("\n"),
    ]
    return header.text(lines)


FORMAT = Format(
    name="pac",
    title="PAC (proxy auto-config)",
    render=render,
    exceptions=True,
    limits=(Limit(1 << 20, "bytes", "Chromium, net/proxy_resolution/pac_file_fetcher_impl.cc"),),
    use=Text(
        "adresse de script de proxy des postes\u202f; remplacez DIRECT par votre proxy habituel",
        "proxy script address of workstations; put your usual proxy in place of DIRECT",
    ),
)
