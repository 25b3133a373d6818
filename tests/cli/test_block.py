from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from ecluse.cli import block
from ecluse.cli.stop import Stop
from ecluse.enforcement.formats import FORMATS
from tests.enforcement import usage_files
from tests.enforcement.usage_files import visit


def run(*words: str, lang: str = "en") -> int:
    top = argparse.ArgumentParser()
    block.add_parser(top.add_subparsers(), "en")
    options = top.parse_args(["block", *words])
    options.lang = lang
    code: int = options.run(options)
    return code


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_it_writes_the_artefact_on_standard_output_and_the_note_beside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("--service", "deepseek", "--format", "unbound", "--reason", "why") == 0
    said = capsys.readouterr()
    assert 'local-zone: "deepseek.com." always_nxdomain' in said.out
    assert "# Motif / reason: why" in said.out
    assert "Also cuts deepseek-api (api.deepseek.com)" in said.err


def test_it_writes_files_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "policy.json"
    assert run("--service", "deepseek", "--format", "chrome-policy", "--out", str(out)) == 0
    assert "deepseek.com" in json.loads(out.read_text())["URLBlocklist"]
    assert "policy.json.decision.json" in capsys.readouterr().out


def test_the_json_answer_holds_the_content_and_the_hash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = answer(capsys, "--service", "deepseek", "--format", "dnsmasq", "--until", "2999-01-31")
    assert said["decision_sha256"] in said["content"]
    assert said["until"] == "2999-01-31"
    assert {"service": "deepseek-api", "host": "api.deepseek.com"} in said["also_cut"]


def test_lists_are_read_and_approved_hosts_stay_reachable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f.txt").write_text("deepseek\nplain.example # a reason\n")
    (tmp_path / "a.txt").write_text("deepseek-api\n")
    said = answer(
        capsys,
        *("--forbidden", str(tmp_path / "f.txt"), "--approved", str(tmp_path / "a.txt")),
        *("--format", "unbound"),
    )
    assert 'local-zone: "api.deepseek.com." transparent' in said["content"]
    assert 'local-zone: "plain.example." always_nxdomain' in said["content"]
    assert said["also_cut"] == []


def test_it_writes_the_allow_list_of_what_is_approved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("le-chat\n")
    assert run("--approved", str(tmp_path / "a.txt"), "--allow", "--format", "squid-dstdomain") == 0
    assert "\n.chat.mistral.ai\n" in capsys.readouterr().out


def test_it_merges_with_the_export_of_a_firewall(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "export.csv").write_text("#name\nerp,erp.example.com,,,\n\n")
    said = answer(
        capsys,
        *("--service", "deepseek", "--format", "stormshield-csv"),
        *("--merge", str(tmp_path / "export.csv")),
    )
    assert "erp,erp.example.com,,," in said["content"]
    assert "ecluse-blocked,*.deepseek.com,,," in said["content"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--service", "deepseek"], "say what to do"),
        (["--format", "rpz"], "say what to block"),
        (["--allow", "--format", "rpz"], "give --approved"),
        (["--service", "deepseek", "--format", "rpzz"], "did you mean “rpz”"),
        (["--service", "depseek", "--format", "rpz"], "Did you mean “deepseek”"),
        (["--service", "deepseek", "--format", "rpz", "--until", "soon"], "such as 2027-03-31"),
        (["--service", "deepseek", "--format", "rpz", "--until", "2020-01-01"], "has passed"),
        (["--service", "deepseek", "--format", "rpz", "--merge", "/nowhere"], "/nowhere"),
        (["--forbidden", "/nowhere", "--format", "rpz"], "/nowhere"),
        (["--service", "deepseek", "--dry-run-on", "/nowhere"], "does not exist"),
    ],
)
def test_it_stops_with_a_sentence(words: list[str], said: str) -> None:
    with pytest.raises(Stop, match=said):
        run(*words)


def test_a_line_in_error_is_named_in_french(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    path.write_text("deepseek\ngithub.com\n")
    with pytest.raises(Stop, match=r"f\.txt:2\u00a0: github\.com est un domaine partagé"):
        run("--forbidden", str(path), "--format", "rpz", lang="fr")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_formats_are_listed_with_their_limits(
    capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    assert run("--formats", lang=lang) == 0
    shown = capsys.readouterr().out
    assert all(one.name in shown for one in FORMATS)
    assert ("50\u202f000 entrées" if lang == "fr" else "50,000 entries") in shown
    known = answer(capsys, "--formats")
    assert [one["name"] for one in known] == [one.name for one in FORMATS]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_dry_run_and_a_comparison_are_shown_and_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    usage_files.services(tmp_path)
    words = ["--service", "talker", "--catalogue", str(tmp_path / "own.toml")]
    before = usage_files.write(
        tmp_path / "before",
        [visit("u-1", "talker.example"), visit("u-2", "api.talker.example", 1)],
    )
    after = usage_files.write(tmp_path / "after", [visit("u-1", "helper.example", 9)])
    assert run(*words, "--dry-run-on", str(before), lang=lang) == 0
    shown = capsys.readouterr().out
    assert ("2 personnes sur 2" if lang == "fr" else "2 people out of 2") in shown
    assert "Talker API" in shown
    assert run(*words, "--compare", str(before), str(after), lang=lang) == 0
    assert "Helper" in capsys.readouterr().out
    found = answer(capsys, *words, "--compare", str(before), str(after))
    assert (found["people_before"], found["moved"], found["not_seen_any_more"]) == (2, 1, 1)
    found = answer(capsys, *words, "--dry-run-on", str(before))
    assert found["would_be_cut"]["people"] == 2
