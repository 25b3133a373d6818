"""Charts of use over time, as heights and words; svg.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ecluse.discovery.report import words
from ecluse.discovery.report.model import Bar, Cell, Chart, Column, Section, Table
from ecluse.discovery.report.subject import Subject
from ecluse.kernel import clock
from ecluse.kernel.text import NBSP, Text

TICKS = 4


def over_time(about: Subject) -> Section:
    """Draw people and bytes over time, all known services together."""
    timeline = about.timeline
    note = ""
    if timeline.outside:
        note = about.say(words.OUTSIDE, requests=about.number(timeline.outside))
    charts: list[Chart] = []
    if timeline.starts:
        per = words.PER[timeline.grain].to(about.lang)
        people = about.say(words.PEOPLE_PER, per=per, people=about.number(about.picture.people))
        charts.append(
            _chart(
                about, people, words.PEOPLE, [one.people for one in timeline.overall], about.number
            )
        )
        total = about.sent()
        if total is not None:
            sent = about.say(words.SENT_PER, per=per, sent=about.size(total))
            values = [one.bytes_up for one in timeline.overall]
            charts.append(_chart(about, sent, words.SENT, values, about.size))
    lead = about.say(words.OVER_TIME_LEAD if charts else words.UNDATED)
    return Section("time", about.say(words.OVER_TIME), lead, charts=tuple(charts), note=note)


def moments(about: Subject) -> list[str]:
    """Write in full the start of each stretch of time."""
    return [_long(about, start) for start in about.timeline.starts]


def _chart(
    about: Subject,
    title: str,
    what: Text,
    values: Sequence[int | None],
    write: Callable[[int], str],
) -> Chart:
    starts = about.timeline.starts
    bars = tuple(
        Bar(
            _short(about, start),
            _long(about, start),
            value,
            about.size(None) if value is None else write(value),
        )
        for start, value in zip(starts, values, strict=True)
    )
    columns = (
        Column(words.GRAINS[about.timeline.grain].to(about.lang)),
        Column(what.to(about.lang), number=True),
    )
    table = Table(title, columns, tuple((Cell(bar.long), Cell(bar.shown)) for bar in bars))
    heights = ticks(max((value or 0 for value in values), default=0))
    labels = tuple((height, _round(write(height))) for height in heights)
    return Chart(title, bars, labels, words.AS_FIGURES.to(about.lang), table)


def ticks(highest: int) -> tuple[int, ...]:
    """Give at most TICKS + 1 round heights, from zero to the first at or above `highest`."""
    step, power = 1, 1
    while step * TICKS < max(highest, 1):
        for factor in (2, 5, 10):
            step = factor * power
            if step * TICKS >= highest:
                break
        power *= 10
    count = -(-max(highest, 1) // step)
    return tuple(step * rank for rank in range(count + 1))


def _round(written: str) -> str:
    for zero in (f",0{NBSP}", f".0{NBSP}"):
        written = written.replace(zero, NBSP)
    return written


def _short(about: Subject, start: datetime) -> str:
    month = clock.MONTHS[about.lang][start.month - 1]
    match about.timeline.grain:
        case "hour":
            return f"{start.hour}{NBSP}h" if about.lang == "fr" else f"{start.hour}:00"
        case "day" | "week":
            return f"{start.day}{NBSP}{month}"
        case "month":
            return f"{month}{NBSP}{start.year}"
        case _:
            return str(start.year)


def _long(about: Subject, start: datetime) -> str:
    match about.timeline.grain:
        case "hour":
            return clock.minute(start, about.lang, about.zone)
        case "day" | "week":
            return about.day(start)
        case _:
            return _short(about, start)
