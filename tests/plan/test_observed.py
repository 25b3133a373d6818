from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ecluse.catalogue.measures import Measures
from ecluse.kernel.text import Text
from ecluse.plan import coverage, observed
from ecluse.plan.facts import Declaration, Facts, UsageFacts
from ecluse.plan.state import Standing, State
from ecluse.plan.states import STATES

SECOND = timedelta(seconds=1)
INVENTORIES = ("P1.04", "P2.01")
OBSERVED = (*INVENTORIES, "P2.02")
EMPTY: dict[str, Any] = {"services": 0, "services_owned": 0, "new_services": 0}
QUIET: dict[str, Any] = {"candidates": 0, "candidates_triaged": 0}


def _stand(measures: Measures, name: str, usage: UsageFacts, now: datetime) -> Standing:
    facts = Facts(now=now, usage=usage, declarations={})
    return STATES[name](facts, measures.by_id[name])


def _declared(name: str, start: datetime, days: int = 365) -> dict[str, Declaration]:
    return {name: Declaration(name, "kept by hand", start, start + timedelta(days=days), "ciso")}


@pytest.mark.parametrize("name", OBSERVED)
def test_without_logs_it_is_not_measured_and_says_to_run_discover(
    measures: Measures, nothing: Facts, name: str
) -> None:
    standing = STATES[name](nothing, measures.by_id[name])
    assert standing.state is State.NOT_MEASURED
    assert standing.next_step is not None
    assert "ecluse discover" in standing.next_step.fr
    assert "ecluse discover" in standing.next_step.en


@pytest.mark.parametrize("name", INVENTORIES)
@pytest.mark.parametrize(
    ("changes", "state", "step"),
    [
        ({}, State.PROVEN, "by 28\u00a0Nov 2026"),
        ({"services_owned": 0}, State.PARTIAL, "services seen that have none (31)"),
        ({"services_owned": 30}, State.PARTIAL, "services seen that have none (1)"),
        ({"candidates_triaged": 11}, State.PARTIAL, "candidate destinations that are waiting (1)"),
        ({"blind_requests": 100, "lines_unread": 3}, State.PROVEN, "by 28\u00a0Nov 2026"),
        ({"blind_requests": 20_001}, State.PARTIAL, "more than half"),
        ({"lines_unread": 25_001}, State.PARTIAL, "more than half"),
        ({"requests": 0}, State.NOT_MEASURED, "logs that name the destinations"),
        ({"blind_requests": 40_000}, State.NOT_MEASURED, "logs that name the destinations"),
        (EMPTY | QUIET, State.PROVEN, "by 28\u00a0Nov 2026"),
        (EMPTY, State.PROVEN, "by 28\u00a0Nov 2026"),
        (EMPTY | {"candidates_triaged": 0}, State.PARTIAL, "that are waiting (12)"),
        (EMPTY | QUIET | {"blind_requests": 1}, State.PARTIAL, "a week of complete logs"),
        (EMPTY | QUIET | {"lines_unread": 1}, State.PARTIAL, "a week of complete logs"),
    ],
)
def test_an_inventory_is_as_good_as_its_owners_and_its_sight(
    measures: Measures,
    usage: UsageFacts,
    now: datetime,
    name: str,
    changes: dict[str, Any],
    state: State,
    step: str,
) -> None:
    standing = _stand(measures, name, replace(usage, **changes), now)
    assert standing.state is state
    assert standing.next_step is not None
    assert step in standing.next_step.en


@pytest.mark.parametrize(
    ("changes", "state", "step"),
    [
        ({}, State.PROVEN, "by 28\u00a0Nov 2026"),
        ({"candidates_triaged": 0}, State.PARTIAL, "that are waiting (12)"),
        ({"candidates_triaged": 11}, State.PARTIAL, "that are waiting (1)"),
        ({"services_owned": 30}, State.PARTIAL, "new services that have none (1 at most)"),
        ({"services_owned": 0, "new_services": 0}, State.PROVEN, "by 28\u00a0Nov 2026"),
        ({"blind_requests": 20_001}, State.PARTIAL, "more than half"),
        ({"requests": 0}, State.NOT_MEASURED, "logs that name the destinations"),
        (QUIET, State.PROVEN, "by 28\u00a0Nov 2026"),
        (QUIET | {"blind_requests": 1}, State.PROVEN, "by 28\u00a0Nov 2026"),
        (QUIET | {"new_services": 0}, State.PROVEN, "by 28\u00a0Nov 2026"),
        (QUIET | {"new_services": 0, "blind_requests": 1}, State.PARTIAL, "a week of complete"),
        (QUIET | {"new_services": 0, "lines_unread": 1}, State.PARTIAL, "a week of complete"),
    ],
)
def test_a_watch_is_proven_once_every_newcomer_was_looked_at(
    measures: Measures,
    usage: UsageFacts,
    now: datetime,
    changes: dict[str, Any],
    state: State,
    step: str,
) -> None:
    standing = _stand(measures, "P2.02", replace(usage, **changes), now)
    assert standing.state is state
    assert standing.next_step is not None
    assert step in standing.next_step.en


