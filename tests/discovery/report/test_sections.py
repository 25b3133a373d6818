from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ecluse.discovery.report import sections
from ecluse.discovery.report.model import Plan
from ecluse.discovery.report.subject import Subject
from ecluse.kernel.text import LANGUAGES, Lang, Text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_blind_spot_is_said_with_its_share(
    about: Callable[[Lang], Subject], lang: Lang
) -> None:
    subject = about(lang)
    section = sections.blind(subject)
    said = " ".join(item.text for item in section.items).lower()
    for one in subject.picture.blind_spots:
        assert one.text.to(lang).lower() in said
        if one.requests:
            assert subject.percent(one.requests, subject.picture.visits) in said
    assert section.warns


def test_sources_are_named_by_file_and_not_by_folder(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    where = {item.sub for item in sections.blind(subject).items if item.sub}
    assert where == {"Sources\u00a0: dns.log", "Sources\u00a0: dns.log, proxy.log"}
    table = sections.method(subject).folded[0].tables[0]
    assert [row[0].text for row in table.rows] == ["dns.log", "proxy.log"]
    lines = [subject.number(one.digest.lines) for one in subject.picture.taken]
    assert [row[2].text for row in table.rows] == lines


def test_candidates_carry_their_reasons(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    table = sections.candidates(subject).table
    assert table is not None
    for row, one in zip(table.rows, subject.picture.candidates, strict=True):
        assert row[0].text == one.host
        assert [row[1].text, row[2].text] == [str(one.people), str(one.requests)]
        assert row[5].text == "\u202f; ".join(reason.fr for reason in one.reasons)
    assert [column.of for column in table.columns[1:3]] == [
        "sur\u00a048",
        f"sur\u00a0{subject.number(subject.picture.visits)}",
    ]


def test_candidates_left_out_are_counted(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    many = replace(subject.picture, candidates=subject.picture.candidates[:1] * 40)
    section = sections.candidates(replace(subject, picture=many))
    assert section.table is not None
    assert len(section.table.rows) == sections.MOST
    assert section.note.startswith(f"… and {40 - sections.MOST} more")
    none = sections.candidates(replace(subject, picture=replace(many, candidates=())))
    assert none.table is None
    assert "No unknown destination" in none.lead


def test_steps_come_in_order_with_icon_and_word(
    about: Callable[[Lang], Subject], surveyed: tuple[object, object, Plan]
) -> None:
    plan = surveyed[2]
    section = sections.steps(about("fr"), plan)
    assert section.table is not None
    assert [row[0].text for row in section.table.rows] == [one.measure for one in plan.steps]
    assert [row[1].text for row in section.table.rows] == [one.todo.fr for one in plan.steps]
    assert section.table.rows[0][2].text == "◐ partiel"
    assert plan.posture.fr in section.lead


def test_a_plan_with_nothing_left_says_so(about: Callable[[Lang], Subject]) -> None:
    plan = Plan(Text("x", "x"), ())
    assert "proven" in sections.steps(about("en"), plan).lead


def test_a_source_that_could_not_be_read_says_why(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    first, second = subject.picture.taken
    unread = replace(first, detected=replace(first.detected, formats=()))
    copy = replace(second, copy_of="/logs/whole.log")
    picture = replace(subject.picture, taken=(unread, copy))
    rows = sections.method(replace(subject, picture=picture)).folded[0].tables[0].rows
    assert rows[0][0].sub.startswith("format not recognised")
    assert rows[1][0].sub == "already within whole.log, counted once"
