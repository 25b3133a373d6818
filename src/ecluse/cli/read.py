"""`ecluse read`: what each line of a log says, as understood, and what was not understood."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from ecluse.cli import reading
from ecluse.kernel.text import Lang, Text, number

if TYPE_CHECKING:
    from ecluse.discovery.detection import Detected
    from ecluse.discovery.reader import Context, Reader
    from ecluse.discovery.sources import Source

EXAMPLES = Text(
    """exemples\u00a0:
  ecluse read proxy.log                    une ligne JSON par visite comprise
  ecluse read export.json --format o365    sans deviner le format
  ecluse read --formats                    les formats connus
Les noms sont affichés en clair\u00a0: rien n’est conservé.""",
    """examples:
  ecluse read proxy.log                    one JSON line per visit understood
  ecluse read export.json --format o365    without guessing the format
  ecluse read --formats                    the formats known
Names are shown in clear: nothing is kept.""",
)


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser], lang: Lang) -> None:
    """Add the verb to the command."""
    about = Text(
        "montre ce que chaque ligne d’un journal dit, une fois comprise",
        "show what each line of a log says, once understood",
    ).to(lang)
    parser = verbs.add_parser(
        "read",
        help=about,
        description=about,
        epilog=EXAMPLES.to(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", metavar="PATH")
    reading.add_options(parser, lang)
    parser.add_argument(
        "--formats",
        action="store_true",
        help=Text("lister les formats connus", "list the formats known").to(lang),
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print records on standard output and refusals on standard error; 2 if nothing was read."""
    if options.formats:
        return _formats()
    if not options.paths:
        from ecluse.cli.stop import stop

        raise stop(
            options.lang,
            "donnez un journal à lire, ou --formats pour la liste des formats.",
            "give a log to read, or --formats for the list of formats.",
        )
    from ecluse.discovery import sources

    context, reader = reading.context(options), reading.reader(options)
    total = 0
    for source in sources.find(options.paths):
        source.prepare()
        total += _one(source, context, reader, options.lang)
    return 0 if total else 2


def _formats() -> int:
    from ecluse.discovery.readers import READERS

    for reader in READERS:
        sys.stdout.write(f"{reader.name:<18} {reader.title}\n")
    return 0


def _one(source: Source, context: Context, reader: Reader | None, lang: Lang) -> int:
    from ecluse.discovery import coverage, detection
    from ecluse.discovery.readers import READERS

    if source.trouble is None and not source.head.strip():
        source.trouble = "empty"
    if source.trouble:
        return _refuse(source, coverage.unread_reason(source.trouble).to(lang))
    if reader:
        detected = detection.forced(source, reader, context)
    else:
        detected = detection.detect(source, READERS, context)
    if detected.main is None:
        return _refuse(source, coverage.UNKNOWN.to(lang))
    return _records(source, detected, lang)


def _refuse(source: Source, why: str) -> int:
    sys.stderr.write(f"{source.path}: {why}\n")
    return 0


def _records(source: Source, detected: Detected, lang: Lang) -> int:
    from ecluse.discovery import coverage, framing
    from ecluse.discovery.digest import understand
    from ecluse.discovery.record import UnreadableError

    main = detected.formats[0]
    lines = read = unread = 0
    for line, text in framing.records(source.chunks(), main.reader.framing):
        lines += 1
        try:
            found, record = understand(text, detected.formats)
        except UnreadableError as error:
            unread += 1
            sys.stderr.write(
                f"{source.path}:{line}: {coverage.unread_reason(error.reason).to(lang)}\n"
            )
            continue
        if record is not None:
            read += 1
            shown = record.as_json(found.reader.name, line)
            sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n")
    if source.truncated:
        unread += 1
        sys.stderr.write(f"{source.path}: {coverage.unread_reason('truncated').to(lang)}\n")
    words = Text(
        "{path}\u00a0: {name}, {lines} lignes, {read} lues, {aside} sans "
        "visite, {unread} non lues\n",
        "{path}: {name}, {lines} lines, {read} read, {aside} without a visit, {unread} not read\n",
    )
    counts = {"lines": lines, "read": read, "unread": unread, "aside": lines - read - unread}
    shown_counts = {key: number(max(value, 0), lang) for key, value in counts.items()}
    sys.stderr.write(words.to(lang).format(path=source.path, name=main.reader.name, **shown_counts))
    return lines - unread
