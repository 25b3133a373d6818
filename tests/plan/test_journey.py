from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ecluse.catalogue.measures import Measures
from ecluse.plan.facts import Declaration, Facts, UsageFacts
from ecluse.plan.journey import first_steps, standings
from ecluse.plan.state import State


@pytest.mark.parametrize(
    ("posture", "first", "last"),
    [
        ("foundation", "P1.01", "P1.11"),
        ("shadow-ai", "P2.01", "P2.10"),
        ("crisis", "P3.01", "P3.08"),
    ],
)
def test_a_journey_follows_the_order_of_priority(
    measures: Measures, nothing: Facts, posture: str, first: str, last: str
) -> None:
    found = [standing.measure for standing in standings(posture, nothing, measures)]
    assert found == [measure.id for measure in measures.of(posture)]
    assert (found[0], found[-1]) == (first, last)


def test_an_unknown_posture_is_named(measures: Measures, nothing: Facts) -> None:
    with pytest.raises(KeyError, match="no posture 'panic'"):
        standings("panic", nothing, measures)


def test_the_first_steps_skip_what_is_proven_and_nothing_else(
    measures: Measures, usage: UsageFacts, now: datetime
) -> None:
    word = Declaration("P2.03", "list kept", now, now + timedelta(days=9), "ciso")
    journey = standings("shadow-ai", Facts(now, usage, {"P2.03": word}), measures)
    assert [s.measure for s in journey if s.state is State.PROVEN] == ["P2.01", "P2.02"]
    steps = first_steps(journey)
    assert [(step.measure, step.state) for step in steps] == [
        ("P2.03", State.DECLARED),
        ("P2.04", State.NOT_MEASURED),
        ("P2.05", State.NOT_MEASURED),
    ]


def test_stale_logs_come_back_first(measures: Measures, usage: UsageFacts, now: datetime) -> None:
    facts = Facts(now + timedelta(days=60), usage, {})
    steps = first_steps(standings("shadow-ai", facts, measures))
    assert [step.measure for step in steps] == ["P2.01", "P2.02", "P2.03"]
    assert [step.state for step in steps[:2]] == [State.STALE, State.STALE]


@pytest.mark.parametrize(("n", "count"), [(0, 0), (1, 1), (8, 8), (99, 8), (-1, 0)])
def test_it_gives_as_many_steps_as_asked_at_most(
    measures: Measures, nothing: Facts, n: int, count: int
) -> None:
    journey = standings("crisis", nothing, measures)
    assert first_steps(journey, n) == journey[:count]


def test_what_has_no_next_step_is_left_out(measures: Measures, nothing: Facts) -> None:
    journey = standings("crisis", nothing, measures)
    mute = (replace(journey[0], next_step=None), *journey[1:])
    assert first_steps(mute, 1) == (journey[1],)
