"""The picture as people read it in a terminal of 80 columns."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse.discovery import coverage
from ecluse.kernel.clock import day
from ecluse.kernel.text import Lang, Text, number, size

if TYPE_CHECKING:
    from ecluse.catalogue.measures import Measures
    from ecluse.discovery.ingest import Taken
    from ecluse.discovery.picture import Picture
    from ecluse.plan.state import Standing

TOP = 20
DASH = "—"
SEMICOLON: dict[Lang, str] = {"fr": "\u202f; ", "en": "; "}
COLON: dict[Lang, str] = {"fr": "\u00a0: ", "en": ": "}


def console() -> Console:
    """Give standard output, at 80 columns where it is no terminal."""
    return Console(
        highlight=False, width=None if sys.stdout.isatty() else 80, soft_wrap=False, emoji=False
    )


def table(*columns: Text, lang: Lang, right: Sequence[int] = ()) -> Table:
    """Give an empty table; the columns whose rank is in `right` hold numbers."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for rank, column in enumerate(columns):
        if rank in right:
            made.add_column(column.to(lang), justify="right", no_wrap=True)
        else:
            made.add_column(column.to(lang), overflow="fold")
    return made


def picture(shown: Picture, lang: Lang, *, sample: bool) -> None:
    """Print everything: sources, services, candidates, what is not seen."""
    out = console()
    if sample:
        out.print(
            Text(
                "Échantillon fabriqué\u00a0: personnes et chiffres imaginaires.",
                "Made-up sample: the people and figures are imaginary.",
            ).to(lang),
            style="italic",
        )
    _headline(out, shown, lang)
    _sources(out, shown, lang)
    if shown.something_read:
        _services(out, shown, lang)
        _candidates(out, shown, lang)
    _blind(out, shown, lang)


def _headline(out: Console, shown: Picture, lang: Lang) -> None:
    read = sum(1 for one in shown.taken if one.digest.read)
    words = Text(
        "[bold]{services} services d’IA[/] vus · {people} personnes en tout dans les "
        "journaux · "
        "{candidates} inconnus qui y ressemblent",
        "[bold]{services} AI services[/] seen · {people} people in all in the logs · "
        "{candidates} unknown that look like it",
    )
    out.print(
        words.to(lang).format(
            services=number(len(shown.services), lang),
            people=number(shown.people, lang),
            candidates=number(len(shown.candidates), lang),
        )
    )
    period = (
        f"{day(shown.start, lang)} → {day(shown.end, lang)}" if shown.start and shown.end else DASH
    )
    truth = Text(
        "Vous voyez {read} sources sur {all}\u00a0· {period}",
        "You see {read} sources out of {all} · {period}",
    )
    out.print(truth.to(lang).format(read=read, all=len(shown.taken), period=period), style="dim")


def _sources(out: Console, shown: Picture, lang: Lang) -> None:
    made = table(
        Text("Source", "Source"),
        Text("Format", "Format"),
        Text("Lignes", "Lines"),
        Text("Lues", "Read"),
        Text("Non lues", "Not read"),
        lang=lang,
        right=(2, 3, 4),
    )
    for one in shown.taken:
        main, digest = one.detected.main, one.digest
        kind = (
            f"{main.reader.title} ({number(100 * main.confidence, lang)}\u00a0%)" if main else DASH
        )
        counts = [digest.lines, digest.read + digest.asides, digest.unread.total()]
        made.add_row(
            escape(_short(one.source.path)), kind, *(number(count, lang) for count in counts)
        )
    out.print()
    out.print(made)
    for one in shown.taken:
        for note in _notes(one, lang):
            out.print(
                f"  {escape(Path(one.source.path).name)}{COLON[lang]}{escape(note)}", style="dim"
            )


def _short(path: str) -> str:
    """Give a path that fits in its column: its end, where it is long."""
    return path if len(path) <= 28 else "…/" + Path(path).name


def _notes(one: Taken, lang: Lang) -> list[str]:
    if one.copy_of:
        words = Text(
            "déjà contenu dans {path}, compté une fois", "already within {path}, counted once"
        )
        return [words.to(lang).format(path=one.copy_of)]
    if one.detected.main is None:
        why = coverage.unread_reason(one.source.trouble) if one.source.trouble else None
        return [(why or coverage.UNKNOWN).to(lang)]
    said = [doubt.to(lang) for doubt in coverage.doubts(one.detected.main, one)]
    for reason, count in one.digest.unread.most_common():
        said.append(f"{number(count, lang)}\u00a0× {coverage.unread_reason(reason).to(lang)}")
    others = [f"{name} {number(n, lang)}" for name, n in one.digest.formats.most_common()[1:]]
    if others:
        words = Text("formats mêlés, aussi\u00a0: {others}", "mixed formats, also: {others}")
        said.append(words.to(lang).format(others=", ".join(others)))
    return said


