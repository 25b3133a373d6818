"""Exports a journal, or one case, as a BagIt bundle that proves itself offline.

BagIt 1.0 (RFC 8493) with SHA-256 only and no fetch.txt. The journal signs the hash of the tag
manifest (file `seal`), because BagIt alone proves nothing against whoever rewrites its manifests.
"""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64encode
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

from ecluse.journal import custody, durable
from ecluse.journal.blobs import Vault
from ecluse.journal.checkpoint import Checkpoint, Proof
from ecluse.journal.errors import JournalError, Unproven
from ecluse.journal.keyring import public_pem
from ecluse.journal.standalone_formats import BAGIT
from ecluse.journal.tiles import MAX_ENTRY, pack_entries, tile_path, tiles_of
from ecluse.journal.tree import TILE_WIDTH, inclusion_proof, leaf_hash, root_of
from ecluse.kernel import clock
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ecluse.journal.journal import Journal

HOW_TO = {"fr": "LISEZMOI-VERIFIER.txt", "en": "HOW-TO-VERIFY.txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to export.

    All entries, or those of a `case`. Exhibits come encrypted, unless `clear` asks for readable
    ones; each act of export is entered in the name of `act`. `authority` is the certificate of the
    time-stamping authority, and `witnesses` are public keys of witnesses, to go along.
    """

    act: custody.Act
    case: str | None = None
    clear: bool = False
    authority: bytes = b""
    witnesses: tuple[str, ...] = ()


@dataclass(slots=True)
class Bag:
    """A bundle being written: the folder and the hash of each file so far."""

    root: Path
    tags: dict[str, str] = field(default_factory=dict)
    payload: dict[str, str] = field(default_factory=dict)
    octets: int = 0

    def put(self, path: str, parts: bytes | Iterable[bytes]) -> None:
        """Write a file and note its hash; a part in memory at a time."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        state = sha256()
        with target.open("xb") as out:
            for part in (parts,) if isinstance(parts, bytes) else parts:
                state.update(part)
                out.write(part)
            size = out.tell()
        where = self.payload if path.startswith("data/") else self.tags
        where[path] = state.hexdigest()
        self.octets += size if where is self.payload else 0

    def close(self) -> str:
        """Write both manifests and give the SHA-256 of the tag manifest."""
        info = (
            f"Bag-Software-Agent: ecluse\nBagging-Date: {clock.now():%Y-%m-%d}\n"
            f"Payload-Oxum: {self.octets}.{len(self.payload)}\n"
        )
        self.put("bag-info.txt", info.encode())
        self.put("bagit.txt", BAGIT)
        self.put("manifest-sha256.txt", _manifest(self.payload))
        raw = _manifest(self.tags)
        (self.root / "tagmanifest-sha256.txt").write_bytes(raw)
        return sha256(raw).hexdigest()


def _manifest(hashes: dict[str, str]) -> bytes:
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()


def verify_script() -> bytes:
    """Give verify.py: `standalone_formats`, then `standalone` without its imports from Écluse."""
    package = resources.files("ecluse.journal")
    parts, main = (
        package.joinpath(f"{name}.py").read_text() for name in ("standalone_formats", "standalone")
    )
    main = re.sub(r"^from ecluse\.[^(]*\([^)]*\)\n", "", main, flags=re.MULTILINE)
    main = main.replace("from __future__ import annotations\n", "")
    return f"#!/usr/bin/env python3\n{parts}\n\n{main}".encode()


def export(journal: Journal, out: Path, wanted: Wanted, vault: Vault | None = None) -> Checkpoint:
    """Write the bundle `out`, which must not exist, and give the checkpoint it proves.

    The acts of export are entered, then a checkpoint is signed, then the bundle is written beside
    `out` and renamed: it is whole or absent. JournalError says what stopped it.
    """
    if out.exists():
        raise _exists(out)
    vault = vault or Vault(journal.folder)
    exhibits = _exhibits(journal, vault, wanted)
    note = journal.checkpoint()
    head = Checkpoint.of(note)
    draft = out.with_name(f".{out.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        bag = Bag(draft)
        bag.put("tlog/checkpoint", bytes(note))
        _put_keys(bag, journal, wanted)
        _put_tiles(bag, journal, head.size, entries=wanted.case is None)
        if wanted.case is not None:
            _put_case(bag, journal, head.size, wanted.case)
        _put_tokens(bag, journal, wanted.authority)
        _put_exhibits(bag, vault, exhibits)
        bag.put("verify.py", verify_script())
        _put_how_to(bag, journal, head)
        seal = journal.seal_bundle(head, bag.close())
        (draft / "seal").write_bytes(bytes(seal))
        draft.rename(out)
    except OSError as error:
        raise _unwritten(out, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    durable.sync_folder(out.parent)
    return head


def _exhibits(journal: Journal, vault: Vault, wanted: Wanted) -> list[tuple[custody.Step, str]]:
    """Enter the export of each exhibit; give its last step and its state.

    One that is absent or altered is listed as such, entered as such, and does not stop the rest.
    """
    last = {s.exhibit.sha256: s for s in custody.steps(journal.reader, wanted.case)}
    chain = custody.Custody(journal, vault)
    found = []
    for digest, step in last.items():
        state = "destroyed" if step.kind == "destroyed" else "sealed"
        if state == "sealed":
            try:
                chain.record("exported", step.case, digest, wanted.act)
            except Unproven:
                state = "altered" if vault.has(digest) else "absent"
        if state == "sealed" and wanted.clear and vault.has_key(step.case):
            state = "clear"
        found.append((step, state))
    return found


def _put_keys(bag: Bag, journal: Journal, wanted: Wanted) -> None:
    keys = journal.reader.public_keys()
    lines = [*(str(key) for key in keys), *wanted.witnesses]
    bag.put("tlog/log.vkey", "".join(f"{line}\n" for line in lines).encode())
    for key in keys:
        bag.put(f"tlog/log-{key.key_id.hex()}.pem", public_pem(key))


def _put_tiles(bag: Bag, journal: Journal, size: int, *, entries: bool) -> None:
    """Write the tiles of a tree, hashing the entries again rather than copying what is kept."""
    batch: list[bytes] = []
    row: list[bytes] = []
    for number, raw in journal.reader.entries():
        if number >= size:
            break
        batch.append(raw)
        if len(batch) == TILE_WIDTH or number == size - 1:
            hashes = [leaf_hash(entry) for entry in batch]
            bag.put(f"tlog/{tile_path(0, number >> 8, len(batch))}", b"".join(hashes))
            if entries:
                path = tile_path("entries", number >> 8, len(batch))
                bag.put(f"tlog/{path}", pack_entries(batch))
            row += [root_of(hashes)] if len(batch) == TILE_WIDTH else []
            batch = []
    _put_upper_tiles(bag, size, row)


def _put_upper_tiles(bag: Bag, size: int, row: list[bytes]) -> None:
    at = 1
    for level, number, width in tiles_of(size):
        if level == 0:
            continue
        if level != at:
            full = range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)
            row, at = [root_of(row[i : i + TILE_WIDTH]) for i in full], level
        start = number * TILE_WIDTH
        tile = b"".join(row[start : start + width])
        bag.put(f"tlog/{tile_path(level, number, width)}", tile)


def _put_case(bag: Bag, journal: Journal, size: int, case: str) -> None:
    perfect, note = journal.reader.perfect(), journal.reader.note(size)
    count = 0
    for number, raw in case_entries(journal, case):
        if number >= size:
            break
        count += 1
        path = tuple(inclusion_proof(number, size, perfect))
        bag.put(f"tlog/leaf/{number}.json", raw)
        bag.put(f"tlog/proof/{number}.tlog-proof", bytes(Proof(number, path, note)))
    if not count:
        raise _no_case(case)


def case_entries(journal: Journal, case: str) -> Iterator[tuple[int, bytes]]:
    """Give the entries of a case, in order."""
    for number, raw in journal.reader.entries(f'"case":"{case}"'.encode()):
        if json.loads(raw).get("case") == case:
            yield number, raw


def _put_tokens(bag: Bag, journal: Journal, authority: bytes) -> None:
    """Write what others said of earlier checkpoints: time-stamps, cosignatures."""
    with journal.exclusive() as store:
        tokens, sizes = store.tokens(), store.cosigned_sizes()
    for size in sizes:
        bag.put(f"tlog/cosigned/{size}.checkpoint", bytes(journal.reader.note(size)))
    for number, (size, _, note, response) in enumerate(tokens, 1):
        bag.put(f"tlog/token/{size}-{number}.checkpoint", note)
        bag.put(f"tlog/token/{size}-{number}.tsr", response)
    if authority and tokens:
        bag.put("tlog/token/ca.pem", authority)


def _put_exhibits(bag: Bag, vault: Vault, exhibits: list[tuple[custody.Step, str]]) -> None:
    listed: list[dict[str, Any]] = []
    for step, state in exhibits:
        digest = step.exhibit.sha256
        item: dict[str, Any] = {
            "entry": step.number,
            "case": step.case,
            "exhibit": digest,
            "commitment": step.exhibit.commitment,
            "state": state,
            "file": "",
            "salt": "",
        }
        if state == "clear":
            item["file"], item["salt"] = f"data/{digest}.clear", vault.salt(step.case, digest).hex()
            bag.put(item["file"], vault.read(step.case, digest))
        elif state == "sealed":
            item["file"] = f"data/{digest}.sealed"
            with vault.stored(digest) as stored:
                bag.put(item["file"], iter(partial(stored.read, MAX_ENTRY), b""))
        listed.append(item)
    text = json.dumps(listed, indent=1, sort_keys=True)
    bag.put("tlog/exhibits.json", f"{text}\n".encode())
    (bag.root / "data").mkdir(exist_ok=True)


def _put_how_to(bag: Bag, journal: Journal, head: Checkpoint) -> None:
    """Write the how-to in both languages, with the names of this bundle in its commands."""
    key = journal.reader.public_keys(retired=False)[-1]
    values = {
        "ORIGIN": journal.origin,
        "SIZE": str(head.size),
        "VKEY": str(key),
        "KEYID": key.key_id.hex(),
        "KEY64": b64encode(key.key_id).decode()[:5],
    }
    values |= _case_values(bag, head.size) | _exhibit_values(bag) | _token_values(bag)
    for lang, name in HOW_TO.items():
        text = resources.files("ecluse.journal") / "data" / f"how-to.{lang}.txt"
        bag.put(name, _fill(text.read_text(), values).encode())


def _case_values(bag: Bag, size: int) -> dict[str, str]:
    leaf = next((path for path in bag.tags if path.startswith("tlog/leaf/")), None)
    if leaf is None:
        return {}
    number, row = divmod(int(leaf[len("tlog/leaf/") : -len(".json")]), TILE_WIDTH)
    tile = tile_path(0, number, min(TILE_WIDTH, size - number * TILE_WIDTH))
    return {"LEAF": str(number * TILE_WIDTH + row), "TILE": f"tlog/{tile}", "ROW": str(row)}


def _exhibit_values(bag: Bag) -> dict[str, str]:
    listed = json.loads((bag.root / "tlog/exhibits.json").read_text())
    names = {"ENTRY": "entry", "COMMITMENT": "commitment", "SALT": "salt", "FILE": "file"}
    clear = (item for item in listed if item["salt"])
    return next(({k: str(item[v]) for k, v in names.items()} for item in clear), {})


def _token_values(bag: Bag) -> dict[str, str]:
    token = next((path for path in bag.tags if path.endswith(".tsr")), "")
    return {"TOKEN": token[: -len(".tsr")]} if token and "tlog/token/ca.pem" in bag.tags else {}


def _fill(text: str, values: dict[str, str]) -> str:
    """Replace @NAME@ everywhere; leave out a block %if … %end that lacks one of its names."""
    blocks = re.compile(r"%if \w+\n(.*?)%end\n", re.DOTALL)
    names = re.compile(r"@([A-Z0-9]+)@")

    def keep(block: re.Match[str]) -> str:
        return block[1] if set(names.findall(block[1])) <= set(values) else ""

    return names.sub(lambda name: values[name[1]], blocks.sub(keep, text))


def _exists(out: Path) -> JournalError:
    return JournalError(
        "out_exists",
        Text(
            fr=f"{out} existe déjà. Il n’a pas été touché\u202f; choisissez un autre nom.",
            en=f"{out} already exists. It was not touched; choose another name.",
        ),
    )


def _unwritten(out: Path, error: OSError) -> JournalError:
    return JournalError(
        "out_unwritten",
        Text(
            fr=f"L’export vers {out} a échoué ({error.strerror}). Rien n’a été laissé sur place. "
            "Libérez de la place ou choisissez un autre dossier.",
            en=f"The export to {out} failed ({error.strerror}). Nothing was left behind. Free "
            "some space or choose another folder.",
        ),
    )


def _no_case(case: str) -> Unproven:
    return Unproven(
        "no_case",
        Text(
            fr=f"Le journal n’a pas d’entrée pour le dossier {case}.",
            en=f"The journal has no entry for case {case}.",
        ),
    )
