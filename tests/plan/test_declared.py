from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ecluse.catalogue.measures import Measures
from ecluse.kernel.text import Text
from ecluse.plan.declared import in_force, on_declaration
from ecluse.plan.facts import Declaration, Facts
from ecluse.plan.state import State

SECOND = timedelta(seconds=1)
START = datetime(2026, 1, 5, tzinfo=UTC)
END = datetime(2026, 12, 31, tzinfo=UTC)
CHARTER = Declaration("P1.02", "adopted by the board", START, END, "ciso")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (START - SECOND, State.NOT_MEASURED),
        (START, State.DECLARED),
        (END, State.DECLARED),
        (END + SECOND, State.STALE),
    ],
)
def test_a_declaration_holds_between_its_two_dates(
    measures: Measures, now: datetime, state: State
) -> None:
    facts = Facts(now=now, usage=None, declarations={"P1.02": CHARTER})
    measure = measures.by_id["P1.02"]
    assert on_declaration(facts, measure).state is state
    assert bool(in_force(facts, measure)) is (state is State.DECLARED)


def test_without_any_fact_the_next_step_is_the_first_one(
    nothing: Facts, measures: Measures
) -> None:
    standing = on_declaration(nothing, measures.by_id["P1.02"])
    assert standing.state is State.NOT_MEASURED
    assert standing.next_step == measures.by_id["P1.02"].first_step
    assert standing.figure is None
    assert standing.observed_at is None
    assert standing.fresh_until is None


def test_a_declaration_says_until_when_and_that_nothing_was_observed(measures: Measures) -> None:
    facts = Facts(now=START, usage=None, declarations={"P1.02": CHARTER})
    standing = on_declaration(facts, measures.by_id["P1.02"])
    assert standing.fresh_until == END
    assert standing.observed_at is None
    assert standing.observed_where is None
    assert standing.unseen == (
        Text(
            "Cet état repose sur une déclaration du 5\u00a0janv. 2026\u00a0: rien n’a été observé.",
            "This state rests on a declaration of 5\u00a0Jan 2026: nothing was observed.",
        ),
    )


def test_an_expired_declaration_is_to_be_renewed_or_observed(measures: Measures) -> None:
    facts = Facts(now=END + SECOND, usage=None, declarations={"P1.02": CHARTER})
    standing = on_declaration(facts, measures.by_id["P1.02"])
    assert standing.next_step is not None
    assert "expired on 31\u00a0Dec 2026" in standing.next_step.en
    assert "a expiré le 31\u00a0déc. 2026" in standing.next_step.fr


def test_the_declaration_of_another_measure_says_nothing(measures: Measures) -> None:
    facts = Facts(now=START, usage=None, declarations={"P1.02": CHARTER})
    assert on_declaration(facts, measures.by_id["P1.01"]).state is State.NOT_MEASURED
