"""Usage over time and by country, counted from the Parquet files; no person leaves this module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Literal

from ecluse.catalogue.services import Services
from ecluse.discovery import usage
from ecluse.discovery.picture import opened

Grain = Literal["hour", "day", "week", "month", "year"]
# The longest period, in days, that is still drawn with bars of this length.
SPANS: tuple[tuple[float, Grain], ...] = ((2, "hour"), (92, "day"), (700, "week"), (3000, "month"))
MOST = 128  # bars that can still be told apart


@dataclass(frozen=True, slots=True)
class Point:
    """Use within one stretch of time, or of one country; bytes are None where none were logged."""

    people: int = 0
    requests: int = 0
    bytes_up: int | None = None


NOTHING = Point()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Use of known AI services: one Point per start, in all and for each service.

    `starts` are local to the zone asked for and leave no gap. `people` are those who reached at
    least one known service, whenever. `outside` counts the requests that no start holds: undated,
    or older than the last MOST starts. `countries` maps a vendor's country, or None, to its use.
    """

    grain: Grain
    starts: tuple[datetime, ...]
    overall: tuple[Point, ...]
    services: Mapping[str, tuple[Point, ...]]
    countries: Mapping[str | None, Point]
    people: int
    outside: int


def grain_of(start: datetime, end: datetime) -> Grain:
    """Choose the length of a bar from the length of the period."""
    days = (end - start) / timedelta(days=1)
    return next((grain for most, grain in SPANS if days <= most), "year")


def read(
    folder: Path, services: Services, period: tuple[datetime, datetime] | None, zone: tzinfo
) -> Timeline:
    """Count the use that the Parquet files of `folder` hold, by stretches of `period` in `zone`.

    `zone` is UTC or a zone of the IANA database, as days begin there. Without a period there is
    no start, only totals.
    """
    grain = grain_of(*period) if period else "day"
    starts = tuple(_starts(*period, grain, zone))[-MOST:] if period else ()
    found = _counted(folder, services, grain, zone)
    ranks = {_key(start, grain, zone): rank for rank, start in enumerate(starts)}
    series: dict[str | None, list[Point]] = {None: [NOTHING] * len(starts)}
    outside = 0
    for row in found["series"]:
        rank = ranks.get(_key(row["began"], grain, zone)) if row["began"] else None
        if rank is not None:
            series.setdefault(row["service"], [NOTHING] * len(starts))[rank] = _point(row)
        elif row["service"] is None:
            outside += int(row["requests"])
    overall = tuple(series.pop(None))
    return Timeline(
        grain=grain,
        starts=starts,
        overall=overall,
        services={service: tuple(points) for service, points in series.items() if service},
        countries={row["country"]: _point(row) for row in found["countries"]},
        people=found["total"][0]["people"],
        outside=outside,
    )


_COUNTED = {
    "series": """
SELECT service, date_trunc(?, hour) AS began,
  count(DISTINCT who) AS people, sum(requests) AS requests, sum(bytes_up) AS bytes_up
FROM hourly GROUP BY GROUPING SETS ((service, began), (began))""",
    "countries": """
SELECT country,
  count(DISTINCT who) AS people, sum(requests) AS requests, sum(bytes_up) AS bytes_up
FROM hourly JOIN vendors ON service = id GROUP BY country""",
    "total": "SELECT count(DISTINCT who) AS people FROM hourly",
}


def _counted(
    folder: Path, services: Services, grain: Grain, zone: tzinfo
) -> dict[str, list[dict[str, Any]]]:
    import pyarrow as pa

    by_id = services.by_id.values()
    countries = pa.table(
        {"id": [one.id for one in by_id], "country": [one.country for one in by_id]},
        schema=pa.schema({"id": pa.string(), "country": pa.string()}),
    )
    with opened(folder, services, zone) as base:
        base.register("vendors", countries)
        base.execute(f"CREATE TEMP TABLE hourly AS {usage.sql('hourly')}")
        return {
            name: base.sql(text, params=[grain] * text.count("?")).to_arrow_table().to_pylist()
            for name, text in _COUNTED.items()
        }


def _point(row: Mapping[str, Any]) -> Point:
    sent = row["bytes_up"]
    return Point(row["people"], int(row["requests"]), None if sent is None else int(sent))


def _key(moment: datetime, grain: Grain, zone: tzinfo) -> datetime | date:
    """Name a stretch by its local date, or by its hour in UTC: one of them never comes twice."""
    if grain == "hour":
        return moment.astimezone(UTC)
    return moment.astimezone(zone).date()


def _starts(start: datetime, end: datetime, grain: Grain, zone: tzinfo) -> Iterator[datetime]:
    local = start.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    if grain == "hour":
        while local <= end:
            yield local
            local = (local.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
        return
    first = local.date()
    if grain == "week":
        first -= timedelta(days=first.weekday())
    elif grain != "day":
        first = first.replace(day=1, month=1 if grain == "year" else first.month)
    last = end.astimezone(zone).date()
    while first <= last:
        yield datetime(first.year, first.month, first.day, tzinfo=zone)
        first = _next(first, grain)


def _next(first: date, grain: Grain) -> date:
    if grain in {"day", "week"}:
        return first + timedelta(days=7 if grain == "week" else 1)
    months = first.year * 12 + first.month - 1 + (12 if grain == "year" else 1)
    return date(months // 12, months % 12 + 1, 1)
