from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.catalogue.measures import Measures, load_measures
from ecluse.kernel.text import NARROW_NBSP, NBSP
from ecluse.plan.declared import on_declaration
from ecluse.plan.facts import Declaration, Facts, UsageFacts
from ecluse.plan.state import State
from ecluse.plan.states import STATES

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MEASURES = load_measures()
OBSERVED = {"P1.04", "P2.01", "P2.02"}

moments = st.integers(0, 800 * 24).map(lambda hours: EPOCH + timedelta(hours=hours))


@st.composite
def usages(draw: st.DrawFn) -> UsageFacts:
    start, end = sorted((draw(moments), draw(moments)))
    wholes = [draw(st.sampled_from([0, 1, 2, 7, 1000])) for _ in range(4)]
    lines, services, candidates, requests = wholes

    def part(whole: int) -> int:
        return draw(st.sampled_from([0, whole, whole // 2]))

    return UsageFacts(
        observed_at=draw(moments),
        period_start=start,
        period_end=end,
        people=draw(st.integers(0, 9)),
        sources=draw(st.integers(0, 3)),
        lines=lines,
        lines_unread=part(lines),
        services=services,
        services_owned=part(services),
        candidates=candidates,
        candidates_triaged=part(candidates),
        new_services=part(services),
        blind_requests=part(requests),
        requests=requests,
    )


@st.composite
def situations(draw: st.DrawFn) -> Facts:
    names = draw(st.lists(st.sampled_from(sorted(STATES)), unique=True))
    declarations = {
        name: Declaration(name, "said so", draw(moments), draw(moments), "ciso") for name in names
    }
    return Facts(draw(moments), draw(st.none() | usages()), declarations)


def test_every_measure_has_its_function_and_no_function_is_left_over() -> None:
    assert list(STATES) == [measure.id for measure in MEASURES.all]


def test_only_what_is_observed_today_has_more_than_a_declaration() -> None:
    assert {name for name, state in STATES.items() if state is not on_declaration} == OBSERVED


@pytest.mark.parametrize("name", STATES)
def test_without_any_fact_no_measure_is_measured(
    measures: Measures, nothing: Facts, name: str
) -> None:
    standing = STATES[name](nothing, measures.by_id[name])
    assert standing.measure == name
    assert standing.state is State.NOT_MEASURED
    assert standing.next_step == measures.by_id[name].first_step


@pytest.mark.parametrize("name", STATES)
def test_a_declaration_alone_never_proves(measures: Measures, now: datetime, name: str) -> None:
    declaration = Declaration(name, "said so", now, now + timedelta(days=1), "ciso")
    standing = STATES[name](Facts(now, None, {name: declaration}), measures.by_id[name])
    assert standing.state is State.DECLARED


@pytest.mark.parametrize("name", sorted(set(STATES) - OBSERVED))
def test_usage_says_nothing_of_what_it_does_not_show(
    measures: Measures, usage: UsageFacts, now: datetime, name: str
) -> None:
    standing = STATES[name](Facts(now, usage, {}), measures.by_id[name])
    assert standing.state is State.NOT_MEASURED
    assert standing.figure is None


@given(situations())
def test_nothing_stale_is_ever_green(facts: Facts) -> None:
    for measure in MEASURES.all:
        standing = STATES[measure.id](facts, measure)
        if standing.fresh_until is not None and standing.fresh_until < facts.now:
            assert standing.state is State.STALE
        if standing.state is State.PROVEN:
            assert facts.usage is not None
            limit = facts.usage.period_end + timedelta(days=measure.fresh_days)
            assert facts.now <= limit


@given(situations())
def test_what_is_proven_says_how_much_where_when_and_until_when(facts: Facts) -> None:
    for measure in MEASURES.all:
        standing = STATES[measure.id](facts, measure)
        assert standing.next_step is not None
        if standing.state in {State.PROVEN, State.PARTIAL, State.CONTRADICTED}:
            assert standing.figure is not None
            assert standing.figure.of is not None
            assert standing.observed_at is not None
            assert standing.observed_where is not None
            assert standing.fresh_until is not None
            assert standing.unseen


@given(situations())
def test_what_a_state_says_in_french_follows_french_typography(facts: Facts) -> None:
    for measure in MEASURES.all:
        standing = STATES[measure.id](facts, measure)
        said = [standing.next_step, standing.observed_where, *standing.unseen]
        said.append(standing.figure.what if standing.figure else None)
        for text in said:
            french = text.fr if text else ""
            assert not re.search(rf"[^{NARROW_NBSP}][;!?]|[^{NBSP}]:|['\"{{}}]", french)


@given(situations())
def test_measures_that_ask_the_same_agree_on_the_same_logs(facts: Facts) -> None:
    bare = Facts(facts.now, facts.usage, {})
    first, second = (STATES[name](bare, MEASURES.by_id[name]) for name in ("P1.04", "P2.01"))
    assert (first.state, first.figure) == (second.state, second.figure)
