"""The one place that asks what time it is, and how a moment is written for people."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from ecluse.kernel.text import NBSP, Lang

MONTHS = {
    "fr": [
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def now() -> datetime:
    """Give the current moment, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with a `Z`; fractions only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day(moment: datetime, lang: Lang, zone: tzinfo = UTC) -> str:
    """Write a date for people: 22 nov. 2026, or 22 Nov 2026."""
    local = moment.astimezone(zone)
    return f"{local.day}{NBSP}{MONTHS[lang][local.month - 1]} {local.year}"


def minute(moment: datetime, lang: Lang, zone: tzinfo = UTC) -> str:
    """Write a date and time for people: 22 nov. 2026, 08 h 02, or 22 Nov 2026, 08:02."""
    local = moment.astimezone(zone)
    hour = f"{local:%H}{NBSP}h{NBSP}{local:%M}" if lang == "fr" else f"{local:%H:%M}"
    return f"{day(moment, lang, zone)}, {hour}"
