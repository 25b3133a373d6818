"""DNS response policy zone for BIND, Knot, PowerDNS and Unbound; refuses names too long for one."""

from __future__ import annotations

from collections.abc import Iterator

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision, parents
from ecluse.enforcement.refusal import Refused
from ecluse.kernel.text import Text

NXDOMAIN = "CNAME ."
THROUGH = "CNAME rpz-passthru."
# A name holds 253 characters (RFC 1035); this leaves room for "*." and the name of the zone.
LONGEST = 220


def render(decision: Decision) -> bytes:
    """Give a whole zone: SOA, NS, a rule for each name and one for what is below it."""
    rules: dict[str, str] = {}
    for host in decision.hosts:
        rules |= _rules(host.name, NXDOMAIN, below=not host.exact)
    for host in decision.kept:
        # A name that exists in the zone hides the wildcard above it (RFC 4592): every name between
        # the exception and the forbidden domain comes to exist, and needs rules of its own.
        top = decision.blocked_parent(host.name)
        for name in parents(host.name):
            if name == top:
                break
            rules = _rules(name, NXDOMAIN, below=True) | rules
    for host in decision.kept:
        rules |= _rules(host.name, THROUGH, below=True)
    return _zone(decision, rules)


def allow(decision: Decision) -> bytes:
    """Give a zone of passes, to be listed before the blocking ones in `response-policy`."""
    rules: dict[str, str] = {}
    for host in decision.approved_alone:
        rules |= _rules(host.name, THROUGH, below=not host.exact)
    return _zone(decision, rules)


def _rules(name: str, action: str, *, below: bool) -> dict[str, str]:
    if len(name) > LONGEST:
        raise Refused(
            f"{name}\u00a0: trop long pour une zone RPZ (plus de {LONGEST} caractères\u202f; "
            "un nom complet en tient 253, RFC 1035).",
            f"{name}: too long for a response policy zone (more than {LONGEST} characters; a "
            "whole name holds 253, RFC 1035).",
        )
    return {name: action, f"*.{name}": action} if below else {name: action}


def _zone(decision: Decision, rules: dict[str, str]) -> bytes:
    def lines() -> Iterator[str]:
        yield from header.commented(";", decision)
        yield "$TTL 300"
        serial = int(decision.date.timestamp())
        yield f"@ IN SOA localhost. hostmaster.localhost. {serial} 3600 600 604800 300"
        yield "@ IN NS localhost."
        yield from (f"{name} {action}" for name, action in sorted(rules.items()))

    return header.text(lines())


FORMAT = Format(
    name="rpz",
    title="DNS RPZ (BIND, Knot, PowerDNS, Unbound)",
    render=render,
    allow=allow,
    exceptions=True,
    each_suffix=2,
    use=Text(
        'response-policy { zone "rpz.ia"; } qname-wait-recurse no; avec la zone de ce fichier',
        'response-policy { zone "rpz.ai"; } qname-wait-recurse no; with this file as the zone',
    ),
)
