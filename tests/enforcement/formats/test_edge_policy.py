from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats.edge_policy import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases


def read(data: bytes) -> cases.Matcher:
    """Follow the published order: the longest host first, at equal length allow wins."""
    policy = json.loads(data)
    assert set(policy) <= {"URLBlocklist", "URLAllowlist"}

    def blocks(host: str) -> bool:
        asked = host
        while asked:
            for key in ("URLAllowlist", "URLBlocklist"):
                listed = policy.get(key, [])
                if asked in listed or (asked == host and f".{asked}" in listed):
                    return key == "URLBlocklist"
            asked = asked.partition(".")[2]
        return False

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


@pytest.mark.parametrize(("hosts", "fits"), [(1_000, True), (1_001, False)])
def test_it_refuses_entries_that_the_browser_would_ignore(hosts: int, *, fits: bool) -> None:
    made = cases.decision(named=tuple(Host(f"d{rank}.example") for rank in range(hosts)))
    if fits:
        assert len(json.loads(produce(FORMAT, made))["URLBlocklist"]) == 1_000
        return
    with pytest.raises(Refused, match="1,001 entries, but the limit is 1,000"):
        produce(FORMAT, made)


def test_the_allow_list_is_a_policy_of_its_own() -> None:
    made = cases.decision(approved=cases.ALLOWED)
    policy = json.loads(produce(FORMAT, made, allow=True))
    assert policy == {"URLAllowlist": ["mail.example", "talk.example"]}
