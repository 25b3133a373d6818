"""The page as Chromium shows and prints it, and as axe judges it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from ecluse.discovery.report import page
from ecluse.discovery.report.model import Report
from ecluse.kernel.text import LANGUAGES, Lang

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.real

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
LIGHTNESS = {"light": 0.982, "dark": 0.19}  # of --page
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What axe runs: WCAG 2.2 AA and its own good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _program(*names: str) -> str:
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.skip(f"needs {names[0]}: not found on this machine")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = _program("chromium", "chromium-browser", "google-chrome")
    driver = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with driver.sync_playwright() as started:
        found = started.chromium.launch(executable_path=program, args=QUIET)
        yield found
        found.close()


Opened = Callable[[Report, Theme, int], "Page"]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open a report from a file; whatever it complains about or asks for fails the test."""
    complaints: list[str] = []
    pages: list[Page] = []

    def show(report: Report, theme: Theme, width: int) -> Page:
        path = tmp_path / "report.html"
        path.write_text(page.page(report), encoding="utf-8")
        shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        pages.append(shown)
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on("dialog", lambda dialog: complaints.append(dialog.message))
        shown.on("request", lambda request: complaints.append(request.url))
        shown.goto(path.as_uri())
        assert complaints == [path.as_uri()]
        return shown

    yield show
    for shown in pages:
        shown.close()
    assert len(complaints) == len(pages)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1280, 390])
def test_it_opens_without_a_complaint_and_axe_finds_nothing(
    written: Callable[[Lang], Report], opened: Opened, lang: Lang, theme: Theme, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    shown = opened(written(lang), theme, width)
    assert shown.title() == written(lang).title
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    light = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert float(light.removeprefix("oklch(").split()[0]) == LIGHTNESS[theme]
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = axe.Axe().run(shown, options={"runOnly": {"type": "tag", "values": RULES}})
    assert len(found.response["passes"]) > 15
    assert not found.response["violations"], found.generate_report()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_run_nothing(
    hostile: Callable[[Lang], Report], opened: Opened, lang: Lang
) -> None:
    shown = opened(hostile(lang), "light", 1280)
    assert shown.evaluate("document.querySelectorAll('script, img, b').length") == 0
    assert "<script>alert(1)</script>" in shown.inner_text("main")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_largest_report_fits_a_phone(
    crowded: Callable[[Lang], Report], opened: Opened, lang: Lang
) -> None:
    shown = opened(crowded(lang), "light", 390)
    assert shown.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_prints_light_on_a4_with_its_folded_tables_open(
    written: Callable[[Lang], Report], opened: Opened, tmp_path: Path, lang: Lang
) -> None:
    report, printed = written(lang), tmp_path / "printed.pdf"
    opened(report, "dark", 1280).pdf(path=printed, prefer_css_page_size=True, tagged=True)
    text = subprocess.run(
        [_program("pdftotext"), "-layout", printed, "-"], capture_output=True, check=True, text=True
    ).stdout
    said = " ".join(text.split())
    folded = [part for one in report.sections for part in one.folded]
    assert folded
    for part in folded:
        for row in part.tables[0].rows:
            assert " ".join(row[0].text.split()) in said
            assert " ".join(row[-1].text.split()) in said
    about = subprocess.run(
        [_program("pdfinfo"), printed], capture_output=True, check=True, text=True
    ).stdout
    assert "(A4)" in about
    assert "Tagged:          yes" in about
    drawn = subprocess.run(
        [_program("pdftoppm"), "-r", "20", "-l", "1", printed], capture_output=True, check=True
    ).stdout
    pixels = drawn[-3 * (len(drawn) // 3 - 8) :]
    assert drawn.startswith(b"P6")
    assert sum(pixels) / len(pixels) > 225
