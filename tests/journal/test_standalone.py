"""What an export tolerates: nothing. Every byte of every file counts."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import sys
from base64 import b64decode
from typing import TYPE_CHECKING, BinaryIO

import pytest

from ecluse.journal import Actor, Journal, Settings, Watermarks, bundle
from ecluse.journal.custody import Act, Custody
from ecluse.journal.standalone import Bundle, main
from ecluse.journal.standalone_formats import Folder, Options
from ecluse.journal.verify import check_signature

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


ACT = Act(actor=Actor(id="u:alice"), reason="export")
TOLERATED: frozenset[str] = frozenset()
"""Files of which a byte may change unseen. Not even the how-to: the seal covers it."""


class Memory:
    """A bundle in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    @classmethod
    def of(cls, root: Path) -> Memory:
        folder = Folder(root)
        found = {}
        for path in folder.paths():
            with folder.open(path) as source:
                found[path] = source.read()
        return cls(found)

    def paths(self) -> list[str]:
        return sorted(self.files)

    def open(self, path: str) -> BinaryIO:
        return io.BytesIO(self.files[path])

    def but(self, path: str, content: bytes | None) -> Memory:
        files = {**self.files, path: content or b""}
        if content is None:
            del files[path]
        return Memory(files)


def codes(files: Memory, *, first: bool = False, **options: object) -> list[tuple[str, str]]:
    checked = Bundle(files, Options(signature=check_signature, **options))  # type: ignore[arg-type]
    found = checked.findings()
    if first:
        return [(f.code, f.where) for f in [next(found, None)] if f]
    return [(f.code, f.where) for f in found]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Journal, Path]]:
    """One journal, exported whole (`all`) and for a case (`case`), and earlier (`old`)."""
    root = tmp_path_factory.mktemp("exported")
    settings = Settings(marks=Watermarks(0, 0, 0))
    with Journal.create(root / "journal", "example.org/journal", settings) as journal:
        from ecluse.journal import Event

        Custody(journal).acquire("c-1", io.BytesIO(b"an exhibit"), ACT)
        bundle.export(journal, root / "old", bundle.Wanted(act=ACT))
        made = (
            Event(kind="a.b", actor=ACT.actor, case="c-1" if n % 90 == 0 else None)
            for n in range(270)
        )
        journal.append_many(made)
        bundle.export(journal, root / "all", bundle.Wanted(act=ACT))
        bundle.export(journal, root / "case", bundle.Wanted(act=ACT, case="c-1", clear=True))
        yield journal, root


@pytest.fixture(params=["all", "case"])
def files(exported: tuple[Journal, Path], request: pytest.FixtureRequest) -> Memory:
    return Memory.of(exported[1] / request.param)


def test_a_good_export_has_no_finding(files: Memory) -> None:
    assert codes(files) == []


@pytest.mark.parametrize("name", ["all", "case"])
def test_every_flipped_byte_of_every_file_is_seen_and_its_file_is_named(
    exported: tuple[Journal, Path], name: str
) -> None:
    files = Memory.of(exported[1] / name)
    rng = random.Random(7)
    unseen, unnamed = [], []
    for path, content in files.files.items():
        for position in range(len(content)):
            flipped = bytearray(content)
            flipped[position] ^= 1 << rng.randrange(8)
            found = codes(files.but(path, bytes(flipped)), first=True)
            if not found:
                unseen.append((path, position))
            elif path not in {where for _, where in found} and "manifest" not in path:
                unnamed.append((path, position, found))
    assert {path for path, _ in unseen} <= TOLERATED
    assert unnamed == []


def test_a_missing_added_or_cut_file_is_named(files: Memory) -> None:
    for path, content in files.files.items():
        manifest = path in {"manifest-sha256.txt", "tagmanifest-sha256.txt"}
        gone = codes(files.but(path, None))
        assert manifest or path in {where for _, where in gone}, path
        assert gone
        cut = codes(files.but(path, content[:-1]))
        assert cut, path
        assert codes(files.but(path, content + b"\n")), path
        assert codes(files.but(f"{path}x", content))[0] == ("extra", f"{path}x")


