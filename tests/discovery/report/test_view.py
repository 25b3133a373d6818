from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC

import pytest

from ecluse.discovery.picture import Picture
from ecluse.discovery.report import view
from ecluse.discovery.report.model import Plan, Report
from ecluse.discovery.report.timeline import Timeline
from ecluse.kernel.text import LANGUAGES, Lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_come_first_and_what_they_miss_next(
    written: Callable[[Lang], Report], lang: Lang
) -> None:
    report = written(lang)
    assert len(report.figures) == 5
    order = [one.id for one in report.sections]
    assert order == ["blind", "steps", "services", "countries", "candidates", "time", "method"]
    assert report.sections[0].warns
    assert report.sample


def test_both_languages_show_the_same_rows(written: Callable[[Lang], Report]) -> None:
    assert list(_shape(written("fr"))) == list(_shape(written("en")))


def test_without_a_service_empty_parts_are_left_out(
    surveyed: tuple[Picture, Timeline, Plan],
) -> None:
    picture, over_time, plan = surveyed
    empty = replace(picture, services=(), candidates=())
    order = [one.id for one in view.report(empty, over_time, plan, "fr", UTC).sections]
    assert order == ["blind", "steps", "services", "candidates", "method"]


def test_services_without_a_date_are_listed_and_not_drawn(
    surveyed: tuple[Picture, Timeline, Plan],
) -> None:
    picture, over_time, plan = surveyed
    undated = replace(over_time, starts=(), overall=(), services={}, outside=5802)
    parts = view.report(picture, undated, plan, "en", UTC).sections
    table, drawn = parts[2].table, parts[5]
    assert table is not None
    assert len(table.rows) == len(picture.services)
    assert (drawn.charts, drawn.lead[:17]) == ((), "No line has a dat")
    assert drawn.note.startswith("5,802 requests")


def _shape(report: Report) -> Iterator[tuple[str, int, int, int]]:
    for one in report.sections:
        rows = len(one.table.rows) if one.table else 0
        yield one.id, len(one.items), rows, len(one.charts)
