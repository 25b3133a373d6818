"""The verb `ecluse journal`: it parses, calls, prints; it keeps no rule of its own."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecluse.cli import journal_evidence
from ecluse.cli.journal_answer import (
    UNABLE,
    YES,
    complain,
    folder_of,
    guarded,
    open_journal,
    say,
    table,
)
from ecluse.kernel.text import Text, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecluse.journal import Journal
    from ecluse.kernel.text import Lang


HELP = Text(
    fr="tenir le journal de preuve, le vérifier, l’exporter",
    en="keep the evidence journal, verify it, export it",
)
EPILOG = Text(
    fr="""exemples\u00a0:
  ecluse journal init --origin exemple.fr/journal
  echo '{"event":"crisis.cut_applied","actor":"u:7f3a","case":"c-12"}' | ecluse journal append
  ecluse journal show --case c-12
  ecluse journal checkpoint
  ecluse journal verify
  ecluse journal export --out dossier-c-12 --case c-12 --clear --reason "réquisition"
  ecluse journal verify dossier-c-12

codes de sortie\u00a0: 0 oui, 1 non (une vérification a échoué), 2 impossible""",
    en="""examples:
  ecluse journal init --origin example.org/journal
  echo '{"event":"crisis.cut_applied","actor":"u:7f3a","case":"c-12"}' | ecluse journal append
  ecluse journal show --case c-12
  ecluse journal checkpoint
  ecluse journal verify
  ecluse journal export --out bundle-c-12 --case c-12 --clear --reason "court order"
  ecluse journal verify bundle-c-12

