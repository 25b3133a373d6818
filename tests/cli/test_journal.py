from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ecluse.cli import journal as verb
from ecluse.journal import Journal, witness
from ecluse.journal.checkpoint import Proof
from ecluse.journal.note import Note, VerifierKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecluse.kernel.text import Lang

    Run = Callable[..., tuple[int, str, str]]

CUT = {"event": "crisis.cut_applied", "actor": "u:7f3a", "case": "c-12", "reason": "fuite"}


@pytest.fixture
def run(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: Any) -> Run:
    """Run `ecluse journal …` in this process; give the exit code, the output and the errors."""

    def call(*words: str, lang: Lang = "en", stdin: bytes = b"") -> tuple[int, str, str]:
        top = argparse.ArgumentParser(prog="ecluse")
        verb.add_parser(top.add_subparsers(), lang)
        args = top.parse_args(["journal", *words])
        args.data, args.lang = tmp_path / "data", lang
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        code: int = args.run(args)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Path:
    assert run("init", "--origin", "example.org/journal")[0] == 0
    lines = b"".join(json.dumps(CUT | {"data": {"n": n}}).encode() + b"\n" for n in range(3))
    assert run("append", stdin=lines)[0] == 0
    return tmp_path / "data" / "journal"


def test_before_init_every_verb_says_what_to_do(run: Run) -> None:
    for words in (("show",), ("append",), ("checkpoint",), ("verify",), ("key",), ("prove", "0")):
        code, out, err = run(*words, lang="fr")
        assert (code, out) == (2, "")
        assert "ecluse journal init" in err
    code, _, err = run("show", "--json")
    assert json.loads(err)["code"] == "absent"


def test_init_prints_the_origin_and_key_once_and_never_overwrites(run: Run) -> None:
    code, out, _ = run("init", "--json")
    said = json.loads(out)
    assert code == 0
    assert re.fullmatch(r"ecluse/[0-9a-f]{16}", said["origin"])
    assert VerifierKey.parse(said["vkey"]).name == said["origin"]
    code, _, err = run("init")
    assert code == 2
    assert "It was not touched" in err
    assert run("key")[1].splitlines() == [said["origin"], said["vkey"]]


@pytest.mark.usefixtures("made")
def test_bad_lines_are_named_and_the_others_are_entered(run: Run) -> None:
    lines = b'{"event":"a.b","actor":"u:1"}\nnope\n\n{"event":"a.b","actor":"Jean D"}\n\xff\n'
    code, out, err = run("append", stdin=lines + b'{"event":"a.b","actor":"u:2"}', lang="fr")
    assert code == 2
    assert [line.split()[0] for line in out.splitlines()] == ["4", "5"]
    assert [m[1] for m in re.finditer(r"^ligne (\d+)", err, re.MULTILINE)] == ["2", "4", "5"]


@pytest.mark.usefixtures("made")
def test_append_gives_receipts_in_json_and_urgent_works(run: Run) -> None:
    code, out, _ = run("append", "--json", "--urgent", stdin=json.dumps(CUT).encode())
    assert code == 0
    assert json.loads(out)["index"] == 4
    assert len(json.loads(out)["leaf_hash"]) == 64


@pytest.mark.usefixtures("made")
def test_show_filters_by_case_and_time_and_says_what_it_leaves_out(run: Run) -> None:
    assert len(run("show")[1].splitlines()) == 4
    assert len(run("show", "--case", "c-12")[1].splitlines()) == 3
    assert run("show", "--case", "c-1")[1] == ""
    assert run("show", "--since", "2999-01-01")[1] == ""
    assert len(run("show", "--since", "2020-01-01T00:00:00+01:00")[1].splitlines()) == 4
    code, out, err = run("show", "--limit", "2", lang="fr")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "2 entrées affichées sur 4" in err
    entries = [json.loads(line) for line in run("show", "--json", "--limit", "0")[1].splitlines()]
    assert [e["index"] for e in entries] == [0, 1, 2, 3]
    assert entries[3]["entry"]["data"] == {"n": 2}


def test_verify_says_yes_then_no_and_names_what_is_wrong(run: Run, made: Path) -> None:
    assert run("checkpoint")[0] == 0
    code, out, _ = run("verify", lang="fr")
    assert code == 0
    assert "OUI, tout concorde" in out
    assert run("append", stdin=json.dumps(CUT).encode())[0] == 0
    said = json.loads(run("verify", "--json")[1])
    assert (said["ok"], said["entries"], said["size"]) == (True, 5, 4)
    assert "Not signed yet, after the last checkpoint: 1" in run("verify")[1]
    Journal.open(made).close()
    (made / "checkpoint").write_text("x\n")
    code, out, _ = run("verify", lang="fr")
    assert code == 1
    assert "[note_malformed] checkpoint" in out
    assert "NON, 1 anomalie" in out
    assert run("append", stdin=json.dumps(CUT).encode())[0] == 2


def test_export_prove_and_consistency_can_be_checked_elsewhere(
    run: Run, made: Path, tmp_path: Path
) -> None:
    file = tmp_path / "exhibit.txt"
    file.write_text("the prompt")
    words = ("exhibit", "add", str(file), "--case", "c-12", "--reason", "seizure")
    assert run(*words)[0] == 0
    out = tmp_path / "bundle"
    assert run("export", "--out", str(out), "--case", "c-12", "--clear")[0] == 0
    code, said, _ = run("verify", str(out))
    assert code == 0
    assert "The key comes from the bundle itself" in said
    vkey = run("key")[1].splitlines()[1]
    against = ("--against", str(made / "checkpoint"))
    assert run("verify", str(out), "--key", vkey, *against)[0] == 0
    (out / "bag-info.txt").write_text("x")
    code, said, _ = run("verify", str(out), "--json")
    assert code == 1
    assert {"altered", "bag-info.txt"} <= set(json.loads(said)["findings"][0].values())
    assert run("export", "--out", str(out))[0] == 2
    proof = json.loads(run("prove", "2", "--json")[1])
    assert Proof.parse(proof["proof"].encode()).proves(proof["entry"].encode())
    assert run("prove", "99")[0] == 2
    assert json.loads(run("consistency", "1", "4", "--json")[1])["old"] == 1
    assert run("consistency", "4", "1")[0] == 2


