"""The picture of shadow AI that discovery ends with: figures, candidates, and what is not seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecluse.catalogue.services import Services
from ecluse.catalogue.signals import Signals
from ecluse.discovery import coverage, usage
from ecluse.discovery.ingest import Ingested, Taken
from ecluse.kernel.clock import day, iso
from ecluse.kernel.text import Lang, Text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEW = timedelta(days=30)
FRESH = timedelta(days=7)
SEVERAL_PEOPLE = Text("{people} personnes s’en servent", "{people} people use it")
JUST_SEEN = Text(
    "vu pour la première fois le {day}, vers la fin de la période",
    "first seen on {day}, late in the period",
)

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host or application that no list holds and that looks like AI, with the reasons."""

    host: str | None
    app: str | None
    people: int
    requests: int
    bytes_up: int | None
    first_seen: datetime | None
    last_seen: datetime | None
    score: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything `ecluse discover` says, before it is put into words or JSON."""

    observed_at: datetime
    start: datetime | None
    end: datetime | None
    people: int
    visits: int
    taken: tuple[Taken, ...]
    services: tuple[Found, ...]
    candidates: tuple[Candidate, ...]
    blind_spots: tuple[coverage.Blind, ...]
    catalogue: Services = field(repr=False)

    @property
    def something_read(self) -> bool:
        """Tell whether at least one line of one source was understood."""
        return any(one.digest.read for one in self.taken)

    def new_services(self) -> int:
        """Count the services first seen in the last 30 days, if the period is longer than that."""
        if self.start is None or self.end is None or self.end - self.start <= NEW:
            return 0
        return sum(1 for one in self.services if one["first_seen"] > self.end - NEW)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Give the published object (docs/discover.schema.json)."""
        return {
            "observed_at": iso(self.observed_at),
            "period": {
                "start": iso(self.start) if self.start else None,
                "end": iso(self.end) if self.end else None,
            },
            "people": self.people,
            "requests": self.visits,
            "sources": [source_json(one, lang) for one in self.taken],
            "services": [self._service_json(one) for one in self.services],
            "candidates": [_candidate_json(one, lang) for one in self.candidates],
            "blind_spots": [one.as_json(lang) for one in self.blind_spots],
        }

    def _service_json(self, found: Found) -> dict[str, Any]:
        service = self.catalogue.by_id[found["service"]]
        return {
            "id": service.id,
            "name": service.name,
            "vendor": service.vendor,
            "country": service.country,
            "kind": service.kind,
            "people": found["people"],
            "requests": found["requests"],
            "bytes_up": found["bytes_up"],
            "bytes_down": found["bytes_down"],
            "first_seen": _moment(found["first_seen"]),
            "last_seen": _moment(found["last_seen"]),
            "refused": found["refused"],
        }


