from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
import segno

from ecluse.journal.paper import page, qr_svg

if TYPE_CHECKING:
    from ecluse.journal import Journal
    from ecluse.kernel.text import Lang

WHEN = datetime(2026, 11, 22, 8, 2, tzinfo=UTC)


class Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "pre"
        assert not {name for name, _ in attrs} & {"src", "href"}

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks.append(data)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_holds_the_exact_checkpoint_and_the_public_key(
    journal: Journal, lang: Lang
) -> None:
    note, keys = journal.checkpoint(), journal.reader.public_keys()
    html = page(note, keys, lang, WHEN)
    texts = Texts()
    texts.feed(html)
    assert texts.blocks == [bytes(note).decode(), str(keys[0])]
    assert f'<html lang="{lang}">' in html
    assert qr_svg(bytes(note).decode()) in html
    assert (
        not re.search(r" [:;!?]", re.sub(r"<[^>]+>", "", html.split("<body>")[1])) or lang == "en"
    )


def test_the_qr_code_is_that_of_the_text() -> None:
    code = segno.make("texte — é", error="m", micro=False)
    side = code.symbol_size(border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in qr_svg("texte — é")
    assert qr_svg("a") != qr_svg("b")
