from __future__ import annotations

import json
import re
from functools import partial

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats.firefox_policy import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases
from tests.engines import browsers, programs


def read(data: bytes) -> cases.Matcher:
    rules = json.loads(data)["policies"]["WebsiteFilter"]

    def matches(host: str, pattern: str) -> bool:
        found = re.fullmatch(r"\*://(\*\.)?([a-z0-9.-]+)/\*", pattern)
        assert found, pattern
        return host == found[2] or bool(found[1] and host.endswith("." + found[2]))

    def blocks(host: str) -> bool:
        if any(matches(host, one) for one in rules.get("Exceptions", [])):
            return False
        return any(matches(host, one) for one in rules["Block"])

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


@pytest.mark.parametrize(("hosts", "fits"), [(1_000, True), (1_001, False)])
def test_it_refuses_entries_that_the_browser_would_ignore(hosts: int, *, fits: bool) -> None:
    made = cases.decision(named=tuple(Host(f"d{rank}.example") for rank in range(hosts)))
    if fits:
        rules = json.loads(produce(FORMAT, made))["policies"]["WebsiteFilter"]
        assert len(rules["Block"]) == 1_000
        return
    with pytest.raises(Refused, match="1,001 entries, but the limit is 1,000"):
        produce(FORMAT, made)


def test_it_has_no_allow_list_of_its_own() -> None:
    with pytest.raises(Refused, match="has no use for an allow-list"):
        produce(FORMAT, cases.decision(approved=cases.ALLOWED), allow=True)


@pytest.mark.real
def test_firefox_never_fetches_what_is_cut_and_fetches_the_rest() -> None:
    made = cases.decision(exceptions=True)
    with programs.folder() as folder, browsers.site() as (port, asked):
        program = browsers.firefox_with(produce(FORMAT, made), folder)
        for host in ("neighbour.example", "ok.blocked.example"):
            browsers.firefox_fetch(
                program, f"http://{host}/", port, folder, partial(asked.__contains__, host), 60
            )
            assert host in asked
        # Firefox took a few seconds to fetch the two above: three times that is enough.
        browsers.firefox_fetch(
            program,
            "http://www.blocked.example/",
            port,
            folder,
            partial(asked.__contains__, "www.blocked.example"),
            15,
        )
        assert "www.blocked.example" not in asked


@pytest.mark.real
def test_firefox_fetches_the_same_host_under_a_policy_that_does_not_name_it() -> None:
    other = cases.decision(named=(Host("elsewhere.example"),), approved=())
    with programs.folder() as folder, browsers.site() as (port, asked):
        program = browsers.firefox_with(produce(FORMAT, other), folder)
        url = "http://www.blocked.example/"
        browsers.firefox_fetch(program, url, port, folder, lambda: bool(asked), 60)
    assert "www.blocked.example" in asked
