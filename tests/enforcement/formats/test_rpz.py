from __future__ import annotations

import subprocess

import dns.name
import dns.rdatatype
import dns.zone
import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats.rpz import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases
from tests.engines import programs

ORIGIN = dns.name.from_text("rpz.local.")


def read(data: bytes) -> cases.Matcher:
    """Look a name up as RFC 4592 does: the wildcard of the closest name that exists, or none."""
    zone = dns.zone.from_text(data.decode(), origin=ORIGIN, relativize=False)
    existing = {
        dns.name.Name(name.labels[rank:]) for name in zone.nodes for rank in range(len(name.labels))
    }

    def blocks(host: str) -> bool:
        asked = dns.name.from_text(host, origin=ORIGIN)
        rule = asked
        if asked not in existing:
            closest = asked
            while closest not in existing:
                closest = closest.parent()
            rule = dns.name.Name((b"*", *closest.labels))
        found = zone.get_rdataset(rule, dns.rdatatype.CNAME)
        return found is not None and found[0].target == dns.name.root

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_it_refuses_a_name_too_long_for_a_zone() -> None:
    name = ".".join(["a" * 60] * 4) + ".example"
    with pytest.raises(Refused, match="RFC 1035"):
        produce(FORMAT, cases.decision(named=(Host(name),)))


def test_the_serial_grows_with_the_date_of_the_decision() -> None:
    zone = dns.zone.from_text(produce(FORMAT, cases.decision()).decode(), origin=ORIGIN)
    soa = zone.get_rdataset("@", dns.rdatatype.SOA)
    assert soa is not None
    assert soa[0].serial == int(cases.DATE.timestamp())


@pytest.mark.real
def test_bind_finds_the_zone_valid() -> None:
    checker = programs.needs("named-checkzone")
    with programs.folder() as folder:
        (folder / "rpz.db").write_bytes(produce(FORMAT, cases.decision(exceptions=True)))
        done = subprocess.run(
            [checker, "rpz.local", str(folder / "rpz.db")],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout
    assert "loaded serial" in done.stdout


@pytest.mark.real
@pytest.mark.parametrize("allowing", [False, True])
def test_bind_answers_nxdomain_for_what_is_cut_and_nothing_else(*, allowing: bool) -> None:
    named = programs.needs("named")
    made = cases.decision(exceptions=True)
    port = programs.free_port()
    with programs.folder() as folder, programs.upstream() as beyond:
        (folder / "rpz.db").write_bytes(produce(FORMAT, made))
        (folder / "allow.db").write_bytes(produce(FORMAT, _allowing(made), allow=True))
        policies = 'zone "allow.local"; zone "rpz.local";' if allowing else 'zone "rpz.local";'
        (folder / "named.conf").write_text(
            f"""options {{
  directory "{folder}"; pid-file none; session-keyfile none; managed-keys-directory "{folder}";
  listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion yes; dnssec-validation no; forward only;
  forwarders {{ 127.0.0.1 port {beyond.port}; }};
  response-policy {{ {policies} }} qname-wait-recurse no;
}};
controls {{ }};
zone "rpz.local" {{ type primary; file "rpz.db"; }};
zone "allow.local" {{ type primary; file "allow.db"; }};
"""
        )
        command = [named, "-g", "-c", str(folder / "named.conf")]
        with programs.running(command, lambda: programs.answers(port), folder / "out.log"):
            hosts = cases.around(made)
            found = {host: programs.refuses(port, host) for host in hosts}
    kept = ("blocked.example",) if allowing else ()
    assert found == {host: cases.expected(made, host) and not host.endswith(kept) for host in hosts}
    assert allowing or not [one for one in beyond.asked if cases.expected(made, one)]


def _allowing(made: Decision) -> Decision:
    """Approve, in a list of its own, everything below the forbidden domain."""
    return Decision(named=(), approved=(Host("blocked.example"),), date=made.date)