def _moment(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def source_json(one: Taken, lang: Lang) -> dict[str, Any]:
    """Give what became of one source: format, lines, reasons, what it sees, what is in doubt."""
    main = one.detected.main
    digest = one.digest
    trouble = {one.source.trouble: 1} if one.source.trouble else {}
    return {
        "path": one.source.path,
        "format": main.reader.name if main else None,
        "confidence": main.confidence if main else 0.0,
        "copy_of": one.copy_of,
        "lines": digest.lines,
        "read": digest.read,
        "aside": digest.asides,
        "unread": digest.unread.total(),
        "unread_reasons": {**dict(sorted(digest.unread.items())), **trouble},
        "formats": dict(sorted(digest.formats.items())),
        "period": {"start": _moment(digest.first), "end": _moment(digest.last)},
        "sees": sorted(one.fields - {"mime"}),
        "doubts": [text.to(lang) for text in coverage.doubts(main, one)] if main else [],
    }


def _candidate_json(one: Candidate, lang: Lang) -> dict[str, Any]:
    return {
        "host": one.host,
        "app": one.app,
        "people": one.people,
        "requests": one.requests,
        "bytes_up": one.bytes_up,
        "first_seen": _moment(one.first_seen),
        "last_seen": _moment(one.last_seen),
        "score": one.score,
        "reasons": [reason.to(lang) for reason in one.reasons],
    }


@contextmanager
def opened(folder: Path, services: Services, zone: tzinfo = UTC) -> Iterator[DuckDBPyConnection]:
    """Give DuckDB over the Parquet files of `folder`, with every table that usage.sql() names.

    Days and hours begin as they do in `zone`.
    """
    import duckdb

    domains, apps = usage.catalogue_tables(services)
    with duckdb.connect() as base:
        base.execute(f"SET TimeZone = '{zone}'; SET memory_limit = '512MB'")
        for name in ("usage", "people"):
            base.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
        base.register("domains", domains)
        base.register("apps", apps)
        yield base


def query(folder: Path, services: Services, names: tuple[str, ...]) -> dict[str, list[Found]]:
    """Run some of usage.QUERIES with DuckDB over the Parquet files of `folder`."""
    with opened(folder, services) as base:
        found = {name: base.sql(usage.sql(name)).to_arrow_table().to_pylist() for name in names}
    return {name: [_plain(row) for row in rows] for name, rows in found.items()}


def _plain(row: Found) -> Found:
    """Make whole numbers of the decimals in which an engine adds whole numbers up."""
    return {key: int(v) if isinstance(v, Decimal) else v for key, v in row.items()}


def draw(result: Ingested, services: Services, signals: Signals, now: datetime) -> Picture:
    """Turn what was ingested into the picture."""
    found = query(result.folder, services, ("services", "candidates", "blind"))
    moments = [
        moment for one in result.taken for moment in (one.digest.first, one.digest.last) if moment
    ]
    start, end = (min(moments), max(moments)) if moments else (None, None)
    candidates = [_candidate(one, signals, start, end) for one in found["candidates"]]
    hidden = {"doh": 0, "vpn": 0, "relay": 0}
    for one in found["blind"]:
        hidden[one["kind"]] = max(hidden[one["kind"]], one["people"])
    return Picture(
        observed_at=now,
        start=start,
        end=end,
        people=result.people,
        visits=sum(one.digest.visits for one in result.taken),
        taken=tuple(result.taken),
        services=tuple(sorted(found["services"], key=_by_people)),
        candidates=tuple(sorted(candidates, key=lambda c: (-c.score, -c.people, c.host or ""))),
        blind_spots=tuple(coverage.blind_spots(result, hidden)),
        catalogue=services,
    )


def _by_people(found: Found) -> tuple[int, int, str]:
    return -found["people"], -found["requests"], found["service"]


def _candidate(
    found: Found, signals: Signals, start: datetime | None, end: datetime | None
) -> Candidate:
    name = found["host"] or (found["app"] or "").lower().replace(" ", "-")
    matches = signals.of_host(name)
    best = {match.signal: match for match in sorted(matches, key=lambda m: len(m.value))}
    reasons = [signals.explain(match) for match in best.values()]
    score = sum(match.weight for match in best.values())
    for signal in signals.by_id.values():
        if signal.where == "path" and found["an_api"]:
            reasons.append(signal.reason.format(value=found["an_api"]))
            score += signal.weight
        if signal.where == "mime" and found["streams"]:
            reasons.append(signal.reason.format(value=signal.values[0]))
            score += signal.weight
    if found["people"] > 1:
        reasons.append(SEVERAL_PEOPLE.format(people=found["people"]))
        score += int(math.log2(found["people"]))
    first = found["first_seen"]
    if first and start and end and end - start > 2 * FRESH and first > end - FRESH:
        reasons.append(
            Text(*(JUST_SEEN.format(day=day(first, lang)).to(lang) for lang in ("fr", "en")))
        )
        score += 1
    return Candidate(
        found["host"],
        found["app"],
        found["people"],
        found["requests"],
        found["bytes_up"],
        first,
        found["last_seen"],
        score,
        tuple(reasons),
    )
