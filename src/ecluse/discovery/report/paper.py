"""The report as a PDF set by Typst; every text reaches it as data, never as its markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from ecluse.discovery.report import svg, words
from ecluse.discovery.report.model import Cell, Chart, Report, Section, Table

# Where a long name may be broken, as a host has no space: after its marks, or every 12 characters.
_JOINT = re.compile(r"(?<=[._/\-])(?=\w)")
_ENDLESS = re.compile(r"[^\s\u200b]{12}(?=[^\s\u200b]{4})")
BREAK = "\u200b"


def paper(report: Report) -> bytes:
    """Set the report on A4 pages, as PDF/UA-1: tagged, with its language and title.

    Only the fonts that come with Typst are used, so that every machine sets the same pages.
    """
    import typst

    template = (files(__package__) / "report.typ").read_bytes()
    made = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_data(report))},
        pdf_standards=["ua-1"],
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one sequence of bytes")
    return made


def _data(report: Report) -> dict[str, Any]:
    return {
        "lang": report.lang,
        "title": report.title,
        "lead": report.lead,
        "truth": report.truth,
        "made": report.made,
        "sample": report.sample,
        "page": words.PAGE.to(report.lang),
        "heading": report.heading,
        "figures": [asdict(one) for one in report.figures],
        "sections": [_section(one) for one in report.sections],
    }


def _section(one: Section) -> dict[str, Any]:
    return {
        "heading": one.heading,
        "lead": one.lead,
        "note": one.note,
        "warns": one.warns,
        "items": [{"text": _breakable(item.text), "sub": item.sub} for item in one.items],
        "table": _table(one.table, one.id) if one.table else None,
        "charts": [_chart(drawn) for drawn in one.charts],
        "folded": [
            {"summary": part.summary, "tables": [_table(table, "plain") for table in part.tables]}
            for part in one.folded
        ],
    }


def _chart(one: Chart) -> dict[str, Any]:
    return {
        "title": one.title,
        "svg": svg.chart(one, svg.PAPER),
        "table": _table(one.table, "plain"),
    }


def _table(one: Table, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "caption": _breakable(one.caption),
        "columns": [{**asdict(column), "head": _breakable(column.head)} for column in one.columns],
        "cells": list(_cells(one)),
    }


def _cells(one: Table) -> Iterator[dict[str, Any]]:
    for row in one.rows:
        for cell in row:
            yield {
                "text": _breakable(cell.text),
                "sub": _breakable(cell.sub),
                "spark": _spark(cell),
                "share": cell.share,
            }


def _spark(cell: Cell) -> str | None:
    return None if cell.spark is None else svg.spark(cell.spark, svg.PAPER, cell.text)


def _breakable(text: str) -> str:
    return _ENDLESS.sub(rf"\g<0>{BREAK}", _JOINT.sub(BREAK, text))
