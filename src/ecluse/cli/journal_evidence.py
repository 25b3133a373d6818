"""The sub-verbs of `ecluse journal` that handle exhibits, bundles, time-stamps and witnesses."""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecluse.cli.journal_answer import NO, YES, folder_of, open_journal, say, table
from ecluse.kernel import clock
from ecluse.kernel.text import Text, number

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ecluse.journal.custody import Act
    from ecluse.journal.standalone_formats import Finding
    from ecluse.kernel.text import Lang

EXHIBIT_ACTIONS = Text(
    fr="déposer un FICHIER\u202f; lister\u202f; lire une pièce\u202f; inscrire qu’elle a été "
    "copiée, transmise ou analysée\u202f; détruire toutes celles du dossier",
    en="file a FILE; list; read an exhibit; record that it was copied, transferred or analysed; "
    "destroy all those of the case",
)
WITNESS_ACTIONS = Text(
    fr="afficher sa propre clé de témoin\u202f; suivre un journal par sa clé\u202f; lister les "
    "journaux suivis\u202f; répondre en HTTP\u202f; demander sa signature au témoin d’adresse URL",
    en="print this witness’s key; watch a log by its key; list the logs watched; answer over "
    "HTTP; ask the witness at URL to cosign",
)
REASON = Text(fr="pourquoi, tel que ce sera inscrit", en="why, as it will be entered")
ACTOR = Text(
    fr="qui agit\u00a0: un identifiant, pas un nom (défaut\u00a0: le compte système)",
    en="who acts: an identifier, not a name (default: the system account)",
)
APPROVER = Text(fr="la seconde personne", en="the second person")
CASE = Text(fr="dossier d’incident", en="incident case")
CLEAR = Text(fr="pièces lisibles, et non chiffrées", en="readable exhibits, not encrypted ones")
TSA = Text(fr="autorité d’horodatage (RFC 3161)", en="time-stamping authority (RFC 3161)")
CA = Text(fr="certificat de l’autorité", en="the authority’s certificate")
PRINT = Text(
    fr="une page à imprimer avec un QR code, plutôt qu’une autorité",
    en="a page to print with a QR code, rather than an authority",
)


def add_verbs(verb: Callable[..., Any], lang: Lang) -> None:
    """Add export, anchor, exhibit and witness."""
    export = verb(
        "export",
        run_export,
        Text(fr="exporter de quoi vérifier ailleurs", en="export what verifies elsewhere"),
    )
    export.add_argument("--out", required=True, type=Path, metavar="BUNDLE")
    export.add_argument("--case", help=CASE.to(lang))
    export.add_argument("--clear", action="store_true", help=CLEAR.to(lang))
    export.add_argument("--tsa-ca", type=Path, metavar="PEM", help=CA.to(lang))
    export.add_argument("--witness", action="append", default=[], metavar="VKEY")
    _add_act(export, lang, needed=False)
    anchor = verb("anchor", run_anchor, Text(fr="dater l’état signé", en="date the signed state"))
    way = anchor.add_mutually_exclusive_group(required=True)
    way.add_argument("--tsa", metavar="URL", help=TSA.to(lang))
    way.add_argument("--print", action="store_true", dest="paper", help=PRINT.to(lang))
    anchor.add_argument("--tsa-ca", type=Path, metavar="PEM", help=CA.to(lang))
    anchor.add_argument("--out", type=Path, metavar="HTML")
    exhibit = verb(
        "exhibit",
        run_exhibit,
        Text(fr="déposer et suivre des pièces", en="file and follow exhibits"),
    )
    actions = ("add", "list", "view", "copied", "transferred", "analysed", "destroy")
    exhibit.add_argument("action", choices=actions, help=EXHIBIT_ACTIONS.to(lang))
    exhibit.add_argument("what", nargs="?", metavar="FILE|SHA256")
    exhibit.add_argument("--case", help=CASE.to(lang))
    exhibit.add_argument("--out", type=Path, metavar="FILE")
    exhibit.add_argument("--approver", help=APPROVER.to(lang))
    _add_act(exhibit, lang, needed=True)
    witness = verb(
        "witness", run_witness, Text(fr="témoigner, ou le demander", en="be a witness, or ask one")
    )
    witness.add_argument(
        "action", choices=("key", "trust", "logs", "serve", "ask"), help=WITNESS_ACTIONS.to(lang)
    )
    witness.add_argument("what", nargs="?", metavar="VKEY|URL")
    witness.add_argument("--key", metavar="VKEY")
    witness.add_argument("--origin")
    witness.add_argument("--host", default="127.0.0.1")
    witness.add_argument("--port", type=int, default=8646)


