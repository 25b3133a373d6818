from __future__ import annotations

from pathlib import Path

import pytest

from ecluse.cli import show, show_block
from ecluse.enforcement import write
from ecluse.enforcement.formats import firefox_policy, stormshield_csv
from ecluse.enforcement.request import Outcome
from ecluse.kernel.text import Lang
from tests.enforcement import cases


@pytest.mark.parametrize(
    ("lang", "stays", "cuts", "more"),
    [
        ("fr", "Reste joignable\u00a0: h0.example", "Coupe aussi other", "et 3 autres"),
        ("en", "Stays reachable: h0.example", "Also cuts other", "and 3 more"),
    ],
)
def test_the_notes_name_what_stays_and_what_goes_along(
    capsys: pytest.CaptureFixture[str], lang: Lang, stays: str, cuts: str, more: str
) -> None:
    shared = tuple(("portal", f"h{rank}.example") for rank in range(show.TOP + 3))
    outcome = Outcome(cases.decision(), shared, (("other", "x.blocked.example"),))
    show_block.notes(outcome, lang)
    shown = capsys.readouterr().out
    assert stays in shown
    assert cuts in shown
    assert more in shown


def test_what_was_written_goes_to_standard_error_when_the_artefact_has_the_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = cases.decision()
    show_block.written(
        write.artefact(firefox_policy.FORMAT, made, out=None), Outcome(made, (), ()), "en"
    )
    said = capsys.readouterr()
    assert said.out == ""
    assert made.hash in said.err
    assert "FILE.decision.json" in said.err


def test_how_to_load_it_is_said_with_the_warning_that_an_import_replaces_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = cases.decision()
    done = write.artefact(stormshield_csv.FORMAT, made, out=tmp_path / "import.csv")
    show_block.written(done, Outcome(made, (), ()), "en")
    shown = capsys.readouterr().out
    assert "replaces the whole custom database" in shown
    assert "import.csv" in shown
