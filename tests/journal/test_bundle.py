from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ecluse.journal import (
    Actor,
    Journal,
    JournalError,
    Settings,
    Watermarks,
    anchor,
    bundle,
)
from ecluse.journal import verify as check
from ecluse.journal.checkpoint import Checkpoint
from ecluse.journal.custody import Act, Custody, steps
from ecluse.journal.note import Note
from ecluse.journal.standalone_formats import Options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecluse.journal import Event
    from tests.journal.authority import Authority

ACT = Act(actor=Actor(id="u:alice", role="rssi", auth="sso"), reason="réquisition")


@pytest.fixture
def rich(filled: Journal, event: Callable[..., Event]) -> Journal:
    """A journal with two cases, exhibits and 600 other entries."""
    custody = Custody(filled)
    for case, content in (("c-1", b"proof one" * 9000), ("c-2", b"proof two")):
        filled.append(event(1, case=case))
        custody.acquire(case, io.BytesIO(content), ACT)
    return filled


def findings(path: Path, **options: Any) -> list[str]:
    return [f.code for f in check.bundle(path, Options(**options)).findings()]


def isolated(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the bundle's own script with no environment, isolated, with no network if possible."""
    command = [sys.executable, "-I", "verify.py", *arguments]
    alone = ["unshare", "-n"]
    if shutil.which("unshare") and not subprocess.run([*alone, "true"], check=False).returncode:
        command = alone + command
    return subprocess.run(command, cwd=path, env={}, capture_output=True, text=True, check=False)


@pytest.mark.real
@pytest.mark.usefixtures("openssl")
@pytest.mark.parametrize(
    ("case", "clear", "kinds"),
    [
        (None, False, {"sealed"}),
        (None, True, {"clear"}),
        ("c-1", True, {"clear"}),
        ("c-2", False, {"sealed"}),
    ],
)
def test_an_export_verifies_inside_and_with_its_own_script_alone(
    rich: Journal, tmp_path: Path, case: str | None, kinds: set[str], *, clear: bool
) -> None:
    out = tmp_path / "bundle"
    head = bundle.export(rich, out, bundle.Wanted(act=ACT, case=case, clear=clear))
    assert findings(out) == []
    assert {p.suffix[1:] for p in (out / "data").iterdir()} == kinds
    vkey = str(rich.reader.public_keys()[0])
    alone = isolated(out, "--key", vkey)
    assert alone.returncode == 0, alone.stdout + alone.stderr
    assert alone.stdout.startswith("OUI, tout concorde")
    assert f"{head.origin}, {head.size}" in alone.stdout
    assert isolated(out, "--lang", "en", "--key", vkey).stdout.startswith("YES")
    assert not list(out.rglob("__pycache__"))


def test_a_case_goes_out_without_the_entries_of_others(rich: Journal, tmp_path: Path) -> None:
    bundle.export(rich, tmp_path / "b", bundle.Wanted(act=ACT, case="c-1", clear=True))
    text = b"".join(p.read_bytes() for p in (tmp_path / "b").rglob("*") if p.is_file())
    assert b"c-1" in text
    assert b'"case":"c-2"' not in text
    assert b"gateway.exchange" in text
    leaves = [json.loads(p.read_bytes()) for p in (tmp_path / "b/tlog/leaf").iterdir()]
    assert {leaf["case"] for leaf in leaves} == {"c-1"}
    assert (tmp_path / "b/data").is_dir()


def test_the_export_is_itself_in_the_journal(rich: Journal, tmp_path: Path) -> None:
    from hashlib import sha256

    bundle.export(rich, tmp_path / "b", bundle.Wanted(act=ACT, case="c-1"))
    last = json.loads(rich.reader.entry(rich.size - 1))
    raw = (tmp_path / "b/tagmanifest-sha256.txt").read_bytes()
    assert last["event"] == "journal.exported"
    assert last["data"]["tagmanifest"] == sha256(raw).hexdigest()
    kinds = [s for _, s in rich.reader.entries(b'"event":"custody.exported"')]
    assert len(kinds) == 1


def test_another_bagit_implementation_accepts_it(rich: Journal, tmp_path: Path) -> None:
    bagit = pytest.importorskip("bagit", reason="needs bagit: not installed")
    bundle.export(rich, tmp_path / "b", bundle.Wanted(act=ACT))
    bag = bagit.Bag(str(tmp_path / "b"))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.algorithms == ["sha256"]


@pytest.mark.real
@pytest.mark.parametrize("name", sorted(bundle.HOW_TO.values()))
def test_the_commands_of_the_how_to_work_exactly_as_printed(
    rich: Journal, tmp_path: Path, authority: Authority, name: str
) -> None:
    anchor.stamp(rich, authority.url, authority.certificate)
    out = tmp_path / "b"
    wanted = bundle.Wanted(act=ACT, case="c-1", clear=True, authority=authority.certificate)
    rich.rotate()
    bundle.export(rich, out, wanted)
    text = (out / name).read_text()
    assert "@" not in text.replace("tlog-proof@v1", "")
    commands = [line[4:] for line in text.split("\n") if line.startswith("    ")]
    wanted_parts = (
        "pkeyutl -verify",
        "ts -verify",
        "-mac HMAC",
        "sha256sum -c",
        "verify.py",
        "dd if=",
    )
    assert all(any(part in command for command in commands) for part in wanted_parts)
    run = ["sh", "-e", "-c", "\n".join(commands)]
    env = {"PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])}  # noqa: PTH120  (one folder name)
    done = subprocess.run(run, cwd=out, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Signature Verified Successfully") == 2
    assert "Verification: OK" in done.stdout + done.stderr
    leaf = next((out / "tlog/leaf").iterdir())
    leaf.write_bytes(leaf.read_bytes().replace(b"u:", b"x:", 1))
    again = subprocess.run(run, cwd=out, env=env, capture_output=True, text=True, check=False)
    assert again.returncode != 0


@pytest.mark.real
def test_time_stamps_travel_with_the_export(
    rich: Journal, tmp_path: Path, authority: Authority
) -> None:
    anchor.stamp(rich, authority.url, authority.certificate)
    bundle.export(rich, tmp_path / "b", bundle.Wanted(act=ACT, authority=authority.certificate))
    assert findings(tmp_path / "b") == []
    bundle.export(rich, tmp_path / "c", bundle.Wanted(act=ACT))
    checked = check.bundle(tmp_path / "c", Options())
    assert list(checked.findings()) == []
    assert any("--tsa-ca" in notice[1] for notice in checked.notices)
    assert findings(tmp_path / "c", authority=authority.certificate) == []
    other = (rich.folder / "keys").iterdir().__next__().read_bytes()
    assert findings(tmp_path / "c", authority=other) == ["token"]


@pytest.mark.real
@pytest.mark.usefixtures("openssl")
def test_what_was_destroyed_is_listed_without_its_content(rich: Journal, tmp_path: Path) -> None:
    Custody(rich).destroy("c-1", Act(actor=ACT.actor, reason="fin", approver="u:bob"))
    bundle.export(rich, tmp_path / "b", bundle.Wanted(act=ACT, case="c-1", clear=True))
    assert findings(tmp_path / "b") == []
    (item,) = json.loads((tmp_path / "b/tlog/exhibits.json").read_text())
    assert (item["state"], item["file"], item["salt"]) == ("destroyed", "", "")
    assert isolated(tmp_path / "b").returncode == 0


@pytest.mark.parametrize("state", ["absent", "altered"])
def test_a_lost_or_altered_exhibit_is_said_and_the_rest_is_exported(
    rich: Journal, tmp_path: Path, state: str
) -> None:
    (lost,) = [s.exhibit.sha256 for s in steps(rich.reader, "c-1")]
    path = rich.folder / "blobs" / lost[:2] / lost
    path.unlink() if state == "absent" else path.write_bytes(b"altered")
    bundle.export(rich, tmp_path / "b", bundle.Wanted(act=ACT, clear=True))
    assert findings(tmp_path / "b") == []
    listed = json.loads((tmp_path / "b/tlog/exhibits.json").read_text())
    assert [item["state"] for item in listed] == [state, "clear"]
    assert [bool(item["file"]) for item in listed] == [False, True]
    last = [s for s in steps(rich.reader, "c-1") if s.kind == "exported"]
    assert [s.intact for s in last] == [False]


def test_cosignatures_travel_and_are_checked_with_the_witness_key(
    rich: Journal, tmp_path: Path
) -> None:
    from ecluse.journal.witness import Witness

    with Journal.create(tmp_path / "w", "example.org/w", Settings(marks=Watermarks(0, 0, 0))) as w:
        witness = Witness(w)
        note = rich.checkpoint()
        rich.cosign(rich.size, str(witness.key), witness._key.sign(note.text, 1).line())
        wanted = bundle.Wanted(act=ACT, witnesses=(str(witness.key),))
        bundle.export(rich, tmp_path / "b", wanted)
        (path,) = (tmp_path / "b/tlog/cosigned").iterdir()
        assert "example.org/w/witness" in path.read_text()
        assert findings(tmp_path / "b") == []
        lie = Checkpoint(rich.origin, rich.size, bytes(32)).text
        line = rich._signers[0].sign(lie)
        rich._store.connection.execute(
            "UPDATE signed SET note = ? WHERE size = (SELECT size FROM cosigned)",
            (bytes(Note(lie, (line,))),),
        )
        rich._store.connection.execute("DELETE FROM cosigned")
        size = Checkpoint.of(note).size
        rich._store.add_cosignature(size, "w", witness._key.sign(lie, 1).line())
        bundle.export(rich, tmp_path / "c", wanted)
    assert findings(tmp_path / "c") == ["cosigned"]


def test_it_never_writes_over_anything_and_leaves_nothing_behind(
    rich: Journal, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    for out, wanted, code in (
        (tmp_path / "b", bundle.Wanted(act=ACT), "out_exists"),
        (tmp_path / "c", bundle.Wanted(act=ACT, case="c-9"), "no_case"),
        (tmp_path / "journal" / "lock" / "d", bundle.Wanted(act=ACT), "out_unwritten"),
    ):
        with pytest.raises(JournalError) as refusal:
            bundle.export(rich, out, wanted)
        assert refusal.value.code == code
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b", "journal"]


def test_the_script_is_one_file_that_imports_only_the_standard_library() -> None:
    text = bundle.verify_script().decode()
    compile(text, "verify.py", "exec")
    modules = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert modules <= set(sys.stdlib_module_names)
