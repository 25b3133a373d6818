from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ecluse.kernel import clock
from ecluse.kernel.text import NBSP

MOMENT = datetime(2026, 11, 22, 8, 2, tzinfo=UTC)


def test_iso_is_utc_with_a_z() -> None:
    paris = MOMENT.astimezone(ZoneInfo("Europe/Paris"))
    assert clock.iso(paris) == "2026-11-22T08:02:00Z"


def test_days_and_minutes_are_written_for_people() -> None:
    assert clock.day(MOMENT, "fr") == f"22{NBSP}nov. 2026"
    assert clock.minute(MOMENT, "fr") == f"22{NBSP}nov. 2026, 08{NBSP}h{NBSP}02"
    assert clock.minute(MOMENT, "en") == f"22{NBSP}Nov 2026, 08:02"
    assert clock.minute(MOMENT, "en", ZoneInfo("Europe/Paris")).endswith("09:02")


def test_there_are_twelve_months_in_each_language() -> None:
    assert {lang: len(names) for lang, names in clock.MONTHS.items()} == {"fr": 12, "en": 12}


def test_now_is_in_utc() -> None:
    assert clock.now().tzinfo is UTC
