from __future__ import annotations

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.hosts import FORMAT
from tests.enforcement import cases
from tests.engines import programs


def read(data: bytes) -> set[str]:
    pairs = [line.split() for line in cases.bare(data, "#")]
    assert {address for address, _ in pairs} == {"0.0.0.0"}  # noqa: S104 - a file, nothing is bound
    return {name for _, name in pairs}


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_every_named_host_and_nothing_that_was_not_decided(made: Decision) -> None:
    names = read(produce(FORMAT, made))
    assert {host.name for host in made.named} <= names
    assert not [name for name in names if not cases.expected(made, name)]


def test_it_names_the_subdomains_it_cannot_cover() -> None:
    text = produce(FORMAT, cases.decision()).decode()
    assert "# - *.blocked.example\n" in text
    assert "# - *.alone.cdn.example" not in text


@pytest.mark.real
def test_dnsmasq_reads_it_as_a_hosts_file() -> None:
    dnsmasq = programs.needs("dnsmasq")
    made = cases.decision(exceptions=True)
    port = programs.free_port()
    with programs.folder() as folder, programs.upstream() as beyond:
        (folder / "hosts").write_bytes(produce(FORMAT, made))
        command = [
            dnsmasq,
            "--keep-in-foreground",
            "--log-facility=-",
            "--user=root",
            "--pid-file=",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            f"--addn-hosts={folder}/hosts",
            "--bind-interfaces",
            "--listen-address=127.0.0.1",
            f"--port={port}",
            f"--server=127.0.0.1#{beyond.port}",
        ]
        with programs.running(command, lambda: programs.answers(port), folder / "out.log"):
            named = read(produce(FORMAT, made))
            found = {host: programs.refuses(port, host) for host in {*named, *cases.around(made)}}
    assert found == {host: host in named for host in found}
