"""Past usage, as discovery wrote it in Parquet; counts people, and never gives out who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecluse.catalogue.services import Services
from ecluse.enforcement.refusal import Refused

if TYPE_CHECKING:
    import duckdb

# Who did it, as discovery counts people: the user, else the address’s person, else the address.
VISITS = """
CREATE TABLE visits AS
SELECT coalesce(u."user", p.person, u.address) AS who, u.host, u.place, u.app, u.time,
       coalesce(u.action = 'blocked', false) AS refused, u.format, u.source
FROM read_parquet($usage) AS u LEFT JOIN read_parquet($people) AS p ON u.address = p.address
"""
LED = """
CREATE TABLE ai AS
SELECT v.*, l.service, l.cut, coalesce(l.service, v.host, v.app) AS name
FROM visits AS v JOIN led AS l ON v.host IS NOT DISTINCT FROM l.host
  AND v.place IS NOT DISTINCT FROM l.place AND v.app IS NOT DISTINCT FROM l.app
"""


@dataclass(frozen=True, slots=True)
class Period:
    """What a folder of usage covers: the AI visits it holds, from when to when, from where."""

    start: datetime | None
    end: datetime | None
    people: int
    requests: int
    sources: int
    formats: tuple[str, ...]


class Past:
    """Past usage, each visit named and told whether a decision would cut it (table `ai`)."""

    def __init__(self, base: duckdb.DuckDBPyConnection) -> None:
        self._base = base

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Run a query over the tables; give its rows."""
        # Through Arrow: DuckDB's own rows would need pytz for their moments.
        found: Any = self._base.sql(query, params=values or None).to_arrow_table()
        return [dict(row) for row in found.to_pylist()]

    def period(self) -> Period:
        """Tell what this usage covers."""
        row = self.rows(
            'SELECT min(time) AS "start", max(time) AS "end", count(DISTINCT who) AS people, '
            "count(*) AS requests, count(DISTINCT source) AS sources, "
            "list_sort(list(DISTINCT format)) AS formats FROM visits"
        )[0]
        return Period(**(row | {"formats": tuple(one for one in row["formats"] or () if one)}))


@contextmanager
def opened(folder: Path, services: Services, cuts: Callable[[str], bool]) -> Iterator[Past]:
    """Open the folder that `ecluse discover --parquet` wrote; raise Refused when it is not one.

    `cuts` tells whether a host is cut. A visit known only by the name of an application has no
    host, and is never told to be cut.
    """
    import duckdb
    import pyarrow as pa

    paths = {name: folder / f"{name}.parquet" for name in ("usage", "people")}
    for path in paths.values():
        if not path.is_file():
            raise Refused(
                f"{path} n’existe pas. Ce dossier s’obtient par ecluse discover … --parquet DIR.",
                f"{path} does not exist. Such a folder comes from ecluse discover … --parquet DIR.",
            )
    with duckdb.connect() as base:
        base.execute("SET TimeZone = 'UTC'; SET memory_limit = '512MB'")
        try:
            base.execute(VISITS, {name: str(path) for name, path in paths.items()})
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise Refused(
                f"{folder} ne se lit pas comme un usage écrit par ecluse discover\u00a0: {said}",
                f"{folder} does not read as usage written by ecluse discover: {said}",
            ) from error
        found = base.sql("SELECT DISTINCT host, place, app FROM visits").fetchall()
        led = [
            {
                "host": host,
                "place": place,
                "app": app,
                "service": _service(services, host, place, app),
                "cut": bool(host) and cuts(host),
            }
            for host, place, app in found
        ]
        kinds = {"host": "string", "place": "string", "app": "string", "service": "string"}
        schema = pa.schema({**{k: pa.string() for k in kinds}, "cut": pa.bool_()})
        base.register("led", pa.Table.from_pylist(led, schema))
        base.execute(LED)
        yield Past(base)


def _service(
    services: Services, host: str | None, place: str | None, app: str | None
) -> str | None:
    """Name the service as discovery does: the host with its path, else the application."""
    found = services.match(host, (place or "").removeprefix(host) or None) if host else None
    found = found or (services.with_app(app) if app else None)
    return found.id if found else None
