"""One good week of logs, from which each test departs by what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ecluse.catalogue.measures import Measures, load_measures
from ecluse.plan.facts import Facts, UsageFacts

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def measures() -> Measures:
    return load_measures()


@pytest.fixture(scope="session")
def usage() -> UsageFacts:
    """31 services, all owned; 12 candidates, all sorted; nothing hidden, read an hour ago."""
    return UsageFacts(
        observed_at=NOW - timedelta(hours=1),
        period_start=NOW - timedelta(days=21),
        period_end=NOW - timedelta(days=1),
        people=412,
        sources=3,
        lines=50_000,
        lines_unread=0,
        services=31,
        services_owned=31,
        candidates=12,
        candidates_triaged=12,
        new_services=4,
        blind_requests=0,
        requests=40_000,
    )


@pytest.fixture(scope="session")
def nothing() -> Facts:
    return Facts(now=NOW, usage=None, declarations={})
