from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from ecluse.enforcement import write
from ecluse.enforcement.formats import chrome_policy, rpz
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases


def test_a_format_with_comments_is_one_file(tmp_path: Path) -> None:
    out = tmp_path / "rpz.db"
    done = write.artefact(rpz.FORMAT, cases.decision(), out=out)
    assert out.read_bytes() == done.content
    assert [one.name for one in tmp_path.iterdir()] == ["rpz.db"]


def test_a_format_without_comments_has_its_facts_beside_it(tmp_path: Path) -> None:
    out, made = tmp_path / "policy.json", cases.decision()
    done = write.artefact(chrome_policy.FORMAT, made, out=out)
    beside = tmp_path / "policy.json.decision.json"
    assert done.beside == beside
    held = json.loads(beside.read_text())
    assert held["decision_sha256"] == made.hash
    assert held["artefact_sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert held["decision"]["reason"] == "décision du comité"


def test_nothing_is_written_when_the_format_refuses(tmp_path: Path) -> None:
    out = tmp_path / "policy.json"
    out.write_text("before")
    with pytest.raises(Refused):
        write.artefact(chrome_policy.FORMAT, cases.decision(named=()), out=out)
    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_does_not_exist_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write.artefact(rpz.FORMAT, cases.decision(), out=tmp_path / "nowhere" / "rpz.db")
    assert list(tmp_path.iterdir()) == []


def test_the_summary_counts_what_was_written() -> None:
    said = write.artefact(rpz.FORMAT, cases.decision(exceptions=True), out=None).as_json()
    assert (said["format"], said["hosts"], said["exceptions"]) == ("rpz", 4, 2)
    assert said["out"] is None
