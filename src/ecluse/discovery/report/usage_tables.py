"""The parts of the report about known services: who, how much, when, and from which country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecluse.catalogue.services import Service
from ecluse.discovery.picture import Found
from ecluse.discovery.report import charts, words
from ecluse.discovery.report.model import DASH, Cell, Column, Folded, Section, Table, clean
from ecluse.discovery.report.sections import more
from ecluse.discovery.report.subject import Subject
from ecluse.discovery.report.timeline import NOTHING, Point

TOP = 16  # services drawn over time
REST = 200  # services listed below them
GROUP = 4  # services side by side in a table of their figures over time
VENDORS = 6  # services named beside a country


def services(about: Subject) -> Section:
    """Give the services from the most to the least widespread, with their use over time."""
    found, heading = about.picture.services, about.say(words.SERVICES)
    if not found:
        return Section("services", heading, about.say(words.NO_SERVICE))
    columns = (*_columns(about), *_over_time(about))
    top = found[:TOP]
    lines = [about.timeline.services.get(one["service"], ()) for one in top]
    people = max((point.people for line in lines for point in line), default=0)
    sent = max((point.bytes_up or 0 for line in lines for point in line), default=0)
    rows = tuple(
        (*_row(about, one), *_sparks(about, about.service(one), line, (people, sent)))
        for one, line in zip(top, lines, strict=True)
    )
    folded = []
    rest = found[TOP : TOP + REST]
    if rest:
        count = about.number(len(found) - TOP)
        summary = about.say(words.OTHERS, count=count)
        table = Table(summary, _columns(about), tuple(_bare(about, one) for one in rest))
        folded.append(Folded(summary, (table,)))
    return Section(
        "services",
        heading,
        about.say(words.SERVICES_LEAD),
        table=Table(heading, columns, rows),
        folded=tuple(folded),
        note=more(about, len(found) - TOP - REST),
    )


def _columns(about: Subject) -> tuple[Column, ...]:
    total = about.sent()
    return (
        about.column(words.SERVICE),
        about.column(words.PEOPLE, about.number(about.picture.people), number=True),
        about.column(words.SENT, "" if total is None else about.size(total), number=True),
        about.column(words.REQUESTS, about.number(about.ai_requests()), number=True),
    )


def _over_time(about: Subject) -> tuple[Column, ...]:
    per = words.PER[about.timeline.grain].to(about.lang)
    return tuple(Column(one.to(about.lang), per) for one in (words.PEOPLE, words.SENT))


def _row(about: Subject, found: Found) -> tuple[Cell, ...]:
    service, refused = about.service(found), found["refused"] or 0
    return (
        Cell(clean(service.name), about.vendor(service)),
        Cell(about.number(found["people"]), share=_share(found["people"], about.picture.people)),
        Cell(
            about.size(found["bytes_up"]),
            share=None
            if found["bytes_up"] is None
            else _share(found["bytes_up"], about.sent() or 0),
        ),
        Cell(
            about.number(found["requests"]),
            about.say(words.REFUSED, count=about.number(refused)) if refused else "",
        ),
    )


def _bare(about: Subject, found: Found) -> tuple[Cell, ...]:
    return tuple(replace(cell, share=None) for cell in _row(about, found))


def _share(part: int, whole: int) -> float:
    return min(1.0, part / max(whole, 1))


def _sparks(
    about: Subject, service: Service, line: Sequence[Point], most: tuple[int, int]
) -> tuple[Cell, Cell]:
    people, sent = [one.people for one in line], [one.bytes_up for one in line]
    per, name = words.PER[about.timeline.grain].to(about.lang), clean(service.name)
    highest = about.number(max(people, default=0))
    heaviest = about.size(max((one for one in sent if one is not None), default=None))
    return (
        Cell(
            about.say(words.SPARK_PEOPLE, service=name, per=per, most=highest),
            spark=tuple(_share(one, most[0]) for one in people),
        ),
        Cell(
            about.say(words.SPARK_SENT, service=name, per=per, most=heaviest),
            spark=tuple(_share(one or 0, most[1]) for one in sent),
        ),
    )


def over_time(about: Subject) -> Section:
    """Draw all known services together, and give the figures of each over time."""
    drawn, top = charts.over_time(about), about.picture.services[:TOP]
    if not drawn.charts:
        return drawn
    per = words.PER[about.timeline.grain].to(about.lang)
    return replace(
        drawn, folded=(Folded(about.say(words.DAILY, per=per), tuple(_by_service(about, top))),)
    )


def _by_service(about: Subject, top: Sequence[Found]) -> list[Table]:
    """Give people and bytes for each service and stretch, a few services to a table."""
    starts = charts.moments(about)
    tables = []
    for first in range(0, len(top), GROUP):
        group = top[first : first + GROUP]
        lines = [about.timeline.services.get(one["service"]) for one in group]
        columns = [Column(words.GRAINS[about.timeline.grain].to(about.lang))]
        for one in group:
            name = clean(about.service(one).name)
            columns += [
                Column(name, about.say(words.PEOPLE).lower(), number=True),
                Column(name, about.say(words.SENT).lower(), number=True),
            ]
        rows = []
        for rank, start in enumerate(starts):
            cells = [Cell(start)]
            for line in lines:
                point = line[rank] if line else NOTHING
                cells += [Cell(about.number(point.people)), Cell(_bytes(about, point))]
            rows.append(tuple(cells))
        caption = ", ".join(clean(about.service(one).name) for one in group)
        tables.append(Table(caption, tuple(columns), tuple(rows)))
    return tables


def _bytes(about: Subject, point: Point) -> str:
    return about.size(point.bytes_up) if point.bytes_up is not None else DASH


def countries(about: Subject) -> Section:
    """Give the services, people and bytes of each country in which vendors are established."""
    heading = about.say(words.COUNTRIES)
    by_country: dict[str | None, list[str]] = {}
    for one in about.picture.services:
        service = about.service(one)
        by_country.setdefault(service.country, []).append(clean(service.name))
    total, seen = about.sent(), about.number(len(about.picture.services))
    columns = (
        about.column(words.COUNTRY),
        about.column(words.PEOPLE, about.number(about.picture.people), number=True),
        about.column(words.SENT, "" if total is None else about.size(total), number=True),
        about.column(words.VENDORS, seen),
    )
    reach = about.timeline.countries
    ranked = sorted(by_country, key=lambda code: (-reach.get(code, NOTHING).people, code or "~"))
    rows = tuple(_country(about, code, by_country[code]) for code in ranked)
    return Section(
        "countries",
        heading,
        about.say(words.COUNTRIES_LEAD),
        table=Table(heading, columns, rows),
    )


def _country(about: Subject, code: str | None, names: list[str]) -> tuple[Cell, ...]:
    country, use = about.countries.of(code), about.timeline.countries.get(code, NOTHING)
    zone = "" if country.eea is None else about.say(_EEA[country.eea])
    shown = ", ".join(names[:VENDORS]) + ("…" if len(names) > VENDORS else "")
    share = None if use.bytes_up is None else _share(use.bytes_up, about.sent() or 0)
    return (
        Cell(country.name.to(about.lang), zone),
        Cell(about.number(use.people), share=_share(use.people, about.picture.people)),
        Cell(about.size(use.bytes_up), share=share),
        Cell(about.number(len(names)), shown),
    )


_EEA = {True: words.IN_EEA, False: words.OUT_OF_EEA}
