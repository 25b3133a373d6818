"""Options that every verb which reads logs shares: format, time zone, mapping, period."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from ecluse.cli.stop import stop
from ecluse.kernel.clock import now
from ecluse.kernel.text import Lang, Text

if TYPE_CHECKING:
    from ecluse.discovery.reader import Context, Reader


def add_options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add them to a verb's parser."""
    parser.add_argument(
        "--format",
        default="auto",
        metavar="F",
        help=Text(
            "format du journal\u202f; auto le reconnaît à son contenu. "
            "Liste\u00a0: ecluse read --formats",
            "log format; auto tells it from the content. List: ecluse read --formats",
        ).to(lang),
    )
    parser.add_argument(
        "--tz",
        metavar="ZONE",
        help=Text(
            "fuseau des journaux qui n’en écrivent pas, par exemple Europe/Paris",
            "time zone of logs that write none, for instance Europe/Paris",
        ).to(lang),
    )
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help=Text(
            "correspondance des colonnes, pour generic-csv et generic-json (TOML)",
            "mapping of the columns, for generic-csv and generic-json (TOML)",
        ).to(lang),
    )


def zone(name: str | None, lang: Lang) -> tzinfo:
    """Give the zone of that name, or this machine's."""
    from zoneinfo import ZoneInfo

    wanted = name or os.environ.get("TZ", "").lstrip(":") or _machine()
    if not wanted:
        return UTC
    try:
        return ZoneInfo(wanted)
    except (ValueError, OSError, KeyError) as error:
        if name is None:
            return UTC
        raise stop(
            lang,
            f"fuseau inconnu «\u00a0{name}\u00a0»\u00a0: écrivez par exemple Europe/Paris.",
            f"unknown time zone “{name}”: write for instance Europe/Paris.",
        ) from error


def _machine() -> str:
    link = Path("/etc/localtime")
    if not link.exists():
        return ""
    _, found, name = str(link.resolve()).partition("zoneinfo/")
    return name if found else ""


def context(options: argparse.Namespace) -> Context:
    """Make the reading context from the options."""
    from ecluse.discovery.reader import Context

    start = Context(now=now(), zone=zone(options.tz, options.lang))
    if options.mapping is None:
        return start
    from ecluse.discovery.mapping import MappingError, load_mapping

    try:
        return replace(start, mapping=load_mapping(options.mapping))
    except (MappingError, OSError) as error:
        raise stop(options.lang, str(error), str(error)) from error


def reader(options: argparse.Namespace) -> Reader | None:
    """Give the reader asked for, or None for automatic detection."""
    from ecluse.discovery.readers import named

    if options.format == "auto":
        return None
    try:
        return named(options.format)
    except KeyError as error:
        names = error.args[0]
        raise stop(
            options.lang,
            f"format inconnu «\u00a0{options.format}\u00a0»\u00a0: essayez {names}.",
            f"unknown format “{options.format}”: try {names}.",
        ) from error


def since(text: str | None, lang: Lang) -> datetime | None:
    """Read `30d`, `12h`, `4w` or a date `2026-11-01` as a moment in the past."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,5})([hdwj])", text.strip())
    if match:
        hours = {"h": 1, "d": 24, "j": 24, "w": 168}[match[2]]
        return now() - timedelta(hours=int(match[1]) * hours)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise stop(
            lang,
            f"durée illisible «\u00a0{text}\u00a0»\u00a0: écrivez 30d, 12h, 4w ou 2026-11-01.",
            f"unreadable period “{text}”: write 30d, 12h, 4w or a date 2026-11-01.",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
