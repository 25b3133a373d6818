from __future__ import annotations

from pathlib import Path

import pytest

from ecluse.catalogue.services import Services
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.dry_run import DryRun, dry_run
from tests.enforcement import cases, usage_files
from tests.enforcement.usage_files import visit

DECISION = Decision((Host("talker.example"),), services=("talker",), date=cases.DATE)
VISITS = [
    visit("u-1", "www.talker.example", app="Talker app"),
    visit("u-1", "talker.example", 1),
    visit("u-2", "talker.example", 1, action=None),
    visit("u-2", "api.talker.example", 1),
    visit("u-3", "talker.example", 1, action="blocked"),
    visit("u-4", None, 1, app="Talker app"),
    visit("u-1", "helper.example", 2),
    visit("u-2", "helper.example", 2, action="blocked"),
    visit("u-4", "helper.example", 2),
    visit("u-1", "unknown-ai.example", 2, kind="candidate"),
]


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return usage_files.services(tmp_path)


@pytest.fixture
def found(tmp_path: Path, services: Services) -> DryRun:
    folder = usage_files.write(tmp_path / "usage", VISITS)
    return dry_run(DECISION, folder, services, ["helper"])


def test_it_counts_who_would_newly_be_cut(found: DryRun) -> None:
    assert (found.people, found.requests, found.refused) == (2, 4, 1)
    assert found.apps == ("Talker app",)
    assert found.period.people == 4


def test_it_counts_by_service_and_names_those_cut_along(found: DryRun) -> None:
    (asked,) = found.asked
    assert (asked.service, asked.people, asked.requests) == ("talker", 2, 3)
    assert asked.hosts == ("talker.example", "www.talker.example")
    (other,) = found.others
    assert (other.service, other.people, other.requests) == ("talker-api", 1, 1)


def test_it_says_what_the_same_people_use_besides_and_what_is_approved(found: DryRun) -> None:
    assert [(one.name, one.people, one.approved) for one in found.elsewhere] == [
        ("helper", 1, True),
        ("unknown-ai.example", 1, False),
    ]


def test_it_says_that_departments_are_unknown_and_what_has_no_domain(found: DryRun) -> None:
    said = " ".join(text.en for text in found.limits())
    assert "departments" in said
    assert "1 visits are only known by the name of an application" in said


def test_a_service_decided_on_but_never_seen_counts_nothing(
    tmp_path: Path, services: Services
) -> None:
    folder = usage_files.write(tmp_path / "other", [visit("u-1", "helper.example")])
    found = dry_run(DECISION, folder, services)
    assert [(one.name, one.people, one.requests) for one in found.asked] == [("talker", 0, 0)]
    assert (found.people, found.elsewhere) == (0, ())


def test_the_published_object_holds_the_denominators(found: DryRun) -> None:
    cut = found.as_json("en")["would_be_cut"]
    assert (cut["people"], cut["people_seen"]) == (2, 4)
    assert (cut["requests"], cut["requests_seen"]) == (4, 10)
