"""`ecluse catalogue`: the AI services that Écluse knows, with where each fact comes from."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecluse.cli.stop import stop
from ecluse.kernel.text import Lang, Text, number

if TYPE_CHECKING:
    from ecluse.catalogue.services import Service, Services

EXAMPLES = Text(
    """exemples\u00a0:
  ecluse catalogue list --country FR          les services français
  ecluse catalogue list --kind api --json
  ecluse catalogue show mistral-api           domaines, et d’où chaque fait vient
  ecluse catalogue check nos-services.toml    vérifier son propre fichier""",
    """examples:
  ecluse catalogue list --country FR          the French services
  ecluse catalogue list --kind api --json
  ecluse catalogue show mistral-api           domains, and where each fact comes from
  ecluse catalogue check our-services.toml    check a file of one’s own""",
)


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser], lang: Lang) -> None:
    """Add the verb and its three actions to the command."""
    about = Text("les services d’IA connus", "the AI services known").to(lang)
    parser = verbs.add_parser(
        "catalogue",
        help=about,
        description=about,
        epilog=EXAMPLES.to(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="check|list|show", required=True)
    check = actions.add_parser(
        "check",
        help=Text(
            "vérifie le catalogue, et vos fichiers", "check the catalogue, and your files"
        ).to(lang),
    )
    check.add_argument("files", nargs="*", type=Path, metavar="FILE")
    check.set_defaults(run=run_check)
    lists = actions.add_parser(
        "list", help=Text("liste les services", "list the services").to(lang)
    )
    lists.add_argument(
        "--country", metavar="FR", help=Text("pays de l’éditeur", "vendor’s country").to(lang)
    )
    lists.add_argument("--kind", help=Text("genre de service", "kind of service").to(lang))
    lists.set_defaults(run=run_list)
    show = actions.add_parser("show", help=Text("montre un service", "show one service").to(lang))
    show.add_argument("id", metavar="ID")
    show.set_defaults(run=run_show)
    for one in (check, lists, show):
        one.add_argument("--json", action="store_true", help=Text("en JSON", "as JSON").to(lang))
    for one in (lists, show):
        one.add_argument("--catalogue", type=Path, action="append", default=[], metavar="FILE")


def _load(files: list[Path], lang: Lang) -> Services:
    from ecluse.catalogue.services import load_services
    from ecluse.catalogue.toml import CatalogueError

    try:
        return load_services(files)
    except CatalogueError as error:
        raise stop(lang, str(error), str(error)) from error


def run_check(options: argparse.Namespace) -> int:
    """Load everything that is data, and count it."""
    from ecluse.catalogue.measures import load_measures
    from ecluse.catalogue.services import load_blindness
    from ecluse.catalogue.signals import load_signals

    services = _load(options.files, options.lang)
    blindness = load_blindness()
    counts = {
        "services": len(services.by_id),
        "domains": sum(len(one.domains) for one in services.by_id.values()),
        "sources": len(services.sources),
        "measures": len(load_measures().all),
        "signals": len(load_signals().by_id),
        "hidden": sum(len(blindness.hosts(kind)) for kind in ("doh", "vpn", "relay")),
    }
    if options.json:
        sys.stdout.write(json.dumps(counts) + "\n")
        return 0
    words = Text(
        "Catalogue en ordre\u00a0: {services} services, {domains} domaines, {sources} provenances, "
        "{measures} mesures, {signals} signes, {hidden} hôtes qui masquent l’usage.\n",
        "The catalogue is in order: {services} services, {domains} domains, {sources} sources, "
        "{measures} measures, {signals} signals, {hidden} hosts that hide use.\n",
    )
    shown = {key: number(value, options.lang) for key, value in counts.items()}
    sys.stdout.write(words.to(options.lang).format(**shown))
    return 0


def run_list(options: argparse.Namespace) -> int:
    """List the services, all or those of a country or kind."""
    services = _load(options.catalogue, options.lang)
    kept = [
        one
        for one in services.by_id.values()
        if options.country in {None, one.country} and options.kind in {None, one.kind}
    ]
    if options.json:
        shown = [_json(one, options.lang) for one in kept]
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
        return 0 if kept else 1
    from rich.markup import escape

    from ecluse.catalogue.services import KINDS
    from ecluse.cli import show

    made = show.table(
        Text("Identifiant", "Id"),
        Text("Nom", "Name"),
        Text("Éditeur", "Vendor"),
        Text("Genre", "Kind"),
        Text("Domaines", "Domains"),
        lang=options.lang,
        right=(4,),
    )
    for one in kept:
        vendor = " ".join(filter(None, (one.vendor, one.country and f"({one.country})")))
        kind = KINDS[one.kind].to(options.lang)
        made.add_row(one.id, escape(one.name), escape(vendor), kind, str(len(one.domains)))
    show.console().print(made)
    return 0 if kept else 1


def run_show(options: argparse.Namespace) -> int:
    """Show one service with the provenance of each domain."""
    services = _load(options.catalogue, options.lang)
    service = services.by_id.get(options.id)
    if service is None:
        import difflib

        near = ", ".join(difflib.get_close_matches(options.id, list(services.by_id)))
        raise stop(
            options.lang,
            f"aucun service «\u00a0{options.id}\u00a0». Proches\u00a0: {near or '—'}.",
            f"no service “{options.id}”. Near: {near or '—'}.",
        )
    if options.json:
        sys.stdout.write(
            json.dumps(_json(service, options.lang), ensure_ascii=False, indent=2) + "\n"
        )
        return 0
    from rich.markup import escape

    from ecluse.catalogue.services import KINDS
    from ecluse.cli import show

    out = show.console()
    vendor = " ".join(filter(None, (service.vendor, service.country and f"({service.country})")))
    out.print(
        f"[bold]{escape(service.name)}[/]  {escape(vendor)}  {KINDS[service.kind].to(options.lang)}"
    )
    if service.note:
        out.print(escape(service.note.to(options.lang)))
    for domain in service.domains:
        marks = [
            domain.region or "",
            Text("partagé", "shared").to(options.lang) if domain.shared else "",
        ]
        said = " ".join(filter(None, (domain.host, *domain.paths, *marks)))
        origin = ", ".join(
            f"{services.sources[name].name.to(options.lang)}, {services.sources[name].date}"
            for name in domain.sources
            if name in services.sources
        )
        out.print(f"  {escape(said)}  [dim]{escape(origin)}[/]")
    return 0


def _json(one: Service, lang: Lang) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "vendor": one.vendor,
        "country": one.country,
        "kind": one.kind,
        "apps": list(one.apps),
        "note": one.note and one.note.to(lang),
        "domains": [
            {
                "host": domain.host,
                "exact": domain.exact,
                "shared": domain.shared,
                "paths": list(domain.paths),
                "region": domain.region,
                "sources": list(domain.sources),
            }
            for domain in one.domains
        ],
    }