@pytest.mark.parametrize("name", OBSERVED)
@pytest.mark.parametrize(("past", "state"), [(-SECOND, "proven"), (0 * SECOND, "proven")])
def test_logs_hold_up_to_the_limit_itself(
    measures: Measures, usage: UsageFacts, name: str, past: timedelta, state: str
) -> None:
    limit = usage.period_end + timedelta(days=measures.by_id[name].fresh_days)
    standing = _stand(measures, name, usage, limit + past)
    assert standing.state == state
    assert standing.fresh_until == limit


@pytest.mark.parametrize("name", OBSERVED)
@pytest.mark.parametrize(
    "changes", [{}, {"services_owned": 1}, {"requests": 0}, {"blind_requests": 40_000}, EMPTY]
)
def test_past_the_limit_logs_are_stale_whatever_they_say(
    measures: Measures, usage: UsageFacts, name: str, changes: dict[str, Any]
) -> None:
    limit = usage.period_end + timedelta(days=measures.by_id[name].fresh_days)
    facts = Facts(limit + SECOND, replace(usage, **changes), _declared(name, usage.period_start))
    standing = STATES[name](facts, measures.by_id[name])
    assert standing.state is State.STALE
    assert standing.fresh_until == limit
    assert standing.next_step is not None
    assert "these end on 21\u00a0Nov 2026" in standing.next_step.en


@pytest.mark.parametrize("name", OBSERVED)
def test_running_discover_on_old_logs_does_not_make_them_fresh(
    measures: Measures, usage: UsageFacts, now: datetime, name: str
) -> None:
    year = timedelta(days=365)
    old = replace(usage, period_start=usage.period_start - year, period_end=usage.period_end - year)
    assert old.observed_at == usage.observed_at
    assert _stand(measures, name, old, now).state is State.STALE


@pytest.mark.parametrize("name", OBSERVED)
def test_a_date_in_the_future_does_not_keep_logs_fresh(
    measures: Measures, usage: UsageFacts, now: datetime, name: str
) -> None:
    ahead = replace(usage, period_end=now + timedelta(days=300))
    standing = _stand(measures, name, ahead, now)
    assert standing.state is State.PARTIAL
    assert standing.next_step == observed.SET_CLOCK
    assert standing.fresh_until == usage.observed_at + timedelta(days=7)
    assert coverage.AHEAD in standing.unseen


@pytest.mark.parametrize(
    ("name", "changes", "value", "of", "fr", "en"),
    [
        (
            "P2.01",
            {"services_owned": 27},
            27,
            31,
            "31 services vus dans les journaux, dont 27 avec un propriétaire au registre",
            "Owner in the register: 27 of 31 services seen in the logs",
        ),
        (
            "P1.04",
            {"services": 1, "services_owned": 0, "new_services": 0},
            0,
            1,
            "1 service vu dans les journaux, dont 0 avec un propriétaire au registre",
            "Owner in the register: 0 of 1 service seen in the logs",
        ),
        (
            "P2.01",
            EMPTY | {"blind_requests": 1_000},
            0,
            39_000,
            "Aucun service d’IA du catalogue parmi 39\u202f000 requêtes à destination connue",
            "No AI service of the catalogue among 39,000 requests to a known destination",
        ),
        (
            "P2.02",
            {"candidates_triaged": 5},
            5,
            12,
            "12 destinations candidates, dont 5 avec une décision",
            "Decision recorded: 5 of 12 candidate destinations",
        ),
        (
            "P2.02",
            QUIET,
            0,
            40_000,
            "Aucune destination candidate parmi 40\u202f000 requêtes à destination connue",
            "No candidate destination among 40,000 requests to a known destination",
        ),
    ],
)
def test_a_figure_comes_with_its_denominator(
    measures: Measures,
    usage: UsageFacts,
    now: datetime,
    name: str,
    changes: dict[str, Any],
    value: int,
    of: int,
    fr: str,
    en: str,
) -> None:
    figure = _stand(measures, name, replace(usage, **changes), now).figure
    assert figure is not None
    assert (figure.value, figure.of, figure.what) == (value, of, Text(fr, en))