exit codes: 0 yes, 1 no (a verification failed), 2 could not be done""",
)


def add_parser(subparsers: argparse._SubParsersAction[Any], lang: Lang) -> None:
    """Add `journal` and its sub-verbs, with help in `lang`."""
    parser = subparsers.add_parser(
        "journal",
        help=HELP.to(lang),
        description=HELP.to(lang),
        epilog=EPILOG.to(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="journal_verb", required=True, metavar="…")

    def verb(name: str, run: Callable[[argparse.Namespace], int], said: Text) -> Any:
        sub = verbs.add_parser(name, help=said.to(lang), description=said.to(lang))
        sub.add_argument("--json", action="store_true", help=JSON.to(lang))
        sub.set_defaults(run=guarded(run))
        return sub

    _add_writing(verb, lang)
    _add_reading(verb, lang)
    journal_evidence.add_verbs(verb, lang)


JSON = Text(fr="sortie en JSON", en="print JSON")


def _add_writing(verb: Callable[..., Any], lang: Lang) -> None:
    init = verb("init", run_init, Text(fr="créer un journal", en="create a journal"))
    init.add_argument("--origin", help=ORIGIN.to(lang))
    init.add_argument("--follows", type=Path, metavar="DIR", help=FOLLOWS.to(lang))
    append = verb(
        "append",
        run_append,
        Text(
            fr="inscrire des événements lus sur l’entrée standard, un objet JSON par ligne",
            en="enter events read from standard input, one JSON object a line",
        ),
    )
    append.add_argument("--urgent", action="store_true", help=URGENT.to(lang))
    verb(
        "checkpoint",
        run_checkpoint,
        Text(fr="signer l’état actuel", en="sign the current state"),
    )
    key = verb("key", run_key, Text(fr="montrer ou changer la clé", en="show or change the key"))
    key.add_argument(
        "action",
        nargs="?",
        choices=("show", "rotate", "retire"),
        default="show",
        help=KEY_ACTIONS.to(lang),
    )
    key.add_argument("key_id", nargs="?", metavar="ID")


KEY_ACTIONS = Text(
    fr="l’afficher\u202f; en ajouter une\u202f; effacer celle d’identifiant ID",
    en="print it; add one; erase the one of identifier ID",
)
ORIGIN = Text(
    fr="nom du journal pour toujours, comme une adresse sans https:// (défaut\u00a0: au hasard)",
    en="the journal’s name for ever, like an address without https:// (default: random)",
)
FOLLOWS = Text(
    fr="journal abîmé que celui-ci remplace et dont il cite le dernier point de contrôle",
    en="damaged journal that this one replaces and whose last checkpoint it cites",
)
URGENT = Text(
    fr="trace d’une coupure\u00a0: jamais perdue, mise de côté si le disque est plein",
    en="record of a cut: never lost, kept aside if the disk is full",
)


def _add_reading(verb: Callable[..., Any], lang: Lang) -> None:
    show = verb("show", run_show, Text(fr="lire les entrées", en="read the entries"))
    show.add_argument("--case", help=Text(fr="d’un dossier", en="of a case").to(lang))
    show.add_argument(
        "--since", type=_moment, metavar="T", help=Text(fr="depuis", en="since").to(lang)
    )
    show.add_argument("--limit", type=int, default=100, metavar="N", help=LIMIT.to(lang))
    verify = verb(
        "verify",
        run_verify,
        Text(
            fr="vérifier un journal ou un export\u202f; nommer ce qui ne va pas",
            en="verify a journal or an export; name what is wrong",
        ),
    )
    verify.add_argument("path", nargs="?", type=Path, metavar="DIR|BUNDLE")
    verify.add_argument("--key", action="append", default=[], metavar="VKEY", help=KEY.to(lang))
    verify.add_argument(
        "--against", action="append", default=[], type=Path, metavar="FILE", help=AGAINST.to(lang)
    )
    verify.add_argument("--tsa-ca", type=Path, metavar="PEM", help=TSA_CA.to(lang))
    prove = verb(
        "prove", journal_evidence.run_prove, Text(fr="prouver une entrée", en="prove an entry")
    )
    prove.add_argument("index", type=int, metavar="INDEX")
    prove.add_argument("--size", type=int, metavar="N")
    consistency = verb(
        "consistency",
        journal_evidence.run_consistency,
        Text(
            fr="prouver qu’un état prolonge un état antérieur",
            en="prove that a state extends an earlier one",
        ),
    )
    consistency.add_argument("old", type=int, metavar="OLD")
    consistency.add_argument("new", type=int, metavar="NEW")


LIMIT = Text(fr="les N dernières (0\u00a0: toutes)", en="the last N (0: all)")
KEY = Text(fr="clé publique apprise ailleurs", en="public key learnt elsewhere")
AGAINST = Text(fr="point de contrôle conservé ailleurs", en="checkpoint kept elsewhere")
TSA_CA = Text(fr="certificat de l’autorité d’horodatage", en="time-stamping authority certificate")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def run_init(args: argparse.Namespace) -> int:
    """Create a journal."""
    from ecluse.journal import Journal

    follows = _last_words(args.follows) if args.follows else ""
    origin = args.origin or f"ecluse/{os.urandom(8).hex()}"
    with Journal.create(folder_of(args), origin, follows=follows) as journal:
        vkey = str(journal.reader.public_keys()[0])
    said = Text(
        fr=f"Journal créé dans {folder_of(args)}.\nOrigine\u00a0: {origin}\nClé publique\u00a0: "
        f"{vkey}\nCommuniquez ces deux lignes à qui devra vérifier\u202f; gardez une copie de "
        f"{folder_of(args) / 'keys'} en lieu sûr.",
        en=f"Journal created in {folder_of(args)}.\nOrigin: {origin}\nPublic key: {vkey}\n"
        "Give these two lines to whoever will verify; keep a copy of "
        f"{folder_of(args) / 'keys'} in a safe place.",
    )
    say(args, {"folder": str(folder_of(args)), "origin": origin, "vkey": vkey}, said.to(args.lang))
    return YES


def _last_words(folder: Path) -> str:
    """Give the last checkpoint of a journal, published or kept: it may outlive its database."""
    from ecluse.journal import Reader
    from ecluse.journal.note import Note

    path = folder / "checkpoint"
    if path.exists():
        return bytes(Note.parse(path.read_bytes())).decode()
    former = Reader(folder)
    last = bytes(former.note()).decode()
    former.close()
    return last


def run_append(args: argparse.Namespace) -> int:
    """Enter the events of standard input; bad lines are named and the others go on."""
    from ecluse.journal.errors import EventRefused

    refused = 0
    with open_journal(args) as journal:
        for position, line in enumerate(sys.stdin.buffer, 1):
            if not line.strip():
                continue
            try:
                _append_line(args, journal, line)
            except EventRefused as error:
                refused += 1
                where = Text(fr=f"ligne {position}\u00a0: ", en=f"line {position}: ")
                said = Text(fr=where.fr + error.text.fr, en=where.en + error.text.en)
                complain(args, error.code, said)
    return UNABLE if refused else YES


def _append_line(args: argparse.Namespace, journal: Journal, line: bytes) -> None:
    from ecluse.journal import Receipt
    from ecluse.journal.record import event_from

    try:
        value = json.loads(line)
    except ValueError:
        value = None
    event = event_from(value)
    result = journal.append_always(event) if args.urgent else journal.append(event)
    if isinstance(result, Receipt):
        leaf = result.leaf_hash.hex()
        say(args, {"index": result.index, "leaf_hash": leaf}, f"{result.index} {leaf}")
        return
    aside = Text(fr=f"mis de côté ({result.where})", en=f"kept aside ({result.where})")
    say(args, {"index": None, "kept": result.where}, aside.to(args.lang))


def run_checkpoint(args: argparse.Namespace) -> int:
    """Sign the current size and root."""
    from ecluse.journal.checkpoint import Checkpoint

    with open_journal(args) as journal:
        note = journal.checkpoint()
    head = Checkpoint.of(note)
    value = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
    say(args, value | {"note": bytes(note).decode()}, bytes(note).decode())
    return YES


def run_key(args: argparse.Namespace) -> int:
    """Print the origin and public keys, add one, or retire one."""
    from ecluse.journal import Reader

    if args.action != "show":
        with open_journal(args) as journal:
            if args.action == "rotate":
                journal.rotate()
            else:
                journal.retire(args.key_id or "")
    reader = Reader(folder_of(args))
    active = {str(key) for key in reader.public_keys(retired=False)}
    keys = [{"vkey": str(key), "signs": str(key) in active} for key in reader.public_keys()]
    reader.close()
    retired = Text(fr="ne signe plus", en="signs no more").to(args.lang)
    lines = [f"{k['vkey']}{'' if k['signs'] else f'  ({retired})'}" for k in keys]
    say(args, {"origin": reader.origin, "keys": keys}, "\n".join([reader.origin, *lines]))
    return YES


def _wanted(args: argparse.Namespace) -> Iterator[tuple[int, dict[str, Any]]]:
    from ecluse.journal import Reader

    reader = Reader(folder_of(args))
    part = None if args.case is None else f'"case":{json.dumps(args.case)}'.encode()
    for index, raw in reader.entries(part):
        entry = json.loads(raw)
        if args.case is not None and entry.get("case") != args.case:
            continue
        if args.since is None or datetime.fromisoformat(entry["ts"]) >= args.since:
            yield index, entry
    reader.close()


def run_show(args: argparse.Namespace) -> int:
    """Print entries, oldest first."""
    last: deque[tuple[int, dict[str, Any]]] = deque(maxlen=args.limit or None)
    count = 0
    for pair in _wanted(args):
        last.append(pair)
        count += 1
    if args.json:
        for index, entry in last:
            say(args, {"index": index, "entry": entry}, "")
        return YES
    columns = ("ts", "event", "actor", "case", "object", "reason")
    rows = [(str(index), *(_cell(entry, name) for name in columns)) for index, entry in last]
    titles = Text(
        fr="n°,date (UTC),événement,acteur,dossier,objet,motif",
        en="no.,time (UTC),event,actor,case,object,reason",
    )
    table(titles.to(args.lang).split(","), rows)
    if count > len(last):
        less = Text(
            fr=f"{number(len(last), 'fr')} entrées affichées sur {number(count, 'fr')}\u202f; "
            "--limit 0 pour toutes.",
            en=f"{number(len(last), 'en')} entries shown of {number(count, 'en')}; "
            "--limit 0 for all.",
        )
        sys.stderr.write(f"{less.to(args.lang)}\n")
    return YES


def _cell(entry: dict[str, Any], name: str) -> str:
    if name == "actor":
        return str(entry["actor"]["id"])
    value = str(entry.get(name, ""))
    return value[:19].replace("T", " ") if name == "ts" else value


def run_verify(args: argparse.Namespace) -> int:
    """Verify a journal or a bundle."""
    return journal_evidence.verify(args, args.path or folder_of(args))
