"""How the sub-verbs of `ecluse journal` open a journal, answer and complain; no sub-verb here."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ecluse.kernel.text import Text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from ecluse.journal import Journal

YES, NO, UNABLE = 0, 1, 2


def guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Turn refusals into their sentence on the error output and exit code 2."""

    def guard(args: argparse.Namespace) -> int:
        from sqlite3 import DatabaseError

        from ecluse.journal.errors import JournalError

        try:
            return run(args)
        except JournalError as error:
            complain(args, error.code, error.text)
        except BrokenPipeError:
            raise
        except DatabaseError:
            said = Text(
                fr="Le fichier journal.db ne se lit pas. Rien n’a été modifié. Lancez "
                "«\u00a0ecluse journal verify\u00a0» pour savoir ce qui est touché.",
                en="The file journal.db cannot be read. Nothing was changed. Run “ecluse journal "
                "verify” to learn what is affected.",
            )
            complain(args, "damaged", said)
        except OSError as error:
            name = error.filename or ""
            said = Text(
                fr=f"Impossible\u00a0: {error.strerror} {name}. Le journal est intact.",
                en=f"Could not be done: {error.strerror} {name}. The journal is untouched.",
            )
            complain(args, "os", said)
        return UNABLE

    return guard


def complain(args: argparse.Namespace, code: str, said: Text) -> None:
    """Say a refusal on the error output."""
    line = json.dumps({"code": code, "message": said.to(args.lang)}, ensure_ascii=False)
    sys.stderr.write(f"{line if args.json else said.to(args.lang)}\n")


def say(args: argparse.Namespace, value: object, text: str) -> None:
    """Print the answer: an object in JSON, or its text."""
    line = json.dumps(value, ensure_ascii=False) if args.json else text
    sys.stdout.write(f"{line.rstrip()}\n")


def folder_of(args: argparse.Namespace) -> Path:
    """Give where the journal of this data directory lives."""
    return Path(args.data) / "journal"


def open_journal(args: argparse.Namespace) -> Journal:
    """Open the journal for writing."""
    from ecluse.journal import Journal

    return Journal.open(folder_of(args))


def table(titles: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table on a terminal, or lines with tabs elsewhere."""
    if not sys.stdout.isatty():
        sys.stdout.writelines("\t".join(row) + "\n" for row in rows)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    drawn = Table(*titles, box=None, pad_edge=False)
    for row in rows:
        drawn.add_row(*(Plain(cell) for cell in row))
    Console().print(drawn)
