from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.discovery.report import charts
from ecluse.discovery.report.subject import Subject
from ecluse.discovery.report.timeline import Grain, Point
from ecluse.kernel.text import Lang


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (4, (0, 1, 2, 3, 4)),
        (5, (0, 2, 4, 6)),
        (26, (0, 10, 20, 30)),
        (48, (0, 20, 40, 60)),
        (200, (0, 50, 100, 150, 200)),
        (18_533_195, (0, 5_000_000, 10_000_000, 15_000_000, 20_000_000)),
    ],
)
def test_the_axis_has_few_and_round_marks(highest: int, expected: tuple[int, ...]) -> None:
    assert charts.ticks(highest) == expected


@given(st.integers(0, 10**15))
def test_the_axis_always_reaches_the_highest_bar(highest: int) -> None:
    marks = charts.ticks(highest)
    assert marks[0] == 0
    assert marks[-1] >= highest
    assert len(marks) <= charts.TICKS + 1


def test_bars_are_the_people_and_bytes_of_each_day(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    section = charts.over_time(subject)
    people, sent = section.charts
    assert [bar.value for bar in people.bars] == [one.people for one in subject.timeline.overall]
    assert [bar.value for bar in sent.bars] == [one.bytes_up for one in subject.timeline.overall]
    assert people.bars[0].short == "15\u00a0nov."
    assert [row[1].text for row in people.table.rows] == [bar.shown for bar in people.bars]
    assert "sur 48" in people.title


@pytest.mark.parametrize(
    ("grain", "lang", "short"),
    [
        ("hour", "fr", "8\u00a0h"),
        ("hour", "en", "8:00"),
        ("week", "en", "2\u00a0Nov"),
        ("month", "fr", "nov.\u00a02026"),
        ("year", "fr", "2026"),
    ],
)
def test_a_bar_is_named_after_its_stretch(
    about: Callable[[Lang], Subject], grain: Grain, lang: Lang, short: str
) -> None:
    subject = about(lang)
    start = datetime(2026, 11, 2, 8, tzinfo=ZoneInfo("Europe/Paris"))
    line = replace(subject.timeline, grain=grain, starts=(start,), overall=(Point(1, 1, None),))
    section = charts.over_time(replace(subject, timeline=line))
    assert [chart.bars[0].short for chart in section.charts] == [short, short]
    assert section.charts[1].bars[0].shown == ("non mesuré" if lang == "fr" else "not measured")


def test_what_no_bar_holds_is_counted_below(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    section = charts.over_time(replace(subject, timeline=replace(subject.timeline, outside=12)))
    assert section.note.startswith("12 requests")
    assert not charts.over_time(subject).note
