"""Checks a bundle exported by an Écluse journal, offline, with the standard library and openssl.

Copied into each bundle, after `standalone_formats`, as verify.py. It trusts no byte of the bundle:
`--key` and `--against` bring what was learnt elsewhere. It changes nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ecluse.journal.standalone_formats import (
    BAGIT,
    SEAL_HEADER,
    WIDTH,
    Broken,
    Files,
    Finding,
    Folder,
    Head,
    Key,
    Options,
    cut,
    decode64,
    leaf_hash,
    open_note,
    openssl,
    parse_head,
    parse_key,
    parse_manifest,
    printable,
    proof_root,
    root_of,
    tile_path,
    tiles_of,
    unpack,
)


class Bundle:
    """One check of one bundle, part after part; each part gives its findings."""

    def __init__(self, files: Files, options: Options) -> None:
        self.files = files
        self.options = options
        self.present = files.paths()
        self.reading = "."
        self.notices: list[tuple[str, str]] = []
        self.head = Head("", 0, b"", b"")
        self.keys: list[Key] = []
        self.former: list[Key] = []
        self.chunks: list[bytes] = []

    def read(self, path: str) -> bytes:
        """Read a file whole, remembering which in case it makes no sense."""
        self.reading = path
        with self.files.open(path) as source:
            return source.read()

    def digest(self, path: str, key: bytes | None = None) -> tuple[str, int]:
        """Give the SHA-256 of a file, keyed (HMAC) or not, and its size; a block in memory."""
        self.reading, size = path, 0
        state: Any = hmac.new(key, digestmod="sha256") if key is not None else hashlib.sha256()
        with self.files.open(path) as source:
            while block := source.read(1 << 20):
                state.update(block)
                size += len(block)
        return state.hexdigest(), size

    def findings(self) -> Iterator[Finding]:
        """Run every part, and go on to the next when one cannot be read."""
        parts = (self.fixity, self.trust, self.seal, self.tiles, self.entries)
        more = (self.leaves, self.exhibits, self.cosigned, self.tokens, self.known)
        for part in (*parts, *more):
            try:
                yield from part()
            except Broken as error:
                yield error.finding
                if part == self.trust:
                    return  # nothing signed is left to compare the rest with
            except (ValueError, LookupError, OSError, TypeError, AttributeError):
                yield Finding(
                    "unreadable",
                    self.reading,
                    "fichier absent ou illisible",
                    "file absent or unreadable",
                )

    def fixity(self) -> Iterator[Finding]:
        """BagIt (RFC 8493): each file listed once, none besides, each with its SHA-256."""
        if self.read("bagit.txt") != BAGIT:
            yield Finding("bagit", "bagit.txt", "déclaration modifiée", "declaration altered")
        tags = parse_manifest(self.read("tagmanifest-sha256.txt"), "tagmanifest-sha256.txt")
        payload = parse_manifest(self.read("manifest-sha256.txt"), "manifest-sha256.txt")
        listed = {**tags, **payload}
        loose = {"tagmanifest-sha256.txt", "seal"}
        for path in sorted(set(self.present) ^ (set(listed) | loose)):
            if path in listed or path in loose:
                yield Finding("missing", path, "fichier manquant", "file is missing")
            else:
                yield Finding("extra", path, "fichier ajouté", "file was added")
        for path in sorted(set(listed) & set(self.present)):
            if self.digest(path)[0] != listed[path]:
                yield Finding("altered", path, "contenu modifié", "content was altered")

    def trust(self) -> Iterator[Finding]:
        """Settle which keys count, and read the checkpoint they signed."""
        where = "tlog/log.vkey"
        inside = [parse_key(line, where) for line in self.read(where).decode().splitlines()]
        for key in inside:
            path = f"tlog/log-{key.key_id.hex()}.pem"
            if key.kind == 1 and self.read(path) != key.pem():
                yield Finding("key", path, "n’est pas la clé annoncée", "not the key announced")
        self.reading = "--key"
        self.keys = [parse_key(text, "--key") for text in self.options.keys] or inside
        self.former = [*self.keys, *(key for key in inside if key not in self.keys)]
        if not self.options.keys:
            names = ", ".join(f"{printable(k.name)}+{k.key_id.hex()}" for k in inside)
            self.notices.append(
                (
                    f"La clé vient du dossier lui-même ({names})\u00a0: comparez tlog/log.vkey "
                    "avec celle que l’exploitant publie, ou donnez celle-ci avec --key.",
                    f"The key comes from the bundle itself ({names}): compare tlog/log.vkey with "
                    "the one the operator publishes, or give that one with --key.",
                )
            )
        self.head = self.checkpoint(self.read("tlog/checkpoint"), "tlog/checkpoint", self.keys)

    def checkpoint(self, raw: bytes, where: str, keys: Sequence[Key]) -> Head:
        """Read a checkpoint that a key signed.

        An earlier one may bear a former key only: its root is then compared with the tree that
        the trusted key signed.
        """
        return parse_head(open_note(raw, keys, where, self.options.signature), where)

    def seal(self) -> Iterator[Finding]:
        """The signature of the journal over the list of every other file."""
        text = open_note(self.read("seal"), self.keys, "seal", self.options.signature)
        root = b64encode(self.head.root).decode()
        manifest = self.digest("tagmanifest-sha256.txt")[0]
        says = [SEAL_HEADER, self.head.origin, str(self.head.size), root, manifest, ""]
        if text.decode() != "\n".join(says):
            yield Finding("seal", "seal", "le sceau dit autre chose", "the seal says otherwise")

    def tiles(self) -> Iterator[Finding]:
        """Rebuild the tree from its lowest tiles; the others and the root must agree."""
        expected = {tile_path(*tile) for tile in tiles_of(self.head.size)}
        prefix, entries = "tlog/tile/", "tlog/tile/entries/"
        given = {p for p in self.present if p.startswith(prefix) and not p.startswith(entries)}
        for path in sorted(expected ^ given):
            yield Finding("tile", path, "tuile manquante ou en trop", "tile missing or too many")
        row: list[bytes] = []
        for level, number, width in tiles_of(self.head.size):
            path = tile_path(level, number, width)
            tile = self.read(path)
            if len(tile) != 32 * width:
                yield Finding("tile", path, "tuile coupée", "tile is cut short")
            if level == 0:
                self.chunks.append(root_of(cut(tile)))
                continue
            if number == 0:
                row = self._above(level)
            if tile != b"".join(row[number * WIDTH : number * WIDTH + width]):
                yield Finding("tile", path, "tuile modifiée", "tile was altered")
        if root_of(self.chunks) != self.head.root:
            yield Finding(
                "root",
                "tlog/checkpoint",
                "la racine signée n’est pas celle des tuiles",
                "the signed root is not that of the tiles",
            )

    def _above(self, level: int) -> list[bytes]:
        """Give the hashes of a level of tiles: roots of the full tiles below."""
        row = self.chunks[: self.head.size >> 8]
        for _ in range(level - 1):
            row = [root_of(row[i : i + WIDTH]) for i in range(0, len(row) - WIDTH + 1, WIDTH)]
        return row

    def hashes(self, number: int) -> list[bytes]:
        """Give the leaf hashes of a tile of level 0."""
        width = min(WIDTH, self.head.size - number * WIDTH)
        return cut(self.read(tile_path(0, number, width)))

    def root_at(self, size: int) -> bytes:
        """Give the root of the first `size` entries."""
        full, rest = divmod(size, WIDTH)
        last = [root_of(self.hashes(full)[:rest])] if rest else []
        return root_of(self.chunks[:full] + last)

    def entries(self) -> Iterator[Finding]:
        """Hash every entry of a whole export."""
        prefix = "tlog/tile/entries/"
        given = {path for path in self.present if path.startswith(prefix)}
        if not given:
            return
        tiles = [tile for tile in tiles_of(self.head.size) if tile[0] == 0]
        for path in sorted(given ^ {tile_path("entries", n, w) for _, n, w in tiles}):
            yield Finding("entries", path, "paquet manquant ou en trop", "missing or too many")
        for _, number, width in tiles:
            path = tile_path("entries", number, width)
            found = unpack(self.read(path), path)
            if [leaf_hash(entry) for entry in found] != self.hashes(number):
                yield Finding("entries", path, "entrée modifiée", "an entry was altered")
            for index, entry in enumerate(found, number * WIDTH):
                if b'"seq":%d,' % index not in entry:
                    yield Finding("number", f"{path} [{index}]", "numéro faux", "wrong number")

    def leaves(self) -> Iterator[Finding]:
        """Check each entry of a case against the tree and against its own proof."""
        for path in [p for p in self.present if p.startswith("tlog/leaf/")]:
            index = int(path[len("tlog/leaf/") : -len(".json")])
            value = leaf_hash(self.read(path))
            if value != self.hashes(index // WIDTH)[index % WIDTH]:
                yield Finding("leaf", path, "entrée modifiée", "entry was altered")
            proof = f"tlog/proof/{index}.tlog-proof"
            head, _, note = self.read(proof).partition(b"\n\n")
            lines = head.decode().split("\n")
            hashes = [decode64(line, proof) for line in lines[2:]]
            right = proof_root(index, self.head.size, value, hashes) == self.head.root
            start = ["c2sp.org/tlog-proof@v1", f"index {index}"]
            if lines[:2] != start or not right or note != self.read("tlog/checkpoint"):
                yield Finding("proof", proof, "preuve fausse", "proof is wrong")

    def leaf(self, index: int) -> dict[str, Any]:
        """Read what an entry of the bundle says."""
        path = f"tlog/leaf/{index}.json"
        if path in self.present:
            raw = self.read(path)
        else:
            number = index // WIDTH
            path = tile_path("entries", number, min(WIDTH, self.head.size - number * WIDTH))
            raw = unpack(self.read(path), path)[index % WIDTH]
        return dict(json.loads(raw))

    def exhibits(self) -> Iterator[Finding]:
        """Check each exhibit against what its entry committed to."""
        where = "tlog/exhibits.json"
        listed = json.loads(self.read(where))
        paths = {item["file"] for item in listed if item["file"]}
        for path in sorted(paths ^ {p for p in self.present if p.startswith("data/")}):
            yield Finding("exhibit", path, "pièce absente ou non annoncée", "not announced")
        for item in listed:
            said = self.leaf(item["entry"])["data"]
            if (said["exhibit"], said["commitment"]) != (item["exhibit"], item["commitment"]):
                yield Finding("exhibit", where, "l’entrée dit autre chose", "entry says otherwise")
            if not item["file"]:
                continue
            salt = bytes.fromhex(item["salt"]) if item["salt"] else None
            expected = said["commitment"] if salt is not None else said["exhibit"]
            digest, size = self.digest(item["file"], salt)
            if digest != expected or (salt is not None and size != said["size"]):
                yield Finding("exhibit", item["file"], "pièce modifiée", "exhibit was altered")

    def cosigned(self) -> Iterator[Finding]:
        """Check earlier checkpoints that witnesses signed."""
        for path in [p for p in self.present if p.startswith("tlog/cosigned/")]:
            head = self.checkpoint(self.read(path), path, self.former)
            if head.size > self.head.size or self.root_at(head.size) != head.root:
                yield Finding("cosigned", path, "vient d’un autre journal", "from another log")

    def tokens(self) -> Iterator[Finding]:
        """Check each time-stamp: on which checkpoint, by which authority."""
        inside = "tlog/token/ca.pem"
        authority = self.options.authority
        if not authority and inside in self.present:
            authority = self.read(inside)
        for path in [p for p in self.present if p.endswith(".tsr")]:
            note = self.read(path[: -len("tsr")] + "checkpoint")
            head = self.checkpoint(note, self.reading, self.former)
            if head.size > self.head.size or self.root_at(head.size) != head.root:
                yield Finding("token", path, "horodate un autre journal", "stamps another log")
            if not authority:
                self.notices.append(
                    (
                        f"{path}\u00a0: signature non vérifiée\u202f; donnez le certificat de "
                        "l’autorité avec --tsa-ca.",
                        f"{path}: signature not checked; give the authority’s certificate "
                        "with --tsa-ca.",
                    )
                )
            elif not self.options.token(note, self.read(path), authority):
                yield Finding("token", path, "horodatage faux", "time-stamp is wrong")

    def known(self) -> Iterator[Finding]:
        """Compare with checkpoints kept elsewhere: they tell a rewritten or shortened journal."""
        for number, raw in enumerate(self.options.against, 1):
            self.reading = where = f"--against {number}"
            head = self.checkpoint(raw, where, self.former)
            if head.origin != self.head.origin:
                yield Finding("origin", where, "vient d’un autre journal", "from another log")
            elif head.size > self.head.size:
                yield Finding(
                    "rollback",
                    where,
                    f"{head.size} entrées étaient signées, le dossier en a {self.head.size}",
                    f"{head.size} entries were signed, the bundle has {self.head.size}",
                )
            elif self.root_at(head.size) != head.root:
                yield Finding("rewritten", where, "historique réécrit", "history was rewritten")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Écluse\u00a0: vérifier / verify")
    here = Path(__file__).resolve().parent
    parser.add_argument("bundle", nargs="?", type=Path, default=here)
    parser.add_argument("--key", action="append", default=[], metavar="VKEY")
    parser.add_argument("--against", action="append", default=[], type=Path, metavar="CHECKPOINT")
    parser.add_argument("--tsa-ca", type=Path, metavar="PEM")
    parser.add_argument("--lang", choices=("fr", "en"), default="fr")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify a bundle and say what is wrong; 0 if nothing is, 1 if something is, 2 if unable."""
    args = _arguments(arguments)
    french = args.lang == "fr"
    say = sys.stdout.write
    try:
        authority = args.tsa_ca.read_bytes() if args.tsa_ca else b""
        against = tuple(path.read_bytes() for path in args.against)
        openssl("version")
    except OSError as error:
        say(f"{error.strerror}: {error.filename}\n")
        return 2
    bundle = Bundle(Folder(args.bundle), Options(tuple(args.key), against, authority))
    colon = "\u00a0:" if french else ":"
    count = 0
    for finding in bundle.findings():
        count += 1
        sentence = finding.fr if french else finding.en
        say(f"[{finding.code}] {printable(finding.where)}{colon} {sentence}\n")
    for notice in bundle.notices:
        say(f"- {notice[0 if french else 1]}\n")
    if count:
        say(f"NON\u00a0: {count} anomalie(s).\n" if french else f"NO: {count} finding(s).\n")
        return 1
    head = bundle.head
    root = b64encode(head.root).decode()
    yes = "OUI, tout concorde" if french else "YES, everything agrees"
    say(f"{yes}{colon} {printable(head.origin)}, {head.size}, {root}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
