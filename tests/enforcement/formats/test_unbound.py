from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.unbound import FORMAT
from tests.enforcement import cases
from tests.engines import programs


def read(data: bytes) -> cases.Matcher:
    text = data.decode()
    zones = dict(re.findall(r'local-zone: "(.+)\." (\w+)', text))
    addresses = set(re.findall(r'local-data: "(.+)\. A 0\.0\.0\.0"', text))

    def blocks(host: str) -> bool:
        if host in addresses:
            return True
        above = [host] + [host[rank + 1 :] for rank, char in enumerate(host) if char == "."]
        closest = next((one for one in above if one in zones), None)
        return closest is not None and zones[closest] == "always_nxdomain"

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


@pytest.mark.real
def test_unbound_answers_nxdomain_for_what_is_cut_and_nothing_else() -> None:
    unbound, checker = programs.needs("unbound"), programs.needs("unbound-checkconf")
    made = cases.decision(exceptions=True)
    port = programs.free_port()
    with programs.folder() as folder, programs.upstream() as beyond:
        (folder / "ai.conf").write_bytes(produce(FORMAT, made))
        path = folder / "unbound.conf"
        path.write_text(
            f"""server:
  directory: "{folder}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  interface: 127.0.0.1@{port}
  do-not-query-localhost: no
  module-config: "iterator"
include: "{folder}/ai.conf"
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{beyond.port}
"""
        )
        subprocess.run([checker, str(path)], check=True, capture_output=True)
        command = [unbound, "-d", "-c", str(path)]
        with programs.running(command, lambda: programs.answers(port), folder / "out.log"):
            hosts = cases.around(made)
            found = {host: programs.refuses(port, host) for host in hosts}
    assert found == {host: cases.expected(made, host) for host in hosts}
    assert not [one for one in beyond.asked if cases.expected(made, one)]