def rewritten(files: Memory, changes: dict[str, bytes]) -> Memory:
    """Alter files and make both manifests agree again, as BagIt alone would accept."""
    from hashlib import sha256

    new = {**files.files, **changes}
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        lines = new[manifest].decode().splitlines()
        fixed = (f"{sha256(new[p]).hexdigest()}  {p}\n" for p in (x[66:] for x in lines))
        new[manifest] = "".join(fixed).encode()
    return Memory(new)


def test_manifests_made_to_agree_again_do_not_hide_a_change(files: Memory) -> None:
    for path, content in files.files.items():
        if "manifest" in path or path == "seal":
            continue
        flipped = bytes([content[0] ^ 1]) + content[1:] if content else b"x"
        found = codes(rewritten(files, {path: flipped}))
        signed = path in {"tlog/log.vkey", "tlog/checkpoint"}
        assert signed or ("seal", "seal") in found, path
        assert found, path


@pytest.mark.parametrize("how", ["swap", "duplicate", "drop", "edit"])
def test_entries_moved_doubled_dropped_or_edited_are_named(
    exported: tuple[Journal, Path], how: str
) -> None:
    from ecluse.journal.tiles import pack_entries, unpack_entries

    files = Memory.of(exported[1] / "all")
    path = "tlog/tile/entries/000"
    entries = unpack_entries(files.files[path])
    changed = {
        "swap": [entries[1], entries[0], *entries[2:]],
        "duplicate": [entries[0], *entries],
        "drop": entries[1:],
        "edit": [entries[0].replace(b"ecluse", b"eclusf"), *entries[1:]],
    }[how]
    found = codes(rewritten(files, {path: pack_entries(changed)}))
    assert ("entries", path) in found


def test_a_forged_tree_does_not_have_the_signed_root(exported: tuple[Journal, Path]) -> None:
    from ecluse.journal.tree import leaf_hash

    files = Memory.of(exported[1] / "all")
    path = "tlog/tile/0/000"
    tile = leaf_hash(b"forged") + files.files[path][32:]
    found = codes(rewritten(files, {path: tile}))
    assert ("root", "tlog/checkpoint") in found


def test_a_leaf_or_proof_of_another_entry_is_named(exported: tuple[Journal, Path]) -> None:
    files = Memory.of(exported[1] / "case")
    leaves = [p for p in files.paths() if p.startswith("tlog/leaf/")]
    found = codes(rewritten(files, {leaves[0]: files.files[leaves[1]]}))
    assert ("leaf", leaves[0]) in found
    proofs = [p for p in files.paths() if p.startswith("tlog/proof/")]
    found = codes(rewritten(files, {proofs[0]: files.files[proofs[1]]}))
    assert ("proof", proofs[0]) in found


def test_an_exhibit_replaced_with_all_its_papers_but_not_its_entry_is_named(
    exported: tuple[Journal, Path],
) -> None:
    files = Memory.of(exported[1] / "case")
    (path,) = [p for p in files.paths() if p.startswith("data/")]
    assert ("exhibit", path) in codes(rewritten(files, {path: b"another exhibit"}))
    listed = files.files["tlog/exhibits.json"].replace(b'"commitment": "', b'"commitment": "0')
    assert ("exhibit", "tlog/exhibits.json") in codes(
        rewritten(files, {"tlog/exhibits.json": listed})
    )


def test_an_older_export_is_told_by_a_checkpoint_kept_elsewhere(
    exported: tuple[Journal, Path],
) -> None:
    _, root = exported
    newer = (root / "all" / "tlog/checkpoint").read_bytes()
    older = (root / "old" / "tlog/checkpoint").read_bytes()
    old = Memory.of(root / "old")
    assert codes(old, against=(older,)) == []
    assert codes(old, against=(newer,)) == [("rollback", "--against 1")]
    assert codes(Memory.of(root / "all"), against=(older, newer)) == []


