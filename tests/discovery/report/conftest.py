"""One picture, really surveyed from the made-up sample, that every test of the report looks at."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ecluse.catalogue.services import load_services
from ecluse.cli import sample
from ecluse.cli.report import first_steps
from ecluse.discovery.keying import Keyer
from ecluse.discovery.picture import Candidate, Picture
from ecluse.discovery.reader import Context
from ecluse.discovery.report import timeline, view
from ecluse.discovery.report.model import Plan, Report
from ecluse.discovery.report.subject import Subject
from ecluse.discovery.report.timeline import Point, Timeline
from ecluse.discovery.survey import Options, Progress, survey
from ecluse.kernel.text import Lang, Text

NOW = datetime(2026, 11, 22, 8, 2, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
Surveyed = tuple[Picture, Timeline, Plan]


def look(logs: Path, kept: Path, catalogues: tuple[Path, ...] = ()) -> tuple[Picture, Timeline]:
    options = Options(Context(NOW, PARIS), Keyer(b"k" * 32), catalogues=catalogues, keep=kept)
    picture = survey([str(logs)], options, Progress())
    period = (picture.start, picture.end) if picture.start and picture.end else None
    return picture, timeline.read(kept, picture.catalogue, period, PARIS)


@pytest.fixture(scope="session")
def surveyed(tmp_path_factory: pytest.TempPathFactory) -> Surveyed:
    """The sample's week, its use over time, and the first steps that follow from it."""
    logs = tmp_path_factory.mktemp("logs")
    sample.write(logs, NOW)
    picture, over_time = look(logs, tmp_path_factory.mktemp("kept"))
    return picture, over_time, first_steps(logs / "nowhere", picture)


@pytest.fixture(scope="session")
def written(surveyed: Surveyed) -> Callable[[Lang], Report]:
    """The report of the sample, in the language asked for."""
    picture, over_time, plan = surveyed
    return lambda lang: view.report(picture, over_time, plan, lang, PARIS, sample=True)


@pytest.fixture(scope="session")
def about(surveyed: Surveyed) -> Callable[[Lang], Subject]:
    """What the report of the sample is about, in the language asked for."""
    picture, over_time, _ = surveyed
    return lambda lang: Subject(picture, over_time, lang, PARIS)


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt;</style></title>",
    '#panic("out") $ * _ @a <b> \\ [c]',
    "\u202egnp.\u0007\u0000evil",
)


@pytest.fixture(scope="session")
def hostile_names() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Lang], Report]:
    """A report in which files, services, vendors, hosts and steps are named to do harm."""
    logs, kept = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("kept")
    sample.write(logs, NOW)
    shutil.move(logs / "proxy.log", logs / '"><img src=x onerror=alert(1)>.log')
    own = tmp_path_factory.mktemp("own") / "own.toml"
    own.write_text(_own_catalogue(), encoding="utf-8")
    picture, over_time = look(logs, kept, (own,))
    more = tuple(
        Candidate(name, None, 1, 1, None, NOW, NOW, 1, (Text(name, name),)) for name in HOSTILE
    )
    picture = replace(picture, candidates=(*picture.candidates, *more))
    plan = first_steps(logs / "nowhere", picture)
    steps = tuple(replace(step, todo=Text(HOSTILE[0], HOSTILE[4])) for step in plan.steps)
    plan = Plan(Text(HOSTILE[1], HOSTILE[1]), steps)
    return lambda lang: view.report(picture, over_time, plan, lang, PARIS)


def _own_catalogue() -> str:
    return """
[[source]]
id = "own"
name = { fr = "Notre liste", en = "Our list" }
licence = { fr = "Interne", en = "Internal" }
date = 2026-11-01
reference = "own"

[[service]]
id = "evil"
name = "<script>alert(1)</script>"
vendor = '"><img src=x onerror=alert(1)>'
country = "ZZ"
kind = "assistant"
sources = ["own"]
domains = ["notes-ai.example"]
"""


@pytest.fixture(scope="session")
def crowded(surveyed: Surveyed) -> Callable[[Lang], Report]:
    """The largest report there can be: every service of the catalogue, over 92 days."""
    picture, _, plan = surveyed
    model, ids = picture.services[0], tuple(load_services().by_id)
    starts = tuple(datetime(2026, 8, 1, tzinfo=PARIS) + timedelta(days=day) for day in range(92))
    line = tuple(Point(12_345 + day, 654_321, 98_765_432_101) for day in range(92))
    picture = replace(
        picture,
        people=50_000,
        services=tuple({**model, "service": one} for one in ids),
        candidates=picture.candidates * 200,
        taken=picture.taken * 100,
    )
    over_time = Timeline("day", starts, line, dict.fromkeys(ids, line), {}, 20_000, 7)
    return lambda lang: view.report(picture, over_time, plan, lang, PARIS)