def _services(out: Console, shown: Picture, lang: Lang) -> None:
    made = table(
        Text("Service", "Service"),
        Text("Éditeur", "Vendor"),
        Text("Personnes", "People"),
        Text("Requêtes", "Requests"),
        Text("Envoyé", "Sent"),
        Text("Refus", "Refused"),
        lang=lang,
        right=(2, 3, 4, 5),
    )
    for found in shown.services[:TOP]:
        service = shown.catalogue.by_id[found["service"]]
        vendor = " ".join(
            filter(None, (service.vendor, service.country and f"({service.country})"))
        )
        made.add_row(
            escape(service.name),
            escape(vendor) or DASH,
            number(found["people"], lang),
            number(found["requests"], lang),
            DASH if found["bytes_up"] is None else size(found["bytes_up"], lang),
            number(found["refused"], lang),
        )
    out.print()
    out.print(made)
    _more(out, len(shown.services), lang)


def _more(out: Console, count: int, lang: Lang) -> None:
    if count > TOP:
        words = Text(
            "  … et {more} autres (--json les donne tous)", "  … and {more} more (--json gives all)"
        )
        out.print(words.to(lang).format(more=number(count - TOP, lang)), style="dim")


def _candidates(out: Console, shown: Picture, lang: Lang) -> None:
    if not shown.candidates:
        return
    made = table(
        Text("Inconnu qui ressemble à de l’IA", "Unknown that looks like AI"),
        Text("Pers.", "Ppl"),
        Text("Requêtes", "Requests"),
        Text("Pourquoi", "Why"),
        lang=lang,
        right=(1, 2),
    )
    for one in shown.candidates[:TOP]:
        made.add_row(
            escape(one.host or one.app or DASH),
            number(one.people, lang),
            number(one.requests, lang),
            escape(SEMICOLON[lang].join(reason.to(lang) for reason in one.reasons)),
        )
    out.print()
    out.print(made)
    _more(out, len(shown.candidates), lang)


def _blind(out: Console, shown: Picture, lang: Lang) -> None:
    out.print()
    out.print(
        Text("Ce que ce tableau ne voit pas", "What this picture cannot see").to(lang), style="bold"
    )
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in shown.blind_spots:
        words = one.text.to(lang)
        if one.requests is not None:
            part = number(100 * (one.share or 0), lang, 1)
            words = f"{number(one.requests, lang)} {words} ({part}\u00a0%)"
        grouped.setdefault((one.code, words), []).extend(
            [Path(one.source).name] if one.source else []
        )
    for (_, words), names in grouped.items():
        where = (
            f"{', '.join(names[:3])}{'…' if len(names) > 3 else ''}{COLON[lang]}" if names else ""
        )
        out.print(f"  · {escape(where)}{escape(words)}")


def first_steps(steps: Sequence[Standing], measures: Measures, posture: str, lang: Lang) -> None:
    """Print the first steps of the plan."""
    out = console()
    title = next(one.title for one in measures.postures if one.id == posture)
    words = Text(
        "Les trois premiers pas, situation «\u00a0{posture}\u00a0»",
        "First three steps, situation “{posture}”",
    )
    out.print()
    out.print(words.to(lang).format(posture=title.to(lang)), style="bold")
    for one in steps:
        step = (
            one.next_step.to(lang) if one.next_step else measures.by_id[one.measure].title.to(lang)
        )
        out.print(f"  {one.measure}  {escape(step)}")
    more = Text(
        "Tout le plan\u00a0: ecluse plan --posture {posture}",
        "The whole plan: ecluse plan --posture {posture}",
    )
    out.print("  " + more.to(lang).format(posture=posture), style="dim")


def written(folder: Path, lang: Lang) -> None:
    """Say where the Parquet files are."""
    words = Text(
        "Usage écrit dans {folder}/usage.parquet", "Usage written to {folder}/usage.parquet"
    )
    console().print("\n" + words.to(lang).format(folder=escape(str(folder))))


def nothing_read(shown: Picture, lang: Lang) -> None:
    """Say on standard error why there is no picture at all, and what to try."""
    words = Text(
        "ecluse: rien n’a pu être lu dans {count} source(s). À essayer\u00a0: --format NOM "
        "(liste\u00a0: ecluse read --formats), ou generic-csv avec --mapping.\n",
        "ecluse: nothing could be read from {count} source(s). Try --format NAME (list: "
        "ecluse read --formats), or generic-csv with --mapping.\n",
    )
    sys.stderr.write(words.to(lang).format(count=len(shown.taken)))
    for one in shown.taken:
        for note in _notes(one, lang):
            sys.stderr.write(f"  {one.source.path}: {note}\n")
