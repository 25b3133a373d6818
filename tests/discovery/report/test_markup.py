from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.discovery.report.markup import Markup, join, tag


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (tag("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (tag("p", tag("b", "x"), " y"), "<p><b>x</b> y</p>"),
        (tag("p", "x", class_="one", aria_label="A"), '<p class="one" aria-label="A">x</p>'),
        (tag("p", "x", class_=None), "<p>x</p>"),
        (tag("meta", name="a", content='"'), '<meta name="a" content="&quot;">'),
        (join(("<", Markup("<b>"))), "&lt;<b>"),
    ],
)
def test_it_escapes_text_and_leaves_markup_alone(made: str, expected: str) -> None:
    assert made == expected


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was_and_as_text_only(text: str) -> None:
    reader = _Reader()
    reader.feed(tag("p", text, data_label=text))
    reader.close()
    assert reader.tags == ["p"]
    assert reader.attributes == [("data-label", text)]
    assert reader.text == text
