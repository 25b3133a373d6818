from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ecluse.plan.facts import Declaration, Facts, UsageFacts

NAIVE = datetime(2026, 11, 22, 9, 0)  # noqa: DTZ001 - a moment without a zone is the case at hand
AWARE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"people": -1}, "people is -1"),
        ({"services_owned": 32}, "services_owned exceeds services"),
        ({"candidates_triaged": 13}, "candidates_triaged exceeds candidates"),
        ({"new_services": 32}, "new_services exceeds services"),
        ({"blind_requests": 40_001}, "blind_requests exceeds requests"),
        ({"lines_unread": 50_001}, "lines_unread exceeds lines"),
        ({"observed_at": NAIVE}, "observed_at has no time zone"),
        ({"period_end": NAIVE}, "period_end has no time zone"),
        ({"period_end": datetime(2020, 1, 1, tzinfo=UTC)}, "period_end comes before period_start"),
    ],
)
def test_it_refuses_facts_that_cannot_be(
    usage: UsageFacts, changes: dict[str, Any], error: str
) -> None:
    with pytest.raises(ValueError, match=error):
        replace(usage, **changes)


def test_it_subtracts_what_was_named_owned_and_sorted(usage: UsageFacts) -> None:
    facts = replace(usage, blind_requests=100, services_owned=29, candidates_triaged=5)
    assert facts.named_requests == 39_900
    assert facts.services_unowned == 2
    assert facts.candidates_waiting == 7


@pytest.mark.parametrize(("new", "owned", "at_most"), [(4, 31, 0), (4, 30, 1), (4, 0, 4)])
def test_new_services_without_an_owner_are_counted_at_their_most(
    usage: UsageFacts, new: int, owned: int, at_most: int
) -> None:
    assert replace(usage, new_services=new, services_owned=owned).newcomers_unowned == at_most


def test_it_refuses_a_declaration_filed_under_another_measure() -> None:
    declaration = Declaration("P1.02", "adopted", AWARE, AWARE, "board")
    with pytest.raises(ValueError, match=r"declarations\['P1.01'\] is about 'P1.02'"):
        Facts(now=AWARE, usage=None, declarations={"P1.01": declaration})


def test_it_refuses_a_moment_without_a_zone() -> None:
    with pytest.raises(ValueError, match="now has no time zone"):
        Facts(now=NAIVE, usage=None, declarations={})
    with pytest.raises(ValueError, match="expires_at has no time zone"):
        Declaration("P1.02", "adopted", AWARE, NAIVE, "board")