def _add_act(parser: argparse.ArgumentParser, lang: Lang, *, needed: bool) -> None:
    parser.add_argument("--actor", default=f"os:{os.getuid()}", help=ACTOR.to(lang))
    parser.add_argument("--reason", default="" if needed else "export", help=REASON.to(lang))


def _missing(fr: str, en: str) -> Exception:
    from ecluse.journal.errors import JournalError

    return JournalError("usage", Text(fr=fr, en=en))


def _act(args: argparse.Namespace) -> Act:
    from ecluse.journal import Actor
    from ecluse.journal.custody import Act

    if not args.reason:
        raise _missing(
            "Dites pourquoi avec --reason\u00a0: une pièce ne se manie pas sans motif.",
            "Say why with --reason: an exhibit is not handled without a reason.",
        )
    actor = Actor(id=args.actor, role="operator", auth="os")
    return Act(actor=actor, reason=args.reason, approver=getattr(args, "approver", None))


def _content(path: Path | None) -> bytes:
    return path.read_bytes() if path else b""


def verify(args: argparse.Namespace, path: Path) -> int:
    """Verify a bundle or a live journal and print every finding."""
    from ecluse.journal import verify as check
    from ecluse.journal.standalone_formats import Options

    against = tuple(file.read_bytes() for file in args.against)
    value: dict[str, Any]
    if check.is_bundle(path):
        options = Options(tuple(args.key), against, _content(args.tsa_ca))
        bundle = check.bundle(path, options)
        findings = list(bundle.findings())
        value = {"kind": "bundle"}
        head: tuple[str, int, bytes] | None = bundle.head[:3]
        notices = [Text(fr=fr, en=en).to(args.lang) for fr, en in bundle.notices]
    else:
        report = check.live(path, args.key, against)
        findings, notices = report.findings, []
        found = report.head
        head = None if found is None else (found.origin, found.size, found.root)
        names = ("entries", "checkpoints", "exhibits", "clock_back")
        value = {"kind": "journal"} | {name: getattr(report, name) for name in names}
    good = not findings
    value |= {"ok": good, "notices": notices, "findings": [_said(args, f) for f in findings]}
    if good and head:
        value |= {"origin": head[0], "size": head[1], "root": b64encode(head[2]).decode()}
    say(args, value, "\n".join(_lines(args, value)))
    return YES if good else NO


def _said(args: argparse.Namespace, finding: Finding) -> dict[str, str]:
    sentence = Text(fr=finding.fr, en=finding.en).to(args.lang)
    where = "".join(c if c.isprintable() else "?" for c in finding.where)
    return {"code": finding.code, "where": where, "message": sentence}


def _lines(args: argparse.Namespace, value: dict[str, Any]) -> list[str]:
    lang: Lang = args.lang
    space = "\u00a0:" if lang == "fr" else ":"
    lines = [f"[{f['code']}] {f['where']}{space} {f['message']}" for f in value["findings"]]
    lines += [f"- {notice}" for notice in value["notices"]]
    if value["kind"] == "journal":
        counts = [number(value[n], lang) for n in ("entries", "checkpoints", "exhibits")]
        lines.append(
            Text(
                fr="Relus\u00a0: entrées {}, points de contrôle {}, pièces {}.",
                en="Read again: entries {}, checkpoints {}, exhibits {}.",
            )
            .to(lang)
            .format(*counts)
        )
        unsigned = value["entries"] - value.get("size", value["entries"])
        if unsigned > 0:
            later = Text(
                fr="Pas encore signées, après le dernier point de contrôle\u00a0: {}.",
                en="Not signed yet, after the last checkpoint: {}.",
            )
            lines.append(later.to(lang).format(number(unsigned, lang)))
        if value["clock_back"]:
            back = Text(fr="L’horloge a reculé {} fois.", en="The clock went back {} times.")
            lines.append(back.to(lang).format(value["clock_back"]))
    if value["ok"]:
        yes = Text(fr="OUI, tout concorde", en="YES, everything agrees").to(lang)
        head = f"{value['origin']}, {value['size']}, {value['root']}" if "size" in value else ""
        lines.append(f"{yes}{space} {head}")
    else:
        count = len(value["findings"])
        no = Text(fr="NON, {} anomalie(s).", en="NO, {} finding(s).").to(lang)
        lines.append(no.format(number(count, lang)))
    return lines


