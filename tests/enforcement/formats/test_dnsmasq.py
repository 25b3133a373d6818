from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.dnsmasq import FORMAT
from tests.enforcement import cases
from tests.engines import programs


def read(data: bytes) -> cases.Matcher:
    rules: dict[str, bool] = {}
    alone: set[str] = set()
    for line in cases.bare(data, "#"):
        key, _, value = line.partition("=")
        if key == "host-record":
            assert value.endswith(",0.0.0.0,::")
            alone.add(value.split(",")[0])
        else:
            _, domain, server = value.split("/")
            assert (key, server) in {("address", ""), ("server", "#")}
            rules[domain] = key == "address"

    def blocks(host: str) -> bool:
        over = [one for one in rules if host == one or host.endswith("." + one)]
        return host in alone or (bool(over) and rules[max(over, key=len)])

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


@pytest.mark.real
def test_dnsmasq_answers_nxdomain_for_what_is_cut_and_nothing_else() -> None:
    dnsmasq = programs.needs("dnsmasq")
    made = cases.decision(exceptions=True)
    port = programs.free_port()
    with programs.folder() as folder, programs.upstream() as beyond:
        (folder / "ai.conf").write_bytes(produce(FORMAT, made))
        subprocess.run(
            [dnsmasq, "--test", f"--conf-file={folder}/ai.conf"], check=True, capture_output=True
        )
        command = [
            dnsmasq,
            "--keep-in-foreground",
            "--log-facility=-",
            "--user=root",
            "--pid-file=",
            "--no-resolv",
            "--no-hosts",
            "--bind-interfaces",
            "--listen-address=127.0.0.1",
            f"--port={port}",
            f"--server=127.0.0.1#{beyond.port}",
            f"--conf-file={folder}/ai.conf",
        ]
        with programs.running(command, lambda: programs.answers(port), folder / "out.log"):
            hosts = cases.around(made)
            found = {host: programs.refuses(port, host) for host in hosts}
    assert found == {host: cases.expected(made, host) for host in hosts}
    assert not [one for one in beyond.asked if cases.expected(made, one)]
