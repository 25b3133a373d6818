"""Stormshield custom web services; an import replaces all, so the export's other lines are kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.refusal import Refused
from ecluse.kernel.text import Text

BLOCKED, APPROVED = "ecluse-blocked", "ecluse-approved"
OURS = (BLOCKED, APPROVED)


def render(decision: Decision) -> bytes:
    """Give the whole file to import, with our web service alone in it."""
    return _file([], _rows(decision, decision.hosts, BLOCKED))


def allow(decision: Decision) -> bytes:
    """Give the approved hosts as a web service of their own."""
    return _file([], _rows(decision, decision.approved_alone, APPROVED))


def merge(decision: Decision, export: bytes, name: str, allowed: bool) -> bytes:  # noqa: FBT001 - the signature of all merges
    """Give the export with our web service put in place of its earlier version, if any.

    Lines of other services come back byte for byte, in their order. Raise Refused, with the
    line, when the export is not one.
    """
    ours = APPROVED if allowed else BLOCKED
    kept = _others(export, name, ours)
    hosts = decision.approved_alone if allowed else decision.hosts
    return _file(kept, _rows(decision, hosts, ours))


def _others(export: bytes, name: str, ours: str) -> list[str]:
    try:
        lines = export.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise Refused(
            f"{name}\u00a0: ce n’est pas du texte UTF-8 ({error.reason}). Rien n’a été écrit.",
            f"{name}: this is not UTF-8 text ({error.reason}). Nothing was written.",
        ) from error
    kept = []
    for rank, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if not line.startswith("#"):
            row = next(csv.reader([line]))
            if len(row) < 2 or not row[0].strip() or not row[1].strip():
                raise Refused(
                    f"{name}:{rank}\u00a0: cette ligne n’est pas un service web exporté (nom, "
                    "adresse, date, révision, commentaire). Rien n’a été écrit.",
                    f"{name}:{rank}: this line is not an exported web service (name, address, "
                    "date, revision, comment). Nothing was written.",
                )
            if row[0].strip() == ours:
                continue
        kept.append(line)
    return kept


def _rows(decision: Decision, hosts: Iterable[Host], service: str) -> list[str]:
    """One line a name; the firewall keeps the optional fields of the first line only."""
    names = [
        name
        for host in hosts
        for name in ([host.name] if host.exact else [host.name, f"*.{host.name}"])
    ]
    comment = "; ".join(header.facts(decision))
    date = f"{decision.date:%Y/%m/%d %H:%M}"
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    for rank, name in enumerate(names):
        writer.writerow([service, name, *((date, "", comment) if rank == 0 else ("", "", ""))])
    return held.getvalue().splitlines()


def _file(kept: list[str], rows: list[str]) -> bytes:
    title = [] if kept and kept[0].startswith("#") else ["#name,#ip/fqdn,#date,#revision,#comment"]
    return header.text([*title, *kept, *rows, ""])


FORMAT = Format(
    name="stormshield-csv",
    title="Stormshield, services web / web services",
    render=render,
    allow=allow,
    merge=merge,
    each_suffix=2,
    use=Text(
        "Objets > Services web > Importer\u00a0: l’import remplace toute la base personnalisée, "
        "donnez d’abord son export avec --merge",
        "Objects > Web services > Import: it replaces the whole custom database, so give its "
        "export first with --merge",
    ),
)
