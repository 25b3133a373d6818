from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ecluse.catalogue.services import load_services
from ecluse.cli import sample
from ecluse.discovery.keying import Keyer
from ecluse.discovery.picture import Picture
from ecluse.discovery.reader import Context
from ecluse.discovery.report import timeline
from ecluse.discovery.report.model import Plan
from ecluse.discovery.report.timeline import Grain, Timeline
from ecluse.discovery.survey import Options, Progress, survey

NOW = datetime(2026, 11, 22, 8, 2, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def test_people_are_those_of_the_sample_each_day_and_service(
    surveyed: tuple[Picture, Timeline, Plan],
) -> None:
    services, found = load_services(), surveyed[1]
    by_day: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    everyone, abroad = set(), set()
    for moment, person, host, _ in sample._visits(random.Random(sample.SEED), NOW):
        service = services.match(host)
        if service:
            day = moment.astimezone(PARIS).date().isoformat()
            by_day[service.id, day].add(person)
            everyone.add(person)
            if service.country == "CN":
                abroad.add(person)
    drawn = {
        (service, start.date().isoformat()): point.people
        for service, line in found.services.items()
        for start, point in zip(found.starts, line, strict=True)
        if point.people
    }
    assert drawn == {key: len(people) for key, people in by_day.items()}
    assert found.people == len(everyone)
    assert found.countries["CN"].people == len(abroad)
    assert found.outside == 0


def test_its_totals_are_those_of_the_picture(surveyed: tuple[Picture, Timeline, Plan]) -> None:
    picture, found, _ = surveyed
    for one in picture.services:
        line = found.services[one["service"]]
        assert sum(point.requests for point in line) == one["requests"]
        assert sum(point.bytes_up or 0 for point in line) == one["bytes_up"]
    assert sum(point.requests for point in found.overall) == sum(
        one["requests"] for one in picture.services
    )


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        (0, "hour"),
        (2, "hour"),
        (2.1, "day"),
        (92, "day"),
        (93, "week"),
        (701, "month"),
        (9e3, "year"),
    ],
)
def test_a_longer_period_has_longer_bars(days: float, grain: Grain) -> None:
    assert timeline.grain_of(NOW, NOW + timedelta(days=days)) == grain


@pytest.mark.parametrize(
    ("grain", "start", "end", "expected"),
    [
        ("day", "2026-03-28T23:30+00:00", "2026-03-30T12:00+00:00", ["2026-03-29", "2026-03-30"]),
        ("week", "2026-11-22T08:00+00:00", "2026-11-24T08:00+00:00", ["2026-11-16", "2026-11-23"]),
        ("month", "2025-12-31T23:30+00:00", "2026-02-01T08:00+00:00", ["2026-01-01", "2026-02-01"]),
        ("year", "2024-05-01T00:00+00:00", "2025-02-01T08:00+00:00", ["2024-01-01", "2025-01-01"]),
    ],
)  # fmt: skip
def test_stretches_begin_at_local_midnight_and_leave_no_gap(
    grain: Grain, start: str, end: str, expected: list[str]
) -> None:
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    found = list(timeline._starts(first, last, grain, PARIS))
    assert [one.date().isoformat() for one in found] == expected
    assert all((one.hour, one.minute) == (0, 0) for one in found)


def test_the_hour_that_comes_twice_in_autumn_is_two_bars() -> None:
    start = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    found = list(timeline._starts(start, start + timedelta(hours=3), "hour", PARIS))
    assert [one.hour for one in found] == [1, 2, 2, 3]
    assert len({timeline._key(one, "hour", PARIS) for one in found}) == 4


def _survey(tmp_path: Path, lines: list[str], zone: tzinfo) -> tuple[Picture, Timeline]:
    logs, kept = tmp_path / "logs", tmp_path / "kept"
    logs.mkdir()
    (logs / "proxy.log").write_text("".join(lines), encoding="utf-8")
    picture = survey(
        [str(logs)], Options(Context(NOW, zone), Keyer(b"k" * 32), keep=kept), Progress()
    )
    period = (picture.start, picture.end) if picture.start and picture.end else None
    return picture, timeline.read(kept, picture.catalogue, period, zone)


def _line(moment: datetime, host: str, person: int) -> str:
    return sample._squid((moment, person, host, 9000))


@pytest.mark.parametrize(
    ("zone", "expected"), [(ZoneInfo("Asia/Kolkata"), [1, 2, 0, 0]), (UTC, [2, 1, 0, 0])]
)
def test_days_begin_as_they_do_in_the_zone(
    tmp_path: Path, zone: tzinfo, expected: list[int]
) -> None:
    noon = datetime(2026, 11, 17, 12, tzinfo=UTC)
    lines = [
        _line(noon, "chatgpt.com", 1),
        _line(noon + timedelta(hours=8), "claude.ai", 2),
        _line(noon + timedelta(hours=13), "claude.ai", 1),
        *(_line(noon + timedelta(days=3), "intranet.example", one) for one in range(9)),
    ]
    _, found = _survey(tmp_path, lines, zone)
    assert [point.people for point in found.overall] == expected
    assert found.people == 2


def test_logs_without_ai_give_empty_bars_and_nobody(tmp_path: Path) -> None:
    lines = [_line(NOW + timedelta(minutes=one), "intranet.example", one) for one in range(30)]
    picture, found = _survey(tmp_path, lines, PARIS)
    assert picture.people == 30
    assert (found.people, found.grain, len(found.starts)) == (0, "hour", 1)
    assert (dict(found.services), dict(found.countries)) == ({}, {})


def test_what_no_bar_can_hold_is_counted_outside(tmp_path: Path) -> None:
    _survey(tmp_path, [_line(datetime(2026, 11, 17, tzinfo=UTC), "chatgpt.com", 1)], UTC)
    kept, services = tmp_path / "kept", load_services()
    later = (datetime(2026, 11, 18, tzinfo=UTC), NOW)
    assert timeline.read(kept, services, later, UTC).outside == 1
    undated = timeline.read(kept, services, None, UTC)
    assert (undated.outside, undated.starts, undated.people) == (1, (), 1)


def test_there_are_never_more_bars_than_can_be_told_apart(tmp_path: Path) -> None:
    _survey(tmp_path, [_line(NOW, "chatgpt.com", 1)], UTC)
    ages = (datetime(1700, 1, 1, tzinfo=UTC), NOW)
    found = timeline.read(tmp_path / "kept", load_services(), ages, UTC)
    assert (len(found.starts), found.starts[-1].year) == (timeline.MOST, 2026)
    assert found.overall[-1].people == 1
