"""The report as one HTML page that stands alone: no script, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from ecluse.discovery.report import svg
from ecluse.discovery.report.markup import Markup, join, tag
from ecluse.discovery.report.model import (
    Cell,
    Chart,
    Column,
    Figure,
    Folded,
    Report,
    Section,
    Table,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(report: Report) -> str:
    """Write the whole page; every text of the report is escaped."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", report.title),
        tag("style", Markup((files(__package__) / "report.css").read_text(encoding="utf-8"))),
    )
    main = tag("main", _figures(report), *(_section(one) for one in report.sections))
    footer = tag("footer", tag("p", f"Écluse · {report.made}"))
    body = tag("body", _header(report), main, footer)
    return f"<!doctype html>\n{tag('html', head, body, lang=report.lang)}\n"


def _maybe(name: str, text: str, class_: str | None = None) -> Markup:
    return tag(name, text, class_=class_) if text else Markup()


def _header(report: Report) -> Markup:
    return tag(
        "header",
        _maybe("p", report.sample, "sample"),
        tag("h1", report.title),
        tag("p", report.lead, class_="lead"),
        tag("p", report.truth, class_="truth"),
        tag("p", report.made, class_="truth"),
    )


def _figures(report: Report) -> Markup:
    return tag(
        "section",
        tag("h2", report.heading, id="figures", class_="quiet"),
        tag("dl", *(_figure(one) for one in report.figures), class_="figures"),
        aria_labelledby="figures",
    )


def _figure(one: Figure) -> Markup:
    return tag(
        "div",
        tag("dt", one.label),
        tag("dd", one.value, class_="value"),
        tag("dd", one.of),
        _maybe("dd", one.note, "note"),
    )


def _section(one: Section) -> Markup:
    items = (tag("li", item.text, _maybe("span", item.sub, "sub")) for item in one.items)
    return tag(
        "section",
        tag("h2", one.heading, id=one.id),
        _maybe("p", one.lead, "about"),
        tag("ul", *items) if one.items else Markup(),
        _table(one.table, class_=one.id) if one.table else Markup(),
        tag("div", *(_chart(drawn) for drawn in one.charts), class_="charts")
        if one.charts
        else Markup(),
        _maybe("p", one.note, "about"),
        *(_folded(part) for part in one.folded),
        aria_labelledby=one.id,
        class_="warns" if one.warns else None,
    )


def _chart(one: Chart) -> Markup:
    return tag(
        "figure",
        tag("figcaption", one.title),
        svg.chart(one, svg.PAGE),
        _folded(Folded(one.summary, (one.table,))),
    )


def _folded(one: Folded) -> Markup:
    tables = (_table(table, class_="plain", said=len(one.tables) > 1) for table in one.tables)
    return tag("details", tag("summary", one.summary), *tables)


def _table(one: Table, class_: str, *, said: bool = False) -> Markup:
    """Write a table; its caption is for those who hear the page, unless `said`.

    Plain tables stay tables on a phone. In the others each row becomes a card, so that roles say
    what the style sheet undoes and every cell carries its heading.
    """
    plain = class_ == "plain"
    heads = (_head(column, plain=plain) for column in one.columns)
    role, group = (None, None) if plain else ("row", "rowgroup")
    rows = (tag("tr", *_cells(one, row, plain=plain), role=role) for row in one.rows)
    return tag(
        "table",
        tag("caption", one.caption, class_=None if said else "heard"),
        tag("thead", tag("tr", *heads, role=role), role=group),
        tag("tbody", *rows, role=group),
        class_=class_,
        role=None if plain else "table",
    )


def _head(column: Column, *, plain: bool) -> Markup:
    of = _maybe("span", column.of, "sub")
    kind = "number" if column.number else None
    role = None if plain else "columnheader"
    return tag("th", column.head, of, scope="col", class_=kind, role=role)


def _cells(table: Table, row: tuple[Cell, ...], *, plain: bool) -> Iterator[Markup]:
    for rank, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
        inside = _inside(cell)
        if rank == 0:
            yield tag("th", inside, scope="row", role=None if plain else "rowheader")
        elif plain:
            yield tag("td", inside, class_=None if column.number else "words")
        else:
            name = f"{column.head} ({column.of})" if column.of else column.head
            kind = "number" if column.number else None
            yield tag("td", inside, class_=kind, data_label=name, role="cell")


def _inside(cell: Cell) -> Markup:
    if cell.spark is not None:
        return svg.spark(cell.spark, svg.PAGE, cell.text)
    bar = Markup() if cell.share is None else svg.meter(cell.share, svg.PAGE)
    return join((cell.text, bar, _maybe("span", cell.sub, "sub")))
