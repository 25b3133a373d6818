from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ecluse.kernel.text import Text
from ecluse.plan import coverage
from ecluse.plan.facts import UsageFacts


def test_what_stays_outside_the_logs_is_always_said(usage: UsageFacts, now: datetime) -> None:
    assert coverage.blind_spots(usage, now) == (coverage.OUTSIDE,)


@pytest.mark.parametrize(
    ("changes", "fr", "en"),
    [
        (
            {"lines_unread": 120},
            "Lignes de journal non comprises\u00a0: 120 sur 50\u202f000.",
            "Log lines not understood: 120 of 50,000.",
        ),
        (
            {"blind_requests": 9},
            "Requêtes dont la destination reste inconnue\u00a0: 9 sur 40\u202f000.",
            "Requests whose destination stays unknown: 9 of 40,000.",
        ),
        (
            {"candidates_triaged": 10},
            "Destinations candidates qui restent à classer\u00a0: 2 sur 12.",
            "Candidate destinations still to be sorted: 2 of 12.",
        ),
    ],
)
def test_a_blind_spot_comes_with_its_denominator(
    usage: UsageFacts, now: datetime, changes: dict[str, Any], fr: str, en: str
) -> None:
    spots = coverage.blind_spots(replace(usage, **changes), now)
    assert spots == (Text(fr, en), coverage.OUTSIDE)


@pytest.mark.parametrize(
    ("sources", "fr", "en"),
    [
        (
            1,
            "1 source de journaux, du 1\u00a0nov. 2026 au 21\u00a0nov. 2026",
            "1 log source, from 1\u00a0Nov 2026 to 21\u00a0Nov 2026",
        ),
        (
            3,
            "3 sources de journaux, du 1\u00a0nov. 2026 au 21\u00a0nov. 2026",
            "3 log sources, from 1\u00a0Nov 2026 to 21\u00a0Nov 2026",
        ),
    ],
)
def test_the_place_is_the_sources_and_their_days(
    usage: UsageFacts, sources: int, fr: str, en: str
) -> None:
    assert coverage.where(replace(usage, sources=sources)) == Text(fr, en)


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({"blind_requests": 20_000}, False),
        ({"blind_requests": 20_001}, True),
        ({"lines_unread": 25_000}, False),
        ({"lines_unread": 25_001}, True),
    ],
)
def test_more_than_half_unseen_is_mostly_hidden(
    usage: UsageFacts, changes: dict[str, Any], *, hidden: bool
) -> None:
    assert coverage.mostly_hidden(replace(usage, **changes)) is hidden


@pytest.mark.parametrize(
    ("end", "read", "ahead"),
    [
        (timedelta(), timedelta(), False),
        (timedelta(days=1), timedelta(), False),
        (timedelta(days=1, seconds=1), timedelta(), True),
        (timedelta(days=1), timedelta(days=1), False),
        (timedelta(days=1), timedelta(days=1, seconds=1), True),
    ],
)
def test_a_date_ahead_by_more_than_a_zone_is_a_wrong_clock(
    usage: UsageFacts, now: datetime, end: timedelta, read: timedelta, *, ahead: bool
) -> None:
    found = replace(usage, period_end=now + end, observed_at=now + read)
    assert coverage.runs_ahead(found, now) is ahead
    assert (coverage.AHEAD in coverage.blind_spots(found, now)) is ahead


@pytest.mark.parametrize(
    ("changes", "days", "absence"),
    [
        ({}, 7, True),
        ({}, 6, False),
        ({"blind_requests": 1}, 7, False),
        ({"lines_unread": 1}, 7, False),
        ({"candidates_triaged": 11}, 7, False),
    ],
)
def test_absence_takes_a_full_week_without_a_gap(
    usage: UsageFacts, changes: dict[str, Any], days: int, *, absence: bool
) -> None:
    start = usage.period_end - timedelta(days=days)
    found = replace(usage, period_start=start, **changes)
    assert coverage.shows_absence(found) is absence
