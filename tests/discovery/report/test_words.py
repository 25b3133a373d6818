from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from ecluse.discovery.report import countries, figures, subject, words
from ecluse.kernel.text import NARROW_NBSP, NBSP, Text


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        yield from _texts(tuple(value.values()))


TEXTS = [
    text
    for module in (words, figures, subject, countries)
    for name, value in vars(module).items()
    if name.isupper()
    for text in _texts(value)
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.en[:40])
def test_french_is_set_as_french_printers_set_it(text: Text) -> None:
    assert not re.search(rf"[^{NARROW_NBSP}][;?]|[^{NBSP}]:", text.fr)
    assert not re.search(rf"«[^{NBSP}]|[^{NBSP}]»", text.fr)
    assert "'" not in text.fr
    assert "!" not in text.fr + text.en


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.en[:40])
def test_both_languages_hold_the_same_figures(text: Text) -> None:
    held = [
        sorted(name for _, name, _, _ in Formatter().parse(one) if name)
        for one in (text.fr, text.en)
    ]
    assert held[0] == held[1]
    assert text.fr
    assert text.en


def test_there_are_texts_to_check() -> None:
    assert len(TEXTS) > 60
