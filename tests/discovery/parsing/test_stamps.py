from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.discovery.parsing import stamps
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC), zone=ZoneInfo("Europe/Paris"))
LOCAL = datetime(2026, 4, 11, 13, 29, 17, tzinfo=UTC)
ZULU = datetime(2026, 4, 11, 15, 29, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1775921357", ZULU),
        ("[1775921357]", ZULU),
        ("1775921357000", ZULU),
        ("2026-04-11T15:29:17Z", ZULU),
        ("2026-04-11 15:29:17 UTC", ZULU),
        ("2026-04-11T15:29:17.000+00:00", ZULU),
        ("2026-04-11 15:29:17", LOCAL),
        ("2026/4/11 15:29:17", LOCAL),
        ("11/04/2026 15:29:17", LOCAL),
        ("11/04/2026, 15:29:17", LOCAL),
        ("11.04.2026 15:29:17", LOCAL),
        ("11/04/2026 3:29:17\u202fPM", LOCAL),
        ("11/04/2026 3:29:17 p.m.", LOCAL),
        ("11/04/2026 15:29:17 +00:00", ZULU),
        ("11-Apr-2026 15:29:17.000", LOCAL),
        ("11/Apr/2026:15:29:17 +0000", ZULU),
        ("Sat Apr 11 15:29:17 2026", LOCAL),
        ("Apr 11 15:29:17", LOCAL),
        ("Apr 11 2026 15:29:17", LOCAL),
    ],
)
def test_it_reads_the_usual_forms(text: str, moment: datetime) -> None:
    assert stamps.read(text, CONTEXT) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hier",
        "31/02/2026 10:00:00",
        "2026-02-30T10:00:00Z",
        "12",
        "Sat Apr 11",
        "11/04/2026 25:00:00",
    ],
)
def test_it_refuses_the_others(text: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        stamps.read(text, CONTEXT)
    assert refusal.value.reason == "time"


@given(st.text(max_size=40) | st.from_regex(r"[\d/.:T Z+-]{4,30}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert stamps.read(text, CONTEXT).utcoffset() is not None


@pytest.mark.parametrize(
    ("texts", "day_first", "doubts"),
    [
        (["1775921357"], True, ()),
        (["2026-04-11T15:29:17Z"], True, ()),
        (["2026-04-11T15:29:17"], True, ("zone",)),
        (["Apr 11 15:29:17"], True, ("year", "zone")),
        (["11/04/2026 15:29:17"], True, ("day-first", "zone")),
        (["11/04/2026 15:29:17", "04/13/2026 15:29:17"], False, ("zone",)),
        ([], True, ()),
    ],
)
def test_a_file_declares_what_its_times_leave_in_doubt(
    texts: list[str], *, day_first: bool, doubts: tuple[str, ...]
) -> None:
    context = stamps.study(texts, replace(CONTEXT, day_first=True))
    assert context.day_first is day_first
    assert context.doubts == doubts
