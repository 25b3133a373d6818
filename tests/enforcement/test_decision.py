from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.enforcement.decision import Decision, Host, one_line
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases


@given(cases.decisions(exceptions=True))
def test_it_blocks_what_the_longest_name_says(made: Decision) -> None:
    for host in cases.around(made):
        assert made.blocks(host) == cases.expected(made, host), host


@given(cases.decisions(exceptions=True), st.integers())
def test_the_order_of_the_facts_does_not_change_the_hash(made: Decision, seed: int) -> None:
    assert cases.shuffled(made, seed).hash == made.hash


@given(cases.decisions(exceptions=True))
def test_no_forbidden_host_stands_below_another_once_minimised(made: Decision) -> None:
    wide = {host.name for host in made.hosts if not host.exact}
    kept = {host.name for host in made.approved}
    for host in made.hosts:
        above = host.name.partition(".")[2]
        while above and above not in kept:
            assert above not in wide
            above = above.partition(".")[2]


def test_the_hash_covers_the_canonical_bytes() -> None:
    made = cases.decision()
    assert made.hash == hashlib.sha256(made.canonical).hexdigest()
    assert json.loads(made.canonical)["forbidden"][0] == {
        "exact": True,
        "host": "alone.cdn.example",
    }


@pytest.mark.parametrize("changed", [{"reason": "x"}, {"author": "Bob"}, {"until": None}])
def test_another_fact_is_another_decision(changed: dict[str, Any]) -> None:
    assert cases.decision(**changed).hash != cases.decision().hash


def test_it_refuses_a_host_both_forbidden_and_approved() -> None:
    with pytest.raises(Refused, match=r"a\.example is both"):
        Decision((Host("a.example"),), (Host("a.example"),))


def test_it_refuses_an_exception_to_an_exception() -> None:
    with pytest.raises(Refused, match=r"c\.b\.a\.example is forbidden below b\.a\.example"):
        Decision((Host("a.example"), Host("c.b.a.example")), (Host("b.a.example"),))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb", "a b"),
        ("a\u2028b\u0085c", "a b c"),
        ("\x1b[31mred\x00", "[31mred"),
        (" a  b ", "a b"),
    ],
)
def test_a_free_text_is_put_on_one_line(text: str, line: str) -> None:
    assert one_line(text) == line
