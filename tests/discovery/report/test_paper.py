from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ecluse.discovery.report.model import Report
from ecluse.discovery.report.paper import BREAK, _breakable, paper
from ecluse.kernel.text import LANGUAGES, Lang


@pytest.fixture(scope="module", autouse=True)
def _typst() -> None:
    pytest.importorskip("typst", reason="needs typst: the paper report cannot be set")


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], tuple[str, str]]:
    """Give what poppler says of a PDF, and all its text on one line."""

    def run(content: bytes) -> tuple[str, str]:
        path = tmp_path / "report.pdf"
        path.write_bytes(content)
        said = []
        for command in (["pdfinfo", str(path)], ["pdftotext", "-raw", str(path), "-"]):
            if shutil.which(command[0]) is None:
                pytest.skip(f"needs {command[0]}: not found on this machine")
            done = subprocess.run(command, capture_output=True, check=True, text=True)
            said.append(done.stdout)
        return said[0], _line(said[1])

    return run


def _line(text: str) -> str:
    return re.sub(r"\s+", "", text.replace(BREAK, ""))


@pytest.mark.real
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_on_paper_what_the_page_says(
    written: Callable[[Lang], Report], read: Callable[[bytes], tuple[str, str]], lang: Lang
) -> None:
    report = written(lang)
    about, text = read(paper(report))
    assert "(A4)" in about
    assert re.search(r"Tagged: +yes", about)
    assert report.title in about.replace("\u00a0", " ") or report.title in about
    for figure in report.figures:
        assert _line(figure.value) in text
        assert _line(figure.of) in text
    for section in report.sections:
        assert _line(section.heading) in text
        for item in section.items:
            assert _line(item.text) in text
        for row in section.table.rows if section.table else ():
            assert _line(row[0].text) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_tagged_and_tells_its_language(written: Callable[[Lang], Report], lang: Lang) -> None:
    made = paper(written(lang))
    assert made.startswith(b"%PDF-")
    assert f"/Lang ({lang})".encode() in made.replace(b"/Lang(", b"/Lang (")
    assert b"pdfuaid:part" in made
    assert len(made) < 400_000


@pytest.mark.real
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_stay_text(
    hostile: Callable[[Lang], Report],
    hostile_names: tuple[str, ...],
    read: Callable[[bytes], tuple[str, str]],
    lang: Lang,
) -> None:
    _, text = read(paper(hostile(lang)))
    for name in hostile_names[:5]:
        assert _line(name) in text


def test_the_largest_report_can_be_set(crowded: Callable[[Lang], Report]) -> None:
    assert paper(crowded("fr")).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a.b-c", f"a.{BREAK}b-{BREAK}c"),
        ("plain words", "plain words"),
        ("x" * 30, "x" * 12 + BREAK + "x" * 12 + BREAK + "x" * 6),
    ],
)
def test_a_long_name_may_be_broken(text: str, shown: str) -> None:
    assert _breakable(text) == shown


def test_typst_is_loaded_only_to_write_on_paper() -> None:
    code = (
        "import sys; import ecluse.cli.report, ecluse.discovery.report.paper, "
        "ecluse.discovery.report.page, ecluse.discovery.report.view; "
        "sys.exit('typst' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
