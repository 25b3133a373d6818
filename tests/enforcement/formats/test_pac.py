from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats.pac import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases


def read(data: bytes) -> cases.Matcher:
    found = re.search(r"var ECLUSE_HOSTS = (\{.*?\});", data.decode(), re.DOTALL)
    assert found
    table = json.loads(found[1])

    def blocks(host: str) -> bool:
        for name in sorted(table, key=len, reverse=True):
            if host == name:
                return bool(table[name])
            if host.endswith("." + name) and table[name] != 2:
                return bool(table[name])
        return False

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_it_refuses_a_script_larger_than_a_browser_loads() -> None:
    many = tuple(Host(f"a-rather-long-name-of-domain-{rank}.example") for rank in range(30_000))
    with pytest.raises(Refused, match="1,048,576"):
        produce(FORMAT, cases.decision(named=many))


@pytest.mark.real
def test_a_script_engine_returns_the_refusal_for_what_is_cut_and_nothing_else() -> None:
    pacparser = pytest.importorskip("pacparser", reason="needs pacparser: not installed")
    made = cases.decision(exceptions=True, reason="fin du commentaire\u2028var x = 1; */ // \\")
    hosts = cases.around(made)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ai.pac"
        path.write_bytes(produce(FORMAT, made))
        pacparser.init()
        try:
            pacparser.parse_pac_file(str(path))
            found = {h: pacparser.find_proxy(f"https://{h}/c", h) for h in hosts}
            capitals = pacparser.find_proxy("https://WWW.BLOCKED.example./", "WWW.BLOCKED.example.")
        finally:
            pacparser.cleanup()
    refused, passed = "PROXY 127.0.0.1:9", "DIRECT"
    assert found == {h: refused if cases.expected(made, h) else passed for h in hosts}
    assert capitals == refused
