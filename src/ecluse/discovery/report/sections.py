"""The parts of the report that are lists: what is not seen, steps, unknown ones, sources."""

from __future__ import annotations

from pathlib import Path

from ecluse.discovery import coverage
from ecluse.discovery.ingest import Taken
from ecluse.discovery.report import words
from ecluse.discovery.report.model import (
    DASH,
    Cell,
    Column,
    Folded,
    Item,
    Plan,
    Section,
    Table,
    clean,
)
from ecluse.discovery.report.subject import Subject

MOST = 25  # unknown ones shown
FILES = 40  # sources shown
NAMED = 3  # sources named beside something that is not seen


def blind(about: Subject) -> Section:
    """List what the picture cannot see, with its share where it can be counted."""
    grouped: dict[str, list[str]] = {}
    for one in about.picture.blind_spots:
        said = one.text.to(about.lang)
        if one.requests is not None:
            share = about.percent(one.requests, about.picture.visits)
            said = f"{about.number(one.requests)} {said} ({share})"
        grouped.setdefault(said, []).extend([_name(one.source)] if one.source else [])
    items = [Item(_capital(said), _where(about, names)) for said, names in grouped.items()]
    return Section(
        "blind",
        about.say(words.BLIND),
        about.say(words.BLIND_LEAD),
        items=tuple(items),
        warns=True,
    )


def _name(path: str) -> str:
    return clean(Path(path).name or path)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _where(about: Subject, names: list[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")
    return about.say(words.WHERE, names=shown)


def steps(about: Subject, plan: Plan) -> Section:
    """Say what to do first, in the order of the situation chosen."""
    lead = about.say(words.STEPS_LEAD, posture=plan.posture.to(about.lang))
    heading = about.say(words.STEPS)
    if not plan.steps:
        return Section("steps", heading, f"{lead} {about.say(words.NO_STEPS)}")
    columns = (
        about.column(words.MEASURE),
        about.column(words.TODO),
        about.column(words.STATE),
    )
    rows = tuple(
        (
            Cell(one.measure),
            Cell(one.todo.to(about.lang), one.title.to(about.lang)),
            Cell(f"{one.icon} {one.state.to(about.lang)}"),
        )
        for one in plan.steps
    )
    return Section("steps", heading, lead, table=Table(heading, columns, rows))


def candidates(about: Subject) -> Section:
    """List the unknown destinations that look like AI, with the reasons."""
    found, heading = about.picture.candidates, about.say(words.CANDIDATES)
    if not found:
        return Section("candidates", heading, about.say(words.NO_CANDIDATE))
    people, visits = about.number(about.picture.people), about.number(about.picture.visits)
    columns = (
        about.column(words.DESTINATION),
        about.column(words.PEOPLE, people, number=True),
        about.column(words.REQUESTS, visits, number=True),
        about.column(words.SENT, number=True),
        about.column(words.SINCE),
        about.column(words.WHY),
    )
    rows = tuple(
        (
            Cell(clean(one.host or one.app or DASH)),
            Cell(about.number(one.people)),
            Cell(about.number(one.requests)),
            Cell(about.size(one.bytes_up)),
            Cell(about.day(one.first_seen)),
            Cell(_reasons(about, [clean(reason.to(about.lang), 400) for reason in one.reasons])),
        )
        for one in found[:MOST]
    )
    return Section(
        "candidates",
        heading,
        about.say(words.CANDIDATES_LEAD),
        table=Table(heading, columns, rows),
        note=more(about, len(found) - MOST),
    )


def _reasons(about: Subject, reasons: list[str]) -> str:
    return ("\u202f; " if about.lang == "fr" else "; ").join(reasons)


def more(about: Subject, count: int) -> str:
    """Say how many rows are left out, if any."""
    return about.say(words.MORE, count=about.number(count)) if count > 0 else ""


def method(about: Subject) -> Section:
    """Say how the figures are made, and from which sources."""
    columns: tuple[Column, ...] = (
        about.column(words.SOURCE),
        about.column(words.FORMAT),
        about.column(words.ALL_LINES, number=True),
        about.column(words.UNREAD, number=True),
    )
    taken, heading = about.picture.taken, about.say(words.SOURCES)
    rows = tuple(_source(about, one) for one in taken[:FILES])
    return Section(
        "method",
        about.say(words.METHOD),
        items=tuple(Item(about.say(one)) for one in words.METHODS),
        folded=(
            Folded(f"{heading} ({about.number(len(taken))})", (Table(heading, columns, rows),)),
        ),
        note=more(about, len(taken) - FILES),
    )


def _source(about: Subject, one: Taken) -> tuple[Cell, ...]:
    main, digest = one.detected.main, one.digest
    sub = ""
    if one.copy_of:
        sub = about.say(words.COPY, name=_name(one.copy_of))
    elif main is None:
        trouble = one.source.trouble
        reason = coverage.unread_reason(trouble) if trouble else coverage.UNKNOWN
        sub = clean(reason.to(about.lang), 400)
    return (
        Cell(_name(one.source.path), sub),
        Cell(main.reader.title if main else DASH),
        Cell(about.number(digest.lines)),
        Cell(about.number(digest.unread.total())),
    )
