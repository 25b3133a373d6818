from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.discovery.parsing import moments
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Context(now=NOW)
PARIS = Context(now=NOW, zone=ZoneInfo("Europe/Paris"))
Read = Callable[[str, Context], datetime]


@pytest.mark.parametrize(
    ("read", "text", "context", "expected"),
    [
        (moments.iso, "2026-11-20T10:00:00Z", PARIS, "2026-11-20T10:00:00+00:00"),
        (moments.iso, "2026-11-20 10:00:00", PARIS, "2026-11-20T09:00:00+00:00"),
        (moments.iso, "2026-11-20 10:00:00,5", HERE, "2026-11-20T10:00:00.500000+00:00"),
        (
            moments.iso,
            "2026-07-20T10:00:00.1234567+02:00",
            HERE,
            "2026-07-20T08:00:00.123456+00:00",
        ),
        (moments.slashed, "05/02/2025 11:30:29", HERE, "2025-02-05T11:30:29+00:00"),
        (moments.slashed, "4/11/2026 3:29:17 PM", HERE, "2026-11-04T15:29:17+00:00"),
        (moments.named_month, "22-Nov-2026 10:11:12.345", HERE, "2026-11-22T10:11:12.345000+00:00"),
        (moments.named_month, "22/Nov/2026:10:11:12 +0100", HERE, "2026-11-22T09:11:12+00:00"),
        (moments.ctime, "Fri Dec 31 07:07:07 2021", HERE, "2021-12-31T07:07:07+00:00"),
        (moments.syslog, "Nov 22 10:11:12", HERE, "2026-11-22T10:11:12+00:00"),
        (moments.syslog, "Dec 31 23:59:59", HERE, "2025-12-31T23:59:59+00:00"),
    ],
)
def test_dates_are_brought_to_utc(read: Read, text: str, context: Context, expected: str) -> None:
    assert read(text, context).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1764002530.277", "2025-11-24T16:42:10.277000+00:00"),
        ("1764002530", "2025-11-24T16:42:10+00:00"),
        ("1764002530277", "2025-11-24T16:42:10.277000+00:00"),
        ("1764002530277000", "2025-11-24T16:42:10.277000+00:00"),
        ("1764002530277000123", "2025-11-24T16:42:10.277000+00:00"),
    ],
)
def test_epochs_are_told_by_their_length(text: str, expected: str) -> None:
    assert moments.epoch(text).isoformat() == expected


@pytest.mark.parametrize(
    ("samples", "day_first", "doubts"),
    [
        (["05/02/2025 1:00:00", "13/02/2025 1:00:00"], True, ()),
        (["05/02/2025 1:00:00", "02/13/2025 1:00:00"], False, ()),
        (["05/02/2025 1:00:00"], True, ("day-first",)),
    ],
)
def test_the_order_of_day_and_month_is_settled_by_the_whole_file(
    samples: list[str],
    day_first: bool,
    doubts: tuple[str, ...],
) -> None:
    context = moments.study_slashed(samples, HERE)
    assert (context.day_first, context.doubts) == (day_first, doubts)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (moments.iso, "yesterday"),
        (moments.slashed, "32/01/2025 1:00:00"),
        (moments.slashed, "05/02/2025 13:00:00 PM"),
        (moments.named_month, "22-Foo-2026 10:11:12"),
        (moments.ctime, "Fri Dec"),
        (moments.syslog, "Feb 30 10:00:00"),
    ],
)
def test_an_impossible_date_is_an_error(read: Read, text: str) -> None:
    with pytest.raises(UnreadableError, match="time"):
        read(text, HERE)


@given(st.text(max_size=40), st.sampled_from(["iso", "slashed", "named_month", "ctime", "syslog"]))
def test_no_text_breaks_them(text: str, name: str) -> None:
    try:
        moment = getattr(moments, name)(text, PARIS)
    except UnreadableError as error:
        assert error.reason == "time"
    else:
        assert moment.tzinfo is UTC


@given(st.integers(min_value=-(10**30), max_value=10**30))
def test_no_number_breaks_an_epoch(number: int) -> None:
    try:
        assert moments.epoch(str(number)).year >= 1970
    except UnreadableError as error:
        assert error.reason == "time"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("Z", 0), ("+0100", 60), ("-05:30", -330), ("UTC+02:00", 120), ('"+0100"', 60)],
)
def test_offsets_are_read(text: str, minutes: int) -> None:
    zone = moments.offset(text)
    assert zone is not None
    shift = zone.utcoffset(None)
    assert shift is not None
    assert shift.total_seconds() == minutes * 60


def test_what_is_no_offset_is_none() -> None:
    assert [moments.offset(text) for text in ("CET", "+9900", "")] == [None, None, None]
