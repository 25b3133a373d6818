from __future__ import annotations

import json

from ecluse.enforcement import header
from ecluse.enforcement.decision import Decision, Host
from tests.enforcement import cases


def test_the_facts_say_so_when_nothing_was_said() -> None:
    said = header.facts(Decision((Host("a.example"),)))
    assert said[1] == "Motif / reason: non précisé / not stated"
    assert "no end planned" in said[3]


def test_each_line_stands_behind_its_sign() -> None:
    made = cases.decision()
    lines = header.commented(";", made, ["a note"])
    assert all(line.startswith("; ") for line in lines)
    assert lines[-1] == "; a note"


def test_the_side_file_ties_the_decision_to_the_artefact() -> None:
    made = cases.decision()
    held = json.loads(header.side_file(made, "policy.json", "ab"))
    assert held["decision_sha256"] == made.hash
    assert held["decision"] == made.as_json()
    assert (held["artefact"], held["artefact_sha256"]) == ("policy.json", "ab")
