"""`ecluse block`: what a decision becomes for each product, what it would cut, what it changed."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecluse.cli.stop import Stop, stop
from ecluse.kernel.text import Lang, Text

if TYPE_CHECKING:
    from ecluse.catalogue.services import Services
    from ecluse.enforcement.artefact import Format
    from ecluse.enforcement.request import Line, Outcome

EXAMPLES = Text(
    """exemples\u00a0:
  ecluse block --service deepseek --format rpz --out rpz.ia --reason "décision du COMEX"
  ecluse block --forbidden interdits.txt --approved approuves.txt --format pac
  ecluse block --forbidden interdits.txt --format stormshield-csv --merge export.csv
  ecluse block --approved approuves.txt --allow --format squid-dstdomain
  ecluse block --service chatgpt --dry-run-on usage/        qui serait coupé, et de quoi
  ecluse block --service chatgpt --compare avant/ apres/    l’usage a-t-il cessé
  ecluse block --formats                                    les formats, et leurs limites
Une liste\u00a0: un service du catalogue ou un domaine par ligne, # pour commenter.""",
    """examples:
  ecluse block --service deepseek --format rpz --out rpz.ai --reason "board decision"
  ecluse block --forbidden forbidden.txt --approved approved.txt --format pac
  ecluse block --forbidden forbidden.txt --format stormshield-csv --merge export.csv
  ecluse block --approved approved.txt --allow --format squid-dstdomain
  ecluse block --service chatgpt --dry-run-on usage/        who would be cut, and from what
  ecluse block --service chatgpt --compare before/ after/   did use stop
  ecluse block --formats                                    the formats, and their limits
A list: one service of the catalogue or one domain a line, # for comments.""",
)


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser], lang: Lang) -> None:
    """Add the verb to the command."""
    about = Text(
        "met une décision au format de vos équipements, et dit ce qu’elle couperait",
        "put a decision into the format of your equipment, and say what it would cut",
    ).to(lang)
    parser = verbs.add_parser(
        "block",
        help=about,
        description=about,
        epilog=EXAMPLES.to(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_what(parser, lang)
    _add_terms(parser, lang)
    _add_result(parser, lang)
    parser.set_defaults(run=run)


def _add_what(parser: argparse.ArgumentParser, lang: Lang) -> None:
    parser.add_argument(
        "--service",
        action="append",
        nargs="+",
        default=[],
        metavar="ID",
        help=Text("service interdit", "forbidden service").to(lang),
    )
    parser.add_argument(
        "--forbidden",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=Text("liste de services et domaines interdits", "list of what is forbidden").to(lang),
    )
    parser.add_argument(
        "--approved",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=Text("liste de ce qui doit rester joignable", "list of what must stay reachable").to(
            lang
        ),
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=Text(
            "fichier de services de l’organisation", "the organisation’s own file of services"
        ).to(lang),
    )


def _add_terms(parser: argparse.ArgumentParser, lang: Lang) -> None:
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help=Text("motif", "reason").to(lang)
    )
    parser.add_argument(
        "--author",
        default="",
        metavar="NAME",
        help=Text("qui a décidé", "who decided").to(lang),
    )
    parser.add_argument(
        "--until",
        metavar="YYYY-MM-DD",
        help=Text("dernier jour de validité", "last day it holds").to(lang),
    )


def _add_result(parser: argparse.ArgumentParser, lang: Lang) -> None:
    result = parser.add_mutually_exclusive_group()
    result.add_argument(
        "--format",
        metavar="F",
        help=Text("format à écrire (voir --formats)", "format to write (see --formats)").to(lang),
    )
    result.add_argument(
        "--dry-run-on",
        type=Path,
        metavar="DIR",
        help=Text(
            "calculer l’effet sur un usage passé (discover --parquet)",
            "work out the effect on past usage (discover --parquet)",
        ).to(lang),
    )
    result.add_argument(
        "--compare",
        type=Path,
        nargs=2,
        metavar=("BEFORE", "AFTER"),
        help=Text("comparer deux usages, avant et après", "compare usage before and after").to(
            lang
        ),
    )
    result.add_argument(
        "--formats",
        action="store_true",
        help=Text("lister les formats", "list the formats").to(lang),
    )
    _add_file(parser, lang)


def _add_file(parser: argparse.ArgumentParser, lang: Lang) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=Text("fichier à écrire", "file to write").to(lang)
    )
    parser.add_argument(
        "--allow",
        action="store_true",
        help=Text(
            "écrire la liste d’autorisation de --approved", "write the allow-list of --approved"
        ).to(lang),
    )
    parser.add_argument(
        "--merge",
        type=Path,
        metavar="FILE",
        help=Text(
            "export du pare-feu à compléter (Stormshield)",
            "firewall export to add to (Stormshield)",
        ).to(lang),
    )
    parser.add_argument(
        "--json", action="store_true", help=Text("un objet JSON", "one JSON object").to(lang)
    )


def run(options: argparse.Namespace) -> int:
    """Do the one thing asked for; a refusal ends the command with 2 and nothing written."""
    from ecluse.catalogue.toml import CatalogueError
    from ecluse.enforcement.refusal import Refused

    if options.formats:
        return _formats(options)
    _check(options)
    try:
        from ecluse.catalogue.services import load_services

        services = load_services(options.catalogue)
        outcome = _decided(options, services)
        if options.dry_run_on:
            return _dry_run(options, outcome, services)
        if options.compare:
            return _compare(options, outcome, services)
        return _write(options, outcome)
    except Refused as refused:
        raise Stop(refused.text.to(options.lang)) from refused
    except (CatalogueError, OSError) as error:
        raise stop(options.lang, f"{error}", f"{error}") from error


