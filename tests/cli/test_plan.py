"""`ecluse plan`: the measures in order, from what was last observed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ecluse.cli import main, sample
from ecluse.kernel.clock import now


def plan(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["plan", "--json", *words]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def observe(folder: Path, days_ago: int, capsys: pytest.CaptureFixture[str]) -> None:
    folder.mkdir()
    sample.write(folder, now() - timedelta(days=days_ago))
    assert main(["discover", str(folder)]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    ("posture", "count"), [("foundation", 11), ("shadow-ai", 10), ("crisis", 8)]
)
def test_nothing_is_measured_before_anything_was_observed(
    posture: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = plan(capsys, "--posture", posture)
    assert [one["state"] for one in answer["measures"]] == ["not-measured"] * count
    assert all(one["next_step"] for one in answer["measures"])


def test_what_discover_saw_becomes_the_state_of_the_inventory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    observe(tmp_path / "logs", 0, capsys)
    states = {one["id"]: one for one in plan(capsys)["measures"]}
    assert states["P2.01"]["state"] == "partial"
    assert states["P2.01"]["figure"]["of"] > 0
    assert states["P2.02"]["state"] == "partial"
    assert states["P2.03"]["state"] == "not-measured"
    foundation = {one["id"]: one for one in plan(capsys, "--posture", "foundation")["measures"]}
    assert foundation["P1.04"]["state"] == "partial"


def test_old_logs_are_stale_however_recent_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    observe(tmp_path / "logs", 30, capsys)
    states = {one["id"]: one["state"] for one in plan(capsys)["measures"]}
    assert states["P2.01"] == "stale"


def test_the_sample_is_never_taken_for_an_observation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["discover", "--sample"]) == 0
    capsys.readouterr()
    assert {one["state"] for one in plan(capsys)["measures"]} == {"not-measured"}


def test_the_situation_is_remembered(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(capsys)["posture"] == "shadow-ai"
    plan(capsys, "--posture", "crisis")
    assert plan(capsys)["posture"] == "crisis"


def test_kept_facts_that_were_damaged_count_as_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECLUSE_DATA", str(tmp_path / "data"))
    observe(tmp_path / "logs", 0, capsys)
    kept = tmp_path / "data" / "discovery" / "latest.json"
    kept.write_text(kept.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    assert {one["state"] for one in plan(capsys)["measures"]} == {"not-measured"}


@pytest.mark.parametrize(("lang", "word"), [("fr", "non mesuré"), ("en", "not measured")])
def test_the_table_keeps_the_order_of_the_source(
    lang: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "--posture", "foundation", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    places = [shown.index(f"P1.{rank:02d}") for rank in range(1, 12)]
    assert places == sorted(places)
    assert shown.count(word) == 11
    assert max(map(len, shown.splitlines())) <= 80
