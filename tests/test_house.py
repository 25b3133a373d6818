"""The house rules that a machine can keep: sizes, homes, words and what is documented."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ecluse.cli import parser
from ecluse.discovery.readers import READERS

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# Files over the limit, with the reason. This list only shrinks.
TOO_LONG: dict[str, str] = {}
# Source files without a test file of their own, with what covers them. This list only shrinks.
TESTED_ELSEWHERE = {
    "src/ecluse/__init__.py": "nothing but the version",
    "src/ecluse/__main__.py": "tests/test_house.py runs the command",
    "src/ecluse/cli/journal_answer.py": "tests/cli/test_journal.py",
    "src/ecluse/cli/journal_evidence.py": "tests/cli/test_journal.py",
    "src/ecluse/cli/progress.py": "tests/cli/test_discover.py, on a terminal",
    "src/ecluse/cli/observed.py": "tests/cli/test_plan.py",
    "src/ecluse/cli/situation.py": "tests/cli/test_plan.py",
    "src/ecluse/cli/reading.py": "tests/cli/test_discover.py and test_read.py",
    "src/ecluse/cli/show.py": "tests/cli/test_discover.py",
    "src/ecluse/cli/stop.py": "every refusal of every verb",
    "src/ecluse/discovery/reader.py": "the contract that every reader's test exercises",
    "src/ecluse/discovery/record.py": "tests/cli/test_read.py and every reader's test",
    "src/ecluse/discovery/survey.py": "tests/cli/test_discover.py",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_fits_in_400_lines_and_a_function_in_50(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400 or name_of(path) in TOO_LONG
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_a_test_module_fits_in_600_lines(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 600


def test_nothing_on_the_list_of_long_files_is_short() -> None:
    for name in TOO_LONG:
        assert (ROOT / name).read_text(encoding="utf-8").count("\n") > 400, name


def test_every_source_file_has_its_test_file() -> None:
    lacking = []
    for path in SOURCES:
        inside = path.relative_to(ROOT / "src" / "ecluse")
        mirror = ROOT / "tests" / inside.parent / f"test_{inside.name}"
        if not mirror.exists() and inside.name != "__init__.py":
            lacking.append(name_of(path))
    assert sorted(set(lacking) - set(TESTED_ELSEWHERE)) == []
    assert sorted(set(TESTED_ELSEWHERE) - set(lacking) - {"src/ecluse/__init__.py"}) == []


def french_of(path: Path) -> list[str]:
    """Give the first argument of every Text(…), which is the French one."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text":
            named = {word.arg: word.value for word in node.keywords}
            value = named.get("fr") or (node.args[0] if node.args else None)
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.append(value.value)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_french_is_set_as_french(path: Path) -> None:
    for text in french_of(path):
        prose = re.sub(r"^ {2}ecluse .*$|^ {2}zcat .*$", "", text, flags=re.MULTILINE)
        assert not re.search(r" [:»;!?](?=\s|$)", prose), f"ordinary space: {text!r}"
        assert not re.search(r"[^\u00a0\s«]»|«[^\u00a0]", prose), f"guillemets: {text!r}"
        assert not re.search(r"[a-zé]'[a-zéèê]", prose), f"straight apostrophe: {text!r}"


def documented() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_reader_is_documented(reader: object) -> None:
    name = getattr(reader, "name", "")
    assert f"`{name}`" in (ROOT / "docs" / "log-formats.md").read_text(encoding="utf-8")


def test_every_verb_and_option_is_documented() -> None:
    text = documented()
    for line in parser("en").format_help().splitlines():
        verb = re.match(r" {4}([a-z]+) ", line)
        if verb:
            assert f"ecluse {verb[1]}" in text, verb[1]


def test_nothing_names_a_registry_or_a_place_of_one_machine() -> None:
    for path in [*(ROOT / "requirements").iterdir(), ROOT / "pyproject.toml"]:
        assert "://" not in path.read_text(encoding="utf-8"), path
    for path in [*SOURCES, *TESTS, *(ROOT / "docs").rglob("*.md"), *(ROOT / "scripts").iterdir()]:
        assert "/wor" + "k/" not in path.read_text(encoding="utf-8"), path


def test_readme_is_short_and_its_twin_has_the_same_headings() -> None:
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    french = (ROOT / "LISEZMOI.md").read_text(encoding="utf-8")
    assert english.count("\n") <= 150
    assert french.count("\n") <= 150

    def depth(text: str) -> list[int]:
        return [len(mark) for mark in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]

    assert depth(english) == depth(french)


def test_decisions_fit_on_a_page() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        assert path.read_text(encoding="utf-8").count("\n") <= 40, path.name