def test_it_says_where_when_and_what_it_cannot_see(
    measures: Measures, usage: UsageFacts, now: datetime
) -> None:
    found = replace(usage, services_owned=30, blind_requests=9)
    standing = _stand(measures, "P2.01", found, now)
    assert standing.measure == "P2.01"
    assert standing.observed_at == usage.observed_at
    assert standing.observed_where == coverage.where(usage)
    spots = coverage.blind_spots(found, now)
    assert standing.unseen == (observed.ELSEWHERE, observed.SUPPLIED, *spots)


def test_new_services_that_may_lack_an_owner_are_named(
    measures: Measures, usage: UsageFacts, now: datetime
) -> None:
    unseen = _stand(measures, "P2.02", replace(usage, services_owned=29), now).unseen
    assert unseen[0].en == "New services that may have no owner: 2 of 4."


@pytest.mark.parametrize("name", INVENTORIES)
@pytest.mark.parametrize(
    ("owned", "since_end", "state"),
    [
        (27, timedelta(days=-9), State.CONTRADICTED),
        (27, timedelta(), State.CONTRADICTED),  # the logs reach the declaration
        (27, SECOND, State.PARTIAL),  # they end before it: it may have been settled since
        (0, timedelta(days=-9), State.PARTIAL),  # no register: unknown is not no
        (31, timedelta(days=-9), State.PROVEN),
    ],
)
def test_services_without_an_owner_contradict_a_declared_inventory(
    measures: Measures,
    usage: UsageFacts,
    now: datetime,
    name: str,
    owned: int,
    since_end: timedelta,
    state: State,
) -> None:
    declarations = _declared(name, usage.period_end + since_end)
    facts = Facts(now, replace(usage, services_owned=owned), declarations)
    standing = STATES[name](facts, measures.by_id[name])
    assert standing.state is state
    said = any("What was declared on" in spot.en for spot in standing.unseen)
    assert said is (state is not State.CONTRADICTED)


def test_a_contradiction_is_settled_by_owners_or_by_withdrawing(
    measures: Measures, usage: UsageFacts, now: datetime
) -> None:
    declarations = _declared("P2.01", usage.period_start)
    facts = Facts(now, replace(usage, services_owned=27), declarations)
    step = STATES["P2.01"](facts, measures.by_id["P2.01"]).next_step
    assert step is not None
    assert "(4)" in step.fr
    assert "retirer la déclaration du 1\u00a0nov. 2026" in step.fr
    assert "withdraw the declaration of 1\u00a0Nov 2026" in step.en


@pytest.mark.parametrize("name", OBSERVED)
def test_an_expired_declaration_weighs_nothing_against_fresh_logs(
    measures: Measures, usage: UsageFacts, now: datetime, name: str
) -> None:
    found = replace(usage, services_owned=27, candidates_triaged=0)
    with_it = Facts(now, found, _declared(name, now - timedelta(days=400)))
    without = Facts(now, found, {})
    measure = measures.by_id[name]
    assert STATES[name](with_it, measure) == STATES[name](without, measure)


@pytest.mark.parametrize("name", OBSERVED)
def test_a_declaration_speaks_when_logs_name_nothing(
    measures: Measures, usage: UsageFacts, now: datetime, name: str
) -> None:
    blind = replace(usage, blind_requests=usage.requests)
    standing = STATES[name](Facts(now, blind, _declared(name, now)), measures.by_id[name])
    assert standing.state is State.DECLARED
    assert any("40,000 of 40,000" in spot.en for spot in standing.unseen)


def test_less_than_a_week_of_silence_is_not_absence(
    measures: Measures, usage: UsageFacts, now: datetime
) -> None:
    start = usage.period_end - timedelta(days=2)
    short = replace(usage, period_start=start, **(EMPTY | QUIET))
    standing = _stand(measures, "P2.01", short, now)
    assert standing.state is State.PARTIAL
    assert standing.next_step == observed.LOOK_LONGER
