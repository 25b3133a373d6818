"""`ecluse discover` as people run it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest

from ecluse.cli import main, sample

SCHEMA = Path(__file__).parents[2] / "docs" / "discover.schema.json"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A made-up week, as `--sample` writes it."""
    folder = tmp_path / "logs"
    folder.mkdir()
    sample.write(folder, datetime(2026, 11, 20, 12, tzinfo=UTC))
    return folder


def discover(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["discover", *words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_the_json_follows_the_published_schema(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonschema.validate(
        discover(capsys, str(logs)),
        json.loads(SCHEMA.read_text(encoding="utf-8")),
        format_checker=jsonschema.FormatChecker(),
    )


def test_it_counts_people_once_across_proxy_and_dns(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = discover(capsys, str(logs))
    assert picture["people"] == sample.STAFF
    people = {one["id"]: one["people"] for one in picture["services"]}
    expected = {host: people for host, people, _ in sample.AI}
    assert people["chatgpt"] == expected["chatgpt.com"]
    assert people["claude"] == expected["claude.ai"]
    assert {one["format"] for one in picture["sources"]} == {"squid", "dnsmasq"}


def test_unknown_hosts_that_look_like_ai_come_with_reasons_apart_from_services(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = discover(capsys, str(logs), "--lang", "en")
    hosts = {one["host"]: one for one in picture["candidates"]}
    assert set(hosts) == {"resume-ia.interne.example", "notes-ai.example"}
    assert any("“ia”" in reason for reason in hosts["resume-ia.interne.example"]["reasons"])


def test_refusals_and_blind_spots_are_counted(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = discover(capsys, str(logs))
    deepseek = next(one for one in picture["services"] if one["id"] == "deepseek")
    assert 0 < deepseek["refused"] < deepseek["requests"]
    blind = {one["code"]: one for one in picture["blind_spots"]}
    assert blind["doh"]["requests"] > 0
    assert blind["vpn"]["people"] == 1
    assert {"counted-twice", "elsewhere", "no-path"} <= set(blind)


def test_the_parquet_holds_keyed_people_only(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["discover", str(logs), "--parquet", str(tmp_path / "out")]) == 0
    table = pq.read_table(tmp_path / "out" / "usage.parquet")
    users = {user for user in table["user"].to_pylist() if user}
    assert users
    assert all(user.startswith("u-") for user in users)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*.parquet"))
    assert b"agent0" not in written
    assert "192.0.2." not in str(table["address"].to_pylist())
    assert "usage.parquet" in capsys.readouterr().out.replace("\n", "")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_table_says_everything_within_80_columns(
    logs: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["discover", str(logs), "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    expected = {
        "fr": ("services d’IA", "Ce que ce tableau ne voit pas", "Les trois premiers pas"),
        "en": ("AI services", "What this picture cannot see", "First three steps"),
    }[lang]
    assert all(words in shown for words in expected)
    assert "ChatGPT" in shown
    assert shown.count("P2.0") == 3


def test_since_leaves_older_days_out(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = discover(capsys, str(logs))
    late = discover(capsys, str(logs), "--since", "2026-11-18")
    assert late["period"]["start"] >= "2026-11-18"
    assert 0 < late["requests"] < whole["requests"]


def test_an_organisation_adds_its_own_services(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[service]]\nid = "resume"\nname = "Résumé maison"\nkind = "assistant"\n'
        'domains = ["resume-ia.interne.example"]\n',
        encoding="utf-8",
    )
    picture = discover(capsys, str(logs), "--catalogue", str(own))
    assert "resume" in {one["id"] for one in picture["services"]}
    assert "resume-ia.interne.example" not in {one["host"] for one in picture["candidates"]}


def test_a_broken_catalogue_is_named_with_its_line(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[service]]\nid = "x"\nnom = "faux"\n', encoding="utf-8")
    assert main(["discover", str(logs), "--catalogue", str(own)]) == 2
    assert "own.toml:" in capsys.readouterr().err


def test_clear_names_ask_for_a_reason_say_the_law_and_leave_a_trace(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["discover", str(logs), "--names", "clear"]) == 2
    refused = capsys.readouterr().err
    assert "L1222-4" in refused
    words = ["--names", "clear", "--reason", "enquête 12", "--parquet", str(tmp_path / "clear")]
    assert main(["discover", str(logs), *words]) == 0
    users = pq.read_table(tmp_path / "clear" / "usage.parquet")["user"].to_pylist()
    assert "agent00" in users
    trace = (Path(os.environ["ECLUSE_DATA"]) / "discovery" / "clear-names.jsonl").read_text(
        encoding="utf-8"
    )
    assert json.loads(trace)["reason"] == "enquête 12"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--sample"),
        (["/nowhere/at/all.log"], "rien n’a pu être lu"),
        (["x.log", "--format", "squit"], "squid"),
        (["x.log", "--since", "soon"], "30d"),
        (["x.log", "--tz", "Mars/Olympus"], "Europe/Paris"),
        (["x.log", "--mapping", "/nowhere.toml"], "/nowhere.toml"),
    ],
)
def test_a_refusal_says_what_to_try_and_exits_with_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["discover", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_terminal_gets_a_progress_bar_on_standard_error(logs: Path) -> None:
    shown, terminal = pty.openpty()
    command = [sys.executable, "-m", "ecluse", "discover", str(logs), "--json"]
    done = subprocess.run(command, stderr=terminal, stdout=subprocess.PIPE, check=True)
    os.close(terminal)
    written = b""
    while chunk := _read(shown):
        written += chunk
    os.close(shown)
    assert b"Lecture" in written
    assert json.loads(done.stdout)["services"]


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other side is closed and all is read
        return b""


def test_many_processes_give_what_one_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Path(__file__).parents[2] / "scripts" / "generate_squid.py"
    big = tmp_path / "big.log"
    with big.open("wb") as file:
        subprocess.run([sys.executable, str(script), "60000"], stdout=file, check=True)
    many = discover(capsys, str(big))
    monkeypatch.setattr("ecluse.discovery.ingest.SMALL", 1 << 60)
    one = discover(capsys, str(big))
    del many["observed_at"], one["observed_at"]
    assert many == one
    assert many["requests"] == 60_000
