"""The report as plain words and shares, the same for the page and for paper; it draws nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from ecluse.kernel.text import Lang, Text

LONGEST = 120
DASH = "—"


@dataclass(frozen=True, slots=True)
class Step:
    """A measure to work on: its id, what it is about, what to do now, and how it stands."""

    measure: str
    title: Text
    todo: Text
    state: Text
    icon: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The first steps of the situation that the organisation says it is in."""

    posture: Text
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it counts and, never empty, what it is out of."""

    value: str
    label: str
    of: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; `of` is the denominator of all its figures."""

    head: str
    of: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: words, smaller words under them, a bar, or a small chart.

    `share` and `spark` are between 0 and 1. A small chart says in `text` what it shows.
    """

    text: str
    sub: str = ""
    share: float | None = None
    spark: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are as long as its columns; `caption` names it for those who hear it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name under the axis, in full in the table, its value, and how it is written."""

    short: str
    long: str
    value: int | None
    shown: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over time; `ticks` are heights to mark on the axis with their labels.

    `table` holds the same values, folded under the words of `summary`.
    """

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, str], ...]
    summary: str
    table: Table


@dataclass(frozen=True, slots=True)
class Folded:
    """Tables one may open: never the only place where something is said."""

    summary: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, with smaller words under it."""

    text: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report; `warns` sets it apart from the others."""

    id: str
    heading: str
    lead: str = ""
    items: tuple[Item, ...] = ()
    table: Table | None = None
    charts: tuple[Chart, ...] = ()
    note: str = ""
    folded: tuple[Folded, ...] = ()
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the report says, in one language, in the order in which it is read."""

    lang: Lang
    title: str
    lead: str
    truth: str
    made: str
    sample: str
    heading: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...] = field(repr=False)


def clean(text: str, longest: int = LONGEST) -> str:
    """Show a name found in a log: no control or invisible character, and not beyond all measure."""
    shown = "".join("\ufffd" if unicodedata.category(one) in _HIDDEN else one for one in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
