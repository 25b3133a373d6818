"""Reads the 29 measures and what they hang on; refuses a list with a gap or a single language."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from ecluse.catalogue.toml import CatalogueError, Row, rows
from ecluse.kernel.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.resources.abc import Traversable

TITLE_LENGTH = 60
FRAME = "frame.toml"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One step in a posture's order of work; `order` starts at 1."""

    id: str
    posture: str
    order: int
    title: Text


@dataclass(frozen=True, slots=True)
class Posture:
    """One of the three situations, with its steps in order; `number` is the 1 of P1.04."""

    id: str
    number: int
    title: Text
    context: Text
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """One of the eight subjects that the measures are filed under."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class RiskFamily:
    """One of the five kinds of harm that the measures are there to avoid."""

    id: str
    name: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what is done, what would prove it, where to start.

    `priority` starts at 1 in each posture; `posture`, `heading` and `step` are ids; `fresh_days`
    is how long an observation of it holds; `same_as` names the measures of other postures that
    ask for the same thing.
    """

    id: str
    posture: str
    priority: int
    heading: str
    step: str
    title: Text
    meaning: Text
    proof: Text
    first_step: Text
    fresh_days: int
    same_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything the files say, checked; measures stand by posture, then by priority."""

    postures: tuple[Posture, ...]
    headings: tuple[Heading, ...]
    risks: tuple[RiskFamily, ...]
    all: tuple[Measure, ...]
    by_id: Mapping[str, Measure]

    def of(self, posture_id: str) -> tuple[Measure, ...]:
        """Give a posture's measures in order of priority; KeyError names an unknown posture."""
        if posture_id not in (posture.id for posture in self.postures):
            known = ", ".join(posture.id for posture in self.postures)
            raise KeyError(f"no posture '{posture_id}'; known: {known}")
        return tuple(measure for measure in self.all if measure.posture == posture_id)


def load_measures(folder: Traversable | None = None) -> Measures:
    """Read frame.toml and one <posture id>.toml per posture from `folder` (ours by default).

    Raise CatalogueError, 'file:line: …', for the first row that cannot be used.
    """
    folder = folder or files("ecluse.catalogue").joinpath("data", "plan")
    frame = folder.joinpath(FRAME)
    tables = _by_table(rows(frame), "posture", "step", "heading", "risk")
    steps = _unique(tables["step"], _step)
    postures = _unique(tables["posture"], lambda row: _posture(row, steps.values()))
    _in_sequence(tables["posture"], "number")
    _check_steps(tables["step"], postures)
    headings = _unique(tables["heading"], _heading)
    risks = _unique(tables["risk"], _risk)
    found: dict[str, Measure] = {}
    written: list[Row] = []
    for posture in postures.values():
        path = folder.joinpath(f"{posture.id}.toml")
        lines = _by_table(rows(path), "measure")["measure"]
        if not lines:
            raise CatalogueError(f"{path}:1: holds no [[measure]]: write at least one")
        measures = _unique(lines, lambda row: _measure(row, headings))
        _check_posture(lines, posture)
        found |= measures
        written += lines
    _check_same_as(written, found)
    return Measures(
        postures=tuple(postures.values()),
        headings=tuple(headings.values()),
        risks=tuple(risks.values()),
        all=tuple(found.values()),
        by_id=MappingProxyType(found),
    )


def _by_table(found: Iterable[Row], *tables: str) -> dict[str, list[Row]]:
    sorted_rows: dict[str, list[Row]] = {table: [] for table in tables}
    for row in found:
        if row.table not in sorted_rows:
            raise row.error(f"is not known here: write one of {', '.join(tables)}")
        sorted_rows[row.table].append(row)
    return sorted_rows