def run_prove(args: argparse.Namespace) -> int:
    """Print the proof of an entry (c2sp.org/tlog-proof)."""
    from ecluse.journal import Reader

    reader = Reader(folder_of(args))
    proof = reader.prove(args.index, args.size)
    entry = reader.entry(args.index).decode()
    reader.close()
    say(args, {"entry": entry, "proof": bytes(proof).decode()}, bytes(proof).decode())
    return YES


def run_consistency(args: argparse.Namespace) -> int:
    """Print the proof that a tree extends an earlier one, one hash a line in base64."""
    from base64 import b64encode

    from ecluse.journal import Reader

    reader = Reader(folder_of(args))
    proof = [b64encode(value).decode() for value in reader.consistency(args.old, args.new)]
    reader.close()
    value = {"old": args.old, "new": args.new, "proof": proof}
    say(args, value, "\n".join([f"old {args.old}", f"new {args.new}", *proof]))
    return YES


def run_export(args: argparse.Namespace) -> int:
    """Write a bundle."""
    from ecluse.journal import bundle

    wanted = bundle.Wanted(
        act=_act(args),
        case=args.case,
        clear=args.clear,
        authority=_content(args.tsa_ca),
        witnesses=tuple(args.witness),
    )
    with open_journal(args) as journal:
        head = bundle.export(journal, args.out, wanted)
    said = Text(
        fr=f"Export écrit dans {args.out}\u00a0: {number(head.size, 'fr')} entrées signées. "
        f"Lisez {bundle.HOW_TO['fr']} pour le vérifier.",
        en=f"Export written to {args.out}: {number(head.size, 'en')} signed entries. "
        f"Read {bundle.HOW_TO['en']} to verify it.",
    )
    say(args, {"out": str(args.out), "size": head.size}, said.to(args.lang))
    return YES


def run_anchor(args: argparse.Namespace) -> int:
    """Have the last checkpoint time-stamped, or write a page to print."""
    from ecluse.journal import anchor, paper

    with open_journal(args) as journal:
        note = journal.checkpoint()
        if args.paper:
            out = args.out or Path("checkpoint.html")
            keys = journal.reader.public_keys(retired=False)
            out.write_text(paper.page(note, keys, args.lang, clock.now()))
            done = Text(fr=f"Page écrite dans {out}.", en=f"Page written to {out}.")
            say(args, {"page": str(out)}, done.to(args.lang))
            return YES
        stamp = anchor.stamp(journal, args.tsa, _content(args.tsa_ca))
    checked = Text(fr="signature vérifiée", en="signature checked")
    unchecked = Text(
        fr="signature non vérifiée\u202f; donnez --tsa-ca pour qu’elle le soit",
        en="signature not checked; give --tsa-ca to have it checked",
    )
    state = (checked if stamp.checked else unchecked).to(args.lang)
    size = number(stamp.size, args.lang)
    said = Text(
        fr=f"{size} entrées horodatées à {stamp.moment} par {stamp.authority} ({state}).",
        en=f"{size} entries time-stamped at {stamp.moment} by {stamp.authority} ({state}).",
    )
    say(args, stamp._asdict(), said.to(args.lang))
    return YES


