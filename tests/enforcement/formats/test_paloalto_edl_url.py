from __future__ import annotations

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats.paloalto_edl_url import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases


def read(data: bytes) -> cases.Matcher:
    """Take `*` for one or more labels, as the product's guidelines do; no comment is an entry."""
    entries = data.decode().splitlines()
    assert all(one.endswith("/") for one in entries)
    alone = {one[:-1] for one in entries if not one.startswith("*.")}
    below = [one[1:-1] for one in entries if one.startswith("*.")]
    assert all(set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-^*/") for one in entries)

    def blocks(host: str) -> bool:
        return host in alone or any(host.endswith(one) for one in below)

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=False))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


@pytest.mark.parametrize(("hosts", "fits"), [(25_000, True), (25_001, False)])
def test_it_refuses_more_entries_than_the_firewall_takes(hosts: int, *, fits: bool) -> None:
    made = cases.decision(named=tuple(Host(f"d{rank}.example") for rank in range(hosts)))
    if fits:
        assert len(produce(FORMAT, made).splitlines()) == 50_000
        return
    with pytest.raises(Refused, match="50,002 entries, but the limit is 50,000"):
        produce(FORMAT, made)
