"""`ecluse catalogue`: what is known, and where it comes from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ecluse.cli import main


def test_check_counts_what_the_catalogue_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "check", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["services"] >= 300
    assert counts["domains"] >= 500
    assert counts["measures"] == 29


def test_check_names_the_line_of_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[service]]\nid = "Bad Id"\n', encoding="utf-8")
    assert main(["catalogue", "check", str(own)]) == 2
    assert "own.toml:" in capsys.readouterr().err


def test_list_may_be_narrowed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "list", "--country", "FR", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert len(shown) >= 20
    assert {one["country"] for one in shown} == {"FR"}
    assert main(["catalogue", "list", "--country", "ZZ"]) == 1


def test_show_gives_the_provenance_of_each_domain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "show", "mistral-api", "--lang", "en"]) == 0
    assert "api.mistral.ai" in capsys.readouterr().out
    assert main(["catalogue", "show", "mistral-api", "--json"]) == 0
    domains = json.loads(capsys.readouterr().out)["domains"]
    assert all(one["sources"] for one in domains)


def test_an_unknown_service_gets_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "show", "chatgtp"]) == 2
    assert "chatgpt" in capsys.readouterr().err


def test_help_answers_without_loading_any_engine() -> None:
    code = (
        "import sys; from ecluse.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'duckdb', 'pyarrow', 'rich', 'hyperscan', 'cryptography'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