def run_exhibit(args: argparse.Namespace) -> int:
    """File, list, read, hand over or destroy exhibits."""
    from ecluse.journal.custody import Custody

    if args.action == "list":
        return _list_exhibits(args)
    if not args.case or (not args.what and args.action != "destroy"):
        raise _missing(
            "Indiquez le dossier avec --case, et le fichier ou l’empreinte de la pièce.",
            "Give the case with --case, and the file or the hash of the exhibit.",
        )
    act = _act(args)
    with open_journal(args) as journal:
        chain = Custody(journal)
        if args.action == "add":
            with Path(args.what).open("rb") as source:
                exhibit, receipt = chain.acquire(args.case, source, act)
            value = {"exhibit": exhibit.sha256, "size": exhibit.size, "index": receipt.index}
            say(args, value, f"{receipt.index} {exhibit.sha256}")
        elif args.action == "view":
            _view(args, chain, act)
        elif args.action == "destroy":
            receipts = chain.destroy(args.case, act)
            done = Text(
                fr=f"{len(receipts)} pièces détruites\u202f; leurs preuves restent valables.",
                en=f"{len(receipts)} exhibits destroyed; their proofs still hold.",
            )
            say(args, {"destroyed": len(receipts)}, done.to(args.lang))
        else:
            receipt = chain.record(args.action, args.case, args.what, act)
            say(args, {"index": receipt.index}, str(receipt.index))
    return YES


def _view(args: argparse.Namespace, chain: Any, act: Act) -> None:
    parts = chain.view(args.case, args.what, act)
    if args.out:
        with args.out.open("xb") as out:
            out.writelines(parts)
        return
    sys.stdout.buffer.writelines(parts)


def _list_exhibits(args: argparse.Namespace) -> int:
    from ecluse.journal import Reader
    from ecluse.journal.custody import steps

    reader = Reader(folder_of(args))
    found = list(steps(reader, args.case))
    reader.close()
    if args.json:
        for s in found:
            value = {"index": s.number, "act": s.kind, "case": s.case, "intact": s.intact}
            say(args, value | {"exhibit": s.exhibit.sha256, "size": s.exhibit.size}, "")
        return YES
    titles = Text(fr="n°,acte,dossier,pièce,octets,intacte", en="no.,act,case,exhibit,bytes,intact")
    words = Text(fr="oui,NON", en="yes,NO").to(args.lang).split(",")
    rows = [
        (str(s.number), s.kind, s.case, s.exhibit.sha256, str(s.exhibit.size), words[not s.intact])
        for s in found
    ]
    table(titles.to(args.lang).split(","), rows)
    return YES


def run_witness(args: argparse.Namespace) -> int:
    """Show this witness's key, trust a log, serve, or ask another witness."""
    from ecluse.journal import witness

    with open_journal(args) as journal:
        if args.action == "ask":
            if not args.what or not args.key:
                raise _missing(
                    "Donnez l’adresse du témoin, et sa clé publique avec --key.",
                    "Give the witness’s address, and its public key with --key.",
                )
            journal.checkpoint()
            line = witness.ask(journal, args.what, args.key).line()
            say(args, {"line": line}, line)
            return YES
        here = witness.Witness(journal)
        if args.action == "key":
            say(args, {"vkey": str(here.key)}, str(here.key))
        elif args.action == "trust":
            origin = here.trust(args.what or "", args.origin)
            say(args, {"origin": origin}, origin)
        elif args.action == "logs":
            for origin, vkey, size in here.logs():
                say(args, {"origin": origin, "vkey": vkey, "size": size}, f"{size}\t{vkey}")
        else:
            _serve(args, here)
    return YES


def _serve(args: argparse.Namespace, here: Any) -> None:
    from ecluse.journal import witness

    server = witness.server(here, args.host, args.port)
    url = f"http://{args.host}:{server.server_address[1]}"
    said = Text(
        fr=f"Témoin à l’écoute sur {url}, clé {here.key}. Ctrl-C pour arrêter.",
        en=f"Witness listening on {url}, key {here.key}. Ctrl-C to stop.",
    )
    say(args, {"url": url, "vkey": str(here.key)}, said.to(args.lang))
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
