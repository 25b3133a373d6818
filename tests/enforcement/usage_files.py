"""Folders of past usage as discovery writes them, made of a few visits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ecluse.catalogue.services import Services, load_services
from ecluse.discovery import usage

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
OWN = """
[[service]]
id = "talker"
name = "Talker"
kind = "assistant"
apps = ["Talker app"]
[[service.domains]]
host = "talker.example"

[[service]]
id = "talker-api"
name = "Talker API"
kind = "api"
[[service.domains]]
host = "api.talker.example"

[[service]]
id = "helper"
name = "Helper"
kind = "assistant"
[[service.domains]]
host = "helper.example"

[[service]]
id = "portal-ai"
name = "Portal AI"
kind = "embedded"
[[service.domains]]
host = "portal.example"
shared = true
paths = ["/ai"]
"""


def services(folder: Path) -> Services:
    """Give the catalogue with our own services on top."""
    path = folder / "own.toml"
    path.write_text(OWN)
    return load_services([path])


def visit(who: str | None, host: str | None, day: float = 0, **more: Any) -> dict[str, Any]:
    """Give one visit, `day` days after the start; `more` overrides any column."""
    labels = (host or "").split(".")
    suffixes = {
        f"suffix_{length}": ".".join(labels[-length:])
        for length in range(2, min(len(labels), usage.DEPTH) + 1)
    }
    return {
        **suffixes,
        "app_key": more["app"].lower() if more.get("app") else None,
        "time": START + dt.timedelta(days=day),
        "user": who,
        "host": host,
        "action": "allowed",
        "format": "squid",
        "source": 0,
        "stream": False,
        **more,
    }


def write(folder: Path, visits: list[dict[str, Any]], people: dict[str, str] | None = None) -> Path:
    """Write the two files of a folder; `people` gives the person of an address."""
    folder.mkdir()
    known = [{"address": key, "person": value} for key, value in (people or {}).items()]
    pq.write_table(pa.Table.from_pylist(visits, usage.USAGE), folder / "usage.parquet")
    pq.write_table(pa.Table.from_pylist(known, usage.PEOPLE), folder / "people.parquet")
    return folder
