"""Who used what and when: one portable expression over the rows that discovery kept.

The expression is written once with Ibis. The SQL that DuckDB runs by default is compiled from it
into `sql/` by `scripts/compile_usage.py`, and a test keeps the two equal: Ibis itself is only
needed to run the same expression on another engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ecluse.catalogue.services import Services
from ecluse.discovery.digest import Row
from ecluse.discovery.relevance import suffixes

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEPTH = 6  # the longest domain of the catalogue, in labels
QUERIES = ("hourly", "services", "candidates", "blind")

_MOMENT = pa.timestamp("us", tz="UTC")
COLUMNS: dict[str, pa.DataType] = {
    "time": _MOMENT,
    "user": pa.string(),
    "address": pa.string(),
    "host": pa.string(),
    "place": pa.string(),
    "port": pa.int32(),
    "method": pa.string(),
    "status": pa.int32(),
    "action": pa.string(),
    "bytes_up": pa.int64(),
    "bytes_down": pa.int64(),
    "app": pa.string(),
    "app_key": pa.string(),
    "api": pa.string(),
    "stream": pa.bool_(),
    "kind": pa.string(),
    "format": pa.string(),
    "source": pa.int32(),
}
_SUFFIXES = tuple(f"suffix_{labels}" for labels in range(DEPTH, 1, -1))
USAGE = pa.schema([*COLUMNS.items(), *((name, pa.string()) for name in _SUFFIXES)])
PEOPLE = pa.schema({"address": pa.string(), "person": pa.string()})
DOMAINS = pa.schema({"domain": pa.string(), "exact": pa.bool_(), "domain_service": pa.string()})
APPS = pa.schema({"known_app": pa.string(), "app_service": pa.string()})
TABLES = {"usage": USAGE, "people": PEOPLE, "domains": DOMAINS, "apps": APPS}


def usage_table(rows: list[Row]) -> pa.Table:
    """Make typed columns of rows, with the host's suffixes of 6 to 2 labels beside it."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    arrays = [
        pa.array(column, kind) for column, kind in zip(columns, COLUMNS.values(), strict=True)
    ]
    hosts = columns[list(COLUMNS).index("host")]
    known: dict[str | None, tuple[str | None, ...]] = {}
    for host in set(hosts):
        by_length = {text.count(".") + 1: text for text in suffixes(host)} if host else {}
        known[host] = tuple(by_length.get(labels) for labels in range(DEPTH, 1, -1))
    split = list(zip(*(known[host] for host in hosts), strict=True)) or [()] * len(_SUFFIXES)
    arrays += [pa.array(column, pa.string()) for column in split]
    return pa.Table.from_arrays(arrays, schema=USAGE)


def catalogue_tables(services: Services) -> tuple[pa.Table, pa.Table]:
    """Give the domains and the application names that lead to a service.

    A shared host is there only with a path (`www.bing.com/chat`), never alone.
    """
    domains, apps = [], []
    for service in services.by_id.values():
        apps += [{"known_app": app.lower(), "app_service": service.id} for app in service.apps]
        for domain in service.domains:
            keys = [domain.host + path for path in domain.paths] if domain.shared else [domain.host]
            exact = domain.exact or domain.shared
            domains += [{"domain": k, "exact": exact, "domain_service": service.id} for k in keys]
    return pa.Table.from_pylist(domains, DOMAINS), pa.Table.from_pylist(apps, APPS)


def sql(query: str) -> str:
    """Give the DuckDB SQL of one of QUERIES, over tables named as in TABLES."""
    return (files("ecluse.discovery") / "sql" / f"{query}.sql").read_text(encoding="utf-8")


def expressions() -> dict[str, Any]:
    """Build the four expressions with Ibis, over unbound tables, for any engine it speaks."""
    import ibis

    tables = {
        name: ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
        for name, schema in TABLES.items()
    }
    named = _named(tables)
    return {
        "hourly": _hourly(named),
        "services": _by(named.filter(named.service.notnull()), ["service"]),
        "candidates": _by(
            named.filter(named.service.isnull() & (named.kind == "candidate")), ["host", "app"]
        ),
        "blind": _by(named.filter(named.kind.isin(["doh", "vpn", "relay"])), ["kind", "host"]),
    }


def _named(tables: dict[str, Any]) -> ir.Table:
    """Add to each row its person and its service: the longest domain wins, then the app."""
    usage, people, domains, apps = (tables[name] for name in TABLES)
    joined = usage.left_join(
        people.rename(known_address="address"),
        usage.address == people.rename(known_address="address").known_address,
    )
    found = []
    for column in ("place", "host", *_SUFFIXES):
        exact_too = column in {"place", "host"}
        rows = domains if exact_too else domains.filter(~domains.exact)
        side = rows.select(**{f"key_{column}": rows.domain, f"by_{column}": rows.domain_service})
        joined = joined.left_join(side, joined[column] == side[f"key_{column}"])
        found.append(f"by_{column}")
    joined = joined.left_join(apps, joined.app_key == apps.known_app)
    import ibis

    return joined.mutate(
        who=ibis.coalesce(joined.user, joined.person, joined.address),
        service=ibis.coalesce(*(joined[name] for name in found), joined.app_service),
    )


def _measures(table: ir.Table) -> dict[str, Any]:
    return {
        "requests": table.count(),
        "people": table.who.nunique(),
        "bytes_up": table.bytes_up.sum(),
        "bytes_down": table.bytes_down.sum(),
        "first_seen": table.time.min(),
        "last_seen": table.time.max(),
        "refused": (table.action == "blocked").ifelse(1, 0).sum(),
    }


def _hourly(named: ir.Table) -> ir.Table:
    known = named.filter(named.service.notnull())
    hourly = known.mutate(hour=known.time.truncate("h"))
    measures = _measures(hourly)
    del measures["people"]
    return hourly.group_by("service", "who", "hour").aggregate(**measures)


def _by(table: ir.Table, keys: list[str]) -> ir.Table:
    extra = {
        "apis": table.api.nunique(),
        "an_api": table.api.min(),
        "streams": table.stream.ifelse(1, 0).sum(),
    }
    return table.group_by(keys).aggregate(**_measures(table), **extra).order_by(keys)


def batches(rows: list[Row], size: int = 1 << 16) -> Iterator[pa.Table]:
    """Give `rows` as tables of at most `size` rows, emptying the list."""
    while len(rows) >= size:
        yield usage_table(rows[:size])
        del rows[:size]