def _check(options: argparse.Namespace) -> None:
    lang: Lang = options.lang
    if not (options.format or options.dry_run_on or options.compare):
        raise stop(
            lang,
            "dites quoi faire\u00a0: --format (liste\u00a0: --formats), --dry-run-on ou --compare.",
            "say what to do: --format (list: --formats), --dry-run-on or --compare.",
        )
    if options.allow and not options.approved:
        raise stop(
            lang,
            "--allow écrit ce que --approved approuve\u00a0: donnez --approved FICHIER.",
            "--allow writes what --approved approves: give --approved FILE.",
        )
    if not (options.service or options.forbidden or options.allow):
        raise stop(
            lang,
            "dites quoi bloquer\u00a0: --service ID ou --forbidden FICHIER.",
            "say what to block: --service ID or --forbidden FILE.",
        )
    _check_end(options)


def _check_end(options: argparse.Namespace) -> None:
    from ecluse.kernel.clock import now

    lang: Lang = options.lang
    if options.until is None:
        return
    try:
        options.until = date.fromisoformat(options.until)
    except ValueError:
        raise stop(
            lang,
            f"--until «\u00a0{options.until}\u00a0»\u00a0: écrivez une date comme 2027-03-31.",
            f"--until “{options.until}”: write a date such as 2027-03-31.",
        ) from None
    if options.until < now().date():
        raise stop(
            lang,
            f"--until {options.until}\u00a0: cette date est passée, la décision ne vaudrait plus "
            "rien.",
            f"--until {options.until}: this date has passed, the decision would hold no more.",
        )


def _decided(options: argparse.Namespace, services: Services) -> Outcome:
    from ecluse.enforcement.request import Line, Terms, decide
    from ecluse.kernel.clock import now

    asked = [Line(one, "--service") for group in options.service for one in group]
    asked += _lines(options.forbidden)
    terms = Terms(options.reason, options.author, now().replace(microsecond=0), options.until)
    return decide(services, asked, _lines(options.approved), terms)


def _lines(paths: list[Path]) -> list[Line]:
    from ecluse.enforcement.request import read_list

    return [line for path in paths for line in read_list(path.read_bytes(), str(path))]


def _formats(options: argparse.Namespace) -> int:
    from ecluse.enforcement.formats import FORMATS

    if options.json:
        _print([_format_json(one, options.lang) for one in FORMATS])
        return 0
    from ecluse.cli import show_block

    show_block.formats(FORMATS, options.lang)
    return 0


def _format_json(one: Format, lang: Lang) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "exact": one.exact,
        "suffix": one.suffix,
        "exceptions": one.exceptions,
        "comments": one.comments,
        "allow_list": one.allow is not None,
        "merges": one.merge is not None,
        "limits": [
            {"most": limit.most, "unit": limit.unit, "source": limit.source} for limit in one.limits
        ],
        "use": one.use.to(lang),
    }


def _dry_run(options: argparse.Namespace, outcome: Outcome, services: Services) -> int:
    from ecluse.enforcement.dry_run import dry_run

    approved = {line.text for line in _lines(options.approved)} & set(services.by_id)
    found = dry_run(outcome.decision, options.dry_run_on, services, approved)
    if options.json:
        _print({"decision_sha256": outcome.decision.hash, **found.as_json(options.lang)})
        return 0
    from ecluse.cli import show_block

    show_block.notes(outcome, options.lang)
    show_block.dry_run(found, services, options.lang)
    return 0


def _compare(options: argparse.Namespace, outcome: Outcome, services: Services) -> int:
    from ecluse.enforcement.displacement import compare

    before, after = options.compare
    found = compare(outcome.decision, before, after, services)
    if options.json:
        _print({"decision_sha256": outcome.decision.hash, **found.as_json(options.lang)})
        return 0
    from ecluse.cli import show_block

    show_block.compared(found, services, options.lang)
    return 0


def _write(options: argparse.Namespace, outcome: Outcome) -> int:
    from ecluse.enforcement import write

    chosen = _chosen(options)
    export = (options.merge.read_bytes(), str(options.merge)) if options.merge else None
    written = write.artefact(
        chosen, outcome.decision, out=options.out, allow=options.allow, export=export
    )
    said = {
        **written.as_json(),
        "shared_left_open": [{"service": s, "host": h} for s, h in outcome.shared],
        "also_cut": [{"service": s, "host": h} for s, h in outcome.also],
    }
    if options.json:
        if not options.out:
            said["content"] = written.content.decode()
        _print(said)
        return 0
    from ecluse.cli import show_block

    if not options.out:
        sys.stdout.buffer.write(written.content)
        sys.stdout.flush()
    show_block.written(written, outcome, options.lang)
    return 0


def _chosen(options: argparse.Namespace) -> Format:
    import difflib

    from ecluse.enforcement.formats import FORMATS

    known = {one.name: one for one in FORMATS}
    if options.format in known:
        return known[options.format]
    near = difflib.get_close_matches(options.format, known, n=1)
    raise stop(
        options.lang,
        f"format «\u00a0{options.format}\u00a0» inconnu"
        + (
            f"\u00a0: vouliez-vous «\u00a0{near[0]}\u00a0»\u202f?"
            if near
            else ". Liste\u00a0: --formats."
        ),
        f"unknown format “{options.format}”"
        + (f": did you mean “{near[0]}”?" if near else ". List: --formats."),
    )


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
