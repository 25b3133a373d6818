from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.squid_server_name import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases
from tests.engines import programs


def read(data: bytes) -> cases.Matcher:
    entries = set(cases.bare(data, "#"))

    def blocks(host: str) -> bool:
        labels = host.split(".")
        above = {"." + ".".join(labels[rank:]) for rank in range(len(labels))}
        return host in entries or bool(above & entries)

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=False))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_it_refuses_an_exception_it_cannot_express() -> None:
    with pytest.raises(Refused, match="cannot let"):
        produce(FORMAT, cases.decision(exceptions=True))


@pytest.mark.real
def test_squid_parses_it() -> None:
    squid = programs.needs("squid")
    built = subprocess.run([squid, "-v"], capture_output=True, text=True, check=True).stdout
    if "--with-openssl" not in built:
        pytest.skip("needs squid-openssl: this squid was built without OpenSSL")
    with programs.folder() as folder:
        (folder / "ai.txt").write_bytes(produce(FORMAT, cases.decision()))
        (folder / "squid.conf").write_text(
            f"http_port 127.0.0.1:{programs.free_port()}\npid_filename none\n"
            f'acl forbidden_ai ssl::server_name "{folder}/ai.txt"\nhttp_access deny forbidden_ai\n'
        )
        done = subprocess.run(
            [squid, "-k", "parse", "-f", str(folder / "squid.conf")],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "subdomain" not in done.stderr
    assert "ERROR" not in done.stderr