def test_a_rewritten_history_signed_with_the_right_key_is_told_too(
    exported: tuple[Journal, Path], tmp_path: Path
) -> None:
    from ecluse.journal.checkpoint import Checkpoint
    from ecluse.journal.note import Note

    journal, root = exported
    size = 3
    other = Checkpoint(journal.origin, size, bytes(32))
    note = Note(other.text, ()).signed_by(journal._signers[0].sign(other.text))
    assert codes(Memory.of(root / "all"), against=(bytes(note),)) == [("rewritten", "--against 1")]
    settings = Settings(marks=Watermarks(0, 0, 0))
    with Journal.create(tmp_path / "o", "example.org/other", settings) as stranger:
        foreign = bytes(stranger.reader.note())
        key = str(stranger.reader.public_keys()[0])
    assert codes(Memory.of(root / "all"), against=(foreign,)) == [("unsigned", "--against 1")]
    keys = (key, str(journal.reader.public_keys()[0]))
    found = codes(Memory.of(root / "all"), against=(foreign,), keys=keys)
    assert found == [("origin", "--against 1")]


def test_a_bundle_signed_by_a_key_you_do_not_trust_is_refused(
    exported: tuple[Journal, Path], tmp_path: Path
) -> None:
    settings = Settings(marks=Watermarks(0, 0, 0))
    with Journal.create(tmp_path / "o", "example.org/journal", settings) as impostor:
        key = str(impostor.reader.public_keys()[0])
    found = codes(Memory.of(exported[1] / "all"), keys=(key,))
    assert ("unsigned", "tlog/checkpoint") in found


def test_links_in_a_bundle_are_not_followed(exported: tuple[Journal, Path], tmp_path: Path) -> None:
    out = tmp_path / "b"
    shutil.copytree(exported[1] / "all", out)
    (out / "verify.py").rename(tmp_path / "verify.py")
    (out / "verify.py").symlink_to(tmp_path / "verify.py")
    found = [f.code for f in Bundle(Folder(out), Options(signature=check_signature)).findings()]
    assert found == ["unreadable"]


@pytest.mark.real
@pytest.mark.usefixtures("openssl")
def test_the_script_says_no_and_names_the_file(
    exported: tuple[Journal, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "b"
    shutil.copytree(exported[1] / "all", out)
    (out / "bag-info.txt").write_text("altered\n")
    command = [sys.executable, "-I", str(exported[1] / "all/verify.py"), str(out), "--lang", "en"]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "[altered] bag-info.txt: content was altered" in done.stdout
    assert main([str(out)]) == 1
    assert "NON" in capsys.readouterr().out
    assert main([str(exported[1] / "all")]) == 0
    assert main([str(out), "--against", str(tmp_path / "absent")]) == 2


@pytest.mark.real
@pytest.mark.usefixtures("openssl")
def test_names_in_a_hostile_bundle_do_not_reach_the_terminal_raw(
    exported: tuple[Journal, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "b"
    shutil.copytree(exported[1] / "all", out)
    (out / "x\x1b[2J\ny").write_text("x")
    assert main([str(out)]) == 1
    said = capsys.readouterr().out
    assert "[extra] x?[2J?y" in said
    assert "\x1b" not in said


@pytest.mark.real
@pytest.mark.usefixtures("openssl")
def test_openssl_and_the_library_agree_on_signatures(exported: tuple[Journal, Path]) -> None:
    files = Memory.of(exported[1] / "all")
    raw = bytearray(files.files["tlog/checkpoint"])
    line = raw.rindex(b" ") + 1
    value = b64decode(bytes(raw[line:]).strip())
    assert len(value) == 68
    for spoil in (None, 5):
        again = files
        if spoil is not None:
            raw[0] ^= 1
            again = files.but("tlog/checkpoint", bytes(raw))
        by_library = codes(again)
        by_openssl = [(f.code, f.where) for f in Bundle(again, Options()).findings()]
        assert by_library == by_openssl
        assert bool(by_library) is (spoil is not None)