@pytest.mark.usefixtures("made")
def test_exhibits_are_filed_read_listed_and_destroyed_by_two(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "e"
    file.write_bytes(b"\x00\xffproof")
    case = ("--case", "c-12", "--reason", "saisie")
    assert run("exhibit", "add", str(file), "--case", "c-12")[0] == 2
    assert run("exhibit", "add", str(tmp_path / "absent"), *case)[0] == 2
    digest = json.loads(run("exhibit", "add", str(file), *case, "--json")[1])["exhibit"]
    assert run("exhibit", "view", digest, *case, "--out", str(tmp_path / "o"))[0] == 0
    assert (tmp_path / "o").read_bytes() == b"\x00\xffproof"
    assert run("exhibit", "transferred", digest, *case)[0] == 0
    rows = [json.loads(line) for line in run("exhibit", "list", "--json")[1].splitlines()]
    assert [row["act"] for row in rows] == ["acquired", "viewed", "transferred"]
    assert "oui" in run("exhibit", "list", lang="fr")[1]
    assert run("exhibit", "destroy", *case)[0] == 2
    assert run("exhibit", "destroy", *case, "--approver", "u:2")[0] == 0
    assert run("exhibit", "view", digest, *case)[0] == 2
    assert run("exhibit", "view", *case)[0] == 2


@pytest.mark.usefixtures("made")
def test_keys_are_rotated_and_retired(run: Run) -> None:
    old = json.loads(run("key", "--json")[1])["keys"][0]["vkey"]
    keys = json.loads(run("key", "rotate", "--json")[1])["keys"]
    assert [key["signs"] for key in keys] == [True, True]
    keys = json.loads(run("key", "retire", old.split("+")[1], "--json")[1])["keys"]
    assert {key["vkey"]: key["signs"] for key in keys}[old] is False
    assert "signs no more" in run("key")[1]
    assert run("key", "retire")[0] == 2


@pytest.mark.usefixtures("made")
def test_a_page_is_printed_and_an_absent_authority_named(run: Run, tmp_path: Path) -> None:
    assert run("anchor", "--print", "--out", str(tmp_path / "p.html"))[0] == 0
    assert "<svg" in (tmp_path / "p.html").read_text()
    code, _, err = run("anchor", "--tsa", "http://127.0.0.1:9/")
    assert code == 2
    assert "http://127.0.0.1:9/" in err


def test_a_witness_is_set_up_and_asked(run: Run, made: Path, tmp_path: Path) -> None:
    import threading

    vkey = run("key")[1].splitlines()[1]
    with Journal.create(tmp_path / "other", "example.org/other") as other:
        here = witness.Witness(other)
        here.trust(vkey)
        server = witness.server(here)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        assert run("witness", "ask", url)[0] == 2
        code, out, _ = run("witness", "ask", url, "--key", str(here.key))
        server.shutdown()
        server.server_close()
        thread.join()
    assert code == 0
    assert out.startswith("— example.org/other/witness")
    assert here.key in Note.parse((made / "checkpoint").read_bytes()).signers([here.key])
    own = run("witness", "key")[1].strip()
    assert VerifierKey.parse(own).name == "example.org/journal/witness"
    assert run("witness", "trust", str(here.key))[0] == 0
    assert run("witness", "logs")[1].startswith("0\t")


def test_a_damaged_journal_can_be_followed_by_a_new_one(
    run: Run, made: Path, tmp_path: Path
) -> None:
    made.rename(tmp_path / "damaged")
    assert run("init", "--follows", str(tmp_path / "damaged"))[0] == 0
    first = json.loads(run("show", "--json")[1].splitlines()[0])
    assert first["entry"]["data"]["follows"].startswith("example.org/journal\n")


def test_a_garbled_database_is_said_not_thrown(run: Run, made: Path) -> None:
    path = made / "journal.db"
    raw = bytearray(path.read_bytes())
    raw[4096:] = bytes(len(raw) - 4096)
    path.write_bytes(raw)
    for words in (("show",), ("prove", "0"), ("append",), ("key",)):
        code, _, err = run(*words, stdin=json.dumps(CUT).encode(), lang="fr")
        assert code == 2
        assert "Rien n’a été modifié" in err
    assert run("verify")[0] in {1, 2}
    made.rename(made.with_name("damaged"))
    assert run("init", "--follows", str(made.with_name("damaged")))[0] == 0


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_help_has_examples_in_both_languages(
    lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    top = argparse.ArgumentParser(prog="ecluse")
    verb.add_parser(top.add_subparsers(), lang)
    with pytest.raises(SystemExit) as stop:
        top.parse_args(["journal", "--help"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    assert out.count("ecluse journal ") >= 7
    assert ("codes de sortie" in out) is (lang == "fr")


def test_building_the_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, types; package = types.ModuleType('ecluse.cli')\n"
        f"package.__path__ = [{str(__import__('pathlib').Path(verb.__file__).parent)!r}]\n"
        "sys.modules['ecluse.cli'] = package\n"
        "import ecluse.cli.journal\n"
        "heavy = {'cryptography', 'sqlite3', 'rich', 'ecluse.journal', 'segno'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
