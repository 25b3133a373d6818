"""What was last observed, kept in the data directory for the plan to stand on."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecluse.kernel.clock import iso, now
from ecluse.kernel.text import Lang
from ecluse.plan.facts import Facts, UsageFacts

if TYPE_CHECKING:
    from ecluse.discovery.picture import Picture

VERSION = 1


def _file(data: Path) -> Path:
    return data / "discovery" / "latest.json"


def keep(data: Path, picture: Picture) -> None:
    """Keep the counts of a picture, and nothing about anyone, in place of the former ones."""
    facts = of(picture)
    if facts is None:
        return
    path = _file(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = {name: getattr(facts, name) for name in UsageFacts.__slots__}
    written = {
        name: iso(value) if isinstance(value, datetime) else value for name, value in fields.items()
    }
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"version": VERSION, **written}, file)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def of(picture: Picture) -> UsageFacts | None:
    """Give the facts of a picture; None when no line carried a date."""
    if picture.start is None or picture.end is None:
        return None
    read = [one for one in picture.taken if one.digest.read]
    blind = sum(one.digest.blind.total() for one in picture.taken)
    return UsageFacts(
        observed_at=picture.observed_at,
        period_start=picture.start,
        period_end=picture.end,
        people=picture.people,
        sources=len(read),
        lines=sum(one.digest.lines for one in picture.taken),
        lines_unread=sum(min(one.digest.unread.total(), one.digest.lines) for one in picture.taken),
        services=len(picture.services),
        services_owned=0,
        candidates=len(picture.candidates),
        candidates_triaged=0,
        new_services=picture.new_services(),
        blind_requests=min(blind, picture.visits),
        requests=picture.visits,
    )


def load(data: Path) -> UsageFacts | None:
    """Give the facts kept by the last `discover`; None where there are none that can be read."""
    try:
        kept: dict[str, Any] = json.loads(_file(data).read_text(encoding="utf-8"))
        if kept.pop("version") != VERSION:
            return None
        for name in ("observed_at", "period_start", "period_end"):
            kept[name] = datetime.fromisoformat(kept[name])
        return UsageFacts(**kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def facts(data: Path, usage: UsageFacts | None = None) -> Facts:
    """Give everything that the states are computed from today."""
    return Facts(now=now(), usage=usage or load(data), declarations={})


def show_first_steps(data: Path, picture: Picture, lang: Lang) -> None:
    """Name the first three steps of the chosen situation, from what was just observed."""
    from ecluse.catalogue.measures import load_measures
    from ecluse.cli import show, situation
    from ecluse.plan.journey import first_steps, standings

    measures = load_measures()
    posture = situation.chosen(data)
    found = standings(posture, facts(data, of(picture)), measures)
    show.first_steps(first_steps(found), measures, posture, lang)


def record_clear_names(data: Path, reason: str) -> None:
    """Keep a trace that names were shown in clear: when, and the reason given."""
    path = data / "discovery" / "clear-names.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": iso(now()), "reason": reason}, ensure_ascii=False) + "\n")
