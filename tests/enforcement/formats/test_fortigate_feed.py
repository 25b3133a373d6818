from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats.fortigate_feed import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases


def read(data: bytes) -> cases.Matcher:
    entries = cases.bare(data, "#")

    def blocks(host: str) -> bool:
        return any(fnmatch.fnmatchcase(host, one) for one in entries)

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=False))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_it_refuses_more_entries_than_the_firewall_takes() -> None:
    many = tuple(Host(f"d{rank}.example", exact=True) for rank in range(131_073))
    with pytest.raises(Refused, match="131,073 entries, but the limit is 131,072"):
        produce(FORMAT, cases.decision(named=many))
