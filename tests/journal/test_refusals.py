"""Every sentence of the journal, as a French reader would see it."""

from __future__ import annotations

import ast
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import refusals
from ecluse.journal.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Iterator

SRC = Path(__file__).parents[2] / "src" / "ecluse"
FILES = [*sorted((SRC / "journal").glob("*.py")), *sorted((SRC / "cli").glob("journal*.py"))]
BAD = re.compile(
    r"[^\u00a0«]:(?=\s|$)|(?<!\u202f)[;!?](?=\s|$)| :| ;|!|«(?!\u00a0)|(?<!\u00a0)»|\w'\w"
)


def plain(node: ast.expr) -> str:
    """Give a text with its values replaced by X."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(plain(v) if isinstance(v, ast.Constant) else "X" for v in node.values)
    return ""


def sentences() -> Iterator[tuple[str, str]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text":
                for keyword in node.keywords:
                    if keyword.arg == "fr":
                        yield f"{path.name}:{node.lineno}", plain(keyword.value)


def test_there_are_sentences_to_check() -> None:
    assert len(list(sentences())) > 60


@pytest.mark.parametrize(("where", "text"), list(sentences()))
def test_french_typography(where: str, text: str) -> None:
    without = re.sub(r"https?://|echo '.*|\d:\d|--\w+ \"[^\"]*\"", "", text)
    assert not BAD.search(without), f"{where}: {BAD.search(without)}"


@pytest.mark.parametrize(
    "refusal",
    [
        refusals.refused("gap", "il manque", "missing"),
        refusals.busy("12 python"),
        refusals.gap(4),
        refusals.altered(0, 256),
        refusals.rollback(3, 5),
        refusals.absent(Path("/j")),
        refusals.bad_origin(),
        refusals.present(Path("/j")),
        refusals.cannot_retire("ab"),
        refusals.closed(),
        refusals.not_durable(sqlite3.OperationalError("secret detail")),
    ],
)
def test_each_refusal_says_it_in_both_languages_with_the_way_out(refusal: JournalError) -> None:
    assert refusal.code
    assert str(refusal) == refusal.text.en
    for text in (refusal.text.fr, refusal.text.en):
        assert text.endswith((".", "».", "».\u00a0"))
        assert len(re.findall(r"\.(?:\s|$)", text)) >= 1
        assert "secret" not in text
