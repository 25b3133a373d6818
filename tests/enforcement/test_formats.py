from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.enforcement.artefact import Format, produce
from ecluse.enforcement.formats import FORMATS
from tests.enforcement import cases

ALL = pytest.mark.parametrize("chosen", FORMATS, ids=lambda one: one.name)


def test_each_format_has_one_name() -> None:
    names = [one.name for one in FORMATS]
    assert len(set(names)) == len(names) == 17


@ALL
@settings(deadline=None, max_examples=20)
@given(data=st.data(), seed=st.integers())
def test_the_order_of_what_is_given_does_not_change_a_byte(
    chosen: Format, data: st.DataObject, seed: int
) -> None:
    made = data.draw(cases.decisions(exceptions=chosen.exceptions))
    assert produce(chosen, cases.shuffled(made, seed)) == produce(chosen, made)


@ALL
def test_the_file_bears_its_facts_where_the_format_has_comments(chosen: Format) -> None:
    made = cases.decision()
    text = produce(chosen, made).decode()
    for fact in (made.hash, "2026-11-22T08:02:00Z", "décision du comité", "Alice", "2027-03-31"):
        assert (fact in text) == chosen.comments


@ALL
def test_a_reason_of_several_lines_adds_no_rule(chosen: Format) -> None:
    plain = produce(chosen, cases.decision())
    tricky = produce(chosen, cases.decision(reason="a\nevil.example\r\n\u2028evil.example\x00"))
    assert len(tricky.decode().splitlines()) == len(plain.decode().splitlines())
    if not chosen.comments:
        assert tricky == plain


@ALL
def test_how_it_is_loaded_is_said_in_both_languages(chosen: Format) -> None:
    assert chosen.use.fr
    assert chosen.use.en
    assert chosen.title
