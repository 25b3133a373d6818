"""`ecluse discover --html --pdf`: the picture as a report to pass on, without anyone's name."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ecluse.cli.stop import stop
from ecluse.kernel.text import Lang, Text

if TYPE_CHECKING:
    from datetime import tzinfo

    from ecluse.discovery.picture import Picture
    from ecluse.discovery.report.model import Plan, Report


def add_options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add --html and --pdf to a verb's parser."""
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help=Text(
            "écrire aussi un rapport à transmettre, en une page HTML autonome",
            "also write a report to pass on, as one HTML page that stands alone",
        ).to(lang),
    )
    parser.add_argument(
        "--pdf",
        type=Path,
        metavar="FILE",
        help=Text("écrire aussi ce rapport en PDF", "also write that report as PDF").to(lang),
    )


def check(options: argparse.Namespace) -> None:
    """Refuse, before hours of reading, a report that could not be written afterwards."""
    for path in _paths(options):
        if path.is_dir() or not path.parent.is_dir():
            raise stop(
                options.lang,
                f"{path}\u00a0: ce n’est pas un fichier dans un dossier existant. Rien n’a été lu.",
                f"{path}: this is not a file in an existing folder. Nothing was read.",
            )
    if options.pdf and find_spec("typst") is None:
        raise stop(
            options.lang,
            "--pdf a besoin du paquet Python «\u00a0typst\u00a0»\u00a0: installez-le, ou imprimez "
            "la page de --html. Rien n’a été lu.",
            "--pdf needs the Python package “typst”: install it, or print the page of --html. "
            "Nothing was read.",
        )


def _paths(options: argparse.Namespace) -> list[Path]:
    return [path for path in (options.html, options.pdf) if path]


@contextmanager
def kept(options: argparse.Namespace) -> Iterator[Path | None]:
    """Give the folder in which discovery keeps its Parquet files while the report is written.

    It is --parquet's where that is asked for, None where there is no report to write, and
    otherwise a temporary one, gone afterwards.
    """
    if options.parquet or not _paths(options):
        yield options.parquet
        return
    with tempfile.TemporaryDirectory(prefix="ecluse-report-") as folder:
        yield Path(folder)


def write(picture: Picture, folder: Path | None, zone: tzinfo, options: argparse.Namespace) -> None:
    """Write the reports asked for, from a picture and the Parquet files it was drawn from.

    Nothing is written where nothing was read. A file is replaced whole or not at all.
    """
    paths = _paths(options)
    if folder is None or not paths or not picture.something_read:
        return
    report = _report(picture, folder, zone, options)
    made = Text("Rapport écrit\u00a0: {path}", "Report written: {path}").to(options.lang)
    for path in paths:
        try:
            _replace(path, _paper(report) if path == options.pdf else _page(report))
        except OSError as error:
            raise stop(options.lang, f"{error}", f"{error}") from error
        sys.stderr.write(made.format(path=path) + "\n")


def _report(picture: Picture, folder: Path, zone: tzinfo, options: argparse.Namespace) -> Report:
    from ecluse.discovery.report import timeline, view

    period = (picture.start, picture.end) if picture.start and picture.end else None
    over_time = timeline.read(folder, picture.catalogue, period, zone)
    plan = first_steps(options.data, picture)
    return view.report(picture, over_time, plan, options.lang, zone, sample=options.sample)


def first_steps(data: Path, picture: Picture) -> Plan:
    """Give the first steps of the situation chosen, from what was just observed."""
    from ecluse.catalogue.measures import load_measures
    from ecluse.cli import observed, situation
    from ecluse.cli.plan import ICONS
    from ecluse.discovery.report.model import Plan, Step
    from ecluse.plan.journey import first_steps as first
    from ecluse.plan.journey import standings

    measures, posture = load_measures(), situation.chosen(data)
    title = next(one.title for one in measures.postures if one.id == posture)
    facts = observed.facts(data, observed.of(picture))
    steps = tuple(
        Step(
            one.measure,
            measures.by_id[one.measure].title,
            one.next_step,
            one.state.label,
            ICONS[one.state],
        )
        for one in first(standings(posture, facts, measures))
        if one.next_step
    )
    return Plan(title, steps)


def _page(report: Report) -> bytes:
    from ecluse.discovery.report.page import page

    return page(report).encode()


def _paper(report: Report) -> bytes:
    from ecluse.discovery.report.paper import paper

    return paper(report)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.writing")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
