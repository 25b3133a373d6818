from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ecluse.discovery.report import usage_tables, words
from ecluse.discovery.report.subject import Subject
from ecluse.discovery.report.timeline import Point
from ecluse.kernel.text import LANGUAGES, Lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_services_show_the_figures_of_the_picture(
    about: Callable[[Lang], Subject], lang: Lang
) -> None:
    subject = about(lang)
    picture = subject.picture
    table = usage_tables.services(subject).table
    assert table is not None
    assert [column.of for column in table.columns[1:4]] == [
        subject.say(words.OUT_OF, count=total)
        for total in ("48", subject.size(subject.sent()), subject.number(subject.ai_requests()))
    ]
    for row, one in zip(table.rows, picture.services, strict=True):
        assert row[0].text == picture.catalogue.by_id[one["service"]].name
        assert row[1].text == subject.number(one["people"])
        assert row[1].share == one["people"] / picture.people
        assert row[2].text == subject.size(one["bytes_up"])
        assert row[3].text == subject.number(one["requests"])
        assert row[4].spark is not None
        assert len(row[4].spark) == len(subject.timeline.starts)


def test_small_charts_share_one_scale(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    table = usage_tables.services(subject).table
    assert table is not None
    lines = subject.timeline.services
    highest = max(point.people for line in lines.values() for point in line)
    for row, one in zip(table.rows, subject.picture.services, strict=True):
        points = lines[one["service"]]
        assert row[4].spark == tuple(point.people / highest for point in points)


def test_refusals_are_told_apart(about: Callable[[Lang], Subject]) -> None:
    table = usage_tables.services(about("fr")).table
    assert table is not None
    refused = {row[0].text: row[3].sub for row in table.rows if row[3].sub}
    found = next(one for one in about("fr").picture.services if one["service"] == "deepseek")
    assert found["refused"] > 0
    assert refused == {"DeepSeek": f"dont {found['refused']} refusées"}


def test_the_figures_behind_each_small_chart_are_given(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    tables = usage_tables.over_time(subject).folded[0].tables
    given = {
        (name, day): (people, sent)
        for table in tables
        for row in table.rows
        for day in [row[0].text]
        for rank in range(1, len(row), 2)
        for name, people, sent in [(table.columns[rank].head, row[rank].text, row[rank + 1].text)]
    }
    by_id = subject.picture.catalogue.by_id
    for service, line in subject.timeline.services.items():
        for start, point in zip(subject.timeline.starts, line, strict=True):
            sent = "—" if point.bytes_up is None else subject.size(point.bytes_up)
            expected = (subject.number(point.people), sent)
            assert given[by_id[service].name, subject.day(start)] == expected


def test_countries_add_up_to_the_services(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    table = usage_tables.countries(subject).table
    assert table is not None
    assert sum(int(row[3].text) for row in table.rows) == len(subject.picture.services)
    assert [(row[0].text, row[0].sub) for row in table.rows] == [
        ("États-Unis", "hors EEE"),
        ("Allemagne", "EEE"),
        ("France", "EEE"),
        ("Chine", "hors EEE"),
    ]
    assert table.rows[0][1].text == str(subject.timeline.countries["US"].people)


def test_a_vendor_of_unknown_country_is_on_no_side(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    by_id = subject.picture.catalogue.by_id
    catalogue = replace(
        subject.picture.catalogue,
        by_id={**by_id, "chatgpt": replace(by_id["chatgpt"], country=None)},
    )
    line = replace(subject.timeline, countries={None: Point(26, 9, None)})
    table = usage_tables.countries(
        replace(subject, picture=replace(subject.picture, catalogue=catalogue), timeline=line)
    ).table
    assert table is not None
    assert table.rows[0][0].text == "Country not established"
    assert (table.rows[0][0].sub, table.rows[0][2].text) == ("", "not measured")


def test_services_beyond_the_first_are_listed_or_counted(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    model = subject.picture.services[0]
    ids = list(subject.picture.catalogue.by_id)
    many = tuple({**model, "service": one} for one in ids)
    section = usage_tables.services(
        replace(subject, picture=replace(subject.picture, services=many))
    )
    assert section.table is not None
    assert len(section.table.rows) == usage_tables.TOP
    assert len(section.folded[0].tables[0].rows) == usage_tables.REST
    left = len(ids) - usage_tables.TOP - usage_tables.REST
    assert section.note.startswith(f"… and {left} more")


def test_without_a_service_it_says_that_nothing_is_proven(
    about: Callable[[Lang], Subject],
) -> None:
    subject = about("en")
    section = usage_tables.services(replace(subject, picture=replace(subject.picture, services=())))
    assert section.table is None
    assert "does not prove" in section.lead
