"""One command, a few verbs; each verb is a file that builds its parser and runs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from ecluse import __version__
from ecluse.cli import block, catalogue, discover, journal, plan, read
from ecluse.cli.stop import Stop
from ecluse.kernel.text import Lang, Text

VERBS = (discover, block, plan, read, catalogue, journal)
ABOUT = Text(
    "Voir l’usage réel de l’IA, décider, faire appliquer, prouver.",
    "See how AI is really used, decide, enforce, prove.",
)
START = Text(
    "Pour commencer\u00a0: ecluse discover /chemin/vers/les/journaux",
    "To start: ecluse discover /path/to/the/logs",
)


def language(arguments: Sequence[str]) -> Lang:
    """Give the language asked for by --lang, else by ECLUSE_LANG or the locale, else French."""
    for position, word in enumerate(arguments):
        asked = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
        if asked in {"fr", "en"}:
            return "fr" if asked == "fr" else "en"
    local = os.environ.get("ECLUSE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    return "en" if local.lower().startswith("en") else "fr"


def default_data() -> Path:
    """Give the data directory: ECLUSE_DATA, else the platform's user data folder."""
    asked = os.environ.get("ECLUSE_DATA")
    if asked:
        return Path(asked)
    import platformdirs

    return Path(platformdirs.user_data_dir("ecluse", appauthor=False))


def parser(lang: Lang) -> argparse.ArgumentParser:
    """Build the whole command; imports no engine, so that --help answers at once."""
    top = argparse.ArgumentParser(
        prog="ecluse",
        description=ABOUT.to(lang),
        epilog=START.to(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"ecluse {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        verb.add_parser(verbs, lang)
    for one in [top, *_parsers(verbs)]:
        _add_common(one, lang)
    return top


def _parsers(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    found = []
    for one in verbs.choices.values():
        found.append(one)
        for action in one._actions:  # noqa: SLF001 - argparse gives no other way to its children
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - idem
                found += _parsers(action)
    return found


def _add_common(one: argparse.ArgumentParser, lang: Lang) -> None:
    group = one.add_argument_group(Text("partout", "everywhere").to(lang))
    group.add_argument(
        "--data",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help=Text(
            "dossier de données (défaut\u00a0: ECLUSE_DATA, ou celui du système)",
            "data directory (default: ECLUSE_DATA, or the platform’s)",
        ).to(lang),
    )
    group.add_argument(
        "--lang",
        choices=get_args(Lang),
        default=argparse.SUPPRESS,
        help=Text("langue de l’affichage", "language of what is shown").to(lang),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; 0 done, 1 the answer is no, 2 it could not be done, 130 interrupted."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    lang = language(words)
    options = parser(lang).parse_args(words)
    options.lang = lang
    options.data = getattr(options, "data", None) or default_data()
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except Stop as stop:
        sys.stderr.write(f"ecluse: {stop}\n")
        return 2
    except BrokenPipeError:
        # The reader of our output left (`| head`): nothing is wrong, and nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write(Text("Interrompu.\n", "Interrupted.\n").to(lang))
        return 130
    return code
