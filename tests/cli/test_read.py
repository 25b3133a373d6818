"""`ecluse read`: records on standard output, refusals on standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecluse.cli import main

LINE = (
    "1764002530.277 87 192.0.2.10 TCP_TUNNEL/200 19131 CONNECT chatgpt.com:443 jdoe HIER_DIRECT/- -"
)
FIELDS = (
    "time source_ip user host port method path status action bytes_up bytes_down app format line"
)


def test_a_record_has_the_published_fields_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "access.log"
    log.write_text(f"{LINE}\nnonsense\n{LINE.replace('jdoe', '-')}\n", encoding="utf-8")
    assert main(["read", str(log), "--lang", "en"]) == 0
    shown = capsys.readouterr()
    first, second = map(json.loads, shown.out.splitlines())
    assert list(first) == FIELDS.split()
    assert first["time"] == "2025-11-24T16:42:10.277000Z"
    assert (first["format"], first["line"], second["line"]) == ("squid", 1, 3)
    assert second["user"] is None
    assert f"{log}:2: does not have the shape of this format" in shown.err
    assert "3 lines, 2 read" in shown.err


def test_the_format_may_be_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    log.write_text(LINE + "\n", encoding="utf-8")
    assert main(["read", str(log), "--format", "unbound"]) == 2
    assert "access.log:1" in capsys.readouterr().err


def test_the_formats_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--formats"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 24


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "fichier vide"), (bytes(range(256)) * 9, "pas du texte"), (b"x\n", "--format")],
)
def test_what_cannot_be_read_at_all_exits_with_2(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "odd"
    log.write_bytes(content)
    assert main(["read", str(log)]) == 2
    assert said in capsys.readouterr().err


def test_a_mapping_names_the_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, mapping = tmp_path / "export.csv", tmp_path / "map.toml"
    log.write_text("quand;qui;ou\n2026-11-20 10:00:00;jdoe;claude.ai\n", encoding="utf-8")
    mapping.write_text(
        '[fields]\ntime = "quand"\nuser = "qui"\nhost = "ou"\n[options]\ndelimiter = ";"\n',
        encoding="utf-8",
    )
    words = ["--format", "generic-csv", "--mapping", str(mapping), "--tz", "Europe/Paris"]
    assert main(["read", str(log), *words]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["time"], record["user"], record["host"]) == (
        "2026-11-20T09:00:00Z",
        "jdoe",
        "claude.ai",
    )
