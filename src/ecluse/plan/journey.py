"""Lays out the states of one posture in its order of work; adds up no score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecluse.plan.state import State
from ecluse.plan.states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecluse.catalogue.measures import Measures
    from ecluse.plan.facts import Facts
    from ecluse.plan.state import Standing


def standings(posture: str, facts: Facts, measures: Measures) -> tuple[Standing, ...]:
    """Give the standing of each measure of `posture` (an id), in order of priority.

    KeyError names an unknown posture, or a measure that has no function in STATES.
    """
    return tuple(STATES[measure.id](facts, measure) for measure in measures.of(posture))


def first_steps(standings: Iterable[Standing], n: int = 3) -> tuple[Standing, ...]:
    """Give the first `n` standings that are not proven and say what to do next, in their order."""
    open_ones = [
        standing
        for standing in standings
        if standing.state is not State.PROVEN and standing.next_step is not None
    ]
    return tuple(open_ones[: max(n, 0)])
