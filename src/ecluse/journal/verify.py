"""Verifies a journal where it lives, entry by entry, without stopping its writer.

It names everything that is wrong instead of stopping at the first; it repairs nothing.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecluse.journal import custody
from ecluse.journal.blobs import Vault
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.errors import JournalError
from ecluse.journal.note import Note, VerifierKey
from ecluse.journal.reader import CHECKPOINT, DATABASE, Reader
from ecluse.journal.standalone import Bundle
from ecluse.journal.standalone_formats import Finding, Folder, Key, Options
from ecluse.journal.store import Store
from ecluse.journal.tiles import split_hashes
from ecluse.journal.tree import Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def check_signature(key: Key, text: bytes, signature: bytes) -> bool:
    """Check an Ed25519 signature inside this process, where verify.py asks openssl."""
    return VerifierKey(key.name, 1, key.public).accepts(text, signature)


def bundle(path: Path, options: Options) -> Bundle:
    """Prepare the verification of an exported bundle; iterate over its `findings()`."""
    return Bundle(Folder(path), options._replace(signature=check_signature))


def is_bundle(path: Path) -> bool:
    """Tell a bundle from a journal."""
    return (path / "bagit.txt").exists() or (path / "seal").exists()


@dataclass(slots=True)
class Report:
    """What a verification saw: how many entries and checkpoints, and the head if all is well."""

    entries: int = 0
    checkpoints: int = 0
    exhibits: int = 0
    clock_back: int = 0
    head: Checkpoint | None = None
    findings: list[Finding] = field(default_factory=list)


def live(folder: Path, keys: Sequence[str] = (), against: Sequence[bytes] = ()) -> Report:
    """Verify the journal in `folder`; StartRefused if there is none that can be read.

    `keys` are public keys learnt elsewhere, `against` checkpoints kept elsewhere. Entries are
    hashed again, every signed root recomputed, kept tiles compared, exhibits hashed again.
    """
    reader = Reader(folder)
    report = Report()
    try:
        trusted = [VerifierKey.parse(text) for text in keys] or reader.public_keys()
        store = Store(folder / DATABASE, read_only=True)
        try:
            with store.snapshot():
                report.findings += _tree(store, trusted, folder, against, report)
        finally:
            store.close()
        report.findings += _exhibits(reader, folder, report)
    except sqlite3.DatabaseError:
        report.findings.append(
            Finding("damaged", DATABASE, "fichier endommagé", "the file is damaged")
        )
    finally:
        reader.close()
    return report


def _heads(
    store: Store, keys: Sequence[VerifierKey], folder: Path, against: Sequence[bytes]
) -> Iterator[Checkpoint | Finding]:
    """Give every signed head to compare with: kept, published, brought from elsewhere."""
    for signed in store.all_signed():
        found = _head(signed.note, keys, f"checkpoint {signed.size}", store)
        if isinstance(found, Checkpoint) and (found.size, found.root) != signed[:2]:
            yield Finding("signed", f"checkpoint {signed.size}", "ligne modifiée", "row altered")
        yield found
    path = folder / CHECKPOINT
    if path.exists():
        yield _head(path.read_bytes(), keys, CHECKPOINT, store)
    for number, raw in enumerate(against, 1):
        yield _head(raw, keys, f"--against {number}", store)


def _head(
    raw: bytes, keys: Sequence[VerifierKey], where: str, store: Store
) -> Checkpoint | Finding:
    try:
        note = Note.parse(raw)
        note.signers(keys)
        head = Checkpoint.of(note)
    except JournalError as error:
        return Finding(error.code, where, error.text.fr, error.text.en)
    if head.origin != store.meta("origin"):
        return Finding("origin", where, "vient d’un autre journal", "from another log")
    return head


def _tree(
    store: Store,
    keys: Sequence[VerifierKey],
    folder: Path,
    against: Sequence[bytes],
    report: Report,
) -> Iterator[Finding]:
    heads: dict[int, set[bytes]] = {}
    for found in _heads(store, keys, folder, against):
        if isinstance(found, Finding):
            yield found
            continue
        heads.setdefault(found.size, set()).add(found.root)
        if report.head is None or found.size >= report.head.size:
            report.head = found
    report.checkpoints = len(heads)
    yield from _walk(store, heads, report)
    for size in sorted(size for size in heads if size > report.entries):
        yield Finding(
            "rollback",
            f"checkpoint {size}",
            f"{size} entrées étaient signées, il en reste {report.entries}",
            f"{size} entries were signed, {report.entries} remain",
        )


def _walk(store: Store, heads: dict[int, set[bytes]], report: Report) -> Iterator[Finding]:
    """Hash every entry; compare with the kept tiles and with each signed root on the way."""
    frontier, last, tiles = Frontier(), b"", 0
    for number, raw in store.rows():
        if number != frontier.size:
            yield Finding(
                "gap",
                f"entry {frontier.size}",
                f"entrée manquante avant {number}",
                f"entry missing before {number}",
            )
            break
        if b'"seq":%d,' % number not in raw:
            yield Finding("number", f"entry {number}", "numéro faux", "wrong number")
        moment = raw[-len('2026-01-01T00:00:00.000000Z","v":1}') :]
        report.clock_back += moment < last
        last = moment
        for level, tile, hashes in frontier.extend((leaf_hash(raw),)):
            tiles += 1
            if store.tile(level, tile) != split_hashes(hashes):
                yield _tile(level, tile)
        if frontier.size in heads and heads[frontier.size] != {frontier.root()}:
            yield _root(frontier.size)
    report.entries = frontier.size
    if tiles != store.tile_count():
        yield Finding("tiles", "tile", "tuiles manquantes ou en trop", "tiles missing or too many")


def _tile(level: int, number: int) -> Finding:
    width = 256 ** (level + 1)
    start, end = number * width, (number + 1) * width - 1
    return Finding(
        "entries",
        f"entries {start}-{end}",
        "une entrée ou sa tuile a été modifiée",
        "an entry or its tile was altered",
    )


def _root(size: int) -> Finding:
    return Finding(
        "root",
        f"checkpoint {size}",
        f"la racine signée n’est pas celle des {size} premières entrées",
        f"the signed root is not that of the first {size} entries",
    )


def _exhibits(reader: Reader, folder: Path, report: Report) -> Iterator[Finding]:
    """Hash each exhibit again and follow its chain of custody."""
    vault, last = Vault(folder), dict[str, custody.Step]()
    try:
        for step in custody.steps(reader):
            known = last.get(step.exhibit.sha256)
            if step.previous != (known.number if known else None):
                yield Finding(
                    "custody", f"entry {step.number}", "chaîne rompue", "the chain is broken"
                )
            last[step.exhibit.sha256] = step
    except (json.JSONDecodeError, KeyError, TypeError):
        yield Finding("custody", "custody", "entrée illisible", "an entry cannot be read")
    report.exhibits = len(last)
    for digest, step in last.items():
        if step.kind != "destroyed" and not vault.intact(digest):
            yield Finding(
                "exhibit", f"blobs/{digest[:2]}/{digest}", "pièce modifiée", "exhibit was altered"
            )