def _unique(lines: Iterable[Row], read: Callable[[Row], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for row in lines:
        name = row.string("id")
        if name in found:
            raise row.error(f"'{name}' is already taken: give each row its own id", "id")
        found[name] = read(row)
    return found


def _step(row: Row) -> Step:
    row.refuse_unknown("id", "posture", "order", "title")
    order = row.integer("order")
    return Step(row.string("id"), row.string("posture"), order, row.text("title"))


def _posture(row: Row, steps: Iterable[Step]) -> Posture:
    row.refuse_unknown("id", "number", "title", "context")
    name = row.string("id")
    own = tuple(step for step in steps if step.posture == name)
    if not own:
        raise row.error(f"'{name}' has no step: write at least one [[step]] for it", "id")
    return Posture(name, row.integer("number"), row.text("title"), row.text("context"), own)


def _heading(row: Row) -> Heading:
    row.refuse_unknown("id", "name")
    return Heading(row.string("id"), row.text("name"))


def _risk(row: Row) -> RiskFamily:
    row.refuse_unknown("id", "name", "meaning")
    return RiskFamily(row.string("id"), row.text("name"), row.text("meaning"))


def _measure(row: Row, headings: Mapping[str, Heading]) -> Measure:
    row.refuse_unknown(*Measure.__slots__)
    title, heading, fresh_days = row.text("title"), row.string("heading"), row.integer("fresh_days")
    for lang in LANGUAGES:
        if len(title.to(lang)) > TITLE_LENGTH:
            raise row.error(
                f"the title in '{lang}' is {len(title.to(lang))} characters long: "
                f"keep to {TITLE_LENGTH}",
                "title",
            )
    if heading not in headings:
        raise row.error(f"heading '{heading}' is unknown: one of {', '.join(headings)}", "heading")
    if fresh_days < 1:
        raise row.error(f"fresh_days is {fresh_days}: write 1 or more", "fresh_days")
    return Measure(
        id=row.string("id"),
        posture=row.string("posture"),
        priority=row.integer("priority"),
        heading=heading,
        step=row.string("step"),
        title=title,
        meaning=row.text("meaning"),
        proof=row.text("proof"),
        first_step=row.text("first_step"),
        fresh_days=fresh_days,
        same_as=row.strings("same_as", ()),
    )


def _in_sequence(lines: list[Row], key: str) -> None:
    for expected, row in enumerate(lines, start=1):
        if row.integer(key) != expected:
            found = row.integer(key)
            raise row.error(f"{key} is {found}: write {expected}, in order and without gap", key)


def _check_steps(lines: list[Row], postures: Mapping[str, Posture]) -> None:
    for row in lines:
        if row.string("posture") not in postures:
            raise row.error(
                f"posture '{row.string('posture')}' is unknown: one of {', '.join(postures)}",
                "posture",
            )
    for posture in postures:
        _in_sequence([row for row in lines if row.string("posture") == posture], "order")


def _check_posture(lines: list[Row], posture: Posture) -> None:
    """Check that the rows of one posture's file are its own, in order, on its own steps."""
    steps = [step.id for step in posture.steps]
    for row in lines:
        if row.string("posture") != posture.id:
            raise row.error(f"stands in the file of '{posture.id}': write that posture", "posture")
        expected = f"P{posture.number}.{row.integer('priority'):02d}"
        if row.string("id") != expected:
            raise row.error(
                f"id '{row.string('id')}' does not match its posture and priority: "
                f"write '{expected}'",
                "id",
            )
        if row.string("step") not in steps:
            raise row.error(
                f"step '{row.string('step')}' is not one of '{posture.id}': "
                f"one of {', '.join(steps)}",
                "step",
            )
    _in_sequence(lines, "priority")
    unused = [step for step in steps if step not in {row.string("step") for row in lines}]
    if unused:
        raise lines[-1].error(f"no measure stands on the step '{unused[0]}' of '{posture.id}'")


def _check_same_as(lines: list[Row], measures: Mapping[str, Measure]) -> None:
    """Check that measures that ask for the same thing all name each other, across postures."""
    for row in lines:
        for name in measures[row.string("id")].same_as:
            if name not in measures:
                raise row.error(f"same_as names '{name}', which does not exist", "same_as")
    for row in lines:
        own = measures[row.string("id")]
        others = [measures[name] for name in own.same_as]
        named = [own.posture, *(other.posture for other in others)]
        if len(set(named)) < len(named):
            raise row.error("same_as names a measure of the same posture, or twice", "same_as")
        for other in others:
            if {own.id, *own.same_as} != {other.id, *other.same_as}:
                raise row.error(
                    f"same_as of '{own.id}' and '{other.id}' differ: each names all the others",
                    "same_as",
                )
