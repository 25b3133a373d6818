"""`ecluse discover`: the picture of shadow AI in the logs that are already there."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from ecluse.cli import reading, report
from ecluse.cli.stop import stop
from ecluse.kernel.text import Lang, Text

if TYPE_CHECKING:
    from ecluse.discovery.picture import Picture
    from ecluse.discovery.reader import Context
    from ecluse.discovery.survey import Progress

LAW = Text(
    "Noms en clair. Surveiller l’activité de salariés suppose qu’ils en aient été informés avant "
    "(Code du travail, art. L1222-4), que le CSE ait été consulté (art. L2312-38), et que le "
    "traitement soit nécessaire et proportionné (RGPD, art. 5 et 6). Parlez-en à votre DPO.",
    "Names in clear. In France, monitoring what employees do requires that they were told "
    "beforehand (Labour Code, art. L1222-4), that the works council was consulted "
    "(art. L2312-38), and that the processing is necessary and proportionate (GDPR, art. 5 "
    "and 6). Talk to your DPO.",
)
EXAMPLES = Text(
    """exemples\u00a0:
  ecluse discover /var/log/squid/                 tout un dossier, formats reconnus seuls
  ecluse discover --since 30d '*.log.gz'          les trente derniers jours
  zcat proxy.gz | ecluse discover -               depuis l’entrée standard
  ecluse discover export.csv --format generic-csv --mapping colonnes.toml
  ecluse discover logs/ --json > tableau.json     un objet JSON (docs/discover.schema.json)
  ecluse discover --sample                        sur un échantillon fabriqué, pour voir""",
    """examples:
  ecluse discover /var/log/squid/                 a whole folder, formats recognised
  ecluse discover --since 30d '*.log.gz'          the last thirty days
  zcat proxy.gz | ecluse discover -               from standard input
  ecluse discover export.csv --format generic-csv --mapping columns.toml
  ecluse discover logs/ --json > picture.json     one JSON object (docs/discover.schema.json)
  ecluse discover --sample                        on a made-up sample, to have a look""",
)


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser], lang: Lang) -> None:
    """Add the verb to the command."""
    about = Text(
        "dresse le tableau des IA utilisées, à partir de journaux",
        "draw the picture of the AI in use, from logs",
    ).to(lang)
    parser = verbs.add_parser(
        "discover",
        help=about,
        description=about,
        epilog=EXAMPLES.to(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help=Text(
            "fichiers, dossiers, motifs, ou - pour l’entrée standard",
            "files, folders, patterns, or - for standard input",
        ).to(lang),
    )
    reading.add_options(parser, lang)
    _add_people(parser, lang)
    _add_output(parser, lang)
    report.add_options(parser, lang)
    parser.set_defaults(run=run)


def _add_people(parser: argparse.ArgumentParser, lang: Lang) -> None:
    parser.add_argument(
        "--since",
        metavar="30d",
        help=Text(
            "seulement depuis\u00a0: 30d, 12h, 4w, ou une date",
            "only since: 30d, 12h, 4w, or a date",
        ).to(lang),
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=Text(
            "fichier de services de l’organisation, en plus du catalogue",
            "the organisation’s own file of services, on top of the catalogue",
        ).to(lang),
    )
    parser.add_argument(
        "--names",
        choices=("keyed", "clear"),
        default="keyed",
        help=Text(
            "noms pseudonymisés (défaut), ou en clair avec --reason",
            "names pseudonymised (default), or in clear with --reason",
        ).to(lang),
    )
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        help=Text(
            "motif écrit, exigé par --names clear", "written reason, which --names clear requires"
        ).to(lang),
    )


def _add_output(parser: argparse.ArgumentParser, lang: Lang) -> None:
    parser.add_argument(
        "--sample",
        action="store_true",
        help=Text("lire un échantillon fabriqué", "read a made-up sample").to(lang),
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help=Text("un objet JSON", "one JSON object").to(lang)
    )
    form.add_argument(
        "--parquet",
        type=Path,
        metavar="DIR",
        help=Text(
            "écrire aussi l’usage en Parquet dans ce dossier",
            "also write the usage as Parquet into this folder",
        ).to(lang),
    )


def run(options: argparse.Namespace) -> int:
    """Survey the paths, keep the result for the plan, and show it."""
    from ecluse.cli import observed, sample

    _check(options)
    report.check(options)
    made: AbstractContextManager[str | None] = sample.made() if options.sample else nullcontext()
    with made as folder, report.kept(options) as keep:
        context = reading.context(options)
        picture = _survey([folder] if folder else options.paths, context, keep, options)
        if options.names == "clear":
            observed.record_clear_names(options.data, options.reason)
        if not options.sample and picture.something_read:
            observed.keep(options.data, picture)
        code = _show(picture, options)
        report.write(picture, keep, context.zone, options)
    return code


def _survey(
    paths: list[str], context: Context, keep: Path | None, options: argparse.Namespace
) -> Picture:
    from ecluse.catalogue.toml import CatalogueError
    from ecluse.discovery.keying import Keyer, load_key
    from ecluse.discovery.survey import Options, survey

    try:
        key = None if options.names == "clear" else load_key(options.data)
        chosen = Options(
            context=context,
            keyer=Keyer(key),
            reader=reading.reader(options),
            since=reading.since(options.since, options.lang),
            catalogues=tuple(options.catalogue),
            keep=keep,
        )
        with _progress(options.lang) as progress:
            return survey(paths, chosen, progress)
    except (CatalogueError, OSError) as error:
        raise stop(options.lang, f"{error}", f"{error}") from error


def _check(options: argparse.Namespace) -> None:
    lang = options.lang
    if not options.paths and not options.sample:
        raise stop(
            lang,
            "donnez un fichier ou un dossier de journaux, ou --sample pour un échantillon.",
            "give a file or folder of logs, or --sample for a made-up one.",
        )
    if options.names == "clear":
        if not (options.reason or "").strip():
            raise stop(
                lang,
                f'--names clear exige un motif écrit\u00a0: --reason "…".\n{LAW.fr}',
                f'--names clear requires a written reason: --reason "…".\n{LAW.en}',
            )
        sys.stderr.write(LAW.to(lang) + "\n")


def _progress(lang: Lang) -> AbstractContextManager[Progress]:
    from ecluse.discovery.survey import Progress

    if not sys.stderr.isatty():
        return nullcontext(Progress())
    from ecluse.cli.progress import bars

    return bars(lang)


def _show(picture: Picture, options: argparse.Namespace) -> int:
    if options.json:
        sys.stdout.write(json.dumps(picture.as_json(options.lang), ensure_ascii=False, indent=2))
        sys.stdout.write("\n")
    else:
        from ecluse.cli import show

        show.picture(picture, options.lang, sample=options.sample)
        if picture.something_read:
            from ecluse.cli import observed

            observed.show_first_steps(options.data, picture, options.lang)
        if options.parquet:
            show.written(options.parquet, options.lang)
    if not picture.something_read:
        from ecluse.cli import show

        show.nothing_read(picture, options.lang)
        return 2
    return 0
